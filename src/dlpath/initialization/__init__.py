"""Initial weights: drawn by NumPy's generator and handed to all three versions, so that all three start equal.

Equations   [eq-xavier] [eq-he]
Shapes      W (K, D): D inputs (fan-in), K outputs (fan-out)
Chapter     planned in section 3; reference page book/reference/initialization.md
"""
