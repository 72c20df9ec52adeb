"""The linear map: ``z = Wx + b`` for one vector, ``Z = X Wᵀ + b`` for a batch.

Equations   [eq-linear-vector] [eq-linear-batch] [eq-linear-dx] [eq-linear-dw] [eq-linear-db]
Shapes      x (D,)   X (N, D)   W (K, D)   b (K,)   z (K,)   Z (N, K); X and Z may have further leading axes
Chapter     notebooks/2-core-concepts/linear.ipynb
"""
