"""Inputs as frozen types: what is given stays what it is, what is not stays absent, and nothing secret is shown."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import pytest

from tenant_email.inputs.tenant_objects import ProviderInputs, TemplateInputs
from tenant_email.inputs.unknowns import UNKNOWN
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle, ProviderModel
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle, TemplateModel
from tenant_email.redaction.secrets import Secret

if TYPE_CHECKING:
    from tenant_email.inputs.model import Model
    from tenant_email.inputs.tenant_objects import TenantObjectInputs

SETTINGS = {"kind": "auth0.smtp", "host": "one.example", "password": Secret("canary-inputs")}
TEXTS = ("tenant", "import_id", "sending_domain", "from_address", "test_recipient")
LISTS = ("further_domains", "sending_addresses", "sending_names")


@pytest.mark.parametrize(("typed", "model"), [(ProviderInputs, ProviderModel), (TemplateInputs, TemplateModel)])
def test_every_input_that_is_validated_is_a_field(typed: type[TenantObjectInputs], model: type[Model]) -> None:
    """And no other: what a check lets pass reaches the platform."""
    assert {each.name for each in fields(typed)} == model.model_fields.keys()


@pytest.mark.parametrize(
    "props",
    [
        {},
        {"settings": SETTINGS},
        {"settings": SETTINGS, "enabled": False, "from_address": "", "further_domains": []},
        {"settings": {"kind": UNKNOWN}, "enabled": UNKNOWN, "from_address": UNKNOWN, "on_drift": UNKNOWN},
    ],
)
def test_what_is_given_comes_out_as_it_went_in(props: dict[str, Any]) -> None:
    """A false or empty value is one; outputs beside the inputs are left to others, and None is as good as absent."""
    inputs = ProviderInputs.from_props({**props, "live": {"id": "x"}, "preflight": None})
    assert inputs.to_props() == {"settings": {}, **props}
    assert ProviderInputs.from_props(inputs.to_props()) == inputs


def test_what_is_not_given_is_no_default() -> None:
    """Recorded inputs of an earlier release differ from those that name what is now the default."""
    assert ProviderInputs(SETTINGS) != replace(ProviderInputs(SETTINGS), enabled=True, on_existing="fail")
    assert (ProviderInputs().kind, TemplateInputs({"kind": "auth0.template"}).kind) == ("", "auth0.template")


def test_the_model_says_what_is_not_given() -> None:
    """Desired inputs have the defaults of the model, and of a template those of a template."""
    provider = EmailProviderLifecycle().validate({"settings": {"kind": "auth0.smtp"}})[0]
    template = EmailTemplateLifecycle().validate({"settings": {"kind": "auth0.template"}})[0]
    assert provider is not None
    assert template is not None
    assert (provider.desired.on_existing, provider.desired.enabled, provider.desired.preflight) == ("fail", True, "off")
    assert template.desired.on_existing == "adopt"


def test_no_text_is_shown() -> None:
    """The user may have marked any of them as a secret."""
    given: dict[str, Any] = dict.fromkeys(TEXTS, "canary-text") | {name: ["canary-text"] for name in LISTS}
    shown = repr(ProviderInputs(SETTINGS, enabled=False, on_delete="retain", **given))
    assert "canary" not in shown
    assert "enabled=False" in shown
    assert "on_delete='retain'" in shown
    assert "canary" not in repr(TemplateInputs(SETTINGS, provider_id="canary-text"))
