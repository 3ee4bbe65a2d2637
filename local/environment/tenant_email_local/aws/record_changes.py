"""Changes the record sets of a local zone as Route 53 does: a batch whole or not at all, its changes in order.

moto takes what AWS refuses: a DELETE whose values are not those that are there, a CREATE of what exists, a CNAME beside
other types, names of another zone, TXT values that are not quoted or too long. Source: the API reference of
ChangeResourceRecordSets and docs/contracts/aws_ses.md#moto, "Others".
"""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree as ET

from moto.route53.models import RecordSet, route53_backends
from werkzeug.wrappers import Response

from tenant_email_local.aws.wire import AwsError
from tenant_email_local.dns_zone import txt_chunks

URL = "https://route53.amazonaws.com/doc/2013-04-01/"
NAMESPACE = {"r": URL}
QUOTED = re.compile(r'\s*("(?:[^"\\]|\\.)*"\s*)+')
CHUNK_BYTES = 255
ROUTING = ("SetIdentifier", "Weight", "Region", "Failover", "MultiValueAnswer", "HealthCheckId")
KEPT = {
    "NS": "A HostedZone must contain at least one NS record for the zone itself.",
    "SOA": "A HostedZone must contain exactly one SOA record.",
}
NUMBERS = frozenset({"TTL", "Weight"})

Document = dict[str, Any]
Key = tuple[str, str, str]

_lock = threading.Lock()


@dataclass(frozen=True)
class RecordChange:
    """One change of a batch."""

    action: str
    record: Document

    @property
    def key(self) -> Key:
        """Names the record set that it is about."""
        return key_of(self.record)

    @property
    def title(self) -> str:
        """Names it as AWS's refusals do."""
        name, type_, identifier = self.key
        more = f", set-identifier='{identifier}'" if identifier else ""
        return f"resource record set [name='{name}', type='{type_}'{more}]"


def change_record_sets(account: str, zone_id: str, body: bytes) -> Response:
    """Makes the changes of a ChangeResourceRecordSets body; raises AwsError with every problem, and changes nothing."""
    zone: Any = route53_backends[account]["aws"].zones.get(zone_id)
    if zone is None:
        raise AwsError("NoSuchHostedZone", f"No hosted zone found with ID: {zone_id}", 404)
    document = ET.fromstring(body)  # noqa: S314 - only clients on this machine reach the server
    changes = [_change(element) for element in document.iterfind(".//r:Change", NAMESPACE)]
    with _lock:
        sets: dict[Key, Document] = {key_of(each): each for each in map(_find_stored, zone.rrsets)}
        problems = [problem for change in changes for problem in _make(change, sets, zone.name)]
        problems += _clashes(changes, sets, zone.name)
        if problems:
            raise AwsError("InvalidChangeBatch", f"[{', '.join(problems)}]")
        kept = {key_of(_find_stored(each)): each for each in zone.rrsets}
        zone.rrsets = [
            kept[key] if key in kept and _find_stored(kept[key]) == each else RecordSet(each)
            for key, each in sets.items()
        ]
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Response(
        f'<?xml version="1.0"?>\n<ChangeResourceRecordSetsResponse xmlns="{URL}"><ChangeInfo>'
        f"<Id>/change/C{uuid4().hex[:13].upper()}</Id><Status>INSYNC</Status><SubmittedAt>{now}</SubmittedAt>"
        "</ChangeInfo></ChangeResourceRecordSetsResponse>",
        content_type="text/xml",
    )


def key_of(record: Document) -> Key:
    """Returns what a zone has once: name, type and, with a routing policy, its identifier."""
    return record["Name"], record["Type"], record.get("SetIdentifier") or ""


def _change(element: ET.Element) -> RecordChange:
    record = element.find("r:ResourceRecordSet", NAMESPACE)
    if record is None:
        raise AwsError("MalformedInput", "The XML you provided is not well-formed")
    values = [value.text or "" for value in record.iterfind(".//r:Value", NAMESPACE)]
    found: Document = {
        "Name": route53_name(record.findtext("r:Name", "", NAMESPACE)),
        "Type": record.findtext("r:Type", "", NAMESPACE),
        **({"ResourceRecords": values} if values else {}),
    }
    for name in ("TTL", *ROUTING):
        text = record.findtext(f"r:{name}", None, NAMESPACE)
        if text is not None:
            found[name] = int(text) if name in NUMBERS else text
    alias = record.find("r:AliasTarget", NAMESPACE)
    if alias is not None:
        found["AliasTarget"] = {each.tag.rpartition("}")[2]: each.text or "" for each in alias}
    return RecordChange(element.findtext("r:Action", "", NAMESPACE), found)


def route53_name(name: str) -> str:
    """Returns a name as Route 53 keeps it: lower case, a final dot, an asterisk escaped."""
    return f"{name.removesuffix('.').lower().replace('*', chr(92) + '052')}."


def _find_stored(record: Any) -> Document:
    """Returns a record set of moto's as a change would write it."""
    values: list[Any] = record.records or []
    found: Document = {
        "Name": route53_name(record.name),
        "Type": record.type,
        "TTL": record.ttl,
        "ResourceRecords": [value if isinstance(value, str) else value["Value"] for value in values] or None,
        "SetIdentifier": record.set_identifier,
        "Weight": record.weight,
        "Region": record.region,
        "Failover": record.failover,
        "HealthCheckId": record.health_check_id,
        "MultiValueAnswer": record.multi_value_answer,
        "AliasTarget": record.alias_target,
    }
    return {name: value for name, value in found.items() if value is not None}


def _make(change: RecordChange, sets: dict[Key, Document], zone: str) -> Iterator[str]:
    """Makes a change in `sets`, or yields why not."""
    there = sets.get(change.key)
    name, type_, _ = change.key
    if change.action == "DELETE":
        yield from _delete(change, sets, zone)
        return
    if change.action == "CREATE" and there is not None:
        yield f"Tried to create {change.title} but it already exists"
        return
    if not f".{name}".endswith(f".{zone}"):
        yield f"RRSet with DNS name {name} is not permitted in zone {zone}"
    if type_ == "CNAME" and name == zone:
        yield f"RRSet of type CNAME with DNS name {name} is not permitted at apex in zone {zone}"
    if type_ == "TXT":
        for value in change.record.get("ResourceRecords", []):
            if reason := _txt_problem(value):
                yield f"Invalid Resource Record: 'FATAL problem: {reason} encountered with '{value}''"
    sets[change.key] = change.record


def _delete(change: RecordChange, sets: dict[Key, Document], zone: str) -> Iterator[str]:
    there = sets.get(change.key)
    name, type_, _ = change.key
    if there is None:
        yield f"Tried to delete {change.title} but it was not found"
    elif name == zone and type_ in KEPT:
        yield KEPT[type_]
    elif _comparable(there) != _comparable(change.record):
        yield f"Tried to delete {change.title} but the values provided do not match the current values"
    else:
        del sets[change.key]


def _comparable(record: Document) -> Document:
    return {**record, "ResourceRecords": sorted(record.get("ResourceRecords", []))}


def _clashes(changes: list[RecordChange], sets: dict[Key, Document], zone: str) -> Iterator[str]:
    """Yields what a name cannot hold together: a CNAME and anything else."""
    for change in changes:
        name, type_, _ = change.key
        if change.action == "DELETE":
            continue
        others = {other for at, other, _ in sets if at == name} - {type_}
        if type_ == "CNAME" and others:
            yield (
                f"RRSet of type CNAME with DNS name {name} is not permitted as it conflicts with other records "
                f"with the same DNS name in zone {zone}"
            )
        elif "CNAME" in others:
            yield (
                f"RRSet of type {type_} with DNS name {name} is not permitted because a conflicting RRSet of type "
                f"CNAME with the same DNS name already exists in zone {zone}"
            )


def _txt_problem(value: str) -> str:
    if not QUOTED.fullmatch(value):
        return "InvalidCharacterString (Value should be enclosed in quotation marks)"
    if any(len(chunk) > CHUNK_BYTES for chunk in txt_chunks(value)):
        return "CharacterStringTooLong (Value is too long)"
    return ""
