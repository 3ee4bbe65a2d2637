"""The colors of a mail: grays that can be read on each other, and what a brand's color becomes beside them."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from tenant_email.starters.colors import SEEN, black_or_white, contrast, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

_LIGHT: Final = {
    "page": "#f3f4f6",
    "card": "#ffffff",
    "box": "#f3f4f6",
    "line": "#dfe2e7",
    "text": "#1c2128",
    "quiet": "#57606c",
}
_DARK: Final = {
    "page": "#111418",
    "card": "#1c2026",
    "box": "#111418",
    "line": "#3a414b",
    "text": "#f0f2f5",
    "quiet": "#a8b0bb",
}
_ON_DARK: Final = 5.5
"""What small colored text needs on a dark ground to be read with ease: more than the level AA asks."""


@lru_cache(maxsize=64)  # a fleet asks for the same few thousands of times
def palette(brand: str) -> Mapping[str, str]:
    """Returns all colors by name, those of dark mode as dark_…; the brand's own is the button's, in both modes."""
    found = {
        **_LIGHT,
        **{f"dark_{name}": color for name, color in _DARK.items()},
        "button": brand,
        "on_button": black_or_white(brand),
        "link": nearest(brand, _LIGHT["card"], _LIGHT["page"]),
        "dark_link": nearest(brand, _DARK["card"], _DARK["page"], least=_ON_DARK),
        "edge": _edge(brand, _LIGHT["card"]),
        "dark_edge": _edge(brand, _DARK["card"]),
    }
    return MappingProxyType(found)


def _edge(brand: str, card: str) -> str:
    """Returns the color of a button's edge: one that can be seen on the card, where the brand's own cannot."""
    return brand if contrast(brand, card) >= SEEN else nearest(brand, card, least=SEEN)
