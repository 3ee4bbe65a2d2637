"""The requests that make a tenant send: test sends, verification codes, invitations.

Source: docs/contracts/logto.md#test-send and #templates.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final

from tenant_email_local.emulators.logto import refusals, sending, zod
from tenant_email_local.emulators.logto.factories import FACTORIES
from tenant_email_local.emulators.logto.tenant import SentCode, new_id, require_storable, sent_json
from tenant_email_local.emulators.logto.zod import NUMBER, STRING, Union, ZodObject
from tenant_email_local.emulators.logto.zod import Optional as Maybe
from tenant_email_local.emulators.routes import Route
from tenant_email_local.emulators.server import HttpAnswer

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from tenant_email_local.emulators.logto.tenant import LogtoTenant

_EMAIL: Final = zod.Primitive("string", (zod.matches(r"^\S+@\S+\.\S+\Z", "regex", "Invalid"),))
_PHONE: Final = zod.Primitive("string", (zod.matches(r"^\d+\Z", "regex", "Invalid"),))
_DIGITS: Final = zod.Primitive("string", (zod.length(1, 2**31),))
_TEST: Final = ZodObject(
    {"email": Maybe(_EMAIL), "phone": Maybe(_PHONE), "config": ZodObject(), "locale": Maybe(STRING)}
)
_CODE: Final = Union((ZodObject({"email": _EMAIL}), ZodObject({"phone": _PHONE})))
_VERIFY: Final = Union(
    tuple(
        ZodObject({name: schema, "verificationCode": _DIGITS})
        for name, schema in (("email", _EMAIL), ("phone", _PHONE))
    )
)
_INVITATION: Final = ZodObject(
    {
        "inviterId": Maybe(STRING),
        "invitee": _EMAIL,
        "organizationId": STRING,
        "expiresAt": NUMBER,
        "messagePayload": Maybe(ZodObject()),
    }
)
_MOST_MAILS: Final = 10
_MOST_TRIALS: Final = 10
_WINDOW: Final = 600.0  # seconds


def test(tenant: LogtoTenant, request: Request, id_: str) -> HttpAnswer:
    """Sends an email of type Generic through the config given, as it is: nothing is stored, nothing is cleaned."""
    body = sent_json(request)
    refusals.guard(_TEST, body)
    if "email" not in body and "phone" not in body:
        raise refusals.refusal(400, "guard.invalid_input", "The request {{type}} is invalid.")
    factory, expected = tenant.factories().get(id_), "Sms" if "phone" in body else "Email"
    if factory is None or factory.type == "Social":
        raise refusals.no_connector(400, expected)
    if factory.type != expected:
        raise refusals.refusal(400, "connector.unexpected_type")
    locale = {"locale": body["locale"]} if "locale" in body else {}
    mail = sending.Mail(body.get("phone") or body["email"], "Generic", {"code": "000000", **locale})
    sending.deliver(tenant, factory, body["config"], mail)
    return HttpAnswer(204)


def verification_code(tenant: LogtoTenant, request: Request) -> HttpAnswer:
    """Sends a code through the stored connector, ten to a recipient in ten minutes."""
    body = sent_json(request)
    refusals.guard(_CODE, body)
    by_email = not _CODE.options[0].issues(body)
    recipient, now = body["email" if by_email else "phone"], tenant.clock()
    recent = [at for at in tenant.sent.get(recipient.lower(), []) if at > now - _WINDOW]
    if len(recent) >= _MOST_MAILS:
        raise refusals.refusal(429, "request.message_rate_limited")
    require_storable(recipient)
    tenant.codes[recipient] = code = SentCode(f"{secrets.randbelow(10**6):06}", now)
    if not by_email:
        raise refusals.no_connector(501, "Sms")
    _send(tenant, sending.Mail(recipient, "Generic", {"code": code.digits}))
    tenant.sent[recipient.lower()] = [*recent, now]
    return HttpAnswer(204)


def verify(tenant: LogtoTenant, request: Request) -> HttpAnswer:
    """Takes a code once, within ten minutes and ten trials; one that could not be sent counts as sent."""
    body = sent_json(request)
    refusals.guard(_VERIFY, body)
    recipient = body["email" if not _VERIFY.options[0].issues(body) else "phone"]
    code = tenant.codes.get(recipient)
    if code is None:
        raise refusals.refusal(400, "verification_code.not_found")
    if code.at + _WINDOW < tenant.clock():
        raise refusals.refusal(400, "verification_code.expired")
    if code.trials >= _MOST_TRIALS:
        raise refusals.refusal(400, "verification_code.exceed_max_try")
    if body["verificationCode"] != code.digits:
        code.trials += 1
        raise refusals.refusal(400, "verification_code.code_mismatch")
    del tenant.codes[recipient]
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
        raise refusals.no_connector(501, "Email")
    sending.deliver(tenant, FACTORIES[rows[0].factory], rows[0].config, mail)


ROUTES = (
    Route("POST", "/api/connectors/<id_>/test", test),
    Route("POST", "/api/verification-codes", verification_code),
    Route("POST", "/api/verification-codes/verify", verify),
    Route("POST", "/api/organization-invitations", invite),
    Route("POST", "/api/organization-invitations/<id_>/message", send_again),
)
