"""Turns what boto3 raises into the package's errors, each with what to do about it.

Nothing of botocore leaves this package: its messages name no remedy, and its classes are no public interface.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from botocore import exceptions as boto

from tenant_email.aws.bounds import OWN_BUNDLE, NoTimeLeft, NoWholeAnswer
from tenant_email.errors import (
    Conflict,
    Forbidden,
    NotFound,
    PlatformError,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
    error_for,
    redact_external,
)
from tenant_email.tenants.authorities import Authorities, of_environment

if TYPE_CHECKING:
    from collections.abc import Generator

_BY_CODE: Final[dict[str, type[PlatformError]]] = {
    **dict.fromkeys(("AccessDenied", "AccessDeniedException", "UnauthorizedOperation"), Forbidden),
    **dict.fromkeys(("NotFound", "NotFoundException", "NoSuchEntity", "NoSuchHostedZone"), NotFound),
    **dict.fromkeys(("AlreadyExistsException", "ConflictException", "ConcurrentModificationException"), Conflict),
    **dict.fromkeys(
        (
            "TooManyRequestsException",
            "ThrottlingException",
            "Throttling",
            "RequestLimitExceeded",
            "PriorRequestNotComplete",
        ),
        RateLimited,
    ),
    **dict.fromkeys(
        (
            "ExpiredToken",
            "ExpiredTokenException",
            "IncompleteSignature",
            "InvalidClientTokenId",
            "InvalidSignatureException",
            "SignatureDoesNotMatch",
            "UnrecognizedClientException",
        ),
        Unauthorized,
    ),
}
_UNKNOWN_KEY: Final = (
    "AWS does not know this access key. Check the credentials, the profile and that the key is active. It answers the "
    "same in a region that the account has not turned on."
)
_MISMATCH: Final = (
    "The secret access key does not belong to this access key. An SMTP password is not a secret access key. Also "
    "check this machine's clock."
)
_EXPIRED: Final = "The AWS session has expired. Sign in again (aws sso login, or fresh temporary credentials)."
_REMEDIES: Final = {
    "ExpiredToken": _EXPIRED,
    "ExpiredTokenException": _EXPIRED,
    "InvalidClientTokenId": _UNKNOWN_KEY,
    "UnrecognizedClientException": _UNKNOWN_KEY,
    "SignatureDoesNotMatch": _MISMATCH,
    "InvalidSignatureException": _MISMATCH,
    "AlreadyExistsException": 'Set on_existing="adopt" to take it over, or remove it first.',
    "LimitExceededException": "Delete what is no longer used, or ask AWS for a higher quota.",
    "NoSuchHostedZone": "Set zone_id to a hosted zone of this AWS account, or omit it to have it looked up.",
    "PriorRequestNotComplete": "Route 53 is still busy with an earlier change of this zone. Run again.",
    "Throttling": "AWS is throttling requests. Run again when nothing else is calling it.",
    "ConcurrentModificationException": "Someone else is changing it. Run the update again.",
}
_BY_CLASS: Final[dict[type[PlatformError], str]] = {
    RateLimited: (
        "SES accepts one such call per second per account and region. Run again when nothing else is calling it."
    ),
    Unavailable: "The outcome is unknown. Run again; what already exists will be found.",
    Unauthorized: "Check the AWS credentials.",
    NotFound: (
        "Create it in this region first. If it was deleted by hand, run `pulumi refresh`, then `pulumi up` to "
        "recreate it."
    ),
    Conflict: "AWS is still busy with it. Run again in a while.",
    Rejected: "Fix what AWS reports above, then run again.",
}
_NO_CREDENTIALS: Final = (
    "Provide AWS credentials: a profile (the profile input, aws:profile or AWS_PROFILE), "
    "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the machine's role."
)
_TRUST: Final = (
    "Allow the calling credentials sts:AssumeRole on this role, and let the role's trust policy accept them "
    "(principal, external ID, session name)."
)
_TRUST_WEB: Final = (
    "Let the role's trust policy accept the token (issuer, audience, subject), and use a token that has not expired."
)
_SIGN_IN_REMEDY: Final = "Sign in again (aws sso login), and check the profile's account and role."
_OF_CREDENTIALS: Final = {
    "AssumeRole": _TRUST,
    "AssumeRoleWithWebIdentity": _TRUST_WEB,
    "GetRoleCredentials": _SIGN_IN_REMEDY,
    "CreateToken": _SIGN_IN_REMEDY,
}
"""What is called for credentials, in the midst of another call, and what its refusal means."""

_SIGNED_OUT_ERRORS: Final = (
    boto.UnauthorizedSSOTokenError,
    boto.SSOTokenLoadError,
    boto.TokenRetrievalError,
    boto.LoginRefreshRequired,
    boto.LoginTokenLoadError,
)
_CREDENTIAL_ERRORS: Final = (
    boto.NoCredentialsError,
    boto.PartialCredentialsError,
    boto.CredentialRetrievalError,
    boto.ProfileNotFound,
    boto.TokenRetrievalError,
    boto.NoAuthTokenError,
    boto.SSOError,
    boto.LoginError,
)
_REGION_ERRORS: Final = (boto.NoRegionError, boto.InvalidRegionError, boto.EndpointResolutionError)
_UNREACHED_ERRORS: Final = (
    boto.EndpointConnectionError,
    boto.ConnectTimeoutError,
    boto.ProxyConnectionError,
    boto.SSLError,
)
# What the Put calls answer, with status 400, for an identity that does not exist; only Delete says NotFound
# (docs/contracts/aws_ses.md#error-texts).
_GONE: Final = re.compile(
    r"Identity <.*> does not exist\."
    r"|Identity .* is invalid\. Must be a verified email address or domain\."
    r"|Domain .* is not verified for DKIM signing\."
)


@contextmanager
def translate_errors(who: str, operation: str, subject: str = "") -> Generator[None]:
    """Raises the package's error for whatever boto3 raises inside; `who` is such as `ses eu-west-1`."""
    tried = f"{who}: {operation} {subject}".rstrip()
    try:
        yield
    except boto.ClientError as error:
        raise _from_answer(error, tried, who.split(" ", 1)[0], operation) from None
    except boto.BotoCoreError as error:
        raise _from_silence(error, tried) from None
    except ValueError as error:
        # botocore's words for an AWS_ENDPOINT_URL without a scheme; it has no class for it
        if not str(error).startswith("Invalid endpoint"):
            raise
        raise Rejected(
            f"{tried} failed: {redact_external(str(error))}", remedy="Set AWS_ENDPOINT_URL to a URL."
        ) from None


def _from_answer(error: boto.ClientError, tried: str, service: str, operation: str) -> PlatformError:
    answer, metadata = error.response.get("Error", {}), error.response.get("ResponseMetadata", {})
    code, status = answer.get("Code", ""), metadata.get("HTTPStatusCode", 0)
    kind = _class_of(code, answer.get("Message", ""), status)
    # What AWS writes about a wrong signature quotes the request, session token included.
    text = "" if kind is Unauthorized else redact_external(answer.get("Message", ""))
    message = f"{tried} was rejected ({code or status})" + (f": {text}" if text else "")
    if error.operation_name in _OF_CREDENTIALS:
        message = f"{tried} failed at {error.operation_name} ({code or status})" + (f": {text}" if text else "")
        if kind in (Forbidden, Rejected, Unauthorized, NotFound):
            remedy = _EXPIRED if "Expired" in code else _OF_CREDENTIALS[error.operation_name]
            return Unauthorized(message, remedy=remedy, status=status, code=code)
    remedy = f"Allow {service}:{operation} to these AWS credentials." if kind is Forbidden else _remedy(kind, code)
    if kind is Unavailable:
        return Unavailable(message, remedy=remedy, status=status)
    return kind(message, remedy=remedy, status=status, code=code, text=text)


def _class_of(code: str, text: str, status: int) -> type[PlatformError]:
    if code == "BadRequestException" and _GONE.search(text):
        return NotFound
    return _BY_CODE.get(code) or error_for(status)


def _remedy(kind: type[PlatformError], code: str) -> str:
    return _REMEDIES.get(code) or _BY_CLASS.get(kind, "")


def _from_silence(error: boto.BotoCoreError, tried: str) -> PlatformError:
    kind = type(error).__name__
    if isinstance(error, NoTimeLeft | NoWholeAnswer):
        return Unavailable(f"{tried} failed: {error}", remedy=_BY_CLASS[Unavailable])
    if isinstance(error, _SIGNED_OUT_ERRORS):
        return Unauthorized(f"{tried} failed: the AWS session has ended ({kind})", remedy=_EXPIRED)
    if isinstance(error, _CREDENTIAL_ERRORS):
        return Unauthorized(f"{tried} failed: no usable AWS credentials ({kind})", remedy=_NO_CREDENTIALS)
    if isinstance(error, _REGION_ERRORS):
        return Rejected(
            f"{tried} failed: no usable AWS region ({kind})",
            remedy="Set region, aws:region or AWS_REGION to a region that has SES, such as eu-west-1.",
        )
    if isinstance(error, _UNREACHED_ERRORS):
        what, remedy = _unreached(error)
        return Unavailable(f"{tried} could not reach AWS{what} ({kind})", remedy=remedy, uncertain=False)
    return Unavailable(f"{tried} got no usable answer ({kind})", remedy=_BY_CLASS[Unavailable])


def _unreached(error: boto.BotoCoreError) -> tuple[str, str]:
    """Returns (what failed, what to do) where nothing was sent."""
    if isinstance(error, boto.ProxyConnectionError):
        proxy = urlsplit(str(error.kwargs.get("proxy_url", ""))).netloc.rpartition("@")[2]  # its login is left out
        what = f" through the proxy {redact_external(proxy)}"
        return what, "Correct HTTPS_PROXY and the credentials in it, have the proxy allow AWS, or add AWS to NO_PROXY."
    if isinstance(error, boto.SSLError):
        trusted: Authorities = vars(error).get("trusted") or of_environment()
        own = trusted.setting == OWN_BUNDLE
        remedy = f"If your own proxy signs it, set {OWN_BUNDLE} to a PEM file with that authority's certificate. " + (
            f"Trusted are {trusted}." if own else f"Without {OWN_BUNDLE}, {trusted} are trusted."
        )
        return ": its TLS certificate is not accepted", remedy
    return "", "Check the network, AWS_ENDPOINT_URL, and that the region exists and has SES."
