"""Helpers for tests that speak to the PingOne AIC emulator over HTTP, with a client that is not ours."""

from __future__ import annotations

import time
import uuid
from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jwt
import requests

from tenant_email_local.emulators.pingone_aic import AicState
from tenant_email_local.emulators.pingone_aic.local import ACCOUNT_ID, private_key, service_account

if TYPE_CHECKING:
    from tenant_email_local.emulators.pingone_aic import AicEmulator

PROVIDER = "/openidm/config/external.email"
STOCK = "/openidm/config/external.emailDefault"
SEND = "/openidm/external/email?_action=send"
TOKEN = "/am/oauth2/access_token"
ALL = "fr:idm:* fr:idc:esv:* fr:idc:promotion:*"


@dataclass(frozen=True)
class Answer:
    """What came back; `text` where it is not JSON."""

    status: int
    document: Any
    text: str
    kind: str


class Tenant:
    """Calls one emulated tenant as a plain HTTP client would; gets a token on first use."""

    def __init__(self, emulator: AicEmulator, scope: str = ALL) -> None:
        self.emulator = emulator
        self._scope = scope
        self._token = ""

    def assertion(self, **changes: Any) -> str:
        """Signs an assertion, with changes to the usual claims; None leaves one out."""
        now = self.emulator.clock()
        url = f"{self.emulator.url}{TOKEN}"
        claims = {"iss": ACCOUNT_ID, "sub": ACCOUNT_ID, "aud": url, "exp": int(now) + 170, "jti": str(uuid.uuid4())}
        kept = {name: value for name, value in (claims | changes).items() if value is not None}
        return jwt.encode(kept, jwt.PyJWK(private_key(), "RS256"), algorithm="RS256", headers={"kid": "local"})

    def token(self, **changes: Any) -> Answer:
        """Asks for a token, with changes to the usual form."""
        form = {
            "client_id": "service-account",
            "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "assertion": self.assertion(),
            "scope": self._scope,
        }
        return _answer(requests.post(f"{self.emulator.url}{TOKEN}", data=form | changes, timeout=60))

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Calls an API with the token; header names are written with underscores."""
        self._token = self._token or self.token().document["access_token"]
        sent = {"Authorization": f"Bearer {self._token}"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        url = f"{self.emulator.url}{path}"
        return _answer(requests.request(method, url, json=body, headers=sent, timeout=60))

    def provider(self) -> Any:
        """Returns the stored configuration."""
        return self.call("GET", PROVIDER).document

    def variable(self, name: str, value: str, kind: str = "string", description: str | None = "") -> Answer:
        """Writes a variable."""
        body = {"valueBase64": b64encode(value.encode()).decode(), "expressionType": kind, "description": description}
        return self.call("PUT", f"/environment/variables/{name}", body)

    def secret(self, name: str, value: str, **changes: Any) -> Answer:
        """Creates a secret."""
        body = {"valueBase64": b64encode(value.encode()).decode(), "encoding": "generic", "useInPlaceholders": True}
        return self.call("PUT", f"/environment/secrets/{name}", body | changes)

    def restart(self) -> None:
        """Restarts and waits until it is over."""
        self.call("POST", "/environment/startup?_action=restart")
        deadline = time.monotonic() + 60
        while self.call("GET", "/environment/startup").document["restartStatus"] != "ready":
            assert time.monotonic() < deadline, "the restart did not end"
            time.sleep(0.01)


def state(**changes: Any) -> AicState:
    """Returns a fresh tenant's state with the one service account."""
    return AicState(accounts={ACCOUNT_ID: service_account()}, **changes)


def smtp(**changes: Any) -> dict[str, Any]:
    """Returns an SMTP configuration; a dict among the changes is laid over the one that is there."""
    usual: dict[str, Any] = {
        "host": "smtp.one.example",
        "port": 587,
        "from": "no-reply@acme.example",
        "auth": {"enable": True, "username": "mailer", "password": "canary-smtp-password"},
        "starttls": {"enable": True},
        "ssl": {"enable": False},
        "smtpProperties": [],
    }
    inner = ("auth", "starttls", "ssl")
    laid: dict[str, Any] = {key: {**usual[key], **changes[key]} for key in inner if key in changes}
    return {**usual, **changes, **laid}


def graph(**auth: Any) -> dict[str, Any]:
    """Returns a Graph configuration, with changes to its login."""
    usual = {
        "enable": True,
        "type": "oauth2",
        "clientId": "local-graph-client",
        "clientSecret": "local-graph-secret",
        "tokenEndpoint": "https://login.microsoftonline.com/directory/oauth2/v2.0/token",
        "scope": ["https://graph.microsoft.com/.default"],
    }
    endpoint = "https://graph.microsoft.com/v1.0/users/no-reply@acme.example/sendMail"
    return {"type": "msgraph", "mailEndpoint": endpoint, "from": "no-reply@acme.example", "auth": usual | auth}


def _answer(response: requests.Response) -> Answer:
    """Returns the parts that tests compare."""
    kind = response.headers.get("Content-Type", "")
    document = response.json() if response.content and "json" in kind else None
    return Answer(response.status_code, document, response.text, kind)
