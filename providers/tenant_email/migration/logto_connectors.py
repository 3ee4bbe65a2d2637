"""Logto's connectors as JSON: what `GET /api/connectors` answers, one of them, or rows of the database's table.

The API shows secrets as they are. What `GET /api/email-templates` answers is read too, by itself or beside connectors.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from tenant_email.inputs.text_files import unusable
from tenant_email.json_types import Json, Props, PropsView, is_list, is_object
from tenant_email.migration.fitting import read_or_refuse
from tenant_email.migration.found import FoundProvider, FoundTemplate, Note
from tenant_email.platforms.logto import mapping, templates
from tenant_email.platforms.logto.kinds import KINDS
from tenant_email.redaction.secrets import Secret

if TYPE_CHECKING:
    from collections import Counter
    from pathlib import Path

_FACTORIES: Final = frozenset(kind.factory for kind in KINDS.values())
_OWN_SERVICE: Final = "logto-email"
_HOLDERS: Final = ("connectors", "data", "result", "rows")
_TEMPLATE_HOLDERS: Final = ("emailTemplates", "email_templates", "templates")


def is_connectors(document: Json) -> bool:
    """Returns whether a document holds connectors or email templates of Logto."""
    return any(_is_connector(row) or _is_template(row) for row in _rows(document))


def read_connectors(
    document: Json, file: Path, notes: list[Note], left: Counter[str]
) -> tuple[FoundProvider | None, tuple[FoundTemplate, ...]]:
    """Returns the email connector as a provider, and the templates by language.

    Raises:
        TenantEmailError: there are several email connectors.

    """
    rows = _rows(document)
    connectors = [row for row in rows if _is_connector(row)]
    emails = [row for row in connectors if _is_email(row)]
    for row in connectors:
        if row not in emails:
            left[f"connector {_factory(row)}"] += 1
    if len(emails) > 1:
        what = f"holds {len(emails)} email connectors ({', '.join(map(_factory, emails))}), of which a tenant has one"
        raise unusable(file, what, "Keep the one that sends the tenant's mail.")
    provider = _provider(emails[0], notes) if emails else None
    found: dict[str, FoundTemplate] = {}
    for row in rows:
        if _is_template(row) and not _is_connector(row):
            entry = {**row, "languageTag": row.get("languageTag") or row.get("language_tag")}
            entry |= {"templateType": row.get("templateType") or row.get("template_type")}
            address = f"{entry['languageTag']}/{entry['templateType']}"
            live = read_or_refuse(address, notes, partial(templates.live_of, entry, {}))
            if live is None:
                continue
            settings = dict(live.inputs.settings)
            if address in found:
                notes.append(Note(address, "is there twice", "Keep one of them.", refused=True))
            else:
                found[address] = FoundTemplate(address, settings)
    return provider, tuple(found.values())


def _provider(row: PropsView, notes: list[Note]) -> FoundProvider | None:
    config = row.get("config")
    address = f"connector {row.get('id') or _factory(row)}"
    # Logto's own service has no setting that it must have.
    if not is_object(config) or not (config or _factory(row) == _OWN_SERVICE):
        what = "has no configuration: the export leaves it out, or the connector cannot send"
        notes.append(Note(address, what, "Export it with an application that may read it.", refused=True))
        return None
    document = {"id": str(row.get("id") or ""), "connectorId": _factory(row), "config": config}
    stored = read_or_refuse(address, notes, lambda: mapping.read(document))
    live = read_or_refuse(address, notes, partial(mapping.provider_live, stored, str)) if stored else None
    if stored is None or live is None:
        return None
    shown = live.program_settings or {}
    # Headers and client keys may be secret in any part, and what nobody manages stays in the connector.
    unshown = {name for name, value in stored.settings.items() if name not in shown and not isinstance(value, Secret)}
    if kept := sorted({*unshown, *stored.others}):
        what = f"{', '.join(kept)} stays in the connector as it is, and is not managed"
        notes.append(Note(address, what))
    settings = {name: value for name, value in stored.settings.items() if name not in unshown}
    return FoundProvider(address, settings, stored.from_address)


def _rows(document: Json) -> list[Props]:
    """Returns the objects of a document that may be connectors or templates, wherever a tool puts them."""
    if is_list(document):
        return [row for row in document if is_object(row)]
    if not is_object(document):
        return []
    if _is_connector(document) or _is_template(document):
        return [document]
    held = [document.get(name) for name in (*_HOLDERS, *_TEMPLATE_HOLDERS)]
    return [row for rows in held if is_list(rows) for row in rows if is_object(row)]


def _factory(row: PropsView) -> str:
    return str(row.get("connectorId") or row.get("connector_id") or "")


def _is_connector(row: PropsView) -> bool:
    return bool(_factory(row))


def _is_email(row: PropsView) -> bool:
    """Returns whether a connector sends email; a row of the database does not say its type."""
    return row["type"] == "Email" if "type" in row else _factory(row) in _FACTORIES


def _is_template(row: PropsView) -> bool:
    named = ("languageTag" in row or "language_tag" in row) and ("templateType" in row or "template_type" in row)
    return named and is_object(row.get("details"))
