"""Metrics in NumPy: counts, curves, intervals and calibration, one file each."""

from dlpath.metrics.calibration import brier_score, calibration_curve, calibration_error
from dlpath.metrics.counts import accuracy, confusion_matrix, f1_macro, f1_micro, per_class, precision_recall_f1
from dlpath.metrics.curves import average_precision, precision_recall_curve, roc_auc, roc_curve
from dlpath.metrics.intervals import bootstrap_interval, coverage, mcnemar, wald_interval, wilson_interval

__all__ = [
    "accuracy",
    "average_precision",
    "bootstrap_interval",
    "brier_score",
    "calibration_curve",
    "calibration_error",
    "confusion_matrix",
    "coverage",
    "f1_macro",
    "f1_micro",
    "mcnemar",
    "per_class",
    "precision_recall_curve",
    "precision_recall_f1",
    "roc_auc",
    "roc_curve",
    "wald_interval",
    "wilson_interval",
]
