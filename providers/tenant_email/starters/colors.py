"""Colors whose text can be read: contrast as WCAG 2.2 defines it, and the nearest color that has enough."""

from __future__ import annotations

import re
from typing import Final

ENOUGH: Final = 4.5
"""The least contrast of text of any size, WCAG 2.2 success criterion 1.4.3, level AA."""
SEEN: Final = 3.0
"""The least contrast of what is no text, such as a button's edge, 1.4.11."""
BLACK: Final = "#000000"
WHITE: Final = "#ffffff"

_HEX: Final = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_STEPS: Final = 100


def hex_color(text: str) -> str | None:
    """Returns a color as #rrggbb in small letters; None for what is neither #rgb nor #rrggbb."""
    if not _HEX.fullmatch(text):
        return None
    digits = text[1:].lower()
    return f"#{digits}" if len(digits) == 6 else "#" + "".join(digit * 2 for digit in digits)  # noqa: PLR2004


def contrast(one: str, other: str) -> float:
    """Returns the contrast ratio of two colors, 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def black_or_white(background: str) -> str:
    """Returns which of the two is read better; one of them always has enough contrast."""
    return max(WHITE, BLACK, key=lambda color: contrast(color, background))


def nearest(color: str, *backgrounds: str, least: float = ENOUGH) -> str:
    """Returns the color itself, or the nearest darker or lighter one that has enough contrast to all backgrounds.

    It goes away from the backgrounds: towards black on light ones, towards white on dark ones.
    """
    end = black_or_white(backgrounds[0])
    shades = (_mix(color, end, step / _STEPS) for step in range(_STEPS + 1))
    return next((each for each in shades if all(contrast(each, ground) >= least for ground in backgrounds)), end)


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _mix(color: str, end: str, share: float) -> str:
    parts = zip(_channels(color), _channels(end), strict=True)
    return "#" + "".join(f"{round(start + (stop - start) * share):02x}" for start, stop in parts)


def _luminance(color: str) -> float:
    """Returns the relative luminance, 0 to 1 (WCAG 2.2, the definition of that name)."""
    red, green, blue = (_linear(channel / 255) for channel in _channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4  # noqa: PLR2004
