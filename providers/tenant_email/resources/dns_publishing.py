"""What a function that publishes DNS records gets, and must return: one resource a record, of whatever DNS host."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import pulumi

from tenant_email.aws.dns_records import mx_parts, normalize_zone, quoted_text, txt_chunks, zone_relative
from tenant_email.errors import InvalidSettings, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.aws.dns_records import RecordType

_ZONE: Final = re.compile(r"((hosted|managed|dns)_?)?(zone|domain)(_?(id|name|name_?or_?id))?", re.IGNORECASE)
"""What DNS providers call the zone of a record: zone_id, managed_zone, zone_name, zone, domain, domain_id, dns_zone."""


@dataclass(frozen=True, kw_only=True)
class DnsRecordToPublish:
    """One DNS record that a sending domain needs, for `publish` of `ses.DnsZone`.

    A preview may not know name and value yet: those of Easy DKIM are SES's to choose, so both are outputs.

    Args:
        resource_name: a name for the resource, of its own within the stack.
        name: the record's whole name, in A-labels and without a final dot.
        type: CNAME, MX or TXT.
        ttl: in seconds.
        value: as DNS holds it: a TXT in one piece and without quotes, host names without a final dot, and an MX with
            its preference, as in `10 mx.acme.com`.
        purpose: what it is for, as in `dns_records`: such as "DKIM", "MAIL FROM", "SPF" or "DMARC".

    """

    resource_name: str
    name: pulumi.Output[str]
    type: RecordType
    ttl: int
    value: pulumi.Output[str]
    purpose: str

    @property
    def preference(self) -> pulumi.Output[int]:
        """The preference of an MX, which many DNS hosts want apart; of no other record."""
        return self.value.apply(lambda value: mx_parts(value)[0])

    @property
    def target(self) -> pulumi.Output[str]:
        """The host that an MX or a CNAME names, without a final dot."""
        return self.value.apply(lambda value: mx_parts(value)[1]) if self.type == "MX" else self.value

    @property
    def chunks(self) -> pulumi.Output[list[str]]:
        """The pieces of at most 255 characters that a TXT is made of; one of a text that is no longer."""
        return self.value.apply(lambda value: [*txt_chunks(value)])

    @property
    def quoted(self) -> pulumi.Output[str]:
        """A TXT as a zone file has it: each piece in quotes, escaped."""
        return self.value.apply(quoted_text)

    def relative_name(self, zone: pulumi.Input[str]) -> pulumi.Output[str]:
        """Returns the name within a zone, "@" for the zone itself; InvalidSettings where the zone does not hold it."""
        return pulumi.Output.all(self.name, zone).apply(lambda both: self._within(both[0], both[1]))

    def _within(self, name: str, zone: str) -> str:
        try:
            return zone_relative(name, normalize_zone(zone))
        except ValueError as error:
            remedy = "Name the zone of the domain, or of a parent domain."
            raise InvalidSettings(self.resource_name, (Problem("dns", str(error), remedy),)) from None


def named_zone(props: Mapping[str, object]) -> str:
    """Returns the zone that a record's resource names in its properties; empty where the program has no text of it.

    An output is not waited for: a zone that a function makes with the options that it got comes after the look.
    """
    named = {name.lower(): props[name] for name in props if _ZONE.fullmatch(name)}
    texts = [f"{value}".removesuffix(".") for _, value in sorted(named.items()) if isinstance(value, (str, int))]
    return " ".join(texts)


class RecordPublisher(Protocol):
    """A function that makes the resource of one DNS record; what waits for the record depends on what it returns."""

    def __call__(self, record: DnsRecordToPublish, opts: pulumi.ResourceOptions, /) -> pulumi.Resource:
        """Makes the resource, with these options: its parent, and what comes before it."""
        ...
