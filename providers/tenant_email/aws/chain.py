"""Opens clients of AWS: whose credentials sign, where they are found and renewed, and that none of it takes forever.

botocore looks credentials up in files, programs, sign-ins and metadata servers, some of which have no timeout at all.
So it is all done on a thread that is waited for no longer than `Pace.credentials`.
"""

from __future__ import annotations

import os
import threading
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, TypedDict, TypeVar, Unpack, overload

import boto3
import botocore.session
from botocore import UNSIGNED, credentials
from botocore.config import Config
from botocore.exceptions import NoCredentialsError, ProfileNotFound
from botocore.loaders import Loader, create_loader
from botocore.utils import FileWebIdentityTokenLoader

from tenant_email.aws.answers import guard
from tenant_email.aws.bounds import OWN_BUNDLE, bound, bundle
from tenant_email.aws.explain import translate_errors
from tenant_email.aws.pace import Pace
from tenant_email.errors import InvalidSettings, Problem, Unauthorized
from tenant_email.tenants.authorities import Authorities, AuthorityFile, of_environment
from tenant_email.tenants.proxies import PROXY_URL, proxy_of
from tenant_email.waiting import TimedOutError, run_within

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from botocore.client import BaseClient
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_route53 import Route53Client
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sts import STSClient

    from tenant_email.aws.access import Access, AwsProvider, WebIdentityRole
    from tenant_email.json_types import Props, PropsView

T = TypeVar("T")

_OPENING: Final = "opening a session"
_FROM_A_MACHINE: Final = "iam-role"  # botocore's name for the metadata server of an EC2 instance


class _Keys(TypedDict, total=False):
    """The keys that botocore signs the question for a role with."""

    aws_access_key_id: str
    aws_secret_access_key: str
    aws_session_token: str


class MetricsClient(Protocol):
    """What is called of CloudWatch."""

    def get_metric_data(self, **parameters: Unpack[_MetricQuery]) -> PropsView:
        """Returns values of metrics."""
        ...


class TopicsClient(Protocol):
    """What is called of SNS."""

    def get_topic_attributes(self, **parameters: str) -> PropsView:
        """Returns what a topic is."""
        ...


class KeysClient(Protocol):
    """What is called of KMS."""

    def describe_key(self, **parameters: str) -> PropsView:
        """Returns what a key is, by any of its names."""
        ...

    def get_key_policy(self, **parameters: str) -> PropsView:
        """Returns the policy of a key, by its id."""
        ...


class _MetricQuery(TypedDict):
    MetricDataQueries: list[Props]
    StartTime: datetime
    EndTime: datetime
    ScanBy: Literal["TimestampDescending"]


class AwsSession:
    """A session for one way to reach AWS and one region; its clients share credentials.

    Each object has a session of its own, because boto3's default one is not safe to share between threads.
    """

    def __init__(self, who: str, access: Access, region: str | None, pace: Pace | None = None) -> None:
        self._who = who
        self._pace, self._provider = pace or Pace(), access.provider
        self._core = _core(access)
        self._session = boto3.Session(botocore_session=self._core, region_name=region or None)
        self._core.register_component("data_loader", _descriptions(self._core.get_config_variable("data_path")))
        self._core.register_component(
            # In place of botocore's own resolver, which may wait for minutes for a metadata server that is not there.
            "credential_provider",
            _CredentialResolver(self._finder(), self._pace.credentials),
        )

    @overload
    def client(self, service: Literal["iam"]) -> IAMClient: ...
    @overload
    def client(self, service: Literal["route53"]) -> Route53Client: ...
    @overload
    def client(self, service: Literal["sesv2"]) -> SESV2Client: ...
    @overload
    def client(self, service: Literal["sts"]) -> STSClient: ...
    @overload
    def client(self, service: Literal["cloudwatch"]) -> MetricsClient: ...
    @overload
    def client(self, service: Literal["kms"]) -> KeysClient: ...
    @overload
    def client(self, service: Literal["sns"]) -> TopicsClient: ...
    def client(self, service: Literal["cloudwatch", "iam", "kms", "route53", "sesv2", "sns", "sts"]) -> Any:
        """Returns a client whose answers are looked at; `ses eu-west-1` and the like begins its messages.

        Raises:
            PlatformError: there is no region, or an endpoint that is none.
            InvalidSettings: the proxy to AWS is none, or the file of certificate authorities.
        """
        with translate_errors(self._who, _OPENING):
            session: Any = self._session  # its stubs know of no service but those that they are installed for
            return self._bind(session.client(service, **self._options(service)), service)

    def _bind(self, client: BaseClient, service: str) -> BaseClient:
        # On every client, those of STS too: an answer that is no answer of AWS must not become credentials.
        guard(client, f"{service.removesuffix('v2')} {client.meta.region_name}")
        authorities = self._authorities()
        if problems := _way_problems(client.meta.endpoint_url, authorities):
            raise InvalidSettings(self._who, tuple(problems))
        bound(client, self._pace, authorities)
        return client

    def _authorities(self) -> Authorities:
        """Returns whom TLS trusts: AWS's own settings go before what counts for tenants too."""
        own = self._provider.custom_ca_bundle or (self._core.get_config_variable("ca_bundle") or "").strip()
        if not own:
            return of_environment()
        named = (name for name in (OWN_BUNDLE, "REQUESTS_CA_BUNDLE") if os.environ.get(name, "").strip() == own)
        source = (
            "aws:customCaBundle" if self._provider.custom_ca_bundle else next(named, "ca_bundle of the AWS profile")
        )
        return Authorities((AuthorityFile(own, source),), OWN_BUNDLE)

    def _options(self, service: str) -> Props:
        provider = self._provider
        config = Config(
            retries={"mode": "standard", "total_max_attempts": self._pace.attempts},
            connect_timeout=self._pace.connect_timeout,
            read_timeout=self._pace.read_timeout,
            use_fips_endpoint=provider.use_fips_endpoint,
            use_dualstack_endpoint=provider.use_dualstack_endpoint,
        )
        return {
            "config": config,
            "endpoint_url": provider.endpoints.get(service),
            "verify": bundle(self._authorities()),
        }

    def _finder(self) -> Callable[[], credentials.Credentials]:
        """Returns what finds the credentials: the base, then one role after the other."""
        resolver, provider = self._core.get_component("credential_provider"), self._provider
        if provider.skip_metadata_api_check:
            resolver.remove(_FROM_A_MACHINE)

        def find() -> credentials.Credentials:
            base = self._web_identity() or _explicit_keys(provider) or resolver.load_credentials()
            if base is None:
                raise NoCredentialsError
            # In order, each signed for by the one before it, as pulumi_aws chains them.
            for role in provider.assume_roles:
                fetcher = credentials.AssumeRoleCredentialFetcher(self._sts, base, role.role_arn, role.request())
                base = credentials.DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role")
            return base

        return find

    def _web_identity(self) -> credentials.Credentials | None:
        role = self._provider.assume_role_with_web_identity
        if role is None:
            return None
        request = role.request()
        if "RoleSessionName" not in request and (name := os.environ.get("AWS_ROLE_SESSION_NAME")):
            request["RoleSessionName"] = name
        fetcher = credentials.AssumeRoleWithWebIdentityCredentialFetcher(
            self._sts, _token(role), role.role_arn or os.environ.get("AWS_ROLE_ARN", ""), request
        )
        return credentials.DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role-with-web-identity")

    def _sts(self, service: str, *, config: Config | None = None, **keys: Unpack[_Keys]) -> BaseClient:
        """Makes the client that asks for a role's credentials; botocore calls it."""
        options = self._options(service)
        if config is not None:  # a token of an OpenID Connect provider signs for itself
            options["config"] = options["config"].merge(Config(signature_version=UNSIGNED))
        region = self._provider.sts_region or self._session.region_name
        return self._bind(self._core.create_client(service, region_name=region, **options, **keys), service)


def open_session(who: str, access: Access, region: str | None, pace: Pace | None = None) -> AwsSession:
    """Opens a session; raises Unauthorized for a profile that is not there. `who` begins messages."""
    with translate_errors(who, _OPENING, f"with profile {access.profile}" if access.profile else ""):
        return AwsSession(who, access, region, pace)


def profiles(provider: AwsProvider) -> list[str]:
    """Returns the names of the profiles that AWS's files on this machine hold; nothing is sent anywhere."""
    return list(botocore_session(None, provider).available_profiles)


def botocore_session(profile: str | None, provider: AwsProvider) -> botocore.session.Session:
    """Returns a session that reads the files an AWS provider names."""
    session = botocore.session.Session(profile=profile)
    files = {"config_file": provider.shared_config_files, "credentials_file": provider.shared_credentials_files}
    for name, given in files.items():
        if given:
            session.set_config_variable(name, given[0])
    return session


@cache
def _descriptions(search_path: str | None) -> Loader:
    """Returns what reads the descriptions of AWS's services, which each session would look through for itself."""
    return create_loader(search_path)


def _core(access: Access) -> botocore.session.Session:
    core = botocore_session(access.profile, access.provider)
    if access.profile is not None and access.profile not in core.available_profiles:
        raise ProfileNotFound(profile=access.profile)
    return core


def _explicit_keys(provider: AwsProvider) -> credentials.Credentials | None:
    if not (provider.access_key and provider.secret_key):
        return None
    token = provider.token.reveal() if provider.token else None
    return credentials.Credentials(provider.access_key, provider.secret_key.reveal(), token, method="explicit")


def _token(role: WebIdentityRole) -> Callable[[], str]:
    if role.web_identity_token:
        return role.web_identity_token.reveal
    path = role.web_identity_token_file or os.environ.get("AWS_WEB_IDENTITY_TOKEN_FILE", "")
    return FileWebIdentityTokenLoader(path)


class _CredentialResolver:
    """What botocore asks for credentials."""

    def __init__(self, find: Callable[[], credentials.Credentials], seconds: float) -> None:
        self._chain = BoundedCredentials(find, seconds)

    def load_credentials(self) -> BoundedCredentials:
        """Returns the credentials, which are looked up when the first request is signed."""
        return self._chain


class BoundedCredentials:
    """Credentials that are found, and renewed, in bounded time; botocore needs no more of them than this."""

    method = "tenant-email"
    account_id = None

    def __init__(self, find: Callable[[], credentials.Credentials], seconds: float) -> None:
        self._find, self._seconds, self._lock = find, seconds, threading.Lock()
        self._found: credentials.Credentials | None = None

    def get_frozen_credentials(self) -> credentials.ReadOnlyCredentials:
        """Returns credentials to sign with.

        Raises:
            Unauthorized: they were not there in time.
        """
        if self._found is not None and not getattr(self._found, "refresh_needed", bool)():
            return self._found.get_frozen_credentials()
        return find_in_time(self._seconds, self._look_up)

    def get_deferred_property(self, name: str) -> Callable[[], str | None]:
        """Returns what looks a part of the credentials up."""
        return lambda: getattr(self.get_frozen_credentials(), name)

    def _look_up(self) -> credentials.ReadOnlyCredentials:
        with self._lock:
            if self._found is None:
                self._found = self._find()
            found = self._found
        return found.get_frozen_credentials()


def find_in_time(seconds: float, look_up: Callable[[], T]) -> T:
    """Returns what a lookup of credentials finds; Unauthorized when it takes longer than so many seconds.

    Nobody can stop it, and it changes nothing: so it is left as it is.
    """
    try:
        return run_within(seconds, look_up, "aws-credentials")
    except TimedOutError:
        message = f"aws: looking up the credentials took longer than {seconds:g} s"
        remedy = (
            "Run `aws sts get-caller-identity` to see what hangs: a credential_process, a sign-in, a metadata server."
        )
        raise Unauthorized(message, remedy=remedy) from None


def _way_problems(endpoint: str, authorities: Authorities) -> list[Problem]:
    """Returns what is wrong with the way to AWS: its proxy, and whom TLS trusts."""
    proxy = proxy_of(endpoint)
    problems = [Problem(proxy.variable, proxy.flaw, PROXY_URL)] if proxy.flaw else []
    if proxy.url.lower().startswith("socks"):
        remedy = f"Set {proxy.variable} to an HTTP proxy, or add .amazonaws.com to NO_PROXY."
        problems.append(
            Problem(proxy.variable, f"names a SOCKS proxy, {proxy.host}, which AWS's SDK does not use", remedy)
        )
    return [*problems, *(authorities.problems() if endpoint.startswith("https:") else [])]
