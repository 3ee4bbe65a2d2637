"""/environment/info and /environment/startup: the tier, and the restart that loads ESVs.

Source: docs/contracts/pingone_aic.md#esvs and #tiers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email_local.emulators.pingone_aic import refusals
from tenant_email_local.emulators.pingone_aic.esvs import text_of, value_of
from tenant_email_local.emulators.pingone_aic.tenant import AicRoute, AicTenant
from tenant_email_local.emulators.server import HttpAnswer

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

_STARTUP: Final = "/environment/startup"


def info(tenant: AicTenant, _request: Request) -> HttpAnswer:
    """Tells the tier and whether static configuration may be changed."""
    environment = tenant.state.environment
    tiers = {"tierDisplayName": environment.tier, "tiers": [environment.tier]}
    document = {
        "backupRegion": "us-south1",
        "config_promotion_done": environment.promoted,
        "immutable": environment.immutable,
        "ipAddresses": ["192.0.2.10"],
        "locked": environment.lock == "locked",
        "message_box_html": "",
        "message_box_title": "",
        "message_variant": "",
        "placeholder_management_migration_date": "",
        "placeholder_management": "CUSTOMER",
        "promotionTierInfo": {**tiers, "upperTierDisplayName": None, "lowerTierDisplayName": None},
        "region": "us-central1",
        "tier": environment.tier,
        "warning_message_html": "",
    }
    return HttpAnswer(200, document)


def status(tenant: AicTenant, _request: Request) -> HttpAnswer:
    """Returns whether a restart is under way."""
    return HttpAnswer(200, {"restartStatus": "restarting" if is_restarting(tenant) else "ready"})


def restart(tenant: AicTenant, _request: Request) -> HttpAnswer:
    """Begins a restart; one at a time."""
    if is_restarting(tenant):
        raise refusals.environment(400, "A restart is in progress already")
    tenant.restarting_until = tenant.clock() + tenant.switches.restart_seconds
    tenant.restart_pending = True
    return HttpAnswer(200, {"restartStatus": "restarting"})


def is_restarting(tenant: AicTenant) -> bool:
    """Returns whether a restart is under way, and ends it when its time is over."""
    if tenant.restart_pending and tenant.clock() >= tenant.restarting_until:
        tenant.restart_pending = False
        load(tenant)
    return tenant.restart_pending


def load(tenant: AicTenant) -> None:
    """Loads every ESV."""
    for variable in tenant.state.variables.values():
        variable.document["loaded"] = True
    for secret in tenant.state.secrets.values():
        secret.document |= {"loaded": True, "loadedVersion": secret.document["activeVersion"]}
    take_snapshot(tenant)


def take_snapshot(tenant: AicTenant) -> None:
    """Takes the values of the loaded ESVs, from which placeholders are resolved until the next restart."""
    variables = {
        name: (text_of(variable.document["valueBase64"]), variable.document["expressionType"])
        for name, variable in tenant.state.variables.items()
        if variable.document["loaded"]
    }
    secrets = {
        name: (value, "string")
        for name, secret in tenant.state.secrets.items()
        if secret.document["loaded"]
        and secret.document["useInPlaceholders"]
        and (value := value_of(secret)) is not None
    }
    tenant.loaded = {**variables, **secrets}


ROUTES: Final = (
    AicRoute("GET", "/environment/info", info),
    AicRoute("GET", _STARTUP, status, ("fr:idc:esv:*", "fr:idc:esv:restart")),
    AicRoute("POST", _STARTUP, restart, ("fr:idc:esv:*", "fr:idc:esv:restart"), "restart"),
)
