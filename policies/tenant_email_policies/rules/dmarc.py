"""DMARC in production: receivers are told to do something with mail that only says it is from us."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from pulumi_policy import Severity
from pydantic import Field

from tenant_email_policies.domains import is_within, normalized
from tenant_email_policies.rule import Finding, ProductionConfig, StackRule
from tenant_email_policies.values import UNKNOWN, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tenant_email_policies.seen import Seen, Stack

_STRENGTH: Final = {"none": 0, "quarantine": 1, "reject": 2}
_LABEL: Final = "_dmarc"
_WHOLE: Final = 100


class DmarcConfig(ProductionConfig):
    """How strict a policy must be, and where none is looked for."""

    minimum: Literal["quarantine", "reject"] = Field(default="quarantine", description="The least that p= must say.")
    published_elsewhere: tuple[str, ...] = Field(
        default=(), description="Domains whose DMARC record no resource of this stack is."
    )


def judge(stack: Stack, config: DmarcConfig) -> Iterator[Finding]:
    """Yields the identities of a production stack that no record, or one that asks for too little, protects."""
    if not config.is_production(stack.name):
        return
    records = list(_records(stack))
    elsewhere = [normalized(each) for each in config.published_elsewhere]
    for identity in stack.of("SesDomainIdentity"):
        given = identity.at("domain")
        if not isinstance(given, str) or any(is_within(normalized(given), each) for each in elsewhere):
            continue
        domain = normalized(given)
        covering = [(seen, of, said) for seen, of, said in records if is_within(domain, of) or of == ""]
        if not covering:
            what = "has no DMARC record in this stack: whoever likes can send as its domain"
            remedy = (
                f'Give its SesSendingDomain dmarc="{config.minimum}", or add it to the config\'s publishedElsewhere.'
            )
            yield Finding(identity, "", what, remedy)
        else:
            nearest = max(len(of) for _, of, _ in covering)
            for seen, of, said in covering:
                if len(of) == nearest and said is not None:
                    yield from _weak(seen, said, config, below=of not in ("", domain))


def _weak(seen: Seen, said: Mapping[str, str], config: DmarcConfig, *, below: bool) -> Iterator[Finding]:
    """Yields what a record asks too little; `below` is whether it is the record of a parent of the domain."""
    remedy = (
        f'Publish p={config.minimum}: dmarc="{config.minimum}" of its SesSendingDomain, once the reports are clean.'
    )
    policy = said.get("p", "none")
    asked = said.get("sp", policy) if below else policy
    if _STRENGTH.get(asked, 0) < _STRENGTH[config.minimum]:
        yield Finding(seen, "", f"asks receivers for less than {config.minimum}", remedy)
    elif said.get("t") == "y" or _percent(said.get("pct", "")) < _WHOLE:
        yield Finding(seen, "", "asks it for a part of the mail only, by pct or t=y", "Take that tag out.")


def _records(stack: Stack) -> Iterator[tuple[Seen, str, Mapping[str, str] | None]]:
    """Yields each DMARC record, whatever publishes it, with the domain it is for and its tags, None where unknown.

    The domain is "" where the name is only the label, relative to a zone that nobody knows.
    """
    for seen in stack.resources:
        # the second is Azure's
        name = seen.at("name") or seen.at("relative_record_set_name")
        if not isinstance(name, str) or name.partition(".")[0].lower() != _LABEL:
            continue
        said = [text.replace('" "', "").replace('"', "").strip() for _, text in texts(seen.props)]
        found = [text for text in said if text.lower().replace(" ", "").startswith("v=dmarc1")]
        domain = normalized(name.partition(".")[2])
        if found:
            yield seen, domain, _tags(found[0])
        elif UNKNOWN in seen.props.values():
            yield seen, domain, None


def _tags(record: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): value.strip().lower() for name, _, value in pairs}


def _percent(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else _WHOLE


RULE: Final = StackRule(
    name="dmarc-enforced",
    description="A production domain must have a DMARC policy of quarantine or reject.",
    remediation="Publish a DMARC policy of quarantine or reject.",
    severity=Severity.MEDIUM,
    config=DmarcConfig,
    judge=judge,
)
