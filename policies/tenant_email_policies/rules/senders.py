"""Senders in verified domains: mail from any other is refused by SES, or arrives as spam.

What counts is that the stack verifies the domain, not that SES has done so already: the resources wait for that
themselves, and a policy that refused an identity in trouble would refuse the `up` that mends it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pulumi_policy import Severity
from pydantic import Field

from tenant_email_policies.domains import Domain, is_within, normalized
from tenant_email_policies.rule import Config, Finding, StackRule
from tenant_email_policies.values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email_policies.seen import Stack
    from tenant_email_policies.values import Value

_PATHS: Final = {"EmailProvider": "from_address", "EmailTemplate": "settings.from_address"}
_IDENTITIES: Final = {
    "aws:ses/domainIdentity:DomainIdentity": "domain",
    "aws:ses/emailIdentity:EmailIdentity": "email",
    "aws:sesv2/emailIdentity:EmailIdentity": "email_identity",
    "aws-native:ses:EmailIdentity": "email_identity",
}
"""Identities of SES's that a program makes itself, by type, with the input that is their name."""
_EXPRESSION: Final = re.compile(r"\{\{.*?\}\}", re.DOTALL)


class SendersConfig(Config):
    """Which domains count beside those that the stack verifies."""

    domains: tuple[Domain, ...] = Field(
        default=(), description="Domains that are verified elsewhere, as at another mail service; their subdomains too."
    )


def judge(stack: Stack, config: SendersConfig) -> Iterator[Finding]:
    """Yields the senders whose domain is neither verified in the stack nor named in the config."""
    identities = [
        *((each, each.at("domain")) for each in stack.of("SesDomainIdentity")),
        *((each, each.at(_IDENTITIES[each.type])) for each in stack.typed(*_IDENTITIES)),
    ]
    if any(name is UNKNOWN for _, name in identities):
        return
    names = [name for _, name in identities if isinstance(name, str)]
    domains = {normalized(name) for name in (*names, *config.domains) if "@" not in name}
    addresses = {_unlabelled(name) for name in names if "@" in name}
    held = ", ".join([*(each.name for each, _ in identities), *config.domains]) or "none"
    for seen in stack.of(*_PATHS):
        path = _PATHS[seen.kind]
        address = address_of(seen.at(path))
        if address is None or _unlabelled(address) in addresses:
            continue
        domain = domain_of(address)
        if not any(is_within(domain, each) for each in domains):
            what = f"is in no verified domain; those of the stack's identities and the pack's config are: {held}"
            remedy = "Send from one of them, verify it with a SesSendingDomain, or add it to the config's domains."
            yield Finding(seen, path, what, remedy)


def address_of(sender: Value) -> str | None:
    """Returns the address of `a@b.example` or `Name <a@b.example>`.

    None for what is unknown, absent, empty (the tenant's own sender), or a placeholder of the platform's.
    """
    if not isinstance(sender, str) or not sender.strip():
        return None
    address = sender.rpartition("<")[2].rstrip().removesuffix(">").strip()
    return None if "&{" in address else address


def domain_of(address: str) -> str:
    """Returns the domain of an address; "" for one that has none that could be verified.

    A label that the template language writes may be any, so that what is below a domain is below it all the same.
    """
    domain = _EXPRESSION.sub("any", address).rpartition("@")[2] if "@" in address else ""
    return "" if "{" in domain or domain == "any" else normalized(domain)


def _unlabelled(address: str) -> str:
    """Returns an address without its label, which needs no identity of its own; SES compares it letter by letter."""
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


RULE: Final = StackRule(
    name="from-address-in-verified-domain",
    description="Mail must come from a domain that is verified.",
    remediation="Send from a domain of the stack's SES identities, or name the domain in the pack's config.",
    severity=Severity.HIGH,
    config=SendersConfig,
    judge=judge,
)
