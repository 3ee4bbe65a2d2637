"""What is read from Logto's connectors, as its API answers them and as its database has them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tenant_email.errors import TenantEmailError
from tenant_email.inputs.model import reveal
from tenant_email.migration.reading import read

if TYPE_CHECKING:
    from pathlib import Path

    from tenant_email.migration.found import Reading

TEXTS = [
    {"usageType": usage, "type": "text/html", "subject": f"{usage} {{{{code}}}}", "content": "<b>{{code}}</b>"}
    for usage in ("SignIn", "Register", "ForgotPassword", "Generic")
]
ALIASES = [{"usageType": text["usageType"], "templateAlias": "code"} for text in TEXTS]
SMTP = {
    "host": "smtp.acme.com",
    "port": 587,
    "auth": {"type": "login", "user": "mailer", "pass": "canary-pass"},
    "fromEmail": "no-reply@acme.com",
    "requireTLS": True,
    "templates": [{**{k: v for k, v in text.items() if k != "type"}, "contentType": "text/html"} for text in TEXTS],
}
ROW = {
    "id": "abc123def456",
    "connectorId": "simple-mail-transfer-protocol",
    "type": "Email",
    "config": SMTP,
    "metadata": {},
    "syncProfile": False,
    "enableTokenStorage": False,
    "target": "smtp",
    "name": {"en": "SMTP"},
    "logo": "data:image/svg+xml;base64,…",
    "readme": "x",
    "extraInfo": {},
    "isDemo": False,
}
SMS = {
    "id": "sms1",
    "connectorId": "twilio-short-message-service",
    "type": "Sms",
    "config": {"authToken": "canary-sms"},
}
TEMPLATE = {
    "tenantId": "default",
    "id": "t1",
    "languageTag": "de",
    "templateType": "SignIn",
    "details": {"subject": "Ihr Code", "content": "<b>{{code}}</b>", "contentType": "text/html"},
    "createdAt": 1,
}


def reading(tmp_path: Path, document: Any) -> Reading:
    """Returns what is read from a document."""
    file = tmp_path / "connectors.json"
    file.write_text(json.dumps(document))
    return read(file, None, {})


@pytest.mark.parametrize(
    "document",
    [
        [ROW, SMS],
        ROW,
        {"connectors": [SMS, ROW]},
        [{"tenant_id": "default", "id": ROW["id"], "connector_id": ROW["connectorId"], "config": SMTP, "metadata": {}}],
    ],
    ids=["list", "one", "object", "rows"],
)
def test_connectors_are_read(tmp_path: Path, document: Any) -> None:
    """Whatever they stand in; a connector that sends no email stays."""
    found = reading(tmp_path, document)
    assert found.tenant
    assert found.tenant.provider
    settings = reveal(found.tenant.provider.settings)
    assert (settings["kind"], settings["password"], settings["require_tls"]) == ("logto.smtp", "canary-pass", True)
    assert settings["templates"].keys() == {"SignIn", "Register", "ForgotPassword", "Generic"}
    assert found.tenant.provider.from_address == "no-reply@acme.com"
    assert found.taken == ["connector abc123def456"]
    assert "canary" not in repr(found)


@pytest.mark.parametrize(
    ("factory", "config", "kind"),
    [
        ("aws-ses-mail", {"accessKeyId": "A", "accessKeySecret": "canary", "region": "eu-west-1"}, "aws_ses"),
        ("mailgun-email", {"domain": "acme.com", "apiKey": "canary", "from": "a@acme.com"}, "mailgun"),
        ("sendgrid-email-service", {"apiKey": "canary", "fromEmail": "a@acme.com", "templates": TEXTS}, "sendgrid"),
        ("postmark-mail", {"serverToken": "canary", "fromEmail": "a@acme.com", "templates": ALIASES}, "postmark"),
        ("logto-email", {}, "logto_email"),
        ("http-email", {"endpoint": "https://mail.acme.com", "authorization": "canary"}, "http"),
        (
            "simple-mail-transfer-protocol",
            {"host": "h.acme.com", "port": 25, "fromEmail": "a@acme.com"}
            | {
                "auth": {
                    "type": "OAuth2",
                    "user": "u",
                    "clientId": "i",
                    "clientSecret": "canary",
                    "accessUrl": "https://a.example",
                }
            }
            | {"templates": SMTP["templates"]},
            "smtp_oauth2_token",
        ),
    ],
)
def test_every_factory_is_read(tmp_path: Path, factory: str, config: Any, kind: str) -> None:
    """Its secrets as such; without texts the connector keeps its own."""
    found = reading(tmp_path, [{**ROW, "connectorId": factory, "config": config}])
    assert found.tenant
    assert found.tenant.provider, found.notes
    assert found.tenant.provider.settings["kind"] == f"logto.{kind}"
    assert ("canary" in str(reveal(found.tenant.provider.settings))) is bool(config)
    assert "canary" not in repr(found)


def test_what_may_be_secret_or_is_not_known_stays_in_the_connector(tmp_path: Path) -> None:
    """Headers, client keys, and settings of a plugin that are none of ours."""
    more = {"customHeaders": {"X-Token": "canary"}, "tls": {"key": "canary"}, "dkim": {"privateKey": "canary"}}
    found = reading(tmp_path, [{**ROW, "config": {**SMTP, **more}}])
    assert found.tenant
    assert found.tenant.provider
    assert not {"custom_headers", "tls"} & found.tenant.provider.settings.keys()
    (note,) = found.notes
    assert note.text == "custom_headers, dkim, tls stays in the connector as it is, and is not managed"


def test_templates_are_read(tmp_path: Path) -> None:
    """By themselves, or beside the connectors."""
    for document in ([TEMPLATE], {"connectors": [ROW], "emailTemplates": [TEMPLATE]}):
        found = reading(tmp_path, document)
        assert found.tenant
        (template,) = found.tenant.templates
        assert (template.address, template.settings["subject"]) == ("de/SignIn", "Ihr Code")


def test_two_email_connectors_are_refused(tmp_path: Path) -> None:
    """A tenant has one."""
    with pytest.raises(TenantEmailError, match="holds 2 email connectors"):
        reading(tmp_path, [ROW, {**ROW, "id": "x", "connectorId": "postmark-mail"}])


@pytest.mark.parametrize("config", [{}, None, "canary"])
def test_a_connector_without_configuration_is_refused(tmp_path: Path, config: Any) -> None:
    """There is nothing that a program could say."""
    found = reading(tmp_path, [{**ROW, "config": config}])
    assert found.tenant
    assert found.tenant.provider is None
    assert [note.refused for note in found.notes] == [True]


def test_a_connector_without_a_class_is_refused(tmp_path: Path) -> None:
    """One that somebody wrote and installed."""
    found = reading(tmp_path, [{**ROW, "connectorId": "acme-mail", "config": {"token": "canary"}}])
    assert found.tenant
    assert found.tenant.provider is None
    assert "acme-mail" in str(found.notes)
