"""The command `tenant-email fleet up`."""

from __future__ import annotations

from typing import Final

import typer

from tenant_email.cli.fleet.files import DEFAULT_FILE, FileArgument
from tenant_email.cli.fleet.running import (
    PARALLEL,
    Asked,
    CwdOption,
    FailFastOption,
    ParallelOption,
    ResumeOption,
    TenantsOnlyOption,
    TenantsOption,
    YesOption,
    run,
)
from tenant_email.cli.report import JsonOption  # noqa: TC001 - typer reads annotations
from tenant_email.cli.terminal import examples

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

_EXAMPLES: Final = examples(
    ("Bring up all tenants, eight at once", "tenant-email fleet up tenants.yaml --parallel 8 --yes"),
    ("Go on with a run that was interrupted", "tenant-email fleet up tenants.yaml --resume --yes"),
)


@app.command(epilog=_EXAMPLES)
def up(
    file: FileArgument = DEFAULT_FILE,
    *,
    tenants: TenantsOption = None,
    tenants_only: TenantsOnlyOption = False,
    parallel: ParallelOption = PARALLEL,
    resume: ResumeOption = False,
    fail_fast: FailFastOption = False,
    cwd: CwdOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Bring every tenant of a fleet up, with a stack for each.

    One that fails does not stop the others. Ctrl-C ends each after the step that it is in, a second one at once, and
    what is unfinished is said; --resume goes on. It ends with 1 where a stack is not done, with 130 after a Ctrl-C.
    """
    from tenant_email.fleet.stacks import Operation  # noqa: PLC0415 - `--help` needs none of it

    asked = Asked(
        file,
        cwd,
        tenants,
        parallel=parallel,
        resume=resume,
        fail_fast=fail_fast,
        as_json=as_json,
        yes=yes,
        tenants_only=tenants_only,
    )
    run(asked, Operation.UP)
