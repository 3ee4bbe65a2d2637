"""By what AWS is reached: a profile, and what else an AWS provider of the stack says.

Its names and shapes are those of pulumi_aws, in a stack's config (`aws:assumeRoles`) as in the inputs of a provider
resource, where each value but a string is JSON in a string.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, ClassVar, Final, Literal, Self

from pydantic import AfterValidator, Field

from tenant_email.aws.provider_settings import KEYS, provider_props, snake
from tenant_email.errors import InvalidSettings, Problem
from tenant_email.inputs.fields import Text, TextMap
from tenant_email.inputs.model import Model, parse
from tenant_email.redaction.secrets import Secret

if TYPE_CHECKING:
    from tenant_email.json_types import Props, PropsView

_DURATION: Final = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?<=.)")
_NO_KEYS: Final = (
    "Access keys cannot be inputs, because inputs are stored in the state. Set a profile or assume_roles on the "
    "provider, put the keys in the stack config (pulumi config set --secret aws:secretKey) or in the environment, or "
    "set profile= for SES."
)


def _duration(value: str) -> str:
    if not _DURATION.fullmatch(value):
        raise ValueError("is not a duration\nWrite it as 1h, 30m or 900s.")
    return value


class _Role(Model):
    duration: Annotated[Text, AfterValidator(_duration)] | None = None
    """How long the role is taken for, as in "1h30m" or "900s"."""
    policy: str | None = None
    """A policy in JSON that narrows what the role may do."""
    policy_arns: list[str] = Field(default_factory=list[str])
    """ARNs of policies that narrow what the role may do."""
    session_name: Text | None = None
    """What AWS's logs call the session."""

    def request(self) -> Props:
        """Returns what STS is asked for in addition to the role's ARN."""
        asked: Props = {
            "RoleSessionName": self.session_name,
            "DurationSeconds": _seconds(self.duration),
            "Policy": self.policy,
            "PolicyArns": [{"arn": arn} for arn in self.policy_arns],
        }
        return {name: value for name, value in asked.items() if value}


class AssumedRole(_Role):
    """One step of a chain of roles; `duration` is as in "1h30m" or "900s"."""

    role_arn: Text
    """The ARN of the role."""
    external_id: Secret | None = None
    """The external id that the role asks for."""
    source_identity: Text | None = None
    """Who takes the role, for AWS's logs."""
    tags: TextMap = Field(default_factory=dict[str, str])
    """Tags of the session."""
    transitive_tag_keys: list[str] = Field(default_factory=list[str])
    """The tags that roles after this one get too."""

    def request(self) -> Props:
        """Returns what STS is asked for in addition to the role's ARN."""
        asked: Props = {
            "ExternalId": self.external_id.reveal() if self.external_id else None,
            "SourceIdentity": self.source_identity,
            "Tags": [{"Key": key, "Value": value} for key, value in self.tags.items()],
            "TransitiveTagKeys": self.transitive_tag_keys,
        }
        return {**super().request(), **{name: value for name, value in asked.items() if value}}


class WebIdentityRole(_Role):
    """A role for the token of an OpenID Connect provider; what is missing is taken from AWS's variables."""

    role_arn: Text | None = None
    """The ARN of the role."""
    web_identity_token: Secret | None = None
    """The token."""
    web_identity_token_file: Text | None = None
    """The path of a file that holds the token."""


class AwsProvider(Model):
    """What an AWS provider says of credentials and endpoints; the rest of it is not needed."""

    internal: ClassVar[frozenset[str]] = frozenset({"keys"})

    keys: Literal["config", "environment", "elsewhere"] | None = None
    """Where the keys of an explicit provider are from; they themselves are in no input."""
    access_key: Text | None = None
    """The id of an access key."""
    secret_key: Secret | None = None
    """Its secret access key."""
    token: Secret | None = None
    """The session token of a temporary key."""
    assume_roles: list[AssumedRole] = Field(default_factory=list[AssumedRole])
    """Roles to take, one after the other."""
    assume_role_with_web_identity: WebIdentityRole | None = None
    """A role to take with a token of an OpenID Connect provider."""
    shared_config_files: list[Text] = Field(default_factory=list[Text])
    """The paths of AWS config files, instead of the usual ones."""
    shared_credentials_files: list[Text] = Field(default_factory=list[Text])
    """The paths of AWS credentials files, instead of the usual ones."""
    sts_region: Text | None = None
    """The region whose STS is asked."""
    endpoints: TextMap = Field(default_factory=dict[str, str])
    """Urls of services, by their names in pulumi_aws, as in "sesv2", instead of AWS's own."""
    use_fips_endpoint: bool | None = None
    """Uses AWS's FIPS endpoints."""
    use_dualstack_endpoint: bool | None = None
    """Uses AWS's endpoints for IPv4 and IPv6."""
    skip_metadata_api_check: bool | None = None
    """Never asks the machine's metadata service for credentials."""
    custom_ca_bundle: Text | None = None
    """The path of a PEM file with the certificate authorities to trust."""


@dataclass(frozen=True)
class Access:
    """One way to reach AWS."""

    profile: str | None = None
    provider: AwsProvider = field(default_factory=AwsProvider)

    @classmethod
    def of(cls, profile: str | None, provider: AwsProvider | None, config: PropsView) -> Self:
        """Returns what counts: an explicit provider's settings, else those of the stack's config.

        `config` holds what the stack's config says about `aws:`, names without that. A profile that is not the
        config's was chosen for itself, so that no credentials of the config come before it.

        Raises:
            InvalidSettings: what the config says is not what pulumi_aws takes.
        """
        if provider is not None and provider.keys == "config":
            keys = AwsProvider.model_validate(provider_props({name: config.get(name) for name in KEYS}))
            return cls(profile, provider.model_copy(update={name: getattr(keys, name) for name in map(snake, KEYS)}))
        if provider is not None:
            return cls(profile, provider)
        # Keys of the config would come before it, and silently win over the profile that was asked for.
        own_choice = profile is not None and profile != config.get("profile")
        settings: PropsView = {} if own_choice else config
        found, problems = parse(AwsProvider, provider_props(settings), "aws")
        if problems:
            raise InvalidSettings("stack config", tuple(problems))
        return cls(profile or config.get("profile"), found)

    def __hash__(self) -> int:
        return hash((self.profile, self.provider.model_dump_json(fallback=hash)))


def provider_problems(provider: AwsProvider) -> list[Problem]:
    """Returns what of an explicit provider SES cannot be reached by, with what to do about it."""
    problems = list[Problem]()
    if provider.keys == "elsewhere":
        problems.append(Problem("aws_provider", "has its own access keys, which cannot be used for SES", _NO_KEYS))
    role = provider.assume_role_with_web_identity
    if role and role.web_identity_token:
        what = "has its own web identity token, which cannot be used for SES"
        problems.append(
            Problem(
                "aws_provider",
                what,
                "Set web_identity_token_file, or put the token in the aws: settings of the stack config.",
            )
        )
    for name in ("shared_config_files", "shared_credentials_files"):
        if len(getattr(provider, name)) > 1:
            remedy = "Put the profiles in one file, or set profile= to one of the default files' profiles."
            problems.append(
                Problem(f"aws_provider.{name}", "lists several files, but only one can be used for SES", remedy)
            )
    return problems


def _seconds(duration: str | None) -> int | None:
    if not duration or not (match := _DURATION.fullmatch(duration)):
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return int(timedelta(hours=hours, minutes=minutes, seconds=seconds).total_seconds()) or None
