"""A state that an earlier version wrote is no change: nothing is asked, and nothing is sent again."""

from __future__ import annotations

import base64
import json
import pickle
from pathlib import Path
from typing import Any, Final

import pytest
from pulumi.dynamic import Config, ConfigureRequest

from tenant_email.operations import operation

# Written by a version of 2026-11-26, after the keys of states were frozen, by an `up` of one program;
# secrets and the hosts of tenants are others.
STATE: Final[list[dict[str, Any]]] = json.loads((Path(__file__).parent / "earlier_state.json").read_text())
TENANTS: Final = {
    "a": {"platform": "auth0", "url": "https://acme.eu.auth0.com"},
    "l": {"platform": "logto", "url": "https://acme.logto.app"},
    "p": {"platform": "pingone_aic", "url": "https://openam-acme.forgeblocks.com"},
}


def lifecycle(resource: dict[str, Any]) -> Any:
    """Returns the lifecycle that the state names, configured as the stack was."""
    found: Any = pickle.loads(base64.b64decode(resource["inputs"]["__provider"]))  # noqa: S301 - of the file above
    operation.begin()
    found.configure(ConfigureRequest(Config({"tenant-email:tenants": json.dumps(TENANTS)}, "lab")))
    return found


@pytest.mark.parametrize("resource", STATE, ids=lambda each: f"{each['type']} {each['name']}")
def test_what_an_earlier_version_recorded_is_no_change(resource: dict[str, Any]) -> None:
    """By the same program; and its inputs, as they are recorded, are none that a preview refuses."""
    of_state, recorded, given = lifecycle(resource), resource["outputs"], resource["inputs"]
    assert [failure.reason for failure in of_state.check(dict(recorded), dict(given)).failures] == []
    found = of_state.diff(resource["id"], dict(recorded), dict(given))
    assert (found.changes, found.replaces) == (False, [])


def test_every_resource_that_a_state_may_hold_is_among_them() -> None:
    """But for those that no program had then, or that leave nothing that an upgrade could change."""
    kinds = {each["type"] for each in STATE}
    assert {"EmailProvider", "EmailTemplate", "EsvSecret", "EsvVariable", "SesDomainIdentity"} <= kinds
    assert {"SesDomainRecord", "SesDomainVerification", "AwsKeyReady", "AwsKeySlot", "EsvRestart"} <= kinds
