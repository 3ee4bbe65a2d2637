"""The configuration store (docs/contracts/pingone_aic.md#config, #secrets, #built-in and #templates)."""

from __future__ import annotations

import pytest

from support.pingone_aic import PROVIDER, STOCK, Tenant, graph, smtp, state
from tenant_email_local.emulators.pingone_aic import AicEmulator, AicSwitches, Environment

TEMPLATE = "/openidm/config/emailTemplate/welcome"


def test_fresh_tenant_uses_its_stock_sender(tenant: Tenant) -> None:
    """The provider holds what the stock object holds, but for the id."""
    provider, stock = tenant.provider(), tenant.call("GET", STOCK).document
    assert provider.pop("_id") != stock.pop("_id")
    assert provider == stock


def test_secret_is_encrypted_anew_at_each_write(tenant: Tenant) -> None:
    """A literal comes back as a blob, in the answer already, and never as the same blob twice."""
    first, second = (tenant.call("PUT", PROVIDER, smtp()).document["auth"]["password"] for _ in range(2))
    assert first["$crypto"]["value"]["purpose"] == "idm.config.encryption"
    assert first["$crypto"]["value"]["iv"] != second["$crypto"]["value"]["iv"]
    assert "canary" not in str([first, second])


def test_blob_and_placeholder_are_stored_as_they_are(tenant: Tenant) -> None:
    """What is no literal stays verbatim."""
    blob = tenant.call("PUT", PROVIDER, smtp()).document["auth"]["password"]
    for value in (blob, "&{esv.mail.password}"):
        stored = tenant.call("PUT", PROVIDER, smtp(auth={"password": value})).document
        assert stored["auth"]["password"] == value


@pytest.mark.parametrize("encrypted", [True, False])
def test_graph_secret_is_encrypted_or_not(*, encrypted: bool) -> None:
    """Nobody knows about msgraph, so it is a switch."""
    with AicEmulator(state=state(), switches=AicSwitches(encrypt_graph_secret=encrypted)) as emulator:
        secret = Tenant(emulator).call("PUT", PROVIDER, graph()).document["auth"]["clientSecret"]
    assert isinstance(secret, dict) is encrypted


def test_put_replaces_the_whole_object(tenant: Tenant) -> None:
    """What is not sent is gone, and defaults are not filled in."""
    tenant.call("PUT", PROVIDER, smtp(debug=True))
    assert "debug" not in tenant.call("PUT", PROVIDER, smtp()).document


@pytest.mark.parametrize(("after", "status"), [("absent", 404), ("stock", 200)])
def test_delete_of_the_provider(after: str, status: int) -> None:
    """What a bare DELETE leaves is not recorded: nothing, or the built-in sender."""
    with AicEmulator(state=state(), switches=AicSwitches(after_delete=after)) as emulator:  # type: ignore[arg-type]  # one of the two
        tenant = Tenant(emulator)
        assert tenant.call("DELETE", PROVIDER).document["_id"] == "external.email"
        assert tenant.call("GET", PROVIDER).status == status


def test_conditional_headers(tenant: Tenant) -> None:
    """If-None-Match refuses what exists; If-Match protects nothing, and does not create."""
    assert tenant.call("PUT", PROVIDER, smtp(), If_None_Match="*").status == 412
    assert tenant.call("PUT", PROVIDER, smtp(), If_Match='"anything"').status == 200
    assert tenant.call("PUT", "/openidm/config/emailTemplate/new", {}, If_Match='"x"').status == 404


def test_patch_is_not_there(tenant: Tenant) -> None:
    """Nobody recorded a PATCH."""
    assert tenant.call("PATCH", PROVIDER, []).status == 501


@pytest.mark.parametrize("tier", ["staging", "uat", "prod"])
@pytest.mark.parametrize("reply", ["json", "html"])
def test_immutable_tier_refuses_static_configuration(tier: str, reply: str) -> None:
    """A write gets 403, as JSON or as a page, and changes nothing; ESVs may be written."""
    there = state(environment=Environment(tier=tier))
    with AicEmulator(state=there, switches=AicSwitches(immutable_put=reply)) as emulator:  # type: ignore[arg-type]  # one of the two
        tenant = Tenant(emulator)
        answers = [tenant.call("PUT", TEMPLATE, {}), tenant.call("DELETE", PROVIDER)]
        assert [(a.status, a.kind.partition(";")[0]) for a in answers] == [
            (403, {"json": "application/json", "html": "text/html"}[reply])
        ] * 2
        assert tenant.variable("esv-a", "1").status == 200


def test_stale_read_and_lost_update(tenant: Tenant) -> None:
    """A read may answer what was before the write; a confirmed write may be gone."""
    tenant.emulator.serve_stale(1)
    tenant.call("PUT", PROVIDER, smtp())
    assert [tenant.provider()["port"], tenant.provider()["port"]] == [25, 587]
    tenant.emulator.lose_updates(1)
    assert tenant.call("PUT", PROVIDER, smtp(port=465)).document["port"] == 465
    assert tenant.provider()["port"] == 587


def test_query_for_true_lists_all(tenant: Tenant) -> None:
    """Objects of every kind, the protected templates too, in the order of their names whatever the case."""
    answer = tenant.call("GET", "/openidm/config?_queryFilter=true").document
    names = [item["_id"] for item in answer["result"]]
    assert names == sorted(tenant.emulator.state.config, key=str.lower)
    assert {"external.email", "external.emailDefault", "emailTemplate/frOnboarding"} <= {*names}
    assert (answer["totalPagedResultsPolicy"], answer["totalPagedResults"]) == ("EXACT", len(names))


@pytest.mark.parametrize(("before", "kept"), [(True, "welcome"), (False, None)])
def test_another_id_in_the_body_is_not_kept(*, before: bool, kept: str | None) -> None:
    """As `id` it was, before 2026; a new object never had it."""
    with AicEmulator(state=state(), switches=AicSwitches(before_2026=before)) as emulator:
        tenant, body = Tenant(emulator), {"_id": "welcome", "subject": {"en": "Hi"}}
        answers = [tenant.call("PUT", f"/openidm/config/emailTemplate/{name}", body) for name in ("welcome", "new")]
    assert [(a.status, a.document.get("id")) for a in answers] == [(200, kept), (201, None)]
    assert [a.document["_id"] for a in answers] == ["emailTemplate/welcome", "emailTemplate/new"]


def test_body_must_be_an_object(tenant: Tenant) -> None:
    """A list, or no JSON, is a bad request; any object is stored."""
    assert tenant.call("PUT", TEMPLATE, [1]).status == 400
    assert tenant.call("GET", "/openidm/config?_queryFilter=maybe").status == 400
    assert tenant.call("GET", "/openidm/nowhere").status == 404
