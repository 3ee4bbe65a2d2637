"""A fleet as settings of Pulumi Deployments: what a stack is told, what no deployment could run, and the script."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from support.fleets import STACK
from tenant_email.errors import InvalidSettings
from tenant_email.fleet.deployments import Deployments, generate
from tenant_email.fleet.reading import examine
from tenant_email.fleet.selection import selected
from tenant_email.json_types import is_list, is_object

if TYPE_CHECKING:
    from tenant_email.fleet.deployments import GeneratedSettings
    from tenant_email.fleet.document import Fleet

HOW = Deployments(organization="acme", github="acme/mail", folder="stacks/fleet")
ROLE = "arn:aws:iam::123456789012:role/deploy"
SPEC = os.environ.get("PULUMI_CLOUD_SPEC", "")
_SECRETS = {"appSecretFile": "appSecretEnv", "KeyFile": "KeyEnv", "password_file": "password_env"}


def fleet(text: str = (STACK / "tenants.yaml").read_text(), file: Path = STACK / "tenants.yaml") -> Fleet:
    """Returns the fleet of the stack, its secrets in variables."""
    for name, instead in _SECRETS.items():
        text = re.sub(rf"{name}: .*", f"{instead}: SECRET_{instead.upper()}", text)
    return examine(text, file, judged=False).fleet


def made(how: Deployments = HOW, of: Fleet | None = None) -> GeneratedSettings:
    """Returns its settings."""
    return generate(of or fleet(), how, STACK, "fleet", STACK / "deployments")


def body(stack: str, how: Deployments = HOW) -> dict[str, Any]:
    """Returns the settings of a stack, as they are written."""
    found: dict[str, Any] = json.loads(json.dumps(made(how).settings[f"{stack}.settings.json"]))
    return found


def test_what_is_pushed_is_deployed_and_a_pull_request_is_previewed() -> None:
    """Where something of the project changes; elsewhere than on GitHub nothing triggers it."""
    acme = body("acme")
    assert acme["sourceContext"]["git"] == {"repoUrl": None, "branch": "main", "repoDir": "stacks/fleet"}
    assert acme["gitHub"] == {
        "repository": "acme/mail",
        "deployCommits": True,
        "previewPullRequests": True,
        "pullRequestTemplate": False,
        "paths": ["stacks/fleet/**"],
    }
    assert body("acme", replace(HOW, folder="."))["gitHub"]["paths"] == []
    assert body("acme", replace(HOW, previews=False))["gitHub"]["previewPullRequests"] is False
    other = body("acme", replace(HOW, github="", repository="https://git.acme.com/mail"))
    assert (other["gitHub"], other["sourceContext"]["git"]["repoUrl"]) == (None, "https://git.acme.com/mail")


def test_only_what_makes_a_domain_takes_the_role() -> None:
    """What is no option any more is null, which takes it away."""
    how = replace(HOW, aws_role=ROLE, aws_duration="30m", image="acme/pulumi:1", pool="p", pre_run=("make deps",))
    aws = {"roleArn": ROLE, "sessionName": "fleet-sending_domain.mail", "duration": "30m"}
    domain = body("sending_domain.mail", how)
    assert domain["operationContext"] == {"preRunCommands": ["make deps"], "oidc": {"aws": aws}}
    assert (domain["executorContext"], domain["agentPoolID"]) == (
        {"executorImage": {"reference": "acme/pulumi:1"}},
        "p",
    )
    assert body("acme", how)["operationContext"]["oidc"] == {"aws": None}
    assert (body("acme")["executorContext"], body("acme")["agentPoolID"]) == ({"executorImage": None}, None)
    assert (made(how).without_role, made().without_role) == ((), ("sending_domain.mail",))


def test_a_fleet_file_beside_the_project() -> None:
    """Its folder triggers deployments too; outside of the repository nothing is."""
    beside = fleet(file=STACK.parent / "tenants" / "fleet.yaml")
    assert made(HOW, beside).settings["acme.settings.json"]["gitHub"]["paths"] == [
        "stacks/fleet/**",
        "stacks/tenants/**",
    ]
    with pytest.raises(InvalidSettings, match="--dir: has the project or the fleet file outside of the repository"):
        made(replace(HOW, folder="."), fleet(file=STACK.parent.parent / "fleet.yaml"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"organization": ""}, "--org: is not the name of an organization"),
        ({"organization": "a/b"}, "--org: is not the name of an organization"),
        ({"github": "mail"}, "--github: is not a repository"),
        ({"github": ""}, "--repo: is missing"),
        ({"repository": "https://x"}, "--repo: is set together with --github"),
        ({"github": "", "repository": "https://me:canary@x/y"}, "--repo: holds a password"),
        ({"branch": "--upload-pack=x"}, "--branch: is not the name of a branch"),
        ({"folder": "../x"}, "--dir: has the project or the fleet file outside of the repository"),
        ({"folder": "/x"}, "--dir: has the project or the fleet file outside of the repository"),
        ({"aws_role": "deploy"}, "--aws-role: is not the ARN of a role"),
        *(
            ({"aws_duration": each}, "--aws-duration: is not a time from 15m to 12h, as AWS takes it")
            for each in ("an hour", "", "14m59s", "12h1s", "1h 30m")
        ),
        ({"github": "", "repository": "acme/mail"}, "--repo: is not a URL"),
        ({"drift": "hourly"}, "--drift: is not a cron expression of five fields"),
        ({"drift": "* * * * * *"}, "--drift: is not a cron expression of five fields"),
        ({"remediate": True}, "--remediate: has no effect without --drift"),
    ],
)
def test_what_no_settings_may_say_is_refused(options: Any, said: str) -> None:
    """A secret above all; the message does not repeat it."""
    with pytest.raises(InvalidSettings) as refused:
        made(replace(HOW, **options))
    (problem,) = refused.value.problems
    assert f"{problem.path}: {problem.what}" == said
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize("options", [{"aws_duration": "15m"}, {"aws_duration": "11h60m"}, {"aws_duration": "43200s"}])
def test_settings_at_the_limits(options: Any) -> None:
    """As long as AWS lends a role."""
    assert made(replace(HOW, aws_role=ROLE, **options)).settings


def test_a_deployment_has_the_files_of_the_repository_alone() -> None:
    """With every place at once, and the name that takes a variable; a template's body is in the repository."""
    beside = examine((STACK / "tenants.yaml").read_text(), STACK / "tenants.yaml", judged=False).fleet
    with pytest.raises(InvalidSettings) as refused:
        made(HOW, beside)
    assert [(each.path, each.remedy.partition(",")[0]) for each in refused.value.problems] == [
        ("tenants.initech.appSecretFile", "Use appSecretEnv"),
        ("tenants.forge.serviceAccountKeyFile", "Use serviceAccountKeyEnv"),
        ("tenants.forge.email.provider.password_file", "Use password_env"),
    ]
    outside = fleet(text=(STACK / "tenants.yaml").read_text().replace("body_file: templates", "body_file: /srv"))
    with pytest.raises(InvalidSettings, match="is a file outside of the repository, and a deployment has no other"):
        made(HOW, outside)


_PULUMI = """#!{python}
import json, os, pathlib, sys
words, home = sys.argv[1:], pathlib.Path(os.environ["HOME"])
record = home / "asked"
if words[:1] == ["stack"] and "--show-name" in words:
    sys.exit(not (home / "stacks" / words[2].replace("/", "-")).exists())
if words[:2] == ["stack", "init"]:
    (home / "stacks" / words[-1].replace("/", "-")).touch()
if words[:3] == ["stack", "schedule", "list"]:
    print(json.dumps({{"schedules": [{{"id": "s1", "type": "drift"}}] if (home / "drift").exists() else []}}))
    sys.exit()
if words[:3] == ["stack", "schedule", "new"]:
    (home / "drift").touch()
given = sys.stdin.read() if "--input" in words else ""
with record.open("a") as file:
    file.write(json.dumps([os.getcwd(), words, given]) + "\\n")
"""


def applied(home: Path, script: str, environ: dict[str, str]) -> list[tuple[str, list[str], str]]:
    """Runs the script where `pulumi` notes what it is asked; returns that."""
    (home / "bin").mkdir(exist_ok=True)
    (home / "stacks").mkdir(exist_ok=True)
    (home / "bin" / "pulumi").write_text(_PULUMI.format(python=sys.executable))
    (home / "bin" / "pulumi").chmod(0o755)
    (home / "asked").write_text("")
    path = os.pathsep.join((str(home / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]))
    subprocess.run(["sh", script], check=True, capture_output=True, env={"HOME": str(home), "PATH": path, **environ})
    return [tuple(json.loads(line)) for line in (home / "asked").read_text().splitlines()]


def test_the_script(tmp_path: Path) -> None:
    """It makes a stack once, keeps one schedule, and hands secrets over by the standard input alone."""
    one = replace(fleet(), tenants={"acme": fleet().tenants["acme"]}, sending_domains={})
    unit = selected(one, ())[1][0]
    out = tmp_path / "my fleet" / "out"
    out.mkdir(parents=True)
    how = replace(HOW, drift="0 */4 * * *", remediate=True)
    found = generate(replace(one, file=out.parent / "tenants.yaml"), how, out.parent, "fleet", out)
    (out / "apply.sh").write_text(found.script)
    (out / f"{unit.stack}.settings.json").write_text('{"tag": "x"}')
    asked = applied(tmp_path, str(out / "apply.sh"), {"ACME_AUTH0_SECRET": 'canary "1"'})
    of_acme = [(words, given) for _, words, given in asked if any("/fleet/acme" in word for word in words)]
    assert [words[:3] for words, _ in of_acme if words[0] == "stack"] == [
        ["stack", "init", "--no-select"],
        ["stack", "schedule", "new"],
    ]
    bodies = [json.loads(given) for _, given in of_acme if given]
    assert bodies == [
        {"tag": "x"},
        {"operationContext": {"environmentVariables": {"ACME_AUTH0_SECRET": {"secret": 'canary "1"'}}}},
    ]
    assert all(folder == str(out.parent) and "canary" not in " ".join(words) for folder, words, _ in asked)
    again = applied(tmp_path, str(out / "apply.sh"), {})
    assert [words[:3] for _, words, _ in again if words[0] == "stack"] == [["stack", "schedule", "edit"]]
    assert [given for _, _, given in again if "ACME" in given] == []


@pytest.mark.skipif(not SPEC, reason="PULUMI_CLOUD_SPEC names no file with Pulumi Cloud's OpenAPI document")
def test_pulumi_clouds_own_schema_takes_every_body() -> None:
    """Strictly: a name that it does not know is wrong. Null is how its PATCH takes something away."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - only where the document is

    schemas = json.loads(Path(SPEC).read_text())["components"]["schemas"]
    root = {"$ref": "#/components/schemas/DeploymentSettingsRequest"}
    judge = Draft202012Validator({"components": {"schemas": _strict(schemas)}, **root})
    every = replace(HOW, aws_role=ROLE, image="acme/pulumi:1", pool="p", pre_run=("make deps",))
    for how in (HOW, every, replace(HOW, github="", repository="https://git.acme.com/mail")):
        for each in made(how).settings.values():
            assert [error.message for error in judge.iter_errors(_given(each))] == []


def _strict(value: Any) -> Any:
    if is_list(value):
        return [_strict(each) for each in value]
    if not is_object(value):
        return value
    found = {name: _strict(each) for name, each in value.items() if name != "discriminator"}
    return {**found, "additionalProperties": False} if "properties" in found else found


def _given(value: Any) -> Any:
    return {name: _given(each) for name, each in value.items() if each is not None} if is_object(value) else value
