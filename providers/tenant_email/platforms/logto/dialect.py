"""How Logto words its errors; the code counts, for the message is translated (docs/contracts/logto.md#errors)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.json_types import is_object
from tenant_email.platforms.logto.remedies import REMEDIES
from tenant_email.platforms.remedies import after_rotation, remedy_for

if TYPE_CHECKING:
    from tenant_email.json_types import Json, PropsView


class LogtoDialect:
    """Logto's error bodies."""

    def read_error(self, status: int, body: Json) -> tuple[str, str]:
        """Returns (code, text).

        `data` of a failed send may hold a dump of the request with address, body and authorization in it: only what
        the mail server or service said, or else an error code, is taken (docs/contracts/logto.md#test-send).
        """
        if not is_object(body):
            return "", ""
        code, data = str(body.get("code") or ""), body.get("data")
        if code.startswith("connector.") and is_object(data) and "issues" not in data:
            return code, _said(data)
        return code, str(body.get("details") or body.get("error_description") or body.get("message") or "")

    def is_own(self, status: int, body: Json) -> bool:
        """Returns whether there is a code and a message: only guards of the server word it without a code."""
        if not is_object(body):
            return False
        return isinstance(body.get("code"), str) and isinstance(body.get("message"), str)

    def says_absent(self, what: str, body: Json) -> bool:
        """Returns whether the code is the one for this object: an unknown path is answered with text."""
        return bool(body.get("code") == what)

    def remedy(self, request: str, status: int, code: str, text: str) -> str:
        """Returns what to do about an error."""
        if request.endswith("/oidc/token") and status in _REFUSED_LOGIN:
            return _LOGIN
        return remedy_for(REMEDIES, request, status, code, text)


_REFUSED_LOGIN: Final = frozenset({400, 401, 403})
_LOGIN: Final = (
    "Check appId and appSecret of the tenant, and that its url is right. The application m-default of self-hosted "
    "Logto logs in at the admin endpoint (port 3002 by default): set tokenUrl to that, and url to the core endpoint "
    "(port 3001). " + after_rotation("secret", "LOGTO_APP_SECRET")
)


def _said(data: PropsView) -> str:
    """Returns what a failed send holds of the other side's answer: connectors put it in four places."""
    if "statusCode" in data:  # Mailgun, SMTP2GO
        return f"{data['statusCode']} {data.get('body') or ''}".strip()
    return str(data.get("message") or data.get("errorDescription") or data.get("code") or "")
