"""What we accept for Logto beyond the types of the settings.

docs/contracts/logto.md#factories is the source of every field; README.md lists each rule that is stricter than Logto's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, ValidatorFunctionWrapHandler, WrapValidator

from tenant_email.inputs.fields import Address, Host, Port, Text, UnlessUnknown
from tenant_email.inputs.hosts import host_in
from tenant_email.inputs.spelling import one_of
from tenant_email.json_types import Json, Props, is_list
from tenant_email.platforms.logto import settings
from tenant_email.platforms.logto.kinds import KINDS
from tenant_email.platforms.logto.languages import fault_of
from tenant_email.platforms.logto.texts import USAGE_TYPES
from tenant_email.platforms.models import Derivation, Models, Rules, derived_model
from tenant_email.redaction.secrets import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

_AWS_REGION: Final = re.compile(r"[a-z]{2,4}(-[a-z]+)+-\d")
_MAILGUN: Final = re.compile(r"https://([A-Za-z0-9-]+\.)+mailgun\.net")
_LONGEST_TAG: Final = 16  # docs/contracts/logto.md#email-templates


def _not_blank(value: str) -> str:
    if not value.strip():
        msg = "is empty; Logto strips it, so every real email fails"
        raise ValueError(msg)
    return value


def _not_hollow(value: Json) -> Json:
    if not value:
        msg = "is empty, and Logto strips it\nOmit it."
        raise ValueError(msg)
    return value


def _region(value: str) -> str:
    if not _AWS_REGION.fullmatch(value):
        msg = "is not an AWS region\nWrite it as eu-west-1."
        raise ValueError(msg)
    return value


def _usage(value: str) -> str:
    if value not in USAGE_TYPES:
        remedy = one_of(value, USAGE_TYPES)
        msg = f"is not a usage type, so Logto would never use the text\n{remedy}"
        raise ValueError(msg)
    return value


def _header(value: object) -> object:
    texts = value if is_list(value) else [value]
    for text in texts or [""]:
        if not isinstance(text, str):
            msg = "must be a string, or a list of strings"
            raise ValueError(msg)  # noqa: TRY004 - pydantic reports a ValueError, and lets a TypeError through
        _one_line(_not_blank(text))
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
    if value.partition("://")[0].lower() not in {"http", "https"} or not host_in(value):
        msg = "is not an http or https url"
        raise ValueError(msg)
    return value


def _mailgun_url(value: str) -> str:
    # Logto looks at the end alone, and sends the key to whatever host that is the end of (logto.md#factories).
    if not _MAILGUN.fullmatch(value):
        msg = "must be https:// and a host of mailgun.net alone\nUse https://api.eu.mailgun.net for domains in the EU."
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


def _empty_is_none(value: object, handler: ValidatorFunctionWrapHandler) -> object:
    return Secret("") if value in ("", Secret("")) else handler(value)


OptionalSecret = Annotated[Secret, WrapValidator(_empty_is_none)]
"""A secret that a connector may do without; an empty text takes it out, where omitting it keeps it."""

Subject = Annotated[str, AfterValidator(_not_blank), AfterValidator(_one_line)]
Usage = Annotated[str, AfterValidator(_usage)]
Content = Annotated[str, AfterValidator(_not_blank)]
Url = Annotated[Text, AfterValidator(_http_url)]
Milliseconds = Annotated[int, Field(gt=0)]
Prose = Annotated[Text, AfterValidator(_no_url)]


def _by_usage(entry: Any) -> Any:
    """Returns the type of a map by usage type, in which each entry may be unknown."""
    mapping: Any = dict
    annotated: Any = Annotated
    return mapping[Usage, annotated[entry, UnlessUnknown]]


_MAIL_TEXT: Final = derived_model(settings.MailText, {"subject": Subject, "content": Content})
_DELIVERY: Final = derived_model(
    settings.MailgunDelivery,
    {"subject": Subject, "html": Content, "text": Content, "reply_to": Address},
)
_TEXTS: Final = {"templates": _by_usage(_MAIL_TEXT)}
_SMTP: Final[Rules] = {
    **_TEXTS,
    "host": Host,
    "port": Port,
    "reply_to": Address,
    "servername": Host,
    "tls": Annotated[Props, AfterValidator(_not_hollow)],
    "ehlo_name": Annotated[Host, AfterValidator(_ascii_host)],
    "local_address": Host,
    **dict.fromkeys(("connection_timeout", "greeting_timeout", "socket_timeout", "dns_timeout"), Milliseconds),
    "custom_headers": Annotated[
        dict[str, Annotated[Any, AfterValidator(_header), UnlessUnknown]], AfterValidator(_not_hollow)
    ],
}
_NEEDED: Final = (Text, ...)
_SMTP_BY_LOGIN: Final[Mapping[str, Rules]] = {
    "logto.smtp": {"username": _NEEDED},
    "logto.smtp_anonymous": {},
    "logto.smtp_oauth2_key": {
        "username": _NEEDED,
        "service_client": _NEEDED,
        "private_key_passphrase": OptionalSecret,
    },
    "logto.smtp_oauth2_token": {
        "username": _NEEDED,
        "client_id": _NEEDED,
        "access_token": OptionalSecret,
        "expires": Annotated[int, Field(ge=0)],
        "access_url": Url,
    },
}
"""The ways to log in to SMTP, each a kind of its own, with what its login takes."""

TRANSPORTS: Final = Models(
    *(
        Derivation(settings.Smtp, {**_SMTP, **rules}, kind, {*KINDS[kind].paths, "templates"})
        for kind, rules in _SMTP_BY_LOGIN.items()
    ),
    Derivation(
        settings.AwsSes,
        {**_TEXTS, "region": Annotated[Text, AfterValidator(_region)], "feedback_forwarding_address": Address},
    ),
    Derivation(
        settings.Mailgun,
        {
            "domain": Host,
            "endpoint": Annotated[Text, AfterValidator(_mailgun_url)],
            "deliveries": _by_usage(_DELIVERY),
        },
    ),
    Derivation(settings.SendGrid, _TEXTS),
    Derivation(
        settings.AliyunDm,
        {
            **_TEXTS,
            "region": Literal["cn-hangzhou", "ap-southeast-1", "ap-southeast-2", "eu-central-1", "us-east-1"],
        },
    ),
    Derivation(settings.Postmark, {"templates": _by_usage(Text)}),
    Derivation(settings.Http, {"endpoint": Url, "authorization": OptionalSecret}),
    Derivation(settings.LogtoEmail, {"sender_name": Prose, "company_information": Prose, "app_logo": Url}),
    Derivation(settings.Smtp2Go, _TEXTS),
    Derivation(settings.MailJunky, _TEXTS),
)

TEMPLATES: Final = Models(
    Derivation(
        settings.Template,
        {
            "language": Annotated[Text, Field(max_length=_LONGEST_TAG), AfterValidator(_language)],
            "subject": Subject,
            "content": Content,
            "reply_to": Address,
            "from_address": Address,
        },
    )
)
