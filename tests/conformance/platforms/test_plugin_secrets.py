"""What is secret by the schema, and what a user marks, is sealed in every answer of the plug-in: for every kind."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from support.conformance import open_case
from support.kinds import EVERY, name_of
from support.plugin import InThisProcess, PluginSteps, in_clear
from tenant_email import package_schema as schema
from tenant_email.operations import operation
from tenant_email.platforms import names

if TYPE_CHECKING:
    from collections.abc import Iterator

PROVIDER, TEMPLATE = schema.token("EmailProvider"), schema.token("EmailTemplate")
UNMARKED = ("kind", "template", "content_type", "syntax", "type", "language", "region", "default_locale")
"""Settings of which the values are closed words, or part of an id; the latter are masked there, which others test."""


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yields every text below settings, with its path; one in a list with that of the list."""
    if isinstance(value, dict):
        for name, each in value.items():
            if name not in UNMARKED:
                yield from leaves(each, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        yield from ((path, text) for each in value for _, text in leaves(each))
    elif isinstance(value, str):
        yield path, value


def assert_hidden(steps: PluginSteps, inputs: dict[str, Any]) -> None:
    """Takes a resource through its life, each of its texts marked, and looks at every answer."""
    found = dict(leaves({"settings": inputs["settings"], "from_address": inputs.get("from_address")}))
    marked = {**inputs, "secret_inputs": sorted(found)}
    shown = [steps.check(marked, {}), steps.raw]
    id_, state = steps.create(marked)
    shown.append(steps.raw)
    again = {**state, "secret_inputs": sorted(found)}
    assert steps.diff(id_, again, marked) == (False, [])
    steps.read(id_, again)
    shown.append(steps.raw)
    operation.begin()
    changed = {**marked, **({"enabled": False} if "from_address" in inputs else {"on_delete": "retain"})}
    assert steps.diff(id_, again, changed)[0]
    shown.append(steps.raw)
    steps.update(id_, again, changed)
    shown.append(steps.raw)
    for message in shown[1:]:
        text = in_clear(message)
        assert not [path for path, value in found.items() if json.dumps(value) in text]


@pytest.mark.parametrize("inputs", [each for each in EVERY if name_of(each) != "auth0.other"], ids=name_of)
def test_no_text_of_a_provider_shows(inputs: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """In the outputs that repeat it, too, under whatever name."""
    with open_case(name_of(inputs).partition(".")[0], monkeypatch) as case:
        if hasattr(case.tenant, "state") and hasattr(case.tenant.state, "custom_action_deployed"):
            case.tenant.state.custom_action_deployed = True
        if name_of(inputs) == "logto.logto_email":
            pytest.skip("Logto Cloud's own sender has another login")
        operation.begin()
        assert_hidden(PluginSteps(InThisProcess(), PROVIDER), {"tenant": "main", **inputs})


@pytest.mark.parametrize("platform", names())
def test_no_text_of_a_template_shows(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its subject, its body and who sends it."""
    with open_case(platform, monkeypatch) as case:
        operation.begin()
        assert_hidden(PluginSteps(InThisProcess(), TEMPLATE), case.template_inputs())
