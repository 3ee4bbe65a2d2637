"""What a mail library takes a server's reply to EHLO to offer, and which login it would then choose: pure functions.

Libraries differ here, and a server works with one of them and not with another. nodemailer 8 (Logto's) looks for words
with the patterns below (lib/smtp-connection/index.js, `_actionEHLO` and `login`); Jakarta Mail (PingOne AIC's) reads
one extension a line (SMTPTransport.java, `ehlo`, `supportsAuthentication` and `authenticate`).
"""

from __future__ import annotations

import re
from typing import Final, Literal

Library = Literal["nodemailer", "jakarta"]

_NODEMAILER_ORDER: Final = ("PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2")
_NODEMAILER_LAST_RESORT: Final = "PLAIN"
_NODEMAILER_STARTTLS: Final = re.compile(r"[ -]STARTTLS\b", re.IGNORECASE | re.ASCII)
_NODEMAILER_AUTH: Final = re.compile(r"[ -]AUTH\b", re.IGNORECASE | re.ASCII)
_NODEMAILER_LOGIN: Final = r"[ -]AUTH(?:(\s+|=)[^\n]*\s+|\s+|=){}"


def accepts(library: Library, code: str, *, exactly: str) -> bool:
    """Returns whether a library takes a reply for success: nodemailer looks only at the first digit."""
    return code.startswith("2") if library == "nodemailer" else code == exactly


def offers_starttls(library: Library, hello: str) -> bool:
    """Returns whether a library sees STARTTLS in a reply to EHLO."""
    if library == "nodemailer":
        return _NODEMAILER_STARTTLS.search(hello) is not None
    return "STARTTLS" in _extensions(hello)


def offers_login(library: Library, hello: str) -> bool:
    """Returns whether a library sees that the server takes a login at all; where it does not, it sends without."""
    if library == "nodemailer":
        return _NODEMAILER_AUTH.search(hello) is not None
    return not {"AUTH", "AUTH=LOGIN"}.isdisjoint(_extensions(hello))


def offered_mechanisms(hello: str) -> tuple[str, ...]:
    """Returns the SASL mechanisms that a server offers (RFC 4954), including the form `AUTH=` of old servers."""
    lines = (re.fullmatch(r"AUTH[ =](.*)", line, re.IGNORECASE) for line in _lines(hello))
    return tuple(dict.fromkeys(word.upper() for line in lines if line for word in line[1].split()))


def choose_mechanism(library: Library, hello: str, logins: frozenset[str]) -> str:
    """Returns the mechanism that a library logs in with, offered or not; empty where it finds none.

    `logins`: those that the platform's settings allow.
    """
    if library == "nodemailer":
        if len(logins) == 1:
            return min(logins)  # it is told which
        seen = (name for name in _NODEMAILER_ORDER if re.search(_NODEMAILER_LOGIN.format(name), hello, re.IGNORECASE))
        return next(seen, _NODEMAILER_LAST_RESORT)
    extensions = _extensions(hello)
    words = set(extensions.get("AUTH", "").upper().split())
    if words and "AUTH=LOGIN" in extensions:
        words.add("LOGIN")
    return min(words & logins, default="")


def _extensions(hello: str) -> dict[str, str]:
    """Returns each extension with its parameters, the last of equal ones."""
    return {name.upper(): parameters for name, _, parameters in (line.partition(" ") for line in _lines(hello))}


def _lines(hello: str) -> list[str]:
    """Returns the lines but the first, which is the server's name, without their codes."""
    return [line[4:].strip() for line in hello.split("\n")[1:]]
