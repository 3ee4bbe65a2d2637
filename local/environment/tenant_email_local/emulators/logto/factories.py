"""The connector factories and what each accepts as config (docs/contracts/logto.md#factories)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tenant_email_local.emulators.logto import zod
from tenant_email_local.emulators.logto.zod import BOOLEAN, NUMBER, STRING, Array, Enum, Object, Record, Union
from tenant_email_local.emulators.logto.zod import Optional as Maybe

if TYPE_CHECKING:
    from collections.abc import Callable

TEMPLATE_TYPES: Final = (
    "SignIn",
    "Register",
    "ForgotPassword",
    "OrganizationInvitation",
    "Generic",
    "UserPermissionValidation",
    "BindNewIdentifier",
    "MfaVerification",
    "BindMfa",
)
CONTENT_TYPES: Final = ("text/plain", "text/html")
_REQUIRED: Final = ("Register", "SignIn", "ForgotPassword", "Generic")
_URL: Final = zod.matches(r"^[a-z][a-z0-9+.-]*://[^\s/]+", "url", "Invalid url")
_EMAIL: Final = zod.matches(r"^[^\s@,;<>]+@[^\s@.]+(\.[^\s@.]+)+$", "email", "Invalid email")
_NO_URL: Final = zod.matches(r"^(?!.*(://|www\.))", "regex", "Invalid")


def _all_required(text: str) -> Callable[[list[Any]], str | None]:
    def refine(templates: list[Any]) -> str | None:
        missing = [usage for usage in _REQUIRED if usage not in [template["usageType"] for template in templates]]
        return text.format(", ".join(missing)) if missing else None

    return refine


def _templates(
    fields: dict[str, zod.Schema],
    usage: zod.Schema = STRING,
    text: str = "Template with UsageType ({}) should be provided!",
) -> Array:
    return Array(Object({"usageType": usage, **fields}), refine=_all_required(text))


_TEXT: Final[dict[str, zod.Schema]] = {"subject": STRING, "content": STRING}
_TYPE: Final = Enum(TEMPLATE_TYPES)
_LOGIN: Final = Object(
    {"user": Maybe(STRING), "pass": Maybe(STRING), "type": Maybe(Enum(("login", "Login", "LOGIN")))}, strict=True
)
_OAUTH2_TYPE: Final = Maybe(Enum(("oauth2", "OAuth2", "OAUTH2")))
_OAUTH2: Final = Union(
    (
        Object(
            {
                "type": _OAUTH2_TYPE,
                "user": STRING,
                "privateKey": Union((STRING, Object({"key": STRING, "passphrase": STRING}))),
                "serviceClient": STRING,
            }
        ),
        Object(
            {
                "type": _OAUTH2_TYPE,
                "user": STRING,
                **{name: Maybe(STRING) for name in ("clientId", "clientSecret", "refreshToken", "accessToken")},
                "expires": Maybe(NUMBER),
                "accessUrl": Maybe(STRING),
            }
        ),
    )
)
_DELIVERY: Final = Union(
    (
        Object({"html": STRING, "text": Maybe(STRING), "subject": Maybe(STRING), "replyTo": Maybe(STRING)}),
        Object({"template": STRING, "variables": Maybe(Object()), "subject": Maybe(STRING), "replyTo": Maybe(STRING)}),
    )
)


@dataclass(frozen=True)
class Factory:
    """One kind of connector; `cloud` says that it comes with Logto Cloud alone."""

    id: str
    target: str
    schema: zod.Schema = field(default_factory=Object)
    type: str = "Email"
    platform: str | None = None
    cloud: bool = False

    def metadata(self) -> dict[str, Any]:
        """Returns what both the factory and its connectors show of themselves."""
        return {
            "target": self.target,
            "name": {"en": self.target},
            "description": {"en": f"Sends through {self.target}."},
            "logo": "./logo.svg",
            "logoDark": None,
            "readme": "./README.md",
            "platform": self.platform,
        }


_SMTP: Final = Object(
    {
        "host": STRING,
        "port": NUMBER,
        "auth": Union((_LOGIN, _OAUTH2)),
        "fromEmail": STRING,
        "replyTo": Maybe(STRING),
        "templates": _templates({"contentType": Enum(CONTENT_TYPES), **_TEXT}),
        **{name: Maybe(BOOLEAN) for name in ("logger", "debug", "disableFileAccess", "disableUrlAccess")},
        **{name: Maybe(STRING) for name in ("name", "localAddress")},
        **{name: Maybe(NUMBER) for name in ("connectionTimeout", "greetingTimeout", "socketTimeout", "dnsTimeout")},
        "secure": Maybe(BOOLEAN),
        "tls": Maybe(Object()),
        "servername": Maybe(STRING),
        "ignoreTLS": Maybe(BOOLEAN),
        "requireTLS": Maybe(BOOLEAN),
        "customHeaders": Maybe(Record(Union((STRING, Array(STRING))))),
    }
)
_SES: Final = Object(
    {
        **dict.fromkeys(("accessKeyId", "accessKeySecret", "region"), STRING),
        **{
            name: Maybe(STRING)
            for name in (
                "emailAddress",
                "emailAddressIdentityArn",
                "feedbackForwardingEmailAddress",
                "feedbackForwardingEmailAddressIdentityArn",
                "configurationSetName",
            )
        },
        "templates": _templates(_TEXT),
    }
)
_MAILGUN: Final = Object(
    {
        "endpoint": Maybe(zod.Primitive("string", (_URL, zod.ends_with(".mailgun.net")))),
        **dict.fromkeys(("domain", "apiKey", "from"), STRING),
        "deliveries": Record(_DELIVERY),
    }
)
_ALIYUN_REGIONS: Final = ("cn-hangzhou", "ap-southeast-1", "ap-southeast-2", "eu-central-1", "us-east-1")
_ALIYUN: Final = Object(
    {
        **dict.fromkeys(("accessKeyId", "accessKeySecret"), STRING),
        "regionId": Maybe(Enum(_ALIYUN_REGIONS)),
        "accountName": STRING,
        "fromAlias": Maybe(STRING),
        "templates": _templates(_TEXT),
    }
)
_LOGTO: Final = Object(
    {
        **{name: Maybe(zod.Primitive("string", (_NO_URL,))) for name in ("senderName", "companyInformation")},
        "appLogo": Maybe(zod.Primitive("string", (_URL,))),
        **{name: Maybe(STRING) for name in ("endpoint", "tokenEndpoint", "resource", "appId", "appSecret")},
    }
)
_MISSING: Final = "Missing required templates for usageType: {}"

FACTORIES: Final = {
    factory.id: factory
    for factory in (
        Factory("aliyun-direct-mail", "aliyun-dm", _ALIYUN),
        Factory("aws-ses-mail", "aws-ses", _SES),
        Factory("github-universal", "github", type="Social", platform="Universal"),
        Factory("http-email", "http-email", Object({"endpoint": STRING, "authorization": Maybe(STRING)})),
        Factory("logto-email", "logto-email", _LOGTO, cloud=True),
        Factory("mailgun-email", "mailgun-email", _MAILGUN),
        Factory(
            "mailjunky-email-service",
            "mailjunky-mail",
            Object(
                {
                    "apiKey": STRING,
                    "fromEmail": STRING,
                    "fromName": Maybe(STRING),
                    "templates": _templates({"type": Maybe(Enum(CONTENT_TYPES)), **_TEXT}, _TYPE, _MISSING),
                }
            ),
        ),
        Factory(
            "postmark-mail",
            "postmark-mail",
            Object({"serverToken": STRING, "fromEmail": STRING, "templates": _templates({"templateAlias": STRING})}),
        ),
        Factory(
            "sendgrid-email-service",
            "sendgrid-mail",
            Object(
                {
                    "apiKey": STRING,
                    "fromEmail": STRING,
                    "fromName": Maybe(STRING),
                    "templates": _templates({"type": Enum(CONTENT_TYPES), **_TEXT}),
                }
            ),
        ),
        Factory("simple-mail-transfer-protocol", "smtp", _SMTP),
        Factory(
            "smtp2go-email-service",
            "smtp2go-email",
            Object(
                {
                    "apiKey": STRING,
                    "sender": zod.Primitive("string", (_EMAIL,)),
                    "senderName": Maybe(STRING),
                    "templates": _templates({"type": Enum(CONTENT_TYPES), **_TEXT}, _TYPE),
                }
            ),
        ),
        Factory("twilio-short-message-service", "twilio-sms", type="Sms"),
    )
}
