"""YAML as plain values, with the line and the column of each, and everything that is wrong with it as YAML.

Hostile input ends quickly: size, depth and the number of values, those that aliases repeat among them, are bounded,
and no tag makes an object. Keys come once; merge keys (`<<`) and anchors are followed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import yaml
from yaml.reader import Reader

from tenant_email.errors import Problem
from tenant_email.inputs.core_yaml import CoreLoader, is_shallow
from tenant_email.inputs.unknowns import UNKNOWN
from tenant_email.inputs.unusable_values import DEEPEST, LARGEST, unfit_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tenant_email.json_types import Json, Props

LARGEST_FILE: Final = 4 * 1024 * 1024
"""Bytes: a thousand tenants with texts of their own in files have some hundred thousand."""
MOST: Final = 100_000
"""Values in all, with what aliases repeat."""

Path = tuple[str | int, ...]

_PREFIX: Final = "tag:yaml.org,2002:"
_MERGE: Final = "<<"
_SCALARS: Final = frozenset({"str", "int", "float", "bool", "null"})
_WHOLE: Final = frozenset({"map", "seq"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a text, counted from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class PlacedYaml:
    """A document: its values, where each is written, and what is wrong with it.

    What is wrong is `UNKNOWN` among the values. Of an entry of a mapping its key's place is kept, of an alias the place
    where the anchor is.
    """

    values: Json
    places: Mapping[Path, Place]
    problems: tuple[Problem, ...]

    def place_of(self, path: Path) -> Place:
        """Returns where a path is written; of one that is not there, where what it belongs to is."""
        for length in range(len(path), -1, -1):
            if found := self.places.get(path[:length]):
                return found
        return Place(1, 1)


def read_places(text: str) -> PlacedYaml:
    """Returns a document with its places; what is no YAML at all is one problem, and its values are `UNKNOWN`."""
    try:
        if not is_shallow(text):
            return _refused(Place(1, 1), "is nested too deeply", "Reduce the nesting.")
        node = yaml.compose(text, Loader=CoreLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = f"is not YAML that can be read: {str(error.problem).removeprefix('but ')}"
        place = Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
        line = "".join(text.splitlines()[place.line - 1 : place.line])
        is_tab = line[place.column - 1 : place.column] == "\t"
        return _refused(place, what, "It is a tab: indent with spaces." if is_tab else "Correct it there.")
    except yaml.YAMLError:
        place = _place_of_unfit(text)
        return _refused(place, "holds a character that YAML does not allow", "Remove it; is it a text file?")
    if node is None:
        return _refused(Place(1, 1), "is empty", "Begin with the line `version: 1`.")
    reader = _Reader()
    try:
        values = reader.read(node, (), 0)
    except _TooLargeError as error:
        place = _place(error.node)
        return _refused(place, str(error), "Write it out, with less in it.")
    return PlacedYaml(values, reader.places, tuple(reader.problems))


def _place_of_unfit(text: str) -> Place:
    """Returns where the first character is that no YAML may hold; the parser in C tells no place."""
    found = Reader.NON_PRINTABLE.search(text)
    before = text[: found.start()] if found else ""
    return Place(before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)


def _refused(place: Place, what: str, remedy: str) -> PlacedYaml:
    return PlacedYaml(UNKNOWN, {(): place}, (Problem("", what, remedy, line=place.line, column=place.column),))


class _TooLargeError(Exception):
    def __init__(self, node: yaml.Node, what: str) -> None:
        self.node = node
        super().__init__(what)


@dataclass(slots=True)
class _Reader:
    """One reading of a document's nodes."""

    places: dict[Path, Place] = field(default_factory=dict[Path, Place])
    problems: list[Problem] = field(default_factory=list[Problem])
    _left: int = MOST

    def read(self, node: yaml.Node, path: Path, depth: int, key: yaml.Node | None = None) -> Json:
        """Returns what a node stands for; `key` is that of the entry that it is the value of."""
        self._left -= 1
        if self._left < 0:
            raise _TooLargeError(node, f"holds more than {MOST} values, with what its aliases repeat")
        if depth > DEEPEST:
            raise _TooLargeError(node, f"is nested deeper than {DEEPEST} levels, or holds itself by an alias")
        self.places[path] = _place(key or node)
        tag = node.tag.removeprefix(_PREFIX)
        if tag not in (_SCALARS if isinstance(node, yaml.ScalarNode) else _WHOLE):
            return self._refuse(
                node, path, "has a tag, which nothing here needs", "Remove the word that begins with !."
            )
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path, depth)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item, (*path, number), depth + 1) for number, item in enumerate(node.value)]
        return self._scalar(node, path, tag)

    def _mapping(self, node: yaml.MappingNode, path: Path, depth: int) -> Props:
        found: Props = {}
        keys: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = _MERGE if _is_merge(key) else self._name(key, path)
            if name is None:
                continue
            if name in keys:
                first = _place(keys[name])
                what = f"comes twice; the first is in line {first.line}, column {first.column}"
                several = "Merge several by a list, as in `<<: [*a, *b]`."
                self._refuse(key, (*path, name), what, several if _is_merge(key) else "Remove one of them.")
                continue
            keys[name] = key
            if not _is_merge(key):
                found[name] = self.read(value, (*path, name), depth + 1, key)
        for key, value in self._merged(node, path):
            name = self._name(key, path)
            if name is not None and name not in keys:
                keys[name] = key
                found[name] = self.read(value, (*path, name), depth + 1, key)
        return found

    def _merged(self, node: yaml.MappingNode, path: Path) -> Iterator[tuple[yaml.Node, yaml.Node]]:
        """Yields the entries that merge keys bring, of several the first first: an earlier one goes before it."""
        waiting: list[tuple[yaml.Node, int]] = [(value, 0) for key, value in node.value if _is_merge(key)]
        while waiting:
            merged, depth = waiting.pop(0)
            self._left -= 1
            if self._left < 0 or depth > DEEPEST:
                raise _TooLargeError(merged, "merges more than can be meant, or merges itself")
            if isinstance(merged, yaml.SequenceNode):
                waiting[:0] = [(item, depth + 1) for item in merged.value]
            elif isinstance(merged, yaml.MappingNode):
                yield from ((key, value) for key, value in merged.value if not _is_merge(key))
                waiting[:0] = [(value, depth + 1) for key, value in merged.value if _is_merge(key)]
            else:
                what = "merges what is no mapping"
                self._refuse(merged, (*path, _MERGE), what, "Name an anchor of a mapping, as in `<<: *name`.")

    def _name(self, key: yaml.Node, path: Path) -> str | None:
        if isinstance(key, yaml.ScalarNode) and key.tag == f"{_PREFIX}str":
            if fault := unfit_text(key.value):
                self._refuse(key, path, f"has a key that {fault[0]}", fault[1])
                return None
            return str(key.value)
        self._refuse(key, path, "has a key that is not a text", "Write the key in quotes.")
        return None

    def _scalar(self, node: yaml.Node, path: Path, tag: str) -> Json:
        text = str(node.value)
        if tag == "str":
            fault = unfit_text(text)
            return self._refuse(node, path, *fault) if fault else text
        if tag == "null":
            return None
        if tag == "bool":
            return text.lower() == "true"
        value = _number(text, tag)
        if value is None:
            return self._refuse(node, path, "is a number that is too large", "Write it in quotes, if it is a text.")
        return value

    def _refuse(self, node: yaml.Node, path: Path, what: str, remedy: str) -> Any:
        place = _place(node)
        self.problems.append(Problem(dotted(path), what, remedy, line=place.line, column=place.column))
        return UNKNOWN


def _number(text: str, tag: str) -> float | None:
    """Returns a number that every reader of JSON has alike, else None."""
    try:
        number = float(text) if tag == "float" else int(text, 0 if text[:2] in ("0o", "0x") else 10)
    except ValueError:  # of a number with a tag, or of thousands of digits
        return None
    if (tag == "int" and not -LARGEST <= number <= LARGEST) or not math.isfinite(number):
        return None
    # 587.0 is a whole number for JSON Schema, and so it is here
    return int(number) if number == number // 1 and -LARGEST <= number <= LARGEST else number


def _is_merge(key: yaml.Node) -> bool:
    return key.tag == f"{_PREFIX}merge"


def _place(node: yaml.Node) -> Place:
    return Place(node.start_mark.line + 1, node.start_mark.column + 1)


def dotted(path: Path) -> str:
    """Returns a path as messages have it."""
    return ".".join(map(str, path))
