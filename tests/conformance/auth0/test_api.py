"""Each call of the Management API: what is sent, what an answer means, and what is left when a template goes."""

from __future__ import annotations

import socket
from dataclasses import replace
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

import pytest

from support.auth0_client import AUTH0, Wire, desired, desired_template
from support.raw_server import raw_server
from tenant_email.errors import Conflict, InvalidSettings, NotFound, Problem, Rejected, Unavailable, UnexpectedAnswer
from tenant_email.input_diff import InputDiff
from tenant_email.inputs.tenant_objects import ProviderInputs
from tenant_email.net.client import Client, Token
from tenant_email.platforms.auth0.dialect import Auth0Dialect
from tenant_email.platforms.auth0.login import login
from tenant_email.platforms.base import LiveProvider
from tenant_email.redaction.secrets import Secret
from tenant_email.template_record import TemplateRecord
from tenant_email.tenants.connections import Connection
from tenant_email.timing import Timing
from tenant_email_local.emulators.server import Fault

if TYPE_CHECKING:
    from tenant_email_local.emulators.auth0 import Auth0Emulator

KEY = Secret("canary-api-key")
SENDGRID: dict[str, Any] = {"kind": "auth0.sendgrid", "api_key": KEY.reveal()}
WELCOME: dict[str, Any] = {
    "kind": "auth0.template",
    "template": "welcome_email",
    "subject": "Hi",
    "body": "<p>Hi</p>",
    "syntax": "liquid",
    "enabled": True,
}
STORED = {name: value for name, value in WELCOME.items() if name != "kind"} | {"from": ""}
BEFORE = {**STORED, "subject": "Old"}
EDITED = {**STORED, "subject": "X"}
ENABLED = InputDiff(fields=frozenset({"enabled"}))


def answer(status: str, body: str) -> bytes:
    """Returns an answer in JSON."""
    head = "Content-Type: application/json\r\nConnection: close"
    return f"HTTP/1.1 {status}\r\n{head}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()


def connection(url: str, **more: Any) -> Connection:
    """Returns a tenant at an address."""
    usual: dict[str, Any] = {"plain": {"clientId": "app"}, "secret": {"clientSecret": Secret("canary-client-secret")}}
    return Connection("main", "auth0", url, "acme.eu.auth0.com", **{**usual, **more})


@pytest.mark.parametrize(("lifetime", "until"), [('"expires_in": 600, ', 1540), ("", 87340)])
def test_a_login_is_for_this_tenants_api(lifetime: str, until: float) -> None:
    """By client credentials; a token that names no lifetime has the usual one, of a day."""
    token = f'{{{lifetime}"access_token": "canary", "token_type": "Bearer"}}'
    with raw_server(lambda: [answer("200 OK", token)]) as server:
        place = connection(server.url)
        client = Client("it", server.url, Auth0Dialect(), lambda _: Token(KEY, 0), timing=Timing(clock=lambda: 1000))
        found, audience = login(place)(client), f"{server.url}/api/v2/".encode()
    assert (found.value.reveal(), found.until) == ("canary", until)
    assert server.requests[0].startswith(b"POST /oauth/token HTTP/1.1\r\n")
    assert server.requests[0].endswith(
        b'{"grant_type":"client_credentials","client_id":"app","client_secret":"canary-client-secret",'
        b'"audience":"' + audience + b'"}'
    )


def test_without_credentials_nothing_is_sent() -> None:
    """What is missing is reported instead."""
    missing = (Problem("clientSecret", "is missing"),)
    with raw_server(lambda: [answer("200 OK", "{}")]) as server:
        api = AUTH0.open(connection(server.url, missing=missing), lambda _: None)
        with pytest.raises(InvalidSettings, match=r"acme\.eu\.auth0\.com: clientSecret: is missing"):
            api.read_provider()
    assert server.requests == []


@pytest.mark.parametrize(
    ("body", "read"),
    [
        (None, ("", "")),
        ([], ("", "")),
        ({"statusCode": 400, "errorCode": "bad", "message": "no"}, ("bad", "no")),
        ({"statusCode": 400}, ("", "")),
        ({"error": "access_denied", "error_description": "no"}, ("access_denied", "no")),
        ({"message": "no"}, ("", "")),
    ],
)
def test_a_refusal_is_read(body: Any, read: tuple[str, str]) -> None:
    """The Management API's own words, and those of OAuth."""
    assert Auth0Dialect().read_error(400, body) == read


@pytest.mark.parametrize(
    ("body", "own"),
    [({"statusCode": 400}, True), ({"statusCode": 401}, False), ({}, False), ([], False), (None, False)],
)
def test_a_refusal_of_the_api_repeats_its_status(body: Any, own: bool) -> None:
    """What does not is someone else's, whatever its shape."""
    assert Auth0Dialect().is_own(400, body) is own


def test_a_remedy_goes_by_the_status_too() -> None:
    """Where no code says more."""
    remedies = [Auth0Dialect().remedy("GET /x", status, "", "") for status in (401, 403, 409, 429)]
    assert all(remedies)
    assert len(set(remedies)) == 4


def test_a_refusal_of_credentials_is_reported_for_their_kind(wire: Wire) -> None:
    """The kind goes along with the write."""
    wrong = {"kind": "auth0.other", "name": "smtp", "credentials": {"smtp_host": "a.example"}}
    with pytest.raises(Rejected) as whole:
        wire.api.create_provider(
            ProviderInputs({**wrong, "credentials": {"smtp_host": Secret("a.example")}}, enabled=True)
        )
    with pytest.raises(Rejected) as reduced:
        wire.api.create_provider(ProviderInputs({"kind": "auth0.smtp", "host": "a.example"}, enabled=True))
    assert len(reduced.value.text) < len(whole.value.text)


def test_a_provider_comes_and_goes(wire: Wire, tenant: Auth0Emulator) -> None:
    """Absent is None, a second creation is a conflict, all of it is read, and what is gone may be deleted."""
    assert wire.api.read_provider() is None
    made = wire.create(SENDGRID, from_address="a@b.example")
    assert (made.written_names, made.inputs.from_address) == (None, "a@b.example")
    with pytest.raises(Conflict):
        wire.create(SENDGRID)
    read = wire.api.read_provider()
    assert read is not None
    assert read.attributes == made.attributes
    wire.api.delete_provider(read)
    assert tenant.state.provider is None
    wire.api.delete_provider(read)
    with pytest.raises(NotFound):
        wire.api.update_provider(desired(SENDGRID), ENABLED, None, {})


def test_a_deletion_may_find_nothing() -> None:
    """Should the API say so one day, in place of its 204, that is done too."""
    token = answer("200 OK", '{"access_token": "canary", "token_type": "Bearer"}')
    gone = answer("404 Not Found", '{"statusCode": 404, "errorCode": "inexistent_email_provider"}')
    answers = chain([token], repeat(gone))
    with raw_server(lambda: [next(answers)]) as server:
        AUTH0.open(connection(server.url), lambda _: None).delete_provider(LiveProvider(ProviderInputs({}), {}))
    assert len(server.requests) == 2


def test_a_bucket_is_waited_for_and_named(tenant: Auth0Emulator) -> None:
    """The documented ones, by the time that the client was given, and said where it was told to."""
    slept, said = list[float](), list[str]()
    place = connection(tenant.url, secret={"clientSecret": Secret(tenant.client.client_secret)})
    place = replace(place, plain={"clientId": tenant.client.client_id})
    headers = {"x-ratelimit-limit": "10", "x-ratelimit-remaining": "0", "Retry-After": "5"}
    tenant.inject(Fault("GET", status=429, headers=headers))
    assert AUTH0.open(place, said.append, Timing(sleep=slept.append)).read_provider() is None
    assert [round(seconds) for seconds in slept] == [5]
    assert [line.startswith("auth0 acme.eu.auth0.com: ") and "rate limit reached" not in line for line in said] == [
        True
    ]


def test_a_change_says_what_it_sent(wire: Wire) -> None:
    """Its fields, so that the rest counts as before; and what looks before the write may forbid it."""
    wire.create(SENDGRID)
    made = wire.api.update_provider(desired(SENDGRID, enabled=False), ENABLED, None, {})
    assert (made.written_names, made.inputs.enabled) == (frozenset({"enabled"}), False)
    assert wire.api.update_provider(desired(SENDGRID), None, None, {}).written_names is None

    def forbid() -> None:
        raise InvalidSettings("it", ())

    wire.tenant.reset_calls()
    with pytest.raises(InvalidSettings):
        wire.api.update_provider(desired(SENDGRID), ENABLED, None, {}, forbid)
    assert wire.tenant.calls == []


@pytest.mark.parametrize(("method", "status"), [("create_provider", "201 Created"), ("update_provider", "200 OK")])
def test_an_answer_about_another_provider_is_none(method: str, status: str) -> None:
    """Of a write that names the provider."""
    token = answer("200 OK", '{"access_token": "canary", "token_type": "Bearer"}')
    other = answer(status, '{"name": "smtp", "enabled": true, "credentials": {}}')
    answers = chain([token], repeat(other))
    more: tuple[Any, ...] = (None, None, {}) if method == "update_provider" else ()
    with raw_server(lambda: [next(answers)]) as server:
        api = AUTH0.open(connection(server.url), lambda _: None, Timing(sleep=lambda _: None))
        with pytest.raises(UnexpectedAnswer, match="about another object"):
            getattr(api, method)(desired(SENDGRID), *more)


@pytest.mark.parametrize(("change", "tries"), [(None, True), (InputDiff(credentials=True), True), (ENABLED, False)])
def test_a_server_is_tried_where_credentials_go(wire: Wire, change: InputDiff | None, tries: bool) -> None:
    """Before the write, and only when the write has any; without the option never."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    smtp = {"kind": "auth0.smtp", "host": "127.0.0.1", "port": port, "username": "u", "password": "canary-password"}
    wire.create(smtp)
    wire.tenant.reset_calls()
    if tries:
        with pytest.raises((InvalidSettings, Unavailable), match=r"auth0 acme\.eu\.auth0\.com: preflight"):
            wire.api.update_provider(desired(smtp, preflight="connect"), change, None, {})
        assert wire.tenant.calls == []
    else:
        wire.api.update_provider(desired(smtp, preflight="connect"), change, None, {})
    wire.api.update_provider(desired(smtp, preflight="off"), change, None, {})


def test_a_template_comes_and_changes(wire: Wire, tenant: Auth0Emulator) -> None:
    """Absent is None, a second creation is a conflict, a change sends what changed and says so."""
    assert wire.api.read_template(WELCOME) is None
    made = wire.api.create_template(desired_template(WELCOME))
    assert (made.written_names, made.attributes["subject"]) == (None, "Hi")
    with pytest.raises(Conflict):
        wire.api.create_template(desired_template(WELCOME))
    read = wire.api.read_template(WELCOME)
    assert read is not None
    assert read.inputs == made.inputs
    change = InputDiff(settings=frozenset({"subject"}))
    new = wire.api.update_template(desired_template({**WELCOME, "subject": "New"}), change, None)
    assert (new.written_names, new.attributes["subject"], wire.sent) == (
        frozenset({"subject"}),
        "New",
        {"subject": "New"},
    )
    assert tenant.state.templates["welcome_email"]["subject"] == "New"


RETIRED: list[tuple[str, TemplateRecord, dict[str, Any] | None, tuple[str, ...], dict[str, Any] | None, int]] = [
    # policy, what is recorded, what is there; what it returns, what is left, and the calls
    ("disable", TemplateRecord(None, STORED, STORED), STORED, (), {**STORED, "enabled": False}, 1),
    ("disable", TemplateRecord(None, None, STORED), EDITED, (), {**EDITED, "enabled": False}, 1),
    ("disable", TemplateRecord(None, STORED, STORED), EDITED, ("subject",), EDITED, 2),
    ("disable", TemplateRecord(None, STORED, {**STORED, "enabled": False}), {**EDITED, "enabled": False},
     ("subject",), {**EDITED, "enabled": False}, 1),
    ("disable", TemplateRecord(None, STORED, {}), EDITED, ("subject",), EDITED, 2),
    ("disable", TemplateRecord(None, {**STORED, "enabled": False}, STORED), STORED, (), STORED, 0),
    ("disable", TemplateRecord(None, STORED, STORED), None, (), None, 1),
    ("disable", TemplateRecord(BEFORE, STORED, STORED), STORED, (), {**STORED, "enabled": False}, 1),
    ("restore", TemplateRecord(None, STORED, STORED), STORED, (), {**STORED, "enabled": False}, 1),
    ("restore", TemplateRecord(BEFORE, STORED, STORED), STORED, (), BEFORE, 2),
    ("restore", TemplateRecord(BEFORE, None, STORED), EDITED, (), BEFORE, 1),
    ("restore", TemplateRecord(BEFORE, STORED, STORED), EDITED, ("subject",), EDITED, 1),
    ("restore", TemplateRecord(BEFORE, STORED, STORED), None, ("it is gone",), None, 1),
    ("restore", TemplateRecord(BEFORE, None, STORED), None, (), None, 1),
]  # fmt: skip


@pytest.mark.parametrize(("policy", "record", "there", "changed", "left", "calls"), RETIRED)
def test_what_is_left_of_a_template(
    wire: Wire,
    tenant: Auth0Emulator,
    *,
    policy: Any,
    record: TemplateRecord,
    there: dict[str, Any] | None,
    changed: tuple[str, ...],
    left: dict[str, Any] | None,
    calls: int,
) -> None:
    """Disabled, or as it was before it was adopted; one that someone changed since is left, and enabled."""
    wire.api.read_provider()
    tenant.state.templates.update({"welcome_email": dict(there)} if there else {})
    tenant.reset_calls()
    assert wire.api.retire_template(WELCOME, policy, record) == changed
    assert tenant.state.templates.get("welcome_email") == left
    assert len(tenant.calls) == calls
