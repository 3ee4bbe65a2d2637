"""One trial: an operation in which one fault plays, then the same again without it, and a judgement of what is left."""

from __future__ import annotations

import copy
import json
import re
import signal
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Literal

from support.campaign import judge
from support.campaign.acts import Scene
from support.campaign.clock import TooLong
from support.campaign.faults import Fault
from support.campaign.proxy import Armed, call_to
from support.campaign.subject import PASSWORD, SECOND_PASSWORD
from support.campaign.world import TrialResource, World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from support.campaign.proxy import Conversation, Said
    from support.campaign.subject import Operation, Props
    from support.ways import Recorded

Outcome = Literal["survived", "explained", "unclear", "lost", "hanging"]
_LONGEST_RUN: Final = 20.0  # seconds of real time
_SECRETS: Final = (PASSWORD, SECOND_PASSWORD)
_END: Final = Fault("end", "the run is ended from outside", None)


@dataclass(frozen=True)
class Call:
    """A call of an operation: the n-th of this method and path; `usual` is its answer when nothing goes wrong."""

    method: str
    path: str
    nth: int
    usual: Said

    @property
    def name(self) -> str:
        """Returns how it is called, ids of the moment left out."""
        path = re.sub(r"(?<=/api/connectors/)\w{12}$", "{id}", self.path)
        return f"{self.method} {path}" + (f" #{self.nth + 1}" if self.nth else "")

    @property
    def writes(self) -> bool:
        """Returns whether it changes the tenant."""
        return self.method != "GET"


@dataclass(frozen=True)
class Case:
    """What is tried: a fault at a call of an operation; persistent, or once; before or after the effect."""

    operation: Operation
    call: Call
    fault: Fault
    effect: bool
    persistent: bool
    foreign: str = ""

    @property
    def name(self) -> str:
        """Returns what identifies it among those of its subject."""
        there = f"{self.operation}{f' [{self.foreign}]' if self.foreign else ''}"
        when = " after the effect" if self.effect else ""
        return f"{there} / {self.call.name} / {self.fault.name}{when}, {'lasting' if self.persistent else 'once'}"


@dataclass(frozen=True)
class Verdict:
    """How a trial ended and why; `adopted`: the way out was to adopt what the failed run had left."""

    outcome: Outcome
    why: str = ""
    adopted: bool = False


class Bad(Exception):
    """Ends a trial with an outcome that must never be."""

    def __init__(self, outcome: Outcome, why: str) -> None:
        super().__init__(why)
        self.outcome, self.why = outcome, why


def lost(condition: object, why: str) -> None:
    """Ends the trial as lost unless a condition holds."""
    if not condition:
        raise Bad("lost", why)


class Trial:
    """Tries cases in one world."""

    def __init__(self, world: World) -> None:
        self.world, self.subject = world, world.subject
        self.resource = TrialResource(world)
        self._prepared: dict[str, tuple[dict[str, Any], Recorded]] = {}
        self._before: dict[int, Call | None] = {}
        self._settled: dict[str, bool] = {}

    # -- what an operation is --------------------------------------------------------------------------------------

    def prepare(self, operation: Operation, foreign: str) -> Callable[[], Any]:
        """Brings the tenant to where the operation begins; returns the operation."""
        self.world.proxy.arm(None)
        self.world.usual()
        self.resource = TrialResource(self.world)
        key = f"{operation} {foreign}"
        if key in self._prepared and not self.subject.fresh:
            held, kept = self._prepared[key]
            self.world.restore(held)
            self.resource.recorded = copy.deepcopy(kept)
        else:
            self._begin(operation, foreign)
            self._prepared[key] = self.world.snapshot(), self.resource.keep()
        resource, subject = self.resource, self.subject
        runs: dict[str, Callable[[], Any]] = {
            "update": lambda: resource.up(**subject.second),
            "read": resource.refresh,
            "delete": resource.destroy,
            "adopt": lambda: resource.up(**{**subject.first, "on_existing": "adopt"}),
            "import": lambda: resource.up(**{**subject.first, "on_existing": "import"}),
            "preflight": lambda: resource.up(**(subject.first | subject.trying)),
        }
        return runs.get(operation, lambda: resource.up(**subject.first))

    def _begin(self, operation: Operation, foreign: str) -> None:
        self.world.renew()
        if foreign:
            self.subject.foreign[foreign](self.world.emulator)
        if operation in ("update", "read", "delete"):
            self.resource.up(**self.subject.first)
        if operation == "update":
            self.subject.before_second(self.world.emulator)

    def calls(self, operation: Operation, foreign: str = "") -> list[Call]:
        """Returns the calls of an operation in which nothing goes wrong."""
        run, heard = self.prepare(operation, foreign), list[Call]()

        def note(talk: Conversation) -> None:
            said = talk.forward()
            key = talk.asked.method, talk.asked.path
            heard.append(Call(*key, sum((each.method, each.path) == key for each in heard), said))
            talk.send(said.raw)

        listening = Armed(lambda _: True, 0, note, persistent=True)
        self.world.proxy.arm(listening)
        try:
            run()
        except Exception:
            if operation != "conflict":
                raise
        finally:
            self.world.proxy.arm(None)
        for before, call in zip([None, *heard], heard, strict=False):
            self._before[id(call)] = before
        return heard

    # -- one case --------------------------------------------------------------------------------------------------

    def judge(self, case: Case) -> Verdict:
        """Tries a case; never raises."""
        try:
            with _alarm():
                return self._judge(case)
        except Bad as bad:
            return Verdict(bad.outcome, bad.why)
        except TooLong:
            return Verdict("hanging", f"waited {self.world.clock.run_slept:.0f} s, or for an answer that never ended")

    def judge_end(self, operation: Operation, call: Call, spoil: Callable[[], None]) -> None:
        """Judges what is left of a run that is ended from outside; `spoil` begins the operation and ends it.

        Raises Bad.
        """
        run = self.prepare(operation, "")
        recorded, mine, others = self.resource.keep(), self._mine(), self._others()
        spoil()
        self.world.usual()
        lost(self._others() == others, "what belongs to someone else was changed")
        case = Case(operation, call, _END, effect=False, persistent=False)
        self._settle(case, InterruptedError(), recorded, mine, run, touched=self._mine() != mine)

    def _judge(self, case: Case) -> Verdict:
        run = self.prepare(case.operation, case.foreign)
        recorded, mine = self.resource.keep(), self._mine()
        others = self._others()
        self.world.emulator.reset_calls()
        self.world.said()
        self._arm(case)
        error = self._run(run, case.fault)
        self.world.proxy.arm(None)
        self.world.usual()
        touched = self._mine() != mine
        self._check_message(error, case)
        lost(not self.world.elsewhere.calls, "a redirect was followed to another host")
        lost(self._others() == others, "what belongs to someone else was changed")
        if case.effect and case.operation == "create" and not case.persistent and case.fault.says_nothing:
            lost(
                error is None,
                f"what this very run sent, and whose answer was lost once, is not known for ours: {error}",
            )
        situation = self._situation(case, error, touched=touched)
        if situation not in self._settled:
            adopted = self._settle(case, error, recorded, mine, run, touched=touched)
            lost(self._others() == others or self.subject.fresh, "what belongs to someone else was changed at last")
            self._check_effects(case)
            self._settled[situation] = adopted
        return Verdict("explained" if error else "survived", str(error or ""), self._settled[situation])

    def _situation(self, case: Case, error: Exception | None, *, touched: bool) -> str:
        """Returns all that the next runs can depend on; from the same situation they were already seen to end well."""
        left = self._mine(), self._others(), self._effects(), self.resource.keep()
        judged_by = case.operation, case.foreign, case.fault.believed, case.call.writes, error is None, touched
        return judge.without_chance(json.dumps((judged_by, left), sort_keys=True, default=str))

    def _arm(self, case: Case) -> None:
        scene = Scene(case.call.usual, self.subject.words, case.effect)
        act = case.fault.act
        at = call_to(case.call.method, case.call.path)
        if act is None:
            self._arm_refusal(case)
            return
        self.world.proxy.arm(Armed(at, case.call.nth, lambda talk: act(talk, scene), case.persistent))

    def _arm_refusal(self, case: Case) -> None:
        """Closes the door after the call before the one that is to be refused; before the first, at once."""
        before = self._before.get(id(case.call))
        if before is None:
            self.world.proxy.arm(Armed(lambda _: False, 0, None, case.persistent, refuses=True))
            self.world.proxy.close_door()
        else:
            at = call_to(before.method, before.path)
            self.world.proxy.arm(Armed(at, before.nth, None, case.persistent, refuses=True))

    def _run(self, run: Callable[[], Any], fault: Fault | None) -> Exception | None:
        if fault is None:
            self.world.usual()
        else:
            self.world.quick(slow=fault.slow)
        self.world.clock.begin()
        began = time.monotonic()
        try:
            run()
        except Exception as error:  # noqa: BLE001 - whatever a user would see
            return error
        finally:
            if self.world.proxy.outlasted or time.monotonic() - began > _LONGEST_RUN:
                raise TooLong
        return None

    # -- what must be true -----------------------------------------------------------------------------------------

    def _settle(
        self, case: Case, error: Exception | None, recorded: Any, mine: Any, run: Any, *, touched: bool
    ) -> bool:
        """Runs again without the fault and checks that all is as desired; returns whether it took an adoption."""
        operation, resource = case.operation, self.resource
        believed = case.fault.believed
        if error is not None:
            lost(resource.keep() == recorded, "a failed run changed what is recorded")
        elif operation == "delete":
            lost(believed or self._mine() == self.subject.removed, "a destroy reported success and left it there")
        elif operation == "read" and not believed:
            lost(resource.id, "a refresh dropped it from the state")
            lost(resource.state == recorded[1], "a refresh recorded what is not there")
        if operation == "conflict":
            return self._settle_conflict(case, error, mine)
        if operation == "delete":
            again = self._run(run, None)
            lost(again is None, f"a second destroy fails: {again}")
            lost(believed or self._mine() == self.subject.removed, "a second destroy leaves it there")
            return False
        wanted = self.subject.second if operation == "update" else self.subject.first
        if operation in ("adopt", "import"):
            wanted = {**wanted, "on_existing": operation}
        if operation == "preflight":
            wanted = wanted | self.subject.trying
        if operation == "read":
            run = self._refresh_and_up
        adopted = self._again(case, run, wanted, touched=touched or operation == "read")
        self._check_state(case, wanted, adopted=adopted)
        return adopted

    def _refresh_and_up(self) -> None:
        if self.resource.id:
            self.resource.refresh()
        self.resource.up(**self.subject.first)

    def _settle_conflict(self, case: Case, error: Exception | None, mine: Any) -> bool:
        if error is None and case.call.writes and case.foreign.startswith("equal"):
            # the one exception: the answer to our own creation was lost, and what is there equals what was sent
            lost(self._mine() == self.subject.wanted["first"], f"the tenant holds {judge.shown(self._mine())}")
            return False
        lost(case.fault.believed or error is not None, "took what someone else configured")
        if case.fault.believed:
            return False
        lost(self._mine() == mine, "overwrote what someone else configured")
        again = self._run(lambda: self.resource.up(**self.subject.first), None)
        lost(again is not None and self._mine() == mine, "took what someone else configured, in the second run")
        lost("on_existing='adopt'" in str(again), f"does not say how to adopt: {again}")
        return False

    def _again(self, case: Case, run: Any, wanted: Props, *, touched: bool) -> bool:
        again = self._run(run, None)
        if again is None:
            return False
        left = touched or case.fault.believed
        lost(left and type(again).__name__ == "AlreadyConfigured", f"the next run fails: {again}")
        said = str(again)
        if "on_existing='adopt'" not in said or "on_delete='" not in said:
            raise Bad("unclear", f"what the failed run left is refused without both ways out: {again}")
        named = re.search(r"on_delete='(\w+)'", said)
        policy = {"on_delete": named[1]} if named else {}
        forced = self._run(lambda: self.resource.up(**{**wanted, "on_existing": "adopt", **policy}), None)
        lost(forced is None, f"adopting what the failed run left fails: {forced}")
        return True

    def _check_state(self, case: Case, wanted: Props, *, adopted: bool) -> None:
        resource, subject = self.resource, self.subject
        name = "second" if case.operation == "update" else "first"
        if case.operation == "adopt":
            lost(judge.covers(self._mine(), subject.wanted[name]), f"the tenant holds {judge.shown(self._mine())}")
        elif case.operation != "import":
            lost(self._mine() == subject.wanted[name], f"the tenant holds {judge.shown(self._mine())}")
        lost(
            resource.id and subject.agrees(self.world.emulator, resource.state), "what is recorded is not what is live"
        )
        before = resource.keep()
        self._run(resource.refresh, None)
        after = resource.keep()
        lost(after[0] == before[0], "a refresh drops it")
        lost(
            judge.steady(after[1]) == judge.steady(before[1]),
            f"a refresh shows {judge.difference(before[1], after[1])}",
        )
        if not adopted:
            lost(not resource.differs(wanted), "the next preview shows a change")
        self._check_secrets(json.dumps(judge.public(resource.state), default=str), "a recorded output")
        if case.operation in ("create", "adopt", "preflight"):
            self._check_removal(case)

    def _check_removal(self, case: Case) -> None:
        mine = self._mine()
        failed = self._run(self.resource.destroy, None)
        lost(failed is None, f"the destroy at the end fails: {failed}")
        if case.operation != "adopt":
            expected = self.subject.removed
        elif not self.subject.restored:
            expected = mine
        else:
            return
        lost(self._mine() == expected, f"after the destroy the tenant holds {judge.shown(self._mine())}")

    def _check_effects(self, case: Case) -> None:
        if case.fault.believed:
            return
        for (method, path), times in zip(self.subject.single, self._effects(), strict=True):
            lost(times <= 1, f"{method} {path} had its effect {times} times")

    def _effects(self) -> list[int]:
        """Returns how often each write that must not come twice had its effect since the trial began."""
        done = [call for call in self.world.emulator.calls if call.status and call.status < HTTPStatus.MULTIPLE_CHOICES]
        return [
            sum(call.method == method and call.path.endswith(path) for call in done)
            for method, path in self.subject.single
        ]

    def _check_message(self, error: Exception | None, case: Case) -> None:
        said = "\n".join(self.world.said())
        self._check_secrets(said, "a line on the console")
        if error is None:
            return
        text = str(error)
        self._check_secrets(text, "the error")
        complaints = list(judge.complaints(text, type(error).__name__, self.world.host))
        if case.fault.believed and complaints == ["no call"]:
            return  # no call went wrong: the tenant contradicts itself
        if complaints:
            raise Bad("unclear", f"{', '.join(complaints)}: {type(error).__name__}: {text[:600]}")

    def _check_secrets(self, text: str, where: str) -> None:
        entry = self.subject.tenant.entry(self.world.emulator)
        logins = {value for key, value in entry.items() if key in ("clientSecret", "appSecret")}
        jwk = json.loads(entry.get("serviceAccountKey", "{}"))
        logins |= {str(jwk[name]) for name in ("d", "p", "q") if name in jwk}
        for secret in {*_SECRETS, *logins, *self.world.proxy.tokens}:
            shown = [form for form in judge.forms(secret) if form in text]
            lost(not shown, f"{where} shows a secret: {text[:300]}")

    def _mine(self) -> Any:
        return copy.deepcopy(self.subject.mine(self.world.emulator))

    def _others(self) -> str:
        return json.dumps(self.subject.others(self.world.emulator), sort_keys=True, default=str)


@contextmanager
def _alarm() -> Iterator[None]:
    """Ends a trial that works forever; only a main thread can be woken."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(*_: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, _LONGEST_RUN * 2)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
