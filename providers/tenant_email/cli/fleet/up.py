"""The command `tenant-email fleet up`."""

from __future__ import annotations

from typing import Final

import typer

from tenant_email.cli.fleet.running import runs
from tenant_email.cli.terminal import examples

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

_EXAMPLES: Final = examples(
    ("Bring up all tenants, eight at once", "tenant-email fleet up tenants.yaml --parallel 8 --yes"),
    ("Go on with a run that was interrupted", "tenant-email fleet up tenants.yaml --resume --yes"),
)


@app.command(epilog=_EXAMPLES)
@runs("up")
def up() -> None:
    """Bring every tenant of a fleet up, with a stack for each.

    One that fails does not stop the others. Ctrl-C ends each after the step that it is in, a second one at once, and
    what is unfinished is said; --resume goes on. It ends with 1 where a stack is not done, with 130 after a Ctrl-C.
    """
