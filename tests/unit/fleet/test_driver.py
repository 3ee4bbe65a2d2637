"""The driver: so many stacks at once, in stages, none of which stops another; and what is told of it."""

from __future__ import annotations

import os
import shutil
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pulumi.automation import CommandResult
from pulumi.automation.errors import create_command_error

from support.fleets import STACK
from tenant_email.errors import TenantEmailError
from tenant_email.fleet.driver import Driver, Outcome, Status
from tenant_email.fleet.events import Said
from tenant_email.fleet.journal import Journal
from tenant_email.fleet.reading import read_fleet
from tenant_email.fleet.selection import selected
from tenant_email.fleet.stacks import Operation, StackFailedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email.fleet.stack_config import Unit

FLEET = read_fleet(STACK / "tenants.yaml", judged=False)
FULL = Path("/dev/full")
LOCKED = "error: the stack is currently locked by 1 lock(s).\n  file:///x: created by bob@ci-9 (pid 7) at 2026-11-27"
ALL = ("sending_domain.mail", "acme", "umbrella", "initech", "forge")


@dataclass
class Recorded:
    """Stands where Pulumi's stacks are: notes what is asked of it; `does` says what an operation does."""

    does: Callable[[Unit], None] = lambda _: None
    known: set[str] = field(default_factory=set[str])
    asked: list[str] = field(default_factory=list[str])
    most: int = 0
    _now: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def prepare(self, unit: Unit, operation: Operation) -> None:
        """Makes it known."""
        self.known.add(unit.stack)

    def operate(self, unit: Unit, operation: Operation) -> tuple[Said, str]:
        """Notes it, and how many go on at once."""
        with self._lock:
            self.asked.append(unit.stack)
            self._now += 1
            self.most = max(self.most, self._now)
        try:
            self.does(unit)
        finally:
            with self._lock:
                self._now -= 1
        return Said({"create": 1}), f"{operation} {unit.stack}"


def fails(*names: str) -> Callable[[Unit], None]:
    """Returns what fails for these stacks."""

    def does(unit: Unit) -> None:
        if unit.stack in names:
            said = ("acme: it is refused", "an unhandled error occurred: program exited with non-zero exit code: 1")
            raise StackFailedError(Said({}, (*said, "lab: update failed")), "")

    return does


@pytest.mark.parametrize("operation", [Operation.UP, Operation.PREVIEW, Operation.REFRESH])
def test_a_file_that_is_edited_meanwhile(operation: Operation, tmp_path: Path) -> None:
    """No other stack is begun: its program would read what nobody has looked at. A refresh runs no program."""
    shutil.copytree(STACK, tmp_path / "fleet")
    fleet = read_fleet(tmp_path / "fleet" / "tenants.yaml", judged=False)

    def edits(unit: Unit) -> None:
        fleet.file.write_text(f"# {unit.stack}\n{fleet.file.read_text()}")

    stacks = Recorded(edits, {*ALL})
    driver = Driver(fleet, stacks, operation, lambda: None, lambda _: None, parallel=1)
    found = driver.run(selected(fleet, ()))
    began = 1 if operation is not Operation.REFRESH else len(ALL)
    assert [each.status for each in found] == [Status.DONE] * began + [Status.LEFT] * (len(ALL) - began)
    assert len(stacks.asked) == began
    assert found[1].why.startswith(f"{fleet.file} was changed in the meantime" if began == 1 else "")


def drive(stacks: Recorded, operation: Operation = Operation.UP, **options: object) -> dict[str, Outcome]:
    """Returns the outcomes of all stacks."""
    driver = Driver(FLEET, stacks, operation, lambda: None, lambda _: None)
    for name, value in options.items():
        setattr(driver, name, value)
    found = driver.run(selected(FLEET, (), destroys=operation is Operation.DESTROY))
    return {each.unit.stack: each for each in found}


def statuses(outcomes: dict[str, Outcome]) -> dict[str, str]:
    """Returns how each ended, without those that are done."""
    return {name: each.status.value for name, each in outcomes.items() if each.status is not Status.DONE}


def test_all_of_them() -> None:
    """A shared domain first; then as many at once as is asked for."""
    gate = threading.Barrier(2, timeout=120)

    def does(unit: Unit) -> None:
        if unit.tenant:
            gate.wait()

    stacks = Recorded(does)
    assert statuses(drive(stacks, parallel=2)) == {}
    assert (stacks.asked[0], sorted(stacks.asked), stacks.most) == (ALL[0], sorted(ALL), 2)


def test_one_that_fails_stops_no_other() -> None:
    """And says why."""
    outcomes = drive(Recorded(fails("acme")))
    assert statuses(outcomes) == {"acme": "failed"}
    assert outcomes["acme"].why == "acme: it is refused"


def test_what_is_said_of_each() -> None:
    """In the words of the library, of the CLI, or of what the engine showed."""
    several = "note\n  a\nerror: one\nerror: 2 errors occurred:\n\n    1) saving\n    2) no space left\nend\n  of all"
    said = create_command_error(CommandResult(stdout="Updating", stderr=several, code=1))
    raised = {
        "acme": TenantEmailError("it is wrong", remedy="Correct it."),
        "umbrella": said,
        "initech": KeyError("canary-fleet-key"),
        "forge": StackFailedError(Said({}, ("the stack is currently locked by 1 lock(s)",)), LOCKED),
    }

    def does(unit: Unit) -> None:
        if error := raised.get(unit.stack):
            raise error

    outcomes = drive(Recorded(does))
    assert statuses(outcomes) == dict.fromkeys(raised, "failed")
    assert (outcomes["acme"].why, outcomes["umbrella"].why) == (
        "it is wrong\nCorrect it.",
        "one\n2 errors occurred:\n1) saving\n2) no space left",
    )
    assert outcomes["forge"].why == (
        "it waits for the lock of process 7 of ci-9\nWhere that is gone: pulumi cancel --stack forge"
    )
    # of what nobody foresaw, too, and no other stack is stopped by it
    assert outcomes["initech"].why.startswith("internal error: KeyError in ")
    assert "canary" not in outcomes["initech"].why
    domain = outcomes[ALL[0]]
    assert (domain.said, domain.text) == (Said({"create": 1}), f"up {ALL[0]}")


def test_a_refresh_of_what_reads_a_stack_that_is_gone() -> None:
    """It looks where the last update did, which `--resume` does not mend."""

    def does(unit: Unit) -> None:
        if unit.tenant == "acme":
            raise StackFailedError(Said({}, ('unknown stack "acme/mail/sending_domain.old"',)), "")

    stacks = Recorded(does, set(ALL))
    assert drive(stacks, Operation.REFRESH)["acme"].why == (
        'unknown stack "acme/mail/sending_domain.old"\n'
        "An up reads the one that the file names now: tenant-email fleet up --tenants acme"
    )


def test_what_is_told_as_it_comes() -> None:
    """Each outcome once; of one that failed what the engine said, what the CLI wrote, and how long it took."""
    said = Said({"create": 1}, ("acme: one", "acme: two"))

    def does(unit: Unit) -> None:
        if unit.stack == "acme":
            raise StackFailedError(said, "Updating")
        if unit.stack == "forge":
            raise StackFailedError(Said(), "1\n2\n\n3\n4\n")
        if unit.stack == "initech":
            raise StackFailedError(Said(), "error: get stack secrets manager: incorrect passphrase")

    told: list[Outcome] = []
    outcomes = drive(Recorded(does), tell=told.append)
    assert {each.unit.stack: each for each in told} == outcomes
    acme = outcomes["acme"]
    assert (acme.said, acme.text, acme.why) == (said, "Updating", "acme: one\nacme: two")
    assert all(0 <= each.seconds < 60 for each in told)
    assert outcomes["forge"].why == "2\n3\n4"
    assert outcomes["initech"].why == (
        "get stack secrets manager: incorrect passphrase\n"
        "Correct PULUMI_CONFIG_PASSPHRASE, or the file of PULUMI_CONFIG_PASSPHRASE_FILE."
    )


def test_a_domain_that_fails_keeps_its_tenants() -> None:
    """Those that send otherwise go on."""
    outcomes = drive(Recorded(fails("sending_domain.mail")))
    assert statuses(outcomes) == {"sending_domain.mail": "failed", "acme": "left", "umbrella": "left"}
    assert outcomes["acme"].why == "it needs sending_domain.mail, which is failed"


def test_preview_of_a_domain_that_is_not_there() -> None:
    """Its tenants are shown with it, as in a program that makes both."""
    stacks = Recorded()
    assert statuses(drive(stacks, Operation.PREVIEW)) == {}
    assert stacks.asked[0] == "sending_domain.mail"


def test_fail_fast() -> None:
    """No other is begun."""
    outcomes = drive(Recorded(fails("acme")), parallel=1, fail_fast=True)
    assert statuses(outcomes) == {"acme": "failed", "umbrella": "left", "initech": "left", "forge": "left"}
    assert outcomes["forge"].why == "the run was stopped before it"


def test_destroy() -> None:
    """A domain goes last, and stays while a tenant may send from it; what was never made is no failure."""
    stacks = Recorded(fails("acme"), known={"sending_domain.mail", "acme", "forge"})
    outcomes = drive(stacks, Operation.DESTROY)
    assert statuses(outcomes) == {
        "acme": "failed",
        "umbrella": "not there",
        "initech": "not there",
        "sending_domain.mail": "left",
    }
    assert outcomes["sending_domain.mail"].why == "acme may still send from it"
    assert sorted(stacks.asked) == ["acme", "forge"]


def test_ctrl_c() -> None:
    """What runs is told to end and is unfinished; the rest is not begun."""
    both, ended = threading.Barrier(2, timeout=120), threading.Event()

    def does(unit: Unit) -> None:
        if unit.tenant:
            both.wait()  # or the second one is left, and not told to end
            if unit.stack == "acme":
                driver.interrupt()
            assert ended.wait(120)
            raise StackFailedError(Said(), "error: update cancelled" if unit.stack == "acme" else "@ updating")

    driver = Driver(FLEET, Recorded(does), Operation.UP, ended.set, lambda _: None, parallel=2)
    found = {each.unit.stack: each for each in driver.run(selected(FLEET, ()))}
    assert driver.is_interrupted
    assert driver.running == set()
    assert found["acme"].status is Status.UNFINISHED
    assert found["acme"].why == "update cancelled"
    assert found["umbrella"].why.startswith("it was ended in the middle of a step")
    assert [found[name].status for name in ("initech", "forge")] == [Status.LEFT, Status.LEFT]


def test_resume(tmp_path: Path) -> None:
    """What an interrupted run finished is left out, as long as it is the same; a whole run leaves nothing."""
    first = Journal.begin(tmp_path, "up", "here", resume=False)
    drive(Recorded(fails("acme", "forge")), journal=first)
    first.finish(whole=False)
    with (tmp_path / ".fleet-journal.jsonl").open("a") as torn:
        torn.write('{"stack": "acm')
    second = Journal.begin(tmp_path, "up", "here", resume=True)
    second.done["initech"] = "another digest"
    again = Recorded(known=set(ALL))
    outcomes = drive(again, journal=second)
    assert sorted(again.asked) == ["acme", "forge", "initech"]
    assert statuses(outcomes) == dict.fromkeys(("sending_domain.mail", "umbrella"), "already done")
    second.finish(whole=True)
    with pytest.raises(TenantEmailError, match="there is no interrupted run"):
        Journal.begin(tmp_path, "up", "here", resume=True)


def test_what_is_done_is_done_only_where_it_is(tmp_path: Path) -> None:
    """A stack that is not there any more is brought up again."""
    first = Journal.begin(tmp_path, "up", "here", resume=False)
    drive(Recorded(fails("forge")), journal=first)
    first.finish(whole=False)
    again = Recorded(known={"acme"})
    outcomes = drive(again, journal=Journal.begin(tmp_path, "up", "here", resume=True))
    assert statuses(outcomes) == {"acme": "already done"}


@pytest.mark.parametrize(
    ("run", "backend", "said"),
    [
        ('{"run": 2, "operation": "up", "backend": "there"}', "here", "the interrupted run is of another backend"),
        ('{"run": 1, "operation": "up", "resumed": false}', "here", "is of another version of this command"),
        ('{"run": 2, "operation": "refresh", "backend": "here"}', "here", "the interrupted run is of refresh"),
        ("[" * 100_000, "here", "there is no interrupted run"),
        ("\xff\xfe", "here", "there is no interrupted run"),
        ("[1]", "here", "there is no interrupted run"),
    ],
)
def test_a_journal_of_something_else(tmp_path: Path, run: str, backend: str, said: str) -> None:
    """It is not gone on with: what that run finished is not here."""
    file = tmp_path / ".fleet-journal.jsonl"
    file.write_text(f'{run}\n{{"stack": "acme", "digest": "x", "status": "done"}}\n', encoding="latin-1")
    with pytest.raises(TenantEmailError, match=said):
        Journal.begin(tmp_path, "up", backend, resume=True)
    before = file.read_bytes()
    assert before.endswith(b'"done"}\n')  # nothing was lost of it


@pytest.mark.skipif(not FULL.exists(), reason="there is no device that is always full")
def test_a_disk_that_is_full(tmp_path: Path) -> None:
    """No stack is touched that could not be noted, and each says why."""
    handle, stacks = os.open(FULL, os.O_WRONLY), Recorded()
    outcomes = drive(stacks, journal=Journal(tmp_path / "journal", _handle=handle))
    os.close(handle)
    assert stacks.asked == []
    assert statuses(outcomes) == {ALL[0]: "failed", "acme": "left", "umbrella": "left"} | dict.fromkeys(
        ALL[3:], "failed"
    )
    assert "No space left on device" in outcomes["forge"].why
    (tmp_path / ".fleet-journal.jsonl").symlink_to(FULL)
    with pytest.raises(TenantEmailError, match="is not a file"):
        Journal.begin(tmp_path, "up", "here", resume=False)


def test_two_runs_at_once(tmp_path: Path) -> None:
    """Two would undo each other; and another operation is not gone on with."""
    first = Journal.begin(tmp_path, "up", "here", resume=False)
    with pytest.raises(TenantEmailError, match="another run goes on"):
        Journal.begin(tmp_path, "up", "here", resume=False)
    first.finish(whole=False)
    with pytest.raises(TenantEmailError, match="the interrupted run is of up"):
        Journal.begin(tmp_path, "destroy", "here", resume=True)
