"""Whether a sending domain waits for its verification."""

from __future__ import annotations

from typing import Any

from support.registered import registered
from tenant_email import SesSendingDomain

RECORD = {"type": "CNAME", "ttl": 300, "values": ["t.dkim.amazonses.com"]}
ANSWERS: dict[str, Any] = {"dns_records": [{**RECORD, "name": f"t{n}._domainkey.acme.example"} for n in range(3)]}


def verification(**more: Any) -> dict[str, Any]:
    """Returns the inputs of the verification that a component makes."""
    found = registered(lambda: SesSendingDomain("mail", domain="acme.example", **more), SesDomainIdentity=ANSWERS)
    return found.inputs["SesDomainVerification", "mail-verified"]


def test_it_waits_unless_asked_otherwise() -> None:
    """`wait` and the longest time reach the verification, whose lifecycle does without then."""
    assert (verification()["wait"], verification()["timeout"]) == (True, "10m")
    assert (verification(wait=False)["wait"], verification(verification_timeout="1h")["timeout"]) == (False, "1h")


def test_the_policy_waits_for_the_domain() -> None:
    """One that changes to another domain lets the tenant send as the one before until the other is verified."""
    found = registered(lambda: SesSendingDomain("mail", domain="acme.example"), SesDomainIdentity=ANSWERS)
    made = [kind for kind, _ in found.inputs]
    assert made.index("SesDomainVerification") < made.index("Policy") < made.index("AwsKeyReady")
