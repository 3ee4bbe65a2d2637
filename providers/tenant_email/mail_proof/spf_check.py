"""SPF of a mail that arrived: whether its MAIL FROM domain allows the server that delivered it (RFC 7208)."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenant_email.aws.spf import SpfResult, evaluate_sender
from tenant_email.inputs.hosts import ascii_host

if TYPE_CHECKING:
    from tenant_email.aws.spf import Lookup
    from tenant_email.mail_proof.messages import Mail
    from tenant_email.mail_proof.results import Results
    from tenant_email.mail_proof.trace import Address, Hop

_ANGLE: Final = re.compile(r"<([^<>]*)>")


@dataclass(frozen=True, slots=True)
class Spf:
    """How it stands.

    domain: the one that was asked, that of the MAIL FROM address, or of the greeting where that is empty.
    result: None where it cannot be found out. what: in words; remedy: what to do.
    """

    domain: str
    result: SpfResult | None
    what: str
    remedy: str = ""

    @property
    def passes(self) -> bool:
        """Returns whether the server is allowed."""
        return self.result is SpfResult.PASS


def check_spf(mail: Mail, border: Hop | None, said: list[Results], lookup: Lookup) -> Spf:
    """Returns SPF of a mail; `said` is what the receiver's own server found, which counts where nothing else does."""
    sender = envelope_sender(mail, said)
    if border is None or border.address is None or not border.is_public:
        return _as_told(sender, said, border)
    if sender is None:
        return Spf("", None, "SPF is not known: the mail has no Return-Path, which says its MAIL FROM address")
    domain = ascii_host((sender.rpartition("@")[2] or border.sender).lower())
    if not domain:
        return Spf("", SpfResult.NONE, "its MAIL FROM address has no domain", "Have the mail service use one of yours.")
    return _evaluate(domain, sender or f"postmaster@{domain}", border, border.address, lookup)


def envelope_sender(mail: Mail, said: list[Results]) -> str | None:
    """Returns the MAIL FROM address, empty for `<>`; None where the mail does not say it."""
    if paths := mail.all("return-path"):
        found = _ANGLE.search(paths[0])
        return (found[1] if found else paths[0]).strip()
    for each in said:
        for result in each.of("spf"):
            if address := result.properties.get("smtp.mailfrom"):
                return address.strip("<>")
    return None


def _evaluate(domain: str, sender: str, border: Hop, address: Address, lookup: Lookup) -> Spf:
    local, _, of_sender = sender.rpartition("@")
    mail = {
        "i": str(address) if address.version == 4 else ".".join(address.exploded.replace(":", "")),  # noqa: PLR2004
        "s": sender,
        "l": local or "postmaster",
        "o": of_sender,
        "h": border.sender,
        "v": "in-addr" if address.version == 4 else "ip6",  # noqa: PLR2004
    }
    try:
        texts = lookup(domain, "TXT")
    except LookupError as error:
        return Spf(domain, SpfResult.TEMPERROR, str(error), "Run again when DNS answers.")
    found = evaluate_sender(domain, texts, ipaddress.ip_network(address), mail, lookup)
    who = f"{address} for MAIL FROM {domain}"
    if found.passes:
        return Spf(domain, found.result, f"{domain} allows {address} to send")
    if found.result is SpfResult.NONE:
        what = f"{domain} has no SPF record, so that nobody knows whether {address} may send for it"
    else:
        what = f"{found.result} of {who}" + (f": {found.reason}" if found.reason else "")
    return Spf(domain, found.result, what, f"Allow the mail service's servers in the SPF record of {domain}.")


def _as_told(sender: str | None, said: list[Results], border: Hop | None) -> Spf:
    """Returns what the receiver's server says, where the mail does not say which server delivered it."""
    for each in said:
        for result in each.of("spf"):
            if result.value in set(SpfResult):
                address = (sender or result.properties.get("smtp.mailfrom") or "").rpartition("@")[2].lower()
                who = f"{each.server or 'the receiver'} says spf={result.value}" + (f" of {address}" if address else "")
                return Spf(address, SpfResult(result.value), who, "Allow the mail service's servers in its SPF record.")
    if border is not None and border.address is not None:
        return Spf("", None, f"SPF says nothing: it came from {border.address}, which is no public address")
    return Spf("", None, "SPF is not known: no Received field says which server delivered the mail")
