"""Pictures of digits as people take them: turned, transparent, in shadow, with specks; each comes out as MNIST's do."""

import numpy as np
import pytest
from PIL import Image

from dlpath.data.picture import (
    STROKES,
    centred,
    drawn_digit,
    ink_of,
    largest_pieces,
    otsu_threshold,
    read_picture,
    upright_grey,
)

PLAIN = {digit: read_picture(drawn_digit(digit)) for digit in STROKES}


def levels(digit=4, **how):
    return np.asarray(drawn_digit(digit, **how), float)


def picture(array):
    return Image.fromarray(array.clip(0, 255).astype(np.uint8))


def nearest(image):
    """The digit whose plain picture this one resembles most, and how much (1: the same up to a factor)."""
    alike = {d: np.corrcoef(image.ravel(), one.ravel())[0, 1] for d, one in PLAIN.items()}
    best = max(alike, key=alike.get)
    return best, alike[best]


def with_speck(array):
    array = array.copy()
    array[20:32, 40:52] = 10
    return array


def with_grain(array, size=25):
    return array + np.random.default_rng(0).normal(0, size, array.shape)


def in_shadow(array):
    return array * np.linspace(1, 0.35, array.shape[1]) * np.linspace(1, 0.8, array.shape[0])[:, None]


def under_a_hand(array):
    return np.where(np.arange(array.shape[1]) < 300, array, 0.6 * array)


def transparent(array, ink=0):
    rgba = np.full((*array.shape, 4), ink, np.uint8)
    rgba[..., 3] = np.where(array < 128, 255, 0)
    return Image.fromarray(rgba)


CHANGED = {
    "white on black": lambda a: picture(255 - a),
    "speck": lambda a: picture(with_speck(a)),
    "grain": lambda a: picture(with_grain(a)),
    "shadow": lambda a: picture(in_shadow(a)),
    "hard shadow": lambda a: picture(under_a_hand(a)),
    "shadow, speck and grain": lambda a: picture(with_grain(in_shadow(with_speck(a)), 12)),
    "transparent": transparent,
    "white on transparent": lambda a: transparent(a, ink=255),
    "large": lambda a: picture(a).resize((2400, 1680)),
    "palette": lambda a: picture(a).convert("P"),
}


@pytest.mark.parametrize("how", CHANGED)
@pytest.mark.parametrize("digit", [3, 4, 5])
def test_the_digit_comes_out_as_from_a_plain_picture(digit, how):
    found, alike = nearest(read_picture(CHANGED[how](levels(digit))))
    assert found == digit
    assert alike > 0.75


@pytest.mark.parametrize("at", [(0, 0), (390, 165), (10, 160)])
def test_the_place_on_the_sheet_makes_no_difference(at):
    found, alike = nearest(read_picture(drawn_digit(5, at)))
    assert found == 5
    assert alike > 0.85


def test_the_image_has_the_form_of_the_training_images():
    for image in PLAIN.values():
        assert image.shape == (28, 28)
        assert image.dtype == np.float32
        assert image.min() == 0
        assert 0.99 < image.max() <= 1
        rows, columns = (np.flatnonzero(image.any(axis=axis)) for axis in (1, 0))
        assert max(np.ptp(rows), np.ptp(columns)) + 1 in (19, 20)  # fitted into 20 by 20 pixels
        for axis in (0, 1):  # the centre of mass is in the middle, to half a pixel
            assert abs(image.sum(axis=axis) @ np.arange(28) / image.sum() - 14) <= 0.51


def test_a_photograph_that_the_camera_says_is_turned_is_turned_back(tmp_path):
    turned, exif = drawn_digit(4).transpose(Image.Transpose.ROTATE_90), Image.Exif()
    exif[274] = 6  # to be shown turned by 90 degrees clockwise
    turned.save(tmp_path / "turned.jpg", exif=exif)
    turned.save(tmp_path / "unmarked.jpg")
    assert nearest(read_picture(tmp_path / "turned.jpg")) == (4, pytest.approx(1, abs=0.05))
    assert nearest(read_picture(tmp_path / "unmarked.jpg"))[1] < 0.8


@pytest.mark.parametrize(
    "array",
    [
        np.full((420, 600), 245.0),
        np.zeros((420, 600)),
        with_grain(np.full((420, 600), 200.0)),
        in_shadow(np.full((420, 600), 245.0)),
        under_a_hand(np.full((420, 600), 245.0)),
    ],
)
def test_a_blank_sheet_is_refused(array):
    with pytest.raises(ValueError, match="no digit found"):
        read_picture(picture(array))


def test_a_picture_of_nothing_is_refused():
    with pytest.raises(ValueError, match="transparent everywhere"):
        read_picture(Image.new("RGBA", (60, 60)))


def test_otsu_splits_two_groups():
    rng = np.random.default_rng(0)
    values = np.concatenate([rng.normal(10, 2, 900), rng.normal(100, 5, 100)])
    assert 20 > otsu_threshold(values) > 10
    assert (values > otsu_threshold(values)).sum() == 100


# What follows pins the numbers and steps of the preparation, one by one.


@pytest.mark.parametrize(("size", "shape"), [((600, 420), (98, 140)), ((30, 60), (140, 70))])
def test_the_longer_side_becomes_140_pixels(size, shape):
    assert upright_grey(Image.new("L", size, 245)).shape == shape


def bar(width, ink, paper=200.0):
    """A sheet of 140 by 140 with an upright bar whose left edge is at column 40."""
    sheet = np.full((140, 140), paper, np.float32)
    sheet[:, 40 : 40 + width] = ink
    return sheet


def test_ink_has_to_differ_from_the_paper_by_30_grey_levels():
    assert ink_of(bar(14, ink=169)).max() == pytest.approx(255 * 31 / 200, rel=1e-3)  # so wide that nothing is blurred
    assert ink_of(bar(14, ink=231)).max() == pytest.approx(31, rel=1e-3)
    for ink in (171, 229):
        with pytest.raises(ValueError, match="no digit found"):
            ink_of(bar(14, ink))


def test_the_paper_is_the_median_of_31_steps_of_2_pixels():
    full = 255 * 150 / 200
    assert ink_of(bar(30, ink=50))[70, 54:56].min() > 0.8 * full  # 15 of 31 are ink
    assert ink_of(bar(32, ink=50))[70, 54:56].max() < 0.7 * full  # 16 of 31: the edge's grey is paper


def test_a_point_is_smoothed_by_a_normal_curve_of_width_1():
    curve = np.exp(-0.5 * np.arange(-4, 5) ** 2)
    curve /= curve.sum()
    for row, weights in ((70, curve[4:]), (0, curve[4:][::-1].cumsum()[::-1])):  # at the edge, the row repeats
        sheet = np.full((140, 140), 200, np.float32)
        sheet[row, 70] = 0
        expected = 255 * np.outer(weights, curve)
        np.testing.assert_allclose(ink_of(sheet)[row : row + 5, 66:75], expected, atol=2e-3)


@pytest.mark.parametrize(("paper", "divided_by"), [(200, 200), (80, 80), (50, 64)])
def test_ink_is_measured_against_its_paper_down_to_64(paper, divided_by):
    assert ink_of(bar(14, ink=10, paper=float(paper))).max() == pytest.approx(255 * (paper - 10) / divided_by, rel=1e-3)


def test_pieces_from_a_fifth_of_the_largest_are_kept_and_all_grow_by_a_pixel():
    mask = np.zeros((40, 40), bool)
    mask[2:12, 2:12] = True  # 100 pixels
    mask[20:24, 2:7] = True  # 20
    mask[20:24, 20:25] = True
    mask[20, 20] = False  # 19
    mask[30:34, 8:10] = mask[34:37, 10:14] = True  # 8 and 12, one piece across a corner
    expected = np.zeros_like(mask)
    for down, right in ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)):
        kept = mask.copy()
        kept[19:25, 19:26] = False
        expected |= np.roll(kept, (down, right), axis=(0, 1))
    np.testing.assert_array_equal(largest_pieces(mask), expected)


def test_a_tenth_of_the_ink_is_full_and_the_centre_of_mass_is_in_the_middle():
    ink = np.arange(1.0, 401, dtype=np.float32).reshape(20, 20)
    expected = np.minimum(ink / 360.1, 1)  # 90 % of the way from 1 to 400
    sheet = np.zeros((60, 60), np.float32)
    sheet[11:31, 33:53] = ink
    image = centred(sheet)
    top = round(14 - (expected.sum(axis=1) * np.arange(20)).sum() / expected.sum())
    left = round(14 - (expected.sum(axis=0) * np.arange(20)).sum() / expected.sum())
    assert (top, left) == (1, 4)
    np.testing.assert_allclose(image[1:21, 4:24], expected, rtol=1e-5)
    assert image.sum() == pytest.approx(expected.sum(), rel=1e-5)  # and nothing elsewhere


@pytest.mark.parametrize(("heavy", "first"), [(0, 8), (19, 0)])
@pytest.mark.parametrize("turned", [False, True])
def test_what_would_leave_the_image_is_put_at_its_edge(heavy, first, turned):
    ink = np.zeros((20, 20), np.float32)
    ink[heavy], ink[19 - heavy, 10] = 1, 1
    image = centred(ink.T if turned else ink)
    image = image.T if turned else image
    np.testing.assert_array_equal(np.flatnonzero(image.any(axis=1)), [first, first + 19])
    assert image[first + heavy].sum() == 20
