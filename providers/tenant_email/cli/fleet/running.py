"""What `preview`, `up`, `refresh` and `destroy` of a fleet share: options, progress, and how one ends."""

from __future__ import annotations

import os
import shlex
import signal
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import wraps
from inspect import Signature, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NoReturn

import typer

from tenant_email.cli.console import fail
from tenant_email.cli.endings import INTERRUPTED
from tenant_email.cli.fleet.files import DEFAULT_FILE, FileArgument
from tenant_email.cli.report import JsonOption, scrub_json
from tenant_email.cli.terminal import Progress, echo, is_attended, paint, progress

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Sequence

    from tenant_email.fleet.driver import Outcome
    from tenant_email.fleet.stack_config import Unit

CwdOption = Annotated[
    Path | None,
    typer.Option("--cwd", metavar="DIR", help="Use the project in this folder; else the file's.", show_default=False),
]
PARALLEL: Final = 4
_NAMED: Final = 5  # stacks of a question
VERSION: Final = 1
_STYLES: Final = {"done": "green", "failed": "red", "unfinished": "red", "left": "yellow"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run is asked for: the argument and the options of its command, in the order of `--help`."""

    file: FileArgument = DEFAULT_FILE
    tenants: Annotated[
        list[str] | None,
        typer.Option(
            "--tenants", metavar="GLOB", help="Take only tenants whose names match; repeatable.", show_default=False
        ),
    ] = None
    tenants_only: Annotated[
        bool, typer.Option("--tenants-only", help="Leave the sending domains that tenants share as they are.")
    ] = False
    parallel: Annotated[
        int,
        typer.Option("--parallel", metavar="N", min=1, max=64, help="How many stacks are taken at the same time."),
    ] = PARALLEL
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Go on with an interrupted run, without what it finished and nobody changed."),
    ] = False
    fail_fast: Annotated[bool, typer.Option("--fail-fast", help="Begin no other stack after the first that fails.")] = (
        False
    )
    cwd: CwdOption = None
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask first.")] = False
    as_json: JsonOption = False

    @property
    def project(self) -> Path:
        """Returns the folder of the project."""
        return self.cwd or self.file.parent

    def command(self, operation: str) -> str:
        """Returns the command line for the same stacks: what is left must not become what was never asked for."""
        globs = (f"--tenants={glob}" for glob in self.tenants or ())
        words = ["tenant-email", "fleet", operation, str(self.file), *globs]
        words += ["--tenants-only"] if self.tenants_only else []
        words += [f"--cwd={self.cwd}"] if self.cwd else []
        words += [f"--parallel={self.parallel}"] if self.parallel != PARALLEL else []
        return shlex.join(words)


def runs(operation: str, *, without: Collection[str] = ()) -> Callable[[Callable[[], None]], Callable[..., None]]:
    """Returns a decorator that makes a command of an operation: what it takes is what a run is asked for.

    `without` names what it does not take. Of the function itself only name and docstring count.
    """
    taken = {name: each for name, each in signature(Asked, eval_str=True).parameters.items() if name not in without}

    def decorate(described: Callable[[], None]) -> Callable[..., None]:
        @wraps(described)
        def command(**given: Any) -> None:
            run(Asked(**given), operation)

        annotations = {name: each.annotation for name, each in taken.items()}
        # which typer reads, and a type checker does not know
        vars(command).update(__signature__=Signature([*taken.values()]), __annotations__=annotations)
        return command

    return decorate


def run(asked: Asked, name: str) -> NoReturn:
    """Runs an operation on a fleet, tells what becomes of each stack, and ends: 0 where all is done, 1, or 130."""
    from tenant_email.fleet import summary  # noqa: PLC0415 - `--help` needs none of it
    from tenant_email.fleet.driver import Driver  # noqa: PLC0415
    from tenant_email.fleet.journal import Journal  # noqa: PLC0415
    from tenant_email.fleet.left_over import lines  # noqa: PLC0415
    from tenant_email.fleet.reading import read_fleet  # noqa: PLC0415
    from tenant_email.fleet.secret_values import mask_secrets  # noqa: PLC0415
    from tenant_email.fleet.selection import selected  # noqa: PLC0415
    from tenant_email.fleet.stacks import Operation, Stacks  # noqa: PLC0415

    fleet, operation = read_fleet(asked.file), Operation(name)
    mask_secrets(fleet, os.environ)
    destroys = operation is Operation.DESTROY
    stages = selected(fleet, asked.tenants or (), destroys=destroys, tenants_only=asked.tenants_only)
    count = sum(map(len, stages))
    writes = operation is not Operation.PREVIEW
    if writes and not asked.yes:
        _confirm(name, [unit.stack for stage in stages for unit in stage])
    with ExitStack() as held:
        stacks = held.enter_context(Stacks.opened(fleet, [unit for stage in stages for unit in stage], asked.project))
        journal = Journal.begin(asked.project, name, stacks.backend, resume=asked.resume) if writes else None
        shown = held.enter_context(progress(f"{name}: 0 of {count}", says=False))
        told: list[Outcome] = []

        def show() -> None:
            _show(shown, name, len(told), count, driver.running)

        def say(outcome: Outcome) -> None:
            told.append(outcome)
            show()
            if not asked.as_json:
                tell(outcome, diff=not writes)

        def say_wait(unit: Unit, what: str) -> None:
            echo(f"{unit.stack}: waits for {what}", err=True)

        stacks.on_wait = say_wait
        driver = Driver(fleet, stacks, operation, stacks.command.stop, say, journal, show)
        driver.parallel, driver.fail_fast = asked.parallel, asked.fail_fast
        held.enter_context(_interrupted_by_signals(driver.interrupt))
        found = driver.run(stages)
    good = summary.is_good(found)
    if journal:
        journal.finish(whole=good)
    if asked.as_json:
        document: Any = {"version": VERSION, "command": f"fleet {name}", "ok": good}
        left = [{"stack": each.unit.stack, "command": each.command(asked.project)} for each in stacks.left_over]
        echo(scrub_json({**document, "stacks": [summary.data(each) for each in found], "left_over": left}))
    else:
        _finish(found, name, asked, writes=writes)
        for line in lines(stacks.left_over, fleet, asked.project):
            echo(line, err=True)
    raise typer.Exit(INTERRUPTED if driver.is_interrupted else int(not good))


def tell(outcome: Outcome, *, diff: bool = False) -> None:
    """Says what became of a stack: in one line with its warnings, or with what the CLI showed of its differences."""
    from tenant_email.fleet import summary  # noqa: PLC0415 - as above

    style: Any = _STYLES.get(outcome.status.value, "cyan")
    counts = ", ".join(f"{count} {name}" for name, count in outcome.said.changes.items())
    echo(f"{paint(outcome.unit.stack, 'bold')}  {paint(outcome.status.value, style)}  {counts}".rstrip())
    for warning in outcome.said.warnings:
        label = f"{paint('warning:', 'yellow')} "
        for line in filter(None, summary.safe_lines(warning)):
            echo(f"  {label}{line}", err=True)
            label = "  "
    if diff:
        for line in summary.safe_lines(outcome.text):
            echo(f"  {line}".rstrip())


def _finish(found: Sequence[Outcome], operation: str, asked: Asked, *, writes: bool) -> None:
    from tenant_email.fleet import summary  # noqa: PLC0415 - as above

    echo()
    for line in summary.table(found):
        echo(line)
    for line in summary.reasons(found):
        echo(line, err=True)
    echo(summary.total(found))
    if writes and not summary.is_good(found):
        echo(f"Go on with: {asked.command(operation)} --resume", err=True)


def _show(shown: Progress, operation: str, done: int, count: int, running: set[str]) -> None:
    names = ", ".join(sorted(running)[:3])
    more = f" and {len(running) - 3} more" if len(running) > 3 else ""  # noqa: PLR2004 - as many as are named
    shown.update(f"{operation}: {done} of {count}" + (f", now {names}{more}" if names else ""))


def question(operation: str, stacks: Sequence[str]) -> str:
    """Returns what is asked before stacks are written, with the names of some of them."""
    named = ", ".join(stacks[:_NAMED])
    more = f" and {len(stacks) - _NAMED} more" if len(stacks) > _NAMED else ""
    return f"{operation} {len(stacks)} stack{'' if len(stacks) == 1 else 's'} ({named}{more})?"


def _confirm(operation: str, stacks: Sequence[str]) -> None:
    """Asks before stacks are written; where nobody can be asked it is an error."""
    if not is_attended():
        fail(f"fleet {operation}: nobody can be asked here\nPass --yes, after a look at: tenant-email fleet preview")
    if not typer.confirm(question(operation, stacks)):
        raise typer.Exit(1)


@contextmanager
def _interrupted_by_signals(interrupt: Callable[..., None]) -> Generator[None]:
    """Has a Ctrl-C, and the SIGTERM of a pipeline that is cancelled, end the run instead of this process."""
    before = {each: signal.signal(each, interrupt) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
