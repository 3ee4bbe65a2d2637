"""From what a fleet file says of a sending domain to the arguments of SesSendingDomain."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from tenant_email.aws import smtp_password
from tenant_email.aws.dns_records import normalize_domain, normalize_mail_from
from tenant_email.errors import InvalidSettings, Problem
from tenant_email.fleet.merging import merge
from tenant_email.fleet.settings import DomainOfFile, SettingsReader, UnknownSecrets
from tenant_email.fleet.shapes import RENAMED_FROM
from tenant_email.inputs.unknowns import is_known
from tenant_email.json_types import Json, Props, PropsView, is_object
from tenant_email.resources import dns_hosts
from tenant_email.resources.ses_event_values import Events
from tenant_email.resources.ses_values import DnsZone, IamUser, ReplicaDkim

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pulumi

    from tenant_email.fleet.document import Fleet, Tenant
    from tenant_email.resources.dns_publishing import DnsRecordToPublish

SECOND: Final = "second_region"
SENDS_THROUGH: Final = "sends_through"
"""The setting of a tenant that names one of the regions."""
_OF_THE_FILE: Final = frozenset({SECOND, RENAMED_FROM})
"""What is no argument of the component."""
_DKIM: Final = "dkim"
_OF_ONE_REGION: Final = frozenset(
    {SECOND, "mail_from", "dmarc", "dmarc_reports", "configuration_set", "active_key", "user"}
)
"""What the domain has once, or each region of its own."""
_OF_ONE_USER: Final = frozenset({"name", "policy_name"})

_SMTP_HOST: Final = "smtp_host"
_SMTP_OUTPUTS: Final = (_SMTP_HOST, "smtp_port", "smtp_username", "smtp_password")
SHARED_OUTPUTS: Final = ("region", "access_key_id", "secret_access_key", *_SMTP_OUTPUTS)
"""The outputs of a shared domain's stack that the stacks of its tenants read."""

CONFIGURATION_SET: Final = "configuration_set"
"""One more, where its mail uses a set."""

PREFIXES: Final = ("", f"{SECOND}_")
"""What the names of these outputs begin with: those of the first region, and those of the second one."""

_IAM_HAS_ONE: Final = "IAM has one"
OF_EACH_REGION: Final = {
    "mail_from": "SES allows one MX record, and it names the region",
    "user.name": _IAM_HAS_ONE,
    "user.policy_name": _IAM_HAS_ONE,
}
"""What each region of a domain has of its own, and why."""
_LOGINS: Final = {"cloudflare": ("CLOUDFLARE_API_TOKEN",), "digitalocean": ("DIGITALOCEAN_TOKEN",)}


@dataclass(frozen=True, slots=True)
class DomainArguments:
    """The arguments of a sending domain, and what is wrong with them."""

    values: Props = field(repr=False)
    problems: tuple[Problem, ...]


class DomainByOutputs(DomainOfFile, ABC):
    """A sending domain of the file as what sends with its key has it; a subclass says what its outputs are.

    arguments: what the file says of it, in the region that is meant. region: that region; empty where the file does not
    say.
    """

    def __init__(self, arguments: PropsView, region: str) -> None:
        super().__init__(arguments)
        self.configuration_set = self.output(CONFIGURATION_SET) if _has_set(arguments) else None
        self._region = region

    @abstractmethod
    def output(self, name: str) -> Any:
        """Returns one of its outputs."""
        ...

    def __getattr__(self, name: str) -> Any:
        if name not in SHARED_OUTPUTS:
            raise AttributeError(name)
        if name == _SMTP_HOST and self._region:
            smtp_password.smtp_host(self._region)  # which raises where there is none
        return self.output(name)


def domain_arguments(given: PropsView, at: str, folder: Path, *, registers: bool) -> DomainArguments:
    """Returns the arguments of a domain that the file has at a path.

    With `registers` the records are those of the DNS host's own provider, whose package has to be there; else they are
    judged without it.
    """
    problems: list[Problem] = []
    found = {name: value for name, value in given.items() if name not in _OF_THE_FILE}
    for name, kind in (("events", Events), ("user", IamUser)):
        if is_object(found.get(name)):
            reader = SettingsReader(folder, UnknownSecrets(), f"{at}.{name}")
            made = kind(**reader.arguments(kind, found[name]))
            problems += reader.problems
            found[name] = None if reader.problems else made
    if is_object(dns := found.get("dns")):
        wrong = [] if registers else _zone_problems(dns)
        problems += [replace(each, path=f"{at}.dns.{each.path}") for each in wrong]
        found["dns"] = None if wrong else _zone(dns) if registers else _judged_zone(dns)
    return DomainArguments(found, tuple(problems))


def domain_of(fleet: Fleet, tenant: Tenant) -> Props | None:
    """Returns the sending domain of a tenant as the file has it: its own, or one that it shares."""
    found = tenant.own_domain or fleet.sending_domains.get(tenant.shared_domain)
    return found if is_object(found) else None


def regions_of(given: PropsView, region: Json = None) -> tuple[str, ...]:
    """Returns the regions of a domain, the first one first; `region` is the one of a domain that names none."""
    second = given.get(SECOND)
    found = (given.get("region") or region, second.get("region") if is_object(second) else None)
    return tuple(each for each in found if isinstance(each, str))


def region_of(fleet: Fleet, given: PropsView) -> str:
    """Returns the region of a domain, or of a part of it; empty where the file does not say."""
    return str(given.get("region") or fleet.aws.get("region") or "")


def in_second_region(given: PropsView) -> Props:
    """Returns the arguments of a domain's second region: what it does not say is as in the first one."""
    second = given[SECOND]
    same = {name: value for name, value in given.items() if name not in _OF_ONE_REGION}
    if is_object(user := given.get("user")):
        same["user"] = {name: value for name, value in user.items() if name not in _OF_ONE_USER}
    merged: Props = merge(same, second)
    return {**merged, _DKIM: ReplicaDkim(parent_region=given.get("region") or "")}


def regional_arguments(fleet: Fleet, given: PropsView, at: str) -> tuple[tuple[str, Props], ...]:
    """Returns for each region of a domain the prefix of its outputs, and the arguments that it is registered with.

    Raises:
        InvalidSettings: with everything that keeps the domain from being made, under the path `at`.
    """
    regions, places = all_regions(given), (at, f"{at}.{SECOND}")
    problems = [*region_problems(given, places[1])] if len(regions) > 1 else []
    if problems:
        regions = regions[:1]
    found = [
        domain_arguments(arguments, place, fleet.folder, registers=True)
        for place, (_, arguments) in zip(places, regions, strict=False)
    ]
    if problems := [*problems, *(problem for each in found for problem in each.problems)]:
        raise InvalidSettings(str(fleet.file), tuple(problems))
    return tuple((prefix, each.values) for (prefix, _), each in zip(regions, found, strict=True))


def all_regions(given: PropsView) -> tuple[tuple[str, PropsView], ...]:
    """Returns for each region of a domain what the names of its outputs begin with, and its arguments."""
    first, second = PREFIXES
    found: tuple[tuple[str, PropsView], ...] = ((first, given),)
    return (*found, (second, in_second_region(given))) if given.get(SECOND) is not None else found


def active_region(tenant: Tenant, given: PropsView) -> tuple[str, PropsView]:
    """Returns the same of the region that a tenant sends through."""
    return all_regions(given)[-1 if is_in_second_region(tenant, given) else 0]


def is_in_second_region(tenant: Tenant, domain: PropsView) -> bool:
    """Returns whether a tenant sends through the second region of its domain."""
    second, region = domain.get(SECOND), tenant.email.get(SENDS_THROUGH)
    return is_object(second) and region is not None and region == second.get("region")


def second_name(name: str, region: str) -> str:
    """Returns the name of the resources of a domain's second region."""
    return f"{name}-{region}"


def region_problems(given: PropsView, at: str) -> Iterator[Problem]:
    """Yields what keeps a domain from being in the second region that the file has at a path."""
    second = given[SECOND]
    if given.get("region") is None:
        remedy = "Name the region of the domain itself: aws.region is to be another one on the day that it is down."
        yield Problem(f"{at}.region", "is of a domain that does not name its first region", remedy)
    elif second["region"] == given["region"]:
        yield Problem(f"{at}.region", "is the domain's first region", "Name another one.")
    for name, why in OF_EACH_REGION.items():
        first, other = (regional_name(each, name, given["domain"]) for each in (given, second))
        if other and first == other:
            yield Problem(f"{at}.{name}", f"is that of the first region too: {why}", "Give it another one.")


def regional_name(given: PropsView, name: str, domain: str) -> str:
    """Returns a name that each region has of its own, as SES keeps it and IAM compares it; empty for what is none."""
    if name == "mail_from":
        with suppress(ValueError):
            return normalize_mail_from(given[name], normalize_domain(domain)) if given.get(name) else ""
        return ""
    user = given.get("user")
    return str(user.get(name.removeprefix("user.")) or "").lower() if is_object(user) else ""


def sends_through_problem(fleet: Fleet, tenant: Tenant, domain: PropsView) -> list[Problem]:
    """Returns what is wrong with the region that a tenant sends through, if it names one."""
    region, known = tenant.email.get(SENDS_THROUGH), regions_of(domain, fleet.aws.get("region"))
    if not domain or region is None or not is_known(region) or region in known:
        return []
    what = f"is no region of the tenant's sending domain, which is in {' and '.join(known) or 'none that it names'}"
    at = f"tenants.{tenant.name}.email.{SENDS_THROUGH}"
    return [Problem(at, what, f"Correct it, or give the domain that {SECOND}.")]


def logins_of(given: PropsView) -> tuple[str, ...]:
    """Returns the variables by which the DNS host of a domain is logged in to, where it has no other way."""
    dns = given.get("dns")
    return _LOGINS.get(str(dns.get("host")), ()) if is_object(dns) else ()


def shared_outputs(fleet: Fleet, given: PropsView) -> tuple[str, ...]:
    """Returns the outputs of a domain's stack that its tenants read: without SMTP's where its region has no SMTP."""
    region = region_of(fleet, given)
    without = _SMTP_OUTPUTS if region and not smtp_password.has_smtp(region) else ()
    found = tuple(name for name in SHARED_OUTPUTS if name not in without)
    return (*found, CONFIGURATION_SET) if _has_set(given) else found


def _has_set(given: PropsView) -> bool:
    return given.get("configuration_set") is not None or given.get("events") is not None


def _zone(given: Props) -> DnsZone:
    from tenant_email import dns  # noqa: PLC0415 - only what has a zone at a host needs it

    known = {name: value for name, value in given.items() if name != "host"}
    made: DnsZone = getattr(dns, given["host"])(**known)
    return made


def _zone_problems(given: Props) -> list[Problem]:
    """Returns what a host would not take, whose package need not be there; of Route 53 the component says it."""
    host = dns_hosts.HOSTS.get(given["host"])
    return host.problems(given) if host else []


def _judged_zone(given: Props) -> DnsZone:
    if given["host"] == "route53":
        return _zone(given)
    shared: Props = {name: given[name] for name in ("existing", "look_first") if name in given}
    name: Json = given.get("zone") or given.get("zone_name") or given.get("domain")
    return DnsZone(name=name, publish=_publishes_nothing, **shared)


def _publishes_nothing(_: DnsRecordToPublish, __: pulumi.ResourceOptions, /) -> Any:
    """Stands where a host's own provider publishes."""
