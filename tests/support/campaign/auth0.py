"""Auth0's provider and templates (docs/contracts/auth0.md)."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from support.campaign.subject import PASSWORD, SECOND_PASSWORD, Props, Subject, Tenant
from support.campaign.words import AUTH0
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle
from tenant_email_local.emulators.auth0 import Auth0Client, Auth0Emulator, Auth0State

if TYPE_CHECKING:
    from support.campaign.clock import Clock

SENDER = "no-reply@acme.example"
_LOGIN = Auth0Client("management", "canary-client-secret")
_THEIRS = {
    "template": "blocked_account",
    "body": "<p>Blocked</p>",
    "from": "",
    "subject": "Blocked",
    "syntax": "liquid",
    "enabled": True,
}


def _open(clock: Clock) -> Auth0Emulator:
    return Auth0Emulator(state=Auth0State(clients={_LOGIN.client_id: replace(_LOGIN)}), clock=clock)


TENANT = Tenant(
    _open,
    lambda tenant: {
        "platform": "auth0",
        "url": tenant.url,
        "clientId": _LOGIN.client_id,
        "clientSecret": _LOGIN.client_secret,
    },
)


def _provider(settings: Props) -> Props:
    return {
        "tenant": "main",
        "settings": settings,
        "from_address": SENDER,
        "enabled": True,
        "on_existing": "fail",
        "on_drift": "overwrite",
        "preflight": "off",
    }


def _smtp(number: str, password: str) -> Props:
    settings = {"kind": "auth0.smtp", "host": f"smtp.{number}.example", "port": 587, "username": "mailer"}
    return _provider(settings | {"password": password})


def _stored_smtp(number: str, password: str, sender: str = SENDER) -> Props:
    login = {"smtp_host": f"smtp.{number}.example", "smtp_port": 587, "smtp_user": "mailer", "smtp_pass": password}
    return {"name": "smtp", "enabled": True, "default_from_address": sender, "credentials": login}


def _plant(provider: Props) -> Any:
    def plant(tenant: Auth0Emulator) -> None:
        tenant.state.provider = copy.deepcopy(provider)

    return plant


def _bystanders(tenant: Auth0Emulator) -> None:
    tenant.state.templates["blocked_account"] = dict(_THEIRS)


def _ses(region: str, secret: str) -> Props:
    return _provider(
        {"kind": "auth0.ses", "access_key_id": "AKIA0123456789", "secret_access_key": secret, "region": region}
    )


def _stored_ses(region: str, secret: str) -> Props:
    keys = {"accessKeyId": "AKIA0123456789", "secretAccessKey": secret, "region": region}
    return {"name": "ses", "enabled": True, "default_from_address": SENDER, "credentials": keys}


PROVIDER = Subject(
    "auth0",
    "EmailProvider",
    TENANT,
    AUTH0,
    EmailProviderLifecycle,
    first=_smtp("one", PASSWORD),
    second=_smtp("two", SECOND_PASSWORD),
    wanted={"first": _stored_smtp("one", PASSWORD), "second": _stored_smtp("two", SECOND_PASSWORD)},
    mine=lambda tenant: tenant.state.provider,
    others=lambda tenant: tenant.state.templates,
    removed=None,
    operations=("create", "update", "read", "delete", "conflict", "adopt", "import"),
    foreign={
        "another kind": _plant({"name": "sendgrid", "enabled": True, "credentials": {"api_key": "theirs"}}),
        "equal to the eye": _plant(_stored_smtp("one", "theirs")),
    },
    importable="equal to the eye",
    single=(("POST", "/emails/provider"),),
    bystanders=_bystanders,
)

HIDDEN = replace(
    PROVIDER,
    variant="ses",
    first=_ses("us-east-1", PASSWORD),
    second=_ses("eu-west-1", SECOND_PASSWORD),
    wanted={"first": _stored_ses("us-east-1", PASSWORD), "second": _stored_ses("eu-west-1", SECOND_PASSWORD)},
    operations=("create", "conflict"),
    foreign={"equal to the eye": _plant(_stored_ses("us-east-1", "theirs"))},
    importable="",
)


def _template(subject: str) -> Props:
    settings = {
        "kind": "auth0.template",
        "template": "welcome_email",
        "subject": subject,
        "body": f"<p>{subject}</p>\n",
    }
    return {"tenant": "main", "settings": settings | {"syntax": "liquid", "enabled": True}, "on_existing": "fail"}


def _stored_template(subject: str, *, enabled: bool = True, **more: Any) -> Props:
    usual = {"template": "welcome_email", "subject": subject, "body": f"<p>{subject}</p>\n", "from": ""}
    return {**usual, "syntax": "liquid", "enabled": enabled, **more}


def _plant_template(template: Props) -> Any:
    def plant(tenant: Auth0Emulator) -> None:
        tenant.state.templates["welcome_email"] = dict(template)

    return plant


TEMPLATE = Subject(
    "auth0",
    "EmailTemplate",
    TENANT,
    AUTH0,
    EmailTemplateLifecycle,
    first=_template("One"),
    second=_template("Two"),
    wanted={"first": _stored_template("One"), "second": _stored_template("Two")},
    mine=lambda tenant: tenant.state.templates.get("welcome_email"),
    others=lambda tenant: (
        tenant.state.provider,
        {name: kept for name, kept in tenant.state.templates.items() if name != "welcome_email"},
    ),
    removed=_stored_template("One", enabled=False),
    operations=("create", "update", "read", "delete", "conflict", "adopt", "import"),
    foreign={
        "another text": _plant_template(_stored_template("Theirs", urlLifetimeInSeconds=600)),
        "equal": _plant_template(_stored_template("One")),
    },
    importable="equal",
    restored=True,
    bystanders=_bystanders,
)
SUBJECTS = (PROVIDER, HIDDEN, TEMPLATE)
