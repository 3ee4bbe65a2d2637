"""The command `tenant-email fleet preview`."""

from __future__ import annotations

from typing import Final

import typer

from tenant_email.cli.fleet.running import runs
from tenant_email.cli.terminal import examples

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

_EXAMPLES: Final = examples(
    ("See what would change in each tenant", "tenant-email fleet preview tenants.yaml"),
    ("See it of two tenants", "tenant-email fleet preview tenants.yaml --tenants acme --tenants umbrella"),
)


@app.command(epilog=_EXAMPLES)
@runs("preview", without=("resume", "fail_fast", "yes"))
def preview() -> None:
    """Show what an up would change in each tenant of a fleet, and a table of all.

    No tenant is asked, and nothing is written: no config, no state, and no stack that is not there yet.
    It ends with 1 where a preview fails.
    """
