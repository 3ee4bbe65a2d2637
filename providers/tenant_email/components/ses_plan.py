"""Plans the DNS records of a sending domain, before anything is written."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

import pulumi

from tenant_email.aws.dmarc_reports import authorization_record, is_elsewhere, report_hosts
from tenant_email.aws.dns_records import (
    dmarc_record,
    feedback_host,
    mail_from_records,
    mta_sts_record,
    own_dkim_record,
    tls_rpt_record,
)
from tenant_email.aws.tls_policy import sts_id, sts_policy
from tenant_email.errors import InvalidSettings, Problem
from tenant_email.redaction.secrets import Secret
from tenant_email.resources.ses_dkim_key import SesDkimKey
from tenant_email.resources.ses_values import ByoDkim

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email.components.ses_arguments import Arguments
    from tenant_email.components.ses_place import Place
    from tenant_email.components.ses_publisher import Publisher
    from tenant_email.components.ses_record_targets import Target
    from tenant_email.json_types import Props
    from tenant_email.resources.ses_values import DkimMode, DnsZone


class RecordPlanner:
    """The records that a sending domain will have; those of Easy DKIM only the identity knows."""

    def __init__(
        self, name: str, arguments: Arguments, place: Place, publisher: Publisher, zone_name: str | None
    ) -> None:
        self._name, self._arguments, self._place = name, arguments, place
        self._publisher, self._zone_name = publisher, zone_name

    def plan_dkim(self) -> DkimMode:
        """Plans the record of a key of one's own; returns the mode with the key, which is made where none is given."""
        mode = self._arguments.dkim
        if not isinstance(mode, ByoDkim):
            return mode
        selector = str(mode.selector)
        if mode.private_key is None:
            made = SesDkimKey(f"{self._name}-{selector}", selector=selector, opts=self._place.opts)
            mode, public_key = replace(mode, private_key=made.private_key), made.public_key
        else:
            given = pulumi.Output.from_input(mode.private_key).apply(partial(_public_key, self._name))
            public_key = pulumi.Output.unsecret(given)
        record = own_dkim_record(self._arguments.domain, selector, "", self._zone_name)
        self._publisher.plan(f"dkim-{selector}", record, public_key.apply(lambda key: f"p={key}"))
        return mode

    def plan_mail_from(self) -> None:
        """Plans the MX and SPF records of the MAIL FROM domain, if there is one."""
        if self._arguments.mail_from is None:
            return
        records = partial(mail_from_records, self._arguments.mail_from, self._arguments.domain, zone=self._zone_name)

        def value(number: int) -> pulumi.Output[str]:
            return self._place.region.apply(lambda region: records(region)[number].values[0])

        for number, label in enumerate(("mail-from-mx", "mail-from-spf")):
            # only a value depends on the region, so a preview knows the rest in any case
            self._publisher.plan(label, records("")[number], value(number))

    def plan_tls(self) -> list[Props]:
        """Plans the TLS-RPT and MTA-STS records of the MAIL FROM domain; returns them as an output has them."""
        reports, mail_from, domain = self._arguments.tls_reports, self._arguments.mail_from, self._arguments.domain
        planned: list[Props] = []
        if reports is not None and mail_from is not None:
            record = tls_rpt_record(mail_from, domain, reports.reports, self._zone_name)
            self._publisher.plan("tls-rpt", record)
            planned.append(record.to_props())
        if self.sts_policy is not None and mail_from is not None:
            records = partial(mta_sts_record, mail_from, domain, zone=self._zone_name)
            value = self.sts_policy.apply(lambda policy: records(sts_id(policy)).values[0])
            self._publisher.plan("mta-sts", records(""), value)
            planned.append({**records("").to_props(), "values": [value]})
        return planned

    @cached_property
    def sts_policy(self) -> pulumi.Output[str] | None:
        """The MTA-STS policy to serve for the MAIL FROM domain, whose only host is the region's; None without one."""
        given = self._arguments.mta_sts
        if given is None:
            return None
        hosts = self._place.region.apply(lambda region: [feedback_host(region)])
        return hosts.apply(lambda known: sts_policy(given.mode, given.max_age, known))

    def plan_dmarc(self, target_of: Callable[[DnsZone], Target | None]) -> list[Props]:
        """Plans the DMARC record and what lets its reports come, if there is one; returns them as an output has them.

        `target_of` says where the records of a zone are published.
        """
        dmarc, domain = self._arguments.dmarc, self._arguments.domain
        if dmarc is None:
            return []
        record = dmarc_record(
            domain,
            dmarc.policy,
            dmarc.reports,
            self._zone_name,
            ruf=dmarc.failure_reports,
            subdomains=dmarc.subdomain_policy,
            non_existent=dmarc.nonexistent_policy,
            testing=dmarc.testing,
        )
        self._publisher.plan("dmarc", record)
        planned = [record.to_props()]
        for host in report_hosts([*dmarc.reports, *dmarc.failure_reports]):
            zone = dmarc.report_zones.get(host)
            if zone is None and not is_elsewhere(host, domain, self._zone_name):
                continue
            leave = authorization_record(domain, host, zone.name if zone else None)
            planned.append(leave.to_props())
            if zone is not None:
                self._publisher.plan(f"dmarc-reports-{host}", leave, elsewhere=target_of(zone))
        return planned


def _public_key(name: str, private_key: str) -> str:
    from tenant_email.aws.rsa_key import public_key  # noqa: PLC0415 - cryptography is slow to load, and few need it here

    try:
        return public_key(Secret(private_key))
    except ValueError as error:
        remedy = "Pass an RSA key in PEM, as SesDkimKey makes one."
        raise InvalidSettings(name, (Problem("dkim_private_key", str(error), remedy),)) from None
