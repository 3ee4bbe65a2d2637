"""Makes links of the contracts that docstrings cite, for the reference; a Griffe extension."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import griffe

if TYPE_CHECKING:
    from collections.abc import Iterator

_CITED: Final = re.compile(r"docs/(contracts/(\w+))\.md((?:(?:,| and)? ?#[\w-]+)*)")


class ContractLinks(griffe.Extension):
    """Rewrites each docstring that is loaded; pages of the reference lie one folder deep."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Makes the links of an object's docstring."""
        if obj.docstring:
            obj.docstring.value = _CITED.sub(_links, obj.docstring.value)


def _links(found: re.Match[str]) -> str:
    page, name, anchors = found.groups()
    return " and ".join(_each(page, name, re.findall(r"#([\w-]+)", anchors)))


def _each(page: str, name: str, anchors: list[str]) -> Iterator[str]:
    for anchor in anchors or [""]:
        label = f"{name}, {anchor.replace('-', ' ')}" if anchor else name
        yield f"[{label}](../{page}.html{f'#{anchor}' if anchor else ''})"
