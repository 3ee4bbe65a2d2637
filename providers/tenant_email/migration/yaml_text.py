"""YAML that another tool wrote, read so that whatever is there instead ends in a message that quotes nothing of it."""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any, Final

import yaml

from tenant_email.inputs.text_files import unusable
from tenant_email.json_types import Json, is_list, is_object

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from yaml import SafeLoader as Loader

else:
    Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C is twenty times as quick

MOST: Final = 2_000_000  # values of a document: an alias makes many of few
_DEEPEST: Final = 100


def parse_yaml(text: str, file: Path) -> Json:
    """Returns what a YAML document stands for, as JSON has it; raises TenantEmailError for another one.

    As YAML 1.2 reads it, which is what JavaScript's reader does: `yes` and `12:30` are texts. No tag makes an object.
    """
    try:
        _require_shallow(text, file)
        document: Json = yaml.load(text, Loader=_Yaml)  # noqa: S506 - a safe loader
    except yaml.MarkedYAMLError as error:
        mark, problem = error.problem_mark, str(error.problem).removeprefix("but ")
        where = f" in line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise unusable(file, f"is not YAML that can be read: {problem}{where}") from None
    except yaml.YAMLError:
        raise unusable(file, "is not YAML: it holds a character that none may have") from None
    except (RecursionError, ValueError):
        raise unusable(file, "is not YAML that can be read") from None
    _require_finite(document, file)
    return document


_SCALARS: Final = (
    ("null", r"~|null|Null|NULL|", "~nN\0"),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
)


class _Yaml(Loader):
    """A safe loader by YAML 1.2's core schema, for which a key that comes twice is an error."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - as the base has it

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        if isinstance(node, yaml.MappingNode):
            seen = set[Hashable]()
            for key, _ in node.value:
                name = key.value if isinstance(key, yaml.ScalarNode) else None
                if key.tag != "tag:yaml.org,2002:merge" and name in seen:
                    raise yaml.constructor.ConstructorError(None, None, "a key that comes twice", key.start_mark)
                seen.add(name)
        return super().construct_mapping(node, deep)

    def construct_number(self, node: Any) -> int:
        text = str(self.construct_scalar(node))
        return int(text, 8 if text.startswith("0o") else 16 if text.startswith("0x") else 10)


for _name, _pattern, _first in _SCALARS:
    _Yaml.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", re.compile(f"(?:{_pattern})$"), list(_first))
_Yaml.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("$"), [""])
_Yaml.add_implicit_resolver("tag:yaml.org,2002:merge", re.compile("<<$"), ["<"])
_Yaml.add_constructor("tag:yaml.org,2002:int", _Yaml.construct_number)


def _require_shallow(text: str, file: Path) -> None:
    """Raises for a document that is nested too deeply: both loaders recurse, and the one in C would end the process."""
    depth = 0
    for event in yaml.parse(text, Loader=Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise unusable(file, "is nested too deeply")


def _require_finite(document: Json, file: Path) -> None:
    """Raises for what never ends, or nearly so, by its aliases."""
    for count, _ in enumerate(_walk(document, file)):
        if count > MOST:
            raise unusable(file, f"holds more than {MOST} values")


def _walk(document: Json, file: Path) -> Iterator[Json]:
    waiting: list[tuple[Json, int]] = [(document, 0)]
    while waiting:
        value, depth = waiting.pop()
        if depth > _DEEPEST:
            raise unusable(file, "is nested too deeply")
        yield value
        if is_object(value):
            waiting += ((item, depth + 1) for pair in value.items() for item in pair)
        elif is_list(value):
            waiting += ((item, depth + 1) for item in value)
