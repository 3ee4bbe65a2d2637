"""Tenants with odd things in them, made from a seed: what consoles, other tools and people leave."""

from __future__ import annotations

from base64 import b64encode
from random import Random
from typing import TYPE_CHECKING, Any, Final

from support.by_hand import FROM, LOGIN, MAILS, TEXTS
from support.logto_corpus import good
from tenant_email.platforms.auth0.templates import NAMES
from tenant_email_local.emulators.auth0 import Auth0Emulator
from tenant_email_local.emulators.logto import LogtoEmulator
from tenant_email_local.emulators.logto.state import Row
from tenant_email_local.emulators.pingone_aic import AicEmulator
from tenant_email_local.emulators.pingone_aic.state import SecretEsv, VariableEsv

if TYPE_CHECKING:
    from support.conformance import Case

BODIES: Final = (
    "<p>{{ url }}</p>",
    "<p>\r\n\r</p>\r\n",
    "\ufeff<p>mark</p>",
    "<p>no line end",
    '"""\\N{BULLET}\\x00 {} {0} %s',
    "'single' \"double\" `back`",
    "<p>\u202edesrever\u202c \u200b 東京 👩‍👩‍👧 e\u0301</p>\n",
    "\n",
    "<style>p{margin:0}</style>" * 40,
    "# -*- coding: utf-16 -*-\n",
)
SUBJECTS: Final = (
    "Hello",
    'say "hi"',
    "it's 'so'",
    "{{ user.email }} {}",
    "a\\b\\n",
    "Grüße 東京",
    "import os",
    "x" * 120,
)
_LOCALES: Final = ("en", "fr", "pt-BR", "zh")


def fill(case: Case, seed: int, *, empty: bool = True) -> None:
    """Puts a provider and templates into a tenant, in place of what it has; only one that may be empty has neither."""
    random, tenant = Random(seed), case.tenant  # noqa: S311 - a corpus, not a key
    if isinstance(tenant, Auth0Emulator):
        tenant.state.provider = _auth0_provider(random)
        names = random.sample(NAMES, random.randrange(0 if empty else 1, len(NAMES)))
        tenant.state.templates = {name: _auth0_template(random, name) for name in names}
    elif isinstance(tenant, LogtoEmulator):
        _fill_logto(random, tenant, case, empty=empty)
    else:
        assert isinstance(tenant, AicEmulator)
        _fill_aic(random, tenant)


def _auth0_provider(random: Random) -> dict[str, Any] | None:
    hidden: tuple[dict[str, Any], ...] = (
        {"name": "smtp", "credentials": {"smtp_host": "::1", "smtp_port": 2525, "smtp_user": 'a"b\\c'}},
        {"name": "smtp", "credentials": {"smtp_host": "a.example", "smtp_port": 465, "smtp_user": "東"}},
        {"name": "mandrill", "credentials": {}, "settings": {"message": {"view_content_link": False}}},
        {"name": "sendgrid", "credentials": {}},
        {"name": "resend", "credentials": {}},
        {
            "name": "ses",
            "credentials": {"region": "eu-west-1"},
            "settings": {"message": {"configuration_set_name": "s"}},
        },
        {"name": "sparkpost", "credentials": {"region": "eu"}},
        {"name": "mailgun", "credentials": {"domain": "mg.acme.example", "region": "eu"}},
        {"name": "azure_cs", "credentials": {}},
        {"name": "ms365", "credentials": {}},
        {"name": "custom", "credentials": {}},
        {"name": 'ne"wer', "credentials": {"token": "canary-token"}, "settings": {"from": {"class": [1, None, "x"]}}},
    )
    chosen = random.choice((None, *hidden))
    return chosen and {"enabled": random.random() > 0.3, "default_from_address": random.choice((None, FROM)), **chosen}


def _auth0_template(random: Random, name: str) -> dict[str, Any]:
    more = {
        "from": random.choice(("", FROM)),
        "resultUrl": random.choice(("", "https://acme.example/?a=b&c='d'")),
        "urlLifetimeInSeconds": random.choice((0.0, 432000.0)),
        "includeEmailInRedirect": random.random() > 0.5,
        "syntax": random.choice(("liquid", "other")),
    }
    chosen = {key: value for key, value in more.items() if random.random() > 0.4}
    body, subject = random.choice(BODIES), random.choice((*SUBJECTS, ""))
    enabled = random.random() > 0.3
    return {"template": name, "subject": subject, "body": body, "enabled": enabled, **chosen}


def _fill_logto(random: Random, tenant: LogtoEmulator, case: Case, *, empty: bool) -> None:
    tenant.state.connectors.clear()
    if random.random() > 0.2:
        number = random.randrange(13)
        inputs = list(good(number + 1, seed=random.randrange(1000)))[number]
        case.stack(**{"from_address": None, **inputs}).up()
    tags = (*_LOCALES, "EN", "de_DE")  # the last two are stored and never used
    pairs = [(tag, usage) for tag in tags for usage in (*MAILS, "MfaVerification")]
    tenant.state.templates[:] = [
        {
            "tenantId": "default",
            "id": f"id{number}",
            "languageTag": tag,
            "templateType": usage,
            "details": {
                "subject": random.choice(SUBJECTS),
                "content": random.choice(BODIES),
                **random.choice(
                    ({}, {"contentType": "text/plain"}, {"replyTo": FROM, "sendFrom": "", "contentType": "text/html"})
                ),
            },
            "createdAt": 1,
        }
        for number, (tag, usage) in enumerate(random.sample(pairs, random.randrange(0 if empty else 1, 6)))
    ]


def put_connector(tenant: LogtoEmulator, *rows: tuple[str, dict[str, Any]]) -> None:
    """Puts connectors where a console, or several, put them."""
    base = {"auth": LOGIN, "fromEmail": FROM, "templates": TEXTS}
    tenant.state.connectors[:] = [
        Row(f"id{number}", factory, {**base, **config}) for number, (factory, config) in enumerate(rows)
    ]


def _fill_aic(random: Random, tenant: AicEmulator) -> None:
    values = {
        "esv-mail-host": random.choice(("smtp.acme.example", "a\nb")),
        "esv-mail-password": "canary-in-a-variable",
    }
    tenant.state.variables = {name: _variable(name, value) for name, value in values.items()}
    tenant.state.secrets = {"esv-mail-secret": _secret("esv-mail-secret")}
    smtp = {
        "port": random.choice((25, 465, 587)),
        "from": FROM,
        "smtpProperties": random.choice(([], ["mail.mime.allowutf8=true"])),
    }
    tls = {"starttls": {"enable": random.random() > 0.5}, "ssl": {"enable": random.random() > 0.5}}
    login = {
        "enable": True,
        "username": 'm"ailer',
        "password": random.choice(("&{esv.mail.password}", "&{esv.mail.secret}", {"$crypto": {"x": 1}})),
    }
    tenant.state.config["external.email"] = {
        "host": random.choice(("smtp.acme.example", "&{esv.mail.host}", "&{esv.gone|a.example}")),
        "auth": random.choice((login, {"enable": False})),
        **smtp,
        **tls,
    }
    for name in [each for each in tenant.state.config if each.startswith("emailTemplate/")]:
        del tenant.state.config[name]
    for number in range(random.randrange(5)):
        tenant.state.config[f"emailTemplate/t-{number}_X"] = _aic_template(random)


def _aic_template(random: Random) -> dict[str, Any]:
    locales = random.sample(_LOCALES, random.randrange(1, 4))
    html = {locale: random.choice(BODIES) for locale in locales}
    styles = random.choice(("", "p{color:red}"))
    head = f'<style type="text/css">{styles}</style>' if styles else ""
    made = {locale: f"<html><head>{head}</head><body>{text}</body></html>" for locale, text in html.items()}
    return {
        "defaultLocale": locales[0],
        "subject": {locale: random.choice(SUBJECTS) for locale in locales},
        "message": random.choice((made, html)),
        "html": random.choice((html, {})),
        "styles": styles,
        "from": random.choice(("", FROM)),
        "enabled": random.random() > 0.3,
        "mimeType": random.choice(("text/html", "text/plain")),
        **random.choice(({}, {"displayName": 'A "name"', "description": "d\u202e"})),
    }


def _variable(name: str, value: str) -> VariableEsv:
    document = {
        "_id": name,
        "description": "",
        "expressionType": "string",
        "lastChangeDate": "2026-01-01T00:00:00.000Z",
        "lastChangedBy": "someone",
        "loaded": True,
        "valueBase64": b64encode(value.encode()).decode(),
    }
    return VariableEsv(document)


def _secret(name: str) -> SecretEsv:
    version = {"version": "1", "status": "ENABLED", "createDate": "2026-01-01T00:00:00.000Z", "loaded": True}
    document = {
        "_id": name,
        "activeVersion": "1",
        "description": "d",
        "encoding": "generic",
        "lastChangeDate": "2026-01-01T00:00:00.000Z",
        "lastChangedBy": "someone",
        "loaded": True,
        "loadedVersion": "1",
        "useInPlaceholders": True,
    }
    return SecretEsv(document, [version], {"1": "canary-in-a-secret"})
