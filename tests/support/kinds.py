"""Inputs for every kind of provider of every platform."""

from __future__ import annotations

from typing import Any

from support.logto_corpus import good

_KEY = "canary-kind-secret"
_AUTH0: dict[str, dict[str, Any]] = {
    "mandrill": {"api_key": _KEY, "view_content_link": True},
    "sendgrid": {"api_key": _KEY},
    "resend": {"api_key": _KEY},
    "ses": {"access_key_id": "AKIAX", "secret_access_key": _KEY, "region": "eu-west-1"},
    "sparkpost": {"api_key": _KEY, "region": "eu"},
    "mailgun": {"api_key": _KEY, "domain": "mg.acme.example", "region": "us"},
    "smtp": {"host": "smtp.one.example", "port": 587, "username": "mailer", "password": _KEY},
    "azure_cs": {"connection_string": _KEY},
    "ms365": {"tenant_id": "t", "client_id": "c", "client_secret": _KEY},
    "custom": {},
    "other": {"name": "brand_new", "credentials": {"token": _KEY}},
}
_AIC: tuple[dict[str, Any], ...] = (
    {"kind": "pingone_aic.smtp", "host": "smtp.one.example", "port": 587, "username": "mailer", "password": _KEY},
    {"kind": "pingone_aic.smtp", "host": "smtp.one.example", "port": 25},
    {
        "kind": "pingone_aic.ms_graph",
        "mail_endpoint": "https://graph.microsoft.com/v1.0/users/mail@acme.example/sendMail",
        "token_endpoint": "https://login.microsoftonline.com/acme/oauth2/v2.0/token",
        "client_id": "client",
        "client_secret": _KEY,
    },
)
_SENDER = {"from_address": "no-reply@acme.example"}

EVERY: tuple[dict[str, Any], ...] = (
    *({"settings": {"kind": f"auth0.{name}", **more}, **_SENDER} for name, more in _AUTH0.items()),
    *good(13, seed=5),
    *({"settings": settings, **_SENDER} for settings in _AIC),
)
"""`settings` and `from_address` of each; the built-in sender of PingOne AIC, which counts as absent, apart."""


def name_of(inputs: dict[str, Any]) -> str:
    """Returns the kind, for a test's name."""
    return str(inputs["settings"]["kind"])
