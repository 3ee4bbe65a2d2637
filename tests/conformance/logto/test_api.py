"""Each call of the Management API: what is sent, what an answer means, and what a write would take away."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest

from support.logto import CONNECTORS, SMTP
from support.raw_server import raw_server
from tenant_email.errors import (
    AlreadyConfigured,
    Conflict,
    Forbidden,
    InvalidSettings,
    NotFound,
    PlatformError,
    Problem,
    UnexpectedAnswer,
)
from tenant_email.input_diff import InputDiff
from tenant_email.inputs.model import parse
from tenant_email.inputs.tenant_objects import ProviderInputs
from tenant_email.net.client import Client, Token
from tenant_email.platforms.logto.api import Logto
from tenant_email.platforms.logto.dialect import LogtoDialect
from tenant_email.platforms.logto.login import login, resource
from tenant_email.platforms.logto.models import TRANSPORTS
from tenant_email.redaction.secrets import Secret
from tenant_email.tenants.connections import Connection
from tenant_email.timing import Timing
from tenant_email_local.emulators.logto import Row
from tenant_email_local.emulators.server import Fault

if TYPE_CHECKING:
    from support.logto_site import Site

HOOK: dict[str, Any] = {"kind": "logto.http", "endpoint": "https://hooks.acme.example/mail"}
SENDGRID: dict[str, Any] = {"kind": "logto.sendgrid", "api_key": "canary-api-key"}
RELAY: dict[str, Any] = {"kind": "logto.smtp_anonymous", "host": "smtp.acme.example", "port": 587}
EXPERIENCE = "/api/sign-in-exp"


def answer(body: str) -> bytes:
    """Returns an answer in JSON."""
    head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close"
    return f"{head}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()


def connection(url: str, **more: Any) -> Connection:
    """Returns a tenant at an address."""
    plain, secret = {"appId": "management"}, {"appSecret": Secret("canary-app-secret")}
    return Connection("main", "logto", url, "acme.example", plain=plain, secret=secret, **more)


@pytest.fixture
def said() -> list[str]:
    """Holds what was announced."""
    return []


@pytest.fixture
def api(site: Site, said: list[str]) -> Logto:
    """The package's client of a fresh tenant."""
    return Logto(connection(site.emulator.url), said.append, Timing(sleep=lambda _: None))


def desired(settings: dict[str, Any], **top: Any) -> ProviderInputs:
    """Returns valid inputs as the lifecycles hold them."""
    values, problems = parse(TRANSPORTS[settings["kind"]], settings)
    assert problems == []
    return ProviderInputs(values.to_props(), enabled=True, **{"from_address": "a@acme.example", **top})


@pytest.mark.parametrize(
    ("document", "until"),
    [
        ('{"access_token": "canary", "token_type": "Bearer", "scope": "other all", "expires_in": 600}', 1540),
        ('{"access_token": "canary", "token_type": "Bearer", "scope": "all"}', 4540),
        ('{"access_token": "canary", "token_type": "Bearer", "scope": "small"}', None),
        ('{"access_token": "canary", "token_type": "Bearer"}', None),
    ],
)
def test_a_login_is_for_all_of_the_api(document: str, until: float | None) -> None:
    """A token without the scope, which Logto gives in silence, is refused; one without a lifetime has an hour."""
    with raw_server(lambda: [answer(document)]) as server:
        client = Client(
            "it", server.url, LogtoDialect(), lambda _: Token(Secret("x"), 0), timing=Timing(clock=lambda: 1000)
        )
        if until is None:
            with pytest.raises(Forbidden, match="application management") as caught:
                login(connection(server.url))(client)
            assert caught.value.status == 403
            assert "role" in caught.value.remedy
        else:
            found = login(connection(server.url))(client)
            assert (found.value.reveal(), found.until) == ("canary", until)
    head, _, form = server.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /oidc/token HTTP/1.1\r\n")
    assert parse_qs(form.decode()) == {
        "grant_type": ["client_credentials"],
        "client_id": ["management"],
        "client_secret": ["canary-app-secret"],
        "resource": ["https://default.logto.app/api"],
        "scope": ["all"],
    }


@pytest.mark.parametrize(
    ("host", "wanted"),
    [("acme.logto.app", "https://acme.logto.app/api"), ("auth.acme.com", "https://default.logto.app/api")],
)
def test_the_token_is_for_the_right_api(host: str, wanted: str) -> None:
    """Cloud tenants have an API each; self-hosted ones all the same."""
    assert resource(Connection("main", "logto", f"https://{host}", host)) == wanted


def test_without_credentials_nothing_is_sent() -> None:
    """What is missing is reported instead."""
    with raw_server(lambda: [answer("{}")]) as server:
        place = connection(server.url, missing=(Problem("appSecret", "is missing"),))
        with pytest.raises(InvalidSettings, match="logto acme"):
            Logto(place, lambda _: None).read_provider()
    assert server.requests == []


@pytest.mark.parametrize(
    ("id_", "factory", "what"), [("theirs", "http-email", "id"), ("ours", "sendgrid-email-service", "connectorId")]
)
def test_the_words_of_refusals_are_english(said: list[str], id_: str, factory: str, what: str) -> None:
    """Logto speaks the language that it is asked for; and an answer about another connector is none."""
    token = answer('{"access_token": "canary", "token_type": "Bearer", "scope": "all"}')
    ours = answer('{"id": "ours", "connectorId": "http-email", "type": "Email", "config": {}}')
    other = answer(f'{{"id": "{id_}", "connectorId": "{factory}", "type": "Email", "config": {{}}}}')
    answers = chain([token, ours], repeat(other))
    attributes = {"id": "ours", "factory": "http-email", "settings": HOOK}
    with raw_server(lambda: [next(answers)]) as server:
        api = Logto(connection(server.url), said.append, Timing(sleep=lambda _: None))
        with pytest.raises(UnexpectedAnswer, match=rf"another object \({what}\)"):
            api.update_provider(desired(HOOK), InputDiff(settings=frozenset({"endpoint"})), None, attributes)
    assert all(b"\r\nAccept-Language: en\r\n" in request for request in server.requests)
    assert server.requests[-1].startswith(b"PATCH /api/connectors/ours HTTP/1.1\r\n")


def test_a_connector_comes_and_goes(site: Site, api: Logto, said: list[str]) -> None:
    """Absent is None; a second creation would delete it, so that it is a conflict; what is gone may be deleted."""
    site.emulator.state.connectors.append(Row("sms", "sms-service", {}))
    assert api.read_provider() is None
    made = api.create_provider(desired(HOOK))
    assert made.inputs.settings["endpoint"] == HOOK["endpoint"]
    assert made.describe() == f"http-email, id {made.id}; nothing in the sign-in experience depends on it"
    site.calls()
    with pytest.raises(Conflict, match=rf"already an email connector \(http-email, id {made.id}; nothing") as caught:
        api.create_provider(desired(HOOK))
    assert caught.value.remedy
    assert site.calls() == [f"GET {CONNECTORS}", f"GET {EXPERIENCE}"]
    read = api.read_provider(made.id)
    assert read is not None
    assert (read.attributes, read.raw) == (made.attributes, made.raw)
    api.delete_provider(read)
    assert api.read_provider(made.id) is None
    api.delete_provider(read)
    assert said == []


def test_who_depends_on_a_connector_is_reported(site: Site, api: Logto, said: list[str]) -> None:
    """Logto deletes it without a word."""
    site.emulator.state.sign_in |= {
        "signUp": {"identifiers": ["email"], "verify": True, "password": True},
        "mfa": {"factors": ["EmailVerificationCode"], "policy": "UserControlled"},
    }
    api.delete_provider(api.create_provider(desired(HOOK)))
    assert len(said) == 1
    assert said[0].startswith("logto acme.example: ")
    assert said[0].endswith(": sign-up by email, MFA by email")


def test_of_several_ours_is_read(site: Site, api: Logto) -> None:
    """They cannot be listed; without ours one odd kind stands for all, and says so."""
    made = api.create_provider(desired(HOOK))
    site.emulator.state.connectors.append(Row("theirs", "http-email", {"endpoint": "https://theirs.example"}))
    found = [api.read_provider(id_) for id_ in (made.id, "theirs", "gone", "")]
    assert [live and live.id for live in found] == [made.id, "theirs", "", ""]
    assert found[2] is not None
    assert "several" in found[2].describe()
    site.emulator.state.connectors.pop(0)
    assert [live and live.id for live in (api.read_provider("theirs"), api.read_provider("gone"))] == ["theirs"] * 2


def test_an_id_is_one_part_of_a_path(site: Site, api: Logto) -> None:
    """Whatever is in it: no slash of it leads to another object."""
    site.emulator.state.connectors += [Row(name, "http-email", {"endpoint": "https://a.example"}) for name in "ab"]
    with pytest.raises(PlatformError, match=r"GET /api/connectors/x%2Fy%3Fz "):
        api.read_provider("x/y?z")


TOKEN = answer('{"access_token": "canary", "token_type": "Bearer", "scope": "all"}')


def row(**more: str) -> dict[str, Any]:
    """Returns a connector as the API shows it."""
    return {"id": "ours", "connectorId": "http-email", "type": "Email", "config": {}, **more}


@pytest.mark.parametrize(
    ("made", "what"),
    [(row(connectorId="sendgrid-email-service"), "connectorId"), (row(type="Sms"), "type")],
)
def test_an_answer_to_a_creation_is_about_what_was_sent(said: list[str], made: dict[str, Any], what: str) -> None:
    """Another factory or another type is nothing of ours."""
    answers = chain([TOKEN, answer("[]")], repeat(answer(json.dumps(made))))
    with raw_server(lambda: [next(answers)]) as server:
        api = Logto(connection(server.url), said.append, Timing(sleep=lambda _: None))
        with pytest.raises(UnexpectedAnswer, match=rf"another object \({what}\)"):
            api.create_provider(desired(HOOK))


def test_of_several_that_are_listed_ours_is_meant(said: list[str]) -> None:
    """Where a tenant lists them all the same; the first one where ours is not among them."""
    rows = [row(id="first"), row(id="sms", type="Sms"), row(id="second")]
    answers = chain([TOKEN], repeat(answer(json.dumps(rows))))
    with raw_server(lambda: [next(answers)]) as server:
        api = Logto(connection(server.url), said.append, Timing(sleep=lambda _: None))
        found = [api.read_provider(id_) for id_ in ("second", "first", "gone", "")]
    assert [live and live.id for live in found] == ["second", "first", "first", "first"]


def test_what_cannot_be_stored_is_not_sent(site: Site, api: Logto) -> None:
    """Logto would take it, and send no mail by it."""
    with pytest.raises(InvalidSettings, match=r"^logto acme\.example: settings\.api_key: is missing"):
        api.create_provider(replace(desired(SENDGRID), settings={"kind": "logto.sendgrid"}))
    assert site.calls() == [f"GET {CONNECTORS}"]


def test_a_wait_is_announced(site: Site, api: Logto, said: list[str]) -> None:
    """With the tenant that asked for it."""
    site.emulator.inject(Fault("GET", status=429))
    assert api.read_provider() is None
    assert [line.startswith("logto acme.example: ") for line in said] == [True]


def recorded(site: Site, api: Logto, settings: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Creates a connector; returns its attributes and forgets the calls."""
    attributes = api.create_provider(desired(settings, **more)).attributes
    site.calls()
    return attributes


def test_a_change_is_a_look_and_a_write(site: Site, api: Logto) -> None:
    """What stays is laid back as it was just read; a state without an id means the one that is there."""
    attributes = recorded(site, api, RELAY)
    change = InputDiff(settings=frozenset({"port"}))
    made = api.update_provider(desired({**RELAY, "port": 25}), change, None, attributes)
    assert site.calls() == [f"GET {CONNECTORS}/{attributes['id']}", f"PATCH {CONNECTORS}/{attributes['id']}"]
    assert (made.id, made.inputs.settings["port"]) == (attributes["id"], 25)
    api.update_provider(desired(RELAY), change, made, made.attributes)
    assert site.calls() == [f"PATCH {CONNECTORS}/{attributes['id']}"]
    bare = {name: value for name, value in attributes.items() if name != "id"}
    for known in (bare, {}):
        api.update_provider(desired(RELAY), change, None, known)
        assert site.calls() == [f"GET {CONNECTORS}", f"PATCH {CONNECTORS}/{attributes['id']}"]


def test_what_is_taken_away_is_gone(site: Site, api: Logto) -> None:
    """Also what no state holds."""
    held = {"reply_to": "help@acme.example", "custom_headers": {"X-Token": "canary"}}
    attributes = recorded(site, api, {**RELAY, **held})
    api.update_provider(desired(RELAY), InputDiff(settings=frozenset(held)), None, attributes)
    assert not {"replyTo", "customHeaders"} & site.stored().keys()


def test_a_creation_without_a_test_looks_once(site: Site, api: Logto) -> None:
    """A test takes its time, so that it is looked again after one."""
    api.create_provider(desired(RELAY, preflight="off"))
    assert site.calls() == [f"GET {CONNECTORS}", f"POST {CONNECTORS}"]


@pytest.mark.parametrize("gone", ["all", "replaced"])
def test_what_is_gone_is_not_written(site: Site, api: Logto, gone: str) -> None:
    """Neither by its id, nor, in a state without one, where another factory is in its place."""
    attributes = recorded(site, api, RELAY)
    site.emulator.state.connectors.clear()
    if gone == "replaced":
        site.emulator.state.connectors.append(Row("theirs", "http-email", {"endpoint": "https://theirs.example"}))
    change = InputDiff(settings=frozenset({"port"}))
    for known, name in ((attributes, attributes["id"]), ({**attributes, "id": ""}, "of this stack")):
        with pytest.raises(NotFound, match=f"connector {name} is gone") as caught:
            api.update_provider(desired(RELAY), change, None, known)
        assert caught.value.remedy
    assert {call.split()[0] for call in site.calls()} == {"GET"}


def test_what_stays_behind_is_reported(site: Site, api: Logto, said: list[str]) -> None:
    """Options that may hold a secret of the old host."""
    held = {**RELAY, "custom_headers": {"a": "b"}, "tls": {"minVersion": "TLSv1.2"}}
    attributes = recorded(site, api, held)
    live = api.read_provider(attributes["id"])
    moved = {**RELAY, "host": "smtp.two.example"}
    api.update_provider(desired(moved), InputDiff(settings=frozenset({"host"})), live, attributes)
    assert [
        line.startswith("logto acme.example: settings.custom_headers and settings.tls are not") for line in said
    ] == [True]
    assert set(site.stored()) & {"tls", "customHeaders"} == set()


def test_another_factory_replaces_ours_alone(site: Site, api: Logto, said: list[str]) -> None:
    """One POST, after a look that nothing else would be deleted by it; that the id is lost is reported."""
    attributes = recorded(site, api, HOOK)
    change = InputDiff(settings=frozenset({"kind"}), kind=True)
    made = api.update_provider(desired(SENDGRID), change, None, attributes)
    assert site.calls() == [f"GET {CONNECTORS}", f"POST {CONNECTORS}"]
    assert made.attributes["factory"] == "sendgrid-email-service"
    assert said == [f"logto acme.example: replacing connector {attributes['id']} (http-email); its id changes"]
    with pytest.raises(NotFound, match=f"connector {attributes['id']} is gone"):
        api.update_provider(desired(HOOK), change, None, attributes | {"factory": "mailgun-email"})
    api.update_provider(desired(HOOK, on_existing="adopt"), change, api.read_provider(made.id), made.attributes)
    assert [row.factory for row in site.emulator.state.connectors] == ["http-email"]


@pytest.mark.parametrize("adopting", [True, False])
def test_another_factory_deletes_no_other_connector(site: Site, api: Logto, adopting: bool) -> None:
    """Of several a POST leaves one; that takes an explicit "adopt"."""
    attributes = recorded(site, api, HOOK)
    site.emulator.state.connectors.append(Row("theirs", SMTP, {}))
    change, inputs = InputDiff(settings=frozenset({"kind"}), kind=True), desired(SENDGRID)
    if adopting:
        api.update_provider(replace(inputs, on_existing="adopt"), change, None, attributes)
        assert len(site.emulator.state.connectors) == 1
    else:
        with pytest.raises(AlreadyConfigured, match="changing the kind would delete these connectors: several"):
            api.update_provider(inputs, change, None, attributes)
        assert len(site.emulator.state.connectors) == 2


@pytest.mark.parametrize("settings", [{**RELAY, "port": 25}, SENDGRID])
def test_a_guard_is_asked_immediately_before_the_write(site: Site, api: Logto, settings: dict[str, Any]) -> None:
    """After everything else, also before a replacement."""
    attributes = recorded(site, api, RELAY)
    asked: list[list[str]] = []

    def guard() -> None:
        asked.append(site.calls())
        raise AlreadyConfigured("no")

    with pytest.raises(AlreadyConfigured):
        api.update_provider(desired(settings), InputDiff(settings=frozenset({"port"})), None, attributes, guard)
    assert len(asked) == 1
    assert site.calls() == []


def test_a_config_that_is_too_large_is_not_sent(site: Site, api: Logto) -> None:
    """It is measured with its factory, as the whole request is."""
    large = {usage: {"subject": "x", "content": "{{code}}" + "x" * 1_100_000} for usage in ("Generic",)}
    usual = {usage: {"subject": "x", "content": "{{code}}"} for usage in ("Register", "SignIn", "ForgotPassword")}
    with pytest.raises(InvalidSettings, match=r"logto acme\.example: settings"):
        api.create_provider(desired({**SENDGRID, "templates": {**usual, **large}}))
    assert {call.split()[0] for call in site.calls()} == {"GET"}
