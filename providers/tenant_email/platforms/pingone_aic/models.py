"""What the platform accepts, as pydantic models; contracts/pingone_aic.md sections 2, 2b and 8 are the source."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, TypeAdapter, model_validator

from tenant_email.empties import OrEmpty
from tenant_email.fields import Host, Port, Text
from tenant_email.language_tags import canonical
from tenant_email.model import Model
from tenant_email.platforms.pingone_aic.placeholders import is_placeholder, malformed
from tenant_email.platforms.pingone_aic.settings import GRAPH_SCOPE
from tenant_email.platforms.pingone_aic.smtp_properties import tls_of
from tenant_email.secrets import Secret

_HOST: Final[TypeAdapter[str]] = TypeAdapter(Host)
_TEMPLATE_NAME: Final = re.compile(r"[A-Za-z0-9_-]+")
_PROPERTY: Final = re.compile(r"[A-Za-z0-9._-]+")


def _well_formed(value: str) -> str:
    if what := malformed(value):
        msg = f'{what}\nWrite placeholders with pingone_aic.esv("name").'
        raise ValueError(msg)
    return value


def _only_placeholder(value: str) -> str:
    if not is_placeholder(value):
        msg = 'is a text\nGive the value itself, or a placeholder: pingone_aic.esv("name").'
        raise ValueError(msg)
    return _well_formed(value)


def _host_unless_placeholder(value: str) -> str:
    if "&{" not in value:
        _HOST.validate_python(value)
    return value


def _https(value: str) -> str:
    parts = urlsplit(value)
    if "&{" not in value.partition("/")[0] and (parts.scheme != "https" or not parts.hostname or parts.query):
        msg = "is not an https url\nWrite it as https://host/path."
        raise ValueError(msg)
    return value


def _locale(value: str) -> str:
    if (spelt := canonical(value)) != value:
        what = "is not a locale" if spelt is None else "is spelt so that it would never match"
        msg = f"{value!r} {what}\n{f'Write {spelt}.' if spelt else 'Use ISO 639-1 codes, such as en or fr.'}"
        raise ValueError(msg)
    return value


def _locales(value: dict[str, str]) -> dict[str, str]:
    for locale in value:
        _locale(locale)
    return value


def _template_name(value: str) -> str:
    if not _TEMPLATE_NAME.fullmatch(value):
        msg = "is not a template name\nUse letters, digits, _ and -."
        raise ValueError(msg)
    return value


def _properties(value: dict[str, str]) -> dict[str, str]:
    for name in value:
        if not _PROPERTY.fullmatch(name):
            msg = f"{name!r} is not a property name\nWrite it as mail.smtp.…, the value beside it."
            raise ValueError(msg)
    return value


EsvOnly = Annotated[str, AfterValidator(_only_placeholder)]
EsvText = Annotated[Text, AfterValidator(_well_formed)]
EsvHost = Annotated[Text, AfterValidator(_host_unless_placeholder), AfterValidator(_well_formed)]
EsvUrl = Annotated[Text, AfterValidator(_https), AfterValidator(_well_formed)]
EsvPort = Port | EsvOnly
EsvBool = bool | EsvOnly
Milliseconds = Annotated[int, Field(ge=0)] | EsvOnly
PoolSize = Annotated[int, Field(ge=1)] | EsvOnly
Localised = Annotated[dict[str, str], Field(min_length=1), AfterValidator(_locales)]


class Smtp(Model):
    """Any SMTP server; without a username nothing logs in. Times in milliseconds, 0 for none."""

    kind: Literal["pingone_aic.smtp"]
    host: EsvHost
    port: EsvPort = 587
    username: EsvText | None = None
    password: Secret | None = None
    starttls: EsvBool | None = None
    ssl: EsvBool | None = None
    tls_protocols: Annotated[list[Literal["TLSv1.2", "TLSv1.3"]], Field(min_length=1)] | None = None
    international_addresses: bool = False
    smtp_properties: Annotated[dict[str, str], Field(min_length=1), AfterValidator(_properties)] | None = None
    timeout: Milliseconds = 300000
    write_timeout: Milliseconds = 300000
    connection_timeout: Milliseconds = 300000
    thread_pool_size: PoolSize = 20
    debug: EsvBool = False
    promotable: Literal[True] | None = None

    @model_validator(mode="before")
    @classmethod
    def _fill_in_tls(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Says what is not given as the settings class says it."""
        port = values.get("port", cls.model_fields["port"].default)
        return {**values, **tls_of(port, values.get("ssl"), values.get("starttls"))}


class MsGraph(Model):
    """Microsoft Graph with an application's client credentials; the application needs the permission Mail.Send."""

    kind: Literal["pingone_aic.ms_graph"]
    mail_endpoint: EsvUrl
    token_endpoint: EsvUrl
    client_id: EsvText
    client_secret: Secret | None = None
    scopes: Annotated[list[EsvText], Field(min_length=1)] = Field(default_factory=lambda: [GRAPH_SCOPE])
    scope_delimiter: str | None = None
    timeout: Milliseconds | None = None
    write_timeout: Milliseconds | None = None
    connection_timeout: Milliseconds | None = None
    thread_pool_size: PoolSize | None = None
    promotable: Literal[True] | None = None


class BuiltIn(Model):
    """The tenant's own sender, as its stock configuration has it."""

    kind: Literal["pingone_aic.built_in"]


class Template(Model):
    """One e-mail template: `message` is what is mailed, or `html` and `styles`, which it is made from."""

    kind: Literal["pingone_aic.template"]
    template: Annotated[Text, AfterValidator(_template_name)]
    subject: Localised
    message: Localised | None = None
    html: Localised | None = None
    styles: str | None = None
    default_locale: Annotated[Text, AfterValidator(_locale)] = "en"
    from_address: Annotated[Text, OrEmpty] | None = None
    enabled: bool = True
    mime_type: Literal["text/html", "text/plain"] = "text/html"
    display_name: Text | None = None
    description: Text | None = None
