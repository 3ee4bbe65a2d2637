"""Which tenant a command means: by the word, and by where tenants are named; asked through a command."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pytest

from tenant_email import platforms
from tenant_email.cli.tenants import find_tenants
from tenant_email.errors import InvalidSettings, TenantEmailError
from tenant_email.redaction.secrets import scrub
from tenant_email.tenants.connections import ConnectionSpec
from tenant_email.tenants.selection import named_tenants
from tenant_email.tenants.stack_config import read_stack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ACME = {"platform": "auth0", "url": "https://acme.eu.auth0.com", "clientId": "c", "clientSecret": "canary-acme"}
FORGE = {"platform": "pingone_aic", "url": "https://forge.forgeblocks.com"}
ANNOUNCED = r"Logging in using access token from PULUMI_ACCESS_TOKEN\n"
VARIABLES = {"AUTH0_DOMAIN": "env.auth0.com", "LOGTO_ENDPOINT": "https://id.env.example"}


def chosen(word: str, tenants: object, environ: Mapping[str, str]) -> str:
    """Returns the tenant that a word means, or what is said of it."""
    try:
        return str(named_tenants(json.dumps(tenants), environ, platforms.connection_specs()).choose(word))
    except TenantEmailError as error:
        return str(error)


@pytest.mark.parametrize(
    ("word", "tenants", "environ", "expected"),
    [
        ("acme", {"acme": ACME}, {}, "auth0/acme"),
        ("auth0", {"acme": ACME}, {}, "auth0/acme"),
        ("auth0", {"acme": ACME, "main": ACME, "b": ACME}, {}, "auth0/main"),
        ("auth0", {"acme": ACME}, VARIABLES, "auth0/acme"),
        ("logto", {"acme": ACME}, VARIABLES, "logto/main"),
        ("logto", {"logto": {"platform": "logto"}, "b": {"platform": "logto"}}, {}, "logto/logto"),
        ("main", {}, {"LOGTO_ENDPOINT": "x"}, "logto/main"),
        ("auth0", {}, {}, "auth0/main"),
        ("logto/main", {}, VARIABLES, "logto/main"),
        ("auth0/a/b", {}, {}, "auth0/a/b"),
        ("main", {}, VARIABLES, "'main' may be auth0/main or logto/main\nName one of them, as in auth0/main."),
        ("auth0", {"a": ACME, "b": ACME}, {}, "'auth0' may be auth0/a or auth0/b\nName one of them, as in auth0/a."),
        (
            "auth0",
            {"auth0": FORGE, "b": ACME},
            {},
            "'auth0' may be auth0/b or pingone_aic/auth0\nName one of them, as in auth0/b.",
        ),
        (
            "logto",
            {"main": ACME},
            {},
            (
                "no tenant of logto is named by config or environment\n"
                "Use one of: auth0/main; or add one with platform: logto."
            ),
        ),
        (
            "amce",
            {"acme": ACME},
            {},
            (
                "'amce' is neither a tenant nor a platform\n"
                "Did you mean acme? Use one of: acme, auth0, logto, pingone_aic."
            ),
        ),
    ],
)
def test_a_word_means_one_tenant(word: str, tenants: dict[str, object], environ: dict[str, str], expected: str) -> None:
    """A name, then a platform's only tenant or `main`, then platform/name; several are named."""
    assert chosen(word, tenants, environ) == expected


def test_what_is_not_right_of_one_tenant_is_said_when_it_is_connected_to() -> None:
    """So that the others are looked at all the same."""
    raw = json.dumps({"a": {"platform": "auht0"}, "b": {"url": "x"}, "c": ACME})
    found = named_tenants(raw, {}, platforms.connection_specs())
    for tenant, said in zip(
        found.all, ("is 'auht0', which is no platform\nDid you mean auth0?", "is missing"), strict=False
    ):
        with pytest.raises(InvalidSettings, match=said):
            tenant.connection()
    assert found.all[2].connection().host == "acme.eu.auth0.com"


class OneIsBroken(Mapping[str, ConnectionSpec]):
    """The platforms of this machine, of which another distribution's cannot be loaded."""

    def __getitem__(self, name: str) -> ConnectionSpec:
        if name == "birds":
            raise TenantEmailError("platform birds of pulumi-birds: cannot be loaded", remedy="Update pulumi-birds.")
        return platforms.connection_specs()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(("birds", *platforms.names()))

    def __len__(self) -> int:
        return 1 + len(platforms.names())


def test_a_platform_that_is_broken_hides_no_other() -> None:
    """What is wrong with it is said where it is meant."""
    raw = json.dumps({"a": {"platform": "birds", "url": "https://x.example"}, "c": ACME})
    found = named_tenants(raw, VARIABLES, OneIsBroken())
    assert [str(each) for each in found.all] == ["birds/a", "auth0/c", "auth0/main", "logto/main"]
    with pytest.raises(TenantEmailError, match="Update pulumi-birds"):
        found.choose("a").connection()


RECORDED = {  # as pulumi 3.260 prints it
    "aws:region": {"value": "eu-west-1", "secret": False},
    "aws:secretKey": {"value": "canary-aws-key", "secret": True},
    "p:domain": {"value": "acme.com", "secret": False},
    "tenant-email:tenants": {
        "value": json.dumps({"acme": {**ACME, "caFile": "ca.pem", "clientSecrte": "canary-misspelled"}}),
        "objectValue": {"acme": {**ACME, "caFile": "ca.pem", "clientSecrte": "canary-misspelled"}},
        "secret": True,
    },
}


def cli(folder: Path, body: str) -> dict[str, str]:
    """Puts an executable `pulumi` of this Python code into a folder; returns an environment that finds it."""
    (folder / "bin").mkdir()
    program = folder / "bin" / "pulumi"
    program.write_text(f"#!{sys.executable}\nimport os, sys, time\n{body}\n")
    program.chmod(0o755)
    return {**os.environ, "PATH": str(folder / "bin")}


def test_a_stack_names_its_tenants_and_its_aws_account(tmp_path: Path) -> None:
    """Its relative paths begin at the project, and what is secret of it is shown nowhere."""
    project = tmp_path / "project with {spaces}"
    (project / "sub").mkdir(parents=True)
    (project / "Pulumi.yaml").write_text("name: p\n")
    found = read_stack("dev", project / "sub", cli(tmp_path, f"print({json.dumps(RECORDED)!r})"))
    assert found.section("aws") == {"region": "eu-west-1", "secretKey": "canary-aws-key"}
    assert json.loads(found.tenants or "")["acme"]["caFile"] == str(project / "ca.pem")
    assert "p:domain" not in found.values
    assert "canary" not in scrub("canary-aws-key canary-acme canary-misspelled") + repr(found)
    assert scrub("auth0 https://acme.eu.auth0.com") == "auth0 https://acme.eu.auth0.com"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("sys.exit('error: no stack named \\'prod\\' found')", "See which there are: pulumi stack ls"),
        ("sys.exit('error: no stack selected; please use')", "Name it, as in --stack dev"),
        ("sys.exit('error: incorrect passphrase')", "Correct PULUMI_CONFIG_PASSPHRASE, or"),
        ("sys.exit('error: passphrase must be set with PULUMI_CONFIG_PASSPHRASE')", "Set PULUMI_CONFIG_PASSPHRASE or"),
        ("sys.exit('error: PULUMI_ACCESS_TOKEN must be set for login')", "Log in first: pulumi login"),
        (f"sys.exit('{ANNOUNCED}error: [503]')", "pulumi config answered: [503]\nSee whether PULUMI_BACKEND_URL"),
        (
            f"sys.exit('{ANNOUNCED}error: Unauthorized: No credentials')",
            "Unauthorized: No credentials\nLog in first: pul",
        ),
        (
            "sys.exit('error: performing HTTP request: connection refused')",
            "See whether PULUMI_BACKEND_URL is the serv",
        ),
        ("sys.exit('error: unable to open state directory \"file:///x\"')", "Make that folder, or correct PULUMI_BACK"),
        ("sys.exit('error: get identity: get credentials: failed')", "Provide what the states' cloud is logged in to"),
        ("sys.exit('error: no Pulumi.yaml project file found')", "name that with --cwd."),
        ("sys.exit(7)", "pulumi config answered: exit code 7\nCorrect what it says"),
        ("print('{')", "is not the JSON object that it prints"),
        ("print('[]')", "is not the JSON object that it prints"),
        ("print('{\"aws:region\": 3}')", "is not the JSON object that it prints"),
        ("sys.stdout.buffer.write(bytes([255]))", "is not the JSON object that it prints"),
        ("os.fork(); time.sleep(30)", "pulumi config did not end in 1 s"),
    ],
)
def test_what_the_cli_answers_instead_is_said(body: str, said: str, tmp_path: Path) -> None:
    """With what to do about it; a CLI that hangs is ended with all that it started."""
    with pytest.raises(TenantEmailError) as caught:
        read_stack("prod", tmp_path, cli(tmp_path, body), 1)
    assert str(caught.value).startswith("stack prod: ")
    assert said in str(caught.value)


def test_a_cli_that_is_not_there_is_said(tmp_path: Path) -> None:
    """As is one that cannot be started, and a folder that is none."""
    with pytest.raises(TenantEmailError, match="the selected stack: the Pulumi CLI is not on PATH\nInstall it"):
        read_stack("", tmp_path, {"PATH": str(tmp_path)})
    environ = cli(tmp_path, "")
    (tmp_path / "bin" / "pulumi").write_text("#!/nowhere/python\n")
    with pytest.raises(TenantEmailError, match="cannot be started"):
        read_stack("", tmp_path, environ)
    with pytest.raises(TenantEmailError, match="is not a folder"):
        read_stack("", tmp_path / "none", environ)


@pytest.mark.skipif(not shutil.which("pulumi"), reason="pulumi is not on PATH")
def test_the_cli_itself_is_understood(tmp_path: Path) -> None:
    """Objects, secrets in them, the stack that is selected, and one that is not there."""
    (tmp_path / "state").mkdir()
    (tmp_path / "Pulumi.yaml").write_text("name: p\nruntime: python\n")
    backend = {"PULUMI_BACKEND_URL": f"file://{tmp_path}/state", "PULUMI_CONFIG_PASSPHRASE": "x"}
    environ = {**os.environ, **backend, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    at = "tenant-email:tenants.main"
    for words in (
        ["stack", "init", "dev"],
        ["config", "set", "aws:region", "eu-west-1"],
        ["config", "set", "--path", f"{at}.platform", "auth0"],
        ["config", "set", "--secret", "--path", f"{at}.clientSecret", "canary-real"],
    ):
        subprocess.run(["pulumi", *words], cwd=tmp_path, env=environ, check=True, capture_output=True)
    found = read_stack("", tmp_path, environ)
    assert json.loads(found.tenants or "") == {"main": {"platform": "auth0", "clientSecret": "canary-real"}}
    assert found.section("aws") == {"region": "eu-west-1"}
    with pytest.raises(TenantEmailError, match="no stack named 'prod' found\nSee which there are"):
        read_stack("prod", tmp_path, environ)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read: No such file or directory"),
        (b"\xff\x00", "is not text in UTF-8"),
        (b"[]", "must be a map of tenants"),
        (b"{", "must be a map of tenants"),
    ],
)
def test_a_file_that_holds_no_tenants_is_said(content: bytes | None, said: str, tmp_path: Path) -> None:
    """Whatever is in it; PowerShell's UTF-16, and UTF-8 with a mark, are texts."""
    file = tmp_path / "tenants\n.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(TenantEmailError, match=said):
        find_tenants(str(file), None, None)
    for encoding in ("utf-16", "utf-8-sig"):
        file.write_text(json.dumps({"acme": ACME}), encoding=encoding)
        assert str(find_tenants(str(file), None, None).choose("acme")) == "auth0/acme"
    with pytest.raises(TenantEmailError, match="cannot be read: Is a directory"):
        find_tenants(str(tmp_path), None, None)


def test_no_tenant_at_all_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the ways to name one."""
    for name in ("AUTH0_DOMAIN", "LOGTO_ENDPOINT", "FRODO_HOST"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(TenantEmailError, match="Name the tenants with --stack or --tenants, or set AUTH0_DOMAIN or"):
        find_tenants(None, None, None).some(None)
