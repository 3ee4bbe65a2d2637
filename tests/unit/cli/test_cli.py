"""The command `tenant-email`, as a person calls it."""

from __future__ import annotations

import json
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
from tenant_email_local.emulators.auth0.local import environment, tenant
from tenant_email_local.emulators.delivery import Delivery

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typer.testing import Result

    from tenant_email_local.emulators.auth0 import Auth0Emulator
from tenant_email_local.emulators.logto import LogtoEmulator
from tenant_email_local.emulators.logto import local as logto_tenant
from tenant_email_local.emulators.logto.state import Row
from tenant_email_local.smtp import SmtpServer

BODY = Path(__file__).parents[3] / "stacks" / "auth0_ses" / "templates" / "verify_email.html"


@pytest.fixture
def auth0(monkeypatch: pytest.MonkeyPatch) -> Iterator[Auth0Emulator]:
    """Runs a tenant that the environment names."""
    with tenant(0, Delivery()) as emulator:
        for name, value in environment(emulator).items():
            monkeypatch.setenv(name, value)
        yield emulator


def call(*words: str) -> Result:
    """Calls the command."""
    return CliRunner().invoke(app, words)


def test_doctor_names_the_built_in_sender(auth0: Auth0Emulator) -> None:
    """A tenant without a provider is said to use the built-in sender."""
    result = call("doctor", "auth0")
    assert result.exit_code == 0
    assert "the built-in sender" in result.stdout
    assert auth0.client.client_secret not in result.output


@pytest.mark.usefixtures("auth0")
def test_doctor_says_what_to_do_about_a_wrong_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong management secret is reported with its remedy, and not shown."""
    monkeypatch.setenv("AUTH0_CLIENT_SECRET", "canary-wrong-secret")
    result = call("doctor", "auth0")
    assert result.exit_code == 1
    assert "Check clientId and clientSecret" in result.stderr
    assert "canary" not in result.output


def test_doctor_shows_what_sends_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Logto shows its secrets; the doctor names kind, host and user alone, and a hostile one steers no terminal."""
    auth = {"user": "mailer\x1b[2J\u202e", "pass": "canary-password", "type": "login"}
    config = {"host": "smtp.acme.example", "port": 587, "auth": auth, "customHeaders": {"X-Key": "canary-header"}}
    with LogtoEmulator() as tenant:
        tenant.state.connectors.append(Row("c1", "simple-mail-transfer-protocol", config))
        for variable, value in logto_tenant.environment(tenant).items():
            monkeypatch.setenv(variable, value)
        result = call("doctor", "logto")
    assert result.exit_code == 0
    assert '"host": "smtp.acme.example"' in result.stdout
    assert not [shown for shown in ("canary", "\x1b", "\u202e") if shown in result.output]


def test_doctor_says_that_all_is_granted(auth0: Auth0Emulator) -> None:
    """With what that is."""
    result = call("doctor", "auth0")
    assert "It has everything that is needed: read:email_provider, create:email_provider, " in result.stdout
    assert [each.path for each in auth0.calls] == ["/oauth/token", "/api/v2/emails/provider"]


def test_doctor_names_what_the_login_lacks(auth0: Auth0Emulator) -> None:
    """Each scope, and what needs it; it is no success."""
    client = auth0.client
    client.scopes -= {"update:email_provider", "read:email_templates"}
    result = call("doctor", "auth0")
    assert result.exit_code == 1
    assert result.stderr == (
        f"auth0 127.0.0.1:{auth0.port}: the login lacks\n  - update:email_provider, for EmailProvider\n"
        "  - read:email_templates, for EmailTemplate\nGrant what the stack needs, as docs/tenants.md says.\n"
    )


def test_doctor_names_a_scope_that_it_needs_itself(auth0: Auth0Emulator) -> None:
    """The first refusal says which one."""
    auth0.client.scopes -= {"read:email_provider"}
    result = call("doctor", "auth0")
    assert result.exit_code == 1
    assert "Grant the application the scope read:email_provider of the Management API" in result.stderr


def test_doctor_looks_at_a_tenant_of_a_stack(auth0: Auth0Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its config comes by the standard input; the environment's tenant is another."""
    login = {"clientId": auth0.client.client_id, "clientSecretEnv": "ACME_SECRET"}
    monkeypatch.setenv("ACME_SECRET", auth0.client.client_secret)
    monkeypatch.setenv("AUTH0_DOMAIN", "https://nowhere.invalid")
    tenants = {"acme": {"platform": "auth0", "url": auth0.url, **login}, "other": {"platform": "logto"}}
    words = ("doctor", "auth0", "--tenant", "acme", "--tenants", "-")
    result = CliRunner().invoke(app, words, input=json.dumps(tenants))
    assert (result.exit_code, result.stderr) == (0, "")
    assert f"auth0 127.0.0.1:{auth0.port}: the login works." in result.stdout
    result = CliRunner().invoke(app, ("doctor", "auth0", "--tenants", "-"), input="[]")
    assert "must be a map of tenants" in result.stderr


@pytest.mark.parametrize("where", ["there", "elsewhere"])
def test_doctor_says_where_a_self_hosted_logto_logs_in(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the variable beside the platform's own; without it the error names the setting."""
    tenant = LogtoEmulator()
    tenant.login_apart = True
    with tenant:
        admin = tenant.state.admin_applications["m-default"]
        environ = {"LOGTO_ENDPOINT": tenant.url, "LOGTO_APP_ID": admin.id, "LOGTO_APP_SECRET": admin.secret}
        if where == "elsewhere":
            environ["LOGTO_TOKEN_URL"] = tenant.login_url
        for variable, value in environ.items():
            monkeypatch.setenv(variable, value)
        result = call("doctor", "logto")
    assert result.exit_code == (0 if where == "elsewhere" else 1)
    told = (
        "It has everything that is needed: all."
        if where == "elsewhere"
        else "set tokenUrl to that, and url to the core"
    )
    assert told in result.output


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


def test_a_template_is_checked_and_rendered(tmp_path: Path) -> None:
    """A body is checked as a preview does, and rendered with variables."""
    variables = tmp_path / "variables.json"
    variables.write_text(json.dumps({"url": "https://x.example/1", "user": {"name": "Ada"}}))
    assert "nothing wrong" in call("templates", "auth0", str(BODY)).stdout
    shown = call("templates", "auth0", str(BODY), "--variables", str(variables)).stdout
    assert "Hello Ada" in shown
    assert "https://x.example/1" in shown


def test_broken_liquid_is_reported_with_its_place(tmp_path: Path) -> None:
    """Broken syntax ends with line and column."""
    body = tmp_path / "body.html"
    body.write_text("<p>\n{% if %}</p>")
    result = call("templates", "auth0", str(body))
    assert result.exit_code == 1
    assert "line 2" in result.stderr


LOGTO = {"language": "en", "type": "SignIn", "subject": "Code", "content": "Your code is {{code}}"}
AIC = {"template": "welcome", "subject": {"en": "Hi"}, "html": {"en": "<p>Hi</p>"}}


@pytest.mark.parametrize(("platform", "settings"), [("logto", LOGTO), ("pingone_aic", AIC)])
def test_a_template_of_each_platform_is_checked(platform: str, settings: dict[str, object], tmp_path: Path) -> None:
    """Settings that a stack would accept are fine, and those that it would refuse are refused, all at once."""
    file = tmp_path / "template.json"
    file.write_text(json.dumps(settings))
    assert "nothing wrong" in call("templates", platform, str(file)).stdout
    file.write_text(json.dumps({**settings, "subjekt": "Hi", "from_address": 3}))
    result = call("templates", platform, str(file))
    assert result.exit_code == 1
    assert "settings.subjekt" in result.stderr
    assert "settings.from_address" in result.stderr


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "No such file"),
        (b"{", "is not JSON"),
        (b"[]", "does not hold a JSON object"),
        (b"[" * 100_000, "nested too deeply"),
        (b"\xff", "UTF-8"),
        (b"{}", "settings.template: is missing"),
        (b'{"template": "verify_email", "subject": "\\ud800", "body": "x"}', "settings.subject"),
    ],
    ids=range(7),
)
def test_a_file_that_holds_no_template_is_refused(content: bytes | None, reason: str, tmp_path: Path) -> None:
    """Whatever is in the file, the answer is a message that names it."""
    file = tmp_path / "template.json"
    if content is not None:
        file.write_bytes(content)
    result = call("templates", "auth0", str(file))
    assert isinstance(result.exception, SystemExit)
    assert result.exit_code == 1
    assert reason in result.stderr
    assert str(file) in result.stderr


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("logto", "body.html"), "more than its body"),
        (("logto", "logto.json", "--variables", "variables.json"), "cannot be rendered here"),
        (("auth0", "body.html", "--variables", "absent.json"), "No such file"),
        (("auth0", "zero.html", "--variables", "variables.json"), "settings.body: cannot be rendered"),
    ],
    ids=range(4),
)
def test_what_the_command_cannot_do_is_said(
    words: tuple[str, ...], reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A body alone on a platform that needs more, and variables that are of no use, end with a message."""
    monkeypatch.chdir(tmp_path)
    files = {"body.html": "{{ url }}", "zero.html": "{{ url }} {{ n | url_decode }}", "variables.json": '{"n": "%"}'}
    for name, text in {**files, "logto.json": json.dumps(LOGTO)}.items():
        Path(name).write_text(text)
    result = call("templates", *words)
    assert isinstance(result.exception, SystemExit)
    assert result.exit_code == 1
    assert reason in result.stderr


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
