"""Auth0's own client for Node against the emulator, by https alone, as it insists on it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from support import node_clients
from support.auth0 import smtp, template
from tenant_email_local.ca import CertificateAuthority
from tenant_email_local.emulators.auth0 import Auth0Emulator, local

if TYPE_CHECKING:
    from collections.abc import Iterator

CLIENT = Path(__file__).parent / "client"
PROVIDER, TEMPLATES = "emails.provider", "emailTemplates"
FIELDS = {"fields": "name,enabled,default_from_address,credentials,settings", "include_fields": True}


@pytest.fixture
def emulator(tmp_path: Path) -> Iterator[Auth0Emulator]:
    """Serves a tenant by https."""
    running = Auth0Emulator()
    running.authority = CertificateAuthority(tmp_path)
    with running:
        yield running


def asked(emulator: Auth0Emulator, *calls: list[Any]) -> list[Any]:
    """Returns the value of each call; of a refused one its status."""
    login = local.environment(emulator) | emulator.trusting("NODE_EXTRA_CA_CERTS")
    return [answer.get("status") or answer["value"] for answer in node_clients.answers(CLIENT, login, calls)]


def test_provider_templates_logs_and_applications(emulator: Auth0Emulator) -> None:
    """Each is made, read, changed and deleted through the client's one token; lists end where the tenant's end."""
    fields, body = template("welcome_email"), smtp()
    answers = asked(
        emulator,
        [f"{PROVIDER}.get", []],
        [f"{PROVIDER}.create", [body]],
        [f"{PROVIDER}.update", [{"enabled": False}]],
        [f"{PROVIDER}.get", [FIELDS]],
        [f"{TEMPLATES}.create", [fields]],
        [f"{TEMPLATES}.get", ["welcome_email"]],
        [f"{TEMPLATES}.update", ["welcome_email", {"subject": "Other"}]],
        [f"{TEMPLATES}.get", ["reset_email"]],
        ["logs.list", [{"search": 'type:"sapi"', "per_page": 1}]],
        ["clients.list", [{"per_page": 1}]],
        [f"{PROVIDER}.delete", []],
        [f"{PROVIDER}.get", []],
    )
    none, made, disabled, read, written, template_read, changed, no_template, logs, clients, deleted, gone = answers
    assert (none, no_template, deleted, gone) == (404, 404, None, 404)
    assert (made["name"], made["credentials"]["smtp_host"], made["enabled"]) == ("smtp", "smtp.one.example", True)
    assert disabled["enabled"] is False
    assert read == {**disabled, "default_from_address": body["default_from_address"]}
    assert written == template_read == fields
    assert changed["subject"] == "Other"
    assert [entry["description"] for entry in reversed(logs)] == [
        "Configure email provider",
        "Update email provider",
        "Create an email template",
        "Patch an email template",
    ]
    assert [client["client_id"] for client in clients] == [emulator.client.client_id]
    assert [call.path for call in emulator.calls].count("/oauth/token") == 1
    (entry,) = asked(emulator, ["logs.get", [logs[0]["log_id"]]])
    assert entry == logs[0]
