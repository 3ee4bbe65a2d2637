"""DMARC of a mail that arrived: the policy of its From domain, and whether what verified is aligned with that.

The domain of an organization is found by the walk of RFC 9989, which needs no list of public suffixes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenant_email.aws.dmarc import dmarc, dmarc_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tenant_email.aws.dmarc import DmarcReading
    from tenant_email.aws.spf import Lookup

_MOST_LABELS: Final = 8  # RFC 9989 section 4.10: no more questions than these


@dataclass(frozen=True, slots=True)
class Policy:
    """The record that applies to a domain; `at` is where it was found, `reading` None where no policy is to go by."""

    domain: str
    at: str
    reading: DmarcReading | None

    @property
    def asks(self) -> str:
        """Returns what is to be done with a mail that fails: `none`, `quarantine` or `reject`."""
        if self.reading is None:
            return "none"
        return self.reading.policy if self.at == self.domain else self.reading.subdomains


def find_policy(domain: str, lookup: Lookup) -> Policy:
    """Returns the policy of a From domain (RFC 9989 section 4.10.1); LookupError where DNS gives no answer."""
    own = lookup(f"_dmarc.{domain}", "TXT")
    if len(dmarc_texts(own)) == 1:  # which counts even where it has no policy to go by
        return Policy(domain, domain, dmarc(own))
    found = dict(_walk(domain, lookup))
    at = _organization(domain, found)
    if at not in found:  # the registry's own, where the organization has none
        at = next((name for name, reading in found.items() if reading.psd == "y"), at)
    return Policy(domain, at, found.get(at))


def organizational_domain(domain: str, lookup: Lookup) -> str:
    """Returns the domain of the organization that a domain belongs to (section 4.10.2); LookupError as above."""
    return _organization(domain, dict(_walk(domain, lookup)))


def is_aligned(one: str, other: str, mode: str, lookup: Lookup) -> bool:
    """Returns whether two domains are one (`s`), or of one organization (`r`) (section 4.4); LookupError as above."""
    if one == other:
        return True
    if mode == "s":
        return False
    return organizational_domain(one, lookup) == organizational_domain(other, lookup)


def aligned(domains: Iterable[str], author: str, mode: str, lookup: Lookup) -> str:
    """Returns the first of the domains that is aligned with the author's; empty when none is."""
    return next((each for each in domains if is_aligned(each, author, mode, lookup)), "")


def _walk(domain: str, lookup: Lookup) -> Iterator[tuple[str, DmarcReading]]:
    """Yields each domain from this one up that has a record, as far as one of them ends the walk."""
    labels = domain.split(".")
    starts = [0, *range(max(1, len(labels) - _MOST_LABELS + 1), len(labels))]
    for start in starts:
        name = ".".join(labels[start:])
        reading = dmarc(lookup(f"_dmarc.{name}", "TXT"))
        if reading is not None:
            yield name, reading
            if reading.psd in ("y", "n"):
                return


def _organization(domain: str, found: dict[str, DmarcReading]) -> str:
    highest = list(found)[-1] if found else domain
    if highest == domain or found[highest].psd != "y":
        return highest
    # a registry's: the organization is one label below it
    below = domain.removesuffix(f".{highest}").rpartition(".")[2]
    return f"{below}.{highest}"
