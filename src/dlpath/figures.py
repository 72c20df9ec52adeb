"""The book's figure style: dark ink on no ground, colours that colour-blind readers can tell apart, SVG that repeats.

In a notebook a figure stands on white paper, or its words would vanish in the dark theme. The book takes the paper
away (its id is dlpath-paper), so that a dark page can show the figure with its ink inverted.
"""

# Contrast with white paper: 3 : 1 and more, as lines need it; words need 4.5 : 1, which LIGHT, ORANGE and SKY lack.
INK, GREY, LIGHT = "#222222", "#6e6e6e", "#8c8c8c"
# Okabe and Ito's palette, darkened, in the order in which the book uses it; yellow is left out: too light for a line
BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION = "#0072b2", "#c88400", "#007d5a", "#b04f86", "#2f8fc9", "#a83800"
WORDS = {LIGHT: GREY, ORANGE: "#8f5e00", SKY: "#1d6fa5"}  # for words that name a line of this colour
COLOURS = (BLUE, VERMILION, GREEN, ORANGE, PURPLE, SKY)
FRAMEWORK = {"NumPy": BLUE, "PyTorch": VERMILION, "TensorFlow": ORANGE}


def use_style():
    """Set matplotlib's defaults for every figure that follows."""
    import matplotlib as mpl

    mpl.rcParams.update(
        {
            "figure.figsize": (4.5, 2.8),  # a phone shows it at 10 pt
            "figure.dpi": 110,
            "figure.hooks": ["dlpath.figures:on_paper"],
            "figure.constrained_layout.use": True,
            "figure.facecolor": "white",
            "savefig.facecolor": "white",
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
            "xtick.labelsize": 10,
            "ytick.labelsize": 10,
            "text.color": INK,
            "font.size": 10,
            "legend.frameon": False,
            "image.cmap": "Greys",
            "image.interpolation": "nearest",
            "svg.hashsalt": "dlpath",
            "svg.fonttype": "path",
        }
    )


def on_paper(figure):
    """Name the figure's ground, so that the book can take it away; matplotlib calls this for every new figure."""
    figure.patch.set_gid("dlpath-paper")


def label_line(ax, x, y, text, color=None, **kwargs):
    """Write `text` beside the point (x, y) in the line's colour: a direct label instead of a legend.

    Where the line's colour is too light for words, they are written in a darker one of the same hue.
    """
    place = {"xytext": (5, 0), "textcoords": "offset points", "va": "center"} | kwargs
    return ax.annotate(text, (x, y), color=WORDS.get(color, color), **place)
