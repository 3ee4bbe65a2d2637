"""How the platform words its errors, and what to do about them (docs/contracts/pingone_aic.md#config-11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.json_types import is_object
from tenant_email.platforms.pingone_aic.answers import CONFIG, NEW_VERSION
from tenant_email.platforms.pingone_aic.remedies import REMEDIES
from tenant_email.platforms.remedies import remedy_for

if TYPE_CHECKING:
    from tenant_email.json_types import Json

_INVALID: Final = 422


class PingOneAicDialect:
    """Error bodies of the config API (code, reason, message), of /environment (code, message), and OAuth's."""

    def read_error(self, status: int, body: Json) -> tuple[str, str]:
        """Returns (OAuth error or the code inside the body, message); a page has neither."""
        if not is_object(body):
            return "", ""
        if body.get("error") is not None:
            return str(body["error"]), str(body.get("error_description") or "")
        code = "" if body.get("code") in (None, status) else str(body["code"])
        return code, str(body.get("detail") or body.get("message") or "")

    def is_own(self, status: int, body: Json) -> bool:
        """Returns whether there are a code and a message; only a failed validation's code is not the status."""
        if not is_object(body):
            return False
        return isinstance(body.get("message"), str) and (body.get("code") == status or status == _INVALID)

    def says_absent(self, what: str, body: Json) -> bool:
        """Tells the 404 of an object of the configuration by its reason, that of an ESV by its message."""
        if what == CONFIG:
            return bool(body.get("reason") == "Not Found")
        if what == NEW_VERSION:
            return bool(body["message"] == "Failed to create secret version")
        return f"{what} does not exist" in body["message"].lower()

    def remedy(self, request: str, status: int, code: str, text: str) -> str:
        """Returns what to do about an error."""
        return remedy_for(REMEDIES, request, status, code, text)
