"""A stand-in for Microsoft's token endpoint and Graph's sendMail, which takes mail into an inbox."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from tenant_email_local.emulators.server import Emulator, HttpAnswer, sent_document, sent_fields

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

_SCOPE = "https://graph.microsoft.com/.default"


@dataclass(frozen=True)
class GraphMessage:
    """One message that Graph accepted."""

    mailbox: str
    to: tuple[str, ...]
    subject: str
    content_type: str
    content: str = field(repr=False)


class _Address(BaseModel):
    address: str


class _Recipient(BaseModel):
    emailAddress: _Address  # noqa: N815  # Graph's name, as all in these models


class _Body(BaseModel):
    contentType: str  # noqa: N815
    content: str


class _Message(BaseModel):
    subject: str = ""
    body: _Body
    toRecipients: list[_Recipient] = []  # noqa: N815


class _Mail(BaseModel):
    """What sendMail takes."""

    message: _Message


class GraphStandIn(Emulator):
    """A server of both on one loopback port; `clients` maps client ids to their secrets."""

    def __init__(self, clients: dict[str, str], *, port: int = 0) -> None:
        super().__init__(port=port)
        self.clients = clients
        self.inbox: list[GraphMessage] = []
        self._tokens: set[str] = set()

    def answer(self, request: Request) -> HttpAnswer:
        """Answers as login.microsoftonline.com and graph.microsoft.com do."""
        if request.path.endswith("/oauth2/v2.0/token"):
            return self._token(sent_fields(request))
        if request.path.startswith("/v1.0/users/") and request.path.endswith("/sendMail"):
            return self._send(request)
        return self.fault_reply(404)

    def fault_reply(self, status: int) -> HttpAnswer:
        """Words an error as Graph does."""
        return HttpAnswer(status, {"error": {"code": HTTPStatus(status).phrase, "message": "Refused"}})

    def _token(self, form: dict[str, Any]) -> HttpAnswer:
        secret = self.clients.get(str(form.get("client_id")))
        if form.get("grant_type") != "client_credentials" or secret != form.get("client_secret"):
            problem = "AADSTS7000215: Invalid client secret"
            return HttpAnswer(401, {"error": "invalid_client", "error_description": problem})
        if form.get("scope") != _SCOPE:
            return HttpAnswer(400, {"error": "invalid_scope", "error_description": "AADSTS1002012: scope is not valid"})
        token = secrets.token_urlsafe(16)
        self._tokens.add(token)
        return HttpAnswer(200, {"token_type": "Bearer", "expires_in": 3599, "access_token": token})

    def _send(self, request: Request) -> HttpAnswer:
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self._tokens:
            return self.fault_reply(401)
        mail = _Mail.model_validate(sent_document(request))
        recipients = tuple(recipient.emailAddress.address for recipient in mail.message.toRecipients)
        if not recipients:
            return self.fault_reply(400)
        body, mailbox = mail.message.body, request.path.split("/")[3]
        self.inbox.append(GraphMessage(mailbox, recipients, mail.message.subject, body.contentType, body.content))
        return HttpAnswer(202)
