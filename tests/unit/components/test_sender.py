"""The IAM user of a sending domain, as it is registered."""

from __future__ import annotations

from functools import partial

from support.registered import registered
from tenant_email import SesSendingDomain

DKIM = {"type": "CNAME", "ttl": 300, "values": ["t.dkim.amazonses.com"]}
RECORDS = [{**DKIM, "name": f"t{number}._domainkey.acme.example"} for number in range(3)]
BOUNDARY = "arn:aws:iam::123456789012:policy/bound"


def test_what_organisations_demand_reaches_the_user() -> None:
    """Name, path, boundary and tags are those of the user; the policy has a name and path of its own, and the tags."""
    program = partial(
        SesSendingDomain,
        "mail",
        domain="acme.example",
        user_name="tenant-mail",
        user_path="/email/",
        permissions_boundary=BOUNDARY,
        policy_name="send",
        policy_path="/mail/",
        tags={"cost-center": "42"},
    )
    found = registered(program, SesDomainIdentity={"dns_records": RECORDS}).inputs
    user, policy = found["User", "mail"], found["Policy", "mail"]
    assert (user["name"], user["path"], user["permissionsBoundary"]) == ("tenant-mail", "/email/", BOUNDARY)
    assert (policy["name"], policy["path"]) == ("send", "/mail/")
    assert [each["tags"] for each in (user, policy, found["SesDomainSettings", "mail-settings"])] == [
        {"cost-center": "42"}
    ] * 3


def test_nothing_is_given_that_was_not_given() -> None:
    """A user of an earlier release is left alone."""
    found = registered(
        partial(SesSendingDomain, "mail", domain="acme.example"), SesDomainIdentity={"dns_records": RECORDS}
    )
    assert found.inputs["User", "mail"] == {}
    assert found.inputs["Policy", "mail"].keys() == {"policy"}
