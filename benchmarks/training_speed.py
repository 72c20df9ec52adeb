"""How long one training step of the 784-128-10 network takes, in NumPy, PyTorch and Keras, side by side.

    python benchmarks/training_speed.py [--rounds 7]

All train the same network (batch 32, Adam, float32, MNIST) from the same weights on the same batches, one epoch a
round. Rounds are interleaved, their order is reversed every time, and what is counted is the process's CPU time on one
thread: that is steady where wall time is not. The table says median microseconds per step, the ratio to dlpath's
NumPy, and the test accuracy after five epochs. Written to benchmarks/results/training_speed.{json,md}.
"""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
    os.environ[name] = "1"
os.environ |= {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0"}

import argparse  # noqa: E402
import datetime  # noqa: E402
import json  # noqa: E402
import platform  # noqa: E402
import statistics  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
import warnings  # noqa: E402
from pathlib import Path  # noqa: E402

from dlpath.frameworks import load_triton  # noqa: E402

load_triton()

import keras  # noqa: E402
import numpy as np  # noqa: E402
import sklearn  # noqa: E402
import tensorflow as tf  # noqa: E402
import torch  # noqa: E402
from sklearn.neural_network import MLPClassifier  # noqa: E402
from tqdm import tqdm  # noqa: E402

from dlpath.data import mnist  # noqa: E402
from dlpath.layers import Loss  # noqa: E402
from dlpath.losses.in_numpy import cross_entropy, cross_entropy_backward  # noqa: E402
from dlpath.mlp import in_numpy, in_tensorflow, in_torch  # noqa: E402
from dlpath.optimizers.in_numpy import Adam  # noqa: E402
from dlpath.training.in_numpy import predict, train  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tools.notebooks import commit  # noqa: E402

SIZES, BATCH, ACCURACY_AFTER = (784, 128, 10), 32, 5
RESULTS = Path(__file__).parent / "results"
torch.set_num_threads(1)


def initial_params():
    return in_numpy.MLP(SIZES, np.random.default_rng(0)).params


class NumPy:
    """dlpath's NumPy version, as the chapter trains it."""

    label = "NumPy (dlpath)"

    def __init__(self):
        self.model = in_numpy.MLP(SIZES).load(initial_params())
        self.loss, self.optimizer = Loss(cross_entropy, cross_entropy_backward), Adam(self.model.theta)

    def epoch(self, X, y, rng):
        train(self.model, self.loss, self.optimizer, X, y, epochs=1, batch_size=BATCH, rng=rng)

    def logits(self, X):
        return predict(self.model, X)


class PyTorch:
    """The plain loop: zero_grad, forward, backward, step."""

    label, fused, flush = "PyTorch, plain loop", False, False

    def __init__(self):
        self.model = in_torch.MLP(SIZES).load(initial_params())
        self.optimizer = torch.optim.Adam(self.model.parameters(), fused=self.fused)

    def epoch(self, X, y, rng):
        torch.set_flush_denormal(self.flush)
        X, y = torch.from_numpy(X), torch.from_numpy(y)
        for rows in torch.from_numpy(rng.permutation(len(X))).split(BATCH):
            self.optimizer.zero_grad()
            torch.nn.functional.cross_entropy(self.model(X[rows]), y[rows]).backward()
            self.optimizer.step()
        torch.set_flush_denormal(False)

    def logits(self, X):
        with torch.no_grad():
            return self.model(torch.from_numpy(X)).numpy()


class PyTorchFlushed(PyTorch):
    label, flush = "PyTorch, plain loop, denormals flushed", True


class PyTorchFused(PyTorch):
    label, fused = "PyTorch, fused Adam", True


class PyTorchFusedFlushed(PyTorch):
    label, fused, flush = "PyTorch, fused Adam, denormals flushed", True, True


class Keras:
    """`fit` with its defaults."""

    label, steps_per_execution = "Keras fit, default", 1

    def __init__(self):
        self.model = in_tensorflow.MLP(SIZES).load(initial_params())
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        self.model.compile("adam", loss, steps_per_execution=self.steps_per_execution)

    def epoch(self, X, y, rng):
        order = rng.permutation(len(X))
        self.model.fit(X[order], y[order], batch_size=BATCH, shuffle=False, verbose=0)

    def logits(self, X):
        return self.model.predict(X, batch_size=1000, verbose=0)


class KerasSteps(Keras):
    label, steps_per_execution = "Keras fit, steps_per_execution=75", 75


class ScikitLearn:
    """MLPClassifier: the same network and optimizer, its own initial weights and batches."""

    label = "scikit-learn MLPClassifier"

    def __init__(self):
        self.model = MLPClassifier((128,), batch_size=BATCH, max_iter=1, alpha=0, warm_start=True, random_state=0)

    def epoch(self, X, y, rng):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", sklearn.exceptions.ConvergenceWarning)
            self.model.fit(X, y)

    def logits(self, X):
        return self.model.predict_proba(X)


CONTESTANTS = (
    NumPy, PyTorch, PyTorchFlushed, PyTorchFused, PyTorchFusedFlushed, Keras, KerasSteps, ScikitLearn
)  # fmt: skip


def measure(rounds):
    data = mnist()
    if data.source != "MNIST":
        raise SystemExit("training_speed: needs the MNIST files; see the data page of the book")
    X = data.x_train.reshape(-1, 784).astype(np.float32) / np.float32(255)
    X_test = data.x_test.reshape(-1, 784).astype(np.float32) / np.float32(255)
    y, y_test = data.y_train.astype(np.int64), data.y_test
    steps = -(-len(X) // BATCH)
    runners = [Contestant() for Contestant in CONTESTANTS]
    seconds, accuracy = {r.label: [] for r in runners}, {}
    for runner in runners:
        runner.epoch(X[: 100 * BATCH], y[: 100 * BATCH], np.random.default_rng(99))  # compile, warm up
        runner.__init__()  # and start again from the same weights
        runner.epoch(X[:BATCH], y[:BATCH], np.random.default_rng(99))
    for turn in tqdm(range(rounds), desc="rounds"):
        for runner in runners if turn % 2 == 0 else runners[::-1]:
            start = time.process_time()
            runner.epoch(X, y, np.random.default_rng(turn))
            seconds[runner.label].append(time.process_time() - start)
            if turn + 1 == ACCURACY_AFTER:
                accuracy[runner.label] = float(np.mean(runner.logits(X_test).argmax(axis=1) == y_test))
    return {
        label: {"us_per_step": [s / steps * 1e6 for s in s_], "accuracy": accuracy[label]}
        for label, s_ in seconds.items()
    }


def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else ():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def table(results):
    base = statistics.median(results[NumPy.label]["us_per_step"])
    rows = ["| version | µs per step (median) | lowest to highest | times NumPy | test accuracy, 5 epochs |",
            "|---|--:|--:|--:|--:|"]  # fmt: skip
    for label, r in sorted(results.items(), key=lambda item: statistics.median(item[1]["us_per_step"])):
        t = r["us_per_step"]
        rows.append(
            f"| {label} | {statistics.median(t):.0f} | {min(t):.0f} to {max(t):.0f} "
            f"| {statistics.median(t) / base:.2f} | {r['accuracy']:.2%} |"
        )
    return "\n".join(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    if rounds < ACCURACY_AFTER:
        parser.error(f"--rounds must be at least {ACCURACY_AFTER}, the epochs after which accuracy is measured")
    results = measure(rounds)
    versions = {m.__name__: m.__version__ for m in (np, torch, tf, keras, sklearn)}
    setting = {
        "date": datetime.date.today().isoformat(),
        "commit": commit(),
        "processor": processor(),
        "cores": os.cpu_count(),
        "threads": 1,
        "python": platform.python_version(),
        "rounds": rounds,
    } | versions
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "training_speed.json").write_text(json.dumps({"setting": setting, "results": results}, indent=1) + "\n")
    about = ", ".join(f"{k} {v}" for k, v in versions.items())
    caption = (
        f"{setting['date']}, commit {setting['commit']}; {setting['processor']}, {setting['cores']} cores, one thread; "
        f"Python {setting['python']}, {about}; {rounds} interleaved rounds of one epoch (1,875 steps), CPU time.\n"
    )
    (RESULTS / "training_speed.md").write_text(table(results) + "\n\n" + caption)
    print((RESULTS / "training_speed.md").read_text())


if __name__ == "__main__":
    main()
