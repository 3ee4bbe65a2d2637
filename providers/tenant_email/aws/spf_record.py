"""Reads an SPF record into its terms (RFC 7208 sections 4.6, 5, 6 and 12); a mistake anywhere spoils all of it."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_VERSION: Final = re.compile(r"v=spf1( |$)", re.IGNORECASE)
_MODIFIER: Final = re.compile(r"([A-Za-z][A-Za-z0-9_.-]*)=(.*)")
_MECHANISM: Final = re.compile(r"([-+?~]?)([A-Za-z][A-Za-z0-9_.-]*)(?::([^/]+|[^/]*%\{[^}]*\}.*?))?((?:/.*)?)")
_CIDR: Final = re.compile(r"(?:/(0|[1-9]\d?))?(?://(0|[1-9]\d{0,2}))?")
_LENGTH: Final = re.compile(r"0|[1-9]\d*")
_MACRO: Final = re.compile(r"%(?:\{([slodiphcrtvSLODIPHCRTV])(\d*)(r?)([-.+,/_=]*)\}|[%_-])")
_DOMAIN_END: Final = re.compile(r"(?:[A-Za-z0-9-]*[A-Za-z-][A-Za-z0-9-]*)\.?|.*%\{[^}]*\}")
_BITS_4: Final = 32
_BITS_6: Final = 128


@dataclass(frozen=True, slots=True)
class Term:
    """One mechanism; `domain` is empty where the record's own is meant, `prefixes` are those of IPv4 and IPv6."""

    qualifier: str
    name: str
    domain: str = ""
    network: Network | None = None
    prefixes: tuple[int, int] = (_BITS_4, _BITS_6)


@dataclass(frozen=True, slots=True)
class Record:
    """The mechanisms in their order, and the domain that is to be asked where none of them matches."""

    terms: tuple[Term, ...]
    redirect: str | None = None


def spf_texts(texts: Iterable[str]) -> list[str]:
    """Returns the texts that are SPF records: other texts at the name mean nothing to SPF."""
    return [text for text in texts if _VERSION.match(text)]


def read(text: str) -> Record:
    """Reads one SPF record.

    Raises:
        ValueError: it is none by the grammar, which is a permanent error; with the term that is wrong.
    """
    terms: list[Term] = []
    modifiers: dict[str, str] = {}
    for word in filter(None, text.split(" ")[1:]):
        if not (word.isascii() and word.isprintable()):
            raise ValueError(f"{word[:40]!r} contains something other than plain text")
        if modifier := _MODIFIER.fullmatch(word):
            name, value = modifier[1].lower(), modifier[2]
            if name in ("redirect", "exp") and (name in modifiers or not _is_domain(value)):
                raise ValueError(f"{word[:40]!r} appears twice or names no domain")
            if _has_wrong_macro(value):
                raise ValueError(f"{word[:40]!r} has an invalid macro")
            modifiers[name] = value
        else:
            terms.append(_mechanism(word))
    return Record(tuple(terms), modifiers.get("redirect"))


def _mechanism(word: str) -> Term:
    wrong = ValueError(f"{word[:40]!r} is not an SPF mechanism")
    if not (match := _MECHANISM.fullmatch(word)):
        raise wrong
    qualifier, name, domain, rest = match[1] or "+", match[2].lower(), match[3] or "", match[4]
    if name in ("ip4", "ip6"):
        return Term(qualifier, name, network=_network(name, word.partition(":")[2], wrong))
    if domain and not _is_domain(domain):
        raise wrong
    if name in ("a", "mx"):
        if not (cidr := _CIDR.fullmatch(rest)):
            raise wrong
        prefixes = int(cidr[1] or _BITS_4), int(cidr[2] or _BITS_6)
        if prefixes[0] > _BITS_4 or prefixes[1] > _BITS_6:
            raise wrong
        return Term(qualifier, name, domain, prefixes=prefixes)
    needs = {"all": False, "include": True, "exists": True, "ptr": bool(domain)}.get(name)
    if needs is None or needs is not bool(domain) or rest:
        raise wrong
    return Term(qualifier, name, domain)


def _network(name: str, text: str, wrong: ValueError) -> Network:
    kind = ipaddress.IPv4Network if name == "ip4" else ipaddress.IPv6Network
    if "/" in text and not _LENGTH.fullmatch(text.rpartition("/")[2]):
        raise wrong  # the library would take a netmask and a leading zero too
    try:
        return kind(text, strict=False)
    except ValueError:
        raise wrong from None


def _is_domain(text: str) -> bool:
    """Returns whether it ends in a label that no number is, or in a macro."""
    return not _has_wrong_macro(text) and bool(_DOMAIN_END.fullmatch(text.removesuffix(".").rpartition(".")[2]))


def _has_wrong_macro(text: str) -> bool:
    return "%" in _MACRO.sub("", text)


def expand(text: str, domain: str, mail: Mapping[str, str] | None = None) -> str | None:
    """Returns a domain with its macros replaced; None where they need the mail, which nobody knows beforehand.

    `mail` has the macros' letters of one that arrived: `i`, `s`, `l`, `o`, `h` and `v` (RFC 7208 section 7.2).
    """
    known = {"o": domain, **(mail or {}), "d": domain}
    if any(macro[1] and macro[1].lower() not in known for macro in _MACRO.finditer(text)):
        return None

    def expand_letter(macro: re.Match[str]) -> str:
        if not macro[1]:
            return {"%%": "%", "%_": " ", "%-": "%20"}[macro[0]]
        labels = re.split(f"[{re.escape(macro[4] or '.')}]", known[macro[1].lower()])[:: -1 if macro[3] else 1]
        return ".".join(labels[-int(macro[2]) :] if macro[2] else labels)

    return _MACRO.sub(expand_letter, text).rstrip(".").lower()
