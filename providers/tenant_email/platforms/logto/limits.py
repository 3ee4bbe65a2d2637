"""Logto's one size limit: that of a request's whole body (docs/contracts/logto.md#errors)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.errors import InvalidSettings, Problem
from tenant_email.inputs.unknowns import UNKNOWN
from tenant_email.json_types import is_list, is_object
from tenant_email.net.body import encode_body

if TYPE_CHECKING:
    from tenant_email.json_types import Json

LARGEST: Final = 1_048_576
"""Bytes; a longer body is answered 404 Not Found, as if there were no such call."""


def size_problems(path: str, *bodies: object) -> list[Problem]:
    """Returns a problem when one of these bodies is larger than Logto takes, whatever they have in unknown places."""
    size = max(len(encode_body(known_part(body))) for body in bodies)
    if size <= LARGEST:
        return []
    what = f"are larger than 1 MiB: a request of {size:,} bytes, and Logto answers anything above {LARGEST:,} with 404"
    return [Problem(path, what, "Link to images instead of embedding them in the texts.", "request-too-large")]


def require_size(who: str, path: str, body: object) -> None:
    """Raises InvalidSettings instead of sending what Logto would answer with a misleading 404."""
    if problems := size_problems(path, body):
        raise InvalidSettings(who, tuple(problems))


def known_part(value: object) -> Json:
    """Returns a document without what this preview does not know; UNKNOWN where nothing is left of it."""
    if is_object(value):
        items = value.items()
        kept = {key: part for key, item in items if (part := known_part(item)) is not UNKNOWN}
        return kept if kept or not value else UNKNOWN
    if is_list(value):
        left = [part for item in value if (part := known_part(item)) is not UNKNOWN]
        return left if left or not value else UNKNOWN
    return value
