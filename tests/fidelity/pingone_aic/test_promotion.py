"""Promotion endpoints of an upper tenant (docs/contracts/pingone_aic.md#tiers)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.pingone_aic import PROVIDER, Tenant, smtp, state
from tenant_email_local.emulators.pingone_aic import AicEmulator, Environment

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = "/environment/promotion"
PLACEHOLDERS = smtp(host="&{esv.mail.host}", auth={"password": "&{esv.mail.password}"})


@pytest.fixture
def tiers() -> Iterator[tuple[Tenant, Tenant]]:
    """Serves a development and a staging tenant."""
    with (
        AicEmulator(state=state()) as dev,
        AicEmulator(state=state(environment=Environment("staging")), lower=dev) as up,
    ):
        yield Tenant(dev), Tenant(up)


def promote(upper: Tenant, **options: Any) -> Any:
    """Locks, promotes, unlocks, and returns the report."""
    lock = upper.call("POST", f"{ROOT}/lock").document["promotionId"]
    upper.call("POST", f"{ROOT}/promote", options)
    report = upper.call("GET", f"{ROOT}/promote").document
    upper.call("DELETE", f"{ROOT}/lock/{lock}")
    return report


def test_literal_secret_and_missing_esv_block(tiers: tuple[Tenant, Tenant]) -> None:
    """The report names what is encrypted and what is missing, and nothing is promoted."""
    dev, staging = tiers
    dev.call("PUT", PROVIDER, smtp(host="&{esv.mail.host}"))
    report = promote(staging)
    assert (report["status"], report["missingESVs"]) == ("ERROR", ["esv-mail-host"])
    assert report["encryptedSecrets"] == ["external.email/auth/password"]
    assert staging.provider()["port"] == 25


def test_placeholders_with_their_esvs_are_promoted(tiers: tuple[Tenant, Tenant]) -> None:
    """Static configuration goes up as it is; a rollback takes it back."""
    dev, staging = tiers
    dev.call("PUT", PROVIDER, PLACEHOLDERS)
    staging.variable("esv-mail-host", "smtp.two.example")
    staging.secret("esv-mail-password", "two")
    assert promote(staging, dryRun=True)["status"] == "COMPLETE"
    assert staging.provider()["port"] == 25
    assert promote(staging)["blockingError"] is False
    assert staging.provider() == dev.provider()
    staging.call("POST", f"{ROOT}/rollback")
    assert staging.provider()["port"] == 25


def test_lock_blocks_both_tenants(tiers: tuple[Tenant, Tenant]) -> None:
    """While locked, neither tenant takes writes, ESVs included; info says so."""
    dev, staging = tiers
    lock = staging.call("POST", f"{ROOT}/lock").document["promotionId"]
    assert staging.call("GET", f"{ROOT}/lock/state").document["lowerEnv"]["state"] == "locked"
    assert [dev.variable("esv-a", "1").status, staging.variable("esv-a", "1").status] == [403, 403]
    assert dev.call("GET", "/environment/info").document["locked"] is True
    assert staging.call("POST", f"{ROOT}/lock").status == 409
    assert staging.call("DELETE", f"{ROOT}/lock/{lock}").document["result"] == "unlocked"
    assert dev.variable("esv-a", "1").status == 200


def test_reports_are_kept(tiers: tuple[Tenant, Tenant]) -> None:
    """Each promotion has a report; the lower tenant tells provisionally what it would carry."""
    dev, staging = tiers
    dev.call("PUT", PROVIDER, smtp())
    report = promote(staging, ignoreEncryptedSecrets=True)
    assert staging.call("GET", f"{ROOT}/report/{report['promotionId']}").document == report
    assert staging.call("GET", f"{ROOT}/reports").document == {"result": [report]}
    assert dev.call("GET", f"{ROOT}/report/provisional").document["encryptedSecrets"] == report["encryptedSecrets"]


def test_lowest_tenant_and_unlocked_ones_promote_nothing(tiers: tuple[Tenant, Tenant]) -> None:
    """There is nothing below development, and nothing moves without a lock."""
    dev, staging = tiers
    assert dev.call("POST", f"{ROOT}/lock").status == 400
    assert staging.call("POST", f"{ROOT}/promote", {}).status == 409
    assert staging.call("GET", f"{ROOT}/promote").status == 404
    assert staging.call("POST", f"{ROOT}/rollback").status == 409
