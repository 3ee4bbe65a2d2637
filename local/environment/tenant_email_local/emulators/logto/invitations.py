"""Invitations to organizations, which Logto sends as OrganizationInvitation (docs/contracts/logto.md#invitations)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tenant_email_local.emulators.logto import refusals, sending, zod_checks
from tenant_email_local.emulators.logto.composition import Mail
from tenant_email_local.emulators.logto.tenant import new_id, require_storable, sent_json, sent_query
from tenant_email_local.emulators.logto.zod import (
    NUMBER,
    STRING,
    Array,
    Default,
    Enum,
    Literal,
    Nullable,
    Primitive,
    Union,
    ZodObject,
)
from tenant_email_local.emulators.logto.zod import Optional as Maybe
from tenant_email_local.emulators.routes import Route
from tenant_email_local.emulators.server import HttpAnswer

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from tenant_email_local.emulators.logto.tenant import LogtoTenant

_ID: Final = Primitive("string", (zod_checks.length(1, 21),))
_MAYBE_ID: Final = Maybe(Nullable(Primitive("string", (zod_checks.length(0, 21),))))
_PAYLOAD: Final = ZodObject(dict.fromkeys(("code", "link", "locale", "uiLocales"), Maybe(STRING)))
_INVITATION: Final = ZodObject(
    {
        "inviterId": _MAYBE_ID,
        "invitee": Primitive("string", (zod_checks.EMAIL,)),
        "organizationId": _ID,
        "expiresAt": NUMBER,
        "organizationRoleIds": Maybe(Array(STRING)),
        "messagePayload": Default(Union((_PAYLOAD, Literal(value=False))), value=False),
    }
)
_STATUS: Final = ZodObject({"acceptedUserId": _MAYBE_ID, "status": Enum(("Accepted", "Revoked"))})
_FILTER: Final = ZodObject(dict.fromkeys(("organizationId", "inviterId", "invitee"), Maybe(STRING)))
_LAST_TIME: Final = 8.64e15
"""The last moment that JavaScript can tell, in milliseconds."""


def invite(tenant: LogtoTenant, request: Request) -> HttpAnswer:
    """Stores an invitation and sends it, if there is something to say; one that cannot be sent is not stored."""
    body = sent_json(request)
    refusals.guard(_INVITATION, body)
    _check(tenant, body)
    now = tenant.milliseconds()
    invitation: dict[str, Any] = {
        "tenantId": "default",
        "id": new_id(21),
        "inviterId": body.get("inviterId") or None,
        "invitee": body["invitee"],
        "acceptedUserId": None,
        "organizationId": body["organizationId"],
        "status": "Pending",
        "createdAt": now,
        "updatedAt": now,
        "expiresAt": int(body["expiresAt"]),
        "organizationRoles": [],
    }
    if isinstance(body.get("messagePayload"), dict):
        _send(tenant, invitation, body["messagePayload"])
    tenant.state.invitations[invitation["id"]] = invitation
    return HttpAnswer(201, invitation)


def list_some(tenant: LogtoTenant, request: Request) -> HttpAnswer:
    """Answers what the filters leave, the newest first; addresses are compared in any letter case."""
    filters = sent_query(request, _FILTER)
    found = [
        _shown(tenant, each)
        for each in tenant.state.invitations.values()
        if all(str(each[name]).lower() == value.lower() for name, value in filters.items())
    ]
    return HttpAnswer(200, found[::-1])


def get(tenant: LogtoTenant, _request: Request, id_: str) -> HttpAnswer:
    """Answers one invitation."""
    return HttpAnswer(200, _shown(tenant, _invitation(tenant, id_)))


def delete(tenant: LogtoTenant, _request: Request, id_: str) -> HttpAnswer:
    """Removes one invitation."""
    del tenant.state.invitations[_invitation(tenant, id_)["id"]]
    return HttpAnswer(204)


def send_again(tenant: LogtoTenant, request: Request, id_: str) -> HttpAnswer:
    """Sends a stored invitation with another payload, whatever became of it."""
    body = sent_json(request)
    refusals.guard(_PAYLOAD, body)
    _send(tenant, _invitation(tenant, id_), body)
    return HttpAnswer(204)


def set_status(tenant: LogtoTenant, request: Request, id_: str) -> HttpAnswer:
    """Takes an invitation back, or accepts it for the user who has its address; both are final."""
    body = sent_json(request)
    refusals.guard(_STATUS, body)
    accepted, user_id = body["status"] == "Accepted", body.get("acceptedUserId")
    if accepted and not user_id:
        raise refusals.invalid_input(422, "The `acceptedUserId` is required when accepting an invitation.")
    invitation = _invitation(tenant, id_)
    if _shown(tenant, invitation)["status"] != "Pending":
        raise refusals.invalid_input(422, "The status of the invitation cannot be changed anymore.")
    if accepted:
        user = tenant.state.users.get(user_id)
        if user is None:
            raise refusals.not_found()
        if str(user.get("primaryEmail")).lower() != invitation["invitee"].lower():
            raise refusals.invalid_input(422, "The accepted user must have the same email as the invitee.")
        tenant.state.members.add((invitation["organizationId"], user_id))
    given = {"acceptedUserId": user_id} if user_id else {}
    invitation.update({"status": body["status"], "updatedAt": tenant.milliseconds(), **given})
    return HttpAnswer(200, dict(invitation))


def _check(tenant: LogtoTenant, body: dict[str, Any]) -> None:
    """Refuses what the past, the members, the database or another invitation stand against."""
    state, organization = tenant.state, body["organizationId"]
    if body["expiresAt"] <= tenant.milliseconds():
        raise refusals.invalid_input(400, "The value of `expiresAt` must be in the future.")
    members = [state.users[user]["primaryEmail"] for where, user in state.members if where == organization]
    if body["invitee"] in members:
        raise refusals.invalid_input(422, "The invitee is already a member of the organization.")
    require_storable(organization, body.get("inviterId"))
    if body["expiresAt"] > _LAST_TIME:
        raise refusals.internal()
    if organization not in state.organizations or body.get("inviterId", "") not in {None, "", *state.users}:
        raise refusals.refusal(422, "entity.relation_foreign_key_not_found")
    shown = [_shown(tenant, each) for each in state.invitations.values() if each["organizationId"] == organization]
    if any((each["invitee"], each["status"]) == (body["invitee"], "Pending") for each in shown):
        raise refusals.refusal(422, "entity.unique_integrity_violation")
    if body.get("organizationRoleIds"):
        raise refusals.refusal(422, "entity.relation_foreign_key_not_found")


def _shown(tenant: LogtoTenant, invitation: dict[str, Any]) -> dict[str, Any]:
    """Returns an invitation as it is answered: one whose time is over has expired."""
    over = invitation["status"] == "Pending" and invitation["expiresAt"] < tenant.milliseconds()
    return {**invitation, "status": "Expired"} if over else dict(invitation)


def _send(tenant: LogtoTenant, invitation: dict[str, Any], payload: dict[str, Any]) -> None:
    """Sends what an invitation knows: organization, inviter and what the caller gives, but never a code."""
    organization = invitation["organizationId"]
    known: dict[str, Any] = {
        "organization": {"id": organization, "name": tenant.state.organizations[organization], "branding": {}}
    }
    if invitation["inviterId"]:
        known["inviter"] = tenant.state.users[invitation["inviterId"]]
    mail = Mail(invitation["invitee"], "OrganizationInvitation", {**known, **payload})
    sending.send_limited(tenant, "message", mail)


def _invitation(tenant: LogtoTenant, id_: str) -> dict[str, Any]:
    require_storable(id_)
    if id_ not in tenant.state.invitations:
        raise refusals.not_found()
    return tenant.state.invitations[id_]


ROUTES = (
    Route("GET", "/api/organization-invitations", list_some),
    Route("POST", "/api/organization-invitations", invite),
    Route("GET", "/api/organization-invitations/<id_>", get),
    Route("DELETE", "/api/organization-invitations/<id_>", delete),
    Route("PUT", "/api/organization-invitations/<id_>/status", set_status),
    Route("POST", "/api/organization-invitations/<id_>/message", send_again),
)
