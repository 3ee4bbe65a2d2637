"""A resource as a rule sees it, whichever way it was registered: as a Python dynamic resource, or as the plug-in's.

The two spell the same names differently: `settings.require_tls` of the one is `settings.requireTls` of the other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from tenant_email_policies.values import UNKNOWN, Value, is_mapping

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_DYNAMIC: Final = "pulumi-python:dynamic/tenant-email:"
_PLUGIN: Final = "tenant-email:index:"
_QUOTED: Final = re.compile(r"""\[["']?([^]"']+)["']?]""")
"""A step of a property's path in Pulumi's other spelling: `settings["password"]`."""


@dataclass(frozen=True)
class Seen:
    """One resource.

    Args:
        urn: its URN.
        type: its type token.
        name: its name in the program.
        props: its properties, without the SDK's proxies: inputs for a resource rule, outputs for a stack rule.
        parent: the URN of its parent, where that is known.
        depends: the URNs that each of its properties is made of, by their names as the engine has them.
        provider: the URN of its provider, where that is known.
        protect: whether its option `protect` is set, or a parent's: Pulumi then refuses to delete it.
        ignored: the paths of its option `ignore_changes`, as the program has them: what is there is the state's.

    """

    urn: str
    type: str
    name: str
    props: Mapping[str, Value]
    parent: str = ""
    depends: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    provider: str = ""
    protect: bool = False
    ignored: tuple[str, ...] = ()

    @cached_property
    def kind(self) -> str:
        """The class of pulumi-tenant-email that it is of, as in `EmailProvider`; "" for everyone else's resources."""
        for prefix in (_DYNAMIC, _PLUGIN):
            if self.type.startswith(prefix):
                return self.type.removeprefix(prefix)
        return ""

    @cached_property
    def is_of_sending_domain(self) -> bool:
        """Whether it is part of a SesSendingDomain, whoever's resource it is: a URN holds the types of all parents."""
        return f"{_PLUGIN}SesSendingDomain$" in self.urn

    @property
    def stack(self) -> str:
        """The name of its stack."""
        return self.urn.partition("::")[0].removeprefix("urn:pulumi:")

    @property
    def settings_kind(self) -> str:
        """The kind of its settings, as in `auth0.smtp`; "" where it has none or a preview does not know it."""
        kind = self.at("settings.kind")
        return kind if isinstance(kind, str) else ""

    def at(self, path: str) -> Value:
        """Returns the value at a path in Python's spelling: None where there is none, UNKNOWN where it is."""
        found: Value = self.props
        for name in path.split("."):
            if not is_mapping(found):
                return UNKNOWN if found is UNKNOWN else None
            found = found.get(name, found.get(_camel(name)))
        return found

    def made_of(self, path: str) -> frozenset[str]:
        """Returns the URNs that the property at a path, in Python's spelling, is made of."""
        name = path.partition(".")[0]
        return self.depends.get(name, frozenset()) | self.depends.get(_camel(name), frozenset())

    def ignores(self, path: str) -> bool:
        """Returns whether what the program says at a path, in Python's spelling, is passed over."""
        names = {".".join(path.split(".")[:length]) for length in range(1, path.count(".") + 2)}
        ignored = {_QUOTED.sub(r".\1", each) for each in self.ignored}
        return not ignored.isdisjoint({*names, *map(self.spell, names), "*"})

    def spell(self, path: str) -> str:
        """Returns a path as the program spells it."""
        if not self.type.startswith(_PLUGIN):
            return path
        return ".".join(map(_camel, path.split(".")))


@dataclass(frozen=True)
class Stack:
    """All resources of a stack."""

    resources: tuple[Seen, ...]

    @property
    def name(self) -> str:
        """The stack's name."""
        return self.resources[0].stack if self.resources else ""

    def of(self, *kinds: str) -> Iterator[Seen]:
        """Yields the resources of these classes of pulumi-tenant-email, one class after the other."""
        return (each for kind in kinds for each in self._by_kind.get(kind, ()))

    def typed(self, *types: str) -> Iterator[Seen]:
        """Yields the resources of these type tokens, one type after the other."""
        return (each for type_ in types for each in self._by_type.get(type_, ()))

    @cached_property
    def _by_kind(self) -> Mapping[str, list[Seen]]:
        return _grouped((each.kind, each) for each in self.resources)

    @cached_property
    def _by_type(self) -> Mapping[str, list[Seen]]:
        return _grouped((each.type, each) for each in self.resources)


def _grouped(named: Iterable[tuple[str, Seen]]) -> Mapping[str, list[Seen]]:
    found: dict[str, list[Seen]] = {}
    for name, seen in named:
        found.setdefault(name, []).append(seen)
    return found


def type_of(urn: str) -> str:
    """Returns the type token of a resource by its URN, which holds the types of all its parents before it."""
    return urn.split("::")[2].rpartition("$")[2] if urn.count("::") > 1 else ""


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)
