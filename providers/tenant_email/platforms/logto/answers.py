"""What each call of Logto's Management API promises (docs/contracts/logto.md)."""

from __future__ import annotations

from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from tenant_email.json_types import Props
from tenant_email.net.answers import Promise, Shape
from tenant_email.net.tokens import TokenAnswer
from tenant_email.platforms.logto.kinds import KINDS

_Name = Annotated[str, Field(min_length=1)]
_Map = Props


class SmtpAuth(Shape):
    """How an SMTP connector logs in; each secret a string, the private key with or without a passphrase."""

    type: str | None = None
    user: str | None = None
    service_client: str | None = Field(None, alias="serviceClient")
    pass_: str | None = Field(None, alias="pass")
    client_secret: str | None = Field(None, alias="clientSecret")
    refresh_token: str | None = Field(None, alias="refreshToken")
    access_token: str | None = Field(None, alias="accessToken")
    private_key: str | dict[str, str] | None = Field(None, alias="privateKey")


class Config(Shape):
    """What the configs of our factories have in common: what identifies, is compared, secret, or walked through."""

    auth: SmtpAuth | None = None
    host: str | None = None
    port: float | None = None
    api_key: str | None = Field(None, alias="apiKey")
    access_key_id: str | None = Field(None, alias="accessKeyId")
    access_key_secret: str | None = Field(None, alias="accessKeySecret")
    server_token: str | None = Field(None, alias="serverToken")
    authorization: str | None = None
    region: str | None = None
    domain: str | None = None
    endpoint: str | None = None
    from_email: str | None = Field(None, alias="fromEmail")
    email_address: str | None = Field(None, alias="emailAddress")
    account_name: str | None = Field(None, alias="accountName")
    from_: str | None = Field(None, alias="from")
    sender: str | None = None
    templates: list[_Map] | None = None
    deliveries: dict[str, _Map] | None = None


class Connector(Shape):
    """A connector of any type, as lists show them; `config` is checked where the factory is one of ours."""

    id: _Name
    connector_id: _Name = Field(alias="connectorId")
    type: _Name
    config: _Map

    @model_validator(mode="after")
    def _known_config(self) -> Self:
        if any(kind.factory == self.connector_id for kind in KINDS.values()):
            Config.model_validate(self.config)
        return self


class Details(Shape):
    """A text of /api/email-templates."""

    subject: str
    content: str
    content_type: str | None = Field(None, alias="contentType")
    reply_to: str | None = Field(None, alias="replyTo")
    send_from: str | None = Field(None, alias="sendFrom")


class Entry(Shape):
    """An entry of /api/email-templates."""

    language: _Name = Field(alias="languageTag")
    type: _Name = Field(alias="templateType")
    details: Details


class Rows(Shape):
    """How many entries a deletion took."""

    count: Annotated[int, Field(ge=0)] = Field(alias="rowCount")


class SignUp(Shape):
    """How one signs up."""

    identifiers: list[str]
    verify: bool
    further: list[_Map] | None = Field(None, alias="secondaryIdentifiers")


class SignIn(Shape):
    """How one signs in."""

    methods: list[_Map]


class LanguageInfo(Shape):
    """The languages of a tenant."""

    fallback: _Name = Field(alias="fallbackLanguage")


class Mfa(Shape):
    """The second factors."""

    factors: list[str] = Field(default=[])


class Expiration(Shape):
    """Whether passwords expire."""

    enabled: bool | None = None


class Experience(Shape):
    """The sign-in experience: its parts that may need an email connector."""

    language: LanguageInfo = Field(alias="languageInfo")
    sign_up: SignUp = Field(alias="signUp")
    sign_in: SignIn = Field(alias="signIn")
    forgot_password: list[str] | None = Field(None, alias="forgotPasswordMethods")
    mfa: Mfa | None = None
    expiration: Expiration | None = Field(None, alias="passwordExpiration")


NO_CONNECTOR: Final = "entity.not_found"

TOKEN: Final = Promise((200,), TokenAnswer)
CONNECTORS: Final = Promise((200,), list[Connector])
NEW_CONNECTOR: Final = Promise((200,), Connector)
CONNECTOR: Final = Promise((200,), Connector, absent=NO_CONNECTOR)
NO_MORE_CONNECTOR: Final = Promise((204,), absent=NO_CONNECTOR)
TEST_MAIL: Final = Promise((204,))
TEMPLATES: Final = Promise((200,), Annotated[list[Entry], Field(max_length=1)])
ALL_TEMPLATES: Final = Promise((200,), list[Entry])
TEMPLATE: Final = Promise((200,), Annotated[list[Entry], Field(min_length=1, max_length=1)])
NO_MORE_TEMPLATE: Final = Promise((200,), Rows)
EXPERIENCE: Final = Promise((200,), Experience)
