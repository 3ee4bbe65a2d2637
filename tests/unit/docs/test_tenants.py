"""The guide to tenants shows entries that are right, and names everything that one may have."""

from __future__ import annotations

import json
import re
from functools import reduce
from typing import Any

import pytest
import yaml

from support.blocks import ROOT, Block, blocks
from tenant_email import platforms
from tenant_email.errors import InvalidSettings
from tenant_email.json_types import is_object
from tenant_email.tenants.connections import CONFIG_KEY, Connections
from tenant_email.tenants.entry_shapes import VARIABLES, shape_problems

GUIDE = ROOT / "docs" / "tenants.md"
SPECS = platforms.connection_specs()


def _entries(read: Any) -> list[tuple[str, dict[str, Any]]]:
    """Returns the entries of a block, wherever in it they are."""
    if not is_object(read):
        return []
    if "platform" in read:
        return [("shown", read)]
    return [each for part in read.values() for each in _entries(part)]


@pytest.mark.parametrize("block", blocks(GUIDE, language="yaml"), ids=str)
def test_its_entries_are_right(block: Block) -> None:
    """Names and types, with what is encrypted in place of a secret taken for one."""
    entries = _entries(yaml.safe_load(block.text))
    assert entries
    for name, entry in entries:
        plain = {key: "encrypted" if isinstance(value, dict) else value for key, value in entry.items()}
        assert shape_problems(name, plain, SPECS[entry["platform"]]) == []


ESC, STACK = (
    block for block in blocks(GUIDE, language="yaml") if re.search("environmentVariables|^environment", block.text)
)


def _opened(value: Any, values: dict[str, Any]) -> Any:
    """Returns what an ESC environment holds once it is opened: secrets as they are, and each `${a.b}` by its value."""
    if isinstance(value, dict):
        return value["fn::secret"] if "fn::secret" in value else {key: _opened(value[key], values) for key in value}
    named = re.fullmatch(r"\$\{(.+)\}", str(value))
    return _opened(reduce(lambda found, key: found[key], named[1].split("."), values), values) if named else value


@pytest.mark.parametrize("entries_are_in", ["the environment", "the stack's file"])
def test_its_esc_environment_leads_to_a_login(entries_are_in: str) -> None:
    """Config and variables as ESC gives them are tenants with their secret; a name that it does not set is told."""
    values = yaml.safe_load(ESC.text.replace("…", "canary-esc"))["values"]
    opened = _opened(values, values)
    environ, config = opened["environmentVariables"], opened["pulumiConfig"]
    if entries_are_in == "the stack's file":
        config = yaml.safe_load(STACK.text)["config"]
    entries = config[CONFIG_KEY]
    for name in entries:
        found = Connections(json.dumps(entries), environ, SPECS).get(name, "auth0")
        assert (found.secret["clientSecret"].reveal(), found.missing) == ("canary-esc", ())
    with pytest.raises(InvalidSettings, match="the variable ACME_AUTH0_SECRET is not set"):
        Connections(json.dumps(entries), {}, SPECS).get("acme", "auth0")


@pytest.mark.parametrize("platform", platforms.names())
def test_it_names_what_a_platform_needs(platform: str) -> None:
    """Settings, credentials, their variables, and each scope."""
    spec, text = SPECS[platform], GUIDE.read_text()
    for name in (*VARIABLES, *spec.credentials, *spec.credentials.values(), spec.url_variable, *spec.scopes):
        assert f"`{name}`" in text, name
