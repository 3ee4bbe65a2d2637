"""The command `tenant-email fleet preview`."""

from __future__ import annotations

from typing import Final

import typer

from tenant_email.cli.fleet.files import DEFAULT_FILE, FileArgument
from tenant_email.cli.fleet.running import (
    PARALLEL,
    Asked,
    CwdOption,
    ParallelOption,
    TenantsOnlyOption,
    TenantsOption,
    run,
)
from tenant_email.cli.report import JsonOption  # noqa: TC001 - typer reads annotations
from tenant_email.cli.terminal import examples

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

_EXAMPLES: Final = examples(
    ("See what would change in each tenant", "tenant-email fleet preview tenants.yaml"),
    ("See it of two tenants", "tenant-email fleet preview tenants.yaml --tenants acme --tenants umbrella"),
)


@app.command(epilog=_EXAMPLES)
def preview(
    file: FileArgument = DEFAULT_FILE,
    *,
    tenants: TenantsOption = None,
    tenants_only: TenantsOnlyOption = False,
    parallel: ParallelOption = PARALLEL,
    cwd: CwdOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what an up would change in each tenant of a fleet, and a table of all.

    No tenant is asked, and nothing is written: no config, no state, and no stack that is not there yet.
    It ends with 1 where a preview fails.
    """
    from tenant_email.fleet.stacks import Operation  # noqa: PLC0415 - `--help` needs none of it

    asked = Asked(file, cwd, tenants, parallel=parallel, as_json=as_json, tenants_only=tenants_only)
    run(asked, Operation.PREVIEW)
