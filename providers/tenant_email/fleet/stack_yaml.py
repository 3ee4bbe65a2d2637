"""The YAML of a stack's file: what is not changed stays as it is written, comments among it.

Pulumi and PyYAML do not read every word alike: `12:30` and `yes` are texts to the one, and a number and a flag to the
other; `1e3` is a text to the other. So nothing is read to values and written again: of the text only the places of what
changes are changed, and each text that is added is in quotes. ruamel.yaml keeps a comment with what stands before it,
and loses the one over the next key; `pulumi config set` needs a stack that is there, and most of these are yet to be.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import yaml

from tenant_email.inputs.core_yaml import CoreLoader, is_plain
from tenant_email.json_types import Json, Props, PropsView, is_list, is_object

if TYPE_CHECKING:
    from collections.abc import Collection

_TEXT: Final = "tag:yaml.org,2002:str"
_CONFIG: Final = "config"
_VALUE: Final = "value"


class _Loader(yaml.SafeLoader):
    """A loader that resolves no scalar."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - as the base has it

    def compose_scalar_node(self, anchor: Any) -> Any:
        """Returns a word; no word at all is spelled out, or it would become a text where it is written anew."""
        node: Any = super().compose_scalar_node(anchor)
        if node.style is None and not node.value:
            node.value = "null"
        return node


class _Dumper(yaml.SafeDumper):
    """A dumper that takes every scalar as it is."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - as the base has it


def values_of(text: str) -> Props | None:
    """Returns the values of a stack's file, as YAML 1.2 has them; None where it is no mapping that all read alike."""
    try:
        composed: Any = yaml.compose(text, Loader=_Loader)
        found: object = yaml.load(text, Loader=CoreLoader)  # noqa: S506 - of the core schema, which makes no objects
    except (yaml.YAMLError, RecursionError):
        return None
    # of two keys that are alike each reader takes another one; and the mark is a letter to some, and none to others
    if "\ufeff" in text or _has_twins(composed) or _has_twins(_value(composed, _CONFIG)):
        return None
    if found is None:
        return {}
    return found if is_object(found) else None


def _has_twins(node: Any) -> bool:
    keys = [key.value for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []
    return len({str(key) for key in keys}) < len(keys)


def with_config(text: str, removed: Collection[str], added: PropsView) -> str:
    """Returns the text of a stack's file without some keys of its `config`, and with others."""
    before = values_of(text) or {}
    given = before.get(_CONFIG)
    kept = {key: value for key, value in given.items() if key not in removed} if is_object(given) else {}
    edited = _edited(text, removed, added)
    # flow style, anchors and whatever else there is: comments are lost rather than a setting
    return edited if values_of(edited) == {**before, _CONFIG: {**kept, **added}} else _anew(text, removed, added)


def _edited(text: str, removed: Collection[str], added: PropsView) -> str:
    """Returns the text with what changes changed in its place; it is looked at by whoever asked."""
    root: Any = yaml.compose(text, Loader=_Loader)
    edit = _Edit(text)
    found = _value(root, _CONFIG)
    if isinstance(found, yaml.MappingNode) and not found.flow_style:
        edit.mapping(found, added, removed)
    elif found is None:
        edit.insert(len(text), _lines({_CONFIG: added}, 0))
    return edit.done()


def _value(mapping: Any, name: str) -> Any:
    """Returns the value of a key of a mapping; None where it has none, or is none."""
    pairs = mapping.value if isinstance(mapping, yaml.MappingNode) else ()
    return next((value for key, value in pairs if key.value == name), None)


@dataclass(slots=True)
class _Edit:
    """Changes of a text at places of it, each (where it begins, where it ends, what comes there)."""

    text: str
    changes: list[tuple[int, int, str]] = field(default_factory=list[tuple[int, int, str]])

    def mapping(self, node: yaml.MappingNode, wanted: PropsView, gone: Collection[str]) -> None:
        """Has a mapping in block style hold what is wanted, and of `gone` no more than that."""
        there = {key.value: (key, value) for key, value in node.value}
        for name, (key, value) in there.items():
            if name in wanted:
                self._set(key, value, wanted[name])
            elif name in gone:
                self.changes.append((self._line(key.start_mark.index), self._next_line(self._end(value)), ""))
        if new := {name: value for name, value in wanted.items() if name not in there}:
            column = node.value[0][0].start_mark.column
            self.insert(self._next_line(self._end(node)), _lines(new, column))

    def _set(self, key: yaml.Node, value: yaml.Node, wanted: Json) -> None:
        """Has a key hold a value; what holds it already is not touched."""
        if _read(value) == wanted:
            return
        if isinstance(value, yaml.MappingNode) and not value.flow_style and is_object(wanted) and wanted:
            self.mapping(value, wanted, {each.value for each, _ in value.value})
        elif isinstance(value, yaml.ScalarNode) and not is_object(wanted) and not is_list(wanted):
            shown = _written(_node(wanted)).removesuffix("...\n").strip()  # the end of a document of one plain word
            self.changes.append((value.start_mark.index, value.end_mark.index, shown))
        else:
            lines = _lines({key.value: wanted}, key.start_mark.column)
            self.changes.append((self._line(key.start_mark.index), self._next_line(self._end(value)), lines))

    def insert(self, place: int, lines: str) -> None:
        """Puts lines at the beginning of a line, or at the end of the text."""
        is_torn = self.text[:place][-1:] not in ("", "\n")
        self.changes.append((place, place, f"\n{lines}" if is_torn else lines))

    def done(self) -> str:
        """Returns the text as it is then."""
        text = self.text
        placed = [(begin, end, number) for number, (begin, end, _) in enumerate(self.changes)]
        for begin, end, number in sorted(placed, reverse=True):  # of two at one place the first comes first
            text = text[:begin] + self.changes[number][2] + text[end:]
        return text

    def _end(self, node: yaml.Node) -> int:
        """Returns where the last word of a value ends: its own end may be after the comments that follow it."""
        if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
            last: Any = node.value[-1]
            return self._end(last[1] if isinstance(node, yaml.MappingNode) else last)
        return len(self.text[: node.end_mark.index].rstrip())

    def _line(self, place: int) -> int:
        return self.text[:place].rfind("\n") + 1

    def _next_line(self, place: int) -> int:
        return (self.text.find("\n", place) + 1) or len(self.text)


def _read(node: yaml.Node) -> Json:
    """Returns the value of a node, as YAML 1.2 has it."""
    found = values_of(_written(_mapping([(_node(_VALUE), node)])))
    return (found or {}).get(_VALUE)


def _lines(values: PropsView, column: int) -> str:
    """Returns lines of YAML in block style that begin at a column."""
    return "".join(f"{' ' * column}{line}\n" for line in _written(_node(values)).split("\n")[:-1])


def _written(node: yaml.Node) -> str:
    """Returns the text of a node, each word of it in one line and in its own letters."""
    return str(yaml.serialize(node, Dumper=_Dumper, allow_unicode=True, width=10_000))


def _anew(text: str, removed: Collection[str], added: PropsView) -> str:
    """Returns the text written anew from its nodes, without its comments."""
    composed: Any = yaml.compose(text, Loader=_Loader)
    root = composed if isinstance(composed, yaml.MappingNode) else _node({})
    found = _value(root, _CONFIG)
    kept: list[tuple[yaml.Node, yaml.Node]] = found.value if isinstance(found, yaml.MappingNode) else []
    config = _node(added)
    config.value = [pair for pair in kept if pair[0].value not in removed] + config.value
    if found is None:
        root.value.append((_node(_CONFIG, plain=True), config))
    else:
        root.value = [(key, config if value is found else value) for key, value in root.value]
    return _written(root)


def _node(value: Json, *, plain: bool = False) -> Any:
    if is_object(value):
        return _mapping([(_node(key, plain=True), _node(item)) for key, item in value.items()])
    if is_list(value):
        return yaml.SequenceNode("tag:yaml.org,2002:seq", [_node(item) for item in value], flow_style=False)
    if isinstance(value, str):
        return yaml.ScalarNode(_TEXT, value, style=None if plain and is_plain(value) else '"')
    word = "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return yaml.ScalarNode(_TEXT, word)


def _mapping(pairs: list[tuple[yaml.Node, yaml.Node]]) -> yaml.MappingNode:
    return yaml.MappingNode("tag:yaml.org,2002:map", pairs, flow_style=False)
