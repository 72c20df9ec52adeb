"""Optimizers: from a gradient to a step.

Equations   [eq-sgd] [eq-momentum] [eq-adam] [eq-adam-epsilon-hat]
Shapes      w, dw, v, m: one shape, any; in the classes the flat vector of all P parameters, (P,)
Chapter     planned in section 4; reference page book/reference/optimizers.md
"""
