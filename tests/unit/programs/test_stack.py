"""How values get into a stack's config: by the CLI's standard input, so that no process list shows a secret."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tenant_email.errors import TenantEmailError
from tenant_email.programs.stack import Setting, configure
from tenant_email.redaction.secrets import Secret

if TYPE_CHECKING:
    from pathlib import Path

_CLI = """#!{python}
import json, sys
with open({log!r}, "a") as log:
    print(json.dumps([sys.argv[1:], "" if sys.stdin is None else sys.stdin.read()]), file=log)
{body}
"""


def cli(folder: Path, body: str = "") -> tuple[dict[str, str], Path]:
    """Puts a program in the place of the CLI that notes how it was called; returns the environment and its notes."""
    program, log = folder / "bin" / "pulumi", folder / "log"
    program.parent.mkdir()
    program.write_text(_CLI.format(python=sys.executable, log=str(log), body=body))
    program.chmod(0o755)
    return {"PATH": str(program.parent)}, log


def calls(log: Path) -> list[Any]:
    """Returns the calls."""
    return [json.loads(line) for line in log.read_text().splitlines()]


def test_values_are_typed_and_never_arguments(tmp_path: Path) -> None:
    """The stack is made first; a line end of a value stays, because the CLI takes one off."""
    environ, log = cli(tmp_path)
    said = list[str]()
    settings = [
        Setting("ENV", "-test"),
        Setting("password", Secret("canary\n")),
        Setting("t:x.main.url", "https://a", path=True),
    ]
    configure("dev", tmp_path, settings, said.append, environ)
    common = ["--stack", "dev", "--non-interactive", "--color", "never"]
    assert calls(log) == [
        [["stack", "select", "--create", *common], ""],
        [["config", "set", "--plaintext", "ENV", *common], "-test\n"],
        [["config", "set", "--secret", "password", *common], "canary\n\n"],
        [["config", "set", "--plaintext", "--path", "t:x.main.url", *common], "https://a\n"],
    ]
    assert said == ["stack dev: setting ENV", "stack dev: setting password (secret)", "stack dev: setting t:x.main.url"]


def test_what_the_cli_refuses_is_said_without_the_secret(tmp_path: Path) -> None:
    """Even where it repeats what it read."""
    environ, _ = cli(tmp_path, "if 'set' in sys.argv: sys.exit('error: passphrase must be set, not canary-of-cli')")
    with pytest.raises(TenantEmailError) as refused:
        configure("dev", tmp_path, [Setting("password", Secret("canary-of-cli"))], lambda _: None, environ)
    assert str(refused.value) == (
        "stack dev: pulumi config set answered: passphrase must be set, not ***\n"
        "Set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE."
    )


def test_without_the_cli_it_is_said_what_to_do(tmp_path: Path) -> None:
    """The README has the commands."""
    with pytest.raises(
        TenantEmailError, match=r"the Pulumi CLI is not on PATH\nInstall it .*, or leave out --configure"
    ):
        configure("dev", tmp_path, [], lambda _: None, {"PATH": str(tmp_path)})
