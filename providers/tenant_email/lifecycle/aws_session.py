"""What the AWS lifecycles share: one SES client a region and profile, and the account they must be in."""

from __future__ import annotations

import os
import threading
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeVar

from tenant_email.aws.access_keys import Iam
from tenant_email.aws.dns_records import normalise_domain
from tenant_email.aws.pace import Pace
from tenant_email.aws.ses import Ses
from tenant_email.errors import InvalidSettings, Problem, WrongTenant
from tenant_email.lifecycle import session
from tenant_email.model import known

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tenant_email.changes import Props

T = TypeVar("T")

_lock: Final = threading.Lock()
_clients: dict[tuple[str, str | None], Ses] = {}


def ses(region: str, profile: str | None = None) -> Ses:
    """Returns the client for a region and profile; made on first use, shared by all threads."""
    with _lock:
        if (region, profile) not in _clients:
            _clients[region, profile] = Ses(region, profile, of_environment(Pace.from_environ))
        return _clients[region, profile]


def of_environment(read: Callable[[Mapping[str, str]], T]) -> T:
    """Returns what a variable of the environment says; a wrong one is the user's to correct, and no bug of ours."""
    try:
        return read(os.environ)
    except ValueError as error:
        raise InvalidSettings("environment", (Problem("", str(error), "Correct the variable, or unset it."),)) from None


@cache
def iam(region: str | None = None, profile: str | None = None) -> Iam:
    """Returns the IAM client for a profile; the region only says in which partition."""
    return Iam(region, profile)


def guard_account(client: Ses, expected: str | None) -> None:
    """Raises before any write when these credentials belong to another account than the stack's AWS provider."""
    if expected and client.account_id != expected:
        message = f"ses {client.region}: these credentials are for account {client.account_id}, not {expected}"
        remedy = "Give the `profile` that the AWS provider uses, or set AWS_PROFILE for both."
        raise WrongTenant(message, remedy=remedy)


def claim(what: str, desired: Props) -> None:
    """Notes that a resource of the program owns this part of an identity, so that another's removal leaves it alone."""
    session.claim(_ownership(what, desired))


def is_claimed(what: str, recorded: Props) -> bool:
    """Tells whether another resource of the program has it now: a rename must not take it from under that one."""
    return session.is_claimed(_ownership(what, recorded))


def _ownership(what: str, props: Props) -> str:
    # the same domain and region in two accounts are two identities
    account, profile = props.get("expected_account"), props.get("profile")
    return f"aws-ses/{props.get('region')}/{plain_domain(props)}/{what} {account} {profile}"


def moved(recorded: Props, desired: Props) -> list[str]:
    """Returns which of domain and region are others now; another spelling of a domain is the same domain."""
    domain = ["domain"] if plain_domain(recorded) != plain_domain(desired) else []
    return domain + (["region"] if recorded.get("region") != desired.get("region") else [])


def plain_domain(props: Props) -> Any:
    """Returns the domain as SES keeps it, or what stands there when it is none."""
    domain = props.get("domain")
    try:
        return normalise_domain(domain) if isinstance(domain, str) else domain
    except ValueError:
        return domain


def domain_problems(domain: str) -> list[Problem]:
    """Returns what is wrong with a domain name, as far as it is known."""
    if not known(domain):
        return []
    try:
        normalise_domain(domain)
    except ValueError as error:
        return [Problem("domain", str(error), "Write a domain that you own, such as acme.com.")]
    return []


def region_problems(region: str | None) -> list[Problem]:
    """Returns a problem when no region is to be found anywhere."""
    if region is None:
        remedy = "Run: pulumi config set aws:region eu-west-1; or give region=."
        return [
            Problem("region", "is missing: it is neither given, nor in the stack config, nor in AWS_REGION", remedy)
        ]
    return []
