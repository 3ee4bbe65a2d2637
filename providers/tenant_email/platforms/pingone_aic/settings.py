"""What users write for PingOne Advanced Identity Cloud; the source of what `models` validate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final, TypedDict, Unpack

import pulumi

from tenant_email.json_types import Props, PropsView
from tenant_email.platforms.pingone_aic.smtp_properties import tls_of
from tenant_email.platforms.settings import ProviderSettings, SesPath, TemplateSettings

if TYPE_CHECKING:
    from tenant_email.platforms.settings import SendingDomain
    from tenant_email.starters.brand import Brand

GRAPH_SCOPE: Final = "https://graph.microsoft.com/.default"


class _Promotable(ProviderSettings):
    """Settings with a flag that is an input only when it is set: what the tenant holds is then held to it."""

    def to_props(self) -> Props:
        """Returns the inputs' shape, without a flag that is not set."""
        return {name: value for name, value in super().to_props().items() if name != "promotable" or value}


@dataclass(frozen=True, kw_only=True, repr=False)
class Smtp(_Promotable):
    """Any SMTP server. Each argument but the lists also takes a placeholder, as an EsvVariable gives it.

    Args:
        host: the server.
        port: its port.
        username: the login; without it nothing logs in.
        password: its secret; omitted, the one that the tenant holds is kept.
        starttls: asks for TLS, but goes on in clear text where the server does not offer it; omitted, it is on unless
            `ssl` is.
        ssl: TLS from the first byte; omitted, the port decides: 465 and 2465 begin with TLS.
        tls_protocols: other than the platform's default, TLSv1.2.
        international_addresses: allows non-ASCII characters before the @; the server must support it too.
        smtp_properties: further mail.… properties.
        timeout: of reading, in milliseconds; 0 for none.
        write_timeout: of writing, in milliseconds.
        connection_timeout: of connecting, in milliseconds.
        thread_pool_size: how many messages are sent at once.
        debug: makes the tenant log the SMTP conversation.
        promotable: fails at preview when a secret is a literal, which a promotion would refuse.

    """

    kind: ClassVar[str] = "pingone_aic.smtp"
    ses_path: ClassVar[SesPath] = "smtp"
    secret: ClassVar[frozenset[str]] = frozenset({"password"})
    host: pulumi.Input[str]
    port: pulumi.Input[int | str] = 587
    username: pulumi.Input[str] | None = None
    password: pulumi.Input[str] | None = None
    starttls: pulumi.Input[bool | str] | None = None
    ssl: pulumi.Input[bool | str] | None = None
    tls_protocols: pulumi.Input[Sequence[str]] | None = None
    international_addresses: pulumi.Input[bool] = False
    smtp_properties: pulumi.Input[PropsView] | None = None
    timeout: pulumi.Input[int | str] = 300000
    write_timeout: pulumi.Input[int | str] = 300000
    connection_timeout: pulumi.Input[int | str] = 300000
    thread_pool_size: pulumi.Input[int | str] = 20
    debug: pulumi.Input[bool | str] = False
    promotable: bool = False

    def to_props(self) -> Props:
        """Returns the inputs' shape, with the TLS settings that the port stands for, so that a preview shows them."""
        given = (self.port, self.ssl, self.starttls)
        if not any(isinstance(value, pulumi.Output) for value in given):
            return {**super().to_props(), **tls_of(*given)}
        derived = pulumi.Output.all(*given).apply(lambda values: tls_of(*values))
        return {**super().to_props(), "ssl": derived["ssl"], "starttls": derived["starttls"]}

    @classmethod
    def from_ses(cls, sending_domain: SendingDomain) -> Smtp:
        """Sends through a SesSendingDomain by SMTP, with the password derived for its region.

        On port 465, because this platform's STARTTLS goes on in clear text where it is not offered.
        """
        return cls(
            host=sending_domain.smtp_host,
            port=465,
            username=sending_domain.smtp_username,
            password=sending_domain.smtp_password,
        ).with_key_of(sending_domain)


@dataclass(frozen=True, kw_only=True, repr=False)
class MsGraph(_Promotable):
    """Microsoft Graph, with the client credentials of an application that has the permission Mail.Send.

    Args:
        mail_endpoint: https://graph.microsoft.com/v1.0/users/{mailbox}/sendMail
        token_endpoint: https://login.microsoftonline.com/{directory}/oauth2/v2.0/token
        client_id: the application's id.
        client_secret: its secret; omitted, the one that the tenant holds is kept.
        scopes: what the token is for.
        scope_delimiter: what joins several scopes; the platform's default is a space.
        timeout: in milliseconds, as for Smtp, and so the following three; omitted, the platform's default.
        write_timeout: see timeout.
        connection_timeout: see timeout.
        thread_pool_size: see timeout.
        promotable: fails at preview when the secret is a literal, which a promotion would refuse.

    """

    kind: ClassVar[str] = "pingone_aic.ms_graph"
    secret: ClassVar[frozenset[str]] = frozenset({"client_secret"})
    mail_endpoint: pulumi.Input[str]
    token_endpoint: pulumi.Input[str]
    client_id: pulumi.Input[str]
    client_secret: pulumi.Input[str] | None = None
    scopes: pulumi.Input[Sequence[str]] = field(default_factory=lambda: [GRAPH_SCOPE])
    scope_delimiter: pulumi.Input[str] | None = None
    timeout: pulumi.Input[int | str] | None = None
    write_timeout: pulumi.Input[int | str] | None = None
    connection_timeout: pulumi.Input[int | str] | None = None
    thread_pool_size: pulumi.Input[int | str] | None = None
    promotable: bool = False


@dataclass(frozen=True, kw_only=True, repr=False)
class BuiltIn(ProviderSettings):
    """The tenant's built-in sender: at most 10 messages per minute, from its own address, for development.

    It has no settings, and `from_address` cannot be set with it; a tenant without one (self-hosted) refuses it.

    Source: docs/contracts/pingone_aic.md#built-in.

    Args:
        None: it takes none.

    """

    kind: ClassVar[str] = "pingone_aic.built_in"


class StarterOptions(TypedDict, total=False):
    """The arguments of Template that a starter takes."""

    from_address: pulumi.Input[str]
    enabled: pulumi.Input[bool]
    display_name: pulumi.Input[str]
    description: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True, repr=False)
class Template(TemplateSettings):
    """One email template, with Handlebars in its texts, which are given by locale.

    Args:
        template: its name, such as `welcome`.
        subject: by locale.
        message: by locale, the whole HTML document that is mailed; or give `html`.
        html: by locale, the body's content; the message is made from it and `styles`.
        styles: CSS for `html`.
        default_locale: must be among the locales given.
        from_address: the sender; empty, the provider's; omitted, it is not managed.
        enabled: False keeps the template but sends nothing.
        mime_type: "text/html" or "text/plain".
        display_name: as the console shows it.
        description: as the console shows it.

    """

    kind: ClassVar[str] = "pingone_aic.template"
    keyed_by: ClassVar[tuple[str, ...]] = ("template",)
    template: pulumi.Input[str]
    subject: pulumi.Input[PropsView]
    message: pulumi.Input[PropsView] | None = None
    html: pulumi.Input[PropsView] | None = None
    styles: pulumi.Input[str] | None = None
    default_locale: pulumi.Input[str] = "en"
    from_address: pulumi.Input[str] | None = None
    enabled: pulumi.Input[bool] = True
    mime_type: pulumi.Input[str] = "text/html"
    display_name: pulumi.Input[str] | None = None
    description: pulumi.Input[str] | None = None

    @classmethod
    def starter(cls, name: str, *, brand: Brand, locale: str = "en", **options: Unpack[StarterOptions]) -> Template:
        """Returns a template with a text and a layout to start from, in English.

        Args:
            name: the template's name, each of the five that a tenant has and lets one change.
            brand: whose mail it is, a `tenant_email.Brand`.
            locale: en, en-GB or another one of English; the template has this locale alone.
            options: further arguments of Template.

        Raises:
            InvalidSettings: there is no starter of this name, or the locale is another one.

        """
        from tenant_email.platforms.pingone_aic import starters  # noqa: PLC0415 - only who asks for one loads their words

        return starters.starter(name, brand, locale, options)

    @classmethod
    def starters(cls, *, brand: Brand, locale: str = "en") -> dict[str, Template]:
        """Returns all starters by name, for `TenantEmail(templates=…)`."""
        from tenant_email.platforms.pingone_aic.templates import BUILT_IN  # noqa: PLC0415 - as in `starter`

        return {name: cls.starter(name, brand=brand, locale=locale) for name in BUILT_IN}
