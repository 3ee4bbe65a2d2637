"""A template as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tenant_email_local.emulators.auth0.liquid.characters import to_characters, to_units
from tenant_email_local.emulators.auth0.liquid.context import Context
from tenant_email_local.emulators.auth0.liquid.errors import LiquidError
from tenant_email_local.emulators.auth0.liquid.files import Include, Layout, Render
from tenant_email_local.emulators.auth0.liquid.filters import FILTERS
from tenant_email_local.emulators.auth0.liquid.loops import For, Stop, TableRow
from tenant_email_local.emulators.auth0.liquid.parsing import Emitter, Parser, render_all
from tenant_email_local.emulators.auth0.liquid.splitting import pieces
from tenant_email_local.emulators.auth0.liquid.tags import (
    Assign,
    BlockTag,
    Capture,
    Case,
    Condition,
    Counter,
    Cycle,
    Echo,
    Lines,
    Nothing,
    Raw,
)
from tenant_email_local.emulators.auth0.liquid.values import imported

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email_local.emulators.auth0.liquid.parsing import TagType

_TAGS: Final[dict[str, TagType]] = {
    "#": Nothing,
    "assign": Assign,
    "block": BlockTag,
    "break": Stop,
    "capture": Capture,
    "case": Case,
    "comment": Nothing,
    "continue": Stop,
    "cycle": Cycle,
    "debug": Nothing,
    "decrement": Counter,
    "echo": Echo,
    "for": For,
    "if": Condition,
    "include": Include,
    "increment": Counter,
    "layout": Layout,
    "liquid": Lines,
    "raw": Raw,
    "render": Render,
    "tablerow": TableRow,
    "unless": Condition,
}


class Template:
    """A template that is read; LiquidError when LiquidJS refuses it."""

    def __init__(self, text: str) -> None:
        try:
            self._nodes = Parser(pieces(to_units(text)), _TAGS).all()
        except RecursionError:
            raise LiquidError("Maximum call stack size exceeded") from None

    def render(self, variables: Mapping[str, Any]) -> str:
        """Returns what it shows with variables of JSON; LiquidError when it fails."""
        context = Context(imported(dict(variables)), FILTERS)
        out = Emitter(context)
        try:
            render_all(self._nodes, context, out)
        except RecursionError:
            raise LiquidError("Maximum call stack size exceeded") from None
        return to_characters(out.text)


def render(text: str, variables: Mapping[str, Any]) -> str:
    """Returns what a template shows; LiquidError when it is refused or fails."""
    return Template(text).render(variables)
