"""States travel between the engines, and many stacks between processes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from support.engines import engine_params, environment, open_engine

if TYPE_CHECKING:
    from pathlib import Path

    from support.engines import Engine
    from support.lab import Lab
    from tenant_email_local.machine import LocalMachine

PROGRAM = """
import pulumi_aws as aws
from tenant_email import EmailProvider, EmailTemplate, auth0
smtp = auth0.Smtp(host="smtp.one.example", username="mailer", password="canary-smtp-password")
provider = EmailProvider("mail", settings=smtp, from_address="no-reply@acme.example")
template = auth0.Template(template="welcome_email", subject="Welcome", body="<p>Welcome</p>")
EmailTemplate("welcome", settings=template, provider_id=provider.id)
aws.iam.User("user")
"""

INLINE = """
import os
from pulumi import automation
from tenant_email import EmailProvider, auth0

def program():
    EmailProvider("mail", settings=auth0.SendGrid(api_key="canary-smtp-password"))

here = os.environ["HERE"]
for name in ("one", "two"):
    options = automation.LocalWorkspaceOptions(work_dir=here, pulumi_home=here)
    stack = automation.create_or_select_stack(name, project_name="inline", program=program, opts=options)
    print(name, stack.preview().change_summary[automation.OpType.CREATE])
"""


@pytest.fixture(params=engine_params())
def other(request: pytest.FixtureRequest, lab: Lab) -> Engine:
    """Opens the same stack on the engine that takes over, in a place of its own."""
    lab.write(PROGRAM)
    scratch = lab.folder.parent / "other"
    scratch.mkdir()
    return open_engine(request.param, lab.folder, scratch, environ=lab.machine.environment())


def test_a_state_goes_on_under_the_other_engine(lab: Lab, other: Engine) -> None:
    """What one engine made, default-provider resources included, is all the same to the other, and its to destroy."""
    engine = lab.open()
    first = engine.up()
    assert first.ok, first.text
    other.import_(engine.export())
    lab.calls()
    second = other.up()
    assert (second.operations, set(second.changes)) == ({}, {"same"})
    assert lab.calls() == []
    assert other.refresh().operations == {}
    assert other.destroy().ok
    assert lab.machine.auth0.state.provider is None


def test_two_providers_of_one_tenant_are_refused_in_each_run(lab: Lab) -> None:
    """Two resources for one tenant name fail; one resource in every run does not, in the same process neither."""
    lab.write("")
    engine = lab.open()
    header = "from tenant_email import EmailProvider, auth0\nkey = auth0.SendGrid(api_key='canary-smtp-password')\n"
    one = "EmailProvider('{}', settings=key)\n"
    lab.write(header + one.format("a") + one.format("b"))
    outcome = engine.preview()
    assert not outcome.ok
    assert "the email provider of tenant main is already managed by 'a'" in outcome.text
    lab.write(header + one.format("a"))
    assert engine.preview().ok


def test_two_tenants_in_one_program(lab: Lab) -> None:
    """Each tenant has its own provider; the second one may be any host that config names."""
    lab.write("")
    engine = lab.open()
    machine = lab.machine.auth0
    engine.set_config("tenant-email:tenants.twin.platform", "auth0", path=True)
    engine.set_config("tenant-email:tenants.twin.url", machine.url.replace("127.0.0.1", "localhost"), path=True)
    engine.set_config("tenant-email:tenants.twin.clientId", machine.client.client_id, path=True)
    engine.set_config("tenant-email:tenants.twin.clientSecret", machine.client.client_secret, path=True, secret=True)
    lab.write(
        "from tenant_email import EmailProvider, auth0\n"
        "key = auth0.SendGrid(api_key='canary-smtp-password')\n"
        "for tenant in ('main', 'twin'): EmailProvider(tenant, tenant=tenant, settings=key)\n"
    )
    outcome = engine.preview()
    assert outcome.ok, outcome.text
    assert outcome.operations == {"main": "create", "twin": "create"}


@pytest.mark.skipif(shutil.which("pulumi") is None, reason="the Pulumi CLI is not on PATH")
def test_the_automation_api_runs_many_stacks_in_one_process(machine: LocalMachine, tmp_path: Path) -> None:
    """An inline program that runs for two stacks in one process may have its one provider in each."""
    (tmp_path / "backend").mkdir()
    env = {**environment(), **machine.environment(), "PULUMI_HOME": str(tmp_path), "HERE": str(tmp_path)}
    env["PULUMI_BACKEND_URL"] = f"file://{tmp_path}/backend"
    # an inline program's project names no virtual environment, so that the active one counts
    env["PATH"] = f"{sys.prefix}/bin{os.pathsep}{env['PATH']}"
    command = [sys.executable, "-c", INLINE]
    done = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
    assert done.stdout.splitlines() == ["one 2", "two 2"], done.stderr
