"""What the messages of the guides really are, each made by the library."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import pytest
from pulumi.runtime.proto.provider_pb2 import UpdateRequest

from support.conformance import open_case
from support.host import Failed
from support.managed import Operated
from support.program_preview import tenant
from tenant_email.errors import InvalidSettings, TenantEmailError
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle

_SMTP: Final = {"kind": "auth0.smtp", "username": "mailer", "password": "a-password-of-the-test"}
_HOST: Final = tenant("auth0")["url"].removeprefix("https://")


@cache
def messages() -> frozenset[str]:
    """Returns the messages."""
    with pytest.MonkeyPatch.context() as monkeypatch, open_case("auth0", monkeypatch) as case:
        moves = (("smtp.one.example", "smtp.two.example"), ("smtp.acme.com", "smtp.two.example"))
        held = {_held_back("password", host="smtp.two.example"), _held_back("host", password="another-of-the-test")}
        here = {_moved(*move) for move in moves} | held | {_existing()}
        return frozenset(text.replace(case.tenant.url.removeprefix("http://"), _HOST) for text in here)


def _stack(**settings: Any) -> Operated:
    return Operated(
        EmailProviderLifecycle(),
        tenant="main",
        settings={**_SMTP, "port": 587, **settings},
        from_address="no-reply@acme.com",
        enabled=True,
        on_existing="fail",
    )


def _moved(before: str, after: str) -> str:
    """Returns the refusal of another host without the password."""
    made = _stack(host=before)
    made.up()
    kept = {key: value for key, value in _SMTP.items() if key != "password"}
    (said,) = made.problems(settings={**kept, "host": after})
    made.destroy()
    return said


def _held_back(ignored: str, **changed: str) -> str:
    """Returns the refusal of a change where the engine holds another setting back."""
    made = _stack(host="smtp.acme.com")
    made.up()
    moved = {**made.inputs, "settings": {**made.inputs["settings"], **changed}}
    lifecycle, request = EmailProviderLifecycle(), UpdateRequest(ignoreChanges=[f"settings.{ignored}"])
    assert request.ignoreChanges
    try:
        lifecycle.update(made.id, dict(made.state), moved)
    except InvalidSettings as refused:
        return str(refused)
    finally:
        made.destroy()
    return ""


def _existing() -> str:
    """Returns the refusal to take over what is there."""
    _stack(host="smtp.old.example").up()
    try:
        _stack(host="smtp.acme.com").up()
    except (TenantEmailError, Failed) as refused:
        return str(refused)
    return ""
