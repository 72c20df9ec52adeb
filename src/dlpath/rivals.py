"""Five ways to learn from a table, each with four settings: logistic regression, SVM, forest, boosting, network.

    best, model = choose(rivals(seed=0)["forest"], fit, validation)    # (index of the setting, fitted model)

Everybody gets the same rows and the same number of tries; a setting is chosen on rows that are used for nothing else.
Three are pipelines that standardize by the mean and deviation of the rows they were fitted to; trees need none.
"""

from itertools import product

import numpy as np

from dlpath.layers import Loss
from dlpath.losses.in_numpy import cross_entropy, cross_entropy_backward
from dlpath.mlp.in_numpy import MLP
from dlpath.optimizers.in_numpy import Adam
from dlpath.training.in_numpy import predict, train


class Network:
    """A hidden layer of 64 ReLUs, Adam in batches of 32; fit and predict as scikit-learn has them."""

    def __init__(self, lr, epochs, seed, hidden=64):
        self.lr, self.epochs, self.seed, self.hidden = lr, epochs, seed, hidden

    def fit(self, X, y):
        self.mean, self.scale = X.mean(axis=0), X.std(axis=0)
        self.scale = np.where(self.scale > 0, self.scale, 1)
        self.classes, labels = np.unique(y, return_inverse=True)
        self.model = MLP((X.shape[1], self.hidden, len(self.classes)), np.random.default_rng([self.seed, 1]))
        loss, optimizer = Loss(cross_entropy, cross_entropy_backward), Adam(self.model.theta, lr=self.lr)
        settings = {"epochs": self.epochs, "batch_size": 32, "rng": np.random.default_rng([self.seed, 2])}
        train(self.model, loss, optimizer, self._standard(X), labels, **settings)
        return self

    def predict(self, X):
        return self.classes[predict(self.model, self._standard(X)).argmax(axis=1)]

    def _standard(self, X):
        return ((X - self.mean) / self.scale).astype(np.float32)


def rivals(seed):
    """Name -> four models not yet fitted, one for each setting."""
    from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    def standardized(model):
        return make_pipeline(StandardScaler(), model)

    def forest(columns, leaf):
        return RandomForestClassifier(100, max_features=columns, min_samples_leaf=leaf, random_state=seed)

    def boosting(rate, leaves):
        return HistGradientBoostingClassifier(
            learning_rate=rate,
            max_leaf_nodes=leaves,
            max_iter=50,
            min_samples_leaf=5,
            early_stopping=False,
            random_state=seed,
        )

    return {
        "logistic": [standardized(LogisticRegression(C=C, max_iter=2000)) for C in (0.01, 0.1, 1, 10)],
        "SVM": [standardized(SVC(C=C, gamma=gamma)) for C, gamma in product((1, 10), ("scale", "auto"))],
        "forest": [forest(columns, leaf) for columns, leaf in product(("sqrt", 0.5), (1, 3))],
        "boosting": [boosting(rate, leaves) for rate, leaves in product((0.1, 0.3), (4, 16))],
        "network": [Network(lr, epochs, seed) for lr, epochs in product((0.002, 0.01), (20, 80))],
    }


def choose(models, fit, validation):
    """Fit all to the first rows, choose by the share right on the others: index and model. A tie goes to the first."""
    fitted = [model.fit(*fit) for model in models]
    right = [np.mean(model.predict(validation[0]) == validation[1]) for model in fitted]
    best = int(np.argmax(right))
    return best, fitted[best]
