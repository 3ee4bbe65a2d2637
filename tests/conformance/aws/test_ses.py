"""The SES client against the local AWS: what is sent, what is read, and how errors are reported."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import boto3
import pytest

from support.aws import wait_for
from support.dns_zone import serve
from tenant_email.aws.dkim import ByoSigning, EasySigning, ReplicaSigning
from tenant_email.aws.dns_records import easy_dkim_records, own_dkim_record, route53_value
from tenant_email.aws.identity import Identity, MailFrom, mail_from_too_early, verdict, why
from tenant_email.aws.pace import Pace
from tenant_email.aws.rsa_key import new_private_key, public_key
from tenant_email.aws.ses import Ses
from tenant_email.errors import Conflict, Forbidden, NotFound, RateLimited, Rejected, Unauthorized, Unavailable
from tenant_email_local.aws.wire import AwsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenant_email.aws.dns_records import DnsRecord
    from tenant_email_local.aws.server import AwsServer
    from tenant_email_local.dns import DnsServer

DOMAIN = "acme.example"
TAGS = {"managed-by": "pulumi-tenant-email", "stack": "dev"}
AT_ONCE = Pace(interval=0, attempts=2)


def create(ses: Ses) -> Identity:
    """Creates the domain with Easy DKIM and returns it."""
    ses.create_identity(DOMAIN, EasySigning(), tags=TAGS)
    return ses.wait_for_tokens(DOMAIN)


def publish(dns: DnsServer, records: Sequence[DnsRecord]) -> None:
    """Puts the records into the local DNS."""
    serve(dns, *((r.name, r.type, [route53_value(r.type, value) for value in r.values]) for r in records))


def read(ses: Ses) -> Identity:
    """Reads the identity, which is there."""
    identity = ses.get_identity(DOMAIN)
    assert identity
    return identity


def settled(ses: Ses) -> Identity:
    """Reads the identity until SES has decided about its records."""
    deadline = time.monotonic() + 60
    while verdict(identity := read(ses)) == "pending" and time.monotonic() < deadline:
        time.sleep(0.05)
    return identity


def test_create_is_one_call(ses: Ses, aws: AwsServer) -> None:
    """Key length and tags go with the creation, so that nothing half made can be left behind."""
    identity = create(ses)
    assert [call.operation for call in aws.calls] == ["CreateEmailIdentity", "GetEmailIdentity"]
    assert (identity.dkim.next_key_length, identity.tags) == ("RSA_2048_BIT", TAGS)
    assert len(identity.dkim.tokens) == 3


def test_1024_bits_on_request(ses: Ses) -> None:
    """The shorter key is made when it is asked for."""
    ses.create_identity(DOMAIN, EasySigning(1024), tags={})
    assert ses.wait_for_tokens(DOMAIN).dkim.next_key_length == "RSA_1024_BIT"


def test_late_tokens_are_waited_for(ses: Ses, aws: AwsServer) -> None:
    """Tokens that come a moment after the identity are waited for, within bounds."""
    aws.behavior.token_delay = 0.3
    assert len(create(ses).dkim.tokens) == 3
    aws.behavior.token_delay = 60
    with pytest.raises(Unavailable, match="has no DKIM tokens after 0 s"):
        ses.wait_for_tokens(DOMAIN, timeout=0)


def test_published_records_verify(ses: Ses, dns: DnsServer) -> None:
    """The records built from the answer are those that SES wants to find."""
    identity = create(ses)
    assert verdict(identity) == "pending"
    publish(dns, easy_dkim_records(DOMAIN, identity.dkim.tokens, identity.dkim.signing_hosted_zone))
    assert verdict(settled(ses)) == "verified"


def test_own_key_verifies(ses: Ses, dns: DnsServer) -> None:
    """A key of one's own verifies through its one TXT record, split for its length."""
    key = new_private_key()
    publish(dns, [own_dkim_record(DOMAIN, "sel", public_key(key))])
    ses.create_identity(DOMAIN, ByoSigning("sel", key), tags={})
    identity = settled(ses)
    assert (identity.dkim.origin, verdict(identity)) == ("EXTERNAL", "verified")


def test_modes_switch_both_ways(ses: Ses) -> None:
    """Each mode is put with its own signing origin, there and back."""
    create(ses)
    origins: list[str] = []
    for mode in (ByoSigning("sel", new_private_key()), EasySigning()):
        ses.put_dkim_signing(DOMAIN, mode)
        origins.append(read(ses).dkim.origin)
    assert origins == ["EXTERNAL", "AWS_SES"]


def test_replica_signs_with_the_parents_tokens(ses: Ses) -> None:
    """A replica in another region has the parent's tokens, so DNS is published once."""
    parent = create(ses)
    other = Ses("eu-central-1", pace=AT_ONCE)
    other.create_identity(DOMAIN, ReplicaSigning("eu-west-1"), tags={})
    replica = other.wait_for_tokens(DOMAIN)
    assert (replica.dkim.origin, replica.dkim.tokens) == ("AWS_SES_EU_WEST_1", parent.dkim.tokens)


def test_mail_from_is_set_and_taken_off(ses: Ses) -> None:
    """MAIL FROM is read back with its own status, and None clears it."""
    assert create(ses).mail_from is None
    ses.put_mail_from(DOMAIN, "bounce.acme.example", "REJECT_MESSAGE")
    assert read(ses).mail_from == MailFrom("bounce.acme.example", "PENDING", "REJECT_MESSAGE")
    ses.put_mail_from(DOMAIN, None)
    assert read(ses).mail_from is None


def test_mail_from_too_early(ses: Ses, aws: AwsServer) -> None:
    """The refusal of a MAIL FROM on a domain that is not verified yet can be told from others."""
    create(ses)
    aws.behavior.mail_from_needs_verified = True
    with pytest.raises(Rejected) as early:
        ses.put_mail_from(DOMAIN, "bounce.acme.example")
    with pytest.raises(Rejected) as foreign:
        ses.put_mail_from(DOMAIN, "bounce.other.example")
    assert mail_from_too_early(early.value)
    assert not mail_from_too_early(foreign.value)


def test_switches_and_tags(ses: Ses) -> None:
    """Signing, feedback and tags are changed each by its own call and read back."""
    create(ses)
    ses.put_dkim_enabled(DOMAIN, enabled=False)
    ses.put_feedback_forwarding(DOMAIN, enabled=False)
    ses.tag(DOMAIN, {"team": "mail"})
    ses.untag(DOMAIN, ["stack"])
    identity = read(ses)
    assert (identity.dkim.enabled, identity.feedback_forwarding) == (False, False)
    assert identity.tags == {"managed-by": "pulumi-tenant-email", "team": "mail"}


def test_unknown_configuration_set(ses: Ses) -> None:
    """A configuration set that does not exist fails the creation as a whole, and detaching none is fine."""
    with pytest.raises(NotFound, match="CreateEmailIdentity"):
        ses.create_identity(DOMAIN, EasySigning(), tags={}, configuration_set="nowhere")
    assert ses.get_identity(DOMAIN) is None
    create(ses)
    ses.put_configuration_set(DOMAIN, None)
    with pytest.raises(NotFound):
        ses.put_configuration_set(DOMAIN, "nowhere")


def test_configuration_set(ses: Ses) -> None:
    """A configuration set goes with the creation, can be taken off, and can be put on again."""
    boto3.Session().client("sesv2").create_configuration_set(ConfigurationSetName="mail")
    ses.create_identity(DOMAIN, EasySigning(), tags={}, configuration_set="mail")
    seen = [read(ses).configuration_set]
    for name in (None, "mail"):
        ses.put_configuration_set(DOMAIN, name)
        seen.append(read(ses).configuration_set)
    assert seen == ["mail", None, "mail"]


def test_what_exists_is_not_overwritten(ses: Ses) -> None:
    """A second creation is a conflict whose last line offers adoption."""
    create(ses)
    with pytest.raises(Conflict) as conflict:
        create(ses)
    assert str(conflict.value) == (
        "ses eu-west-1: CreateEmailIdentity acme.example was rejected (AlreadyExistsException): "
        "Email identity acme.example already exist.\n"
        'Set on_existing="adopt" to take it over, or remove it first.'
    )


def test_gone_is_one_thing(ses: Ses) -> None:
    """However SES words it, an identity that is not there is NotFound, None or False."""
    assert ses.get_identity(DOMAIN) is None
    assert ses.delete_identity(DOMAIN) is False
    with pytest.raises(NotFound):
        ses.put_mail_from(DOMAIN, "bounce.acme.example")
    with pytest.raises(NotFound):
        ses.put_feedback_forwarding(DOMAIN, enabled=True)
    with pytest.raises(NotFound):
        ses.put_dkim_enabled(DOMAIN, enabled=True)


def test_delete(ses: Ses) -> None:
    """A deleted identity is gone."""
    create(ses)
    assert ses.delete_identity(DOMAIN) is True
    assert ses.get_identity(DOMAIN) is None


def test_identity_arn(ses: Ses, aws: AwsServer) -> None:
    """The ARN is built from the account that the credentials belong to, asked once."""
    assert ses.identity_arn(DOMAIN) == "arn:aws:ses:eu-west-1:" + ses.account_id + ":identity/acme.example"
    assert ses.identity_arn("b.example").endswith("b.example")
    assert [call.operation for call in aws.calls] == ["GetCallerIdentity"]


@pytest.mark.parametrize("production", [True, False])
def test_account(ses: Ses, aws: AwsServer, *, production: bool) -> None:
    """The sandbox is distinguished from production, and no counter is kept."""
    aws.behavior.production = production
    account = ses.get_account()
    assert (account.sandbox, account.sending_enabled, account.enforcement) == (not production, True, "HEALTHY")


def test_production_access_is_asked_for(ses: Ses, aws: AwsServer) -> None:
    """The request for production access is one call, and its review shows."""
    aws.behavior.production = False
    ses.request_production_access("https://acme.example", "Sign-in mails that users ask for.", ["ops@acme.example"])
    assert ses.get_account().review is not None


def test_throttling_is_waited_out(ses: Ses, aws: AwsServer) -> None:
    """One refusal for speed is retried, more than the allowed attempts are reported with the reason."""
    busy = AwsError("TooManyRequestsException", "Too many requests", 429)
    aws.fail("GetAccount", busy)
    assert ses.get_account().sending_enabled
    aws.fail("GetAccount", busy, times=2)
    with pytest.raises(RateLimited, match="one such call per second"):
        ses.get_account()


def test_one_call_a_second_for_all_threads(aws: AwsServer) -> None:
    """Clients of several threads share the pace, so that SES refuses none of their calls."""
    aws.behavior.throttle = True
    clients = [Ses("us-west-2", pace=Pace(interval=1.5, attempts=1)) for _ in range(3)]
    with ThreadPoolExecutor() as pool:
        list(pool.map(Ses.get_account, clients))
    assert [call.status for call in aws.calls] == [200, 200, 200]


def test_a_retry_waits_for_its_turn_too(aws: AwsServer) -> None:
    """The pace holds for every attempt, not only for the first."""
    aws.fail("GetAccount", AwsError("TooManyRequestsException", "Too many requests", 429), times=2)
    started = time.monotonic()
    Ses("us-west-1", pace=Pace(interval=1.5, attempts=3)).get_account()
    assert time.monotonic() - started > 3


def test_missing_permission_names_the_action(ses: Ses, aws: AwsServer) -> None:
    """A denied call says which action to allow."""
    aws.fail("GetAccount", AwsError("AccessDeniedException", "User is not authorized", 403))
    with pytest.raises(Forbidden, match=r"User is not authorized\nAllow ses:GetAccount"):
        ses.get_account()


def test_server_error_is_unavailable(ses: Ses, aws: AwsServer) -> None:
    """A 5xx after the retries says that nothing is known about the effect."""
    aws.fail("GetAccount", AwsError("InternalFailure", "oops", 500), times=2)
    with pytest.raises(Unavailable, match=r"GetAccount was rejected \(InternalFailure\): oops\nThe outcome is unknown"):
        ses.get_account()


def test_no_credentials(aws: AwsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without credentials the error lists the ways to give them, and nothing is sent."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(Unauthorized, match="Provide AWS credentials: a profile"):
        Ses("eu-west-1", pace=AT_ONCE).get_account()
    assert aws.calls == []


def test_wrong_secret(aws: AwsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong secret key is explained, and neither it nor the signed request is in the message."""
    del aws
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary-wrong-secret")
    with pytest.raises(Unauthorized, match="An SMTP password is not a secret access key") as wrong:
        Ses("eu-west-1", pace=AT_ONCE).get_account()
    assert "canary" not in str(wrong.value)


def test_what_aws_says_of_a_signature_is_not_passed_on(ses: Ses, aws: AwsServer) -> None:
    """AWS quotes the signed request, session token included; the message does not."""
    aws.fail("GetAccount", AwsError("SignatureDoesNotMatch", "x-amz-security-token:planted", 403))
    with pytest.raises(Unauthorized) as wrong:
        ses.get_account()
    assert "planted" not in f"{wrong.value} {wrong.value.__dict__}"


@pytest.mark.usefixtures("aws")
def test_unknown_profile() -> None:
    """A profile that is not there is a matter of credentials."""
    with pytest.raises(Unauthorized, match="ProfileNotFound"):
        Ses("eu-west-1", profile="nobody")


def test_no_region(aws: AwsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any region the error says where to set one."""
    del aws
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(Rejected, match="Set region, aws:region or AWS_REGION"):
        Ses()


def test_an_endpoint_that_is_no_url(aws: AwsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """An endpoint variable without a scheme is named."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url.removeprefix("http://"))
    with pytest.raises(Rejected, match="Set AWS_ENDPOINT_URL to a URL"):
        Ses("eu-west-1", pace=AT_ONCE)


def test_nobody_answers(ses: Ses, aws: AwsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """An endpoint that is not there is reported as unreached, so the effect is known: none."""
    del ses, aws
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(Unavailable, match="could not reach AWS") as unreached:
        Ses("eu-west-1", pace=AT_ONCE).get_account()
    assert unreached.value.uncertain is False


def test_failure_is_explained(ses: Ses, aws: AwsServer) -> None:
    """A verification that SES gave up names what it met in DNS."""
    aws.behavior.patience = 0.4
    create(ses)
    identity = settled(ses)
    assert verdict(identity) == "failed"
    assert "SES found no such name in DNS" in why(identity)


def test_a_region_that_takes_calls_and_answers_none(aws: AwsServer) -> None:
    """It is given up after the time that an answer may take, and said to be unavailable; another region answers."""
    aws.behavior.hanging = {"eu-west-1"}
    impatient = Pace(interval=0, attempts=1, read_timeout=0.5)
    try:
        with pytest.raises(Unavailable, match="ses eu-west-1: GetAccount"):
            Ses("eu-west-1", pace=impatient).get_account()
        # a machine under load may come to read the call after its caller has gone
        wait_for(lambda: [call.status for call in aws.calls if call.region == "eu-west-1"] == [0])
        assert Ses("us-east-1", pace=Pace(interval=0)).get_account().production_access
    finally:
        aws.behavior.hanging = frozenset()
