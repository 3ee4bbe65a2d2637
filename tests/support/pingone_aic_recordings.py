"""The recorded PingOne AIC exchanges, the state that each needs, and their replay.

The cases are independent, so each is played against a tenant of its own, seeded with what its answer shows to have
been there. What a replay does not compare, and why: headers but the content type (an edge adds them); who and when
(`lastChange*`, `createDate`, the token), which no two runs share; the order of keys and of scopes
(docs/contracts/pingone_aic.md#authentication).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.pingone_aic import Answer, Tenant, state
from tenant_email_local.emulators.pingone_aic import AicEmulator, AicState, AicSwitches, Environment, ServiceAccount
from tenant_email_local.emulators.pingone_aic.seeds import STOCK_2024, stock_config
from tenant_email_local.emulators.pingone_aic.state import SecretEsv, VariableEsv

RECORDINGS = Path(__file__).parents[3] / "shared" / "recordings" / "pingone_aic.json"

EXCLUDED = {
    "direct_config_init": "direct control is an entitlement of its own, never used here",
    "direct_config_state": "as direct_config_init",
    "direct_config_apply": "as direct_config_init",
    "direct_config_abort": "as direct_config_init",
}
_CHANGING = {"lastChangeDate", "lastChangedBy", "createDate", "access_token"}


@dataclass(frozen=True)
class Exchange:
    """One recorded request and its answer."""

    name: str
    method: str
    path: str
    body: Any
    form: dict[str, str] | None
    status: int
    response: Any


def exchanges() -> dict[str, Exchange]:
    """Returns the recorded exchanges by name; none when the recordings are not there."""
    if not RECORDINGS.exists():
        return {}
    cases = json.loads(RECORDINGS.read_text())["cases"]
    return {
        case["name"]: Exchange(
            case["name"],
            case["method"],
            case["path"],
            case["request_json"],
            case.get("request_form"),
            case["status"],
            case["response_json"],
        )
        for case in cases
    }


def emulator_for(exchange: Exchange) -> AicEmulator:
    """Returns a tenant in which the recorded exchange can happen."""
    tenant = state(environment=Environment(tier="other"))
    _seed_scopes(tenant, exchange)
    _seed_config(tenant, exchange)
    _seed_esvs(tenant, exchange)
    # most of the recordings are older; a recorded restart lasts
    return AicEmulator(state=tenant, switches=AicSwitches(before_2026=True, restart_seconds=60))


def play(emulator: AicEmulator, exchange: Exchange) -> Answer:
    """Plays one exchange; what it needs to happen just before happens just before."""
    tenant = Tenant(emulator)
    if exchange.form is not None:
        return tenant.token(scope=exchange.form["scope"])
    if exchange.name == "config_put_401":
        tenant.call("GET", "/environment/info")
        emulator.expire_tokens()
    if exchange.name == "config_put_403_json":
        tenant = Tenant(emulator, "fr:idc:esv:*")
    if exchange.name == "startup_restarting":
        tenant.call("POST", "/environment/startup?_action=restart")
    return tenant.call(exchange.method, exchange.path, exchange.body)


def canonical(status: int, document: Any) -> str:
    """Returns an answer as text, without what no two runs share."""
    return json.dumps([status, _stable(document)], sort_keys=True)


def shown(answer: Answer) -> str:
    """Returns an emulator's answer as text; a page stands for itself."""
    page = answer.text if answer.document is None and answer.text else answer.document
    return canonical(answer.status, page)


def _stable(document: Any) -> Any:
    if isinstance(document, list):
        return [_stable(item) for item in document]
    if not isinstance(document, dict):
        return document
    kept = {key: _stable(value) for key, value in document.items() if key not in _CHANGING}
    if "scope" in kept:
        kept["scope"] = sorted(kept["scope"].split())
    if "error_description" in kept:
        sentence, _, scopes = kept["error_description"].partition(": ")
        kept["error_description"] = [sentence, *sorted(scopes.split(","))]
    if "result" in kept:  # the recordings keep the ids alone
        kept["result"] = [{"_id": item["_id"]} for item in kept["result"]]
    return kept


def _seed_scopes(tenant: AicState, exchange: Exchange) -> None:
    """Gives the service account the scopes that the recorded one had."""
    if exchange.form is None:
        return
    refused = str(exchange.response.get("error_description", "")).rpartition(": ")[2].split(",")
    (account,) = tenant.accounts.values()
    account.scopes = frozenset(exchange.form["scope"].split()) - set(refused)


def _seed_config(tenant: AicState, exchange: Exchange) -> None:
    """Puts configuration there: what a read shows, an older one where an update answers 200."""
    name = exchange.path.removeprefix("/openidm/config/").partition("?")[0]
    if exchange.name == "email_get_builtin_2024":
        tenant.config = stock_config(STOCK_2024)
    elif exchange.name.startswith("list_templates"):
        templates = {item["_id"]: {"enabled": True} for item in exchange.response["result"]}
        protected = {n: d for n, d in stock_config().items() if n.startswith("emailTemplate/fr")}
        tenant.config = {**protected, **templates}
    elif name.startswith("emailTemplate/") and exchange.status == 200:
        was = exchange.response if exchange.method != "PUT" else {"subject": {"en": "what the update must replace"}}
        tenant.config[name] = {key: value for key, value in was.items() if key != "_id"}
    elif "/managed/svcacct/" in exchange.path:
        record = {key: value for key, value in exchange.response.items() if key not in ("_id", "accountStatus")}
        account = exchange.response["_id"]
        tenant.accounts[account] = ServiceAccount(account, record=record)


def _seed_esvs(tenant: AicState, exchange: Exchange) -> None:
    """Puts ESVs there: those that a read or an action shows, and as many as a count counts."""
    name = [*exchange.path.partition("?")[0].split("/"), "", ""][3]
    if exchange.name == "esv_count":
        tenant.variables = {f"esv-{n}": _variable(f"esv-{n}") for n in range(exchange.response["variables"])}
        tenant.secrets = {f"esv-s{n}": _secret(f"esv-s{n}") for n in range(exchange.response["secrets"])}
    elif "/variables/" in exchange.path and exchange.method != "PUT" and exchange.status == 200:
        tenant.variables[name] = _variable(name, **(exchange.response or {}))
    elif exchange.name in ("secret_get_200", "secret_delete_200"):
        tenant.secrets[name] = _secret(name, **exchange.response)
    elif ("/versions" in exchange.path and exchange.status == 200) or exchange.name == "secret_put_existing_400":
        tenant.secrets[name] = _secret(name, versions=_versions(exchange))


def _versions(exchange: Exchange) -> list[dict[str, Any]]:
    """Returns the versions before the exchange, oldest first."""
    if exchange.name == "secret_versions_200":
        return list(reversed(exchange.response))
    return [{"createDate": "", "loaded": False, "status": "ENABLED", "version": str(n)} for n in (1, 2, 3)]


def _variable(name: str, **document: Any) -> VariableEsv:
    """Returns a variable that waits for a restart."""
    usual = {"_id": name, "description": "", "expressionType": "string", "loaded": False, "valueBase64": ""}
    return VariableEsv(usual | document)


def _secret(name: str, versions: list[dict[str, Any]] | None = None, **document: Any) -> SecretEsv:
    """Returns a secret that waits for a restart."""
    usual: dict[str, Any] = {
        "_id": name,
        "activeVersion": "3",
        "loadedVersion": "",
        "loaded": False,
        "useInPlaceholders": True,
    }
    held = usual | document
    return SecretEsv(held, versions or [], {held["activeVersion"]: ""})
