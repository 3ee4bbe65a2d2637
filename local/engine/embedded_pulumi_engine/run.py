"""What all parts of one operation share."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from embedded_pulumi_engine.plugins import PluginError
from embedded_pulumi_engine.urns import is_default_provider

if TYPE_CHECKING:
    from collections.abc import Iterable

    from embedded_pulumi_engine.console import Console
    from embedded_pulumi_engine.diffs import PropertyChange
    from embedded_pulumi_engine.journal import Journal
    from embedded_pulumi_engine.plugins import ResourcePlugin
    from embedded_pulumi_engine.project import ConfigValue
    from embedded_pulumi_engine.providers import Registry
    from embedded_pulumi_engine.resources import Resource


@dataclass(frozen=True)
class Step:
    """One thing that happened, or in a preview would happen, to one resource."""

    op: str
    urn: str
    type: str
    name: str
    changed: tuple[str, ...] = ()


class StoppedError(Exception):
    """The operation ends: something failed, and what has not begun does not begin any more."""


@dataclass
class Run:
    """One operation on one stack."""

    project: str
    stack: str
    preview: bool
    config: dict[str, ConfigValue]
    registry: Registry
    journal: Journal
    console: Console
    recorded: dict[str, Resource]  # by URN, pending deletions left out
    replace: frozenset[str] = frozenset()  # URNs that the user wants replaced
    slots: threading.Semaphore = field(default_factory=threading.Semaphore)
    steps: list[Step] = field(default_factory=list[Step])
    failed: threading.Event = field(default_factory=threading.Event)

    def step(self, op: str, resource: Resource, changes: Iterable[PropertyChange] = ()) -> None:
        """Notes a step and shows it; the engine's own default providers are nobody's business."""
        if is_default_provider(resource.urn):
            return
        changes = tuple(changes)
        paths = tuple(change.path for change in changes)
        step = Step(op, resource.urn, resource.type, resource.name, paths)
        self.steps.append(step)
        self.console.step(step, changes)

    def fail(self, urn: str, message: str) -> None:
        """Reports an error; nothing new begins from now on."""
        self.failed.set()
        self.console.error(urn, message)

    def interrupt(self) -> None:
        """Lets nothing new begin; what runs is waited for, because its outcome must be recorded."""
        self.fail("", "interrupted; waiting for running operations (interrupt again to abandon them)")

    def proceed(self) -> None:
        """Raises StoppedError after a failure."""
        if self.failed.is_set():
            raise StoppedError("not begun, because something has failed before")

    def plugin(self, resource: Resource) -> ResourcePlugin:
        """Returns the plug-in that serves a recorded resource."""
        if not resource.provider:
            raise PluginError(f"{resource.urn} names no provider")
        return self.registry.ensure(resource.provider, self.recorded)
