"""A fleet as settings of Pulumi Deployments: the body of each stack's, and a script that applies them. Pure.

A body is Pulumi Cloud's DeploymentSettingsRequest
(https://www.pulumi.com/docs/reference/cloud-rest-api/deployments/#patch-deployment-settings). It is merged into what
the stack has: what is null is taken away, and a secret variable that is set there stays. The CLI had files for that,
`Pulumi.<stack>.deploy.yaml`, until its version 3.251 (pulumi/pulumi pull request 23480). A schedule is no setting, and
has a command of its own.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from os.path import relpath
from typing import TYPE_CHECKING, Any, Final

from tenant_email.errors import InvalidSettings, Problem
from tenant_email.fleet.generated_options import (
    AWS_ROLE,
    BRANCH,
    ORGANIZATION,
    Form,
    folder_problems,
    folders_of,
    form_problems,
    password_problems,
)
from tenant_email.fleet.references import References, references_of_unit
from tenant_email.fleet.stack_config import Unit, makes_domain, renamed_stacks, units

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tenant_email.fleet.document import Fleet

TAG: Final = "tenant-email fleet deployments"
"""What says whose settings these are."""
SCRIPT: Final = "apply.sh"
_LONGEST_SESSION: Final = 64  # characters of the name of a session: AWS's RoleSessionName
_FORMS: Final = {
    "organization": ORGANIZATION,
    "github": Form("--github", r"[A-Za-z0-9-]+/[A-Za-z0-9_.-]+", "is not a repository", "Write it as owner/name."),
    "branch": BRANCH,
    "aws_role": AWS_ROLE,
    "repository": Form(
        "--repo",
        r"(?:https?|ssh)://\S+|[^\s/:]+@[^\s/:]+:\S+",
        "is not a URL",
        "Write it as https://git.acme.com/mail.",
    ),
    "drift": Form(
        "--drift",
        r"(?:[\d*/,A-Za-z-]+ ){4}[\d*/,A-Za-z-]+",
        "is not a cron expression of five fields",
        "Write it as '0 */4 * * *', in UTC.",
    ),
}

_DURATION: Final = re.compile(r"(?=.)(?:(\d{1,3})h)?(?:(\d{1,4})m)?(?:(\d{1,6})s)?")
_SHORTEST_DURATION: Final = 15 * 60
_LONGEST_DURATION: Final = 12 * 60 * 60
"""Seconds that a role may be taken for: AWS's DurationSeconds of AssumeRoleWithWebIdentity."""

Body = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Deployments:
    """How a fleet runs in Pulumi Deployments.

    organization: that of Pulumi Cloud. github: the repository as owner/name, which previews pull requests and deploys
    what is pushed; else repository, the URL of any. branch: the branch that is deployed. folder: that of Pulumi.yaml,
    from the repository's root. aws_role: the role that a deployment takes by OIDC, where its stack makes a sending
    domain; aws_duration: for how long. image: the executor's. pool: the runners; omitted, Pulumi's own. pre_run:
    commands before Pulumi. drift: a cron expression in UTC of when to look for drift; remediate: whether it is put
    right. previews: whether pull requests are previewed, whose code then has the stack's secrets and role.
    """

    organization: str
    github: str = ""
    repository: str = ""
    branch: str = "main"
    folder: str = "."
    aws_role: str = ""
    aws_duration: str = "1h"
    image: str = ""
    pool: str = ""
    pre_run: tuple[str, ...] = ()
    drift: str = ""
    remediate: bool = False
    previews: bool = True


@dataclass(frozen=True, slots=True)
class GeneratedSettings:
    """The settings of a fleet's stacks.

    settings: the body of each, by the name of its file. script: what applies them. secrets: the names of the variables
    that each stack needs as secrets, by stack. without_role: the stacks that make a domain, and have no role for it.
    renamed: of each stack that was called otherwise, by the name of its old file, what takes its state along.
    """

    settings: Mapping[str, Body]
    script: str
    secrets: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    without_role: tuple[str, ...] = ()
    renamed: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


def generate(fleet: Fleet, how: Deployments, project: Path, project_name: str, out: Path) -> GeneratedSettings:
    """Returns the settings of a fleet.

    Args:
        fleet: the fleet.
        how: how it runs.
        project: the folder of Pulumi.yaml on this machine.
        project_name: the name in Pulumi.yaml.
        out: where the files will be.

    Raises:
        InvalidSettings: with everything for which a deployment could not run it.
    """
    stacks = units(fleet)
    referred = {unit: references_of_unit(fleet, unit) for unit in stacks}
    folders = folders_of(fleet, how.folder, project)
    problems = [*_problems(how, folders), *(each for found in referred.values() for each in _of_files(found))]
    if problems:
        raise InvalidSettings(str(fleet.file), tuple(problems))
    domains = [unit for unit in stacks if makes_domain(fleet, unit)]
    settings = {
        settings_file(unit): _body(how, folders, f"{project_name}-{unit.stack}" if unit in domains else "")
        for unit in stacks
    }
    secrets = {unit.stack: found.variables for unit, found in referred.items() if found.variables}
    script = _script(how, project_name, relpath(project.absolute(), out.absolute()).replace("\\", "/"), stacks, secrets)
    without = () if how.aws_role else tuple(unit.stack for unit in domains)
    at = f"{how.organization}/{project_name}"
    renamed = {
        settings_file(old): (f"pulumi stack rename {at}/{new.stack} --stack {at}/{old.stack}",)
        for old, new in renamed_stacks(fleet)
    }
    return GeneratedSettings(settings, script, secrets, without, renamed)


def settings_file(unit: Unit) -> str:
    """Returns the name of the file of a stack's settings."""
    return f"{unit.stack}.settings.json"


def _of_files(found: References) -> Iterator[Problem]:
    """Yields a problem for each file that a deployment has not: it has those of the repository, where no secret is."""
    for each in found.named:
        if each.is_secret:
            what = "is a secret in a file, and a deployment has those of the repository alone"
            name = _by_variable(each.at)
            yield Problem(each.at, what, f"Use {name}, and the variable as a secret of the stack's deployment.")
        elif each.is_outside:
            what = "is a file outside of the repository, and a deployment has no other"
            yield Problem(each.at, what, "Put it into the repository, and name it by a relative path.")


def _by_variable(path: str) -> str:
    """Returns the name by which a setting is given in a variable."""
    name = path.rpartition(".")[2]
    return f"{name.removesuffix('_file')}_env" if name.endswith("_file") else f"{name.removesuffix('File')}Env"


def _problems(how: Deployments, folders: tuple[str, ...]) -> Iterator[Problem]:
    yield from form_problems(how, _FORMS)
    if not _SHORTEST_DURATION <= _seconds(how.aws_duration) <= _LONGEST_DURATION:
        yield Problem("--aws-duration", "is not a time from 15m to 12h, as AWS takes it", "Write it as 30m or 1h.")
    if bool(how.github) == bool(how.repository):
        what = "is set together with --github" if how.github else "is missing"
        yield Problem("--repo", what, "Give --github owner/name, or --repo with the URL of another host.")
    remedy = "Remove it; give the stack's deployment a git login in Pulumi Cloud."
    yield from password_problems({"--repo": how.repository}, remedy)
    yield from folder_problems(how.folder, folders)
    if how.remediate and not how.drift:
        yield Problem("--remediate", "has no effect without --drift", "Say when to look: --drift '0 */4 * * *'.")


def _seconds(duration: str) -> int:
    """Returns how long a time such as 1h30m is; 0 where it is none."""
    found = _DURATION.fullmatch(duration)
    hours, minutes, seconds = (int(each or 0) for each in found.groups()) if found else (0, 0, 0)
    return (hours * 60 + minutes) * 60 + seconds


def _body(how: Deployments, folders: tuple[str, ...], session: str) -> Body:
    """Returns the settings of one stack; `session` is that of its role, empty where it needs none."""
    role = {"roleArn": how.aws_role, "sessionName": session[:_LONGEST_SESSION], "duration": how.aws_duration}
    triggers = {
        "repository": how.github,
        "deployCommits": True,
        "previewPullRequests": how.previews,
        "pullRequestTemplate": False,
        "paths": [] if "." in folders else [f"{each}/**" for each in folders],
    }
    git = {"repoUrl": how.repository or None, "branch": how.branch, "repoDir": how.folder}
    return {
        "tag": TAG,
        "sourceContext": {"git": git},
        "gitHub": triggers if how.github else None,
        "operationContext": {
            "preRunCommands": list(how.pre_run),
            "oidc": {"aws": role if how.aws_role and session else None},
        },
        "executorContext": {"executorImage": {"reference": how.image} if how.image else None},
        "agentPoolID": how.pool or None,
    }


_HEAD: Final = f"""#!/bin/sh
# Made by `{TAG}`: change the fleet file, and make it again.
# It gives the stacks of a fleet their deployment settings, and can be run again. It needs Python 3 and the Pulumi CLI,
# logged in to Pulumi Cloud. A variable that a stack names becomes its secret; one that is not set here stays as it is.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
"""
_APPLY: Final = """
apply() {
  stack=$1
  shift
  echo "$stack"
  pulumi stack --stack "$stack" --show-name >/dev/null 2>&1 || pulumi stack init --no-select "$stack"
  set_settings <"$here/${stack##*/}.settings.json"
  # by the standard input: the words of a command can be read by every process
  [ $# -eq 0 ] || variables "$@" | set_settings
}

set_settings() {
  pulumi api "/api/stacks/$stack/deployments/settings" --method POST --silent --input -
}

variables() {
  python3 -c '
import json, os, sys
found = {name: {"secret": os.environ[name]} for name in sys.argv[1:] if os.environ.get(name)}
for name in sys.argv[1:]:
    if name not in found:
        print(f"  {name} is not set here: what the stack has stays", file=sys.stderr)
print(json.dumps({"operationContext": {"environmentVariables": found}}))
' "$@"
}
"""
_LOOK: Final = r"""
look_for_drift() {
  id=$(pulumi stack schedule list --stack "$stack" --output json | python3 -c '
import json, sys
print(*[each["id"] for each in json.load(sys.stdin)["schedules"] if each["type"] == "drift"][:1])
')
  if [ "$id" ]; then
    pulumi stack schedule edit "$id" --stack "$stack" --cron "$cron" --auto-remediate="$remediate" >/dev/null
  else
    pulumi stack schedule new --yes --stack "$stack" --kind drift --cron "$cron" \
      --auto-remediate="$remediate" >/dev/null
  fi
}
"""


def _script(
    how: Deployments, project_name: str, project: str, stacks: tuple[Unit, ...], secrets: Mapping[str, tuple[str, ...]]
) -> str:
    lines = [_HEAD, f"cd {_in_here(project)}\n", _APPLY]
    if how.drift:
        lines += [f"\ncron={shlex.quote(how.drift)}\nremediate={str(how.remediate).lower()}\n", _LOOK]
    lines.append("\n")
    for unit in stacks:
        words = (f"{how.organization}/{project_name}/{unit.stack}", *secrets.get(unit.stack, ()))
        lines.append(f"apply {shlex.join(words)}\n" + ("look_for_drift\n" if how.drift else ""))
    return "".join(lines)


def _in_here(project: str) -> str:
    return f'"$here"/{shlex.quote(project)}' if not project.startswith("/") else shlex.quote(project)
