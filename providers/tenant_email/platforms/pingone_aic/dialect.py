"""How the platform words its errors, and what to do about them (contract section 1.11)."""

from __future__ import annotations

from typing import Any, Final, cast

from tenant_email.platforms.pingone_aic.login import SCOPES, TOKEN_PATH

_SCOPES: Final = " and ".join(sorted(SCOPES))
_REFUSED_LOGIN: Final = frozenset({400, 401, 403, 404})


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
        if request.endswith(TOKEN_PATH) and status in _REFUSED_LOGIN:
            return _login_remedy(code)
        for part, remedy in _REMEDIES:
            if part in f"{status} {code} {text}":
                return remedy
        return ""


def _login_remedy(code: str) -> str:
    if code == "invalid_scope":
        return f"Give the service account the scopes {_SCOPES}; the message names what it lacks."
    return (
        "Check serviceAccountId and serviceAccountKey of the tenant, and this machine's clock. In refresh and destroy "
        "the key is that of the last `up`: after a rotation set FRODO_SA_JWK or use --run-program."
    )


_REMEDIES: Final = (
    ("401", "Check that the service account is active."),
    ("403", f"Give the service account the scopes {_SCOPES}; a page instead of JSON comes from the tenant's edge."),
    ("429", "Wait a minute, then run again; what was done is recorded."),
    ("already exists", "Set on_existing='adopt' to take it over."),
    ("400", "Compare the settings with the message above; nothing was changed."),
    ("422", "Compare the settings with the message above; nothing was changed."),
)
