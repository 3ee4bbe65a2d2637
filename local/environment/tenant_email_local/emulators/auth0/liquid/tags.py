"""Tags without a loop: variables, counters, conditions, comments, blocks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tenant_email_local.emulators.auth0.liquid.context import work_on
from tenant_email_local.emulators.auth0.liquid.drops import Block, equals
from tenant_email_local.emulators.auth0.liquid.errors import LiquidError
from tenant_email_local.emulators.auth0.liquid.parsing import (
    Emitter,
    Parser,
    Placed,
    end_of_block,
    no_arguments,
    render_all,
)
from tenant_email_local.emulators.auth0.liquid.splitting import Tag, lines
from tenant_email_local.emulators.auth0.liquid.values import (
    UNDEFINED,
    Value,
    is_falsy,
    plain,
    to_text,
)

if TYPE_CHECKING:
    from tenant_email_local.emulators.auth0.liquid.context import Context
    from tenant_email_local.emulators.auth0.liquid.expressions import Filtered
    from tenant_email_local.emulators.auth0.liquid.expressions import Node as Expression

_BARE_LINE: Final = re.compile(r"\n\s*[^#\s]")


class Assign:
    """`{% assign name = value %}`."""

    def __init__(self, tag: Tag, parser: Parser) -> None:
        self._name = tag.arguments.word().text
        if not self._name:
            raise tag.arguments.error("expected variable name")
        if not tag.arguments.take("="):
            raise tag.arguments.error('expected "="')
        self._value = tag.arguments.filtered()

    def render(self, context: Context, out: Emitter) -> Value:
        """Sets the variable."""
        context.assign(self._name, self._value.evaluate(context))


class Capture:
    """`{% capture name %}…{% endcapture %}`."""

    def __init__(self, tag: Tag, parser: Parser) -> None:
        name = tag.arguments.word().text
        quoted = None if name else tag.arguments.quoted()
        if not name and quoted is None:
            raise tag.arguments.error("invalid capture name")
        self._name = name or to_text(quoted.value if quoted else "")
        self._nodes: list[Placed] = []
        parser.block(tag, {"endcapture": end_of_block}, self._nodes)

    def render(self, context: Context, out: Emitter) -> Value:
        """Sets the variable to what the block shows."""
        captured = Emitter(context)
        render_all(self._nodes, context, captured)
        context.assign(self._name, captured.text)


class Counter:
    """`{% increment name %}` and `{% decrement name %}`: they count a variable of the tenant, not what is assigned."""

    def __init__(self, tag: Tag, parser: Parser) -> None:
        self._name = tag.arguments.word().text
        self._is_up = tag.name == "increment"

    def render(self, context: Context, out: Emitter) -> Value:
        """Shows the number before counting up, or after counting down."""
        known = context.environment.get(self._name)
        number = known if isinstance(known, float) else 0.0
        context.environment[self._name] = number + (1 if self._is_up else -1)
        out.write(number if self._is_up else number - 1)


class Cycle:
    """`{% cycle group: a, b %}`."""

    def __init__(self, tag: Tag, parser: Parser) -> None:
        reader = tag.arguments
        start = reader.at
        self._group = reader.value()
        reader.skip_blanks()
        if self._group and not reader.take(":"):
            self._group, reader.at = None, start
        self._candidates: list[Filtered] = []
        while not reader.is_done:
            self._candidates.append(reader.filtered())
            reader.skip_past(",")
        if not self._candidates:
            raise reader.error(f'empty candidates: "{tag.text}"')

    def render(self, context: Context, out: Emitter) -> Value:
        """Returns the next value of the group."""
        group = self._group.evaluate(context) if self._group else UNDEFINED
        name = f"cycle:{to_text(group)}:{','.join(each.text for each in self._candidates)}"
        at = context.registers.setdefault("cycle", {}).get(name, 0)
        context.registers["cycle"][name] = (at + 1) % len(self._candidates)
        return plain(self._candidates[at].evaluate(context))


class Condition:
    """`{% if %}` and `{% unless %}`, with `elsif` and `else`. What follows a second `else` of `unless` is not shown."""

    def __init__(self, tag: Tag, parser: Parser) -> None:
        self._is_unless = tag.name == "unless"
        self._branches: list[tuple[Filtered, list[Placed]]] = [(tag.arguments.filtered(), [])]
        self._otherwise: list[Placed] | None = None
        end = "endunless" if self._is_unless else "endif"
        handlers = {"elsif": self._elsif, "else": self._else, end: self._end}
        parser.block(tag, handlers, self._branches[0][1])

    def _elsif(self, tag: Tag) -> list[Placed]:
        if self._otherwise is not None:
            if not self._is_unless:
                raise LiquidError("unexpected elsif after else")
            return []
        self._branches.append((tag.arguments.filtered(), []))
        return self._branches[-1][1]

    def _else(self, tag: Tag) -> list[Placed]:
        if not self._is_unless:
            no_arguments(tag)
        if self._otherwise is not None:
            if not self._is_unless:
                raise LiquidError("duplicated else")
            return []
        self._otherwise = []
        return self._otherwise

    def _end(self, tag: Tag) -> None:
        if not self._is_unless:
            no_arguments(tag)

    def render(self, context: Context, out: Emitter) -> Value:
        """Shows the first branch that fits."""
        for at, (value, nodes) in enumerate(self._branches):
            wanted = self._is_unless and at == 0
            if is_falsy(value.evaluate(context)) == wanted:
                render_all(nodes, context, out)
                return
        render_all(self._otherwise or [], context, out)


class Case:
    """`{% case %}`: every `when` that fits is shown; one behind `else` belongs to it."""

    def __init__(self, tag: Tag, parser: Parser) -> None:
        self._value = tag.arguments.filtered()
        self._branches: list[tuple[list[Expression], list[Placed]]] = []
        self._otherwise: list[Placed] | None = None
        self._is_over = False
        handlers = {"when": self._when, "else": self._else, "endcase": end_of_block}
        parser.block(tag, handlers, [])

    def _when(self, tag: Tag) -> list[Placed]:
        if self._otherwise is not None:
            return [] if self._is_over else self._otherwise
        values: list[Expression] = []
        while not tag.arguments.is_done:
            values.append(tag.arguments.needed_value())
            tag.arguments.skip_blanks()
            tag.arguments.skip_past("," if tag.arguments.peek() == "," else "or")
        self._branches.append((values, []))
        return self._branches[-1][1]

    def _else(self, tag: Tag) -> list[Placed]:
        if self._otherwise is not None:
            self._is_over = True
            return []
        self._otherwise = []
        return self._otherwise

    def render(self, context: Context, out: Emitter) -> Value:
        """Shows what fits, else the `else`."""
        target = plain(self._value.evaluate(context))
        is_hit = False
        for values, nodes in self._branches:
            context.spend(len(values) * (1 + work_on(target)))
            if any(equals(target, value.evaluate(context)) for value in values):
                render_all(nodes, context, out)
                is_hit = True
        if not is_hit:
            render_all(self._otherwise or [], context, out)


class Echo:
    """`{% echo value %}`."""

    def __init__(self, tag: Tag, parser: Parser) -> None:
        self._value = None if tag.arguments.is_done else tag.arguments.filtered()

    def render(self, context: Context, out: Emitter) -> Value:
        """Shows the value."""
        if self._value:
            out.write(plain(self._value.evaluate(context)))


class Lines:
    """`{% liquid %}`, a tag a line."""

    def __init__(self, tag: Tag, parser: Parser) -> None:
        self._nodes = parser.of(lines(tag.arguments))

    def render(self, context: Context, out: Emitter) -> Value:
        """Shows what the tags show."""
        render_all(self._nodes, context, out)


class Nothing:
    """`{% comment %}`, `{% # … %}` and what shows nothing."""

    def __init__(self, tag: Tag, parser: Parser) -> None:
        if tag.name == "comment":
            parser.until(tag, "endcomment")
        elif tag.name == "#" and _BARE_LINE.search(tag.rest):
            raise LiquidError("every line of an inline comment must start with a '#' character")

    def render(self, context: Context, out: Emitter) -> Value:
        """Shows nothing."""


class Raw:
    """`{% raw %}`."""

    def __init__(self, tag: Tag, parser: Parser) -> None:
        self._text = "".join(part.text for part in parser.until(tag, "endraw"))

    def render(self, context: Context, out: Emitter) -> Value:
        """Returns the text as it is written."""
        return self._text


class BlockTag:
    """`{% block name %}`, which without a layout is shown where it stands."""

    def __init__(self, tag: Tag, parser: Parser) -> None:
        self._nodes: list[Placed] = []
        parser.block(tag, {"endblock": end_of_block}, self._nodes)

    def render(self, context: Context, out: Emitter) -> Value:
        """Shows what is in it."""
        context.scopes.append({"block": Block()})
        render_all(self._nodes, context, out)
        context.scopes.pop()
