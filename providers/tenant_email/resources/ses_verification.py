"""The wait for the verification of a domain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenant_email.resources import lifecycles
from tenant_email.resources.aws_provider import aws_inputs
from tenant_email.resources.base import Named, options_without_import

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pulumi

    from tenant_email.json_types import PropsView


class SesDomainVerification(Named, module="tenant-email", name="SesDomainVerification"):
    """A wait until SES has verified a domain; it reports what is wrong in DNS meanwhile.

    SES decides: what it has verified is verified, and what DNS looks like from here is then only warned of.

    Args:
        name: the resource's name in the stack.
        domain: the domain of a SesDomainIdentity.
        region: its SES region.
        records: `identity.dns_records`; those that are required are looked up at the zone's own servers.
        mail_from: waits for the identity's MAIL FROM domain too, which SES verifies apart.
        timeout: how long to wait, as in "90s", "10m", "1h"; then VerificationTimeout names each record that is missing
            or wrong, and what to do. SES itself gives up after 72 hours.
        wait: False does not wait: the status is recorded as it is, and what is missing is warned of.
        expected_account: the AWS account that this must happen in, as twelve digits; another one is WrongTenant.
        profile: an AWS profile; else that of the AWS provider.
        opts: Pulumi's options; make it depend on the DNS records.

    What SES has given up on is Rejected at once, because no wait heals it. Rules: docs/contracts/aws_ses.md#dns-checks.

    """

    domain: pulumi.Output[str]
    verification_status: pulumi.Output[str]
    """How far SES is with the domain, such as "PENDING" or "SUCCESS"."""
    mail_from_status: pulumi.Output[str | None]
    """How far SES is with the MAIL FROM domain, where that is waited for."""

    def __init__(
        self,
        name: str,
        *,
        domain: pulumi.Input[str],
        region: pulumi.Input[str] | None = None,
        records: pulumi.Input[Sequence[PropsView]],
        mail_from: bool = False,
        timeout: pulumi.Input[str] = "10m",
        wait: bool = True,
        expected_account: pulumi.Input[str] | None = None,
        profile: pulumi.Input[str | None] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        options = options_without_import(name, opts, "Remove import_.")
        props = {
            "domain": domain,
            "records": records,
            "mail_from": mail_from,
            "timeout": timeout,
            "wait": wait,
            "expected_account": expected_account,
            **aws_inputs(region, profile, opts),
            **dict.fromkeys(("verification_status", "dkim_status", "mail_from_status")),
        }
        super().__init__(lifecycles.SES_DOMAIN_VERIFICATION, name, props, options)
