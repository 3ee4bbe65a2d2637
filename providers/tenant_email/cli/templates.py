"""The command `tenant-email templates`."""

from __future__ import annotations

import time
from contextlib import suppress
from enum import StrEnum
from pathlib import Path  # noqa: TC003 - typer reads annotations
from typing import TYPE_CHECKING, Annotated, Final

import typer

from tenant_email.cli.console import PlatformArgument, require_platform
from tenant_email.cli.terminal import echo, examples, paint
from tenant_email.errors import TenantEmailError
from tenant_email.mail_templates.rules import Level
from tenant_email.redaction.visible import one_line

if TYPE_CHECKING:
    from tenant_email.mail_templates.linting import Report
    from tenant_email.mail_templates.looking import Look

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

_EXAMPLES: Final = examples(
    ("Check one template, as a preview does", "tenant-email templates auth0 emails/verify_email.json"),
    ("Look at all of them, in a browser", "tenant-email templates auth0 emails --format html --out gallery.html"),
    (
        "Look at the starters in your brand",
        "tenant-email templates auth0 --starters --brand brand.json --format html --out g.html",
    ),
    ("Check them anew at every save", "tenant-email templates pingone_aic email-templates --watch"),
    ("Tell a code scanning", "tenant-email templates logto texts --format sarif --out templates.sarif"),
)


class Form(StrEnum):
    """What a report is written as."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    HTML = "html"


@app.command(epilog=_EXAMPLES)
def templates(
    platform: PlatformArgument,
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE",
            help="Templates: their settings as JSON, what auth0-deploy-cli, frodo, fr-config-manager or Logto keep "
            "them in, only a body, or folders of these.",
        ),
    ] = None,
    *,
    name: Annotated[str | None, typer.Option(help="Check a file of only a body as that of this template.")] = None,
    variables: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Print the texts rendered, with the variables in this JSON file over the samples."
        ),
    ] = None,
    form: Annotated[
        Form, typer.Option("--format", help="Write lines, JSON, SARIF 2.1.0, or a gallery of the mails in HTML.")
    ] = Form.TEXT,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write to this file instead of to stdout.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Let --out replace a file that is there.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="End with 1 for a warning too.")] = False,
    starters: Annotated[
        bool, typer.Option("--starters", help="Look at the platform's starters, besides or instead of files.")
    ] = False,
    brand: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Show starters in the brand of this JSON file: name, color, logo_url, and so on."
        ),
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Go on, and check anew whenever a file changes.")] = False,
) -> None:
    """Check templates as a preview does, render them, and show how their mails look.

    Nothing leaves this machine. It ends with 1 where a template has an error.
    """
    require_platform(platform)
    form = Form.JSON if as_json else form
    if watch and form is not Form.TEXT and not out:
        message = f"--watch with --format {form} needs --out."
        raise typer.BadParameter(message)
    from tenant_email.mail_templates.looking import Look  # noqa: PLC0415 - `--help` needs none of it

    if not files and not starters:
        message = "Missing argument 'FILE...'. Name files or folders, or show --starters."
        raise typer.BadParameter(message)
    look = Look(platform, tuple(files or ()), name, variables, starters=starters, brand=brand)
    report, used = look.report()
    _print(report, form, look.paths, out, rendered=variables is not None, replaces=force)
    if watch:
        _watch(look, used, form, out)
        return
    failed = report.count(Level.ERROR) or (strict and report.findings)
    raise typer.Exit(1 if failed else 0)


def _print(
    report: Report, form: Form, files: tuple[Path, ...], out: Path | None, *, rendered: bool, replaces: bool
) -> None:
    """Writes a report: to the file that was asked for, or else to stdout, with errors on stderr where it is lines."""
    from tenant_email.mail_templates import reports  # noqa: PLC0415 - as above
    from tenant_email.mail_templates.looking import write, written_as  # noqa: PLC0415

    if out:
        write(out, written_as(form.value, report), replaces=replaces)
        echo(f"{reports.shown_path(out)}: {reports.summary(report)}", err=True)
    elif form is not Form.TEXT:
        typer.echo(written_as(form.value, report), nl=False)
    else:
        for each in report.findings:
            for line in reports.finding_lines(each):
                echo(_painted(line, each.level), err=each.level is Level.ERROR)
        for line in reports.rendered_lines(report) if rendered else ():
            echo(line)
        echo(reports.summary(report, files[0] if len(files) == 1 else None), err=bool(report.count(Level.ERROR)))


def _watch(look: Look, used: frozenset[Path], form: Form, out: Path | None) -> None:
    """Looks again whenever a file changes, and says so in a line; Ctrl-C ends it."""
    from tenant_email.mail_templates import reports, watching  # noqa: PLC0415 - as above
    from tenant_email.mail_templates.looking import write, written_as  # noqa: PLC0415

    echo("Watching; Ctrl-C ends it.", err=True)
    watched = set(used)
    with suppress(KeyboardInterrupt):
        for changed in watching.changes(watched):
            now = time.strftime("%H:%M:%S")
            try:
                report, used = look.report()
                if out:
                    write(out, written_as(form.value, report), replaces=True)
            except (TenantEmailError, OSError) as error:
                echo(f"{now} {one_line(str(error))}")
                continue
            watched |= used
            for path in changed:
                echo(f"{now} {reports.change_line(path, report)}")


def _painted(line: str, level: Level) -> str:
    """Returns a line of a finding with its level in color; a remedy under it as it is."""
    place, found, what = line.partition(f"{level}: ")
    error = level is Level.ERROR
    if not found or place.startswith(" "):
        return line
    return f"{place}{paint(f'{level}:', 'red' if error else 'yellow', 'bold', err=error)} {what}"
