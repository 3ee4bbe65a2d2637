"""Decides whether what DNS holds does what a record is for; by meaning, not by spelling."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenant_email.aws.dns_records import DnsRecord


def matches(record: DnsRecord, found: Sequence[str]) -> bool:
    """Decides whether what DNS holds does what the record is for."""
    (wanted,) = record.values
    if record.type == "TXT":
        return _txt_matches(wanted, found)
    # Host names are case-insensitive; the preference of an only MX means nothing (RFC 5321 section 5.1).
    return [value.split()[-1].lower() for value in found] == [wanted.split()[-1].lower()]


def _txt_matches(wanted: str, found: Sequence[str]) -> bool:
    """Compares TXT by meaning: other texts may stand beside SPF and DMARC, a second one of the kind may not."""
    if "p" in _tags(wanted) and "v" not in _tags(wanted):
        return [_tags(value).get("p") for value in found] == [_tags(wanted)["p"]]
    version = wanted.replace(";", " ").split()[0].lower()
    same_kind = [value for value in found if value.lower().startswith(version)]
    if version == "v=spf1":
        return len(same_kind) == 1 and "include:amazonses.com" in same_kind[0].lower().split()
    return [_tags(value) for value in same_kind] == [_tags(wanted)]


def _tags(text: str) -> dict[str, str]:
    """Reads a tag list such as DKIM's and DMARC's, white space aside (RFC 6376 section 3.2)."""
    pairs = (part.partition("=") for part in text.split(";") if part.strip())
    return {tag.strip(): "".join(value.split()) for tag, _, value in pairs}
