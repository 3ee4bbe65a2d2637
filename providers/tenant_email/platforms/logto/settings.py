"""What users write for Logto; a test holds these classes and `models` to the same fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast

import pulumi

from tenant_email.errors import InvalidSettings, Problem
from tenant_email.platforms.logto.texts import REQUIRED, STARTERS, ContentType, UsageType
from tenant_email.platforms.settings import SesPath, Settings, represented
from tenant_email.shapes import Props, PropsView

if TYPE_CHECKING:
    from tenant_email.platforms.settings import SendingDomain


_LOGINS = ("login", "oauth2_key", "oauth2_token", "none")


@dataclass(frozen=True, kw_only=True, repr=False)
class MailText:
    """One text of a connector; variables are written {{code}}, {{application.name}} and so on."""

    subject: pulumi.Input[str]
    content: pulumi.Input[str]
    content_type: pulumi.Input[ContentType] = "text/html"

    def __repr__(self) -> str:
        return represented(self)


@dataclass(frozen=True, kw_only=True, repr=False)
class MailgunDelivery:
    """What Mailgun sends for one usage type: `html` with a subject, or the name of a `template` stored there."""

    subject: pulumi.Input[str] | None = None
    html: pulumi.Input[str] | None = None
    text: pulumi.Input[str] | None = None
    template: pulumi.Input[str] | None = None
    variables: pulumi.Input[PropsView] | None = None
    reply_to: pulumi.Input[str] | None = None

    def __repr__(self) -> str:
        return represented(self)


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
class _WithTexts(Settings):
    """A connector with one text for each usage type.

    Without `templates`, a new connector gets starter texts, and an adopted one keeps its own.
    """

    templates: Mapping[UsageType, MailText] | None = None

    def to_props(self) -> Props:
        """Returns the inputs' shape, with all required texts where any is given."""
        props = super().to_props()
        # what is no dict is refused by the check, which knows the resource
        return {**props, "templates": _texts(self.templates)} if isinstance(self.templates, dict) else props


@dataclass(frozen=True, kw_only=True, repr=False)
class Smtp(_WithTexts):
    """Any SMTP server.

    `auth` says how to log in: "login" with username and password, "oauth2_key" with a service account's private key,
    "oauth2_token" with a client and a refresh token, "none" for a relay that asks for no login. Time-outs are in
    milliseconds. Ports 465 and 2465 mean TLS at once, unless `secure` says otherwise.
    """

    kind: ClassVar[str] = "logto.smtp"
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
    """Amazon SES through its API, with a static key; always HTML, and without a reply-to."""

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
        ).with_key_of(sending_domain)


@dataclass(frozen=True, kw_only=True, repr=False)
class Mailgun(Settings):
    """Mailgun; domains in the EU need endpoint="https://api.eu.mailgun.net"."""

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
    """SendGrid."""

    kind: ClassVar[str] = "logto.sendgrid"
    secret: ClassVar[frozenset[str]] = frozenset({"api_key"})
    api_key: pulumi.Input[str] | None = None
    from_name: pulumi.Input[str] | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class AliyunDm(_WithTexts):
    """Alibaba Cloud Direct Mail; from_address becomes its account name, and every mail is HTML."""

    kind: ClassVar[str] = "logto.aliyun_dm"
    secret: ClassVar[frozenset[str]] = frozenset({"access_key_secret"})
    access_key_id: pulumi.Input[str]
    access_key_secret: pulumi.Input[str] | None = None
    region: pulumi.Input[str] | None = None
    from_alias: pulumi.Input[str] | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class Postmark(Settings):
    """Postmark; `templates` names, for each usage type, the alias of a template stored there."""

    kind: ClassVar[str] = "logto.postmark"
    secret: ClassVar[frozenset[str]] = frozenset({"server_token"})
    server_token: pulumi.Input[str] | None = None
    templates: Mapping[UsageType, pulumi.Input[str]] | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class Http(Settings):
    """A sender of one's own: Logto posts address, type and payload to `endpoint`; `authorization` is sent verbatim.

    Omitted, the tenant keeps the authorization that it holds for this endpoint; an empty text takes it out.
    """

    kind: ClassVar[str] = "logto.http"
    secret: ClassVar[frozenset[str]] = frozenset({"authorization"})
    endpoint: pulumi.Input[str]
    authorization: pulumi.Input[str] | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class LogtoEmail(Settings):
    """Logto Cloud's own sender."""

    kind: ClassVar[str] = "logto.logto_email"
    sender_name: pulumi.Input[str] | None = None
    company_information: pulumi.Input[str] | None = None
    app_logo: pulumi.Input[str] | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class Smtp2Go(_WithTexts):
    """SMTP2GO."""

    kind: ClassVar[str] = "logto.smtp2go"
    secret: ClassVar[frozenset[str]] = frozenset({"api_key"})
    api_key: pulumi.Input[str] | None = None
    sender_name: pulumi.Input[str] | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class MailJunky(_WithTexts):
    """MailJunky."""

    kind: ClassVar[str] = "logto.mailjunky"
    secret: ClassVar[frozenset[str]] = frozenset({"api_key"})
    api_key: pulumi.Input[str] | None = None
    from_name: pulumi.Input[str] | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class Template(Settings):
    """One mail text for one language and one usage type; it goes before the connector's own texts.

    It is written whole: an option that is not given here is not kept.
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
