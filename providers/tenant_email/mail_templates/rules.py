"""The rules of which a template's findings are, and a finding as data.

An id is for scripts, for baselines and for code scanning: it is never given to another rule, and none is taken back.
docs/templates.md#rules lists them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Level(StrEnum):
    """How much a finding matters, in SARIF's words: an error stops a preview, or no mail would go out."""

    ERROR = "error"
    WARNING = "warning"


class Rule(NamedTuple):
    """What a rule is about, as one sentence, and the level of its findings."""

    title: str
    level: Level


_E, _W = Level.ERROR, Level.WARNING
RULES: Final[Mapping[str, Rule]] = {
    "unreadable-file": Rule("A file cannot be read, is not UTF-8, is not JSON, or holds no template.", _E),
    "missing-text": Rule("A file of its own that should hold a text is not there.", _E),
    "invalid-settings": Rule("A setting is missing, unknown, or of another type than it has to be.", _E),
    "liquid-syntax": Rule("Auth0: the Liquid is broken, so that no mail can be made of it.", _E),
    "handlebars-syntax": Rule("PingOne AIC: the Handlebars is broken, so that no mail can be made of it.", _E),
    "template-name": Rule("Auth0: the name cannot be that of a template.", _E),
    "protected-template": Rule("PingOne AIC: the platform refuses every change of this template.", _E),
    "one-source": Rule("PingOne AIC: message and html are both there or both missing, or styles has no html.", _E),
    "locales": Rule("PingOne AIC: a text lacks a locale that another has, or the default locale.", _E),
    "request-too-large": Rule("Logto: the request would be larger than the platform takes.", _E),
    "render-failed": Rule("With these variables no mail can be made of the template.", _E),
    "handlebars-unsupported": Rule("PingOne AIC: what is written here may fail when a mail is sent.", _W),
    "unknown-template-name": Rule("Auth0: no template of this name is known.", _W),
    "legacy-template-name": Rule("Auth0: a template of this name changes nothing in a tenant.", _W),
    "missing-variable": Rule("The code or link that the mail exists for is not in it.", _W),
    "foreign-variable": Rule("Logto: a mail of this type does not have this variable.", _W),
    "unknown-variable": Rule("Auth0: the platform has no such variable, so that it will be empty.", _W),
    "unknown-filter": Rule("Auth0: the platform does not list this filter.", _W),
    "unknown-tag": Rule("Auth0: the platform does not list this tag.", _W),
    "incomplete-condition": Rule("Auth0: an operator lacks a value, so that it means nothing.", _W),
    "unescaped-user-input": Rule("Auth0: what a user chooses reaches the mail without escape.", _W),
    "unrendered-braces": Rule("Logto: what stands in these braces is mailed as it is.", _W),
    "unmatched-language": Rule("Logto: no sign-in page is in this language.", _W),
    "empty-text": Rule("PingOne AIC: a locale has no text, and mail goes out like that.", _W),
    "line-break": Rule("The subject has a line break outside of its tags.", _W),
    "markdown": Rule("Markdown stands where HTML is mailed.", _W),
    "byte-order-mark": Rule("A byte order mark stands at the beginning of the file, and may get into the mail.", _W),
    "clipped-by-gmail": Rule("The mail is larger than 102 kB, of which Gmail shows only the beginning.", _W),
    "active-content": Rule("Scripts, forms and frames are taken out of a mail, or have it taken for an attack.", _W),
    "keyword": Rule("A keyword of another tool is in place of a value; what it is replaced by is not checked.", _W),
    "preview-warning": Rule("A preview warns of it.", _W),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to say of a template or a file.

    what: a sentence or its end, harmless to show. remedy: what to do about it; empty where `what` says it.
    path: the file, None for what is in none. line, column: from 1, in that file; 0 where no place is known.
    template: the template's name, empty for what is of the whole file. setting: the setting's path, `settings.body`.
    text_line: the line in that setting's text, which may stand in one line of a file.
    """

    rule: str
    what: str
    remedy: str = ""
    path: Path | None = None
    line: int = 0
    column: int = 0
    template: str = ""
    setting: str = ""
    text_line: int = 0

    @property
    def level(self) -> Level:
        """Returns how much it matters."""
        return RULES[self.rule].level

    @property
    def text(self) -> str:
        """Returns all of it, with the remedy."""
        return f"{self.what}\n{self.remedy}" if self.remedy else self.what
