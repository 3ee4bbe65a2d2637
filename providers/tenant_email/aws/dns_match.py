"""Decides whether what DNS holds does what a record is for; by meaning, not by spelling.

Pure but for the lookups that SPF may need: only `differs(record, values)` asks nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.aws.dkim_key import key_problem
from tenant_email.aws.dmarc import dmarc, dmarc_texts, report_uris
from tenant_email.aws.spf import evaluate
from tenant_email.aws.spf_record import spf_texts
from tenant_email.aws.tls_policy import record_field, sts_texts, tls_rpt_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from tenant_email.aws.dns_records import DnsRecord
    from tenant_email.aws.spf import Lookup


_KINDS = (spf_texts, dmarc_texts, tls_rpt_texts, sts_texts)
"""By what each kind of text at a name is known from others, which may stand beside it."""
_SAYS: Final[Mapping[Callable[[Iterable[str]], list[str]], Callable[[str], object]]] = {
    tls_rpt_texts: lambda text: report_uris(record_field(text, "rua")),
    sts_texts: lambda text: record_field(text, "id"),
}
"""What a record says that only one of its kind may say."""


def matches(record: DnsRecord, found: Sequence[str], lookup: Lookup | None = None) -> bool:
    """Decides whether what DNS holds does what the record is for."""
    return differs(record, found, lookup) is None


def differs(record: DnsRecord, found: Sequence[str], lookup: Lookup | None = None) -> str | None:
    """Returns why these values do not do what the record is for, empty where the values say all; None when they do."""
    (desired,) = record.values
    if record.type == "TXT":
        return _txt_differs(record, desired, found, lookup)
    # Host names are case-insensitive; the preference of an only MX means nothing (RFC 5321 section 5.1).
    return None if {host(value) for value in found} == {host(desired)} and len(found) == 1 else ""


def host(value: str) -> str:
    """Returns the host of a CNAME's or MX's value, as it is compared."""
    return value.rsplit(maxsplit=1)[-1].lower().removesuffix(".")


def same_kind(record: DnsRecord, found: Sequence[str]) -> list[str]:
    """Returns those values at a record's name that a reader takes for this kind of record, right or wrong.

    Other texts may stand next to SPF and DMARC; every value counts for an MX, a CNAME and a DKIM key.
    """
    (desired,) = record.values
    if record.type != "TXT":
        return list(found)
    kind = next((texts for texts in _KINDS if texts([desired])), None)
    return list(found) if kind is None else kind(found)


def _txt_differs(record: DnsRecord, desired: str, found: Sequence[str], lookup: Lookup | None) -> str | None:
    if spf_texts([desired]):
        judgement = evaluate(record.name, found, lookup)
        return None if judgement.passes else str(judgement)
    if record.purpose == "DMARC REPORTS":
        return None if dmarc_texts(found) else "no record that lets reports come"  # one is enough, whatever it says
    if dmarc_texts([desired]):
        return _dmarc_differs(desired, found)
    for texts, says in _SAYS.items():
        if texts([desired]):
            return _says_another(desired, texts(found), says)
    if len(found) != 1:
        return f"{len(found)} TXT records, any of which a verifier may use"
    return key_problem(found[0], desired) or None


def _says_another(desired: str, found: Sequence[str], says: Callable[[str], object]) -> str | None:
    if len(found) != 1:
        return f"{len(found)} such records, which counts as none" if found else "no such record"
    return None if says(found[0]) == says(desired) else ""


def _dmarc_differs(desired: str, found: Sequence[str]) -> str | None:
    if (count := len(dmarc_texts(found))) != 1:
        return f"{count} DMARC records, which counts as none" if count else "no DMARC record"
    meant = dmarc(found)
    if meant is None:
        return "it has no policy that receivers know"
    return None if meant == dmarc([desired]) else ""
