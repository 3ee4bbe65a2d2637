"""Reads Liquid templates before a platform does: broken syntax, and words that the platform does not know.

A platform's Liquid differs from the standard in tags, filters and variables; they are data (`Language`). Most mails
hold a variable or two and nothing else, which no parser has to be loaded for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tenant_email.findings import Spot, Warned

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tenant_email.checks.liquid_words import Finding, Language, Words
    from tenant_email.json_types import PropsView

_MOST_NAMED: Final = 10  # words and lines in one warning
_MOST_OUTPUTS: Final = 100  # of a text that is read without a parser
_VARIABLE: Final = re.compile(
    r"[ \t]{0,9}((?:[a-z_][a-z0-9_]{0,30}\.){0,4}[a-z_][a-z0-9_]{0,30})[ \t]{0,9}\}\}", re.ASCII
)
KEYWORDS: Final = frozenset(["and", "blank", "contains", "empty", "false", "nil", "not", "null", "or", "true"])
"""Words that mean something to LiquidJS where a variable's name may stand."""


def lint(text: str, language: Language, words: Words) -> tuple[Finding, ...]:
    """Returns only the first break of the syntax, or everything that is unknown or unsafe, in the text's order."""
    found = variables_alone(text)
    if found is not None and all(words.knows(name) and not words.distrusts(name) for name in found):
        return ()
    from tenant_email.checks.liquid import findings  # noqa: PLC0415 - few templates need it

    return findings.findings(text, language, words)


def mentions(text: str, language: Language, name: str) -> bool:
    """Returns whether a valid template uses a variable."""
    if (found := variables_alone(text)) is not None:
        return name in {each.partition(".")[0] for each in found}
    from tenant_email.checks.liquid import findings  # noqa: PLC0415 - as in `lint`

    return findings.mentions(text, language, name)


def render(text: str, language: Language, variables: PropsView) -> str:
    """Returns what a recipient would see; LiquidError when the text is broken."""
    from tenant_email.checks.liquid import findings  # noqa: PLC0415 - as in `lint`

    return findings.render(text, language, variables)


def variables_alone(text: str) -> frozenset[str] | None:
    """Returns the dotted names in a text whose braces hold only plain variables; None for any other text."""
    _, *outputs = text.split("{{")
    if "{%" in text or len(outputs) > _MOST_OUTPUTS:
        return None
    found = [_VARIABLE.match(output) for output in outputs]
    names = frozenset(match[1] for match in found if match)
    return names if all(found) and not KEYWORDS & {part for name in names for part in name.split(".")} else None


def group_findings(found: Iterable[tuple[str, Finding]]) -> list[Warned]:
    """Returns one line for each rule, or for each word of it where there is one word, with all the places.

    `found` are (path of the text, finding); a line reads `settings.body, lines 3, 9: variables a, b are …`.
    """
    rules: dict[str, list[tuple[str, Finding]]] = {}
    for path, finding in found:
        rules.setdefault(finding.rule or finding.what, []).append((path, finding))
    return [
        Warned(
            _line(findings), findings[0][1].kind, *(Spot(path, at.line, at.column, at.what) for path, at in findings)
        )
        for findings in rules.values()
    ]


def _line(found: list[tuple[str, Finding]]) -> str:
    if len(found) == 1:
        return f"{found[0][0]}, {found[0][1]}"
    finding, words = found[0][1], list(dict.fromkeys(finding.word for _, finding in found))
    what = finding.what if len(words) == 1 else finding.rule.format(words=_enumerate(words))
    return f"{_places(found)}: {what}"


def _places(found: list[tuple[str, Finding]]) -> str:
    lines: dict[str, dict[int, None]] = {}
    for path, finding in found:
        lines.setdefault(path, {})[finding.line] = None
    parts = (f"{path}, line{'s' if len(of) > 1 else ''} {_enumerate(map(str, of))}" for path, of in lines.items())
    return "; ".join(parts)


def _enumerate(words: Iterable[str]) -> str:
    every = list(words)
    more = f" and {len(every) - _MOST_NAMED} more" if len(every) > _MOST_NAMED else ""
    return ", ".join(every[:_MOST_NAMED]) + more
