"""What `tenant-email migrate` makes of other tools' files is taken over without a write, and needs nothing after that.

The files are made of what the tenant's API answers, as each tool writes them (`support.other_tools`).
"""

from __future__ import annotations

import copy
import json
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from support import auth0, logto, other_tools
from support.by_hand import BY_HAND, UNMADE, platform_of, put_by_hand
from support.conformance import open_case
from support.kinds import EVERY, name_of
from support.taken_over import Program
from tenant_email.cli import app
from tenant_email_local.emulators.auth0 import Auth0Emulator
from tenant_email_local.emulators.logto import LogtoEmulator
from tenant_email_local.emulators.pingone_aic import AicEmulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.conformance import Case

CANARY = ("canary", "corpus")
_CLI = f"""#!{sys.executable}
import json, os, sys
with open(os.environ["TYPED"], "a") as log:
    print(json.dumps([sys.argv[1:], sys.stdin.read()]), file=log)
"""
TEMPLATES: dict[str, list[dict[str, Any]]] = {
    "auth0": [
        {"template": "verify_email", "subject": "é", "body": "<p>{{ url }}</p>\r\n", "from": "", "syntax": "liquid"}
        | {"enabled": True, "urlLifetimeInSeconds": 3600, "includeEmailInRedirect": False, "resultUrl": "https://a.b"},
        {
            "template": "welcome_email",
            "subject": "",
            "body": "\"'{% raw %}{{{% endraw %}\\",
            "from": "a@acme.example",
            "syntax": "liquid",
        }
        | {"enabled": False},
        {
            "template": "reset_email",
            "subject": "x",
            "body": "<p>x</p>",
            "from": "",
            "syntax": "liquid",
            "enabled": True,
        },
    ],
    "logto": [
        {"languageTag": "de", "templateType": "SignIn", "details": {"subject": "é", "content": "<b>{{code}}</b>\n"}},
        {"languageTag": "en", "templateType": "Generic"}
        | {
            "details": {"subject": "x", "content": "{{code}}", "contentType": "text/plain", "replyTo": "a@acme.example"}
        },
    ],
    "pingone_aic": [
        {"_id": "emailTemplate/mine", "defaultLocale": "en", "enabled": True, "from": "", "mimeType": "text/html"}
        | {"subject": {"en": "x", "fr": "é"}, "message": {"en": "<p>x</p>", "fr": "<p>é</p>\r\n"}},
        {
            "_id": "emailTemplate/console",
            "defaultLocale": "en",
            "displayName": "C",
            "enabled": False,
            "mimeType": "text/html",
        }
        | {"from": "a@acme.example", "subject": {"en": "x"}, "html": {"en": "<h1>x</h1>"}, "styles": "h1{}"}
        | {"message": {"en": "<html><head><style>h1{}</style></head><body><h1 style='x'>x</h1></body></html>"}},
    ],
}
"""Templates as a console left them."""
TOOLS = {
    "auth0": ("terraform", "pulumi", "deploy-cli", "tenant.yaml"),
    "logto": ("logto",),
    "pingone_aic": ("frodo", "fr-config-manager"),
}


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Puts a program in the place of the Pulumi CLI that keeps what it reads; returns where."""
    program = tmp_path / "bin" / "pulumi"
    program.parent.mkdir()
    program.write_text(_CLI)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("TYPED", str(tmp_path / "typed"))
    return tmp_path / "typed"


def configured(typed: Path) -> dict[str, str]:
    """Returns the settings and secrets that the CLI was given, and forgets them; no value was an argument."""
    calls = [json.loads(line) for line in typed.read_text().splitlines()]
    typed.unlink()
    values = {words[words.index("--stack") - 1]: text[:-1] for words, text in calls if words[0] == "config"}
    assert not any(secret in str(words) for words, _ in calls for secret in CANARY)
    return values


def put_templates(case: Case) -> None:
    """Puts templates where someone put them by the console."""
    tenant, platform = case.tenant, platform_of(case)
    given = copy.deepcopy(TEMPLATES[platform])
    if isinstance(tenant, Auth0Emulator):
        tenant.state.templates.update({each["template"]: each for each in given})
    elif isinstance(tenant, LogtoEmulator):
        tenant.state.templates[:] = [{"tenantId": "default", "id": f"t{at}", **each} for at, each in enumerate(given)]
    elif isinstance(tenant, AicEmulator):
        tenant.state.config.update({each["_id"]: each for each in given})


def export(case: Case, tool: str, folder: Path, secrets: dict[str, Any]) -> list[Path]:
    """Writes what a tool has of the tenant; `secrets` are those that its user gave it."""
    folder.mkdir()
    file, tenant = folder / "export.json", case.tenant
    if isinstance(tenant, Auth0Emulator):
        client = auth0.Tenant(tenant)
        provider = client.provider()
        names = [each["template"] for each in TEMPLATES["auth0"]]
        templates = [client.call("GET", f"{auth0.TEMPLATES}/{name}").document for name in names]
        if tool == "deploy-cli":
            return [other_tools.deploy_cli_folder(folder / "x", provider, templates)]
        if tool == "tenant.yaml":
            return [other_tools.deploy_cli_yaml(folder / "x", provider, templates)]
        state = other_tools.auth0_terraform_state(provider, templates, secrets)
        host = tenant.url.removeprefix("http://")
        file.write_text(json.dumps(state if tool == "terraform" else other_tools.pulumi_state(state, host)))
        return [file]
    if isinstance(tenant, LogtoEmulator):
        caller = logto.Tenant(tenant)
        file.write_text(json.dumps(caller.call("GET", logto.CONNECTORS).document))
        (folder / "templates.json").write_text(json.dumps(caller.call("GET", logto.TEMPLATES).document))
        return [file, folder / "templates.json"]
    assert isinstance(tenant, AicEmulator)
    config = {"external.email": {"_id": "external.email", **tenant.state.config["external.email"]}}
    mails = {each["_id"].partition("/")[2]: tenant.state.config[each["_id"]] for each in TEMPLATES["pingone_aic"]}
    documents = {
        "idm": config,
        "emailTemplate": {name: {"_id": f"emailTemplate/{name}", **each} for name, each in mails.items()},
    }
    if tool == "frodo":
        return [other_tools.frodo_folder(folder / "x", documents, "openam-acme.forgeblocks.com")]
    return [other_tools.fr_config_folder(folder / "x", documents)]


def keyword_values(case: Case) -> dict[str, str]:
    """Returns what auth0-deploy-cli's user has in the mappings, as the tenant has it."""
    tenant = case.tenant
    shown = tenant.state.provider["credentials"] if isinstance(tenant, Auth0Emulator) and tenant.state.provider else {}
    return {"SMTP_USER": str(shown.get("smtp_user", ""))}


def assert_taken_over(case: Case, tool: str, folder: Path, typed: Path, secrets: dict[str, Any]) -> None:
    """Migrates, brings the program up, and looks at the next preview; the tenant is only read."""
    sources = export(case, tool, folder, secrets)
    case.writes()
    words = [
        "migrate",
        *map(str, sources),
        "--url",
        case.tenant.url,
        "--out",
        str(folder / "out"),
        "--configure",
        "dev",
    ]
    words.append("--json")
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    text = "\n".join(each.read_bytes().decode() for each in (folder / "out").rglob("*") if each.is_file())
    assert not any(secret in text + done.output for secret in CANARY)
    program = Program(folder / "out", {**keyword_values(case), **configured(typed)})
    assert program.up() == []
    assert len(json.loads(done.stdout)["taken"]) == 1 + len(TEMPLATES[platform_of(case)])
    assert program.preview_without_ids() == []
    assert [str(c) for c in case.tenant.calls if c.method != "GET" and "token" not in c.path] == [], tool


def given_secrets(inputs: dict[str, Any]) -> dict[str, Any]:
    """Returns the secrets of a kind by Terraform's names."""
    names = {"password": "smtp_pass", "connection_string": "azure_cs_connection_string"}
    names |= {name: f"ms365_{name}" for name in ("tenant_id", "client_id", "client_secret")}
    return {names.get(name, name): value for name, value in inputs["settings"].items()}


def cases(case: Case) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yields each kind that a tenant can be made to have, with the secrets of its user."""
    for inputs in EVERY:
        if name_of(inputs).partition(".")[0] == platform_of(case) and name_of(inputs) not in UNMADE:
            made = case.stack(**{"from_address": None, **inputs})
            made.up()
            yield name_of(inputs), given_secrets(inputs)
            made.destroy()
    for document, inputs in BY_HAND[platform_of(case)]:
        put_by_hand(case, copy.deepcopy(document))
        yield str(inputs["settings"]["kind"]), {}


def test_every_kind_is_taken_over_from_every_tool(case: Case, tmp_path: Path, typed: Path) -> None:
    """With templates as a console left them; each kind by one tool, and SMTP by all."""
    tools = TOOLS.get(platform_of(case), ())
    for number, (kind, secrets) in enumerate(cases(case)):
        put_templates(case)
        name = kind.rpartition(".")[2]
        knows = [tool for tool in tools if name not in ("resend", "other") or tool not in ("terraform", "pulumi")]
        for tool in knows if name == "smtp" else knows[number % len(knows) :][:1] if knows else ():
            assert_taken_over(case, tool, tmp_path / f"{number}-{tool}", typed, secrets)


def test_keywords_are_settings_of_the_stack(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, typed: Path) -> None:
    """In a sender, a body, a number, a flag and a secret: with the mappings' values the program says what is live."""
    with open_case("auth0", monkeypatch) as case:
        tenant = case.tenant
        assert isinstance(tenant, Auth0Emulator)
        login = {"smtp_host": "smtp.dev.example", "smtp_port": 2525, "smtp_user": "mailer"}
        provider = {"name": "smtp", "enabled": True, "default_from_address": "a@dev.example", "credentials": login}
        template = {"template": "verify_email", "subject": "dev: x", "from": "", "syntax": "liquid", "enabled": True}
        tenant.state.provider = dict(provider)
        tenant.state.templates["verify_email"] = {
            **template,
            "body": "<p>dev {{ url }}</p>",
            "urlLifetimeInSeconds": 60,
        }
        written = {"smtp_host": "smtp.##ENV##.example", "smtp_port": "##PORT##", "smtp_user": "##SMTP_USER##"}
        marked = {**provider, "credentials": {**written, "smtp_pass": "##SMTP_PASS##"}, "enabled": "@@ON@@"}
        text = {
            **template,
            "subject": "##ENV##: x",
            "body": "<p>##ENV## {{ url }}</p>",
            "urlLifetimeInSeconds": "@@LIFE@@",
        }
        folder = other_tools.deploy_cli_folder(
            tmp_path / "x", {**marked, "default_from_address": "a@##ENV##.example"}, [text]
        )
        mappings = {"ENV": "dev", "PORT": 2525, "ON": True, "LIFE": 60, "SMTP_USER": "mailer", "SMTP_PASS": "canary-kw"}
        (folder / "config.json").write_text(json.dumps({"AUTH0_KEYWORD_REPLACE_MAPPINGS": mappings}))
        out = tmp_path / "out"
        words = ["migrate", str(folder), "--url", tenant.url, "--out", str(out), "--configure", "dev", "--prove"]
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 0, done.output
        assert done.output.count("is as the files say") == 2
        program, source = Program(out, configured(typed)), (out / "__main__.py").read_text()
        assert program.up() == []
        assert program.preview_without_ids() == []
        assert [
            call
            for call in tenant.calls
            if call.method not in ("GET", "POST") or ("email" in call.path and call.method == "POST")
        ] == []
    for said in ('config.require_int("PORT")', 'config.require_bool("ON")', 'config.require_int("LIFE")', "filled("):
        assert said in source
    assert "canary" not in source + done.output
