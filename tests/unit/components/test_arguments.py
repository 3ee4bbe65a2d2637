"""The arguments of a sending domain: typed values and their short forms, and everything wrong with them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from support.registered import registered
from tenant_email import SesDomainIdentity, SesSendingDomain, auth0, ses
from tenant_email.errors import InvalidSettings

if TYPE_CHECKING:
    from pathlib import Path

RECORD = {"type": "CNAME", "ttl": 300, "values": ["t.dkim.amazonses.com"]}
ANSWERS: dict[str, dict[str, Any]] = {
    "SesDomainIdentity": {"dns_records": [{**RECORD, "name": f"t{n}._domainkey.acme.example"} for n in range(3)]},
    "SesDkimKey": {"public_key": "MIIB", "private_key": "canary-pem"},
}
BOUNDARY = "arn:aws:iam::123456789012:policy/mail"
TYPED: dict[str, dict[str, Any]] = {
    "easy": {"dkim": ses.EasyDkim(key_length=1024)},
    "byo": {"dkim": ses.ByoDkim(selector="mail-1")},
    "replica": {"dkim": ses.ReplicaDkim(parent_region="us-east-1")},
    "dmarc": {"dmarc": ses.Dmarc(policy="reject", reports=["dmarc@acme.example"])},
    "sending": {
        "sending": ses.SendingPolicy(
            from_addresses=["a@acme.example"],
            from_display_names=["Acme"],
            recipients=["*@home.example"],
            from_identities=["a@acme.example"],
            sandbox_recipients=["me@home.example"],
            further_domains=["brand.example"],
            sends_through=auth0.Smtp,
        )
    },
    "user": {
        "user": ses.IamUser(
            name="mailer", path="/m/", permissions_boundary=BOUNDARY, policy_name="p", policy_path="/p/"
        )
    },
    "keys": {"active_key": ses.KeySlots(active="b", keep_other=True, prove_sending=False)},
    "dns": {"dns": ses.DnsZone(zone_id="Z9", name="example", overwrite=["mx"]), "mail_from": "bounce"},
    "elsewhere": {"dns": ses.DnsZone(name="example", publish=False)},
    "verification": {"verification": ses.Verification(timeout="1h", wait=False)},
}
SHORT: dict[str, dict[str, Any]] = {
    "easy": {"dkim_key_length": 1024},
    "byo": {"dkim": "byo", "dkim_selector": "mail-1"},
    "replica": {"replica_of": "us-east-1"},
    "dmarc": {"dmarc": "reject", "dmarc_reports": ["dmarc@acme.example"]},
    "sending": {
        "from_addresses": ["a@acme.example"],
        "from_display_names": ["Acme"],
        "recipients": ["*@home.example"],
        "from_identities": ["a@acme.example"],
        "sandbox_recipients": ["me@home.example"],
        "further_domains": ["brand.example"],
        "sends_through": auth0.Smtp,
    },
    "user": {
        "user_name": "mailer",
        "user_path": "/m/",
        "permissions_boundary": BOUNDARY,
        "policy_name": "p",
        "policy_path": "/p/",
    },
    "keys": {"active_key": "b", "keep_other_key": True, "prove_sending": False},
    "dns": {"zone_id": "Z9", "zone": "example", "overwrite_records": ["mx"], "mail_from": "bounce"},
    "elsewhere": {"zone": "example", "publish": False},
    "verification": {"verification_timeout": "1h", "wait": False},
}
WRONG: dict[str, tuple[dict[str, Any], list[str]]] = {
    "a selector without a key of one's own": (
        {"dkim_selector": "a"},
        ["dkim_selector: has no effect with dkim='easy'"],
    ),
    "no selector": ({"dkim": "byo"}, ["dkim_selector: is missing"]),
    "a length of a key of one's own": (
        {"dkim": "byo", "dkim_selector": "a", "dkim_key_length": 1024},
        ["dkim_key_length: has no effect with dkim='byo'"],
    ),
    "a length of a replica's key": (
        {"replica_of": "us-east-1", "dkim_key_length": 1024},
        ["dkim_key_length: has no effect with replica_of"],
    ),
    "a part twice": (
        {
            "dkim": ses.EasyDkim(),
            "dkim_key_length": 1024,
            "sending": ses.SendingPolicy(recipients=["a"]),
            "recipients": ["b"],
        },
        ["dkim_key_length: cannot be combined with a typed dkim", "recipients: is set twice: here and in sending"],
    ),
    "words that mean nothing": (
        {"dkim": "best", "dmarc": "strict", "active_key": "c", "overwrite_records": ["ns"]},
        [
            "dkim: must be 'easy', 'byo' or one of the DKIM classes",
            "dmarc: must be 'none', 'quarantine' or 'reject'",
            "active_key: must be 'a' or 'b'",
            "overwrite_records.0: 'ns' is not the name of",
        ],
    ),
    "reports of no policy": ({"dmarc_reports": ["a@b.example"]}, ["dmarc_reports: has no effect without dmarc"]),
    "a value of another kind": (
        {"dns": ses.Verification(), "user": {"name": "mailer"}},
        ["dns: is a Verification", "user: is a dict", "Pass ses.IamUser(…)."],
    ),
    "names of everything": (
        {"domain": "a@b.example", "further_domains": ["*.x"], "from_addresses": "a", "recipients": [1]},
        ["domain: ", "further_domains.0: ", "from_addresses: must be a list, not a str", "recipients.0: is an int"],
    ),
    "senders that the key can never be": (
        {
            "from_addresses": ["x@other.example", "*@*.other.example", "nobody", "Acme <a@acme.example>", ""],
            "further_domains": ["brand.example"],
        },
        [
            "from_addresses.0: x@other.example is in none of acme.example, brand.example\nCorrect it, or name its",
            "from_addresses.1: *@*.other.example is in none of",
            "from_addresses.2: 'nobody' is not an address",
            "from_addresses.3: 'Acme <a@acme.example>' is not an address\nWrite an address alone",
            "from_addresses.4: '' is not an address",
        ],
    ),
    "addresses that no mail of SES's can have": (
        {
            "from_addresses": ["grüße@acme.example", "gr*ü@acme.example", "*@*.börd.example"],
            "further_domains": ["börd.example"],
            "recipients": ["käthe@home.example"],
            "from_identities": ["käthe@home.example"],
            "sandbox_recipients": ["käthe@home.example"],
            "from_display_names": ["Acme\nBcc: x"],
        },
        [
            "from_addresses.0: 'grüße@acme.example' has non-ASCII characters, which Amazon SES does not accept there",
            "from_addresses.1: 'gr*ü@acme.example' has",
            "from_addresses.2: '*@*.börd.example' has",
            "recipients.0: 'käthe@home.example' has",
            "from_identities.0: 'käthe@home.example' has",
            "sandbox_recipients.0: 'käthe@home.example' has",
            "from_display_names.0: has a line break or another control character",
        ],
    ),
    "types that no input has": (
        {"region": ["eu-west-1"], "smtp_host": 25, "dkim": "byo", "dkim_selector": "a", "dkim_private_key": 5},
        ["region: is a list\nWrite the name of a region", "smtp_host: must be a string", "dkim_private_key: is an int"],
    ),
    "a typed key of another type": (
        {"dkim": ses.ByoDkim(selector="a", private_key=b"canary")},  # type: ignore[arg-type]
        ["dkim.private_key: is a bytes\nPass it in PEM"],
    ),
    "recipients and identities that are none": (
        {
            "recipients": ["home.example"],
            "from_identities": ["a b"],
            "sandbox_recipients": ["arn:aws:ses:eu-west-1:123456789012:identity/a.example"],
            "sends_through": "auth0.Smtp",
        },
        [
            "recipients.0: 'home.example' is not an address\nWrite an address alone, such as no-reply@acme.com.",
            "from_identities.0: 'a b' is neither an address nor a domain",
            "sandbox_recipients.0: 'arn:aws:ses:eu-west-1:123456789012:identity/a.example' is neither",
            "sends_through: is a str, not a settings class\nPass the class itself, such as auth0.Smtp.",
        ],
    ),
    "a user that IAM would refuse": (
        {
            "user_name": "mail user",
            "user_path": "email",
            "permissions_boundary": "mail",
            "policy_name": "a/b",
            "policy_path": 5,
        },
        [
            "user_name: cannot be 'mail user'",
            "user_path: cannot be 'email'",
            "permissions_boundary: cannot be 'mail'",
            "policy_name: cannot be 'a/b'",
            "policy_path: is an int",
        ],
    ),
    "tags that AWS would refuse": (
        {"tags": {"aws:x": "1", "a" * 129: "1", "team": "a#b", "Cost": "1", "cost": "2", "long": "x" * 257}},
        [
            "tags.aws:x: begins with aws:, which is reserved for AWS\nChoose another one.",
            "has a name of 129 characters",
            "tags.team: has '#' in its value",
            "tags.cost: is the same tag as Cost to IAM\nKeep one of the two.",
            "tags.long: has a value of 257 characters",
        ],
    ),
    "tags that an identity cannot have beside ours": (
        {"tags": {f"t{number}": "" for number in range(47)} | {"managed-by": "me"}},
        ["tags.managed-by: is a tag that this package writes", "tags: has 48 tags\nUse at most 47."],
    ),
    "a time that is none": (
        {"verification_timeout": "0m"},
        ["verification_timeout: cannot be '0m'\nWrite it as 90s, 10m or 1h."],
    ),
    "tags of another kind": ({"tags": ["team"]}, ["tags: is a list\nPass a dict from names to values."]),
    "words in place of flags": (
        {"keep_other_key": "no", "prove_sending": "no", "require_production_access": "no"},
        ["keep_other_key: is a str", "prove_sending: is a str", "require_production_access: is a str"],
    ),
    "a set that is none": ({"configuration_set": "a b"}, ["configuration_set: cannot be 'a b'"]),
    "a zone's parts of another kind": (
        {"dns": ses.DnsZone(zone_id="Z1", provider="aws"), "publish": None},  # type: ignore[arg-type]
        ["provider: is a str\nPass a provider of aws."],
    ),
    "a function of other arguments": (
        {"dns": ses.DnsZone(publish=lambda record: record, look_first="no")},  # type: ignore[arg-type]
        [
            "look_first: is a str",
            "publish: cannot be called with two arguments: too many",
            "Write publish(record, opts)",
        ],
    ),
    "an argument that is none": ({"recipient": ["a"]}, ["recipient: is not an argument", "Write recipients."]),
}


def inputs(**given: Any) -> dict[tuple[str, str], dict[str, Any]]:
    """Returns what a sending domain registers."""
    return registered(lambda: SesSendingDomain("mail", domain="acme.example", **given), **ANSWERS).inputs


@pytest.mark.parametrize("case", TYPED)
def test_a_short_form_is_the_typed_value(case: str) -> None:
    """Either way the same resources have the same inputs, other than those of a domain without either."""
    assert inputs(**TYPED[case]) == inputs(**SHORT[case]) != inputs()


@pytest.mark.parametrize("case", WRONG)
def test_everything_wrong_is_reported_at_once(case: str) -> None:
    """Each problem names its argument; nothing is registered."""
    given, told = WRONG[case]
    with pytest.raises(InvalidSettings) as caught:
        registered(lambda: SesSendingDomain("mail", **{"domain": "acme.example", **given}))
    assert [text for text in told if text not in str(caught.value)] == []


@pytest.mark.parametrize(
    "given",
    [
        {"from_addresses": ["*", "?@acme.example", "a@news.ACME.example.", '"a b"@acme.example', "*@*.example"]},
        {"from_addresses": ["a@brand.example"], "further_domains": ["brand.example"]},
        {"from_addresses": ["me@home.example"], "from_identities": ["me@home.example"]},
        {"from_addresses": ['"a@b"@home.example'], "from_identities": ['"a@b"@home.example']},
        {"from_addresses": ["me@home.example"], "from_identities": ["*"]},
        {"sandbox_recipients": ["home.example", "me@home.example", "*"], "recipients": ["*home.example"]},
        {"from_addresses": ["*@börd.example"], "further_domains": ["börd.example"], "recipients": ["a@Käthe.example"]},
        {"user_name": "a.b+c=d,e@f_g-h", "user_path": "/", "policy_path": "/a/b.c/"},
        {"tags": {"Équipe/Mail": "a b:c=d+e-f@g_h", "empty": "", "later": pulumi.Output.from_input("x")}},
        {"user_name": pulumi.Output.from_input("mailer"), "configuration_set": pulumi.Output.from_input("set")},
    ],
)
def test_what_aws_takes_is_let_through(given: dict[str, Any]) -> None:
    """Patterns, quoted local parts, identities of others, every character of a tag, and what comes later."""
    assert inputs(**given)


def test_a_text_for_a_list_is_one_problem() -> None:
    """Its letters are not judged one by one; white space around a domain is."""
    with pytest.raises(InvalidSettings) as caught:
        inputs(from_addresses="nobody", recipients=5, sandbox_recipients=[" home.example"])
    assert [each.path for each in caught.value.problems] == ["from_addresses", "recipients", "sandbox_recipients.0"]


def test_a_private_key_is_in_no_representation() -> None:
    """What a debugger or a log shows of the values holds no key."""
    assert "canary" not in repr(ses.ByoDkim(selector="a", private_key="canary"))


def test_an_identity_takes_the_typed_value_too() -> None:
    """SesDomainIdentity has the same inputs either way, and refuses a part that is given twice."""

    def identity(**given: Any) -> dict[str, Any]:
        return registered(lambda: SesDomainIdentity("i", domain="acme.example", **given)).inputs[
            "SesDomainIdentity", "i"
        ]

    typed = ses.ByoDkim(selector="a", private_key="canary")
    assert identity(dkim=typed) == identity(dkim="byo", dkim_selector="a", dkim_private_key="canary")
    with pytest.raises(InvalidSettings, match="replica_of: cannot be combined with a typed dkim"):
        identity(dkim=typed, replica_of="us-east-1")


@pytest.mark.parametrize(
    ("package", "given", "said"),
    [
        ("aws-native", {"opts": True}, "opts: provider: is a provider of aws-native, and SES is reached as one"),
        ("aws-native", {"dns": True}, "mail: provider: is a provider of aws-native\nPass a provider of aws."),
        ("cloudflare", {"dns": True}, "mail: provider: is a provider of cloudflare\nPass a provider of aws."),
    ],
)
def test_a_provider_of_another_package_is_refused(package: str, given: dict[str, bool], said: str) -> None:
    """Pulumi passes it over in silence, and what is written would be another account's."""

    def program() -> None:
        provider = pulumi.ProviderResource(package, "other")
        opts = pulumi.ResourceOptions(provider=provider) if "opts" in given else None
        dns = ses.DnsZone(zone_id="Z0123456789ABCDEFGHIJ", provider=provider) if "dns" in given else None
        SesSendingDomain("mail", domain="acme.example", dns=dns, opts=opts)

    with pytest.raises(InvalidSettings) as refused:
        registered(program, **ANSWERS)
    assert str(refused.value).startswith(said)


def test_another_major_of_pulumi_aws_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forced on an environment, it would end in a TypeError, or in an AttributeError within an output."""
    found = tmp_path / "pulumi_aws-6.83.4.dist-info"
    found.mkdir()
    (found / "METADATA").write_text("Metadata-Version: 2.1\nName: pulumi_aws\nVersion: 6.83.4\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(InvalidSettings) as refused:
        inputs()
    said = (
        "mail: pulumi-aws: 6.83.4 is installed, and mail is made of pulumi-aws 7\nRun: pip install 'pulumi-aws>=7,<8'."
    )
    assert str(refused.value) == said
