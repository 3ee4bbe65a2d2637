"""What Logto does to a config after it has validated it: empty values vanish (docs/contracts/logto.md#clean)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from tenant_email.shapes import Props


def cleaned(value: Any) -> Any:
    """Returns a config as it will be stored; None where nothing is left of it."""
    if isinstance(value, dict):
        items = {key: cleaned(item) for key, item in cast("Props", value).items()}
        return {key: item for key, item in items.items() if item is not None} or None
    if isinstance(value, list):
        return [kept for item in cast("Any", value) if (kept := cleaned(item)) is not None] or None
    return None if value == "" else value


def stripped(value: Any, at: str = "") -> list[str]:
    """Returns the paths that would vanish."""
    if isinstance(value, dict) and value:
        entries = [(str(key), item) for key, item in cast("Props", value).items()]
    elif isinstance(value, list) and value:
        entries = [(str(number), item) for number, item in enumerate(cast("Any", value))]
    else:
        return [at] if value in (None, "", [], {}) else []
    return [path for key, item in entries for path in stripped(item, f"{at}.{key}" if at else key)]
