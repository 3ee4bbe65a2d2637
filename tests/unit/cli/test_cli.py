"""The command `tenant-email`, as a person calls it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from support.logto_sinks import SmtpSink
from tenant_email.cli import app

if TYPE_CHECKING:
    from typer.testing import Result

from tenant_email_local.smtp import SmtpServer

BODY = Path(__file__).parents[3] / "stacks" / "auth0_ses" / "templates" / "verify_email.html"


def call(*words: str) -> Result:
    """Calls the command."""
    return CliRunner().invoke(app, words)


def test_preflight_trusts_the_file_that_it_is_given(tmp_path: Path) -> None:
    """In place of everything else, and says so where it does not do."""
    with SmtpServer(lambda _user, _word: True, directory=tmp_path) as smtp:
        words = ("preflight", "localhost", "--port", str(smtp.port), "--ca-file")
        assert "its TLS is trusted" in call(*words, str(smtp.ca_file)).stdout
        (tmp_path / "none.pem").write_text("x")
        assert f"{tmp_path / 'none.pem'} holds no certificate in PEM" in call(*words, str(tmp_path / "none.pem")).stderr


@pytest.mark.parametrize(
    "words", [("doctor", "zoho"), ("local", "--platform", "zoho"), ("templates", "zoho", str(BODY))]
)
def test_an_unknown_platform_is_reported(words: tuple[str, ...]) -> None:
    """An unknown platform is answered with those there are."""
    result = call(*words)
    assert result.exit_code == 1
    assert "Use one of: auth0" in result.stderr


def test_preflight_says_what_fails() -> None:
    """A name without an address is reported with what to do."""
    result = call("preflight", "nosuch.invalid")
    assert result.exit_code == 1
    assert "Correct the host name." in result.stderr


@pytest.mark.parametrize(
    "host", ["smtp.acme.example:587", "https://smtp.acme.example", "ada:canary@a.example", "a b", ""]
)
def test_preflight_takes_a_host_and_a_port(host: str) -> None:
    """Anything else is no name that has no address; an address in brackets, as in a url, is one."""
    result = call("preflight", host)
    assert (result.exit_code, result.output.splitlines()[0]) == (1, "host: is not a host name")
    assert "canary" not in result.output
    assert call("preflight", "localhost", "--port", "65536").exit_code == 2
    assert "no connection to [::1]:1 " in call("preflight", "[::1]", "--port", "1").output


def test_preflight_tries_what_a_tenant_will_be_told() -> None:
    """A relay without TLS and login is wrong as it stands, and right where that is meant."""
    with SmtpSink() as relay:
        usual = ("preflight", "127.0.0.1", "--port", str(relay.port))
        assert "offers no STARTTLS" in call(*usual).stderr
        assert "does not offer AUTH LOGIN" in call(*usual, "--security", "none").stderr
        assert "clear text" in call(*usual, "--security", "none", "--no-login").stdout
        assert "TLS with 127.0.0.1" in call(*usual, "--security", "tls").stderr


def test_local_runs_until_it_is_interrupted(tmp_path: Path) -> None:
    """The machine prints an environment that a shell takes, and ends at Ctrl-C."""
    command = [sys.executable, "-m", "tenant_email.cli", "local", "--directory", str(tmp_path)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    ) as run:
        assert run.stdout
        printed = [next(run.stdout)]
        while not printed[-1].startswith("# Ctrl-C"):
            printed.append(next(run.stdout))
        run.send_signal(signal.SIGINT)
        try:
            assert run.wait(timeout=20) == 0
        finally:
            run.kill()
    assert any(line.startswith("export AUTH0_DOMAIN=http://127.0.0.1:") for line in printed)
