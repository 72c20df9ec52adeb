"""Activation functions: the f of ``y = f(Wx + b)``, applied to each element, and softmax, applied to each row.

Equations   [eq-sigmoid] [eq-tanh] [eq-relu] [eq-leaky-relu] [eq-elu] [eq-gelu] [eq-softplus] [eq-softmax],
            and their derivatives
Shapes      Z, A (N, K): the same shape in and out; all but softmax take any shape
Chapter     notebooks/2-core-concepts/activations.ipynb; reference page book/reference/activations.md
"""
