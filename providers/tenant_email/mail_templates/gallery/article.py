"""One mail on the page: its place in an inbox, its four views, what is said of it, and its source."""

from __future__ import annotations

import json
from dataclasses import dataclass
from email.utils import parseaddr
from html import escape
from typing import TYPE_CHECKING, Final

from tenant_email.mail_templates.linting import GMAIL_CLIP
from tenant_email.mail_templates.reports import counted, place_of, shown_path
from tenant_email.mail_templates.rules import Level
from tenant_email.redaction.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tenant_email.mail_templates.linting import LintedTemplate, Report, ShownMail
    from tenant_email.mail_templates.rules import Finding

WIDTHS: Final = {"desktop": 680, "phone": 360}
"""Pixels of the screens that a mail is shown on."""
_MOST_SOURCE: Final = 200_000  # characters of a source that are shown
_LARGE: Final = 500_000  # characters of a mail that is shown only when somebody asks: a browser may take minutes
_LONGEST_SUBJECT: Final = 300
_JOINING: Final = frozenset("\u200c\u200d\u200e\u200f")  # between letters and signs that belong together


@dataclass(frozen=True, slots=True)
class Entry:
    """One mail of the page; None for a template that makes none."""

    id: str
    template: LintedTemplate
    mail: ShownMail | None
    findings: tuple[Finding, ...]
    copy: int = 1  # of mails with the same name and language

    @property
    def title(self) -> str:
        """Returns what it is called, harmless to show."""
        return visible(self.template.title)

    @property
    def name(self) -> str:
        """Returns the same with its language and its number among those called so: no other mail has this name."""
        language = visible(self.mail.language) if self.mail else ""
        number = str(self.copy) if self.copy > 1 else ""
        return " ".join(filter(None, (self.title, language, number)))

    @property
    def worst(self) -> str:
        """Returns the level of the worst finding; empty where there is none."""
        levels = {each.level for each in self.findings}
        return next((level.value for level in Level if level in levels), "")


def entries(report: Report) -> list[Entry]:
    """Returns the mails of a report in order, each with what is said of it, and of its template with its first."""
    found = list[Entry]()
    copies: dict[tuple[str, str], int] = {}
    for template in report.templates:
        for number, mail in enumerate(template.mails or (None,)):
            own = {mail.path, mail.subject_path} if mail else set[str]()
            said = (
                each
                for each in template.findings
                if each.setting in own or (number == 0 and (not mail or not _of_another(each, template.mails, mail)))
            )
            called = (template.title, mail.language if mail else "")
            copies[called] = copies.get(called, 0) + 1
            found.append(Entry(f"mail-{len(found) + 1}", template, mail, tuple(said), copies[called]))
    return found


def _of_another(finding: Finding, mails: tuple[ShownMail, ...], mail: ShownMail) -> bool:
    return any(finding.setting in (each.path, each.subject_path) for each in mails if each is not mail)


def article(entry: Entry) -> str:
    """Returns the part of the page for one mail."""
    mail, template, name = entry.mail, entry.template, escape(entry.name)
    subject = mail.subject if mail else ""
    words = visible(" ".join(filter(None, (entry.name, str(template.path), subject))).lower())
    found = (
        f'<article id="{entry.id}" data-words="{escape(words)}" data-findings="{len(entry.findings)}"'
        f' aria-labelledby="{entry.id}-name">\n<header class="head">\n'
        f'<h2 id="{entry.id}-name">{escape(entry.title)}{language_mark(mail)}</h2>\n'
        f'<p class="file">{escape(shown_path(template.path))}</p>\n{_facts(entry)}</header>\n'
    )
    if mail:
        found += _inbox(entry, mail) + _views(entry, mail)
    if entry.findings:
        said = f"<h3>{counted(len(entry.findings), 'finding')}</h3>\n{findings_list(entry.findings)}"
        found += f'<section class="said" aria-label="Findings of {name}">{said}</section>\n'
    return found + (_source(entry, mail) if mail else "") + "</article>\n"


def language_mark(mail: ShownMail | None) -> str:
    """Returns the language behind a name, where a mail has one."""
    return f' <span class="language">{escape(visible(mail.language))}</span>' if mail and mail.language else ""


def findings_list(findings: Iterable[Finding]) -> str:
    """Returns findings as a list."""
    items = "".join(map(_finding, findings))
    return f'<ul class="findings">\n{items}</ul>\n'


def _finding(finding: Finding) -> str:
    remedy = f"<p>{escape(visible(finding.remedy))}</p>" if finding.remedy else ""
    return (
        f'<li class="{finding.level}"><p><span class="mark {finding.level}">{finding.level}</span> '
        f'{escape(visible(finding.what))}</p>{remedy}<p class="where"><code>{escape(finding.rule)}</code> '
        f"{escape(place_of(finding))}</p></li>\n"
    )


def _facts(entry: Entry) -> str:
    facts = list[tuple[str, str]]()
    text = entry.mail.text if entry.mail else None
    if text and entry.mail:
        large = text.size > GMAIL_CLIP
        size = f"{text.size / 1000:,.1f} kB" if text.size >= 100 else counted(text.size, "byte")  # noqa: PLR2004
        size = f"{size} of {GMAIL_CLIP // 1000} kB"
        facts.append(("warning" if large else "", f"{size}, clipped by Gmail" if large else size))
        if text.remote:
            facts.append(("", f"{counted(len(text.remote), 'remote resource')} blocked"))
        if not entry.mail.html:
            facts.append(("", "plain text"))
        elif not text.dark:
            facts.append(("", "no styles of its own for dark screens"))
        if text.untold:
            facts.append(("warning", f"{counted(text.untold, 'image')} without alternative text"))
    if not entry.template.enabled:
        facts.append(("warning", "disabled"))
    items = "".join(f'<li class="{kind}">{escape(said)}</li>' for kind, said in facts)
    return f'<ul class="facts">{items}</ul>\n' if items else ""


def _inbox(entry: Entry, mail: ShownMail) -> str:
    name, address = parseaddr(entry.template.sender)
    sender = escape(visible(name or address or entry.template.sender)) or "Your sender"
    subject = _isolated(mail.subject) if mail.subject is not None else "<em>The subject cannot be rendered</em>"
    preheader = _isolated(mail.text.preheader) if mail.text else ""
    told = preheader or ("<em>No preheader</em>" if mail.text else "<em>The body cannot be rendered</em>")
    line = f'<span class="line"><b>{subject}</b> <span class="pre">{preheader}</span></span>'
    return (
        f'<section class="inbox" aria-label="{escape(entry.name)} in an inbox">\n'
        '<div class="row wide" aria-hidden="true">'
        f'<span class="from">{sender}</span>{line}<span class="time">09:41</span></div>\n'
        f'<dl class="row narrow"><dt>From</dt><dd class="from">{sender}</dd><dt>Subject</dt>'
        f'<dd class="subject">{subject}</dd><dt>Preheader</dt><dd class="pre">{told}</dd>'
        "</dl>\n</section>\n"
    )


def _isolated(text: str) -> str:
    """Returns a text as it is read in its own direction, which reaches nothing beside it."""
    text = text[:_LONGEST_SUBJECT]
    shown = "".join(each if each.isprintable() or each in _JOINING else " " for each in text)
    return f'<bdi dir="auto">{escape(shown)}</bdi>'


def _views(entry: Entry, mail: ShownMail) -> str:
    if mail.body is None:
        return '<p class="notice">This mail cannot be rendered; what is wrong is said below.</p>\n'
    content = json.dumps({"html": mail.html, "body": mail.body}).replace("<", "\\u003c").replace(">", "\\u003e")
    views = "".join(_view(entry.name, width, scheme) for scheme in ("light", "dark") for width in WIDTHS)
    large = len(mail.body) > _LARGE
    ask = f"Show this mail of {len(mail.body) // 1000:,} kB, which may take a while"
    button = f'<p><button type="button" class="ask">{ask}</button></p>\n' if large else ""
    hidden = " hidden" if large else ""
    return f'<script type="application/json">{content}</script>\n{button}<div class="views"{hidden}>\n{views}</div>\n'


def _view(name: str, width: str, scheme: str) -> str:
    pixels, title = WIDTHS[width], f"{name}: {width}, {scheme}"
    return (
        f'<figure class="view {width} {scheme}"><figcaption>{width.title()}, {pixels} px, {scheme}</figcaption>'
        f'<div class="screen" data-width="{pixels}" data-scheme="{scheme}" data-title="{escape(title)}"></div>'
        "</figure>\n"
    )


def _source(entry: Entry, mail: ShownMail) -> str:
    hits = {each.text_line: each.level for each in reversed(entry.findings) if each.setting == mail.path}
    lines = (
        f"<span{f' class={hits[number].value}' if number in hits else ''}>{escape(_harmless(line))}\n</span>"
        for number, line in enumerate(mail.source[:_MOST_SOURCE].split("\n"), 1)
    )
    more = len(mail.source) > _MOST_SOURCE
    cut = f'<p class="notice">The first {_MOST_SOURCE:,} of {len(mail.source):,} characters.</p>' if more else ""
    title = f"Source of {escape(entry.name)}"
    return (
        f'<details class="source"><summary>{title}</summary>\n'
        f'<p class="subject-source"><b>Subject</b> <code>{escape(visible(mail.subject_source))}</code></p>\n{cut}'
        f'<pre tabindex="0" role="region" aria-label="{title}, text"><code>{"".join(lines)}</code></pre></details>\n'
    )


def _harmless(line: str) -> str:
    """Returns a line with what cannot be seen as escapes; what ends it or indents it is no news."""
    return "\t".join(visible(part) for part in line.removesuffix("\r").split("\t"))
