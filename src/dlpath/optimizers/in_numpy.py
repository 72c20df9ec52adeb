"""Optimizers in NumPy: each formula as a pure function, then the same step in place on a flat vector.

The functions are the definition. The classes allocate once, update `theta` in place and forget nothing;
a test holds them equal to the functions. Settings become Python floats: a NumPy scalar would make float32 float64.
"""

import math

import numpy as np

from dlpath.checks import check_betas, check_count, check_number, check_same_shape


def sgd_step(w, dw, lr):
    """w ← w − lr · dw [eq-sgd]. Returns the new w."""
    check_same_shape("sgd_step", w=w, dw=dw)
    return w - _plain(lr) * dw


def momentum_step(w, dw, v, lr, beta=0.9):
    """v ← β v + dw,  w ← w − lr · v [eq-momentum]. Returns w, v. Source: polyak1964."""
    check_same_shape("momentum_step", w=w, dw=dw, v=v)
    v = _plain(beta) * v + dw
    return w - _plain(lr) * v, v


def adam_step(w, dw, m, v, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Adam's step number t = 1, 2, … [eq-adam]. Returns w, m, v. Source: kingma2015, Algorithm 1.

    m ← β₁ m + (1 − β₁) dw,  v ← β₂ v + (1 − β₂) dw²,  w ← w − lr · m̂ / (√v̂ + ε)
    with m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ). PyTorch computes this form.
    No step is longer than lr (1 − β₁) / √(1 − β₂) / √(1 − β₁² / β₂), 7.27 lr by default [eq-adam-step-bound].
    """
    t, lr, beta1, beta2, eps = _settings("adam_step", w, dw, m, v, t, lr, beta1, beta2, eps)
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


def adam_epsilon_hat_step(w, dw, m, v, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-7):
    """Adam with ε outside the bias correction [eq-adam-epsilon-hat]. Returns w, m, v.

    w ← w − lr · √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε): the faster form in the last sentence of section 2 of
    kingma2015. Keras computes this form, and takes β₁ᵗ and β₂ᵗ of betas rounded to float32, as done here.
    """
    t, lr, beta1, beta2, eps = _settings("adam_epsilon_hat_step", w, dw, m, v, t, lr, beta1, beta2, eps)
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    rate = lr * math.sqrt(1 - _float32(beta2) ** t) / (1 - _float32(beta1) ** t)
    return w - rate * m / (np.sqrt(v) + eps), m, v


class SGD:
    """Gradient descent in place, with momentum if `beta` > 0 [eq-sgd] [eq-momentum].

    theta : array with one axis, all parameters, updated by `step(grad)`; grad : array of its shape
    """

    def __init__(self, theta, lr=0.01, beta=0.0):
        lr = check_number("optimizer", "lr", lr)
        check_betas("optimizer", beta)
        self.theta, self.lr, self.beta = theta, lr, beta
        self.v = np.zeros_like(theta)
        self._work = np.empty_like(theta)

    def step(self, grad):
        check_same_shape("optimizer", theta=self.theta, grad=grad)
        if self.beta:
            self.v *= self.beta
            self.v += grad
            grad = self.v
        np.multiply(grad, self.lr, out=self._work)
        self.theta -= self._work


class Adam:
    """Adam in place [eq-adam]; with `epsilon_hat=True` Keras' form [eq-adam-epsilon-hat].

    theta : array with one axis, all parameters, updated by `step(grad)`; grad : array of its shape
    The moments are kept as m / (1 − β₁) and v / (1 − β₂): two multiplications fewer, undone in the scalars.
    """

    FLUSH_EVERY = 64  # steps; moments of weights with zero gradients decay into denormals, 50 times slower

    def __init__(self, theta, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, epsilon_hat=False):
        lr, eps = check_number("optimizer", "lr", lr), check_number("optimizer", "eps", eps)
        check_betas("optimizer", beta1, beta2)
        self.theta, self.lr, self.beta1, self.beta2, self.eps = theta, lr, beta1, beta2, eps
        self.epsilon_hat = epsilon_hat
        self.t = 0
        self.m, self.v, self._work = np.zeros_like(theta), np.zeros_like(theta), np.empty_like(theta)

    def step(self, grad):
        check_same_shape("optimizer", theta=self.theta, grad=grad)
        self.t += 1
        rate, eps = self._scalars()
        m, v, work = self.m, self.v, self._work
        m *= self.beta1
        m += grad
        v *= self.beta2
        np.multiply(grad, grad, out=work)
        v += work
        np.sqrt(v, out=work)
        work += eps
        np.divide(m, work, out=work)
        work *= rate
        self.theta -= work
        if self.t % self.FLUSH_EVERY == 0:
            self._flush()

    def _flush(self):
        """Set to zero what would soon be denormal: m, and v where m is gone, so that no step grows. In place."""
        floor = 1000 * float(np.finfo(self.m.dtype).tiny)
        for moment in (self.m, self.v):
            np.maximum(np.abs(self.m, out=self._work), moment, out=self._work)
            moment *= np.greater_equal(self._work, floor, out=self._work)  # 1 where it stays, 0 where it goes

    def _scalars(self):
        """The factor of m / (√v + ε) and the ε that fit the moments as they are kept here."""
        root = math.sqrt(1 - self.beta2)
        if self.epsilon_hat:
            c1, c2 = 1 - _float32(self.beta1) ** self.t, 1 - _float32(self.beta2) ** self.t
            eps = self.eps / root
        else:
            c1, c2 = 1 - self.beta1**self.t, 1 - self.beta2**self.t
            eps = self.eps * math.sqrt(c2) / root
        return self.lr * (1 - self.beta1) * math.sqrt(c2) / (c1 * root), eps


def _float32(x):
    return float(np.float32(x))


def _settings(where, w, dw, m, v, t, *rates):
    check_same_shape(where, w=w, dw=dw, m=m, v=v)
    check_count(where, "t", t)
    return int(t), *map(_plain, rates)


def _plain(rate):
    """A NumPy scalar as a Python float; one rate for each weight, an array, stays as it is."""
    return float(rate) if np.ndim(rate) == 0 else rate
