"""What a stack is taken through, with a program in the CLI's place: made, locked by somebody, or elsewhere."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from support.asked_cli import AskedCli, asked_cli
from tenant_email.errors import InvalidSettings, TenantEmailError
from tenant_email.fleet.foreign import foreign_resource, other_host
from tenant_email.fleet.hosts import hosts_of
from tenant_email.fleet.stack_config import Unit
from tenant_email.fleet.stacks import Operation, StackFailedError

if TYPE_CHECKING:
    from pathlib import Path

ACME = Unit(tenant="acme")
LOCKED = (
    "error: the stack is currently locked by 1 lock(s).\n  file:///x.json: created by me@{host} (pid {pid}) at 2026"
)


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AskedCli:
    """Notes what the CLI is asked."""
    return asked_cli(tmp_path, monkeypatch)


def commands(cli: AskedCli) -> list[str]:
    """Returns the commands that were asked for."""
    return [" ".join(each["words"][:2]) for each in cli.asked()]


def test_a_stack_that_is_not_there(cli: AskedCli) -> None:
    """It is made, and its config written; one that another run made in the meantime is used."""
    cli.run(Operation.UP, ACME, there=())
    cli.refuse("init", "error: stack 'acme' already exists")
    cli.run(Operation.UP, ACME, there=())
    assert commands(cli) == ["stack init", "up --yes"] * 2
    assert "tenant-email:tenants:" in (cli.project / "Pulumi.acme.yaml").read_text()


@pytest.mark.parametrize(
    ("variable", "value", "is_previewed"),
    [
        ("PULUMI_OPTION_POLICY_PACK", "/policies", True),
        ("PULUMI_OPTION_POLICY_PACK", "", False),
        ("STATES", "https://api.pulumi.com", True),
        ("STATES", "file:///states", False),
    ],
)
def test_an_update_that_policies_may_refuse(cli: AskedCli, variable: str, value: str, *, is_previewed: bool) -> None:
    """It is previewed first, or they would be asked of the stack once all of it is written."""
    cli.patch.setenv(variable, value)
    (asked,) = cli.run(Operation.UP, ACME)
    assert ("--skip-preview" not in asked["words"]) == is_previewed


def state(*resources: tuple[str, str]) -> str:
    """Returns what `pulumi stack export` prints of (type, name) of resources."""
    found = [{"type": kind, "urn": f"urn:pulumi:forge::lab::{kind}::{name}"} for kind, name in resources]
    return json.dumps({"version": 3, "deployment": {"resources": found}})


OWN = (("pulumi:pulumi:Stack", "lab-forge"), ("pulumi:providers:aws", "default"))


@pytest.mark.parametrize(
    ("held", "other"),
    [
        ("{}", ""),
        ("[]", ""),
        ('{"deployment": null}', ""),
        ('{"deployment": {"resources": ["x"]}}', ""),
        (state(*OWN), ""),
        (state(*OWN, ("pulumi-python:dynamic/tenant-email:EmailProvider", "forge")), ""),
        (state(("aws:s3/bucket:Bucket", "mine"), ("tenant-email:index:EmailTemplate", "forge.verify")), ""),
        (state(*OWN, ("aws:s3/bucket:Bucket", "prod")), "aws:s3/bucket:Bucket prod"),
        (state(("tenant-email:index:EmailProvider", "other")), "tenant-email:index:EmailProvider other"),
        (state(("aws:s3/bucket:Bucket", "forge")), "aws:s3/bucket:Bucket forge"),
    ],
)
def test_a_state_that_is_something_elses(held: str, other: str) -> None:
    """It has resources, and none of them is the tenant's; an empty one may be."""
    assert foreign_resource(json.loads(held), {"forge", ""}) == other


@pytest.mark.parametrize("operation", [Operation.UP, Operation.DESTROY, Operation.PREVIEW])
def test_a_stack_that_is_something_else(cli: AskedCli, operation: Operation) -> None:
    """What it has would be deleted; its config says nothing of a fleet, so that its state is looked at."""
    cli.patch.setenv("STATE", state(("aws:s3/bucket:Bucket", "prod")))
    with pytest.raises(TenantEmailError, match="the stack forge has aws:s3/bucket:Bucket prod and nothing of a fleet"):
        cli.run(operation, Unit(tenant="forge"))
    cli.patch.setenv("STATE", "{}")
    cli.run(operation, Unit(tenant="forge"))
    assert commands(cli)[:2] == ["stack export", "stack export"]
    assert len(commands(cli)) == 3


@pytest.mark.parametrize(
    ("held", "other"),
    [
        ("auth0/acme.eu.auth0.com/email-provider", ""),
        ("auth0/old.eu.auth0.com/email-template/verify_email", ""),
        ("auth0/gone.eu.auth0.com/email-provider", "auth0 gone.eu.auth0.com"),
        ("logto/acme.eu.auth0.com/email-provider", "logto acme.eu.auth0.com"),
        ("ses/eu-west-1/acme.com", ""),
    ],
)
def test_the_tenant_of_a_state(held: str, other: str) -> None:
    """Another host, or another platform, is another tenant; an alias is not."""
    acme = {"platform": "auth0", "url": "https://ACME.eu.auth0.com/", "aliases": ["old.eu.auth0.com"]}
    found = {"deployment": {"resources": [{"type": "tenant-email:index:EmailProvider", "id": held}]}}
    assert other_host(found, hosts_of(acme)) == other


@pytest.mark.parametrize("operation", [Operation.UP, Operation.DESTROY, Operation.PREVIEW])
def test_a_tenant_that_moved(cli: AskedCli, operation: Operation) -> None:
    """What its stack has at the old host could never be taken down; one that has nothing goes on."""
    file = cli.project / "Pulumi.acme.yaml"
    file.write_text(f"{file.read_text()}  tenant-email:tenants: {{acme: {{platform: auth0, url: old.auth0.com}}}}\n")
    before, resource = file.read_text(), {"type": "tenant-email:index:EmailProvider", "id": "auth0/old.auth0.com/x"}
    cli.patch.setenv("STATE", json.dumps({"deployment": {"resources": [resource]}}))
    with pytest.raises(InvalidSettings, match=r"tenants\.acme\.url: is another tenant than auth0 old\.auth0\.com"):
        cli.run(operation, ACME)
    assert file.read_text() == before
    cli.patch.setenv("STATE", json.dumps({"deployment": {"resources": []}}))
    cli.run(operation, ACME)
    assert [each["words"][0] for each in cli.asked()] == ["stack", "stack", operation.value]


def test_a_lock_that_a_process_left(cli: AskedCli) -> None:
    """It is taken off where the process was of this machine and is no more; who waits is told."""
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    pid, told = int(ended.stdout), list[str]()
    cli.refuse("up", LOCKED.format(host=socket.gethostname(), pid=pid))
    with cli.opened(ACME) as stacks:
        stacks.on_wait = lambda unit, what: told.append(f"{unit.stack}: {what}")
        stacks.operate(ACME, Operation.UP)
    assert commands(cli) == ["up --yes", "cancel --yes", "up --yes"]
    assert told == [f"acme: the lock of process {pid} of {socket.gethostname()}"]


def test_an_operation_whose_events_are_cut_off(cli: AskedCli) -> None:
    """As by a full disk: it is done, and nobody is told that it changed nothing."""
    with cli.opened(ACME) as stacks:
        said, _ = stacks.operate(ACME, Operation.UP)
        room = stacks.folder.parent
    what = "what it changed is not known: what the engine says of it was not written whole"
    assert said.warnings == (f"{what}\nMake room in {room}.",)


def test_a_lock_of_another_machine(cli: AskedCli) -> None:
    """Nobody here knows whether that process goes on."""
    cli.refuse("up", LOCKED.format(host="another-machine", pid=1))
    with cli.opened(ACME) as stacks, pytest.raises(StackFailedError) as failed:
        stacks.operate(ACME, Operation.UP)
    assert "another-machine" in failed.value.text
    assert commands(cli) == ["up --yes"]


@pytest.mark.parametrize(("version", "said"), [("v3.0.0", "Minimum version requirement failed"), ("what", "Could not")])
def test_a_cli_that_is_too_old(cli: AskedCli, monkeypatch: pytest.MonkeyPatch, version: str, said: str) -> None:
    """It is an error with what to do, and no bug of ours."""
    monkeypatch.setenv("VERSION", version)
    with pytest.raises(TenantEmailError, match=said) as refused, cli.opened(ACME):
        pass
    assert refused.value.remedy.startswith("Update the Pulumi CLI")


def test_a_cli_that_fails(cli: AskedCli, tmp_path: Path) -> None:
    """So is one that ends before it says which it is."""
    (tmp_path / "bin" / "pulumi").write_text(f"#!{sys.executable}\nraise SystemExit(3)\n")
    with pytest.raises(TenantEmailError, match="pulumi version failed: "), cli.opened(ACME):
        pass
