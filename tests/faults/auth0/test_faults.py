"""What goes wrong on the way or behind our back: the tenant ends as desired, or stays, and the message helps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.auth0 import config_entry
from support.host import Failed
from support.inputs import SENDGRID, SMTP, WELCOME, provider_inputs, template_inputs, without
from support.single import SECRET
from support.ways import unrecorded
from tenant_email_local.emulators.server import Fault

if TYPE_CHECKING:
    from support.single import Single
    from tenant_email_local.emulators.auth0 import Auth0Emulator

CREDENTIALS = {"smtp_host": "smtp.one.example", "smtp_port": 587, "smtp_user": "mailer", "smtp_pass": SECRET}
PROVIDER = {"name": "smtp", "enabled": True, "default_from_address": "no-reply@acme.example"}


def holds(tenant: Auth0Emulator, **changes: Any) -> bool:
    """Returns whether the tenant has exactly the desired provider."""
    return tenant.state.provider == {**PROVIDER, "credentials": {**CREDENTIALS, **changes}}


@pytest.mark.parametrize("drop", ["before", "after"])
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_lost_reply_of_a_provider(provider: Single, method: str, drop: Any) -> None:
    """Whether the write had its effect or not, the tenant ends as desired in the same run, and it is ours."""
    if method == "PATCH":
        provider.up(**provider_inputs())
    provider.tenant.inject(Fault(method, "*/emails/provider", drop=drop))
    provider.up(**provider_inputs({**SMTP, "host": "smtp.two.example"}))
    assert holds(provider.tenant, smtp_host="smtp.two.example")
    assert provider.resource.state["adopted"] is False


@pytest.mark.parametrize("drop", ["before", "after"])
def test_a_lost_reply_of_a_template(template: Single, drop: Any) -> None:
    """A template whose creation was not answered is there once, as desired, and counts as ours."""
    template.tenant.inject(Fault("POST", "*/email-templates", drop=drop))
    try:
        template.up(**template_inputs())
    except Failed:
        template.up(**template_inputs())
    assert template.tenant.state.templates["welcome_email"]["body"] == WELCOME["body"]
    assert template.resource.state["adopted"] is False


def test_a_template_whose_creation_was_not_answered_is_ours(template: Single) -> None:
    """It equals what this very run sent, the sender's empty default too, so that no second run is needed."""
    template.tenant.inject(Fault("POST", "*/email-templates", drop="after"))
    template.up(**template_inputs(on_existing="fail"))
    assert template.resource.state["adopted"] is False


@pytest.mark.parametrize("settings", [SMTP, SENDGRID])
def test_a_creation_that_was_never_recorded(provider: Single, settings: dict[str, Any]) -> None:
    """After a kill between write and record nobody knows whose it is: it is kept, and the message says both ways."""
    provider.up(**provider_inputs(settings))
    provider.resource.recorded = unrecorded()
    with pytest.raises(
        Failed, match=r"is already configured.*\n.*on_existing='adopt' to.*interrupted run.*on_delete='delete'.*aliases"
    ):
        provider.up(**provider_inputs(settings))
    assert all(call.startswith(("POST", "GET")) for call in provider.calls())
    provider.up(**provider_inputs(settings, on_existing="adopt", on_delete="delete"))
    assert [call for call in provider.destroy() if call.startswith("DELETE")]


def test_what_equals_in_all_that_shows_keeps_its_secret(provider: Single) -> None:
    """A hand-made provider with our host, port and user gets nobody else's password, and survives."""
    theirs = {**PROVIDER, "credentials": {**CREDENTIALS, "smtp_pass": "canary-theirs"}}
    provider.tenant.state.provider = dict(theirs)
    with pytest.raises(Failed, match="equals the inputs, but this run did not create it"):
        provider.up(**provider_inputs())
    assert provider.tenant.state.provider == theirs


def test_password_and_host_changed_by_hand(provider: Single) -> None:
    """A refresh sees the other host and forgets the password, so that the next up sends all four."""
    provider.up(**provider_inputs())
    (provider.tenant.state.provider or {})["credentials"].update(smtp_host="smtp.evil.example", smtp_pass="theirs")
    provider.refresh()
    assert "password" not in provider.resource.state["settings"]
    (call,) = provider.up(**provider_inputs())
    assert "smtp_host, credentials.smtp_port, credentials.smtp_user, credentials.smtp_pass" in call
    assert holds(provider.tenant)


def test_a_refreshed_drift_without_a_password_at_hand(provider: Single) -> None:
    """With the password omitted, the host that someone else set is not sent the old one: preview says so."""
    omitted = provider_inputs(without(SMTP, "password"), on_existing="adopt")
    provider.tenant.state.provider = {**PROVIDER, "credentials": dict(CREDENTIALS)}
    provider.up(**omitted)
    (provider.tenant.state.provider or {})["credentials"]["smtp_host"] = "smtp.evil.example"
    provider.refresh()
    moved = "smtp_host from smtp.evil.example to smtp.one.example without the password"
    with pytest.raises(Failed, match=rf"(?s){moved}.* If the program sets it, ignore_changes holds it back"):
        provider.up(**omitted)
    assert provider.calls() == []


def test_a_destroyed_stack_whose_tenant_someone_reconfigured(provider: Single) -> None:
    """What is plainly another configuration is kept, and the message says whose it is not."""
    provider.up(**provider_inputs())
    (provider.tenant.state.provider or {})["credentials"]["smtp_user"] = "someone"
    assert not [call for call in provider.destroy() if call.startswith("DELETE")]
    assert "kept, because someone else changed it since the last update (smtp_user is someone)" in provider.host.said[0]


def test_a_refresh_before_the_destroy_changes_nothing(provider: Single) -> None:
    """What someone else configured does not become ours by a refresh; what the next up writes is ours again."""
    provider.up(**provider_inputs())
    (provider.tenant.state.provider or {})["credentials"]["smtp_user"] = "someone"
    provider.refresh()
    seen = provider.resource.recorded
    assert not [call for call in provider.destroy() if call.startswith("DELETE")]
    provider.resource.recorded = seen
    provider.up(**provider_inputs())
    provider.refresh()
    assert [call for call in provider.destroy() if call.startswith("DELETE")]


def test_a_tenant_whose_url_changes(provider: Single, other_tenant: Auth0Emulator) -> None:
    """The new tenant is configured; the old one, which no entry names any more, is kept, and the message says how."""
    provider.up(**provider_inputs())
    provider.host.tenants["main"] = config_entry(other_tenant)
    with pytest.raises(
        Failed, match="no tenant in the stack config or environment has this host; nothing was changed\nRestore the"
    ):
        provider.up(**provider_inputs())
    assert holds(provider.tenant)
    assert holds(other_tenant)


def test_an_alias_of_the_host_is_the_same_tenant(provider: Single) -> None:
    """An id with another of the tenant's hosts is no replacement, and that object is not given up."""
    provider.up(**provider_inputs())
    provider.host.tenants["main"]["aliases"] = ["login.acme.example"]
    provider.resource.id = "auth0/login.acme.example/email-provider"
    provider.calls()
    assert provider.up(**provider_inputs()) == []
    assert "DELETE" in "".join(provider.destroy())


def test_two_resources_for_one_tenant(provider: Single) -> None:
    """Two names for one host: the second one is refused, also when it would adopt."""
    provider.host.tenants["twin"] = provider.host.tenants["main"]
    with pytest.raises(Failed, match="another resource of this program manages it too"):
        provider.create_two(provider_inputs(), provider_inputs(tenant="twin", on_existing="adopt"))
    assert holds(provider.tenant)


def test_on_drift_fail_stops_before_the_write(provider: Single) -> None:
    """What someone else changed, or removed, is named, and nothing is written."""
    provider.up(**provider_inputs(on_drift="fail"))
    (provider.tenant.state.provider or {})["default_from_address"] = "them@acme.example"
    with pytest.raises(Failed, match="someone else changed from_address since the last run; nothing was written"):
        provider.up(**provider_inputs(on_drift="fail", enabled=False))
    provider.tenant.state.provider = None
    with pytest.raises(Failed, match="it is gone"):
        provider.up(**provider_inputs(on_drift="fail", enabled=False))
    assert {call.split()[0] for call in provider.calls()} == {"GET"}


def test_a_provider_that_was_removed_is_created_again(provider: Single) -> None:
    """The update finds nothing, creates it anew and says so."""
    provider.up(**provider_inputs())
    provider.tenant.state.provider = None
    provider.up(**provider_inputs({**SMTP, "host": "smtp.two.example"}))
    assert holds(provider.tenant, smtp_host="smtp.two.example")
    assert any("it was created again" in line for line in provider.host.said)


def test_a_vanished_provider_is_dropped_by_refresh(provider: Single) -> None:
    """Gone is gone: the resource leaves the state, and the next up creates it."""
    provider.up(**provider_inputs())
    provider.tenant.state.provider = None
    provider.refresh()
    assert provider.resource.id == ""


@pytest.mark.parametrize("status", [401, 403, 500])
def test_only_404_means_absent(provider: Single, status: int) -> None:
    """A read that fails is an error, never an absence: nothing is written."""
    provider.tenant.inject(Fault("GET", status=status, times=99))
    with pytest.raises(Failed, match="GET /api/v2/emails/provider"):
        provider.up(**provider_inputs(without(SMTP, "password")))
    assert not [call for call in provider.calls() if not call.startswith("GET")]


def test_an_adopted_template_is_put_back(template: Single) -> None:
    """Adoption keeps a snapshot, says what differs, and a destroy restores every field of it."""
    before: dict[str, Any] = {
        "template": "welcome_email",
        "subject": "Old",
        "body": "<p>Old</p>\n",
        "from": "",
        "syntax": "liquid",
    }
    before |= {"enabled": True, "resultUrl": "https://acme.example/", "urlLifetimeInSeconds": 600}
    template.tenant.state.templates["welcome_email"] = dict(before)
    template.up(**template_inputs())
    assert "template welcome_email exists and differs in settings." in template.host.said[0]
    template.destroy()
    assert template.tenant.state.templates["welcome_email"] == before


def test_a_template_goes_back_to_what_it_did_not_have(template: Single) -> None:
    """A destroy clears what only this stack gave, and names nothing else: a plan may refuse resultUrl."""
    before: dict[str, Any] = {"template": "welcome_email", "subject": "Old", "body": "<p>Old</p>\n", "from": ""}
    before |= {"syntax": "liquid", "enabled": True}
    template.tenant.state.templates["welcome_email"] = dict(before)
    template.up(**template_inputs({**WELCOME, "url_lifetime_in_seconds": 600}))
    look, call = template.destroy()
    assert look.startswith("GET")
    assert "resultUrl" not in call
    assert template.tenant.state.templates["welcome_email"] == {**before, "urlLifetimeInSeconds": 432_000}


def test_a_template_that_someone_edited_is_kept_and_said(template: Single) -> None:
    """A destroy of what was made leaves another's text enabled; what they switched off as well stays off."""
    template.up(**template_inputs())
    stored, recorded = template.tenant.state.templates["welcome_email"], template.resource.recorded
    stored["subject"] = "theirs"
    template.destroy()
    assert stored["enabled"] is True
    (kept,) = template.host.said
    assert (
        "kept, because someone else changed it since the last update (subject). To disable it, do so in the tenant."
    ) in kept
    template.resource.recorded = recorded
    stored["enabled"] = False
    template.refresh()
    template.destroy()
    assert stored["enabled"] is False


def test_an_update_leaves_what_it_does_not_send_to_whoever_changed_it(template: Single) -> None:
    """A field that someone else set stays theirs after our PATCH of another one, so that a destroy keeps it all."""
    template.up(**template_inputs())
    template.tenant.state.templates["welcome_email"]["resultUrl"] = "https://acme.example/"
    template.up(**template_inputs({**WELCOME, "subject": "Hello"}))
    template.destroy()
    assert template.tenant.state.templates["welcome_email"]["enabled"] is True
    assert "(resultUrl)" in template.host.said[0]


def test_what_was_written_is_kept_when_someone_elses_text_is_seen(template: Single) -> None:
    """What was live before that look stands for it."""
    template.up(**template_inputs())
    template.tenant.state.templates["welcome_email"]["subject"] = "theirs"
    template.refresh()
    template.destroy()
    assert template.tenant.state.templates["welcome_email"]["enabled"] is True


def test_what_was_seen_written_over_is_said(template: Single) -> None:
    """After a refresh that found another's text, the write that replaces it names it."""
    template.up(**template_inputs())
    template.tenant.state.templates["welcome_email"]["subject"] = "theirs"
    template.refresh()
    template.up(**template_inputs())
    assert "template welcome_email: overwrote changes made by someone else: subject" in template.host.said[0]


def test_two_tenants_keep_apart(provider: Single, other_tenant: Auth0Emulator) -> None:
    """Each tenant gets its own configuration with its own login."""
    provider.host.tenants["other"] = config_entry(other_tenant)
    moved = {**SMTP, "host": "smtp.two.example"}
    provider.create_two(provider_inputs(), provider_inputs(moved, tenant="other"))
    assert holds(provider.tenant)
    assert holds(other_tenant, smtp_host="smtp.two.example")
