"""Reads the zones of the local Route 53, and refuses the changes that AWS refuses and moto accepts.

Source: contracts/aws_ses.md section 5, "Others": unsplit and unquoted TXT values, a CREATE of what exists.
"""

import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

from moto.route53.models import route53_backends

from tenant_email.local.aws.wire import AwsError
from tenant_email.local.dns import RecordSet, Zone, txt_chunks

NAMESPACE = {"r": "https://route53.amazonaws.com/doc/2013-04-01/"}
QUOTED = re.compile(r'\s*("(?:[^"\\]|\\.)*"\s*)+')
CHUNK_BYTES = 255


def public_zones() -> Iterator[Zone]:
    """Yields every public zone of every account, as the public DNS would know them."""
    for account in list(route53_backends.values()):
        for partition in list(account.values()):
            for zone in list(partition.zones.values()):
                if not zone.private_zone:
                    yield Zone(_plain(zone.name), tuple(_record_set(record) for record in list(zone.rrsets)))


def refuse_bad_changes(account: str, zone_id: str, body: bytes) -> None:
    """Checks a ChangeResourceRecordSets body; raises AwsError InvalidChangeBatch with every problem found."""
    existing = _existing(account, zone_id)
    document = ET.fromstring(body)  # noqa: S314 - only clients on this machine reach the server
    problems = [
        problem for change in document.iterfind(".//r:Change", NAMESPACE) for problem in _problems(change, existing)
    ]
    if problems:
        raise AwsError("InvalidChangeBatch", f"[{', '.join(problems)}]")


def _problems(change: ET.Element, existing: set[tuple[str, str]]) -> Iterator[str]:
    name = _plain(change.findtext(".//r:Name", "", NAMESPACE))
    type_ = change.findtext(".//r:Type", "", NAMESPACE)
    action = change.findtext("r:Action", "", NAMESPACE)
    if action == "CREATE" and (name, type_) in existing:
        yield (f"Tried to create resource record set [name='{name}.', type='{type_}'] but it already exists")
    if type_ != "TXT" or action == "DELETE":
        return
    for value in change.iterfind(".//r:Value", NAMESPACE):
        reason = _txt_problem(value.text or "")
        if reason:
            yield f"Invalid Resource Record: 'FATAL problem: {reason} encountered with '{value.text}''"


def _txt_problem(value: str) -> str:
    if not QUOTED.fullmatch(value):
        return "InvalidCharacterString (Value should be enclosed in quotation marks)"
    if any(len(chunk) > CHUNK_BYTES for chunk in txt_chunks(value)):
        return "CharacterStringTooLong (Value is too long)"
    return ""


def _existing(account: str, zone_id: str) -> set[tuple[str, str]]:
    zone: Any = route53_backends[account]["aws"].zones.get(zone_id)
    return {(_plain(record.name), record.type) for record in zone.rrsets} if zone else set()


def _record_set(record: Any) -> RecordSet:
    # moto keeps the SOA it makes itself as a document and everything else as text
    stored: list[Any] = record.records or []
    values = tuple(value if isinstance(value, str) else str(value["Value"]) for value in stored)
    return RecordSet(_plain(record.name), str(record.type), int(record.ttl or 0), values)


def _plain(name: str) -> str:
    return name.rstrip(".").lower()
