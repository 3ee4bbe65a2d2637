"""Where DMARC reports go, and the record by which another organization agrees to get them (RFC 9990 section 4)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tenant_email.aws.dns_records import DnsRecord, as_uri, normalize_domain, record, report_uri

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

AUTHORIZATION: Final = "v=DMARC1;"
"""The whole record."""

# A comma and a "!" have meanings of their own in a list of URIs, and ";" ends it; RFC 3986 says what a URI has.
_MAILTO: Final = re.compile(r"mailto:[A-Za-z0-9._~%$&'()*+=:/?-]+@([^@,;!\s?]+)(![0-9]+[kmgt]?)?", re.IGNORECASE)
_HTTPS: Final = re.compile(r"https://[A-Za-z0-9.:\[\]-]+([/?][A-Za-z0-9._~%$&'()*+=:/?@-]*)?", re.IGNORECASE)


def report_problem(text: str, *, https: bool = False) -> str:
    """Returns what is wrong with where a report is to go; empty where nothing is. `https` allows such a URI too."""
    uri = as_uri(text)
    if https and _HTTPS.fullmatch(uri):
        return ""
    if not (match := _MAILTO.fullmatch(uri)):
        return "is not an address, or has a character such as , ; ! or a space, which is to be percent-encoded"
    if https and match[2]:
        return "has a limit of size, which only DMARC has"
    try:
        normalize_domain(match[1])
    except ValueError as error:
        return str(error)
    return ""


def report_hosts(texts: Iterable[str]) -> tuple[str, ...]:
    """Returns the domains that get reports by mail, each once; what is no address, as others may write, has none."""
    matches = (_MAILTO.fullmatch(report_uri(text)) for text in texts if not report_problem(text))
    return tuple(dict.fromkeys(match[1] for match in matches if match))


def repeated_reports(texts: Sequence[str], *, https: bool = False) -> list[tuple[int, int]]:
    """Returns the numbers of those that repeat an earlier one, with its number; a size limit makes no difference."""
    first: dict[str, int] = {}
    known = [
        (number, report_uri(text).partition("!")[0])
        for number, text in enumerate(texts)
        if not report_problem(text, https=https)
    ]
    return [(number, first[uri]) for number, uri in known if first.setdefault(uri, number) != number]


def is_elsewhere(host: str, domain: str, zone: str | None = None) -> bool:
    """Returns whether a domain that gets reports may be another organization's, by the names alone.

    One that is above or below the policy's domain, or in the same zone, is of the same organization. Of two others only
    DNS knows (RFC 9989 section 4.10.2); a record where none is needed does no harm.
    """
    if _holds(host, domain) or _holds(domain, host):
        return False
    return zone is None or not (_holds(zone, host) and _holds(zone, domain))


def _holds(zone: str, name: str) -> bool:
    return name == zone or name.endswith(f".{zone}")


def authorization_record(domain: str, host: str, zone: str | None = None) -> DnsRecord:
    """Returns the record by which `host` agrees to get the reports about `domain`; `zone` is where it will live."""
    return record(
        f"{domain}._report._dmarc.{host}", "TXT", AUTHORIZATION, "DMARC REPORTS", zone or host, required=False
    )
