"""What public DNS has at the names of records that another DNS host's provider will publish.

Such a provider sees only what it made itself: it would put a second SPF or DMARC record beside the first, and two are
as good as none (RFC 7208 section 4.5, RFC 9989 section 4.7). So what stands there is looked at before anything is
written. What has the same effect is used only where the program says so (`existing`): whether a resource is there
cannot depend on a look, or the next `up`, which finds its own record, would delete it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenant_email.aws.dns_records import RECORD_KINDS
from tenant_email.errors import AlreadyConfigured, redact_external
from tenant_email.operations.dns_conflicts import OTHERWISE
from tenant_email.operations.environment import read_environment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenant_email.aws.dns_records import DnsRecord
    from tenant_email.aws.dns_standing import Standing

_NO_LOOK: Final = "set look_first=False once its records are in the stack, as after `pulumi import`"
_NOT_HERE: Final = "set look_first=False where this machine sees another DNS than the public one"
LEFT: Final = "set look_first=False for this `up` if what answers is the zone that the record leaves"
ANEW: Final = (
    "give a component that was renamed an alias of its old name; "
    "set look_first=False for this `up` if the stack has the record under this name"
)
"""Ways out where what stands there may be the stack's own: `existing` would have the stack delete it."""


@dataclass(frozen=True, slots=True)
class Look:
    """A record to come, and what is known of it.

    Args:
        record: the record.
        exists: it is to stand there already, with the effect that is wanted.
        whole_sets: a resource of the host is all values of a name and type, so that others' texts cannot stand beside.
        way: the way out where what stands there may be this stack's own; empty where it cannot be.
        zone: the zone that it comes to, where the program names it.

    """

    record: DnsRecord
    exists: bool = False
    whole_sets: bool = False
    way: str = ""
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What keeps a record from being published, in words, and the way out of it."""

    what: str
    way: str


def refuse_standing(looks: Sequence[Look]) -> None:
    """Raises AlreadyConfigured with everything that public DNS has in the way of these records."""
    if not looks:
        return
    from tenant_email.aws.dns_servers import DnsSettings  # noqa: PLC0415 - dnspython is loaded by the first look-up
    from tenant_email.aws.dns_standing import find_standing  # noqa: PLC0415 - the same

    standing = find_standing([each.record for each in looks], read_environment(DnsSettings.from_environ))
    found = [finding for pair in zip(looks, standing, strict=True) if (finding := judge(*pair))]
    if not found:
        return
    there = "".join(f"\n  - {each.what}" for each in found)
    ways = list(dict.fromkeys(each.way for each in found))
    text = "; ".join(ways)
    message = f"dns: what public DNS has is in the way of the records to publish{there}"
    raise AlreadyConfigured(message, remedy=f"{text[0].upper()}{text[1:]}.")


def judge(look: Look, standing: Standing) -> Finding | None:
    """Returns what keeps a record from being published; None where nothing does."""
    record, kind = look.record, RECORD_KINDS[look.record.purpose]
    desired = f"{record.name} {record.type}"
    if not standing.answered:
        way = "run from a machine that can query DNS, or set look_first=False"
        return Finding(f"{desired}: no server answers for it, so nobody knows what stands there", way)
    there = redact_external(standing) or ("nothing but a wildcard's answer" if standing.by_wildcard else "nothing")
    if look.exists:
        if standing.serves:
            return None
        way = f"correct the record at its host, or take {kind!r} out of existing"
        return Finding(f"{desired}: has {there}, and existing promises {record.values[0]}", way)
    if look.zone and standing.zone.endswith(f".{look.zone}"):
        what = f"is in the zone {standing.zone}, which {look.zone} gives to other servers: nobody would see it"
        way = f"publish in the zone {standing.zone}, at the host that has it; or {_NOT_HERE}"
        return Finding(f"{desired}: {what}", way)
    return None if standing.absent else _judge_taken(look, standing, kind, there)


def _judge_taken(look: Look, standing: Standing, kind: str, there: str) -> Finding | None:
    record, desired = look.record, f"{look.record.name} {look.record.type}"
    if standing.serves:
        where = " in its zone of report_zones" if kind == "dmarc_reports" else ""
        use_it = f"set existing=[{kind!r}]{where} to use it as it is, or {_NO_LOOK}"
        way = f"{look.way}; else delete it at its host" if look.way else use_it
        return Finding(f"{desired}: has {there} already, with the same effect", way)
    if standing.in_the_way or standing.aliases:
        way = f"{OTHERWISE[kind]}, or delete or correct the record at its host"
        way = f"{way}; or {look.way}" if look.way else way
        return Finding(f"{desired}: needs {record.values[0]}, but has {there}", way)
    if look.whole_sets:
        way = f"{OTHERWISE[kind]}; or add {record.values[0]!r} to that set and set existing=[{kind!r}]"
        return Finding(f"{desired}: has {there}, which is one record set with ours at this host", way)
    return None
