"""AwsKeyReady proves with the mailbox simulator that a key may send, and says what forbids it."""

from __future__ import annotations

import json
from threading import Timer
from time import monotonic
from typing import TYPE_CHECKING, Any

import pytest

from support.managed import Managed
from tenant_email.aws.policy import configuration_set_arn, identity_arn, sending_policy
from tenant_email.aws.senders import SIMULATOR
from tenant_email.errors import Forbidden, PlatformError, RateLimited, Rejected
from tenant_email.lifecycle.aws_key_ready import AwsKeyReadyLifecycle
from tenant_email_local.aws.wire import AwsError

if TYPE_CHECKING:
    from support.ses_site import SesSite

AGAIN = ("TooManyRequestsException", "LimitExceededException")  # which boto3 itself tries three times
AT = ("eu-west-1", "000000000099")


class Sender:
    """An IAM user of a site, and the wait for its key."""

    def __init__(self, site: SesSite) -> None:
        self.site, self.iam, self.user = site, site.client("iam"), f"sender-{site.domain}"
        self.arn, self.address = identity_arn(site.domain, *AT), f"no-reply@{site.domain}"
        self.iam.create_user(UserName=self.user)
        key = self.iam.create_access_key(UserName=self.user)["AccessKey"]
        secrets = {"access_key_id": key["AccessKeyId"], "secret_access_key": key["SecretAccessKey"]}
        self.ready = Managed(AwsKeyReadyLifecycle(), region=AT[0], timeout="1s", **secrets)

    def allow(self, **limits: Any) -> None:
        """Gives the user the package's own policy."""
        document = json.dumps(sending_policy(self.arn, **limits))
        self.iam.put_user_policy(UserName=self.user, PolicyName="send", PolicyDocument=document)

    def sent(self) -> int:
        """Returns how many mails SES took."""
        return len([call for call in self.site.aws.calls if call.operation == "SendEmail" and call.status == 200])


@pytest.fixture
def sender(site: SesSite) -> Sender:
    """A user of a verified domain, without a policy."""
    site.verified()
    return Sender(site)


def test_a_mail_for_each_way_of_sending(sender: Sender, said: list[str]) -> None:
    """Either content, or the one that the tenant's way needs; other senders are proven again, and nothing else is."""
    sender.allow()
    sender.ready.up(from_addresses=[sender.address])
    assert sender.sent() == 2
    (key,) = (sender.ready.id.removeprefix("aws-key/"),)
    assert said == [f"ses eu-west-1: testing access key {key} with 2 emails to SES's mailbox simulator"]
    assert sender.ready.up(from_addresses=[sender.address], ses_path="any") == "update"
    assert sender.sent() == 2
    assert sender.ready.up(from_addresses=[sender.address], timeout="2s") == "update"
    assert sender.sent() == 2
    assert sender.ready.up(from_addresses=[f"Acme <hi@{sender.site.domain}>"], ses_path="smtp") == "update"
    assert sender.sent() == 3


def test_without_senders_only_sts_is_asked(sender: Sender, said: list[str]) -> None:
    """A key that does not send mail is known, and no mail goes out."""
    sender.ready.up()
    assert (sender.sent(), said) == (0, [])


def test_a_policy_that_comes_late_is_waited_for(sender: Sender) -> None:
    """IAM takes some seconds to spread a policy."""
    Timer(1.0, sender.allow).start()
    sender.ready.up(from_addresses=[sender.address], ses_path="simple", timeout="15s")
    assert sender.sent() == 1


def test_a_key_that_may_not_send_is_distinguished_from_one_that_is_unknown(sender: Sender) -> None:
    """Still denied after the time is up: what is denied on what, and the input that allows it; nothing is recorded."""
    with pytest.raises(Forbidden) as caught:
        sender.ready.up(from_addresses=[sender.address])
    said, user = str(caught.value), f"arn:aws:iam::{AT[1]}:user/{sender.user}"
    assert f"User `{user}' is not authorized to perform `ses:SendEmail' on resource `{sender.arn}'" in said
    assert f"\nAllow it in the key's policy: {sender.site.domain} must be the domain or one of further_domains." in said
    assert not sender.ready.id
    sender.site.aws.behavior.key_delay = 60
    began = monotonic()
    with pytest.raises(
        PlatformError, match=r"^aws eu-west-1: access key AKIA.* is still not accepted after 1 s\nRun aga"
    ):
        sender.ready.up(from_addresses=[sender.address])
    assert monotonic() - began < 50


def test_a_key_is_tried_in_its_region(sender: Sender) -> None:
    """Of STS and of SES."""
    before = len(sender.site.aws.calls)
    with pytest.raises(Forbidden, match="arn:aws:ses:eu-west-3:"):
        sender.ready.up(from_addresses=[sender.address], region="eu-west-3")
    assert {call.region for call in sender.site.aws.calls[before:]} == {"eu-west-3"}


def test_what_is_missing_is_named(sender: Sender) -> None:
    """A default configuration set, an address identity and the way of sending are each found by the trial."""
    site = sender.site
    site.ses.create_configuration_set(ConfigurationSetName=f"set-{site.domain}")
    site.ses.put_email_identity_configuration_set_attributes(
        EmailIdentity=site.domain, ConfigurationSetName=f"set-{site.domain}"
    )
    sender.allow()
    with pytest.raises(Forbidden, match=f"\nSet configuration_set='set-{site.domain}'"):
        sender.ready.up(from_addresses=[sender.address])
    sets = [configuration_set_arn(f"set-{site.domain}", *AT)]
    sender.allow(configuration_set_arns=sets)
    site.ses.create_email_identity(EmailIdentity=f"ceo@{site.domain}")
    with pytest.raises(Forbidden, match=rf"\nSet from_identities=\['ceo@{site.domain}'\]"):
        sender.ready.up(from_addresses=[sender.address, f"ceo@{site.domain}"])
    sender.allow(configuration_set_arns=sets, actions=["ses:SendEmail"])
    sender.ready.up(from_addresses=[sender.address], ses_path="simple")
    with pytest.raises(Forbidden, match="not authorized to perform `ses:SendRawEmail'"):
        sender.ready.up(from_addresses=[sender.address], ses_path="smtp")


def test_a_boundary_forbids_what_the_policy_allows(sender: Sender) -> None:
    """SES does not say what forbids an email, so the remedy names the boundary beside the policy."""
    sender.allow()
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    bound = sender.iam.create_policy(PolicyName=f"bound-{sender.site.domain}", PolicyDocument=json.dumps(document))
    sender.iam.put_user_permissions_boundary(UserName=sender.user, PermissionsBoundary=bound["Policy"]["Arn"])
    with pytest.raises(Forbidden, match=r"\nAllow it in the key's policy.* A permissions boundary of the user"):
        sender.ready.up(from_addresses=[sender.address], ses_path="smtp")
    sender.iam.delete_user_permissions_boundary(UserName=sender.user)
    sender.ready.up(from_addresses=[sender.address], ses_path="smtp")


def test_limits_of_the_policy_are_kept(sender: Sender) -> None:
    """A policy for some recipients and names lets the trial through where it allows the simulator."""
    sender.allow(recipients=["*@home.example", SIMULATOR], from_display_names=["Acme"])
    sender.ready.up(from_addresses=[f"Acme <{sender.address}>"])
    with pytest.raises(Forbidden):
        sender.ready.up(from_addresses=[f"Other <{sender.address}>"])


def test_a_domain_that_is_not_verified_is_not_the_keys_fault(site: SesSite, said: list[str]) -> None:
    """SES asks IAM first: what it says of the domain then is a warning."""
    site.identity().up()
    sender = Sender(site)
    sender.allow()
    sender.ready.up(from_addresses=[sender.address])
    assert sender.sent() == 0
    assert said[1].startswith("ses eu-west-1: the key is allowed to send, but SES still refuses: ")


@pytest.mark.parametrize(
    ("error", "kind", "remedy"),
    [
        (AwsError("SendingPausedException", "paused"), Rejected, "Turn sending on again"),
        (AwsError("AccountSuspendedException", "suspended"), Rejected, "Read the email that AWS sent"),
        (AwsError("LimitExceededException", "quota"), Rejected, "sending quota is used up"),
        (AwsError("TooManyRequestsException", "rate", 429), RateLimited, "Run again"),
        (AwsError("TooManyRequestsException", "Daily message quota exceeded.", 429), RateLimited, "quota is used up"),
        (AwsError("AccessDeniedException", "… because no permissions boundary allows it", 403), Forbidden, "boundary"),
        (
            AwsError("AccessDeniedException", "… with an explicit deny in a service control policy", 403),
            Forbidden,
            "organization's policies",
        ),
    ],
)
def test_what_ses_answers_has_its_own_remedy(
    sender: Sender, error: AwsError, kind: type[PlatformError], remedy: str
) -> None:
    """Nothing is switched to a key whose mail would be refused, whatever the reason."""
    sender.allow()
    sender.site.aws.fail("SendEmail", error, 3 if error.code in AGAIN else 1)
    with pytest.raises(kind, match=f"\n.*{remedy}"):
        sender.ready.up(from_addresses=[sender.address])


def test_in_the_sandbox_too(sender: Sender) -> None:
    """The simulator is reached without a verified recipient, and delivers nothing."""
    sender.site.aws.behavior.production = False
    sender.allow()
    sender.ready.up(from_addresses=[sender.address])
    assert sender.sent() == 2
