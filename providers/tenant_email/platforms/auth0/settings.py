"""What users write for Auth0: the source of what `models` validate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TypedDict, Unpack

import pulumi

from tenant_email.json_types import PropsView
from tenant_email.platforms.settings import ProviderSettings, SesPath, TemplateSettings

if TYPE_CHECKING:
    from tenant_email.platforms.settings import SendingDomain
    from tenant_email.starters.brand import Brand


@dataclass(frozen=True, kw_only=True, repr=False)
class Mandrill(ProviderSettings):
    """Mandrill (Mailchimp Transactional), by its API.

    Source: docs/contracts/auth0.md#provider.

    Args:
        api_key: the API key, a secret that Auth0 never shows; omitted, the one that the tenant holds is kept; required
            to create, and for another kind.
        view_content_link: lets Mandrill's activity log show the contents of messages; omitted, it is not managed.

    """

    kind: ClassVar[str] = "auth0.mandrill"
    secret: ClassVar[frozenset[str]] = frozenset({"api_key"})
    api_key: pulumi.Input[str] | None = None
    view_content_link: pulumi.Input[bool] | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class SendGrid(ProviderSettings):
    """Twilio SendGrid, by its API.

    Source: docs/contracts/auth0.md#provider.

    Args:
        api_key: the API key, a secret that Auth0 never shows; omitted, the one that the tenant holds is kept; required
            to create, and for another kind.

    """

    kind: ClassVar[str] = "auth0.sendgrid"
    secret: ClassVar[frozenset[str]] = frozenset({"api_key"})
    api_key: pulumi.Input[str] | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class Resend(ProviderSettings):
    """Resend, by its API.

    Source: docs/contracts/auth0.md#provider.

    Args:
        api_key: the API key, a secret that Auth0 never shows; omitted, the one that the tenant holds is kept; required
            to create, and for another kind.

    """

    kind: ClassVar[str] = "auth0.resend"
    secret: ClassVar[frozenset[str]] = frozenset({"api_key"})
    api_key: pulumi.Input[str] | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class Ses(ProviderSettings):
    """Amazon SES through its API. `Ses.from_ses(sending_domain)` fills it in.

    Auth0 hides both parts of the key, so give both of them or neither.

    Source: docs/contracts/auth0.md#provider.

    Args:
        region: the AWS region of the verified identity, such as eu-west-1.
        access_key_id: the id of an access key that may send; omitted, the tenant's is kept.
        secret_access_key: its secret; omitted with the id, the tenant's is kept.
        configuration_set_name: the SES configuration set of all messages; omitted, it is not managed.

    """

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
            configuration_set_name=sending_domain.configuration_set,
        ).with_key_of(sending_domain)


@dataclass(frozen=True, kw_only=True, repr=False)
class SparkPost(ProviderSettings):
    """SparkPost, by its API.

    Source: docs/contracts/auth0.md#provider.

    Args:
        api_key: the API key, a secret that Auth0 never shows; omitted, the one that the tenant holds is kept; required
            to create, and for another kind.
        region: "eu" for an account in the EU; omitted, or "us", for one in the US.

    """

    kind: ClassVar[str] = "auth0.sparkpost"
    secret: ClassVar[frozenset[str]] = frozenset({"api_key"})
    api_key: pulumi.Input[str] | None = None
    region: pulumi.Input[str] | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class Mailgun(ProviderSettings):
    """Mailgun, by its API.

    Source: docs/contracts/auth0.md#provider.

    Args:
        domain: the sending domain at Mailgun, a host name of at least 4 characters.
        api_key: the API key, a secret that Auth0 never shows; omitted, the one that the tenant holds is kept; required
            to create, and for another kind.
        region: "eu" for a domain in the EU; omitted, or "us", for one in the US.

    """

    kind: ClassVar[str] = "auth0.mailgun"
    secret: ClassVar[frozenset[str]] = frozenset({"api_key"})
    domain: pulumi.Input[str]
    api_key: pulumi.Input[str] | None = None
    region: pulumi.Input[str] | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class Smtp(ProviderSettings):
    """Any SMTP server that offers STARTTLS or TLS, and AUTH LOGIN.

    `Smtp.from_ses(sending_domain)` fills it in for Amazon SES. The arguments that begin with x are headers that
    Auth0 adds to each message; one that is omitted is not managed.

    Source: docs/contracts/auth0.md#provider and #delivery.

    Args:
        host: the server, as a host name or an IP address without scheme or port.
        port: its port, from 1 to 65535: 587 begins with STARTTLS, 465 with TLS. Auth0 has no other setting for TLS.
        username: the login.
        password: its password, a secret that Auth0 never shows. Omitted, the one that the tenant holds is kept; but
            Auth0 discards that when host, port or username changes, so a preview then fails without it.
        x_mc_view_content_link: for Mandrill's servers: lets its activity log show the contents of messages.
        x_ses_configuration_set: for the servers of Amazon SES: the configuration set of all messages.
        x_msys_api: for SparkPost's servers: options of its API, as in `{"options": {"open_tracking": True}}`.

    """

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
            x_ses_configuration_set=sending_domain.configuration_set,
        ).with_key_of(sending_domain)


@dataclass(frozen=True, kw_only=True, repr=False)
class AzureCs(ProviderSettings):
    """Azure Communication Services.

    Source: docs/contracts/auth0.md#provider.

    Args:
        connection_string: endpoint and access key in one text, a secret that Auth0 never shows; omitted, the one that
            the tenant holds is kept; required to create, and for another kind.

    """

    kind: ClassVar[str] = "auth0.azure_cs"
    secret: ClassVar[frozenset[str]] = frozenset({"connection_string"})
    connection_string: pulumi.Input[str] | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class Ms365(ProviderSettings):
    """Microsoft 365 through Exchange Online, with an application's credentials.

    Auth0 hides all three arguments, so give all of them or none; omitted, the tenant's are kept.

    Source: docs/contracts/auth0.md#provider.

    Args:
        tenant_id: the directory (tenant) id of Microsoft Entra.
        client_id: the application (client) id.
        client_secret: the client secret's value.

    """

    kind: ClassVar[str] = "auth0.ms365"
    secret: ClassVar[frozenset[str]] = frozenset({"client_secret"})
    tenant_id: pulumi.Input[str] | None = None
    client_id: pulumi.Input[str] | None = None
    client_secret: pulumi.Input[str] | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class Custom(ProviderSettings):
    """An Action on the trigger custom-email-provider, which must be deployed and bound first; else the write fails.

    It has no settings: the Action holds them.

    Source: docs/contracts/auth0.md#provider.

    Args:
        None: it takes none.

    """

    kind: ClassVar[str] = "auth0.custom"


@dataclass(frozen=True, kw_only=True, repr=False)
class Other(ProviderSettings):
    """A provider newer than this package: sent as given, unchecked, with a warning.

    Source: docs/contracts/auth0.md#provider.

    Args:
        name: the provider's name in the Management API; one that has a class here is refused.
        credentials: what the API calls `credentials`, every value a secret; omitted, those that the tenant holds are
            kept.
        settings: what the API calls `settings`; nothing of it is secret.

    """

    kind: ClassVar[str] = "auth0.other"
    secret: ClassVar[frozenset[str]] = frozenset({"credentials"})
    name: pulumi.Input[str]
    credentials: pulumi.Input[PropsView] | None = None
    settings: pulumi.Input[PropsView] | None = None


class StarterOptions(TypedDict, total=False):
    """The arguments of Template that a starter takes; the lifetime is a plain number, because the mail says it."""

    subject: pulumi.Input[str]
    from_address: pulumi.Input[str]
    enabled: pulumi.Input[bool]
    url_lifetime_in_seconds: int
    include_email_in_redirect: pulumi.Input[bool]
    result_url: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True, repr=False)
class Template(TemplateSettings):
    """One e-mail template; Liquid is allowed in from_address, subject, body and result_url.

    An empty `subject`, `from_address` or `result_url` clears it in the tenant, so that Auth0's own is used; what is
    omitted and has no default is not managed.

    Source: docs/contracts/auth0.md#templates.

    Args:
        template: the template's name, such as welcome_email; one that is not known here is sent with a warning.
        subject: the subject.
        body: the whole HTML document that is mailed; broken Liquid is refused at preview.
        from_address: the sender of this template only, `a@b.example` or `Name <a@b.example>`; it needs an e-mail
            provider that is enabled.
        syntax: the language of the texts; only "liquid" is checked.
        enabled: False disables the template in the tenant.
        url_lifetime_in_seconds: how long the link in the mail is good for, in seconds; 0 or more.
        include_email_in_redirect: gives the user's address to the url that the link leads to in the end.
        result_url: that url; not every plan of Auth0 allows one.

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

    @classmethod
    def starter(cls, name: str, *, brand: Brand, **options: Unpack[StarterOptions]) -> Template:
        """Returns a template with a text and a layout to start from, in English.

        Args:
            name: the template's name, each of the fourteen that Auth0 has.
            brand: whose mail it is, a `tenant_email.Brand`.
            options: further arguments of Template, or others in place of the starter's own. Without
                `url_lifetime_in_seconds` a link works for Auth0's five days; the mail says how long.

        Raises:
            InvalidSettings: there is no starter of this name.

        """
        from tenant_email.platforms.auth0 import starters  # noqa: PLC0415 - only who asks for one loads their words

        return starters.starter(name, brand, options)

    @classmethod
    def starters(cls, *, brand: Brand) -> dict[str, Template]:
        """Returns all starters by name, for `TenantEmail(templates=…)`.

        Left out are `async_approval`, which a tenant without that feature refuses, and the two legacy names.
        """
        from tenant_email.platforms.auth0 import starters  # noqa: PLC0415 - as in `starter`

        return {name: cls.starter(name, brand=brand) for name in starters.EVERY_TENANT}
