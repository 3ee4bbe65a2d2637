"""Empty texts that a platform stores and documents: accepted, stored, and no drift afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pulumi.dynamic import Config, ConfigureRequest

from support.inputs import WELCOME, provider_inputs, template_inputs
from support.managed import Managed
from support.pingone_aic_site import open_server, open_site, template
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle
from tenant_email.operations import operation
from tenant_email_local.emulators.auth0 import Auth0Emulator
from tenant_email_local.emulators.auth0.local import environment

if TYPE_CHECKING:
    from collections.abc import Iterator

EMPTY = {"subject": "", "from_address": "", "result_url": ""}


@pytest.fixture
def tenant(monkeypatch: pytest.MonkeyPatch) -> Iterator[Auth0Emulator]:
    """Runs a tenant with a provider, without which no template may have a sender."""
    with Auth0Emulator() as emulator:
        for name, value in environment(emulator).items():
            monkeypatch.setenv(name, value)
        EmailProviderLifecycle().configure(ConfigureRequest(Config({}, "auth0")))
        Managed(EmailProviderLifecycle()).up(**provider_inputs())
        yield emulator


def up(template: Managed, settings: dict[str, Any]) -> str:
    """Brings a template to these settings, in an operation of its own."""
    operation.begin()
    return template.up(**template_inputs(settings))


@pytest.mark.parametrize("name", EMPTY)
def test_auth0_keeps_an_empty_text(tenant: Auth0Emulator, name: str) -> None:
    """Created with it, or brought to it from another one: stored, refreshed, and nothing left to do."""
    mine = Managed(EmailTemplateLifecycle())
    wire = {"from_address": "from", "result_url": "resultUrl"}.get(name, name)
    full = {"from_address": "no-reply@acme.example", "result_url": "https://acme.example", "subject": "Hi"}
    for value in ("", full[name], ""):
        up(mine, {**WELCOME, name: value})
        assert (tenant.state.templates["welcome_email"].get(wire) or "") == value
        assert mine.refresh()
        assert up(mine, {**WELCOME, name: value}) == "same"


def test_auth0s_absent_text_is_an_empty_one(tenant: Auth0Emulator) -> None:
    """Adopting a template that never had a result url sends none to clear it: a plan may refuse to have it named."""
    up(Managed(EmailTemplateLifecycle()), WELCOME)
    tenant.reset_calls()
    up(Managed(EmailTemplateLifecycle()), {**WELCOME, "result_url": ""})
    assert "PATCH" not in [call.method for call in tenant.calls]
    assert "resultUrl" not in tenant.state.templates["welcome_email"]


def test_an_auth0_template_without_them_manages_none(tenant: Auth0Emulator) -> None:
    """A sender that someone set is no drift of a program that gives none."""
    mine = Managed(EmailTemplateLifecycle())
    up(mine, WELCOME)
    tenant.state.templates["welcome_email"]["from"] = "theirs@acme.example"
    assert mine.refresh()
    assert up(mine, WELCOME) == "same"


def test_aic_takes_the_providers_sender_for_an_empty_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another sender that someone set is drift, and is taken out again."""
    texts: dict[str, Any] = {"message": {"en": "<p>Hi</p>"}, "from_address": ""}
    with open_server() as server, open_site(server, monkeypatch) as site:
        mine = site.template(**template(**texts))
        mine.up()
        assert mine.refresh()
        assert mine.up() == "same"
        document = site.emulator.state.config["emailTemplate/welcome"]
        assert document["from"] == ""
        document["from"] = "theirs@acme.example"
        mine.refresh()
        assert mine.up() == "update"
        assert site.emulator.state.config["emailTemplate/welcome"]["from"] == ""
