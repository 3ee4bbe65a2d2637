"""DMARC in production: receivers are told to do something with mail that only says it is from us."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from pulumi_policy import Severity
from pydantic import Field

from tenant_email_policies.dns import Record, records
from tenant_email_policies.domains import Domain, is_within, normalized
from tenant_email_policies.rule import Finding, ProductionConfig, StackRule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tenant_email_policies.seen import Stack

_STRENGTH: Final = {"none": 0, "quarantine": 1, "reject": 2}
_LABEL: Final = "_dmarc"
_BEGIN: Final = "v=dmarc1"
_WHOLE: Final = 100
_LONGEST: Final = 3
"""The digits of a whole percentage."""


class DmarcConfig(ProductionConfig):
    """How strict a policy must be, and where none is looked for."""

    minimum: Literal["quarantine", "reject"] = Field(default="quarantine", description="The least that p= must say.")
    published_elsewhere: tuple[Domain, ...] = Field(
        default=(), description="Domains whose DMARC record no resource of this stack is."
    )


def judge(stack: Stack, config: DmarcConfig) -> Iterator[Finding]:
    """Yields the identities of a production stack that no record, or one that asks for too little, protects."""
    if not config.is_production(stack.name):
        return
    published = [record for seen in stack.resources for record in records(seen, _LABEL, _BEGIN)]
    for identity in stack.of("SesDomainIdentity"):
        given = identity.at("domain")
        domain = normalized(given) if isinstance(given, str) else ""
        if not domain or any(is_within(domain, each) for each in config.published_elsewhere):
            continue
        owners = [(owner, each) for each in published if (owner := each.owner_for(domain)) is not None]
        if not owners:
            what = "has no DMARC record in this stack: whoever likes can send as its domain"
            remedy = (
                f'Give its SesSendingDomain dmarc="{config.minimum}", or add it to the config\'s publishedElsewhere.'
            )
            yield Finding(identity, "", what, remedy)
        nearest = max((len(owner) for owner, _ in owners), default=0)
        for owner, record in owners:
            if len(owner) == nearest and record.is_known:
                yield from _weak(record, config, below=owner not in ("", domain))


def _weak(record: Record, config: DmarcConfig, *, below: bool) -> Iterator[Finding]:
    """Yields what a record asks too little; `below` is whether it is the record of a parent of the domain."""
    text, *further = record.texts
    if further:
        what = "has several DMARC policies at one name: receivers apply none of them (RFC 9989)"
        yield Finding(record.seen, "", what, "Leave one.")
        return
    said = _tags(text)
    policy = said.get("p", "none")
    asked = said.get("sp", policy) if below else policy
    if _STRENGTH.get(asked, 0) < _STRENGTH[config.minimum]:
        remedy = (
            f'Publish p={config.minimum}: dmarc="{config.minimum}" of its SesSendingDomain, once the reports are clean.'
        )
        yield Finding(record.seen, "", f"asks receivers for less than {config.minimum}", remedy)
    elif said.get("t") == "y" or _percent(said.get("pct", "")) < _WHOLE:
        yield Finding(record.seen, "", "asks it for a part of the mail only, by pct or t=y", "Take that tag out.")


def _tags(record: str) -> Mapping[str, str]:
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): value.strip().lower() for name, _, value in pairs}


def _percent(text: str) -> int:
    """Returns a percentage; what is none, or more than all, is all."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST else _WHOLE


RULE: Final = StackRule(
    name="dmarc-enforced",
    description="A production domain must have a DMARC policy of quarantine or reject.",
    remediation="Publish a DMARC policy of quarantine or reject.",
    severity=Severity.MEDIUM,
    config=DmarcConfig,
    judge=judge,
)
