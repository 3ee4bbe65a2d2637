"""The parts of a sending domain that meet what others have in SES and DNS; made by SesSendingDomain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from tenant_email.aws.own_tags import own_tags
from tenant_email.resources import lifecycles
from tenant_email.resources.aws_provider import aws_inputs
from tenant_email.resources.base import Named, options_without_import

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenant_email.aws.dns_records import RecordKind, RecordType
    from tenant_email.capabilities import OnExisting
    from tenant_email.json_types import PropsView


class SesDomainPreflight(Named, module="tenant-email", name="SesDomainPreflight"):
    """A look at the identity and at every DNS name before anything is written; a part of SesSendingDomain.

    It writes nothing. What it is asked of the identity is said as in SesDomainIdentity.

    Args:
        name: the resource's name in the stack.
        zone_id: the Route 53 zone that the records are to come to; omitted, DNS is left as it is.
        records: the records to come, as `dns_records` has them.
        overwrite_records: kinds of records that may replace what is there.
        zone_target: by what the zone is reached, where not by what SES is.
        host: which other host the records are to come to: what public DNS has at their names is looked at.
        host_zone: which of its zones; for a function, whose provider it uses.
        zone_name: the name of that zone in DNS, where the program says it.
        record_zones: for a function, which zone the resource of a record names, by its name and type.
        existing_records: kinds of records that are to stand there already.
        whole_sets: others' texts at a name are in the way too.
        look_first: False leaves public DNS out.
        retains_records: the records stay at their host when the stack lets them go.
        other_zones: the same for zones of other domains that get reports.
        configuration_set: the set that mail uses, and what it has to have.
        mta_sts: what servers are told of TLS to the MAIL FROM domain.
        opts: Pulumi's options.

    """

    adopts_identity: pulumi.Output[bool]
    """Whether the identity is someone else's."""
    existing_mail_from: pulumi.Output[str]
    """The MAIL FROM domain that such an identity had; else empty."""

    def __init__(
        self,
        name: str,
        *,
        domain: pulumi.Input[str],
        dkim: pulumi.Input[str],
        replica_of: pulumi.Input[str] | None,
        mail_from: pulumi.Input[str] | None,
        on_existing: OnExisting,
        overwrite: bool,
        configuration_set: PropsView | None = None,
        region: pulumi.Input[str] | None,
        expected_account: pulumi.Input[str] | None,
        profile: pulumi.Input[str | None] | None,
        opts: pulumi.ResourceOptions,
        zone_id: pulumi.Input[str] | None = None,
        records: Sequence[PropsView] | None = None,
        overwrite_records: Sequence[RecordKind] | None = None,
        zone_target: PropsView | None = None,
        host: str | None = None,
        host_zone: pulumi.Input[str | None] | None = None,
        zone_name: str | None = None,
        record_zones: pulumi.Input[PropsView | None] | None = None,
        existing_records: Sequence[RecordKind] | None = None,
        whole_sets: bool | None = None,
        look_first: bool | None = None,
        retains_records: bool | None = None,
        other_zones: Sequence[PropsView] | None = None,
        mta_sts: PropsView | None = None,
    ) -> None:
        options = options_without_import(name, opts, "Remove import_.")
        props = {
            "tags": own_tags(pulumi.get_project(), pulumi.get_stack()),
            "domain": domain,
            "dkim": dkim,
            "replica_of": replica_of,
            "mail_from": mail_from,
            "on_existing": on_existing,
            "overwrite": overwrite,
            "zone_id": zone_id,
            "records": records,
            "overwrite_records": overwrite_records,
            "zone_target": zone_target,
            "host": host,
            "host_zone": host_zone,
            "zone_name": zone_name,
            "record_zones": record_zones,
            "existing_records": existing_records,
            "whole_sets": whole_sets,
            "look_first": look_first,
            "retains_records": retains_records,
            "other_zones": other_zones,
            "configuration_set": configuration_set,
            "mta_sts": mta_sts,
            "expected_account": expected_account,
            **aws_inputs(region, profile, opts),
            **dict.fromkeys(("adopts_identity", "existing_mail_from")),
        }
        super().__init__(lifecycles.SES_DOMAIN_PREFLIGHT, name, props, options)


class SesDomainRecord(Named, module="tenant-email", name="SesDomainRecord"):
    """One DNS record of a sending domain in Route 53; a part of SesSendingDomain.

    What exists and means the same is used as it is. What means something else is refused, or with `overwrite`
    replaced until a destroy, which puts it back.

    Args:
        resource_name: the resource's name in the stack.
        zone_id: the zone.
        name: the record's name, absolute.
        type: CNAME, MX or TXT.
        ttl: in seconds.
        value: as DNS holds it, without quotes.
        purpose: what the record is for, as `dns_records` has it.
        overwrite: what means something else may be replaced.
        ours_alone: nobody else uses this name, so that whatever is there is ours.
        keep: the record outlives its resource, because the identity does.
        region: as in SesDomainIdentity.
        expected_account: as in SesDomainIdentity.
        profile: as in SesDomainIdentity.
        opts: Pulumi's options.

    """

    def __init__(
        self,
        resource_name: str,
        *,
        zone_id: pulumi.Input[str],
        name: pulumi.Input[str],
        type: pulumi.Input[RecordType],  # noqa: A002 - DNS's word, and the input's name in state
        ttl: pulumi.Input[int],
        value: pulumi.Input[str],
        purpose: str,
        overwrite: bool,
        ours_alone: pulumi.Input[bool],
        keep: pulumi.Input[bool],
        region: pulumi.Input[str] | None,
        expected_account: pulumi.Input[str] | None,
        profile: pulumi.Input[str | None] | None,
        opts: pulumi.ResourceOptions,
    ) -> None:
        options = options_without_import(resource_name, opts, "Remove import_: what is in DNS already is looked at.")
        props = {
            "zone_id": zone_id,
            "name": name,
            "type": type,
            "ttl": ttl,
            "value": value,
            "purpose": purpose,
            "overwrite": overwrite,
            "ours_alone": ours_alone,
            "keep": keep,
            "expected_account": expected_account,
            **aws_inputs(region, profile, opts),
            **dict.fromkeys(("written_value", "replaced_records", "conflicting_records")),
        }
        super().__init__(lifecycles.SES_DOMAIN_RECORD, resource_name, props, options)
