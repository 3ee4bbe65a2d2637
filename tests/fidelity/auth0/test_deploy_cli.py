"""Auth0's own deployment tool against the emulator: export, dry run and import of what this package manages.

The tool compiles the schema of a whole tenant before each import, about fifteen seconds of a processor: this runs where
the tool was installed beforehand.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from copy import deepcopy
from pathlib import Path

import pytest
from typer.testing import CliRunner

from support import npm_packages
from support.auth0 import PROVIDER, TEMPLATES, smtp, template
from support.taken_over import Program
from tenant_email.cli import app
from tenant_email_local.ca import CertificateAuthority
from tenant_email_local.emulators.auth0 import Auth0Emulator, Auth0State

TOOL = Path(__file__).parent / "deploy_cli"
SETTINGS = {
    "AUTH0_INCLUDED_ONLY": ["emailProvider", "emailTemplates"],
    "AUTH0_KEYWORD_REPLACE_MAPPINGS": {"SMTP_USER": "mailer", "SMTP_PASS": "canary-smtp-password"},
}


def ran(emulator: Auth0Emulator, home: Path, *arguments: str) -> str:
    """Runs a command of the tool to its good end; returns what it printed."""
    command = npm_packages.present(TOOL) / "node_modules/.bin/a0deploy"
    done = subprocess.run(
        [str(command), *arguments, "--config_file", "config.json"],
        cwd=home,
        env={"PATH": os.environ["PATH"], "HOME": str(home), **emulator.trusting("NODE_EXTRA_CA_CERTS")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("kind", ["yaml", "directory"])
def test_what_it_exports_is_migrated(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In both formats, with its own config.json beside: the tenant is taken over without a write."""
    npm_packages.present(TOOL)
    emulator = Auth0Emulator(
        state=Auth0State(provider=smtp() | {"enabled": True}, templates={"verify_email": template()})
    )
    emulator.authority = CertificateAuthority(tmp_path / "ca")
    with emulator:
        login = {
            "AUTH0_DOMAIN": f"127.0.0.1:{emulator.port}",
            "AUTH0_CLIENT_ID": emulator.client.client_id,
            "AUTH0_CLIENT_SECRET": emulator.client.client_secret,
        }
        (tmp_path / "config.json").write_text(json.dumps(SETTINGS | login))
        ran(emulator, tmp_path, "export", "--format", kind, "--output_folder", "kept")
        words = ["migrate", str(tmp_path / "kept"), "--out", str(tmp_path / "mail"), "--url", emulator.url]
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 0, done.output
        for variable, value in {**login, **emulator.trusting("SSL_CERT_FILE")}.items():
            monkeypatch.setenv(variable, value)
        emulator.reset_calls()
        program = Program(tmp_path / "mail", {"SMTP_USER": "mailer", "password": "canary-smtp-password"})
        assert program.up() == []
        assert program.preview_without_ids() == []
        text = "".join(each.read_text() for each in (tmp_path / "mail").rglob("*") if each.is_file())
    assert "canary" not in text + done.output
    assert {call.method for call in emulator.calls if "token" not in call.path} == {"GET"}


def test_export_dry_run_and_import(tmp_path: Path) -> None:
    """An import puts back what was exported, after a preview that names what it will change and nothing else.

    The preview is in the same start as the import, a way that the tool has, because each start costs the schema again.
    """
    npm_packages.present(TOOL)
    emulator = Auth0Emulator(state=Auth0State(provider=smtp(), templates={"verify_email": template()}))
    emulator.authority = CertificateAuthority(tmp_path / "ca")
    with emulator:
        login = {
            "AUTH0_DOMAIN": f"127.0.0.1:{emulator.port}",
            "AUTH0_CLIENT_ID": emulator.client.client_id,
            "AUTH0_CLIENT_SECRET": emulator.client.client_secret,
        }
        (tmp_path / "config.json").write_text(json.dumps(SETTINGS | login))
        assert "Export Successful" in ran(emulator, tmp_path, "export", "--format", "yaml", "--output_folder", "kept")
        there = emulator.state
        kept = deepcopy((there.provider, there.templates))
        there.provider = smtp() | {"default_from_address": "other@acme.example"}
        there.templates["verify_email"]["subject"] = "Other"
        emulator.reset_calls()
        said = ran(emulator, tmp_path, "import", "--input_file", "kept/tenant.yaml", "--dry_run", "--apply")
    assert (there.provider, there.templates) == kept
    preview, _, done = said.partition("Dry Run completed successfully")
    assert re.findall(r"(\w+) +│ UPDATE +│ (\w+)", preview) == [
        ("EmailProvider", "smtp"),
        ("EmailTemplates", "verify_email"),
    ]
    assert re.findall(r"Updated \[(\w+)\]", done) == ["emailProvider", "emailTemplates"]
    written = [f"{call.method} {call.path}" for call in emulator.calls if call.method not in ("GET", "HEAD")]
    assert written == ["POST /oauth/token", f"PATCH {PROVIDER}", f"PATCH {TEMPLATES}/verify_email"]
