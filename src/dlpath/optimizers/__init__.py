"""Optimizers: from a gradient to a step.

Equations   [eq-sgd] [eq-momentum] [eq-adam] [eq-adam-epsilon-hat] [eq-adam-step-bound]
Shapes      w, dw, v, m: one shape, any; in the classes one flat vector of all parameters
Chapter     notebooks/2-core-concepts/gradient_descent.ipynb, and one planned in section 4;
            reference page book/reference/optimizers.md
"""
