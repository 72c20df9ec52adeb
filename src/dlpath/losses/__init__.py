"""Loss functions: how wrong a prediction is, as one number, averaged over the batch unless a sum is asked for.

Equations   [eq-mse] [eq-mae] [eq-huber] [eq-binary-cross-entropy] [eq-cross-entropy] [eq-weighted-cross-entropy]
            [eq-log-sum-exp], and their gradients
Shapes      predictions or logits (N, K), or (N,) for one unit; labels (N,); class weights (K,); losses are scalars,
            in nats (mean squared error: in squared units of the target), with reduction="none" one for each example
Chapter     notebooks/2-core-concepts/losses.ipynb; reference page book/reference/losses.md
"""
