"""What the platform accepts beyond the types of the settings.

Source: docs/contracts/pingone_aic.md#smtp, #graph and #templates say it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import AfterValidator, Field, TypeAdapter, model_validator

from tenant_email.inputs.empties import OrEmpty
from tenant_email.inputs.fields import Host, Port, Text, TextMap
from tenant_email.inputs.hosts import host_in
from tenant_email.inputs.language_tags import canonical
from tenant_email.inputs.model import Model
from tenant_email.platforms.models import Derivation, Models
from tenant_email.platforms.pingone_aic import settings
from tenant_email.platforms.pingone_aic.placeholders import is_placeholder, placeholder_fault
from tenant_email.platforms.pingone_aic.smtp_properties import tls_of

if TYPE_CHECKING:
    from tenant_email.json_types import Props

_HOST: Final[TypeAdapter[str]] = TypeAdapter(Host)
_TEMPLATE_NAME: Final = re.compile(r"[A-Za-z0-9_-]+")
_PROPERTY: Final = re.compile(r"[A-Za-z0-9._-]+")


def _check_placeholders(value: str) -> str:
    if what := placeholder_fault(value):
        msg = f'{what}\nWrite placeholders with pingone_aic.esv("name").'
        raise ValueError(msg)
    return value


def _only_placeholder(value: str) -> str:
    if not is_placeholder(value):
        msg = 'must not be a string\nSet the value itself, or a placeholder: pingone_aic.esv("name").'
        raise ValueError(msg)
    return _check_placeholders(value)


def _host_unless_placeholder(value: str) -> str:
    if "&{" not in value:
        _HOST.validate_python(value)
    return value


def _https(value: str) -> str:
    scheme, _, rest = value.partition("://")
    is_https = scheme.lower() == "https" and host_in(value) and not rest.partition("#")[0].partition("?")[2]
    if "&{" not in value.partition("/")[0] and not is_https:
        msg = "is not an https url\nWrite it as https://host/path."
        raise ValueError(msg)
    return value


def _locale(value: str) -> str:
    if (spelled := canonical(value)) != value:
        what = "is not a locale" if spelled is None else "is spelled so that it would never match"
        msg = f"{value!r} {what}\n{f'Write {spelled}.' if spelled else 'Use ISO 639-1 codes, such as en or fr.'}"
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
            msg = f"{name!r} is not a property name\nWrite it as mail.smtp.…, and set its value separately."
            raise ValueError(msg)
    return value


EsvOnly = Annotated[str, AfterValidator(_only_placeholder)]
EsvText = Annotated[Text, AfterValidator(_check_placeholders)]
EsvHost = Annotated[Text, AfterValidator(_host_unless_placeholder), AfterValidator(_check_placeholders)]
EsvUrl = Annotated[Text, AfterValidator(_https), AfterValidator(_check_placeholders)]
EsvPort = Port | EsvOnly
EsvBool = bool | EsvOnly
Milliseconds = Annotated[int, Field(ge=0)] | EsvOnly
PoolSize = Annotated[int, Field(ge=1)] | EsvOnly
Localised = Annotated[TextMap, Field(min_length=1), AfterValidator(_locales)]


class _WithTls(Model):
    """What is not given about TLS, as the settings class says it."""

    @model_validator(mode="before")
    @classmethod
    def _fill_in_tls(cls, values: Props) -> Props:
        port = values.get("port", cls.model_fields["port"].default)
        return {**values, **tls_of(port, values.get("ssl"), values.get("starttls"))}


_TIMES: Final = dict.fromkeys(("timeout", "write_timeout", "connection_timeout"), Milliseconds)
_PROMOTABLE: Final = (Literal[True] | None, None)

TRANSPORTS: Final = Models(
    Derivation(
        settings.Smtp,
        {
            "host": EsvHost,
            "port": EsvPort,
            "username": EsvText,
            "starttls": EsvBool,
            "ssl": EsvBool,
            "tls_protocols": Annotated[list[Literal["TLSv1.2", "TLSv1.3"]], Field(min_length=1)],
            "smtp_properties": Annotated[TextMap, Field(min_length=1), AfterValidator(_properties)],
            **_TIMES,
            "thread_pool_size": PoolSize,
            "debug": EsvBool,
            "promotable": _PROMOTABLE,
        },
        base=_WithTls,
    ),
    Derivation(
        settings.MsGraph,
        {
            "mail_endpoint": EsvUrl,
            "token_endpoint": EsvUrl,
            "client_id": EsvText,
            "scopes": Annotated[list[EsvText], Field(min_length=1)],
            "scope_delimiter": str,
            **_TIMES,
            "thread_pool_size": PoolSize,
            "promotable": _PROMOTABLE,
        },
    ),
    Derivation(settings.BuiltIn),
)

TEMPLATES: Final = Models(
    Derivation(
        settings.Template,
        {
            "template": Annotated[Text, AfterValidator(_template_name)],
            "subject": Localised,
            "message": Localised,
            "html": Localised,
            "styles": str,
            "default_locale": Annotated[Text, AfterValidator(_locale)],
            "from_address": Annotated[Text, OrEmpty],
            "mime_type": Literal["text/html", "text/plain"],
        },
    )
)
