"""Optimizers in TensorFlow: Keras' own, with our names for the settings and every default named."""

import keras

from dlpath.checks import check_betas, check_number


def SGD(lr=0.01, beta=0.0):
    """keras.optimizers.SGD: v ← β v − lr · dw,  w ← w + v; at a constant lr equal to [eq-momentum].

    Keras rounds β to float32, in float64 too: 0.9 becomes 0.89999998, and the weights differ from [eq-momentum]'s
    in the eighth digit. With a β that float32 holds exactly, such as 0.875, nothing differs.
    """
    lr = check_number("optimizer", "lr", lr)
    check_betas("optimizer", beta)
    return keras.optimizers.SGD(learning_rate=lr, momentum=beta, nesterov=False)


def Adam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-7):
    """keras.optimizers.Adam, the "epsilon hat" form [eq-adam-epsilon-hat]; Keras does not offer the other."""
    lr, eps = check_number("optimizer", "lr", lr), check_number("optimizer", "eps", eps)
    check_betas("optimizer", beta1, beta2)
    return keras.optimizers.Adam(learning_rate=lr, beta_1=beta1, beta_2=beta2, epsilon=eps, amsgrad=False)
