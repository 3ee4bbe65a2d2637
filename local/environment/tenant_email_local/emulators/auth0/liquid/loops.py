"""Tags that loop: `for`, `tablerow`, `break`, `continue`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenant_email_local.emulators.auth0.liquid.drops import Loop, TableLoop
from tenant_email_local.emulators.auth0.liquid.errors import LiquidError
from tenant_email_local.emulators.auth0.liquid.parsing import (
    Emitter,
    Parser,
    Placed,
    end_of_block,
    no_arguments,
    render_all,
)
from tenant_email_local.emulators.auth0.liquid.values import (
    UNDEFINED,
    Value,
    added,
    entries,
    is_js_truthy,
    sliced,
)

if TYPE_CHECKING:
    from tenant_email_local.emulators.auth0.liquid.context import Context
    from tenant_email_local.emulators.auth0.liquid.splitting import Tag


class _Loop:
    """What `for` and `tablerow` have in common: `name in collection`, and options."""

    def __init__(self, tag: Tag) -> None:
        reader = tag.arguments
        self._variable = reader.word().text
        keyword = reader.word().text
        collection = reader.value()
        if keyword != "in" or collection is None or (not self._variable and tag.name == "for"):
            raise LiquidError(f"illegal tag: {tag.text}")
        self._collection = collection
        self._options = reader.options()
        self._nodes: list[Placed] = []

    @property
    def _name(self) -> str:
        return f"{self._variable}-{self._collection.text}"

    def _given(self, context: Context) -> dict[str, Value]:
        """Returns the options' values; a name alone is true."""
        return {name: True if value is None else value.evaluate(context) for name, value in self._options.items()}


class For(_Loop):
    """`{% for name in collection limit: 2 offset: 1 reversed %}`."""

    def __init__(self, tag: Tag, parser: Parser) -> None:
        super().__init__(tag)
        self._otherwise: list[Placed] = []
        parser.block(tag, {"else": self._else, "endfor": no_arguments}, self._nodes)

    def _else(self, tag: Tag) -> list[Placed]:
        no_arguments(tag)
        return self._otherwise

    def render(self, context: Context, out: Emitter) -> Value:
        """Shows the block for each element that the options leave, or the `else`."""
        collection = entries(self._collection.evaluate(context))
        if not collection:
            render_all(self._otherwise, context, out)
            return
        context.scopes.append({"continue": context.registers.get(self._name) or {}})
        options = self._given(context)
        context.scopes.pop()
        if options.get("offset", UNDEFINED) is not UNDEFINED:
            collection = sliced(collection, options["offset"])
        if options.get("limit", UNDEFINED) is not UNDEFINED:
            collection = sliced(collection, 0.0, options["limit"])
        if options.get("reversed", UNDEFINED) is not UNDEFINED:
            collection = collection[::-1]
        offset = options.get("offset")
        context.registers[self._name] = added(offset if is_js_truthy(offset) else 0.0, float(len(collection)))
        self._repeat(collection, context, out)

    def _repeat(self, collection: list[Value], context: Context, out: Emitter) -> None:
        state = Loop(len(collection), self._name)
        scope: dict[str, Value] = {"forloop": state}
        context.scopes.append(scope)
        for item in collection:
            scope[self._variable] = item
            context.is_broken = context.is_continued = False
            render_all(self._nodes, context, out)
            if context.is_broken:
                break
            state.index += 1
        context.is_broken = context.is_continued = False
        context.scopes.pop()


class TableRow(_Loop):
    """`{% tablerow name in collection cols: 2 %}`. A `break` in it also ends what is around it."""

    def __init__(self, tag: Tag, parser: Parser) -> None:
        super().__init__(tag)
        parser.block(tag, {"endtablerow": end_of_block}, self._nodes)

    def render(self, context: Context, out: Emitter) -> Value:
        """Shows rows of cells."""
        collection = entries(self._collection.evaluate(context))
        options = self._given(context)
        offset = options.get("offset")
        start = offset if is_js_truthy(offset) else 0.0
        limit = options.get("limit", UNDEFINED)
        collection = sliced(collection, start, added(start, float(len(collection)) if limit is UNDEFINED else limit))
        columns = options.get("cols")
        state = TableLoop(len(collection), columns if is_js_truthy(columns) else float(len(collection)), self._name)
        scope: dict[str, Value] = {"tablerowloop": state}
        context.scopes.append(scope)
        for item in collection:
            scope[self._variable] = item
            if state.column == 0:
                out.write("" if state.row == 1 else "</tr>")
                out.write(f'<tr class="row{state.read("row"):.0f}">')
            out.write('<td class="col')
            out.write(state.column + 1)
            out.write('">')
            render_all(self._nodes, context, out)
            out.write("</td>")
            state.index += 1
        out.write("</tr>" if collection else "")
        context.scopes.pop()


class Stop:
    """`{% break %}` and `{% continue %}`."""

    def __init__(self, tag: Tag, parser: Parser) -> None:
        self._is_break = tag.name == "break"

    def render(self, context: Context, out: Emitter) -> Value:
        """Stops what is rendered, up to the loop."""
        context.is_broken = context.is_broken or self._is_break
        context.is_continued = context.is_continued or not self._is_break
