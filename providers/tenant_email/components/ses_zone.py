"""Finds the Route 53 zone that holds a domain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenant_email.aws.dns_records import candidate_zones
from tenant_email.components.ses_place import aws_failure
from tenant_email.errors import InvalidSettings, Problem

if TYPE_CHECKING:
    import pulumi

_MOST_ASKED = 100  # zones of an account that are asked for their name, to say which have the same
_MOST_SERVERS = 2  # of a zone that are told


@dataclass(frozen=True)
class ZoneRef:
    """A hosted zone; without a name it is taken for the domain's own."""

    id: pulumi.Input[str]
    name: str | None


def find_zone(domain: str, name: str | None, owner: str, invoke: pulumi.InvokeOptions) -> ZoneRef:
    """Finds the public zone of a name; without one the closest, walking up: mail.a.example may live in a.example.

    Raises:
        InvalidSettings: there is none, there are several of one name, or the credentials may not see them.
        Unavailable: AWS was not reached, or does not take the credentials.
    """
    from pulumi_aws import route53  # noqa: PLC0415 - slow to load, and only a component that is built needs it

    candidates = (name,) if name else candidate_zones(domain)
    for candidate in candidates:
        try:
            found = route53.get_zone(name=candidate, private_zone=False, opts=invoke)
        except Exception as error:  # noqa: BLE001 - the SDK raises nothing more exact
            if "multiple" in str(error):
                raise _several(candidate, owner, invoke) from None
            if "AccessDenied" in str(error):
                raise _unseen(owner) from None
            if "no matching" not in str(error):
                raise aws_failure(f"the Route 53 zone of {owner} could not be looked up", error) from None
        else:
            return ZoneRef(str(found.zone_id), candidate)
    what = f"no public Route 53 zone is named {' or '.join(candidates)}"
    remedy = "Create the zone, set zone_id, or set publish=False to publish the records elsewhere."
    raise InvalidSettings(owner, (Problem("zone_id", what, remedy),))


def _unseen(owner: str) -> InvalidSettings:
    what = "is not set, and AWS denies these credentials a look at the zones of the account"
    remedy = "Set zone_id, or allow route53:ListHostedZones, route53:GetHostedZone and route53:ListTagsForResource."
    return InvalidSettings(owner, (Problem("zone_id", what, remedy),))


def _several(name: str, owner: str, invoke: pulumi.InvokeOptions) -> InvalidSettings:
    """Returns the refusal to choose, with each zone's servers: the one that the domain's registrar names is in use."""
    from pulumi_aws import route53  # noqa: PLC0415 - the same

    told: list[str] = []
    ids = route53.get_zones(opts=invoke).ids
    for zone_id in ids[:_MOST_ASKED]:
        zone = route53.get_zone(zone_id=zone_id, opts=invoke)
        if zone.name.removesuffix(".") == name and not zone.private_zone:
            told.append(f"{zone_id} ({', '.join(zone.name_servers[:_MOST_SERVERS])}, …)")
    which = "".join(f"\n  - {each}" for each in told)
    what = f"several public Route 53 zones are named {name}{which}"
    remedy = f"Set zone_id: the zone whose name servers `dig NS {name}` shows is the one that resolvers use."
    return InvalidSettings(owner, (Problem("zone_id", what, remedy),))
