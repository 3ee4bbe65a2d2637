"""DMARC in production: receivers are told to do something with mail that only says it is from us."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

from pulumi_policy import Severity
from pydantic import Field

from tenant_email_policies.dns import Record, records
from tenant_email_policies.domains import Domain, is_within
from tenant_email_policies.identities import sending_identities
from tenant_email_policies.rule import Finding, ProductionConfig, StackRule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tenant_email_policies.seen import Stack

_STRENGTH: Final = {"none": 0, "quarantine": 1, "reject": 2}
_LABEL: Final = "_dmarc"
_BEGIN: Final = "v=dmarc"
"""Of what may be meant for a record."""
_VERSION: Final = re.compile(r"[vV][ \t]*=[ \t]*DMARC1[ \t]*(;|$)")
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
    for identity, domain in sending_identities(stack):
        # an address is the identity of whoever does not have its domain
        if "@" in domain or any(is_within(domain, each) for each in config.published_elsewhere):
            continue
        owners = [(owner, each) for each in published if (owner := each.owner_for(domain)) is not None]
        if not owners:
            what = "has no DMARC record in this stack: whoever likes can send as its domain"
            remedy = f'Publish one, as dmarc="{config.minimum}" of a SesSendingDomain does'
            yield Finding(identity, "", what, f"{remedy}, or add the domain to the config's publishedElsewhere.")
        nearest = max((owner for owner, _ in owners), key=len, default="")
        at_it = [record for owner, record in owners if owner == nearest and record.is_known]
        # what stands there by now is not what will, where a resource of the stack publishes it
        published_here = [record for record in at_it if not record.is_look] or at_it
        for record in published_here:
            yield from _weak(record, config, below=nearest not in ("", domain))
        yield from _contradicting([record for record in published_here if record.is_surely_at(nearest)])


def _weak(record: Record, config: DmarcConfig, *, below: bool) -> Iterator[Finding]:
    """Yields what a record asks too little; `below` is whether it is the record of a parent of the domain."""
    text, *further = record.texts
    if further:
        what = "has several DMARC policies at one name: receivers apply none of them (RFC 9989)"
        yield Finding(record.seen, "", what, "Leave one.")
        return
    if why := _left_aside(text):
        yield Finding(record.seen, "", f"has a DMARC record that receivers leave aside: {why}", "Correct it.")
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


def _left_aside(text: str) -> str:
    """Returns why receivers do not go by a record, by RFC 9989 section 4.10; "" where they do."""
    tags = [name for each in text.split(";") if (name := each.partition("=")[0].strip().lower())]
    if not _VERSION.match(text):
        return "it does not begin with v=DMARC1, in capitals, and a semicolon"
    if len({*tags}) < len(tags):
        return "a tag is in it twice"
    said = _tags(text)
    unknown = [name for name in ("p", "sp", "np") if said.get(name, "none") not in _STRENGTH]
    return f"{unknown[0]}= says no policy that there is" if unknown else ""


def _contradicting(at_one_name: list[Record]) -> Iterator[Finding]:
    """Yields resources that publish another policy at a name than the first one does."""
    for record in at_one_name[1:]:
        if _tags(record.texts[0]) != _tags(at_one_name[0].texts[0]):
            first = at_one_name[0].seen.name
            what = f"publishes another DMARC policy than {first} at one name: receivers apply none of them (RFC 9989)"
            yield Finding(record.seen, "", what, "Leave one.")


def _tags(record: str) -> Mapping[str, str]:
    pairs = (part.partition("=") for part in record.split(";"))
    return {tag: value.strip().lower() for name, _, value in pairs if (tag := name.strip().lower())}


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
