"""What is read and written around the CLI: stacks' files, events, locks, and which stacks are meant."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import yaml
from pulumi.automation import CommandError

from support.fleets import STACK
from tenant_email.errors import TenantEmailError
from tenant_email.fleet import locks
from tenant_email.fleet.children import FleetCommand
from tenant_email.fleet.events import Said, read_events
from tenant_email.fleet.reading import read_fleet
from tenant_email.fleet.secret_values import mask_secrets, references
from tenant_email.fleet.selection import selected
from tenant_email.fleet.stack_config import Unit
from tenant_email.fleet.stack_files import project_name, write_config
from tenant_email.fleet.stacks import environment_of
from tenant_email.redaction.secrets import scrub

if TYPE_CHECKING:
    from pathlib import Path

FLEET = read_fleet(STACK / "tenants.yaml", judged=False)
ACME = Unit(tenant="acme")


def names(*globs: str, destroys: bool = False) -> list[list[str]]:
    """Returns the stacks of each stage."""
    return [[unit.stack for unit in stage] for stage in selected(FLEET, globs, destroys=destroys)]


def test_selection() -> None:
    """Tenants by pattern, with the domain that they send from; a destroy leaves one that another tenant has."""
    assert names() == [["sending_domain.mail"], ["acme", "umbrella", "initech", "forge"]]
    assert names("f*", "init*") == [[], ["initech", "forge"]]
    assert names("acme") == [["sending_domain.mail"], ["acme"]]
    assert names("acme", destroys=True) == [["acme"], []]
    assert names("acme", "umbrella", destroys=True) == [["acme", "umbrella"], ["sending_domain.mail"]]
    with pytest.raises(
        TenantEmailError, match=r"--tenants acne: matches no tenant of tenants\.yaml\nDid you mean acme\?"
    ):
        selected(FLEET, ["acne"])


def test_a_stacks_file(tmp_path: Path) -> None:
    """Our keys are as the file has them, and all else stays: salt, ESC, settings of one's own, the file's mode."""
    file = tmp_path / "Pulumi.acme.yaml"
    file.write_text(
        yaml.safe_dump(
            {
                "encryptionsalt": "v1:x",
                "environment": ["acme/prod"],
                "config": {"aws:profile": "old", "lab:mine": True, "lab:tenant": "other", "p:s": {"secure": "AAA"}},
            }
        )
    )
    file.chmod(0o600)
    assert write_config(FLEET, ACME, tmp_path, "lab", "acme")
    found = yaml.safe_load(file.read_text())
    assert (found["encryptionsalt"], found["environment"]) == ("v1:x", ["acme/prod"])
    assert {key: value for key, value in found["config"].items() if key != "tenant-email:tenants"} == {
        "lab:mine": True,
        "p:s": {"secure": "AAA"},
        "aws:region": "eu-west-1",
        "lab:tenant": "acme",
        "lab:file": os.path.relpath(STACK / "tenants.yaml", tmp_path),
    }
    assert file.stat().st_mode & 0o777 == 0o600
    assert not write_config(FLEET, ACME, tmp_path, "lab", "acme")
    assert [each.name for each in tmp_path.iterdir()] == ["Pulumi.acme.yaml"]


def test_files_that_are_none(tmp_path: Path) -> None:
    """A stack's file that is not a mapping is not written over; a folder without a project is none."""
    (tmp_path / "Pulumi.acme.yaml").write_text("[")
    with pytest.raises(TenantEmailError, match="is not a YAML mapping"):
        write_config(FLEET, ACME, tmp_path, "lab", "acme")
    with pytest.raises(TenantEmailError, match=r"has no Pulumi\.yaml with a name"):
        project_name(tmp_path)
    assert project_name(STACK) == "tenant-email-fleet"


def test_events() -> None:
    """Counts and errors, once each, without colors; a line that is cut off is left out."""
    error = '{"diagnosticEvent": {"severity": "error", "urn": "urn:a::b", "message": "<{%reset%}>no<{%reset%}>\\n"}}'
    log = f'{error}\n{error}\n{{"summaryEvent": {{"resourceChanges": {{"create": 2, "same": 1}}}}}}\n{{"x'
    assert read_events(log) == Said({"create": 2, "same": 1}, ("b: no",))
    assert (read_events(log).changed, read_events("")) == (2, Said())


def test_locks() -> None:
    """What the CLI says of a lock (pkg/backend/diy/lock.go): whose it is, and whether that process is gone."""
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)

    def held(host: str, pid: int) -> tuple[locks.Holder, ...]:
        return locks.holders(
            "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete "
            f"the lock file with `pulumi cancel`.\n  file:///x.json: created by me@{host} (pid {pid}) at 2026-01-01"
        )

    here = socket.gethostname()
    assert held(here, 7) == (locks.Holder(here, 7),)
    assert locks.are_gone(held(here, int(ended.stdout)))
    assert not locks.are_gone(held(here, os.getpid()))
    assert not locks.are_gone(held("elsewhere", int(ended.stdout)))
    assert not locks.may_be_awaited(held("elsewhere", 7))
    assert locks.holders("error: created by me@x (pid 7) at") == ()
    assert not locks.are_gone(())


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FleetCommand:
    """Runs a program in the CLI's place that says what it is given, or waits for a signal."""
    program = tmp_path / "bin" / "pulumi"
    program.parent.mkdir()
    program.write_text(
        f"#!{sys.executable}\nimport signal, sys, time, os\n"
        "if sys.argv[1] == 'version': print('v3.260.0'); sys.exit()\n"
        "if 'wait' in sys.argv:\n"
        "    signal.signal(signal.SIGINT, lambda *_: sys.exit('cancelled'))\n"
        "    open('ready', 'w').close()\n    time.sleep(60)\n"
        "print('said', *sys.argv[1:], os.getsid(0) == os.getpid())\nsys.exit(int(os.environ['CODE']))\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return FleetCommand()


def test_a_child(command: FleetCommand, tmp_path: Path) -> None:
    """It is in a session of its own; its lines are told, and its exit code counts."""
    lines: list[str] = []
    result = command.run(["up"], str(tmp_path), {"CODE": "0"}, lines.append)
    assert (result.stdout, lines) == ("said --non-interactive up True", ["said --non-interactive up True"])
    with pytest.raises(CommandError, match="code: 3"):
        command.run(["up"], str(tmp_path), {"CODE": "3"})


def test_stopping_children(command: FleetCommand, tmp_path: Path) -> None:
    """Each ends by a SIGINT, after which none is started."""
    errors: list[CommandError] = []

    def run() -> None:
        try:
            command.run(["wait"], str(tmp_path), {"CODE": "0"})
        except CommandError as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    deadline = time.monotonic() + 30
    while not (tmp_path / "ready").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    command.stop()
    thread.join(30)
    assert "cancelled" in str(errors[0])
    with pytest.raises(CommandError, match="it was stopped"):
        command.run(["up"], str(tmp_path), {"CODE": "0"})
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_the_environment_of_the_stacks() -> None:
    """What goes before the entry of an only tenant is emptied, unless an entry names it itself."""
    found = environment_of(FLEET)
    assert {found[name] for name in ("AUTH0_DOMAIN", "AUTH0_CLIENT_SECRET", "LOGTO_CA_FILE", "FRODO_SA_JWK_FILE")} == {
        ""
    }
    acme = FLEET.tenants["acme"]
    named = replace(acme, entry={**acme.entry, "clientSecretEnv": "AUTH0_CLIENT_SECRET"})
    assert "AUTH0_CLIENT_SECRET" not in environment_of(replace(FLEET, tenants={"acme": named}))


def test_what_is_referred_to_is_masked() -> None:
    """Variables and files, of entries and of providers; what is not there is no error yet."""
    assert [list(references(FLEET.tenants[name])) for name in ("acme", "initech", "forge")] == [
        [("ACME_AUTH0_SECRET", False)],
        [("secrets/initech", True), ("INITECH_SMTP_PASSWORD", False)],
        [("secrets/forge.jwk.json", True), ("secrets/forge-smtp", True)],
    ]
    mask_secrets(FLEET, {"ACME_AUTH0_SECRET": "canary-fleet-2"})
    assert scrub("is canary-fleet-2") == "is ***"
