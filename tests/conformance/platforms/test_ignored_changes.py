"""What `ignore_changes` holds back: the engine gives the recorded secret for it, which belongs to the recorded host."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pulumi.runtime.proto.provider_pb2 import DiffRequest, UpdateRequest

from support.conformance import open_case
from tenant_email.errors import InvalidSettings

if TYPE_CHECKING:
    from support.conformance import Case

URN = "urn:pulumi:dev::lab::a:b:C::mail"
SPELLINGS = ["settings.password", 'settings["password"]', "Settings.Password"]


@pytest.mark.parametrize("ignored", SPELLINGS)
def test_an_ignored_secret_goes_to_no_other_host(case: Case, ignored: str) -> None:
    """Refused at preview, where the diff is the first to be told, and by the update itself; the tenant is not asked."""
    made = case.stack()
    made.up()
    case.tenant.reset_calls()
    moved = {**made.inputs, "settings": {**case.samples["settings"], "host": "smtp.two.example"}}
    lifecycle = case.provider
    assert not lifecycle.check(dict(made.state), moved).failures
    for request in (DiffRequest(urn=URN, ignoreChanges=[ignored]), UpdateRequest(urn=URN, ignoreChanges=[ignored])):
        step = lifecycle.diff if isinstance(request, DiffRequest) else lifecycle.update
        with pytest.raises(InvalidSettings, match=r"cannot change .*host from .* with settings\.password in ignore_"):
            step(made.id, dict(made.state), moved)
    assert case.tenant.calls == []


@pytest.mark.parametrize("ignored", ["settings.host", "settings.kind"])
def test_no_secret_goes_to_an_ignored_host(case: Case, ignored: str) -> None:
    """What stands there may be a colleague's, whom a refresh saw: their server is not given the program's password."""
    made = case.stack()
    made.up()
    seen = {**case.samples["settings"], "host": "smtp.theirs.example"}
    recorded = {**made.state, "settings": {name: value for name, value in seen.items() if name != "password"}}
    given, lifecycle = {**made.inputs, "settings": seen}, case.provider
    case.tenant.reset_calls()
    assert not lifecycle.check(recorded, given).failures
    for request in (DiffRequest(urn=URN, ignoreChanges=[ignored]), UpdateRequest(urn=URN, ignoreChanges=[ignored])):
        step = lifecycle.diff if isinstance(request, DiffRequest) else lifecycle.update
        with pytest.raises(InvalidSettings, match=rf"cannot send settings\.password with {ignored} in ignore_changes"):
            step(made.id, recorded, given)
    assert case.tenant.calls == []


OTHER = {"kind": "auth0.other", "name": "brevo", "credentials": {"host": "one.example", "key": "canary-key"}}


@pytest.mark.parametrize(
    ("platform", "changes", "ignored", "told"),
    [
        ("logto", {"tls": {"key": "canary-key"}}, "settings.host", r"settings\.tls with settings\.host"),
        ("logto", {"custom_headers": {"X-Token": "canary"}}, "settings.port", r"settings\.custom_headers with"),
        ("auth0", OTHER, "settings.credentials.host", r"settings\.credentials with a part of it"),
    ],
)
def test_what_else_may_be_secret_goes_to_no_ignored_place(
    platform: str, changes: dict[str, Any], ignored: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Options that were given for a host, and a secret of which the engine puts a part there as it is recorded."""
    with open_case(platform, monkeypatch) as case:
        usual = case.samples["settings"]
        given = case.around(changes if "kind" in changes else {**usual, **changes})
        recorded = {**given, "settings": {**OTHER, "credentials": {}} if "kind" in changes else usual}
        lifecycle = case.provider
        assert not lifecycle.check(recorded, given).failures
        id_ = f"{platform}/{case.tenant.url.partition('//')[2]}/email-provider"
        for request in (DiffRequest(urn=URN, ignoreChanges=[ignored]), UpdateRequest(urn=URN, ignoreChanges=[ignored])):
            step = lifecycle.diff if isinstance(request, DiffRequest) else lifecycle.update
            with pytest.raises(InvalidSettings, match=f"cannot send {told}.* in ignore_changes"):
                step(id_, recorded, given)
        assert case.tenant.calls == []


SAFETY = [
    ("logto", "settings.require_tls"),
    ("logto", "settings.tls.rejectUnauthorized"),
    ("logto", "settings.ignoreTls"),
    ("pingone_aic", "settings.starttls"),
    ("pingone_aic", "settings.ssl"),
    ("pingone_aic", 'settings.smtp_properties["mail.smtp.ssl.trust"]'),
]


@pytest.mark.parametrize(("platform", "ignored"), SAFETY)
def test_no_new_secret_goes_over_an_ignored_way(platform: str, ignored: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """How safely it travels is then as somebody has recorded it, and not as the program says; other changes go on."""
    with open_case(platform, monkeypatch) as case:
        made = case.stack()
        made.up()
        case.tenant.reset_calls()
        lifecycle, recorded = case.provider, dict(made.state)
        given = {**made.inputs, "settings": {**case.samples["settings"], "password": "canary-two"}}
        assert not lifecycle.check(recorded, given).failures
        for request in (UpdateRequest(urn=URN, ignoreChanges=[ignored]), DiffRequest(urn=URN, ignoreChanges=[ignored])):
            step = lifecycle.diff if isinstance(request, DiffRequest) else lifecycle.update
            with pytest.raises(InvalidSettings, match=r"cannot send settings\.password with settings\..* in ignore_"):
                step(made.id, recorded, given)
        assert case.tenant.calls == []
        assert lifecycle.diff(made.id, recorded, {**made.inputs, "from_address": "new@acme.example"}).changes


@pytest.mark.parametrize("ignored", ["settings", "from_address", ""])
def test_what_else_is_ignored_holds_no_secret_back(case: Case, ignored: str) -> None:
    """A secret that the program gives goes with its new host, whatever else is ignored."""
    made = case.stack()
    made.up()
    moved = {**made.inputs, "settings": {**case.samples["settings"], "host": "smtp.two.example"}}
    lifecycle, request = case.provider, UpdateRequest(urn=URN, ignoreChanges=[ignored])
    assert request.ignoreChanges
    outs = lifecycle.update(made.id, dict(made.state), moved).outs or {}
    assert outs["written_identity"]["host"] == "smtp.two.example"


def test_a_refresh_compares_what_it_may_not_write(case: Case) -> None:
    """Nobody has checked the resource then, and the diff only says that it differs."""
    made = case.stack()
    made.up()
    elsewhere = {**made.state, "settings": {**made.state["settings"], "host": "smtp.two.example"}}
    lifecycle, request = case.provider, DiffRequest(urn=URN, ignoreChanges=["settings.password"])
    assert request.ignoreChanges
    assert lifecycle.diff(made.id, elsewhere, dict(made.inputs)).changes
