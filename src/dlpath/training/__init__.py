"""Training: mini-batches in a drawn order, a step on each, epoch after epoch; rates, stopping, and going on later.

Equations    [eq-minibatch-gradient] [eq-training-constant] [eq-training-step-decay] [eq-training-cosine]
             [eq-training-warmup]
Shapes       X (N, …), y (N, …): one example a row; a batch is B of them
Beside it    schedules.py (the rate of a step), callbacks.py and stopping.py (what happens after an epoch),
             checkpoints.py and files.py (what is kept of a run), noise.py
Chapter      notebooks/3-algorithm/training.ipynb; reference page book/reference/training.md
"""
