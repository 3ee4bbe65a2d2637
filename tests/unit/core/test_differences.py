"""How a message lists what differs: live and desired of each input, and of a secret only that it is one."""

from __future__ import annotations

import pytest

from tenant_email.operations.differences import format_value, list_differences
from tenant_email.redaction.secrets import Secret

LIVE = {
    "from_address": "them@acme.example",
    "settings": {"port": "587", "password": Secret("canary-theirs"), "username": "mailer"},
}
WANTED = {
    "from_address": "us@acme.example",
    "settings": {"port": 587, "password": Secret("canary-ours"), "username": Secret("canary-user")},
}


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("from_address", '"them@acme.example" is live; the inputs say "us@acme.example"'),
        ("settings.port", '"587" is live, and no input can equal that; the inputs say 587'),
        ("settings.password", "the live secret differs from the one in the inputs"),
        ("settings.username", '"mailer" is live; the inputs say a secret'),
        ("settings.host", "nothing is live; the inputs say nothing"),
        ("enabled", "nothing is live; the inputs say nothing"),
        ("elsewhere.deep", "nothing is live; the inputs say nothing"),
    ],
)
def test_a_line_for_each(path: str, line: str) -> None:
    """With where it is, and whether any input could equal it."""
    assert list_differences([path], LIVE, WANTED, ["settings.port"]) == f"\n  - {path}: {line}"


def test_the_lines_come_in_the_order_asked() -> None:
    """And what is possible is not said to be otherwise."""
    assert list_differences(["settings.port", "enabled"], LIVE, WANTED) == (
        '\n  - settings.port: "587" is live; the inputs say 587\n  - enabled: nothing is live; the inputs say nothing'
    )
    assert list_differences([], LIVE, WANTED) == ""


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Grüße", '"Grüße"'),
        ([1, True, None], "[1, true, null]"),
        ({"a": Secret("canary-inside")}, '{"a": "a secret"}'),
        ("", '""'),
        ("x" * 79, f'"{"x" * 78}…'),
        ("x" * 78, f'"{"x" * 78}"'),
    ],
)
def test_a_value_is_shown_as_the_program_could_write_it(value: object, shown: str) -> None:
    """Cut where it is long."""
    assert format_value(value) == shown
