"""Tokens, rate limits and faults (docs/contracts/auth0.md#authentication, #endpoints and #rate-limits)."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
import requests

from support.auth0 import PROVIDER, TEMPLATES, Tenant, smtp, template
from tenant_email_local.emulators.auth0 import Auth0Client, Auth0Emulator, Auth0State, SubscriptionPlan
from tenant_email_local.emulators.server import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator


class VirtualClock:
    """Shows a time that only tests move."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        """Tells the time."""
        return self.now


@pytest.fixture
def clock() -> VirtualClock:
    """Stands still until it is moved."""
    return VirtualClock()


@pytest.fixture
def free(clock: VirtualClock) -> Iterator[Tenant]:
    """Serves a tenant of the free plan on the virtual clock."""
    with Auth0Emulator(plan=SubscriptionPlan.FREE, clock=clock) as emulator:
        yield Tenant(emulator)


def test_anybody_is_told_where_tokens_are(tenant: Tenant) -> None:
    """The discovery document of OpenID Connect names the tenant as its issuer, and the path of the token endpoint."""
    answer = requests.get(f"{tenant.emulator.url}/.well-known/openid-configuration", timeout=60)
    document = answer.json()
    assert (answer.status_code, document["issuer"]) == (200, f"{tenant.emulator.url}/")
    assert document["token_endpoint"] == f"{tenant.emulator.url}/oauth/token"


def test_token_is_for_a_day_with_the_clients_scopes(tenant: Tenant) -> None:
    """The answer has type, lifetime and scope, to a JSON and to a form request."""
    answer = tenant.token()
    assert (answer.status, answer.document["token_type"], answer.document["expires_in"]) == (200, "Bearer", 86400)
    assert "update:email_provider" in answer.document["scope"].split()
    client = tenant.emulator.client
    form = {
        "grant_type": "client_credentials",
        "client_id": client.client_id,
        "client_secret": client.client_secret,
        "audience": f"https://127.0.0.1:{tenant.emulator.port}/api/v2/",
    }
    assert requests.post(f"{tenant.emulator.url}/oauth/token", data=form, timeout=60).status_code == 200


TOKEN_REFUSALS: dict[str, tuple[dict[str, Any], int, str]] = {
    "wrong secret": ({"client_secret": "wrong"}, 401, "access_denied"),
    "unknown client": ({"client_id": "nobody"}, 401, "access_denied"),
    "audience without its slash": ({"audience": "https://127.0.0.1/api/v2"}, 403, "access_denied"),
    "another grant": ({"grant_type": "password"}, 403, "unauthorized_client"),
}


@pytest.mark.parametrize("case", TOKEN_REFUSALS)
def test_token_refusal_is_an_oauth_error(tenant: Tenant, case: str) -> None:
    """OAuth errors have neither statusCode nor errorCode."""
    changes, status, error = TOKEN_REFUSALS[case]
    answer = tenant.token(**changes)
    assert (answer.status, answer.document["error"]) == (status, error)
    assert {"error", "error_description"} <= set(answer.document) <= {"error", "error_description", "error_uri"}


def test_client_without_a_grant_gets_no_token() -> None:
    """The error names the audience and what is missing."""
    with Auth0Emulator(state=Auth0State(clients={"m": Auth0Client("m", "canary", granted=False)})) as emulator:
        answer = Tenant(emulator).token()
    assert answer.status == 403
    assert f'Client is not authorized to access "{emulator.url}/api/v2/".' in answer.document["error_description"]


def test_missing_scope_is_named() -> None:
    """A token without the scope is 403 insufficient_scope."""
    client = Auth0Client("m", "canary", scopes=frozenset({"read:email_provider"}))
    with Auth0Emulator(state=Auth0State(clients={"m": client})) as emulator:
        answer = Tenant(emulator).call("POST", PROVIDER, smtp())
    assert answer.document == {
        "statusCode": 403,
        "error": "Forbidden",
        "message": "Insufficient scope, expected any of: create:email_provider",
        "errorCode": "insufficient_scope",
    }


def test_expired_tokens_are_401_until_a_new_one(tenant: Tenant) -> None:
    """Expiring all tokens provokes one 401; the next token works."""
    assert tenant.call("GET", PROVIDER).status == 404
    tenant.emulator.expire_tokens()
    text = "Expired token received for JSON Web Token validation"
    assert tenant.call("GET", PROVIDER).document == {
        "statusCode": 401,
        "error": "Unauthorized",
        "message": text,
        "attributes": {"error": text},
    }
    assert Tenant(tenant.emulator).call("GET", PROVIDER).status == 404


def test_token_expires_with_time(clock: VirtualClock) -> None:
    """A token lasts as long as it says."""
    with Auth0Emulator(clock=clock, token_lifetime=60) as emulator:
        tenant = Tenant(emulator)
        statuses: list[int] = []
        for wait in (0, 59, 1):
            clock.now += wait
            statuses.append(tenant.call("GET", PROVIDER).status)
    assert statuses == [404, 404, 401]


def test_unknown_token_is_401(tenant: Tenant) -> None:
    """A made-up or missing token is not taken."""
    url = f"{tenant.emulator.url}{PROVIDER}"
    for headers in ({}, {"Authorization": "Bearer made-up"}):
        assert requests.get(url, headers=headers, timeout=60).json()["message"] == "Invalid token."


LIMITS = [
    (SubscriptionPlan.FREE, "PATCH", PROVIDER, 5),
    (SubscriptionPlan.PROFESSIONAL, "GET", PROVIDER, 5),
    (SubscriptionPlan.FREE, "GET", f"{TEMPLATES}/verify_email", 10),
    (SubscriptionPlan.FREE, "PATCH", f"{TEMPLATES}/verify_email", 5),
    (SubscriptionPlan.ENTERPRISE, "PATCH", PROVIDER, 10),
    (SubscriptionPlan.ENTERPRISE, "GET", f"{TEMPLATES}/verify_email", 15),
]


@pytest.mark.parametrize(("plan", "method", "path", "burst"), LIMITS)
def test_burst_of_the_endpoint_then_429(
    clock: VirtualClock, plan: SubscriptionPlan, method: str, path: str, burst: int
) -> None:
    """Exactly the bucket's size is served, whatever the answers are."""
    with Auth0Emulator(plan=plan, clock=clock) as emulator:
        tenant = Tenant(emulator)
        statuses = [tenant.call(method, path, {"enabled": True}).status for _ in range(burst + 1)]
    assert statuses == [404] * burst + [429]


def test_429_tells_when_the_next_token_comes(free: Tenant, clock: VirtualClock) -> None:
    """Reset is in UNIX seconds; who waits until then is served once."""
    answers = [free.call("GET", PROVIDER) for _ in range(6)]
    assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == ["4", "3", "2", "1", "0", "0"]
    assert answers[-1].document["errorCode"] == "too_many_requests"
    clock.now = float(answers[-1].headers["x-ratelimit-reset"])
    assert clock.now == 1_700_000_003  # a token each 2.4 s
    assert [free.call("GET", PROVIDER).status for _ in range(2)] == [404, 429]


def test_bucket_refills_at_its_rate_and_no_further(free: Tenant, clock: VirtualClock) -> None:
    """An hour later there is one burst again, not an hour's worth."""
    free.call("GET", PROVIDER)
    clock.now += 3600
    assert [free.call("GET", PROVIDER).status for _ in range(6)].count(429) == 1


def test_buckets_are_apart(free: Tenant) -> None:
    """Empty writes leave reads alone, and templates leave the provider alone."""
    for _ in range(6):
        free.call("PATCH", PROVIDER, {"enabled": True})
    assert free.call("GET", PROVIDER).status == 404
    assert free.call("POST", TEMPLATES, template()).status == 200
    assert len(free.logged("api_limit")) == 1


def test_a_limit_is_logged_once_a_minute(free: Tenant, clock: VirtualClock) -> None:
    """Four fifths used are a warning, none left the limit itself; each is said again after a minute, not before."""
    for _ in range(9):
        free.call("GET", PROVIDER)
    (warning,), (reached,) = free.logged("api_limit_warning"), free.logged("api_limit")
    assert warning["description"] == "Warning! Global limit usage is high"
    assert warning["details"]["limit"] == {"bucket": "read provider", "global": True, "size": 5, "usage": 4}
    assert reached["description"] == "Global rate limit exceeded"
    assert reached["details"]["request"] == {"method": "GET", "path": PROVIDER}
    clock.now += 60
    for _ in range(9):
        free.call("GET", PROVIDER)
    assert [len(free.logged(kind)) for kind in ("api_limit_warning", "api_limit")] == [2, 2]


def test_date_follows_the_clock(free: Tenant) -> None:
    """A client that compares Date with the reset header finds one clock."""
    assert free.call("GET", PROVIDER).headers["date"] == "Tue, 14 Nov 2023 22:13:20 GMT"


def test_without_a_plan_there_are_no_limits(tenant: Tenant) -> None:
    """The default plan neither refuses nor shows headers."""
    answers = [tenant.call("GET", PROVIDER) for _ in range(20)]
    assert {answer.status for answer in answers} == {404}
    assert not any(name.startswith("x-ratelimit") for name in answers[0].headers)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_injected_status_has_no_effect_and_is_used_up(tenant: Tenant, status: int) -> None:
    """The fault answers in the API's shape as often as it was asked to."""
    tenant.emulator.inject(Fault("POST", PROVIDER, status=status, headers={"Retry-After": "1"}, times=2))
    answers = [tenant.call("POST", PROVIDER, smtp()) for _ in range(3)]
    assert [answer.status for answer in answers] == [status, status, 201]
    assert (answers[0].document["statusCode"], answers[0].headers["retry-after"]) == (status, "1")


def test_injected_html_is_what_a_proxy_says(tenant: Tenant) -> None:
    """The body is a page, not JSON."""
    tenant.emulator.inject(Fault("GET", "/api/v2/*", html="<h1>Bad gateway</h1>"))
    answer = tenant.call("GET", PROVIDER)
    assert (answer.status, answer.document, answer.headers["content-type"]) == (
        502,
        None,
        "text/html; charset=utf-8",
    )


@pytest.mark.parametrize("drop", ["before", "after"])
def test_dropped_connection_with_or_without_the_effect(tenant: Tenant, drop: str) -> None:
    """The client sees a lost reply both times; the tenant has changed only after."""
    tenant.emulator.inject(Fault("POST", PROVIDER, drop="after" if drop == "after" else "before"))
    with pytest.raises(requests.ConnectionError):
        tenant.call("POST", PROVIDER, smtp())
    assert tenant.call("GET", PROVIDER).status == (200 if drop == "after" else 404)
    statuses = [call.status for call in tenant.emulator.calls if call.method == "POST" and call.path == PROVIDER]
    assert statuses == [201 if drop == "after" else None]


def test_delay_holds_only_its_own_call(tenant: Tenant) -> None:
    """A delayed call times out on the client while others are served."""
    tenant.token()
    tenant.emulator.inject(Fault("GET", PROVIDER, delay=0.3))
    with pytest.raises(requests.Timeout):
        requests.get(f"{tenant.emulator.url}{PROVIDER}", timeout=0.1)
    assert tenant.call("GET", f"{TEMPLATES}/verify_email").status == 404


def test_calls_are_kept_in_order_without_showing_secrets(tenant: Tenant) -> None:
    """Tests can read a body; str and repr show which fields were sent."""
    tenant.call("POST", PROVIDER, smtp())
    token, post = tenant.emulator.calls
    assert (token.path, post.request_json) == ("/oauth/token", smtp())
    assert str(post).startswith("POST /api/v2/emails/provider 201 (name, default_from_address, credentials.smtp_host")
    shown = f"{tenant.emulator.calls} {post} {token} {tenant.emulator.state}"
    assert "canary" not in shown
    assert tenant.emulator.client.client_secret not in shown
    tenant.emulator.reset_calls()
    assert tenant.emulator.calls == []


def test_body_that_is_not_json_is_refused(tenant: Tenant) -> None:
    """Text that does not parse is a 400."""
    headers = {"Authorization": f"Bearer {tenant.token().document['access_token']}"}
    answer = requests.post(f"{tenant.emulator.url}{PROVIDER}", data=b"{", headers=headers, timeout=60)
    assert (answer.status_code, answer.json()["message"]) == (400, "Invalid request payload JSON format")


def test_logs_are_paged_newest_first(tenant: Tenant) -> None:
    """Each management write leaves a `sapi` entry."""
    for enabled, _ in itertools.product([True, False], range(2)):
        tenant.call("POST", TEMPLATES, template(enabled=enabled))
        tenant.call("DELETE", PROVIDER)
    pages = [tenant.call("GET", f"/api/v2/logs?q=type:sapi&per_page=3&page={page}").document for page in range(2)]
    assert [len(page) for page in pages] == [3, 2]
    assert pages[0][0]["log_id"] > pages[1][-1]["log_id"]


def test_of_many_at_once_only_one_creates(tenant: Tenant) -> None:
    """State changes happen one call at a time."""
    tenant.call("GET", PROVIDER)
    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(tenant.call, "POST", PROVIDER, smtp()) for _ in range(8)]
    assert sorted(answer.result().status for answer in answers) == [201] + [409] * 7


def test_second_emulator_on_a_taken_port_is_an_error(tenant: Tenant) -> None:
    """A port that is in use is an exception, not the end of the process."""
    with pytest.raises(OSError, match="in use"), Auth0Emulator(port=tenant.emulator.port):
        pass
