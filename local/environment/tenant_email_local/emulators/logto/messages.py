"""The requests that make a tenant send: test sends, verification codes, invitations.

Source: docs/contracts/logto.md#test-send and #templates.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final

from tenant_email_local.emulators.logto import refusals, sending, zod
from tenant_email_local.emulators.logto.factories import FACTORIES
from tenant_email_local.emulators.logto.tenant import new_id, sent_json
from tenant_email_local.emulators.logto.zod import NUMBER, STRING, ZodObject
from tenant_email_local.emulators.logto.zod import Optional as Maybe
from tenant_email_local.emulators.routes import Route
from tenant_email_local.emulators.server import HttpAnswer

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from tenant_email_local.emulators.logto.tenant import LogtoTenant

_EMAIL: Final = zod.Primitive("string", (zod.matches(r"^\S+@\S+\.\S+$", "regex", "Invalid"),))
_TEST: Final = ZodObject(
    {"email": Maybe(_EMAIL), "phone": Maybe(STRING), "config": ZodObject(), "locale": Maybe(STRING)}
)
_CODE: Final = ZodObject({"email": _EMAIL})
_INVITATION: Final = ZodObject(
    {
        "organizationId": STRING,
        "invitee": _EMAIL,
        "inviterId": Maybe(STRING),
        "expiresAt": NUMBER,
        "messagePayload": Maybe(ZodObject()),
    }
)
_MOST_MAILS: Final = 10
_WINDOW: Final = 600.0  # seconds


def test(tenant: LogtoTenant, request: Request, id_: str) -> HttpAnswer:
    """Sends an email of type Generic through the config given, as it is: nothing is stored, nothing is cleaned."""
    body = sent_json(request)
    refusals.guard(_TEST, body)
    if "email" not in body and "phone" not in body:
        raise refusals.refusal(400, "guard.invalid_input", "The request {{type}} is invalid.")
    factory = tenant.factories().get(id_)
    if factory is None or factory.type == "Social":
        raise refusals.refusal(400, "connector.not_found")
    if ("email" in body) != (factory.type == "Email"):
        raise refusals.refusal(400, "connector.unexpected_type")
    locale = {"locale": body["locale"]} if "locale" in body else {}
    mail = sending.Mail(body["email"], "Generic", {"code": "000000", **locale})
    sending.deliver(tenant, factory, body["config"], mail)
    return HttpAnswer(204)


def verification_code(tenant: LogtoTenant, request: Request) -> HttpAnswer:
    """Sends a code through the stored connector, ten to a recipient in ten minutes."""
    body = sent_json(request)
    refusals.guard(_CODE, body)
    recipient, now = body["email"], tenant.clock()
    recent = [at for at in tenant.sent.get(recipient, []) if at > now - _WINDOW]
    if len(recent) >= _MOST_MAILS:
        raise refusals.refusal(429, "request.message_rate_limited")
    _send(tenant, sending.Mail(recipient, "Generic", {"code": f"{secrets.randbelow(10**6):06}"}))
    tenant.sent[recipient] = [*recent, now]
    return HttpAnswer(204)


def invite(tenant: LogtoTenant, request: Request) -> HttpAnswer:
    """Stores an invitation and sends it, if there is something to say; without a connector there is neither."""
    body = sent_json(request)
    refusals.guard(_INVITATION, body)
    now = tenant.milliseconds()
    invitation: dict[str, Any] = {
        "tenantId": "default",
        "id": new_id(21),
        "inviterId": body.get("inviterId"),
        "invitee": body["invitee"],
        "acceptedUserId": None,
        "organizationId": body["organizationId"],
        "status": "Pending",
        "createdAt": now,
        "updatedAt": now,
        "expiresAt": body["expiresAt"],
        "organizationRoles": [],
    }
    if "messagePayload" in body:
        _send_invitation(tenant, invitation, body["messagePayload"])
    tenant.state.invitations[invitation["id"]] = invitation
    return HttpAnswer(201, invitation)


def send_again(tenant: LogtoTenant, request: Request, id_: str) -> HttpAnswer:
    """Sends a stored invitation with another payload."""
    body = sent_json(request)
    refusals.guard(ZodObject(), body)
    if id_ not in tenant.state.invitations:
        raise refusals.not_found()
    _send_invitation(tenant, tenant.state.invitations[id_], body)
    return HttpAnswer(204)


def _send_invitation(tenant: LogtoTenant, invitation: dict[str, Any], payload: dict[str, Any]) -> None:
    """Sends what an invitation knows: organization, inviter and what the caller gives, but never a code."""
    organization = invitation["organizationId"]
    known: dict[str, Any] = {
        "organization": {"id": organization, "name": tenant.state.organizations[organization], "branding": {}}
    }
    if invitation["inviterId"]:
        known["inviter"] = tenant.state.users[invitation["inviterId"]]
    _send(tenant, sending.Mail(invitation["invitee"], "OrganizationInvitation", {**known, **payload}))


def _send(tenant: LogtoTenant, mail: sending.Mail) -> None:
    rows = tenant.email_rows()
    if not rows:
        raise refusals.refusal(501, "connector.not_found")
    sending.deliver(tenant, FACTORIES[rows[0].factory], rows[0].config, mail)


ROUTES = (
    Route("POST", "/api/connectors/<id_>/test", test),
    Route("POST", "/api/verification-codes", verification_code),
    Route("POST", "/api/organization-invitations", invite),
    Route("POST", "/api/organization-invitations/<id_>/message", send_again),
)
