"""Publishes the keys of Easy DKIM where the CNAMEs of an identity point: at the names of dkim.amazonses.com.

Source: Amazon SES Developer Guide, "Easy DKIM": SES holds the key pairs; docs/contracts/aws_ses.md#identity,
"SigningHostedZone". A key pair belongs to the place of its token and its length, because making three anew for each
identity would take a second.
"""

import base64
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tenant_email_local.aws.dkim_signature import Signer
from tenant_email_local.aws.identity import DkimState, EmailIdentity
from tenant_email_local.dns_zone import ServedRecordSet, ServedZone

BITS = {"RSA_1024_BIT": 1024, "RSA_2048_BIT": 2048}
SERVICE = "amazonses.com"
SERVICE_SELECTOR = "local7ses2amazon4key6of3service5"
SERVICE_PLACE = 3  # the places before it are the tokens'
CHUNK = 255
TTL = 1800


def signers(identity: EmailIdentity) -> list[Signer]:
    """Returns who signs the mail of an identity's domain: the domain, and SES for itself."""
    dkim = identity.dkim
    key = dkim.private_key or _key(BITS[dkim.key_length], 0)
    return [
        Signer(identity.name, dkim.tokens[0], key),
        Signer(SERVICE, SERVICE_SELECTOR, _key(BITS["RSA_2048_BIT"], SERVICE_PLACE)),
    ]


def key_zones(identities: Iterable[EmailIdentity]) -> Iterator[ServedZone]:
    """Yields the zones of SES that hold the public keys."""
    found: defaultdict[str, list[ServedRecordSet]] = defaultdict(list)
    for identity in identities:
        if identity.dkim.zone:
            found[identity.dkim.zone] += _records(identity.dkim)
    yield from (ServedZone(zone, tuple(records)) for zone, records in found.items())
    below = f"_domainkey.{SERVICE}"
    yield ServedZone(below, (_record(f"{SERVICE_SELECTOR}.{below}", BITS["RSA_2048_BIT"], SERVICE_PLACE),))


def _records(dkim: DkimState) -> list[ServedRecordSet]:
    bits = BITS[dkim.key_length]
    return [_record(f"{token}.{dkim.zone}", bits, place) for place, token in enumerate(dkim.tokens)]


def _record(name: str, bits: int, place: int) -> ServedRecordSet:
    return ServedRecordSet(name, "TXT", TTL, (_text(bits, place),))


@cache
def _text(bits: int, place: int) -> str:
    public = _key(bits, place).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    value = f"p={base64.b64encode(public).decode()}"
    return " ".join(f'"{value[start : start + CHUNK]}"' for start in range(0, len(value), CHUNK))


@cache
def _key(bits: int, place: int) -> RSAPrivateKey:
    del place
    return generate_private_key(65537, bits)
