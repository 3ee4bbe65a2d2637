"""What SES's answers mean, thin ones included."""

from __future__ import annotations

from typing import Any

import pytest

from tenant_email.aws.identity import MailFrom, mail_from_verdict, parse_identity, verdict, why

FRESH: dict[str, Any] = {
    "IdentityType": "DOMAIN",
    "FeedbackForwardingStatus": True,
    "VerifiedForSendingStatus": False,
    "VerificationStatus": "PENDING",
    "VerificationInfo": {},
    "DkimAttributes": {
        "SigningEnabled": True,
        "Status": "PENDING",
        "Tokens": ["t1", "t2", "t3"],
        "SigningHostedZone": "dkim.odd-cell.example",
        "SigningAttributesOrigin": "AWS_SES",
        "NextSigningKeyLength": "RSA_2048_BIT",
        "CurrentSigningKeyLength": "RSA_2048_BIT",
    },
    "MailFromAttributes": {"BehaviorOnMxFailure": "USE_DEFAULT_VALUE"},
    "Policies": {},
    "Tags": [{"Key": "stack", "Value": "dev"}],
    "ConfigurationSetName": "mail",
}


def answer(status: str, dkim: str, **more: Any) -> dict[str, Any]:
    """Returns an answer with both statuses."""
    return FRESH | {"VerificationStatus": status, "DkimAttributes": FRESH["DkimAttributes"] | {"Status": dkim}} | more


def test_a_whole_answer() -> None:
    """Every stable fact is kept, the zone exactly as the API gave it."""
    identity = parse_identity("acme.example", "eu-west-1", FRESH)
    assert identity.dkim.signing_hosted_zone == "dkim.odd-cell.example"
    assert (identity.dkim.tokens, identity.dkim.ready) == (("t1", "t2", "t3"), True)
    assert (identity.mail_from, identity.configuration_set, identity.tags) == (None, "mail", {"stack": "dev"})


@pytest.mark.parametrize(
    ("region", "zone"),
    [("eu-west-1", "dkim.amazonses.com"), ("af-south-1", "dkim.af-south-1.amazonses.com")],
)
def test_an_empty_answer(region: str, zone: str) -> None:
    """Missing fields are no error; a missing signing zone is guessed by region."""
    identity = parse_identity("acme.example", region, {})
    assert (identity.status, identity.dkim.status, identity.dkim.ready) == ("NOT_STARTED", "NOT_STARTED", False)
    assert identity.dkim.signing_hosted_zone == zone


@pytest.mark.parametrize(
    ("status", "dkim", "expected"),
    [
        ("SUCCESS", "SUCCESS", "verified"),
        ("PENDING", "PENDING", "pending"),
        ("SUCCESS", "PENDING", "pending"),
        ("NOT_STARTED", "NOT_STARTED", "pending"),
        ("TEMPORARY_FAILURE", "SUCCESS", "pending"),
        ("FAILED", "FAILED", "failed"),
        ("SUCCESS", "FAILED", "failed"),
    ],
)
def test_verdict(status: str, dkim: str, expected: str) -> None:
    """Both statuses decide, whatever VerifiedForSendingStatus says."""
    document = answer(status, dkim, VerifiedForSendingStatus=True)
    assert verdict(parse_identity("acme.example", "eu-west-1", document)) == expected


def test_a_stale_error_does_not_count() -> None:
    """An ErrorType left over from before a success neither decides nor shows."""
    document = answer("SUCCESS", "SUCCESS", VerificationInfo={"ErrorType": "HOST_NOT_FOUND"})
    identity = parse_identity("acme.example", "eu-west-1", document)
    assert verdict(identity) == "verified"
    assert why(identity) == "acme.example in eu-west-1: verification SUCCESS, DKIM SUCCESS"


@pytest.mark.parametrize(
    ("error", "explanation"),
    [
        ("HOST_NOT_FOUND", "SES found no such name in DNS (asked ns1.acme.example)"),
        (
            "REPLICATION_ACCESS_DENIED",
            "SES is not allowed to copy the DKIM key from the parent region (asked ns1.acme.example)",
        ),
        ("SOMETHING_NEW", "SOMETHING_NEW (asked ns1.acme.example)"),
    ],
)
def test_why(error: str, explanation: str) -> None:
    """A failure is explained in words, an unknown one by its name, with the server that SES asked."""
    info = {"ErrorType": error, "SOARecord": {"PrimaryNameServer": "ns1.acme.example"}}
    identity = parse_identity("acme.example", "eu-west-1", answer("FAILED", "FAILED", VerificationInfo=info))
    assert why(identity).endswith(f"; {explanation}")


@pytest.mark.parametrize(
    ("status", "expected"),
    [("SUCCESS", "verified"), ("PENDING", "pending"), ("TEMPORARY_FAILURE", "pending"), ("FAILED", "failed")],
)
def test_mail_from_has_its_own_verdict(status: str, expected: str) -> None:
    """MAIL FROM is judged apart from the identity."""
    assert mail_from_verdict(MailFrom("bounce.acme.example", status, "USE_DEFAULT_VALUE")) == expected


def test_own_key_needs_no_tokens() -> None:
    """With a key of one's own there is nothing to wait for, tokens or none."""
    document: dict[str, Any] = {"DkimAttributes": {"SigningAttributesOrigin": "EXTERNAL", "Tokens": []}}
    assert parse_identity("acme.example", "eu-west-1", document).dkim.ready
