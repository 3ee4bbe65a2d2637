"""The DNS records that an SES identity needs, and the names they go by.

Pure. The names and values are those of docs/contracts/aws_ses.md#dns; the signing zone is always
the one that the API named, because it differs by region and even within one.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from dataclasses import fields as dataclass_fields
from typing import TYPE_CHECKING, Annotated, Final, Literal

from tenant_email.errors import Problem
from tenant_email.json_types import Props
from tenant_email.redaction.visible import visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tenant_email.json_types import PropsView

RecordType = Literal["CNAME", "MX", "TXT"]
DmarcPolicy = Literal["none", "quarantine", "reject"]
RecordKind = Literal["dkim", "mx", "spf", "dmarc", "dmarc_reports", "tls_rpt", "mta_sts"]
"""By what an overwrite names a record."""

RecordPurpose = Literal["DKIM", "MAIL FROM", "SPF", "DMARC", "DMARC REPORTS", "TLS-RPT", "MTA-STS"]

RECORD_KINDS: Final[Mapping[str, RecordKind]] = {
    "DKIM": "dkim",
    "MAIL FROM": "mx",
    "SPF": "spf",
    "DMARC": "dmarc",
    "DMARC REPORTS": "dmarc_reports",
    "TLS-RPT": "tls_rpt",
    "MTA-STS": "mta_sts",
}
"""The kind of a record of each purpose."""

RecordKey = tuple[str, str]
"""A record's name and type."""

EASY_DKIM: Final[RecordKey] = ("_domainkey", "CNAME")
"""Stands for the records of Easy DKIM, whose names only the identity knows."""

RECORD_TTL: Final = 1800
"""In seconds: short enough to repair a mistake within the first hour."""

LONGEST_NAME: Final = 253
"""Characters of a name in DNS, as text (RFC 1035 section 2.3.4)."""

HOSTED_ZONE_ID: Final = re.compile(r"((arn:[a-z-]+:route53:::|/)?hostedzone/)?[A-Za-z0-9]{1,32}")
"""The id of a Route 53 zone, in each of the forms that botocore takes (API reference of GetHostedZone, Id)."""

_LABEL: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
# A DKIM name puts a token of 32 letters and `._domainkey.` before the domain.
_LONGEST_DOMAIN: Final = LONGEST_NAME - 32 - len("._domainkey.")
_LONGEST_SHOWN: Final = 40  # characters of what is not a domain
_LONGEST_TXT_CHUNK: Final = 255  # RFC 1035 section 3.3


@dataclass(frozen=True, slots=True)
class DnsRecord:
    """One record to publish.

    Args:
        name: its name, absolute.
        zone_relative_name: what a DNS host wants that adds the zone by itself.
        type: CNAME, MX or TXT.
        ttl: in seconds.
        values: as DNS holds them, without quotes, TXT chunks joined.
        purpose: what it is for: "DKIM", "MAIL FROM", "SPF", "DMARC", "DMARC REPORTS" (another domain's leave to send it
            reports), "TLS-RPT" or "MTA-STS".
        required: whether SES waits for it.

    """

    name: str
    zone_relative_name: str
    type: RecordType
    ttl: int
    values: tuple[str, ...]
    purpose: str
    required: bool

    def to_props(self) -> Props:
        """Returns the record as a resource output."""
        return asdict(self) | {"values": list(self.values)}

    @classmethod
    def from_props(cls, props: PropsView) -> DnsRecord:
        """Reads an output back; Pulumi hands numbers over as floats.

        Raises:
            ValueError: it is not what `to_props` wrote.
        """
        try:
            fields: Props = {**props, "ttl": int(props["ttl"]), "values": tuple(props["values"])}
            return cls(**fields)
        except (KeyError, TypeError, ValueError):
            names = ", ".join(field.name for field in dataclass_fields(cls))
            raise ValueError(f"a DNS record has exactly the fields {names}") from None

    def __str__(self) -> str:
        return f"{self.name} {self.type} " + ", ".join(self.values)


def zone_key(record: RecordKey) -> str:
    """Returns by what `record_zones` of a preflight has a record."""
    return " ".join(record)


DnsRecordProps = Annotated[Props, DnsRecord]
"""A record as an output or an input has it."""


def record_kind_problems(kinds: Sequence[str], path: str = "overwrite_records") -> list[Problem]:
    """Returns a problem for each word that names no kind of record."""
    choice = f"Choose from {', '.join(RECORD_KINDS.values())}."
    return [
        Problem(f"{path}.{number}", f"{kind[:40]!r} is not the name of a record", choice)
        for number, kind in enumerate(kinds)
        if kind not in RECORD_KINDS.values()
    ]


def normalize_domain(text: str) -> str:
    """Returns a domain as SES keeps it: A-labels, lower case, no final dot.

    Raises:
        ValueError: the text is no domain that SES can own, with a sentence that says why.
    """
    name = text.strip().removesuffix(".")
    if len(name) > LONGEST_NAME:  # no number of non-ASCII characters makes it shorter
        raise ValueError(f"{text[:_LONGEST_SHOWN]!r}… is too long for a domain: {len(name)} characters")
    if problem := _not_a_domain(name):
        raise ValueError(f"{text!r} {problem}")
    import idna  # noqa: PLC0415 - its tables are large

    try:
        domain = idna.encode(name, uts46=True).decode()
    except idna.IDNAError as error:
        raise ValueError(f"{text!r} is not a valid domain name: {error}") from None
    labels = domain.split(".")
    if not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError(f"{text!r} is not a valid domain name: a label holds letters, digits and inner hyphens only")
    if len(labels) < 2:  # noqa: PLR2004 - a name and the zone above it
        raise ValueError(f"{text!r} is a single label; use the whole domain, such as acme.example")
    if labels[-1].isdigit():
        raise ValueError(f"{text!r} is an IP address, not a domain")
    if len(domain) > _LONGEST_DOMAIN:
        raise ValueError(f"{text!r} is too long: {len(domain)} characters; DKIM names leave room for {_LONGEST_DOMAIN}")
    return domain


def _not_a_domain(name: str) -> str:
    if not name:
        return "is empty; use a domain such as acme.example"
    if "@" in name:
        return f"is an email address; use its domain {name.rpartition('@')[2]!r}"
    if "*" in name:
        return "has a wildcard; SES verifies one domain, which covers its subdomains"
    if "/" in name or ":" in name:
        return "looks like a URL; use the bare domain, such as acme.example"
    if "_" in name:
        return "has an underscore, which a mail domain cannot have"
    return ""


def normalize_mail_from(text: str, domain: str) -> str:
    """Returns the whole name of a MAIL FROM domain given whole (`bounce.acme.example`) or as a label (`bounce`).

    Raises:
        ValueError: it is not below `domain`, as SES demands.
    """
    given = text.strip().removesuffix(".")
    name = normalize_domain(given if "." in given or not given else f"{given}.{domain}")
    if not name.endswith(f".{domain}"):
        raise ValueError(
            f"{text!r} is not a subdomain of {domain}; MAIL FROM must be a subdomain that sends no other mail"
        )
    return name


def normalize_zone(text: str) -> str:
    """Returns the name of a zone as `normalize_domain` has it; unlike a domain it may be a single label.

    Raises:
        ValueError: the text is no name of a zone.
    """
    name = text.strip().removesuffix(".").lower()
    return name if _LABEL.fullmatch(name) else normalize_domain(name)


def plain_zone_id(zone_id: str) -> str:
    """Returns the id of a Route 53 zone alone: Route 53 itself answers `/hostedzone/Z123`, and botocore takes both."""
    return zone_id.rpartition("/")[2]


def candidate_zones(domain: str) -> tuple[str, ...]:
    """Returns the zones that may hold the domain's records, the closest first."""
    labels = domain.split(".")
    return tuple(".".join(labels[start:]) for start in range(len(labels) - 1))


def zone_relative(name: str, zone: str) -> str:
    """Returns the name as a zone's editor wants it, `@` for the zone itself."""
    if name == zone:
        return "@"
    if not name.endswith(f".{zone}"):
        raise ValueError(f"{name} is not in the zone {zone}")
    return name.removesuffix(f".{zone}")


def names_above(name: str, zone: str) -> tuple[str, ...]:
    """Returns the names between a name and its zone, the closest first."""
    labels = zone_relative(name, zone).split(".")
    return tuple(f"{'.'.join(labels[start:])}.{zone}" for start in range(1, len(labels)))


def easy_dkim_records(
    domain: str, tokens: Sequence[str], signing_hosted_zone: str, zone: str | None = None
) -> tuple[DnsRecord, ...]:
    """Returns the CNAME records of Easy DKIM; `zone` is where they will live, if it is not the domain itself."""
    return tuple(
        record(f"{token}._domainkey.{domain}", "CNAME", f"{token}.{signing_hosted_zone}", "DKIM", zone or domain)
        for token in tokens
    )


def own_dkim_record(domain: str, selector: str, public_key: str, zone: str | None = None) -> DnsRecord:
    """Returns the TXT record of a key of one's own; `public_key` is the base64 of its SubjectPublicKeyInfo."""
    return record(f"{selector}._domainkey.{domain}", "TXT", f"p={public_key}", "DKIM", zone or domain)


def feedback_host(region: str) -> str:
    """Returns the host by which SES gets the bounces of a region."""
    return f"feedback-smtp.{region}.amazonses.com"


def mail_from_records(mail_from: str, domain: str, region: str, zone: str | None = None) -> tuple[DnsRecord, DnsRecord]:
    """Returns the MX and SPF records of a MAIL FROM domain; SES fails it when there is a second MX."""
    mx = f"10 {feedback_host(region)}"
    spf = "v=spf1 include:amazonses.com ~all"
    return (
        record(mail_from, "MX", mx, "MAIL FROM", zone or domain),
        record(mail_from, "TXT", spf, "SPF", zone or domain),
    )


def dmarc_record(
    domain: str,
    policy: DmarcPolicy = "none",
    rua: Sequence[str] = (),
    zone: str | None = None,
    *,
    ruf: Sequence[str] = (),
    subdomains: DmarcPolicy | None = None,
    non_existent: DmarcPolicy | None = None,
    testing: bool = False,
) -> DnsRecord:
    """Returns the DMARC record: begin with `none`, read the reports at `rua`, then quarantine, then reject.

    `subdomains`, `non_existent` and `testing` are `sp`, `np` and `t=y` (RFC 9989 section 4.7). Alignment stays relaxed,
    which a MAIL FROM sub-domain needs to align. Not required: SES sends without it.
    """
    tags = {
        "p": policy,
        "sp": subdomains,
        "np": non_existent,
        "t": "y" if testing else None,
        "rua": _uris(rua),
        "ruf": _uris(ruf),
    }
    value = " ".join(f"{name}={text};" for name, text in tags.items() if text)
    return record(f"_dmarc.{domain}", "TXT", f"v=DMARC1; {value}", "DMARC", zone or domain, required=False)


def _uris(addresses: Sequence[str]) -> str:
    return ",".join(report_uri(address) for address in addresses)


def as_uri(text: str) -> str:
    """Returns a URI as it is, and an address alone as one of `mailto:`."""
    return text if ":" in text else f"mailto:{text}"


def report_uri(text: str) -> str:
    """Returns where a report goes as a URI: an address alone is one of `mailto:`, its domain as SES keeps domains.

    Raises:
        ValueError: the domain of an address is none.
    """
    uri = as_uri(text)
    scheme, _, address = uri.partition(":")
    local, at, host = address.rpartition("@")
    if scheme.lower() != "mailto" or not at:
        return uri
    name, mark, size = host.partition("!")
    return f"mailto:{local}@{normalize_domain(name)}{mark}{size}"


def tls_rpt_record(mail_from: str, domain: str, reports: Sequence[str], zone: str | None = None) -> DnsRecord:
    """Returns the record that says where reports of TLS to a MAIL FROM domain go (RFC 8460 section 3)."""
    value = f"v=TLSRPTv1; rua={_uris(reports)}"
    return record(f"_smtp._tls.{mail_from}", "TXT", value, "TLS-RPT", zone or domain, required=False)


def mta_sts_record(mail_from: str, domain: str, policy_id: str, zone: str | None = None) -> DnsRecord:
    """Returns the record that says that a MAIL FROM domain has an MTA-STS policy, and which (RFC 8461 section 3.1)."""
    value = f"v=STSv1; id={policy_id};"
    return record(f"_mta-sts.{mail_from}", "TXT", value, "MTA-STS", zone or domain, required=False)


def record(name: str, kind: RecordType, value: str, purpose: str, zone: str, *, required: bool = True) -> DnsRecord:
    """Returns a record as it is published."""
    return DnsRecord(name, zone_relative(name, zone), kind, RECORD_TTL, (value,), purpose, required)


def txt_chunks(value: str) -> tuple[str, ...]:
    """Returns a TXT value in the pieces of at most 255 characters that one record is made of."""
    starts = range(0, max(len(value), 1), _LONGEST_TXT_CHUNK)
    return tuple(value[start : start + _LONGEST_TXT_CHUNK] for start in starts)


def record_table(records: Sequence[DnsRecord], zone: str | None = None) -> str:
    """Returns the records as a plain-text table, for whoever types them into another DNS host.

    Names are whole. What a host wants that adds the zone by itself stands next to them where the zone is known: it is
    `zone`, or the parent of the domain that the records were made for.
    """
    zone = zone or _parent_zone(records)
    cells = ((record.name, *_within(record, zone), record.type, str(record.ttl), *record.values) for record in records)
    rows = [tuple(map(visible, row)) for row in cells]
    within = (f"name in the zone {zone}",) if zone else ()
    head = ("name", *within, "type", "TTL", "value")
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head) - 1)]
    lines = (
        "  ".join((*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]))
        for row in (head, *rows)
    )
    return "\n".join(lines)


def _within(record: DnsRecord, zone: str | None) -> tuple[str, ...]:
    """Returns the cell of the name in the zone; empty for a record that another zone holds."""
    if zone is None:
        return ()
    inside = record.name == zone or record.name.endswith(f".{zone}")
    return (zone_relative(record.name, zone) if inside else "",)


def _parent_zone(records: Sequence[DnsRecord]) -> str | None:
    """Returns the zone that the names were cut for; None where that is the domain, assumed when no zone is known."""
    zones = {
        record.name.removeprefix(record.zone_relative_name).removeprefix(".")
        for record in records
        if record.purpose == "DKIM" and not record.zone_relative_name.endswith("._domainkey")
    }
    return zones.pop() or None if len(zones) == 1 else None


def route53_value(kind: RecordType, value: str) -> str:
    """Returns a value as Route 53 wants it: TXT in quotes, `"first 255" "rest"`, everything else bare."""
    return quoted_text(value) if kind == "TXT" else value


def quoted_text(value: str) -> str:
    """Returns a TXT value as a zone file has it: each piece of at most 255 characters in quotes, escaped."""
    chunks = (chunk.replace("\\", "\\\\").replace('"', '\\"') for chunk in txt_chunks(value))
    return " ".join(f'"{chunk}"' for chunk in chunks)


def mx_parts(value: str) -> tuple[int, str]:
    """Returns an MX value, such as `10 mx.acme.example`, as its preference and its host."""
    preference, host = value.split(maxsplit=1)
    return int(preference), host
