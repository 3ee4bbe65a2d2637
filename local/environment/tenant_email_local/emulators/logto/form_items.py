"""How Logto's console asks for the settings of a connector."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenant_email_local.emulators.logto.zod import Enum, Primitive
from tenant_email_local.emulators.logto.zod import Optional as Maybe

if TYPE_CHECKING:
    from tenant_email_local.emulators.logto.zod import Schema


def form_item(key: str, schema: Schema) -> dict[str, Any]:
    """Returns how the console asks for a setting; no item says that it is a secret."""
    required, inner = (False, schema.schema) if isinstance(schema, Maybe) else (True, schema)
    item: dict[str, Any] = {"key": key, "label": key, "required": required}
    match inner:
        case Enum():
            return item | {"type": "Select", "selectItems": [{"title": each, "value": each} for each in inner.options]}
        case Primitive():
            return item | {"type": {"string": "Text", "number": "Number", "boolean": "Switch"}[inner.type]}
        case _:
            return item | {"type": "Json"}
