"""Which stack has a sending domain, and which one is to have it: never two, and none that would take it down."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from support.asked_cli import AskedCli, asked_cli
from tenant_email.errors import InvalidSettings
from tenant_email.fleet.stack_config import Unit
from tenant_email.fleet.stacks import Operation

if TYPE_CHECKING:
    from pathlib import Path

ACME, MAIL, POST = Unit(tenant="acme"), Unit(sending_domain="mail"), Unit(sending_domain="post")
IN_IRELAND, IN_VIRGINIA = "aws-ses/eu-west-1/mail.acme.com", "aws-ses/us-east-1/mail.acme.com"
OWN, SHARED = "tenants.acme.email.sending_domain", "sending_domains.post"
BACK = "Have the file say of {} what it said before: it keeps its domain."
KIND = "tenant-email:index:SesSendingDomain"
HAS = "is a domain that the stack {} has, which would take it down in SES and in DNS"


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AskedCli:
    """Notes what the CLI is asked, in the project's folder."""
    found = asked_cli(tmp_path, monkeypatch)
    monkeypatch.chdir(found.project)
    return found


def domain(**more: Any) -> dict[str, Any]:
    """Returns the sending domain of the example, as somebody may write it too."""
    return {"domain": "MAIL.acme.com.", "region": "eu-west-1", **more}


def have(cli: AskedCli, shared: dict[str, dict[str, Any]], sending: Any) -> None:
    """Has the file say of its domains, and of the one of the tenant acme."""
    acme = cli.fleet.tenants["acme"]
    tenant = replace(acme, email={**acme.email, "sending_domain": sending})
    cli.fleet = replace(cli.fleet, tenants={"acme": tenant}, sending_domains=shared)


def holds(cli: AskedCli, states: dict[str, dict[str, str]]) -> None:
    """Has stacks hold identities, by id the name of the component that has each."""
    dynamic = "pulumi-python:dynamic/tenant-email:SesDomainIdentity"
    found = {
        stack: [
            {"type": each, "id": id_, "parent": f"urn:pulumi:{stack}::lab::{KIND}::{name}", "urn": f"x::{name}"}
            for id_, name in held.items()
            for each in (dynamic, "aws:ses/x:X")
        ]
        for stack, held in states.items()
    }
    cli.patch.setenv("STATES_HELD", json.dumps({k: {"deployment": {"resources": v}} for k, v in found.items()}))


def looked_at(cli: AskedCli) -> list[str]:
    """Returns the stacks whose states were looked at."""
    return [each["words"][3] for each in cli.asked() if each["words"][1] == "export"]


@pytest.mark.parametrize(
    ("held", "second", "is_same"),
    [
        (IN_IRELAND, None, True),
        (IN_VIRGINIA, None, False),
        (IN_VIRGINIA, "us-east-1", True),
        ("aws-ses/eu-west-1/acme.com", None, False),
        (f"{IN_IRELAND}/settings", None, False),
    ],
)
@pytest.mark.parametrize("is_own", [False, True], ids=["shared", "own"])
def test_a_domain_of_another_name(cli: AskedCli, held: str, second: str | None, *, is_same: bool, is_own: bool) -> None:
    """Two stacks would have one identity: to take the old one down, as is told, would take down all mail from it."""
    given = domain(second_region={"region": second}) if second else domain()
    have(cli, {} if is_own else {"post": given}, given if is_own else "post")
    holds(cli, {MAIL.stack: {held: "mail"}})
    said = f"{OWN if is_own else SHARED}: {HAS.format(MAIL.stack)}"
    with (
        pytest.raises(InvalidSettings, match=said) if is_same else nullcontext(),
        cli.opened(ACME if is_own else POST, there=["dev", MAIL.stack]),
    ):
        pass
    assert looked_at(cli) == [MAIL.stack]


def remedy(cli: AskedCli, unit: Unit, *there: str) -> str:
    """Returns what is to be done about the domain of a stack."""
    with pytest.raises(InvalidSettings) as refused, cli.opened(unit, there=there):
        pass
    (problem,) = refused.value.problems
    return problem.remedy


def test_how_a_shared_domain_gets_another_name(cli: AskedCli) -> None:
    """Its stack gets one too."""
    have(cli, {"post": domain()}, "post")
    holds(cli, {MAIL.stack: {IN_IRELAND: "mail"}})
    rename = "pulumi stack rename sending_domain.post --stack sending_domain.mail"
    assert remedy(cli, POST, MAIL.stack) == (
        f"{BACK.format(MAIL.stack)} Or set {SHARED}.renamed_from to mail, and move it: {rename}"
    )
    have(cli, {"post": domain(renamed_from="mail")}, "post")
    assert remedy(cli, POST, MAIL.stack) == f"Its renamed_from says so: move its state there too: {rename}"


def test_how_a_tenants_domain_becomes_shared(cli: AskedCli) -> None:
    """Its state is moved to a new stack, both regions; into one that has another domain it cannot be."""
    second = {"region": "us-east-1", "mail_from": "bounce-us"}
    have(cli, {"post": domain(second_region=second)}, "post")
    holds(cli, {"acme": {IN_IRELAND: "acme", IN_VIRGINIA: "acme-us-east-1"}, POST.stack: {"aws-ses/x/b.org": "post"}})
    urns = " ".join(f"urn:pulumi:acme::lab::{KIND}::{name}" for name in ("acme", "acme-us-east-1"))
    assert remedy(cli, POST, "acme") == (
        f"{BACK.format('acme')} Or set {SHARED}.renamed_from to acme, and move it: pulumi stack init {POST.stack} "
        f"--no-select && pulumi state move {urns} --yes --source acme --dest {POST.stack}"
    )
    assert looked_at(cli) == ["acme"]
    assert remedy(cli, POST, "acme", POST.stack) == BACK.format("acme")


def test_how_a_shared_domain_becomes_a_tenants(cli: AskedCli) -> None:
    """The tenant's stack is there, and has a default provider, as the other one has."""
    have(cli, {}, domain())
    holds(cli, {MAIL.stack: {IN_IRELAND: "mail"}})
    begun = f"urn:pulumi:{MAIL.stack}::lab::"
    urn, provider = f"{begun}{KIND}::mail", f"{begun}pulumi:providers:pulumi-python::default"
    assert remedy(cli, ACME, "acme", MAIL.stack) == (
        f"{BACK.format(MAIL.stack)} Or set {OWN}.renamed_from to mail, and move it: pulumi state rename {provider} "
        f"default_moved --yes --stack {MAIL.stack} && "
        f"pulumi state move {urn} --yes --source {MAIL.stack} --dest acme"
    )


@pytest.mark.parametrize("there", [("acme",), ("acme", POST.stack)], ids=["new", "of another domain before"])
def test_a_domain_that_a_tenant_had_for_itself(cli: AskedCli, there: tuple[str, ...]) -> None:
    """It is refused before anything is done; once the shared stack has it the tenants are not looked at."""
    have(cli, {"post": domain()}, "post")
    holds(cli, {"acme": {IN_IRELAND: "acme"}, POST.stack: {"aws-ses/eu-west-1/b.org": "post"}})
    with pytest.raises(InvalidSettings, match=f"{SHARED}: {HAS.format('acme')}"), cli.opened(POST, ACME, there=there):
        pass
    holds(cli, {POST.stack: {IN_IRELAND: "post"}})
    before = len(looked_at(cli))
    with cli.opened(POST, ACME, there=["acme", POST.stack]):
        pass
    assert looked_at(cli)[before:] == [POST.stack]


@pytest.mark.parametrize("operation", [Operation.PREVIEW, Operation.UP, Operation.DESTROY])
def test_a_tenant_alone_that_has_a_shared_domain(cli: AskedCli, operation: Operation) -> None:
    """Without its domain's stack, as with --tenants-only, the tenant's own is looked at."""
    have(cli, {"post": domain()}, "post")
    holds(cli, {"acme": {IN_IRELAND: "acme"}})
    with pytest.raises(InvalidSettings, match=f"{SHARED}: {HAS.format('acme')}"):
        cli.run(operation, ACME, there=["acme", POST.stack])
    assert {each["words"][1] for each in cli.asked()} == {"export"}


def test_a_domain_that_was_moved(cli: AskedCli) -> None:
    """Without its old name it would be taken down, and made anew."""
    holds(cli, {"acme": {IN_IRELAND: "mail", IN_VIRGINIA: "mail-us-east-1"}})
    second = {"region": "us-east-1", "mail_from": "bounce-us"}
    have(cli, {}, domain(second_region=second))
    with pytest.raises(InvalidSettings, match=f"{OWN}: is called mail in the state of the stack acme") as refused:
        cli.run(Operation.UP, ACME)
    assert refused.value.problems[0].remedy == "Set its renamed_from to mail."
    have(cli, {}, domain(second_region=second, renamed_from="mail"))
    assert [each["words"][0] for each in cli.run(Operation.UP, ACME)] == ["up"]


def test_one_domain_in_two_accounts(cli: AskedCli) -> None:
    """Each of the two stacks goes on as it is; a third one that has the domain is still refused."""
    have(cli, {"mail": domain(profile="a"), "post": domain(profile="b")}, "mail")
    other = replace(cli.fleet.tenants["acme"], name="other", email={"sending_domain": "post"})
    cli.fleet = replace(cli.fleet, tenants={**cli.fleet.tenants, "other": other})
    there = [MAIL.stack, POST.stack, "acme"]
    holds(cli, {MAIL.stack: {IN_IRELAND: "mail"}, POST.stack: {IN_IRELAND: "post"}})
    assert [each["words"][0] for each in cli.run(Operation.UP, MAIL, POST, there=there)] == ["up", "up"]
    holds(cli, {"acme": {IN_IRELAND: "acme"}})
    with pytest.raises(InvalidSettings, match=HAS.format("acme")):
        cli.run(Operation.UP, ACME, there=there)


def test_a_domain_of_a_tenants_own(cli: AskedCli) -> None:
    """The state of its stack is looked at in its turn, and not those of all such tenants before each run."""
    have(cli, {}, domain())
    holds(cli, {"acme": {IN_IRELAND: "acme"}})
    cli.run(Operation.UP, ACME, there=["acme"])
    assert looked_at(cli) == ["acme"]


def test_a_fleet_without_a_domain(cli: AskedCli) -> None:
    """No state is looked at."""
    have(cli, {}, None)
    cli.run(Operation.UP, ACME)
    assert looked_at(cli) == []
