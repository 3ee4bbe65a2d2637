"""What the policy of a topic, or of a key, says of SES: yes, surely not, or more than is understood."""

from __future__ import annotations

import json
from typing import Any

import pytest

from support.blocks import ROOT
from tenant_email.aws.event_rules import topic_policy
from tenant_email.aws.topic_rules import ALARMS, ENCRYPT, EVENTS, PUBLISH, allows, is_own_key
from tenant_email.aws.topics import _document

TOPIC, ACCOUNT = "arn:aws:sns:eu-west-1:123456789012:mail", "123456789012"
SET = f"arn:aws:ses:eu-west-1:{ACCOUNT}:configuration-set/mail"
CONTEXT = {"aws:sourceaccount": ACCOUNT, "aws:sourcearn": SET}
SES = {"Service": "ses.amazonaws.com"}


def statement(**parts: object) -> dict[str, object]:
    """A statement that lets SES publish, but for these parts."""
    return {"Effect": "Allow", "Principal": SES, "Action": "sns:Publish", "Resource": TOPIC, **parts}


def when(operator: str, key: str, *values: object) -> dict[str, object]:
    """The same under a condition."""
    return statement(Condition={operator: {key: list(values)}})


DENIED = statement(Effect="Deny", Principal="*", Action="*")
CASES: list[tuple[list[Any], bool | None]] = [
    ([statement()], True),
    ([statement(Principal="*")], True),
    ([statement(Principal={"AWS": ["*"]})], True),
    ([statement(Principal={"Service": ["sns.amazonaws.com", "ses.amazonaws.com"]})], True),
    ([statement(Principal={"Service": "s3.amazonaws.com"})], False),
    ([statement(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"})], False),
    ([statement(Action=["SNS:Pub*", 7])], True),
    ([statement(Action="sns:Subscribe")], False),
    ([statement(Resource="arn:aws:sns:*:*:mail")], True),
    ([statement(Resource=f"{TOPIC}-other")], False),
    ([statement(Resource="arn:aws:sns:eu-west-1:123456789012:[m]ail")], False),
    ([when("StringEquals", "AWS:SourceAccount", ACCOUNT)], True),
    ([when("StringEquals", "aws:sourceaccount", "210987654321")], False),
    ([when("StringEqualsIgnoreCase", "AWS:SourceArn", SET.upper())], True),
    ([when("StringEquals", "AWS:SourceArn", SET.upper())], False),
    ([when("ArnLike", "AWS:SourceArn", "arn:aws:ses:*:123456789012:configuration-set/*")], True),
    ([when("ArnEqualsIfExists", "AWS:SourceArn", SET)], True),
    ([when("StringEquals", "AWS:SourceArn", SET.replace("/mail", "/*"))], False),
    ([when("StringLike", "AWS:SourceArn", "*:identity/*")], False),
    ([statement(Condition={"StringEquals": {"AWS:SourceAccount": ACCOUNT, "AWS:SourceArn": "other"}})], False),
    ([when("StringEquals", "AWS:SourceOwner", ACCOUNT)], None),
    ([when("StringEquals", "aws:PrincipalOrgID", "o-1"), statement()], True),
    ([when("StringNotEquals", "AWS:SourceAccount", "x")], None),
    ([when("StringLike", "AWS:SourceArn", "arn:${aws:Partition}:ses:*")], None),
    ([statement(Condition="x")], None),
    ([statement(Condition={"StringEquals": 1})], None),
    ([statement(Action=None, NotAction="sns:Subscribe")], None),
    ([statement(Principal=None, NotPrincipal=SES)], None),
    ([statement(Resource=None, NotResource="x")], None),
    ([{name: part for name, part in statement().items() if name != "Resource"}], True),
    ([statement(), DENIED], False),
    ([statement(), {**when("Bool", "aws:SecureTransport", "false"), "Effect": "Deny", "Principal": "*"}], None),
    ([statement(), statement(Effect="Deny", Action="sns:Subscribe")], True),
    ([statement(Effect="Refuse")], False),
    (["x", None, 1], False),
]  # fmt: skip


@pytest.mark.parametrize(("statements", "expected"), CASES, ids=range(len(CASES)))
def test_a_topic_s_policy(statements: list[Any], *, expected: bool | None) -> None:
    """What is not understood is never read as a refusal, unless something else surely is one."""
    assert allows({"Statement": statements}, EVENTS, PUBLISH, TOPIC, CONTEXT) is expected


def test_a_bracket_is_a_bracket() -> None:
    """IAM's patterns have no classes of characters."""
    policy = {"Statement": statement(Resource="arn:aws:sns:*:mail[1]*")}
    assert allows(policy, EVENTS, PUBLISH, "arn:aws:sns:eu-west-1:1:mail[1]-more", {}) is True
    assert allows(policy, EVENTS, PUBLISH, "arn:aws:sns:eu-west-1:1:mail1-more", {}) is False


def test_the_policy_that_is_made_allows_it() -> None:
    """And of SES only to this set; alarms of the account are let in as well."""
    made = _document(topic_policy(TOPIC, "mail", "eu-west-1", ACCOUNT))
    assert allows(made, EVENTS, PUBLISH, TOPIC, CONTEXT) is True
    assert allows(made, EVENTS, PUBLISH, TOPIC, {**CONTEXT, "aws:sourcearn": f"{SET}-other"}) is False
    alarm = {**CONTEXT, "aws:sourcearn": f"arn:aws:cloudwatch:eu-west-1:{ACCOUNT}:alarm:mail"}
    assert allows(made, ALARMS, PUBLISH, TOPIC, alarm) is True
    assert allows(made, ALARMS, PUBLISH, TOPIC, {**alarm, "aws:sourceaccount": "210987654321"}) is False


def test_the_policy_of_the_guide_lets_both_in() -> None:
    """Each by its own statement: with the first one alone, alarms would be heard by nobody."""
    text = (ROOT / "docs" / "events.md").read_text().partition("```json\n")[2].partition("```")[0]
    for written, meant in {"REGION": "eu-west-1", "ACCOUNT": ACCOUNT, "TOPIC": "mail", "/SET": "/mail"}.items():
        text = text.replace(written, meant)
    statements = json.loads(text)
    alarm = {**CONTEXT, "aws:sourcearn": f"arn:aws:cloudwatch:eu-west-1:{ACCOUNT}:alarm:mail-bounce-rate-set-1"}
    for said, expected in ((statements, [True, True]), (statements[:1], [True, False])):
        heard = [allows({"Statement": said}, of, PUBLISH, TOPIC, by) for of, by in ((EVENTS, CONTEXT), (ALARMS, alarm))]
        assert heard == expected


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        (["kms:GenerateDataKey*", "kms:Decrypt"], True),
        ("kms:*", True),
        ("kms:Decrypt", False),
        ("kms:Generate*", False),
    ],
)
def test_a_key_is_used_for_both(actions: object, *, expected: bool) -> None:
    """SNS encrypts and reads for whom publishes."""
    policy = {"Statement": statement(Action=actions, Resource="*")}
    assert allows(policy, EVENTS, ENCRYPT, "arn:aws:kms:eu-west-1:123456789012:key/1", {}) is expected


@pytest.mark.parametrize("policy", [None, [], "x", {}, {"Statement": None}])
def test_what_is_no_policy_allows_nothing(policy: Any) -> None:
    """AWS has none that says nothing."""
    assert allows(policy, EVENTS, PUBLISH, TOPIC, CONTEXT) is False


@pytest.mark.parametrize("text", [None, "", "{", 5, "[" * 50_000])
def test_texts_that_are_no_document(text: object) -> None:
    """Of whatever kind they are."""
    assert _document(text) is None


def test_the_key_that_is_aws_s_own() -> None:
    """By its alias, or the alias's ARN; a key of one's own may have any other."""
    assert is_own_key("alias/aws/sns")
    assert is_own_key("arn:aws:kms:eu-west-1:123456789012:alias/aws/sns")
    assert not is_own_key("alias/mail/aws/sns")
    assert not is_own_key("7bd58b22-7203-4a4e-a4d1-4a03b785044d")
