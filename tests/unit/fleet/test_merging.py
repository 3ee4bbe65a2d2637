"""What a tenant has of its defaults."""

from __future__ import annotations

from typing import Any

import pytest

from tenant_email.fleet.merging import argument_of, borrowed_secrets, merge

SMTP = {"kind": "auth0.smtp", "host": "a", "username": "u", "password_env": "P"}


@pytest.mark.parametrize(
    ("base", "over", "merged"),
    [
        ({"a": 1, "b": 2}, {"b": 3}, {"a": 1, "b": 3}),
        ({"a": {"x": 1, "y": 2}}, {"a": {"y": None, "z": 3}}, {"a": {"x": 1, "z": 3}}),
        ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
        ({"a": 1}, {"a": None}, {}),
        ({}, {"a": {"b": None}}, {"a": {}}),
        ({"body": "x", "subject": "s"}, {"body_file": "f"}, {"body_file": "f", "subject": "s"}),
        ({"html_files": {"en": "f"}}, {"html": {"en": "x"}}, {"html": {"en": "x"}}),
        ({"password_env": "P"}, {"password_file": "f"}, {"password_file": "f"}),
        (SMTP, {"kind": "auth0.ses", "region": "r"}, {"kind": "auth0.ses", "region": "r"}),
        (SMTP, {"kind": "auth0.smtp", "port": 25}, {**SMTP, "port": 25}),
        ("text", {"a": 1}, {"a": 1}),
    ],
)
def test_merge(base: Any, over: Any, merged: Any) -> None:
    """A JSON Merge Patch, in which one way to give an argument takes the place of another."""
    before = repr(base)
    assert merge(base, over) == merged
    assert repr(base) == before


@pytest.mark.parametrize(
    ("over", "borrowed"),
    [
        ({"kind": "auth0.smtp", "host": "b"}, ["password"]),
        ({"kind": "auth0.smtp", "username": "v"}, ["password"]),
        ({"kind": "auth0.smtp", "host": "b", "password_env": "P"}, []),
        ({"kind": "auth0.smtp", "host": "b", "password_file": "f"}, []),
        ({"kind": "auth0.smtp", "host": "a"}, []),
        ({"kind": "auth0.smtp", "port": 25}, []),
        ({"kind": "auth0.other", "host": "b"}, []),
    ],
)
def test_a_default_secret_and_another_host(over: dict[str, Any], borrowed: list[str]) -> None:
    """A secret is for the host and the user that it stands beside."""
    assert list(borrowed_secrets(SMTP, over, ("host", "username"), {"password"})) == borrowed


def test_names_of_an_argument() -> None:
    """The ways to give one argument are one argument."""
    assert {argument_of(name) for name in ("body", "body_file", "body_files", "body_env")} == {"body"}
