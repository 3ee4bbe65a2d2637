"""The command `tenant-email migrate`: what it prints, what it refuses, and that no secret gets anywhere."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from support.other_tools import (
    auth0_terraform_state,
    deploy_cli_folder,
    fr_config_folder,
    frodo_folder,
    pulumi_state,
    terraform_resource,
    terraform_state,
)
from tenant_email.cli import app

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

URL = "https://acme.eu.auth0.com"
SMTP = {
    "name": "smtp",
    "enabled": True,
    "default_from_address": "no-reply@acme.com",
    "credentials": {"smtp_host": "smtp.acme.com", "smtp_port": 2525, "smtp_user": "mailer", "smtp_pass": "canary-pass"},
}
WELCOME = {
    "template": "welcome_email",
    "subject": "Hi",
    "body": "<p>Hi</p>",
    "from": "",
    "syntax": "liquid",
    "enabled": True,
}
STATE = auth0_terraform_state(SMTP, [WELCOME], {"smtp_pass": "canary-pass"})
_CLI = f"""#!{sys.executable}
import json, os, sys
with open(os.environ["TYPED"], "a") as log:
    print(json.dumps([sys.argv[1:], sys.stdin.read()]), file=log)
sys.exit(os.environ.get("SAYS") or 0)
"""


def run(*words: object, typed: str | None = None) -> Result:
    """Runs the command."""
    return CliRunner().invoke(app, ["migrate", *map(str, words)], input=typed)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state of Terraform in a file."""
    file = tmp_path / "a state's.json"
    file.write_text(json.dumps(STATE))
    return file


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in the place of the Pulumi CLI; returns where it writes down how it was called."""
    program = tmp_path / "bin" / "pulumi"
    program.parent.mkdir()
    program.write_text(_CLI)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))
    monkeypatch.setenv("TYPED", str(tmp_path / "typed"))
    return tmp_path / "typed"


def files(folder: Path) -> str:
    """Returns all that was written."""
    return "\n".join(each.read_text() for each in folder.rglob("*") if each.is_file())


def test_a_state_becomes_a_project(state: Path, tmp_path: Path) -> None:
    """With the steps, and the addresses as the other tool's command line takes them; nothing secret in it."""
    done = run(state, "--url", URL, "--out", tmp_path / "mail")
    assert done.exit_code == 0, done.output
    steps = (tmp_path / "mail" / "MIGRATING.md").read_text()
    assert "terraform state rm auth0_email_provider.main auth0_email_template.welcome_email\n" in steps
    assert 'password=config.require_secret("password")' in (tmp_path / "mail" / "__main__.py").read_text()
    assert "secrets of the files that are in no file of the project: password" in done.output
    assert "canary" not in files(tmp_path / "mail") + done.output


def test_standard_input_is_read(tmp_path: Path) -> None:
    """So that a state with secrets is never in a file."""
    done = run("-", "--out", tmp_path / "mail", typed=json.dumps(pulumi_state(STATE, "acme.eu.auth0.com")))
    assert done.exit_code == 0, done.output
    assert "pulumi state delete --yes " in (tmp_path / "mail" / "MIGRATING.md").read_text()


def test_one_document_is_printed(state: Path, tmp_path: Path) -> None:
    """And nothing beside it on stdout."""
    done = run(state, "--url", URL, "--out", tmp_path / "mail", "--json")
    document: dict[str, Any] = json.loads(done.stdout)
    assert (document["command"], document["ok"], document["source"]) == ("migrate", True, "terraform")
    assert document["taken"] == ["auth0_email_provider.main", "auth0_email_template.welcome_email"]
    assert (document["left"], document["secrets"]) == ({"auth0_client": 1}, ["password"])


def test_secrets_go_into_the_stack(state: Path, tmp_path: Path, cli: Path) -> None:
    """By the CLI's standard input."""
    done = run(state, "--url", URL, "--out", tmp_path / "mail", "--configure", "prod")
    assert done.exit_code == 0, done.output
    calls = [json.loads(line) for line in cli.read_text().splitlines()]
    assert [words[:4] for words, text in calls if "canary" in text] == [["config", "set", "--secret", "password"]]
    assert "canary" not in str([words for words, _ in calls]) + files(tmp_path / "mail") + done.output
    assert "stack prod" in done.output


@pytest.mark.usefixtures("cli")
def test_a_stack_that_refuses_can_be_gone_on_with(state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The project is there; the same command once more writes nothing over, and sets the rest."""
    words = (state, "--url", URL, "--out", tmp_path / "mail", "--configure", "prod")
    monkeypatch.setenv("SAYS", "error: passphrase must be set canary-pass")
    refused = run(*words)
    assert refused.exit_code == 1
    assert refused.stderr.splitlines()[-2:] == [
        "stack prod: pulumi stack select answered: passphrase must be set ***",
        "Set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE.",
    ]
    monkeypatch.delenv("SAYS")
    assert run(*words).exit_code == 0


def test_without_the_cli_nothing_is_written(state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And it is said what to do instead."""
    monkeypatch.setenv("PATH", str(tmp_path))
    done = run(state, "--url", URL, "--out", tmp_path / "mail", "--configure", "prod")
    assert (done.exit_code, (tmp_path / "mail").exists()) == (1, False)
    assert "leave out --configure: the README has the commands that ask for each secret." in done.stderr


@pytest.mark.parametrize(
    ("word", "name"), [(None, "main"), ("staging", "staging"), ("auth0/eu", "eu"), ("auth0", "main")]
)
def test_a_tenant_has_the_name_that_it_is_given(state: Path, tmp_path: Path, word: str | None, name: str) -> None:
    """In the stack's config, and in the program where it is not the usual one."""
    named = ("--tenant", word) if word else ()
    done = run(state, "--url", URL, *named, "--out", tmp_path / "mail")
    assert done.exit_code == 0, done.output
    assert f"tenant-email:tenants.{name}.url {URL}" in (tmp_path / "mail" / "README.md").read_text()
    assert (f'tenant="{name}"' in (tmp_path / "mail" / "__main__.py").read_text()) is (name != "main")


def test_what_is_there_is_not_overwritten(state: Path, tmp_path: Path) -> None:
    """Not a file of it."""
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "__main__.py").write_text("mine")
    done = run(state, "--url", URL, "--out", tmp_path / "mail")
    assert done.exit_code == 1
    assert "is there already, and nothing in it is overwritten" in done.stderr
    assert files(tmp_path / "mail") == "mine"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "the files do not say where the tenant is"),
        (("--url", "ftp://x"), "tenant main: tenant-email:tenants.main.url"),
        (("--url", URL, "--from", "ansible"), "--from ansible is no tool that is known"),
        (("--url", URL, "--only", "module.none"), "--only module.none names nothing that can be migrated"),
        (("--tenant", "logto"), "logto/main is a tenant of logto, and the files are of auth0"),
        (("--url", URL, "--from", "pulumi"), "is the state of a stack without resources"),
    ],
)
def test_what_cannot_be_done_is_said(
    state: Path, tmp_path: Path, words: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On stderr, with a remedy in the last line; nothing is written."""
    monkeypatch.delenv("AUTH0_DOMAIN", raising=False)
    done = run(state, *words, "--out", tmp_path / "mail")
    assert (done.exit_code, done.stdout, (tmp_path / "mail").exists()) == (1, "", False), done.output
    assert said in done.stderr
    assert len(done.stderr.splitlines()) >= 2
    assert "Traceback" not in done.output


def test_a_state_with_nothing_of_ours_is_an_error(tmp_path: Path) -> None:
    """With what it has instead, and why what there is was not taken."""
    done = run("-", "--out", tmp_path / "x", typed=json.dumps(terraform_state(terraform_resource("aws_vpc", "a", {}))))
    assert (done.exit_code, done.stderr.splitlines()[0]) == (
        1,
        "terraform: nothing of it can be migrated (there are 1 aws_vpc)",
    )
    broken = auth0_terraform_state(None, [{**WELCOME, "body": "{% if %}"}], {})
    done = run("-", "--url", URL, "--out", tmp_path / "x", typed=json.dumps(broken))
    assert done.exit_code == 1
    assert "auth0_email_template.welcome_email: settings.body" in done.stderr


def test_what_a_proof_cannot_try_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenant that cannot be asked is a problem; a setting without a value, and AWS, are only not known."""
    monkeypatch.setenv("AUTH0_DOMAIN", "127.0.0.1:9")
    folder = deploy_cli_folder(tmp_path / "dc", {**SMTP, "credentials": {"smtp_host": "h.acme.com"}}, [WELCOME])
    arn = "arn:aws:ses:eu-west-1:1:identity/acme.com"
    identity = {"email_identity": "acme.com", "arn": arn, "dkim_signing_attributes": [{"tokens": ["t"]}]}
    state = tmp_path / "aws.json"
    state.write_text(json.dumps(terraform_state(terraform_resource("aws_sesv2_email_identity", "x", identity))))
    done = run(state, "--out", tmp_path / "ses", "--prove")
    assert (done.exit_code, "aws-ses/eu-west-1/acme.com: is not tried" in done.output) == (0, True)
    done = run(folder, "--tenant", "auth0", "--out", tmp_path / "mail", "--prove", "--json")
    assert "the files have no value of SMTP_PORT, SMTP_USER" in done.stdout
    proof = [each["level"] for each in json.loads(done.stdout)["findings"] if each["check"] == "proof"]
    assert (done.exit_code, proof) == (1, ["unknown", "problem"])


def test_a_command_line_that_is_wrong_is_another_error() -> None:
    """It ends with 2."""
    assert run("x").exit_code == 2
    assert run("--out", "x").exit_code == 2


def canaries(folder: Path) -> dict[str, Any]:
    """Returns what each tool writes with a secret in every place that may have one, by the tool."""
    provider = {**SMTP, "credentials": {**SMTP["credentials"], "smtp_user": "mailer"}}  # type: ignore[dict-item]
    (folder / "config.json").write_text(
        json.dumps({"AUTH0_CLIENT_SECRET": "canary-tool", "AUTH0_KEYWORD_REPLACE_MAPPINGS": {"SMTP_PASS": "canary-kw"}})
    )
    crypto = {"$crypto": {"type": "x-simple-encryption", "value": {"data": "canary-blob"}}}
    email = {"_id": "external.email", "host": "h.acme.com", "port": 587, "from": "a@acme.com"}
    login = {"enable": True, "username": "u", "password": "canary-aic"}
    esv = {"_id": "esv-x", "valueBase64": "Y2FuYXJ5LWVzdg==", "activeValue": crypto, "encoding": "generic"}
    documents = {"idm": {"external.email": {**email, "auth": login}}}
    connector = {"id": "c", "connectorId": "http-email", "type": "Email"}
    config = {"endpoint": "https://x.acme.com/canary-path", "authorization": "canary-auth"}
    (folder / "logto.json").write_text(json.dumps([{**connector, "config": config}]))
    (folder / "stack.json").write_text(json.dumps(pulumi_state(STATE, "acme.eu.auth0.com")))
    (folder / "state.json").write_text(json.dumps(STATE))
    return {
        "terraform": folder / "state.json",
        "pulumi": folder / "stack.json",
        "deploy-cli": deploy_cli_folder(folder / "dc", provider, [WELCOME]),
        "frodo": frodo_folder(folder / "frodo", {**documents, "secret": {"esv-x": esv}}, "h.forgeblocks.com"),
        "fr-config-manager": fr_config_folder(folder / "fr", {"idm": {"external.email": {**email, "auth": login}}}),
        "logto": folder / "logto.json",
    }


@pytest.mark.parametrize("tool", ["terraform", "pulumi", "deploy-cli", "frodo", "fr-config-manager", "logto"])
def test_no_secret_gets_anywhere(tmp_path: Path, tool: str, cli: Path) -> None:
    """Whatever place it has in a file: not to the terminal, not into a file, and not onto a command line."""
    url = "https://id.acme.com" if tool == "logto" else URL
    words = ("--url", url, "--out", tmp_path / "mail", "--configure", "prod", "--from", tool)
    done = run(canaries(tmp_path)[tool], *words)
    assert done.exit_code == 0, done.output
    commands = str([json.loads(line)[0] for line in cli.read_text().splitlines()])
    text = (done.output + files(tmp_path / "mail") + commands).replace("/canary-path", "")
    assert "canary" not in text
    assert os.fspath(tmp_path / "mail") in done.output
