"""What `tenant-email import` writes is taken over without a write, and needs nothing after that."""

from __future__ import annotations

import copy
import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import pytest
from typer.testing import CliRunner, Result

from support.by_hand import BY_HAND, FROM, SECRETS, TEXTS, UNMADE, platform_of, put_by_hand
from support.conformance import open_case
from support.formatted import assert_formatted
from support.kinds import EVERY, name_of
from support.odd_tenants import fill
from support.taken_over import Program
from tenant_email.cli import app
from tenant_email.platforms import connection_specs
from tenant_email.programs import tenant
from tenant_email.programs.project import project_files
from tenant_email_local.emulators.logto import LogtoEmulator
from tenant_email_local.emulators.logto.factories import FACTORIES

if TYPE_CHECKING:
    from pathlib import Path

    from support.conformance import Case


def run(*words: str) -> Result:
    """Runs the command."""
    return CliRunner().invoke(app, ["import", *words])


def written(folder: Path) -> str:
    """Returns all that is written."""
    return "\n".join(each.read_bytes().decode() for each in folder.rglob("*") if each.is_file())


def assert_taken_over(case: Case, folder: Path, *words: str) -> None:
    """Imports the tenant, brings the program up, and looks at the next preview; the tenant is only read."""
    case.writes()
    done = run(platform_of(case), "--out", str(folder), *words)
    assert done.exit_code == 0, done.output
    text = written(folder)
    assert not any(secret in text + done.output for secret in SECRETS)
    program = Program(folder, config_of(case, "config" if "config" in words else "omit"))
    assert program.up() == []
    assert program.preview_without_ids() == []
    assert case.writes() == 0


def config_of(case: Case, mode: Literal["omit", "config"]) -> dict[str, str]:
    """Returns what a user sets in the stack's config: what the tenant shows, and something for what it hides."""
    tenant.begin(None)
    secrets = project_files(tenant.find_tenant_email("main", platform_of(case), mode), "x").secrets
    return {key: value.reveal() if value else "what nobody can compare" for key, value in secrets.items()}


def test_every_kind_is_taken_over(case: Case, tmp_path: Path) -> None:
    """As a program of this package made it, of each kind that one can."""
    for number, inputs in enumerate(EVERY):
        if name_of(inputs).partition(".")[0] == platform_of(case) and name_of(inputs) not in UNMADE:
            made = case.stack(**{"from_address": None, **inputs})
            made.up()
            assert_taken_over(case, tmp_path / str(number))
            made.destroy()


def test_odd_tenants_are_taken_over(case: Case, tmp_path: Path) -> None:
    """Hostile texts, odd settings, placeholders, without and with secrets from config; programs as ruff leaves them."""
    for seed in range(8):
        fill(case, seed, empty=False)
        assert_taken_over(case, tmp_path / str(seed), *(["--secrets", "config"] if seed % 2 else []))
    assert_formatted((tmp_path / "7/__main__.py").read_text(encoding="utf-8"))


def test_what_a_console_left_is_taken_over(case: Case, tmp_path: Path) -> None:
    """Documents that no program wrote, a newer kind among them."""
    for number, (document, _) in enumerate(BY_HAND[platform_of(case)]):
        put_by_hand(case, copy.deepcopy(document))
        assert_taken_over(case, tmp_path / str(number))


@pytest.mark.parametrize(("case", "name"), [("logto", "LogtoEmail"), ("pingone_aic", "BuiltIn")], indirect=["case"])
def test_a_sender_of_the_platforms_own_is_taken_over(
    case: Case, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program may say that nothing else is to send."""
    if isinstance(case.tenant, LogtoEmulator):
        # Of Logto Cloud, whose login another host name would need.
        monkeypatch.setitem(FACTORIES, "logto-email", replace(FACTORIES["logto-email"], cloud=False))
        put_by_hand(case, {"connectorId": "logto-email", "config": {"senderName": "Acme"}})
    assert_taken_over(case, tmp_path / "out")
    assert f".{name}(" in (tmp_path / "out/__main__.py").read_text()


@pytest.mark.parametrize("case", ["logto", "pingone_aic"], indirect=True)
def test_a_name_that_is_the_secret_too_is_in_no_file(case: Case, tmp_path: Path) -> None:
    """As Postmark's login by SMTP, whose name and password are its token, where a tenant shows both."""
    token = "canary-token-of-a-server"
    login = {"type": "login", "user": token, "pass": token}
    smtp = {"host": "smtp.acme.example", "port": 587, "fromEmail": FROM, "templates": TEXTS, "auth": login}
    if isinstance(case.tenant, LogtoEmulator):
        put_by_hand(case, {"connectorId": "simple-mail-transfer-protocol", "config": smtp})
    else:
        first, _ = BY_HAND["pingone_aic"][0]
        put_by_hand(case, {**first, "auth": {"enable": True, "username": token, "password": token}})
    assert_taken_over(case, tmp_path / "out")
    assert 'username=config.require_secret("username")' in (tmp_path / "out/__main__.py").read_text()


def test_several_tenants_are_one_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are `main` in the environment, and so called by their platforms in the program and in its config."""
    with open_case("auth0", monkeypatch) as auth0, open_case("logto", monkeypatch) as logto:
        for case in (auth0, logto):
            fill(case, 3, empty=False)
        done = run("auth0", "logto", "--out", str(tmp_path / "out"))
        assert done.exit_code == 0, done.output
        tenant.begin(json.dumps({name: entry_of(name) for name in ("auth0", "logto")}))
        auth0.writes()
        logto.writes()
        program = Program(tmp_path / "out", {})
        assert program.up() == []
        assert program.preview_without_ids() == []
        assert (auth0.writes(), logto.writes()) == (0, 0)
    text = written(tmp_path / "out")
    assert 'tenant="auth0",' in text
    assert "--path tenant-email:tenants.logto.platform logto\n" in text


def entry_of(platform: str) -> dict[str, str]:
    """Returns the entry of a tenant that the environment names."""
    spec = connection_specs()[platform]
    known = {key: os.environ[variable] for key, variable in spec.credentials.items()}
    return {"platform": platform, "url": os.environ[spec.url_variable], **known}
