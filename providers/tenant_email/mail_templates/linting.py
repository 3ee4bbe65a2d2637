"""What is said of each template: everything a preview says, what rendering shows, and what its mails would suffer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from tenant_email.errors import redact_external, redact_message
from tenant_email.findings import Findings, Spot, Warned
from tenant_email.inputs.model import parse
from tenant_email.inputs.tenant_objects import TemplateInputs
from tenant_email.inputs.unusable_values import drop_unusable
from tenant_email.json_types import is_object
from tenant_email.mail_templates.mail_text import read_mail
from tenant_email.mail_templates.rules import RULES, Finding, Level
from tenant_email.platforms.mails import RenderError, setting_path, text_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tenant_email.errors import Problem
    from tenant_email.json_types import Props, PropsView
    from tenant_email.mail_templates.found import Found, FoundTemplate
    from tenant_email.mail_templates.mail_text import MailText
    from tenant_email.platforms.base import Platform
    from tenant_email.platforms.mails import Mail, Mails, Place

_UNREAD: Final = frozenset({"liquid-syntax", "handlebars-syntax", "handlebars-unsupported"})
GMAIL_CLIP: Final = 102_000
"""Bytes of a mail's HTML: Gmail shows the beginning of a longer one, and a link to the rest."""


@dataclass(frozen=True, slots=True)
class ShownMail:
    """One mail as it would arrive: None for what cannot be rendered. `source` is the text that it is made of."""

    language: str
    subject: str | None
    body: str | None
    html: bool
    source: str
    subject_source: str
    path: str
    subject_path: str
    text: MailText | None = None


@dataclass(frozen=True, slots=True)
class LintedTemplate:
    """A template with what is said of it and its mails; `sender` is its own, where it has one."""

    path: Path
    title: str
    findings: tuple[Finding, ...]
    mails: tuple[ShownMail, ...] = ()
    sender: str = ""
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Report:
    """All of a platform's templates that were looked at, and what is said of files that hold none."""

    platform: str
    templates: tuple[LintedTemplate, ...] = ()
    files: tuple[Finding, ...] = field(default_factory=tuple)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Returns every finding: of files, then template by template."""
        return (*self.files, *(each for template in self.templates for each in template.findings))

    def count(self, level: Level) -> int:
        """Returns how many findings are of a level."""
        return sum(each.level is level for each in self.findings)


def report_on(platform: Platform, mails: Mails | None, found: Found, variables: PropsView | None = None) -> Report:
    """Looks at each template; `variables` go over what it would be rendered with."""
    templates = tuple(lint(platform, mails, each, variables or {}) for each in found.templates)
    return Report(platform.name, templates, tuple(found.findings))


def lint(platform: Platform, mails: Mails | None, template: FoundTemplate, variables: PropsView) -> LintedTemplate:
    """Looks at one template."""
    settings, problems = drop_unusable(template.settings, "settings")
    kind = f"{platform.name}.template"
    values, more = parse(platform.templates[kind], {"kind": kind, **settings}, "settings")
    inputs = TemplateInputs(values.to_props())
    said = Findings((*problems, *more)) + platform.check_template(inputs)
    title = redact_external(mails.title(template.settings)) if mails else ""
    findings = [replace(note, path=note.path or template.path) for note in template.notes]
    findings += _problems(said.problems, template)
    findings += [each for warning in said.warnings for each in _warnings(warning, template)]
    shown = tuple[ShownMail, ...]()
    if mails:
        given = merged(mails.variables(inputs.settings), variables)
        broken = {each.setting for each in findings if each.rule in _UNREAD}
        rendered = [
            _Rendering(mails, inputs.settings, given, broken).show(mail) for mail in mails.mails(inputs.settings)
        ]
        shown = tuple(mail for mail, _ in rendered)
        findings += [each for _, failures in rendered for each in _spotted(failures, template)]
        findings += [each for mail, _ in rendered for each in _spotted(_of_mail(mail), template)]
    sender = inputs.settings.get("from_address")
    return LintedTemplate(
        template.path,
        title or template.path.stem,
        tuple(replace(each, template=title) for each in _once(findings)),
        shown,
        sender if isinstance(sender, str) else "",
        inputs.settings.get("enabled") is not False,
    )


def merged(samples: PropsView, given: PropsView) -> Props:
    """Returns variables with others over them, object by object; null takes one away."""
    both = dict(samples)
    for name, value in given.items():
        there = both.get(name)
        both[name] = merged(there, value) if is_object(there) and is_object(value) else value
    return both


@dataclass(frozen=True, slots=True)
class _Rendering:
    """Renders the mails of one template; `broken` are the settings that a preview refuses to read."""

    mails: Mails
    settings: PropsView = field(repr=False)
    given: PropsView = field(repr=False)
    broken: set[str]

    def show(self, mail: Mail) -> tuple[ShownMail, list[tuple[str, Spot]]]:
        """Returns a mail, and where it cannot be rendered."""
        failures = list[tuple[str, Spot]]()
        subject, subject_source = self._render(mail.subject, failures)
        body, source = self._render(mail.body, failures, mail.before, mail.behind)
        text = read_mail(body, html=mail.html) if body is not None else None
        return ShownMail(
            mail.language,
            subject,
            body,
            mail.html,
            source,
            subject_source,
            setting_path(mail.body),
            setting_path(mail.subject),
            text,
        ), failures

    def _render(
        self, place: Place, failures: list[tuple[str, Spot]], before: str = "", behind: str = ""
    ) -> tuple[str | None, str]:
        text, path = text_at(self.settings, place), setting_path(place)
        if not isinstance(text, str):
            return None, ""
        if path in self.broken:
            return None, text
        try:
            return self.mails.render(f"{before}{text}{behind}", self.given), text
        except RenderError as error:
            index = error.index - len(before)
            inside = 0 <= index <= len(text)
            line, column = (text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)) if inside else (0, 0)
            at = f" at line {line}, column {column}" if line else ""
            failures.append(("render-failed", Spot(path, line, column, f"cannot be rendered{at}: {error.what}")))
            return None, text


def _problems(problems: tuple[Problem, ...], template: FoundTemplate) -> Iterator[Finding]:
    for problem in problems:
        what, _, remedy = str(problem).partition("\n")
        where = _where(template, problem.path, problem.line, problem.column)
        rule = problem.rule if problem.rule in RULES else "invalid-settings"
        yield Finding(rule, what, remedy, *where, setting=redact_external(problem.path), text_line=problem.line)


def _warnings(warning: str, template: FoundTemplate) -> Iterator[Finding]:
    """Yields a finding for each place that a warning tells of."""
    if not isinstance(warning, Warned) or warning.rule not in RULES:
        yield Finding("preview-warning", redact_message(warning), path=template.path)
        return
    for spot in warning.spots:
        what = f"{spot.path}: {spot.what}" if spot.what else str(warning)
        where = _where(template, spot.path, spot.line, spot.column)
        yield Finding(warning.rule, redact_message(what), "", *where, setting=spot.path, text_line=spot.line)


def _spotted(found: list[tuple[str, Spot]], template: FoundTemplate) -> Iterator[Finding]:
    for rule, spot in found:
        where = _where(template, spot.path, spot.line, spot.column)
        remedy = "Correct the template or a variable." if rule == "render-failed" else ""
        what = redact_message(f"{spot.path}: {spot.what}")
        yield Finding(rule, what, remedy, *where, setting=spot.path, text_line=spot.line)


def _of_mail(mail: ShownMail) -> list[tuple[str, Spot]]:
    """Returns what a mail would suffer on its way to a reader."""
    if mail.text is None:
        return []
    found = list[tuple[str, Spot]]()
    if mail.text.size > GMAIL_CLIP:
        what = f"the mail has {mail.text.size:,} bytes, of which Gmail shows the first {GMAIL_CLIP:,}. Make it shorter."
        found.append(("clipped-by-gmail", Spot(mail.path, what=what)))
    if mail.text.active:
        names = ", ".join(mail.text.active)
        what = f"{names} will not work in a mail, and may have it taken for an attack. Take it out."
        found.append(("active-content", Spot(mail.path, what=what)))
    return found


def _where(template: FoundTemplate, path: str, line: int, column: int) -> tuple[Path, int, int]:
    place = tuple(path.split(".")[1:])
    text = text_at(template.settings, place)
    return template.origin(place).place(line, column, text if isinstance(text, str) else "")


def _once(findings: list[Finding]) -> list[Finding]:
    return list(dict.fromkeys(findings))
