"""What goes wrong between us and a Logto tenant: lost answers, limits, expired tokens, proxies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.logto import CONNECTORS, RESOURCE, Tenant
from support.logto_site import smtp, text
from tenant_email.errors import AlreadyConfigured, Conflict, Unauthorized, Unavailable
from tenant_email_local.emulators.logto import LogtoEmulator, LogtoSwitches
from tenant_email_local.emulators.server import Fault

if TYPE_CHECKING:
    from support.logto_site import Site


def test_a_create_whose_answer_is_lost_is_found_again(site: Site) -> None:
    """Logto shows the whole config, so what equals it is ours, and is written once more; there is no second POST."""
    site.emulator.inject(Fault("POST", CONNECTORS, drop="after"))
    connector = site.connector()
    assert connector.up(settings=smtp()) == "create"
    made = f"{CONNECTORS}/{connector.state['written_identity']['id']}"
    assert site.calls() == [f"GET {CONNECTORS}", f"POST {CONNECTORS}", f"GET {CONNECTORS}", f"PATCH {made}"]
    assert connector.up(settings=smtp()) == "same"


def test_a_create_that_never_arrived_is_sent_once_more(site: Site) -> None:
    """Nothing is there, so the same run creates; when that is lost too, nothing is recorded, and the next run does."""
    site.emulator.inject(Fault("POST", CONNECTORS, drop="before"))
    assert site.connector().up(settings=smtp()) == "create"
    site.emulator.state.connectors.clear()
    site.emulator.inject(Fault("POST", CONNECTORS, drop="before", times=2))
    with pytest.raises(Unavailable):
        site.connector().up(settings=smtp())
    assert site.emulator.state.connectors == []
    assert site.connector().up(settings=smtp()) == "create"


def test_what_a_killed_run_made_is_taken_over_as_its_message_says(site: Site) -> None:
    """The next run cannot know whose it is, and refuses; adopting with on_delete="delete" makes it ours again."""
    site.connector().up(settings=smtp())
    with pytest.raises(
        AlreadyConfigured, match="interrupted run of this stack created it, also set on_delete='delete'"
    ):
        site.connector().up(settings=smtp())
    again = site.connector(on_existing="adopt", on_delete="delete")
    again.up(settings=smtp())
    again.destroy()
    assert site.emulator.state.connectors == []


def test_a_removal_whose_answer_is_lost_is_done(site: Site) -> None:
    """The DELETE is sent again, finds nothing, and that is what was wanted."""
    connector = site.connector()
    connector.up(settings=smtp())
    site.emulator.inject(Fault("DELETE", f"{CONNECTORS}/*", drop="after"))
    connector.destroy()
    assert site.emulator.state.connectors == []


def test_a_template_whose_answer_is_lost_is_written_once_more(site: Site) -> None:
    """PUT is the same twice."""
    site.emulator.inject(Fault("PUT", "/api/email-templates", drop="after"))
    site.template().up(settings=text("fr"))
    assert len(site.emulator.state.templates) == 1


def test_a_template_is_recorded_though_nothing_more_can_be_said_of_it(site: Site) -> None:
    """What is only announced after the write does not make the write look failed."""
    site.emulator.inject(Fault("GET", "/api/sign-in-exp", times=9, status=403))
    template = site.template()
    assert template.up(settings=text("fr")) == "create"
    assert (template.state["adopted"], len(site.emulator.state.templates)) == (False, 1)


def test_an_expired_token_is_renewed_once(site: Site) -> None:
    """Expiry shows as a 401, after which one login is enough."""
    connector = site.connector()
    connector.up(settings=smtp())
    site.emulator.expire_tokens()
    site.emulator.reset_calls()
    connector.look()
    statuses = [(call.path.rpartition("/")[2] == "token", call.status) for call in site.emulator.calls]
    assert statuses == [(False, 401), (True, 200), (False, 200)]


def test_wrong_credentials_are_reported_with_the_remedy(site: Site) -> None:
    """The message names what to check and how a rotation reaches refresh and destroy."""
    site.emulator.application.secret = "canary-rotated"
    with pytest.raises(Unauthorized, match=r"LOGTO_APP_SECRET, or the variable .*, or pass --run-program"):
        site.connector().up(settings=smtp())


def test_a_login_that_the_server_fails_at_blames_no_credentials(site: Site) -> None:
    """The application and its secret are right, so the remedy does not send anyone to them."""
    site.emulator.inject(Fault("POST", "/oidc/token", status=503, times=9))
    with pytest.raises(Unavailable, match="Run again") as caught:
        site.connector().up(settings=smtp())
    assert "appSecret" not in str(caught.value)


@pytest.mark.parametrize("fault", [{"html": "<h1>Bad gateway</h1>"}, {"status": 503}])
def test_a_broken_proxy_is_never_read_as_absent(site: Site, fault: dict[str, str]) -> None:
    """A read that fails leaves the resource recorded."""
    connector = site.connector()
    connector.up(settings=smtp())
    site.emulator.inject(Fault("GET", CONNECTORS, times=9, **fault))  # type: ignore[arg-type]  # one of two fields
    with pytest.raises(Unavailable):
        connector.refresh()
    assert connector.id


def test_a_rate_limit_is_waited_for(site: Site) -> None:
    """A 429 costs a wait, not the run."""
    site.emulator.inject(Fault("GET", CONNECTORS, status=429))
    assert site.connector().up(settings=smtp()) == "create"
    assert site.calls().count(f"GET {CONNECTORS}") == 2


def test_cloud_limits_two_hundred_calls_in_ten_seconds() -> None:
    """The bucket of Logto Cloud, its own API resource, and its own sender; a second earns twenty more."""
    now = [1_000_000.0]
    with LogtoEmulator(switches=LogtoSwitches(cloud=True), clock=lambda: now[0]) as emulator:
        tenant = Tenant(emulator)
        assert tenant.token(resource=RESOURCE).code == "oidc.invalid_target"
        tenant.log_in(resource=f"{emulator.url}/api")
        statuses = [tenant.call("GET", CONNECTORS).status for _ in range(201)]
        assert (statuses.count(200), statuses[-1]) == (200, 429)
        now[0] += 1
        assert tenant.call("POST", CONNECTORS, {"connectorId": "logto-email", "config": {}}).status == 200


def test_a_refusal_that_nobody_foresaw_has_a_remedy_too(site: Site) -> None:
    """The platform's own words are shown, and the last line says what to do with them."""
    site.emulator.inject(Fault("GET", CONNECTORS, status=409))
    with pytest.raises(Conflict, match=r"GET /api/connectors(?s:.)*injected\nFix what the platform reports"):
        site.connector().up(settings=smtp())


def test_a_page_with_401_says_nothing_of_a_creation(site: Site) -> None:
    """Another token would not make it safe to send the POST again: one looks first whether it had its effect."""
    site.emulator.inject(Fault("POST", CONNECTORS, status=401, html="<h1>Sign in</h1>"))
    assert site.connector().up(settings=smtp()) == "create"
    calls = site.calls()
    assert calls[calls.index(f"POST {CONNECTORS}") + 1] == f"GET {CONNECTORS}"
