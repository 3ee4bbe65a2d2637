"""The requests that make a tenant send: test sends and verification codes.

Source: docs/contracts/logto.md#test-send and #templates.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from tenant_email_local.emulators.logto import refusals, sending, zod, zod_checks
from tenant_email_local.emulators.logto.composition import Mail
from tenant_email_local.emulators.logto.tenant import SentCode, require_storable, sent_json
from tenant_email_local.emulators.logto.zod import STRING, Union, ZodObject
from tenant_email_local.emulators.logto.zod import Optional as Maybe
from tenant_email_local.emulators.routes import Route
from tenant_email_local.emulators.server import HttpAnswer

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from tenant_email_local.emulators.logto.tenant import LogtoTenant

_EMAIL: Final = zod.Primitive("string", (zod_checks.matches(r"^\S+@\S+\.\S+\Z", "regex", "Invalid"),))
_PHONE: Final = zod.Primitive("string", (zod_checks.matches(r"^\d+\Z", "regex", "Invalid"),))
_DIGITS: Final = zod.Primitive("string", (zod_checks.length(1, 2**31),))
_TEST: Final = ZodObject(
    {"phone": Maybe(_PHONE), "email": Maybe(_EMAIL), "config": ZodObject(), "locale": Maybe(STRING)}
)
_CODE: Final = Union((ZodObject({"email": _EMAIL}), ZodObject({"phone": _PHONE})))
_VERIFY: Final = Union(
    tuple(
        ZodObject({name: schema, "verificationCode": _DIGITS})
        for name, schema in (("email", _EMAIL), ("phone", _PHONE))
    )
)
_TRIALS: Final = 10
_LIFETIME: Final = 600.0  # seconds


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
    mail = Mail(body.get("phone") or body["email"], "Generic", {"code": "000000", **locale})
    sending.deliver(tenant, factory, body["config"], mail)
    return HttpAnswer(204)


def verification_code(tenant: LogtoTenant, request: Request) -> HttpAnswer:
    """Sends a code through the stored connector, ten to a recipient in ten minutes."""
    body = sent_json(request)
    refusals.guard(_CODE, body)
    by_email = not _CODE.options[0].issues(body)
    recipient = body["email" if by_email else "phone"]
    sending.require_allowance(tenant, "code", recipient)
    require_storable(recipient)
    tenant.codes[recipient] = code = SentCode(f"{secrets.randbelow(10**6):06}", tenant.clock())
    if not by_email:
        raise refusals.no_connector(501, "Sms")
    sending.send_limited(tenant, "code", Mail(recipient, "Generic", {"code": code.digits}))
    return HttpAnswer(204)


def verify(tenant: LogtoTenant, request: Request) -> HttpAnswer:
    """Takes a code once, within ten minutes and ten trials or what the policy says; it need not have been sent."""
    body = sent_json(request)
    refusals.guard(_VERIFY, body)
    recipient = body["email" if not _VERIFY.options[0].issues(body) else "phone"]
    code = tenant.codes.get(recipient)
    if code is None:
        raise refusals.refusal(400, "verification_code.not_found")
    policy = tenant.state.sign_in["verificationCodePolicy"]
    if code.at + policy.get("expirationDuration", _LIFETIME) < tenant.clock():
        raise refusals.refusal(400, "verification_code.expired")
    if code.trials >= policy.get("maxRetryAttempts", _TRIALS):
        raise refusals.refusal(400, "verification_code.exceed_max_try")
    if body["verificationCode"] != code.digits:
        code.trials += 1
        raise refusals.refusal(400, "verification_code.code_mismatch")
    del tenant.codes[recipient]
    return HttpAnswer(204)


ROUTES = (
    Route("POST", "/api/connectors/<id_>/test", test),
    Route("POST", "/api/verification-codes", verification_code),
    Route("POST", "/api/verification-codes/verify", verify),
)
