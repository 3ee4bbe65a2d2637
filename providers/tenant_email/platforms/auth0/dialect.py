"""How Auth0 words its errors (docs/contracts/auth0.md#errors)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenant_email.json_types import is_object
from tenant_email.platforms.auth0.kinds import KINDS
from tenant_email.platforms.auth0.remedies import REMEDIES
from tenant_email.platforms.remedies import remedy_for

if TYPE_CHECKING:
    from tenant_email.json_types import Json


class Auth0Dialect:
    """Auth0's error bodies: the Management API's, and OAuth's, which have no statusCode.

    `kind` is what the call is about: a refusal of its credentials lists what is wrong for every kind.
    """

    def __init__(self, kind: str = "") -> None:
        self._kind = kind

    def read_error(self, status: int, body: Json) -> tuple[str, str]:
        """Returns (errorCode or OAuth error, message); docs/contracts/auth0.md#errors."""
        if not is_object(body):
            return "", ""
        if "statusCode" in body:
            return str(body.get("errorCode") or ""), plain_error(str(body.get("message") or ""), self._kind)
        return str(body.get("error") or ""), str(body.get("error_description") or "")

    def is_own(self, status: int, body: Json) -> bool:
        """Returns whether the status stands in the body too."""
        return is_object(body) and body.get("statusCode") == status

    def says_absent(self, what: str, body: Json) -> bool:
        """Returns whether the errorCode is the one for this object: an unknown path is a 404 too."""
        return bool(body.get("errorCode") == what)

    def remedy(self, request: str, status: int, code: str, text: str) -> str:
        """Returns what to do about an error."""
        return remedy_for(REMEDIES, request, status, code, text)


def plain_error(text: str, kind: str) -> str:
    """Returns a refusal reduced to the kind in use: Auth0 lists what is wrong for each kind, in a wall of text.

    The reason for a kind is the one that does not call its own credentials unknown; of several, the one that names a
    single credential says most.
    """
    _, found, inner = text.partition("Inner errors: [")
    known = KINDS.get(kind.removeprefix("auth0."))
    if not (found and known):
        return text
    own = set(known.credentials.values())
    reasons = [part.strip(" .]").removeprefix("Payload validation error: ") for part in inner.split("(also)")]
    fitting = [reason for reason in reasons if not own & set(_names_of_unknown(reason))]
    fitting.sort(key=lambda reason: not any(f"credentials.{name}" in reason for name in own))
    return fitting[0] if fitting else text


def _names_of_unknown(reason: str) -> list[str]:
    """Returns the properties that a reason calls not allowed."""
    _, _, names = reason.partition("Additional properties not allowed: ")
    return names.partition("'")[0].split(", ")
