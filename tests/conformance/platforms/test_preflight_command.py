"""`tenant-email preflight` tries what an `up` with preflight="connect" tries: what a tenant holds, and settings."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any, cast

import pytest
from typer.testing import CliRunner

from support.conformance import open_case
from support.kinds import EVERY, name_of
from support.logto_sinks import SmtpSink
from support.mail.scripted import Lines, Scripted
from tenant_email import platforms
from tenant_email.cli import app
from tenant_email.errors import TenantEmailError
from tenant_email_local.emulators.pingone_aic.state import VariableEsv
from tenant_email_local.smtp import SmtpServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from typer.testing import Result

    from support.conformance import Case
    from tenant_email_local.emulators.pingone_aic.emulator import AicEmulator


def preflight(*words: str) -> Result:
    """Calls the command."""
    return CliRunner().invoke(app, ["preflight", *words])


@pytest.fixture(scope="module")
def smtp() -> Iterator[SmtpServer]:
    """Runs a mail server with TLS of an authority of its own."""
    with SmtpServer(lambda _user, _word: True) as server:
        yield server


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """Returns the platform's name."""
    return str(request.node.callspec.params["case"])


def test_what_a_tenant_holds(case: Case, name: str, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is tried with the authorities of the tenant's entry; without them the server is not trusted."""
    case.stack(settings=case.inputs(host="localhost", port=smtp.port)["settings"], on_existing="adopt").up()
    case.tenant.reset_calls()
    refused = preflight(name)
    assert (refused.exit_code, case.writes()) == (1, 0)
    assert refused.stdout.startswith(f"{name}/main\nproblem  settings.host: TLS with localhost:{smtp.port} ")
    monkeypatch.setenv(platforms.connection_specs()[name].variable("CA_FILE"), str(smtp.ca_file))
    result = preflight(name)
    assert result.exit_code == 0
    assert f"ok       localhost:{smtp.port} can be reached, its TLS is trusted, and it offers AUTH " in result.stdout
    assert "canary" not in refused.output + result.output


def test_it_says_what_an_up_says(case: Case, name: str, tmp_path: Path) -> None:
    """Word for word: of a relay that has neither TLS nor a login."""
    with SmtpSink() as relay:
        inputs = case.inputs(host="127.0.0.1", port=relay.port)
        with pytest.raises(TenantEmailError) as caught:
            case.stack(settings=inputs["settings"], preflight="connect", on_existing="adopt").up()
        file = tmp_path / "settings.json"
        file.write_text(json.dumps(inputs["settings"]))
        found = json.loads(preflight("--settings", str(file), "--json").stdout)["findings"]
    assert name
    assert [each["level"] for each in found] == ["problem"]
    assert str(caught.value).split(": preflight: ")[-1] == f"{found[0]['what']}\n{found[0]['remedy']}"


def test_a_tenant_without_a_transport(case: Case, name: str) -> None:
    """Has nothing to try, which is said and no failure."""
    result = preflight(name)
    assert (result.exit_code, case.writes()) == (0, 0)
    assert "unknown  the tenant has no transport of its own" in result.stdout


@pytest.mark.parametrize("inputs", EVERY, ids=name_of)
def test_settings_of_every_kind(inputs: dict[str, Any], tmp_path: Path) -> None:
    """Are tried, or it is said why not; with or without their secret, which is never shown."""
    kind = name_of(inputs)
    transport = platforms.load(kind.partition(".")[0]).capabilities.transports[kind]
    hidden = {*transport.write_only, *transport.optional}
    for settings in (inputs["settings"], {k: v for k, v in inputs["settings"].items() if k not in hidden}):
        document = {"settings": {**settings}, "fromAddress": inputs.get("from_address")}
        (tmp_path / "settings.json").write_text(json.dumps(document))
        result = preflight("--settings", str(tmp_path / "settings.json"))
        assert "canary-kind" not in result.output
        if transport.connects:
            assert result.stdout.startswith("problem  settings."), result.output
        else:
            assert result.stdout.startswith(f"unknown  {kind} has no server to test from here\n"), result.output


def test_placeholders_that_only_the_tenant_knows(tmp_path: Path) -> None:
    """Are no server to try."""
    file = tmp_path / "s.json"
    file.write_text(json.dumps({"kind": "pingone_aic.smtp", "host": "&{esv.mail.host}", "port": 587, "username": "u"}))
    result = preflight("--settings", str(file))
    assert result.exit_code == 1
    assert "cannot be 'connect' with a placeholder in settings.host" in result.stdout


def test_placeholders_that_can_be_read(smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Are filled in with the values of the tenant's ESV variables, as numbers where they are; a secret's is not."""
    with open_case("pingone_aic", monkeypatch) as case:
        state = cast("AicEmulator", case.tenant).state
        for name, value in {"esv-mail-host": "localhost", "esv-mail-port": str(smtp.port)}.items():
            encoded = base64.b64encode(value.encode()).decode()
            document = {"_id": name, "valueBase64": encoded, "expressionType": "string", "loaded": True}
            state.variables[name] = VariableEsv(document)
        mail = state.config["external.email"] = {
            "type": "smtp", "host": "&{esv.mail.host}", "port": {"$int": "&{esv.mail.port}"}, "from": "a@acme.example",
            "auth": {"enable": True, "username": "u", "password": "&{esv.mail.pass}"}, "starttls": {"enable": True},
        }  # fmt: skip
        result = preflight("pingone_aic", "--ca-file", str(smtp.ca_file))
        assert (result.exit_code, f"localhost:{smtp.port} can be reached" in result.stdout) == (0, True)
        mail["host"] = "&{esv.gone}"
        result = preflight("pingone_aic")
    assert (result.exit_code, "only the tenant knows settings.host" in result.stdout) == (0, True)


def test_settings_in_both_spellings(smtp: SmtpServer, tmp_path: Path) -> None:
    """As a program in Python or in TypeScript has them; the keys of a map are the user's own."""
    plain = {"kind": "logto.smtp", "host": "localhost", "port": smtp.port, "username": "mailer", "password": "canary"}
    texts = {usage: {"subject": "S", "content": "{{code}}"} for usage in ("Register", "SignIn", "ForgotPassword")}
    texts["Generic"] = {"subject": "S", "content": "{{code}}", "contentType": "text/html"}
    more = {"templates": texts, "requireTls": True, "customHeaders": {"X-KEY": "canary"}}
    for settings in ({**plain, **more}, {**plain, "require_tls": True, "custom_headers": {"X-KEY": "canary"}}):
        (tmp_path / "s.json").write_text(json.dumps({"settings": settings, "fromAddress": "a@acme.example"}))
        result = preflight("--settings", str(tmp_path / "s.json"), "--ca-file", str(smtp.ca_file))
        assert (result.exit_code, "can be reached, its TLS is trusted" in result.stdout) == (0, True), result.output


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read: No such file"),
        (b"[]", "does not hold a JSON object"),
        (b"{", "is not JSON: "),
        (b"{}", "settings.kind: is missing"),
        (b'{"settings": {"kind": "auth0.smpt"}}', "Did you mean auth0.smtp?"),
        (b'{"kind": 3}', "settings.kind: is missing"),
        (b'{"kind": "auth0.smtp", "host": 3, "hots": "canary"}', "settings.hots: is not a known setting"),
    ],
)
def test_a_file_that_holds_no_settings(content: bytes | None, said: str, tmp_path: Path) -> None:
    """Is said, with what is wrong and no value."""
    file = tmp_path / "s.json"
    if content is not None:
        file.write_bytes(content)
    result = preflight("--settings", str(file))
    assert result.exit_code == 1
    assert said in result.output
    assert "canary" not in result.output


@pytest.mark.parametrize(
    "words",
    [
        ("auth0", "--settings", "x"),
        ("auth0", "--tenant", "x"),
        ("--port", "25"),
        ("x", "--tenants", "-", "--port", "1"),
    ],
)
def test_a_command_line_that_is_wrong(words: tuple[str, ...]) -> None:
    """Is answered with usage."""
    assert preflight(*words).exit_code == 2


@pytest.mark.parametrize("kind", ["logto.smtp", "pingone_aic.smtp"])
def test_a_server_without_tls_is_not_said_to_have_it(kind: str, tmp_path: Path) -> None:
    """Where the platform goes on without: the login that it will choose is named, and the risk."""
    file = tmp_path / "s.json"
    with Scripted(Lines(), None) as server:
        file.write_text(json.dumps({"kind": kind, "host": "127.0.0.1", "port": server.port, "username": "u"}))
        result = preflight("--settings", str(file))
    assert result.exit_code == 0
    login = "PLAIN" if kind == "logto.smtp" else "LOGIN"
    said = f"127.0.0.1:{server.port} can be reached, it accepts mail in clear text, and it offers AUTH {login}."
    assert said in result.stdout
    assert "so the password will travel in clear text\n         Use a port with TLS" in result.stdout
