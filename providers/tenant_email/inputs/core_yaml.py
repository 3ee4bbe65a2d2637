"""How YAML 1.2 reads a document: by its core schema, where `yes` and `12:30` are texts and no tag makes an object.

What is written is quoted wherever any reader would take a text for something else.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import yaml
from yaml.constructor import ConstructorError

if TYPE_CHECKING:
    from yaml import SafeLoader as Loader

else:
    Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C is twenty times as quick

DEEPEST: Final = 100
_SCALARS: Final = (
    ("null", r"~|null|Null|NULL|", "~nN\0"),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
)


class CoreLoader(Loader):
    """A safe loader by YAML 1.2's core schema, with the merge keys of YAML 1.1."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - as the base has it

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        """Returns what a node stands for; a word that is not of the type that its tag says is an error of YAML."""
        try:
            return super().construct_object(node, deep)
        except (AttributeError, LookupError, ValueError):  # the base trusts a tag
            raise ConstructorError(None, None, "is not of the type of its tag", node.start_mark) from None

    def construct_number(self, node: Any) -> int:
        """Returns a whole number."""
        text = str(self.construct_scalar(node))
        return int(text, 8 if text.startswith("0o") else 16 if text.startswith("0x") else 10)


for _name, _pattern, _first in _SCALARS:
    CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", re.compile(f"(?:{_pattern})$"), list(_first))
CoreLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("$"), [""])
CoreLoader.add_implicit_resolver("tag:yaml.org,2002:merge", re.compile("<<$"), ["<"])
CoreLoader.add_constructor("tag:yaml.org,2002:int", CoreLoader.construct_number)


class CarefulDumper(yaml.SafeDumper):
    """A dumper that quotes what is a text to it and something else to another: to YAML 1.1, to 1.2, or to Go's readers.

    `1e3` is a number to 1.2, `y` a flag to 1.1, and `0o17` or `1_0e3` a number to Kubernetes and Pulumi; PyYAML has
    none of them for more than a text.
    """


CarefulDumper.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"[-+]?\.?[0-9][0-9a-fA-FxXoO_.:+-]*$"), list("-+.0123456789")
)
CarefulDumper.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("[yYnN]$"), list("yYnN"))


def is_plain(text: str) -> bool:
    """Returns whether every reader takes a word without quotes for a text."""
    found: dict[str | None, list[tuple[str, re.Pattern[str]]]] = CarefulDumper.yaml_implicit_resolvers
    return not any(pattern.match(text) for _, pattern in (*found.get(text[:1], ()), *found.get(None, ())))


def is_shallow(text: str) -> bool:
    """Returns whether a document is nested no deeper than `DEEPEST`: the loaders recurse, the one in C to its end.

    Raises:
        yaml.YAMLError: it is not YAML.
    """
    depth = 0
    for event in yaml.parse(text, Loader=Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            return False
    return True
