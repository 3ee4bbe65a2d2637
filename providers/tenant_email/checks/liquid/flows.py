"""Where the text comes from that a value holds, and what a filter does to it: whose words reach a mail unescaped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenant_email.checks.liquid.nodes import Expression, Filter, Literal
from tenant_email.checks.liquid.numbers import FILTERS as NUMBERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tenant_email.checks.liquid_words import Words

ESCAPING: Final = frozenset(
    {"escape", "escape_once", "url_encode", "strip_html", "xml_escape", "cgi_escape", "uri_escape", "base64_encode"}
)
"""What keeps markup out of a text; what decodes it brings back what was written in percents or in Base64."""
_DECODING: Final = frozenset({"url_decode", "base64_decode"})
_COUNTING: Final = frozenset(
    {*NUMBERS, "size", "sum", "to_integer", "number_of_words", "sha256", "hmac_sha256"}
    | {"has", "has_exp", "find_index", "find_index_exp"}
)
_JOINING: Final = frozenset(
    {"append", "prepend", "default", "join", "replace", "replace_first", "truncate", "truncatewords", "date"}
    | {"concat", "push", "unshift", "replace_last", "array_to_sentence_string"}
)
_REPLACING: Final = frozenset({"replace", "replace_first", "replace_last"})
_GROUPING: Final = frozenset({"group_by", "group_by_exp"})
_OF_ENTITIES: Final = frozenset("&;")
_OF_MARKUP: Final = frozenset("<>\"'")
ANY: Final = ".*"
"""Ends a path of which only the beginning is known."""


@dataclass(frozen=True, slots=True)
class Flow:
    """The variables that a value is made of: `raw` as they are, `escaped` without their markup."""

    raw: frozenset[str] = frozenset()
    escaped: frozenset[str] = frozenset()

    def __or__(self, other: Flow) -> Flow:
        return Flow(self.raw | other.raw, self.escaped | other.escaped)

    def below(self, segments: Iterable[str | None], words: Words) -> Flow:
        """Returns what a property of the value is made of; None is a name that only a mail knows."""
        names = list(segments)
        return Flow(*(frozenset(_below(path, names, words) for path in paths) for paths in (self.raw, self.escaped)))

    def untrusted(self, words: Words) -> list[str]:
        """Returns the variables that reach a mail as they are and are chosen by the user."""
        return sorted({path.removesuffix(ANY) for path in self.raw if words.distrusts(path.removesuffix(ANY))})


def join(flows: Iterable[Flow]) -> Flow:
    """Returns what any of several values is made of."""
    joined = Flow()
    for each in flows:
        joined |= each
    return joined


def filtered(flow: Flow, each: Filter, of: Callable[[Expression], Flow], words: Words) -> Flow:
    """Returns what a value is made of behind a filter."""
    given = [argument for _, argument in each.arguments if argument is not None]
    if each.name in _COUNTING:
        return Flow()
    if each.name in ESCAPING:
        return Flow(frozenset(), flow.raw | flow.escaped)
    if each.name in _DECODING or (each.name in _REPLACING and _unescapes(given)):
        return Flow(flow.raw | flow.escaped, flow.escaped)
    if each.name == "map":
        return flow.below(_names(given), words)
    if each.name in _GROUPING:
        return flow.below([None], words)
    return join([flow, *map(of, given)]) if each.name in _JOINING else flow


def _names(given: list[Expression]) -> list[str | None]:
    name = _literal(given[0]) if given else ""
    return [None] if name is None else [None, *name.split(".")]


def _unescapes(given: list[Expression]) -> bool:
    """Returns whether a replacement may make markup of entities."""
    old, new = (_literal(given[index]) if index < len(given) else "" for index in (0, 1))
    return old is not None and bool(_OF_ENTITIES & {*old}) and (new is None or bool(_OF_MARKUP & {*new}))


def _literal(expression: Expression) -> str | None:
    return str(expression.value) if isinstance(expression, Literal) else None


def _below(path: str, names: list[str | None], words: Words) -> str:
    for name in names:
        longer = f"{path}.{name}" if name is not None else f"{path}{ANY}"
        if path.endswith(ANY) or (words.chooses(path) and not words.chooses(longer)):
            return path
        path = longer
    return path
