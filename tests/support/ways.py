"""The ways in which a lifecycle is reached: in this process, or in the SDK's own host over gRPC.

`on_engine.py` has the third: a whole program on an engine.
"""

from __future__ import annotations

import copy
import json
import os
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

import pytest
from pulumi import RunError
from pulumi.dynamic import Config, ConfigureRequest

from support.host import Failed, HostOf, listening, running_host
from tenant_email.operations import operation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from pulumi.dynamic import ResourceProvider

Values = dict[str, Any]
ON_PLUGIN: Final = os.environ.get("TENANT_EMAIL_FACE") == "plug-in"
"""Whether this run of the tests reaches lifecycles by the plug-in, see `make faces`."""


dynamic_only = pytest.mark.skipif(ON_PLUGIN, reason="it is about dynamic resources")


class Recorded(NamedTuple):
    """What an engine keeps of a resource; without an id there is none."""

    id: str
    state: Values


def unrecorded() -> Recorded:
    """Returns what is kept of a resource that is not there."""
    return Recorded("", {})


class Way(Protocol):
    """How the lifecycle of a resource is reached."""

    def problems(self, recorded: Recorded, inputs: Values) -> list[str]:
        """Returns what a preview refuses."""
        ...

    def up(self, recorded: Recorded, inputs: Values) -> tuple[str, Recorded]:
        """Brings it to these inputs; returns create, update, replace or same. Raises what the lifecycle raises."""
        ...

    def refresh(self, recorded: Recorded) -> Recorded:
        """Reads what is live."""
        ...

    def destroy(self, recorded: Recorded) -> None:
        """Deletes it."""
        ...


class Steps(Protocol):
    """The single steps of an operation."""

    def check(self, news: Values, olds: Mapping[str, Any]) -> list[str]:
        """Returns the reasons of all failures."""
        ...

    def diff(self, id_: str, olds: Mapping[str, Any], news: Values) -> tuple[bool, list[str]]:
        """Returns (changed, what forces a replacement)."""
        ...

    def create(self, news: Values) -> tuple[str, Values]:
        """Returns (id, outputs)."""
        ...

    def update(self, id_: str, olds: Mapping[str, Any], news: Values) -> Values:
        """Returns the outputs."""
        ...

    def read(self, id_: str, outputs: Mapping[str, Any]) -> tuple[str, Values]:
        """Returns (id, outputs), without an id when it is gone."""
        ...

    def delete(self, id_: str, outputs: Mapping[str, Any]) -> None:
        """Deletes."""
        ...


class Stepwise:
    """A way that goes step by step; `operation` opens what a run of an engine would start."""

    def operation(self) -> AbstractContextManager[Steps]:
        """Begins an operation of its own."""
        raise NotImplementedError

    def problems(self, recorded: Recorded, inputs: Values) -> list[str]:
        """Returns the reasons of all check failures."""
        with self.operation() as steps:
            return steps.check(inputs, recorded.state)

    def up(self, recorded: Recorded, inputs: Values) -> tuple[str, Recorded]:
        """Checks, compares and does what is to be done; raises Failed with all that a check refuses."""
        with self.operation() as steps:
            if failures := steps.check(inputs, recorded.state):
                raise Failed("\n".join(failures))
            if not recorded.id:
                return "create", Recorded(*steps.create(inputs))
            changed, replaces = steps.diff(recorded.id, recorded.state, inputs)
            if replaces:
                made = Recorded(*steps.create(inputs))
                steps.delete(*recorded)
                return "replace", made
            if changed:
                return "update", Recorded(recorded.id, steps.update(recorded.id, recorded.state, inputs))
            return "same", recorded

    def refresh(self, recorded: Recorded) -> Recorded:
        """Reads."""
        with self.operation() as steps:
            return Recorded(*steps.read(*recorded))

    def destroy(self, recorded: Recorded) -> None:
        """Deletes."""
        with self.operation() as steps:
            steps.delete(*recorded)


class _Local:
    """A lifecycle in this process; it gets copies, so that what a test holds stays as it is."""

    def __init__(self, lifecycle: ResourceProvider) -> None:
        self.lifecycle = lifecycle

    def check(self, news: Values, olds: Mapping[str, Any]) -> list[str]:
        """Checks."""
        found = self.lifecycle.check(_copied(olds), _copied(news))
        return [failure.reason for failure in found.failures]

    def diff(self, id_: str, olds: Mapping[str, Any], news: Values) -> tuple[bool, list[str]]:
        """Compares."""
        found = self.lifecycle.diff(id_, _copied(olds), _copied(news))
        return bool(found.changes), list(found.replaces or ())

    def create(self, news: Values) -> tuple[str, Values]:
        """Creates."""
        made = self.lifecycle.create(_copied(news))
        return str(made.id), made.outs or {}

    def update(self, id_: str, olds: Mapping[str, Any], news: Values) -> Values:
        """Updates."""
        return self.lifecycle.update(id_, _copied(olds), _copied(news)).outs or {}

    def read(self, id_: str, outputs: Mapping[str, Any]) -> tuple[str, Values]:
        """Reads."""
        read = self.lifecycle.read(id_, _copied(outputs))
        return read.id or "", read.outs or {}

    def delete(self, id_: str, outputs: Mapping[str, Any]) -> None:
        """Deletes."""
        self.lifecycle.delete(id_, _copied(outputs))


class InProcess(Stepwise):
    """In this process; each operation forgets what the one before knew, as a new process would.

    `shared`: several resources are in one run, which goes on until a destroy or someone begins another. `begin` is
    what begins an operation, `config` a stack's config; without one the environment says which tenant there is.
    """

    def __init__(
        self,
        lifecycle: ResourceProvider,
        *,
        shared: bool = False,
        begin: Callable[[], object] = operation.begin,
        config: Callable[[], Mapping[str, str]] | None = None,
    ) -> None:
        self.steps: Steps = _steps_of(lifecycle)
        self._lifecycle, self._shared, self._begin, self._config = lifecycle, shared, begin, config

    def operation(self) -> AbstractContextManager[Steps]:
        """Begins an operation unless one goes on, and configures."""
        if not self._shared:
            self._begin()
        if self._config:
            self._lifecycle.configure(ConfigureRequest(Config(dict(self._config()), "lab")))
        return nullcontext(self.steps)

    def destroy(self, recorded: Recorded) -> None:
        """Deletes, in an operation that checks no program."""
        if self._shared:
            self._begin()
        super().destroy(recorded)


def _steps_of(lifecycle: ResourceProvider) -> Steps:
    """Returns the steps of a lifecycle by the face that this run of the tests is for."""
    if not ON_PLUGIN:
        return _Local(lifecycle)
    from support.plugin import InThisProcess, PluginSteps, token_of  # noqa: PLC0415 - it is made of these ways

    return PluginSteps(InThisProcess(), token_of(type(lifecycle)))


class WithTenants(Stepwise):
    """A way with a stack's tenants; `said` is what the last operation told its engine."""

    def __init__(self, tenants: Values) -> None:
        self.tenants = tenants
        self.said: list[str] = []

    def config(self) -> dict[str, str]:
        """Returns the stack's config."""
        return {"tenant-email:tenants": json.dumps(self.tenants)}


class InThisHost(WithTenants):
    """In this process, where `console` keeps what is said; it fails as a host does."""

    def __init__(self, lifecycle: ResourceProvider, tenants: Values, console: list[str]) -> None:
        super().__init__(tenants)
        self._way, self._console = InProcess(lifecycle, config=self.config), console

    @contextmanager
    def operation(self) -> Iterator[Steps]:
        """Begins an operation and configures it with the stack's tenants."""
        self._console.clear()
        try:
            with self._way.operation() as steps:
                yield steps
        except RunError as error:
            raise Failed(str(error)) from error
        finally:
            self.said = list(self._console)


class OnHost(WithTenants):
    """On the SDK's host, a process of its own for each operation."""

    def __init__(self, lifecycle: type[ResourceProvider], tenants: Values) -> None:
        super().__init__(tenants)
        self.lifecycle = lifecycle

    @contextmanager
    def operation(self) -> Iterator[Steps]:
        """Starts a host and configures it with the stack's tenants."""
        with listening() as (listener, address), running_host(self.config(), engine=address) as host:
            try:
                yield HostOf(host, self.lifecycle)
            finally:
                self.said = listener.lines
                assert not [line for line in self.said if "canary-" in line]


def _copied(values: Mapping[str, Any]) -> Values:
    return copy.deepcopy(dict(values))
