"""What the resources of one operation share: config, clients, locks; two platforms at one host are two tenants."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tenant_email.errors import Unavailable
from tenant_email.operations import operation
from tenant_email.redaction.secrets import Secret
from tenant_email.tenants.connections import Connection
from tenant_email.timing import Timing
from tenant_email_local.emulators.auth0 import Auth0Emulator
from tenant_email_local.emulators.server import Fault

if TYPE_CHECKING:
    from pathlib import Path

HOST = "id.acme.example"
AUTH0, LOGTO = (Connection("main", platform, f"https://{HOST}", HOST) for platform in ("auth0", "logto"))


def test_two_platforms_at_one_host_are_noted_apart() -> None:
    """The lock of writes and the client are of one platform."""
    now = operation.begin()
    assert now.write_lock("auth0", HOST) is now.write_lock("auth0", HOST)
    assert now.write_lock("auth0", HOST) is not now.write_lock("logto", HOST)
    tenants = [now.tenant(each, print) for each in (AUTH0, LOGTO, AUTH0)]
    assert tenants[0] is tenants[2]
    assert type(tenants[0]) is not type(tenants[1])


def test_an_operation_knows_nothing_of_the_one_before() -> None:
    """Claims, writes and clients are gone with it; config, timing and locks stay, and so do the clients of AWS."""
    first = operation.begin(Timing(connect=0.1))
    second = operation.begin()
    assert operation.current() is second
    for name in ("ownership", "tenants", "said"):
        old, new = (getattr(each, name) for each in (first, second))
        assert new is not old
        assert type(new) is type(old)
    assert (second.config, second.timing, second.locks, second.aws) == (
        first.config,
        first.timing,
        first.locks,
        first.aws,
    )
    operation.begin(Timing())


def test_what_was_said_is_known_to_this_operation_alone() -> None:
    """Each thing is first once."""
    now = operation.begin()
    assert [now.said.is_first(thing) for thing in ("a", "b", "a", "b")] == [True, True, False, False]
    assert operation.begin().said.is_first("a")


@pytest.fixture(autouse=True)
def fresh() -> None:
    """Begins an operation."""
    operation.begin()


def test_tenants_come_from_config_and_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was configured, and what the process was started with."""
    monkeypatch.setenv("LOGTO_ENDPOINT", "https://shop.logto.example")
    entries = '{"main": {"platform": "auth0", "url": "https://acme.eu.auth0.com"}}'
    assert operation.current().connections().get("main", "logto").host == "shop.logto.example"
    operation.current().configure({"tenant-email:tenants": entries, "aws:profile": "p", "aws:region": "r"}.get)
    assert operation.current().connections().get("main", "auth0").host == "acme.eu.auth0.com"
    config = operation.current().config
    assert [config.get(name) for name in ("aws:profile", "aws:region", "aws:else")] == ["p", "r", None]


def test_a_tenant_is_read_once_an_operation(tmp_path: Path) -> None:
    """Each of its resources asks, several times; another operation, or another configuration, reads it again."""
    secret = tmp_path / "secret"
    secret.write_text("one")
    named = {"platform": "auth0", "url": "https://acme.eu.auth0.com", "clientSecretFile": str(secret)}
    config = {"tenant-email:tenants": json.dumps({"main": named})}

    def found() -> str:
        return operation.current().connections().get("main", "auth0").secret["clientSecret"].reveal()

    operation.current().configure(config.get)
    first = found()
    secret.write_text("two")
    again, _ = found(), operation.begin()
    begun, _ = found(), secret.write_text("three")
    operation.current().configure(config.get)
    assert [first, again, begun, found()] == ["one", "one", "two", "three"]


def test_what_the_config_says_of_aws_is_without_what_is_not_set() -> None:
    """Under the names that AWS has for it; an empty text is as good as none."""
    operation.current().configure({"aws:profile": "p", "aws:region": ""}.get)
    assert operation.current().aws_config() == {"profile": "p"}


def test_a_client_waits_as_the_operation_says() -> None:
    """As often, and as long, as its timing has it."""
    slept, said = list[float](), list[str]()
    operation.begin(Timing(connect=0.1, read=0.1, sleep=slept.append))
    try:
        login, secret = {"appId": "x"}, {"appSecret": Secret("canary-app-secret")}
        url, host = "http://127.0.0.1:9", "127.0.0.1:9"
        nobody = Connection("main", "logto", url, host, plain=login, secret=secret)
        with pytest.raises(Unavailable):
            operation.current().tenant(nobody, said.append).read_provider()
    finally:
        operation.begin(Timing())
    assert len(slept) == 3


def test_a_client_says_that_it_waits() -> None:
    """Where the operation wants to hear it."""
    said = list[str]()
    operation.begin(Timing(sleep=lambda _: None))
    try:
        with Auth0Emulator() as tenant:
            login, secret = {"clientId": tenant.client.client_id}, {"clientSecret": Secret(tenant.client.client_secret)}
            tenant.inject(Fault("GET", status=429))
            slow = Connection("main", "auth0", tenant.url, HOST, plain=login, secret=secret)
            assert operation.current().tenant(slow, said.append).read_provider() is None
    finally:
        operation.begin(Timing())
    assert [line.startswith(f"auth0 {HOST}: ") for line in said] == [True]
