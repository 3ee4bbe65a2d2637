"""How `tenant-email import` ends without a project: a message, a remedy, an exit code, and nothing written."""

from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner, Result

from support.by_hand import BY_HAND, FROM, TEXTS, platform_of, put_by_hand
from support.odd_tenants import put_connector
from tenant_email.cli import app
from tenant_email_local.emulators.auth0 import Auth0Emulator
from tenant_email_local.emulators.logto import LogtoEmulator
from tenant_email_local.emulators.pingone_aic import AicEmulator

if TYPE_CHECKING:
    from support.conformance import Case

ONLY = {name: pytest.mark.parametrize("case", [name], indirect=True) for name in ("auth0", "logto", "pingone_aic")}


def run(*words: str) -> Result:
    """Runs the command."""
    return CliRunner().invoke(app, ["import", *words])


def assert_refused(done: Result, out: Path, code: int = 1) -> str:
    """Returns the message; nothing is on stdout, and nothing is written, next to the folder neither."""
    assert (done.exit_code, done.stdout) == (code, ""), done.output
    assert "Traceback" not in done.stderr
    assert not [each for each in out.parent.iterdir() if each.name.lstrip(".").startswith(out.name)]
    return done.stderr.partition("reading ")[2].partition("\n")[2] or done.stderr


@pytest.mark.parametrize(
    ("words", "code", "what"),
    [
        (["--out", "{}"], 2, "name a tenant, or a domain with --domain"),
        (["auth0"], 2, "Missing option '--out'"),
        (["auth0", "--out", "{}", "--secrets", "both"], 2, "is not one of 'omit', 'config'"),
        (["nobody", "--out", "{}"], 1, "'nobody' is neither a tenant nor a platform\nUse one of:"),
        (["auth0", "--out", "{}", "--tenants", "/nowhere"], 1, "/nowhere: cannot be read"),
        (["logto/else", "--out", "{}"], 1, "pulumi config set --path 'tenant-email:tenants.else.url'"),
        (["auth0", "--out", "{}", "--tenants", "-", "--stack", "dev"], 2, "give one of them"),
    ],
)
def test_a_command_line_that_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], code: int, what: str
) -> None:
    """With what is wrong, and how it should be."""
    monkeypatch.setenv("AUTH0_DOMAIN", "acme.eu.auth0.com")
    out = tmp_path / "out"
    assert what in assert_refused(run(*(word.format(out) for word in words)), out, code)


def test_a_folder_that_is_there_is_told_before_anything_is_asked(case: Case, tmp_path: Path) -> None:
    """Reading a tenant takes long, and its calls are counted."""
    (tmp_path / "mine").write_text("mine")
    case.tenant.reset_calls()
    done = run(platform_of(case), "--out", str(tmp_path))
    assert done.exit_code == 1
    assert done.stderr.endswith("nothing in it is overwritten\nName a folder that does not exist, or an empty one.\n")
    assert not case.tenant.calls


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
@ONLY["auth0"]
def test_a_full_disk_and_ctrl_c_leave_nothing(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    """Not even a half of the project."""
    put_by_hand(case, BY_HAND["auth0"][0][0])

    real = Path.open

    def full(path: Path, mode: str = "r", *how: Any, **more: Any) -> Any:
        if mode == "xb":
            raise error
        return real(path, mode, *how, **more)

    monkeypatch.setattr(Path, "open", full)
    interrupted = isinstance(error, KeyboardInterrupt)
    said = assert_refused(run("auth0", "--out", str(tmp_path / "out")), tmp_path / "out", 130 if interrupted else 1)
    assert ("interrupted" if interrupted else "cannot be written: No space left on device\nMake room") in said


def test_a_tenant_without_email_is_said(case: Case, tmp_path: Path) -> None:
    """There is no project of nothing; PingOne AIC has a sender always."""
    if isinstance(case.tenant, AicEmulator):
        case.tenant.state.config.clear()
    said = assert_refused(run(platform_of(case), "--out", str(tmp_path / "out")), tmp_path / "out")
    assert "has nothing to import\n" in said
    assert "has no email provider: its mail goes out through the built-in sender" in said


@ONLY["auth0"]
def test_half_of_an_estate_is_never_written(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A login that may read the provider and not the templates ends with the scope that it lacks."""
    assert isinstance(case.tenant, Auth0Emulator)
    put_by_hand(case, BY_HAND["auth0"][0][0])
    for application in case.tenant.state.clients.values():
        monkeypatch.setattr(application, "scopes", application.scopes - {"read:email_templates"})
    said = assert_refused(run("auth0", "--out", str(tmp_path / "out")), tmp_path / "out")
    assert "read:email_templates" in said


def test_a_tenant_that_is_not_reached(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens there."""
    variable = {"auth0": "AUTH0_DOMAIN", "logto": "LOGTO_ENDPOINT", "pingone_aic": "FRODO_HOST"}[platform_of(case)]
    monkeypatch.setenv(variable, "http://127.0.0.1:9")
    said = assert_refused(run(platform_of(case), "--out", str(tmp_path / "out")), tmp_path / "out")
    assert "127.0.0.1:9" in said
    assert len(said.splitlines()) > 1


@ONLY["auth0"]
def test_a_stack_without_the_cli_is_told_before_anything_is_asked(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The remedy is the README, whose commands ask for each secret."""
    monkeypatch.setenv("PATH", str(tmp_path))
    case.tenant.reset_calls()
    said = assert_refused(run("auth0", "--out", str(tmp_path / "out"), "--configure", "dev"), tmp_path / "out")
    assert "the Pulumi CLI is not on PATH" in said
    assert "leave out --configure" in said
    assert not case.tenant.calls


@ONLY["auth0"]
def test_a_stack_that_cannot_be_made_leaves_the_project_with_its_commands(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The CLI's own words, and how to go on: a folder that is there would be refused."""
    put_by_hand(case, BY_HAND["auth0"][0][0])
    program = tmp_path / "bin" / "pulumi"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho 'error: passphrase must be set' >&2\nexit 255\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    done = run("auth0", "--out", str(tmp_path / "out"), "--configure", "dev")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "passphrase must be set" in done.stderr
    assert f"{tmp_path / 'out'} is written: go on with its README.md" in done.stderr.splitlines()[-1]
    assert (tmp_path / "out" / "README.md").exists()


@pytest.mark.parametrize(
    ("case", "why"), [("auth0", "settings.body: is missing"), ("pingone_aic", "settings.port")], indirect=["case"]
)
def test_what_no_input_equals_is_left_out_with_the_way_to_adopt_it(case: Case, tmp_path: Path, why: str) -> None:
    """A template without a body, and a port as text: as comments in the program, which is valid."""
    if isinstance(case.tenant, Auth0Emulator):
        put_by_hand(case, BY_HAND["auth0"][0][0])
        case.tenant.state.templates["welcome_email"] = {"template": "welcome_email", "subject": "Hi", "enabled": True}
    else:
        put_by_hand(case, {**BY_HAND["pingone_aic"][0][0], "port": "587"})
    out = tmp_path / "out"
    done = run(platform_of(case), "--out", str(out), "--json")
    found: dict[str, Any] = json.loads(done.stdout)
    assert (done.exit_code, found["command"], found["ok"]) == (0, "import", True)
    assert [why in each["left_out"] for each in found["resources"] if each["left_out"]] == [True]
    source = (out / "__main__.py").read_text()
    compile(source, "__main__.py", "exec")
    assert '#     on_existing="adopt",\n' in source
    assert "is left out, and stands in `__main__.py` as a comment." in (out / "README.md").read_text()


@ONLY["logto"]
def test_several_connectors_are_named(case: Case, tmp_path: Path) -> None:
    """Logto can no longer list them, so none is chosen; texts that are there are imported all the same."""
    assert isinstance(case.tenant, LogtoEmulator)
    smtp = ("simple-mail-transfer-protocol", {"host": "a.example", "port": 587})
    put_connector(case.tenant, smtp, smtp)
    said = assert_refused(run("logto", "--out", str(tmp_path / "out")), tmp_path / "out")
    assert "several email connectors at once" in said
    details = {"subject": "Hi", "content": TEXTS[0]["content"], "replyTo": FROM}
    entry = {"tenantId": "default", "id": "1", "languageTag": "en", "templateType": "SignIn", "details": details}
    case.tenant.state.templates.append(entry)
    done = run("logto", "--out", str(tmp_path / "out"))
    assert done.exit_code == 0
    assert "warning" in done.stdout
    assert "several email connectors at once" in done.stdout
