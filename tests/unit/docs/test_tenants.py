"""The guide to tenants shows entries that are right, and names everything that one may have."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from support.blocks import ROOT, Block, blocks
from tenant_email import platforms
from tenant_email.json_types import is_object
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


@pytest.mark.parametrize("platform", platforms.names())
def test_it_names_what_a_platform_needs(platform: str) -> None:
    """Settings, credentials, their variables, and each scope."""
    spec, text = SPECS[platform], GUIDE.read_text()
    for name in (*VARIABLES, *spec.credentials, *spec.credentials.values(), spec.url_variable, *spec.scopes):
        assert f"`{name}`" in text, name
