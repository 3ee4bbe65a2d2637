"""The YAML of a stack's file: what is not changed stays as it is written, but for comments.

Pulumi and PyYAML do not read every word alike: `12:30` and `yes` are texts to the one, and a number and a flag to the
other; `1e3` is a text to the other. So nothing is read to values and written again: nodes stay nodes, and each text
that is added is in quotes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import yaml

from tenant_email.inputs.core_yaml import CoreLoader
from tenant_email.json_types import Json, Props, PropsView, is_list, is_object

if TYPE_CHECKING:
    from collections.abc import Collection

_TEXT: Final = "tag:yaml.org,2002:str"


class _Loader(yaml.SafeLoader):
    """A loader that resolves no scalar."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - as the base has it


class _Dumper(yaml.SafeDumper):
    """A dumper that takes every scalar as it is."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - as the base has it


def values_of(text: str) -> Props | None:
    """Returns the values of a stack's file, as YAML 1.2 has them; None where it is no mapping."""
    try:
        found: object = yaml.load(text, Loader=CoreLoader)  # noqa: S506 - of the core schema, which makes no objects
    except (yaml.YAMLError, RecursionError):
        return None
    if found is None:
        return {}
    return found if is_object(found) else None


def with_config(text: str, removed: Collection[str], added: PropsView) -> str:
    """Returns the text of a stack's file without some keys of its `config`, and with others after those that stay."""
    composed: Any = yaml.compose(text, Loader=_Loader)
    root = composed if isinstance(composed, yaml.MappingNode) else _node({})
    found = next((value for key, value in root.value if key.value == "config"), None)
    kept: list[tuple[yaml.Node, yaml.Node]] = found.value if isinstance(found, yaml.MappingNode) else []
    config = _node(added)
    config.value = [pair for pair in kept if pair[0].value not in removed] + config.value
    if found is None:
        root.value.append((_node("config", plain=True), config))
    else:
        root.value = [(key, config if value is found else value) for key, value in root.value]
    return str(yaml.serialize(root, Dumper=_Dumper, allow_unicode=True, width=10_000))


def _node(value: Json, *, plain: bool = False) -> Any:
    if is_object(value):
        pairs = [(_node(key, plain=True), _node(item)) for key, item in value.items()]
        return yaml.MappingNode("tag:yaml.org,2002:map", pairs, flow_style=False)
    if is_list(value):
        return yaml.SequenceNode("tag:yaml.org,2002:seq", [_node(item) for item in value], flow_style=False)
    if isinstance(value, str):
        return yaml.ScalarNode(_TEXT, value, style=None if plain else '"')
    word = "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return yaml.ScalarNode(_TEXT, word)
