"""How the platform words its errors, and what to do about them (contract section 1.11)."""

from __future__ import annotations

from typing import Any, cast

from tenant_email.platforms.pingone_aic.remedies import REMEDIES
from tenant_email.remedies import remedy_for


class Dialect:
    """Error bodies of the config API (code, reason, message), of /environment (code, message), and OAuth's."""

    def read_error(self, status: int, body: Any) -> tuple[str, str]:
        """Returns (OAuth error or the code inside the body, message); a page has neither."""
        if not isinstance(body, dict):
            return "", ""
        error = cast("dict[str, Any]", body)
        if "error" in error:
            return str(error["error"]), str(error.get("error_description", ""))
        code = "" if error.get("code") in (None, status) else str(error["code"])
        return code, str(error.get("detail") or error.get("message", ""))

    def remedy(self, request: str, status: int, code: str, text: str) -> str:
        """Returns what to do about an error."""
        return remedy_for(REMEDIES, request, status, code, text)
