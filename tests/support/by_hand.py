"""Documents as a console left them in a tenant, and the inputs that a program has for them."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from tenant_email_local.emulators.auth0 import Auth0Emulator
from tenant_email_local.emulators.logto import LogtoEmulator
from tenant_email_local.emulators.logto.state import Row
from tenant_email_local.emulators.pingone_aic import AicEmulator

if TYPE_CHECKING:
    from support.conformance import Case

SECRETS = ("canary", "corpus")
"""What every secret of `support.kinds` and of the documents below begins with."""
FROM = "no-reply@acme.example"
TEXTS = [
    {"usageType": usage, "subject": "Code", "content": "{{code}}", "contentType": "text/html"}
    for usage in ("Register", "SignIn", "ForgotPassword", "Generic")
]
MAILS = {text["usageType"]: {"subject": "Code", "content": "{{code}}"} for text in TEXTS}
LOGIN = {"type": "login", "user": "mailer", "pass": "canary-smtp-password"}
HEADERS: dict[str, Any] = {"X-Token": "canary-header"}
SMTP = {"host": "smtp.acme.example", "port": 465, "secure": True, "auth": LOGIN, "fromEmail": FROM, "templates": TEXTS}
AIC: dict[str, Any] = {"host": "smtp.acme.example", "port": 587, "from": FROM, "smtpProperties": []}
STARTTLS = {"starttls": {"enable": True}, "ssl": {"enable": False}}
ESV = "&{esv.smtp.password}"

BY_HAND: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = {
    "auth0": [
        (
            {"name": "smtp", "credentials": {"smtp_host": "a.example", "smtp_port": 2525, "smtp_user": "mailer"}},
            {"settings": {"kind": "auth0.smtp", "host": "a.example", "port": 2525, "username": "mailer"}},
        ),
        (
            {
                "name": "smtp",
                "credentials": {"smtp_host": "a.example", "smtp_port": 587, "smtp_user": "mailer"},
                "settings": {"headers": {"X-MC-ViewContentLink": "false", "X-SES-Configuration-Set": "mail"}},
                "enabled": False,
            },
            {
                "settings": {
                    "kind": "auth0.smtp",
                    "host": "a.example",
                    "username": "mailer",
                    "x_mc_view_content_link": False,
                    "x_ses_configuration_set": "mail",
                },
                "enabled": False,
            },
        ),
        (
            {"name": "mailgun", "credentials": {"domain": "mg.acme.example", "region": None}},
            {"settings": {"kind": "auth0.mailgun", "domain": "mg.acme.example"}},
        ),
        ({"name": "custom", "credentials": {}}, {"settings": {"kind": "auth0.custom"}}),
        (
            {"name": "newer", "credentials": {"key": "canary-newer"}, "settings": {"pool": 3}},
            {"settings": {"kind": "auth0.other", "name": "newer", "settings": {"pool": 3}}},
        ),
    ],
    "logto": [
        (
            {"connectorId": "simple-mail-transfer-protocol", "config": {**SMTP, "customHeaders": HEADERS}},
            {
                "settings": {
                    "kind": "logto.smtp",
                    "host": "smtp.acme.example",
                    "port": 465,
                    "secure": True,
                    "username": "mailer",
                    "templates": MAILS,
                }
            },
        ),
        (
            {
                "connectorId": "http-email",
                "config": {"endpoint": "https://hooks.acme.example/mail", "authorization": "canary-authorization"},
            },
            {"settings": {"kind": "logto.http", "endpoint": "https://hooks.acme.example/mail"}, "from_address": None},
        ),
    ],
    "pingone_aic": [
        (
            {**AIC, **STARTTLS, "auth": {"enable": True, "username": "mailer", "password": ESV}},
            {
                "settings": {
                    "kind": "pingone_aic.smtp",
                    "host": "smtp.acme.example",
                    "username": "mailer",
                    "password": ESV,
                }
            },
        ),
        (
            {
                **AIC,
                "port": {"$int": "&{esv.smtp.port|25}"},
                "starttls": {"enable": False},
                "ssl": {"enable": False},
                "timeout": 5000,
                "smtpProperties": ["mail.smtp.localhost=acme.example", "mail.mime.allowutf8=true"],
                "auth": {"enable": False, "username": "left over"},
            },
            {
                "settings": {
                    "kind": "pingone_aic.smtp",
                    "host": "smtp.acme.example",
                    "port": "&{esv.smtp.port|25}",
                    "starttls": False,
                    "timeout": 5000,
                    "international_addresses": True,
                    "smtp_properties": {"mail.smtp.localhost": "acme.example"},
                }
            },
        ),
    ],
}
"""Documents as a console left them, and the inputs that a program has for them, but for sender and tenant."""
UNMADE = {"auth0.custom", "auth0.other", "logto.logto_email"}
"""Kinds that a tenant takes only with more than these inputs; they are among the documents."""


def platform_of(case: Case) -> str:
    """Returns the platform's name."""
    name: str = case.samples["settings"]["kind"].partition(".")[0]
    return name


def host_of(case: Case) -> str:
    """Returns the tenant's host."""
    return case.tenant.url.removeprefix("http://")


def id_of(case: Case, what: str = "email-provider") -> str:
    """Returns the id of something of the tenant."""
    return f"{platform_of(case)}/{host_of(case)}/{what}"


def put_by_hand(case: Case, document: dict[str, Any]) -> None:
    """Puts a document where someone put it by the console."""
    tenant, document = case.tenant, copy.deepcopy(document)
    if isinstance(tenant, Auth0Emulator):
        tenant.state.provider = {"enabled": True, "default_from_address": FROM, **document}
    elif isinstance(tenant, LogtoEmulator):
        tenant.state.connectors[:] = [Row("theirs", document["connectorId"], document["config"])]
    else:
        assert isinstance(tenant, AicEmulator)
        tenant.state.config["external.email"] = document
