"""Metrics: how good a classifier is, and how sure one can be of that.

Equations   [eq-metrics-precision-recall] [eq-metrics-f1] [eq-metrics-auc] [eq-metrics-average-precision]
            [eq-metrics-wald] [eq-metrics-wilson] [eq-metrics-mcnemar] [eq-metrics-calibration-error]
Shapes      y, y_hat, scores, p : (N,)    C : (K, K), rows are true classes, columns predicted ones
Chapter     notebooks/3-algorithm/evaluation.ipynb; reference page book/reference/metrics.md

The frameworks have no formulas of their own here: the second opinions are scikit-learn and statsmodels. What stands in
`in_numpy` can be imported from `dlpath.metrics` as well; it is read when it is first asked for.
"""


def __getattr__(name):
    """The functions of in_numpy, so that importing a concept still imports nothing."""
    import importlib

    if name.startswith("_") or name in ("in_numpy", "counts", "curves", "calibration", "intervals"):
        raise AttributeError(name)
    return getattr(importlib.import_module("dlpath.metrics.in_numpy"), name)
