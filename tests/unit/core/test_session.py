"""What a host process notes about tenants: two platforms at one host are two tenants."""

from __future__ import annotations

from typing import Any

import pytest

from tenant_email.connections import Connection
from tenant_email.errors import InvalidSettings, Unavailable
from tenant_email.operations import session
from tenant_email.secrets import Secret
from tenant_email.timing import Timing
from tenant_email_local.emulators.auth0 import Auth0Emulator
from tenant_email_local.emulators.server import Fault

HOST = "id.acme.example"
AUTH0, LOGTO = (Connection("main", platform, f"https://{HOST}", HOST) for platform in ("auth0", "logto"))


def test_two_platforms_at_one_host_are_noted_apart() -> None:
    """A disabled provider, a claim, the lock of writes and the client are of one platform."""
    session.begin()
    session.note_provider(AUTH0, enabled=False)
    assert (session.provider_is_disabled(AUTH0), session.provider_is_disabled(LOGTO)) == (True, False)
    assert session.writing("auth0", HOST) is session.writing("auth0", HOST)
    assert session.writing("auth0", HOST) is not session.writing("logto", HOST)
    tenants = [session.tenant(each, print) for each in (AUTH0, LOGTO, AUTH0)]
    assert tenants[0] is tenants[2]
    assert type(tenants[0]) is not type(tenants[1])
    session.begin()


@pytest.fixture(autouse=True)
def fresh() -> None:
    """Begins an operation."""
    session.begin()


def test_what_is_claimed_is_claimed_for_the_operation() -> None:
    """A claim is of one id, and gone with the operation."""
    session.claim("auth0/a/email-provider")
    assert session.is_claimed("auth0/a/email-provider")
    assert not session.is_claimed("auth0/b/email-provider")
    session.begin()
    assert not session.is_claimed("auth0/a/email-provider")


def test_a_second_write_to_an_object_is_refused_with_its_id() -> None:
    """In one operation; the next one may write it again."""
    session.write_alone("auth0/a/email-provider")
    session.write_alone("auth0/b/email-provider")
    with pytest.raises(InvalidSettings) as caught:
        session.write_alone("auth0/a/email-provider")
    assert str(caught.value) == (
        "auth0/a/email-provider: another resource of this program manages it too\nKeep one of the two resources."
    )
    session.begin()
    session.write_alone("auth0/a/email-provider")


def test_what_a_resource_gave_up_is_known_to_the_next_one() -> None:
    """Of this operation, and of this id."""
    session.leave("auth0/a/email-provider", {"adopted": True})
    assert session.left("auth0/a/email-provider") == {"adopted": True}
    assert session.left("auth0/b/email-provider") is None
    session.begin()
    assert session.left("auth0/a/email-provider") is None


def test_the_last_word_on_a_provider_counts() -> None:
    """It may be switched on again, and nothing of it is left for the next operation."""
    session.note_provider(AUTH0, enabled=False)
    session.note_provider(AUTH0, enabled=True)
    assert not session.provider_is_disabled(AUTH0)
    session.note_provider(AUTH0, enabled=False)
    session.begin()
    assert not session.provider_is_disabled(AUTH0)


def test_tenants_come_from_config_and_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was configured, and what the process was started with."""
    monkeypatch.setenv("LOGTO_ENDPOINT", "https://shop.logto.example")
    entries = '{"main": {"platform": "auth0", "url": "https://acme.eu.auth0.com"}}'
    try:
        session.configure({"tenant-email:tenants": entries, "aws:profile": "p", "aws:region": "r"}.get)
        assert session.connections().get("main", "auth0").host == "acme.eu.auth0.com"
        assert [session.config(name) for name in ("aws:profile", "aws:region", "aws:else")] == ["p", "r", None]
    finally:
        session.configure(dict[str, Any]().get)
    assert session.connections().get("main", "logto").host == "shop.logto.example"


def test_what_the_config_says_of_aws_is_without_what_is_not_set() -> None:
    """Under the names that AWS has for it; an empty text is as good as none."""
    try:
        session.configure({"aws:profile": "p", "aws:region": ""}.get)
        assert session.aws_config() == {"profile": "p"}
    finally:
        session.configure(dict[str, Any]().get)


def test_the_senders_of_a_tenant_are_noted_for_its_templates() -> None:
    """Of this tenant, and of this operation."""
    session.note_senders(AUTH0, {"domains": ["acme.example"]})
    assert session.senders_of(AUTH0) == {"domains": ["acme.example"]}
    assert session.senders_of(LOGTO) == {}
    session.begin()
    assert session.senders_of(AUTH0) == {}


def test_a_client_waits_as_the_operation_says() -> None:
    """As often, and as long, as its timing has it."""
    slept, said = list[float](), list[str]()
    session.keep_time(Timing(connect=0.1, read=0.1, sleep=slept.append))
    try:
        login, secret = {"appId": "x"}, {"appSecret": Secret("canary-app-secret")}
        url, host = "http://127.0.0.1:9", "127.0.0.1:9"
        nobody = Connection("main", "logto", url, host, plain=login, secret=secret)
        with pytest.raises(Unavailable):
            session.tenant(nobody, said.append).read_provider()
    finally:
        session.keep_time(Timing())
    assert len(slept) == 3


def test_a_client_says_that_it_waits() -> None:
    """Where the operation wants to hear it."""
    said = list[str]()
    session.keep_time(Timing(sleep=lambda _: None))
    try:
        with Auth0Emulator() as tenant:
            login, secret = {"clientId": tenant.client.client_id}, {"clientSecret": Secret(tenant.client.client_secret)}
            tenant.inject(Fault("GET", status=429))
            slow = Connection("main", "auth0", tenant.url, HOST, plain=login, secret=secret)
            assert session.tenant(slow, said.append).read_provider() is None
    finally:
        session.keep_time(Timing())
    assert [line.startswith(f"auth0 {HOST}: ") for line in said] == [True]
