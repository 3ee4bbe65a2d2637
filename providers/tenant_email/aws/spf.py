"""Evaluates SPF for mail that SES sends (RFC 7208 section 4), without knowing which of its addresses will send it.

`include:amazonses.com` matches by definition. Where the addresses that it holds are known, what lists them one by one
matches too.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

from tenant_email.aws.spf_record import Network, Term, expand, read, spf_texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SES: Final = "amazonses.com"
_MOST_LOOKUPS: Final = 10  # RFC 7208 section 4.6.4, as the next two
_MOST_VOID: Final = 2
_MOST_MX: Final = 10


class SpfResult(StrEnum):
    """What an SPF check ends with (RFC 7208 section 2.6)."""

    PASS = "pass"  # noqa: S105 - of an SPF check
    FAIL = "fail"
    SOFTFAIL = "softfail"
    NEUTRAL = "neutral"
    NONE = "none"
    PERMERROR = "permerror"
    TEMPERROR = "temperror"


_BY_QUALIFIER: Final = {
    "+": SpfResult.PASS,
    "-": SpfResult.FAIL,
    "~": SpfResult.SOFTFAIL,
    "?": SpfResult.NEUTRAL,
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """A result, and the reason in words where there is one."""

    result: SpfResult
    reason: str = ""

    @property
    def passes(self) -> bool:
        """Returns whether mail from SES passes."""
        return self.result is SpfResult.PASS

    def __str__(self) -> str:
        return f"SPF {self.result}" + (f": {self.reason}" if self.reason else "")


class Lookup(Protocol):
    """Answers a question to DNS with the values, aliases followed; none where there is nothing."""

    def __call__(self, name: str, kind: str) -> Sequence[str]:
        """Returns the values.

        Raises:
            LookupError: DNS gave no answer.
        """
        ...


class _Permanent(Exception):
    """The record cannot be evaluated by anyone."""


def evaluate(domain: str, texts: Sequence[str], lookup: Lookup | None = None) -> Judgement:
    """Returns what mail from SES with a MAIL FROM address at `domain` gets, `texts` being the TXT records there.

    Without `lookup` nobody is asked: then other includes are taken not to match.
    """
    # SES chooses the address that a mail leaves from: a record that leaves one of them out fails some of the mail.
    judgements = [_Check(domain, sender, lookup).of(texts) for sender in _senders(texts, lookup)]
    return next((each for each in judgements if not each.passes), judgements[0])


def evaluate_sender(
    domain: str, texts: Sequence[str], sender: Network, mail: Mapping[str, str], lookup: Lookup
) -> Judgement:
    """Returns what a mail gets that came from one address, `texts` being the TXT records at its MAIL FROM domain.

    `mail` is what macros may ask for, see `spf_record.expand`. SES's own record is asked for, as anyone's.
    """
    return _Check(domain, sender, lookup, mail).of(texts)


def _senders(texts: Sequence[str], lookup: Lookup | None) -> Sequence[Network | None]:
    """Returns the networks that SES sends from, or one that is not known; they matter to lists of addresses only."""
    if lookup is None or _names_ses_first(texts):
        return [None]
    try:
        (text,) = spf_texts(lookup(SES, "TXT"))
        return [term.network for term in read(text).terms if term.network] or [None]
    except (LookupError, ValueError):
        return [None]


def _names_ses_first(texts: Sequence[str]) -> bool:
    """Returns whether the only record begins with SES's include: then no address matters."""
    return any(text.lower().split(" ")[1:2] == [f"include:{SES}"] for text in spf_texts(texts))


class _Check:
    """One evaluation, for one network of SES's, or for a mail that arrived; it counts the lookups, nested included."""

    def __init__(
        self, domain: str, sender: Network | None, lookup: Lookup | None, mail: Mapping[str, str] | None = None
    ) -> None:
        self._domain, self._sender, self._lookup, self._mail = domain.lower(), sender, lookup, mail
        self._lookups = self._void = 0

    def of(self, texts: Sequence[str]) -> Judgement:
        """Returns the result, errors among them."""
        try:
            return self._evaluate(self._domain, texts)
        except _Permanent as error:
            return Judgement(SpfResult.PERMERROR, str(error))
        except LookupError as error:
            return Judgement(SpfResult.TEMPERROR, str(error))

    @property
    def _expected(self) -> str:
        return "SES's include" if self._mail is None else "what allows the server"

    def _evaluate(self, domain: str, texts: Sequence[str]) -> Judgement:
        records = spf_texts(texts)
        if not records:
            return Judgement(SpfResult.NONE, f"{domain} has no SPF record")
        if len(records) > 1:
            raise _Permanent(f"{domain} has {len(records)} SPF records, which counts as none")
        try:
            record = read(records[0])
        except ValueError as error:
            raise _Permanent(str(error)) from None
        for term in record.terms:
            if self._matches(term, domain):
                result = _BY_QUALIFIER[term.qualifier]
                before = f"{term.qualifier.replace('+', '')}all decides, and {self._expected} does not come before it"
                return Judgement(result, before if term.name == "all" else "")
        if record.redirect is None:
            missing = f"nothing in it matches mail from SES; include:{SES} is missing"
            return Judgement(SpfResult.NEUTRAL, missing if self._mail is None else "nothing in it matches the server")
        return self._follow_redirect(record.redirect, domain)

    def _follow_redirect(self, target: str, domain: str) -> Judgement:
        if (name := self._count_lookup(target, domain)) is None:
            return Judgement(SpfResult.NEUTRAL, "its redirect depends on the mail")
        if name == SES and self._mail is None:
            return Judgement(SpfResult.PASS)
        judgement = self._evaluate(name, self._ask(name, "TXT", optional=True))
        # Of a domain by itself it means "no SPF"; here a receiver has to take it for an error (RFC 7208 section 6.1).
        if judgement.result is SpfResult.NONE:
            raise _Permanent(f"it redirects to {name}, which has no SPF record")
        return judgement

    def _matches(self, term: Term, domain: str) -> bool:
        if term.network is not None:
            return self._lies_in(term.network)
        if term.name == "all":
            return True
        name = self._count_lookup(term.domain or domain, domain)
        # Not read: what SES sends from is for SES to list in its own record.
        if term.name == "include" and name == SES and self._mail is None:
            return True
        return name is not None and self._lookup is not None and self._resolve(term, name)

    def _resolve(self, term: Term, name: str) -> bool:
        match term.name:
            case "include":
                return self._evaluate_include(name)
            case "exists":
                return bool(self._ask(name, "A"))
            case "a":
                return self._at_host(name, term.prefixes)
            case "mx":
                return self._at_exchanges(name, term.prefixes)
            case _:
                return False  # SES's hosts have no names below a user's domain, which is what ptr asks

    def _evaluate_include(self, name: str) -> bool:
        judgement = self._evaluate(name, self._ask(name, "TXT", optional=True))
        if judgement.result is SpfResult.NONE:
            raise _Permanent(f"it includes {name}, which has no SPF record")
        return judgement.passes

    def _at_exchanges(self, name: str, prefixes: tuple[int, int]) -> bool:
        hosts = [value.split()[-1] for value in self._ask(name, "MX")]
        if len(hosts) > _MOST_MX:
            raise _Permanent(f"{name} has more than {_MOST_MX} MX records")
        return any([self._at_host(host, prefixes) for host in hosts])  # noqa: C419 - each counts as a lookup

    def _at_host(self, name: str, prefixes: tuple[int, int]) -> bool:
        six = isinstance(self._sender, ipaddress.IPv6Network)
        found = self._ask(name, "AAAA" if six else "A")
        return any(self._lies_in(ipaddress.ip_network(f"{each}/{prefixes[six]}", strict=False)) for each in found)

    def _lies_in(self, network: Network) -> bool:
        if isinstance(network, ipaddress.IPv4Network):
            return isinstance(self._sender, ipaddress.IPv4Network) and self._sender.subnet_of(network)
        return isinstance(self._sender, ipaddress.IPv6Network) and self._sender.subnet_of(network)

    def _count_lookup(self, text: str, domain: str) -> str | None:
        self._lookups += 1
        if self._lookups > _MOST_LOOKUPS:
            raise _Permanent(f"it needs more than {_MOST_LOOKUPS} lookups")
        return expand(text, domain, self._mail)

    def _ask(self, name: str, kind: str, *, optional: bool = False) -> Sequence[str]:
        """Asks DNS; a name with nothing is a void lookup, unless that has a meaning of its own."""
        found = self._lookup(name, kind) if self._lookup else ()
        if not found and not optional:
            self._void += 1
            if self._void > _MOST_VOID:
                raise _Permanent(f"more than {_MOST_VOID} of its lookups find nothing")
        return found
