"""What Auth0 accepts, as pydantic models; contracts/auth0.md sections 4 and 6 are the source of every rule."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from tenant_email.empties import OrEmpty
from tenant_email.fields import Host, Port, Text
from tenant_email.model import Model
from tenant_email.secrets import Secret

_SHORTEST_DOMAIN: Final = 4


def _us_is_the_default(value: object) -> object:
    """Takes "us" for what the API calls null (pains.md, Auth0 10)."""
    return None if value == "us" else value


def _not_auth0s_own(value: str) -> str:
    if "@auth0.com" in value.lower():
        msg = "uses @auth0.com, which silently turns the customisation off\nUse an address of your own domain."
        raise ValueError(msg)
    return value


def _mailgun_domain(value: str) -> str:
    if len(value) < _SHORTEST_DOMAIN:
        msg = "is shorter than 4 characters"
        raise ValueError(msg)
    return value


EuOrUs = Annotated[Literal["eu"] | None, BeforeValidator(_us_is_the_default)]


class Mandrill(Model):
    """Mandrill; `view_content_link` lets the archive show message contents."""

    kind: Literal["auth0.mandrill"]
    api_key: Secret | None = None
    view_content_link: bool | None = None


class SendGrid(Model):
    """SendGrid."""

    kind: Literal["auth0.sendgrid"]
    api_key: Secret | None = None


class Resend(Model):
    """Resend."""

    kind: Literal["auth0.resend"]
    api_key: Secret | None = None


class Ses(Model):
    """Amazon SES through its API; the key id is hidden by Auth0 like the secret."""

    kind: Literal["auth0.ses"]
    region: Text
    access_key_id: Text | None = None
    secret_access_key: Secret | None = None
    configuration_set_name: Text | None = None


class SparkPost(Model):
    """SparkPost; region "eu", or none for the US."""

    kind: Literal["auth0.sparkpost"]
    api_key: Secret | None = None
    region: EuOrUs = None


class Mailgun(Model):
    """Mailgun; region "eu", or none for the US."""

    kind: Literal["auth0.mailgun"]
    domain: Annotated[Host, AfterValidator(_mailgun_domain)]
    api_key: Secret | None = None
    region: EuOrUs = None


class Smtp(Model):
    """Any SMTP server; the x_ fields are headers that Auth0 adds to each message."""

    kind: Literal["auth0.smtp"]
    host: Host
    port: Port = 587
    username: Text
    password: Secret | None = None
    x_mc_view_content_link: bool | None = None
    x_ses_configuration_set: Text | None = None
    x_msys_api: dict[str, Any] | None = None


class AzureCs(Model):
    """Azure Communication Services."""

    kind: Literal["auth0.azure_cs"]
    connection_string: Secret | None = None


class Ms365(Model):
    """Microsoft 365; all three credentials are hidden by Auth0."""

    kind: Literal["auth0.ms365"]
    tenant_id: Text | None = None
    client_id: Text | None = None
    client_secret: Secret | None = None


class Custom(Model):
    """An Action on the trigger custom-email-provider; it must be deployed and bound first."""

    kind: Literal["auth0.custom"]


def _newer_than_us(value: str) -> str:
    known = ("mandrill", "sendgrid", "resend", "ses", "sparkpost", "mailgun", "smtp", "azure_cs", "ms365", "custom")
    if value in known:
        msg = f"is known here\nUse the class for it, so that its settings are checked: auth0.{value}."
        raise ValueError(msg)
    return value


class Other(Model):
    """A provider newer than this package: sent as given, all credentials secret."""

    kind: Literal["auth0.other"]
    name: Annotated[Text, AfterValidator(_newer_than_us)]
    credentials: dict[str, Secret] | None = None
    settings: dict[str, Any] | None = None


class Template(Model):
    """One e-mail template; an option that is not given is not managed.

    An empty subject, sender or result url is stored as such (contracts/auth0.md section 6): Auth0's own is used.
    """

    kind: Literal["auth0.template"]
    template: Text
    subject: Annotated[Text, OrEmpty]
    body: Annotated[str, Field(min_length=1)]
    from_address: Annotated[Text, AfterValidator(_not_auth0s_own), OrEmpty] | None = None
    syntax: Text = "liquid"
    enabled: bool = True
    url_lifetime_in_seconds: Annotated[int, Field(ge=0)] | None = None
    include_email_in_redirect: bool | None = None
    result_url: Annotated[Text, OrEmpty] | None = None
