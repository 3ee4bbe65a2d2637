"""From addresses and the policy of a key: which ones it allows, and one of each kind to try it with.

A policy compares character by character; `*` and `?` are wildcards (docs/contracts/aws_ses.md#iam).
"""

from __future__ import annotations

from email.utils import formataddr
from typing import TYPE_CHECKING, Final

from tenant_email.aws.dns_records import normalize_domain
from tenant_email.aws.iam_texts import like

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SIMULATOR: Final = "success@simulator.amazonses.com"
"""The address of SES's mailbox simulator that takes every mail and delivers it to nobody."""

_LOCAL_PART: Final = "key-check"  # of a sender that stands for a pattern, or for a whole domain


def spellings(address: str) -> tuple[str, str]:
    """Returns an address as written and with its domain as SES sends it."""
    local, at, domain = address.rpartition("@")
    return address, f"{local}{at}{_plain(domain)}"


def identity_name(text: str) -> str:
    """Returns a domain or an address as SES names its identity: in A-labels, and an address otherwise as it was given.

    Domains have no case, addresses do (docs/contracts/aws_ses.md#names); a pattern with wildcards is one of either.
    """
    return text if "@" in text and text.isascii() else spellings(text)[1]


def lies_in(address: str, domains: Iterable[str]) -> bool:
    """Returns whether an address, or a domain, is in one of these domains or below it; case makes no difference."""
    host = _plain(address.rpartition("@")[2])
    return any(f".{host}".endswith(f".{_plain(domain)}") for domain in domains)


def has_wildcards(text: str) -> bool:
    """Returns whether a text is a pattern."""
    return "*" in text or "?" in text


def can_match(pattern: str, domains: Sequence[str]) -> bool:
    """Returns whether a From address of a policy, or what it stands for, can be of one of these domains."""
    if has_wildcards(pattern.rpartition("@")[2]):
        return _sample(pattern, domains) is not None
    return lies_in(pattern, domains)


def is_allowed(address: str, patterns: Sequence[str]) -> bool:
    """Returns whether a policy with these From addresses lets an address send; none allow every one."""
    allowed = [spelling for pattern in patterns for spelling in spellings(pattern)]
    return not patterns or any(like(address, each) for each in allowed)


def is_name_allowed(name: str, patterns: Sequence[str]) -> bool:
    """Returns whether a policy with these display names lets one send; without any, IAM has nothing to compare."""
    return bool(name) and any(like(name, each) for each in patterns)


def senders_to_try(
    domains: Sequence[str], addresses: Sequence[str], identities: Sequence[str], names: Sequence[str] = ()
) -> list[str]:
    """Returns the senders that show what a policy lets through: each From address, or one of each identity.

    Args:
        domains: the domain identities that the policy names.
        addresses: the From addresses that it allows; a pattern is tried with an address that it matches.
        identities: the email address identities that it names.
        names: the display names that it allows; all senders have the first one.
    """
    senders: Sequence[str | None] = [_sample(address, domains) for address in addresses]
    if not addresses:
        senders = [f"{_LOCAL_PART}@{domain}" for domain in domains] + [each for each in identities if "@" in each]
    name = _display_name(names[0]) if names else ""
    found = dict.fromkeys(spellings(sender)[1] for sender in senders if sender)
    return [formataddr((name, sender)) for sender in found]


def _sample(pattern: str, domains: Iterable[str]) -> str | None:
    """Returns an address that a pattern matches; None for one that can match none in these domains."""
    local, at, host = pattern.rpartition("@")
    if not has_wildcards(host):
        return f"{_fill_wildcards(local)}{at}{host}"
    # the wildcard may stand for a domain, a sub-domain, or, without an @, for a whole address or for all of its end
    senders = [_fill_wildcards(local)] if at else [_LOCAL_PART, _fill_wildcards(host.rpartition("*")[0])]
    hosts = [f"{prefix}{domain}" for domain in domains for prefix in ("", f"{_LOCAL_PART}.")]
    candidates = (f"{sender}@{each}" for sender in senders for each in hosts if sender)
    return next((each for each in candidates if like(each, pattern)), None)


def _display_name(pattern: str) -> str:
    """Returns a display name that a pattern matches, and that is none in no case: IAM has nothing to compare then."""
    return pattern.replace("*", "").replace("?", "x") or _LOCAL_PART


def _fill_wildcards(local: str) -> str:
    return local.replace("*", _LOCAL_PART).replace("?", "x")


def _plain(domain: str) -> str:
    try:
        return normalize_domain(domain)
    except ValueError:
        return domain.lower().rstrip(".")  # a pattern, such as *.acme.com
