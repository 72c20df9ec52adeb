"""Reverse mode on arrays: a `Tensor` remembers how it was computed, and `backward` goes that way back.

Equations   [eq-autograd-vjp] [eq-autograd-accumulate] [eq-autograd-broadcast] [eq-autograd-index] [eq-autograd-max]
Shapes      any; a gradient has the shape of what it belongs to
Chapter     notebooks/2-core-concepts/backpropagation.ipynb
"""
