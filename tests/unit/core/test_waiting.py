"""The one way to wait: bounded on any clock, told each half minute, ended with the process."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
import threading
import time
from itertools import islice
from pathlib import Path

import pytest

import tenant_email
from tenant_email.throttle import Throttle, Window
from tenant_email.timing import Timing
from tenant_email.waiting import Deadline, NotYet, Pauses, TimedOutError, Wait, run_within


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now, self.said, self.slept = 0.0, list[str](), list[float]()
        self.timing = Timing(sleep=self.sleep, now=lambda: self.now)

    def sleep(self, seconds: float) -> None:
        """Lets time pass."""
        self.now += seconds
        self.slept.append(seconds)

    def wait(self, seconds: float, pauses: Pauses) -> Wait:
        """Returns a wait on this clock."""
        return Wait("it", seconds, pauses, announce=self.said.append, timing=self.timing)


def test_it_returns_the_first_answer_that_is_one() -> None:
    """Pauses grow to the longest; nothing is said of a short wait."""
    clock, answers = Clock(), iter([NotYet("a"), NotYet("b"), NotYet("c"), "there"])
    assert clock.wait(60, Pauses(1, longest=3)).until(lambda: next(answers)) == "there"
    assert (clock.slept, clock.said) == ([1, 2, 3], [])


def test_it_asks_a_last_time_when_the_time_is_up() -> None:
    """No pause goes beyond the end, the last state is told, and so is progress each half minute."""
    clock, asked = Clock(), list[float]()

    def ask() -> NotYet:
        asked.append(clock.now)
        return NotYet("0 of 3")

    with pytest.raises(TimedOutError, match="0 of 3"):
        clock.wait(100, Pauses(40, factor=1, longest=40)).until(ask)
    assert asked == [0, 40, 80, 100]
    assert [line.partition("; ")[2] for line in clock.said] == [
        f"waiting for {n} s of 100 s. Press Ctrl-C twice to stop; nothing is lost." for n in (40, 80)
    ]


def test_it_ends_where_a_clock_stands_still() -> None:
    """What was slept counts, so that a trial whose sleep takes no time ends too."""
    slept: list[float] = []
    wait = Wait("it", 5, Pauses(1), timing=Timing(sleep=slept.append, now=lambda: 0.0))
    with pytest.raises(TimedOutError):
        wait.until(lambda: NotYet("never"))
    assert slept == [1, 2, 2]


def test_no_time_is_one_question() -> None:
    """A wait of no time asks once; several questions share what is left."""
    clock = Clock()
    wait = clock.wait(0, Pauses(1))
    assert wait.until(lambda: "at once") == "at once"
    with pytest.raises(TimedOutError):
        wait.until(lambda: NotYet("no"))
    assert clock.slept == []


def test_a_deadline_takes_what_does_not_count() -> None:
    """What is added does not shorten what is left, and nothing is left after the end."""
    clock = Clock()
    deadline = Deadline(10, lambda: clock.now)
    clock.sleep(8)
    deadline.extend(5)
    assert (deadline.left, deadline.elapsed, deadline.is_over) == (7, 8, False)
    clock.sleep(8)
    assert (deadline.left, deadline.is_over) == (0, True)


def test_jitter_stays_in_its_share() -> None:
    """Pauses differ by chance, and by no more than said."""
    pauses = [next(iter(Pauses(1, jitter=0.2))) for _ in range(50)]
    assert 0.8 <= min(pauses) < max(pauses) <= 1.2
    assert list(islice(Pauses(1), 5)) == [1, 2, 4, 8, 15]


def test_a_program_waits_alike() -> None:
    """On an event loop, which goes on meanwhile, with the same end."""
    loop, answers, began = asyncio.new_event_loop(), iter([NotYet("a"), "there"]), time.monotonic()
    try:
        assert loop.run_until_complete(Wait("it", 5, Pauses(0.05)).until_async(lambda: next(answers))) == "there"
        assert time.monotonic() - began >= 0.04
        with pytest.raises(TimedOutError):
            loop.run_until_complete(Wait("it", 0.02, Pauses(0.01)).until_async(lambda: NotYet("no")))
    finally:
        loop.close()


def test_what_cannot_be_stopped_is_left_alone() -> None:
    """It returns and raises what the work does, and does not outwait its time."""
    assert run_within(5, lambda: 7, "quick") == 7
    with pytest.raises(KeyError):
        run_within(5, lambda: dict[str, int]()["no"], "wrong")
    began = time.monotonic()
    with pytest.raises(TimedOutError, match=r"longer than 0\.05 s"):
        run_within(0.05, threading.Event().wait, "slow")
    assert time.monotonic() - began < 5


def test_a_window_lets_so_many_through() -> None:
    """Two each ten seconds, wherever these begin; those who wait are reported why, once in ten seconds."""
    clock = Clock()
    throttle, window = (
        Throttle("it", sleep=clock.sleep, now=lambda: clock.now, announce=clock.said.append),
        Window(2, 10),
    )
    waits = [throttle.wait(window, "it is busy") for _ in range(5)]
    assert waits == [0, 0, 10, 0, 10]
    assert clock.said == ["it: it is busy, waiting 10 s"] * 2


def test_a_wait_ends_with_the_process() -> None:
    """As in Pulumi's host: after a SIGINT the main thread is gone, and a thread that waits for minutes follows."""
    code = (
        "import signal, threading; from tenant_email.waiting import *\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell starts background jobs with it ignored
        "def work():\n"
        "    print('waits', flush=True)\n"
        "    Wait('it', 600, Pauses(300, longest=300)).until(lambda: NotYet('no'))\n"
        "threading.Thread(target=work).start()\n"
        "try:\n    threading.Event().wait()\nexcept KeyboardInterrupt:\n    pass\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as ran:
        assert ran.stdout
        assert ran.stdout.readline() == "waits\n"
        time.sleep(0.2)
        ran.send_signal(signal.SIGINT)
        try:
            _, errors = ran.communicate(timeout=20)
        finally:
            ran.kill()
    assert "Interrupted: stopped while waiting" in errors


def test_nothing_else_sleeps_or_connects() -> None:
    """One module knows the clock, and one opens connections to mail servers: so there is one loop, and one probe."""
    own = Path(tenant_email.__file__).parent
    clock, sockets = (
        re.compile(r"(time|asyncio)\.(sleep|monotonic)|from time import"),
        re.compile(r"smtplib|socket\.(socket|create_)"),
    )
    found = {
        (word, path.relative_to(own).as_posix())
        for path in own.rglob("*.py")
        for word, pattern in (("clock", clock), ("socket", sockets))
        if pattern.search(path.read_text(encoding="utf-8"))
    }
    # the resolver connects a UDP socket to see whether there is a route, which sends nothing; doctor looks at a
    # certificate
    places = {
        ("clock", "timing.py"),
        ("clock", "waiting.py"),
        ("socket", "checks/smtp_wire.py"),
        ("socket", "aws/dns_resolver.py"),
        ("socket", "net/response_deadline.py"),
        ("socket", "diagnosis/reach.py"),
    }
    assert found == places
