"""A project that `tenant-email import` wrote, on the engine: an `up` that writes nothing, then an empty preview."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from typer.testing import CliRunner

from tenant_email.cli import app

if TYPE_CHECKING:
    import pytest

    from support.lab import Lab


def test_a_tenant_is_imported(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """Provider and templates are read, recorded as they are, and left where they are by a destroy."""
    tenant = lab.machine.auth0
    credentials = {"smtp_host": "a.example", "smtp_port": 587, "smtp_user": "mailer", "smtp_pass": "canary-theirs"}
    tenant.state.provider = {
        "name": "smtp",
        "enabled": True,
        "default_from_address": "no-reply@acme.example",
        "credentials": credentials,
    }
    body = "\ufeff<p>{{ url }}</p>\r\n"
    tenant.state.templates["verify_email"] = {
        "template": "verify_email",
        "subject": 'Confirm "it"',
        "body": body,
        "from": "",
        "syntax": "liquid",
        "enabled": False,
    }
    for name, value in lab.machine.environment().items():
        monkeypatch.setenv(name, value)
    done = CliRunner().invoke(app, ["import", "auth0", "--out", str(lab.scratch / "written"), "--json"])
    assert (done.exit_code, json.loads(done.stdout)["ok"]) == (0, True)
    lab.adopt(lab.scratch / "written")
    engine = lab.open()
    lab.calls()
    outcome = engine.up()
    assert outcome.ok, outcome
    assert outcome.changes == {"create": 3}
    program = lab.folder / "__main__.py"
    program.write_text(program.read_text().replace("IMPORT = True", "IMPORT = False"))
    assert engine.preview().changes == {"same": 3}
    assert engine.destroy().ok
    assert not [call for call in lab.calls() if not call.startswith(("GET ", "POST /oauth/token"))]
    assert tenant.state.templates["verify_email"]["body"] == body
