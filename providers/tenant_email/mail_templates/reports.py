"""A report as lines for a terminal, and as one JSON document (docs/templates.md#json)."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tenant_email.mail_templates.rules import Level
from tenant_email.redaction.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email.json_types import Props
    from tenant_email.mail_templates.linting import LintedTemplate, Report, ShownMail
    from tenant_email.mail_templates.rules import Finding

VERSION: Final = 1
_LEVELS: Final = {Level.ERROR: "problem", Level.WARNING: "warning"}
"""The words that every command's document has for them."""


def shown_path(path: Path) -> str:
    """Returns a path as it is read from here: short where the file is below, and harmless to print."""
    with contextlib.suppress(OSError, ValueError):
        path = Path(os.path.relpath(path)) if path.is_absolute() and path.is_relative_to(Path.cwd()) else path
    return visible(str(path))


def place_of(finding: Finding) -> str:
    """Returns `file:line:column`, as editors and terminals open it, as far as it is known."""
    where = [shown_path(finding.path)] if finding.path else []
    if finding.line:
        where += [str(finding.line), str(finding.column)]
    return ":".join(where)


def finding_lines(finding: Finding) -> Iterator[str]:
    """Yields the line of a finding, and under it the remedy."""
    place, (first, *more) = place_of(finding), finding.text.split("\n")
    yield f"{place}{': ' if place else ''}{finding.level}: {first} [{finding.rule}]"
    yield from (f"    {line}" for line in more)


def summary(report: Report, path: Path | None = None) -> str:
    """Returns the last line of a report."""
    errors, warnings = report.count(Level.ERROR), report.count(Level.WARNING)
    if path is not None and len(report.templates) == 1 and not errors:
        return f"{shown_path(path)}: {'it works; see the warnings.' if warnings else 'nothing wrong.'}"
    of = f"{counted(len(report.templates), 'template')} of {report.platform}"
    if not errors + warnings:
        return f"{of}: nothing wrong."
    return f"{of}: {counted(errors, 'error')}, {counted(warnings, 'warning')}."


def rendered_lines(report: Report) -> Iterator[str]:
    """Yields the texts of mails as they would arrive, each under a line that names it."""
    for template in report.templates:
        for mail in template.mails:
            name = visible(" ".join(filter(None, (template.title, mail.language))))
            for part, text in (("subject", mail.subject), ("body", mail.body)):
                if text is not None:
                    yield f"--- {name}: {part}"
                    yield from (visible(line.removesuffix("\r")) for line in text.split("\n"))


def change_line(path: Path, report: Report) -> str:
    """Returns what is said of a file that changed: how many findings it has by now, and the first."""
    own = [each for each in report.findings if each.path == path]
    if not own:
        return f"{shown_path(path)}: {'nothing wrong' if path.exists() else 'gone'}; {summary(report)}"
    errors = sum(each.level is Level.ERROR for each in own)
    counts = ", ".join(
        [
            *([counted(errors, "error")] if errors else []),
            *([counted(len(own) - errors, "warning")] if len(own) > errors else []),
        ]
    )
    first = next((each for each in own if each.level is Level.ERROR), own[0])
    return f"{place_of(first)}: {counts}: {first.what}"


def to_text(report: Report) -> str:
    """Returns the lines of a report, as a file."""
    lines = [line for each in report.findings for line in finding_lines(each)]
    return "".join(f"{line}\n" for line in [*lines, summary(report)])


def counted(number: int, what: str) -> str:
    """Returns `1 error`, `2 errors`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def to_json(report: Report) -> str:
    """Returns the document, in ASCII."""
    document = {
        "version": VERSION,
        "command": "templates",
        "ok": not report.count(Level.ERROR),
        "platform": report.platform,
        "findings": [_finding(each, report) for each in report.findings],
        "templates": [_template(each) for each in report.templates],
    }
    return json.dumps(document, indent=2) + "\n"


def _finding(finding: Finding, report: Report) -> Props:
    return {
        "level": _LEVELS[finding.level],
        "about": f"{report.platform}/{finding.template}" if finding.template else report.platform,
        "check": finding.rule,
        "what": finding.what,
        "remedy": finding.remedy,
        "file": shown_path(finding.path) if finding.path else None,
        "line": finding.line or None,
        "column": finding.column or None,
        "setting": finding.setting or None,
    }


def _template(template: LintedTemplate) -> Props:
    return {
        "file": shown_path(template.path),
        "name": template.title,
        "mails": [_mail(each) for each in template.mails],
    }


def _mail(mail: ShownMail) -> Props:
    text = mail.text
    return {
        "language": mail.language or None,
        "subject": mail.subject,
        "body": mail.body,
        "html": mail.html,
        "preheader": text.preheader if text else None,
        "bytes": text.size if text else None,
        "remote": list(text.remote) if text else [],
    }
