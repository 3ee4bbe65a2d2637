"""Inputs as the resources send them, for tests that speak to the host without a program."""

from __future__ import annotations

from typing import Any

from support.single import SECRET

SMTP = {"kind": "auth0.smtp", "host": "smtp.one.example", "port": 587, "username": "mailer", "password": SECRET}
SENDGRID = {"kind": "auth0.sendgrid", "api_key": SECRET}
WELCOME = {
    "kind": "auth0.template",
    "template": "welcome_email",
    "subject": "Welcome",
    "body": "<p>Welcome</p>\n",
    "syntax": "liquid",
    "enabled": True,
}


def provider_inputs(settings: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Returns the inputs of an EmailProvider; None leaves one out."""
    usual = {
        "tenant": "main",
        "settings": settings or SMTP,
        "from_address": "no-reply@acme.example",
        "enabled": True,
        "on_existing": "fail",
        "on_drift": "overwrite",
        "preflight": "off",
    }
    return {name: value for name, value in {**usual, **more}.items() if value is not None}


def template_inputs(settings: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Returns the inputs of an EmailTemplate."""
    return {"tenant": "main", "settings": settings or WELCOME, "on_existing": "adopt", **more}


def without(settings: dict[str, Any], *names: str) -> dict[str, Any]:
    """Returns settings without some of them."""
    return {name: value for name, value in settings.items() if name not in names}
