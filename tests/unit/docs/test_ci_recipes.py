"""The CI recipes by their text: who may know what, and what the tools' own linters say of them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from support.ci_recipes import CALLER, FORK, INCLUDER, INSTALLS, ROOT, TEMPLATE, WORKFLOW, gitlab, jobs, script, step

if TYPE_CHECKING:
    from pathlib import Path

INPUTS = yaml.safe_load(INCLUDER.read_text())["include"][0]["inputs"]
TENANT_SECRETS = {"AUTH0_CLIENT_SECRET", "LOGTO_APP_SECRET", "FRODO_SA_JWK"}
FORKED = (
    "github.event.pull_request.head.repo.full_name != github.repository || "
    "github.event.pull_request.user.login == 'dependabot[bot]'"
)
DEFAULT = "github.ref == format('refs/heads/{0}', github.event.repository.default_branch)"
SAME = "$CI_MERGE_REQUEST_SOURCE_PROJECT_ID {} $CI_MERGE_REQUEST_PROJECT_ID"
SHELLS = [
    *((f"github {name}", each["run"]) for name, job in jobs().items() for each in job["steps"] if "run" in each),
    *((name, script(job)) for name, job in gitlab(**INPUTS).items() if "script" in job),
]


def test_each_job_knows_what_it_needs_and_no_more() -> None:
    """A fork gets no secret, a pull request no tenant secret and a role that reads; only what writes has all of it."""
    told = {name: set(re.findall(r"secrets\.(\w+)|inputs\.([\w-]+-role)", str(job))) for name, job in jobs().items()}
    assert {name: {a or b for a, b in each} for name, each in told.items()} == {
        "fork": set(),
        "preview": {"PULUMI_CONFIG_PASSPHRASE", "read-only-role"},
        "comment": set(),
        "deploy": {"PULUMI_CONFIG_PASSPHRASE", "deploy-role", *TENANT_SECRETS},
        "drift": {"PULUMI_CONFIG_PASSPHRASE", "read-only-role", *TENANT_SECRETS},
        "issue": set(),
    }
    assert jobs()["deploy"]["environment"] == "${{ inputs.environment }}"
    assert jobs()["drift"]["environment"] == "${{ inputs.drift-environment || inputs.environment }}"


def test_jobs_divide_the_events() -> None:
    """No event runs two jobs, and code of a fork never runs where secrets are."""
    conditions = {name: " ".join(job["if"].split()) for name, job in jobs().items()}
    assert conditions == {
        "fork": f"github.event_name == 'pull_request' && ({FORKED})",
        "preview": f"github.event_name == 'pull_request' && !({FORKED})",
        "comment": "${{ !cancelled() && needs.preview.outputs.status != '' }}",
        "deploy": f"github.event_name == 'push' && {DEFAULT}",
        "drift": "github.event_name == 'schedule'",
        "issue": "${{ !cancelled() && needs.drift.outputs.drift != '' }}",
    }
    assert "pull_request_target" not in WORKFLOW.read_text() + CALLER.read_text()


def test_jobs_divide_the_pipelines_of_gitlab() -> None:
    """The same, in GitLab's words; each with rules, so that nothing runs unasked."""
    rules = {name: job["rules"] for name, job in gitlab(**INPUTS).items() if "script" in job}
    merge = '$CI_PIPELINE_SOURCE == "merge_request_event" && '
    assert {name: [rule["if"] for rule in each] for name, each in rules.items()} == {
        "tenant-email-fork": [merge + SAME.format("!=")],
        "tenant-email-preview": [merge + SAME.format("==")],
        "tenant-email-up": ['$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH'],
        "tenant-email-drift": ['$CI_PIPELINE_SOURCE == "schedule"'],
    }


def test_no_token_that_writes_is_where_code_of_the_repository_runs() -> None:
    """It could approve its own pull request: what tells is a job apart, which runs nothing else."""
    for job in jobs().values():
        writes = {scope for scope, level in job["permissions"].items() if level == "write"} - {"id-token"}
        assert not writes or ([*job["permissions"]], len(job["steps"]), "needs" in job) == ([*writes], 1, True)


def test_gitlab_asks_no_more_of_an_image_than_it_says() -> None:
    """Its default, Pulumi's own with Python, has no jq: the preview of a job that called it was lost."""
    assert "jq" not in TEMPLATE.read_text()


def test_stacks_of_one_name_are_apart() -> None:
    """At GitHub a run that waits is cancelled by another of its group; at GitLab a job replaces one of its name."""
    groups = [job["concurrency"] for job in jobs().values() if "concurrency" in job]
    assert [each for each in groups if ":${{ inputs.stack-folder }}:${{ inputs.stack }}" not in each] == []
    first, second = (gitlab(**{**INPUTS, "job-prefix": each}) for each in ("mail", "other"))
    shared = first.keys() & second.keys()
    assert shared == {".tenant-email", ".tenant-email-aws"}
    assert {name: first[name] for name in shared} == {name: second[name] for name in shared}
    assert {job.get("resource_group") for job in first.values() if "script" in job} & {
        job.get("resource_group") for job in second.values() if "script" in job
    } == {None}
    assert "inputs." not in TEMPLATE.read_text().partition("\n.tenant-email:")[2].partition("\n$[[")[0]


def test_only_what_reaches_aws_gets_a_token() -> None:
    """A fork's job gets none; what writes is in the environment, one at a time."""
    found = {name: job for name, job in gitlab(**INPUTS).items() if "script" in job}
    assert {name for name, job in found.items() if "id_tokens" in job} == {*found} - {"tenant-email-fork"}
    assert {name for name, job in found.items() if "environment" in job} == {"tenant-email-up", "tenant-email-drift"}
    roles = {name: job["variables"].get("TENANT_EMAIL_ROLE") for name, job in found.items()}
    assert {name for name, role in roles.items() if role == INPUTS["deploy-role"]} == {"tenant-email-up"}
    assert {found[name]["resource_group"] for name in ("tenant-email-up", "tenant-email-drift")} == {
        "tenant-email-prod"
    }


def test_a_variable_of_the_project_changes_no_identity() -> None:
    """At GitLab it has precedence over a job's own of that name: role and passphrase are set where the job runs."""
    found = {name: job for name, job in gitlab(**INPUTS).items() if "script" in job}
    own = {"AWS_ROLE_ARN", "PULUMI_CONFIG_PASSPHRASE"}
    assert [name for name, job in found.items() if own & {*job["variables"]}] == []
    assert "export PULUMI_CONFIG_PASSPHRASE=throw-away" in script(found["tenant-email-fork"])
    for name in ("tenant-email-preview", "tenant-email-up", "tenant-email-drift"):
        assert "export AWS_ROLE_ARN=$TENANT_EMAIL_ROLE" in script(found[name])


def test_the_workflow_is_tight() -> None:
    """Permissions are named by each job, actions and the CLI are pinned, a refresh runs the program."""
    text = WORKFLOW.read_text()
    assert yaml.safe_load(text)["permissions"] == yaml.safe_load(CALLER.read_text())["permissions"] == {}
    reads = {name for name, job in jobs().items() if job["permissions"].get("contents") == "read"}
    assert reads == {name for name, job in jobs().items() if "actions/checkout@" in str(job)}
    uses = re.findall(r"uses: (\S+)", text + CALLER.read_text())
    assert [use for use in uses if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", use)] == []
    clis = [each for job in jobs().values() for each in job["steps"] if "pulumi/actions@" in each.get("uses", "")]
    assert {each["with"]["pulumi-version"] for each in clis} == {"${{ inputs.pulumi-version }}"}
    commands = (text + TEMPLATE.read_text()).replace("\\\n", "").splitlines()
    assert [c for c in commands if re.search(r"pulumi (refresh|destroy)", c) and "--run-program" not in c] == []
    granted = jobs(CALLER)["mail"]["permissions"]
    assert granted == {scope: level for job in jobs().values() for scope, level in job["permissions"].items()}


def test_a_caller_gives_what_is_asked_for() -> None:
    """Every input and secret of the callers exists, and none that is required is missing."""
    asked = yaml.safe_load(WORKFLOW.read_text())[True]["workflow_call"]  # `on` is true in YAML 1.1
    for part, given in (("inputs", "with"), ("secrets", "secrets")):
        names = set(jobs(CALLER)["mail"][given])
        assert {name for name, each in asked[part].items() if each.get("required")} <= names <= set(asked[part])
    spec = yaml.safe_load(TEMPLATE.read_text().partition("\n---\n")[0])["spec"]["inputs"]
    assert {name for name, each in spec.items() if "default" not in each} <= set(INPUTS) <= set(spec)


def test_each_job_installs_what_a_copied_stack_has() -> None:
    """In the folder of the stack, and of the pack, before there is a role that what is installed could take."""
    for project in (ROOT / "stacks" / "auth0_smtp" / "Pulumi.yaml", ROOT / "policies" / "pack" / "PulumiPolicy.yaml"):
        assert yaml.safe_load(project.read_text())["runtime"]["options"] == {"toolchain": "pip", "virtualenv": ".venv"}
        assert (project.parent / "requirements.txt").exists()
    for name in ("fork", "preview", "deploy", "drift"):
        steps = [each.get("run", each.get("uses", "")) for each in jobs()[name]["steps"]]
        (cli,) = (at for at, each in enumerate(steps) if each.startswith("pulumi/actions@"))
        assert steps[cli + 1] == f'{INSTALLS} "$STACK_FOLDER"'
        roles = [at for at, each in enumerate(steps) if each.startswith("aws-actions/")]
        last = max(at for at, each in enumerate(steps) if INSTALLS in each)
        assert [at == last + 1 for at in roles] == ([] if name == "fork" else [True])
    assert all(sum(INSTALLS in line for line in job["before_script"]) == 2 for job in gitlab(**INPUTS).values())


def test_a_fork_validates_with_nothing_real() -> None:
    """Its config is for a host that cannot be, and both recipes do the same."""
    assert set(re.findall(r"\S+\.invalid", FORK.read_text())) >= {"smtp.fork.invalid", "https://fork.invalid"}
    assert step("fork", "Validate the inputs") in script(gitlab(**INPUTS)["tenant-email-fork"])


def _run(*command: str, given: str | None = None) -> str:
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False, cwd=ROOT)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_actionlint() -> None:
    """GitHub's workflows, by the linter for them."""
    if (actionlint := shutil.which("actionlint")) is None:
        pytest.skip("actionlint is not on PATH: go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12")
    assert _run(actionlint, str(WORKFLOW), str(CALLER)) == ""


def test_zizmor() -> None:
    """GitHub's workflows, by the auditor of their security; nothing is ignored."""
    zizmor = [f"{sys.prefix}/bin/zizmor", "--offline", "--persona", "pedantic"]
    assert _run(*zizmor, str(WORKFLOW), str(CALLER)) == ""


@pytest.mark.parametrize(
    "text", [text for _, text in SHELLS], ids=[f"{n} {name}" for n, (name, _) in enumerate(SHELLS)]
)
def test_shellcheck(text: str) -> None:
    """Each script, as the runner starts and joins it."""
    shellcheck = [f"{sys.prefix}/bin/shellcheck", "--shell=bash", "--severity=style", "-"]
    assert _run(*shellcheck, given=f"set -eo pipefail\n{text}") == ""


@pytest.mark.parametrize("schema", ["github-workflows", "gitlab-ci"])
def test_the_tools_own_schemas(schema: str, tmp_path: Path) -> None:
    """GitHub's of workflows, and GitLab's of pipelines."""
    files: list[Any] = [WORKFLOW, CALLER]
    if schema == "gitlab-ci":
        (tmp_path / "filled.json").write_text(json.dumps(gitlab(**INPUTS)))
        (tmp_path / "spec.yml").write_text(TEMPLATE.read_text().partition("\n---\n")[0])
        files = [INCLUDER, tmp_path / "filled.json", tmp_path / "spec.yml"]
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}"]
    assert _run(*check, *map(str, files)) == ""
