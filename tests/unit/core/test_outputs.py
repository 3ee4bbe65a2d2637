"""Outputs as frozen types: a state comes out as it went in, what an earlier release lacks stays absent."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pytest

from support.state_keys import STATE_KEYS
from tenant_email.inputs.properties import NOTHING
from tenant_email.lifecycle.esv_secret import SecretOutputs
from tenant_email.lifecycle.esv_variable import VariableOutputs
from tenant_email.lifecycle.ses_account import AccountOutputs
from tenant_email.lifecycle.ses_dkim_key import DkimKeyOutputs
from tenant_email.lifecycle.ses_domain_identity import IdentityOutputs
from tenant_email.lifecycle.ses_domain_preflight import PreflightOutputs
from tenant_email.lifecycle.ses_domain_record import RecordOutputs
from tenant_email.lifecycle.ses_domain_settings import SettingsOutputs
from tenant_email.lifecycle.ses_domain_verification import VerificationOutputs
from tenant_email.operations.recorded_outputs import ProviderOutputs, TemplateOutputs

if TYPE_CHECKING:
    from tenant_email.inputs.properties import Properties

TEXT = "canary-output"
RECORD = {"name": TEXT, "type": "TXT", "ttl": 60, "values": [TEXT]}
OUTPUTS: list[tuple[type[Properties], str, dict[str, Any]]] = [
    (
        ProviderOutputs,
        "EmailProvider",
        {
            "live": {"host": TEXT},
            "secret_digests": {"password": "1"},
            "adopted": False,
            "written_identity": {"id": "x"},
        },
    ),
    (TemplateOutputs, "EmailTemplate", {"live": {"a": TEXT}, "last_written": {"a": TEXT}, "adopted": True}),
    (
        VariableOutputs,
        "EsvVariable",
        {"revision": 2, "adopted": False, "last_written": {"value": TEXT, "expression_type": "int", "description": ""}},
    ),
    (SecretOutputs, "EsvSecret", {"version": "2", "adopted": True, "last_written": {"version": "2", "created": "now"}}),
    (
        IdentityOutputs,
        "SesDomainIdentity",
        {
            "verification_status": "SUCCESS",
            "dkim_status": "FAILED",
            "signing_enabled": True,
            "sandbox": False,
            "identity_arn": TEXT,
            "dkim_tokens": ["a"],
            "dkim_fingerprint": None,
            "dns_records": [RECORD],
            "enforcement": "HEALTHY",
            "configuration_sets": [],
            "adopted": False,
        },
    ),
    (
        SettingsOutputs,
        "SesDomainSettings",
        {
            "mail_from_status": None,
            "previous_settings": {"mail_from": [TEXT, "x"]},
            "written_settings": {"mail_from": [TEXT, "x"], "tags.team": TEXT},
        },
    ),
    (VerificationOutputs, "SesDomainVerification", {"verification_status": "SUCCESS", "dkim_status": "SUCCESS"}),
    (PreflightOutputs, "SesDomainPreflight", {"adopts_identity": True, "existing_mail_from": TEXT}),
    (
        RecordOutputs,
        "SesDomainRecord",
        {"written_value": TEXT, "replaced_records": [RECORD], "conflicting_records": [TEXT]},
    ),
    (AccountOutputs, "", {"sandbox": True, "sending_enabled": True, "enforcement": "HEALTHY", "review": None}),
    (DkimKeyOutputs, "", {"private_key": TEXT, "public_key": "MIIB"}),
]
LATER = {"last_written", "snapshot", "mail_from_status"}
"""Outputs that only some states have."""


@pytest.mark.parametrize(("outputs", "resource", "state"), OUTPUTS, ids=[case[0].__name__ for case in OUTPUTS])
def test_a_state_comes_out_as_it_went_in(outputs: type[Properties], resource: str, state: dict[str, Any]) -> None:
    """Under the keys that are frozen, whatever inputs stand beside them; and no text of the user's is shown."""
    read = outputs.from_props({**state, "domain": "acme.example", "settings": {}})
    assert read.to_props() == state
    always = state.keys() - (LATER if outputs is TemplateOutputs else set())
    assert STATE_KEYS.get(resource, always) == always
    assert {each.name for each in fields(outputs)} - state.keys() <= LATER
    assert TEXT not in repr(read)


def test_what_an_earlier_release_lacks_stays_absent() -> None:
    """An output with a default is absent while it is None."""
    for outputs in (ProviderOutputs, TemplateOutputs, VariableOutputs, SecretOutputs):
        assert outputs.from_props({}).to_props() == {}
    assert "configuration_sets" not in IdentityOutputs.from_props({}).to_props()
    assert (NOTHING.to_props(), bool(NOTHING), bool(ProviderOutputs())) == ({}, False, False)
    assert bool(VariableOutputs(adopted=False))
