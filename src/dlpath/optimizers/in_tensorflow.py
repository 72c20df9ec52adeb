"""Optimizers in TensorFlow: Keras' own, with our names for the settings and every default named."""

import keras


def SGD(lr=0.01, beta=0.0):
    """keras.optimizers.SGD: v ← β v − lr · dw,  w ← w + v; at a constant lr equal to [eq-momentum]."""
    return keras.optimizers.SGD(learning_rate=lr, momentum=beta, nesterov=False)


def Adam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-7):
    """keras.optimizers.Adam, the "epsilon hat" form [eq-adam-epsilon-hat]; Keras does not offer the other."""
    return keras.optimizers.Adam(learning_rate=lr, beta_1=beta1, beta_2=beta2, epsilon=eps, amsgrad=False)
