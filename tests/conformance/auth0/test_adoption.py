"""Adoption, import and a tenant's name: nothing that is not ours is written in silence, and bodies stay as they are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from support.host import Failed, running_host
from support.inputs import SMTP, WELCOME, provider_inputs, template_inputs, without
from support.single import SECRET, Single
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle

if TYPE_CHECKING:
    from tenant_email_local.emulators.auth0 import Auth0Emulator

CREDENTIALS = {"smtp_host": "smtp.one.example", "smtp_port": 587, "smtp_user": "mailer", "smtp_pass": SECRET}
STORED = {
    "name": "smtp",
    "enabled": True,
    "default_from_address": "no-reply@acme.example",
    "credentials": CREDENTIALS,
}


def test_an_import_writes_nothing(tenant: Auth0Emulator, said: list[str]) -> None:
    """What is live and equal is recorded by one read, counts as adopted, and stays after a destroy."""
    tenant.state.provider = dict(STORED)
    provider = Single(EmailProviderLifecycle, tenant, said)
    assert len(provider.up(**provider_inputs(on_existing="import"))) == 1
    assert provider.resource.state["adopted"] is True
    assert provider.destroy() == []
    assert tenant.state.provider == STORED


@pytest.mark.parametrize("stored", [None, {**STORED, "default_from_address": "them@acme.example"}])
def test_an_import_of_something_else_is_refused(tenant: Auth0Emulator, said: list[str], stored: Any) -> None:
    """What is not there, or differs, is not imported; the message names what differs."""
    tenant.state.provider = stored
    provider = Single(EmailProviderLifecycle, tenant, said)
    with pytest.raises(
        Failed, match=r"differs in from_address\n  - .*\nMake the inputs equal" if stored else "nothing to import"
    ):
        provider.up(**provider_inputs(on_existing="import"))
    assert [call.split()[0] for call in provider.calls()] == ["GET"]


def test_an_imported_template_is_put_back(tenant: Auth0Emulator, said: list[str]) -> None:
    """An import keeps the snapshot of an adoption, so that later changes are undone by a destroy."""
    tenant.state.templates["welcome_email"] = before = {**without(WELCOME, "kind"), "from": ""}
    template = Single(EmailTemplateLifecycle, tenant, said)
    assert [call.split()[0] for call in template.up(**template_inputs(on_existing="import"))] == ["GET"]
    template.up(**template_inputs({**WELCOME, "subject": "Changed"}, on_existing="import"))
    template.destroy()
    assert tenant.state.templates["welcome_email"] == before


def test_an_adoption_without_credentials_of_another_kind_is_refused(tenant: Auth0Emulator, said: list[str]) -> None:
    """Switching what someone else configured needs the credentials of the new kind."""
    tenant.state.provider = {"name": "sendgrid", "enabled": True, "credentials": {"api_key": "theirs"}}
    provider = Single(EmailProviderLifecycle, tenant, said)
    with pytest.raises(Failed, match="cannot switch from sendgrid to smtp without the password"):
        provider.up(**provider_inputs(without(SMTP, "password"), on_existing="adopt"))
    assert tenant.state.provider["name"] == "sendgrid"


def test_nothing_to_keep_is_an_error(tenant: Auth0Emulator, said: list[str]) -> None:
    """Omitted credentials look first; where nothing is, nothing is created."""
    provider = Single(EmailProviderLifecycle, tenant, said)
    with pytest.raises(
        Failed,
        match=(
            r"no email provider is configured, so there are no stored credentials to keep\n"
            r"Set the credentials"
        ),
    ):
        provider.up(**provider_inputs(without(SMTP, "password"), on_existing="adopt"))
    assert [call.split()[0] for call in provider.calls()] == ["GET"]


def test_a_tenant_may_be_renamed(tenant: Auth0Emulator, said: list[str]) -> None:
    """Another name of the same host is recorded without a call, and the destroy finds the tenant by its host."""
    provider = Single(EmailProviderLifecycle, tenant, said)
    provider.up(**provider_inputs())
    provider.host.tenants = {"renamed": provider.host.tenants["main"]}
    assert provider.up(**provider_inputs(tenant="renamed")) == []
    assert provider.resource.state["tenant"] == "renamed"
    assert provider.destroy()[-1].startswith("DELETE")


def test_another_template_is_another_resource(tenant: Auth0Emulator, said: list[str]) -> None:
    """A change of the template's name makes the new one and disables the old one."""
    template = Single(EmailTemplateLifecycle, tenant, said)
    template.up(**template_inputs())
    template.up(**template_inputs({**WELCOME, "template": "blocked_account"}))
    enabled = {name: stored["enabled"] for name, stored in tenant.state.templates.items()}
    assert enabled == {"welcome_email": False, "blocked_account": True}
    assert template.resource.id.endswith("/email-template/blocked_account")


def test_a_body_stays_byte_for_byte(tenant: Auth0Emulator, said: list[str]) -> None:
    """Line ends, blanks and letters of every script come back as they were sent, so that nothing looks changed."""
    body = "<p>Grüße,\t日本 </p>\r\n\n  <!-- \u2028 -->\n\n"
    template = Single(EmailTemplateLifecycle, tenant, said)
    template.up(**template_inputs({**WELCOME, "body": body}))
    assert tenant.state.templates["welcome_email"]["body"] == body
    template.refresh()
    assert template.up(**template_inputs({**WELCOME, "body": body})) == []


def test_a_sender_needs_a_provider_that_the_program_enables(tenant: Auth0Emulator) -> None:
    """When the program disables the provider, a template with a sender is refused at preview."""
    with running_host({"tenant-email:tenants": json.dumps({"main": {"platform": "auth0", "url": tenant.url}})}) as host:
        assert host.check(EmailProviderLifecycle, provider_inputs(enabled=False)) == []
        settings = {**WELCOME, "from_address": "a@acme.example"}
        (reason,) = host.check(EmailTemplateLifecycle, template_inputs(settings))
    assert reason.startswith(
        "settings.from_address: cannot be set while the tenant's email provider is disabled\nSet enabled"
    )
