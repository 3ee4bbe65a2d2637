"""The IAM documents: exact, minimal, and the same text for the same meaning."""

from __future__ import annotations

import json

import pytest

from support.operator_document import operator_policy
from tenant_email.aws.policy import (
    SEND_SIMPLE,
    configuration_set_arn,
    identity_arn,
    policy_json,
    sending_policy,
)

ARN = identity_arn("acme.example", "eu-west-1", "123456789012")
CONFIGURATION_SET = configuration_set_arn("mail", "eu-west-1", "123456789012")


def test_document_of_the_contract() -> None:
    """An identity, a configuration set and a From address give the contract's document, character by character."""
    document = sending_policy(ARN, from_addresses=["no-reply@acme.example"], configuration_set_arns=[CONFIGURATION_SET])
    assert document == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "SendAsTenant",
                "Effect": "Allow",
                "Action": ["ses:SendEmail", "ses:SendRawEmail"],
                "Resource": [
                    "arn:aws:ses:eu-west-1:123456789012:identity/acme.example",
                    "arn:aws:ses:eu-west-1:123456789012:configuration-set/mail",
                ],
                "Condition": {"StringEquals": {"ses:FromAddress": ["no-reply@acme.example"]}},
            }
        ],
    }


def test_no_conditions_unless_asked() -> None:
    """Without restrictions the only limit is the identity, and no empty Condition is written."""
    (statement,) = sending_policy(ARN)["Statement"]
    assert statement["Resource"] == [ARN]
    assert "Condition" not in statement


def test_less_for_a_platform_that_needs_less() -> None:
    """A platform that only calls SendEmail with simple content gets that action alone."""
    assert sending_policy(ARN, actions=SEND_SIMPLE)["Statement"][0]["Action"] == ["ses:SendEmail"]


def test_wildcards_make_one_operator_a_key() -> None:
    """One wildcard turns the whole key to StringLike, because two operators on one key must both hold."""
    (statement,) = sending_policy(
        ARN, from_addresses=["a@acme.example", "*@news.acme.example"], from_display_names=["Acme"]
    )["Statement"]
    assert statement.get("Condition") == {
        "StringLike": {"ses:FromAddress": ["a@acme.example", "*@news.acme.example"]},
        "StringEquals": {"ses:FromDisplayName": ["Acme"]},
    }


def test_recipients_need_the_null_guard() -> None:
    """Recipients are compared with ForAllValues, and a request without the key is refused."""
    (statement,) = sending_policy(ARN, recipients=["*@partner.example"])["Statement"]
    assert statement.get("Condition") == {
        "ForAllValues:StringLike": {"ses:Recipients": ["*@partner.example"]},
        "Null": {"ses:Recipients": "false"},
    }


def test_case_of_a_from_address() -> None:
    """The domain is allowed as written and in lower case, the local part only as written."""
    (statement,) = sending_policy(ARN, from_addresses=["No-Reply@Acme.example"])["Statement"]
    assert statement.get("Condition") == {
        "StringEquals": {"ses:FromAddress": ["No-Reply@Acme.example", "No-Reply@acme.example"]}
    }


def test_a_domain_of_other_letters_is_allowed_as_mail_names_it() -> None:
    """SES sees A-labels, which IAM does not match with the letters that were typed; a pattern stays one."""
    (statement,) = sending_policy(ARN, from_addresses=["hi@BÜRO.example", "*@*.Büro.example"])["Statement"]
    allowed = statement.get("Condition", {})["StringLike"]["ses:FromAddress"]
    assert allowed == ["hi@BÜRO.example", "hi@xn--bro-hoa.example", "*@*.Büro.example", "*@*.büro.example"]


def test_sandbox_recipients_cannot_be_sent_as() -> None:
    """Identities of sandbox recipients are reached, but only from addresses of the domain itself."""
    recipient = identity_arn("me@home.example", "eu-west-1", "123456789012")
    sending, reaching = sending_policy(ARN, sandbox_recipient_arns=[recipient])["Statement"]
    assert sending["Resource"] == [ARN]
    assert reaching["Resource"] == [recipient]
    assert reaching.get("Condition") == {"StringLike": {"ses:FromAddress": ["*@acme.example", "*@*.acme.example"]}}


def test_one_key_for_further_domains() -> None:
    """Each domain is a resource, and limits mail to sandbox recipients as the first one does."""
    other, recipient = (
        identity_arn(name, "eu-west-1", "123456789012") for name in ("brand.example", "me@home.example")
    )
    sending, reaching = sending_policy(ARN, further_identity_arns=[other], sandbox_recipient_arns=[recipient])[
        "Statement"
    ]
    assert sending["Resource"] == [ARN, other]
    patterns = ["*@acme.example", "*@*.acme.example", "*@brand.example", "*@*.brand.example"]
    assert reaching.get("Condition") == {"StringLike": {"ses:FromAddress": patterns}}


def test_sandbox_recipients_keep_the_given_from_addresses() -> None:
    """Where From addresses are given, they limit mail to sandbox recipients too."""
    recipient = identity_arn("me@home.example", "eu-west-1", "123456789012")
    document = sending_policy(ARN, from_addresses=["a@acme.example"], sandbox_recipient_arns=[recipient])
    assert document["Statement"][0].get("Condition") == document["Statement"][1].get("Condition")


def test_mail_to_sandbox_recipients_is_limited_like_any_other() -> None:
    """Display names and recipients limit both statements; the domain is all that follows `:identity/`."""
    odd = identity_arn("a:identity/b.example", "eu-west-1", "123456789012")
    limits = {"from_display_names": ["Acme"], "recipients": ["*@partner.example"]}
    sending, reaching = sending_policy(odd, sandbox_recipient_arns=[ARN], **limits)["Statement"]
    own = {"StringLike": {"ses:FromAddress": ["*@a:identity/b.example", "*@*.a:identity/b.example"]}}
    assert reaching.get("Condition") == {**sending.get("Condition", {}), **own}
    assert reaching["Sid"] == "ReachSandboxRecipients"


@pytest.mark.parametrize("address", ["?@acme.example", "*@acme.example", "a@acme.ex?mple"])
def test_both_wildcards_are_patterns(address: str) -> None:
    """IAM's `?` stands for one sign."""
    (statement,) = sending_policy(ARN, from_addresses=[address])["Statement"]
    assert list(statement.get("Condition", {})) == ["StringLike"]


def test_a_quoted_local_part_may_hold_the_sign() -> None:
    """The domain is what follows the last one."""
    (statement,) = sending_policy(ARN, from_addresses=['"a@B"@Acme.example'])["Statement"]
    addresses = statement.get("Condition", {})["StringEquals"]["ses:FromAddress"]
    assert addresses == ['"a@B"@Acme.example', '"a@B"@acme.example']


def test_an_email_identity_overrides_its_domain() -> None:
    """A From address that is an identity of its own adds its ARN, case kept."""
    own = identity_arn("Boss@acme.example", "eu-west-1", "123456789012")
    assert sending_policy(ARN, from_identity_arns=[own])["Statement"][0]["Resource"] == [ARN, own]


@pytest.mark.parametrize(
    ("region", "partition"),
    [("eu-west-1", "aws"), ("us-gov-west-1", "aws-us-gov"), ("us-gov-east-1", "aws-us-gov"), ("cn-north-1", "aws-cn")],
)
def test_partitions(region: str, partition: str) -> None:
    """ARNs carry the partition of their region, or the one given."""
    assert identity_arn("a.example", region, "1") == f"arn:{partition}:ses:{region}:1:identity/a.example"
    assert configuration_set_arn("c", region, "1", "aws-iso") == f"arn:aws-iso:ses:{region}:1:configuration-set/c"


def test_operator_policy_grants_no_more_than_asked() -> None:
    """The operator may manage its identities and see the account; replicas and production access only on request."""
    least = operator_policy([ARN])["Statement"]
    assert [statement["Resource"] for statement in least] == [[ARN], ["*"]]
    assert operator_policy([])["Version"] == "2012-10-17"
    assert least[1]["Action"] == ["ses:GetAccount"]
    most = operator_policy([ARN], replica_parent_arns=[ARN], request_production_access=True)["Statement"]
    assert most[1]["Action"] == ["ses:GetAccount", "ses:PutAccountDetails"]
    assert most[2]["Action"] == ["ses:ReplicateEmailIdentityDkimSigningKey"]
    every = operator_policy([ARN], replica_parent_arns=[ARN], user_arns=["u"])["Statement"]
    sids = [statement["Sid"] for statement in every]
    assert sids == ["ManageIdentities", "SeeAccountState", "CountAccessKeys", "ReplicateDkimKeys"]


def test_the_operator_attaches_no_other_policy() -> None:
    """Where pulumi_aws makes users, policies and records, each statement is for its own objects."""
    document = operator_policy([ARN], user_arns=["user"], policy_arns=["one", "two"], zone_arns=["zone"])
    made = {each["Sid"]: (each["Resource"], each.get("Condition")) for each in document["Statement"][2:]}
    assert made == {
        "CountAccessKeys": (["user"], None),
        "ManageSendingUsers": (["user"], None),
        "AttachSendingPolicies": (["user"], {"ArnLike": {"iam:PolicyARN": ["one", "two"]}}),
        "ManageSendingPolicies": (["one", "two"], None),
        "PublishRecords": (["zone"], None),
        "FindZones": (["*"], None),
    }


def test_text_is_deterministic() -> None:
    """The same content gives the same text whatever order the keys were put in."""
    document = sending_policy(ARN, from_addresses=["a@acme.example"])
    text = policy_json(document)
    assert json.loads(text) == document
    assert policy_json(json.loads(text)) == text
    assert text.startswith('{"Statement":[{"Action":["ses:SendEmail","ses:SendRawEmail"],"Condition":{"StringEquals":')
