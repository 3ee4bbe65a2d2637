"""Verifies the DKIM signatures of a mail (RFC 6376 section 6.1, RFC 8301, RFC 8463), and says what breaks one."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from tenant_email.aws.tag_list import tags
from tenant_email.inputs.hosts import ascii_host
from tenant_email.mail_proof import canonical
from tenant_email.mail_proof.dkim_keys import KeyRecord, NoKey, find_key

if TYPE_CHECKING:
    from tenant_email.aws.spf import Lookup
    from tenant_email.mail_proof.messages import Field, Mail

MOST: Final = 8
"""Signatures of one mail that are looked at; each costs a lookup (RFC 6376 section 8.4)."""
_KINDS: Final = {"rsa-sha256": "rsa", "ed25519-sha256": "ed25519"}
_CANONICAL: Final = frozenset({"simple", "relaxed"})
_RESEND: Final = "Send another test mail; if it comes so again, ask the mail service why it signs so."
_CHANGED: Final = (
    "Something on the way changed it after it was signed: a relay, a footer, a virus scanner, a forwarding. Sign it "
    "last, or have it delivered without that."
)


@dataclass(frozen=True, slots=True)
class Signature:
    """How one signature stands.

    verified: it is good, and nothing of the mail escapes it. problem, remedy: why not, and what to do.
    asked: whether DNS answered; else nothing is known. notes: what is odd about a good one, each with its remedy.
    """

    domain: str
    selector: str
    verified: bool = False
    problem: str = ""
    remedy: str = ""
    asked: bool = True
    notes: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return f"the signature of {self.domain} (selector {self.selector})"


class _Broken(Exception):
    """What is wrong with a signature, and what to do."""

    def __init__(self, problem: str, remedy: str = _RESEND) -> None:
        super().__init__(problem)
        self.problem, self.remedy = problem, remedy


def verify_signatures(mail: Mail, lookup: Lookup, arrived: float) -> tuple[Signature, ...]:
    """Returns the signatures, from the top down; `arrived` is when the mail did, in seconds since 1970."""
    found = [field for field in mail.fields if field.name == "dkim-signature"]
    return tuple(_verify(mail, field, lookup, arrived) for field in found[:MOST])


def _verify(mail: Mail, field: Field, lookup: Lookup, now: float) -> Signature:
    try:
        named = dict(tags(field.value))
    except ValueError as error:
        return Signature("?", "?", problem=f"it cannot be read: {error}", remedy=_RESEND)
    # shown in a message; a name that DNS cannot hold is refused below
    signature = Signature(named.get("d", "?").lower()[:253], named.get("s", "?")[:253])
    try:
        return _Check(mail, field, named, signature).result(lookup, now)
    except _Broken as error:
        return replace(signature, problem=error.problem, remedy=error.remedy)
    except NoKey as error:
        return replace(signature, problem=error.what, remedy=error.remedy, asked=error.asked)


@dataclass(frozen=True, slots=True)
class _Check:
    """One signature that is looked at."""

    mail: Mail
    field: Field
    tags: dict[str, str]
    signature: Signature

    def result(self, lookup: Lookup, now: float) -> Signature:
        """Returns the verified signature; raises what breaks it, in the order in which a verifier meets it."""
        self._require_form()
        self._require_time(now)
        record = find_key(self.signature.selector, self.signature.domain, _KINDS[self.tags["a"].lower()], lookup)
        self._require_identity(record)
        unsigned = self._require_body()
        self._require_header(record)
        if unsigned:
            raise _Broken(
                f"it signs only a beginning of the body (l={self.tags['l']}); the last {unsigned} bytes are anyone's",
                "Have the mail service sign the whole body: without l=.",
            )
        return replace(self.signature, verified=True, notes=tuple(self._notes(record)))

    @property
    def _signed(self) -> list[str]:
        return [name.strip().lower() for name in self.tags["h"].split(":")]

    def _require_form(self) -> None:
        """Raises for what section 6.1.1 has a verifier refuse without a look at the key."""
        if missing := [name for name in ("v", "a", "b", "bh", "d", "h", "s") if not self.tags.get(name)]:
            raise _Broken(f"it has no {missing[0]}=")
        algorithm = self.tags["a"].lower()
        if algorithm == "rsa-sha1":
            raise _Broken("it is of rsa-sha1, which verifiers refuse", "Have the mail service sign with rsa-sha256.")
        faults = {
            f"v={self.tags['v'][:20]} is not 1": self.tags["v"] != "1",
            f"a={algorithm[:20]} is not known": algorithm not in _KINDS,
            f"d={self.signature.domain} is no domain": not ascii_host(self.signature.domain),
            f"s={self.signature.selector} is no selector": not ascii_host(self.signature.selector),
            "its h= leaves out From": "from" not in self._signed,
            f"c={self.tags.get('c', '')[:20]} is not known": not set(self._canonical) <= _CANONICAL,
            f"q={self.tags.get('q', '')[:20]} is not dns/txt": "dns/txt" not in self.tags.get("q", "dns/txt").lower(),
        }
        if wrong := next((what for what, is_so in faults.items() if is_so), ""):
            raise _Broken(wrong)

    def _require_time(self, now: float) -> None:
        begun, ends = self._number("t"), self._number("x")
        if ends is not None and ends < now:
            raise _Broken(
                f"it had expired {_ago(now - ends)} before the mail arrived (x=)",
                "Find out what held the mail up, or have the mail service allow for more time.",
            )
        if ends is not None and begun is not None and ends <= begun:
            raise _Broken("it ends before it begins (x= and t=)")

    def _require_identity(self, record: KeyRecord) -> None:
        """Raises where i= is not of the signing domain (section 3.5), or below it though the key forbids that."""
        domain = self.signature.domain
        identity = self.tags.get("i", f"@{domain}").rpartition("@")[2].lower()
        if identity != domain and (record.strict or not identity.endswith(f".{domain}")):
            raise _Broken(f"its i= names {identity[:253]}, which its d= does not allow")

    def _require_body(self) -> int:
        """Raises where the body is another one; returns how many bytes of it are not signed."""
        body = canonical.body(self.mail.body, relaxed=self._canonical[1] == "relaxed")
        length = self._number("l")
        if length is not None and length > len(body):
            raise _Broken(f"the body is {len(body)} bytes long, and l={length} of it were signed", _CHANGED)
        signed = body if length is None else body[:length]
        if hashlib.sha256(signed).digest() != _decode(self.tags["bh"]):
            raise _Broken("the body is not the one that was signed (bh=)", _CHANGED)
        return len(body) - len(signed)

    def _require_header(self, record: KeyRecord) -> None:
        relaxed = self._canonical[0] == "relaxed"
        text = canonical.signed_header(self.mail.fields, self._signed, self.field, relaxed=relaxed)
        try:
            if isinstance(record.key, RSAPublicKey):
                record.key.verify(_decode(self.tags["b"]), text, PKCS1v15(), hashes.SHA256())
            else:  # it signs the hash (RFC 8463 section 3)
                record.key.verify(_decode(self.tags["b"]), hashlib.sha256(text).digest())
        except InvalidSignature:
            names = ", ".join(dict.fromkeys(name[:40] for name in self._signed))
            raise _Broken(
                f"it does not fit the header: one of its fields was changed ({names}), or the key that is published "
                "is another one",
                f"{_CHANGED} If it was not changed, publish the key that the mail service signs with.",
            ) from None

    def _notes(self, record: KeyRecord) -> list[tuple[str, str]]:
        """Returns what is odd about a signature that verifies."""
        found = list[tuple[str, str]]()
        if record.testing:
            found.append(
                ("its key says t=y, which means that it is being tried out", "Take t=y out of the key's record.")
            )
        if 0 < record.bits < _GOOD_BITS:
            found.append((f"its key has {record.bits} bits", "Have the mail service sign with a key of 2048 bits."))
        if self._number("l") is not None:
            found.append(("it has l=, so that text could be added to the mail", "Have the mail service leave out l=."))
        if open_fields := [
            name for name in ("subject", "to", "date") if self.mail.all(name) and name not in self._signed
        ]:
            names = " and ".join(open_fields)
            found.append((f"it leaves {names} unsigned", f"Have the mail service sign {names} too."))
        return found

    @property
    def _canonical(self) -> tuple[str, str]:
        header, _, body = self.tags.get("c", "simple").lower().partition("/")
        return header.strip(), body.strip() or "simple"

    def _number(self, name: str) -> int | None:
        if name not in self.tags:
            return None
        if not self.tags[name].isdecimal() or len(self.tags[name]) > _DIGITS:
            raise _Broken(f"{name}={self.tags[name][:20]} is not a number")
        return int(self.tags[name])


_GOOD_BITS: Final = 2048  # RFC 8301 section 3.2
_DIGITS: Final = 76  # RFC 6376 section 3.5, of l=


def _decode(value: str) -> bytes:
    try:
        return base64.b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        raise _Broken("its base64 is broken") from None


def _ago(seconds: float) -> str:
    minutes = int(seconds // 60)
    return f"{minutes} minutes" if minutes < 120 else f"{minutes // 60} hours"  # noqa: PLR2004 - two hours
