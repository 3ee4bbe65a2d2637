"""A write of this very run whose answer is lost: what equals it is ours, for every kind, and nothing else is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.conformance import open_case
from support.kinds import EVERY, name_of
from support.managed import Managed
from tenant_email.errors import AlreadyConfigured, Unavailable
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.net.client import TRIES
from tenant_email.operations import operation
from tenant_email_local.emulators.auth0 import Auth0Emulator, schema
from tenant_email_local.emulators.logto import LogtoEmulator
from tenant_email_local.emulators.server import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.conformance import Case
    from tenant_email_local.emulators.server import Emulator

LOOKS = {
    "auth0": "/api/v2/emails/provider",
    "logto": "/api/connectors",
    "pingone_aic": "/openidm/config/external.email",
}
CLOUD = "logto.logto_email"


def lose(tenant: Emulator, drop: Any, writes: int = 1) -> None:
    """Loses the answers to the next writes of a provider, each as often as the client repeats it by itself."""
    tenant.inject(Fault("POST", "/api/*", drop=drop, times=writes))
    tenant.inject(Fault("PUT", "/openidm/*", drop=drop, times=writes * TRIES))


def put(tenant: Emulator) -> list[Any]:
    """Returns the bodies of the writes of the provider since the last look."""
    calls = [call for call in tenant.calls if call.method in ("POST", "PUT", "PATCH") and "token" not in call.path]
    tenant.reset_calls()
    return [call.request_json for call in calls]


def prepared(tenant: Emulator, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gives a tenant what some kinds need: a deployed Action, a kind newer than us, the sender of Logto Cloud."""
    if isinstance(tenant, Auth0Emulator):
        tenant.state.custom_action_deployed = True
        monkeypatch.setitem(schema.CREDENTIALS, "brand_new", {"token": schema.Field()})
        monkeypatch.setitem(schema.PROVIDER, "name", schema.Field(one_of=tuple(schema.CREDENTIALS)))
    if isinstance(tenant, LogtoEmulator):
        tenant.switches.cloud = kind == CLOUD  # after the login, which is another one there


@pytest.mark.parametrize("inputs", EVERY, ids=name_of)
def test_every_kind_is_ours_after_a_lost_answer(inputs: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """The creation succeeds as such, and the last write had everything in it, the hidden fields too."""
    platform = name_of(inputs).partition(".")[0]
    with open_case(platform, monkeypatch) as case:
        operation.begin()
        operation.current().tenant(operation.current().connections().get("main", platform), print).read_provider()
        prepared(case.tenant, name_of(inputs), monkeypatch)
        lose(case.tenant, "after")
        provider = Managed(EmailProviderLifecycle(), tenant="main", enabled=True, on_existing="fail", **inputs)
        provider.up()
        first, *_, last = put(case.tenant)
        assert provider.state["adopted"] is False
        assert {"connectorId": first.get("connectorId"), **last} == {"connectorId": first.get("connectorId"), **first}
        assert provider.up() == "same"
        if name_of(inputs) != CLOUD:
            provider.destroy()
            assert not provider.refresh()


def test_a_write_that_never_arrived_is_sent_once_more(case: Case) -> None:
    """A look shows nothing, so the write had no effect, and the run goes on; twice in a row is an error."""
    lose(case.tenant, "before", 2)
    provider = case.stack()
    with pytest.raises(Unavailable, match="there was no answer"):
        provider.up()
    lose(case.tenant, "before")
    provider.up()
    assert provider.state["adopted"] is False


def test_a_look_that_fails_tells_of_the_write(case: Case) -> None:
    """What is uncertain is the write, so the message names it; the next run meets what it made."""
    lose(case.tenant, "after")
    seen = 0 if "auth0" in case.samples["settings"]["kind"] else 1
    path = LOOKS[case.samples["settings"]["kind"].partition(".")[0]]
    case.tenant.inject(Fault("GET", path, times=seen))
    case.tenant.inject(Fault("GET", path, status=403))
    with pytest.raises(Unavailable, match=r"(POST|PUT) .* there was no answer"):
        case.stack().up()
    with pytest.raises(AlreadyConfigured, match="equals the inputs, but this run did not create it"):
        case.stack().up()


def someone(case: Case, **changes: Any) -> Callable[[], Any]:
    """Configures the tenant as someone else would; returns what reads their configuration."""
    theirs = case.stack(**changes)
    theirs.up()
    case.tenant.reset_calls()
    return lambda: case.provider.read(theirs.id, dict(theirs.state)).inputs


@pytest.mark.parametrize("case", ["auth0"], indirect=True)  # the others are looked at before
def test_what_differs_is_someone_elses_all_the_same(case: Case) -> None:
    """An answer that was lost proves nothing about another configuration: it is refused, and stays."""
    read = someone(case, from_address="them@acme.example")
    before = read()
    lose(case.tenant, "before")
    with pytest.raises(AlreadyConfigured):
        case.stack().up()
    assert read() == before


def test_a_lost_answer_of_an_update_is_looked_after(case: Case) -> None:
    """An update that is sent as often as it may be, and worked, is done."""
    provider = case.stack()
    provider.up()
    case.tenant.inject(Fault("PATCH", "*", drop="after", times=TRIES))
    case.tenant.inject(Fault("PUT", "*", drop="after", times=TRIES))
    provider.up(from_address="hello@acme.example")
    assert provider.refresh()
    assert provider.state["from_address"] == "hello@acme.example"


def test_a_lost_answer_of_another_kind_is_looked_after(case: Case) -> None:
    """The switch of a kind, on Logto a replacement by POST, ends with one configuration, ours."""
    provider = case.stack()
    provider.up()
    lose(case.tenant, "after")
    if isinstance(case.tenant, Auth0Emulator):
        case.tenant.inject(Fault("PATCH", "*", drop="after", times=TRIES))
    provider.up(settings=case.samples["other_kind"], from_address=None)
    assert provider.refresh()
    assert provider.state["settings"]["kind"] == case.samples["other_kind"]["kind"]
    provider.destroy()
    assert not provider.refresh()
