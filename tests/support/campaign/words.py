"""How each platform words what it says, written from the contracts: refusals, absence, and objects of other kinds."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

Document = dict[str, Any]


@dataclass(frozen=True)
class Words:
    """One platform's words.

    refusal: (status, path) -> the body of an error. absence: (method, path) -> (status, document) by which the
    platform says that the object of this call does not exist, or None where no answer to this call says that.
    absence_of_another: path -> the document of a 404 for some other object. other: path -> an object of another kind.
    """

    login: str
    refusal: Callable[[int, str], bytes]
    absence: Callable[[str, str], tuple[int, Any] | None]
    absence_of_another: Callable[[str], Document]
    other: Callable[[str], Document]


def _auth0_error(status: int, message: str, code: str = "") -> Document:
    document: Document = {"statusCode": status, "error": HTTPStatus(status).phrase, "message": message}
    return document | ({"errorCode": code} if code else {})


_NO_PROVIDER: Final = _auth0_error(404, "There is not a configured email provider", "inexistent_email_provider")
_NO_TEMPLATE: Final = _auth0_error(404, "The template does not exist.", "inexistent_email_template")
_AUTH0_TEMPLATE: Final = {
    "template": "blocked_account",
    "body": "<p>Another</p>",
    "from": "",
    "subject": "Another",
    "syntax": "liquid",
    "enabled": True,
}


_AUTH0_PROVIDER: Final = {"name": "mandrill", "enabled": True, "credentials": {}}


def _auth0_refusal(status: int, path: str) -> bytes:
    if path == "/oauth/token":
        return json.dumps({"error": "access_denied", "error_description": "Unauthorized"}).encode()
    return json.dumps(_auth0_error(status, "Refused for a reason", "some_reason")).encode()


def _auth0_absence(method: str, path: str) -> tuple[int, Document] | None:
    if method == "POST":
        return None
    return 404, (_NO_PROVIDER if path.endswith("/emails/provider") else _NO_TEMPLATE)


AUTH0: Final = Words(
    login="/oauth/token",
    refusal=_auth0_refusal,
    absence=_auth0_absence,
    absence_of_another=lambda path: _NO_TEMPLATE if path.endswith("/emails/provider") else _NO_PROVIDER,
    other=lambda path: _AUTH0_PROVIDER if "template" in path else _AUTH0_TEMPLATE,
)


def _logto_refusal(_status: int, path: str) -> bytes:
    if path == "/oidc/token":
        error = {"code": "oidc.invalid_client", "message": "client authentication failed", "error": "invalid_client"}
        return json.dumps(error | {"error_description": "client authentication failed"}).encode()
    return json.dumps({"code": "some.reason", "message": "Refused for a reason"}).encode()


def _logto_absence(method: str, path: str) -> tuple[int, Any] | None:
    if re.fullmatch(r"/api/connectors/\w+", path) and method in ("GET", "PATCH", "DELETE"):
        return 404, {"code": "entity.not_found", "message": "The resource does not exist."}
    if path == "/api/email-templates" and method == "DELETE":
        return 200, {"rowCount": 0}
    return (200, []) if method == "GET" and path in ("/api/connectors", "/api/email-templates") else None


_NO_USER: Final = {"code": "entity.not_exists_with_id", "message": "The users with ID `u` does not exist."}
_LOGTO_USER: Final = {"id": "u1", "username": "ada", "primaryEmail": "ada@customer.example", "name": "Ada"}

LOGTO: Final = Words(
    login="/oidc/token",
    refusal=_logto_refusal,
    absence=_logto_absence,
    absence_of_another=lambda _path: _NO_USER,
    other=lambda _path: _LOGTO_USER,
)


def _aic_refusal(status: int, path: str) -> bytes:
    if path.endswith("/access_token"):
        return json.dumps({"error": "invalid_grant", "error_description": "JWT assertion is not valid"}).encode()
    document: Document = {"code": status, "message": "Refused for a reason"}
    if path.startswith("/openidm/"):
        document["reason"] = HTTPStatus(status).phrase
    return json.dumps(document).encode()


def _aic_absence(method: str, path: str) -> tuple[int, Document] | None:
    if path.startswith("/openidm/config/") and method in ("GET", "DELETE"):
        return 404, {"code": 404, "reason": "Not Found", "message": "Not Found"}
    if re.fullmatch(r"/environment/(variables|secrets)/esv-[\w-]+", path) and method in ("GET", "DELETE"):
        what = "variable" if "variables" in path else "secret"
        return 404, {"code": 404, "message": f"The {what} does not exist"}
    return None


def _aic_other(path: str) -> Document:
    if path.startswith("/environment/"):
        return {"_id": "endpoint/other", "type": "text/javascript", "source": "1", "context": "endpoint/other"}
    return {"_id": "esv-other", "expressionType": "string", "valueBase64": "MQ==", "loaded": True, "description": ""}


PINGONE_AIC: Final = Words(
    login="/am/oauth2/access_token",
    refusal=_aic_refusal,
    absence=_aic_absence,
    absence_of_another=lambda path: (
        {"code": 404, "reason": "Not Found", "message": "Not Found"}
        if path.startswith("/environment/")
        else {"code": 404, "message": "The variable does not exist"}
    ),
    other=_aic_other,
)
