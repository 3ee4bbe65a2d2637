"""What is wrong with where a sending domain's records are published, and with what some of them say; pure."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Final, get_args

from tenant_email.aws.dmarc_reports import repeated_reports, report_problem
from tenant_email.aws.dns_records import HOSTED_ZONE_ID, record_kind_problems
from tenant_email.aws.tls_policy import LONGEST_STS_AGE, StsMode
from tenant_email.errors import Problem
from tenant_email.resources.arguments import (
    flag_problems,
    later_text_problems,
    list_problems,
    provider_problems,
    texts_of,
)
from tenant_email.resources.ses_values import MtaSts, TlsReports

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from tenant_email.json_types import Props
    from tenant_email.resources.ses_values import DnsZone

_NAME_A_ZONE: Final = (
    "Write the zone's id, such as Z0123456789ABCDEFGHIJ, or zone='acme.com' to look one up by its name."
)


def dns_problems(dns: DnsZone) -> list[Problem]:
    """Returns what is wrong with where records are published: what has no effect is said, not left aside."""
    publish: object = dns.publish
    if not (isinstance(publish, bool) or callable(publish)):
        remedy = "Use dns=dns.cloudflare(…) or its like, a function from a record to a resource, True or False."
        return [Problem("publish", f"is a {type(publish).__name__}", remedy)]
    wrong = [*flag_problems(look_first=dns.look_first), *provider_problems("provider", dns.provider, "aws")]
    on_route53: Props = {"zone_id": dns.zone_id, "overwrite_records": dns.overwrite or None, "provider": dns.provider}
    elsewhere: Props = {"existing": dns.existing or None, "look_first": None if dns.look_first else False}
    if callable(publish):
        wrong += _call_problems(publish)
        without, idle, remedy = "where a function publishes", on_route53, "Omit it: the function knows its zone."
        if dns.overwrite:
            remedy = "Omit it: only what is in Route 53 can be replaced and put back. Delete the record at its host."
    elif publish:
        if dns.zone_id is not None:
            wrong += later_text_problems("zone_id", dns.zone_id, HOSTED_ZONE_ID, _NAME_A_ZONE)
        without, idle = "in Route 53", elsewhere
        remedy = "Omit it: what stands in the zone is seen there, and what means the same is used as it is."
    else:
        without, idle, remedy = "with publish=False", {**on_route53, **elsewhere}, "Omit it, or publish."
        idle.pop("zone_id")  # it was taken before, and names the zone of the domain
    return wrong + [
        Problem(name, f"has no effect {without}", remedy) for name, value in idle.items() if value is not None
    ]


def _call_problems(publish: Callable[..., object]) -> list[Problem]:
    """Returns a problem for a function that cannot be called as one that publishes; of some nobody knows."""
    if inspect.iscoroutinefunction(publish):
        return [Problem("publish", "is a coroutine function", "Write it without async: it returns the resource.")]
    try:
        inspect.signature(publish).bind("record", "options")
    except TypeError as error:
        return [Problem("publish", f"cannot be called with two arguments: {error}", "Write publish(record, opts).")]
    except ValueError:
        return []
    return []


def kind_problems(path: str, kinds: object) -> list[Problem]:
    """Returns what is wrong with kinds of records."""
    return list_problems(path, kinds, (str,), "texts") or record_kind_problems(texts_of(kinds), path)


def existing_problems(path: str, kinds: object, own: Collection[str]) -> list[Problem]:
    """Returns what is wrong with kinds of records that are to exist; a zone holds none but its `own`."""
    if wrong := kind_problems(path, kinds):
        return wrong
    remedy = "Remove it: that record is in the zone of the domain, or in one of report_zones, and is named there."
    return [
        Problem(f"{path}.{number}", f"{kind!r} has no effect in this zone", remedy)
        for number, kind in enumerate(texts_of(kinds))
        if kind not in own
    ]


def mail_from_problems(mail_from: object, tls_reports: object, mta_sts: object) -> list[Problem]:
    """Returns what is wrong with what is said of TLS to a MAIL FROM domain; without such a domain there is none."""
    problems: list[Problem] = []
    for path, value, kind in (("tls_reports", tls_reports, TlsReports), ("mta_sts", mta_sts, MtaSts)):
        if value is not None and not isinstance(value, kind):
            problems.append(Problem(path, f"is a {type(value).__name__}", f"Pass ses.{kind.__name__}(…)."))
        elif value is not None and mail_from is None:
            remedy = "Set mail_from, or remove it: SES's own MAIL FROM domain is AWS's to protect."
            problems.append(Problem(path, "has no effect without mail_from", remedy))
    if isinstance(tls_reports, TlsReports):
        problems += report_problems("tls_reports.reports", tls_reports.reports, https=True)
        if not tls_reports.reports:
            problems.append(Problem("tls_reports.reports", "is empty", "Set an address, or remove tls_reports."))
    if isinstance(mta_sts, MtaSts):
        mode: object = mta_sts.mode
        if mode not in get_args(StsMode):
            modes = "'testing', 'enforce' or 'none'"
            problems.append(Problem("mta_sts.mode", f"must be {modes}", f"Use {modes}."))
        age: object = mta_sts.max_age
        if type(age) is not int or not 0 < age <= LONGEST_STS_AGE:
            what = f"must be a number of seconds from 1 to {LONGEST_STS_AGE}"
            problems.append(Problem("mta_sts.max_age", what, "Use a week or more, such as 604800."))
    return problems


def report_problems(path: str, reports: object, *, https: bool = False) -> list[Problem]:
    """Returns what is wrong with where reports go, one by one."""
    if wrong := list_problems(path, reports, (str,), "texts"):
        return wrong
    texts, remedy = texts_of(reports), "Write an address, such as dmarc@acme.com."
    unfit = [
        Problem(f"{path}.{number}", what, remedy)
        for number, text in enumerate(texts)
        if (what := report_problem(text, https=https))
    ]
    twice = [
        Problem(f"{path}.{number}", f"is the same address as {path}.{earlier}", "Remove one of the two.")
        for number, earlier in repeated_reports(texts, https=https)
    ]
    return unfit + twice
