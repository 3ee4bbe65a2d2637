"""From the settings of a kind, as inputs have them, to the object of a class that a program writes for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from tenant_email.platforms.settings import Settings
from tenant_email.programs.found import Construction, TextFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email.programs.found import Value

_LOGTO_SMTP: Final = {
    "logto.smtp": "login",
    "logto.smtp_anonymous": "none",
    "logto.smtp_oauth2_key": "oauth2_key",
    "logto.smtp_oauth2_token": "oauth2_token",
}
"""Its one class has an argument for each of these kinds."""

_TEXTS: Final = {"templates": "MailText", "deliveries": "MailgunDelivery"}
_BODIES: Final = {"body": "html", "content": "html", "html": "html", "text": "txt", "message": "html", "styles": "css"}
"""The arguments that become files, and how those end."""
_PLAIN: Final = "text/plain"


def settings_class(kind: str) -> type[Settings]:
    """Returns the class of a kind; KeyError for a kind that has none."""
    module = import_module(f"tenant_email.{kind.partition('.')[0]}")
    wanted = "logto.smtp" if kind in _LOGTO_SMTP else kind
    for name in module.__all__:
        found: Any = getattr(module, name)
        if isinstance(found, type) and issubclass(found, Settings) and found.kind == wanted:
            return found
    raise KeyError(kind)


def construct(settings: Mapping[str, Value], folder: str) -> Construction:
    """Returns the object of these settings, with its bodies in files below a folder."""
    kind = str(settings["kind"])
    given = {name: settings[name] for name in _ordered(kind, settings)}
    if kind.endswith(".template"):
        arguments = _with_files(given, f"{folder}/{_key(given)}")
    else:
        arguments = {name: _texts(kind, name, value, folder) for name, value in given.items()}
    if _LOGTO_SMTP.get(kind, "login") != "login":
        arguments = {"auth": _LOGTO_SMTP[kind], **arguments}
    return Construction(_name(kind), arguments)


def _ordered(kind: str, settings: Mapping[str, Value]) -> list[str]:
    """Returns the names of settings in the order of their class; one that it does not have comes last."""
    order = [field.name for field in fields(settings_class(kind))]
    return [name for name in (*order, *(settings.keys() - {*order, "kind"})) if name in settings]


def _name(kind: str) -> str:
    return f"{kind.partition('.')[0]}.{settings_class(kind).__name__}"


def _key(template: Mapping[str, Value]) -> str:
    """Returns what a template is known by, as the beginning of a file's name."""
    return ".".join(str(template[name]) for name in ("template", "language", "type") if name in template)


def _texts(kind: str, name: str, value: Value, folder: str) -> Value:
    """Returns the texts of a Logto connector as objects of their class; anything else as it is."""
    if name not in _TEXTS or not isinstance(value, Mapping) or not kind.startswith("logto."):
        return value
    return {
        usage: Construction(f"logto.{_TEXTS[name]}", _with_files(text, f"{folder}/connector.{usage}"))
        if isinstance(text, Mapping)
        else text
        for usage, text in value.items()
    }


def _with_files(values: Mapping[str, Value], stem: str) -> dict[str, Value]:
    """Returns values with their bodies in files; a body by locale is a file for each."""
    is_plain = _PLAIN in (values.get("content_type"), values.get("mime_type"))

    def file(name: str, suffix: str = "") -> Callable[[Value], Value]:
        ending = "txt" if is_plain and _BODIES[name] == "html" else _BODIES[name]
        return lambda text: TextFile(f"{stem}{suffix}.{ending}", text) if isinstance(text, str) else text

    return {
        name: value
        if name not in _BODIES
        else {locale: file(name, f".{locale}")(text) for locale, text in value.items()}
        if isinstance(value, Mapping)
        else file(name)(value)
        for name, value in values.items()
    }
