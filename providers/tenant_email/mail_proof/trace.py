"""How a mail came: the servers that its Received fields name, and which of them took it for the mailbox.

A server writes its field above what is there, so that a sender can forge only what stands below the field of the first
server of the receiver's: the border (RFC 5321 section 4.4).
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenant_email.net.clocks import moment_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email.mail_proof.messages import Mail

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_WITH_TLS: Final = frozenset(
    {"ESMTPS", "ESMTPSA", "LMTPS", "LMTPSA", "SMTPS", "UTF8SMTPS", "UTF8SMTPSA", "UTF8LMTPS", "UTF8LMTPSA"}
)
_WITHOUT_TLS: Final = frozenset({"SMTP", "ESMTP", "ESMTPA", "LMTP", "LMTPA", "UTF8SMTP", "UTF8SMTPA", "UTF8LMTP"})
"""The protocols that say so: IANA's "Mail Transmission Types" (RFC 3848, RFC 6531)."""
_HELO: Final = re.compile(r"\b(?:helo[= ]|ehlo[= ])\S+", re.IGNORECASE)
_IP: Final = re.compile(r"[\[(](?:IPv6:)?([0-9a-fA-F.:]{3,45})[\])]", re.IGNORECASE)
_VERSION: Final = re.compile(r"\bTLS_?v?(1)[._]?([0-3])?\b", re.IGNORECASE)
_OLD: Final = frozenset({"1.0", "1.1"})
_MOST_HOPS: Final = 100


@dataclass(frozen=True, slots=True)
class Hop:
    """One Received field.

    place: its place among all fields, from the top. sender: the name that the server was greeted with; address: from
    where it was reached. by: its own name. tls: whether it came by TLS; None where that is not said.
    """

    place: int
    sender: str = ""
    address: Address | None = None
    by: str = ""
    tls: bool | None = None
    version: str = ""
    at: float | None = None

    @property
    def is_public(self) -> bool:
        """Returns whether the mail came from another network."""
        return self.address is not None and self.address.is_global

    @property
    def is_old_tls(self) -> bool:
        """Returns whether its TLS is older than 1.2, which RFC 8996 forbids."""
        return self.version in _OLD


def hops(mail: Mail) -> Iterator[Hop]:
    """Yields the servers from the last one back, as far as their fields can be read."""
    received = [(place, field.value) for place, field in enumerate(mail.fields) if field.name == "received"]
    for place, value in received[:_MOST_HOPS]:
        yield _hop(place, value)


def border(mail: Mail, receiver: str = "") -> Hop | None:
    """Returns the server that took the mail for the mailbox: the one of that name, else the last one from outside.

    Without any from outside, as on one machine, it is the last that says from where it was reached.
    """
    found = list(hops(mail))
    if receiver:
        return next((hop for hop in found if hop.by.lower() == receiver.lower()), None)
    return next((hop for hop in found if hop.is_public), None) or next((hop for hop in found if hop.address), None)


def arrival(mail: Mail) -> float | None:
    """Returns when the mail arrived, in seconds since 1970, by the last server's clock."""
    return next((hop.at for hop in hops(mail)), None)


def _hop(place: int, value: str) -> Hop:
    clauses, _, date = " ".join(value.split()).rpartition(";")
    plain, comments = split_comments(clauses)
    origin, by = re.split(r"\bby\s", f"{plain} ")[0], _word("by", plain)
    protocol = _word("with", plain).upper()
    told = _VERSION.search(f"{comments} {plain}")
    version = f"1.{told[2] or '0'}" if told else ""
    tls = True if told or protocol in _WITH_TLS else False if protocol in _WITHOUT_TLS else None
    # What a server found stands in a comment, what it was told before it; Exim writes both the other way round.
    inside = _HELO.sub("", clauses[: clauses.find(" by ")] if " by " in clauses else clauses)
    address = _address(" ".join(re.findall(r"\([^()]*\)", inside))) or _address(inside)
    sender = _word("from", origin)
    return Hop(place, sender, address if sender else None, by, tls, version, moment_of(date.strip()))


def split_comments(text: str) -> tuple[str, str]:
    """Returns a text without its comments, and them (RFC 5322 section 3.2.2)."""
    plain, comments, depth = list[str](), list[str](), 0
    for character in text:
        if character == "(":
            depth += 1
        (comments if depth else plain).append(character)
        if character == ")" and depth:
            depth -= 1
            plain.append(" ")
    return "".join(plain), "".join(comments)


def _word(name: str, text: str) -> str:
    found = re.search(rf"(?:^|\s){name}\s+(\S+)", text, re.IGNORECASE)
    return found[1].strip("[];,").lower() if found else ""


def _address(text: str) -> Address | None:
    for found in reversed(_IP.findall(text)):
        try:
            address = ipaddress.ip_address(found)
        except ValueError:
            continue
        return getattr(address, "ipv4_mapped", None) or address
    return None
