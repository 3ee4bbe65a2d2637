"""The connector factories and what each accepts as config (docs/contracts/logto.md#factories)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tenant_email_local.emulators.logto import zod, zod_checks
from tenant_email_local.emulators.logto.form_items import form_item
from tenant_email_local.emulators.logto.zod import (
    BOOLEAN,
    NUMBER,
    STRING,
    Array,
    Enum,
    Literal,
    NativeEnum,
    Union,
    ZodObject,
    ZodRecord,
)
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
_NO_URL: Final = zod_checks.matches(r"^(?!.*(://|www\.))", "regex", "Invalid")


def _require_all(text: str) -> Callable[[list[Any]], str | None]:
    def refine(templates: list[Any]) -> str | None:
        missing = [usage for usage in _REQUIRED if usage not in [template["usageType"] for template in templates]]
        return text.format(", ".join(missing)) if missing else None

    return refine


def _templates(
    fields: dict[str, zod.Schema],
    usage: zod.Schema = STRING,
    text: str = "Template with UsageType ({}) should be provided!",
) -> Array:
    return Array(ZodObject({"usageType": usage, **fields}), refine=_require_all(text))


_TEXT: Final[dict[str, zod.Schema]] = {"subject": STRING, "content": STRING}
_TYPE: Final = NativeEnum(TEMPLATE_TYPES)
_CONTENT: Final = NativeEnum(CONTENT_TYPES)
_EITHER: Final = Union(tuple(Literal(option) for option in reversed(CONTENT_TYPES)))
_LOGIN: Final = ZodObject(
    {"user": Maybe(STRING), "pass": Maybe(STRING), "type": Maybe(Enum(("login", "Login", "LOGIN")))}, strict=True
)
_OAUTH2_TYPE: Final = Maybe(Enum(("oauth2", "OAuth2", "OAUTH2")))
_OAUTH2_KEY: Final = ZodObject(
    {
        "type": _OAUTH2_TYPE,
        "user": STRING,
        "privateKey": Union((STRING, ZodObject({"key": STRING, "passphrase": STRING}))),
        "serviceClient": STRING,
    }
)
_AUTH: Final = Union(
    (
        Union((_LOGIN, _OAUTH2_KEY)),
        ZodObject(
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
        ZodObject({"html": STRING, "text": Maybe(STRING), "subject": Maybe(STRING), "replyTo": Maybe(STRING)}),
        ZodObject(
            {"template": STRING, "variables": Maybe(ZodObject()), "subject": Maybe(STRING), "replyTo": Maybe(STRING)}
        ),
    )
)


@dataclass(frozen=True)
class Factory:
    """One kind of connector; `cloud` says that it comes with Logto Cloud alone."""

    id: str
    target: str
    schema: ZodObject = field(default_factory=ZodObject)
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
            "formItems": [form_item(key, schema) for key, schema in self.schema.fields.items()],
            "platform": self.platform,
        }


_SMTP: Final = ZodObject(
    {
        "host": STRING,
        "port": NUMBER,
        "auth": _AUTH,
        "fromEmail": STRING,
        "replyTo": Maybe(STRING),
        "templates": _templates({"contentType": _CONTENT, **_TEXT}),
        **{name: Maybe(BOOLEAN) for name in ("logger", "debug", "disableFileAccess", "disableUrlAccess")},
        **{name: Maybe(STRING) for name in ("name", "localAddress")},
        **{name: Maybe(NUMBER) for name in ("connectionTimeout", "greetingTimeout", "socketTimeout", "dnsTimeout")},
        "secure": Maybe(BOOLEAN),
        "tls": Maybe(Union((ZodObject(), ZodObject()))),
        "servername": Maybe(STRING),
        "ignoreTLS": Maybe(BOOLEAN),
        "requireTLS": Maybe(BOOLEAN),
        "customHeaders": Maybe(ZodRecord(Union((STRING, Array(STRING))))),
    }
)
_SES: Final = ZodObject(
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
_MAILGUN: Final = ZodObject(
    {
        "endpoint": Maybe(zod.Primitive("string", (zod_checks.URL, zod_checks.ends_with(".mailgun.net")))),
        **dict.fromkeys(("domain", "apiKey", "from"), STRING),
        "deliveries": ZodRecord(_DELIVERY),
    }
)
_ALIYUN_REGIONS: Final = ("cn-hangzhou", "ap-southeast-1", "ap-southeast-2", "eu-central-1", "us-east-1")
_ALIYUN: Final = ZodObject(
    {
        **dict.fromkeys(("accessKeyId", "accessKeySecret"), STRING),
        "regionId": Maybe(Enum(_ALIYUN_REGIONS)),
        "accountName": STRING,
        "fromAlias": Maybe(STRING),
        "templates": _templates(_TEXT),
    }
)
_LOGTO: Final = ZodObject(
    {
        **{name: Maybe(zod.Primitive("string", (_NO_URL,))) for name in ("senderName", "companyInformation")},
        "appLogo": Maybe(zod.Primitive("string", (zod_checks.URL,))),
        **{name: Maybe(STRING) for name in ("endpoint", "tokenEndpoint", "resource", "appId", "appSecret")},
    }
)
_GITHUB: Final = ZodObject({"clientId": STRING, "clientSecret": STRING, "scope": Maybe(STRING)})
_TWILIO: Final = ZodObject(
    {
        **dict.fromkeys(("accountSID", "authToken", "fromMessagingServiceSID"), STRING),
        "disableRiskCheck": Maybe(BOOLEAN),
        "templates": _templates({"content": STRING}),
    }
)
_MISSING: Final = "Missing required templates for usageType: {}"

FACTORIES: Final = {
    factory.id: factory
    for factory in (
        Factory("aliyun-direct-mail", "aliyun-dm", _ALIYUN),
        Factory("aws-ses-mail", "aws-ses", _SES),
        Factory("github-universal", "github", _GITHUB, type="Social", platform="Universal"),
        Factory("http-email", "http-email", ZodObject({"endpoint": STRING, "authorization": Maybe(STRING)})),
        Factory("logto-email", "logto-email", _LOGTO, cloud=True),
        Factory("mailgun-email", "mailgun-email", _MAILGUN),
        Factory(
            "mailjunky-email-service",
            "mailjunky-mail",
            ZodObject(
                {
                    "apiKey": STRING,
                    "fromEmail": STRING,
                    "fromName": Maybe(STRING),
                    "templates": _templates({"type": Maybe(_EITHER), **_TEXT}, _TYPE, _MISSING),
                }
            ),
        ),
        Factory(
            "postmark-mail",
            "postmark-mail",
            ZodObject({"serverToken": STRING, "fromEmail": STRING, "templates": _templates({"templateAlias": STRING})}),
        ),
        Factory(
            "sendgrid-email-service",
            "sendgrid-mail",
            ZodObject(
                {
                    "apiKey": STRING,
                    "fromEmail": STRING,
                    "fromName": Maybe(STRING),
                    "templates": _templates({"type": _CONTENT, **_TEXT}),
                }
            ),
        ),
        Factory("simple-mail-transfer-protocol", "smtp", _SMTP),
        Factory(
            "smtp2go-email-service",
            "smtp2go-email",
            ZodObject(
                {
                    "apiKey": STRING,
                    "sender": zod.Primitive("string", (zod_checks.EMAIL,)),
                    "senderName": Maybe(STRING),
                    "templates": _templates({"type": _CONTENT, **_TEXT}, _TYPE),
                }
            ),
        ),
        Factory("twilio-short-message-service", "twilio-sms", _TWILIO, type="Sms"),
    )
}
