"""Kill -9 between the creation of an identity and its record in the state: the next run finds it by its tags."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from support.aws import wait_for
from support.engines import environment
from support.lab import Lab
from tenant_email.local.aws.behaviour import Behaviour
from tenant_email.local.machine import LocalMachine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROGRAM = """
import pulumi
from tenant_email import SesDomainIdentity
identity = SesDomainIdentity("mail", domain="acme.example", region="us-east-1", mail_from="bounce")
pulumi.export("adopted", identity.adopted)
pulumi.export("records", identity.dns_records)
"""


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """Makes a project on a machine whose SES is slow to make its tokens."""
    with LocalMachine(tmp_path / "machine", behaviour=Behaviour(token_delay=60)) as machine:
        lab = Lab.make(machine, tmp_path, "embedded")
        lab.write(PROGRAM)
        yield lab


def killed_while_creating(lab: Lab, states: Path) -> None:
    """Starts an up and kills all of it as soon as SES has made the identity."""
    options = ["--cwd", str(lab.folder), "--state-dir", str(states)]
    command = [sys.executable, "-m", "tenant_email.local.engine", "up", *options]
    env = {**environment(), **lab.machine.environment()}
    with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, start_new_session=True) as process:
        wait_for(lambda: "CreateEmailIdentity" in [call.operation for call in lab.machine.aws.calls], 30)
        os.killpg(process.pid, signal.SIGKILL)


def test_an_identity_made_just_before_a_kill_is_found_again(lab: Lab, tmp_path: Path) -> None:
    """It is this stack's own: the next run takes it up, sets MAIL FROM, and a destroy deletes it."""
    engine = lab.open()
    killed_while_creating(lab, tmp_path / "state")
    lab.machine.aws.behaviour.token_delay = 0
    healed = engine.up()
    assert healed.ok, healed.text
    assert healed.outputs["adopted"] is False
    assert [record["type"] for record in healed.outputs["records"]] == ["CNAME"] * 3 + ["MX", "TXT"]
    assert engine.destroy().ok
    ses = lab.machine.aws.session().client("sesv2", endpoint_url=lab.machine.aws.url)
    assert ses.list_email_identities()["EmailIdentities"] == []
