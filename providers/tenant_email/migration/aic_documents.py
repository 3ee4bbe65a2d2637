"""PingOne AIC's documents in another tool's files: the email configuration, templates and ESVs.

A placeholder for an ESV is kept as it is. What `$crypto` stands for only its own tenant can read, so that it is left
there.
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as NotBase64
from typing import TYPE_CHECKING, Final

from tenant_email.json_types import Json, Props, PropsView, is_object
from tenant_email.migration.fitting import read_or_refuse
from tenant_email.migration.found import FoundEsv, FoundProvider, FoundTemplate, FromConfig, Note
from tenant_email.platforms.pingone_aic import mapping, templates
from tenant_email.platforms.pingone_aic.kinds import KINDS
from tenant_email.platforms.pingone_aic.placeholders import is_literal_free
from tenant_email.redaction.secrets import Secret, register

if TYPE_CHECKING:
    from collections.abc import Mapping

PROVIDER: Final = "external.email"
BUILT_IN: Final = "external.emailDefault"
_TEMPLATE: Final = "emailTemplate/"
_VARIABLE: Final = re.compile(r"\$\{(?P<base64>BASE64:)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)\}")
"""What fr-config-manager puts in at a push, from the environment; so does frodo, where it was given a file of it."""


def read_provider(
    address: str, document: PropsView, environ: Mapping[str, str], notes: list[Note]
) -> FoundProvider | None:
    """Returns the email configuration of a document as the API has it; None for the built-in sender."""
    if mapping.is_built_in(document):
        what = "is the built-in sender, which is used where nothing is configured"
        notes.append(Note(address, what, "Nothing has to be written for it.", refused=True))
        return None
    secret = mapping.secret_of(document)
    kind = KINDS[mapping.kind_of(document)]
    visible = _without(document, ("auth", kind.secret[1])) if kind.secret else dict(document)
    live = read_or_refuse(address, notes, lambda: mapping.provider_live(visible, ""))
    if live is None:
        return None
    settings = {name: value for name, value in (live.program_settings or {}).items() if value is not None}
    if kind.secret and (value := _secret(f"{address}: auth.{kind.secret[1]}", secret, environ, notes)) is not None:
        settings[kind.secret[0]] = value
    given = {name: _from_environment(value, environ) for name, value in settings.items()}
    return FoundProvider(address, given, _from_environment(live.inputs.from_address, environ))


def _secret(address: str, value: Json, environ: Mapping[str, str], notes: list[Note]) -> Json:
    """Returns a secret as a program has it; None where the tenant keeps its own."""
    if is_object(value):
        crypto = "is encrypted with a key of its own tenant ($crypto), which nobody else can read"
        what = crypto if "$crypto" in value else "is no text"
        notes.append(Note(address, what, "It is left out: the tenant keeps what it has.", refused=True))
    if not isinstance(value, str) or not value:
        return None
    if is_literal_free(value):
        return value
    found = _from_environment(value, environ)
    if isinstance(found, FromConfig):
        if isinstance(found.value, str):
            register(found.value)
            return FromConfig(found.key, secret=True, value=found.value)
        notes.append(Note(address, f"is ${{{found.key}}}, which is not set here: the tenant keeps what it has"))
        return None
    return Secret(value)


def read_template(address: str, id_: str, document: PropsView, notes: list[Note]) -> FoundTemplate | None:
    """Returns the template of a document as the API has it."""
    name = id_.removeprefix(_TEMPLATE)
    live = read_or_refuse(address, notes, lambda: templates.live_of(document, {"template": name}))
    if live is None:
        return None
    given = {key: value for key, value in (live.program_settings or {}).items() if value != ""}
    return FoundTemplate(address, given)


def is_template(id_: str) -> bool:
    """Returns whether an id is one of a template."""
    return id_.startswith(_TEMPLATE)


def read_variable(
    address: str, id_: str, document: PropsView, environ: Mapping[str, str], notes: list[Note]
) -> FoundEsv | None:
    """Returns an ESV of everybody's to read."""
    value = _esv_text(document, environ)
    if value is None:
        remedy = "Export it again, or write it by hand."
        notes.append(Note(address, "has no value that can be read", remedy, refused=True))
        return None
    kind = str(document.get("expressionType") or "string")
    return FoundEsv(id_, secret=False, value=value, description=_description(document), expression_type=kind)


def read_secret(
    address: str, id_: str, document: PropsView, environ: Mapping[str, str], notes: list[Note]
) -> FoundEsv | None:
    """Returns an ESV whose value the platform does not show; without one that can be read, the tenant's is kept."""
    if document.get("activeValue") is not None:
        what = "activeValue is encrypted for a tenant, which alone can read it"
        notes.append(Note(address, what, "It is left out: the tenant keeps what it has.", refused=True))
    value = _esv_text(document, environ)
    if isinstance(value, FromConfig):
        value = FromConfig(value.key, secret=True, value=value.value) if isinstance(value.value, str) else None
        if value is not None:
            register(value.value)
    return FoundEsv(
        id_,
        secret=True,
        value=Secret(value) if isinstance(value, str) else value,
        description=_description(document),
        encoding=str(document.get("encoding") or "generic"),
        use_in_placeholders=document.get("useInPlaceholders") is not False,
    )


def _esv_text(document: PropsView, environ: Mapping[str, str]) -> str | FromConfig | None:
    plain, encoded = document.get("value"), document.get("valueBase64")
    if isinstance(plain, str):
        return plain
    if not isinstance(encoded, str):
        return None
    if match := _VARIABLE.fullmatch(encoded):
        value = environ.get(match["name"])
        if value is not None and match["base64"]:
            value = _decoded(value)
        return FromConfig(match["name"], value=value)
    return _decoded(encoded)


def _decoded(text: str) -> str | None:
    try:
        return b64decode(text, validate=True).decode()
    except (NotBase64, ValueError):
        return None


def _description(document: PropsView) -> str:
    found = document.get("description")
    return found.replace("\\${", "${") if isinstance(found, str) else ""


def _from_environment(value: Json, environ: Mapping[str, str]) -> Json:
    """Returns a text that stands for a variable of the environment as what stack config gives instead."""
    match = _VARIABLE.fullmatch(value) if isinstance(value, str) else None
    return FromConfig(match["name"], value=environ.get(match["name"])) if match else value


def _without(document: PropsView, path: tuple[str, str]) -> Props:
    inner = document.get(path[0])
    if not is_object(inner):
        return dict(document)
    return {**document, path[0]: {key: value for key, value in inner.items() if key != path[1]}}
