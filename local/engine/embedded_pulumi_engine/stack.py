"""A stack: a program, its configuration and its state."""

from __future__ import annotations

import json
import os
import threading
import time
from collections import Counter
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from embedded_pulumi_engine import program, services
from embedded_pulumi_engine.builtin import StackStates
from embedded_pulumi_engine.console import Console
from embedded_pulumi_engine.deployment import Deployment
from embedded_pulumi_engine.files import hold_lock, write_whole
from embedded_pulumi_engine.journal import Journal, Snapshot, load, salt_of
from embedded_pulumi_engine.passphrase import phrase_from
from embedded_pulumi_engine.processes import Children, leashed
from embedded_pulumi_engine.project import Project, StackFile, find_project
from embedded_pulumi_engine.providers import Launcher, Registry
from embedded_pulumi_engine.run import Run, Step, StoppedError
from embedded_pulumi_engine.sweep import delete_unseen, refresh_all
from embedded_pulumi_engine.urns import STACK_TYPE
from embedded_pulumi_engine.values import has_unknown, reveal, secrets_in

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping
    from pathlib import Path

    from embedded_pulumi_engine.processes import Start


Task: TypeAlias = "Callable[[Run, int], None]"
_Parts: TypeAlias = "tuple[Run, Launcher, Children]"
_UNCOUNTED: Final = ("delete-replaced",)  # part of a replacement, which is counted once


@dataclass(frozen=True)
class Result:
    """What an operation did, or in a preview would do."""

    ok: bool
    steps: tuple[Step, ...]
    outputs: dict[str, Any] = field(repr=False)
    text: str = field(repr=False)
    diagnostics: tuple[str, ...] = ()

    @property
    def changes(self) -> dict[str, int]:
        """How many resources were created, updated, replaced, deleted or the same."""
        return count(self.steps)


def count(steps: Iterable[Step]) -> dict[str, int]:
    """Counts resources by what happened to them."""
    return dict(Counter(step.op for step in steps if step.op not in _UNCOUNTED))


class Stack:
    """One stack of a project on the embedded engine."""

    def __init__(
        self,
        project_dir: Path,
        name: str,
        *,
        state_dir: Path,
        config_dir: Path | None = None,
        environ: Mapping[str, str] | None = None,
        console: Callable[[str], None] | None = None,
        start: Start = leashed,
    ) -> None:
        """Opens a stack; `start` is how programs and plug-ins are started, each as a process of its own."""
        self.name = name
        self._start = start
        self._directory = find_project(project_dir)
        self._environ = dict(os.environ if environ is None else environ)
        self._write = console or partial(print, flush=True)
        self._path = state_dir.resolve() / self.project.name / f"{name}.json"
        self._config_path = (config_dir or self._directory) / f"Pulumi.{name}.yaml"

    @property
    def project(self) -> Project:
        """What Pulumi.yaml says now; it may change between two operations."""
        return Project.load(self._directory)

    def set_config(self, key: str, value: str, *, secret: bool = False, path: bool = False) -> None:
        """Sets one value in the stack's configuration file."""
        self._file().set(key, value, secret=secret, path=path)

    def remove_config(self, key: str) -> None:
        """Removes one value from the stack's configuration file."""
        self._file().remove(key)

    def preview(self, *, replace: Iterable[str] = ()) -> Result:
        """Shows what `up` would do."""
        return self._operate("Previewing update", preview=True, replace=replace)

    def up(self, *, replace: Iterable[str] = ()) -> Result:
        """Brings the resources to what the program says; `replace` names URNs to replace in any case."""
        return self._operate("Updating", replace=replace)

    def refresh(self, *, run_program: bool = False) -> Result:
        """Records what the resources really are.

        Plug-ins are configured from the state, that is as the last `up` did, unless the program runs
        (docs/architecture.md#fact-3).
        """
        return self._operate("Refreshing", task=_refresh, run_program=run_program)

    def destroy(self, *, run_program: bool = False) -> Result:
        """Deletes everything, with plug-ins configured as for `refresh`."""
        return self._operate("Destroying", task=_destroy, run_program=run_program)

    def export(self) -> dict[str, Any]:
        """Returns the state in Pulumi's deployment format, secrets encrypted."""
        if not self._path.exists():
            return {"version": 3, "deployment": {"manifest": {"time": "", "magic": "", "version": ""}, "metadata": {}}}
        document: dict[str, Any] = json.loads(self._path.read_text())
        return document

    def import_(self, document: dict[str, Any]) -> None:
        """Replaces the state by one that either engine has exported; a new stack takes over its salt."""
        file = self._file()
        load(document, phrase_from(self._environ))  # refuses what the passphrase does not open
        if salt := salt_of(document):
            file.use_salt(salt)
        with hold_lock(self._path.with_suffix(".lock")):
            write_whole(self._path, json.dumps(document, ensure_ascii=False))

    def _file(self) -> StackFile:
        return StackFile(self.project, self._config_path, phrase_from(self._environ))

    def _operate(
        self,
        title: str,
        *,
        task: Task | None = None,
        preview: bool = False,
        replace: Iterable[str] = (),
        run_program: bool = True,
    ) -> Result:
        console = Console(self._write)
        console.say(f"{title} ({self.name}):")
        started = time.monotonic()
        lock = hold_lock(self._path.with_suffix(".lock"))
        with ExitStack() as cleanup:
            if not preview:
                cleanup.enter_context(lock)
            run, launcher, children = cleanup.enter_context(self._run(console, preview=preview, replace=replace))
            outputs = self._work(run, launcher, children, task, run_program=run_program)
            run.journal.write()
        steps = tuple(run.steps)
        console.summary(outputs, count(steps), time.monotonic() - started, preview=preview)
        text = "\n".join(console.lines)
        known = {key: reveal(value) for key, value in outputs.items() if not has_unknown(value)}
        return Result(not run.failed.is_set(), steps, known, text, tuple(console.diagnostics))

    def _work(
        self,
        run: Run,
        launcher: Launcher,
        children: Children,
        task: Task | None,
        *,
        run_program: bool,
    ) -> dict[str, Any]:
        """Runs the program, then the task: by default the deletion of what the program no longer registers."""
        workers = program.parallelism(self._environ)
        deployment = Deployment(run, providers_only=task is not None)
        if run_program:
            with services.monitor(deployment) as address:
                program.run_to_end(
                    run, self.project, children, launcher.environ, monitor=address, engine=launcher.engine_address
                )
        deployment.finish()
        with suppress(StoppedError):
            run.proceed()
            if task is None:
                delete_unseen(run, deployment.seen, workers)
            else:
                task(run, workers)
        stack = next((r for r in run.journal.resources if r.type == STACK_TYPE), None)
        return stack.outputs if stack is not None else {}

    @contextmanager
    def _run(self, console: Console, *, preview: bool, replace: Iterable[str]) -> Generator[_Parts]:
        file = self._file()
        crypter = file.crypter()
        config = file.values(crypter)
        console.hide(text for value in config.values() for text in value.secrets)
        snapshot = load(self.export(), phrase_from(self._environ))
        console.hide(text for r in snapshot.resources for text in secrets_in(r.inputs, r.outputs))
        if snapshot.pending and not preview:
            _warn(console, snapshot)
        environ = program.environment(self._environ, self.project, config)
        children = Children(self._start)
        states = StackStates(self._path.parent.parent, self.project.name, phrase_from(self._environ))
        launcher = Launcher(
            children, self.project.directory, environ, python=self.project.python, say=console.say, states=states
        )
        registry = Registry(launcher)
        run = Run(
            project=self.project.name,
            stack=self.name,
            preview=preview,
            config=config,
            registry=registry,
            journal=Journal(None if preview else self._path, snapshot, crypter),
            console=console,
            recorded={resource.urn: resource for resource in snapshot.resources if not resource.delete},
            replace=frozenset(replace),
            slots=threading.Semaphore(program.parallelism(self._environ)),
        )
        with services.engine(console) as launcher.engine_address:  # outlives the plug-ins, which log until they end
            try:
                yield run, launcher, children
            finally:
                registry.close()
                children.stop()


def _destroy(run: Run, workers: int) -> None:
    run.journal.reopen()  # providers, when the program has run
    delete_unseen(run, (), workers)


def _refresh(run: Run, workers: int) -> None:
    refresh_all(run, workers)


def _warn(console: Console, snapshot: Snapshot) -> None:
    console.say(f"warning: an earlier run was interrupted with {len(snapshot.pending)} operations under way:")
    for entry in snapshot.pending:
        console.say(f"  * {entry.resource.urn}, interrupted while {entry.kind}")
    console.say("These resources are in an unknown state; `refresh` finds out about those that were recorded before.")
