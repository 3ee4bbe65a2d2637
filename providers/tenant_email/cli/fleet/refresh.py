"""The command `tenant-email fleet refresh`."""

from __future__ import annotations

from typing import Final

import typer

from tenant_email.cli.fleet.running import runs
from tenant_email.cli.terminal import examples

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

_EXAMPLES: Final = examples(
    (
        "See what is live in the tenants whose names begin with eu-",
        "tenant-email fleet refresh tenants.yaml --tenants 'eu-*' --yes",
    ),
)


@app.command(epilog=_EXAMPLES)
@runs("refresh")
def refresh() -> None:
    """Look at every tenant of a fleet, and take what differs into the states.

    One that fails does not stop the others. Ctrl-C ends each after the step that it is in, a second one at once, and
    what is unfinished is said; --resume goes on. It ends with 1 where a stack is not done, with 130 after a Ctrl-C.
    """
