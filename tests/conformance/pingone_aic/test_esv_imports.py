"""ESVs that no state knows are read as a program writes them, without the value of a secret."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from support.imported import import_
from tenant_email.errors import InvalidSettings, WrongTenant
from tenant_email.lifecycle.esv_secret import EsvSecretLifecycle
from tenant_email.lifecycle.esv_variable import EsvVariableLifecycle
from tenant_email.operations import operation, steps

if TYPE_CHECKING:
    from support.pingone_aic_site import Site


def id_of(site: Site, what: str) -> str:
    """Returns the id of an ESV of the tenant."""
    return f"pingone_aic/{site.emulator.url.removeprefix('http://')}/{what}"


def writes(site: Site) -> list[str]:
    """Returns what was written since the last look, logins apart."""
    calls = [call for call in site.emulator.calls if call.method != "GET" and "token" not in call.path]
    site.emulator.reset_calls()
    return [f"{call.method} {call.path}" for call in calls]


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        ("smtp.acme.example", "string", {"value": "smtp.acme.example"}),
        ("587", "int", {"value": "587", "expression_type": "int"}),
        ('["a"]', "array", {"value": '["a"]', "expression_type": "array"}),
    ],
)
def test_a_variable_is_read_whole(site: Site, value: str, kind: str, shown: dict[str, Any]) -> None:
    """Its default type and an empty description say nothing; a destroy leaves it."""
    site.tenant.variable("esv-a", value, kind, description=None)
    imported = import_(EsvVariableLifecycle(), id_of(site, "esv-variable/esv-a"))
    assert imported.inputs == {"tenant": "main", "esv": "esv-a", **shown}
    assert imported.unsettled() == []
    writes(site)
    imported.destroy()
    assert writes(site) == []


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ({}, {}),
        (
            {"encoding": "base64hmac", "useInPlaceholders": False},
            {"encoding": "base64hmac", "use_in_placeholders": False},
        ),
        ({"description": "for mail"}, {"description": "for mail"}),
        ({"description": None}, {}),
    ],
)
def test_a_secret_is_read_without_its_value(site: Site, stored: dict[str, Any], shown: dict[str, Any]) -> None:
    """Nobody can read it; a program that gives one adds a version, one that gives none keeps the tenant's."""
    site.tenant.secret("esv-s", "Y2FuYXJ5LWVzdg==", **stored)
    imported = import_(EsvSecretLifecycle(), id_of(site, "esv-secret/esv-s"))
    assert imported.inputs == {"tenant": "main", "esv": "esv-s", **shown}
    assert imported.state["version"] == "1"
    assert imported.unsettled() == []
    assert "Y2Fu" not in json.dumps(imported.state)
    writes(site)
    imported.destroy()
    operation.begin()
    steps.update(imported.lifecycle, imported.id, imported.state, {**imported.inputs, "keep_versions": 2})
    assert writes(site) == []


def test_what_is_not_there_is_none(site: Site) -> None:
    """Pulumi then says that it does not exist."""
    operation.begin()
    assert steps.import_(EsvVariableLifecycle(), id_of(site, "esv-variable/esv-a")) is None
    assert steps.import_(EsvSecretLifecycle(), id_of(site, "esv-secret/esv-a")) is None


def test_an_id_is_spelled_as_it_is_recorded(site: Site) -> None:
    """With esv- before the name, and a name that can be one; of a tenant that is configured."""
    operation.begin()
    short, wrong = id_of(site, "esv-variable/a"), id_of(site, "esv-variable/A b")
    with pytest.raises(InvalidSettings) as caught:
        steps.import_(EsvVariableLifecycle(), short)
    right = id_of(site, "esv-variable/esv-a")
    assert str(caught.value) == f"import of {short}: id: lacks esv- before the name\nWrite it as {right}."
    with pytest.raises(InvalidSettings) as caught:
        steps.import_(EsvVariableLifecycle(), wrong)
    assert str(caught.value).startswith(f"import of {wrong}: esv: 'A b' is not an ESV name\nUse 1 to 124 of")
    with pytest.raises(InvalidSettings, match="id: is the id of EsvVariable, not of EsvSecret"):
        steps.import_(EsvSecretLifecycle(), right)
    with pytest.raises(WrongTenant, match=r"else\.example: no tenant"):
        steps.import_(EsvSecretLifecycle(), "pingone_aic/else.example/esv-secret/esv-a")
