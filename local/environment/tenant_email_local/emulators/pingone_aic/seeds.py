"""What a fresh tenant holds: the built-in sender of two generations and the templates.

Source: docs/contracts/pingone_aic.md#built-in and #templates.
"""

from __future__ import annotations

import copy
from typing import Any, Final

PROTECTED: Final = (
    "frEmailUpdated",
    "frForgotUsername",
    "frOnboarding",
    "frPasswordUpdated",
    "frProfileUpdated",
    "frResetPassword",
    "frUsernameUpdated",
)
CUSTOMISABLE: Final = ("forgottenUsername", "registration", "resetPassword", "updatePassword", "welcome")

_COMMON: Final[dict[str, Any]] = {
    "connectiontimeout": 300000,
    "debug": False,
    "from": "&{email.sender.address}",
    "smtpProperties": [],
    "ssl": {"enable": False},
    "threadPoolSize": 20,
    "timeout": 300000,
    "writetimeout": 300000,
}
STOCK_2025: Final[dict[str, Any]] = _COMMON | {
    "auth": {
        "enable": True,
        "password": "&{aic.customer.sasl.pass}",
        "username": "&{aic.customer.sasl.user|donotuse@pingidentity.com}",
    },
    "host": "&{aic.smtp.relay.host|smtp-relay.fr-platform.svc.cluster.local}",
    "port": 25,
    "starttls": {"enable": False},
}
STOCK_2024: Final[dict[str, Any]] = _COMMON | {
    "auth": {"enable": True, "password": "&{sendgrid.api.key}", "username": "apikey"},
    "host": "smtp.sendgrid.net",
    "port": 587,
    "starttls": {"enable": True},
}


def stock_config(stock: dict[str, Any] = STOCK_2025) -> dict[str, dict[str, Any]]:
    """Returns the static configuration of a fresh tenant."""
    templates = {f"emailTemplate/{name}": _template(name) for name in (*CUSTOMISABLE, *PROTECTED)}
    return {
        "external.email": copy.deepcopy(stock),
        "external.emailDefault": copy.deepcopy(stock),
        **templates,
    }


def _template(name: str) -> dict[str, Any]:
    """Returns a shipped template."""
    html = f"<h1>{name}</h1><p>Hello {{{{object.givenName}}}}</p>"
    message = f"<html><head></head><body>{html}</body></html>"
    return {
        "defaultLocale": "en",
        "enabled": True,
        "from": "",
        "html": {"en": html},
        "message": {"en": message},
        "mimeType": "text/html",
        "styles": "",
        "subject": {"en": f"About your account: {name}"},
    }
