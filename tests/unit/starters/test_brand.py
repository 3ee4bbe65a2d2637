"""A brand: what is wrong with it is said at once, and at its argument."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from support.starters import FULL, HOSTILE
from tenant_email import Brand
from tenant_email.errors import InvalidSettings

HTTPS = "is not an https address\nWrite it as https://acme.com/logo.png."
STEERED = "has a line break or another control character\nRemove it."


@pytest.mark.parametrize("name", HOSTILE)
def test_any_name_is_one(name: str) -> None:
    """Quotes, braces, brackets, another direction, 200 letters, emoji."""
    assert Brand(name=name).name == name


def test_a_color_is_kept_in_one_spelling() -> None:
    """So that the same brand is the same text."""
    assert Brand(name="Acme", color="#FD0").color == "#ffdd00"
    assert FULL.color == "#ffd200"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"name": ""}, "name: is empty\nSet it."),
        ({"name": None}, "name: is missing\nSet it."),
        ({"name": "\u200b"}, "name: is empty\nSet it."),
        ({"name": "x" * 201}, "name: is 201 characters long\nUse at most 200."),
        ({"name": "Acme\nBcc: x"}, f"name: {STEERED}"),
        ({"name": "emca\u202e"}, f"name: {STEERED}"),
        ({"name": 7}, "name: is a int, not a text\nWrite it in quotes."),
        ({"color": "red"}, "color: is not a color as #rrggbb\nWrite it as #1f5fd6."),
        ({"color": "#fff;}"}, "color: is not a color as #rrggbb\nWrite it as #1f5fd6."),
        ({"logo_url": "http://acme.com/a.png"}, f"logo_url: {HTTPS}"),
        ({"logo_url": "//acme.com/a.png"}, f"logo_url: {HTTPS}"),
        ({"logo_url": "data:image/png;base64,AA"}, f"logo_url: {HTTPS}"),
        ({"logo_url": "https://u:canary-p@acme.com/a.png"}, f"logo_url: {HTTPS}"),
        ({"logo_url": "https://acme.com/{{ x }}"}, f"logo_url: {HTTPS}"),
        ({"logo_url": "https://[acme"}, f"logo_url: {HTTPS}"),
        ({"website": "javascript:alert(1)"}, f"website: {HTTPS}"),
        ({"website": ""}, "website: is empty\nOmit it."),
        ({"logo_alt": "Acme"}, "logo_alt: needs logo_url\nSet logo_url, or omit logo_alt."),
        ({"logo_width": 0}, "logo_width: is not a number of pixels from 16 to 520\nWrite it as 140."),
        ({"logo_width": "140"}, "logo_width: is not a number of pixels from 16 to 520\nWrite it as 140."),
        (
            {"support_email": "Acme <help@acme.com>"},
            "support_email: is not an email address\nWrite it as help@acme.com.",
        ),
        ({"support_email": "help@acme"}, "support_email: is not an email address\nWrite it as help@acme.com."),
        ({"footer": "Acme\x1b[31m"}, f"footer: {STEERED}"),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_what_is_wrong(given: dict[str, Any], told: str) -> None:
    """Each message word for word."""
    with pytest.raises(InvalidSettings) as error:
        Brand(**{"name": "Acme", **given})
    assert str(error.value) == f"Brand: {told}"


def test_an_output_is_told_where_it_belongs() -> None:
    """What is known later cannot be laid out now."""
    later = pulumi.Output.from_input("Acme")
    with pytest.raises(InvalidSettings, match="name: is known only later\nMake the templates in its apply"):
        Brand(name=later)  # type: ignore[arg-type]


def test_all_at_once() -> None:
    """Every problem in one message."""
    with pytest.raises(InvalidSettings) as error:
        Brand(name=" ", color="blue", website="ftp://acme.com")
    assert [problem.path for problem in error.value.problems] == ["name", "color", "website"]
