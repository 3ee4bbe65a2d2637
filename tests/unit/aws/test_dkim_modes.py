"""How an identity is to sign: which inputs go together, what is there as inputs, what there is to do."""

from __future__ import annotations

from typing import Any

import pytest

from tenant_email.aws.dkim import ByoSigning, EasySigning, ReplicaSigning
from tenant_email.aws.dns_records import easy_dkim_records, own_dkim_record
from tenant_email.aws.identity import Identity, parse_identity
from tenant_email.aws.rsa_key import new_private_key, public_key
from tenant_email.inputs.unknowns import UNKNOWN
from tenant_email.operations.ses_dkim_modes import (
    DkimInputs,
    dkim_records,
    is_in_mode,
    live_mode,
    mode_problems,
    own_record,
)
from tenant_email.redaction.secrets import Secret

KEY = new_private_key(1024)
OWN: dict[str, Any] = {"dkim": "byo", "dkim_selector": "sel", "dkim_private_key": KEY}
NOT_EASY = "has no effect with dkim='easy'\nSet dkim='byo', or omit it."
NOT_OWN = "has no effect with dkim='byo'\nOmit"
TAKE = "is missing\nTake it from a SesDkimKey, or set your own."


def identity(**dkim: Any) -> Identity:
    """Returns what SES shows of a domain that signs so."""
    return parse_identity("acme.example", "eu-west-1", {"DkimAttributes": dkim})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, []),
        ({"dkim_key_length": 1024}, []),
        (OWN, []),
        ({"dkim": "byo"}, [f"dkim_selector: {TAKE}", f"dkim_private_key: {TAKE}"]),
        ({**OWN, "dkim_private_key": None, "dkim_key_length": 1024, "replica_of": "us-east-1"}, [
            f"dkim_key_length: {NOT_OWN} dkim_key_length.",
            f"replica_of: {NOT_OWN} replica_of.",
            f"dkim_private_key: {TAKE}",
        ]),
        ({**OWN, "dkim_selector": "a.b", "replica_of": "us-east-1"}, [
            f"replica_of: {NOT_OWN} replica_of.",
            ("dkim_selector: 'a.b' is not a DKIM selector: 1 to 63 letters, digits and inner hyphens, no dots\n"
            "Take both from a SesDkimKey, or correct it."),
        ]),
        ({**OWN, "dkim": "easy"}, [f"dkim_selector: {NOT_EASY}", f"dkim_private_key: {NOT_EASY}"]),
        ({"dkim_selector": "s", "region": "r", "replica_of": "r", "dkim_key_length": 2048}, [
            f"dkim_selector: {NOT_EASY}",
            "replica_of: must be a different region\nName the region of the identity to replicate.",
            ("dkim_key_length: cannot be set on a replica; it follows the parent identity\n"
            "Set the length on the parent identity."),
        ]),
        ({"region": "r", "replica_of": "s"}, []),
        ({"dkim": UNKNOWN, "dkim_selector": "s"}, []),
        ({"replica_of": UNKNOWN, "dkim_selector": "s"}, []),
        ({**OWN, "dkim_selector": UNKNOWN}, []),
        ({**OWN, "dkim_selector": "a.b", "dkim_private_key": UNKNOWN}, []),
    ],
)  # fmt: skip
def test_what_does_not_go_together(given: dict[str, Any], said: list[str]) -> None:
    """All of it at once, each with its remedy; what is not known yet is not judged."""
    assert [str(problem) for problem in mode_problems(DkimInputs(**given))] == said


def test_a_key_that_is_none() -> None:
    """It is told at its own input, and never quoted; line ends around a key in PEM are a file's."""
    (problem,) = mode_problems(DkimInputs.model_validate({**OWN, "dkim_private_key": "canary-not-a-key"}))
    assert (problem.path, "canary" in str(problem)) == ("dkim_private_key", False)
    from_file = DkimInputs.model_validate({**OWN, "dkim_private_key": f"\n{KEY.reveal()}\n"})
    assert from_file.mode() == ByoSigning("sel", Secret(KEY.reveal().strip()))


@pytest.mark.parametrize(
    ("given", "mode"),
    [
        ({}, EasySigning(2048)),
        ({"dkim_key_length": 1024}, EasySigning(1024)),
        ({"replica_of": "us-east-1"}, ReplicaSigning("us-east-1")),
        ({**OWN, "replica_of": "us-east-1"}, ByoSigning("sel", KEY)),
        ({**OWN, "dkim": "easy"}, EasySigning(2048)),
        ({"dkim": "byo", "dkim_selector": "sel"}, EasySigning(2048)),
        ({"dkim": "byo", "dkim_private_key": KEY}, EasySigning(2048)),
    ],
)
def test_the_mode(given: dict[str, Any], mode: object) -> None:
    """A new key of SES's has 2048 bits unless told otherwise."""
    assert DkimInputs(**given).mode() == mode


EASY = {"SigningAttributesOrigin": "AWS_SES", "NextSigningKeyLength": "RSA_1024_BIT"}
REPLICA = {"SigningAttributesOrigin": "AWS_SES_US_EAST_1"}
BYO = {"SigningAttributesOrigin": "EXTERNAL"}


@pytest.mark.parametrize(
    ("live", "recorded", "shown"),
    [
        (EASY, {}, {"dkim": "easy"}),
        (EASY, {"dkim_key_length": 2048}, {"dkim": "easy", "dkim_key_length": 1024}),
        (
            {**EASY, "NextSigningKeyLength": "RSA_2048_BIT"},
            {"dkim_key_length": 1024},
            {"dkim": "easy", "dkim_key_length": 2048},
        ),
        ({}, {"dkim_key_length": 2048}, {"dkim": "easy", "dkim_key_length": 2048}),
        (REPLICA, {"dkim_key_length": 2048}, {"dkim": "easy", "replica_of": "us-east-1"}),
        (BYO, {"dkim": "easy", "dkim_private_key": "k"}, {"dkim": "byo"}),
        (BYO, {"dkim": "byo"}, {"dkim": "byo"}),
        (
            BYO,
            {"dkim": "byo", "dkim_private_key": "k", "dkim_selector": "s"},
            {"dkim": "byo", "dkim_private_key": "k", "dkim_selector": "s"},
        ),
        (
            {**BYO, "Tokens": ["t", "u"]},
            {"dkim": "byo", "dkim_private_key": "k", "dkim_selector": "s"},
            {"dkim": "byo", "dkim_private_key": "k", "dkim_selector": "t"},
        ),
    ],
)
def test_a_live_mode_as_inputs(live: dict[str, Any], recorded: dict[str, Any], shown: dict[str, Any]) -> None:
    """What SES never shows stays as recorded while the mode is the same; a length that nobody gave is not managed."""
    assert live_mode(identity(**live), recorded) == shown


@pytest.mark.parametrize(
    ("live", "given", "there"),
    [
        (EASY, {}, True),
        (EASY, {"dkim_key_length": 1024}, True),
        (EASY, {"dkim_key_length": 2048}, False),
        ({}, {"dkim_key_length": 2048}, False),
        (BYO, {}, False),
        (BYO, OWN, False),
        (REPLICA, {}, False),
        (REPLICA, {"replica_of": "us-east-1"}, True),
        (REPLICA, {"replica_of": "us-east-2"}, False),
    ],
)
def test_whether_there_is_nothing_to_switch(live: dict[str, Any], given: dict[str, Any], *, there: bool) -> None:
    """A key of one's own may be another one: nobody can read it back."""
    assert is_in_mode(identity(**live), DkimInputs(**given)) is there


def test_the_records_of_each_mode() -> None:
    """One for a key of one's own, under its selector; those of SES's tokens in the zone that it names."""
    live = identity(Tokens=["a", "b", "c"], SigningHostedZone="dkim.cell7.amazonses.com")
    easy = dkim_records(live, EasySigning(), "example")
    assert easy == easy_dkim_records("acme.example", ["a", "b", "c"], "dkim.cell7.amazonses.com", "example")
    (own,) = dkim_records(live, ByoSigning("sel", KEY), "example")
    assert own == own_record("acme.example", ByoSigning("sel", KEY), "example")
    assert own == own_dkim_record("acme.example", "sel", public_key(KEY), "example")
    assert (own.name, own.zone_relative_name, own.type) == (
        "sel._domainkey.acme.example",
        "sel._domainkey.acme",
        "TXT",
    )
    assert own_record("acme.example", ByoSigning("sel", KEY), None).zone_relative_name == "sel._domainkey"
