"""Reads DMARC records by RFC 7489 and its successor RFC 9989, and tells whether two of them mean the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenant_email.aws.tag_list import tags

if TYPE_CHECKING:
    from collections.abc import Iterable

_VERSION: Final = re.compile(r"[vV][ \t]*=[ \t]*DMARC1[ \t]*(;|$)")
_POLICIES: Final = frozenset({"none", "quarantine", "reject"})
_PERCENT: Final = re.compile(r"[0-9]{1,3}")
_MOST_PERCENT: Final = 100


@dataclass(frozen=True, slots=True)
class DmarcReading:
    """What a record asks of those who receive mail; `rua` and `ruf` are URIs, size limits included.

    `percent` is the `pct` of RFC 7489; RFC 9989 has `testing` (`t=y`), `non_existent` (`np`) and `psd` instead.
    """

    policy: str
    subdomains: str
    non_existent: str
    dkim_alignment: str = "r"
    spf_alignment: str = "r"
    percent: int = 100
    testing: bool = False
    psd: str = "u"
    rua: frozenset[str] = frozenset()
    ruf: frozenset[str] = frozenset()
    failures: frozenset[str] = frozenset({"0"})


def dmarc_texts(texts: Iterable[str]) -> list[str]:
    """Returns the texts that are DMARC records: the others at the name are left aside by every reader."""
    return [text for text in texts if _VERSION.match(text)]


def dmarc(texts: Iterable[str]) -> DmarcReading | None:
    """Returns what the texts of a `_dmarc` name mean together; None when a receiver applies no policy by them.

    More than one record is as none (RFC 9989 section 4.10), and so is one with a tag twice (RFC 6376 section 3.2). What
    a tag says wrongly has the tag's default; of a policy it counts only with an address for reports (section 4.10.1).
    """
    records = dmarc_texts(texts)
    return _read(records[0]) if len(records) == 1 else None


def _read(text: str) -> DmarcReading | None:
    said: dict[str, str] = {}
    for part in text.split(";"):
        try:
            pairs = tags(part)
        except ValueError:
            continue  # an error in the rest of the record is as if the tag were not there
        for name, value in pairs:
            if name.lower() in said:
                return None
            said[name.lower()] = value
    rua, ruf = report_uris(said.get("rua", "")), report_uris(said.get("ruf", ""))
    policy = said.get("p", "none").lower()
    if any(said.get(name, "none").lower() not in _POLICIES for name in ("p", "sp", "np")):
        if not rua:
            return None
        policy = "none"
    subdomains = _one_of(said.get("sp"), _POLICIES, policy)
    return DmarcReading(
        policy=policy,
        subdomains=subdomains,
        non_existent=_one_of(said.get("np"), _POLICIES, subdomains),
        dkim_alignment=_one_of(said.get("adkim"), frozenset("rs"), "r"),
        spf_alignment=_one_of(said.get("aspf"), frozenset("rs"), "r"),
        percent=_percent(said.get("pct", "")),
        testing=said.get("t", "").lower() == "y",
        psd=_one_of(said.get("psd"), frozenset("ynu"), "u"),
        rua=rua,
        ruf=ruf,
        # without addresses for them nobody asks which failures are to be reported
        failures=frozenset(said.get("fo", "0").lower().replace(" ", "").split(":")) if ruf else frozenset({"0"}),
    )


def _one_of(value: str | None, allowed: frozenset[str], default: str) -> str:
    return value.lower() if value is not None and value.lower() in allowed else default


def _percent(value: str) -> int:
    # of more digits than Python reads as a number, too
    return int(value) if _PERCENT.fullmatch(value) and int(value) <= _MOST_PERCENT else _MOST_PERCENT


def report_uris(value: str) -> frozenset[str]:
    """Returns the URIs of a list to which reports go; the part after the @ of a mailto has no case."""
    uris = (uri.strip() for uri in value.split(","))
    return frozenset(_address(uri) for uri in uris if ":" in uri)


def _address(uri: str) -> str:
    scheme, _, rest = uri.partition(":")
    local, at, host = rest.rpartition("@")
    return f"{scheme.lower()}:{local}{at}{host.lower()}"
