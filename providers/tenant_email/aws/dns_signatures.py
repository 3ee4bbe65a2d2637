"""Returns whether a validating resolver refuses what a server answers: DNSSEC, from the zone's DS record on (RFC 4035).

The zones above are taken to be right, as far as their top-level domain. Where there is no DS nothing is validated.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import dns.dnssec
import dns.exception
import dns.message
import dns.name
import dns.node
import dns.rdata
import dns.rdataset
import dns.rdatatype
import dns.rrset
from dns.rdtypes.ANY.DNSKEY import DNSKEY
from dns.rdtypes.ANY.RRSIG import RRSIG

from tenant_email.aws.dns_authorities import rrset_of
from tenant_email.aws.dns_resolver import TOP
from tenant_email.aws.dns_servers import NoAnswerError, Silence

if TYPE_CHECKING:
    from dns.rdtypes.ANY.DS import DS

    from tenant_email.aws.dns_authorities import Authorities
    from tenant_email.aws.dns_servers import NameServer

# Other algorithms leave a zone unsigned to whoever does not know them (RFC 4035 section 5.2).
_ALGORITHMS: Final = frozenset({5, 7, 8, 10, 13, 14, 15, 16})
_DIGESTS: Final = frozenset({1, 2, 4})


def validation_failure(authorities: Authorities, zone: dns.name.Name, server: NameServer, name: str, kind: str) -> str:
    """Returns why a validating resolver refuses what this server answers; nothing where it does not."""
    above = zone.parent()
    while len(above.labels) > TOP:
        if problem := _keys_above(authorities, above):
            return problem
        above = above.parent()
    keys = _keys(authorities, zone, server)
    if not isinstance(keys, dns.rdataset.Rdataset):
        return keys
    try:
        return _answer_failure(authorities.ask(server, name, kind, signed=True), zone, name, keys)
    except NoAnswerError:
        return ""  # that is a finding of its own


def _keys_above(authorities: Authorities, zone: dns.name.Name) -> str:
    if not authorities.delegation_signers(zone):
        return ""
    said = authorities.ask_all(str(zone), "DNSKEY")
    answered = [reply.server for reply in said.replies if reply.message]
    problems = [keys for server in answered if isinstance(keys := _keys(authorities, zone, server), str)]
    return problems[0] if problems and len(problems) == len(answered) else ""


def _keys(authorities: Authorities, zone: dns.name.Name, server: NameServer) -> dns.rdataset.Rdataset | str:
    """Returns the keys of a zone that its DS record vouches for, or why there are none; nothing where it has no DS."""
    known = [
        signer
        for signer in authorities.delegation_signers(zone)
        if signer.algorithm in _ALGORITHMS and signer.digest_type in _DIGESTS
    ]
    if not known:
        return ""
    try:
        message = authorities.ask(server, str(zone), "DNSKEY", signed=True)
    except NoAnswerError as error:
        closed = error.cause is Silence.TRUNCATED
        return f"the keys of {_plain(zone)} are too long for UDP, and TCP is closed" if closed else ""
    keys = rrset_of(message, zone, dns.rdatatype.DNSKEY)
    if keys is None:
        return f"{_plain(zone)} has a DS record above it, but no DNSKEY"
    trusted = [
        key for key in _each(keys) if isinstance(key, DNSKEY) and any(_is_of(key, signer, zone) for signer in known)
    ]
    if not trusted:
        return f"the DS record above {_plain(zone)} matches no key of the zone"
    problem = _signature_failure(message, keys, {zone: dns.rdataset.from_rdata_list(keys.ttl, trusted)})
    return problem or keys


def _is_of(key: DNSKEY, signer: DS, zone: dns.name.Name) -> bool:
    try:
        return bool(dns.dnssec.make_ds(zone, key, signer.digest_type, validating=True) == signer)
    except dns.exception.DNSException:
        return False


def _answer_failure(message: dns.message.Message, zone: dns.name.Name, name: str, keys: dns.rdataset.Rdataset) -> str:
    """Validates all that the answer has of the zone; a CNAME that a DNAME made has no signature of its own."""
    desired, made = dns.name.from_text(name), dns.rdatatype.CNAME
    signed = [rrset for rrset in message.answer if rrset.rdtype != dns.rdatatype.RRSIG]
    renamed = [rrset.name for rrset in signed if rrset.rdtype == dns.rdatatype.DNAME]
    for rrset in signed:
        by_dname = rrset.rdtype == made and any(rrset.name.is_subdomain(above) for above in renamed)
        of_zone = rrset.name.is_subdomain(zone) and desired.is_subdomain(rrset.name)  # of itself, too
        if of_zone and not by_dname and (problem := _signature_failure(message, rrset, {zone: keys})):
            return problem
    return ""


def _signature_failure(
    message: dns.message.Message,
    rrset: dns.rrset.RRset,
    keys: dict[dns.name.Name, dns.node.Node | dns.rdataset.Rdataset],
) -> str:
    what = f"{dns.rdatatype.to_text(rrset.rdtype)} of {_plain(rrset.name)}"
    signatures = rrset_of(message, rrset.name, dns.rdatatype.RRSIG, rrset.rdtype)
    if signatures is None:
        return f"{what} has no signature"
    try:
        dns.dnssec.validate(rrset, signatures, keys)
    except dns.exception.DNSException:
        expired = all(
            signature.expiration < time.time() for signature in _each(signatures) if isinstance(signature, RRSIG)
        )
        return f"the signature of {what} " + ("has expired" if expired else "is not valid")
    return ""


def _each(rdatas: dns.rdataset.Rdataset) -> list[dns.rdata.Rdata]:
    return list(rdatas)


def _plain(name: dns.name.Name) -> str:
    return str(name).removesuffix(".")
