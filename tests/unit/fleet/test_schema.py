"""The JSON schema of fleet files is the committed one, and says the same as the reader."""

from __future__ import annotations

import json
import string
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from support.blocks import ROOT, blocks
from support.fleet_texts import FILE
from support.fleets import STACK
from tenant_email.fleet.reading import examine
from tenant_email.fleet.schema import fleet_schema
from tenant_email.inputs.core_yaml import CoreLoader

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA = STACK / "fleet.schema.json"
GUIDE = ROOT / "docs" / "fleet.md"


@cache
def validator() -> Draft202012Validator:
    """Returns what judges documents by the schema."""
    return Draft202012Validator(fleet_schema())


def example() -> Any:
    """Returns the document of stacks/fleet."""
    return yaml.load((STACK / "tenants.yaml").read_text(), Loader=CoreLoader)  # noqa: S506 - a safe loader


def test_it_is_the_committed_one() -> None:
    """Written by `tenant-email fleet schema > stacks/fleet/fleet.schema.json`."""
    assert json.loads(SCHEMA.read_text()) == fleet_schema()
    Draft202012Validator.check_schema(fleet_schema())


def described(schema: Any, at: str = "") -> Iterator[str]:
    """Yields the properties of a schema that nothing is said of."""
    if isinstance(schema, dict):
        for name, each in schema.get("properties", {}).items():
            if isinstance(each, dict) and each.get("description") is None and name != "kind":
                yield f"{at}.{name}"
        for name, each in schema.items():
            yield from described(each, f"{at}.{name}")
    elif isinstance(schema, list):
        for each in schema:
            yield from described(each, at)


def test_it_describes_every_property() -> None:
    """An editor says of each what the docstring says, but for platforms, whose name is enough."""
    named = [each for each in described(fleet_schema()) if ".if." not in each and ".tls." not in each]
    assert [each for each in named if not each.endswith((".all", ".auth0", ".logto", ".pingone_aic"))] == []


@pytest.mark.parametrize("text", [STACK / "tenants.yaml", *blocks(GUIDE, language="yaml")], ids=str)
def test_examples(text: Any) -> None:
    """Those of the stack and of the guide are right, for editors as for the reader."""
    written = text.read_text() if isinstance(text, Path) else text.text
    document = yaml.load(written, Loader=CoreLoader)  # noqa: S506 - a safe loader
    assert list(validator().iter_errors(document)) == []
    assert examine(written, STACK / FILE).problems == ()


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 700),
    st.floats(-2, 400).filter(lambda number: number == number),  # noqa: PLR0124 - not a number is no JSON
    st.text(string.ascii_letters + string.digits + " _-.:{}", max_size=8),
    st.sampled_from(["auth0", "logto", "auth0.smtp", "logto.smtp", "all", "adopt", "fail", "A_B", "reject", "mail"]),
)
VALUES = st.one_of(SCALARS, st.lists(SCALARS, max_size=2), st.dictionaries(st.sampled_from("ab"), SCALARS, max_size=2))
KEYS = st.sampled_from(
    ["provider", "kind", "host", "password", "password_env", "starters", "brand", "name", "email", "tls", "key", "body",
     "body_file", "from_ses", "on_existing", "templates", "clientSecret", "timeout", "aliases", "x", "x-y", "a.b",
     "url"]
)  # fmt: skip


def places(value: Any) -> list[Any]:
    """Returns all objects of a document."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [
        *([value] if isinstance(value, dict) and value else []),
        *(found for each in inner for found in places(each)),
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_it_agrees_with_the_reader(data: st.DataObject) -> None:
    """Of a document in which anything was changed both say alike whether it could be a fleet's."""
    document = example()
    for _ in range(data.draw(st.integers(1, 3))):
        spot = data.draw(st.sampled_from(places(document)))
        key = data.draw(st.one_of(st.sampled_from(sorted(spot)), KEYS))
        if data.draw(st.booleans()):
            spot[key] = data.draw(VALUES)
        else:
            spot.pop(key, None)
        if not document:
            break
    errors = [error.message for error in validator().iter_errors(document)]
    shape = examine(json.dumps(document), STACK / FILE, judged=False).shape
    assert bool(errors) == bool(shape), (document, errors, shape)
