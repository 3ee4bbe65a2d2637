"""The command `tenant-email fleet check`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from tenant_email.cli.fleet.files import DEFAULT_FILE, CheckedFileArgument
from tenant_email.cli.report import JsonOption, scrub_json
from tenant_email.cli.terminal import echo, examples, paint

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from tenant_email.errors import Problem
    from tenant_email.fleet.reading import Examined
    from tenant_email.json_types import Props

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

VERSION: Final = 1
_EXAMPLES: Final = examples(
    ("Say everything that is wrong with a file", "tenant-email fleet check tenants.yaml"),
    ("The same for a program to read", "tenant-email fleet check tenants.yaml --json"),
)


@app.command(epilog=_EXAMPLES)
def check(
    file: CheckedFileArgument = DEFAULT_FILE,
    *,
    strict: Annotated[bool, typer.Option("--strict", help="End with 1 for a warning too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Say everything that is wrong with a fleet file, each with its line, as a preview of all its tenants would.

    It needs no secret, no environment and no network. It ends with 1 where something is wrong.
    """
    from tenant_email.fleet.reading import examine_file  # noqa: PLC0415 - `--help` needs none of it

    examined = examine_file(file)
    failed = bool(examined.problems or (strict and examined.warnings))
    if as_json:
        echo(scrub_json(_document(file, examined, ok=not failed)))
    else:
        for line in lines(file, examined):
            echo(line)
    raise typer.Exit(int(failed))


def lines(file: Path, examined: Examined) -> Iterator[str]:
    """Yields what was found, as compilers have it, so that editors and CI find the place."""
    yield from _listed(file, examined.warnings, paint("warning:", "yellow", "bold"))
    yield from _listed(file, examined.problems, paint("error:", "red", "bold"))
    count = len(examined.problems)
    if count:
        yield f"{count} problem{'' if count == 1 else 's'}"
    else:
        number = len(examined.fleet.tenants)
        yield f"{file}: {number} tenant{'' if number == 1 else 's'}, nothing wrong"


def _listed(file: Path, problems: Iterable[Problem], level: str) -> Iterator[str]:
    for each in problems:
        what, _, remedy = str(each).partition("\n")
        yield f"{file}:{each.line}:{each.column}: {level} {what}"
        if remedy:
            yield f"  {remedy}"


def _document(file: Path, examined: Examined, *, ok: bool) -> Props:
    return {
        "version": VERSION,
        "command": "fleet check",
        "ok": ok,
        "file": str(file),
        "tenants": list(examined.fleet.tenants),
        "problems": [_object(each) for each in examined.problems],
        "warnings": [_object(each) for each in examined.warnings],
    }


def _object(problem: Problem) -> Props:
    return {
        "path": problem.path,
        "line": problem.line,
        "column": problem.column,
        "what": problem.what,
        "remedy": problem.remedy,
    }
