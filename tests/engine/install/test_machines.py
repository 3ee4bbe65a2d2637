"""From nothing to a stack that is up, where users are: a container with a clean home, and the Kubernetes operator."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.lab import DOMAIN
from support.newcomer import Newcomer
from support.wheels import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email_local.machine import LocalMachine

pytestmark = pytest.mark.skipif(shutil.which("pulumi") is None, reason="the Pulumi CLI is not on PATH")

SOMEONE = pwd.getpwnam("nobody").pw_uid
WHO = ("setpriv", f"--reuid={SOMEONE}", f"--regid={SOMEONE}", "--clear-groups") if os.geteuid() == 0 else ()
SMTP = {"host": "smtp.acme.com", "username": "mailer", "fromAddress": "no-reply@acme.com"}
TENANT = "tenant-email:tenants.main"


def configure(user: Newcomer, project: Path, machine: LocalMachine, values: dict[str, str]) -> None:
    """Makes the stack and its configuration, the tenant's entry with it."""
    user.does(project, "pulumi", "stack", "init", "dev")
    for key, value in values.items():
        user.does(project, "pulumi", "config", "set", key, value)
    for key, value in {"platform": "auth0", "url": machine.auth0.url}.items():
        user.does(project, "pulumi", "config", "set", "--path", f"{TENANT}.{key}", value)


def test_a_container_with_nothing_but_the_wheel(tmp_path: Path, machine: LocalMachine, wheelhouse: Path) -> None:
    """A clean home and no cache: the flagship's folder is copied, installed with pip and brought up."""
    machine.aws.create_zone(DOMAIN)
    user = Newcomer.make(tmp_path / "home", wheelhouse, machine.plugins, machine.environment())
    project = user.home / "mail"
    shutil.copytree(ROOT / "stacks" / "auth0_ses", project)
    user.does(project, "python3", "-m", "venv", ".venv")
    user.does(project, ".venv/bin/pip", "install", "--no-cache-dir", "--requirement", "requirements.txt")
    user.does(project, "pulumi", "install")
    mail = {"aws:region": "us-east-1", "domain": DOMAIN, "fromAddress": f"no-reply@{DOMAIN}"}
    configure(user, project, machine, mail)
    assert "+ 19 created" in user.does(project, "pulumi", "up", "--yes")
    assert (machine.auth0.state.provider or {})["name"] == "ses"
    assert "19 unchanged" in user.does(project, "pulumi", "up", "--yes")
    user.does(project, "pulumi", "destroy", "--yes")


@pytest.fixture
def pod() -> Iterator[Path]:
    """A folder that everyone can reach, which pytest's own is not."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def reachable_python() -> Path:
    """Returns the interpreter that anyone on this machine can run; skips where there is none."""
    ask = ["-c", "import ensurepip, sys; sys.exit(sys.version_info < (3, 11))"]
    for folder in ("/usr/local/bin", "/usr/bin", *os.get_exec_path()):
        python = Path(folder, "python3")
        if python.exists() and not subprocess.run([*WHO, python, *ask], check=False, capture_output=True).returncode:
            return python
    pytest.skip("no Python 3.11 with ensurepip that an unprivileged user can run")


def test_the_kubernetes_operators_reconcile(pod: Path, machine: LocalMachine, wheelhouse: Path) -> None:
    """An unprivileged user without a home, a source that is read-only: `pulumi install`, refresh, up, and all again."""
    python = reachable_python()
    wheels = shutil.copytree(wheelhouse, pod / "wheels")
    wheels.chmod(0o755)
    user = Newcomer.make(pod / "home", wheels, machine.plugins, machine.environment())
    source = shutil.copytree(ROOT / "stacks" / "auth0_smtp", pod / "source")
    manifest = source / "Pulumi.yaml"
    manifest.write_text(manifest.read_text().replace("virtualenv: .venv", f"virtualenv: {user.home}/venv"))
    configure(user, source, machine, SMTP)
    user.does(source, "pulumi", "config", "set", "--secret", "password", "canary-smtp-password")
    for path in [source, *source.rglob("*")]:
        path.chmod(path.stat().st_mode & 0o555)
    if WHO:
        for path in [user.home, *user.home.rglob("*")]:
            os.chown(path, SOMEONE, SOMEONE, follow_symlinks=False)
    before = sorted(source.rglob("*"))
    environ = {key: value for key, value in user.environ.items() if key not in ("HOME", "USER", "LOGNAME", "TMPDIR")}
    search = f"{python.parent}{os.pathsep}{environ['PATH']}"
    operator = replace(user, environ={**environ, "PATH": search})
    for told in ("+ 1 created", "2 unchanged"):  # the refresh has made the stack itself
        operator.does(source, "pulumi", "install", who=WHO)
        operator.does(source, "pulumi", "stack", "select", "dev", who=WHO)
        operator.does(source, "pulumi", "refresh", "--yes", "--run-program", who=WHO)
        assert told in operator.does(source, "pulumi", "up", "--yes", who=WHO)
    assert (machine.auth0.state.provider or {})["credentials"]["smtp_host"] == "smtp.acme.com"
    assert sorted(source.rglob("*")) == before
