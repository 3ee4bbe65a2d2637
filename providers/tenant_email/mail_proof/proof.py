"""The proof of one mail: every point of it, the authentication first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenant_email.aws.spf import SpfResult
from tenant_email.errors import redact_external
from tenant_email.mail_proof import content_check, header_check
from tenant_email.mail_proof.dkim_signatures import MOST, verify_signatures
from tenant_email.mail_proof.dmarc_check import aligned, find_policy
from tenant_email.mail_proof.results import Results, believed, read_results
from tenant_email.mail_proof.spf_check import check_spf
from tenant_email.mail_proof.trace import arrival, border
from tenant_email.platforms.survey import fine, problem, unknown, warning

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tenant_email.aws.spf import Lookup
    from tenant_email.findings import Finding
    from tenant_email.mail_proof.dkim_signatures import Signature
    from tenant_email.mail_proof.messages import Mail
    from tenant_email.mail_proof.spf_check import Spf
    from tenant_email.mail_proof.trace import Hop

_POLICY: Final = "v=DMARC1; p=none; rua=mailto:…"


@dataclass(frozen=True, slots=True)
class Expected:
    """What is known of the mail beside itself.

    senders: the addresses that the tenant may send from; none where that is not known. receiver: the name of the server
    that took the mail for the mailbox; empty to tell it by the mail.
    """

    senders: tuple[str, ...] = ()
    receiver: str = ""


def prove(mail: Mail, expected: Expected, lookup: Lookup, now: float) -> tuple[Finding, ...]:
    """Returns the points of a mail; `now` is in seconds since 1970, for a mail that does not say when it arrived."""
    arrived = arrival(mail)
    server = border(mail, expected.receiver)
    found = read_results(mail)
    trusted = believed(found, server, expected.receiver)
    signatures = verify_signatures(mail, lookup, arrived or now)
    spf = check_spf(mail, server, trusted, lookup)
    return (
        *_dkim(mail, signatures),
        _spf(spf, signatures),
        *_dmarc(header_check.from_domain(mail), signatures, spf, lookup),
        *_told(found, trusted, server),
        *_transport(server, expected.receiver),
        *_reverse(server, lookup),
        *header_check.check_author(mail, expected.senders),
        *header_check.check_fields(mail, arrived),
        *header_check.check_filter(mail),
        *content_check.check_content(mail),
    )


def _dkim(mail: Mail, signatures: Iterable[Signature]) -> Iterator[Finding]:
    count = len(mail.all("dkim-signature"))
    if not count:
        remedy = "Turn DKIM on at the mail service, and publish its key; if it is on, something on the way removes it."
        yield problem("dkim", "the mail has no DKIM signature", remedy)
    if count > MOST:
        yield warning("dkim", f"only {MOST} of {count} signatures are looked at", "Sign once for each domain.")
    # One good signature is enough for a receiver; what else there is may be the mail service's own.
    good = any(each.verified for each in signatures)
    for each in signatures:
        if each.verified:
            yield fine("dkim", f"{each} verifies")
            yield from (warning("dkim", f"{each}: {what}", remedy) for what, remedy in each.notes)
        else:
            say = warning if good else problem if each.asked else unknown
            yield say("dkim", f"{redact_external(each)} does not verify: {each.problem}", each.remedy)


def _spf(spf: Spf, signatures: Iterable[Signature]) -> Finding:
    if spf.passes:
        return fine("spf", spf.what)
    if spf.result is None or spf.result is SpfResult.TEMPERROR:
        return unknown("spf", spf.what, spf.remedy)
    hard = spf.result in (SpfResult.FAIL, SpfResult.PERMERROR) or not any(each.verified for each in signatures)
    return (problem if hard else warning)("spf", spf.what, spf.remedy)


def _dmarc(author: str, signatures: Iterable[Signature], spf: Spf, lookup: Lookup) -> Iterator[Finding]:
    if not author:
        yield problem("dmarc", "there is no one From domain whose policy could apply", "See From below.")
        return
    verified = [each.domain for each in signatures if each.verified]
    try:
        policy = find_policy(author, lookup)
        if policy.reading is None:
            what = f"{author} publishes no DMARC policy, which Gmail and Yahoo ask for"
            yield warning("dmarc", what, f"Publish a TXT record at _dmarc.{author}, such as {_POLICY}")
        dkim_mode, spf_mode = (
            (policy.reading.dkim_alignment, policy.reading.spf_alignment) if policy.reading else ("r", "r")
        )
        by_dkim = aligned(verified, author, dkim_mode, lookup)
        by_spf = aligned([spf.domain] if spf.passes else [], author, spf_mode, lookup)
    except LookupError as error:
        yield unknown("dmarc", str(error), "Run again when DNS answers.")
        return
    where = f"{author}, whose policy is p={policy.asks}" if policy.reading else author
    ways = [f"DKIM of {by_dkim}"] * bool(by_dkim) + [f"SPF of {by_spf}"] * bool(by_spf)
    if ways:
        yield fine("dmarc", f"{' and '.join(ways)} {'are' if len(ways) > 1 else 'is'} aligned with {where}")
        if not by_dkim:
            remedy = f"Have the mail service sign as {author} too: SPF alone does not survive a forwarding."
            yield warning("dmarc", "only SPF is aligned", remedy)
        return
    if any(not each.asked for each in signatures) or spf.result is SpfResult.TEMPERROR:
        yield unknown("dmarc", f"nothing that is known yet is aligned with {author}", "Run again.")
        return
    proven = [*(f"DKIM of {domain}" for domain in verified), *([f"SPF of {spf.domain}"] if spf.passes else [])]
    strict = " exactly" if "s" in (dkim_mode, spf_mode) else ""
    what = f"nothing that verifies is aligned{strict} with {where}: {' and '.join(proven) or 'nothing verifies'}"
    yield problem("dmarc", what, f"Have the mail service sign as {author} (d={author}), or send from its domain.")


def _told(found: list[Results], trusted: list[Results], server: Hop | None) -> Iterator[Finding]:
    """Yields what the receiver's server found, and whose results count for nothing."""
    for each in trusted:
        if not str(each):
            continue
        failed = [result.method for result in each.results if result.method == "dmarc" and result.value == "fail"]
        what = f"{redact_external(each.server or 'the receiver')} says {each}"
        if failed:
            yield problem("results", what, "Go by the points above: it may have seen the mail before it was changed.")
        else:
            yield fine("results", what)
    for each in found:
        if each in trusted or not str(each):
            continue
        name = redact_external(each.server or "a server without a name")
        took = f"{server.by} took the mail" if server and server.by else "nobody knows which server took the mail"
        what = f"{name} says {each}, which counts for nothing: {took}, and a sender can write such a field"
        yield warning("results", what, f"If it is the receiver's own, say so with --receiver {name}.")


def _transport(server: Hop | None, receiver: str) -> Iterator[Finding]:
    if server is None:
        what = (
            f"TLS is not known: no Received field is of {redact_external(receiver)}"
            if receiver
            else "TLS is not known: no Received field says how the mail came"
        )
        yield unknown("tls", what, "Name the receiver's server as it stands after `by`." if receiver else "")
        return
    where = f"to {redact_external(server.by)}" if server.by else "to the receiver"
    if server.tls is None:
        yield unknown("tls", f"TLS is not known: the Received field does not say whether it came {where} by it")
    elif not server.tls:
        yield problem("tls", f"the mail came {where} without TLS", "Have the mail service use TLS; Gmail asks for it.")
    elif server.is_old_tls:
        what = f"the mail came {where} by TLS {server.version}, which is out of use (RFC 8996)"
        yield warning("tls", what, "Have the mail service and the receiver speak TLS 1.2 at least.")
    else:
        version = f" {server.version}" if server.version else ""
        yield fine("tls", f"the mail came {where} by TLS{version}")


def _reverse(server: Hop | None, lookup: Lookup) -> Iterator[Finding]:
    """Yields whether the name of the server that delivered it leads back to its address, as Google and Yahoo ask."""
    if server is None or server.address is None or not server.is_public:
        return
    address = server.address
    try:
        names = lookup(address.reverse_pointer, "PTR")
        kind = "A" if address.version == 4 else "AAAA"  # noqa: PLR2004 - IPv4
        back = {name for name in names if str(address) in lookup(name, kind)}
    except LookupError as error:
        yield unknown("reverse-dns", str(error))
        return
    if back:
        yield fine("reverse-dns", f"{address} is {redact_external(min(back))}, and back")
        return
    what = (
        f"{address} has no name"
        if not names
        else f"{address} is called {redact_external(names[0])}, which is not its name"
    )
    yield warning(
        "reverse-dns",
        what,
        "Have the mail service's operator set its reverse DNS to a name that leads back.",
    )
