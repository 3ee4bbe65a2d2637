"""More bad inputs of Auth0's resources, each refused by the real host with its field and remedy, and without a call."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from support.host import Host, running_host
from support.inputs import SMTP, WELCOME, provider_inputs, template_inputs, without
from support.single import SECRET
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle
from tenant_email_local.emulators.auth0 import Auth0Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator

KINDS: dict[str, dict[str, Any]] = {
    "mandrill": {"api_key": SECRET},
    "sendgrid": {"api_key": SECRET},
    "resend": {"api_key": SECRET},
    "ses": {"access_key_id": "AKIAEXAMPLE", "secret_access_key": SECRET, "region": "eu-west-1"},
    "sparkpost": {"api_key": SECRET},
    "mailgun": {"api_key": SECRET, "domain": "mg.acme.example"},
    "smtp": without(SMTP, "kind"),
    "azure_cs": {"connection_string": SECRET},
    "ms365": {"tenant_id": "t", "client_id": "c", "client_secret": SECRET},
    "custom": {},
    "other": {"name": "postmark", "credentials": {"token": SECRET}},
}

# kind, what is wrong with it, the field, a word of the remedy or reason
SETTINGS: list[tuple[str, dict[str, Any], str, str]] = [
    ("mandrill", {"api_key": ""}, "settings.api_key: is empty", "Correct"),
    ("mandrill", {"api_key": 5}, "settings.api_key: must be a string", "Correct"),
    ("mandrill", {"api_key": "YOUR_API_KEY"}, "settings.api_key: is a placeholder", "omit it"),
    ("mandrill", {"view_content_link": "true"}, "settings.view_content_link: must be", "Correct"),
    ("mandrill", {"view_control_link": True}, "settings.view_control_link", "view_content_link"),
    ("sendgrid", {"api_key": "##API_KEY##"}, "settings.api_key: is a placeholder", "omit it"),
    ("sendgrid", {"api_key": {"0": "@"}}, "settings.api_key: must be a string", "Correct"),
    ("sendgrid", {"api_user": "x"}, "settings.api_user: is not a known setting", "Did you mean api_key"),
    ("sendgrid", {"apiKey": SECRET}, "settings.apiKey: is not a known setting", "api_key"),
    ("resend", {"api_key": "@@RESEND_KEY@@"}, "settings.api_key: is a placeholder", "omit it"),
    ("resend", {"region": "eu"}, "settings.region: is not a known setting", "Remove"),
    ("resend", {"api_key": "xxxxxxxx"}, "settings.api_key: is a placeholder", "omit it"),
    ("ses", {"region": None}, "settings.region: is missing", "Set settings.region"),
    ("ses", {"region": ""}, "settings.region: is empty", "Correct"),
    ("ses", {"region": 1}, "settings.region: must be a valid string", "Correct"),
    ("ses", {"secret_access_key": None}, "settings.secret_access_key: is missing", "Set all of the credentials"),
    ("ses", {"access_key_id": None}, "settings.access_key_id: is missing", "Set all of the credentials"),
    ("ses", {"access_key_id": "YOUR_ACCESS_KEY_ID"}, "settings.access_key_id: is a placeholder", "Correct"),
    ("ses", {"accessKeyId": "AKIA"}, "settings.accessKeyId: is not a known setting", "access_key_id"),
    ("ses", {"configuration_set_name": ""}, "settings.configuration_set_name: is empty", "Correct"),
    ("sparkpost", {"region": "asia"}, "settings.region: must be 'eu'", "Correct"),
    ("sparkpost", {"api_key": "<your key>"}, "settings.api_key: is a placeholder", "omit it"),
    ("mailgun", {"domain": None}, "settings.domain: is missing", "Set settings.domain"),
    ("mailgun", {"domain": "a.b"}, "settings.domain: is shorter than 4 characters", "Correct"),
    ("mailgun", {"domain": "https://mg.acme.example"}, "settings.domain: is not a host", "Write only the host"),
    ("mailgun", {"region": "EU"}, "settings.region: must be 'eu'", "Correct"),
    ("mailgun", {"region": 1}, "settings.region: must be 'eu'", "Correct"),
    ("smtp", {"host": "smtp one"}, "settings.host: is not a host", "Write only the host"),
    ("smtp", {"host": "-smtp.example"}, "settings.host: is not a host", "Write only the host"),
    ("smtp", {"host": ["smtp.one.example"]}, "settings.host: must be a valid string", "Correct"),
    ("smtp", {"host": "YOUR_SMTP_HOST"}, "settings.host: is a placeholder", "Correct"),
    ("smtp", {"port": -1}, "settings.port", "587"),
    ("smtp", {"port": 65536}, "settings.port", "465"),
    ("smtp", {"port": True}, "settings.port: must be a valid integer", "Correct"),
    ("smtp", {"username": ""}, "settings.username: is empty", "Correct"),
    ("smtp", {"username": "${SMTP_USER}"}, "settings.username: is a placeholder", "Correct"),
    ("smtp", {"password": "*****"}, "settings.password: is a placeholder", "omit it"),
    ("smtp", {"password": "CHANGE_ME"}, "settings.password: is a placeholder", "omit it"),
    ("smtp", {"password": 12345678}, "settings.password: must be a string", "Correct"),
    ("smtp", {"smtp_host": "x"}, "settings.smtp_host: is not a known setting", "Did you mean"),
    ("smtp", {"x_msys_api": "{}"}, "settings.x_msys_api: must be a valid dictionary", "Correct"),
    ("smtp", {"x_mc_view_content_link": "false"}, "settings.x_mc_view_content_link: must be", "Correct"),
    ("smtp", {"x_ses_configuration_set": ""}, "settings.x_ses_configuration_set: is empty", "Correct"),
    ("azure_cs", {"connection_string": " "}, "settings.connection_string: is empty", "Correct"),
    ("azure_cs", {"connectionString": SECRET}, "settings.connectionString", "connection_string"),
    ("ms365", {"client_secret": None}, "settings.client_secret: is missing", "Set all of the credentials"),
    ("ms365", {"tenant_id": None}, "settings.tenant_id: is missing", "Set all of the credentials"),
    ("ms365", {"client_id": ""}, "settings.client_id: is empty", "Correct"),
    ("custom", {"credentials": {}}, "settings.credentials: is not a known setting", "Remove"),
    ("other", {"name": "smtp"}, "settings.name: has its own class", "auth0.smtp"),
    ("other", {"name": None}, "settings.name: is missing", "Set settings.name"),
    ("other", {"credentials": "keyword"}, "settings.credentials: must be a valid dictionary", "Correct"),
    ("other", {"credentials": {"token": ""}}, "settings.credentials.token: is empty", "Correct"),
]

TEMPLATES: list[tuple[dict[str, Any], str, str]] = [
    ({"body": "{% if x %}"}, "settings.body: broken Liquid at line 1", "Correct the template"),
    ({"body": "<p>\n{{ url"}, "settings.body: broken Liquid at line 2, column 1", "Correct the template"),
    ({"subject": "{{ a | | b }}"}, "settings.subject: broken Liquid at line 1", "Correct the template"),
    ({"from_address": "{% endif %}"}, "settings.from_address: broken Liquid at line 1", "Correct the template"),
    ({"template": "welcome email"}, "settings.template: is not a template name", "welcome_email"),
    ({"template": "VERIFY_EMAIL"}, "settings.template: is not a template name", "Did you mean verify_email?"),
    ({"body": " \n"}, "settings.body: is empty", ""),
    ({"template": "../provider"}, "settings.template: is not a template name", "verify_email"),
    ({"template": ""}, "settings.template: is empty", "Correct"),
    ({"body": None}, "settings.body: is missing", "Set settings.body"),
    ({"subject": 5}, "settings.subject: must be a valid string", "Correct"),
    ({"enabled": "yes"}, "settings.enabled: must be a valid boolean", "Correct"),
    ({"url_lifetime_in_seconds": 1.5}, "settings.url_lifetime_in_seconds", "Correct"),
    ({"url_lifetime_in_seconds": "60"}, "settings.url_lifetime_in_seconds: must be a valid integer", "Correct"),
    ({"include_email_in_redirect": 1}, "settings.include_email_in_redirect: must be a valid boolean", "Correct"),
    ({"result_url": " "}, "settings.result_url: is empty", "Correct"),
    ({"from": "a@acme.example"}, "settings.from: is not a known setting", "Remove"),
    ({"from_address": "nobody"}, "settings.from_address: is not an email address", "no-reply@"),
]

INPUTS: list[tuple[dict[str, Any], str, str]] = [
    (provider_inputs(tenant=""), "tenant: is empty", "Correct"),
    (provider_inputs(from_address=""), "from_address: is empty", "Correct"),
    (provider_inputs(from_address="Acme <no-reply@>"), "from_address: is not an email address", "no-reply@"),
    (provider_inputs(on_drift="ignore"), "on_drift: must be 'overwrite' or 'fail'", "Correct"),
    (provider_inputs(on_delete="destroy"), "on_delete: must be 'delete', 'disable'", "Correct"),
    (provider_inputs(preflight="ping"), "preflight: must be 'off', 'connect' or 'send'", "Correct"),
    (
        provider_inputs(preflight="send"),
        "preflight: Auth0 does not support 'send' here: its Management API",
        "Use one of",
    ),
    (
        provider_inputs({"kind": "auth0.sendgrid", "api_key": SECRET}, preflight="connect"),
        "preflight: Auth0 does not support 'connect' here: auth0.sendgrid has no server to test",
        "Use one of: off",
    ),
    (provider_inputs(test_recipient="nobody"), "test_recipient: is not an email address", "no-reply@"),
    (provider_inputs(unheard_of=1), "unheard_of: is not a known setting", "Remove"),
]


@pytest.fixture(scope="module")
def tenant() -> Iterator[Auth0Emulator]:
    """Runs a tenant that must not be called."""
    with Auth0Emulator() as emulator:
        yield emulator
        assert not emulator.calls


@pytest.fixture(scope="module")
def host(tenant: Auth0Emulator) -> Iterator[Host]:
    """Runs the SDK's host with a stack's config."""
    with running_host({"tenant-email:tenants": json.dumps({"main": {"platform": "auth0", "url": tenant.url}})}) as host:
        yield host


def told(host: Host, lifecycle: Any, inputs: dict[str, Any], olds: dict[str, Any] | None = None) -> str:
    """Returns what a preview says; never the secret."""
    text = "\n".join(host.check(lifecycle, inputs, olds))
    assert SECRET not in text
    return text


@pytest.mark.parametrize(("kind", "wrong", "field", "remedy"), SETTINGS)
def test_bad_settings_are_refused(host: Host, kind: str, wrong: dict[str, Any], field: str, remedy: str) -> None:
    """Settings of every kind: wrong types, unknown fields, partial credentials, empty texts and placeholders."""
    settings = {"kind": f"auth0.{kind}", **KINDS[kind], **wrong}
    text = told(host, EmailProviderLifecycle, provider_inputs({k: v for k, v in settings.items() if v is not None}))
    assert field in text
    assert remedy in text


@pytest.mark.parametrize(("wrong", "field", "remedy"), TEMPLATES)
def test_bad_templates_are_refused(host: Host, wrong: dict[str, Any], field: str, remedy: str) -> None:
    """Templates: names, Liquid, types and senders."""
    settings = {key: value for key, value in {**WELCOME, **wrong}.items() if value is not None}
    text = told(host, EmailTemplateLifecycle, template_inputs(settings))
    assert field in text
    assert remedy in text


@pytest.mark.parametrize(("inputs", "field", "remedy"), INPUTS)
def test_bad_inputs_are_refused(host: Host, inputs: dict[str, Any], field: str, remedy: str) -> None:
    """What stands beside the settings: tenant, sender and policies."""
    text = told(host, EmailProviderLifecycle, inputs)
    assert field in text
    assert remedy in text


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"custom", "smtp"}))
def test_a_switch_without_credentials_is_refused(host: Host, kind: str) -> None:
    """From smtp to any kind whose credentials are omitted: Auth0 would drop the old ones."""
    secret = {"other": ("credentials",), "ses": ("access_key_id", "secret_access_key"), "ms365": tuple(KINDS["ms365"])}
    bare = without(KINDS[kind], *secret.get(kind, ("api_key", "connection_string")))
    text = told(host, EmailProviderLifecycle, provider_inputs({"kind": f"auth0.{kind}", **bare}), provider_inputs())
    assert f"cannot switch from smtp to {kind} without the" in text
    assert "Set settings." in text


def test_a_secret_of_config_stays_with_its_url() -> None:
    """A url from the environment with the secret of another url in config is refused."""
    entry = {"platform": "auth0", "url": "https://real.eu.auth0.com", "clientId": "x", "clientSecret": "canary-client"}
    config = {"tenant-email:tenants": json.dumps({"main": entry})}
    with running_host(config, {"AUTH0_DOMAIN": "strange.eu.auth0.com"}) as host:
        (reason,) = host.check(EmailProviderLifecycle, provider_inputs())
    assert "main.clientSecret: belongs to real.eu.auth0.com, but AUTH0_DOMAIN names another host" in reason
    assert "canary-client" not in reason
