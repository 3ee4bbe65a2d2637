"""The command `tenant-email fleet deployments`."""

from __future__ import annotations

import json
import shlex
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Final

import typer

from tenant_email.cli.fleet.files import DEFAULT_FILE, FileArgument
from tenant_email.cli.fleet.generated import write_generated
from tenant_email.cli.terminal import echo, examples

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tenant_email.fleet.deployments import GeneratedSettings

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

_EXAMPLES: Final = examples(
    (
        "Preview pull requests, deploy what is pushed, and look for drift every four hours",
        "tenant-email fleet deployments --out deployments --org acme --github acme/mail --drift '0 */4 * * *'",
    ),
)


@app.command(epilog=_EXAMPLES)
def deployments(
    file: FileArgument = DEFAULT_FILE,
    *,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the settings are written.")],
    organization: Annotated[str, typer.Option("--org", help="The organization in Pulumi Cloud.")],
    github: Annotated[
        str, typer.Option("--github", metavar="REPO", help="The project's repository at GitHub, as owner/name.")
    ] = "",
    repository: Annotated[
        str, typer.Option("--repo", metavar="URL", help="A repository at another host, by its URL.")
    ] = "",
    branch: Annotated[str, typer.Option("--branch", help="The branch that is deployed.")] = "main",
    folder: Annotated[str, typer.Option("--dir", help="The folder of Pulumi.yaml in the repository.")] = ".",
    aws_role: Annotated[
        str, typer.Option("--aws-role", metavar="ARN", help="The role that makes sending domains, taken by OIDC.")
    ] = "",
    aws_duration: Annotated[
        str, typer.Option("--aws-duration", metavar="TIME", help="For how long it is taken.")
    ] = "1h",
    previews: Annotated[
        bool, typer.Option("--previews/--no-previews", help="Preview pull requests, whose code has the secrets then.")
    ] = True,
    drift: Annotated[str, typer.Option("--drift", metavar="CRON", help="Look for drift then, in UTC.")] = "",
    remediate: Annotated[bool, typer.Option("--remediate", help="Put drift right.")] = False,
    pre_run: Annotated[
        list[str] | None,
        typer.Option("--pre-run", metavar="COMMAND", help="Run it before Pulumi; repeatable.", show_default=False),
    ] = None,
    image: Annotated[str, typer.Option("--image", help="The image that deployments run in; else Pulumi's.")] = "",
    pool: Annotated[str, typer.Option("--runner-pool", metavar="ID", help="The runners; else Pulumi's.")] = "",
) -> None:
    """Write a fleet as settings of Pulumi Deployments, and a script that gives each stack its own.

    Nothing that is written holds a secret: the variables that each stack needs are listed at the end, and the script
    takes them from the environment. The config of each stack, which a deployment has from the repository, is written
    too.
    """
    from tenant_email.fleet.deployments import SCRIPT, Deployments, generate  # noqa: PLC0415 - `--help` needs none
    from tenant_email.fleet.project import Project  # noqa: PLC0415 - the same
    from tenant_email.fleet.reading import read_fleet  # noqa: PLC0415 - the same
    from tenant_email.fleet.stack_config import units  # noqa: PLC0415
    from tenant_email.fleet.stack_files import require_own, write_config  # noqa: PLC0415

    fleet = read_fleet(file)
    project, stacks = Project.at(fleet.folder), units(fleet)
    how = Deployments(
        organization=organization,
        github=github,
        repository=repository,
        branch=branch,
        folder=folder,
        aws_role=aws_role,
        aws_duration=aws_duration,
        image=image,
        pool=pool,
        pre_run=tuple(pre_run or ()),
        drift=drift,
        remediate=remediate,
        previews=previews,
    )
    generated = generate(fleet, how, project.folder, project.name, out)
    require_own(fleet, stacks, project)
    texts = {each: f"{json.dumps(body, indent=2, ensure_ascii=False)}\n" for each, body in generated.settings.items()}
    left = write_generated(out, {**texts, SCRIPT: generated.script}, _is_ours, generated.renamed)
    for unit in stacks:
        write_config(fleet, unit, project, unit.stack)
    for line in _said(out, generated, left):
        echo(line)


def _is_ours(path: Path) -> bool:
    from tenant_email.fleet.deployments import SCRIPT, TAG  # noqa: PLC0415 - as above

    return path.name.endswith((SCRIPT, ".settings.json")) and TAG.encode() in path.read_bytes()


def _said(out: Path, generated: GeneratedSettings, left: list[str]) -> Iterable[str]:
    count = len(generated.settings)
    script = shlex.quote(f"{out}/apply.sh")
    yield f"{out}: the settings of {count} stack{'' if count == 1 else 's'}; apply them with: sh {script}"
    yield "Commit the Pulumi.<stack>.yaml files: a deployment has its config from there."
    yield "Secrets that each stack needs, by the names of their variables:"
    for stack, names in generated.secrets.items():
        yield f"  {stack}: {', '.join(names)}"
    if generated.without_role:
        yield f"Without --aws-role, AWS has to be in the environment of: {', '.join(generated.without_role)}"
    yield from left
