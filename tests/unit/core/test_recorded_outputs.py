"""What a state holds beside the inputs is read and written whole, whatever an earlier release left out of it."""

from __future__ import annotations

from typing import Any

import pytest

from tenant_email.inputs.tenant_objects import ProviderInputs
from tenant_email.operations.recorded_outputs import ProviderOutputs, TemplateOutputs, WrittenIdentity
from tenant_email.platforms.base import LiveProvider

WRITTEN: dict[str, Any] = {
    "kind": "auth0.smtp",
    "host": "smtp.one.example",
    "id": "w",
    "attributes": {"enabled": True},
    "secret_digests": {"password": "2"},
}
PROVIDER: dict[str, Any] = {
    "live": {"id": "x", "enabled": True},
    "secret_digests": {"password": "1"},
    "adopted": False,
    "written_identity": WRITTEN,
}
TEMPLATE: dict[str, Any] = {
    "live": {"subject": "a"},
    "last_written": {"subject": "b"},
    "adopted": True,
    "snapshot": {"subject": "c"},
}


def without(props: dict[str, Any], name: str) -> dict[str, Any]:
    """Returns the properties but this one."""
    return {key: value for key, value in props.items() if key != name}


def test_a_provider_s_outputs_are_read_where_they_stand() -> None:
    """Each under its own name; the written id comes before the one seen last."""
    outputs = ProviderOutputs.from_props({**PROVIDER, "settings": {"kind": "x"}, "tenant": "main"})
    assert (outputs.live, outputs.secret_digests, outputs.adopted) == (
        {"id": "x", "enabled": True},
        {"password": "1"},
        False,
    )
    assert outputs.written_identity == WrittenIdentity(
        {"kind": "auth0.smtp", "host": "smtp.one.example"}, "w", {"enabled": True}, {"password": "2"}
    )
    assert (outputs.id, outputs.digests, outputs.written_identity.kind) == ("w", {"password": "1"}, "auth0.smtp")
    assert ProviderOutputs().digests == {}
    assert WrittenIdentity().kind == ""


def test_what_is_live_is_recorded() -> None:
    """With its digests, whose it is, and what was written."""
    live = LiveProvider(ProviderInputs({"kind": "auth0.smtp"}), {"id": "x"}, secret_digests={"password": "1"})
    written = WrittenIdentity({"kind": "auth0.smtp"})
    expected = ProviderOutputs({"id": "x"}, {"password": "1"}, adopted=True, written_identity=written)
    assert ProviderOutputs.of(live, adopted=True, written=written) == expected


@pytest.mark.parametrize("name", ["", *PROVIDER])
def test_what_a_provider_s_state_lacks_is_not_written(name: str) -> None:
    """And what it has comes back."""
    assert ProviderOutputs.from_props(without(PROVIDER, name)).to_props() == without(PROVIDER, name)


@pytest.mark.parametrize("name", ["", "kind", "id", "secret_digests"])
def test_what_a_written_identity_lacks(name: str) -> None:
    """Without digests there are none; attributes bring them along."""
    expected = {**without(WRITTEN, name), **({"secret_digests": {}} if name == "secret_digests" else {})}
    assert WrittenIdentity.from_props(without(WRITTEN, name)).to_props() == expected
    assert WrittenIdentity.from_props(without(WRITTEN, "attributes")).to_props() == {
        "kind": "auth0.smtp",
        "host": "smtp.one.example",
        "id": "w",
    }


def test_a_template_s_outputs_are_read_where_they_stand() -> None:
    """What was last written is what is live where no more is recorded; else there is none."""
    outputs = TemplateOutputs.from_props({**TEMPLATE, "settings": {}})
    assert outputs == TemplateOutputs({"subject": "a"}, {"subject": "b"}, adopted=True, snapshot={"subject": "c"})
    assert outputs.to_props() == TEMPLATE
    alone = TemplateOutputs.from_props({"live": {"subject": "a"}})
    assert (outputs.ours, alone.ours, TemplateOutputs().ours) == ({"subject": "b"}, {"subject": "a"}, {})
    assert alone.to_props() == {"live": {"subject": "a"}}
    assert TemplateOutputs.from_props({}) == TemplateOutputs()
    assert TemplateOutputs.from_props({}).to_props() == {}
