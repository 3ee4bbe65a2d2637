"""Whose mails they are."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from tenant_email.errors import InvalidSettings, Problem
from tenant_email.inputs.hosts import is_host
from tenant_email.starters.colors import hex_color

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST_NAME: Final = 200  # characters; a subject has more words than the name
_LONGEST: Final = 2000  # characters of any other text
_NARROWEST_LOGO: Final = 16
_WIDEST_LOGO: Final = 520  # pixels: the column of the mail
_REQUIRED: Final = ("name", "color")
_STEERING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # of the direction of writing


@dataclass(frozen=True, kw_only=True)
class Brand:
    """Whose mails starters make: name, color, logo, and where help is.

    Any color is good: a button has it as it is, with black or white text, whichever is read better; links and edges
    have it, darkened in light mode and lightened in dark mode as far as WCAG's level AA asks. Every text comes out
    literally, whatever it holds of HTML or of a platform's template language.

    Args:
        name: what users call the product, of 200 characters at most.
        color: the brand's color, as #rgb or #rrggbb.
        logo_url: an image at an https address; without one the name stands in its place. In dark mode it has a white
            plate behind it.
        logo_alt: what the logo says to who cannot see it; the name if omitted.
        logo_width: how wide it is shown, in pixels, 16 to 520.
        website: an https address: what the logo and the welcome's button lead to.
        support_email: an address for questions, in the footer.
        footer: further lines of the footer, such as the company's address and what the law wants to be named.

    Raises:
        InvalidSettings: with everything that is wrong.

    """

    name: str
    color: str = "#1f5fd6"
    logo_url: str | None = None
    logo_alt: str | None = None
    logo_width: int = 140
    website: str | None = None
    support_email: str | None = None
    footer: str | None = None

    def __post_init__(self) -> None:
        if problems := tuple(_problems(self)):
            raise InvalidSettings("Brand", problems)
        object.__setattr__(self, "color", hex_color(self.color))


def _problems(brand: Brand) -> Iterator[Problem]:
    for field in fields(brand):
        value: object = getattr(brand, field.name)
        if isinstance(value, str):
            yield from _text_problems(field.name, value)
        elif value is None and field.name in _REQUIRED:
            yield Problem(field.name, "is missing", "Set it.")
        elif hasattr(value, "apply"):
            yield Problem(field.name, "is known only later", "Make the templates in its apply, or give a plain value.")
        elif value is not None and field.name != "logo_width":
            yield Problem(field.name, f"is a {type(value).__name__}, not a text", "Write it in quotes.")
    if not _is_width(brand.logo_width):
        yield Problem("logo_width", "is not a number of pixels from 16 to 520", "Write it as 140.")
    if brand.logo_alt is not None and brand.logo_url is None:
        yield Problem("logo_alt", "needs logo_url", "Set logo_url, or omit logo_alt.")


def _text_problems(name: str, value: str) -> Iterator[Problem]:
    longest = _LONGEST_NAME if name == "name" else _LONGEST
    if not any(character.isprintable() and not character.isspace() for character in value):
        yield Problem(name, "is empty", "Set it." if name in _REQUIRED else "Omit it.")
    elif len(value) > longest:
        yield Problem(name, f"is {len(value)} characters long", f"Use at most {longest}.")
    elif any(_is_steering(character) for character in (value.replace("\n", "") if name == "footer" else value)):
        yield Problem(name, "has a line break or another control character", "Remove it.")
    elif name == "color" and not hex_color(value):
        yield Problem(name, "is not a color as #rrggbb", "Write it as #1f5fd6.")
    elif name in ("logo_url", "website") and not _is_https(value):
        yield Problem(name, "is not an https address", "Write it as https://acme.com/logo.png.")
    elif name == "support_email" and not _is_address(value):
        yield Problem(name, "is not an email address", "Write it as help@acme.com.")


def _is_width(width: object) -> bool:
    """Returns whether this is a good width; one that is known later is told of elsewhere."""
    if isinstance(width, int) and not isinstance(width, bool):
        return _NARROWEST_LOGO <= width <= _WIDEST_LOGO
    return hasattr(width, "apply")


def _is_steering(character: str) -> bool:
    return character in _STEERING or unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")


def _is_https(text: str) -> bool:
    """Returns whether a text is an address without a login, and without anything that an address never holds."""
    if any(character.isspace() or character in '"<>\\^`{|}' for character in text):
        return False
    try:
        parts = urlsplit(text)
        host, login = parts.hostname or "", parts.username
    except ValueError:
        return False
    return parts.scheme == "https" and login is None and is_host(host)


def _is_address(text: str) -> bool:
    local, at, host = text.rpartition("@")
    return bool(at and local and "." in host and is_host(host)) and not any(
        character.isspace() or character in '"<>(),:;[]\\@' for character in local
    )
