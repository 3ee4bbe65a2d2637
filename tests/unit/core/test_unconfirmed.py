"""A creation whose answer was lost for good: a state may hold it, and a later run goes on with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tenant_email.errors import AlreadyConfigured, Unavailable
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.operations import operation, steps

if TYPE_CHECKING:
    from support.flock.tenant import Tenant
    from tenant_email.json_types import Props

PROVIDER = EmailProviderLifecycle()
pytestmark = pytest.mark.usefixtures("flock")


def provider(tenant: Tenant, **settings: Any) -> Props:
    """Returns inputs of a provider."""
    usual = {"kind": f"{tenant.name}.smtp", "host": "smtp.one.example", "port": 587, "username": "ada"}
    given = {**usual, "password": "canary-one", **settings}
    return {"tenant": "main", "settings": given, "from_address": "ada@acme.example", "enabled": True}


def lost(tenant: Tenant, *effects: Any) -> tuple[str, Props]:
    """Returns what is recorded of a creation both of whose answers were lost; before or after their effect."""
    tenant.losing = list(effects)
    with pytest.raises(steps.UnconfirmedCreationError) as caught:
        steps.create(PROVIDER, provider(tenant))
    assert isinstance(caught.value.error, Unavailable)
    tenant.calls()
    operation.begin()
    return caught.value.id, caught.value.outputs


def arrived(tenant: Tenant) -> tuple[str, Props]:
    """Returns what is recorded of a creation that worked, and of which nobody heard: the line stayed broken."""
    tenant.meanwhile = [lambda: setattr(tenant, "is_silent", True)]
    found = lost(tenant, "after")
    tenant.is_silent = False
    return found


def test_what_is_recorded_is_what_was_sent_and_a_mark(tenant: Tenant) -> None:
    """Under the id that it would have had; no output is made up."""
    id_, recorded = lost(tenant, "before", "before")
    assert id_ == f"{tenant.name}/{tenant.name}.example/email-provider"
    assert recorded == {**provider(tenant), "unconfirmed": True}
    assert steps.diff(PROVIDER, id_, recorded, provider(tenant)) == (True, [])


def test_a_creation_that_never_arrived_is_made(tenant: Tenant) -> None:
    """By the next run, which then knows all about it."""
    id_, recorded = lost(tenant, "before", "before")
    state = steps.update(PROVIDER, id_, recorded, provider(tenant))
    assert tenant.calls() == ["create"]
    assert (state["adopted"], "unconfirmed" in state) == (False, False)
    assert state["written_identity"]["attributes"] == state["live"]


def test_a_creation_that_arrived_is_ours(tenant: Tenant) -> None:
    """It is written whole once more, as what is hidden may be otherwise, and a destroy removes it."""
    id_, recorded = arrived(tenant)
    state = steps.update(PROVIDER, id_, recorded, provider(tenant))
    assert tenant.last("update").change is None
    assert state["adopted"] is False
    steps.delete(PROVIDER, id_, state)
    assert tenant.provider is None


def test_inputs_that_changed_meanwhile_follow_in_the_same_run(tenant: Tenant) -> None:
    """First what was sent is made sure of, then it is changed as any other; the password goes with its new host."""
    id_, recorded = arrived(tenant)
    moved = provider(tenant, host="smtp.two.example", password="canary-two")
    steps.update(PROVIDER, id_, recorded, moved)
    assert tenant.provider is not None
    assert (tenant.provider["host"], tenant.provider["password"]) == ("smtp.two.example", "canary-two")


def test_what_someone_else_made_stays_theirs(tenant: Tenant, said: list[str]) -> None:
    """No run takes it over, no refresh records it, and no destroy removes it."""
    id_, recorded = lost(tenant, "before", "before")
    own = {"id": "id-theirs"} if tenant.name == "doves" else {}
    tenant.provider = {
        **provider(tenant)["settings"],
        "host": "smtp.them.example",
        "from": "bob@acme.example",
        "enabled": True,
        **own,
    }
    with pytest.raises(AlreadyConfigured):
        steps.update(PROVIDER, id_, recorded, provider(tenant))
    assert steps.read(PROVIDER, id_, recorded) is None
    steps.delete(PROVIDER, id_, recorded)
    assert tenant.provider["host"] == "smtp.them.example"
    told = f"{id_}: what is there is not what this stack sent; it was made by someone else and is left alone"
    assert said == [told]


def test_a_refresh_keeps_the_mark(tenant: Tenant) -> None:
    """What shows is as it was sent; what is hidden is still to be written once more."""
    id_, recorded = arrived(tenant)
    found = steps.read(PROVIDER, id_, recorded)
    assert found is not None
    assert found[1]["unconfirmed"] is True
    assert steps.diff(PROVIDER, id_, found[1], provider(tenant))[0]


def test_a_destroy_removes_what_was_made(tenant: Tenant) -> None:
    """And takes nothing there for done."""
    id_, recorded = arrived(tenant)
    steps.delete(PROVIDER, id_, recorded)
    assert tenant.provider is None
    steps.delete(PROVIDER, id_, recorded)
