"""What the library would refuse of a fleet in a preview: found by its own checks, without a secret and a network.

Of a tenant the very checks run that a preview runs, on the same inputs, what is secret not known. What they say is put
into the words of the file.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, cast

from tenant_email import platforms
from tenant_email.errors import InvalidSettings, NotSupported, Problem
from tenant_email.fleet.document import PROVIDER_OPTIONS
from tenant_email.fleet.domain_rules import domain_problems, sending_domains
from tenant_email.fleet.sending_domains import (
    SECOND,
    all_regions,
    domain_of,
    region_of,
    second_name,
    sends_through_problem,
)
from tenant_email.fleet.settings import SettingsReader, UnknownDomain, UnknownSecrets, filled_by_ses, props_of
from tenant_email.fleet.shapes import FROM_SES, RENAMED_FROM, provider_classes
from tenant_email.fleet.templates import templates_of
from tenant_email.inputs.hosts import host_in, is_loopback
from tenant_email.inputs.unknowns import is_known
from tenant_email.json_types import Json, Props, is_object
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle
from tenant_email.operations import operation
from tenant_email.platforms.settings import limits_of
from tenant_email.tenants.credentials import FILE, VARIABLE, names_of
from tenant_email.tenants.entries import CONFIG_KEY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tenant_email.findings import Findings
    from tenant_email.fleet.document import Fleet, Tenant
    from tenant_email.operations.lifecycle import Lifecycle
    from tenant_email.platforms.settings import SendingDomain, Settings

_PRESENT: Final = "a-value-that-is-not-known-to-a-check"
_LAYERED = tuple[Problem, tuple[str, ...]]


@dataclass(slots=True)
class Judged:
    """What was found, each with the paths that it may be written under."""

    problems: list[_LAYERED] = field(default_factory=list[_LAYERED])
    warnings: list[_LAYERED] = field(default_factory=list[_LAYERED])


def judge(fleet: Fleet, layers: Mapping[str, tuple[str, ...]]) -> Judged:
    """Returns what is wrong with a fleet whose names and types were looked at; `layers` as `reading` has them."""
    found = Judged()
    _begin_check(fleet)
    found.problems += [(each, ()) for each in (*_same_tenants(fleet), *_same_names(fleet), *domain_problems(fleet))]
    memory: dict[str, Findings] = {}
    for tenant in fleet.tenants.values():
        one = _TenantRules(fleet, tenant, memory)
        one.judge()
        found.problems += [(each, layers.get(tenant.name, ())) for each in one.problems]
        found.warnings += [(each, layers.get(tenant.name, ())) for each in one.warnings]
    return found


def _begin_check(fleet: Fleet) -> None:
    """Gives the checks the entries of all tenants, in which whatever logs in is there."""
    entries = json.dumps(
        {name: _with_credentials(tenant) for name, tenant in fleet.tenants.items()}, default=lambda _: None
    )
    aws = {f"aws:{name}": str(value).lower() for name, value in fleet.aws.items() if is_known(value)}
    # explicit: what the environment of whoever checks a file names is not of the file
    operation.begin().configure({CONFIG_KEY: entries, **aws}.get, are_explicit=True)


def _with_credentials(tenant: Tenant) -> Props:
    spec = platforms.connection_specs()[tenant.platform]
    references = {f"{name}{end}" for name in spec.credentials for end in (VARIABLE, FILE)}
    # a file of authorities is where the tenant is reached from, which need not be here
    own = {
        name: value for name, value in tenant.entry.items() if name not in references | {"caFile"} and is_known(value)
    }
    return {**dict.fromkeys(spec.credentials, _PRESENT), **own}


def _same_tenants(fleet: Fleet) -> Iterator[Problem]:
    """Yields a problem for each tenant that is one of the others under another name, or another's host."""
    connections, first = operation.current().connections(), dict[tuple[str, str], str]()
    for tenant in fleet.tenants.values():
        for host in connections.hosts(tenant.name, tenant.platform)[:1]:
            other = first.setdefault((tenant.platform, host), tenant.name)
            if other != tenant.name:
                what = f"is the url of tenants.{other} too: two owners would overwrite each other"
                yield Problem(f"tenants.{tenant.name}.url", what, "Keep one of the two tenants, or correct the url.")
    for tenant in fleet.tenants.values():
        for host in connections.hosts(tenant.name, tenant.platform)[1:]:
            other = first.setdefault((tenant.platform, host), tenant.name)
            if other != tenant.name:
                what = f"has a host of tenants.{other}, whose resources would be taken for this tenant's"
                yield Problem(f"tenants.{tenant.name}.aliases", what, "Remove the host from the aliases.")


def _same_names(fleet: Fleet) -> Iterator[Problem]:
    """Yields a problem for each name that is another's in the name of a file, or of a resource."""
    remedy = "Give one of them another name."
    for kind, names in (("tenants", fleet.tenants), ("sending_domains", fleet.sending_domains)):
        first = dict[str, str]()
        for name in names:
            if (other := first.setdefault(name.lower(), name)) != name:
                what = f"is {kind}.{other} but for capitals: on some disks their stacks have one file"
                yield Problem(f"{kind}.{name}", what, remedy)
    before = dict[str, str]()
    for name, tenant in fleet.tenants.items():
        old, at = tenant.renamed_from, f"tenants.{name}.{RENAMED_FROM}"
        if old in fleet.tenants:
            yield Problem(at, f"is the name of tenants.{old}, which the file has still", "Remove one of the two.")
        elif old and (other := before.setdefault(old, name)) != name:
            yield Problem(at, f"is what tenants.{other} was called", "One tenant has had a name: keep one of them.")
    called = dict[str, str]()
    for at, name in _domains_called(fleet):
        if (other := called.setdefault(name, at)) != at:
            what = f"is called {name} among the resources, as that of {other} is: one stack can have one"
            yield Problem(at, what, remedy)
    yield from _domains_renamed(fleet, called)


def _domains_renamed(fleet: Fleet, called: Mapping[str, str]) -> Iterator[Problem]:
    """Yields a problem for each sending domain that cannot have been called as it says; `called` has what is so now."""
    before = dict[str, str]()
    for at, name, given in sending_domains(fleet):
        own = fleet.tenants[name].renamed_from if at.startswith("tenants.") else ""
        named: Json = given.get(RENAMED_FROM) if is_object(given) else None
        old = str(named) if is_known(named) and named is not None else own
        if named is not None and (other := called.get(old)):
            yield Problem(f"{at}.{RENAMED_FROM}", f"is what {other} is called", "Remove it, once all is done.")
        elif old and (other := before.setdefault(old, at)) != at:
            what, remedy = f"is what {other} was called", "One domain has had a name: keep one of them."
            yield Problem(f"{at}.{RENAMED_FROM}", what, remedy)


def _domains_called(fleet: Fleet) -> Iterator[tuple[str, str]]:
    """Yields (path, name among the resources of one stack) of each sending domain, those of second regions last."""
    found = list(sending_domains(fleet))
    yield from ((at, name) for at, name, _ in found)
    for at, name, given in found:
        second = given.get(SECOND) if is_object(given) else None
        if is_object(second) and is_known(region := second.get("region")):
            yield f"{at}.{SECOND}", second_name(name, str(region))


@dataclass(frozen=True, slots=True)
class Made:
    """The inputs of one resource: of its settings the class and the arguments, which the file has at `at`."""

    cls: type[Settings]
    arguments: Mapping[str, Json] = field(repr=False)
    at: str
    inputs: Props = field(repr=False)


@dataclass(slots=True)
class _TenantRules:
    """The check of one tenant."""

    fleet: Fleet
    tenant: Tenant
    memory: dict[str, Findings]
    problems: list[Problem] = field(default_factory=list[Problem])
    warnings: list[Problem] = field(default_factory=list[Problem])

    def judge(self) -> None:
        """Notes everything that is wrong."""
        self._judge_entry()
        self._judge_domain()
        if not any(self.tenant.email.get(name) for name in ("provider", "templates", "starters")):
            remedy = "Give it a provider or templates, in the tenant or in defaults."
            self.problems.append(Problem(self._at, "has neither a provider nor templates", remedy))
        domain = self._judge_provider()
        self._judge_templates(limits_of(domain))

    @property
    def _at(self) -> str:
        return f"tenants.{self.tenant.name}.email"

    @property
    def _is_local(self) -> bool:
        """Returns whether the tenant is on this machine."""
        return is_loopback(host_in(str(self.tenant.entry.get("url"))))

    def _judge_entry(self) -> None:
        spec, entry = platforms.connection_specs()[self.tenant.platform], self.tenant.entry
        at = f"tenants.{self.tenant.name}"
        for key in spec.credentials:
            given = [name for name in names_of(key) if name in entry]
            if len(given) > 1:
                remedy = f"Keep one of {' and '.join(given)}."
                self.problems.append(Problem(f"{at}.{given[1]}", f"is set together with {given[0]}", remedy))
            if not given:
                ways = [f"{key}{VARIABLE}", f"{key}{FILE}", *([key] if key in spec.plain else [])]
                remedy = f"Set {', '.join(ways[:-1])} or {ways[-1]}."
                self.problems.append(Problem(f"{at}.{key}", "is missing, so nothing logs in", remedy))
        try:
            operation.current().connections().get(self.tenant.name, self.tenant.platform)
        except InvalidSettings as error:
            self.problems += [self._in_words(each, at) for each in error.problems if is_known(entry.get("url"))]

    def _judge_domain(self) -> None:
        named = self.tenant.shared_domain
        if named and named not in self.fleet.sending_domains:
            listed = ", ".join(self.fleet.sending_domains) or "none"
            remedy = f"Use one of sending_domains ({listed}), or write the domain's own settings here."
            self.problems.append(Problem(f"{self._at}.sending_domain", "is not one of sending_domains", remedy))
        domain = domain_of(self.fleet, self.tenant)
        if domain is not None and is_known(*map(domain.get, ("domain", "region", SECOND))):
            self.problems += sends_through_problem(self.fleet, self.tenant, domain)

    def _judge_provider(self) -> UnknownDomain | None:
        """Returns the sending domain whose key the provider has, if it has one."""
        given = self.tenant.email.get("provider")
        cls = provider_classes(self.tenant.platform).get(str(given.get("kind"))) if is_object(given) else None
        if cls is None or not is_object(given):
            return None
        at = f"{self._at}.provider"
        reader = SettingsReader(self.fleet.folder, UnknownSecrets(), at)
        found = reader.arguments(cls, given)
        filled = self._filled(cls, given, found)
        reader.require(cls, found, filled=filled)
        self.problems += reader.problems
        domain = self._domain() if filled else None
        self._check(EmailProviderLifecycle(), Made(cls, found, at, self._provider_inputs()), domain)
        return domain

    def _filled(self, cls: type[Settings], given: Props, found: Props) -> tuple[str, ...]:
        """Returns the arguments that come from the sending domain."""
        at, wanted = f"{self._at}.provider.{FROM_SES}", given.get(FROM_SES)
        if not is_known(wanted):
            return filled_by_ses(cls)
        if wanted is not True:
            return ()
        if self.tenant.email.get("sending_domain") is None:
            remedy = f"Name one in the email's sending_domain, or remove {FROM_SES}."
            self.problems.append(Problem(at, "needs a sending domain, and there is none", remedy))
        filled = filled_by_ses(cls)
        for name in filled:
            if name in found:
                self.problems.append(
                    Problem(f"{self._at}.provider.{name}", f"is filled in by {FROM_SES}", f"Remove it, or {FROM_SES}.")
                )
        return filled

    def _domain(self) -> UnknownDomain | None:
        arguments = domain_of(self.fleet, self.tenant)
        if arguments is None:
            return None
        places = [each for _, each in all_regions(arguments)] if is_known(arguments.get(SECOND)) else [arguments]
        return UnknownDomain(arguments, [region_of(self.fleet, each) for each in places])

    def _provider_inputs(self) -> Props:
        email = self.tenant.email
        return {name: email[name] for name in ("from_address", *PROVIDER_OPTIONS) if name in email}

    def _judge_templates(self, limits: Props) -> None:
        reader = SettingsReader(self.fleet.folder, UnknownSecrets(), f"{self._at}.templates")
        for each in templates_of(self.tenant, reader):
            own = limits if each.arguments.get("from_address") else {}  # others are the same to every key
            self._check(EmailTemplateLifecycle(), Made(each.cls, each.arguments, each.at, own))
        self.problems += reader.problems

    def _check(self, lifecycle: Lifecycle, made: Made, domain: UnknownDomain | None = None) -> None:
        """Runs the check of a resource; of the same inputs at a tenant of the same kind only once."""
        cls, at = made.cls, made.at
        try:
            settings = props_of(cls, made.arguments, cast("SendingDomain | None", domain))
        except InvalidSettings as error:
            self.problems += [self._in_words(each, at) for each in error.problems]
            return
        except NotSupported as error:
            remedy = "Use a kind of SES's own API, or other regions."
            self.problems.append(Problem(f"{at}.{FROM_SES}", str(error).partition("\n")[0], remedy))
            return
        inputs = {"tenant": self.tenant.name, "settings": settings, **made.inputs, **limits_of(domain)}
        key = repr((cls, {**inputs, "tenant": self._is_local}))  # all that a check asks of a tenant that it found
        if key not in self.memory:
            self.memory[key] = lifecycle.do_check(None, inputs)
        findings = self.memory[key]
        of_entry = (f"{CONFIG_KEY}.", "tenant")  # said once, of the entry itself
        own = (each for each in findings.problems if not each.path.startswith(of_entry))
        self.problems += [self._in_words(each, at) for each in own]
        for each in findings.warnings:
            what, _, remedy = _words(each.partition(": ")[2] or each).partition(". ")
            self.warnings.append(Problem(at, what, remedy))

    def _in_words(self, problem: Problem, at: str) -> Problem:
        """Returns a problem of the library in the words of the file."""
        path = problem.path
        if path.startswith(f"{CONFIG_KEY}."):
            path = f"tenants.{path.removeprefix(f'{CONFIG_KEY}.')}"
        elif path == "settings" or path.startswith("settings."):
            path = f"{at}{path.removeprefix('settings')}"
        else:
            path = f"{self._at}.{path}" if path else at
        return replace(problem, path=path, what=_words(problem.what), remedy=_words(problem.remedy))


def _words(text: str) -> str:
    text = text.replace(f"{CONFIG_KEY}.", "tenants.").replace("True", "true").replace("False", "false")
    return re.sub(r"\bsettings\.(?=\w)", "", text)
