"""The multilayer perceptron: linear maps with a ReLU between them, logits at the end.

Equation    [eq-mlp]
Shapes      X (N, D)   W1 (H, D)   b1 (H,)   W2 (K, H)   b2 (K,)   Z (N, K); more hidden layers the same way
Chapter     notebooks/5-project-practice/mnist.ipynb
"""
