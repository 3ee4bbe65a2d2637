"""What the AWS lifecycles share: one client for a region and a way to reach AWS, and the account they must be in."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, ClassVar

from tenant_email.aws.access import Access, AwsProvider, provider_problems
from tenant_email.aws.dns_records import normalize_domain
from tenant_email.aws.pace import Pace
from tenant_email.aws.regions import region_problem
from tenant_email.errors import InvalidSettings, Problem, WrongTenant
from tenant_email.findings import OwnsObject
from tenant_email.inputs.fields import Text
from tenant_email.inputs.model import Model
from tenant_email.inputs.unknowns import is_known
from tenant_email.operations import operation
from tenant_email.operations.environment import read_environment
from tenant_email.operations.import_ids import refuse

if TYPE_CHECKING:
    from tenant_email.aws.access_keys import Iam
    from tenant_email.aws.route53 import Route53
    from tenant_email.aws.ses import Ses
    from tenant_email.json_types import Props


class AwsTarget(Model):
    """The inputs that say where and by what a resource is made, and in which account that must be."""

    internal: ClassVar[frozenset[str]] = frozenset({"aws_provider"})

    region: Text | None = None
    """The AWS region; else that of the provider's `aws`, or of the environment."""
    profile: Text | None = None
    """An AWS profile; else that of the provider's `aws`, or of the environment."""
    aws_provider: AwsProvider | None = None
    expected_account: Text | None = None
    """The AWS account that this must happen in, as twelve digits; another one is refused (WrongTenant)."""


def ses_of(inputs: AwsTarget) -> Ses:
    """Returns the client for a resource, once its account is known to be the stack's."""
    client = ses(inputs.region or "", access_of(inputs))
    require_account(client, inputs.expected_account)
    return client


def recorded_target(recorded: Props, region: str) -> AwsTarget:
    """Returns where a recorded resource is; its id says the region."""
    names = AwsTarget.model_fields.keys() - {"region"}
    return AwsTarget(region=region, **{name: recorded[name] for name in names if name in recorded})


def target_of_import(id_: str, region: str | None, domain: str | None = None) -> AwsTarget:
    """Returns where an id to import says that something is; raises InvalidSettings for a wrong region or domain."""
    problems = region_problems(region)
    if domain is not None:
        problems += domain_problems(domain)
        if not problems and (known := normalize_domain(domain)) != domain:
            problems.append(Problem("id", f"writes {domain} otherwise than SES", f"Write it with {known}."))
    if problems:
        raise refuse(id_, problems)
    return AwsTarget(region=region)


def default_region() -> str | None:
    """Returns the region of what names none: the stack's config says it, else the environment."""
    names = ("AWS_REGION", "AWS_DEFAULT_REGION")
    configured = operation.current().aws_config().get("region")
    return configured or read_environment(lambda environ: next(filter(None, map(environ.get, names)), None))


def access_of(inputs: AwsTarget) -> Access:
    """Returns by what AWS is reached: as the AWS provider of the resource says, else as the stack's config does."""
    return Access.of(inputs.profile, inputs.aws_provider, operation.current().aws_config())


# boto3 and botocore are loaded with the first client: a host that only checks and compares needs neither.


def ses(region: str, access: Access) -> Ses:
    """Returns the client for a region."""
    from tenant_email.aws.ses import Ses  # noqa: PLC0415 - see above

    def make() -> Ses:
        return Ses(region, access.profile, read_environment(Pace.from_environ), access.provider)

    return operation.current().aws.ses.get((region, access), make)


def iam(region: str | None, access: Access) -> Iam:
    """Returns the IAM client; the region only says in which partition."""
    from tenant_email.aws.access_keys import Iam  # noqa: PLC0415 - see above

    clients = operation.current().aws.iam
    return clients.get((region, access), lambda: Iam(region, access.profile, access.provider))


def route53_of(inputs: AwsTarget) -> Route53:
    """Returns the Route 53 client for a resource; the region only says in which partition."""
    from tenant_email.aws.route53 import Route53  # noqa: PLC0415 - see above

    region, access = inputs.region, access_of(inputs)
    clients = operation.current().aws.route53
    return clients.get((region, access), lambda: Route53(region, access.profile, access.provider))


def require_account(client: Ses, expected: str | None) -> None:
    """Raises before any write when these credentials belong to another account than the stack's AWS provider."""
    # pulumi_aws and boto3 read their credentials from different places: half a stack in another account is hard to
    # undo.
    if expected and client.account_id != expected:
        message = f"ses {client.region}: these credentials are for account {client.account_id}, not {expected}"
        remedy = "Set the `profile` that the AWS provider uses, or set AWS_PROFILE for both."
        raise WrongTenant(message, remedy=remedy)


def claim_of(what: str, desired: Props) -> OwnsObject:
    """Returns the claim of a part of an identity, so that another resource's removal leaves it in place."""
    return OwnsObject(claimed(what, desired), f"the {what} of {plain_domain(desired)} in {desired.get('region')}")


def claimed(what: str, props: Props) -> str:
    """Returns what the resource of a part of an identity claims."""
    # the same domain and region in two accounts are two identities
    account, profile = props.get("expected_account"), props.get("profile")
    return f"aws-ses/{props.get('region')}/{plain_domain(props)}/{what} {account} {profile}"


def replacement_causes(recorded: Props, desired: Props) -> list[str]:
    """Returns which of domain and region are others now; another spelling of a domain is the same domain."""
    domain = ["domain"] if plain_domain(recorded) != plain_domain(desired) else []
    return domain + (["region"] if recorded.get("region") != desired.get("region") else [])


def plain_domain(props: Props) -> object:
    """Returns the domain as SES keeps it, or what stands there when it is none."""
    domain = props.get("domain")
    try:
        return normalize_domain(domain) if isinstance(domain, str) else domain
    except ValueError:
        return domain


def domain_problems(domain: str) -> list[Problem]:
    """Returns what is wrong with a domain name, as far as it is known."""
    if not is_known(domain):
        return []
    try:
        normalize_domain(domain)
    except ValueError as error:
        return [Problem("domain", str(error), "Write a domain that you own, such as acme.com.")]
    return []


def target_problems(inputs: AwsTarget, *, ses: bool = True) -> list[Problem]:
    """Returns what is wrong with where a resource is to be made, and by what; nobody is asked.

    Without `ses` the region only says in which partition, and may be left to the environment.
    """
    missing = inputs.region is None and not ses
    return [*([] if missing else region_problems(inputs.region, ses=ses)), *_access_problems(inputs)]


def region_problems(region: str | None, path: str = "region", *, ses: bool = True) -> list[Problem]:
    """Returns a problem when no region is to be found anywhere, it is none, or SES is not in it."""
    if region is None:
        remedy = "Run: pulumi config set aws:region eu-west-1; or set region=."
        return [Problem(path, "is missing: it is not set here, in the stack config or in AWS_REGION", remedy)]
    if not is_known(region) or operation.current().aws_config().get("skipRegionValidation") == "true":
        return []
    problem = region_problem(path, region, ses=ses)
    return [problem] if problem else []


def _access_problems(inputs: AwsTarget) -> list[Problem]:
    if not is_known(inputs.profile, inputs.aws_provider):
        return []
    problems = provider_problems(inputs.aws_provider) if inputs.aws_provider else []
    try:
        access = access_of(inputs)
    except InvalidSettings as error:
        return [*problems, *error.problems]
    if access.profile and access.profile not in (names := _profiles(access.provider)):
        nearest = f"Write {found[0]}" if (found := get_close_matches(access.profile, names)) else "Make it"
        remedy = f"{nearest}, or run: aws configure --profile {access.profile}."
        problems.append(Problem("profile", f"{access.profile} is not in any AWS config file on this machine", remedy))
    return problems


def _profiles(provider: AwsProvider) -> list[str]:
    from tenant_email.aws.chain import profiles  # noqa: PLC0415 - a profile is rare, and botocore slow to load

    return profiles(provider)
