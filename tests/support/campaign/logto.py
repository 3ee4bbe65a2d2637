"""Logto's email connector and templates (docs/contracts/logto.md)."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from support.campaign.servers import hook
from support.campaign.subject import PASSWORD, SECOND_PASSWORD, Props, Subject, Tenant
from support.campaign.words import LOGTO
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle
from tenant_email_local.emulators.logto import Application, LogtoEmulator, LogtoState
from tenant_email_local.emulators.logto.state import Row

if TYPE_CHECKING:
    from support.campaign.clock import Clock

_SMTP = "simple-mail-transfer-protocol"
_USES = ("Register", "SignIn", "ForgotPassword", "Generic")
_SENDER = "noreply@acme.example"


def _open(clock: Clock) -> LogtoEmulator:
    return LogtoEmulator(
        state=LogtoState(applications={"management": Application("management", "canary-app")}), clock=clock
    )


TENANT = Tenant(
    _open,
    lambda tenant: {"platform": "logto", "url": tenant.url, "appId": "management", "appSecret": "canary-app"},
)


def _smtp(number: str, password: str) -> Props:
    texts = {use: {"subject": "Code", "content": "{{code}}", "content_type": "text/html"} for use in _USES}
    settings = {"kind": "logto.smtp", "host": f"smtp.{number}.example", "port": 587, "username": "mailer"}
    settings |= {"password": password, "templates": texts}
    more = {
        "from_address": _SENDER,
        "enabled": True,
        "on_existing": "fail",
        "on_drift": "overwrite",
        "preflight": "off",
    }
    return {"tenant": "main", "settings": settings, **more}


def _stored(number: str, password: str) -> Props:
    texts = [{"usageType": use, "contentType": "text/html", "subject": "Code", "content": "{{code}}"} for use in _USES]
    login = {"user": "mailer", "pass": password}
    return {"host": f"smtp.{number}.example", "port": 587, "auth": login, "fromEmail": _SENDER, "templates": texts}


def _mine(tenant: LogtoEmulator) -> list[Any]:
    """Returns the email connectors, their texts in the order of their use."""
    found = []
    for row in tenant.state.connectors:
        if row.factory != "github-universal":
            config = copy.deepcopy(row.config)
            if "templates" in config:
                config["templates"].sort(key=lambda text: _USES.index(text["usageType"]))
            if config.get("auth", {}).get("type") == "login":
                del config["auth"]["type"]  # the default
            # how a port of STARTTLS is written (docs/contracts/logto.md#services)
            defaults = {"secure": False, "requireTLS": True}
            found.append((row.factory, {key: kept for key, kept in config.items() if defaults.get(key) is not kept}))
    return found


def _plant(factory: str, config: Props) -> Any:
    def plant(tenant: LogtoEmulator) -> None:
        tenant.state.connectors.append(Row("theirs000001", factory, copy.deepcopy(config)))

    return plant


def _bystanders(tenant: LogtoEmulator) -> None:
    entry = {"tenantId": "default", "id": "x" * 21, "languageTag": "fr", "templateType": "SignIn", "createdAt": 1}
    tenant.state.templates.append({**entry, "details": {"subject": "Bonjour", "content": "{{code}}"}})


def _agrees(tenant: LogtoEmulator, recorded: Props) -> bool:
    (row,) = (row for row in tenant.state.connectors if row.factory != "github-universal")
    return bool(recorded["live"]["id"] == row.id)


_HTTP = {"endpoint": "https://mail.example/send", "authorization": "theirs"}
PROVIDER = Subject(
    "logto",
    "EmailProvider",
    TENANT,
    LOGTO,
    EmailProviderLifecycle,
    first=_smtp("one", PASSWORD),
    second=_smtp("two", SECOND_PASSWORD),
    wanted={"first": [(_SMTP, _stored("one", PASSWORD))], "second": [(_SMTP, _stored("two", SECOND_PASSWORD))]},
    mine=_mine,
    others=lambda tenant: (tenant.state.templates, tenant.state.sign_in),
    removed=[],
    operations=("create", "update", "read", "delete", "conflict", "adopt", "import"),
    foreign={
        "another factory": _plant("http-email", _HTTP),
        "equal to the eye": _plant(_SMTP, _stored("one", "theirs")),
        "equal": _plant(_SMTP, _stored("one", PASSWORD)),
    },
    importable="equal",
    agrees=_agrees,
    single=(("POST", "/api/connectors"),),
    bystanders=_bystanders,
)


def _hook(authorization: str) -> Props:
    settings = {"kind": "logto.http", "endpoint": hook(), "authorization": authorization}
    more = {"enabled": True, "on_existing": "fail", "on_drift": "overwrite"}
    return {"tenant": "main", "settings": settings, "preflight": "off", **more}


def _stored_hook(authorization: str) -> list[Any]:
    return [("http-email", {"endpoint": hook(), "authorization": authorization})]


SENDING = replace(
    PROVIDER,
    variant="http",
    first=_hook(PASSWORD),
    second=_hook(SECOND_PASSWORD),
    wanted={"first": _stored_hook(PASSWORD), "second": _stored_hook(SECOND_PASSWORD)},
    operations=("preflight",),
    foreign={},
    importable="",
    trying={"preflight": "send", "test_recipient": "operator@acme.example"},
    test_mail="/test",
)


def _text(subject: str) -> Props:
    settings = {"kind": "logto.template", "language": "en", "type": "SignIn", "subject": subject, "content": "{{code}}"}
    return {"tenant": "main", "settings": settings | {"content_type": "text/html"}, "on_existing": "fail"}


def _details(subject: str, **more: str) -> Props:
    return {"subject": subject, "content": "{{code}}", "contentType": "text/html", **more}


def _english(tenant: LogtoEmulator, *, ours: bool) -> list[Any]:
    return [
        each["details"] if ours else each
        for each in tenant.state.templates
        if ((each["languageTag"], each["templateType"]) == ("en", "SignIn")) is ours
    ]


def _plant_text(details: Props) -> Any:
    def plant(tenant: LogtoEmulator) -> None:
        entry = {"tenantId": "default", "id": "y" * 21, "languageTag": "en", "templateType": "SignIn", "createdAt": 2}
        tenant.state.templates.append({**entry, "details": dict(details)})

    return plant


TEMPLATE = Subject(
    "logto",
    "EmailTemplate",
    TENANT,
    LOGTO,
    EmailTemplateLifecycle,
    first=_text("One"),
    second=_text("Two"),
    wanted={"first": [_details("One")], "second": [_details("Two")]},
    mine=lambda tenant: _english(tenant, ours=True),
    others=lambda tenant: (_english(tenant, ours=False), [vars(row) for row in tenant.state.connectors]),
    removed=[],
    operations=("create", "update", "read", "delete", "conflict", "adopt", "import"),
    foreign={
        "another text": _plant_text(_details("Theirs", replyTo="them@acme.example")),
        "equal": _plant_text(_details("One")),
    },
    importable="equal",
    restored=True,
    bystanders=_bystanders,
)
SUBJECTS = (PROVIDER, SENDING, TEMPLATE)
