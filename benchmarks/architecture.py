"""Width, depth, skips and ties on scikit-learn's digits, on the same splits.

    python benchmarks/architecture.py [--splits 20]

width: one hidden layer of 16 to 512 units. depth: 1 to 8 hidden layers with at most 1,510 parameters altogether,
without and with skips. Both learn from 1,000 images with Adam, batches of 32, 40 epochs, He-uniform weights; of three
rates the one is taken that reads most of the next 197, and judged on the other 600. arrangement: a first layer of 288
units, dense, local (each unit sees 3 by 3 pixels), or convolutional (local, and 8 kernels for all 36 places); and
"narrow", a dense one of 39 units, with about as many parameters as the convolution. Learned from 300 images in 30
epochs at a rate of 0.003, judged on the other 1,497; pixels as they are, or in one shuffled order for all images.
Written to benchmarks/results/architecture.{json,md} after each task.
"""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"

import argparse  # noqa: E402
import datetime  # noqa: E402
import json  # noqa: E402
import platform  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

import numpy as np  # noqa: E402
import torch  # noqa: E402
from scipy.stats import t as student  # noqa: E402
from tqdm import tqdm  # noqa: E402

from dlpath.architecture.counting import dense_cost  # noqa: E402
from dlpath.architecture.in_numpy import Stack  # noqa: E402
from dlpath.architecture.start import stack_sizes  # noqa: E402
from dlpath.data import digits  # noqa: E402
from dlpath.layers import Loss  # noqa: E402
from dlpath.losses.in_numpy import cross_entropy, cross_entropy_backward  # noqa: E402
from dlpath.optimizers.in_numpy import Adam  # noqa: E402
from dlpath.training.in_numpy import minibatches, predict, train  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tools.notebooks import commit  # noqa: E402

RESULTS = Path(__file__).parent / "results"
RATES = (0.001, 0.003, 0.01)
table = digits()
INK, LABELS = (table.X / 16).astype(np.float32), table.y


def widest(L, parameters=1510):
    """The largest width of L hidden layers with at most so many parameters."""
    return max(H for H in range(1, 600) if dense_cost(stack_sizes(64, H, 10, L))[0] <= parameters)


def stacks():
    """Task -> {name: width, hidden layers, skip}."""
    plain = {f"{L} × {widest(L)}": (widest(L), L, False) for L in (1, 2, 4, 8)}
    skips = {f"{L} × {widest(L)}, skips": (widest(L), L, True) for L in (2, 4, 8)}
    return {"width": {str(H): (H, 1, False) for H in (16, 32, 64, 128, 256, 512)}, "depth": plain | skips}


def read(H, L, skip, k, rate, epochs=40):
    """Per cent right on the images to choose by, and on the rest."""
    fit, validation, rest = np.split(np.random.default_rng(k).permutation(len(INK)), [1000, 1197])
    model = Stack(64, H, 10, L, skip, np.random.default_rng([k, 1]))
    loss, optimizer = Loss(cross_entropy, cross_entropy_backward), Adam(model.theta, lr=rate)
    order = np.random.default_rng([k, 2])
    train(model, loss, optimizer, INK[fit], LABELS[fit], epochs=epochs, batch_size=32, rng=order)
    return [100 * np.mean(predict(model, INK[rows]).argmax(axis=1) == LABELS[rows]) for rows in (validation, rest)]


def judged(settings, k):
    """Per cent right on the rest of split k: of three rates the one that the validation images choose."""
    return {name: max((read(*one, k, rate) for rate in RATES), key=lambda r: r[0])[1] for name, one in settings.items()}


def windows():
    """For each of 36 places the pixels of its 3 by 3 window, (36, 9)."""
    pixel = np.arange(64).reshape(8, 8)
    return np.array([pixel[u : u + 3, v : v + 3].ravel() for u in range(6) for v in range(6)])


def first_layer(kind, rng):
    """Parameters of the first layer, and a function that makes the (288, 64) matrix out of them."""
    seen = torch.from_numpy(np.repeat(windows(), 8, axis=0))  # (288, 9), eight kernels at a place
    D = 9 if kind in ("local", "convolution") else 64
    bound = np.sqrt(6 / D)
    draw = lambda *shape: torch.tensor(rng.uniform(-bound, bound, shape), dtype=torch.float32, requires_grad=True)  # noqa: E731
    if D == 64:
        return draw(39 if kind == "narrow" else 288, 64), lambda W: W
    if kind == "local":
        return draw(288, 9), lambda W: torch.zeros(288, 64).scatter(1, seen, W)
    return draw(8, 9), lambda W: torch.zeros(288, 64).scatter(1, seen, W.repeat(36, 1))


def arranged(kind, X, k, epochs=30, rate=0.003):
    """Per cent right on the images that were not learned from."""
    fit, rest = np.split(np.random.default_rng(k).permutation(len(X)), [300])
    rng, order = np.random.default_rng([k, 1]), np.random.default_rng([k, 2])
    W, matrix = first_layer(kind, rng)
    b, H = torch.zeros(len(W), requires_grad=True), 39 if kind == "narrow" else 288
    head = torch.tensor(rng.uniform(-1, 1, (10, H)) * np.sqrt(6 / H), dtype=torch.float32, requires_grad=True)
    c = torch.zeros(10, requires_grad=True)
    X, y, F = torch.from_numpy(X), torch.from_numpy(LABELS), torch.nn.functional
    logits = lambda X: F.linear(torch.relu(F.linear(X, matrix(W), b.repeat(H // len(b)))), head, c)  # noqa: E731
    optimizer = torch.optim.Adam([W, b, head, c], lr=rate)
    for _ in range(epochs):
        for rows in minibatches(300, 32, order):
            optimizer.zero_grad()
            F.cross_entropy(logits(X[fit[rows]]), y[fit[rows]]).backward()
            optimizer.step()
    with torch.no_grad():
        return 100 * float((logits(X[rest]).argmax(1) == y[rest]).float().mean())


def arrangements(k):
    shuffled = np.ascontiguousarray(INK[:, np.random.default_rng([k, 3]).permutation(64)])
    kinds = ("narrow", "dense", "local", "convolution")
    return {
        f"{kind}, {order}": arranged(kind, X, k)
        for order, X in (("as they are", INK), ("shuffled", shuffled))
        for kind in kinds
    }


def interval(lead):
    """Mean, and half the width of the 95 % interval."""
    return np.mean(lead), student.ppf(0.975, len(lead) - 1) * np.std(lead, ddof=1) / np.sqrt(len(lead))


def written(results):
    """For each task its mean per cents, and the lead over the setting before it (width) or over the first one."""
    for task, found in results.items():
        yield f"| {task} | read, per cent | lead over | |"
        yield "|---|--:|---|--:|"
        names = list(found)
        for place, name in enumerate(names):
            other = names[max(place - 1, 0) if task == "width" else 0]
            mean, half = interval(np.subtract(found[name], found[other]))
            lead = f"{mean:+.2f} ± {half:.2f}".replace("-", "−") if place else ""
            yield f"| {name} | {np.mean(found[name]):.2f} | {other if place else ''} | {lead} |"
        yield ""


def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else ():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def store(setting, results):
    text = json.dumps({"setting": setting, "results": results}, indent=1) + "\n"
    RESULTS.joinpath("architecture.json").write_text(text, encoding="utf-8")
    foot = (
        f"{setting['date']}, commit {setting['commit']}; {setting['processor']}, one thread; "
        f"PyTorch {setting['torch']}, {setting['splits']} splits; ± is a 95 % interval."
    )
    RESULTS.joinpath("architecture.md").write_text("\n".join([*written(results), foot]) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--splits", type=int, default=20)
    splits = parser.parse_args().splits
    torch.set_num_threads(1)
    setting = {
        "date": datetime.date.today().isoformat(),
        "commit": commit(),
        "processor": processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "torch": torch.__version__,
        "splits": splits,
    }
    results = {}
    tasks = {name: lambda k, s=settings: judged(s, k) for name, settings in stacks().items()}
    for task, one in tqdm({"arrangement": arrangements, **tasks}.items()):
        runs = [one(k) for k in range(splits)]
        results[task] = {name: [round(float(run[name]), 3) for run in runs] for name in runs[0]}
        store(setting, results)


if __name__ == "__main__":
    main()
