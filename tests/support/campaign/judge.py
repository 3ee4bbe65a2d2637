"""What a judge looks for: what a message must say, how a secret may look, and what documents have in common."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.campaign.subject import Props

_CALL: Final = re.compile(r"\b(GET|POST|PUT|PATCH|DELETE) /")
_OF_CHANCE: Final = re.compile(
    r"(?=[\w+/=-]*\d)[\w+/=-]{20,}"  # ids, digests, cipher texts
    r'|(?<=")(?=[a-z]*\d)[a-z\d]{12}(?=\\*")'  # ids of Logto's connectors
    r"|\d{4}-\d\d-\d\dT[\d:.]+Z?|\b1[67]\d{8,11}\b"  # moments
)
_LONGEST_MESSAGE: Final = 2_000


def complaints(text: str, kind: str, host: str) -> Iterator[str]:
    """Yields what a message lacks: the tenant, the call, a remedy in its last line."""
    lines = text.splitlines()
    if "internal error" in text or "Traceback" in text:
        yield "an internal error"
    if host not in text:
        yield "no tenant"
    if not _CALL.search(text) and not (kind == "AlreadyConfigured" and ("adopt" in text or "import_" in text)):
        yield "no call"
    if len(lines) < 2 or lines[-1].startswith(" ") or not lines[-1].endswith(".") or len(lines[-1]) < 12:
        yield "no remedy"
    if len(text) > _LONGEST_MESSAGE or any(ord(sign) < 32 and sign != "\n" for sign in text):
        yield "unfit for a terminal"


@lru_cache(maxsize=1024)
def forms(secret: str) -> set[str]:
    """Returns how a secret may look in a text of someone else."""
    quoted = json.dumps(secret)[1:-1]
    plain = json.dumps(secret, ensure_ascii=False)[1:-1]
    encoded = b64encode(secret.encode()).decode()
    return {secret, quoted, plain, escape(secret), quote(secret), quote(secret, safe=""), quote_plus(secret), encoded}


def covers(there: Any, wanted: Any) -> bool:
    """Returns whether what is there holds all that is wanted; an adoption leaves alone what nobody gives."""
    if isinstance(there, dict) and isinstance(wanted, dict):
        return all(key in there and covers(there[key], value) for key, value in wanted.items())
    if isinstance(there, list | tuple) and isinstance(wanted, list | tuple):
        return len(there) == len(wanted) and all(map(covers, there, wanted))
    return bool(there == wanted)


def public(outs: Props) -> Props:
    """Returns recorded outputs that are nobody's secret; inputs are marked by who gives them."""
    return {
        key: value
        for key, value in outs.items()
        if key in ("live", "written_identity", "last_written", "secret_digests", "version", "revision")
    }


def steady(outs: Props) -> Props:
    """Returns what a refresh must not change: digests are about what only the platform can compare."""
    return {key: value for key, value in outs.items() if key != "secret_digests"}


def difference(before: Props, after: Props) -> str:
    """Returns what differs."""
    return ", ".join(
        f"{key}: {shown(before.get(key))} -> {shown(after.get(key))}"
        for key in sorted({*before, *after})
        if before.get(key) != after.get(key)
    )


def without_chance(text: str) -> str:
    """Returns a text with a number in place of each id, digest, cipher text and moment, the same for the same."""
    numbers: dict[str, str] = {}
    return _OF_CHANCE.sub(lambda match: numbers.setdefault(match[0], f"#{len(numbers)}"), text)


def shown(value: Any) -> str:
    """Returns a value, cut short."""
    return json.dumps(value, default=str)[:300]
