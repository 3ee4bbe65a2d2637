"""Describes a resource type of the AWS provider: its properties as data, its calls as methods.

Names, defaults and what forces a replacement are those of pulumi_aws 7.51.1 and the provider behind it.
"""

import hashlib
import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

from botocore.exceptions import BotoCoreError, ClientError

from tenant_email_local.aws.plugin.session import Aws
from tenant_email_local.aws.plugin.values import UNKNOWN, Properties, has_unknown

DEFAULTS = "__defaults"
Same = Callable[[Any, Any], bool]


@dataclass(frozen=True)
class PropertyDifference:
    """How one property differs between the recorded state and the inputs."""

    name: str
    adds: bool
    removes: bool
    replaces: bool


class PartialError(Exception):
    """A resource that exists although its creation failed, raised so that the engine records it."""

    def __init__(self, id_: str, outputs: Properties, cause: Exception) -> None:
        super().__init__(str(cause))
        self.id, self.outputs, self.cause = id_, outputs, cause


@contextmanager
def exists_from_here(id_: str, outputs: Properties) -> Generator[None]:
    """Wraps what a creation does once the resource exists: the real provider waits, and reads it back."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise PartialError(id_, outputs, error) from error


class ResourceType(ABC):
    """Is the base of all resource types.

    Its methods make the calls of the real provider (hashicorp/terraform-provider-aws, internal/service), because an
    operator's policy has to allow them.
    """

    type_name: ClassVar[str]
    inputs: ClassVar[frozenset[str]]
    required: ClassVar[frozenset[str]] = frozenset()
    defaults: ClassVar[Mapping[str, Any]] = {}
    auto_named: ClassVar[str | None] = None
    replaced_by: ClassVar[frozenset[str]] = frozenset()
    # inputs that AWS fills in when the program does not: their absence is not a change
    optional_outputs: ClassVar[frozenset[str]] = frozenset()
    outputs: ClassVar[frozenset[str]] = frozenset()
    secrets: ClassVar[frozenset[str]] = frozenset()
    same: ClassVar[Mapping[str, Same]] = {}

    @abstractmethod
    def create(self, aws: Aws, inputs: Properties) -> tuple[str, Properties]:
        """Creates the resource; returns its id and the outputs that are not inputs. Raises: PartialError."""

    @abstractmethod
    def read(self, aws: Aws, id_: str, state: Properties) -> Properties | None:
        """Returns what AWS holds now as properties, or None when the resource is gone."""

    def update(self, aws: Aws, id_: str, olds: Properties, news: Properties) -> Properties:
        """Changes the resource in place; returns the outputs that change with it."""
        raise NotImplementedError(self.type_name)

    @abstractmethod
    def delete(self, aws: Aws, id_: str, state: Properties) -> None:
        """Deletes the resource; one that is gone already counts as deleted."""

    def found_by(self, id_: str) -> Properties:
        """Returns what the id of an import says of the resource, as far as a read needs it."""
        del id_
        return {}

    def normalize(self, inputs: Properties) -> Properties:
        """Brings inputs into the form that is recorded."""
        return inputs


def check(kind: ResourceType, olds: Properties, news: Properties, name: str, seed: bytes) -> Properties:
    """Fills in defaults and an automatic name; `__defaults` notes them, as the real provider does."""
    given = {key: value for key, value in news.items() if key != DEFAULTS and value is not None}
    filled = {key: value for key, value in kind.defaults.items() if key not in given}
    if kind.auto_named and kind.auto_named not in given and f"{kind.auto_named}Prefix" not in given:
        kept = olds.get(kind.auto_named) if kind.auto_named in olds.get(DEFAULTS, []) else None
        filled[kind.auto_named] = kept or f"{name}-{_suffix(seed)}"
    return {**kind.normalize({**filled, **given}), DEFAULTS: sorted(filled)}


def missing_properties(kind: ResourceType, news: Properties) -> list[str]:
    """Names the required properties that are not given."""
    return sorted(name for name in kind.required if news.get(name) is None)


def changes(
    kind: ResourceType, state: Properties, news: Properties, ignored: frozenset[str]
) -> list[PropertyDifference]:
    """Compares inputs with the recorded state, so that what a refresh found shows as a change."""
    found: list[PropertyDifference] = []
    for name in sorted(kind.inputs - ignored):
        old, new = state.get(name), news.get(name)
        if (new is None and name in kind.optional_outputs) or _same(kind, name, old, new):
            continue
        found.append(PropertyDifference(name, _empty(old), _empty(new), name in kind.replaced_by))
    return found


def preview_outputs(kind: ResourceType, inputs: Properties) -> Properties:
    """Returns the outputs of a resource that a preview would create."""
    computed = kind.outputs | {name for name in kind.optional_outputs if name not in inputs}
    return {**without_defaults(inputs), **dict.fromkeys(computed, UNKNOWN)}


def without_defaults(inputs: Properties) -> Properties:
    """Returns inputs as outputs, which do not carry `__defaults`."""
    return {key: value for key, value in inputs.items() if key != DEFAULTS}


def _same(kind: ResourceType, name: str, old: Any, new: Any) -> bool:
    if has_unknown(new):
        return False
    if _empty(old) or _empty(new):
        return _empty(old) and _empty(new)
    return kind.same[name](old, new) if name in kind.same else bool(old == new)


def _empty(value: Any) -> bool:
    return value in (None, "", False, [], {})


def _suffix(seed: bytes) -> str:
    return hashlib.sha256(seed).hexdigest()[:7] if seed else secrets.token_hex(4)[:7]
