"""What Logto does to a config after it has validated it: empty values vanish (docs/contracts/logto.md#clean)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenant_email.json_types import is_list, is_object

if TYPE_CHECKING:
    from tenant_email.json_types import Json


def clean_config(value: object) -> Json:
    """Returns a config as it will be stored; None where nothing is left of it."""
    if is_object(value):
        items = {key: clean_config(item) for key, item in value.items()}
        return {key: item for key, item in items.items() if item is not None} or None
    if is_list(value):
        return [kept for item in value if (kept := clean_config(item)) is not None] or None
    return None if value == "" else value


def stripped_paths(value: object, at: str = "") -> list[str]:
    """Returns the paths that would vanish."""
    if is_object(value) and value:
        entries = [(str(key), item) for key, item in value.items()]
    elif is_list(value) and value:
        entries = [(str(number), item) for number, item in enumerate(value)]
    else:
        return [at] if value in (None, "", [], {}) else []
    return [path for key, item in entries for path in stripped_paths(item, f"{at}.{key}" if at else key)]
