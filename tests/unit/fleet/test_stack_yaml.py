"""The text of a stack's file, in which only what changes is changed."""

from __future__ import annotations

from typing import Any

import pytest

from tenant_email.fleet.stack_yaml import values_of, with_config

OURS = ("tenant-email:tenants", "aws:region", "aws:profile", "lab:tenant")
ENTRY = {"clientId": "124", "platform": "auth0", "timeout": 30}
WANTED = {"tenant-email:tenants": {"acme": ENTRY}, "aws:region": "us-east-1"}
WHOLE = """\
# ask ops first
encryptionsalt: v1:x # of prod
config:
  # at noon
  lab:at: 12:30 # and not later
  tenant-email:tenants:
    gone: {platform: logto} # until June
    # the client of prod
    acme:
      clientId: 124 # rotated in May
      platform: auth0
      url: null
  aws:profile: ops # why
  # in Ireland
  aws:region: "eu-west-1" # and not in Frankfurt
  # the last word
environment:
  - acme/prod # secrets
"""
AFTER = """\
# ask ops first
encryptionsalt: v1:x # of prod
config:
  # at noon
  lab:at: 12:30 # and not later
  tenant-email:tenants:
    # the client of prod
    acme:
      clientId: "124" # rotated in May
      platform: auth0
      timeout: 30
  # in Ireland
  aws:region: "us-east-1" # and not in Frankfurt
  # the last word
environment:
  - acme/prod # secrets
"""
LINES = '  tenant-email:tenants:\n    acme:\n      clientId: "124"\n      platform: "auth0"\n      timeout: 30\n'
NEW = f'config:\n{LINES}  aws:region: "us-east-1"\n'


def test_comments_stay() -> None:
    """Those of a setting that is changed too; what is taken away takes its own along."""
    assert with_config(WHOLE, OURS, WANTED) == AFTER
    assert with_config(AFTER, OURS, WANTED) == AFTER


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", NEW),
        ("# nothing yet\n", f"# nothing yet\n{NEW}"),
        ("encryptionsalt: v1:x", f"encryptionsalt: v1:x\n{NEW}"),
        ("config:\n  a:b: |\n    two\n    lines\nz: 1\n", f"config:\n  a:b: |\n    two\n    lines\n{NEW[8:]}z: 1\n"),
        ("config:\n  a:b:\n  - 1\n  # end\n", f"config:\n  a:b:\n  - 1\n{NEW[8:]}  # end\n"),
        ("config:\n  a:b: 1", f"config:\n  a:b: 1\n{NEW[8:]}"),
        ("# a\nencryptionsalt: v1:x # b", f"# a\nencryptionsalt: v1:x # b\n{NEW}"),
        ("#", f"#\n{NEW}"),
    ],
)
def test_what_is_added(before: str, after: str) -> None:
    """It comes after what is there, with its indentation."""
    assert with_config(before, OURS, WANTED) == after


@pytest.mark.parametrize("name", ["1e3", "12", "0x10", "0o17", "yes", "y", "null", "true", "2024-01-01", "12e4", "_1"])
def test_a_name_that_looks_like_a_number(name: str) -> None:
    """It is in quotes, or every reader takes it for a text."""
    text = with_config("", OURS, tenants({"a": name}, name))
    key = text.splitlines()[2].strip()
    assert key == (f"{name}:" if name == "_1" else f'"{name}":')
    found = values_of(text)
    assert found is not None
    assert found["config"] == tenants({"a": name}, name)
    assert with_config(text, OURS, found["config"]) == text


LONG = "é " * 100


@pytest.mark.parametrize(
    ("before", "entry", "after"),
    [
        ("{acme: {platform: auth0}} # flow", {"platform": "logto"}, '\n    acme:\n      platform: "logto"'),
        ("# soon", {"platform": "logto"}, '\n    acme:\n      platform: "logto"'),
        ("[1,\n    2]", {"platform": "logto"}, '\n    acme:\n      platform: "logto"'),
        ("\n    acme: 5 # five", {"a": 1}, "\n    acme:\n      a: 1"),
        ("\n    acme:\n      a: 1 # one", {"a": [LONG]}, f'\n    acme:\n      a:\n      - "{LONG}"'),
        ("\n    acme:\n      a:\n      - x # x", {"a": ["x"]}, "\n    acme:\n      a:\n      - x # x"),
        ("\n    acme:\n      a: x # long", {"a": LONG}, f'\n    acme:\n      a: "{LONG}" # long'),
        ("\n    acme:\n      a: x # on", {"a": True}, "\n    acme:\n      a: true # on"),
        ("\n    acme:\n      a: [x] # list", {"a": 1}, "\n    acme:\n      a: 1"),
        ("\n    acme: # ours\n      a: 1", {}, "\n    acme: {}"),
    ],
)
def test_a_value_of_another_kind(before: str, entry: dict[str, Any], after: str) -> None:
    """What stands around it stays, whatever it is and was."""
    text = "# top\nconfig:\n  # of ours\n  tenant-email:tenants:{}\n  # of theirs\n  a:b: 1 # one\n"
    found = with_config(text.format(f" {before}" if before[0] != "\n" else before), OURS, tenants(entry))
    assert found == text.format(after)


def tenants(entry: dict[str, Any], name: str = "acme") -> dict[str, Any]:
    """Returns the config of a tenant."""
    return {"tenant-email:tenants": {name: entry}}


def test_in_another_style() -> None:
    """It is written anew, in its own style, without its comments."""
    text = "# top\n{config: {a:b: é 1, aws:profile: x}, z: [1]}\n"
    assert with_config(text, OURS, tenants({"a": LONG})) == (
        f"{{config: {{'a:b': é 1, 'tenant-email:tenants': {{acme: {{a: \"{LONG}\"}}}}}}, z: [1]}}\n"
    )
    assert with_config("a: 1\n...\n", OURS, tenants({"a": 1})) == (
        "a: 1\nconfig:\n  tenant-email:tenants:\n    acme:\n      a: 1\n"
    )
    assert with_config("---\n...\n", OURS, tenants({"a": 1})).endswith(
        "config:\n  tenant-email:tenants:\n    acme:\n      a: 1\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "config: {}\nconfig:\n  a: 1\n",
        "config:\n  a:b: 1\n  a:b: 2\n",
        "config:\n  a: 1\n\ufeffz: 1\n",
        "[]",
        "a: [",
        "{}\t",
        "a: !!int x",
        "a: !!float ''",
        "a: !!bool x",
        "a: !!timestamp x",
        f"a: {'9' * 5000}",
    ],
)
def test_what_is_no_config(text: str) -> None:
    """What readers read unlike is nothing that could be kept."""
    assert values_of(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "{a: , config: {}}\n",
        "config: {}\n",
        "config:\n",
        "{config: {a:b: 1, aws:profile: x}, environment: [acme/prod]}\n",
        "config:\n  aws:region: &here eu-west-1\n  a:b: *here\n",
        "config:\n  tenant-email:tenants: {acme: {platform: auth0}}\n  a:b: [1,\n    2]\n",
        "config:\n  ? a:b\n  : 1\n",
        "config:\n  aws:region: >\n    eu\n  tenant-email:tenants:\n    acme: [1]\n",
    ],
)
def test_however_it_is_written(text: str) -> None:
    """It holds what is wanted, and what others put there has its value."""
    before = values_of(text)
    assert before is not None
    given: dict[str, Any] = before["config"] or {}
    kept = {key: value for key, value in given.items() if key not in OURS}
    assert values_of(with_config(text, OURS, WANTED)) == {**before, "config": {**kept, **WANTED}}
