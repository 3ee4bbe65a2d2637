"""Resources as a state records them, and their JSON form (Pulumi's deployment format, version 3)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, cast

from embedded_pulumi_engine.urns import name_of
from embedded_pulumi_engine.values import SECRET, SIGNATURE, Props, Value, has_secret, is_tagged, seal, walk

if TYPE_CHECKING:
    from embedded_pulumi_engine.passphrase import Crypter


@dataclass(frozen=True, eq=False)
class Resource:
    """One resource of a state. It never changes: a new version replaces it, so its JSON can be kept."""

    urn: str
    type: str
    custom: bool
    id: str = ""
    inputs: Props = field(default_factory=dict[str, Value], repr=False)
    outputs: Props = field(default_factory=dict[str, Value], repr=False)
    parent: str = ""
    provider: str = ""
    dependencies: tuple[str, ...] = ()
    property_dependencies: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    protect: bool = False
    retain_on_delete: bool = False
    deleted_with: str = ""
    delete: bool = False
    pending_replacement: bool = False
    external: bool = False
    aliases: tuple[str, ...] = ()
    additional_secret_outputs: tuple[str, ...] = ()
    ignore_changes: tuple[str, ...] = ()
    replace_on_changes: tuple[str, ...] = ()
    replacement_trigger: Value = None
    init_errors: tuple[str, ...] = ()
    resource_hooks: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    created: str = ""
    modified: str = ""
    extra: dict[str, Any] = field(default_factory=dict[str, Any], repr=False)  # what this engine does not use

    @property
    def name(self) -> str:
        """The name that the program gave."""
        return name_of(self.urn)


_KEYS: Final = {
    "property_dependencies": "propertyDependencies",
    "retain_on_delete": "retainOnDelete",
    "deleted_with": "deletedWith",
    "pending_replacement": "pendingReplacement",
    "additional_secret_outputs": "additionalSecretOutputs",
    "ignore_changes": "ignoreChanges",
    "replace_on_changes": "replaceOnChanges",
    "replacement_trigger": "replacementTrigger",
    "init_errors": "initErrors",
    "resource_hooks": "resourceHooks",
}
_FIELDS: Final = {_KEYS.get(f.name, f.name): f.name for f in fields(Resource) if f.name != "extra"}
_SEALED: Final = ("inputs", "outputs", "replacement_trigger")
_ALWAYS: Final = ("urn", "type", "custom")


def now() -> str:
    """Returns the time in the form that states use."""
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def encode(resource: Resource, crypter: Crypter) -> dict[str, Any]:
    """Returns the resource's JSON form, secrets encrypted, empty fields left out."""
    found: dict[str, Any] = {}
    for key, name in _FIELDS.items():
        value: Any = getattr(resource, name)
        if name in _ALWAYS or value not in ("", False, (), {}, None):
            found[key] = _encrypt(value, crypter) if name in _SEALED and has_secret(value) else value
    return {**found, **resource.extra}


def decode(document: dict[str, Any], crypter: Crypter | None) -> Resource:
    """Reads a resource's JSON form."""
    known: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    for key, value in document.items():
        name = _FIELDS.get(key)
        if name is None:
            extra[key] = value
        elif name in _SEALED:
            known[name] = _decrypt(value, crypter) if has_secret(value) else value
        else:
            known[name] = tuple(cast("list[str]", value)) if isinstance(value, list) else value
    return Resource(**known, extra=extra)


def _encrypt(value: Value, crypter: Crypter) -> Value:
    if is_tagged(value, SECRET):
        inner = json.dumps(_encrypt(value["value"], crypter), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return {SIGNATURE: SECRET, "ciphertext": crypter.encrypt(inner)}
    return walk(value, lambda child: _encrypt(child, crypter))


def _decrypt(value: Value, crypter: Crypter | None) -> Value:
    if is_tagged(value, SECRET):
        if "plaintext" in value:
            return seal(_decrypt(json.loads(value["plaintext"]), crypter))
        if crypter is None:
            raise ValueError("the state holds secrets but names no passphrase provider")
        return seal(_decrypt(json.loads(crypter.decrypt(value["ciphertext"])), crypter))
    return walk(value, lambda child: _decrypt(child, crypter))
