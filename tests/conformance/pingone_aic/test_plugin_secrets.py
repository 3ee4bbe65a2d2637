"""What a user marks of an ESV is in no answer of the plug-in in clear, its placeholder included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.plugin import InThisProcess, PluginSteps, in_clear
from tenant_email import package_schema as schema
from tenant_email.operations import operation

if TYPE_CHECKING:
    from support.pingone_aic_site import Site


@pytest.mark.parametrize("name", ["EsvVariable", "EsvSecret"])
def test_no_output_shows_a_marked_esv(site: Site, name: str) -> None:
    """Name, value and description, at their own places and in what repeats them."""
    del site
    inputs: dict[str, Any] = {"esv": "canary-name", "value": "canary-value", "description": "canary-text"}
    marked = {"tenant": "main", **inputs, "secret_inputs": list(inputs)}
    steps = PluginSteps(InThisProcess(), schema.token(name))
    operation.begin()
    assert steps.check(marked, {}) == []
    id_, state = steps.create(marked)
    shown = in_clear(steps.raw)
    again = {**state, "secret_inputs": list(inputs)}
    steps.read(id_, again)
    shown += in_clear(steps.raw)
    operation.begin()
    changed = {**marked, "description": "canary-other"}
    steps.update(id_, again, changed)
    assert "canary" not in (shown + in_clear(steps.raw)).replace("-", "")
