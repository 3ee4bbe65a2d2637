"""A tenant behind the proxy, and one resource of it driven as an engine drives it, in this process."""

from __future__ import annotations

import copy
import hashlib
import json
import sys
import warnings
from contextlib import ExitStack
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final, Self
from unittest.mock import patch

from jwt.warnings import InsecureKeyLengthWarning

from support.campaign.clock import Clock
from support.campaign.proxy import Proxy
from support.campaign.servers import AlwaysFine
from support.host import Listener, listening
from support.managed import Driven
from support.ways import InProcess, Recorded, unrecorded
from tenant_email.operations import console as host_console
from tenant_email.operations import operation
from tenant_email.redaction import secrets
from tenant_email.timing import Timing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.campaign.subject import Props, Subject
    from tenant_email_local.emulators.server import Emulator

_TOKEN: Final = {"access_token": "elsewhere", "scope": "all fr:idm:* fr:idc:esv:*", "expires_in": 3600}
"""What the host says that redirects point to; nothing may ever ask it."""

SLEEP_BUDGET: Final = 1500.0
"""Seconds that one run may wait in all: for a restart 20 minutes, or for a few rate limits, five minutes each."""


def _quick_digest(secret: bytes, *, salt: bytes, dklen: int, **_: int) -> bytes:
    return hashlib.blake2b(secret, key=salt[:64], digest_size=dklen).digest()


class World:
    """One tenant of a subject's platform, with its proxy, its clock, and an engine that hears what is said."""

    def __init__(self, subject: Subject, *, in_process: bool = True) -> None:
        """Takes whether all runs in this process; a host of its own makes digests that are to be compared with ours."""
        self._in_process = in_process
        self.subject = subject
        self.clock = Clock(SLEEP_BUDGET)
        self._running, self._tenant = ExitStack(), ExitStack()

    def __enter__(self) -> Self:
        self._running.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore", InsecureKeyLengthWarning)  # a short key is loaded quickly, at every login
        if self._in_process:
            self._running.enter_context(
                patch("hashlib.scrypt", _quick_digest)
            )  # its slowness matters to guessers alone
        self.elsewhere = self._running.enter_context(AlwaysFine(_TOKEN))
        self.proxy = self._running.enter_context(Proxy())
        self.proxy.elsewhere = self.elsewhere.url
        listener, address = self._running.enter_context(listening())
        self.listener: Listener = listener
        self._argv = sys.argv
        sys.argv = [sys.argv[0], address]  # how a host process learns of its engine
        host_console.engine.cache_clear()  # a process has one engine; trials have one after the other
        self.emulator = self._open()
        self._fresh = self.snapshot()
        return self

    def __exit__(self, *_: object) -> None:
        self._tenant.close()
        self._running.close()
        sys.argv = self._argv
        host_console.engine.cache_clear()  # as above
        operation.begin(Timing())
        operation.begin()

    def _open(self) -> Emulator:
        self._tenant.close()  # its threads would go on
        emulator = self.subject.tenant.open(self.clock)
        emulator.public_url = self.proxy.url
        self._tenant.enter_context(emulator)
        self.proxy.upstream = emulator.port
        return emulator

    def renew(self) -> None:
        """Goes back to a fresh tenant with its bystanders."""
        if self.subject.fresh:
            self.emulator = self._open()
        else:
            self.restore(self._fresh)
        self.subject.bystanders(self.emulator)
        self.emulator.reset_calls()

    def snapshot(self) -> dict[str, Any]:
        """Returns all that the tenant holds."""
        return copy.deepcopy(vars(self._state()))

    def restore(self, held: Mapping[str, Any]) -> None:
        """Puts it back."""
        for name, value in copy.deepcopy(dict(held)).items():
            setattr(self._state(), name, value)

    def _state(self) -> Any:
        return self.emulator.state  # type: ignore[attr-defined]  # every platform's emulator has one

    @property
    def host(self) -> str:
        """Returns the tenant's host as messages have to name it."""
        return self.proxy.url.removeprefix("http://")

    def quick(self, *, slow: bool) -> None:
        """Sets the client's times for a run in which a fault plays; a slow one is given up soon."""
        self._keep(connect=1.0, read=0.25 if slow else 4.0, answer=0.6 if slow else 6.0, call=1.5 if slow else 20.0)

    def usual(self) -> None:
        """Sets the client's times for a run in which nothing goes wrong."""
        self._keep(connect=5.0, read=20.0, answer=30.0, call=60.0)

    def _keep(self, **seconds: float) -> None:
        known = {each.name for each in fields(Timing)}
        chosen: dict[str, Any] = {name: value for name, value in seconds.items() if name in known}
        operation.begin(Timing(**chosen, sleep=self.sleep, clock=self.clock, now=self.clock))

    def sleep(self, seconds: float) -> None:
        """Lets time pass; a door that a fault closed once is open again then."""
        armed = self.proxy.armed
        if armed and armed.refuses and not armed.persistent:
            self.proxy.open_door()
        self.clock.sleep(seconds)

    def said(self) -> list[str]:
        """Returns what was printed since the last question."""
        lines = list(self.listener.lines)
        self.listener.lines.clear()
        return lines


class TrialResource(Driven):
    """A resource and its recorded state; each operation is in a process of its own, as it were."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._here = InProcess(world.subject.lifecycle(), begin=_begin, config=self._config)
        super().__init__(self._here)

    def _config(self) -> dict[str, str]:
        entry = dict(self._world.subject.tenant.entry(self._world.emulator))
        return {"tenant-email:tenants": json.dumps({"main": entry})}

    def keep(self) -> Recorded:
        """Returns what is recorded, to go back to."""
        return copy.deepcopy(self.recorded)

    def differs(self, inputs: Props) -> bool:
        """Returns whether a preview would show anything."""
        with self._here.operation() as steps:
            changed, replaces = steps.diff(self.id, self.state, inputs)
        assert not replaces
        return changed

    def destroy(self) -> None:
        """Deletes what there is."""
        if self.id:
            super().destroy()
        self.recorded = unrecorded()


def _begin() -> None:
    """Begins an operation; a process knows no secret yet."""
    operation.begin()
    secrets.forget()
