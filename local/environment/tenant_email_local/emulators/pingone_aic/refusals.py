"""The error bodies of docs/contracts/pingone_aic.md#config-11, each in one place."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from tenant_email_local.emulators.server import HttpAnswer, Refusal

_PAGE: Final = (
    '<!doctype html><meta charset="utf-8"><meta name=viewport content="width=device-width, initial-scale=1">'
    "<title>403</title>403 Forbidden"
)


def config(status: int, message: str | None = None) -> Refusal:
    """Returns a refusal of /openidm: code, reason and message."""
    reason = HTTPStatus(status).phrase
    return Refusal(HttpAnswer(status, {"code": status, "reason": reason, "message": message or reason}))


def environment(status: int, message: str, code: int | None = None) -> Refusal:
    """Returns a refusal of /environment: no reason, and sometimes a code that is not the status."""
    return Refusal(HttpAnswer(status, {"code": code or status, "message": message}))


def oauth(error: str, description: str) -> Refusal:
    """Returns a refusal of the token endpoint."""
    return Refusal(HttpAnswer(400, {"error": error, "error_description": description}))


def edge_page() -> Refusal:
    """Returns the HTML page by which the edge refuses a write [REC template_put_protected_403_html]."""
    return Refusal(HttpAnswer(403, page=_PAGE))
