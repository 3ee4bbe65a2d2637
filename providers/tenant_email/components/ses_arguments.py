"""The arguments of a SesSendingDomain: short forms as typed values, names as SES keeps them, all problems at once.

Pure: nothing is registered and nobody is asked, so a wrong combination ends a preview before its first step.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast, get_args

from tenant_email.aws.dmarc_reports import report_hosts
from tenant_email.aws.dns_records import (
    DmarcPolicy,
    RecordKind,
    normalize_domain,
    normalize_mail_from,
    normalize_zone,
    zone_relative,
)
from tenant_email.aws.policy import NAME_A_SET, SET_NAME
from tenant_email.components.ses_record_arguments import (
    dns_problems,
    existing_problems,
    kind_problems,
    mail_from_problems,
    report_problems,
)
from tenant_email.components.ses_sender_arguments import (
    USER_PARTS,
    name_problems,
    sending_problems,
    tags_problems,
    user_problems,
)
from tenant_email.components.ses_short_forms import ShortForms
from tenant_email.errors import InvalidSettings, Problem
from tenant_email.inputs.durations import TIME, WRITE_A_TIME
from tenant_email.json_types import is_object
from tenant_email.resources.arguments import flag_problems, later_text_problems, list_problems, text_problems, texts_of
from tenant_email.resources.ses_values import (
    ByoDkim,
    Dkim,
    DkimMode,
    Dmarc,
    DnsZone,
    EasyDkim,
    IamUser,
    KeySlot,
    KeySlots,
    MtaSts,
    ReplicaDkim,
    SendingPolicy,
    TlsReports,
    Verification,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pulumi

    from tenant_email.capabilities import OnDelete, OnExisting
    from tenant_email.json_types import Props, PropsView
    from tenant_email.resources.ses_event_values import Events

V = TypeVar("V", Dmarc, DnsZone, IamUser, KeySlots, SendingPolicy, Verification)


_POLICY_LISTS: Final = (
    "from_addresses",
    "from_display_names",
    "recipients",
    "from_identities",
    "sandbox_recipients",
    "further_domains",
)
_POLICY: Final = {name: name for name in (*_POLICY_LISTS, "sends_through")}
_ZONE: Final = {"zone_id": "zone_id", "zone": "name", "publish": "publish", "overwrite_records": "overwrite"}
_VERIFICATION: Final = {"verification_timeout": "timeout", "wait": "wait"}
_KEYS: Final = {"keep_other_key": "keep_other", "prove_sending": "prove_sending"}
_REPORTS: Final = {"dmarc_reports": "reports"}
SHORT_FORMS: Final[Mapping[str, tuple[type[Any], Mapping[str, str]]]] = {
    "dmarc": (Dmarc, _REPORTS),
    "dns": (DnsZone, _ZONE),
    "sending": (SendingPolicy, _POLICY),
    "active_key": (KeySlots, _KEYS),
    "verification": (Verification, _VERIFICATION),
}
"""By argument its class, and the short forms that are parts of it."""
_ANY_TEXT: Final = re.compile(r".*", re.DOTALL)
_OWN_KEY: Final = ("dkim_selector", "dkim_private_key")
_OWN_KINDS: Final = frozenset(get_args(RecordKind)) - {"dmarc_reports"}
"""The kinds of records that the zone of the domain holds."""
_KNOWN: Final = frozenset({*ShortForms.__annotations__, *_POLICY_LISTS, *_ZONE})


@dataclass(frozen=True, kw_only=True)
class Arguments:
    """What a sending domain is to be, whole and free of contradictions."""

    domain: str
    mail_from: str | None
    dkim: DkimMode
    dmarc: Dmarc | None
    tls_reports: TlsReports | None
    mta_sts: MtaSts | None
    dns: DnsZone
    sending: SendingPolicy
    user: IamUser
    keys: KeySlots
    verification: Verification
    events: Events | None
    configuration_set: pulumi.Input[str] | None
    feedback_forwarding: pulumi.Input[bool] | None
    tags: Mapping[str, pulumi.Input[str]] | None
    on_existing: OnExisting
    overwrite: bool
    on_delete: OnDelete | None


@dataclass(frozen=True, kw_only=True)
class Given:
    """The arguments as a program wrote them; `short` holds every short form that it gave."""

    domain: object
    mail_from: object
    dkim: Dkim
    dmarc: DmarcPolicy | Dmarc | None
    tls_reports: TlsReports | None
    mta_sts: MtaSts | None
    dns: DnsZone | None
    sending: SendingPolicy | None
    user: IamUser | None
    active_key: KeySlot | KeySlots
    verification: Verification | None
    events: Events | None
    configuration_set: pulumi.Input[str] | None
    feedback_forwarding: pulumi.Input[bool] | None
    require_production_access: object
    region: object
    smtp_host: object
    tags: Mapping[str, pulumi.Input[str]] | None
    on_existing: OnExisting
    overwrite: bool
    on_delete: OnDelete | None
    short: PropsView = field(repr=False)


def require_valid(name: str, given: Given) -> Arguments:
    """Returns the arguments, typed and normalized.

    Raises:
        InvalidSettings: they cannot be, or cannot be together; it holds every problem.
    """
    reader = _Reader(name, given)
    arguments = reader.read()
    if reader.problems or arguments is None:
        raise InvalidSettings(name, tuple(reader.problems))
    return arguments


class _Reader:
    """One reading of a component's arguments, which gathers what is wrong with them."""

    def __init__(self, name: str, given: Given) -> None:
        self._name, self._given = name, given
        self._short: Props = {name: value for name, value in given.short.items() if value is not None}
        unknown = [name for name in self._short if name not in _KNOWN]
        self.problems = [Problem(name, "is not an argument of SesSendingDomain", _nearest(name)) for name in unknown]

    def read(self) -> Arguments | None:
        """Returns the arguments; None where not even the domain is one."""
        given = self._given
        dkim, dmarc, keys = self._dkim(), self._dmarc(), self._keys()
        dns = self._combine("dns", DnsZone, given.dns, _ZONE)
        sending = self._combine("sending", SendingPolicy, given.sending, _POLICY)
        user = self._combine("user", IamUser, given.user, USER_PARTS)
        verification = self._combine("verification", Verification, given.verification, _VERIFICATION)
        self.problems += later_text_problems("verification_timeout", verification.timeout, TIME, WRITE_A_TIME)
        self._require_lists(dns, sending)
        self._require_set_and_events()
        self.problems += user_problems(user)
        self.problems += name_problems(self._name, user)
        self.problems += tags_problems(given.tags)
        self.problems += flag_problems(require_production_access=given.require_production_access)
        self.problems += _place_problems(given.region, given.smtp_host)
        domain, mail_from = self._names()
        dns = self._zone(dns, domain)
        self.problems += mail_from_problems(given.mail_from, given.tls_reports, given.mta_sts)
        further = self._further_domains(sending, domain)
        if domain is None:
            return None
        self.problems += sending_problems(sending, [domain, *further])
        return Arguments(
            domain=domain,
            mail_from=mail_from,
            dkim=dkim,
            dmarc=dmarc,
            tls_reports=given.tls_reports,
            mta_sts=given.mta_sts,
            dns=dns,
            sending=replace(sending, further_domains=further),
            user=user,
            keys=keys,
            verification=verification,
            events=given.events,
            configuration_set=given.configuration_set,
            feedback_forwarding=given.feedback_forwarding,
            tags=given.tags,
            on_existing=given.on_existing,
            overwrite=given.overwrite,
            on_delete=given.on_delete,
        )

    def _combine(self, argument: str, kind: type[V], value: V | None, short: Mapping[str, str]) -> V:
        """Returns a typed value with the short forms that are parts of it; each part may be given in one place."""
        if value is None:
            value = kind()
        if not isinstance(value, kind):  # pyright: ignore[reportUnnecessaryIsInstance] - a program may be unchecked
            self.problems.append(Problem(argument, f"is a {type(value).__name__}", f"Pass ses.{kind.__name__}(…)."))
            return kind()
        for name, part in short.items():
            if name in self._short and getattr(value, part) != getattr(kind(), part):
                remedy = f"Set it once: as {name}, or as {part} of ses.{kind.__name__}."
                self.problems.append(Problem(name, f"is set twice: here and in {argument}", remedy))
        return replace(value, **{part: self._short[name] for name, part in short.items() if name in self._short})

    def _zone(self, dns: DnsZone, domain: str | None) -> DnsZone:
        """Returns the zone, its name normalized; notes what has no effect, and a zone of another domain."""
        self.problems += dns_problems(dns)
        return self._named_zone("zone", dns, domain)

    def _named_zone(self, path: str, zone: DnsZone, domain: str | None) -> DnsZone:
        """Returns a zone with its name normalized; notes a name that is none, and a zone of another domain."""
        if zone.name is None:
            return zone
        wrong = text_problems(**{path: zone.name})
        self.problems += wrong
        if wrong:
            return zone
        try:
            name = normalize_zone(zone.name)
            if domain is not None:
                zone_relative(domain, name)
        except ValueError as error:
            remedy = "Write the zone of the domain or of a parent domain, or omit it."
            self.problems.append(Problem(path, str(error), remedy))
            return zone
        return replace(zone, name=name)

    def _dkim(self) -> DkimMode:
        given, short = self._given.dkim, self._short
        if isinstance(given, DkimMode):
            names = (*_OWN_KEY, "dkim_key_length", "replica_of")
            remedy = f"Set it in ses.{type(given).__name__}(…), or remove it."
            self.problems += [
                Problem(name, "cannot be combined with a typed dkim", remedy) for name in names if name in short
            ]
            if isinstance(given, ByoDkim):
                self.problems += text_problems(**{"dkim.selector": given.selector})
                self.problems += _key_problems("dkim.private_key", given.private_key)
            return given
        if given == "byo":
            self._without("dkim='byo'", ("dkim_key_length", "replica_of"), "Omit it.")
            if "dkim_selector" in short:
                self.problems += text_problems(dkim_selector=short["dkim_selector"])
            else:
                remedy = "Use a name such as mail-2026; a new name creates a new key."
                self.problems.append(Problem("dkim_selector", "is missing", remedy))
            self.problems += _key_problems("dkim_private_key", short.get("dkim_private_key"))
            return ByoDkim(selector=short.get("dkim_selector", ""), private_key=short.get("dkim_private_key"))
        if given != "easy":
            remedy = "Use 'easy' or 'byo', or ses.EasyDkim(…), ses.ByoDkim(…) or ses.ReplicaDkim(…)."
            self.problems.append(Problem("dkim", "must be 'easy', 'byo' or one of the DKIM classes", remedy))
        self._without("dkim='easy'", _OWN_KEY, "Set dkim='byo', or omit it.")
        if "replica_of" in short:
            self._without("replica_of", ("dkim_key_length",), "Set the length on the parent identity.")
            return ReplicaDkim(parent_region=short["replica_of"])
        return EasyDkim(key_length=short.get("dkim_key_length"))

    def _without(self, beside: str, names: Sequence[str], remedy: str) -> None:
        self.problems += [
            Problem(name, f"has no effect with {beside}", remedy) for name in names if name in self._short
        ]

    def _dmarc(self) -> Dmarc | None:
        given, reports = self._given.dmarc, self._short.get("dmarc_reports", ())
        if isinstance(given, Dmarc):
            return self._known_policy(self._combine("dmarc", Dmarc, given, _REPORTS))
        if given is None:
            if reports:
                remedy = "Set dmarc='none' to begin with, or remove the reports."
                self.problems.append(Problem("dmarc_reports", "has no effect without dmarc", remedy))
            return None
        return self._known_policy(Dmarc(policy=given, reports=reports))

    def _known_policy(self, dmarc: Dmarc) -> Dmarc:
        known = get_args(DmarcPolicy)
        given = {"dmarc": dmarc.policy}
        for name in ("subdomain_policy", "nonexistent_policy"):
            if (policy := getattr(dmarc, name)) is not None:
                given[f"dmarc.{name}"] = policy
        for path, policy in given.items():
            if policy not in known:
                what = "must be 'none', 'quarantine' or 'reject'"
                self.problems.append(Problem(path, what, "Use 'none', 'quarantine' or 'reject'."))
        self.problems += flag_problems(**{"dmarc.testing": dmarc.testing})
        return self._known_reports(dmarc)

    def _known_reports(self, dmarc: Dmarc) -> Dmarc:
        """Notes what is wrong with where reports go, and with the zones of other domains that get them."""
        for path, reports in (("dmarc_reports", dmarc.reports), ("dmarc.failure_reports", dmarc.failure_reports)):
            self.problems += report_problems(path, reports)
        zones: object = dmarc.report_zones
        if not is_object(zones):
            what = f"is a {type(zones).__name__}, not a mapping from a domain to its zone"
            self.problems.append(Problem("dmarc.report_zones", what, "Write {'reports.example': dns.route53('Z…')}."))
            return replace(dmarc, report_zones={})
        found: dict[str, DnsZone] = {}
        hosts = report_hosts([*texts_of(dmarc.reports), *texts_of(dmarc.failure_reports)])
        for host, zone in dmarc.report_zones.items():
            path, given = f"dmarc.report_zones.{host}", cast("object", host)
            try:
                name = normalize_domain(given) if isinstance(given, str) else ""
            except ValueError:
                name = ""  # which gets no reports
            if not isinstance(zone, DnsZone):  # pyright: ignore[reportUnnecessaryIsInstance] - a program may be unchecked
                self.problems.append(Problem(path, f"is a {type(zone).__name__}", "Pass dns.route53(…) or its like."))
            elif name not in hosts:
                remedy = f"Write one of {', '.join(hosts)}." if hosts else "Remove it, or set reports."
                self.problems.append(Problem(path, "gets no reports", remedy))
            elif not zone.publish or (zone.publish is True and zone.zone_id is None):
                remedy = "Set its zone_id, or publish with a function; omit it to publish the record yourself."
                self.problems.append(Problem(path, "does not say which zone", remedy))
            else:
                self.problems += [replace(each, path=f"{path}.{each.path}") for each in dns_problems(zone)]
                self.problems += existing_problems(f"{path}.existing", zone.existing, ("dmarc_reports",))
                if name in found:
                    self.problems.append(Problem(path, f"is named twice: {name}", "Keep one of the two."))
                found[name] = self._named_zone(path, zone, name)
        return replace(dmarc, report_zones=found)

    def _keys(self) -> KeySlots:
        given = self._given.active_key
        keys = given if isinstance(given, KeySlots) else KeySlots(active=given)
        if keys.active not in get_args(KeySlot):
            self.problems.append(Problem("active_key", "must be 'a' or 'b'", "Use 'a' or 'b'."))
        keys = self._combine("active_key", KeySlots, keys, _KEYS)
        self.problems += flag_problems(keep_other_key=keys.keep_other, prove_sending=keys.prove_sending)
        return keys

    def _require_lists(self, dns: DnsZone, sending: SendingPolicy) -> None:
        lists: dict[str, object] = {name: getattr(sending, name) for name in _POLICY_LISTS}
        for name, values in lists.items():
            self.problems += list_problems(name, values, (str,), "texts")
        self.problems += kind_problems("overwrite_records", dns.overwrite)
        self.problems += existing_problems("existing", dns.existing, _OWN_KINDS)

    def _require_set_and_events(self) -> None:
        given = self._given
        if given.configuration_set is not None:
            self.problems += later_text_problems("configuration_set", given.configuration_set, SET_NAME, NAME_A_SET)
        if given.events is None:
            return
        from tenant_email.components.ses_event_arguments import event_problems  # noqa: PLC0415 - few programs need it

        self.problems += event_problems(given.events, given.configuration_set, given.region)

    def _names(self) -> tuple[str | None, str | None]:
        """Returns domain and MAIL FROM domain as SES keeps them."""
        given, mail_from = self._given.domain, self._given.mail_from
        wrong = text_problems(domain=given) + ([] if mail_from is None else text_problems(mail_from=mail_from))
        self.problems += wrong
        if not isinstance(given, str):
            return None, None
        try:
            domain = normalize_domain(given)
        except ValueError as error:
            self.problems.append(Problem("domain", str(error), "Write a domain that you own, such as acme.com."))
            return None, None
        if not isinstance(mail_from, str):
            return domain, None
        try:
            return domain, normalize_mail_from(mail_from, domain)
        except ValueError as error:
            remedy = "Write a label such as bounce, or the whole name."
            self.problems.append(Problem("mail_from", str(error), remedy))
            return domain, None

    def _further_domains(self, sending: SendingPolicy, own: str | None) -> list[str]:
        """Returns the other domains of a key as SES keeps them, the domain itself not among them."""
        found: list[str] = []
        if list_problems("further_domains", sending.further_domains, (str,), "texts"):
            return found
        for number, domain in enumerate(sending.further_domains):
            try:
                found.append(normalize_domain(domain))
            except ValueError as error:
                remedy = "Write the domain of another identity, such as brand.com."
                self.problems.append(Problem(f"further_domains.{number}", str(error), remedy))
        return [domain for domain in dict.fromkeys(found) if domain != own]


def _place_problems(region: object, smtp_host: object) -> list[Problem]:
    """Returns what is wrong with the type of where mail is sent through; whether SES is there is told later."""
    problems = [] if smtp_host is None else text_problems(smtp_host=smtp_host)
    if region is None:
        return problems
    return problems + later_text_problems("region", region, _ANY_TEXT, "Write the name of a region, such as eu-west-1.")


def _key_problems(path: str, key: object) -> list[Problem]:
    """Returns what is wrong with the type of a private key, of which nothing is shown."""
    return [] if key is None else later_text_problems(path, key, _ANY_TEXT, "Pass it in PEM, as SesDkimKey makes one.")


def _nearest(name: str) -> str:
    near = get_close_matches(name, _KNOWN, n=1)
    return f"Write {near[0]}." if near else "Remove it."
