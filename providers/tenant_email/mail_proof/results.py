"""What servers say that they found of a mail: Authentication-Results (RFC 8601) and Received-SPF (RFC 7208 section 9).

They are believed only of the server that took the mail for the mailbox: anyone can write such a field into a mail.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenant_email.mail_proof.trace import split_comments

if TYPE_CHECKING:
    from tenant_email.mail_proof.messages import Mail
    from tenant_email.mail_proof.trace import Hop

_RESULT: Final = re.compile(r"\s*([a-z][a-z0-9-]*)\s*(?:/\s*\d+\s*)?=\s*([a-z]+)\b", re.IGNORECASE)
_PROPERTY: Final = re.compile(r"\b([a-z]+\.[a-z-]+)\s*=\s*(\"[^\"]*\"|\S+)", re.IGNORECASE)
_SHOWN: Final = frozenset({"dkim", "spf", "dmarc"})


@dataclass(frozen=True, slots=True)
class Result:
    """One method's result, with its properties such as `smtp.mailfrom`."""

    method: str
    value: str
    properties: dict[str, str]


@dataclass(frozen=True, slots=True)
class Results:
    """What one server says; `server` is empty where it gives no name."""

    place: int
    server: str
    results: tuple[Result, ...]

    def of(self, method: str) -> tuple[Result, ...]:
        """Returns the results of one method."""
        return tuple(each for each in self.results if each.method == method)

    def __str__(self) -> str:
        return ", ".join(f"{each.method}={each.value}" for each in self.results if each.method in _SHOWN)


def read_results(mail: Mail) -> list[Results]:
    """Returns what each Authentication-Results field says, from the top down."""
    return [
        _read(place, field.value) for place, field in enumerate(mail.fields) if field.name == "authentication-results"
    ]


def believed(found: list[Results], border: Hop | None, receiver: str) -> list[Results]:
    """Returns those that a sender cannot have written: above the border's field, or in the border's own name.

    The receiver's server takes out what others wrote in its name (RFC 8601 section 5).
    """
    names = {name.lower() for name in (receiver, border and border.by) if name}
    return [each for each in found if each.server in names or (border is not None and each.place < border.place)]


def _read(place: int, value: str) -> Results:
    plain, _ = split_comments(value)
    parts = plain.split(";")
    # Microsoft's servers leave their name out
    name = "" if _RESULT.match(parts[0]) else (parts[0].split() or [""])[0].strip('"').lower()
    results = list[Result]()
    for part in parts:
        if match := _RESULT.match(part):
            properties = {key.lower(): text.strip('"') for key, text in _PROPERTY.findall(part[match.end() :])}
            results.append(Result(match[1].lower(), match[2].lower(), properties))
    return Results(place, name, tuple(results))
