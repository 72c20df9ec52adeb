"""The book's figure style: dark ink on no ground, colours that colour-blind readers can tell apart, SVG that repeats.

A figure has no background of its own, so that a dark page can show it with its ink inverted.
"""

INK, GREY, LIGHT = "#222222", "#6e6e6e", "#d9d9d9"
# Okabe and Ito's palette, in the order in which the book uses it; yellow is left out: it is too light for a line
BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION = "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00"
COLOURS = (BLUE, VERMILION, GREEN, ORANGE, PURPLE, SKY)
FRAMEWORK = {"NumPy": BLUE, "PyTorch": VERMILION, "TensorFlow": ORANGE}


def use_style():
    """Set matplotlib's defaults for every figure that follows."""
    import matplotlib as mpl

    mpl.rcParams.update(
        {
            "figure.figsize": (6.4, 3.6),
            "figure.constrained_layout.use": True,
            "figure.facecolor": "none",
            "savefig.facecolor": "none",
            "savefig.transparent": True,
            "axes.facecolor": "none",
            "axes.edgecolor": GREY,
            "axes.labelcolor": INK,
            "axes.titlesize": 11,
            "axes.titlelocation": "left",
            "axes.labelsize": 10,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.prop_cycle": mpl.cycler(color=COLOURS),
            "axes.grid": False,
            "grid.color": LIGHT,
            "lines.linewidth": 1.8,
            "xtick.color": GREY,
            "ytick.color": GREY,
            "xtick.labelcolor": INK,
            "ytick.labelcolor": INK,
            "xtick.labelsize": 9,
            "ytick.labelsize": 9,
            "text.color": INK,
            "font.size": 10,
            "legend.frameon": False,
            "image.cmap": "Greys",
            "image.interpolation": "nearest",
            "svg.hashsalt": "dlpath",
            "svg.fonttype": "path",
        }
    )


def label_line(ax, x, y, text, color=None, **kwargs):
    """Write `text` beside the point (x, y) in the line's colour: a direct label instead of a legend."""
    place = {"xytext": (5, 0), "textcoords": "offset points", "va": "center"} | kwargs
    return ax.annotate(text, (x, y), color=color, **place)
