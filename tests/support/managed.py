"""One harness for a resource's life: check, create, diff, update, read and delete as an engine asks for them.

`Driven` is the resource with its state; a `Way` says how its lifecycle is reached: in this process (`InProcess`), in
the SDK's own host over gRPC (`OnHost`), or by a whole program on an engine (`OnEngine`).
"""

from __future__ import annotations

import copy
import json
import sys
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from pulumi.dynamic import Config, ConfigureRequest

from support.engines import PASSPHRASE, open_engine
from support.host import Failed, HostOf, listening, running_host
from tenant_email.local.engine.passphrase import new_salt
from tenant_email.operations import session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from pulumi.dynamic import ResourceProvider

    from support.engines import Outcome

Values = dict[str, Any]


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

    `shared`: several resources are in one run, which goes on until a destroy or somebody begins another. `begin` is
    what begins an operation, `config` a stack's config; without one the environment says which tenant there is.
    """

    def __init__(
        self,
        lifecycle: ResourceProvider,
        *,
        shared: bool = False,
        begin: Callable[[], None] = session.begin,
        config: Callable[[], Mapping[str, str]] | None = None,
    ) -> None:
        self.steps = _Local(lifecycle)
        self._shared, self._begin, self._config = shared, begin, config

    def operation(self) -> AbstractContextManager[Steps]:
        """Begins an operation unless one goes on, and configures."""
        if not self._shared:
            self._begin()
        if self._config:
            self.steps.lifecycle.configure(ConfigureRequest(Config(dict(self._config()), "lab")))
        return nullcontext(self.steps)

    def destroy(self, recorded: Recorded) -> None:
        """Deletes, in an operation that checks no program."""
        self._begin()
        super().destroy(recorded)


class OnHost(Stepwise):
    """On the SDK's host, a process of its own for each operation; `said` is what the last one told its engine."""

    def __init__(self, lifecycle: type[ResourceProvider], tenants: Values) -> None:
        self.lifecycle, self.tenants = lifecycle, tenants
        self.environ: dict[str, str] = {}
        self.said: list[str] = []

    @contextmanager
    def operation(self) -> Iterator[Steps]:
        """Starts a host and configures it with the stack's tenants."""
        config = {"tenant-email:tenants": json.dumps(self.tenants)}
        with listening() as (listener, address), running_host(config, self.environ, address) as host:
            try:
                yield HostOf(host, self.lifecycle)
            finally:
                self.said = listener.lines
                assert not [line for line in self.said if "canary-" in line]


class OnEngine:
    """A program with this one resource, on an engine; a check that fails is an `up` that fails."""

    def __init__(self, lifecycle: type[ResourceProvider], tenants: Values, folder: Path, *, kind: str) -> None:
        source = _PROGRAM.format(module=lifecycle.__module__, name=lifecycle.__name__)
        options = f"{{toolchain: pip, virtualenv: {sys.prefix}}}"
        self._folder = folder / "program"
        self._folder.mkdir()
        (self._folder / "__main__.py").write_text(source)
        (self._folder / "Pulumi.yaml").write_text(f"name: lab\nruntime: {{name: python, options: {options}}}\n")
        (self._folder / "Pulumi.dev.yaml").write_text(f"encryptionsalt: {new_salt(PASSPHRASE).salt_line}\n")
        self._engine = open_engine(kind, self._folder, folder)
        self._engine.set_config("tenant-email:tenants", json.dumps(tenants), secret=True)

    def problems(self, recorded: Recorded, inputs: Values) -> list[str]:
        """Returns the text of a preview that fails."""
        self._write(inputs)
        outcome = self._engine.preview()
        return [] if outcome.ok else [outcome.text]

    def up(self, recorded: Recorded, inputs: Values) -> tuple[str, Recorded]:
        """Runs `up`; raises Failed with what the console shows."""
        self._write(inputs)
        outcome = self._succeed(self._engine.up())
        return outcome.operations.get(_NAME, "same"), self._recorded()

    def refresh(self, recorded: Recorded) -> Recorded:
        """Refreshes the stack."""
        self._succeed(self._engine.refresh())
        return self._recorded()

    def destroy(self, recorded: Recorded) -> None:
        """Destroys the stack."""
        self._succeed(self._engine.destroy())

    def _write(self, inputs: Values) -> None:
        (self._folder / "inputs.json").write_text(json.dumps(inputs))

    def _succeed(self, outcome: Outcome) -> Outcome:
        if not outcome.ok:
            raise Failed(outcome.text)
        return outcome

    def _recorded(self) -> Recorded:
        """Returns what is in the state, where secrets are encrypted."""
        resources = self._engine.export()["deployment"].get("resources") or []
        return next(
            (Recorded(each["id"], each["outputs"]) for each in resources if each["urn"].endswith(f"::{_NAME}")),
            unrecorded(),
        )


class Driven:
    """A resource with its recorded state; `fixed` are inputs that every `up` has, None leaves one out."""

    def __init__(self, way: Way, **fixed: Any) -> None:
        self.way, self._fixed = way, fixed
        self.id = ""
        self.state: Values = {}
        self.inputs: Values = {}

    @property
    def recorded(self) -> Recorded:
        """Returns what an engine would keep."""
        return Recorded(self.id, self.state)

    @recorded.setter
    def recorded(self, kept: Recorded) -> None:
        self.id, self.state = kept

    def problems(self, **inputs: Any) -> list[str]:
        """Returns what a preview would refuse."""
        return self.way.problems(self.recorded, self._given(inputs))

    def up(self, **inputs: Any) -> str:
        """Brings the resource to these inputs; returns create, update, replace or same."""
        given = self._given(inputs)
        done, self.recorded = self.way.up(self.recorded, given)
        self.inputs = given
        return done

    def refresh(self) -> bool:
        """Reads what is live; returns whether it is still there."""
        self.recorded = self.way.refresh(self.recorded)
        return bool(self.id)

    def destroy(self) -> None:
        """Deletes it, in an operation of its own."""
        self.way.destroy(self.recorded)

    def _given(self, inputs: Mapping[str, Any]) -> Values:
        return {name: value for name, value in {**self._fixed, **inputs}.items() if value is not None}


class Managed(Driven):
    """A resource in this process, which can share a run with others (`shared`); see `InProcess`."""

    def __init__(self, lifecycle: ResourceProvider, *, shared: bool = False, **fixed: Any) -> None:
        way = InProcess(lifecycle, shared=shared)
        super().__init__(way, **fixed)
        self._steps = way.steps

    def problems(self, **inputs: Any) -> list[str]:
        """Returns what a check refuses, in the run that goes on."""
        return self._steps.check(self._given(inputs), self.state)

    def plan(self, **inputs: Any) -> str:
        """Returns what an `up` would do: update, replace or same."""
        changed, replaces = self._steps.diff(self.id, self.state, self._given(inputs))
        return "replace" if replaces else "update" if changed else "same"

    def start(self, **inputs: Any) -> None:
        """Creates it, as a step of a run in which it was checked before."""
        self.inputs = self._given(inputs)
        self.recorded = Recorded(*self._steps.create(self.inputs))

    def drop(self) -> None:
        """Deletes it as the last step of a run in which the resources that stay were checked."""
        self._steps.delete(self.id, self.state)


def _copied(values: Mapping[str, Any]) -> Values:
    return copy.deepcopy(dict(values))


_NAME: Final = "resource"
# its inputs are a file, so that a test changes them; a planted secret is marked, as a program marks its own
_PROGRAM: Final = """
import json
from pathlib import Path

import pulumi
from pulumi.dynamic import Resource

from {module} import {name}


class Managed(Resource, name="Managed", module="lab"):
    pass


def marked(value):
    if isinstance(value, dict):
        return {{key: marked(each) for key, each in value.items()}}
    return pulumi.Output.secret(value) if isinstance(value, str) and value.startswith("canary-") else value


Managed({name}(), "resource", marked(json.loads(Path("inputs.json").read_text())))
"""
