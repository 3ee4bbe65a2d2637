"""No SES sandbox in production: there mail reaches verified recipients only, and everyone else cannot log in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pulumi_policy import Severity

from tenant_email_policies.identities import sending_identities
from tenant_email_policies.rule import Finding, ProductionConfig, StackRule
from tenant_email_policies.values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email_policies.seen import Seen, Stack


def judge(stack: Stack, config: ProductionConfig) -> Iterator[Finding]:
    """Yields the identities of a production stack whose account, in its region, nothing holds to production access."""
    if not config.is_production(stack.name):
        return
    guards = [each for each in stack.of("SesAccount") if each.at("require_production_access") in (True, UNKNOWN)]
    for identity, _ in sending_identities(stack):
        if not any(_may_be_of_one(identity, guard) for guard in guards):
            what = "may send from the sandbox, where mail reaches verified recipients only"
            remedy = (
                "Give its SesSendingDomain require_production_access, or the stack a SesAccount of its region with it."
            )
            yield Finding(identity, "", what, remedy)


def _may_be_of_one(one: Seen, other: Seen) -> bool:
    """Returns whether two may be of one region of one account: nothing that is known of both differs."""
    return not any(
        isinstance(a := one.at(name), str) and isinstance(b := other.at(name), str) and a != b
        for name in ("region", "expected_account", "profile")
    )


RULE: Final = StackRule(
    name="no-ses-sandbox",
    description="A production stack must not send from the SES sandbox.",
    remediation="Set require_production_access, and ask AWS for it.",
    severity=Severity.HIGH,
    config=ProductionConfig,
    judge=judge,
)
