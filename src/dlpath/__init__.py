"""Deep Learning Path: every idea derived, built three times, and proven equal.

One folder per concept, three files per folder: `in_numpy.py` is the derivation in code,
`in_torch.py` and `in_tensorflow.py` are what a PyTorch or a Keras user would write.
Importing `dlpath` imports no framework; each file imports its own and no other.
"""

__version__ = "0.1.0"

# The concepts in the groups in which the reference pages list them.
GROUPS = {
    "foundations": ("linear", "activations", "losses", "initialization"),
    "layers": (),
    "sequence": (),
    "models": ("architecture", "logistic_regression", "mlp"),
    "training": ("preparation", "optimizers", "training", "diagnostics", "metrics"),
    "applications": (),
    "trust": (),
}
