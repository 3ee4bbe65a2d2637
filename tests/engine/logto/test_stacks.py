"""The two stacks, as a user copies them, on one machine: AWS, DNS, mail and a tenant."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

import pytest

from support.engines import engine_params
from support.lab import DOMAIN, Lab
from support.logto import CONNECTORS, Tenant
from tenant_email_local.machine import PASSWORDS, LocalMachine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.engines import Engine
    from tenant_email_local.emulators.logto import LogtoEmulator

CODE = {"email": "ada@customer.example"}


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[LocalMachine]:
    """Runs a machine with a Logto tenant."""
    with LocalMachine(tmp_path / "machine", platforms=("logto",)) as running:
        yield running


@pytest.fixture(params=engine_params())
def lab(request: pytest.FixtureRequest, machine: LocalMachine, tmp_path: Path) -> Lab:
    """Makes an empty project for each engine."""
    return Lab.make(machine, tmp_path, request.param)


def tenant(lab: Lab) -> Tenant:
    """Returns a plain client of the machine's tenant."""
    return Tenant(cast("LogtoEmulator", lab.machine.tenants["logto"]))


def opened(lab: Lab, stack: str, **config: str) -> Engine:
    """Opens a copy of a stack with the commands of its README."""
    lab.copy(stack)
    engine = lab.open()
    lab.configure(engine, stack, **config)
    return engine


def test_the_ses_stack_comes_up_sends_mail_and_goes_away(lab: Lab) -> None:
    """Everything is made in one up, with ses:SendEmail alone; a code arrives; destroy leaves nothing."""
    lab.machine.aws.create_zone(DOMAIN)
    engine = opened(lab, "logto_ses", domain=DOMAIN, fromAddress=f"no-reply@{DOMAIN}")
    up = engine.up()
    assert up.ok, up.text
    statement = json.loads(up.outputs["policy"])["Statement"]
    assert [entry["Action"] for entry in statement] == [["ses:SendEmail"]]
    assert tenant(lab).call("POST", "/api/verification-codes", CODE).status == 204
    (mail,) = lab.machine.smtp.inbox.wait_for(1)
    assert mail.message["From"] == f"no-reply@{DOMAIN}"
    assert engine.up().operations == {}
    gone = engine.destroy()
    assert gone.ok, gone.text
    assert tenant(lab).call("GET", CONNECTORS).document == []


def test_the_smtp_stack_tests_before_it_writes(lab: Lab) -> None:
    """A test email goes out first; then a code arrives through the stored connector."""
    (username, password), *_ = PASSWORDS.items()
    settings = {"host": "smtp.acme.example", "username": username, "password": password}
    engine = opened(lab, "logto_smtp", **settings, fromAddress=f"no-reply@{DOMAIN}", testRecipient="ops@acme.example")
    up = engine.up()
    assert up.ok, up.text
    assert tenant(lab).call("POST", "/api/verification-codes", CODE).status == 204
    mails = lab.machine.smtp.inbox.wait_for(2)
    assert [mail.rcpt_to for mail in mails] == [("ops@acme.example",), ("ada@customer.example",)]
    assert {mail.username for mail in mails} == {username}


def test_changed_templates_cost_a_look_and_a_write_each(lab: Lab) -> None:
    """Of three templates two change: a login and these calls, and nothing of the connector."""
    program = """
from tenant_email import EmailTemplate, logto
for number, language in enumerate(("de", "fr", "es")):
    EmailTemplate(language, settings=logto.Template(
        language=language, type="SignIn", subject=SUBJECTS[number], content="<p>{{code}}</p>"))
"""
    lab.write("SUBJECTS = ['a', 'b', 'c']\n" + program)
    engine = lab.open()
    assert engine.up().ok
    lab.write("SUBJECTS = ['A', 'B', 'c']\n" + program)
    tenant(lab).calls()
    changed = engine.up()
    assert changed.operations == {"de": "update", "fr": "update"}
    each = ["GET /api/email-templates", "PUT /api/email-templates"]
    assert sorted(tenant(lab).calls()) == sorted(["POST /oidc/token", *each, *each])
    assert engine.destroy().ok
    assert tenant(lab).emulator.state.templates == []
