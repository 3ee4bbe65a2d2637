"""Makes boto3 clients from the provider's configuration, and refuses every endpoint but this machine's."""

import json
import os
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import boto3

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_route53 import Route53Client
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sts import STSClient
    from mypy_boto3_sts.type_defs import GetCallerIdentityResponseTypeDef

_Client = TypeVar("_Client")

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})


class RefusedError(Exception):
    """Why the plug-in does not do what it was asked."""


class Aws:
    """One configured provider.

    Raises: RefusedError when there is no region, or on the first client whose endpoint is not on this machine.
    """

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.config = {key: _decode(value) for key, value in config.items()}
        self.region = self._region()
        self._session = boto3.Session(
            aws_access_key_id=self.config.get("accessKey"),
            aws_secret_access_key=self.config.get("secretKey"),
            aws_session_token=self.config.get("token"),
            region_name=self.region,
            profile_name=self.config.get("profile"),
        )
        roles: list[Mapping[str, Any]] = self.config.get("assumeRoles") or []
        for role in roles:
            self._session = self._assume_role(role)

    def _assume_role(self, role: Mapping[str, Any]) -> boto3.Session:
        """Returns a session with a role's credentials, which the credentials before it are given."""
        sts: STSClient = self._local(self._session.client("sts", endpoint_url=self._endpoint("sts")))
        asked = {"RoleSessionName": role.get("sessionName") or "stand-in", "ExternalId": role.get("externalId")}
        given: dict[str, Any] = {name: value for name, value in asked.items() if value}
        keys = sts.assume_role(RoleArn=role["roleArn"], **given)["Credentials"]
        return boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], self.region)

    @cached_property
    def iam(self) -> "IAMClient":
        """Returns the client for IAM."""
        return self._local(self._session.client("iam", endpoint_url=self._endpoint("iam")))

    @cached_property
    def route53(self) -> "Route53Client":
        """Returns the client for Route 53."""
        return self._local(self._session.client("route53", endpoint_url=self._endpoint("route53")))

    @cached_property
    def sts(self) -> "STSClient":
        """Returns the client for STS."""
        return self._local(self._session.client("sts", endpoint_url=self._endpoint("sts")))

    def sesv2(self, region: str) -> "SESV2Client":
        """Returns a client for SES in a region, which a resource may choose for itself."""
        endpoint = self._endpoint("sesv2")
        return self._local(self._session.client("sesv2", region_name=region, endpoint_url=endpoint))

    def sns(self, region: str) -> Any:
        """Returns a client for SNS in a region."""
        return self._untyped("sns", region)

    def cloudwatch(self, region: str) -> Any:
        """Returns a client for CloudWatch in a region."""
        return self._untyped("cloudwatch", region)

    def _untyped(self, service: str, region: str) -> Any:
        """Returns a client that the types of boto3 in this environment do not know."""
        session: Any = self._session
        return self._local(session.client(service, region_name=region, endpoint_url=self._endpoint(service)))

    @cached_property
    def identity(self) -> "GetCallerIdentityResponseTypeDef":
        """Returns who the credentials belong to."""
        return self.sts.get_caller_identity()

    @cached_property
    def partition(self) -> str:
        """Returns the partition of the region, as ARNs name it."""
        return self._session.get_partition_for_region(self.region)

    def tags(self, tags: Mapping[str, str] | None) -> dict[str, str]:
        """Returns a resource's tags on top of the provider's default tags."""
        defaults: Mapping[str, Any] = self.config.get("defaultTags") or {}
        return {**(defaults.get("tags") or {}), **(tags or {})}

    def _region(self) -> str:
        names = ("AWS_REGION", "AWS_DEFAULT_REGION")
        region = self.config.get("region") or next(filter(None, map(os.environ.get, names)), None)
        if not region:
            raise RefusedError("Missing region configuration! Set aws:region or AWS_REGION.")
        return str(region)

    def _endpoint(self, service: str) -> str | None:
        endpoints: list[dict[str, str]] = self.config.get("endpoints") or []
        return next((each[service] for each in endpoints if each.get(service)), None)

    def _local(self, client: _Client) -> _Client:
        """Returns the client if its endpoint, wherever boto3 found it, is on this machine."""
        url: str = getattr(client, "meta").endpoint_url  # noqa: B009 - every client has it, no common type says so
        if urlsplit(url).hostname not in LOOPBACK_HOSTS:
            raise RefusedError(
                f"the local stand-in for the AWS provider was asked to call {url}\n"
                "It works against the local AWS only: set AWS_ENDPOINT_URL to its address, "
                "or take the stand-in off PATH to use the real provider."
            )
        return client


def _decode(value: Any) -> Any:
    """Reads a configuration value: the protocol sends all but strings as JSON in a string."""
    if not isinstance(value, str) or value[:1] not in "[{tf":
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
