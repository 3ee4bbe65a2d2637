"""What users write for Logto; the source of what `models` validate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypedDict, Unpack, cast

import pulumi

from tenant_email.errors import InvalidSettings, Problem
from tenant_email.json_types import Props, PropsView
from tenant_email.platforms.logto.texts import REQUIRED, STARTERS, USAGE_TYPES, ContentType, UsageType
from tenant_email.platforms.settings import ProviderSettings, SesPath, TemplateSettings, represent

if TYPE_CHECKING:
    from tenant_email.platforms.settings import SendingDomain
    from tenant_email.starters.brand import Brand


_LOGINS = ("login", "oauth2_key", "oauth2_token", "none")


@dataclass(frozen=True, kw_only=True, repr=False)
class MailText:
    """One text of a connector; variables are written {{code}}, {{application.name}} and so on.

    Source: docs/contracts/logto.md#factories.

    Args:
        subject: the subject, one line that is not blank.
        content: the text; Logto renders nothing but variables in it.
        content_type: "text/html" or "text/plain"; some connectors send HTML always, and refuse the other at preview.

    """

    subject: pulumi.Input[str]
    content: pulumi.Input[str]
    content_type: pulumi.Input[ContentType] = "text/html"

    def __repr__(self) -> str:
        return represent(self)


@dataclass(frozen=True, kw_only=True, repr=False)
class MailgunDelivery:
    """What Mailgun sends for one usage type: `html` with a subject, or a `template` stored there.

    Source: docs/contracts/logto.md#factories.

    Args:
        subject: the subject, one line; required with `html`.
        html: the HTML of the mail; give either this or `template`.
        text: the plain text next to the HTML.
        template: the name of a template stored at Mailgun.
        variables: further variables for that template.
        reply_to: where replies go, `a@b.example` or `Name <a@b.example>`.

    """

    subject: pulumi.Input[str] | None = None
    html: pulumi.Input[str] | None = None
    text: pulumi.Input[str] | None = None
    template: pulumi.Input[str] | None = None
    variables: pulumi.Input[PropsView] | None = None
    reply_to: pulumi.Input[str] | None = None

    def __repr__(self) -> str:
        return represent(self)


def _entry(value: object, path: str, wanted: type[MailText | MailgunDelivery]) -> Any:
    """Returns one text's properties; an Output of them is left as it is, and what is neither is refused."""
    if isinstance(value, pulumi.Output):
        return cast("Any", value)
    if not isinstance(value, wanted):
        problem = Problem(path, f"is a {type(value).__name__}", f"Write logto.{wanted.__name__}(…).")
        raise InvalidSettings("logto", (problem,))
    given = {field.name: getattr(value, field.name) for field in fields(value)}
    return {name: value for name, value in given.items() if value is not None}


STARTER_TEXTS: Mapping[UsageType, MailText] = {
    usage: MailText(subject=subject, content=content) for usage, (subject, content) in STARTERS.items()
}
"""What a connector is created with where `templates` is not given, or lacks a required type."""


def _texts(given: Mapping[UsageType, MailText]) -> Props:
    """Adds a starter text for each required type that is missing, so that a preview shows what will be sent."""
    missing = {usage: STARTER_TEXTS[usage] for usage in REQUIRED if usage not in given}
    return {
        usage: _entry(text, f"settings.templates.{usage}", MailText) for usage, text in {**given, **missing}.items()
    }


@dataclass(frozen=True, kw_only=True, repr=False)
class _WithTexts(ProviderSettings):
    """A connector with one text for each usage type.

    Without `templates`, a new connector gets starter texts, and an adopted one keeps its own.
    """

    templates: Mapping[UsageType, MailText] | None = None

    def to_props(self) -> Props:
        """Returns the inputs' shape, with all required texts where any is given."""
        props = super().to_props()
        # what is not a dict is refused by the check, which knows the resource
        return {**props, "templates": _texts(self.templates)} if isinstance(self.templates, dict) else props


@dataclass(frozen=True, kw_only=True, repr=False)
class Smtp(_WithTexts):
    """Any SMTP server. `Smtp.from_ses(sending_domain)` fills it in for Amazon SES.

    Times are in milliseconds, and those that are omitted are the mail library's own. A secret that is omitted is left
    as the connector holds it, but never passed on to another host, port or user: a preview then fails without it.

    Source: docs/contracts/logto.md#factories and #services.

    Args:
        templates: a MailText for each usage type. Given, starter texts fill in the required types that are missing;
            omitted, a new connector gets starter texts, and an adopted one keeps its own.
        host: the server, as a host name or an IP address without scheme or port.
        port: its port, from 1 to 65535; 465 and 2465 begin with TLS unless `secure` says otherwise, others with
            STARTTLS.
        auth: how to log in: "login" with username and password, "oauth2_key" with a service account's private key,
            "oauth2_token" with a client and a refresh token, "none" for a relay that asks for no login.
        username: the login. In Python required unless `auth` is "none".
        password: for "login": its password.
        service_client: for "oauth2_key": the service account's client id; required.
        private_key: for "oauth2_key": the service account's private key in PEM.
        private_key_passphrase: for "oauth2_key": the passphrase of that key, if it has one; an empty text takes it
            out.
        client_id: for "oauth2_token": the client's id; required.
        client_secret: for "oauth2_token": the client's secret.
        refresh_token: for "oauth2_token": what new access tokens are asked for with.
        access_token: for "oauth2_token": a first access token; an empty text takes it out.
        expires: for "oauth2_token": when the access token ends, in milliseconds since 1970.
        access_url: for "oauth2_token": the http or https url that gives out access tokens.
        reply_to: where replies go, `a@b.example` or `Name <a@b.example>`.
        secure: TLS from the first byte; omitted, the port decides. What contradicts the port is refused.
        ignore_tls: never uses TLS, even where it is offered: the password then travels in clear text.
        require_tls: ends the connection where STARTTLS is not offered.
        servername: the name that the server's certificate is checked for; omitted, `host`.
        tls: options of Node's tls.connect, as in `{"ca": "-----BEGIN CERTIFICATE-----…"}`; `key`, `pfx` and
            `passphrase` in it are secrets.
        ehlo_name: the host name that the server is greeted with, in ASCII.
        local_address: the local IP address to connect from.
        connection_timeout: how long to wait for a connection.
        greeting_timeout: how long to wait for the server's greeting.
        socket_timeout: how long an open connection may be idle.
        dns_timeout: how long to wait for DNS.
        custom_headers: headers that are added to each message: a string, or a list of strings, for each.
        logger: makes Logto's server log what happens.
        debug: makes that log hold the SMTP conversation.
        disable_file_access: forbids messages to read files.
        disable_url_access: forbids messages to read urls.

    """

    kind: ClassVar[str] = "logto.smtp"
    further_kinds: ClassVar[Mapping[str, Mapping[str, str]]] = {
        "logto.smtp_anonymous": {"auth": "none"},
        "logto.smtp_oauth2_key": {"auth": "oauth2_key"},
        "logto.smtp_oauth2_token": {"auth": "oauth2_token"},
    }
    ses_path: ClassVar[SesPath] = "smtp"
    secret: ClassVar[frozenset[str]] = frozenset(
        {"password", "private_key", "private_key_passphrase", "client_secret", "refresh_token", "access_token"}
    )
    secret_parts: ClassVar[Mapping[str, frozenset[str]]] = {"tls": frozenset({"key", "pfx", "passphrase"})}
    host: pulumi.Input[str]
    port: pulumi.Input[int] = 587
    auth: Literal["login", "oauth2_key", "oauth2_token", "none"] = "login"
    username: pulumi.Input[str] | None = None
    password: pulumi.Input[str] | None = None
    service_client: pulumi.Input[str] | None = None
    private_key: pulumi.Input[str] | None = None
    private_key_passphrase: pulumi.Input[str] | None = None
    client_id: pulumi.Input[str] | None = None
    client_secret: pulumi.Input[str] | None = None
    refresh_token: pulumi.Input[str] | None = None
    access_token: pulumi.Input[str] | None = None
    expires: pulumi.Input[int] | None = None
    access_url: pulumi.Input[str] | None = None
    reply_to: pulumi.Input[str] | None = None
    secure: pulumi.Input[bool] | None = None
    ignore_tls: pulumi.Input[bool] | None = None
    require_tls: pulumi.Input[bool] | None = None
    servername: pulumi.Input[str] | None = None
    tls: pulumi.Input[PropsView] | None = None
    ehlo_name: pulumi.Input[str] | None = None
    local_address: pulumi.Input[str] | None = None
    connection_timeout: pulumi.Input[int] | None = None
    greeting_timeout: pulumi.Input[int] | None = None
    socket_timeout: pulumi.Input[int] | None = None
    dns_timeout: pulumi.Input[int] | None = None
    custom_headers: pulumi.Input[Mapping[str, str | Sequence[str]]] | None = None
    logger: pulumi.Input[bool] | None = None
    debug: pulumi.Input[bool] | None = None
    disable_file_access: pulumi.Input[bool] | None = None
    disable_url_access: pulumi.Input[bool] | None = None

    def to_props(self) -> Props:
        """Returns the inputs' shape; each way to log in is a kind of its own, with its own credentials."""
        props = super().to_props()
        auth = props.pop("auth", None)
        if auth not in _LOGINS:
            problem = Problem("settings.auth", f"is {auth!r}", f"Use one of: {', '.join(_LOGINS)}.")
            raise InvalidSettings("logto", (problem,))
        return {
            **props,
            "kind": {"login": "logto.smtp", "none": "logto.smtp_anonymous"}.get(auth, f"logto.smtp_{auth}"),
        }

    @classmethod
    def from_ses(cls, sending_domain: SendingDomain) -> Smtp:
        """Sends through a SesSendingDomain's SMTP endpoint, never without TLS (docs/contracts/logto.md#services)."""
        return cls(
            host=sending_domain.smtp_host,
            port=sending_domain.smtp_port,
            username=sending_domain.smtp_username,
            password=sending_domain.smtp_password,
            require_tls=True,
        ).with_key_of(sending_domain)


@dataclass(frozen=True, kw_only=True, repr=False)
class AwsSes(_WithTexts):
    """Amazon SES through its API, with a static key; always HTML, without a reply-to.

    `AwsSes.from_ses(sending_domain)` fills it in.

    Source: docs/contracts/logto.md#factories.

    Args:
        templates: a MailText for each usage type. Given, starter texts fill in the required types that are missing;
            omitted, a new connector gets starter texts, and an adopted one keeps its own.
        region: the AWS region of the verified identity, such as eu-west-1.
        access_key_id: the id of an access key that may send (ses:SendEmail on the identity).
        secret_access_key: its secret; omitted, the one that the tenant holds for this key and region is kept.
        identity_arn: the ARN of the identity to send from, where another account owns it.
        feedback_forwarding_address: where bounces and complaints go; it must be verified.
        feedback_forwarding_identity_arn: the ARN of that address's identity, where another account owns it.
        configuration_set_name: the SES configuration set of all messages.

    """

    kind: ClassVar[str] = "logto.aws_ses"
    ses_path: ClassVar[SesPath] = "simple"
    secret: ClassVar[frozenset[str]] = frozenset({"secret_access_key"})
    region: pulumi.Input[str]
    access_key_id: pulumi.Input[str]
    secret_access_key: pulumi.Input[str] | None = None
    identity_arn: pulumi.Input[str] | None = None
    feedback_forwarding_address: pulumi.Input[str] | None = None
    feedback_forwarding_identity_arn: pulumi.Input[str] | None = None
    configuration_set_name: pulumi.Input[str] | None = None

    @classmethod
    def from_ses(cls, sending_domain: SendingDomain) -> AwsSes:
        """Sends through a SesSendingDomain with its access key."""
        return cls(
            region=sending_domain.region,
            access_key_id=sending_domain.access_key_id,
            secret_access_key=sending_domain.secret_access_key,
            configuration_set_name=sending_domain.configuration_set,
        ).with_key_of(sending_domain)


@dataclass(frozen=True, kw_only=True, repr=False)
class Mailgun(ProviderSettings):
    """Mailgun.

    Source: docs/contracts/logto.md#factories.

    Args:
        domain: the sending domain at Mailgun.
        api_key: the API key, a secret; omitted, the one that the tenant holds for this domain and endpoint is kept.
        endpoint: https://api.eu.mailgun.net for domains in the EU; omitted, that of the US.
        deliveries: a MailgunDelivery for each usage type. Given, starter texts fill in the required types that are
            missing; omitted, a new connector gets starter texts, and an adopted one keeps its own.

    """

    kind: ClassVar[str] = "logto.mailgun"
    secret: ClassVar[frozenset[str]] = frozenset({"api_key"})
    domain: pulumi.Input[str]
    api_key: pulumi.Input[str] | None = None
    endpoint: pulumi.Input[str] | None = None
    deliveries: Mapping[UsageType, MailgunDelivery] | None = None

    def to_props(self) -> Props:
        """Returns the inputs' shape, with all required deliveries where any is given."""
        props = super().to_props()
        if not isinstance(self.deliveries, dict):
            return props
        missing = {usage: STARTERS[usage] for usage in REQUIRED if usage not in self.deliveries}
        starters = {usage: MailgunDelivery(subject=subject, html=html) for usage, (subject, html) in missing.items()}
        every = {**self.deliveries, **starters}
        given = {
            usage: _entry(delivery, f"settings.deliveries.{usage}", MailgunDelivery)
            for usage, delivery in every.items()
        }
        return {**props, "deliveries": given}


@dataclass(frozen=True, kw_only=True, repr=False)
class SendGrid(_WithTexts):
    """Twilio SendGrid.

    Source: docs/contracts/logto.md#factories.

    Args:
        templates: a MailText for each usage type. Given, starter texts fill in the required types that are missing;
            omitted, a new connector gets starter texts, and an adopted one keeps its own.
        api_key: the API key, a secret; omitted, the one that the tenant holds is kept; required to create, and for
            another kind.
        from_name: the sender's name.

    """

    kind: ClassVar[str] = "logto.sendgrid"
    secret: ClassVar[frozenset[str]] = frozenset({"api_key"})
    api_key: pulumi.Input[str] | None = None
    from_name: pulumi.Input[str] | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class AliyunDm(_WithTexts):
    """Alibaba Cloud Direct Mail; from_address becomes its account name, and every mail is HTML.

    Source: docs/contracts/logto.md#factories.

    Args:
        templates: a MailText for each usage type. Given, starter texts fill in the required types that are missing;
            omitted, a new connector gets starter texts, and an adopted one keeps its own.
        access_key_id: the id of an access key.
        access_key_secret: its secret; omitted, the one that the tenant holds for this key is kept.
        region: "cn-hangzhou", "ap-southeast-1", "ap-southeast-2", "eu-central-1" or "us-east-1"; omitted, Logto's
            default.
        from_alias: the sender's name.

    """

    kind: ClassVar[str] = "logto.aliyun_dm"
    secret: ClassVar[frozenset[str]] = frozenset({"access_key_secret"})
    access_key_id: pulumi.Input[str]
    access_key_secret: pulumi.Input[str] | None = None
    region: pulumi.Input[str] | None = None
    from_alias: pulumi.Input[str] | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class Postmark(ProviderSettings):
    """Postmark, whose texts are stored there.

    Source: docs/contracts/logto.md#factories.

    Args:
        server_token: the server's API token, a secret; omitted, the one that the tenant holds is kept; required to
            create, and for another kind.
        templates: for each usage type the alias of a template at Postmark; Register, SignIn, ForgotPassword and
            Generic are required.

    """

    kind: ClassVar[str] = "logto.postmark"
    secret: ClassVar[frozenset[str]] = frozenset({"server_token"})
    server_token: pulumi.Input[str] | None = None
    templates: Mapping[UsageType, pulumi.Input[str]] | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class Http(ProviderSettings):
    """A sender of one's own: Logto posts address, type and payload to it, and renders no text.

    Source: docs/contracts/logto.md#factories.

    Args:
        endpoint: its http or https url.
        authorization: the header Authorization, sent verbatim, a secret. Omitted, the one that the tenant holds for
            this endpoint is kept; an empty text takes it out.

    """

    kind: ClassVar[str] = "logto.http"
    secret: ClassVar[frozenset[str]] = frozenset({"authorization"})
    endpoint: pulumi.Input[str]
    authorization: pulumi.Input[str] | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class LogtoEmail(ProviderSettings):
    """Logto Cloud's built-in sender, which has its own texts and its own address.

    Source: docs/contracts/logto.md#factories.

    Args:
        sender_name: the sender's name; it must not hold a url.
        company_information: a line below each mail; it must not hold a url.
        app_logo: the http or https url of the image at the head of each mail.

    """

    kind: ClassVar[str] = "logto.logto_email"
    sender_name: pulumi.Input[str] | None = None
    company_information: pulumi.Input[str] | None = None
    app_logo: pulumi.Input[str] | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class Smtp2Go(_WithTexts):
    """SMTP2GO, by its API.

    Source: docs/contracts/logto.md#factories.

    Args:
        templates: a MailText for each usage type. Given, starter texts fill in the required types that are missing;
            omitted, a new connector gets starter texts, and an adopted one keeps its own.
        api_key: the API key, a secret; omitted, the one that the tenant holds is kept; required to create, and for
            another kind.
        sender_name: the sender's name; from_address is only the address.

    """

    kind: ClassVar[str] = "logto.smtp2go"
    secret: ClassVar[frozenset[str]] = frozenset({"api_key"})
    api_key: pulumi.Input[str] | None = None
    sender_name: pulumi.Input[str] | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class MailJunky(_WithTexts):
    """MailJunky.

    Source: docs/contracts/logto.md#factories.

    Args:
        templates: a MailText for each usage type. Given, starter texts fill in the required types that are missing;
            omitted, a new connector gets starter texts, and an adopted one keeps its own.
        api_key: the API key, a secret; omitted, the one that the tenant holds is kept; required to create, and for
            another kind.
        from_name: the sender's name.

    """

    kind: ClassVar[str] = "logto.mailjunky"
    secret: ClassVar[frozenset[str]] = frozenset({"api_key"})
    api_key: pulumi.Input[str] | None = None
    from_name: pulumi.Input[str] | None = None


class StarterOptions(TypedDict, total=False):
    """The arguments of Template that a starter takes."""

    subject: pulumi.Input[str]
    reply_to: pulumi.Input[str]
    from_address: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True, repr=False)
class Template(TemplateSettings):
    """One mail text for one language and one usage type; it takes precedence over the connector's own.

    It is written whole: an argument that is omitted here is taken out. What the tenant's connector ignores of it is
    warned of.

    Source: docs/contracts/logto.md#email-templates.

    Args:
        language: a language tag as Logto spells it, such as en or pt-BR, of 16 characters at most; a spelling that
            would never match is refused.
        type: the usage type, such as SignIn.
        subject: the subject, one line that is not blank.
        content: the text; variables are written {{code}}, {{application.name}} and so on.
        content_type: "text/html" or "text/plain".
        reply_to: where replies go.
        from_address: the sender of this text only.

    """

    kind: ClassVar[str] = "logto.template"
    keyed_by: ClassVar[tuple[str, ...]] = ("language", "type")
    language: pulumi.Input[str]
    type: pulumi.Input[UsageType]
    subject: pulumi.Input[str]
    content: pulumi.Input[str]
    content_type: pulumi.Input[ContentType] = "text/html"
    reply_to: pulumi.Input[str] | None = None
    from_address: pulumi.Input[str] | None = None

    @classmethod
    def starter(
        cls,
        type: UsageType,  # noqa: A002 - the argument's own name
        *,
        brand: Brand,
        language: str = "en",
        **options: Unpack[StarterOptions],
    ) -> Template:
        """Returns a template with a text and a layout to start from, in English.

        Args:
            type: the usage type, each of the nine that Logto has.
            brand: whose mail it is, a `tenant_email.Brand`.
            language: en, en-GB or another tag of English.
            options: further arguments of Template, or another subject.

        Raises:
            InvalidSettings: there is no starter of this type, or the language is another one.

        """
        from tenant_email.platforms.logto import starters  # noqa: PLC0415 - only who asks for one loads their words

        return starters.starter(type, brand, language, options)

    @classmethod
    def starters(cls, *, brand: Brand, language: str = "en") -> dict[str, Template]:
        """Returns all starters by type, for `TenantEmail(templates=…)`."""
        return {usage: cls.starter(usage, brand=brand, language=language) for usage in USAGE_TYPES}
