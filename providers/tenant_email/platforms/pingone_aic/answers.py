"""What each call of the platform promises (docs/contracts/pingone_aic.md).

The config API stores whatever it is given (docs/contracts/pingone_aic.md#config-4). So its shapes ask for what names an
object, and for the right types of what this package walks through; nothing else is required of a document.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, ValidationError

from tenant_email.json_types import Props
from tenant_email.net.answers import Promise, Shape
from tenant_email.net.tokens import TokenAnswer

_Id = Annotated[str, Field(min_length=1, alias="_id")]
_Name = Annotated[str, Field(min_length=1)]
_Map = Props
_Texts = dict[str, str]
_Scalar = str | int | float | bool
_Value = _Scalar | Annotated[dict[Literal["$int", "$bool", "$string"], _Scalar], Field(min_length=1)]
"""A literal, or a placeholder with its type around it (docs/contracts/pingone_aic.md#esvs)."""


def _is_base64(text: str) -> str:
    try:
        b64decode(text)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    return text


class Object(Shape):
    """An object of /openidm/config."""

    id: _Id


class Auth(Shape):
    """How the provider logs in; a secret is a string, or the blob that stands for one."""

    username: _Value | None = None
    client_id: _Value | None = Field(None, alias="clientId")
    token_endpoint: _Value | None = Field(None, alias="tokenEndpoint")
    password: str | _Map | None = None
    client_secret: str | _Map | None = Field(None, alias="clientSecret")


class StoredProvider(Object):
    """External.email, and its twin of the built-in sender: SMTP, even where no type is given, or Microsoft Graph."""

    type: str | None = None
    host: _Value | None = None
    port: _Value | None = None
    mail_endpoint: _Value | None = Field(None, alias="mailEndpoint")
    auth: Auth = Field(default_factory=lambda: Auth.model_validate({}))
    starttls: _Map = Field(default={})
    ssl: _Map = Field(default={})
    from_: str | Annotated[dict[Literal["$string"], str], Field(min_length=1)] | None = Field(None, alias="from")
    properties: list[str] | None = Field(None, alias="smtpProperties")


class StoredTemplate(Object):
    """EmailTemplate/…: a text for each locale."""

    subject: _Texts | None = None
    message: _Texts | None = None
    html: _Texts | None = None
    styles: str | None = None
    from_: str | None = Field(None, alias="from")


def is_template(document: Props) -> bool:
    """Returns whether an object has the shape of a template."""
    try:
        StoredTemplate.model_validate(document)
    except ValidationError:
        return False
    return True


class Account(Shape):
    """A service account's own record."""

    id: _Id
    status: str = Field("", alias="accountStatus")
    name: str = ""
    scopes: list[str] = Field(default=[])


class Objects(Shape):
    """All objects that a query finds; without a page size there is one page."""

    result: list[Object]
    cookie: None = Field(None, alias="pagedResultsCookie")


class Variable(Shape):
    """An ESV variable."""

    id: _Id
    value: Annotated[str, AfterValidator(_is_base64)] = Field(alias="valueBase64")
    type: _Name = Field(alias="expressionType")
    loaded: bool
    description: str | None = None


class StoredSecret(Shape):
    """An ESV secret, whose value is never shown; `loadedVersion` is empty before the first restart."""

    id: _Id
    active: _Name = Field(alias="activeVersion")
    loaded: str = Field(alias="loadedVersion")
    encoding: _Name
    usable: bool = Field(alias="useInPlaceholders")
    description: str | None = None


class Version(Shape):
    """A version of a secret."""

    version: _Name
    status: _Name


_Versions = Annotated[list[Version], Field(min_length=1)]
"""A destroyed version stays listed, so that a secret has one always (docs/contracts/pingone_aic.md#esvs)."""


class Variables(Shape):
    """A page of variables."""

    result: list[Variable]
    cookie: str | None = Field(None, alias="pagedResultsCookie")


class Secrets(Shape):
    """A page of secrets."""

    result: list[StoredSecret]
    cookie: str | None = Field(None, alias="pagedResultsCookie")


class Info(Shape):
    """The tier of an environment, and whether it may be written to."""

    immutable: bool
    locked: bool
    tier: str


class Startup(Shape):
    """Whether the tenant is restarting."""

    status: _Name = Field(alias="restartStatus")


class Sent(Shape):
    """A mail that was accepted."""

    status: Literal["OK"]


CONFIG: Final = "object"
_VARIABLE: Final = "variable"
_SECRET: Final = "secret"  # noqa: S105 - a word of the platform's messages
NEW_VERSION: Final = "new version"
"""What cannot be made where its secret is gone (docs/contracts/pingone_aic.md#esv-messages)."""

TOKEN: Final = Promise((200,), TokenAnswer)
PROVIDER: Final = Promise((200,), StoredProvider, absent=CONFIG)
TEMPLATE: Final = Promise((200,), StoredTemplate, absent=CONFIG)
WRITTEN: Final = Promise((200, 201), Object)
REMOVED: Final = Promise((200,), Object, absent=CONFIG)
FOUND: Final = Promise((200,), Objects)
VARIABLES: Final = Promise((200,), Variables)
SECRETS: Final = Promise((200,), Secrets)
ACCOUNT: Final = Promise((200,), Account)
INFO: Final = Promise((200,), Info)
STARTUP: Final = Promise((200,), Startup)
SENT: Final = Promise((200,), Sent, absent=CONFIG)


def of_esv(method: str, path: str, action: str | None) -> Promise:
    """Returns what a call of one ESV, or of a part of it, promises; only some calls may find it absent."""
    _, _, collection, esv, *part = path.split("/")
    absent = (_VARIABLE if collection == "variables" else _SECRET) if method in ("GET", "DELETE") else ""
    if action == "create":
        absent = NEW_VERSION
    if action == "setDescription":
        return Promise((200,))
    if not part:
        return Promise((200,), Variable if collection == "variables" else StoredSecret, {"_id": esv}, absent)
    if len(part) > 1:
        return Promise((200,), Version, {"version": part[1]})
    return Promise((200,), _Versions if method == "GET" else Version, absent=absent)
