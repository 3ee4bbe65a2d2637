"""The command `tenant-email fleet destroy`."""

from __future__ import annotations

from typing import Final

import typer

from tenant_email.cli.fleet.running import runs
from tenant_email.cli.terminal import examples

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

_EXAMPLES: Final = examples(
    ("Take down one tenant", "tenant-email fleet destroy tenants.yaml --tenants acme --yes"),
)


@app.command(epilog=_EXAMPLES)
@runs("destroy", without=("tenants_only",))
def destroy() -> None:
    """Take down what the stacks of a fleet manage; the stacks themselves stay, empty.

    One that fails does not stop the others. Ctrl-C ends each after the step that it is in, a second one at once, and
    what is unfinished is said; --resume goes on. It ends with 1 where a stack is not done, with 130 after a Ctrl-C.
    """
