"""A reader of a migration guide: has the files of the other tool, and a Pulumi CLI that takes what it is told."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from typer.testing import CliRunner

from support import other_tools
from tenant_email.cli import app

OTHER_TOOLS: Final = ("terraform", "a0deploy", "frodo", "fr-config-pull", "curl", "rm")
"""Whose commands nobody runs here; what they write is made by `support.other_tools`."""

_HOST: Final = "openam-acme.forgeblocks.com"
_SMTP: Final = {
    "name": "smtp",
    "enabled": True,
    "default_from_address": "no-reply@acme.com",
    "credentials": {"smtp_host": "smtp.acme.com", "smtp_port": 587, "smtp_user": "mailer", "smtp_pass": "canary-pass"},
}
_WELCOME: Final = {
    "template": "welcome_email",
    "subject": "Welcome",
    "body": "<p>Welcome</p>",
    "from": "",
    "syntax": "liquid",
    "enabled": True,
}
_STATE: Final = other_tools.auth0_terraform_state(_SMTP, [_WELCOME], {"smtp_pass": "canary-pass"})
_LOGIN: Final = {"enable": True, "username": "mailer", "password": "&{esv.mail.password}"}
_EMAIL: Final = {"_id": "external.email", "host": "smtp.acme.com", "port": 465, "ssl": {"enable": True}, "auth": _LOGIN}
_ESV: Final = {"_id": "esv-mail-password", "encoding": "generic", "useInPlaceholders": True, "description": ""}
_AIC: Final = {"idm": {"external.email": _EMAIL}, "secret": {"esv-mail-password": _ESV}}
_HTTP: Final = {"endpoint": "https://hooks.acme.com/mail", "authorization": "canary-authorization"}
_TEXT: Final = {"subject": "Ihr Code", "content": "{{code}}"}
_CLI: Final = f"#!{sys.executable}\nimport sys\nsys.stdin.read()\n"


def migrate(words: list[str], folder: Path) -> None:
    """Calls the command in a folder with what the tool that a guide is about wrote; nothing secret comes out."""
    folder.mkdir()
    _write_files(folder)
    exported = "--url" not in words and "-" in words
    typed = other_tools.pulumi_state(_STATE, "acme.eu.auth0.com") if exported else _STATE
    path = {"PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    here = Path.cwd()
    os.chdir(folder)
    try:
        with patch.dict(os.environ, path):
            result = CliRunner().invoke(app, ["migrate", *words], input=json.dumps(typed) if "-" in words else None)
    finally:
        os.chdir(here)
    assert result.exit_code == 0, result.output
    text = "".join(each.read_text() for each in (folder / words[words.index("--out") + 1]).rglob("*.*"))
    assert "canary" not in result.output + text


def _write_files(folder: Path) -> None:
    program = folder / "bin" / "pulumi"
    program.parent.mkdir()
    program.write_text(_CLI)
    program.chmod(0o755)
    other_tools.deploy_cli_folder(folder / "tenant", _SMTP, [_WELCOME])
    (folder / "config.json").write_text(json.dumps({"AUTH0_DOMAIN": "acme.eu.auth0.com"}))
    other_tools.frodo_folder(folder / "exports", _AIC, _HOST)
    other_tools.fr_config_folder(folder / "config", _AIC)
    connectors: Any = [{"id": "c", "connectorId": "http-email", "type": "Email", "config": _HTTP}]
    (folder / "connectors.json").write_text(json.dumps(connectors))
    texts: Any = [{"id": "t", "languageTag": "de", "templateType": "SignIn", "details": _TEXT}]
    (folder / "email-templates.json").write_text(json.dumps(texts))
