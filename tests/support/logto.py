"""Helpers for tests about Logto: a plain HTTP client of the emulator, documents to send, and small programs."""

from __future__ import annotations

import sys
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import requests

from support.engines import open_engine

if TYPE_CHECKING:
    from pathlib import Path

    from support.engines import Engine
    from tenant_email_local.emulators.logto import LogtoEmulator

CONNECTORS = "/api/connectors"
TEMPLATES = "/api/email-templates"
SMTP = "simple-mail-transfer-protocol"
RESOURCE = "https://default.logto.app/api"
CANARY = "canary-smtp-password"
_HEADER = """
import pulumi
from tenant_email import EmailProvider, EmailTemplate, logto
"""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    document: Any

    @property
    def code(self) -> str:
        """Returns the error code."""
        return str(self.document["code"])


class Tenant:
    """Calls one emulated tenant as a plain HTTP client would; gets a token on first use."""

    def __init__(self, emulator: LogtoEmulator) -> None:
        self.emulator = emulator
        self._token = ""

    def token(self, **changes: Any) -> Answer:
        """Asks for a token, with changes to the usual form; None leaves a field out."""
        application = self.emulator.application
        usual = {
            "grant_type": "client_credentials",
            "client_id": application.id,
            "client_secret": application.secret,
            "resource": RESOURCE,
            "scope": "all",
        }
        form = {key: value for key, value in (usual | changes).items() if value is not None}
        return _answer(requests.post(f"{self.emulator.url}/oidc/token", data=form, timeout=60))

    def log_in(self, **changes: Any) -> None:
        """Gets the token that calls use from now on."""
        self._token = self.token(**changes).document["access_token"]

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Calls the Management API; a text goes as text, everything else as JSON."""
        if not self._token:
            self.log_in()
        sent = {"Authorization": f"Bearer {self._token}", **headers}
        content: dict[str, Any] = {"data": body.encode()} if isinstance(body, str) else {"json": body}
        url = f"{self.emulator.url}{path}"
        return _answer(requests.request(method, url, headers=sent, timeout=20, **content))

    def connector(self) -> Any:
        """Returns the one email connector."""
        (found,) = self.call("GET", CONNECTORS).document
        return found

    def calls(self, *, token: bool = True) -> list[str]:
        """Returns the calls received since the last question, as `METHOD path`, and forgets them."""
        made = [f"{call.method} {call.path}" for call in self.emulator.calls]
        self.emulator.reset_calls()
        return [call for call in made if token or not call.endswith("/oidc/token")]


def templates(**changes: Any) -> list[dict[str, Any]]:
    """Returns the four required texts of an SMTP connector, with changes to each."""
    usual = {"contentType": "text/plain", "subject": "Code", "content": "Your code is {{code}}"}
    return [{"usageType": usage, **usual, **changes} for usage in ("Register", "SignIn", "ForgotPassword", "Generic")]


def smtp(**changes: Any) -> dict[str, Any]:
    """Returns the config of an SMTP connector; None leaves a key out."""
    usual = {
        "host": "127.0.0.1",
        "port": 2525,
        "auth": {"user": "mailer", "pass": CANARY},
        "fromEmail": "noreply@acme.example",
        "templates": templates(),
    }
    return {key: value for key, value in (usual | changes).items() if value is not None}


def creation(factory: str = SMTP, /, **config: Any) -> dict[str, Any]:
    """Returns the body that creates a connector."""
    return {"connectorId": factory, "config": smtp(**config) if factory == SMTP else config}


class Program:
    """A project whose program a test writes, on a stack that is logged in to one emulated tenant."""

    def __init__(self, kind: str, folder: Path, emulator: LogtoEmulator) -> None:
        self.folder, self.emulator = folder / "program", emulator
        self.folder.mkdir()
        options = f"{{toolchain: pip, virtualenv: {sys.prefix}}}"
        (self.folder / "Pulumi.yaml").write_text(f"name: demo\nruntime: {{name: python, options: {options}}}\n")
        application = emulator.application
        environ = {
            "LOGTO_ENDPOINT": emulator.url,
            "LOGTO_APP_ID": application.id,
            "LOGTO_APP_SECRET": application.secret,
        }
        self.engine: Engine = open_engine(kind, self.folder, folder, environ=environ)

    def write(self, source: str) -> Program:
        """Writes the program."""
        (self.folder / "__main__.py").write_text(_HEADER + textwrap.dedent(source))
        return self


def _answer(response: requests.Response) -> Answer:
    """Returns status and document; an answer that is no JSON as text."""
    kind = response.headers.get("Content-Type", "")
    return Answer(response.status_code, response.json() if "json" in kind else response.text or None)
