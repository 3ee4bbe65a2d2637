"""The page of all messages: what each says, what to do, and why it is said."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Final

from support.site.messages import messages

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

INTRO: Final = """# All messages

Read from the code when this site was made, so that none is missing. What is *italic* is filled in. Look for the words
that stay the same; a message begins with who says it: a resource, a tenant, or a service with its region. What the
class before a message means (`error: Rejected: …`), and what Pulumi adds around it: [Error index](errors.md).
"""


def page() -> str:
    """Returns the page."""
    found = sorted({_row(each): _area(each) for each in messages() if each.remedy or each.says}.items(), key=_by_area)
    return "\n".join((INTRO, *_sections(found)))


def _by_area(item: tuple[str, str]) -> tuple[int, str]:
    areas = [_ELSEWHERE, *dict.fromkeys(_AREAS.values())]
    return areas.index(item[1]), item[0].lower()


def _sections(found: list[tuple[str, str]]) -> Iterator[str]:
    for area, rows in groupby(found, key=lambda item: item[1]):
        yield f"## {area}\n\n| It says | What to do | Why it is said |\n|---|---|---|"
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
    shown = f"{message.made_by}: {answered}" if message.made_by not in {"Problem", "Remedy"} else answered
    return f"| {_cell(shown)} | {_cell(message.remedy)} | {_why(message.why)} |"


def _why(text: str) -> str:
    linked = _CONTRACT.sub(lambda found: f"\0{found[1]}\1{found[2]}\2", text)
    return re.sub("\0(.*?)\1(.*?)\2", r"([contract](contracts/\1.md\2))", _cell(linked))


def _cell(text: str) -> str:
    """Returns a text for a table: names that are filled in are italic, and nothing else is marked up."""
    plain = re.sub(r"([\\`*_\[\]|])", r"\\\1", text.replace("\n", " "))
    return re.sub(r"<([^<>]*)>", lambda found: f"*{found[1] or '…'}*", plain.replace("<…>", "…")).replace("{", "&#123;")
