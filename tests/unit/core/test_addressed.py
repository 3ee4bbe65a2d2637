"""The tenant that inputs name: how it is told, where it answers, and what another resource of the run left there."""

from __future__ import annotations

import pytest

from tenant_email.operations import operation
from tenant_email.operations.tenant_scoped import TenantScoped
from tenant_email.tenants.connections import Connection, nowhere

HERE = TenantScoped(Connection("main", "auth0", "https://a.example", "a.example", aliases=("b.example", "c.example")))


@pytest.fixture(autouse=True)
def _fresh() -> None:
    operation.begin()


def test_it_is_reported_by_platform_and_host() -> None:
    """As it stands in ids."""
    assert (HERE.who, HERE.host) == ("auth0 a.example", "a.example")


@pytest.mark.parametrize(("host", "there"), [("a.example", True), ("c.example", True), ("d.example", False)])
def test_it_answers_to_its_hosts(host: str, there: bool) -> None:
    """Its own and its aliases; one that is not found contradicts none."""
    assert HERE.is_at(host) is there
    assert TenantScoped(nowhere("main", "auth0")).is_at(host)


def test_its_writes_are_one_after_the_other() -> None:
    """The lock is the one of its platform and host."""
    assert HERE.write_lock() is operation.current().write_lock("auth0", "a.example")


@pytest.mark.parametrize("host", ["a.example", "c.example"])
def test_what_was_left_at_any_of_its_hosts_is_found(host: str) -> None:
    """An older id may hold another of them."""
    assert HERE.find_released(lambda at: f"auth0/{at}/email-provider") is None
    operation.current().ownership.release(f"auth0/{host}/email-provider", {})
    assert HERE.find_released(lambda at: f"auth0/{at}/email-provider") == {}
