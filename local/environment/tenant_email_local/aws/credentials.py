"""Decides whether an access key may call: known, active, old enough, and the request signed with its secret.

A session of a role is a key with a token, until it expires (STS API reference, AssumeRole).
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as Signer
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends
from moto.utilities.utils import get_partition
from werkzeug.wrappers import Request

from tenant_email_local.aws.behavior import Behavior
from tenant_email_local.aws.wire import AwsError, Caller, Scope

INVALID_TOKEN = "The security token included in the request is invalid."  # noqa: S105 - AWS's own sentence
WRONG_SIGNATURE = (
    "The request signature we calculated does not match the signature you provided. "
    "Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
)
EXPIRED_TOKEN = "The security token included in the request is expired"  # noqa: S105 - AWS's own sentence
NO_SIGNATURE = "Missing Authentication Token"


@dataclass(frozen=True, repr=False)
class RootKey:
    """Credentials of an account that always work: those the stack itself runs with."""

    secret: str
    account: str


@dataclass(frozen=True, repr=False)
class Key:
    """A key that may sign, with the caller it stands for."""

    caller: Caller
    secret: str
    token: str = ""
    expires: datetime | None = None


class Keys:
    """Access keys, looked up among the root keys and in the local IAM."""

    def __init__(self, roots: Mapping[str, RootKey]) -> None:
        self._roots = roots

    def find(self, access_key_id: str, delay: float) -> Key | None:
        """Returns the key when it can be used now; a new one is refused for `delay` seconds, as in AWS."""
        root = self._roots.get(access_key_id)
        if root:
            arn = f"arn:aws:iam::{root.account}:root"
            return Key(Caller(root.account, arn), root.secret)
        for account in {root.account for root in self._roots.values()}:
            for iam in list(iam_backends[account].values()):
                key: Any = iam.access_keys.get(access_key_id)
                if key is not None:
                    return _user_key(iam, key, delay) if key.user_name else _session(account, access_key_id)
        return None


def _user_key(iam: Any, key: Any, delay: float) -> Key | None:
    age = (datetime.now(UTC) - _aware(key.create_date)).total_seconds()
    if key.status != "Active" or age < delay:
        return None
    user = iam.users[key.user_name]
    return Key(Caller(iam.account_id, user.arn, user.name), key.secret_access_key)


def _session(account: str, access_key_id: str) -> Key | None:
    sessions: list[Any] = [each for sts in sts_backends[account].values() for each in sts.assumed_roles]
    found = next((session for session in sessions if session.access_key_id == access_key_id), None)
    if found is None:
        return None
    role = found.role_arn.rpartition("/")[2]
    caller = Caller(account, found.arn, role=role, session_policy=found.policy or "")
    return Key(caller, found.secret_access_key, found.session_token, _aware(found.expiration))


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def scope_of(request: Request) -> Scope:
    """Reads the credential scope of the Authorization header.

    Raises: AwsError MissingAuthenticationToken for a request that is not signed with Signature Version 4.
    """
    try:
        credential = _signature_part(request, "Credential")
        access_key_id, _, region, service, _ = credential.split("/")
    except ValueError:
        raise AwsError("MissingAuthenticationToken", NO_SIGNATURE, 403) from None
    return Scope(access_key_id, region, service)


def authenticate(request: Request, scope: Scope, keys: Keys, behavior: Behavior) -> Caller:
    """Returns who signed the request.

    Raises: AwsError with each service's own code for a key that does not work, or SignatureDoesNotMatch.
    """
    key = keys.find(scope.access_key_id, behavior.key_delay)
    if key is None or not hmac.compare_digest(key.token, request.headers.get("X-Amz-Security-Token", "")):
        code = "UnrecognizedClientException" if scope.service == "ses" else "InvalidClientTokenId"
        raise AwsError(code, INVALID_TOKEN, 403)
    if not hmac.compare_digest(_signature(request, scope, key), _signature_part(request, "Signature")):
        raise AwsError("SignatureDoesNotMatch", WRONG_SIGNATURE, 403)
    if key.expires and (behavior.sessions_expired or key.expires <= datetime.now(UTC)):
        code = "ExpiredTokenException" if scope.service == "ses" else "ExpiredToken"
        raise AwsError(code, EXPIRED_TOKEN, 403)
    return key.caller


def partition_of(region: str) -> str:
    """Returns the partition that ARNs of a region name."""
    return str(get_partition(region))


def _signature(request: Request, scope: Scope, key: Key) -> str:
    signed = _signature_part(request, "SignedHeaders").split(";")
    headers = {name: request.headers.get(name, "") for name in signed}
    url = f"http://{request.host}{request.environ['REQUEST_URI']}"
    copy = AWSRequest(method=request.method, url=url, headers=headers, data=request.get_data())
    copy.context["timestamp"] = request.headers.get("X-Amz-Date", "")
    auth = SigV4Auth(Signer(scope.access_key_id, key.secret), scope.service, scope.region)
    to_sign = auth.string_to_sign(copy, auth.canonical_request(copy))
    return str(auth.signature(to_sign, copy))


def _signature_part(request: Request, name: str) -> str:
    parts = request.headers.get("Authorization", "").removeprefix("AWS4-HMAC-SHA256").split(",")
    pairs = (part.strip().partition("=") for part in parts)
    return next((value for key, _, value in pairs if key == name), "")
