"""Takes the stacks of a fleet through an operation: so many at once, none of which stops the others."""

from __future__ import annotations

import re
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

from pulumi.automation import CommandError

from tenant_email.errors import TenantEmailError, internal_error, redact_external
from tenant_email.fleet import locks
from tenant_email.fleet.children import output_of
from tenant_email.fleet.content import content_of
from tenant_email.fleet.events import Said
from tenant_email.fleet.reading import is_changed
from tenant_email.fleet.stack_config import Unit, needs
from tenant_email.fleet.stacks import Operation, StackFailedError
from tenant_email.tenants.pulumi_cli import remedy_of
from tenant_email.timing import USUAL

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tenant_email.fleet.document import Fleet
    from tenant_email.fleet.journal import Journal

_PAUSE: Final = 0.2  # seconds after which a signal is answered at the latest
# what the engine says after the reason
_NO_REASON: Final = re.compile(
    r"(?:.*: )?(?:program exited with non-zero exit code: \d+|(?:update|preview|destroy) failed)"
)
_NOT_THERE: Final = "unknown stack"
"""What the engine says of a stack that this one reads: a refresh looks where the last update did."""
_RUNS_PROGRAM: Final = frozenset({Operation.PREVIEW, Operation.UP})
_NEVER_MADE: Final = frozenset({Operation.REFRESH, Operation.DESTROY})


class Status(StrEnum):
    """How an operation on one stack ended."""

    DONE = "done"
    FAILED = "failed"
    UNFINISHED = "unfinished"
    """It was stopped in the middle."""
    LEFT = "left"
    """It was not begun."""
    RESUMED = "already done"
    ABSENT = "not there"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one stack. text: what the CLI wrote; why: what is wrong, or why it was left; neither is masked."""

    unit: Unit
    status: Status
    said: Said = field(default_factory=Said)
    text: str = field(default="", repr=False)
    why: str = field(default="", repr=False)
    seconds: float = 0.0


class DrivenStacks(Protocol):
    """What the driver needs of `Stacks`."""

    known: set[str]

    def prepare(self, unit: Unit, operation: Operation) -> None:
        """Makes and configures a stack."""
        ...

    def operate(self, unit: Unit, operation: Operation) -> tuple[Said, str]:
        """Takes it through an operation."""
        ...


def _nothing() -> None:
    """Tells nobody."""


@dataclass(slots=True)
class Driver:
    """One run.

    parallel: how many stacks at once. fail_fast: begin no other after the first that fails. stop: ends what runs, once
    gracefully, twice at once. tell: is told of each outcome as it comes. begins: is called when a stack is begun.
    """

    fleet: Fleet
    stacks: DrivenStacks
    operation: Operation
    stop: Callable[[], None]
    tell: Callable[[Outcome], None]
    journal: Journal | None = None
    begins: Callable[[], None] = _nothing
    parallel: int = 4
    fail_fast: bool = False
    running: set[str] = field(default_factory=set[str])
    is_stopped: bool = False
    is_interrupted: bool = False

    def interrupt(self, *_: object) -> None:
        """Ends the run, as a handler of signals: what runs is unfinished, what is left is `LEFT`."""
        self.is_interrupted = self.is_stopped = True
        self.stop()

    def run(self, stages: Sequence[Sequence[Unit]]) -> list[Outcome]:
        """Returns the outcome of each stack, in the order of the stages."""
        found: dict[Unit, Outcome] = {}
        for stage in stages:
            self._stage(stage, found)
        return [found[unit] for stage in stages for unit in stage]

    def _stage(self, stage: Sequence[Unit], found: dict[Unit, Outcome]) -> None:
        waiting = list(stage)
        with ThreadPoolExecutor(max_workers=self.parallel) as pool:
            futures: set[Future[Outcome]] = set()
            while waiting or futures:
                while waiting and len(futures) < self.parallel:
                    self._begin(waiting.pop(0), pool, futures, found)
                ended, futures = wait(futures, timeout=_PAUSE, return_when=FIRST_COMPLETED)
                for future in ended:
                    self._note(future.result(), found)

    def _begin(
        self, unit: Unit, pool: ThreadPoolExecutor, futures: set[Future[Outcome]], found: dict[Unit, Outcome]
    ) -> None:
        if left := self._reason_to_leave(unit, found):
            self._note(left, found)
            return
        self.running.add(unit.stack)
        self.begins()
        futures.add(pool.submit(self._one, unit))

    def _note(self, outcome: Outcome, found: dict[Unit, Outcome]) -> None:
        self.running.discard(outcome.unit.stack)
        found[outcome.unit] = outcome
        if self.fail_fast and outcome.status is Status.FAILED:
            self.is_stopped = True
        self.tell(outcome)

    def _reason_to_leave(self, unit: Unit, found: dict[Unit, Outcome]) -> Outcome | None:
        """Returns the outcome of a stack that is not begun."""
        if self.is_stopped:
            return Outcome(unit, Status.LEFT, why="the run was stopped before it")
        if self.operation in _RUNS_PROGRAM and is_changed(self.fleet):
            self.is_stopped = True
            what = (
                f"{self.fleet.file} was changed in the meantime, and its program would read what nobody has looked at"
            )
            return Outcome(unit, Status.LEFT, why=f"{what}\nRun it again.")
        if self.operation in _NEVER_MADE and unit.stack not in self.stacks.known:
            return Outcome(unit, Status.ABSENT, why="there is no such stack")
        if self.operation is Operation.DESTROY:
            users = [each for each in found if needs(self.fleet, each) == unit]
            open_ = [
                each.stack for each in users if found[each].status not in (Status.DONE, Status.ABSENT, Status.RESUMED)
            ]
            if open_:
                return Outcome(unit, Status.LEFT, why=f"{', '.join(open_)} may still send from it")
        elif (needed := needs(self.fleet, unit)) and (why := self._missing(needed, found)):
            return Outcome(unit, Status.LEFT, why=why)
        done = self.journal.done.get(unit.stack) if self.journal and unit.stack in self.stacks.known else None
        return Outcome(unit, Status.RESUMED) if done and done == self._content(unit) else None

    def _missing(self, needed: Unit, found: dict[Unit, Outcome]) -> str:
        """Returns why a stack's tenants cannot be begun."""
        outcome = found.get(needed)
        if outcome is None or outcome.status in (Status.DONE, Status.RESUMED):
            return ""
        return f"it needs {needed.stack}, which is {outcome.status}"

    def _content(self, unit: Unit) -> str:
        return content_of(self.fleet, unit)

    def _one(self, unit: Unit) -> Outcome:
        """Takes one stack through the operation, in a thread of its own; whatever it raises is its outcome."""
        began, content = USUAL.now(), ""
        try:
            content = self._content(unit)
            if self.journal:
                self.journal.started(unit.stack, content)
            self.stacks.prepare(unit, self.operation)
            said, text = self.stacks.operate(unit, self.operation)
            outcome = Outcome(unit, Status.DONE, said, text, seconds=USUAL.now() - began)
        except StackFailedError as error:
            outcome = self._failed(unit, error.said, error.text, began)
        except CommandError as error:
            outcome = self._failed(unit, Said(), output_of(error), began)
        except TenantEmailError as error:
            outcome = Outcome(unit, Status.FAILED, why=str(error), seconds=USUAL.now() - began)
        except OSError as error:
            outcome = Outcome(unit, Status.FAILED, why=redact_external(error), seconds=USUAL.now() - began)
        except Exception as error:  # noqa: BLE001 - of one stack, which keeps no other from its end
            outcome = Outcome(unit, Status.FAILED, why=str(internal_error(error)), seconds=USUAL.now() - began)
        if self.journal:
            with suppress(OSError):  # of a full disk: then --resume takes the stack once more
                self.journal.ended(unit.stack, content, outcome.status.value)
        return outcome

    def _failed(self, unit: Unit, said: Said, text: str, began: float) -> Outcome:
        status = Status.UNFINISHED if self.is_interrupted else Status.FAILED
        reasons = [each for each in said.errors if not _NO_REASON.fullmatch(each)]
        why = "\n".join(reasons or said.errors) or _last_words(text)
        if self.operation is Operation.REFRESH and _NOT_THERE in why:
            why = f"{why}\nAn up reads the one that the file names now: tenant-email fleet up --tenants {unit.tenant}"
        if holders := locks.holders(text):
            why = f"it waits for {locks.described(holders)}\nWhere that is gone: pulumi cancel --stack {unit.stack}"
        if self.is_interrupted and not said.errors and "error:" not in text:
            why = "it was ended in the middle of a step; the next run says what that step had begun"
        return Outcome(unit, status, said, text, why, USUAL.now() - began)


def _last_words(text: str) -> str:
    """Returns what the CLI said last, of a command that failed before the engine ran, and what to do about it."""
    lines = [line for line in text.splitlines() if line.strip()]
    return "\n".join(filter(None, (*(_errors_in(lines) or map(str.strip, lines[-3:])), remedy_of(text))))


def _errors_in(lines: Sequence[str]) -> list[str]:
    """Returns the lines with errors, and what stands indented below each: of several, what they are."""
    found: list[str] = []
    is_said = False
    for line in lines:
        is_error = "error:" in line
        is_said = is_error or (is_said and line[0].isspace())
        if is_said:
            found.append(line.strip().removeprefix("error: "))
    return found
