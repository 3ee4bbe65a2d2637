"""Logto's own client of its Management API against the emulator."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from support import node_clients
from support.logto import CONNECTORS, SMTP, TEMPLATES, creation, smtp, templates
from tenant_email_local.emulators.logto import LogtoEmulator, local

CLIENT = Path(__file__).parent / "client"
ENTRY = {"languageTag": "en", "templateType": "Generic", "details": {"subject": "G", "content": "{{code}}"}}
ONE = f"{CONNECTORS}/{{id}}"
FACTORIES = "/api/connector-factories"


def asked(emulator: LogtoEmulator, *calls: list[Any]) -> list[tuple[int, Any]]:
    """Returns status and document of each call; the client logs in by itself."""
    answers = node_clients.answers(CLIENT, local.environment(emulator), calls)
    return [(answer["status"], answer["document"]) for answer in answers]


def test_connectors_templates_and_sign_in_live() -> None:
    """Each is made, read, changed and deleted through the client's one token, and a missing one is said in words."""
    mine, changed = {"params": {"path": {"id": "mine"}}}, smtp(host="smtp.two.example", templates=templates())
    method = {"identifier": "email", "password": True, "verificationCode": True, "isPasswordPrimary": True}
    sign_in = {"methods": [method]}
    with LogtoEmulator() as emulator:
        answers = asked(
            emulator,
            ["GET", CONNECTORS, {}],
            ["GET", FACTORIES, {}],
            ["GET", f"{FACTORIES}/{{id}}", {"params": {"path": {"id": SMTP}}}],
            ["POST", CONNECTORS, {"body": {**creation(), "id": "mine"}}],
            ["GET", ONE, mine],
            ["PATCH", ONE, {**mine, "body": {"config": changed}}],
            ["GET", CONNECTORS, {"params": {"query": {"target": "smtp"}}}],
            ["PUT", TEMPLATES, {"body": {"templates": [ENTRY]}}],
            ["GET", TEMPLATES, {"params": {"query": {"languageTag": "en"}}}],
            ["PATCH", "/api/sign-in-exp", {"body": {"signIn": sign_in}}],
            ["GET", "/api/sign-in-exp", {}],
            ["DELETE", TEMPLATES, {"params": {"query": {"languageTag": "en"}}}],
            ["DELETE", ONE, mine],
            ["GET", ONE, mine],
        )
        logins = [call for call in emulator.calls if call.path == "/oidc/token"]
    statuses, documents = zip(*answers, strict=True)
    assert statuses == (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 204, 404)
    empty, factories, factory, made, read, patched, listed, put, held, _, experience, deleted, gone, missing = documents
    assert (empty, gone) == ([], None)
    assert factory in factories
    assert read == made
    assert patched["config"] == changed
    assert [one["id"] for one in listed] == ["mine"]
    assert put == held
    assert experience["signIn"] == sign_in
    assert deleted == {"rowCount": 1}
    assert missing["code"] == "entity.not_found"
    assert len(logins) == 1


def test_a_template_is_changed_by_its_id() -> None:
    """The ids that a list names are those that a template is read, changed and deleted by."""
    with LogtoEmulator() as emulator:
        ((_, (made,)),) = asked(emulator, ["PUT", TEMPLATES, {"body": {"templates": [ENTRY]}}])
        one = {"params": {"path": {"id": made["id"]}}}
        read, changed, gone, missing = asked(
            emulator,
            ["GET", f"{TEMPLATES}/{{id}}", one],
            ["PATCH", f"{TEMPLATES}/{{id}}/details", {**one, "body": {"subject": "Other"}}],
            ["DELETE", f"{TEMPLATES}/{{id}}", one],
            ["GET", f"{TEMPLATES}/{{id}}", one],
        )
    assert read == (200, made)
    assert changed == (200, {**made, "details": {**made["details"], "subject": "Other"}})
    assert (gone, missing[0]) == ((204, None), 404)
