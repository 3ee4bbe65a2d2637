"""What a shell completes, in a real bash, and as zsh and fish ask for it."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tenant_email.cli import COMMANDS

BIN = Path(sys.executable).parent
ASKED = """
source <(tenant-email --show-completion bash 2>/dev/null || _TENANT_EMAIL_COMPLETE=source_bash tenant-email)
while IFS= read -r line; do
    eval "COMP_WORDS=($line)"
    COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 )) COMPREPLY=()
    _tenant_email_completion tenant-email
    echo "${COMPREPLY[*]}"
done
"""
TENANTS = {"eu": {"platform": "auth0"}, "us": {"platform": "logto"}}


def environ(**variables: str) -> dict[str, str]:
    """Returns an environment that names no tenant but these."""
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "SHELL") if name in os.environ}
    return {**kept, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "SHELL": "/bin/bash", **variables}


def in_bash(lines: list[str], cwd: Path, **variables: str) -> tuple[list[list[str]], str]:
    """Returns what a bash that sourced the script completes for each line, and what it wrote to the terminal."""
    ended = subprocess.run(
        ("bash", "-c", ASKED),
        input="".join(f"{line}\n" for line in lines),
        capture_output=True,
        text=True,
        env=environ(**variables),
        cwd=cwd,
        check=True,
    )
    return [line.split() for line in ended.stdout.splitlines()], ended.stderr


@pytest.mark.skipif(not shutil.which("bash"), reason="no bash is on PATH")
def test_bash_completes_commands_options_platforms_and_tenants(tmp_path: Path) -> None:
    """Without a network: the tenants are those that the environment and a file name, and what is wrong is silent."""
    (tmp_path / "tenants.json").write_text(json.dumps(TENANTS))
    (tmp_path / "broken.json").write_text("{")
    expected = {
        "tenant-email ''": [*COMMANDS],
        "tenant-email local --pl": ["--platform"],
        "tenant-email templates l": ["logto"],
        "tenant-email doctor ''": ["main", "auth0", "logto"],
        "tenant-email doctor auth0/": ["auth0/main"],
        "tenant-email doctor --tenants tenants.json ''": ["eu", "auth0", "us", "logto", "main"],
        "tenant-email doctor --tenants broken.json ''": [],
        "tenant-email nothing ''": [*COMMANDS],
    }
    named = {"AUTH0_DOMAIN": "https://nowhere.invalid", "LOGTO_ENDPOINT": "https://nowhere.invalid"}
    found, said = in_bash(list(expected), tmp_path, **named)
    assert dict(zip(expected, found, strict=True)) == expected
    assert said == ""


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_ask_for_the_same(shell: str) -> None:
    """In the words of the script that is installed for them."""
    asked = {"_TENANT_EMAIL_COMPLETE": f"complete_{shell}", "_TYPER_COMPLETE_ARGS": "tenant-email templates l"}
    asked |= {"_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    ended = subprocess.run(("tenant-email",), env=environ(**asked), capture_output=True, text=True, check=True)
    assert "logto" in ended.stdout
    source = {"_TENANT_EMAIL_COMPLETE": f"source_{shell}"}
    script = subprocess.run(("tenant-email",), env=environ(**source), capture_output=True, text=True, check=True)
    assert "_TENANT_EMAIL_COMPLETE=complete_" in script.stdout
    if shutil.which(shell):
        subprocess.run((shell, "-c", script.stdout), check=True, capture_output=True)


def test_completing_a_command_imports_none() -> None:
    """It is asked for at every press of a key."""
    code = (
        "import sys, atexit; atexit.register(lambda: print('pulumi' in sys.modules, file=sys.stderr));"
        "from tenant_email.cli import app; app(prog_name='tenant-email')"
    )
    asked = {"_TENANT_EMAIL_COMPLETE": "complete_bash", "COMP_WORDS": "tenant-email d", "COMP_CWORD": "1"}
    command = (sys.executable, "-c", code)
    ended = subprocess.run(command, env=environ(**asked), capture_output=True, text=True, check=True)
    assert (ended.stdout, ended.stderr) == ("doctor\n", "False\n")


def test_an_installation_that_cannot_be_is_said(tmp_path: Path) -> None:
    """A home that is a file: a message and exit code 1."""
    home = tmp_path / "home"
    home.write_text("")
    asked = {"HOME": str(home), "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    command = shlex.split("tenant-email --install-completion bash")
    ended = subprocess.run(command, env=environ(**asked), capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert str(home) in ended.stderr
