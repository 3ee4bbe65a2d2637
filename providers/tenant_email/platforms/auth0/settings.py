"""What users write for Auth0; a test holds these classes and `models` to the same fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import pulumi

from tenant_email.platforms.settings import SesPath, Settings
from tenant_email.shapes import PropsView

if TYPE_CHECKING:
    from tenant_email.platforms.settings import SendingDomain


@dataclass(frozen=True, kw_only=True, repr=False)
class Mandrill(Settings):
    """Mandrill."""

    kind: ClassVar[str] = "auth0.mandrill"
    secret: ClassVar[frozenset[str]] = frozenset({"api_key"})
    api_key: pulumi.Input[str] | None = None
    view_content_link: pulumi.Input[bool] | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class SendGrid(Settings):
    """SendGrid."""

    kind: ClassVar[str] = "auth0.sendgrid"
    secret: ClassVar[frozenset[str]] = frozenset({"api_key"})
    api_key: pulumi.Input[str] | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class Resend(Settings):
    """Resend."""

    kind: ClassVar[str] = "auth0.resend"
    secret: ClassVar[frozenset[str]] = frozenset({"api_key"})
    api_key: pulumi.Input[str] | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class Ses(Settings):
    """Amazon SES through its API."""

    kind: ClassVar[str] = "auth0.ses"
    secret: ClassVar[frozenset[str]] = frozenset({"secret_access_key"})
    region: pulumi.Input[str]
    access_key_id: pulumi.Input[str] | None = None
    secret_access_key: pulumi.Input[str] | None = None
    configuration_set_name: pulumi.Input[str] | None = None

    @classmethod
    def from_ses(cls, sending_domain: SendingDomain) -> Ses:
        """Sends through a SesSendingDomain with its access key."""
        return cls(
            region=sending_domain.region,
            access_key_id=sending_domain.access_key_id,
            secret_access_key=sending_domain.secret_access_key,
        ).with_key_of(sending_domain)


@dataclass(frozen=True, kw_only=True, repr=False)
class SparkPost(Settings):
    """SparkPost; region "eu", or none for the US."""

    kind: ClassVar[str] = "auth0.sparkpost"
    secret: ClassVar[frozenset[str]] = frozenset({"api_key"})
    api_key: pulumi.Input[str] | None = None
    region: pulumi.Input[str] | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class Mailgun(Settings):
    """Mailgun; region "eu", or none for the US."""

    kind: ClassVar[str] = "auth0.mailgun"
    secret: ClassVar[frozenset[str]] = frozenset({"api_key"})
    domain: pulumi.Input[str]
    api_key: pulumi.Input[str] | None = None
    region: pulumi.Input[str] | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class Smtp(Settings):
    """Any SMTP server with STARTTLS or TLS and AUTH LOGIN; the x_ fields are headers added to each message."""

    kind: ClassVar[str] = "auth0.smtp"
    ses_path: ClassVar[SesPath] = "smtp"
    secret: ClassVar[frozenset[str]] = frozenset({"password"})
    host: pulumi.Input[str]
    port: pulumi.Input[int] = 587
    username: pulumi.Input[str]
    password: pulumi.Input[str] | None = None
    x_mc_view_content_link: pulumi.Input[bool] | None = None
    x_ses_configuration_set: pulumi.Input[str] | None = None
    x_msys_api: pulumi.Input[PropsView] | None = None

    @classmethod
    def from_ses(cls, sending_domain: SendingDomain) -> Smtp:
        """Sends through a SesSendingDomain by SMTP, with the password derived for its region."""
        return cls(
            host=sending_domain.smtp_host,
            port=sending_domain.smtp_port,
            username=sending_domain.smtp_username,
            password=sending_domain.smtp_password,
        ).with_key_of(sending_domain)


@dataclass(frozen=True, kw_only=True, repr=False)
class AzureCs(Settings):
    """Azure Communication Services."""

    kind: ClassVar[str] = "auth0.azure_cs"
    secret: ClassVar[frozenset[str]] = frozenset({"connection_string"})
    connection_string: pulumi.Input[str] | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class Ms365(Settings):
    """Microsoft 365."""

    kind: ClassVar[str] = "auth0.ms365"
    secret: ClassVar[frozenset[str]] = frozenset({"client_secret"})
    tenant_id: pulumi.Input[str] | None = None
    client_id: pulumi.Input[str] | None = None
    client_secret: pulumi.Input[str] | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class Custom(Settings):
    """An Action on the trigger custom-email-provider; it must be deployed and bound first."""

    kind: ClassVar[str] = "auth0.custom"


@dataclass(frozen=True, kw_only=True, repr=False)
class Other(Settings):
    """A provider newer than this package: sent as given, all credentials secret."""

    kind: ClassVar[str] = "auth0.other"
    secret: ClassVar[frozenset[str]] = frozenset({"credentials"})
    name: pulumi.Input[str]
    credentials: pulumi.Input[PropsView] | None = None
    settings: pulumi.Input[PropsView] | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class Template(Settings):
    """One email template; Liquid is allowed in from_address, subject and body.

    An empty `subject`, `from_address` or `result_url` clears it in the tenant; omitted, the last two are not managed.
    """

    kind: ClassVar[str] = "auth0.template"
    keyed_by: ClassVar[tuple[str, ...]] = ("template",)
    template: pulumi.Input[str]
    subject: pulumi.Input[str]
    body: pulumi.Input[str]
    from_address: pulumi.Input[str] | None = None
    syntax: pulumi.Input[str] = "liquid"
    enabled: pulumi.Input[bool] = True
    url_lifetime_in_seconds: pulumi.Input[int] | None = None
    include_email_in_redirect: pulumi.Input[bool] | None = None
    result_url: pulumi.Input[str] | None = None
