"""Loss functions: how wrong a prediction is, as one number, averaged over the batch.

Equations   [eq-mse] [eq-binary-cross-entropy] [eq-cross-entropy], and their gradients
Shapes      predictions or logits (N, K), or (N,) for one unit; labels (N,); losses are scalars, in nats
            (mean squared error: in squared units of the target)
Chapter     planned in sections 2 and 4; reference page book/reference/losses.md
"""
