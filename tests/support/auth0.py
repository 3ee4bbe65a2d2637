"""Helpers for tests that speak to the Auth0 emulator over HTTP, with a client that is not ours."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import requests

from tenant_email_local.emulators.server import Emulator, HttpAnswer

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from tenant_email_local.emulators.auth0 import Auth0Emulator

FULL = "fields=name,enabled,default_from_address,credentials,settings&include_fields=true"
PROVIDER = "/api/v2/emails/provider"
TEMPLATES = "/api/v2/email-templates"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    document: Any
    headers: dict[str, str]


class Tenant:
    """Calls one emulated tenant as a plain HTTP client would; gets a token on first use."""

    def __init__(self, emulator: Auth0Emulator) -> None:
        self.emulator = emulator
        self._token = ""

    def token(self, **changes: Any) -> Answer:
        """Asks for a token, with changes to the usual request."""
        client = self.emulator.client
        asked = {
            "grant_type": "client_credentials",
            "client_id": client.client_id,
            "client_secret": client.client_secret,
            "audience": f"{self.emulator.url}/api/v2/",
        }
        return _answer(requests.post(f"{self.emulator.url}/oauth/token", json=asked | changes, timeout=60))

    def call(self, method: str, path: str, body: Any = None) -> Answer:
        """Calls the Management API."""
        self._token = self._token or self.token().document["access_token"]
        headers = {"Authorization": f"Bearer {self._token}"}
        url = f"{self.emulator.url}{path}"
        return _answer(requests.request(method, url, json=body, headers=headers, timeout=60))

    def verify(self, user_id: str = "auth0|ada") -> None:
        """Asks for a verification email and waits until the job is done."""
        job = self.call("POST", "/api/v2/jobs/verification-email", {"user_id": user_id}).document
        deadline = time.monotonic() + 30  # a busy machine
        while self.call("GET", f"/api/v2/jobs/{job['id']}").document["status"] == "pending":
            assert time.monotonic() < deadline, "the job did not end"
            time.sleep(0.01)

    def logged(self, kind: str) -> list[Any]:
        """Returns the log entries of one type."""
        return list(self.call("GET", f"/api/v2/logs?q=type:{kind}").document)

    def provider(self) -> Any:
        """Returns the provider as the API shows it in full."""
        return self.call("GET", f"{PROVIDER}?{FULL}").document


def config_entry(emulator: Auth0Emulator) -> dict[str, Any]:
    """Returns the tenant's entry in a stack's config."""
    client = emulator.client
    return {
        "platform": "auth0",
        "url": emulator.url,
        "clientId": client.client_id,
        "clientSecret": client.client_secret,
    }


def smtp(**credentials: Any) -> dict[str, Any]:
    """Returns a provider body of kind smtp, with changes to its credentials; None leaves one out."""
    usual = {
        "smtp_host": "smtp.one.example",
        "smtp_port": 587,
        "smtp_user": "mailer",
        "smtp_pass": "canary-smtp-password",
    }
    chosen = {key: value for key, value in (usual | credentials).items() if value is not None}
    return {"name": "smtp", "default_from_address": "no-reply@acme.example", "credentials": chosen}


def template(name: str = "verify_email", **changes: Any) -> dict[str, Any]:
    """Returns a template body with the six required fields."""
    usual = {
        "template": name,
        "body": "<p>{{ url }}</p>\n",
        "from": "",
        "subject": "Hello",
        "syntax": "liquid",
        "enabled": True,
    }
    return usual | changes


def _answer(response: requests.Response) -> Answer:
    """Returns the parts that tests compare."""
    document = response.json() if response.content and "json" in response.headers["Content-Type"] else None
    return Answer(response.status_code, document, {key.lower(): value for key, value in response.headers.items()})


class Upstream(Emulator):
    """Stands for an HTTP mail service: takes any request with one status and keeps it in `calls`."""

    def __init__(self, status: int = 200) -> None:
        super().__init__()
        self._status = status
        self.authorizations: list[str] = []

    def answer(self, request: Request) -> HttpAnswer:
        """Answers every request alike."""
        self.authorizations.append(request.headers["Authorization"])
        return HttpAnswer(self._status, {"MessageId": "1"})

    def fault_reply(self, status: int) -> HttpAnswer:
        """Answers a status without a body."""
        return HttpAnswer(status)
