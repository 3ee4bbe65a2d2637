"""Names of ESVs, placeholders, and the wrappers that type them (docs/contracts/pingone_aic.md#esvs)."""

from __future__ import annotations

import pytest

from tenant_email.errors import InvalidSettings
from tenant_email.pingone_aic import esv
from tenant_email.platforms.pingone_aic.placeholders import (
    has_platform_placeholder,
    is_literal_free,
    is_placeholder,
    placeholder_fault,
    unwrap_placeholder,
    uses,
    wrap_placeholder,
)


@pytest.mark.parametrize(
    ("name", "placeholder"),
    [("mail-host", "&{esv.mail.host}"), ("esv-mail-host", "&{esv.mail.host}"), ("a_b", "&{esv.a_b}")],
)
def test_name_becomes_its_placeholder(name: str, placeholder: str) -> None:
    """Each - is a dot, _ stays, and the prefix may be written or not."""
    assert esv(name) == placeholder
    assert esv(name, "465") == placeholder.replace("}", "|465}")


@pytest.mark.parametrize("name", ["", "Mail", "mail host", "mail.host", "x" * 125, "esv-"])
def test_wrong_names_are_refused_where_they_are_written(name: str) -> None:
    """The error names the rule."""
    with pytest.raises(InvalidSettings, match="is not an ESV name"):
        esv(name)


@pytest.mark.parametrize("default", ["a}b", '{"a": 1}', "{"])
def test_a_default_that_would_end_its_placeholder_is_refused(default: str) -> None:
    """The tenant would put the rest of it behind the value, as text."""
    with pytest.raises(InvalidSettings, match=r"esv: default: has a brace"):
        esv("mail", default)
    assert esv("mail", "") == "&{esv.mail|}"


def test_a_resource_has_its_own_placeholder() -> None:
    """The function takes a name."""
    with pytest.raises(InvalidSettings, match="not an object of dict\nWrite the name as a text; of an EsvVariable"):
        esv({"esv": "mail"})  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]


def test_uses_are_found_wherever_they_are() -> None:
    """In texts, lists and objects, with their defaults; the platform's own are none of ours."""
    document = {"a": {"$int": "&{esv.a-b|1}".replace("-", ".")}, "b": ["x &{esv.c} &{aic.d}"], "e": 5}
    assert [(use.esv_id, use.has_default, use.path) for use in uses(document)] == [
        ("esv-a-b", True, "a.$int"),
        ("esv-c", False, "b"),
    ]
    assert has_platform_placeholder(document)


@pytest.mark.parametrize(
    ("text", "whole", "free"),
    [("&{esv.a}", True, True), ("&{esv.a|b}", True, False), ("x&{esv.a}", False, False), ("&{aic.a}", False, False)],
)
def test_what_counts_as_a_placeholder(text: str, whole: bool, free: bool) -> None:
    """Only a whole one gets a type; only one without a default keeps a secret out of the configuration."""
    assert (is_placeholder(text), is_literal_free(text)) == (whole, free)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("plain", ""),
        ("Acme <&{esv.a}>", ""),
        ("&{esv.a", "does not end"),
        ("&{esv.A}", "names no ESV"),
        ("&{email.sender.address}", "built-in sender"),
    ],
)
def test_malformed_placeholders_are_reported(text: str, what: str) -> None:
    """The API would store any of them."""
    assert placeholder_fault(text).endswith(what)
    assert bool(placeholder_fault(text)) is bool(what)


@pytest.mark.parametrize("value", ["&{esv.a}", "text", 5, True])
def test_wrapping_and_back(value: object) -> None:
    """A placeholder is wrapped, a literal is not, and both come back."""
    assert unwrap_placeholder(wrap_placeholder(value, "$int")) == value
    assert isinstance(wrap_placeholder(value, "$int"), dict) is is_placeholder(value)
