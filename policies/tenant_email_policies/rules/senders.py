"""Senders in verified domains: mail from any other is refused by SES, or arrives as spam.

What counts is that the stack verifies the domain, not that SES has done so already: the resources wait for that
themselves, and a policy that refused an identity in trouble would refuse the `up` that mends it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pulumi_policy import Severity
from pydantic import Field

from tenant_email_policies.domains import Domain, is_within, normalized
from tenant_email_policies.identities import SENDERS, address_of, domain_of, identities, unlabelled
from tenant_email_policies.rule import Config, Finding, StackRule
from tenant_email_policies.seen import type_of
from tenant_email_policies.values import UNKNOWN, is_list

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email_policies.seen import Seen, Stack
    from tenant_email_policies.values import Value

_STACK_REFERENCE: Final = "pulumi:pulumi:StackReference"


class SendersConfig(Config):
    """Which domains count beside those that the stack verifies."""

    domains: tuple[Domain, ...] = Field(
        default=(), description="Domains that are verified elsewhere, as at another mail service; their subdomains too."
    )


def judge(stack: Stack, config: SendersConfig) -> Iterator[Finding]:
    """Yields the senders whose domain is neither verified in the stack nor named in the config."""
    verified = identities(stack)
    elsewhere = [name for seen in stack.of(*SENDERS) for name in _handed_on(seen)]
    if any(name is UNKNOWN for name in (*(name for _, name in verified), *elsewhere)):
        return
    names = [name for name in (*(name for _, name in verified), *elsewhere) if isinstance(name, str)]
    domains = {normalized(name) for name in (*names, *config.domains) if "@" not in name}
    addresses = {unlabelled(name) for name in names if "@" in name}
    held = ", ".join([*(each.name for each, _ in verified), *config.domains]) or "none"
    for seen in stack.of(*SENDERS):
        path = SENDERS[seen.kind]
        address = address_of(seen.at(path))
        if address is None or unlabelled(address) in addresses:
            continue
        domain = domain_of(address)
        if not any(is_within(domain, each) for each in domains):
            what = f"is in no verified domain; those of the stack's identities and the pack's config are: {held}"
            remedy = "Send from one of them, verify it with a SesSendingDomain, or add it to the config's domains."
            yield Finding(seen, path, what, remedy)


def _handed_on(seen: Seen) -> Iterator[Value]:
    """Yields the domains of a key that another stack hands on: its outputs are there once they are verified."""
    for path in ("sending_domain", "further_domains"):
        if any(type_of(urn) == _STACK_REFERENCE for urn in seen.made_of(path)):
            given = seen.at(path)
            yield from given if is_list(given) else (given,)


RULE: Final = StackRule(
    name="from-address-in-verified-domain",
    description="Mail must come from a domain that is verified.",
    remediation="Send from a domain of the stack's SES identities, or name the domain in the pack's config.",
    severity=Severity.HIGH,
    config=SendersConfig,
    judge=judge,
)
