"""/environment/promotion: a tenant pulls the static configuration of the one below it.

Source: docs/contracts/pingone_aic.md#tiers.
"""

from __future__ import annotations

import copy
import json
import uuid
from typing import TYPE_CHECKING, Any, Final, cast

from tenant_email_local.emulators.pingone_aic import refusals
from tenant_email_local.emulators.pingone_aic.encryption import is_blob
from tenant_email_local.emulators.pingone_aic.resolver import PLACEHOLDER, esv_id
from tenant_email_local.emulators.pingone_aic.tenant import AicRoute, AicTenant, sent_object
from tenant_email_local.emulators.server import HttpAnswer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from werkzeug.wrappers import Request

_SCOPES: Final = ("fr:idc:promotion:*",)
_ROOT: Final = "/environment/promotion"


def lock_state(tenant: AicTenant, _request: Request) -> HttpAnswer:
    """Returns whether both environments are locked."""
    return HttpAnswer(200, _lock_document(tenant))


def lock(tenant: AicTenant, _request: Request) -> HttpAnswer:
    """Locks this environment and the one below."""
    lower = _lower(tenant)
    if tenant.state.environment.lock == "locked":
        raise refusals.environment(409, "The environments are locked already")
    identifier = str(uuid.uuid4())
    for each in (tenant, lower):
        each.state.environment.lock, each.state.environment.promotion_id = "locked", identifier
    return HttpAnswer(200, {"description": "", "promotionId": identifier, "result": "locked"})


def unlock(tenant: AicTenant, _request: Request, identifier: str) -> HttpAnswer:
    """Unlocks both."""
    if tenant.state.environment.promotion_id != identifier:
        raise refusals.environment(404, "There is no such lock")
    _unlock(tenant)
    return HttpAnswer(200, {"description": "", "promotionId": identifier, "result": "unlocked"})


def promote(tenant: AicTenant, request: Request) -> HttpAnswer:
    """Copies static configuration up, unless a check says no."""
    if tenant.state.environment.lock != "locked":
        raise refusals.environment(409, "The environments are not locked")
    options, report = sent_object(request), _report(tenant)
    tolerated = not report["encryptedSecrets"] or options.get("ignoreEncryptedSecrets")
    report["blockingError"] = bool(report["missingESVs"]) or not tolerated
    report["status"] = "ERROR" if report["blockingError"] else "COMPLETE"
    tenant.reports[report["promotionId"]] = report
    if not report["blockingError"] and not options.get("dryRun"):
        tenant.before_promotion = copy.deepcopy(tenant.state.config)
        tenant.state.config = copy.deepcopy(_lower(tenant).state.config)
        tenant.state.environment.promoted = True
        if options.get("unlockEnvironmentsAfterPromotion"):
            _unlock(tenant)
    return HttpAnswer(200, {"result": "Promotion initiated"})


def promotion(tenant: AicTenant, _request: Request) -> HttpAnswer:
    """Shows the last promotion."""
    if not tenant.reports:
        raise refusals.environment(404, "There was no promotion")
    return HttpAnswer(200, list(tenant.reports.values())[-1])


def rollback(tenant: AicTenant, _request: Request) -> HttpAnswer:
    """Puts back what was there before the last promotion."""
    if tenant.before_promotion is None:
        raise refusals.environment(409, "There is nothing to roll back")
    tenant.state.config, tenant.before_promotion = tenant.before_promotion, None
    return HttpAnswer(200, {"result": "Rollback initiated"})


def provisional(tenant: AicTenant, _request: Request) -> HttpAnswer:
    """Shows what a promotion out of this, the lower, tenant would carry."""
    return HttpAnswer(200, {"encryptedSecrets": list(_secret_paths(tenant.state.config)), "reportType": "provisional"})


def report(tenant: AicTenant, _request: Request, identifier: str) -> HttpAnswer:
    """Shows one report."""
    if identifier not in tenant.reports:
        raise refusals.environment(404, "There is no such report")
    return HttpAnswer(200, tenant.reports[identifier])


def reports(tenant: AicTenant, _request: Request) -> HttpAnswer:
    """Lists reports."""
    return HttpAnswer(200, {"result": list(tenant.reports.values())})


def _lower(tenant: AicTenant) -> AicTenant:
    if tenant.lower is None:
        raise refusals.environment(400, "This environment has no lower environment")
    return tenant.lower


def _lock_document(tenant: AicTenant) -> dict[str, Any]:
    environment = tenant.state.environment
    document = {"result": environment.lock, "promotionId": environment.promotion_id, "description": ""}
    sides = {"upperEnv": tenant, "lowerEnv": tenant.lower}
    return document | {
        name: {"state": side.state.environment.lock, "promotionId": side.state.environment.promotion_id}
        for name, side in sides.items()
        if side
    }


def _unlock(tenant: AicTenant) -> None:
    for each in (tenant, _lower(tenant)):
        each.state.environment.lock, each.state.environment.promotion_id = "unlocked", None


def _report(tenant: AicTenant) -> dict[str, Any]:
    """Returns a report with the two integrity checks of docs/contracts/pingone_aic.md#tiers."""
    config = _lower(tenant).state.config
    used = {
        esv_id(match["name"])
        for match in PLACEHOLDER.finditer(json.dumps(config))
        if match["name"].startswith("esv.") and match["default"] is None
    }
    return {
        "type": "promotion",
        "globalLock": tenant.state.environment.lock,
        "promotionId": tenant.state.environment.promotion_id,
        "message": "",
        "timeStamp": tenant.now(),
        "missingESVs": sorted(used - {*tenant.state.variables, *tenant.state.secrets}),
        "encryptedSecrets": list(_secret_paths(config)),
    }


def _secret_paths(document: Any, path: str = "") -> Iterator[str]:
    """Yields where literal secrets are."""
    if is_blob(document):
        yield path.removeprefix("/")
    elif isinstance(document, dict):
        for key, value in cast("dict[str, Any]", document).items():
            yield from _secret_paths(value, f"{path}/{key}")


ROUTES: Final = (
    AicRoute("GET", f"{_ROOT}/lock/state", lock_state, _SCOPES),
    AicRoute("POST", f"{_ROOT}/lock", lock, _SCOPES),
    AicRoute("DELETE", f"{_ROOT}/lock/<identifier>", unlock, _SCOPES),
    AicRoute("POST", f"{_ROOT}/promote", promote, _SCOPES),
    AicRoute("GET", f"{_ROOT}/promote", promotion, _SCOPES),
    AicRoute("POST", f"{_ROOT}/rollback", rollback, _SCOPES),
    AicRoute("GET", f"{_ROOT}/report/provisional", provisional, _SCOPES),
    AicRoute("GET", f"{_ROOT}/report/<identifier>", report, _SCOPES),
    AicRoute("GET", f"{_ROOT}/reports", reports, _SCOPES),
)
