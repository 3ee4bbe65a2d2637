"""What lists take in their query: pages, fields, totals; and the refusals of what is none.

Source: docs/contracts/auth0.md#logs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tenant_email_local.emulators.auth0 import refusals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from werkzeug.wrappers import Request

MOST: Final = 100
PER_PAGE: Final = 50


@dataclass(frozen=True)
class Page:
    """One page of a list, counted from 0."""

    number: int
    size: int

    @property
    def start(self) -> int:
        """The index of its first entry."""
        return self.number * self.size

    def of(self, entries: Sequence[Any]) -> Sequence[Any]:
        """Returns the entries on it."""
        return entries[self.start : self.start + self.size]


def page(request: Request, size: int = PER_PAGE) -> Page:
    """Returns the page that is asked for; `size` is how many entries are on it where that is not asked."""
    return Page(integer(request, "page", 0, 0), integer(request, "per_page", size, 0, MOST))


def integer(request: Request, name: str, default: int, minimum: int, maximum: int | None = None) -> int:
    """Returns a number of the query within its bounds, or refuses it."""
    text = request.args.get(name)
    if text is None:
        return default
    if not (text.removeprefix("-").isascii() and text.removeprefix("-").isdigit()):
        raise refusals.invalid_query(f"'Expected type integer but found type string' on property {name}")
    value = int(text)
    if value < minimum:
        raise refusals.invalid_query(f"'Value {value} is less than minimum {minimum}' on property {name}")
    if maximum is not None and value > maximum:
        raise refusals.invalid_query(f"'Value {value} is greater than maximum {maximum}' on property {name}")
    return value


def boolean(request: Request, name: str, *, default: bool) -> bool:
    """Returns a switch of the query, or refuses it."""
    text = request.args.get(name)
    if text not in {None, "true", "false"}:
        raise refusals.invalid_query(f"'Expected type boolean but found type string' on property {name}")
    return default if text is None else text == "true"


def chosen(request: Request, document: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the fields of a document that `fields` and `include_fields` ask for; without `fields` all of them."""
    included = boolean(request, "include_fields", default=True)
    names = request.args.get("fields", "")
    if not names:
        return dict(document)
    asked = [name.strip() for name in names.split(",")]
    return {key: value for key, value in document.items() if (key in asked) == included}
