"""The package schema says what the models and the classes say, in the words of every language."""

from __future__ import annotations

from tenant_email import package_schema as schema
from tenant_email.plugin.describe import package


def test_the_schema_is_what_the_models_say() -> None:
    """`schema.json` is what the generator writes now: python -m tenant_email.plugin.describe --write."""
    assert schema.text() == package.document()


def test_no_two_types_have_one_name() -> None:
    """`pulumi import` tells those of a union apart by the name alone, whatever its module."""
    names = [token.rpartition(":")[2] for token in schema.load()["types"]]
    assert len(set(names)) == len(names)
