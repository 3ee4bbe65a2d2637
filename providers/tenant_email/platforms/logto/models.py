"""What we accept for Logto, as pydantic models.

contracts/logto.md section 4 is the source of every field; README.md lists each rule that is stricter than Logto's.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints

from tenant_email.fields import Address, Host, Port, Text
from tenant_email.model import Model, Unknown
from tenant_email.platforms.logto.texts import ContentType, UsageType
from tenant_email.secrets import Secret

_LONGEST_TAG: Final = 16  # contracts/logto.md section 6


def _not_blank(value: str) -> str:
    if not value.strip():
        msg = "is empty, which Logto strips, so that every real mail fails"
        raise ValueError(msg)
    return value


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


def _no_url(value: str) -> str:
    if "://" in value or "www." in value:
        msg = "must not hold a url"
        raise ValueError(msg)
    return value


Subject = Annotated[str, AfterValidator(_not_blank), AfterValidator(_one_line)]
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


MailTexts = dict[UsageType, MailText | Unknown]


class _Smtp(Model):
    host: Host
    port: Port = 587
    reply_to: Address | None = None
    templates: MailTexts | None = None
    secure: bool | None = None
    ignore_tls: bool | None = None
    require_tls: bool | None = None
    servername: Host | None = None
    tls: Annotated[dict[str, Any], Field(min_length=1)] | None = None
    ehlo_name: Annotated[Host, AfterValidator(_ascii_host)] | None = None
    local_address: Host | None = None
    connection_timeout: Milliseconds | None = None
    greeting_timeout: Milliseconds | None = None
    socket_timeout: Milliseconds | None = None
    dns_timeout: Milliseconds | None = None
    custom_headers: Annotated[dict[str, Subject | list[Subject] | Unknown], Field(min_length=1)] | None = None
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
    private_key_passphrase: Secret | None = None


class SmtpOAuth2Token(_Smtp):
    """An SMTP server that takes OAuth2 tokens of a user, renewed with a refresh token."""

    kind: Literal["logto.smtp_oauth2_token"]
    username: Text
    client_id: Text
    client_secret: Secret | None = None
    refresh_token: Secret | None = None
    access_token: Secret | None = None
    expires: Annotated[int, Field(ge=0)] | None = None
    access_url: Url | None = None


class AwsSes(Model):
    """Amazon SES through its API, with static keys."""

    kind: Literal["logto.aws_ses"]
    region: Annotated[Text, StringConstraints(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")]
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
    deliveries: dict[UsageType, MailgunDelivery | Unknown] | None = None


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
    templates: dict[UsageType, Text | Unknown] | None = None


class Http(Model):
    """A sender of one's own, which gets type, address and payload by POST."""

    kind: Literal["logto.http"]
    endpoint: Url
    authorization: Secret | None = None


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
    language: Annotated[Text, Field(max_length=_LONGEST_TAG)]
    type: UsageType
    subject: Subject
    content: Content
    content_type: ContentType = "text/html"
    reply_to: Address | None = None
    from_address: Address | None = None
