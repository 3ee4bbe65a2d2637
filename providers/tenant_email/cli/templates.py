"""The command `tenant-email templates`."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads annotations
from typing import Annotated

import typer

from tenant_email import platforms, template_file
from tenant_email.cli.console import PlatformArgument, fail, require_platform
from tenant_email.errors import TenantEmailError, redact_message

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def templates(
    platform: PlatformArgument,
    file: Annotated[Path, typer.Argument(help="The template's settings as JSON, or only its body.")],
    name: Annotated[str, typer.Option(help="Check the file as the body of this template.")] = "verify_email",
    variables: Annotated[
        Path | None, typer.Option(help="Print the texts rendered with the variables in this JSON file.")
    ] = None,
) -> None:
    """Check a template as a preview does, and render it where the platform's template language is known."""
    require_platform(platform)
    chosen = platforms.load(platform)
    if variables and not chosen.render:
        fail(f"{platform}: its templates cannot be rendered here\nLeave out --variables.")
    texts = dict[str, str]()
    try:
        inputs, warnings = template_file.check(chosen, file, name)
        if variables and chosen.render:
            texts.update(chosen.render(inputs.settings, template_file.read_object(variables)))
    except TenantEmailError as error:
        fail(str(error))
    for warning in warnings:
        typer.echo(redact_message(f"warning: {warning}"))
    for part, shown in texts.items():
        typer.echo(f"--- {part}\n{shown}")
    if not variables:
        typer.echo(f"{file}: it works; see the warnings." if warnings else f"{file}: nothing wrong.")
