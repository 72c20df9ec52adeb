"""A picture of one handwritten digit, brought into the form of MNIST's images."""

import numpy as np
from PIL import Image, ImageDraw, ImageOps
from scipy import ndimage

SIDE = 140  # pixels of the longer side at which strokes are looked for
GROUND = 31  # width of the window whose median is the paper, in steps of 2 pixels: a stroke covers less than half of it
FAINTEST = 30  # grey levels of 255 by which ink has to differ from the paper
PARTS = 0.2  # a second piece of ink belongs to the digit (the bar of a 5) from this share of the largest on


def read_picture(picture):
    """One digit, prepared as MNIST's were: array (28, 28), float32, from 0, paper, to 1, ink. Source: lecun1998.

    picture : path, open file or PIL image, of one digit that does not touch the edge; ink may be darker or
    lighter than the paper. Raises ValueError when no ink is found.
    """
    grey = upright_grey(picture)
    ink = ink_of(grey)
    digit = ink * largest_pieces(ink > otsu_threshold(ink))
    return centred(digit)


def upright_grey(picture):
    """Grey levels, array (height, width), the longer side SIDE: turned as the camera says, laid on a ground."""
    image = picture if isinstance(picture, Image.Image) else Image.open(picture)
    image = ImageOps.exif_transpose(image).convert("RGBA")
    grey, opaque = (np.asarray(band, np.float32) for band in (image.convert("L"), image.getchannel("A")))
    if opaque.max() == 0:
        raise ValueError("read_picture: the picture is transparent everywhere, so no digit can be seen")
    ground = 255.0 if np.average(grey, weights=opaque) < 128 or opaque.min() == 255 else 0.0
    grey = ground + (grey - ground) * opaque / 255
    size = [max(1, round(side * SIDE / max(image.size))) for side in image.size]
    return np.asarray(Image.fromarray(grey).resize(size, Image.Resampling.BOX if max(image.size) > SIDE else None))


def ink_of(grey):
    """How far each pixel stands out from the paper around it; shadows are paper, and speckles are smoothed away."""
    smooth = ndimage.gaussian_filter(grey, 1.0, mode="nearest")
    coarse = Image.fromarray(ndimage.median_filter(smooth[::2, ::2], GROUND, mode="mirror"))
    paper = np.asarray(coarse.resize(smooth.shape[::-1], Image.Resampling.BILINEAR))
    darker, lighter = (np.clip(sign * (smooth - paper), 0, None) for sign in (-1, 1))
    if max(darker.max(), lighter.max()) < FAINTEST:
        raise ValueError("read_picture: no digit found; nothing stands out from the paper. Is the sheet blank?")
    if (darker**2).sum() < (lighter**2).sum():
        return lighter
    return 255 * darker / np.maximum(paper, 64)  # ink in a shadow counts as much as outside


def otsu_threshold(values):
    """The value that splits an array into the two groups that lie farthest apart, weighted by size (Otsu)."""
    ordered = np.sort(values, axis=None).astype(np.float64)
    below = np.arange(1, ordered.size)
    total = ordered.cumsum()[:-1]
    means = total / below, (ordered.sum() - total) / (ordered.size - below)
    between = below * (ordered.size - below) * (means[1] - means[0]) ** 2
    return ordered[between.argmax()]


def largest_pieces(mask):
    """The largest connected piece of a mask, and others that are not small beside it; one pixel wider all around."""
    pieces, number = ndimage.label(mask, structure=np.ones((3, 3)))
    areas = ndimage.sum_labels(mask, pieces, np.arange(1, number + 1))
    keep = 1 + np.flatnonzero(areas >= PARTS * areas.max())
    return ndimage.binary_dilation(np.isin(pieces, keep))


def centred(ink):
    """(height, width) -> (28, 28): the digit fitted into 20 by 20 pixels, its centre of mass in the middle."""
    rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    size = [max(1, round(side * 20 / max(ink.shape))) for side in ink.shape[::-1]]
    ink = np.asarray(Image.fromarray(ink).resize(size, Image.Resampling.LANCZOS))  # overshoots below 0
    ink = np.clip(ink / np.quantile(ink[ink > 0], 0.9), 0, 1)
    top, left = (round(14 - np.arange(len(m)) @ m / m.sum()) for m in (ink.sum(axis=1), ink.sum(axis=0)))
    top, left = np.clip((top, left), 0, 28 - np.array(ink.shape))
    image = np.zeros((28, 28), np.float32)
    image[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return image


STROKES = {  # points that a pen goes through, in a field of 200 by 250
    0: [[(105, 45), (70, 75), (60, 125), (75, 180), (105, 198), (138, 175), (148, 125), (135, 70), (105, 45)]],
    2: [[(60, 80), (75, 55), (105, 45), (135, 60), (140, 90), (115, 130), (55, 195), (100, 192), (150, 195)]],
    3: [[(60, 60), (100, 45), (135, 65), (125, 100), (90, 115), (130, 130), (140, 165), (105, 195), (60, 180)]],
    4: [[(110, 45), (60, 140), (155, 140)], [(125, 95), (120, 200)]],
    5: [[(145, 50), (80, 50), (72, 110), (110, 100), (140, 120), (140, 160), (110, 190), (65, 180)]],
    7: [[(55, 55), (150, 55), (120, 110), (95, 195)]],
}


def drawn_digit(digit, at=(180, 90), size=(600, 420), paper=245, ink=30, width=18):
    """A made-up sheet with one digit on it (0, 2, 3, 4, 5 or 7), a grey PIL image. at : where its field begins."""
    sheet = Image.new("L", size, paper)
    for points in STROKES[digit]:
        moved = [(x + at[0], y + at[1]) for x, y in points]
        ImageDraw.Draw(sheet).line(moved, fill=ink, width=width, joint="curve")
    return sheet
