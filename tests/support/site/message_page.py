"""The page of all messages: what each says, what to do, and why it is said."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Final

from support.site.messages import CLASSES, UNNAMED, messages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.site.messages import Message

_AREAS: Final = {
    "platforms/auth0": "Auth0",
    "platforms/logto": "Logto",
    "platforms/pingone_aic": "PingOne AIC",
    "aws": "SES, IAM and DNS",
    "components": "SES, IAM and DNS",
    "checks": "Mail servers and templates",
    "resources": "What a program gives to a resource",
}
_ELSEWHERE: Final = "All platforms"
_CONTRACT: Final = re.compile(r"\(?docs/contracts/(\w+)\.md(#[\w-]+)(?:(?:,| and) #[\w-]+)*\)?")
_REASON: Final = re.compile(r"(Refuses|Raises|Judges|Warns|Stops|Explains)\b")

INTRO: Final = """# All messages

Read from the code when this site was made, so that none is missing. What is *italic* is filled in. Look for the words
that stay the same; a message begins with who says it: a resource, a tenant, or a service with its region. What the
class before a message means (`error: Rejected: …`), and what Pulumi adds around it: [Error index](errors.md).
"""


def page() -> str:
    """Returns the page."""
    found = sorted({_row(each): _area(each) for each in messages() if each.has_words}.items(), key=_by_area)
    return "\n".join((INTRO, *_sections(found)))


def _by_area(item: tuple[str, str]) -> tuple[int, str]:
    areas = [_ELSEWHERE, *dict.fromkeys(_AREAS.values())]
    return areas.index(item[1]), item[0].lower()


def _sections(found: list[tuple[str, str]]) -> Iterator[str]:
    for area, rows in groupby(found, key=lambda item: item[1]):
        yield f"## {area}\n\n| It says | What to do | Why, and whose rule it is |\n|---|---|---|"
        yield from (row for row, _ in rows)
        yield ""


def _area(message: Message) -> str:
    fitting = [area for prefix, area in _AREAS.items() if message.module.startswith(f"{prefix}/")]
    if not fitting and re.search(r"/(ses|aws|dns)_", message.module):
        return "SES, IAM and DNS"
    if not fitting and "/esv_" in message.module:
        return "PingOne AIC"
    return fitting[0] if fitting else _ELSEWHERE


def _row(message: Message) -> str:
    answered = f"the tenant answers {message.says}" if message.made_by == "Remedy" else message.says
    shown = answered if message.made_by in UNNAMED else f"{message.made_by}: {answered}"
    return f"| {_cell(shown)} | {_cell(message.remedy)} | {_why(message)} |"


def _why(message: Message) -> str:
    """Returns the class, where the index says why, and what a docstring says of the rule and its contract."""
    text, class_ = message.why, message.made_by if message.made_by in CLASSES else "InvalidSettings"
    index = "" if message.made_by == "Remedy" else f"[{class_}](errors.md#{class_.lower()}). "
    links = " ".join(f"([contract](contracts/{name}.md{anchor}))" for name, anchor in _CONTRACT.findall(text))
    said = _CONTRACT.sub("", text).strip(" .") if _REASON.match(text) else ""
    return f"{index}{said.replace('|', '')} {links}".strip()


def _cell(text: str) -> str:
    """Returns a text for a table: what is filled in is italic, and nothing else is marked up."""
    plain = re.sub(r"([\\`*_\[\]|])", r"\\\1", text.replace("\n", " ")).replace("{", "&#123;")
    return re.sub(r"<([^<>]*)>", lambda found: f"<em>{found[1] or '…'}</em>", plain.replace("<…>", "…"))
