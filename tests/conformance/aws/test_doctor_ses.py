"""What `tenant-email doctor` says of SES and of the senders' DNS, where a tenant sends through SES."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from typer.testing import CliRunner

from support.aws import wait_for
from support.ses_site import REGION, SesSite
from tenant_email import platforms
from tenant_email.aws.dns_records import easy_dkim_records, mail_from_records
from tenant_email.aws.identity import parse_identity
from tenant_email.aws.smtp_password import smtp_host
from tenant_email.cli import app
from tenant_email.diagnosis.ses import SesUse, judge_identity, judge_rate, ses_use
from tenant_email.diagnosis.tenant import Circumstances, examine
from tenant_email.findings import Level
from tenant_email.tenants.selection import named_tenants
from tenant_email_local.emulators.auth0 import Auth0Emulator
from tenant_email_local.emulators.auth0.local import environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email_local.aws.server import AwsServer
    from tenant_email_local.dns import DnsServer

DOMAIN = "acme.example"
READS = ("Get", "List")
LEVELS = (Level.OK, Level.WARNING, Level.PROBLEM)


@pytest.fixture
def tenant(aws: AwsServer, name_server: DnsServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Auth0Emulator]:
    """Runs a tenant that sends through SES, by SMTP, with a key of a user of this account."""
    del aws
    monkeypatch.setenv("TENANT_EMAIL_DNS", name_server.address)
    monkeypatch.setenv("TENANT_EMAIL_SES_INTERVAL", "0")
    with Auth0Emulator() as emulator:
        for name, value in environment(emulator).items():
            monkeypatch.setenv(name, value)
        emulator.state.provider = {
            "name": "smtp",
            "enabled": True,
            "default_from_address": f"Acme <no-reply@{DOMAIN}>",
            "credentials": {"smtp_host": f"email-smtp.{REGION}.amazonaws.com", "smtp_port": 587, "smtp_user": "AKIAX"},
            "settings": {"headers": {"X-SES-Configuration-Set": "mail"}},
        }
        yield emulator


@pytest.fixture
def site(aws: AwsServer, dns: DnsServer) -> SesSite:
    """The domain that it sends from."""
    return SesSite(DOMAIN, aws, dns, boto3.Session())


def told(clock: Any = time.time, aws: dict[str, str] | None = None) -> list[str]:
    """Returns what is found beyond the tenant itself."""
    named = named_tenants(None, os.environ, platforms.connection_specs()).choose("auth0")
    found = [
        f"{each.level} {each.check}: {each.what}" for each in examine(named, Circumstances(aws or {}, clock=clock))
    ]
    beyond = ("ses", "dmarc", "spf", "alignment")
    return [line for line in found if line.split(" ")[1].removesuffix(":").partition(".")[0] in beyond]


def test_a_domain_that_is_well(tenant: Auth0Emulator, site: SesSite, aws: AwsServer) -> None:
    """Is verified, has its records, passes DMARC by both ways, and is only looked at."""
    bounce, dkim = f"bounce.{DOMAIN}", site.ses.create_email_identity(EmailIdentity=DOMAIN)["DkimAttributes"]
    records = easy_dkim_records(DOMAIN, dkim["Tokens"], dkim["SigningHostedZone"])
    policy = {"name": f"_dmarc.{DOMAIN}", "type": "TXT", "values": ["v=DMARC1; p=reject"]}
    published = (*records, *mail_from_records(bounce, DOMAIN, REGION))
    site.publish([*(record.to_props() for record in published), policy])
    site.until("SUCCESS")
    site.ses.put_email_identity_mail_from_attributes(EmailIdentity=DOMAIN, MailFromDomain=bounce)
    wait_for(lambda: site.live()["MailFromAttributes"]["MailFromDomainStatus"] == "SUCCESS")
    site.ses.create_configuration_set(ConfigurationSetName="mail")
    iam = site.client("iam")
    iam.create_user(UserName="sender")
    key = iam.create_access_key(UserName="sender")["AccessKey"]["AccessKeyId"]
    tenant.state.provider["credentials"]["smtp_user"] = key  # type: ignore[index]
    aws.calls.clear()
    lines = told()
    assert {call.operation for call in aws.calls if not call.operation.startswith(READS)} == set()
    for said in (
        f"ok ses.account: SES in {REGION} (account ",
        "ok ses.quota: sent 0 of 50000 mails in 24 hours; 14 a second",
        f"ok ses.identity: {DOMAIN} in {REGION}: verification SUCCESS, DKIM SUCCESS",
        "ok ses.dns: all ",
        "ok ses.configuration_set: configuration set mail, which the provider names, sends",
        "warning ses.events: nobody hears of a bounce or a complaint: configuration set mail, which the",
        f"ok ses.key: access key {key} of sender is 0 days old",
        f"ok dmarc: DMARC of {DOMAIN} asks for p=reject, at _dmarc.{DOMAIN}",
        f"ok alignment: mail from {DOMAIN} passes DMARC by DKIM and SPF",
        f"warning dmarc.stage: {DOMAIN} stands at reject and lacks reports (rua), which alone show what else",
        f"ok ses.mail_from: MAIL FROM domain bounce.{DOMAIN} is verified",
    ):
        assert [line for line in lines if line.startswith(said)], (said, lines)
    bus = f"arn:aws:events:{REGION}:{site.client('sts').get_caller_identity()['Account']}:event-bus/default"
    site.ses.create_configuration_set_event_destination(
        ConfigurationSetName="mail",
        EventDestinationName="bus",
        EventDestination={
            "Enabled": True,
            "MatchingEventTypes": ["BOUNCE", "COMPLAINT"],
            "EventBridgeDestination": {"EventBusArn": bus},
        },
    )
    assert "ok ses.events: configuration set mail publishes bounces and complaints" in told()
    late = told(clock=lambda: time.time() + 100 * 86_400)
    assert [line for line in late if line.startswith(f"warning ses.key: access key {key} of sender is 100 days old")]


def rate(site: SesSite, value: float, name: str = "Bounce", of: str = "") -> None:
    """Puts a rate where SES would, a day ago."""
    dimensions = [{"Name": "ses:configuration-set", "Value": of}] if of else []
    when = datetime.now(UTC) - timedelta(days=1)
    datum = {"MetricName": f"Reputation.{name}Rate", "Value": value, "Dimensions": dimensions, "Timestamp": when}
    site.client("cloudwatch").put_metric_data(Namespace="AWS/SES", MetricData=[datum])


@pytest.mark.usefixtures("tenant")
def test_rates_before_ses_acts(site: SesSite) -> None:
    """Those of the account are judged, from half of where a review begins; those of the set tell whose mail it is."""
    none = f"ok ses.reputation: SES has no rates of bounces and complaints in {REGION}: it has seen none of either"
    assert none in told()
    site.ses.create_configuration_set(ConfigurationSetName="mail")
    rate(site, 0.024)
    rate(site, 0.0005, "Complaint")
    rate(site, 0.12, of="mail")
    acts = "SES reviews an account from {} on, and may stop its mail from {} on"
    complaints, bounces = acts.format("0.1 %", "0.5 %"), acts.format("5 %", "10 %")
    assert [line.replace("ses.reputation: ", "") for line in told() if "ses.reputation" in line] == [
        f"ok the bounce rate of the account in {REGION} is 2.4 %",
        f"warning the complaint rate of the account in {REGION} is 0.05 %: {complaints}",
        f"warning the bounce rate of configuration set mail is 12 %: {bounces}",
    ]


@pytest.mark.parametrize(
    ("kind", "value", "level"),
    [
        ("bounce", 0.0249, Level.OK),
        ("bounce", 0.025, Level.WARNING),
        ("bounce", 0.05, Level.WARNING),
        ("bounce", 0.0999, Level.WARNING),
        ("bounce", 0.1, Level.PROBLEM),
        ("complaint", 0.0, Level.OK),
        ("complaint", 0.001, Level.WARNING),
        ("complaint", 0.005, Level.PROBLEM),
    ],
)
def test_how_a_rate_stands(kind: Any, value: float, level: Level) -> None:
    """From where SES may stop the account's mail on it is a problem; of a set's it never is one."""
    assert judge_rate(kind, value, "the account", is_judged=True).level == level
    assert judge_rate(kind, value, "a set", is_judged=False).level == min(level, Level.WARNING, key=LEVELS.index)


@pytest.mark.usefixtures("tenant")
def test_rates_that_may_not_be_looked_at(site: SesSite, aws: AwsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which permission is missing is said, and the other looks are taken."""
    aws.behavior.key_delay = 0.0
    iam, reads = site.client("iam"), {"Effect": "Allow", "Action": ["ses:Get*", "iam:*"], "Resource": "*"}
    iam.create_user(UserName="looker")
    document = json.dumps({"Version": "2012-10-17", "Statement": reads})
    iam.put_user_policy(UserName="looker", PolicyName="reads", PolicyDocument=document)
    key = iam.create_access_key(UserName="looker")["AccessKey"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
    lines = told()
    what = "nobody looked at the rates of bounces and complaints: cloudwatch:GetMetricData is not allowed"
    assert f"unknown ses.reputation: {what}" in lines
    assert [line for line in lines if " ses.key: " in line]


def test_mail_without_a_set_is_advice(tenant: Auth0Emulator, site: SesSite) -> None:
    """It is said what a set would bring, and nothing of it is a warning: SES mails what nothing else hears of."""
    tenant.state.provider["settings"] = {}  # type: ignore[index]
    site.ses.create_email_identity(EmailIdentity=DOMAIN)
    for forwarded in (True, False):
        site.ses.put_email_identity_feedback_attributes(EmailIdentity=DOMAIN, EmailForwardingEnabled=forwarded)
        (line,) = [line for line in told() if "bounces" in line and " ses.reputation: " not in line]
        assert line.startswith(f"ok ses.events: mail of {DOMAIN} uses no configuration set: mails tell of bounces")


@pytest.mark.usefixtures("tenant")
def test_a_sandbox_without_the_domain(aws: AwsServer) -> None:
    """Whatever is wrong is said, and each with what to do."""
    aws.behavior.production, aws.behavior.sending, aws.behavior.enforcement = False, False, "PROBATION"
    lines = told()
    for said in (
        f"warning ses.account: SES in {REGION} (account ",
        "problem ses.identity: SES has no identity for acme.example in eu-west-1, which the provider sends from",
        "problem ses.configuration_set: there is no configuration set mail in eu-west-1, which the provider names",
        "unknown ses.key: the tenant does not show which access key it sends with",
        "warning dmarc: acme.example has no DMARC record: large receivers want one",
    ):
        assert [line for line in lines if line.startswith(said)], (said, lines)
    accounts = [line for line in lines if " ses.account: " in line]
    assert [word for word in ("sandbox", "turned off", "PROBATION") if any(word in line for line in accounts)] == [
        "sandbox",
        "turned off",
        "PROBATION",
    ]


@pytest.mark.usefixtures("tenant")
def test_records_that_are_missing(site: SesSite) -> None:
    """Are named, each with where it is missing."""
    site.ses.create_email_identity(EmailIdentity=DOMAIN)
    site.publish([{"name": DOMAIN, "type": "TXT", "values": ["v=spf1 -all"]}])
    lines = told()
    assert len([line for line in lines if line.startswith("problem ses.dns: ")]) == 3
    assert [line for line in lines if line.startswith(f"problem ses.identity: {DOMAIN} in {REGION}: verification ")]
    assert [line for line in lines if line.startswith(f"warning alignment: mail from {DOMAIN} fails DMARC")]


@pytest.mark.usefixtures("tenant")
def test_without_credentials_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said, and no failure of the whole."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    lines = told()
    assert [line for line in lines if line.startswith("unknown ses.account: SES was not looked at: ")]
    assert not [line for line in lines if line.startswith("problem ses")]
    result = CliRunner().invoke(app, ["doctor", "auth0", "--json"])
    document = json.loads(result.stdout)
    assert document["ok"] is (result.exit_code == 0)


@pytest.mark.usefixtures("tenant")
def test_credentials_of_the_stack_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """As an `up` would; its secrets are shown nowhere."""
    secret = os.environ["AWS_SECRET_ACCESS_KEY"]
    aws = {"accessKey": os.environ["AWS_ACCESS_KEY_ID"], "secretKey": secret, "region": REGION}
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    lines = told(aws=aws)
    assert [line for line in lines if line.startswith(f"ok ses.account: SES in {REGION} (account ")]
    assert secret not in "".join(lines)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"kind": "auth0.ses", "region": "eu-west-1"}, SesUse("eu-west-1")),
        ({"kind": "auth0.sparkpost", "region": "eu"}, None),
        (
            {"kind": "logto.aws_ses", "region": "us-east-1", "access_key_id": "AKIA1234567890123456"},
            SesUse("us-east-1", "AKIA1234567890123456"),
        ),
        (
            {"kind": "logto.smtp", "host": "EMAIL-SMTP.us-gov-west-1.amazonaws.com", "username": "canary",
             "custom_headers": {"X-SES-CONFIGURATION-SET": "mail"}},
            SesUse("us-gov-west-1", "", "mail"),
        ),
        ({"kind": "pingone_aic.smtp", "host": "email-smtp.x.amazonaws.com.evil.example"}, None),
        ({"kind": "auth0.smtp", "host": smtp_host("eusc-de-east-1")}, SesUse("eusc-de-east-1")),
        ({"kind": "auth0.smtp", "host": "email-smtp.us-east-1.api.aws."}, SesUse("us-east-1")),
        ({"kind": "logto.smtp", "host": "vpce-0a-b.email-smtp.us-east-1.vpce.amazonaws.com"}, SesUse("us-east-1")),
    ],
)  # fmt: skip
def test_how_a_provider_sends_through_ses(settings: dict[str, Any], expected: SesUse | None) -> None:
    """By its kind, or by SES's own SMTP host; a user name that is no key's id is not taken for one."""
    assert ses_use(settings) == expected


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("SUCCESS", "warning only the address a@acme.example is verified"),
        ("PENDING", "problem SES has not verified the"),
    ],
)
def test_an_identity_of_one_address(status: str, said: str) -> None:
    """May send, and is signed by SES itself."""
    identity = parse_identity("a@acme.example", REGION, {"VerificationStatus": status})
    (found,) = judge_identity(identity)
    assert f"{found.level} {found.what}".startswith(said)


def test_a_domain_without_dkim_is_told_to_get_it() -> None:
    """It has no records to publish: SES verified it by a TXT record, and nobody asked for DKIM."""
    bare = {"DkimAttributes": {"SigningEnabled": False, "Status": "NOT_STARTED"}}
    found = next(
        iter(judge_identity(parse_identity("acme.example", REGION, {"VerificationStatus": "SUCCESS", **bare})))
    )
    assert (found.level, found.remedy.partition(":")[0]) == ("problem", "It has no DKIM")
