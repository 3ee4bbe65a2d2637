"""Senders in verified domains: mail from any other is refused by SES, or arrives as spam."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pulumi_policy import Severity
from pydantic import Field

from tenant_email_policies.domains import is_within, normalized
from tenant_email_policies.rule import Config, Finding, StackRule
from tenant_email_policies.values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email_policies.seen import Stack
    from tenant_email_policies.values import Value

_FAILED: Final = frozenset({"FAILED", "TEMPORARY_FAILURE"})
_PATHS: Final = {"EmailProvider": "from_address", "EmailTemplate": "settings.from_address"}


class SendersConfig(Config):
    """Which domains count beside those that the stack verifies."""

    domains: tuple[str, ...] = Field(
        default=(), description="Domains that are verified elsewhere, as at another mail service; their subdomains too."
    )


def judge(stack: Stack, config: SendersConfig) -> Iterator[Finding]:
    """Yields the senders whose domain is neither verified in the stack nor named in the config."""
    identities = [each for each in stack.of("SesDomainIdentity") if each.at("verification_status") not in _FAILED]
    domains = [each.at("domain") for each in identities]
    if UNKNOWN in domains:
        return
    allowed = {normalized(each) for each in (*domains, *config.domains) if isinstance(each, str)}
    held = ", ".join([*(each.name for each in identities), *config.domains]) or "none"
    for seen in stack.of(*_PATHS):
        path = _PATHS[seen.kind]
        domain = domain_of(seen.at(path))
        if domain is not None and not any(is_within(domain, each) for each in allowed):
            what = f"is in no verified domain; those of the stack's identities and the pack's config are: {held}"
            remedy = "Send from one of them, verify it with a SesSendingDomain, or add it to the config's domains."
            yield Finding(seen, path, what, remedy)


def domain_of(sender: Value) -> str | None:
    """Returns the domain of `a@b.example` or `Name <a@b.example>`.

    None for what is unknown, absent, empty (the tenant's own sender), or a placeholder of the platform's; "" for what
    has no domain that could be verified, such as one that the template language writes.
    """
    if not isinstance(sender, str) or not sender.strip():
        return None
    address = sender.rpartition("<")[2].rstrip().removesuffix(">").strip()
    if "&{" in address:
        return None
    domain = address.rpartition("@")[2] if "@" in address else ""
    return "" if "{" in domain else normalized(domain)


RULE: Final = StackRule(
    name="from-address-in-verified-domain",
    description="Mail must come from a domain that is verified.",
    remediation="Send from a domain of the stack's SES identities, or name the domain in the pack's config.",
    severity=Severity.HIGH,
    config=SendersConfig,
    judge=judge,
)
