"""A connector through its life, on whole programs: what is called, how often, and what is left in the tenant."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from support.logto import CANARY, CONNECTORS, creation

if TYPE_CHECKING:
    from support.logto import Program, Tenant

TOKEN = "POST /oidc/token"


def smtp(options: str = "", **settings: object) -> str:
    """Returns a program with one SMTP connector; None leaves a setting out."""
    usual = {"host": "127.0.0.1", "port": 2525, "username": "mailer", "password": CANARY}
    given = {name: value for name, value in (usual | settings).items() if value is not None}
    arguments = ", ".join(f"{name}={value!r}" for name, value in given.items())
    return (
        f"settings = logto.Smtp({arguments})\n"
        f"mail = EmailProvider('mail', settings=settings, from_address='noreply@acme.example', {options})\n"
        "pulumi.export('connector', mail.live.apply(lambda live: live['id']))\n"
    )


def test_a_connector_lives_within_its_calls(program: Program, tenant: Tenant) -> None:
    """Create takes three calls, nothing takes none, a change three, a refresh two; destroy leaves nothing."""
    made = program.write(smtp()).engine.up()
    assert tenant.calls() == [TOKEN, f"GET {CONNECTORS}", f"POST {CONNECTORS}"]
    path = f"{CONNECTORS}/{made.outputs['connector']}"
    assert program.engine.up().operations == {}
    assert tenant.calls() == []
    assert program.write(smtp(reply_to="help@acme.example")).engine.up().operations == {"mail": "update"}
    assert tenant.calls() == [TOKEN, f"GET {path}", f"PATCH {path}"]
    assert program.engine.refresh().operations == {}
    assert tenant.calls() == [TOKEN, f"GET {CONNECTORS}"]
    assert program.engine.destroy().operations == {"mail": "delete"}
    assert tenant.call("GET", CONNECTORS).document == []


def test_a_new_connector_is_stored_whole(program: Program, tenant: Tenant) -> None:
    """The four required texts and the invitation are there, the sender, the login, and no secret in the state."""
    made = program.write(smtp()).engine.up()
    config = tenant.connector()["config"]
    assert config["auth"] == {"type": "login", "user": "mailer", "pass": CANARY}
    assert {text["usageType"] for text in config["templates"]} >= {"Register", "SignIn", "ForgotPassword", "Generic"}
    assert CANARY not in json.dumps(program.engine.export()) + made.text


def test_an_omitted_password_is_kept(program: Program, tenant: Tenant) -> None:
    """The stored password is read just before the write, in three calls, and sent back as it was."""
    program.write(smtp()).engine.up()
    program.write(smtp(password=None)).engine.up()
    tenant.calls()
    assert program.write(smtp(password=None, reply_to="help@acme.example")).engine.up().ok
    assert len(tenant.calls()) == 3
    assert tenant.connector()["config"]["auth"]["pass"] == CANARY


def test_an_omitted_password_never_goes_to_another_host(program: Program, tenant: Tenant) -> None:
    """A preview refuses another host without the password, and names both."""
    program.write(smtp()).engine.up()
    tenant.calls()
    refused = program.write(smtp(password=None, host="127.0.0.9")).engine.preview()
    assert not refused.ok
    assert "host from 127.0.0.1 to 127.0.0.9 without the password" in refused.text
    assert tenant.calls() == []


def test_options_that_are_not_given_stay(program: Program, tenant: Tenant) -> None:
    """An adopted connector keeps texts and headers that the program does not name, also after later changes."""
    given = creation(customHeaders={"X-Team": "a"}, templates=[*creation()["config"]["templates"]])
    tenant.call("POST", CONNECTORS, given)
    id_ = tenant.connector()["id"]
    assert program.write(smtp("on_existing='adopt'", reply_to="help@acme.example")).engine.up().ok
    assert program.write(smtp("on_existing='adopt'", reply_to="us@acme.example")).engine.up().ok
    now = tenant.connector()
    assert (now["id"], now["config"]["replyTo"]) == (id_, "us@acme.example")
    assert now["config"]["customHeaders"] == {"X-Team": "a"}
    assert now["config"]["templates"][0]["subject"] == "Code"


def test_an_option_taken_away_is_taken_away(program: Program, tenant: Tenant) -> None:
    """What the program named before and no longer names is gone from the tenant."""
    program.write(smtp(reply_to="help@acme.example")).engine.up()
    program.write(smtp()).engine.up()
    assert "replyTo" not in tenant.connector()["config"]


def test_a_secret_changed_by_someone_else_shows(program: Program, tenant: Tenant) -> None:
    """Logto shows secrets, so a refresh sees the change, and the next up puts it right."""
    program.write(smtp()).engine.up()
    row = tenant.emulator.state.connectors[0]
    row.config["auth"]["pass"] = "canary-someone-elses"
    assert program.engine.refresh().operations == {"mail": "update"}
    assert program.engine.up().operations == {"mail": "update"}
    assert tenant.connector()["config"]["auth"]["pass"] == CANARY


def test_another_factory_replaces_and_says_so(program: Program, tenant: Tenant) -> None:
    """The preview names the id that will be lost; the update looks, and is one POST."""
    made = program.write(smtp()).engine.up()
    http = "EmailProvider('mail', settings=logto.Http(endpoint='https://hooks.acme.example/mail'))"
    assert made.outputs["connector"] in program.write(http).engine.preview().text
    tenant.calls()
    assert program.engine.up().operations == {"mail": "update"}
    assert tenant.calls() == [TOKEN, f"GET {CONNECTORS}", f"POST {CONNECTORS}"]
    assert tenant.connector()["connectorId"] == "http-email"
