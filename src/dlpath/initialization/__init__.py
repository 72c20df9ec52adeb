"""Initial weights: drawn by NumPy's generator and handed to all three versions, so that all three start equal.

Equations   [eq-xavier] [eq-he] [eq-initialization-pytorch] [eq-initialization-orthogonal]; what a stack of layers
            makes of them: [eq-initialization-power] [eq-initialization-cosine] [eq-initialization-wander]
Shapes      W (K, D): D inputs (fan-in), K outputs (fan-out); b (K,)
Chapter     notebooks/3-algorithm/initialization.ipynb; reference page book/reference/initialization.md
"""
