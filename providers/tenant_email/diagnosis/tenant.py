"""One tenant, looked at from its url to the DNS of its senders: in order, each look by itself."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tenant_email import platforms
from tenant_email.diagnosis import sender
from tenant_email.diagnosis.looking import take
from tenant_email.diagnosis.reach import Visit
from tenant_email.findings import Finding, Level
from tenant_email.platforms.survey import GRANTED, Survey, fine, problem, unknown
from tenant_email.timing import USUAL, Timing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from tenant_email.aws.identity import Identity
    from tenant_email.diagnosis.ses import SesLooks
    from tenant_email.platforms.base import LiveProvider, Platform
    from tenant_email.platforms.survey import Texts
    from tenant_email.tenants.connections import Connection
    from tenant_email.tenants.selection import NamedTenant


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Where a look is taken from: the stack's settings of AWS, the environment, and how long anything may take."""

    aws: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
    timing: Timing = USUAL
    clock: Callable[[], float] = time.time
    announce: Callable[[str], None] = lambda _: None


def examine(tenant: NamedTenant, around: Circumstances) -> Iterator[Finding]:
    """Yields what is found of a tenant, as it is found."""
    about = str(tenant)
    connection: list[Connection] = []
    yield from _about(about, take("url", lambda: _entry(tenant, connection)))
    if not connection:
        yield from _about(about, [unknown("login", "nothing else was looked at: see above")])
        return
    loaded: list[Platform] = []

    def load() -> Iterable[Finding]:
        loaded.append(platforms.load(tenant.platform))
        return ()

    yield from _about(about, take("platform", load))
    for platform in loaded:
        for found in _Examination(connection[0], platform, around).run():
            yield from _about(about, found)


def _about(about: str, found: Iterable[Finding]) -> Iterator[Finding]:
    return (replace(each, about=about) for each in found)


def _entry(tenant: NamedTenant, into: list[Connection]) -> Iterable[Finding]:
    connection = tenant.connection()
    into.append(connection)
    yield fine("url", f"{tenant.platform} at {connection.url}")
    for each in connection.missing:
        yield problem("credentials", f"{each.path} {each.what}", each.remedy)


class _Examination:
    """What is known of one tenant so far."""

    def __init__(self, connection: Connection, platform: Platform, around: Circumstances) -> None:
        self._connection, self._platform, self._around = connection, platform, around
        self._provider: LiveProvider | None = None
        self._texts: Texts | None = None
        self._is_known = False  # what sends the mail

    def run(self) -> Iterator[list[Finding]]:
        """Yields the findings of each look."""
        if self._platform.survey is None:
            yield take("login", self._only_log_in)
            return
        survey = self._platform.survey(self._connection, self._around.announce, self._around.timing)
        visit = Visit(survey, self._platform.capabilities.title, self._around.clock)
        yield take("dns", visit.name)
        yield take("answer", visit.answer)
        yield take("tls", visit.certificate)
        if visit.may_log_in:
            yield take("clock", visit.clock)
            yield from self._inside(survey)
        else:
            yield [unknown("login", "the login was not tried, and nothing behind it looked at: see above")]
        if self._is_known:
            yield from self._outside(survey)

    def _inside(self, survey: Survey) -> Iterator[list[Finding]]:
        """Looks at what only a login sees."""
        login = take("login", lambda: self._log_in(survey))
        if any(each.check == "login" and each.level is not Level.OK for each in login):
            yield login
            yield [unknown("provider", "provider, templates and the rest were not looked at: the login fails")]
            return
        provider = take("provider", lambda: self._look_at_provider(survey))
        yield [self._named(each) for each in login]
        yield provider
        yield take("templates", lambda: self._look_at_templates(survey))
        for check, look in survey.looks():
            yield take(check, look)

    def _log_in(self, survey: Survey) -> Iterable[Finding]:
        self._connection.require_credentials()
        yield from survey.log_in(self._platform.connection.scopes)

    def _named(self, login: Finding) -> Finding:
        """Returns what a login showed, once it is known whether the API takes it."""
        return replace(login, what=login.what.replace(GRANTED, "the login works")) if self._is_known else login

    def _look_at_provider(self, survey: Survey) -> Iterable[Finding]:
        provider = self._provider = survey.read_provider()
        self._is_known = True
        own = list(survey.judge_provider(provider))
        if any(each.level is Level.PROBLEM for each in own):  # nothing sends, or nobody knows what
            yield from own
            return
        yield sender.describe(provider, survey.built_in)
        yield from own
        yield from sender.judge_provider(self._platform, provider)

    def _look_at_templates(self, survey: Survey) -> Iterable[Finding]:
        texts = self._texts = survey.read_templates()
        yield from sender.describe_templates(texts)
        yield from survey.judge_templates(self._provider, texts)
        yield from sender.judge_templates(self._platform, texts, survey.judged)

    def _outside(self, survey: Survey) -> Iterator[list[Finding]]:
        """Looks at what the mail goes through after the tenant: SES, and the DNS of its senders."""
        from tenant_email.diagnosis.alignment import judge_domain  # noqa: PLC0415 - botocore takes a second to load
        from tenant_email.diagnosis.ses import SesLooks, SesUse, ses_use  # noqa: PLC0415 - as above
        from tenant_email.mail_proof.dns import Dns  # noqa: PLC0415 - dnspython, too

        uses, senders = list[SesUse](), list[sender.Sender]()

        def follow() -> Iterable[Finding]:
            senders.extend(sender.senders(survey, self._provider, self._texts))
            if self._provider and (use := ses_use(self._provider.inputs.settings, survey.resolve)):
                uses.append(use)
            return ()

        def domains() -> Iterable[Finding]:
            lookup = Dns.of_environment(self._around.environ)
            for each in senders:
                yield from judge_domain(each, lookup, identities.get(each.domain), by_ses=bool(uses))

        yield take("senders", follow)
        identities: Mapping[str, Identity] = {}
        for use in uses:
            looks = SesLooks(use, senders, self._around.aws, self._around.environ, self._around.clock)
            identities = looks.identities
            yield from self._look_at_ses(looks)
        yield take("dmarc", domains, failing=Level.UNKNOWN)

    def _look_at_ses(self, looks: SesLooks) -> Iterator[list[Finding]]:
        """Looks at SES; what may not be looked at is no problem of the tenant's."""
        account = take("ses.account", looks.account, failing=Level.UNKNOWN)
        if any(each.level is Level.UNKNOWN for each in account):
            yield [replace(each, what=f"SES was not looked at: {each.what}") for each in account]
            return
        yield account
        for check, look in (
            ("ses.identity", looks.find_identities),
            ("ses.dns", looks.records),
            ("ses.configuration_set", looks.configuration_sets),
            ("ses.events", looks.events),
            ("ses.reputation", looks.reputation),
            ("ses.key", looks.key),
        ):
            yield take(check, look, failing=Level.UNKNOWN)

    def _only_log_in(self) -> Iterable[Finding]:
        """Tries the login of a platform that has no looks of its own."""
        granted = list[frozenset[str] | None]()
        self._connection.require_credentials()
        client = self._platform.open(self._connection.heard_by(granted.append), self._around.announce)
        provider = client.read_provider()
        yield fine("login", "the login works")
        yield sender.describe(provider, Survey.built_in)
