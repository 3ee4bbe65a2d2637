"""What the library would refuse of the sending domains of a fleet: of each, in each region, and of two that collide.

Found by its own pure checks, as `rules` has it: those of SesSendingDomain, and those of its parts that a preview makes.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from itertools import groupby
from typing import TYPE_CHECKING, Final

from tenant_email.aws.dns_records import normalize_domain
from tenant_email.aws.policy import default_set_name
from tenant_email.components.ses_arguments import Given, require_valid
from tenant_email.components.ses_policy import policy_problem, policy_text
from tenant_email.components.ses_sender_arguments import OWN_NAME, USER_PARTS
from tenant_email.errors import InvalidSettings, Problem
from tenant_email.fleet.sending_domains import (
    OF_EACH_REGION,
    SECOND,
    all_regions,
    domain_arguments,
    region_of,
    region_problems,
    regional_name,
    second_name,
)
from tenant_email.inputs.unknowns import is_known
from tenant_email.json_types import Json, Props, is_list, is_object
from tenant_email.operations import aws_session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email.fleet.document import Fleet

_ACCOUNT: Final = "123456789012"  # any: each is as long
_REGION: Final = "us-east-1"  # none is shorter
_ZONE_NAMES: Final = {"azure": "zone_name", "digitalocean": "domain"}
"""What a zone's name is called in `dns`, where it is not `zone`, by host."""
_OF_DNS: Final = {"zone_id": "dns.zone_id", "existing": "dns.existing", "overwrite_records": "dns.overwrite"}
_LISTS: Final = ("from_addresses", "from_display_names", "further_domains")
"""What the policy of a key names, which may make it too long."""
_SHORT: Final = (
    *_LISTS,
    "dmarc_reports",
    "zone_id",
    "zone",
    "publish",
    "prove_sending",
    "verification_timeout",
)


def sending_domains(fleet: Fleet) -> Iterator[tuple[str, str, Json]]:
    """Yields (path, name, arguments) of each sending domain, those of tenants' own first."""
    for name, tenant in fleet.tenants.items():
        if tenant.own_domain is not None:
            yield f"tenants.{name}.email.sending_domain", name, tenant.own_domain
    yield from ((f"sending_domains.{name}", name, given) for name, given in fleet.sending_domains.items())


def domain_problems(fleet: Fleet) -> Iterator[Problem]:
    """Yields what SesSendingDomain would refuse of each domain of a fleet, and of two of them together."""
    region, parts = fleet.aws.get("region"), list(_parts(fleet))
    if isinstance(region, str) and any(each.given.get("region") is None for each in parts):
        yield from _region_problems(region, "aws.region")
    for _, regions in groupby(parts, key=lambda each: each.owner):
        yield from _of_domain(fleet, *regions)
    yield from _collisions(parts)


@dataclass(frozen=True, slots=True)
class _Part:
    """A sending domain in one of its regions: what the file says of it at `at`, of the domain at `owner`.

    name: that of its resources.
    """

    owner: str
    at: str
    name: str
    given: Props = field(repr=False)
    region: str
    profile: str


def _parts(fleet: Fleet) -> Iterator[_Part]:
    """Yields the domains in each of their regions, but for those whose names and types are wrong."""
    for at, name, given in sending_domains(fleet):
        if not is_object(given) or not all(map(is_known, _leaves(given))):
            continue
        for place, (_, there) in zip((at, f"{at}.{SECOND}"), all_regions(given), strict=False):
            profile, region = there.get("profile") or fleet.aws.get("profile") or "", region_of(fleet, there)
            called = name if place == at else second_name(name, region)
            yield _Part(at, place, called, dict(there), region, profile)


def _of_domain(fleet: Fleet, first: _Part, second: _Part | None = None) -> Iterator[Problem]:
    """Yields what is wrong with one domain; of its second region what is not said of the first."""
    found = _of_one_region(fleet, first)
    yield from found
    if second is not None:
        unlike = list(region_problems(first.given, second.at))
        told = {each.what for each in found}
        if not unlike:  # what it has of the first one is said there
            yield from (each for each in _of_one_region(fleet, second) if each.what not in told)
        yield from unlike


def _of_one_region(fleet: Fleet, part: _Part) -> list[Problem]:
    found = domain_arguments(part.given, part.at, fleet.folder, registers=False)
    problems, arguments = list(found.problems), found.values
    if isinstance(part.given.get("region"), str):
        problems += _region_problems(part.region, f"{part.at}.region")
    values: Props = {each.name: arguments.get(each.name) for each in fields(Given)}
    defaults: Props = {
        "dkim": "easy", "active_key": "a", "require_production_access": False, "on_existing": "fail", "overwrite": False
    }  # fmt: skip
    usual: Props = {name: default for name, default in defaults.items() if values[name] is None}
    known: Props = {"region": part.region or None, "short": {name: arguments.get(name) for name in _SHORT}}
    try:
        whole = require_valid(part.name, Given(**values | usual | known))
    except InvalidSettings as error:
        return problems + [
            replace(each, path=part.at if each.path == OWN_NAME else f"{part.at}.{_written(each.path, part.given)}")
            for each in error.problems
        ]
    used = part.given.get("configuration_set") or (whole.events.name if whole.events else None)
    policy = policy_text(whole, part.region or _REGION, _ACCOUNT, [used] if used else [])
    if problem := policy_problem(policy):
        many = max(_LISTS, key=lambda name: len(part.given.get(name) or ()))
        problems.append(replace(problem, path=f"{part.at}.{many}"))
    return problems


def _written(path: str, given: Props) -> str:
    """Returns where the file has what a program may give as an argument of its own, such as `user.name`."""
    name, dot, rest = path.partition(".")
    dns = given.get("dns")
    if name in given:
        return path
    parts = {short: f"user.{part}" for short, part in USER_PARTS.items()}
    if is_object(dns):
        parts |= _OF_DNS | {"zone": f"dns.{_ZONE_NAMES.get(dns['host'], 'zone')}"}
    return f"{parts.get(name, name)}{dot}{rest}"


def _region_problems(region: str, at: str) -> list[Problem]:
    """Returns what is wrong with the name of a region, in the words of the file."""
    config, file = "aws:skipRegionValidation to true in the stack's config", "aws.skipRegionValidation to true"
    found = aws_session.region_problems(region, at)
    return [replace(each, remedy=each.remedy.replace(config, file)) for each in found]


@dataclass(frozen=True, slots=True)
class _Claim:
    """What one domain alone may have in a region: `key` says what it is, the rest what is said of a second one."""

    key: tuple[str, ...]
    path: str
    what: str
    remedy: str = "Give it another one."


def _collisions(parts: list[_Part]) -> Iterator[Problem]:
    """Yields a problem for each domain that has what another one has: two stacks would undo each other."""
    first = dict[tuple[str, ...], str]()
    twins = set[str]()
    for part in parts:
        for claim in _claims(part):
            other = first.setdefault(claim.key, part.owner)
            if other == part.owner or part.owner in twins:
                continue
            yield Problem(claim.path, f"is that of {other} too: {claim.what}", claim.remedy)
            if claim.path.endswith(".domain"):
                twins.add(part.owner)  # of which the rest goes without saying


def _claims(part: _Part) -> Iterator[_Claim]:
    given, at = part.given, part.at
    if domain := _domain_of(given):
        yield _Claim(
            ("identity", domain, part.region, part.profile),
            f"{part.owner}.domain",
            "two stacks would have one identity in SES",
            "Have it once below sending_domains, and name it in each tenant that sends from it.",
        )
        if given.get("dmarc") is not None and given.get("publish") is not False:
            what, remedy = "a domain has one policy, for all regions", "Set dmarc in one of them."
            yield _Claim(("dmarc", domain), f"{at}.dmarc", what, remedy)
        events = given.get("events")
        if is_object(events) and given.get("configuration_set") is None:
            name = events.get("name") or default_set_name(domain)
            what = "a region has one configuration set of a name"
            yield _Claim(("set", str(name), part.region, part.profile), f"{at}.events.name", what)
    for name, why in OF_EACH_REGION.items():
        if called := regional_name(given, name, given["domain"]):
            yield _Claim((name, called, part.profile), f"{at}.{name}", why)


def _domain_of(given: Props) -> str:
    """Returns the domain as SES has it; empty for what is none, which is told elsewhere."""
    with suppress(ValueError):
        return normalize_domain(given["domain"]) if isinstance(given.get("domain"), str) else ""
    return ""


def _leaves(value: Json) -> Iterator[Json]:
    if is_object(value):
        for item in value.values():
            yield from _leaves(item)
    elif is_list(value):
        for item in value:
            yield from _leaves(item)
    else:
        yield value
