"""`include`, `render` and `layout`: what they name is not found, because a tenant's template has no other beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenant_email_local.emulators.auth0.liquid.errors import LiquidError
from tenant_email_local.emulators.auth0.liquid.expressions import Literal
from tenant_email_local.emulators.auth0.liquid.parsing import Emitter, Parser, render_all
from tenant_email_local.emulators.auth0.liquid.values import UNDEFINED, Value, entries, is_js_truthy, to_text

if TYPE_CHECKING:
    from tenant_email_local.emulators.auth0.liquid.context import Context
    from tenant_email_local.emulators.auth0.liquid.expressions import Node
    from tenant_email_local.emulators.auth0.liquid.splitting import Tag


class _File:
    """A tag that names a file: by an expression, or by a text that is a template itself."""

    def __init__(self, tag: Tag, parser: Parser) -> None:
        file = tag.arguments.value()
        if file is None:
            raise tag.arguments.error("illegal file path")
        self._is_none = file.text == "none"
        self._file = file
        is_text = isinstance(file, Literal) and file.is_quoted
        self._name = parser.nested(to_text(file.value)) if is_text and isinstance(file, Literal) else None

    def _not_found(self, context: Context) -> LiquidError:
        name: Value = UNDEFINED
        if self._name is not None:
            out = Emitter(context)
            render_all(self._name, context, out)
            name = out.text
        elif not self._is_none:
            name = self._file.evaluate(context)
        if not is_js_truthy(name):
            return LiquidError(f'illegal file path "{to_text(name)}"')
        return LiquidError(f'ENOENT: Failed to lookup "{to_text(name)}" in "."')


class Include(_File):
    """`{% include "name" with value, name: value %}`."""

    def __init__(self, tag: Tag, parser: Parser) -> None:
        super().__init__(tag, parser)
        reader = tag.arguments
        start = reader.at
        if reader.word().text == "with":
            reader.skip_blanks()
            if reader.peek() != ":":
                reader.value()
                start = reader.at
        reader.at = start
        reader.options()

    def render(self, context: Context, out: Emitter) -> Value:
        """Fails."""
        raise self._not_found(context)


class Render(_File):
    """`{% render "name" for values as name, name: value %}`."""

    def __init__(self, tag: Tag, parser: Parser) -> None:
        super().__init__(tag, parser)
        self._each: Node | None = None
        while self._read_binding(tag):
            pass
        tag.arguments.options()

    def _read_binding(self, tag: Tag) -> bool:
        """Reads `with value as name` or `for values as name`; False, and nothing read, when there is none."""
        reader = tag.arguments
        reader.skip_blanks()
        start = reader.at
        kind = reader.word().text
        reader.skip_blanks()
        value = reader.value() if kind in {"with", "for"} and reader.peek() != ":" else None
        if value is None:
            reader.at = start
            return False
        if kind == "for":
            self._each = value
        after = reader.at
        if reader.word().text == "as":
            reader.word()
        else:
            reader.at = after
        reader.take(",")
        return True

    def render(self, context: Context, out: Emitter) -> Value:
        """Fails, unless it would be for each of no values."""
        if self._each is None or entries(self._each.evaluate(context)):
            raise self._not_found(context)


class Layout(_File):
    """`{% layout "name" %}`: it has the rest of the template in it; without a layout, `none`, that is shown."""

    def __init__(self, tag: Tag, parser: Parser) -> None:
        super().__init__(tag, parser)
        tag.arguments.options()
        self._nodes = parser.all()

    def render(self, context: Context, out: Emitter) -> Value:
        """Shows the rest for `none`, else fails."""
        if not self._is_none:
            raise self._not_found(context)
        render_all(self._nodes, context, out)
