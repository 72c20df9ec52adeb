"""Logistic regression: ``y = σ(Wx + b)``, the probability that x belongs to class 1.

Equations   [eq-logistic-model] [eq-logistic-loss] [eq-logistic-gradient-w] [eq-logistic-gradient-b]
            [eq-logistic-hessian] [eq-logistic-newton]
Shapes      X (N, D)   y (N,), 0 or 1   W (1, D)   b (1,)   p (N,)
Chapter     notebooks/4-mathematical-models/logistic_regression.ipynb
"""
