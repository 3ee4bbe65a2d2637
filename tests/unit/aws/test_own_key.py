"""SesDkimKey: made once, and another one only for another selector or length."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from pulumi.output import Unknown

from support.checking import reasons
from tenant_email.aws.rsa_key import fingerprint, public_key
from tenant_email.lifecycle.ses_dkim_key import SesDkimKeyLifecycle
from tenant_email.redaction.secrets import Secret

UNKNOWN: Any = Unknown()  # type: ignore[no-untyped-call]  # Pulumi's
KEY = SesDkimKeyLifecycle()


def made(**inputs: Any) -> tuple[str, dict[str, Any]]:
    """Returns id and state of a new key."""
    result = KEY.create({"selector": "mail", **inputs})
    return result.id, result.outs or {}


@pytest.mark.parametrize(("bits", "length"), [(None, 2048), (1024, 1024), (2048, 2048)])
def test_a_key_is_made_as_long_as_asked(bits: int | None, length: int) -> None:
    """The id is its fingerprint, the public half is as it stands in DNS."""
    id_, state = made(**({"bits": bits} if bits else {}))
    private = Secret(state["private_key"])
    assert serialization.load_pem_private_key(private.reveal().encode(), None).key_size == length  # type: ignore[union-attr]
    assert id_ == f"dkim-key/{fingerprint(private)}"
    assert state["public_key"] == public_key(private)
    assert state.keys() == {"selector", "private_key", "public_key", *(["bits"] if bits else [])}


@pytest.mark.parametrize(
    ("before", "after", "replaces"),
    [
        ({}, {}, []),
        ({}, {"bits": 2048}, []),
        ({"bits": 2048}, {}, []),
        ({"bits": 1024}, {}, ["bits"]),
        ({}, {"bits": 1024}, ["bits"]),
        ({}, {"selector": "other"}, ["selector"]),
    ],
)
def test_another_selector_or_length_is_another_key(
    before: dict[str, Any], after: dict[str, Any], replaces: list[str]
) -> None:
    """The usual length is the same whether or not it is said."""
    state = {"selector": "mail", "private_key": "canary-private", "public_key": "p", **before}
    found = KEY.diff("dkim-key/x", state, {"selector": "mail", **after})
    assert (found.changes, found.replaces) == (bool(replaces), replaces)
    assert KEY.do_diff("dkim-key/x", state, {"selector": "mail", **after}) == (bool(replaces), replaces)


def test_the_key_stays_as_it_is_recorded() -> None:
    """A look and an update give it back; nobody else has it, and a removal has nothing to do."""
    state = {"selector": "mail", "bits": 1024, "private_key": "canary-private", "public_key": "p"}
    read = KEY.read("dkim-key/x", state)
    assert (read.id, read.outs, read.inputs) == ("dkim-key/x", state, {"selector": "mail", "bits": 1024})
    assert KEY.update("dkim-key/x", state, {"selector": "mail", "bits": 1024}).outs == state
    KEY.delete("dkim-key/x", state)


def test_a_selector_that_is_none_is_refused() -> None:
    """As far as it is known, and beside what else is wrong."""
    assert reasons(SesDkimKeyLifecycle, {"selector": "mail"}) == []
    assert reasons(SesDkimKeyLifecycle, {"selector": UNKNOWN}) == []
    bits, selector = reasons(SesDkimKeyLifecycle, {"selector": "mail.1", "bits": 512})
    assert bits.startswith("bits: ")
    assert selector.startswith("selector: 'mail.1' is not a DKIM selector")
    assert selector.endswith("\nWrite one such as mail-2026.")
