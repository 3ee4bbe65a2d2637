"""Text that comes out literally, whatever it holds of a markup or of a template's language."""

from __future__ import annotations

import html
import re
from typing import Final

_MARKS: Final = str.maketrans({"{": "&#123;", "}": "&#125;", "\\": "&#92;"})
_TWO_BRACES: Final = re.compile(r"\{(?=\{)")
_PLACEHOLDER: Final = re.compile(r"&(?=\{)")
_LIQUID: Final = re.compile(r"\{(?=[{%])")
_HANDLEBARS: Final = re.compile(r"(\\*)\{\{")
WORD_JOINER: Final = "\u2060"
"""Nothing that is seen or read aloud: it only keeps two characters apart."""


def in_html(text: str) -> str:
    """Returns HTML that shows a text: no language of templates sees a brace in it."""
    return html.escape(text).translate(_MARKS)


def in_liquid(text: str) -> str:
    """Returns Liquid that writes a text."""
    return _LIQUID.sub('{{ "{" }}', text)


def in_handlebars(text: str) -> str:
    r"""Returns Handlebars that writes a text: a backslash makes text of two braces, and two of them a backslash.

    What AIC would take for a placeholder, `&{`, has no spelling of its own: a word joiner keeps it apart.
    """
    escaped = _HANDLEBARS.sub(lambda found: (f"{found[1]}\\{{{{!}}}}" if found[1] else "") + r"\{{", text)
    return _PLACEHOLDER.sub(f"&{WORD_JOINER}", escaped)


def in_logto(text: str) -> str:
    """Returns a text for Logto, whose variables have no escape: a word joiner keeps two braces apart."""
    return _TWO_BRACES.sub(f"{{{WORD_JOINER}", text)
