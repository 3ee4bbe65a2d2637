"""A sending domain in a stack of its own, which the stacks of its tenants read: on the real CLI, by the command."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from support.driven_fleet import DrivenFleet
from support.fleet_of_a_domain import FleetOfADomain, fleet_of_a_domain
from support.lab import DOMAIN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(shutil.which("pulumi") is None, reason="the Pulumi CLI is not on PATH")
NAMES = ("auth0", "logto")
MAIL: dict[str, Any] = {"domain": DOMAIN, "from_addresses": [f"no-reply@{DOMAIN}"], "events": {}}
OWN: dict[str, Any] = {"domain": DOMAIN, "from_addresses": [f"no-reply@{DOMAIN}"]}
OTHER: dict[str, Any] = {"domain": f"other.{DOMAIN}", "from_addresses": [f"no-reply@other.{DOMAIN}"]}
MOVED: dict[str, Any] = {"sending_domain": "other", "from_address": f"no-reply@other.{DOMAIN}"}
RENAMED: dict[str, Any] = {"sending_domain": "post"}
NONE = dict.fromkeys(NAMES, 0)


@pytest.fixture
def driven(tmp_path: Path) -> Iterator[DrivenFleet[FleetOfADomain]]:
    """Runs two tenants that share a domain, with their file."""
    with fleet_of_a_domain(tmp_path, NAMES) as fleet:
        fleet.write({"mail": MAIL})
        yield DrivenFleet(fleet, tmp_path)


def pulumi(driven: DrivenFleet[FleetOfADomain], command: str) -> str:
    """Returns what a command of the CLI says, in the fleet's folder."""
    environ = {name: value for name, value in driven.environment().items() if name != "AUTH0_DOMAIN"}
    done = subprocess.run(
        shlex.split(command),
        cwd=driven.fleet.folder,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def users(driven: DrivenFleet[FleetOfADomain]) -> int:
    """Returns how many IAM users there are: one for each domain."""
    return len(driven.fleet.mails.client("iam").list_users()["Users"])


def test_the_life_of_a_new_fleet(driven: DrivenFleet[FleetOfADomain]) -> None:
    """The first preview shows each tenant's difference; what somebody took down is missed, and comes back."""
    fleet = driven.fleet
    code, said = driven.run("preview")
    assert code == 0, said
    assert "the stack sending_domain.mail is not up" in said
    assert "+ tenant-email:auth0:EmailProvider" in said or "EmailProvider" in said
    assert (fleet.writes(), users(driven)) == (NONE, 0)
    code, said = driven.run("up", "--yes")
    assert code == 0, said
    for name in NAMES:
        fleet.mails.send(name)
    fleet.forget()
    assert "3 stacks: 3 done; 0 changes" in driven.run("up", "--yes")[1]
    assert fleet.writes() == NONE
    assert "have been deleted" in (gone := pulumi(driven, "pulumi destroy --yes --stack sending_domain.mail")), gone
    refused = pulumi(driven, "pulumi up --yes --skip-preview --stack auth0")
    assert "sending_domains.mail: the stack sending_domain.mail is not up" in refused
    assert "Traceback" not in refused
    assert fleet.writes() == NONE
    code, said = driven.run("up", "--yes")
    assert code == 0, said
    for name in NAMES:
        fleet.mails.send(name)
    code, said = driven.run("destroy", "--yes")
    assert (code, users(driven)) == (0, 0), said


def test_a_domain_gets_another_name_and_another_stack(tmp_path: Path) -> None:
    """By the commands that are told: a tenant's own is shared, called otherwise, and its own again, without a write."""
    with fleet_of_a_domain(tmp_path, ("auth0",)) as fleet:
        driven = DrivenFleet(fleet, tmp_path)
        fleet.write({}, {"auth0": {"sending_domain": OWN}})
        assert driven.run("up", "--yes")[0] == 0
        fleet.forget()
        for domains, sending in (
            ({"mail": {**OWN, "renamed_from": "auth0"}}, "mail"),
            ({"post": {**OWN, "renamed_from": "mail"}}, "post"),
            ({}, {**OWN, "renamed_from": "post"}),
        ):
            fleet.write(domains, {"auth0": {"sending_domain": sending}})
            code, said = driven.run("preview")
            assert code == 1, said
            for command in said.strip().rpartition(": ")[2].split(" && "):
                assert "error:" not in (done := pulumi(driven, command)), done
            code, said = driven.run("up", "--yes")
            assert (code, fleet.writes()) == (0, {"auth0": 0}), said
            assert not re.search(r"\d (?:create|delete)", said), said
        fleet.mails.send("auth0")
        assert users(driven) == 1


def test_a_tenant_moves_to_another_domain(driven: DrivenFleet[FleetOfADomain]) -> None:
    """The old domain stays until the command is done that is said once nobody sends from it, and keeps its name."""
    fleet = driven.fleet
    assert driven.run("up", "--yes")[0] == 0
    fleet.forget()
    fleet.write({"post": MAIL}, dict.fromkeys(NAMES, RENAMED))
    code, said = driven.run("up", "--yes")
    assert (code, fleet.writes()) == (1, NONE), said
    assert "sending_domains.post: is a domain that the stack sending_domain.mail has" in said
    fleet.write({"mail": MAIL, "other": OTHER}, {"auth0": MOVED})
    # of a tenant that is there, and a domain that is not: its state comes along
    code, said = driven.run("preview", "--tenants", "auth0")
    assert (code, fleet.writes()) == (0, NONE), said
    assert "sending_domain.other" not in pulumi(driven, "pulumi stack ls")
    code, said = driven.run("up", "--yes")
    assert code == 0, said
    assert "any more" not in said
    assert (fleet.writes(), users(driven)) == ({"auth0": 1, "logto": 0}, 2)
    fleet.write({"other": OTHER}, dict.fromkeys(NAMES, MOVED))
    code, said = driven.run("up", "--yes")
    assert code == 0, said
    command = "pulumi destroy --remove --stack sending_domain.mail"
    assert "no tenant that sends from it any more" in said
    assert command in said
    assert users(driven) == 2
    assert "removed" in (gone := pulumi(driven, f"{command} --yes")), gone
    assert users(driven) == 1
    for name in NAMES:
        fleet.mails.send(name)
