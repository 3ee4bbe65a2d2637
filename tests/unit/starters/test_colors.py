"""Colors: contrast by its definition, and the nearest color that can be read."""

from __future__ import annotations

import pytest

from tenant_email.starters.colors import black_or_white, contrast, hex_color, nearest

SOME = [f"#{red:02x}{green:02x}{blue:02x}" for red in (0, 119, 255) for green in (0, 136, 255) for blue in (0, 51, 255)]


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#0000ff", "#ffffff", 8.59),
        ("#123456", "#123456", 1),
    ],
)
def test_contrast(one: str, other: str, ratio: float) -> None:
    """The ratios that WebAIM's checker shows, in both orders."""
    assert (round(contrast(one, other), 2), round(contrast(other, one), 2)) == (ratio, ratio)


@pytest.mark.parametrize("color", SOME)
@pytest.mark.parametrize("grounds", [("#ffffff", "#f3f4f6"), ("#1c2026", "#111418")])
def test_the_nearest_can_be_read(color: str, grounds: tuple[str, ...]) -> None:
    """It has enough contrast to each ground; a color that has enough is left alone, and one step less is too little."""
    found = nearest(color, *grounds)
    assert min(contrast(found, ground) for ground in grounds) >= 4.5
    assert found == color or min(contrast(color, ground) for ground in grounds) < 4.5
    assert contrast(found, grounds[0]) < 6 or found == color


@pytest.mark.parametrize("color", SOME)
def test_black_or_white_is_always_read(color: str) -> None:
    """One of them has enough contrast to any color, so that a button may have any."""
    assert contrast(black_or_white(color), color) >= 4.5


@pytest.mark.parametrize(("text", "color"), [("#AbC", "#aabbcc"), ("#A1B2C3", "#a1b2c3")])
def test_spellings_of_a_color(text: str, color: str) -> None:
    """Both lengths, any letter case."""
    assert hex_color(text) == color


@pytest.mark.parametrize("text", ["", "red", "a1b2c3", "#a1b2c", "#a1b2c3d4", "rgb(1, 2, 3)", "#a1b2cg", "#aaa\n"])
def test_what_is_no_color(text: str) -> None:
    """Names, other notations and what only looks like one."""
    assert hex_color(text) is None
