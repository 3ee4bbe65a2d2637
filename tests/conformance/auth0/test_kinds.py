"""Every kind of provider: created whole, read back without its secrets, options changed and cleared, then switched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.auth0_client import AUTH0
from tenant_email import auth0
from tenant_email.errors import Conflict, Forbidden, Rejected
from tenant_email.inputs.tenant_objects import ProviderInputs, TemplateInputs

if TYPE_CHECKING:
    from support.auth0_client import Wire

KEY = "canary-api-key"
CASES: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "mandrill": (
        {"api_key": KEY, "view_content_link": True},
        {"api_key": KEY},
        {"message": {"view_content_link": True}},
    ),
    "sendgrid": ({"api_key": KEY}, {"api_key": KEY}, {}),
    "resend": ({"api_key": KEY}, {"api_key": KEY}, {}),
    "ses": (
        {"access_key_id": "AKIAX", "secret_access_key": KEY, "region": "eu-west-1", "configuration_set_name": "mail"},
        {"accessKeyId": "AKIAX", "secretAccessKey": KEY, "region": "eu-west-1"},
        {"message": {"configuration_set_name": "mail"}},
    ),
    "sparkpost": ({"api_key": KEY, "region": "eu"}, {"api_key": KEY, "region": "eu"}, {}),
    "mailgun": (
        {"api_key": KEY, "domain": "mg.acme.example", "region": "us"},
        {"api_key": KEY, "domain": "mg.acme.example", "region": None},
        {},
    ),
    "smtp": (
        {
            "host": "smtp.one.example",
            "port": 587,
            "username": "mailer",
            "password": KEY,
            "x_mc_view_content_link": False,
            "x_msys_api": {"options": {"open_tracking": True}},
        },
        {"smtp_host": "smtp.one.example", "smtp_port": 587, "smtp_user": "mailer", "smtp_pass": KEY},
        {"headers": {"X-MC-ViewContentLink": "false", "X-MSYS_API": {"options": {"open_tracking": True}}}},
    ),
    "azure_cs": ({"connection_string": KEY}, {"connectionString": KEY}, {}),
    "ms365": (
        {"tenant_id": "t", "client_id": "c", "client_secret": KEY},
        {"tenantId": "t", "clientId": "c", "clientSecret": KEY},
        {},
    ),
    "custom": ({}, {}, {}),
}
OPTIONS = {"view_content_link", "configuration_set_name", "x_mc_view_content_link", "x_msys_api"}


def settings(kind: str, *without: str) -> dict[str, Any]:
    """Returns the settings of a kind, some left out."""
    return {"kind": f"auth0.{kind}"} | {key: value for key, value in CASES[kind][0].items() if key not in without}


@pytest.mark.parametrize("kind", CASES)
def test_a_kind_is_created_whole_and_read_without_secrets(wire: Wire, kind: str) -> None:
    """The body has every credential; the answer becomes the inputs again, hidden values left out."""
    live = wire.create(settings(kind), from_address="no-reply@acme.example")
    _, credentials, options = CASES[kind]
    top = {"name": kind, "enabled": True, "default_from_address": "no-reply@acme.example", "credentials": credentials}
    assert wire.sent == top | ({"settings": options} if options else {})
    hidden = {*AUTH0.capabilities.transports[f"auth0.{kind}"].write_only, *(["region"] if kind == "mailgun" else [])}
    assert live.inputs.settings == settings(kind, *hidden)
    assert KEY not in str(live)


@pytest.mark.parametrize("kind", [kind for kind, case in CASES.items() if case[2]])
def test_removed_options_are_cleared(wire: Wire, kind: str) -> None:
    """Options that the user removes are sent as an empty object, without credentials."""
    wire.create(settings(kind))
    wire.change(settings(kind), settings(kind, *OPTIONS))
    assert wire.sent == {"settings": {}}
    assert (wire.tenant.state.provider or {})["settings"] == {}


@pytest.mark.parametrize("kind", CASES)
def test_a_switch_leaves_nothing_of_the_old_kind(wire: Wire, kind: str) -> None:
    """From a kind with options to any other: name, whole credentials and the new options, in place."""
    old = "ses" if kind == "mandrill" else "mandrill"
    wire.create(settings(old))
    wire.change(settings(old), settings(kind))
    _, credentials, options = CASES[kind]
    assert wire.sent == {"name": kind, "credentials": credentials, "settings": options}
    stored = wire.tenant.state.provider or {}
    assert (stored["name"], stored["credentials"], stored["settings"]) == (kind, credentials, options)


def test_a_newer_kind_is_sent_as_it_is(wire: Wire) -> None:
    """A kind newer than this package goes unchecked, its credentials secret; the tenant says whether it knows it."""
    newer = {"kind": "auth0.other", "name": "postmark", "credentials": {"token": KEY}, "settings": {"stream": "x"}}
    with pytest.raises(Rejected, match="name") as refused:
        wire.create(newer)
    assert wire.sent["credentials"] == {"token": KEY}
    assert wire.sent["settings"] == {"stream": "x"}
    assert KEY not in str(refused.value)


def test_no_secret_shows() -> None:
    """Whatever class is printed."""
    for kind, model in {**AUTH0.models, "auth0.template": AUTH0.template}.items():
        written: Any = next(each for each in vars(auth0).values() if getattr(each, "kind", "") == kind)
        names = model.model_fields.keys() - {"kind"}
        shown = repr(written(**{name: f"canary-{name}" for name in names}))
        assert not [name for name in written.secret if f"canary-{name}" in shown]


def test_a_union_error_is_reduced_to_the_kind_in_use(wire: Wire) -> None:
    """Of a reason for each kind only the one that concerns this one is shown, whole."""
    with pytest.raises(Rejected) as refused:
        wire.api.create_provider(ProviderInputs({**settings("mailgun"), "region": "us"}))
    assert "'Invalid value \"us\"' on property credentials.region" in str(refused.value)
    assert "also" not in str(refused.value)


def test_a_custom_provider_without_its_action(wire: Wire) -> None:
    """The 409 that means no deployed Action names the missing step (docs/contracts/auth0.md#errors)."""
    wire.tenant.state.custom_action_deployed = False
    with pytest.raises(Conflict, match=r"No deployed action was found\.\nDeploy an Action and bind it to the trigger"):
        wire.create(settings("custom"))


@pytest.mark.parametrize(
    ("switch", "template", "remedy"),
    [
        ("result_url_allowed", {"result_url": "https://acme.example"}, "Omit result_url: this tenant's plan"),
        ("async_approval_allowed", {"template": "async_approval"}, "remove the template from the program"),
    ],
)
def test_what_a_plan_does_not_include(wire: Wire, switch: str, template: dict[str, Any], remedy: str) -> None:
    """A 403 that is about the plan says so, not that a scope is missing (docs/contracts/auth0.md#errors)."""
    setattr(wire.tenant.switches, switch, False)
    usual = {"template": "verify_email", "subject": "Hi", "body": "x", "syntax": "liquid", "enabled": True}
    with pytest.raises(Forbidden) as refused:
        wire.api.create_template(TemplateInputs({"kind": "auth0.template", **usual, **template}))
    assert str(refused.value).splitlines()[-1].startswith(remedy) or remedy in str(refused.value)
