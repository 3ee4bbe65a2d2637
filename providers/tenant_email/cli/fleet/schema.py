"""The command `tenant-email fleet schema`."""

from __future__ import annotations

import json
from typing import Final

import typer

from tenant_email.cli.terminal import echo, examples

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

_EXAMPLES: Final = examples(
    ("Write the schema that editors complete a fleet file by", "tenant-email fleet schema > fleet.schema.json"),
)


@app.command(epilog=_EXAMPLES)
def schema() -> None:
    """Print the JSON schema of fleet files, for editors.

    The first line of a file names it: `# yaml-language-server: $schema=fleet.schema.json`.
    """
    from tenant_email.fleet.schema import fleet_schema  # noqa: PLC0415 - `--help` needs none of it

    echo(json.dumps(fleet_schema(), indent=2, ensure_ascii=False))
