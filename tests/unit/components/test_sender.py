"""The IAM user of a sending domain, as it is registered."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

import pytest

from support.registered import registered
from tenant_email import SesSendingDomain
from tenant_email.errors import InvalidSettings

if TYPE_CHECKING:
    from tenant_email.capabilities import OnExisting

DKIM = {"type": "CNAME", "ttl": 300, "values": ["t.dkim.amazonses.com"]}
RECORDS = [{**DKIM, "name": f"t{number}._domainkey.acme.example"} for number in range(3)]
BOUNDARY = "arn:aws:iam::123456789012:policy/bound"
OWN = "acme-example"


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


@pytest.mark.parametrize(("on_existing", "sets"), [("adopt", ["mine", "theirs", OWN]), ("fail", ["mine", OWN])])
def test_an_adopted_identitys_default_set_is_granted(on_existing: OnExisting, sets: list[str]) -> None:
    """IAM checks the default set of an identity too, whoever attached it, and one that events may come to need."""
    program = partial(
        SesSendingDomain, "mail", domain="acme.example", configuration_set="mine", on_existing=on_existing
    )
    answers = {"dns_records": RECORDS, "configuration_sets": ["theirs"]}
    found = registered(program, SesDomainIdentity=answers).inputs["Policy", "mail"]
    arns = json.loads(found["policy"])["Statement"][0]["Resource"][1:]
    assert [arn.rpartition("/")[2] for arn in arns] == sets


def test_a_policy_is_as_long_as_iam_takes() -> None:
    """White space does not count; one character more is refused in the preview, before half of the domain is made."""

    def length(senders: int, more: str = "") -> int:
        addresses = [f"no-reply-{number:03}@acme.example" for number in range(senders)]
        given = partial(
            SesSendingDomain, "mail", domain="acme.example", from_addresses=[*addresses, f"a{more}@acme.example"]
        )
        found = registered(partial(given, from_display_names=["A " * 2000]), SesDomainIdentity={"dns_records": RECORDS})
        return len("".join(found.inputs["Policy", "mail"]["policy"].split()))

    rest = 6144 - length(50)
    assert length(50, "x" * rest) == 6144
    with pytest.raises(InvalidSettings, match="mail: sending: makes a policy of 6145 characters, and IAM takes 6144"):
        length(50, "x" * (rest + 1))


@pytest.mark.parametrize("name", ["acme mail", "acme/mail", "müller", "a" * 57])
def test_a_component_whose_name_iam_does_not_take(name: str) -> None:
    """Of it Pulumi makes those of the user and its policy, which AWS would refuse once the domain is made."""
    made = partial(SesSendingDomain, name, domain="acme.example")
    with pytest.raises(InvalidSettings, match=f"name: '{name}' cannot begin names that IAM takes: 1 to 56 letters"):
        registered(made, SesDomainIdentity={"dns_records": RECORDS})
    given = partial(made, user_name="mailer", policy_name="send")
    assert registered(given, SesDomainIdentity={"dns_records": RECORDS}).inputs["User", name]["name"] == "mailer"


@pytest.mark.parametrize(("argument", "kind"), [("user_name", "user"), ("policy_name", "policy")])
def test_an_account_has_a_name_once(argument: str, kind: str) -> None:
    """Whatever its case; a second component that is given it is refused before anything is made of it."""

    def program() -> None:
        SesSendingDomain("mail", domain="acme.example", **{argument: "mailer"})  # type: ignore[arg-type]
        SesSendingDomain("news", domain="acme.org", region="us-east-1", **{argument: "Mailer"})  # type: ignore[arg-type]

    said = f"news: {argument}: the {kind} Mailer is already made by 'mail'"
    with pytest.raises(InvalidSettings, match=said):
        registered(program, SesDomainIdentity={"dns_records": RECORDS})


def test_nothing_is_given_that_was_not_given() -> None:
    """A user of an earlier release is left alone."""
    found = registered(
        partial(SesSendingDomain, "mail", domain="acme.example"), SesDomainIdentity={"dns_records": RECORDS}
    )
    assert found.inputs["User", "mail"] == {}
    assert found.inputs["Policy", "mail"].keys() == {"policy"}
