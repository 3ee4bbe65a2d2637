"""Decides whether an access key may call: known, active, old enough, and the request signed with its secret."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as Signer
from moto.iam.models import iam_backends
from moto.utilities.utils import get_partition
from werkzeug.wrappers import Request

from tenant_email.local.aws.wire import AwsError, Caller, Scope

INVALID_TOKEN = "The security token included in the request is invalid."  # noqa: S105 - AWS's own sentence
WRONG_SIGNATURE = (
    "The request signature we calculated does not match the signature you provided. "
    "Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
)
NO_SIGNATURE = "Missing Authentication Token"


@dataclass(frozen=True, repr=False)
class RootKey:
    """Holds credentials of an account that always work: those the stack itself runs with."""

    secret: str
    account: str


@dataclass(frozen=True, repr=False)
class Key:
    """Holds a key that may sign, with the caller it stands for."""

    caller: Caller
    secret: str


class Keys:
    """Looks access keys up among the root keys and in the local IAM."""

    def __init__(self, roots: Mapping[str, RootKey]) -> None:
        self._roots = roots

    def find(self, access_key_id: str, delay: float) -> Key | None:
        """Returns the key when it can be used now; a new one is refused for `delay` seconds, as in AWS."""
        root = self._roots.get(access_key_id)
        if root:
            arn = f"arn:aws:iam::{root.account}:root"
            return Key(Caller(root.account, arn), root.secret)
        for account in {root.account for root in self._roots.values()}:
            key: Any = iam_backends[account]["aws"].access_keys.get(access_key_id)
            if key is not None:
                return _user_key(account, key, delay)
        return None


def _user_key(account: str, key: Any, delay: float) -> Key | None:
    age = (datetime.now(UTC) - _aware(key.create_date)).total_seconds()
    if key.status != "Active" or age < delay:
        return None
    user = iam_backends[account]["aws"].users[key.user_name]
    return Key(Caller(account, user.arn, user.name), key.secret_access_key)


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


def authenticate(request: Request, scope: Scope, keys: Keys, delay: float) -> Caller:
    """Returns who signed the request.

    Raises: AwsError with each service's own code for a key that does not work, or SignatureDoesNotMatch.
    """
    key = keys.find(scope.access_key_id, delay)
    if key is None:
        code = "UnrecognizedClientException" if scope.service == "ses" else "InvalidClientTokenId"
        raise AwsError(code, INVALID_TOKEN, 403)
    if not hmac.compare_digest(_signature(request, scope, key), _signature_part(request, "Signature")):
        raise AwsError("SignatureDoesNotMatch", WRONG_SIGNATURE, 403)
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
