"""Mail through the local SES: who may send what, judged by the policies in the local IAM."""

from __future__ import annotations

import json
from email import message_from_bytes
from email.policy import default as mime
from typing import TYPE_CHECKING, Any

import pytest

from support.aws import ZONE, local_aws, refusal
from tenant_email_local.inbox import Received, parse_mail

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

    from support.aws import Cloud

ARN = "arn:aws:ses:us-east-1:123456789012"
DOMAIN = f"{ARN}:identity/{ZONE}"
USER = "arn:aws:iam::123456789012:user/sender"
SENDER = f"no-reply@{ZONE}"
SIMPLE: Any = {"Simple": {"Subject": {"Data": "Hi"}, "Body": {"Text": {"Data": "text"}, "Html": {"Data": "<b>h</b>"}}}}
RAW: Any = {"Raw": {"Data": f"From: {SENDER}\r\nTo: a@b.example\r\nSubject: raw\r\n\r\nbody".encode()}}
TO: Any = {"ToAddresses": ["Ada <a@b.example>"], "BccAddresses": ["hidden@b.example"]}


def user(cloud: Cloud, *statements: dict[str, Any]) -> SESV2Client:
    """Creates a user with a managed policy and returns its SES client."""
    key = cloud.key()
    document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    arn = cloud.iam.create_policy(PolicyName="send", PolicyDocument=document)["Policy"].get("Arn", "")
    cloud.iam.attach_user_policy(UserName="sender", PolicyArn=arn)
    return cloud.ses(key)


def allow(*actions: str, resource: Any = DOMAIN, **condition: Any) -> dict[str, Any]:
    """Returns an Allow statement."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource}
    return {**statement, "Condition": condition} if condition else statement


def send(client: SESV2Client, content: Any = None, sender: str = SENDER, **more: Any) -> str:
    """Sends an email and returns the refusal, or `accepted`."""
    call: Any = {"FromEmailAddress": sender, "Destination": TO, "Content": content or SIMPLE, **more}
    return refusal(lambda: client.send_email(**call))


def test_delivers_what_was_sent(cloud: Cloud) -> None:
    """A simple mail arrives with both bodies at all recipients, without its blind copies' header."""
    assert send(cloud.verified(), sender=f"Acme <{SENDER}>", ReplyToAddresses=["help@acme.example"]) == "accepted"
    sender, recipients, raw = cloud.mails[0]
    message = message_from_bytes(raw, policy=mime)
    assert (sender, recipients) == (SENDER, ["a@b.example", "hidden@b.example"])
    assert (message["From"], message["To"], message["Bcc"]) == (f"Acme <{SENDER}>", "Ada <a@b.example>", None)
    assert (message["Reply-To"], message.get_content_type()) == ("help@acme.example", "multipart/alternative")


def test_takes_recipients_of_a_raw_mail_from_its_headers(cloud: Cloud) -> None:
    """A raw mail needs no Destination."""
    cloud.verified().send_email(Content=RAW)
    assert cloud.mails[0][:2] == (SENDER, ["a@b.example"])


def test_an_unverified_sender_is_rejected(cloud: Cloud) -> None:
    """Nothing is delivered from a domain that is not proven."""
    cloud.ses().create_email_identity(EmailIdentity=ZONE)
    text = "Email address is not verified. The following identities failed the check in region US-EAST-1"
    assert send(cloud.ses()) == f"MessageRejected 400 {text}: {SENDER}"
    assert cloud.mails == []


@pytest.mark.parametrize(
    ("statement", "content", "outcome"),
    [
        (allow("ses:SendEmail"), SIMPLE, "accepted"),
        (allow("ses:SendEmail"), RAW, "ses:SendRawEmail"),
        (allow("ses:SendRawEmail"), RAW, "accepted"),
        (allow("SES:send*"), SIMPLE, "accepted"),
        (allow("ses:*", resource=f"{ARN}:identity/acme.exampl?"), SIMPLE, "accepted"),
        (allow("ses:*", resource=f"{ARN}:identity/other.example"), SIMPLE, "ses:SendEmail"),
        (allow("ses:*", StringEquals={"ses:FromAddress": [SENDER]}), SIMPLE, "accepted"),
        (allow("ses:*", StringEquals={"ses:FromAddress": f"x@{ZONE}"}), SIMPLE, "ses:SendEmail"),
        (allow("ses:*", StringLike={"ses:FromAddress": "NO-*"}), SIMPLE, "ses:SendEmail"),
        (allow("ses:*", StringEqualsIgnoreCase={"ses:FromAddress": SENDER.upper()}), SIMPLE, "accepted"),
        (allow("ses:*", StringEquals={"ses:FromDisplayName": "Acme"}), SIMPLE, "ses:SendEmail"),
        (allow("ses:*", **{"ForAllValues:StringLike": {"ses:Recipients": "*@b.example"}}), SIMPLE, "accepted"),
        (allow("ses:*", **{"ForAllValues:StringLike": {"ses:Recipients": "a@*"}}), SIMPLE, "ses:SendEmail"),
        (allow("ses:*", **{"ForAnyValue:StringLike": {"ses:Recipients": "a@*"}}), SIMPLE, "accepted"),
        (allow("ses:*", Null={"ses:Recipients": "true"}), SIMPLE, "ses:SendEmail"),
        (allow("ses:*", StringNotEquals={"ses:FromAddress": SENDER}), SIMPLE, "ses:SendEmail"),
        (allow("ses:*", StringEqualsIfExists={"ses:FromDisplayName": "Acme"}), SIMPLE, "accepted"),
    ],
)
def test_policies_decide(cloud: Cloud, statement: dict[str, Any], content: Any, outcome: str) -> None:
    """Actions follow the content; resources and conditions are matched as IAM does."""
    cloud.verified()
    text = send(user(cloud, statement), content)
    reason = f"User `{USER}' is not authorized to perform `{outcome}' on resource `{DOMAIN}'"
    assert text == ("accepted" if outcome == "accepted" else f"AccessDeniedException 403 {reason}")


def test_an_explicit_deny_wins(cloud: Cloud) -> None:
    """Deny takes away what another statement allows."""
    cloud.verified()
    deny = {**allow("ses:SendEmail", StringEquals={"ses:FromAddress": SENDER}), "Effect": "Deny"}
    client = user(cloud, allow("ses:*"), deny)
    assert send(client).startswith("AccessDeniedException")
    assert send(client, sender=f"other@{ZONE}") == "accepted"


def test_policies_of_groups_and_inline_ones_count(cloud: Cloud) -> None:
    """What a group's inline policy allows is allowed."""
    cloud.verified()
    client = user(cloud, allow("ses:GetAccount", resource="*"))
    cloud.iam.create_group(GroupName="senders")
    document = json.dumps({"Version": "2012-10-17", "Statement": allow("ses:SendEmail")})
    cloud.iam.put_group_policy(GroupName="senders", PolicyName="in", PolicyDocument=document)
    assert send(client).startswith("AccessDeniedException")
    cloud.iam.add_user_to_group(GroupName="senders", UserName="sender")
    assert send(client) == "accepted"


def test_the_configuration_set_must_be_allowed_too(cloud: Cloud) -> None:
    """A default configuration set of the identity asks for its own resource."""
    ses = cloud.verified()
    ses.create_configuration_set(ConfigurationSetName="cs")
    ses.put_email_identity_configuration_set_attributes(EmailIdentity=ZONE, ConfigurationSetName="cs")
    client = user(cloud, allow("ses:SendEmail"))
    assert send(client).endswith(f"on resource `{ARN}:configuration-set/cs'")
    ses.put_email_identity_configuration_set_attributes(EmailIdentity=ZONE)
    assert send(client) == "accepted"


def test_an_address_identity_is_checked_before_its_domain(cloud: Cloud) -> None:
    """The longest match is the resource that IAM is asked about."""
    cloud.verified().create_email_identity(EmailIdentity=SENDER)
    assert send(user(cloud, allow("ses:SendEmail"))).endswith(f"on resource `{ARN}:identity/{SENDER}'")


def test_the_sandbox_asks_for_the_recipient_as_well() -> None:
    """In the sandbox least privilege meets the recipient's identity, and recipients must be verified."""
    with local_aws(production=False) as cloud:
        cloud.verified()
        client = user(cloud, allow("ses:SendEmail"))
        assert send(client).endswith(f"on resource `{ARN}:identity/a@b.example'")
        assert "a@b.example" in send(cloud.ses())
        simulator = {"ToAddresses": ["success@simulator.amazonses.com"]}
        assert send(client, Destination=simulator) == "accepted"


def test_management_calls_need_permission(cloud: Cloud) -> None:
    """A sending user cannot change identities."""
    client = user(cloud, allow("ses:SendEmail"))
    text = refusal(lambda: client.delete_email_identity(EmailIdentity=ZONE))
    denied = f"User: {USER} is not authorized to perform: ses:DeleteEmailIdentity on resource: {DOMAIN}"
    why = "because no identity-based policy allows the ses:DeleteEmailIdentity action"
    assert text == f"AccessDeniedException 403 {denied} {why}"


@pytest.mark.parametrize(("sender", "refused"), [(SENDER, False), (f"x@{ZONE}", True)])
def test_smtp_asks_the_same_policies(cloud: Cloud, sender: str, refused: bool) -> None:
    """The text of a refusal over SMTP names user, action and resource."""
    cloud.verified()
    user(cloud, allow("ses:SendRawEmail", StringEquals={"ses:FromAddress": SENDER}))
    key = cloud.iam.list_access_keys(UserName="sender")["AccessKeyMetadata"][0].get("AccessKeyId", "")
    raw = f"From: {sender}\r\n\r\nBody\r\n".encode()
    answer = cloud.aws.send_smtp(key, "us-east-1", Received(sender, ("a@b.example",), key, parse_mail(raw), raw))
    assert isinstance(answer, str) == refused
    assert not isinstance(answer, str) or answer.startswith(f"Access denied: User `{USER}' is not authorized")
