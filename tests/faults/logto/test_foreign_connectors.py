"""The connector's own id says whose it is: a colleague's is never deleted, overwritten or taken over in silence."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from support.logto import CONNECTORS, SMTP, Tenant, creation
from support.logto_site import smtp
from tenant_email.errors import AlreadyConfigured, TenantEmailError
from tenant_email_local.emulators.logto import Row
from tenant_email_local.emulators.server import Fault

if TYPE_CHECKING:
    from support.logto_site import Site

HTTP = {"kind": "logto.http", "endpoint": "https://hooks.acme.example/mail", "authorization": "canary-authorization"}


def replaced(site: Site) -> str:
    """Puts a connector with the very same config in place of the one there, as a colleague does; returns its id."""
    body = {"connectorId": SMTP, "config": site.stored()}
    return str(site.raw.call("POST", CONNECTORS, body).document["id"])


def beside(site: Site, id_: str = "theirs") -> None:
    """Puts a second connector beside the one there, as parallel creates leave it."""
    site.emulator.state.connectors.append(Row(id_, SMTP, dict(site.emulator.state.connectors[0].config)))


def ids(site: Site) -> list[str]:
    """Returns the ids of the connectors that are left."""
    return [row.id for row in site.emulator.state.connectors]


def test_a_destroy_keeps_a_connector_with_another_id(site: Site) -> None:
    """Kind, host, port, user and password are equal, but it is a colleague's; the policy makes no difference."""
    for policy in (None, "delete"):
        connector = site.connector(on_delete=policy)
        connector.up(settings=smtp())
        foreign = replaced(site)
        connector.destroy()
        assert ids(site) == [foreign]
        site.emulator.state.connectors.clear()


def test_a_refresh_takes_no_connector_with_another_id_over(site: Site) -> None:
    """Ours is gone, which is recorded; the next up refuses theirs, and a destroy touches nothing."""
    connector = site.connector()
    connector.up(settings=smtp())
    foreign = replaced(site)
    assert not connector.refresh()
    with pytest.raises(AlreadyConfigured, match=f"id {foreign}"):
        connector.up(settings=smtp())
    assert ids(site) == [foreign]


def test_of_two_racing_stacks_each_removes_its_own(site: Site) -> None:
    """The second one's POST, sent without a look at the same time, replaced the first one's connector."""
    first = site.connector()
    first.up(settings=smtp())
    second = replaced(site)
    first.destroy()
    assert ids(site) == [second]


@pytest.mark.parametrize("settings", [smtp(reply_to="help@acme.example"), HTTP], ids=["PATCH", "POST"])
def test_an_update_refuses_a_connector_with_another_id(site: Site, settings: Any) -> None:
    """Neither a change nor a switch of the factory, which is a POST, touches it; "adopt" does, and it is adopted."""
    connector = site.connector()
    connector.up(settings=smtp())
    foreign, sender = replaced(site), None if settings is HTTP else "noreply@acme.example"
    with pytest.raises(AlreadyConfigured, match=f"id {foreign}"):
        connector.up(settings=settings, from_address=sender)
    assert ids(site) == [foreign]
    connector.up(settings=settings, from_address=sender, on_existing="adopt")
    assert connector.state["adopted"] is True
    assert len(ids(site)) == 1


def test_a_connector_that_is_gone_is_created_again_at_a_switch(site: Site) -> None:
    """The switch finds nothing to replace, and creates."""
    connector = site.connector()
    connector.up(settings=smtp())
    site.emulator.state.connectors.clear()
    connector.up(settings=HTTP, from_address=None)
    assert [row.factory for row in site.emulator.state.connectors] == ["http-email"]
    assert connector.state["adopted"] is False


def test_a_destroy_removes_ours_among_several(site: Site) -> None:
    """They cannot be listed, but ours has an id: it goes, the other one stays."""
    connector = site.connector()
    connector.up(settings=smtp())
    beside(site)
    connector.destroy()
    assert ids(site) == ["theirs"]


def test_a_destroy_keeps_several_of_which_none_is_ours(site: Site) -> None:
    """Where ours is gone, nothing is removed."""
    connector = site.connector()
    connector.up(settings=smtp())
    beside(site)
    beside(site, "another")
    del site.emulator.state.connectors[0]
    connector.destroy()
    assert ids(site) == ["theirs", "another"]


@pytest.mark.parametrize("settings", [smtp(reply_to="help@acme.example"), HTTP], ids=["PATCH", "POST"])
def test_an_up_after_a_refresh_deletes_nothing_of_several(site: Site, settings: Any) -> None:
    """A refresh knows ours by its id; a change is a PATCH, and a switch, which would delete theirs, is refused."""
    connector = site.connector()
    connector.up(settings=smtp())
    beside(site)
    assert connector.refresh()
    assert connector.up(settings=smtp()) == "same"
    if settings is HTTP:
        with pytest.raises(
            AlreadyConfigured,
            match=r"changing the kind would delete these connectors: several(?s:.)*DELETE /api/connectors/:id",
        ):
            connector.up(settings=HTTP, from_address=None)
    else:
        assert connector.up(settings=settings) == "update"
    assert len(ids(site)) == 2


def test_adopt_heals_a_switch_among_several(site: Site) -> None:
    """An explicit "adopt" is what deletes the others."""
    connector = site.connector()
    connector.up(settings=smtp())
    beside(site)
    connector.up(settings=HTTP, from_address=None, on_existing="adopt")
    assert [row.factory for row in site.emulator.state.connectors] == ["http-email"]


def test_an_import_with_a_wrong_password_is_refused(site: Site) -> None:
    """Logto shows what is stored, so it is compared, and shown to nobody."""
    site.connector().up(settings=smtp())
    with pytest.raises(AlreadyConfigured, match=r"settings\.password: the live secret differs from") as refused:
        site.connector(on_existing="import").up(settings=smtp(password="canary-wrong"))
    assert "canary" not in str(refused.value)
    imported = site.connector(on_existing="import")
    imported.up(settings=smtp())
    assert imported.state["adopted"] is True


def test_on_drift_fail_meets_a_connector_with_another_id(site: Site) -> None:
    """It equals in everything but its id, and is not written to."""
    connector = site.connector(on_drift="fail")
    connector.up(settings=smtp())
    foreign = replaced(site)
    with pytest.raises(TenantEmailError, match=f"id {foreign}"):
        connector.up(settings=smtp(reply_to="help@acme.example"))
    assert "replyTo" not in site.stored()


def test_a_connector_put_there_during_the_test_mail_stays(site: Site) -> None:
    """The test email takes its time; what is there after it is looked for again, for a POST would delete it."""
    site.emulator.inject(Fault("POST", f"{CONNECTORS}/*/test", delay=0.5))
    colleague, foreign = Tenant(site.emulator), list[str]()
    colleague.log_in()

    def put() -> None:
        while not any(str(call).startswith(f"GET {CONNECTORS}") for call in site.emulator.calls):
            time.sleep(0.01)
        foreign.append(
            colleague.call("POST", CONNECTORS, creation("http-email", endpoint="https://a.example")).document["id"]
        )

    thread = threading.Thread(target=put)
    thread.start()
    with pytest.raises(AlreadyConfigured):
        site.connector(preflight="send", test_recipient="ops@acme.example").up(settings=smtp())
    thread.join()
    assert ids(site) == foreign
