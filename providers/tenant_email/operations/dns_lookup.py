"""Looks records up in DNS, where the environment says; dnspython is loaded by the first lookup, not with a host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenant_email.operations.environment import read_environment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenant_email.aws.dns_findings import RecordFinding
    from tenant_email.aws.dns_records import DnsRecord


def look_up(records: Sequence[DnsRecord]) -> tuple[RecordFinding, ...]:
    """Returns one finding a record, as the zone's own servers have it now."""
    from tenant_email.aws.dns_check import check_records  # noqa: PLC0415 - see above
    from tenant_email.aws.dns_servers import DnsSettings  # noqa: PLC0415 - see above

    return check_records(records, read_environment(DnsSettings.from_environ))
