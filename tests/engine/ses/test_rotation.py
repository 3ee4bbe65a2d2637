"""Mail is accepted from the first moment of a key, and while it is rotated."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from support.auth0 import Tenant
from support.ses_programs import PROGRAM
from tenant_email_local.aws.behavior import Behavior
from tenant_email_local.machine import LocalMachine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.lab import Lab

SENDS = 200
KEY_DELAY = 6.0  # seconds that AWS refuses a new key; longer than a provider that did not wait would need


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[LocalMachine]:
    """Runs a machine that refuses new keys for some seconds and really evaluates policies."""
    behavior = Behavior(look_delay=0.1, key_delay=KEY_DELAY)
    with LocalMachine(tmp_path / "machine", behavior=behavior) as running:
        running.aws.create_zone("acme.example")
        yield running


class Load(threading.Thread):
    """Asks the tenant for verification emails, one after the other, until told to stop."""

    def __init__(self, machine: LocalMachine) -> None:
        super().__init__()
        self._tenant, self._stopped = Tenant(machine.auth0), threading.Event()
        self.sent: list[float] = []

    def run(self) -> None:
        """Sends, each mail through what the tenant holds at that moment."""
        while not self._stopped.is_set() or len(self.sent) < SENDS:
            self._tenant.verify()
            self.sent.append(time.monotonic())

    def stop(self) -> None:
        """Ends the load."""
        self._stopped.set()
        self.join()

    def refused(self) -> list[Any]:
        """Returns the mails that were not accepted."""
        return self._tenant.logged("fn")


def first_mail(machine: LocalMachine) -> None:
    """Sends an email in the moment in which the tenant is switched."""
    while machine.auth0.state.provider is None:
        time.sleep(0.01)
    Tenant(machine.auth0).verify()


def test_the_first_mail_after_the_switch_is_accepted(lab: Lab) -> None:
    """The tenant is switched when domain, key and policy all work: not even the first mail is refused."""
    lab.machine.aws.behavior.key_delay = 0.0
    lab.machine.aws.behavior.delays = {"AttachUserPolicy": 5.0}
    lab.write(PROGRAM)
    engine = lab.open()
    sender = threading.Thread(target=first_mail, args=(lab.machine,), daemon=True)
    sender.start()
    outcome = engine.up()
    assert outcome.ok, outcome.text
    sender.join(10)
    assert Tenant(lab.machine.auth0).logged("fn") == []
    assert len(lab.machine.smtp.inbox.wait_for(1)) == 1


def test_rotation_under_load_loses_no_mail(lab: Lab) -> None:
    """Mails sent all through the up that rotates the key are all accepted, and the old key is gone after it."""
    lab.write(PROGRAM)
    engine = lab.open()
    engine.set_config("lab:kind", "Smtp")
    before = engine.up()
    assert before.ok, before.text
    load = Load(lab.machine)
    engine.set_config("lab:sending", json.dumps({"active_key": "b"}))
    load.start()
    started = time.monotonic()
    rotated = engine.up()
    ended = time.monotonic()
    load.stop()
    assert rotated.ok, rotated.text
    assert rotated.operations["mail-a"] == "delete"
    during = [moment for moment in load.sent if started < moment < ended]
    assert len(load.sent) >= SENDS
    assert len(during) > SENDS / 4, "no load, or too little, while the key was changed"
    assert load.refused() == []
    assert len(lab.machine.smtp.inbox.wait_for(len(load.sent))) == len(load.sent)
    actions = [entry["Action"] for entry in json.loads(rotated.outputs["policy"])["Statement"]]
    assert actions == [["ses:SendRawEmail"]]  # what SMTP needs, and no more
    assert before.outputs["key"] != rotated.outputs["key"]
    assert not lab.machine.aws.smtp_authenticate(before.outputs["key"], before.outputs["smtp_password"])
