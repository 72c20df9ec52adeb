"""Pictures of digits as people take them: turned, transparent, in shadow, with specks; each comes out as MNIST's do."""

import numpy as np
import pytest
from PIL import Image

from dlpath.data.picture import STROKES, drawn_digit, otsu_threshold, read_picture

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
