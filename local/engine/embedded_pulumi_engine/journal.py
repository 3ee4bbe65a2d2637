"""The state of a stack while it changes, written before and after every operation, so that a kill loses nothing.

Operations that come while the state is being written share the next write, as in Pulumi's own engine: a state is as
large as all its resources, and written for each of them alone, a creation would take the square of their number.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from embedded_pulumi_engine.files import write_whole
from embedded_pulumi_engine.passphrase import Crypter, open_salt
from embedded_pulumi_engine.resources import Resource, decode, encode, now
from embedded_pulumi_engine.urns import split_reference

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True, eq=False)
class Pending:
    """An operation that was begun: `creating`, `updating` or `deleting`."""

    kind: str
    resource: Resource


@dataclass(frozen=True)
class Snapshot:
    """A state as it lies on disk."""

    resources: tuple[Resource, ...] = ()
    pending: tuple[Pending, ...] = ()


def load(document: dict[str, Any], phrase: str) -> Snapshot:
    """Reads a deployment as `pulumi stack export` prints it."""
    deployment: dict[str, Any] = document.get("deployment") or {}
    salt_line = salt_of(document)
    crypter = open_salt(phrase, salt_line) if salt_line else None
    pending = deployment.get("pending_operations") or ()
    return Snapshot(
        tuple(decode(resource, crypter) for resource in deployment.get("resources") or ()),
        tuple(Pending(entry["type"], decode(entry["resource"], crypter)) for entry in pending),
    )


def salt_of(document: dict[str, Any]) -> str:
    """Returns the salt that a deployment's secrets were encrypted with, or an empty text."""
    deployment: dict[str, Any] = document.get("deployment") or {}
    provider: dict[str, Any] = deployment.get("secrets_providers") or {}
    return provider["state"]["salt"] if provider.get("type") == "passphrase" else ""


class Journal:
    """Records what happens to resources; `path` is None for a preview, which writes nothing."""

    def __init__(self, path: Path | None, snapshot: Snapshot, crypter: Crypter) -> None:
        self._path = path
        self._crypter = crypter
        self._lock = threading.RLock()
        self._saving = threading.Lock()
        self._changes = self._saved = 0  # how many changes there were, and how many of them are on disk
        self._loaded = {id(resource): resource for resource in snapshot.resources}
        self._base = dict(self._loaded)  # what of it is left, by the same keys
        self._news: dict[str, Resource] = {}
        self._pending: list[Pending] = []
        self._interrupted = [entry for entry in snapshot.pending if entry.kind == "creating"]
        self._renamed: dict[str, str] = {}
        self._written: dict[int, tuple[Resource, str]] = {}

    @property
    def resources(self) -> tuple[Resource, ...]:
        """All resources, each after what it depends on."""
        with self._lock:
            return (*self._news.values(), *(self._current(old) for old in self._base.values()))

    @property
    def remaining(self) -> tuple[tuple[Resource, Resource], ...]:
        """Resources of the former state that nothing has replaced: as they were loaded, and as they are now."""
        with self._lock:
            return tuple((self._loaded[key], self._current(left)) for key, left in self._base.items())

    def begin(self, kind: str, resource: Resource) -> Pending:
        """Notes an operation before it starts."""
        entry = Pending(kind, resource)
        with self._lock:
            self._pending.append(entry)
        self.write()
        return entry

    def abandon(self, entry: Pending) -> None:
        """Takes back the note of an operation that failed and changed nothing."""
        with self._lock:
            self._pending.remove(entry)
        self.write()

    def settle(
        self,
        entry: Pending | None = None,
        *,
        new: Resource | None = None,
        drop: Sequence[Resource] = (),
        keep: tuple[Resource, Resource] | None = None,
        save: bool = True,
    ) -> None:
        """Records an outcome: a new version, versions to drop, one kept in changed form (old, changed)."""
        with self._lock:
            if entry is not None:
                self._pending.remove(entry)
            if new is not None:
                self._news[new.urn] = new
            for old in drop:
                self._base.pop(id(old), None)
                if new is not None and old.urn != new.urn:
                    self._renamed[old.urn] = new.urn
            if keep is not None and id(keep[0]) in self._base:
                self._base[id(keep[0])] = keep[1]
        if save:
            self.write()

    def reopen(self) -> None:
        """Makes what this run has registered part of the former state, so that it can be deleted with the rest."""
        with self._lock:
            registered = {id(resource): resource for resource in self._news.values()}
            self._base = {**registered, **self._base}
            self._loaded |= registered
            self._news.clear()

    def forget_interrupted(self) -> None:
        """Drops the creations that an earlier run began and did not finish."""
        with self._lock:
            self._interrupted.clear()

    def find(self, urn: str) -> Resource | None:
        """Returns the new version of a resource, when this run has registered it."""
        with self._lock:
            return self._news.get(urn)

    def write(self) -> None:
        """Saves the state; returns when all that happened before is on disk."""
        if self._path is None:
            return
        with self._lock:
            self._changes += 1
            mine = self._changes
        with self._saving:
            if self._saved >= mine:  # whoever wrote while this one waited wrote this change too
                return
            with self._lock:
                changes, text = self._changes, self._text()
            write_whole(self._path, text)
            self._saved = changes

    def _text(self) -> str:
        """Returns the state in Pulumi's deployment format."""
        # what an earlier run may have created stays noted until its resource is recorded
        pending = [*self._pending, *(e for e in self._interrupted if e.resource.urn not in self._news)]
        parts = {
            "manifest": json.dumps({"time": now(), "magic": "", "version": ""}),
            "secrets_providers": json.dumps({"type": "passphrase", "state": {"salt": self._crypter.salt_line}}),
            "resources": f"[{', '.join(map(self._encode, self.resources))}]",
            "pending_operations": f"[{', '.join(map(self._encode_pending, pending))}]",
            "metadata": "{}",
        }
        deployment = ", ".join(f'"{key}": {text}' for key, text in parts.items() if text != "[]")
        return f'{{"version": 3, "deployment": {{{deployment}}}}}'

    def _encode_pending(self, entry: Pending) -> str:
        return f'{{"resource": {self._encode(entry.resource)}, "type": {json.dumps(entry.kind)}}}'

    def _encode(self, resource: Resource) -> str:
        found = self._written.get(id(resource))
        if found is None or found[0] is not resource:
            text = json.dumps(encode(resource, self._crypter), ensure_ascii=False)
            found = self._written[id(resource)] = (resource, text)
        return found[1]

    def _current(self, resource: Resource) -> Resource:
        """Follows renames, so that what still waits for its turn does not refer to a name that is gone."""
        if not self._renamed:
            return resource
        urn, identifier = split_reference(resource.provider)
        references = {resource.parent, resource.deleted_with, *resource.dependencies, urn}
        if not references & self._renamed.keys():
            return resource
        to = self._renamed
        return replace(
            resource,
            parent=to.get(resource.parent, resource.parent),
            deleted_with=to.get(resource.deleted_with, resource.deleted_with),
            dependencies=tuple(to.get(d, d) for d in resource.dependencies),
            property_dependencies={k: [to.get(d, d) for d in v] for k, v in resource.property_dependencies.items()},
            provider=f"{to.get(urn, urn)}::{identifier}" if urn else "",
        )
