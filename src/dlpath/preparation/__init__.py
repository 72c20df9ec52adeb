"""Preparing a table: moments and their fold into the weights, robust scores, categories, and what may be learned where.

Equations   [eq-preparation-moments] [eq-preparation-standardized] [eq-preparation-fold] [eq-preparation-masking]
            [eq-preparation-robust] [eq-preparation-one-hot] [eq-preparation-out-of-fold]
            [eq-preparation-tail] [eq-preparation-selection]
Shapes      X (N, D); m, s (D,); W (K, D); b (K,); categories and folds (N,)
Chapter     notebooks/3-algorithm/data_preparation.ipynb
"""
