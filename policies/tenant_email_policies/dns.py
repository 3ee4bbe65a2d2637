"""TXT records as any DNS host's resources have them: the same few words, in other places.

Hosts differ in whether a name is whole or within a zone, in how a long text is cut and quoted, and in whether a
resource is a record, a set of them, or all of a zone. What is not known of a resource is left open, never guessed.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenant_email_policies.domains import is_within, normalized
from tenant_email_policies.values import UNKNOWN, Value, is_list, is_mapping, is_unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tenant_email_policies.seen import Seen

_NAMES: Final = (
    "name", "relativeRecordSetName", "subdomain", "subDomain", "subname", "recordName", "ownerName", "dnsName", "host",
    "hostRecord", "rr",
)  # fmt: skip
"""Where hosts have a record's name, the whole one or that within the zone."""
_WHOLE_NAMES: Final = ("hostname", "fqdn", "domain")
"""Where a few have it, such as Namecheap, Infoblox and NS1; to others it is an output, or the zone."""
_ZONES: Final = ("zone", "zoneName", "dnsZone", "hostedZoneName", "zoneNameOrId", "domain", "domainName")
_TYPES: Final = ("type", "recordType", "recordtype", "rtype", "fieldtype")
_ABOUT: Final = frozenset({*_NAMES, *_WHOLE_NAMES, *_ZONES, *_TYPES})
_LOOK: Final = "SesDomainPreflight"
"""It has looked at the records that are there already, and refused those with another effect."""
_BETWEEN_PIECES: Final = re.compile(r'"\s+"')
_HOST_NAME: Final = re.compile(r"[^\s/:@]+")
"""What may be a name in DNS: an id, such as that of a zone at Azure or of a record in a state, is none."""


@dataclass(frozen=True)
class Record:
    """What is at one name.

    Args:
        seen: the resource.
        rest: the name without its first label; "" where nothing follows it.
        zone: the zone that holds it; "" where that is not known, and then the name may be whole or not.
        is_named: whether the name is known; a record whose name is not may be anybody's.
        texts: what it says of what is looked for, each text in one piece and without quotes.
        is_known: whether a preview knows all of it, and it is a text: a CNAME says what another name says.

    """

    seen: Seen
    rest: str
    zone: str
    is_named: bool
    texts: tuple[str, ...]
    is_known: bool

    @property
    def is_look(self) -> bool:
        """Whether somebody else's resource publishes it, or none: it was there already, and was looked at."""
        return self.seen.kind == _LOOK

    def is_surely_at(self, owner: str) -> bool:
        """Returns whether it is this domain's for certain: a name within a zone that is not known may be another's."""
        return bool(owner) and (bool(self.zone) or self.rest == owner)

    def owner_for(self, domain: str) -> str | None:
        """Returns whose record it is: the domain's or that of one above it; "" if nobody knows; None if another's."""
        if not self.is_named or not (self.rest or self.zone):
            return ""
        if self.zone:
            owner = self.rest if is_within(self.rest, self.zone) else f"{self.rest}.{self.zone}".removeprefix(".")
            return owner if is_within(domain, owner) else None
        if is_within(domain, self.rest):
            return self.rest
        labels = domain.split(".")
        above = (".".join(labels[at:]) for at in range(len(labels)))
        return next((each for each in above if each.startswith(f"{self.rest}.")), None)


def records(seen: Seen, label: str, begin: str) -> Iterator[Record]:
    """Yields the records of a resource at names with this first label that say something that begins so.

    Those of which a preview does not know it are among them.
    """
    for part in _parts(seen):
        found = _name(part, label)
        type_ = next(_values(part, _TYPES), None)
        if not found and not (_is_named_later(part) and _may_be_text(seen, type_)):
            continue
        said = _said(seen, part)
        texts = tuple(dict.fromkeys(text for text in _texts(said) if text.lower().replace(" ", "").startswith(begin)))
        is_text = type_ in (None, UNKNOWN) or str(type_).rpartition("/")[2].upper() == "TXT"
        is_known = is_text and (bool(texts) or not is_unknown(said))
        if texts or not is_known:
            zones = _host_names(_values({**seen.props, **part}, _ZONES))
            zone = next((each for each in zones if "." in each and each != found), "")
            rest = found.partition(".")[2]
            yield Record(seen, normalized(rest), normalized(zone), bool(found), texts if is_text else (), is_known)


def _parts(seen: Seen) -> Iterator[Mapping[str, Value]]:
    """Yields what may be a record: the resource itself, and whatever has names at any depth in it."""
    if seen.kind not in ("", _LOOK):
        yield seen.props
        return
    left: deque[Value] = deque([seen.props])
    while left:
        value = left.popleft()
        if is_mapping(value):
            part = {str(key): each for key, each in value.items()}
            yield part
            left.extend(part.values())
        elif is_list(value):
            left.extend(value)


def _name(part: Mapping[str, Value], label: str) -> str:
    """Returns the name of a record with this first label, the longest that is said of it; "" for any other.

    Hosts that nobody has heard of have it somewhere else: then any text that is such a name is it.
    """
    for given in (_values(part, (*_NAMES, *_WHOLE_NAMES)), part.values()):
        if found := [name for name in _host_names(given) if name.partition(".")[0] == label]:
            return max(found, key=len)
    return ""


def _is_named_later(part: Mapping[str, Value]) -> bool:
    """Returns whether a preview does not know the name; of one that it knows, the whole name may be an output."""
    return UNKNOWN in (list(_values(part, _NAMES)) or list(_values(part, _WHOLE_NAMES)))


def _host_names(values: Iterable[Value]) -> list[str]:
    """Returns those of several values that may be names in DNS, in lower case and without a final dot."""
    return [_dotless(each) for each in values if isinstance(each, str) and _HOST_NAME.fullmatch(each.strip())]


def _values(part: Mapping[str, Value], names: tuple[str, ...]) -> Iterator[Value]:
    """Yields the values that a record has under these names, in either spelling."""
    for name in names:
        value = part.get(name, part.get(re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", name)))
        if value is not None:
            yield value


def _may_be_text(seen: Seen, type_: Value) -> bool:
    """Returns whether a resource whose name is not known may be a TXT; everything has names, records or not."""
    token = seen.type.lower()
    return type_ == "TXT" or "txtrecord" in token or (type_ in (None, UNKNOWN) and "record" in token)


def _said(seen: Seen, part: Mapping[str, Value]) -> Value:
    """Returns where a record's texts are. Among the outputs of ours is also what it has replaced."""
    if seen.kind == _LOOK:
        return part.get("values") if part.get("purpose") in _kinds(seen) else None
    if seen.kind:
        return part.get("value")
    return {name: value for name, value in part.items() if name not in _ABOUT}


def _kinds(seen: Seen) -> list[str]:
    """Returns the purposes of what a look has found to be there already, in the words of records."""
    existing = seen.at("existing_records")
    return [str(each).upper() for each in existing] if is_list(existing) else []


def _texts(value: Value) -> Iterator[str]:
    if is_mapping(value):
        for name, part in value.items():
            # Azure's list under this name is the pieces of one text; every other list is one of texts
            is_cut = name == "value" and is_list(part) and all(isinstance(each, str) for each in part)
            yield from _texts("".join(map(str, part)) if is_cut and is_list(part) else part)
    elif is_list(value):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, str):
        yield _BETWEEN_PIECES.sub("", value).replace('"', "").replace("\\", "").strip()


def _dotless(name: str) -> str:
    return name.strip().rstrip(".").lower()
