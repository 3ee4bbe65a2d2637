"""The few Handlebars forms that recorded templates use (docs/contracts/pingone_aic.md#templates)."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

_IF: Final = re.compile(
    r"\{\{#if\s+(?P<path>[\w.]+)\s*\}\}(?P<yes>.*?)(?:\{\{else\}\}(?P<no>.*?))?\{\{/if\}\}", re.DOTALL
)
_VALUE: Final = re.compile(r"\{\{\s*(?P<path>[\w.]+)\s*\}\}")


def render(template: str, values: Mapping[str, Any]) -> str:
    """Returns the text with conditions decided and values put in, HTML-escaped; a missing value is empty."""
    decided = _IF.sub(lambda match: match["yes"] if _at(match["path"], values) else match["no"] or "", template)
    return _VALUE.sub(lambda match: html.escape(str(_at(match["path"], values) or "")), decided)


def _at(path: str, values: Mapping[str, Any]) -> Any:
    found: Any = values
    for part in path.split("."):
        found = cast("dict[str, Any]", found).get(part) if isinstance(found, dict) else None
    return found
