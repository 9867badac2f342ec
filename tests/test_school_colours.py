"""One colour that somebody chose, and the shades in which a school's pages show it."""

import re
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classroom.colours import contrast, palette, read

TOKENS = (Path(__file__).parents[1] / "static" / "css" / "tokens.css").read_text()
SCHEMES = dict(zip(("light", "dark"), TOKENS.split("@media (prefers-color-scheme: dark)"), strict=True))
GROUNDS = ("page", "surface", "surface-sunk")
UGLY = ("#ffff00", "#000000", "#0b0b0c", "#ffffff", "#808080", "#ff0000", "#00ff00", "#0000ff", "#00ffff")


def ground(scheme, name):
    (digits,) = re.findall(rf"--{name}: (#[0-9a-f]{{6}});", SCHEMES[scheme])
    return read(digits)


def check(colour):
    shades = palette(colour)
    for scheme in ("light", "dark"):
        one = getattr(shades, scheme)
        accent, strong, soft, on_accent = map(read, (one.accent, one.strong, one.soft, one.on_accent))
        for its in (*(ground(scheme, name) for name in GROUNDS), soft):
            assert contrast(accent, its) >= 4.5
            assert contrast(strong, its) >= 4.5
        assert contrast(on_accent, accent) >= 4.5
        assert contrast(on_accent, strong) >= 4.5
        assert contrast(ground(scheme, "ink"), soft) >= 4.5
        assert contrast(ground(scheme, "ink-muted"), soft) >= 4.5


@pytest.mark.parametrize("colour", UGLY)
def test_whatever_colour_a_school_takes_all_of_it_can_be_read(colour):
    check(colour)


def test_it_is_so_for_a_grid_of_all_colours():
    for red, green, blue in product(range(0, 256, 51), repeat=3):
        check(f"#{red:02x}{green:02x}{blue:02x}")


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_it_is_so_for_any_colour(rgb):
    check("#" + bytes(rgb).hex())


def test_a_colour_that_can_be_read_stays_as_it_is():
    assert palette("#0a5f6b").light.accent == "#0a5f6b"
    assert palette("#63c7d2").dark.accent == "#63c7d2"


@pytest.mark.parametrize("text", ["", "red", "#fff", "#gggggg", "0a5f6b", "#0a5f6b;", "#0a5f6b}", "#٣٣٣٣٣٣"])
def test_what_is_no_colour_is_refused(text):
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        palette(text)
