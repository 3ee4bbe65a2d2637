"""Turns DkimSigningAttributes into how an identity signs: Easy DKIM, BYODKIM or a replica (DEED).

Source: docs/contracts/aws_ses.md#create.
"""

import base64
import binascii
import re
import time

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_private_key

from tenant_email_local.aws.identity import DkimState, new_tokens
from tenant_email_local.aws.wire import AwsError, Params

EASY, EXTERNAL = "AWS_SES", "EXTERNAL"
KEY_LENGTHS = ("RSA_1024_BIT", "RSA_2048_BIT")
SELECTOR = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
PRIVATE_KEY_BITS = range(1024, 2049)
ONE_DAY = 86400.0


def easy(zone: str, length: str) -> DkimState:
    """Makes a new set of Easy DKIM tokens."""
    _check_length(length)
    return DkimState(EASY, new_tokens(), zone, key_length=length, next_key_length=length)


def external(attributes: Params) -> DkimState:
    """Takes the caller's selector and private key, to sign with; no answer ever shows it.

    Raises: AwsError BadRequestException for a selector or key that SES refuses.
    """
    selector = str(attributes.get("DomainSigningSelector") or "")
    if not SELECTOR.fullmatch(selector):
        raise AwsError("BadRequestException", "Domain signing selector is invalid.")
    key = _private_key(str(attributes.get("DomainSigningPrivateKey") or ""))
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return DkimState(EXTERNAL, (selector,), public_key=base64.b64encode(public).decode(), private_key=key)


def replica(origin: str, parent: DkimState | None, zone: str) -> DkimState:
    """Takes over the parent's tokens, or notes why it cannot: the reason appears in VerificationInfo."""
    if parent is None:
        return DkimState(origin, new_tokens(), zone, replication_error="REPLICATION_PRIMARY_NOT_FOUND")
    if parent.origin == EXTERNAL:
        return DkimState(origin, new_tokens(), zone, replication_error="REPLICATION_PRIMARY_BYO_DKIM_NOT_SUPPORTED")
    if parent.origin != EASY:
        error = "REPLICATION_REPLICA_AS_PRIMARY_NOT_SUPPORTED"
        return DkimState(origin, new_tokens(), zone, replication_error=error)
    return DkimState(origin, parent.tokens, parent.zone, key_length=parent.key_length)


def origin_region(origin: str) -> str:
    """Returns the parent's region that a DEED origin such as AWS_SES_US_EAST_1 names."""
    return origin.removeprefix("AWS_SES_").lower().replace("_", "-")


def change_length(dkim: DkimState, length: str) -> DkimState:
    """Asks for another key length; it comes with new tokens, and at most once a day."""
    _check_length(length)
    if length == dkim.next_key_length:
        return dkim
    if dkim.length_changed and time.time() - dkim.length_changed < ONE_DAY:
        raise AwsError("BadRequestException", "You can only change the signing key length once per day.")
    return DkimState(
        EASY,
        new_tokens(),
        dkim.zone,
        key_length=dkim.key_length,
        next_key_length=length,
        length_changed=time.time(),
        enabled=dkim.enabled,
    )


def _check_length(length: str) -> None:
    if length not in KEY_LENGTHS:
        raise AwsError("BadRequestException", f"Invalid signing key length <{length}>.")


def _private_key(text: str) -> RSAPrivateKey:
    try:
        key = load_der_private_key(base64.b64decode(text, validate=True), None)
    except (ValueError, TypeError, binascii.Error):
        key = None
    if not isinstance(key, RSAPrivateKey) or key.key_size not in PRIVATE_KEY_BITS:
        raise AwsError("BadRequestException", "Domain signing private key is invalid.")
    return key
