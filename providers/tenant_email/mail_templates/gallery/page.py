"""Builds the page from a report: its frame, its list of mails, and what may run in it.

A mail is carried as text and shown in frames without scripts, forms or a way out: their sandbox forbids them, and the
page's policy, which frames inherit, allows neither a script but the page's own nor any address.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tenant_email.mail_templates.gallery.article import Entry, article, entries, findings_list, language_mark
from tenant_email.mail_templates.reports import counted
from tenant_email.mail_templates.rules import Level
from tenant_email.redaction.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email.mail_templates.linting import Report

_FOLDER: Final = Path(__file__).parent
_PLATFORMS: Final = {"auth0": "Auth0", "logto": "Logto", "pingone_aic": "PingOne AIC"}


def to_html(report: Report) -> str:
    """Returns the page, complete in itself."""
    script = (_FOLDER / "gallery.js").read_text(encoding="utf-8")
    return "".join(_parts(report, (_FOLDER / "gallery.css").read_text(encoding="utf-8"), script))


def _policy(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _parts(report: Report, style: str, script: str) -> Iterator[str]:
    listed = entries(report)
    title = f"Mail templates of {escape(_PLATFORMS.get(report.platform, visible(report.platform)))}"
    yield (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_policy(script))}">\n'
        '<meta http-equiv="x-dns-prefetch-control" content="off">\n<meta name="referrer" content="no-referrer">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="color-scheme" content="light dark">\n<title>{title}</title>\n<style>\n{style}</style>\n</head>\n'
        '<body>\n<a class="skip" href="#mails">Skip to the mails</a>\n'
    )
    yield from _side(report, listed, title)
    yield '<main id="mails" tabindex="-1">\n'
    yield (
        '<noscript><p class="notice">The previews need the script of this page, which runs nothing else and reaches '
        "no network. Subjects, findings and sources are here without it.</p></noscript>\n"
    )
    if report.files:
        yield '<section class="files" aria-labelledby="files"><h2 id="files">Files</h2>\n'
        yield f"{findings_list(report.files)}</section>\n"
    if not listed:
        yield '<p class="notice">There is no mail to show.</p>\n'
    for each in listed:
        yield article(each)
    yield '<p class="notice" id="none" hidden>No mail is left by the filter.</p>\n</main>\n'
    yield f"<script>{script}</script>\n</body>\n</html>\n"


def _side(report: Report, listed: list[Entry], title: str) -> Iterator[str]:
    errors, warnings = report.count(Level.ERROR), report.count(Level.WARNING)
    said = [counted(len(listed), "mail")]
    said += [counted(errors, "error")] if errors else []
    said += [counted(warnings, "warning")] if warnings else [] if errors else ["nothing wrong"]
    yield f'<header class="side">\n<h1>{title}</h1>\n<p class="counts">{", ".join(said)}</p>\n'
    yield (
        '<div class="controls" role="group" aria-label="What is shown">\n'
        '<label class="filter" for="filter">Filter by name, subject or language'
        '<input type="search" id="filter" autocomplete="off" spellcheck="false"></label>\n'
        '<p class="left" id="left" role="status"></p>\n<div class="choices">\n'
    )
    choices = (
        ("desktop", "Desktop"),
        ("phone", "Phone"),
        ("light", "Light"),
        ("dark", "Dark"),
    )
    for name, label in choices:
        yield f'<label><input type="checkbox" id="show-{name}" checked>{label}</label>\n'
    yield (
        '<label><input type="checkbox" id="only-findings">With findings only</label>\n</div>\n'
        '<button type="button" id="print">Print</button>\n</div>\n'
        '<nav aria-label="Mails">\n<ol>\n'
    )
    for each in listed:
        mark = f' <span class="mark {each.worst}">{each.worst}</span>' if each.worst else ""
        name = f'<span class="name">{escape(each.title)}</span>{language_mark(each.mail)}'
        yield f'<li data-of="{each.id}"><a href="#{each.id}">{name}{mark}</a></li>\n'
    yield "</ol>\n</nav>\n</header>\n"
