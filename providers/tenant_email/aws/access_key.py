"""Waits until a fresh IAM key works, because AWS takes some seconds to spread it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.aws.access import Access, AwsProvider
from tenant_email.aws.chain import open_session
from tenant_email.aws.explain import translate_errors
from tenant_email.aws.pace import Pace
from tenant_email.errors import Forbidden, Unauthorized
from tenant_email.waiting import NotYet, Pauses, TimedOutError, Wait

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email.aws.chain import AwsSession
    from tenant_email.redaction.secrets import Secret

# What STS says of a key that has not reached it; a wrong secret is SignatureDoesNotMatch, which no wait repairs.
UNKNOWN_KEY: Final = frozenset({"InvalidClientTokenId", "UnrecognizedClientException"})


def session_of_key(who: str, access_key_id: str, secret_access_key: Secret, region: str) -> AwsSession:
    """Opens a session that signs with this key, whatever other credentials there are; `who` begins messages."""
    key = AwsProvider(access_key=access_key_id, secret_key=secret_access_key)
    return open_session(who, Access(provider=key), region, Pace(attempts=3))


def key_works(
    access_key_id: str,
    secret_access_key: Secret,
    region: str,
    *,
    timeout: float = 60.0,
    pause: float = 2.0,
    announce: Callable[[str], None] | None = None,
) -> bool:
    """Asks STS in that region with the key until it is known; False when it is not after `timeout` seconds.

    Raises:
        Unauthorized: the secret is not the one of this key.
        PlatformError: STS could not be asked.
    """
    client = session_of_key(f"sts {region}", access_key_id, secret_access_key, region).client("sts")

    def ask() -> NotYet | None:
        try:
            with translate_errors(f"sts {region}", "GetCallerIdentity", access_key_id):
                client.get_caller_identity()
        except Forbidden:
            return None  # a policy forbids the question, so the key is known
        except Unauthorized as error:
            if error.code in UNKNOWN_KEY:
                return NotYet(f"access key {access_key_id} is not known yet")
            raise
        return None

    try:
        Wait(f"sts {region}", timeout, Pauses(pause, factor=1.0, whole=True), announce=announce).until(ask)
    except TimedOutError:
        return False
    return True
