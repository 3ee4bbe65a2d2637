"""How Logto words its errors; the code counts, for the message is translated (contracts/logto.md section 2)."""

from __future__ import annotations

from typing import Any, Final, cast

ROLE: Final = "Logto Management API access"


class Dialect:
    """Logto's error bodies."""

    def read_error(self, status: int, body: Any) -> tuple[str, str]:
        """Returns (code, text).

        `data` of a failed send may hold a dump of the request with address, body and authorization in it: only its
        message, or else its error code, is taken (contracts/logto.md section 5).
        """
        if not isinstance(body, dict):
            return "", ""
        error = cast("dict[str, Any]", body)
        code, data = str(error.get("code", "")), error.get("data")
        if code.startswith("connector.") and isinstance(data, dict) and "issues" not in data:
            known = cast("dict[str, Any]", data)
            return code, str(known.get("message") or known.get("code") or "")
        return code, str(error.get("details") or error.get("error_description") or error.get("message") or "")

    def remedy(self, request: str, status: int, code: str, text: str) -> str:
        """Returns what to do about an error."""
        if request.endswith("/oidc/token") and status in _REFUSED_LOGIN:
            return _LOGIN
        for part, remedy in _REMEDIES:
            if part in f"{status} {code} {text}":
                return remedy
        return ""


_REFUSED_LOGIN: Final = frozenset({400, 401, 403, 404})
_LOGIN: Final = (
    "Check appId and appSecret of the tenant, and that its url is right. In refresh and destroy the secret is that of "
    "the last `up`: after a rotation set LOGTO_APP_SECRET or use --run-program."
)
_REMEDIES: Final = (
    ("wrong version number", "Set secure=False: that port starts without TLS and switches to it (587, 25, 2525)."),
    ("STARTTLS", "Omit require_tls, or use a port where the server offers TLS; 465 with secure=True."),
    ("Greeting never received", "Check host and port; a server that waits for TLS at once needs secure=True."),
    ("Invalid login", "Check username and password."),
    ("ECONNREFUSED", "Check host and port: nothing listens there."),
    ("EAI_AGAIN", "Check host: the tenant cannot resolve it."),
    ("ENOTFOUND", "Check host: the tenant cannot resolve it."),
    ("more_than_one_email", "Set on_existing='adopt': one write leaves a single connector."),
    (
        "password_expiration_requires_forgot_password",
        "Turn password expiration off or give forgot-password another method first, or set on_delete='retain'.",
    ),
    ("connector.not_found", "Logto does not know that connector; is its package installed on the server?"),
    ("connector.invalid_config", "Compare the settings with the message above; nothing was changed."),
    ("limit_exceeded", "This tenant's plan does not include it."),
    ("403", f"Give the application the role {ROLE!r}."),
    ("401", "Check appId and appSecret of the tenant."),
    ("429", "Wait a minute, then run again; what was done is recorded."),
    ("404 Not Found", "If the texts hold images, make them smaller: Logto answers 404 to more than 1 MiB."),
)
