"""What goes wrong between us and a tenant: survived or explained, and nothing half-written."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from support.pingone_aic import PROVIDER, STOCK, state
from support.pingone_aic_site import ADA, Site, open_site, smtp
from tenant_email.errors import AlreadyConfigured, Forbidden, PlatformError, Rejected, TenantEmailError, Unavailable
from tenant_email.lifecycle.esv_restart import EsvRestartLifecycle
from tenant_email.lifecycle.esv_secret import EsvSecretLifecycle
from tenant_email.lifecycle.esv_variable import EsvVariableLifecycle
from tenant_email_local.emulators.pingone_aic import Environment
from tenant_email_local.emulators.pingone_aic.esvs import value_of
from tenant_email_local.emulators.server import Fault

if TYPE_CHECKING:
    from tenant_email_local.smtp import SmtpServer

PAGE = "<!doctype html><title>403</title>403 Forbidden"
TEMPLATE = {"message": {"en": "<p>Hi</p>"}}


@pytest.mark.parametrize("tier", ["staging", "uat", "prod"])
def test_immutable_tier_is_refused_before_any_write(
    server: SmtpServer, monkeypatch: pytest.MonkeyPatch, tier: str
) -> None:
    """The message names the tier and the way that works, for a provider and for a template."""
    with open_site(server, monkeypatch, state(environment=Environment(tier))) as site:
        for resource in (site.provider(), site.template(**TEMPLATE)):
            with pytest.raises(
                Forbidden, match=rf"the {tier} environment is immutable.*(?s:.)*promote it.*EsvVariable"
            ):
                resource.up()
        assert not [call for call in site.calls() if call.startswith("PUT")]


def test_locked_tenant_is_refused_for_esvs_too(site: Site) -> None:
    """While a promotion is under way nothing is written."""
    site.emulator.state.environment.lock = "locked"
    variable = site.resource(EsvVariableLifecycle(), esv="a", value="1")
    for resource in (variable, site.provider()):
        with pytest.raises(Forbidden, match="locked for a promotion"):
            resource.up()
    assert not [call for call in site.calls() if call.startswith("PUT")]


def test_page_instead_of_json_is_explained(site: Site) -> None:
    """An HTML 403 from the edge is an error with a remedy; the stock configuration is still there."""
    site.emulator.inject(Fault("PUT", "*external.email", status=403, html=PAGE))
    with pytest.raises(Forbidden, match=r"a web page(?s:.)*fr:idm"):
        site.provider().up()
    assert site.tenant.provider()["port"] == 25


@pytest.mark.parametrize("page", [PAGE, None], ids=["page", "json"])
def test_tier_that_turns_immutable_meanwhile_is_reported(site: Site, page: str | None) -> None:
    """A refused write asks for the tier again, which explains it."""
    site.emulator.inject(Fault("PUT", "*", delay=0.5, status=403, html=page))

    def turn() -> None:
        while not any(call.path == "/environment/info" for call in site.emulator.calls):
            time.sleep(0.01)
        site.emulator.state.environment = Environment("staging")

    thread = threading.Thread(target=turn)
    thread.start()
    with pytest.raises(Forbidden, match="the staging environment is immutable"):
        site.provider().up()
    thread.join()


@pytest.mark.parametrize("times", [1, 3])
def test_stale_reads_are_waited_for(site: Site, times: int) -> None:
    """A write counts when it can be read; what is recorded is what was read back."""
    provider = site.provider()
    site.emulator.serve_stale(times)
    provider.up()
    assert provider.state["live"]["host"] == "smtp.one.example"
    assert site.calls().count(f"GET {PROVIDER}") == times + 2


def test_lost_update_is_written_once_more_and_then_fails_loudly(site: Site) -> None:
    """A write that was confirmed and is gone is no success: it is written again, and gone again it is an error."""
    provider = site.provider()
    site.emulator.lose_updates(2)
    with pytest.raises(Unavailable, match=r"was confirmed, but it reads back differently(?s:.)*refresh"):
        provider.up()
    site.emulator.lose_updates(1)
    provider.up()
    assert site.tenant.provider()["host"] == "smtp.one.example"


def test_token_that_expires_mid_run_is_renewed(site: Site) -> None:
    """A 401, at a read or at a write, costs a login beside the one of each run, and nothing else."""
    provider = site.provider()
    provider.up()
    site.emulator.expire_tokens()
    assert provider.refresh()
    site.emulator.inject(Fault("PUT", "*", status=401))
    provider.up(settings=smtp(timeout=2000))
    assert site.calls().count("POST /am/oauth2/access_token") == 4
    assert provider.state["live"]["timeout"] == 2000


def test_login_that_the_server_fails_at_blames_no_credentials(site: Site) -> None:
    """The service account and its key are right, so the remedy does not send anyone to them."""
    site.emulator.inject(Fault("POST", "/am/oauth2/access_token", status=503, times=9))
    with pytest.raises(Unavailable, match="Run again") as caught:
        site.provider().up()
    assert "serviceAccountKey" not in str(caught.value)


def test_lost_answer_of_a_write_is_repeated(site: Site) -> None:
    """A PUT whose answer never came does the same thing twice."""
    site.emulator.inject(Fault("PUT", "*", drop="after"))
    provider = site.provider()
    provider.up()
    assert provider.state["adopted"] is False
    assert site.tenant.provider()["host"] == "smtp.one.example"


def test_configuration_written_before_a_kill_is_taken_over_as_its_message_says(site: Site) -> None:
    """No run remembers, so what equals the inputs is refused; adopting with on_delete="delete" makes it ours again."""
    site.provider().up()
    with pytest.raises(
        AlreadyConfigured, match="interrupted run of this stack created it, also set on_delete='delete'"
    ):
        site.provider().up()
    again = site.provider(on_existing="adopt", on_delete="delete")
    again.up()
    again.destroy()
    assert {**site.tenant.provider(), "_id": ""} == {**site.tenant.call("GET", STOCK).document, "_id": ""}


def test_failed_test_mail_puts_the_former_configuration_back(site: Site) -> None:
    """The password of the previous configuration still works after the roll-back, for its blob was put back."""
    provider = site.provider(test_recipient=ADA)
    provider.up()
    with pytest.raises(Rejected, match="the test email failed, so the previous configuration was restored"):
        provider.up(settings=smtp(password="canary-wrong"))
    with pytest.raises(Rejected, match="535"):
        provider.up(settings=smtp(username="nobody"))
    provider.up(settings=smtp(timeout=1000))
    assert len(site.server.inbox) == 2


def test_failed_test_mail_of_a_create_leaves_the_stock_sender(site: Site) -> None:
    """Nothing of a configuration that does not work stays."""
    with pytest.raises(Rejected, match="was restored"):
        site.provider(smtp(password="canary-wrong"), test_recipient=ADA).up()
    assert {**site.tenant.provider(), "_id": ""} == {**site.tenant.call("GET", STOCK).document, "_id": ""}


def test_failed_roll_back_is_reported_with_the_failed_test(site: Site) -> None:
    """When even putting back fails, the message has both."""
    site.emulator.inject(Fault("POST", "*external/email", status=400))
    site.emulator.inject(Fault("GET", "/environment/info"))
    site.emulator.inject(Fault("GET", "/environment/info", status=403))
    with pytest.raises(PlatformError, match="restoring the previous configuration failed too"):
        site.provider(test_recipient=ADA).up()


def test_overwritten_stock_object_is_not_reverted_to(site: Site) -> None:
    """A bulk import may have lost the way back; destroying then writes nothing."""
    provider = site.provider()
    provider.up()
    site.emulator.state.config["external.emailDefault"] = site.emulator.state.config["external.email"]
    site.calls()
    with pytest.raises(TenantEmailError, match="does not hold the built-in sender"):
        provider.destroy()
    assert not [call for call in site.calls() if call.startswith("PUT")]


@pytest.mark.parametrize("errors", [True, False])
def test_restart_with_server_errors_is_waited_for(
    server: SmtpServer, monkeypatch: pytest.MonkeyPatch, *, errors: bool
) -> None:
    """503 to everything while it restarts is no failure; when it is over, the ESVs are loaded."""
    with open_site(server, monkeypatch, restart_seconds=0.5, restart_errors=errors) as site:
        site.resource(EsvVariableLifecycle(), esv="a", value="1").up()
        site.resource(EsvRestartLifecycle(), esvs=["a"], revisions=[1]).up()
        assert site.tenant.call("GET", "/environment/variables/esv-a").document["loaded"] is True


@pytest.mark.parametrize(("drop", "times"), [("after", 1), ("before", 2)])
def test_restart_whose_answer_is_lost_is_repeated_where_it_did_not_arrive(site: Site, drop: Any, times: int) -> None:
    """The wait goes on; what is loaded then needs no second restart, what is not was never restarted."""
    site.resource(EsvVariableLifecycle(), esv="a", value="1").up()
    site.emulator.inject(Fault("POST", "/environment/startup", drop=drop))
    site.resource(EsvRestartLifecycle(), esvs=["a"], revisions=[1]).up()
    assert site.calls().count("POST /environment/startup") == times
    assert site.tenant.call("GET", "/environment/variables/esv-a").document["loaded"] is True


def test_restart_that_does_not_end_is_bounded(server: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wait ends with a message that says what to do."""
    with open_site(server, monkeypatch, restart_seconds=60) as site:
        site.resource(EsvVariableLifecycle(), esv="a", value="1").up()
        with pytest.raises(Unavailable, match=r"still restarting(?s:.)*longer timeout"):
            site.resource(EsvRestartLifecycle(), esvs=["a"], revisions=[1], timeout="1s").up()


@pytest.mark.parametrize("drop", ["before", "after"])
@pytest.mark.parametrize("times", [1, 4])
def test_esv_whose_creation_was_answered_by_nobody_is_ours(site: Site, drop: Any, times: int) -> None:
    """What is there and equals what was sent was made by this run: once, with the value that was meant."""
    variable = site.resource(EsvVariableLifecycle(), esv="a", value="1", description="mine")
    secret = site.resource(EsvSecretLifecycle(), esv="s", value="canary-esv", description="mine")
    for made in (variable, secret):
        site.emulator.inject(Fault("PUT", "/environment/*", drop=drop, times=times))
        made.up()
        assert made.state["adopted"] is False
    assert secret.state["version"] == "1"
    assert value_of(site.emulator.state.secrets["esv-s"]) == "canary-esv"


def test_secret_that_someone_makes_meanwhile_is_not_ours(site: Site) -> None:
    """An answer was lost, but what is there then is not what was sent, so it is refused and stays."""
    site.emulator.inject(Fault("PUT", "/environment/secrets/*", drop="before", delay=0.5))

    def make() -> None:
        while not any(call.path == "/environment/info" for call in site.emulator.calls):
            time.sleep(0.01)
        time.sleep(0.2)  # until the fault has met the PUT that follows
        body = {"encoding": "generic", "useInPlaceholders": True, "valueBase64": "eA=="}
        site.tenant.call("PUT", "/environment/secrets/esv-s", body)

    thread = threading.Thread(target=make)
    thread.start()
    with pytest.raises(AlreadyConfigured, match="esv-s already exists with a different description"):
        site.resource(EsvSecretLifecycle(), esv="s", value="canary-esv", description="mine").up()
    thread.join()
    assert value_of(site.emulator.state.secrets["esv-s"]) == "x"


@pytest.mark.parametrize("drop", ["before", "after"])
def test_version_whose_answer_is_lost_is_there_once(site: Site, drop: Any) -> None:
    """The version is asked for again, and the API makes none of a value that it has."""
    secret = site.resource(EsvSecretLifecycle(), esv="s", value="canary-one")
    secret.up()
    site.emulator.inject(Fault("POST", "/environment/secrets/*", drop=drop))
    assert secret.up(value="canary-two") == "update"
    found = site.emulator.state.secrets["esv-s"]
    assert (secret.state["version"], len(found.versions), value_of(found)) == ("2", 2, "canary-two")
