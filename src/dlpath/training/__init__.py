"""Training: mini-batches in a drawn order, a step on each, epoch after epoch.

Equation    [eq-minibatch-gradient]
Shapes      X (N, …), y (N, …): one example a row; a batch is B of them
Chapter     planned in section 3; used in notebooks/2-core-concepts/gradient_descent.ipynb and
            notebooks/5-project-practice/mnist.ipynb
"""
