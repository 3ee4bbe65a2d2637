"""The policy pack on the real CLI, as a user starts it: a copied pack, an analyzer in a process of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from support.engines import PASSPHRASE, engine_params, environment
from support.ways import dynamic_only

if TYPE_CHECKING:
    from support.lab import Lab

PACK = Path(__file__).parents[3] / "policies" / "pack"
PROGRAM = """
import pulumi
from tenant_email import EmailProvider, EmailTemplate, auth0

password = pulumi.Config().require_secret("password")
EmailProvider(
    "mail", settings=auth0.Smtp(host="smtp.acme.com", username="u", port={port}, password={password}),
    from_address="no-reply@acme.com", on_delete={on_delete},
)
EmailTemplate("verify", settings=auth0.Template(template="verify_email", subject="Hi", body={body!r}))
"""
GOOD = PROGRAM.format(port=587, password="password", on_delete=None, body="<p>{{ url }}</p>")
BAD = PROGRAM.format(port=25, password="'typed-In-h3re'", on_delete="'delete'", body="<p>AKIAQWERTYUIOPASDFGH</p>")
CONFIG = {"from-address-in-verified-domain": {"domains": ["acme.com"]}, "no-port-25": "advisory"}


@dynamic_only
@pytest.mark.parametrize("kind", [each for each in engine_params() if each.id == "pulumi"])
def test_a_stack_is_held_to_the_pack(lab: Lab, kind: str, tmp_path: Path) -> None:
    """A good program previews; of a bad one each violation is told, at its level, and no secret in clear."""
    if lab.kind != kind:
        pytest.skip("each engine once")
    copied(tmp_path)
    lab.write(GOOD)
    engine = lab.open()
    engine.set_config("lab:password", "configured-secret", secret=True)
    good = preview(lab, tmp_path, CONFIG)
    assert good.returncode == 0, good.stdout
    lab.write(BAD)
    bad = preview(lab, tmp_path, CONFIG)
    assert bad.returncode != 0
    mandatory = {line.split()[-3] for line in bad.stdout.splitlines() if "[mandatory]" in line}
    assert mandatory == {"no-credentials-in-clear", "no-literal-secrets"}
    assert "[advisory]" in bad.stdout
    assert not [secret for secret in ("typed-In-h3re", "configured-secret") if secret in bad.stdout]
    refused = preview(lab, tmp_path, {"key-age": {"maxAgeDays": "old"}})
    assert "key-age: maxAgeDays: Invalid type. Expected: integer, given: string" in refused.stdout


OWNER = """
import pulumi

pulumi.export("key", pulumi.Output.secret("of-another-stack"))
pulumi.export("domain", "acme.com")
"""
TENANT = """
import pulumi
from tenant_email import EmailProvider, auth0

sending = pulumi.StackReference("organization/sending/dev")
EmailProvider(
    "mail", settings=auth0.SendGrid(api_key=sending.require_output("key")), from_address="no-reply@acme.com",
    sending_domain=sending.require_output("domain"),
)
"""


@dynamic_only
@pytest.mark.parametrize("kind", [each for each in engine_params() if each.id == "pulumi"])
def test_what_another_stack_hands_on(lab: Lab, kind: str, tmp_path: Path) -> None:
    """An engine does not list what is only read: its secret is no literal, and its domain is verified."""
    if lab.kind != kind:
        pytest.skip("each engine once")
    owner = replace(lab, folder=tmp_path / "sending")
    owner.folder.mkdir()
    owner.write(OWNER, "sending")
    assert owner.open().up().ok
    copied(tmp_path)
    lab.write(TENANT)
    lab.open()
    good = preview(lab, tmp_path, {})
    assert good.returncode == 0, good.stdout


def copied(scratch: Path) -> None:
    """Copies the pack, as a user would; its environment is this interpreter's."""
    shutil.copytree(PACK, scratch / "pack")
    about = scratch / "pack" / "PulumiPolicy.yaml"
    about.write_text(about.read_text().replace("virtualenv: .venv", f"virtualenv: {sys.prefix}"))


def preview(lab: Lab, scratch: Path, config: Any) -> subprocess.CompletedProcess[str]:
    """Previews with the pack, by the command of docs/policies.md."""
    given = scratch / "policies.json"
    given.write_text(json.dumps(config))
    command = ["pulumi", "preview", "--stack", "dev", "--non-interactive", "--color", "never"]
    packs = ["--policy-pack", str(scratch / "pack"), "--policy-pack-config", str(given)]
    backend = {"PULUMI_BACKEND_URL": f"file://{lab.scratch / 'backend'}", "PULUMI_HOME": str(lab.scratch / "home")}
    variables = {**environment(), **lab.machine.environment(), **backend, "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE}
    return subprocess.run(
        [*command, *packs], cwd=lab.folder, env=variables, text=True, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
