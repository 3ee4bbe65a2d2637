"""What Auth0 accepts beyond the types of the settings.

Source: docs/contracts/auth0.md#provider and #templates are its source.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from tenant_email.inputs.empties import OrEmpty
from tenant_email.inputs.fields import Host, Port, Text, UnlessUnknown
from tenant_email.platforms.auth0 import settings, templates
from tenant_email.platforms.auth0.kinds import KINDS
from tenant_email.platforms.models import Derivation, Models
from tenant_email.redaction.secrets import Secret

_SHORTEST_DOMAIN: Final = 4


def _us_is_the_default(value: object) -> object:
    """Takes "us" for what the API calls null (docs/contracts/auth0.md#provider)."""
    return None if value == "us" else value


def _not_blank(value: str) -> str:
    if not value.strip():
        msg = "is empty"
        raise ValueError(msg)
    return value


def _not_auth0s_own(value: str) -> str:
    if templates.is_auth0s_own(value):
        msg = "uses @auth0.com, which silently turns customization off\nUse an address of your own domain."
        raise ValueError(msg)
    return value


def _mailgun_domain(value: str) -> str:
    if len(value) < _SHORTEST_DOMAIN:
        msg = "is shorter than 4 characters"
        raise ValueError(msg)
    return value


def _newer_than_us(value: str) -> str:
    if value in KINDS:
        msg = f"has its own class\nUse it, so that its settings are checked: auth0.{value}."
        raise ValueError(msg)
    return value


EuOrUs = Annotated[Literal["eu"] | None, BeforeValidator(_us_is_the_default)]

TRANSPORTS: Final = Models(
    Derivation(settings.Mandrill),
    Derivation(settings.SendGrid),
    Derivation(settings.Resend),
    Derivation(settings.Ses),
    Derivation(settings.SparkPost, {"region": (EuOrUs, None)}),
    Derivation(
        settings.Mailgun,
        {"domain": Annotated[Host, AfterValidator(_mailgun_domain)], "region": (EuOrUs, None)},
    ),
    Derivation(settings.Smtp, {"host": Host, "port": Port}),
    Derivation(settings.AzureCs),
    Derivation(settings.Ms365),
    Derivation(settings.Custom),
    Derivation(
        settings.Other,
        {
            "name": Annotated[Text, AfterValidator(_newer_than_us)],
            "credentials": dict[str, Annotated[Secret, UnlessUnknown]],
        },
    ),
)

TEMPLATES: Final = Models(
    Derivation(
        settings.Template,
        {
            "subject": Annotated[Text, OrEmpty],
            "body": Annotated[str, AfterValidator(_not_blank)],
            "from_address": Annotated[Text, AfterValidator(_not_auth0s_own), OrEmpty],
            "url_lifetime_in_seconds": Annotated[int, Field(ge=0)],
            "result_url": Annotated[Text, OrEmpty],
        },
    )
)
"""An empty subject, sender or result url is stored as such (docs/contracts/auth0.md#templates): Auth0's own is used."""
