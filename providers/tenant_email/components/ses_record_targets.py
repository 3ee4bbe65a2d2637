"""Where a sending domain's records are published: in Route 53, or by a function at any other DNS host."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

import pulumi

from tenant_email.aws.dns_records import EASY_DKIM, RECORD_KINDS, plain_zone_id, zone_key
from tenant_email.errors import InvalidSettings, Problem
from tenant_email.resources.aws_provider import aws_inputs
from tenant_email.resources.dns_hosts import DnsHost
from tenant_email.resources.dns_publishing import named_zone
from tenant_email.resources.ses_records import SesDomainRecord

if TYPE_CHECKING:
    from collections.abc import Collection, Generator

    from tenant_email.aws.dns_records import RecordKey
    from tenant_email.capabilities import OnDelete
    from tenant_email.components.ses_place import Place
    from tenant_email.components.ses_zone import ZoneRef
    from tenant_email.json_types import Props
    from tenant_email.resources.dns_publishing import DnsRecordToPublish, RecordPublisher
    from tenant_email.resources.ses_values import DnsZone

_OF_THE_IDENTITY: Final = ("DKIM", "MAIL FROM", "SPF")
_NO_WAIT: Final = "Pass on the options that it gets, as opts=opts, or merged with others by ResourceOptions.merge."


class Origin(NamedTuple):
    """Whose the identity is that needs a record, and which MAIL FROM domain it had: known once both are looked at."""

    adopts: pulumi.Output[bool]
    mail_from: pulumi.Output[str]
    look: pulumi.Resource


class Target(Protocol):
    """Where records are published."""

    @property
    def zone_id(self) -> pulumi.Input[str] | None:
        """Returns the Route 53 zone by which SES's account sees what is there; None for any other."""
        ...

    @property
    def place(self) -> pulumi.Input[str]:
        """Returns what tells this target apart from another, for records that two components would publish."""
        ...

    @property
    def look(self) -> Props:
        """Returns the inputs by which a preflight looks at what is there."""
        ...

    def publish(
        self, record: DnsRecordToPublish, origin: Origin, opts: pulumi.ResourceOptions, *, key: RecordKey
    ) -> pulumi.Resource | None:
        """Makes the resource of a record; None where it stands already. `key` is how a preflight knows it."""
        ...


@dataclass(frozen=True)
class InRoute53:
    """A hosted zone of Route 53, where what exists is seen, used, replaced and restored."""

    zone: ZoneRef
    zone_id: pulumi.Input[str] | None
    at: Place
    overwrite: Collection[str]
    on_delete: OnDelete | None

    @property
    def place(self) -> pulumi.Input[str]:
        """The zone's id."""
        return plain_zone_id(self.zone.id) if isinstance(self.zone.id, str) else self.zone.id

    @property
    def look(self) -> Props:
        """The zone, by which it is reached where SES's account does not, and what may be replaced."""
        apart = None
        if self.zone_id is None:
            reached = aws_inputs(self.at.region, self.at.profile, self.at.opts)
            apart = {**reached, "expected_account": self.at.account}
        return {
            "zone_id": self.zone.id,
            "zone_target": apart,
            "overwrite_records": list(self.overwrite) or None,
            "retains_records": True if self.on_delete == "retain" else None,
        }

    def publish(
        self, record: DnsRecordToPublish, origin: Origin, opts: pulumi.ResourceOptions, *, key: RecordKey
    ) -> pulumi.Resource:
        """Makes a SesDomainRecord, which uses what is there with the same effect."""
        easy = key == EASY_DKIM
        options = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(provider=self.at.opts.provider))
        return SesDomainRecord(
            record.resource_name,
            zone_id=self.zone.id,
            name=record.name,
            type=record.type,
            ttl=record.ttl,
            value=record.value,
            purpose=record.purpose,
            # the names of Easy DKIM hold tokens of this identity, so that nobody else has a use for them
            overwrite=easy or RECORD_KINDS[record.purpose] in self.overwrite,
            ours_alone=origin.adopts.apply(lambda adopts: not adopts) if easy else False,
            keep=self._keep(record, origin),
            opts=options,
            **self.at.props,
        )

    def _keep(self, record: DnsRecordToPublish, origin: Origin) -> pulumi.Input[bool]:
        """Returns whether a record outlives the stack, because what needs it does."""
        if self.on_delete == "retain":
            return True
        if self.on_delete == "delete" or record.purpose not in _OF_THE_IDENTITY:
            return False
        if record.purpose == "DKIM":
            return origin.adopts
        known = pulumi.Output.all(origin.adopts, origin.mail_from, record.name)
        return known.apply(lambda both: bool(both[0]) and both[1] == both[2])


class _Wait:
    """A dependency that tells whether a resource has it: a function may leave the options aside that it gets."""

    def __init__(self, look: pulumi.Resource) -> None:
        self._look = look
        self.counts = False

    def __await__(self) -> Generator[None, None, pulumi.Resource]:
        """Answers the SDK, which asks before it sends the registration of a resource that has these options."""
        self.counts = True
        yield from ()
        return self._look

    def require(self, record: DnsRecordToPublish) -> None:
        """Raises InvalidSettings, in a preview too, where the record's resource was made without it."""
        if not self.counts:
            what = f"made {record.resource_name} without the options that it got: it would be written before the look"
            raise InvalidSettings(record.resource_name, (Problem("publish", what, _NO_WAIT),))


@dataclass(frozen=True)
class ByFunction:
    """Any other DNS host, by a function that makes a resource of that host's own provider."""

    function: RecordPublisher
    dns: DnsZone
    keeps: bool
    on_delete: OnDelete | None
    zone_id: None = None
    made: list[pulumi.Resource] = field(default_factory=list[pulumi.Resource])
    zones: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def place(self) -> pulumi.Input[str]:
        """The host and its zone; two functions of a program are taken to publish in one place."""
        host = self.function
        if not isinstance(host, DnsHost):
            return pulumi.Output.from_input("")
        return f"{type(host).__name__}/{host.zone}" if isinstance(host.zone, str) else host.zone

    @property
    def look(self) -> Props:
        """What is to stand there already, and whether what stands beside ours is in the way."""
        host = self.function if isinstance(self.function, DnsHost) else None
        retains = self.on_delete == "retain" or bool(host and host.opts.retain_on_delete)
        return {
            "host": type(host).__name__ if host else "function",
            "host_zone": host.zone if host else pulumi.Output.from_input(self._provider()),
            "zone_name": self.dns.name,
            "record_zones": None if host else pulumi.Output.from_input(self._zones()),
            "existing_records": list(self.dns.existing) or None,
            "whole_sets": (host is not None and host.whole_sets) or None,
            "look_first": None if self.dns.look_first else False,
            "retains_records": retains or None,
        }

    async def _provider(self) -> str | None:
        """Returns whose resources the function makes; it is awaited once the program has made them."""
        return self.made[0].pulumi_resource_type.partition(":")[0] if self.made else None

    async def _zones(self) -> Props | None:
        """Returns which zones its resources name; it is awaited once the program has made them."""
        return self.zones or None

    def publish(
        self, record: DnsRecordToPublish, origin: Origin, opts: pulumi.ResourceOptions, *, key: RecordKey
    ) -> pulumi.Resource | None:
        """Makes the function's resource, with options by which it outlives the stack where the identity may."""
        if RECORD_KINDS[record.purpose] in self.dns.existing:
            return None
        # The engine must know at once, so that an identity counts as someone else's wherever it might be adopted.
        keep = self.on_delete == "retain" or (self.keeps and record.purpose in _OF_THE_IDENTITY)
        wait, named = _Wait(origin.look), list[tuple[pulumi.Resource, str]]()
        options = pulumi.ResourceOptions(
            retain_on_delete=keep or None,
            depends_on=[wait],
            transformations=[lambda seen: named.append((seen.resource, named_zone(seen.props)))],
        )
        made = self._accept(self.function(record, pulumi.ResourceOptions.merge(opts, options)), record)
        self.made.append(made)
        self.zones.update({zone_key(key): zone for resource, zone in named if zone and resource is made})
        made.urn.apply(lambda _: wait.require(record))
        return made

    def _accept(self, made: object, record: DnsRecordToPublish) -> pulumi.Resource:
        """Returns what the function returned; raises InvalidSettings where that is not one resource for this record."""
        name, type_ = record.resource_name, type(made).__name__
        if not isinstance(made, pulumi.Resource) or isinstance(made, pulumi.ProviderResource):
            what = f"returned a {type_} for {name}, not a resource of a record"
            remedy = "Return the resource that it makes: the verification waits for it."
        elif isinstance(made, pulumi.ComponentResource):
            # Pulumi does not hand a component's dependencies on to its parts
            what = f"returned the component {type_} for {name}, whose parts would be written before the look"
            remedy = "Return the resource of the record itself."
        elif any(made is each for each in self.made):
            what, remedy = f"returned the {type_} of another record for {name}", "Make a resource for each record."
        else:
            return made
        raise InvalidSettings(name, (Problem("publish", what, remedy),))
