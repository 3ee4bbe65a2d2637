"""A project that was made of Terraform's state, on an engine: it takes the tenant over by looks alone."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from typer.testing import CliRunner

from support.auth0 import PROVIDER, Tenant
from support.other_tools import auth0_terraform_state
from support.ways import dynamic_only
from tenant_email.cli import app

if TYPE_CHECKING:
    from support.lab import Lab

SMTP = {
    "name": "smtp",
    "enabled": True,
    "default_from_address": "no-reply@acme.example",
    "credentials": {"smtp_host": "smtp.acme.example", "smtp_port": 2525, "smtp_user": "mailer", "smtp_pass": "canary"},
}
VERIFY = {"template": "verify_email", "subject": "Confirm", "body": "<p>{{ url }}</p>\r\n", "from": "", "enabled": True}


@dynamic_only
def test_a_migrated_tenant_is_only_read(lab: Lab) -> None:
    """A preview asks nothing, the first up looks at each object once, and without the ids nothing is left to do."""
    tenant = lab.machine.auth0
    tenant.state.provider = SMTP
    tenant.state.templates["verify_email"] = {**VERIFY, "syntax": "liquid"}
    client = Tenant(tenant)
    template = client.call("GET", "/api/v2/email-templates/verify_email").document
    state = auth0_terraform_state(client.provider(), [template], {"smtp_pass": "canary-of-terraform"})
    words = ["migrate", "-", "--url", tenant.url, "--out", str(lab.folder)]
    done = CliRunner().invoke(app, words, input=json.dumps(state))
    assert done.exit_code == 0, done.output
    project, program = lab.folder / "Pulumi.yaml", lab.folder / "__main__.py"
    project.write_text(project.read_text().replace("virtualenv: .venv", f"virtualenv: {sys.prefix}"))
    engine = lab.open()
    engine.set_config("password", "canary-of-terraform", secret=True)
    lab.calls()
    assert engine.preview().operations == dict.fromkeys(("email", "verify_email"), "create")
    assert lab.calls() == []
    assert engine.up().ok
    calls = [call for call in lab.calls() if "/oauth/token" not in call]
    assert sorted(calls) == ["GET /api/v2/email-templates/verify_email 200", f"GET {PROVIDER} 200"]
    program.write_text(program.read_text().replace("IMPORT = True", "IMPORT = False"))
    assert engine.preview().operations == {}
    assert lab.calls() == []
