"""Architecture: how the numbers are arranged, what an arrangement costs, and how many pieces a network has.

Equations   [eq-architecture-dense-cost] [eq-architecture-shared-cost] [eq-architecture-convolution]
            [eq-architecture-fold] [eq-architecture-bound] [eq-architecture-stack]
Shapes      W (K, D): K outputs, D inputs; a layer at S places uses one W S times
Chapter     notebooks/3-algorithm/architecture.ipynb
"""
