"""How a command ends: with what it found, or with a message; never with a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from tenant_email.cli.endings import ends_in_a_message
from tenant_email.cli.report import Finding, Level, finish
from tenant_email.cli.tenants import CwdOption, OptionalTenantArgument, StackOption, TenantCommand
from tenant_email.redaction.secrets import register

FOUND = [
    Finding(Level.OK, "the login works", about="auth0/main", check="login"),
    Finding(Level.WARNING, "old\x1b[2J", "Renew canary-known.", "auth0/main", "key"),
    Finding(Level.UNKNOWN, 'not asked: canary-"quoted', about="logto/main", check="plan"),
]
PROBLEM = Finding(Level.PROBLEM, "gone", "Restore it.", "logto/main", "url")


def shown(found: list[Finding], *, as_json: bool) -> tuple[int, str]:
    """Returns exit code and output of a command that found these."""
    app = typer.Typer()
    app.command()(lambda: finish("doctor", found, as_json=as_json))
    result = CliRunner().invoke(app, [])
    return result.exit_code, result.stdout


def test_findings_are_lines_with_their_remedies() -> None:
    """Under whose they are; only a problem fails."""
    register("canary-known")
    expected = (
        "auth0/main\nok       the login works\nwarning  old\\x1b[2J\n         Renew ***.\n"
        'logto/main\nunknown  not asked: canary-"quoted\n'
    )
    assert shown(FOUND, as_json=False) == (0, expected)
    assert shown([*FOUND, PROBLEM], as_json=False) == (1, f"{expected}problem  gone\n         Restore it.\n")


def test_findings_are_one_document() -> None:
    """Its keys are those that are documented, and a secret is masked before it is quoted."""
    register("canary-known")
    register('canary-"quoted')
    code, text = shown([*FOUND, PROBLEM], as_json=True)
    document = json.loads(text)
    assert (code, document["version"], document["ok"]) == (1, 1, False)
    assert document["findings"][-1] == {
        "level": "problem",
        "about": "logto/main",
        "check": "url",
        "what": "gone",
        "remedy": "Restore it.",
    }
    assert "canary-" not in text


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (KeyError("canary"), 1, "internal error: KeyError in "),
        (KeyboardInterrupt(), 130, "interrupted"),
        (PermissionError(13, "Permission denied", "/out/a b"), 1, "/out/a b: Permission denied\n"),
        (RecursionError(), 1, "internal error: RecursionError"),
    ],
)
def test_whatever_is_raised_becomes_a_message(
    error: BaseException, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """With an exit code, and without the text of an error that is not ours."""
    with pytest.raises(typer.Exit) as caught, ends_in_a_message():
        raise error
    assert caught.value.exit_code == code
    assert said in (told := capsys.readouterr().err)
    assert "canary" not in told


def test_an_output_that_takes_nothing_is_said() -> None:
    """A full disk, as the command itself meets it."""
    body = "<p>{{ url }}</p>"
    command = [sys.executable, "-m", "tenant_email.cli", "templates", "auth0", "/dev/stdin"]
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(command, input=body, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith("the output: No space left on device\nMake room")
    assert "Traceback" not in ended.stderr
    assert "Exception ignored" not in ended.stderr


@pytest.mark.parametrize("words", ["templates auth0 /dev/stdin", "--help"])
def test_an_output_that_is_closed_is_written_to_nowhere(words: str) -> None:
    """As a shell's `>&-` has it; the exit code says how it ended."""
    command = f"exec {sys.executable} -m tenant_email.cli {words} >&-"
    body = "<p>{{ url }}</p>"
    ended = subprocess.run(command, input=body, stderr=subprocess.PIPE, text=True, check=False, shell=True)  # noqa: S602 - the words above
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("fleet check -", "the standard input: cannot be read: it is closed"),
        ("send-test --received -", "the standard input: cannot be read: it is closed"),
        ("fleet up {file}", "nobody can be asked here"),
    ],
)
def test_an_input_that_is_closed_is_said(tmp_path: Path, words: str, said: str) -> None:
    """As a shell's `<&-` has it, and what starts services: no file, and nobody to be asked."""
    file = tmp_path / "tenants.yaml"
    file.write_text(
        "version: 1\ntenants:\n  a: {platform: auth0, url: a.auth0.com, clientId: x, clientSecretEnv: A,"
        " email: {provider: {kind: auth0.smtp, host: smtp.acme.com, username: u, password_env: P}}}\n"
    )
    command = f"exec {sys.executable} -m tenant_email.cli {words.format(file=file)} <&-"
    ended = subprocess.run(command, capture_output=True, text=True, check=False, shell=True)  # noqa: S602 - the words above
    assert (ended.returncode, said in ended.stdout + ended.stderr) == (1, True)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["acme", "--stack"], ("acme", "", "")),
        (["--stack", "--cwd", "x", "acme"], ("acme", "", "x")),
        (["--stack", "dev", "acme"], ("acme", "dev", "")),
        (["--stack=dev"], (None, "dev", "")),
        (["--", "--stack"], ("--stack", None, "")),
    ],
)
def test_a_stack_may_come_without_its_name(words: list[str], expected: tuple[str | None, str | None, str]) -> None:
    """Where an option follows, or nothing."""
    app, seen = typer.Typer(), list[tuple[str | None, str | None, str]]()

    @app.command(cls=TenantCommand)
    def look(tenant: OptionalTenantArgument = None, stack: StackOption = None, cwd: CwdOption = None) -> None:
        seen.append((tenant, stack, str(cwd or "")))

    assert CliRunner().invoke(app, words).exit_code == 0
    assert seen == [expected]


@pytest.mark.parametrize("words", [["doctor", "auth0"], ["doctor", "auth0", "--json"], ["preflight", "auth0"]])
def test_a_pipe_that_is_closed_and_a_narrow_encoding(words: list[str]) -> None:
    """End without a traceback, and show what the encoding lacks as escapes."""
    command = [sys.executable, "-m", "tenant_email.cli", *words]
    environ = {**os.environ, "PYTHONIOENCODING": "ascii", "AUTH0_DOMAIN": "ftp://x"}
    shown = subprocess.run(command, capture_output=True, text=True, check=False, env=environ)
    assert (shown.returncode, "is not an https url" in shown.stdout, shown.stderr) == (1, True, "")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ) as run:
        assert run.stdout
        run.stdout.close()
        run.stdout = None
        _, err = run.communicate(timeout=30)
    assert (run.returncode, err) == (1, "")
