"""The connector factories and what each accepts as config (docs/contracts/logto.md#factories)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tenant_email_local.emulators.logto import zod
from tenant_email_local.emulators.logto.zod import BOOLEAN, NUMBER, STRING, Array, Enum, Union, ZodObject, ZodRecord
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
_EMAIL: Final = zod.matches(
    r"(?i)^(?!\.)(?!.*\.\.)[A-Z0-9_'+.-]*[A-Z0-9_+-]@([A-Z0-9][A-Z0-9-]*\.)+[A-Z]{2,}\Z", "email", "Invalid email"
)
_NO_URL: Final = zod.matches(r"^(?!.*(://|www\.))", "regex", "Invalid")


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
_TYPE: Final = Enum(TEMPLATE_TYPES)
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
            "formItems": [_form_item(key, schema) for key, schema in self.schema.fields.items()],
            "platform": self.platform,
        }


def _form_item(key: str, schema: zod.Schema) -> dict[str, Any]:
    """Returns how the console asks for a setting; no item says that it is a secret."""
    required, inner = (False, schema.schema) if isinstance(schema, Maybe) else (True, schema)
    item: dict[str, Any] = {"key": key, "label": key, "required": required}
    match inner:
        case Enum():
            return item | {"type": "Select", "selectItems": [{"title": each, "value": each} for each in inner.options]}
        case zod.Primitive():
            return item | {"type": {"string": "Text", "number": "Number", "boolean": "Switch"}[inner.type]}
        case _:
            return item | {"type": "Json"}


_SMTP: Final = ZodObject(
    {
        "host": STRING,
        "port": NUMBER,
        "auth": _AUTH,
        "fromEmail": STRING,
        "replyTo": Maybe(STRING),
        "templates": _templates({"contentType": Enum(CONTENT_TYPES), **_TEXT}),
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
        "endpoint": Maybe(zod.Primitive("string", (_URL, zod.ends_with(".mailgun.net")))),
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
                    "templates": _templates({"type": Maybe(Enum(CONTENT_TYPES)), **_TEXT}, _TYPE, _MISSING),
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
                    "templates": _templates({"type": Enum(CONTENT_TYPES), **_TEXT}),
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
                    "sender": zod.Primitive("string", (_EMAIL,)),
                    "senderName": Maybe(STRING),
                    "templates": _templates({"type": Enum(CONTENT_TYPES), **_TEXT}, _TYPE),
                }
            ),
        ),
        Factory("twilio-short-message-service", "twilio-sms", type="Sms"),
    )
}
