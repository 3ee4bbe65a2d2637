"""What is broken, unknown or unsafe in a text: follows its variables through tags and filters, as a mail would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.checks.liquid import flows
from tenant_email.checks.liquid.flows import ANY, Flow
from tenant_email.checks.liquid.nodes import (
    Assign,
    Block,
    Capture,
    Case,
    Condition,
    Count,
    Cycle,
    Expression,
    Filtered,
    For,
    Literal,
    Loading,
    Node,
    Operator,
    Output,
    Path,
    Range,
    TagUse,
    lacks_value,
)
from tenant_email.checks.liquid.parsing import parse
from tenant_email.checks.liquid.rendering import render as render_nodes
from tenant_email.checks.liquid_words import Finding, LiquidError, Words
from tenant_email.inputs.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tenant_email.checks.liquid_words import Language
    from tenant_email.json_types import PropsView

_LONGEST_SHOWN: Final = 100  # characters of a variable
_UNESCAPED: Final = "{words} are chosen by the user. Write {{{{ … | escape }}}}."
_PROPERTIES: Final = frozenset({"size", "first", "last"})  # of every text or list
_Found = tuple[int, str, str, str, str]  # index, what to say of it, what to say of several, the word, the kind


def findings(text: str, language: Language, words: Words) -> tuple[Finding, ...]:
    """Returns only the first break of the syntax, or everything that is unknown or unsafe, in the text's order."""
    try:
        nodes = parse(text, language.own_tags)
    except LiquidError as error:
        return (_finding(text, error.index, error.what, broken=True, kind="liquid-syntax"),)
    reading = _Reading(language, words)
    reading.read(nodes)
    return tuple(
        _finding(text, index, what, rule=rule, word=word, kind=kind)
        for index, what, rule, word, kind in sorted(reading.found)
    )


def mentions(text: str, language: Language, name: str) -> bool:
    """Returns whether a valid text uses a variable."""
    reading = _Reading(language, Words(frozenset()))
    reading.read(parse(text, language.own_tags))
    return name in reading.globals


def render(text: str, language: Language, variables: PropsView) -> str:
    """Returns what a recipient would see; LiquidError when the text is broken or fails."""
    return render_nodes(parse(text, language.own_tags), variables)


class _Reading:
    """One reading of a text: what is found, and what each name of the text's own is made of by now."""

    def __init__(self, language: Language, words: Words) -> None:
        self.found: set[_Found] = set()
        self.globals: set[str] = set()
        self._language, self._words = language, words
        self._locals: dict[str, Flow] = {}
        self._captured: list[Flow] | None = None
        self._rehearsing = False

    def read(self, nodes: Iterable[Node]) -> None:
        """Follows nodes in their order."""
        for node in nodes:
            self._read(node)

    def _read(self, node: Node) -> None:  # noqa: C901, PLR0912 - one line for each kind of node
        match node:
            case Output(value=Filtered() as value, begin=begin):
                self._show(value, begin)
            case Assign(name, value):
                self._locals[name] = self._filtered(value)
            case Capture(name, body):
                self._locals[name] = self._capture(body)
            case Condition(branches, otherwise):
                for value, _, _ in branches:
                    self._filtered(value)
                self._one_of([body for _, _, body in branches] + [otherwise])
            case Case(value, branches, otherwise):
                self._filtered(value)
                for choice in [choice for choices, _ in branches for choice in choices]:
                    self._value(choice)
                self._one_of([body for _, body in branches] + [otherwise])
            case For():
                self._loop(node)
            case Cycle(group, candidates, begin):
                if group is not None:
                    self._value(group)
                for candidate in candidates:
                    self._show(candidate, begin)
            case Count(name):
                self._locals[name] = Flow()
            case Block(body):
                self.read(body)
            case Loading(values):
                for each in values:
                    self._value(each)
            case TagUse(name, begin):
                self._tag(name, begin)
            case _:
                pass

    def _show(self, value: Filtered, begin: int) -> None:
        flow = self._filtered(value)
        if self._captured is not None:
            self._captured.append(flow)
            return
        escapes = any(each.name in flows.ESCAPING for each in value.filters)
        left = value.postfix[0]
        for path in flow.untrusted(self._words):
            if escapes:
                remedy = "Make escape the last filter."
            elif isinstance(left, Path) and path == _shown(_static(left)):
                remedy = f"Write {{{{ {path} | escape }}}}."
            else:
                through = value.source.strip()[:_LONGEST_SHOWN]
                remedy = f"It is shown here through {through}. Write {{{{ … | escape }}}}."
            what = f"{_shown(path)} is chosen by the user. {remedy}"
            self._add(begin, what, _UNESCAPED, _shown(path), "unescaped-user-input")

    def _capture(self, body: list[Node]) -> Flow:
        outer, self._captured = self._captured, []
        self.read(body)
        captured, self._captured = self._captured, outer
        return flows.join(captured)

    def _one_of(self, bodies: list[list[Node]]) -> None:
        """Reads bodies of which one is taken: a name holds what any of them left in it."""
        before = self._locals
        after = list[dict[str, Flow]]()
        for body in bodies:
            self._locals = dict(before)
            self.read(body)
            after.append(self._locals)
        self._locals = _merged(after)

    def _loop(self, node: For) -> None:
        """Reads a loop as if twice, for what one turn leaves to the next."""
        items = self._value(node.items)
        for parameter in node.parameters.values():
            if parameter is not None and _static(parameter) != "continue":
                self._value(parameter)
        loop = "tablerowloop" if node.table else "forloop"
        hidden = {name: self._locals.get(name) for name in (node.variable, loop)}
        self._locals |= {node.variable: items.below([None], self._words), loop: Flow()}
        if not self._rehearsing:
            self._rehearsing = True
            self._one_of([node.body, []])
            self._rehearsing = False
        self._one_of([node.body, []])
        for name, flow in hidden.items():
            if flow is None:
                self._locals.pop(name, None)
            else:
                self._locals[name] = flow
        self._one_of([node.otherwise, []])

    def _filtered(self, value: Filtered) -> Flow:
        if lacks_value(value.postfix):
            self._incomplete(value)
        operands = [self._value(each) for each in value.postfix if not isinstance(each, Operator)]
        flow = operands[0] if len(operands) == len(value.postfix) else Flow()  # an operator makes true or false of it
        for each in value.filters:
            self._filter(each.name, each.begin)
            for _, argument in each.arguments:
                if argument is not None:
                    self._value(argument)
            flow = flows.filtered(flow, each, self._value, self._words)
        return flow

    def _incomplete(self, value: Filtered) -> None:
        shown = value.source.strip()[:_LONGEST_SHOWN]
        remedy = "Write != in its place." if "<>" in value.source else "Write a value on both sides."
        text = f"an operator in {shown} lacks a value, so that it means nothing. {remedy}"
        rule = f"operators in {{words}} lack a value, so that they mean nothing. {remedy}"
        self._add(value.begin, text, rule, shown, "incomplete-condition")

    def _value(self, value: Expression) -> Flow:
        if isinstance(value, Range):
            self._value(value.low)
            self._value(value.high)
        if not isinstance(value, Path):
            return Flow()
        for segment in value.segments:
            self._value(segment)
        if value.root is not None:
            self._value(value.root)
            return Flow()
        first, *others = (_name(each) for each in value.segments)
        if first is None:
            return Flow()
        if first in self._locals:
            return self._locals[first].below(others, self._words)
        self.globals.add(first)
        self._variable(value)
        return Flow(frozenset({first})).below(others, self._words)

    def _variable(self, variable: Path) -> None:
        path, words = _static(variable), self._words
        whole, _, last = path.rpartition(".")
        if words.knows(path) or (last in _PROPERTIES and words.knows(whole)):
            return
        shown = _shown(path)
        near = words.nearest(shown)
        rule = _rule("variables", near, shown, "They will be empty.")
        text = f"variable {shown!r} is unknown to the platform. {near or 'It will be empty.'}"
        self._add(variable.begin, text, rule, shown, "unknown-variable")

    def _tag(self, name: str, begin: int) -> None:
        self._known("tag", name, begin, self._language.tags)

    def _filter(self, name: str, begin: int) -> None:
        self._known("filter", name, begin, self._language.filters)

    def _known(self, what: str, name: str, begin: int, known: frozenset[str]) -> None:
        if name in known:
            return
        near = nearest(name, known)
        rule = _rule(f"{what}s", near, name, "They will not work as they do elsewhere.")
        text = f"{what} {name!r} is unknown to the platform. {near or 'It will not work as it does elsewhere.'}"
        self._add(begin, text, rule, name, f"unknown-{what}")

    def _add(self, index: int, what: str, rule: str, word: str, kind: str) -> None:
        if not self._rehearsing:
            self.found.add((index, what, rule, word, kind))


def _merged(several: list[dict[str, Flow]]) -> dict[str, Flow]:
    names = dict.fromkeys(name for each in several for name in each)
    return {name: flows.join(each[name] for each in several if name in each) for name in names}


def _rule(what: str, near: str, word: str, otherwise: str) -> str:
    """Returns what is said of several unknown words; one that is near to a known one is reported by itself."""
    return f"{what} {word} {near}" if near else f"{what} {{words}} are unknown to the platform. {otherwise}"


def _name(segment: Expression) -> str | None:
    return segment.value if isinstance(segment, Literal) and isinstance(segment.value, str) else None


def _static(value: Expression) -> str:
    """Returns `user.name` for a variable, up to the first part that is only known when rendered."""
    return ".".join(_parts(value.segments)) if isinstance(value, Path) else ""


def _parts(segments: Iterable[Expression]) -> Iterator[str]:
    for segment in segments:
        name = _name(segment)
        if name is None:
            return
        yield name


def _shown(path: str) -> str:
    path = path.removesuffix(ANY)
    return path if len(path) <= _LONGEST_SHOWN else f"{path[:_LONGEST_SHOWN]}…"


def _finding(
    text: str, index: int, what: str, *, broken: bool = False, rule: str = "", word: str = "", kind: str = ""
) -> Finding:
    line, column = text.count("\n", 0, index) + 1, index - (text.rfind("\n", 0, index) + 1) + 1
    return Finding(line, column, what, broken, rule, word, kind)
