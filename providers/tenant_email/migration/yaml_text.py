"""YAML that another tool wrote, read so that whatever is there instead ends in a message that quotes nothing of it."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any, Final

import yaml

from tenant_email.inputs.core_yaml import DEEPEST, CoreLoader, is_shallow
from tenant_email.inputs.text_files import unusable
from tenant_email.json_types import Json, is_list, is_object

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST: Final = 2_000_000  # values of a document: an alias makes many of few


def parse_yaml(text: str, file: Path) -> Json:
    """Returns what a YAML document stands for, as JSON has it; raises TenantEmailError for another one.

    As YAML 1.2 reads it, which is what JavaScript's reader does: `yes` and `12:30` are texts. No tag makes an object.
    """
    try:
        if not is_shallow(text):
            raise unusable(file, "is nested too deeply")
        document: Json = yaml.load(text, Loader=_Yaml)  # noqa: S506 - a safe loader
    except yaml.MarkedYAMLError as error:
        mark, problem = error.problem_mark, str(error.problem).removeprefix("but ")
        where = f" in line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise unusable(file, f"is not YAML that can be read: {problem}{where}") from None
    except yaml.YAMLError:
        raise unusable(file, "is not YAML: it holds a character that none may have") from None
    except RecursionError:
        raise unusable(file, "is not YAML that can be read") from None
    _require_finite(document, file)
    return document


class _Yaml(CoreLoader):
    """A loader for which a key that comes twice is an error."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        if isinstance(node, yaml.MappingNode):
            seen = set[Hashable]()
            for key, _ in node.value:
                name = key.value if isinstance(key, yaml.ScalarNode) else None
                if key.tag != "tag:yaml.org,2002:merge" and name in seen:
                    raise yaml.constructor.ConstructorError(None, None, "a key that comes twice", key.start_mark)
                seen.add(name)
        return super().construct_mapping(node, deep)


def _require_finite(document: Json, file: Path) -> None:
    """Raises for what never ends, or nearly so, by its aliases."""
    for count, _ in enumerate(_walk(document, file)):
        if count > MOST:
            raise unusable(file, f"holds more than {MOST} values")


def _walk(document: Json, file: Path) -> Iterator[Json]:
    waiting: list[tuple[Json, int]] = [(document, 0)]
    while waiting:
        value, depth = waiting.pop()
        if depth > DEEPEST:
            raise unusable(file, "is nested too deeply")
        yield value
        if is_object(value):
            waiting += ((item, depth + 1) for pair in value.items() for item in pair)
        elif is_list(value):
            waiting += ((item, depth + 1) for item in value)
