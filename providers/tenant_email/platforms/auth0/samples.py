"""What a template is rendered with where nobody gives variables: those that Auth0 documents for it, made up.

Source: docs/contracts/auth0.md#liquid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.platforms.auth0.liquid import REQUIRED

if TYPE_CHECKING:
    from tenant_email.json_types import Props, PropsView

_APPLICATION: Final[PropsView] = {
    "name": "Acme Portal",
    "clientID": "kT8mXq2vR5nW7yB1cD4fG6hJ9lP0sZ3a",
    "callback_domain": "https://portal.acme.example",
    "client_metadata": {},
}
_GENERAL: Final[PropsView] = {
    "application": _APPLICATION,
    "client": _APPLICATION,
    "connection": {"name": "Username-Password-Authentication"},
    "request_language": "en",
    "tenant": "acme",
    "friendly_name": "Acme",
    "support_email": "support@acme.example",
    "support_url": "https://acme.example/support",
    "user": {
        "email": "ada@example.com",
        "email_verified": False,
        "picture": "https://acme.example/ada.png",
        "nickname": "ada",
        "given_name": "Ada",
        "family_name": "Lovelace",
        "name": "Ada Lovelace",
        "app_metadata": {},
        "user_metadata": {},
        "source_ip": "203.0.113.7",
        "city": "London",
        "country": "United Kingdom",
    },
    "organization": {
        "id": "org_2xYzAbCdEfGhIjKl",
        "name": "acme",
        "display_name": "Acme Inc.",
        "metadata": {},
        "branding": {
            "logo_url": "https://acme.example/logo.png",
            "colors": {"primary": "#0059d6", "page_background": "#ffffff"},
        },
    },
    "custom_domain": {"domain": "login.acme.example", "domain_metadata": {}},
    "inviter": {"name": "Grace Hopper"},
    "roles": [{"id": "rol_7hQ2", "name": "Editor", "description": "May edit pages"}],
}
_OWN: Final[PropsView] = {
    "url": "https://login.acme.example/u/continue?ticket=Qm3xV7tR",
    "link": "https://login.acme.example/u/enroll?ticket=Qm3xV7tR",
    "code": "481516",
}


def variables(settings: PropsView) -> Props:
    """Returns the variables that mails of this template have."""
    needed = REQUIRED.get(str(settings.get("template")))
    return {**_GENERAL, **({needed: _OWN[needed]} if needed else _OWN)}
