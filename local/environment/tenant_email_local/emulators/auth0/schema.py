"""Request body schemas of docs/contracts/auth0.md#provider and #templates, and the texts of their violations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from tenant_email_local.emulators.auth0 import refusals

if TYPE_CHECKING:
    from collections.abc import Mapping

JsonType = Literal["string", "integer", "number", "boolean", "object"]


@dataclass(frozen=True)
class Field:
    """One property of a closed object."""

    type: JsonType = "string"
    min_length: int = 0
    one_of: tuple[str, ...] = ()
    nullable: bool = False
    minimum: float | None = None
    host: bool = False


Fields = dict[str, Field]

_HOST: Final = re.compile(r"(?=.{1,255}$)(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*\.?")
_TEXT: Final = Field(min_length=1)
_HOST_NAME: Final = Field(min_length=1, host=True)
_EU: Final = Field(one_of=("eu",), nullable=True)

CREDENTIALS: Final[dict[str, Fields]] = {
    "mandrill": {"api_key": _TEXT},
    "sendgrid": {"api_key": _TEXT},
    "resend": {"api_key": _TEXT},
    "ses": {"accessKeyId": _TEXT, "secretAccessKey": _TEXT, "region": _TEXT},
    "sparkpost": {"api_key": _TEXT, "region": _EU},
    "mailgun": {"api_key": _TEXT, "domain": Field(min_length=4), "region": _EU},
    "smtp": {
        "smtp_host": _HOST_NAME,
        "smtp_port": Field("integer"),
        "smtp_user": _TEXT,
        "smtp_pass": _TEXT,
    },
    "azure_cs": {"connectionString": _TEXT},
    "ms365": {"tenantId": _TEXT, "clientId": _TEXT, "clientSecret": _TEXT},
    "custom": {},
}
TEMPLATES: Final = (
    "verify_email",
    "verify_email_by_code",
    "auth_email_by_code",
    "reset_email",
    "reset_email_by_code",
    "welcome_email",
    "blocked_account",
    "stolen_credentials",
    "enrollment_email",
    "mfa_oob_code",
    "user_invitation",
    "async_approval",
    "change_password",
    "password_reset",
)
PROVIDER: Final[Fields] = {
    "name": Field(one_of=tuple(CREDENTIALS)),
    "enabled": Field("boolean"),
    "default_from_address": Field(),
    "credentials": Field("object"),
    "settings": Field("object", nullable=True),
}
_TEMPLATE: Final[Fields] = {
    "template": Field(one_of=TEMPLATES),
    "body": Field(nullable=True),
    "from": Field(nullable=True),
    "resultUrl": Field(nullable=True),
    "subject": Field(nullable=True),
    "syntax": Field(nullable=True),
    "urlLifetimeInSeconds": Field("number", nullable=True, minimum=0),
    "includeEmailInRedirect": Field("boolean", nullable=True),
    "enabled": Field("boolean", nullable=True),
}
TEMPLATE_REQUIRED: Final = ("template", "body", "from", "subject", "syntax", "enabled")
_JOB: Final[Fields] = {
    "user_id": _TEXT,
    "client_id": _TEXT,
    "identity": Field("object"),
    "organization_id": _TEXT,
}


def provider_body(document: Any, *, required: tuple[str, ...] = ()) -> dict[str, Any]:
    """Returns a valid provider body; the credentials may fit any kind, for the schema does not look at the name."""
    body = _valid(document, PROVIDER, required)
    if not body:
        raise refusals.invalid_body("'Too few properties defined (0), minimum 1'")
    if "credentials" in body:
        _check_credentials(body["credentials"])
    return body


def template_body(document: Any, *, required: tuple[str, ...] = ()) -> dict[str, Any]:
    """Returns a valid template body."""
    return _valid(document, _TEMPLATE, required)


def job_body(document: Any) -> dict[str, Any]:
    """Returns a valid body of a verification email job."""
    return _valid(document, _JOB, ("user_id",))


def _valid(document: Any, fields: Fields, required: tuple[str, ...]) -> dict[str, Any]:
    """Returns the document if it fits the closed object, else refuses it with its first problem."""
    problem = _problem(document, fields, required)
    if problem:
        raise refusals.invalid_body(problem)
    return cast("dict[str, Any]", document)


def _check_credentials(credentials: dict[str, Any]) -> None:
    """Refuses credentials that fit no kind, with one inner error a kind (terraform-provider-auth0 #160, PR #392)."""
    inner: list[str] = []
    for name, fields in CREDENTIALS.items():
        problem = _problem(credentials, fields, (), "credentials", f"Credentials for {name}")
        if problem is None and fields and not credentials:
            problem = "'Too few properties defined (0), minimum 1' on property credentials"
        if problem is None:
            return
        inner.append(f"Payload validation error: {problem}.")
    union = "'None of the valid schemas were met' on property credentials (Credentials required to use the provider)"
    raise refusals.invalid_body(f"{union}. Inner errors: [ {' (also) '.join(inner)} ]")


def _problem(
    document: Any, fields: Fields, required: tuple[str, ...], at: str = "", description: str = ""
) -> str | None:
    """Returns the first thing wrong with an object, None when it fits."""
    place = f" on property {at} ({description})" if at else ""
    if not isinstance(document, dict):
        return f"'Expected type object but found type {_type_name(document)}'{place}"
    body = cast("dict[str, Any]", document)
    unknown = [key for key in body if key not in fields]
    if unknown:
        return f"'Additional properties not allowed: {', '.join(unknown)}'{place}"
    missing = [key for key in required if key not in body]
    if missing:
        return f"'Missing required property: {missing[0]}'{place}"
    return _first_value_problem(body, fields, f"{at}." if at else "")


def _first_value_problem(body: Mapping[str, Any], fields: Fields, prefix: str) -> str | None:
    """Returns the first value that its property does not allow."""
    for key, value in body.items():
        problem = _value_problem(value, fields[key])
        if problem:
            return f"'{problem}' on property {prefix}{key}"
    return None


def _value_problem(value: Any, field: Field) -> str | None:
    """Returns what is wrong with one value, None when it fits."""
    found = _type_name(value)
    if found == "null" and field.nullable:
        return None
    if found != field.type and (found, field.type) != ("integer", "number"):
        return f"Expected type {field.type} but found type {found}"
    return _text_problem(value, field) if field.type == "string" else _minimum_problem(value, field)


def _text_problem(text: str, field: Field) -> str | None:
    """Returns what is wrong with a text of the right type."""
    if field.one_of and text not in field.one_of:
        return f'Invalid value "{text}"'
    if len(text) < field.min_length:
        return f"String is too short ({len(text)} chars), minimum {field.min_length}"
    if field.host and not _HOST.fullmatch(text) and not _is_address(text):
        return "Value is neither a hostname nor an IP address"
    return None


def _minimum_problem(value: Any, field: Field) -> str | None:
    """Returns what is wrong with the size of a number."""
    if field.minimum is not None and value < field.minimum:
        return f"Value {value} is less than minimum {field.minimum}"
    return None


def _is_address(text: str) -> bool:
    """Returns whether a text is an IPv4 or IPv6 address."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _type_name(value: object) -> str:
    """Returns the JSON schema name of a value's type; a bool is not a number."""
    names: dict[type[object], str] = {
        bool: "boolean",
        int: "integer",
        float: "number",
        str: "string",
        list: "array",
        dict: "object",
    }
    return names.get(type(value), "null")
