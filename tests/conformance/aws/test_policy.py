"""The sending policy as AWS evaluates it: what it lets through, and what it does not."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from support.dns_zone import serve
from tenant_email.aws.dkim import EasySigning
from tenant_email.aws.dns_records import easy_dkim_records, route53_value
from tenant_email.aws.identity import verdict
from tenant_email.aws.policy import SEND_SIMPLE, PolicyDocument, identity_arn, policy_json, sending_policy

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

    from tenant_email.aws.ses import Ses
    from tenant_email_local.aws.server import AwsServer
    from tenant_email_local.dns import DnsServer

FROM = "no-reply@acme.example"
REGION = "eu-west-1"


@pytest.fixture
def arn(ses: Ses, dns: DnsServer, aws: AwsServer) -> str:
    """The ARN of acme.example, verified."""
    aws.behavior.key_delay = aws.behavior.look_delay = 0
    ses.create_identity("acme.example", EasySigning(), tags={})
    identity = ses.wait_for_tokens("acme.example")
    records = easy_dkim_records("acme.example", identity.dkim.tokens, identity.dkim.signing_hosted_zone)
    serve(dns, *((r.name, r.type, [route53_value(r.type, value) for value in r.values]) for r in records))
    deadline = time.monotonic() + 60
    while verdict(identity) != "verified" and time.monotonic() < deadline:
        identity = ses.wait_for_tokens("acme.example")
    return ses.identity_arn("acme.example")


def sender(document: PolicyDocument) -> SESV2Client:
    """Returns SES as a fresh user with this policy and no other."""
    iam = boto3.Session().client("iam")
    iam.create_user(UserName="mailer")
    iam.put_user_policy(UserName="mailer", PolicyName="send", PolicyDocument=policy_json(document))
    key = iam.create_access_key(UserName="mailer")["AccessKey"]
    return boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name=REGION).client("sesv2")


def send(client: SESV2Client, from_address: str = FROM, to: str = "you@home.example", *, raw: bool = False) -> str:
    """Sends an email and returns "sent", or the code of the refusal."""
    text = {"Data": "Hello"}
    content: Any = {"Simple": {"Subject": text, "Body": {"Text": text}}}
    if raw:
        content = {"Raw": {"Data": f"From: {from_address}\r\nTo: {to}\r\nSubject: Hello\r\n\r\nHello\r\n".encode()}}
    try:
        client.send_email(FromEmailAddress=from_address, Destination={"ToAddresses": [to]}, Content=content)
    except ClientError as error:
        return str(error.response.get("Error", {}).get("Code"))
    return "sent"


def test_only_the_given_address(arn: str) -> None:
    """The allowed address sends, another one of the same domain does not."""
    client = sender(sending_policy(arn, from_addresses=[FROM]))
    assert send(client) == "sent"
    assert send(client, raw=True) == "sent"
    assert send(client, "boss@acme.example") == "AccessDeniedException"


def test_only_the_given_action(arn: str) -> None:
    """A policy for simple content does not let raw content through, though the call is the same."""
    client = sender(sending_policy(arn, actions=SEND_SIMPLE))
    assert [send(client), send(client, raw=True)] == ["sent", "AccessDeniedException"]


def test_only_the_given_recipients(arn: str) -> None:
    """Mail goes to the recipients that are allowed, by wildcard, and to nobody else."""
    client = sender(sending_policy(arn, recipients=["*@home.example"]))
    assert [send(client), send(client, to="me@other.example")] == ["sent", "AccessDeniedException"]


def test_the_sandbox_needs_the_recipients(arn: str, ses: Ses, aws: AwsServer) -> None:
    """In the sandbox the recipient's identity has to be allowed too, and then can not be sent as."""
    boto3.Session().client("sesv2").create_email_identity(EmailIdentity="you@home.example")
    aws.verify_address("you@home.example", REGION, ses.account_id)
    aws.behavior.production = False
    recipient = identity_arn("you@home.example", REGION, ses.account_id)
    client = sender(sending_policy(arn, sandbox_recipient_arns=[recipient]))
    assert send(client) == "sent"
    assert send(client, "you@home.example", "you@home.example") == "AccessDeniedException"


def test_the_sandbox_without_the_recipients(arn: str, ses: Ses, aws: AwsServer) -> None:
    """Without the recipient's identity in the policy, mail that production would take is denied."""
    boto3.Session().client("sesv2").create_email_identity(EmailIdentity="you@home.example")
    aws.verify_address("you@home.example", REGION, ses.account_id)
    client = sender(sending_policy(arn))
    assert send(client) == "sent"
    aws.behavior.production = False
    assert send(client) == "AccessDeniedException"
