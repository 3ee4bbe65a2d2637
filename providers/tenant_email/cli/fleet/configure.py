"""The command `tenant-email fleet configure`."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from tenant_email.cli.fleet.files import DEFAULT_FILE, FileArgument
from tenant_email.cli.fleet.running import CwdOption  # noqa: TC001 - typer reads annotations
from tenant_email.cli.terminal import echo, examples

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

_EXAMPLES: Final = examples(
    ("Have the stack prod hold all tenants of a file", "tenant-email fleet configure tenants.yaml --stack prod"),
)


@app.command(epilog=_EXAMPLES)
def configure(
    file: FileArgument = DEFAULT_FILE,
    *,
    stack: Annotated[str, typer.Option("--stack", metavar="STACK", help="The stack that is to have all tenants.")],
    cwd: CwdOption = None,
) -> None:
    """Write the tenants' entries into the config of one stack for all of them.

    Then `pulumi preview` and `pulumi up` are done with that stack, as with any. What else its file holds stays.
    """
    from tenant_email.fleet.project import BY_OPTION, Project  # noqa: PLC0415 - `--help` needs none of it
    from tenant_email.fleet.reading import read_fleet  # noqa: PLC0415
    from tenant_email.fleet.stack_config import Unit  # noqa: PLC0415
    from tenant_email.fleet.stack_files import require_own, write_config  # noqa: PLC0415

    fleet, project = read_fleet(file), Project.at(cwd or file.parent, BY_OPTION)
    require_own(fleet, [Unit()], project, stack)
    changed = write_config(fleet, Unit(), project, stack)
    echo(f"{project.file_of(stack)}: {'has' if changed else 'has already'} the {len(fleet.tenants)} tenants of {file}")
