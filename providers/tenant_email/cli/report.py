"""What a command found, printed a line each with what to do about it, or as one JSON document.

The document has `version` (1), `command`, `ok`, and `findings`: a list of objects with `level` (`ok`, `warning`,
`problem` or `unknown`), `about` (what was looked at, as `auth0/main`), `check` (the name of the check), `what` and
`remedy` (empty where there is nothing to do). A command may add a key of its own. Later versions add keys;
`version` counts up when one changes or goes.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Final, NoReturn

import typer

from tenant_email.cli.terminal import Style, echo, paint, progress
from tenant_email.findings import Finding, Level
from tenant_email.json_types import is_object, is_sequence
from tenant_email.redaction.secrets import scrub, scrub_whole
from tenant_email.redaction.visible import LONGEST_LINE, cut, visible
from tenant_email.redaction.visible import lines as safe_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tenant_email.json_types import Json

__all__ = ["Finding", "JsonOption", "Level", "finish", "has_problem", "lines", "scrub_json"]

VERSION: Final = 1

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of lines.")]


_COLORS: Final[Mapping[Level, Style]] = {
    Level.OK: "green",
    Level.WARNING: "yellow",
    Level.PROBLEM: "red",
    Level.UNKNOWN: "cyan",
}
_WIDTH: Final = max(map(len, Level)) + 2


def has_problem(findings: Iterable[Finding]) -> bool:
    """Returns whether a command that found these fails."""
    return any(each.level is Level.PROBLEM for each in findings)


def finish(
    command: str, findings: Iterable[Finding], *, as_json: bool, more: Mapping[str, Json] | None = None
) -> NoReturn:
    """Prints what was found on stdout, lines as it is found, and ends: with 1 when there is a problem, else with 0.

    `more` are keys of the command's own in the document; nothing in them may be secret.
    """
    safe, kept = map(_safe, findings), list[Finding]()
    if as_json:
        with progress("looking", says=False):
            kept += safe
        listed = [asdict(each) for each in kept]
        ok = not has_problem(kept)
        echo(scrub_json({"version": VERSION, "command": command, "ok": ok, "findings": listed, **(more or {})}))
    else:
        for line in lines(_kept(safe, kept)):
            echo(line)
    raise typer.Exit(int(has_problem(kept)))


def _kept(found: Iterator[Finding], into: list[Finding]) -> Iterable[Finding]:
    """Yields what is found, and shows at a terminal that one goes on looking until the next of it."""
    while True:
        with progress("looking", says=False):
            each = next(found, None)
        if each is None:
            return
        into.append(each)
        yield each


def lines(findings: Iterable[Finding]) -> Iterable[str]:
    """Yields the lines of findings: whose they are where that changes, what was found, and under it the remedy."""
    about = ""
    for each in findings:
        if each.about != about:
            about = each.about
            yield paint(about, "bold")
        yield paint(f"{each.level:<{_WIDTH}}", _COLORS[each.level]) + each.what
        if each.remedy:
            yield " " * _WIDTH + each.remedy


def scrub_json(document: Json) -> str:
    """Returns a document as text in ASCII, every text in it scrubbed of secrets."""
    return json.dumps(_scrubbed(document), indent=2)


def _scrubbed(value: Json) -> Json:
    # Before it is written: JSON's escapes would hide a secret from what looks for it.
    if is_object(value):
        return {_scrubbed(name): _scrubbed(item) for name, item in value.items()}
    if is_sequence(value):
        return [_scrubbed(item) for item in value]
    return scrub_whole(value) if isinstance(value, str) else value


def _safe(finding: Finding) -> Finding:
    """Returns a finding whose texts show no secret, steer no terminal and stay on their line."""
    what, remedy = safe_lines(scrub(finding.what)), cut(visible(scrub(finding.remedy)), LONGEST_LINE)
    return Finding(Level(finding.level), what, remedy, visible(scrub(finding.about)), finding.check)
