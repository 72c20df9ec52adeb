"""Diagnostics: what a training run can be asked while it runs, so that a bug that raises no error is noticed.

Equations   [eq-diagnostics-stale] [eq-diagnostics-variety] [eq-diagnostics-neighbours] [eq-diagnostics-flow]
Shapes      X : (N, D)    y : (N,)    gradients : lists of arrays    A : (N, H)
Chapter     notebooks/3-algorithm/training.ipynb; reference page book/reference/diagnostics.md

Each function measures one number; `LIMITS` in `in_numpy` says from where on `findings` speaks of a bug. The arrays may
come from any framework.
"""
