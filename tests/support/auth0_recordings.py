"""The recorded Auth0 exchanges, the states they start from, and their replay.

What the replay does not compare, and why: headers (the recordings have none); the order of an object's keys (it
changed between the ages of the recordings); the token (it was not recorded). Status and body are compared exactly.
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tenant_email_local.emulators.auth0 import Auth0Emulator, Auth0State

if TYPE_CHECKING:
    from support.auth0 import Tenant

RECORDINGS = Path(__file__).parents[3] / "shared" / "recordings" / "auth0.json"

_SMTP = {
    "name": "smtp",
    "enabled": True,
    "default_from_address": "no-reply@example.com",
    "credentials": {"smtp_host": "smtp.example.com", "smtp_port": 587, "smtp_user": "user", "smtp_pass": "pass"},
}
_AZURE = {
    "name": "azure_cs",
    "enabled": False,
    "default_from_address": "",
    "credentials": {"connectionString": "left by an earlier run"},
}
_WELCOME = {
    "template": "welcome_email",
    "body": "<html><body><h1>Welcome!</h1></body></html>",
    "from": "welcome@example.com",
    "resultUrl": "https://example.com/welcome",
    "subject": "Welcome",
    "syntax": "liquid",
    "urlLifetimeInSeconds": 3600,
    "enabled": False,
}
_VERIFY = {
    "template": "verify_email",
    "body": "<html><body><h1>Let's get you verified!</h1></body></html>",
    "from": "someone@example.com",
    "resultUrl": "https://www.example.com/verify-email",
    "subject": "Let's get you verified!",
    "syntax": "liquid",
    "includeEmailInRedirect": True,
    "enabled": False,
}
_OTHER_TEXT = {"body": "<p>what the scenario must overwrite</p>"}

# As each scenario's `initial_state` describes it. Where that only says that something exists, its content is what the
# scenario sees before it writes; content that the scenario overwrites is seeded otherwise, to prove the overwriting.
_INITIAL_STATES = {
    "tf-provider-lifecycle": Auth0State(custom_action_deployed=True),  # deployed by calls outside the recording
    "tf-template-adopt-existing": Auth0State(templates={"welcome_email": _WELCOME | {"includeEmailInRedirect": False}}),
    "tf-old-daa73b3c-template": Auth0State(templates={"welcome_email": _WELCOME}),
    "go-TestEmailTemplateManager_Create": Auth0State(_SMTP, {"verify_email": _VERIFY | {"enabled": True}}),
    "go-TestEmailTemplateManager_Read": Auth0State(templates={"verify_email": _VERIFY}),
    "go-TestEmailTemplateManager_Update": Auth0State(templates={"verify_email": _VERIFY | _OTHER_TEXT}),
    "go-TestEmailTemplateManager_Replace": Auth0State(
        templates={"verify_email": _VERIFY | _OTHER_TEXT | {"from": "", "resultUrl": "x", "subject": ""}}
    ),
    "tf-old-278308dc-adopt-existing-provider": Auth0State(_AZURE),
    "go-TestEmailProviderManager_Create": Auth0State(),
    "go-TestEmailProviderManager_Read": Auth0State(),
    "go-TestEmailProviderManager_Update": Auth0State(),
    "go-TestEmailProviderManager_Delete": Auth0State(),
    "tf-old-582190b4": Auth0State(),
    "tf-old-e8bb3058": Auth0State(),
}


@dataclass(frozen=True)
class Exchange:
    """One recorded request and its answer."""

    name: str
    method: str
    path: str
    request: Any
    status: int
    response: Any


def scenarios() -> dict[str, list[Exchange]]:
    """Returns the recorded scenarios in order; none when the recordings are not there."""
    if not RECORDINGS.exists():
        return {}
    found: dict[str, list[Exchange]] = {}
    for case in sorted(json.loads(RECORDINGS.read_text())["cases"], key=lambda case: case["step"]):
        exchange = Exchange(
            case["name"],
            case["method"],
            case["path"],
            case["request_json"],
            case["status"],
            case["response_json"],
        )
        found.setdefault(case["scenario"], []).append(exchange)
    return found


def differences(tenant: Tenant, exchanges: list[Exchange]) -> list[str]:
    """Plays all exchanges in order and returns each answer that differs from the recorded one."""
    found: list[str] = []
    for exchange in exchanges:
        answer = tenant.call(exchange.method, exchange.path, exchange.request)
        live, recorded = (answer.status, answer.document), (exchange.status, exchange.response)
        if canonical(live) != canonical(recorded):
            found.append(f"{exchange.name}: recorded {canonical(recorded)}, answered {canonical(live)}")
    return found


def canonical(document: Any) -> str:
    """Returns a document as text, so that 1, 1.0 and true are three things."""
    return json.dumps(document, sort_keys=True)


def emulator_for(scenario: str) -> Auth0Emulator:
    """Returns an emulator in the scenario's initial state; in no other way made for it."""
    return Auth0Emulator(state=copy.deepcopy(_INITIAL_STATES[scenario]))
