"""Chooses among sending domains of several regions the one that a tenant sends through: one setting moves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from tenant_email.aws.policy import ACTIONS
from tenant_email.errors import InvalidSettings, Problem
from tenant_email.json_types import is_object
from tenant_email.resources.arguments import text_problems

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tenant_email.components.ses_place import Whereabouts
    from tenant_email.components.ses_sending_domain import SesSendingDomain
    from tenant_email.resources.ses_values import SendingPolicy

_WHO = "active_sending_domain"
_LIMITS = ("from_addresses", "further_domains", "from_display_names", "recipients")
_SAME = "Give both the same: what one of them may not send would be refused once the tenant is moved."


def active_sending_domain(domains: Mapping[str, SesSendingDomain], active: str) -> SesSendingDomain:
    """Returns the sending domain that is to be used now; the others are there for the day that its region is not.

    Each has a key, a policy and an SMTP password of its own, so host, user and password change together, in one write.
    All of them must be able to send the same mail: one that could not would be found out on the worst day.

    Args:
        domains: one domain in several regions, each by a name, such as its region.
        active: the name of the one to use, known before deployment.

    Raises:
        InvalidSettings: there is none of that name, they are not alike, or two are in one region of one account.

    """
    problems = list(_problems(domains, active))
    if problems:
        raise InvalidSettings(_WHO, tuple(problems))
    for each in domains.values():
        each.held_here = True  # a standby's key is the tenant's too: a rotation takes it from under nobody
    found = pulumi.Output.all(*(each.find_whereabouts() for each in domains.values()))
    found.apply(lambda known: _require_apart(domains, known))
    return domains[active]


def _require_apart(domains: Mapping[str, SesSendingDomain], known: Sequence[Whereabouts]) -> None:
    """Refuses, in the preview, a standby that fails with another, or that a tenant which sends by SMTP cannot reach."""
    problems, first = list[Problem](), dict[tuple[str, str], str]()
    some_smtp = any(at.has_smtp for at in known)
    for (name, domain), at in zip(domains.items(), known, strict=True):
        path = f"domains.{name}"
        if (other := first.setdefault((at.account, at.region), name)) != name:
            remedy = "Put each in a region of its own: a standby there is down with the other."
            problems.append(Problem(path, f"is in {at.region}, as {other} is", remedy))
        if at.has_smtp or not some_smtp:
            continue
        what, through = f"is in {at.region}, where SES has no SMTP endpoint", domain.sending_policy.sends_through
        if through is not None and through.ses_path == "smtp":
            problems.append(Problem(path, what, "Choose a region that has one, or send through SES's API."))
        elif through is None:
            pulumi.log.warn(f"{_WHO}: {path}: {what}: a tenant that sends by SMTP cannot be moved there", domain)
    if problems:
        raise InvalidSettings(_WHO, tuple(problems))


def _problems(domains: object, active: object) -> Iterator[Problem]:
    if not is_object(domains) or not domains:
        what = f"is {'empty' if is_object(domains) else f'a {type(domains).__name__}'}"
        yield Problem("domains", what, 'Pass a dict, as in {"eu-west-1": europe, "us-east-1": america}.')
        return
    from tenant_email.components.ses_sending_domain import SesSendingDomain  # noqa: PLC0415 - it is loaded where one is

    yield from (problem for name in domains for problem in text_problems(**{f"domains.{name}": name}))
    wrong = [name for name, each in domains.items() if not isinstance(each, SesSendingDomain)]
    for name in wrong:
        what = f"is a {type(domains[name]).__name__}"
        yield Problem(f"domains.{name}", what, "Pass a SesSendingDomain(…).")
    wrong_active = text_problems(active=active)
    yield from wrong_active
    if not wrong_active and active not in domains:
        names = " or ".join(str(name) for name in domains)
        yield Problem("active", f"{active!r} is none of the domains", f"Use {names}.")
    if not wrong:
        yield from _unlike(domains)


def _unlike(domains: Mapping[str, SesSendingDomain]) -> Iterator[Problem]:
    """Yields in what a domain is not like the first."""
    (first, model), *others = domains.items()
    for name, each in others:
        path = f"domains.{name}"
        if each.domain != model.domain:
            remedy = "Use one domain in several regions: a tenant's senders are of one."
            yield Problem(path, f"is {each.domain}, and {first} is {model.domain}", remedy)
        mine, theirs = each.sending_policy, model.sending_policy
        for limit in _LIMITS:
            if set(getattr(mine, limit)) != set(getattr(theirs, limit)):
                yield Problem(path, f"has other {limit} than {first}", _SAME)
        if not _actions(theirs) <= _actions(mine):
            yield Problem(path, f"has another sends_through than {first}", _SAME)


def _actions(policy: SendingPolicy) -> set[str]:
    """Returns what a key may do by the path that its mail takes through SES."""
    return set(ACTIONS[policy.sends_through.ses_path if policy.sends_through else "any"])
