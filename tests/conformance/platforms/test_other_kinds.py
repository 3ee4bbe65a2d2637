"""What a tenant shows of a kind that is not ours stays out of inputs, outputs and messages, but for its identity."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tenant_email.errors import TenantEmailError
from tenant_email.platforms.auth0 import kinds as auth0_kinds
from tenant_email.platforms.logto import kinds as logto_kinds
from tenant_email_local.emulators.auth0 import Auth0Emulator
from tenant_email_local.emulators.logto import LogtoEmulator
from tenant_email_local.emulators.logto.state import Row
from tenant_email_local.emulators.pingone_aic import AicEmulator

if TYPE_CHECKING:
    from support.conformance import Case

CANARY = "canary-of-another-kind"
_NUMBERS = {"port", "expires", "smtp_port"}


def _logto(kind: logto_kinds.Kind) -> dict[str, Any]:
    """Returns a connector that holds a canary wherever its kind has a setting, and where it has none."""
    config: dict[str, Any] = {"unknown": {"token": CANARY}}
    for name, path in kind.paths.items():
        at = config
        for key in path[:-1]:
            at = at.setdefault(key, {})
        at[path[-1]] = 2525 if name in _NUMBERS else f"plain-{name}" if name in kind.identified_by else CANARY
    for path, constant in kind.constants.items():
        config.setdefault(path[0], {})[path[1]] = constant
    if kind.name == "http":
        config["endpoint"] = f"https://user:{CANARY}@plain-endpoint.example:8443/{CANARY}?key={CANARY}"
    return {"connectorId": kind.factory, "config": config}


def _auth0(kind: auth0_kinds.Kind) -> dict[str, Any]:
    hidden = {kind.credentials[name] for name in kind.write_only}
    shown = {wire: 2525 if wire in _NUMBERS else f"plain-{wire}" for wire in kind.credentials.values()}
    options: dict[str, Any] = {}
    for group, key in kind.options.values():
        options.setdefault(group, {})[key] = CANARY
    # hidden as the API hides it; and shown, as a tenant might by a mistake of the platform's
    return {"name": kind.name, "credentials": {w: CANARY if w in hidden else v for w, v in shown.items()}, **options}


_SMTP = {
    "host": "plain-host.example",
    "port": 2525,
    "auth": {"enable": True, "username": "plain-user", "password": CANARY},
    "smtpProperties": [f"mail.smtp.x={CANARY}"],
}
_GRAPH = {
    "type": "msgraph",
    "mailEndpoint": f"https://plain-graph.example/users/{CANARY}/sendMail?key={CANARY}",
    "auth": {
        "type": "oauth2",
        "clientId": "plain-client",
        "clientSecret": CANARY,
        "tokenEndpoint": "https://plain.x/t",
    },
}
DOCUMENTS: dict[str, list[dict[str, Any]]] = {
    "auth0": [
        *map(_auth0, auth0_kinds.KINDS.values()),
        {"name": "newer", "credentials": {"key": CANARY, "who": CANARY}, "settings": {"headers": {"X-Token": CANARY}}},
    ],
    # its own service is there on Cloud alone
    "logto": [_logto(kind) for kind in logto_kinds.KINDS.values() if kind.name != "logto_email"],
    "pingone_aic": [_SMTP, _GRAPH],
}


def planted(case: Case, document: dict[str, Any]) -> None:
    """Puts a document where someone else would have put it by the console."""
    tenant = case.tenant
    if isinstance(tenant, Auth0Emulator):
        tenant.state.provider = {"enabled": True, "default_from_address": "theirs@acme.example", **document}
    elif isinstance(tenant, LogtoEmulator):
        tenant.state.connectors[:] = [Row("theirs", document["connectorId"], document["config"])]
    else:
        assert isinstance(tenant, AicEmulator)
        tenant.state.config["external.email"] = {"from": "theirs@acme.example", **document}


def owned(case: Case) -> list[dict[str, Any]]:
    """Returns the inputs of two kinds of provider."""
    return [case.inputs(), case.around(case.samples["other_kind"])]


def test_a_refresh_shows_of_another_kind_what_it_is(case: Case) -> None:
    """For each two kinds, a read returns the other's name and what identifies it, and nothing else of it."""
    name = case.samples["settings"]["kind"].split(".")[0]
    id_ = f"{name}/{case.tenant.url.removeprefix('http://')}/email-provider"
    for inputs in owned(case):
        for document in DOCUMENTS[name]:
            planted(case, document)
            read = case.provider.read(id_, inputs)
            if read.inputs is None or read.inputs["settings"]["kind"] == inputs["settings"]["kind"]:
                continue
            shown = json.dumps([read.inputs, read.outs])
            assert CANARY not in shown, document
            assert set(read.inputs["settings"]) <= {"kind", "name"} | _identifying(read.inputs["settings"]), document


def _identifying(settings: dict[str, Any]) -> set[str]:
    """Returns the names of the settings whose values identify: those that were planted as such."""
    return {name for name, value in settings.items() if "plain" in str(value) or value == 2525}


def test_no_message_shows_another_kind(case: Case) -> None:
    """To refuse, to adopt and to keep what is there is said in words that hold nothing secret of it."""
    name = case.samples["settings"]["kind"].split(".")[0]
    id_ = f"{name}/{case.tenant.url.removeprefix('http://')}/email-provider"
    for inputs in owned(case):
        for document in DOCUMENTS[name]:
            for mode in ("fail", "import"):
                planted(case, document)
                with pytest.raises(TenantEmailError) as refused:
                    case.provider.create({**inputs, "on_existing": mode})
                assert CANARY not in str(refused.value)
            case.provider.delete(id_, {**inputs, "written_identity": {"kind": f"{name}.else"}})


def test_an_update_after_a_refresh_puts_ours_back(case: Case) -> None:
    """What a refresh left out is not needed: with "adopt", the next update writes our configuration whole."""
    inputs: dict[str, Any] = {**case.inputs(), "on_existing": "adopt"}
    made = case.provider.create(inputs)
    name = case.samples["settings"]["kind"].split(".")[0]
    for document in DOCUMENTS[name]:
        planted(case, document)
        read = case.provider.read(made.id, made.outs or {})
        if not read.id:
            continue  # on Logto another id is another connector: ours is gone, and that is no drift
        if (read.inputs or {})["settings"]["kind"] == inputs["settings"]["kind"]:
            continue
        updated = case.provider.update(made.id, read.outs or {}, inputs)
        assert case.provider.read(made.id, updated.outs or {}).inputs == inputs, document
