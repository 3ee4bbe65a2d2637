"""What we accept for Logto, as pydantic models.

contracts/logto.md section 4 is the source of every field; README.md lists each rule that is stricter than Logto's.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal, cast
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidatorFunctionWrapHandler, WrapValidator

from tenant_email.fields import Address, Host, Port, Text
from tenant_email.model import Model
from tenant_email.platforms.logto.languages import fault_of
from tenant_email.platforms.logto.texts import USAGE_TYPES, ContentType, UsageType
from tenant_email.secrets import Secret
from tenant_email.spelling import nearest
from tenant_email.unknowns import UNKNOWN

_AWS_REGION: Final = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
_LONGEST_TAG: Final = 16  # contracts/logto.md section 6


def _not_blank(value: str) -> str:
    if not value.strip():
        msg = "is empty, which Logto strips, so that every real mail fails"
        raise ValueError(msg)
    return value


def _not_hollow(value: Any) -> Any:
    if not value:
        msg = "holds nothing, which Logto strips\nOmit it."
        raise ValueError(msg)
    return value


def _region(value: str) -> str:
    if not _AWS_REGION.fullmatch(value):
        msg = "is not an AWS region\nWrite it as eu-west-1."
        raise ValueError(msg)
    return value


def _usage(value: str) -> str:
    if value not in USAGE_TYPES:
        remedy = nearest(value, USAGE_TYPES) or f"Use one of: {', '.join(USAGE_TYPES)}."
        msg = f"is not a usage type, so Logto would never use the text\n{remedy}"
        raise ValueError(msg)
    return value


def _header(value: Any) -> Any:
    texts: list[Any] = cast("Any", value) if isinstance(value, list) else [value]
    for text in texts or [""]:
        if not isinstance(text, str):
            msg = "must be a text, or a list of texts"
            raise ValueError(msg)  # noqa: TRY004 - pydantic reports a ValueError, and lets a TypeError through
        _one_line(_not_blank(text))
    return cast("Any", value)


def _one_line(value: str) -> str:
    if "\n" in value or "\r" in value:
        msg = "has a line break, which would end the header"
        raise ValueError(msg)
    return value


def _ascii_host(value: str) -> str:
    if not value.isascii():
        msg = "is not a host name\nIt greets the server (EHLO); the sender's name goes into from_address."
        raise ValueError(msg)
    return value


def _http_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        msg = "is not an http or https url"
        raise ValueError(msg)
    return value


def _mailgun_url(value: str) -> str:
    if not (value.startswith("https://") and value.endswith(".mailgun.net")):
        msg = (
            "must begin with https:// and end with .mailgun.net\nUse https://api.eu.mailgun.net for domains in the EU."
        )
        raise ValueError(msg)
    return value


def _language(value: str) -> str:
    if fault := fault_of(value):
        raise ValueError(fault)
    return value


def _no_url(value: str) -> str:
    if "://" in value or "www." in value:
        msg = "must not hold a url"
        raise ValueError(msg)
    return value


def _unless_unknown(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    return value if value is UNKNOWN else handler(value)


UnlessUnknown: Final = WrapValidator(_unless_unknown)
"""Lets a value in a map be unknown in a preview, as `Model` does for fields."""


def _empty_is_none(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    return Secret("") if value in ("", Secret("")) else handler(value)


OptionalSecret = Annotated[Secret, WrapValidator(_empty_is_none)]
"""A secret that a connector may do without; an empty text takes it out, where omitting it keeps it."""

Subject = Annotated[str, AfterValidator(_not_blank), AfterValidator(_one_line)]
Usage = Annotated[str, AfterValidator(_usage)]
Content = Annotated[str, AfterValidator(_not_blank)]
Url = Annotated[Text, AfterValidator(_http_url)]
Milliseconds = Annotated[int, Field(gt=0)]
Prose = Annotated[Text, AfterValidator(_no_url)]


class MailText(Model):
    """One text of a connector."""

    subject: Subject
    content: Content
    content_type: ContentType = "text/html"


class MailgunDelivery(Model):
    """What Mailgun sends: a text, or the name of a template stored there."""

    subject: Subject | None = None
    html: Content | None = None
    text: Content | None = None
    template: Text | None = None
    variables: dict[str, Any] | None = None
    reply_to: Address | None = None


MailTexts = dict[Usage, Annotated[MailText, UnlessUnknown]]


class _Smtp(Model):
    host: Host
    port: Port = 587
    reply_to: Address | None = None
    templates: MailTexts | None = None
    secure: bool | None = None
    ignore_tls: bool | None = None
    require_tls: bool | None = None
    servername: Host | None = None
    tls: Annotated[dict[str, Any], AfterValidator(_not_hollow)] | None = None
    ehlo_name: Annotated[Host, AfterValidator(_ascii_host)] | None = None
    local_address: Host | None = None
    connection_timeout: Milliseconds | None = None
    greeting_timeout: Milliseconds | None = None
    socket_timeout: Milliseconds | None = None
    dns_timeout: Milliseconds | None = None
    custom_headers: (
        Annotated[dict[str, Annotated[Any, AfterValidator(_header), UnlessUnknown]], AfterValidator(_not_hollow)] | None
    ) = None
    logger: bool | None = None
    debug: bool | None = None
    disable_file_access: bool | None = None
    disable_url_access: bool | None = None


class Smtp(_Smtp):
    """An SMTP server with a login."""

    kind: Literal["logto.smtp"]
    username: Text
    password: Secret | None = None


class SmtpAnonymous(_Smtp):
    """An SMTP relay without a login; stored as auth {"type": "login"}, the only form that survives cleaning."""

    kind: Literal["logto.smtp_anonymous"]


class SmtpOAuth2Key(_Smtp):
    """An SMTP server that takes OAuth2 tokens of a service account."""

    kind: Literal["logto.smtp_oauth2_key"]
    username: Text
    service_client: Text
    private_key: Secret | None = None
    private_key_passphrase: OptionalSecret | None = None


class SmtpOAuth2Token(_Smtp):
    """An SMTP server that takes OAuth2 tokens of a user, renewed with a refresh token."""

    kind: Literal["logto.smtp_oauth2_token"]
    username: Text
    client_id: Text
    client_secret: Secret | None = None
    refresh_token: Secret | None = None
    access_token: OptionalSecret | None = None
    expires: Annotated[int, Field(ge=0)] | None = None
    access_url: Url | None = None


class AwsSes(Model):
    """Amazon SES through its API, with static keys."""

    kind: Literal["logto.aws_ses"]
    region: Annotated[Text, AfterValidator(_region)]
    access_key_id: Text
    secret_access_key: Secret | None = None
    identity_arn: Text | None = None
    feedback_forwarding_address: Address | None = None
    feedback_forwarding_identity_arn: Text | None = None
    configuration_set_name: Text | None = None
    templates: MailTexts | None = None


class Mailgun(Model):
    """Mailgun; `endpoint` is for domains in the EU."""

    kind: Literal["logto.mailgun"]
    domain: Host
    api_key: Secret | None = None
    endpoint: Annotated[Text, AfterValidator(_mailgun_url)] | None = None
    deliveries: dict[Usage, Annotated[MailgunDelivery, UnlessUnknown]] | None = None


class SendGrid(Model):
    """SendGrid."""

    kind: Literal["logto.sendgrid"]
    api_key: Secret | None = None
    from_name: Text | None = None
    templates: MailTexts | None = None


class AliyunDm(Model):
    """Alibaba Cloud Direct Mail."""

    kind: Literal["logto.aliyun_dm"]
    access_key_id: Text
    access_key_secret: Secret | None = None
    region: Literal["cn-hangzhou", "ap-southeast-1", "ap-southeast-2", "eu-central-1", "us-east-1"] | None = None
    from_alias: Text | None = None
    templates: MailTexts | None = None


class Postmark(Model):
    """Postmark; `templates` are aliases of templates stored there."""

    kind: Literal["logto.postmark"]
    server_token: Secret | None = None
    templates: dict[Usage, Annotated[Text, UnlessUnknown]] | None = None


class Http(Model):
    """A sender of one's own, which gets type, address and payload by POST."""

    kind: Literal["logto.http"]
    endpoint: Url
    authorization: OptionalSecret | None = None


class LogtoEmail(Model):
    """Logto Cloud's own sender."""

    kind: Literal["logto.logto_email"]
    sender_name: Prose | None = None
    company_information: Prose | None = None
    app_logo: Url | None = None


class Smtp2Go(Model):
    """SMTP2GO."""

    kind: Literal["logto.smtp2go"]
    api_key: Secret | None = None
    sender_name: Text | None = None
    templates: MailTexts | None = None


class MailJunky(Model):
    """MailJunky."""

    kind: Literal["logto.mailjunky"]
    api_key: Secret | None = None
    from_name: Text | None = None
    templates: MailTexts | None = None


class Template(Model):
    """One entry of /api/email-templates: a text for one language and one usage type."""

    kind: Literal["logto.template"]
    language: Annotated[Text, Field(max_length=_LONGEST_TAG), AfterValidator(_language)]
    type: UsageType
    subject: Subject
    content: Content
    content_type: ContentType = "text/html"
    reply_to: Address | None = None
    from_address: Address | None = None
