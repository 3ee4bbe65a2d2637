"""Verification mails, rendered from the stored template and sent through the stored provider.

Source: docs/contracts/auth0.md#delivery.
"""

from __future__ import annotations

import secrets
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from typing import TYPE_CHECKING, Any, Final

from tenant_email_local.emulators.auth0.jobs import CONNECTION
from tenant_email_local.emulators.auth0.liquid import render
from tenant_email_local.emulators.delivery import Delivery, DeliveryFailed

if TYPE_CHECKING:
    from tenant_email_local.emulators.auth0.state import Auth0State, Auth0User

_BUILT_IN_FROM: Final = "no-reply@auth0user.net"
_DEFAULT_TEMPLATE: Final[dict[str, Any]] = {
    "subject": "Verify your email",
    "body": (
        "<html><body><h1>{{ friendly_name }}</h1>"
        '<p><a href="{{ url }}">Verify your email</a></p><p>{{ support_email }}</p></body></html>\n'
    ),
}


def compose(state: Auth0State, user: Auth0User, url: str, now: float) -> EmailMessage:
    """Returns the verification email; LiquidError when a template does not render.

    Customised text and address count only with an enabled provider, and not with a from address of Auth0's own.
    """
    provider = find_enabled_provider(state)
    template = (find_template(state, "verify_email") if provider else None) or _DEFAULT_TEMPLATE
    default_from: str = (provider or {}).get("default_from_address") or _BUILT_IN_FROM
    values = _variables(state, user, url)
    message = EmailMessage()
    message["From"] = render(template.get("from") or default_from, values)
    message["To"] = user.email
    message["Subject"] = render(template.get("subject") or _DEFAULT_TEMPLATE["subject"], values)
    message["Date"] = formatdate(now)
    message["Message-ID"] = make_msgid(domain="auth0.local")
    message.set_content(render(template.get("body") or _DEFAULT_TEMPLATE["body"], values), subtype="html")
    return message


def send(provider: dict[str, Any], message: EmailMessage, delivery: Delivery) -> None:
    """Sends through a stored provider; DeliveryFailed when it does not take the message."""
    credentials: dict[str, Any] = provider["credentials"]
    settings: dict[str, dict[str, Any]] = provider.get("settings") or {}
    match provider["name"]:
        case "smtp":
            for name, value in settings.get("headers", {}).items():
                message[name] = str(value)
            delivery.send_smtp(
                message,
                host=credentials["smtp_host"],
                port=credentials["smtp_port"],
                username=credentials["smtp_user"],
                password=credentials["smtp_pass"],
            )
        case "ses":
            delivery.send_ses(
                message,
                region=credentials["region"],
                access_key_id=credentials["accessKeyId"],
                secret_access_key=credentials["secretAccessKey"],
                configuration_set=settings.get("message", {}).get("configuration_set_name"),
            )
        case "sendgrid":
            delivery.send_sendgrid(message, api_key=credentials["api_key"])
        case name:
            raise DeliveryFailed(f"{name} has no endpoint on this machine")


def find_enabled_provider(state: Auth0State) -> dict[str, Any] | None:
    """Returns the provider that mail goes through; None means the built-in sender."""
    return state.provider if state.provider and state.provider["enabled"] else None


def find_template(state: Auth0State, name: str) -> dict[str, Any] | None:
    """Returns a template that applies: stored, enabled, and not from an auth0.com address.

    Source: docs/contracts/auth0.md#templates.
    """
    template = state.templates.get(name, {})
    if not template.get("enabled") or parseaddr(template.get("from") or "")[1].endswith("@auth0.com"):
        return None
    return template


def _variables(state: Auth0State, user: Auth0User, url: str) -> dict[str, Any]:
    """Returns the Liquid variables of verify_email (docs/contracts/auth0.md#liquid)."""
    return {
        "url": f"{url}/u/email-verification?ticket={secrets.token_urlsafe(16)}#",
        "user": {
            "email": user.email,
            "name": user.name,
            "email_verified": user.email_verified,
            "app_metadata": {},
            "user_metadata": {},
        },
        "application": {"name": "All Applications", "client_metadata": {}},
        "connection": {"name": CONNECTION},
        "tenant": state.friendly_name,
        "friendly_name": state.friendly_name,
        "support_email": state.support_email,
        "support_url": state.support_url,
        "request_language": "en",
    }
