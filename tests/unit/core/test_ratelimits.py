"""A tenant on the free tier's buckets: everything applies, in the least time that the buckets allow."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tenant_email.input_diff import InputDiff
from tenant_email.inputs.tenant_objects import ProviderInputs, TemplateInputs
from tenant_email.net.ratelimits import RateLimits
from tenant_email.platforms.auth0.api import Auth0
from tenant_email.platforms.auth0.capabilities import BUCKETS
from tenant_email.platforms.auth0.templates import NAMES as TEMPLATES
from tenant_email.redaction.secrets import Secret
from tenant_email.template_record import TemplateRecord
from tenant_email.tenants.connections import Connection
from tenant_email.timing import Timing
from tenant_email_local.emulators.auth0 import Auth0Emulator, SubscriptionPlan
from tenant_email_local.emulators.server import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator


SMTP = {"kind": "auth0.smtp", "host": "one.example", "port": 587, "username": "m", "password": Secret("canary-pass")}
FREE_WRITES, FREE_READS = (14 - 5) * 60 / 25, (14 - 10) * 60 / 50  # seconds, for fourteen templates


class Clock:
    """Time that passes only by sleeping; several threads may sleep at once."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.3
        self._lock = threading.Lock()

    def __call__(self) -> float:
        """Returns the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Lets time pass up to the end of this sleep."""
        until = self.now + seconds
        with self._lock:
            self.now = max(self.now, until)


class Limited:
    """A tenant with limits, the client on it, and what the client announced."""

    def __init__(self, emulator: Auth0Emulator, clock: Clock) -> None:
        self.emulator, self.clock, self.said = emulator, clock, list[str]()
        login = {"clientId": emulator.client.client_id}
        secret = {"clientSecret": Secret(emulator.client.client_secret)}
        connection = Connection("main", "auth0", emulator.url, "acme.example", plain=login, secret=secret)
        self.set_back = 0.0
        self.timing = Timing(sleep=clock.sleep, clock=lambda: clock() - self.set_back, now=clock)
        self.api = Auth0(connection, self.said.append, self.timing)

    def refusals(self) -> int:
        """Counts what the tenant turned away."""
        return sum(call.status == 429 for call in self.emulator.calls)


@pytest.fixture
def limited() -> Iterator[Limited]:
    """Serves a tenant with the buckets of the free plan, all of them on one virtual clock."""
    clock = Clock()
    with Auth0Emulator(plan=SubscriptionPlan.FREE, clock=clock) as emulator:
        emulator.switches.legacy_templates = True
        yield Limited(emulator, clock)


def template(name: str) -> TemplateInputs:
    """Returns the inputs of a template."""
    settings = {"kind": "auth0.template", "template": name, "subject": "Hi", "body": "Hi", "syntax": "liquid"}
    return TemplateInputs({**settings, "enabled": True})


def customized(limited: Limited) -> None:
    """Stores every template."""
    for name in TEMPLATES:
        limited.emulator.state.templates[name] = {"template": name, "body": "Hi", "subject": "Hi", "enabled": True}


def test_fourteen_templates_apply_in_the_least_time(limited: Limited) -> None:
    """Provider and all templates are written without a refusal, in the time of the buckets and no tenth more."""
    began = limited.clock()
    limited.api.create_provider(ProviderInputs(SMTP, enabled=True))
    for name in TEMPLATES:
        limited.api.create_template(template(name))
    assert FREE_WRITES - 0.01 <= limited.clock() - began <= FREE_WRITES * 1.1
    assert limited.refusals() == 0
    assert "writes of email templates are at their rate limit, waiting 2 s" in limited.said[0]


def test_fourteen_templates_refresh_in_the_least_time(limited: Limited) -> None:
    """All templates are read in the time of the buckets and no tenth more."""
    customized(limited)
    began = limited.clock()
    assert all(limited.api.read_template(template(name).settings) for name in TEMPLATES)
    assert FREE_READS - 0.01 <= limited.clock() - began <= FREE_READS * 1.1
    assert limited.refusals() == 0


def test_a_time_that_is_set_back_costs_no_wait(limited: Limited) -> None:
    """Buckets fill by a clock that never goes back: else an hour of debt is waited for, a minute a call."""
    limited.api.create_template(template(TEMPLATES[0]))
    limited.set_back = 3600
    began = limited.clock()
    for name in TEMPLATES[1:]:
        limited.api.create_template(template(name))
    assert limited.clock() - began <= FREE_WRITES * 1.1


def test_four_threads_share_one_limiter(limited: Limited) -> None:
    """Threads that read at once wait for each other's tokens and not for a refusal."""
    customized(limited)
    limited.api.read_template(template(TEMPLATES[0]).settings)
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(limited.api.read_template, [template(name).settings for name in TEMPLATES]))
    assert (all(found), limited.refusals()) == (True, 0)


@pytest.mark.parametrize("lost", [False, True])
def test_threads_that_begin_together_are_not_refused(limited: Limited, *, lost: bool) -> None:
    """Nothing is known of a bucket before its first answer, so that one call goes alone; the next, if it is lost."""
    customized(limited)
    settings = [template(name).settings for name in TEMPLATES[:9]]
    other = Limited(limited.emulator, limited.clock)
    assert all(map(other.api.read_template, settings))  # one token is left
    if lost:
        limited.emulator.inject(Fault("GET", "*/email-templates/*", drop="before"))
    limited.emulator.inject(Fault("GET", "*/email-templates/*", delay=0.05, times=99))
    with ThreadPoolExecutor(len(settings)) as threads:
        found = list(threads.map(limited.api.read_template, settings))
    assert (all(found), limited.refusals()) == (True, 0)


@pytest.mark.parametrize("first", ["/api/v2/email-templates/verify_email", "/api/v2/emails/provider"])
def test_threads_do_not_queue_where_a_tenant_says_nothing_of_limits(limited: Limited, first: str) -> None:
    """After one answer without headers, calls are under way together again, those of other buckets too."""
    meeting = threading.Barrier(4)
    limits = RateLimits("auth0", BUCKETS, announce=limited.said.append, timing=limited.timing)
    call = ("GET", "/api/v2/email-templates/verify_email")

    def take() -> None:
        limits.wait(*call)
        meeting.wait(timeout=60)

    limits.wait("GET", first)
    limits.learn("GET", first, {})
    limits.release("GET", first)
    with ThreadPoolExecutor(4) as threads:
        for taken in [threads.submit(take) for _ in range(4)]:
            taken.result()


def test_a_refusal_without_headers_says_nothing_of_other_buckets(limited: Limited) -> None:
    """It may be a proxy's: the first call of another bucket still goes alone."""
    limits = RateLimits("auth0", BUCKETS, announce=limited.said.append, timing=limited.timing)
    limits.learn("GET", "/api/v2/emails/provider", {}, succeeded=False)
    call = ("GET", "/api/v2/email-templates/verify_email")
    limits.wait(*call)
    with ThreadPoolExecutor(1) as threads:
        second = threads.submit(limits.wait, *call)
        with pytest.raises(TimeoutError):
            second.result(timeout=0.1)
        limits.release(*call)
        second.result(timeout=60)


def test_a_bucket_that_others_emptied_is_waited_for(limited: Limited) -> None:
    """A refusal is repeated after its reset; it is no failure."""
    for name in TEMPLATES[:5]:
        limited.api.create_template(template(name))
    other = Limited(limited.emulator, limited.clock)
    other.api.create_template(template(TEMPLATES[5]))
    assert limited.refusals() == 1
    assert TEMPLATES[5] in limited.emulator.state.templates


def test_a_refusal_without_headers_is_waited_for_too(limited: Limited) -> None:
    """Without a reset the waits grow, each with a line now and then, until the call is taken."""
    limited.emulator.inject(Fault("GET", "*/provider", status=429, times=3))
    assert limited.api.read_provider() is None
    assert limited.clock() - 1_800_000_000.3 >= 7
    assert limited.said == ["auth0 acme.example: rate limit reached, waiting 1 s; more such waits may follow"]


def test_retry_after_is_honoured(limited: Limited) -> None:
    """A wait that the answer names is waited, not a shorter one."""
    limited.emulator.inject(Fault("GET", "*/provider", status=429, headers={"Retry-After": "20"}))
    limited.api.read_provider()
    assert 20 <= limited.clock() - 1_800_000_000.3 <= 25


@pytest.mark.parametrize("plan", [SubscriptionPlan.FREE, SubscriptionPlan.PROFESSIONAL, SubscriptionPlan.ENTERPRISE])
def test_the_buckets_are_those_of_every_plan(plan: SubscriptionPlan) -> None:
    """Thirty reads and thirty writes of each kind are never turned away, whatever the plan."""
    clock = Clock()
    with Auth0Emulator(plan=plan, clock=clock) as emulator:
        limited = Limited(emulator, clock)
        limited.api.create_provider(ProviderInputs(SMTP, enabled=True))
        limited.api.create_template(template("welcome_email"))
        off, disable = InputDiff(fields=frozenset({"enabled"})), template("welcome_email").settings
        for _ in range(30):
            live = limited.api.read_provider()
            limited.api.update_provider(ProviderInputs(SMTP, enabled=False), off, live, {})
            limited.api.read_template(disable)
            limited.api.retire_template(disable, "disable", TemplateRecord(None, None, {}))
        assert limited.refusals() == 0
