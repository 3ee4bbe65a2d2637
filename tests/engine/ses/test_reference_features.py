"""The features by which SES modules are compared, each on one stack that came up.

Source: docs/contracts/aws_ses.md#features.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from support.auth0 import Tenant
from support.engines import engine_params
from support.lab import Lab
from support.ses_programs import PROGRAM
from tenant_email.aws.smtp_password import smtp_password
from tenant_email_local.aws.behavior import Behavior
from tenant_email_local.machine import LocalMachine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.engines import Outcome

pytestmark = pytest.mark.xdist_group("ses-reference")

DOMAIN, REGION = "mail.acme.example", "us-east-1"
ZONE_OF_CELL = "dkim.cell7.amazonses.com"
CHOSEN = {
    "mail_from": "bounce",
    "with_set": True,
    "dmarc": "quarantine",
    "dmarc_reports": ["dmarc@acme.example"],
    "from_display_names": ["Acme"],
    "require_production_access": True,
    "user_name": "tenant-mail",
    "user_path": "/email/",
    "policy_path": "/email/",
    "tags": {"cost-center": "42"},
}


class Stack:
    """What came up, and where."""

    def __init__(self, lab: Lab, outcome: Outcome) -> None:
        self.lab, self.machine, self.outcome, self.outputs = lab, lab.machine, outcome, outcome.outputs

    def client(self, service: Any) -> Any:
        """Returns a client of the stack's account."""
        return self.machine.aws.session().client(service, region_name=REGION, endpoint_url=self.machine.aws.url)

    def identity(self) -> Any:
        """Returns what SES answers about the domain."""
        return self.client("sesv2").get_email_identity(EmailIdentity=DOMAIN)

    def records(self, purpose: str) -> list[Any]:
        """Returns the records of one purpose."""
        return [record for record in self.outputs["records"] if record["purpose"] == purpose]

    def calls(self) -> list[str]:
        """Returns the operations that SES received."""
        return [call.operation for call in self.machine.aws.calls if call.service == "ses"]


@pytest.fixture(scope="module", params=engine_params())
def stack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Brings a sending domain with everything up, once for all tests here."""
    scratch = tmp_path_factory.mktemp("reference")
    behavior = Behavior(look_delay=0.1, signing_zones={REGION: ZONE_OF_CELL})
    with LocalMachine(scratch / "machine", behavior=behavior) as machine:
        machine.aws.create_zone("acme.example")
        lab = Lab.make(machine, scratch, request.param)
        lab.write(PROGRAM)
        engine = lab.open()
        engine.set_config("lab:sending", json.dumps(CHOSEN))
        engine.set_config("lab:from", f"Acme <no-reply@{DOMAIN}>")
        outcome = engine.up()
        assert outcome.ok, outcome.text
        yield Stack(lab, outcome)


def test_api(stack: Stack) -> None:
    """All is done with SES v2: no call of the first API's is made."""
    assert {"CreateEmailIdentity", "GetEmailIdentity", "GetAccount"} <= set(stack.calls())
    assert not [name for name in stack.calls() if name.startswith("Verify")]


def test_easy_dkim_2048_explicit(stack: Stack) -> None:
    """The key length is asked for, whatever SES's default is."""
    assert stack.identity()["DkimAttributes"]["NextSigningKeyLength"] == "RSA_2048_BIT"


def test_region_signing_zone(stack: Stack) -> None:
    """The records point into the zone that the API named."""
    targets = [record["values"][0] for record in stack.records("DKIM")]
    assert len(targets) == 3
    assert all(target.endswith(f".{ZONE_OF_CELL}") for target in targets)


def test_mail_from_mx_and_spf(stack: Stack) -> None:
    """MAIL FROM is set, its two records are published, and its status was waited for."""
    assert stack.identity()["MailFromAttributes"]["MailFromDomainStatus"] == "SUCCESS"
    assert [record["type"] for record in (*stack.records("MAIL FROM"), *stack.records("SPF"))] == ["MX", "TXT"]


def test_dmarc(stack: Stack) -> None:
    """The staged policy is published with the address of its reports."""
    (record,) = stack.records("DMARC")
    assert record["values"] == ["v=DMARC1; p=quarantine; rua=mailto:dmarc@acme.example;"]
    sets = stack.client("route53").list_resource_record_sets(HostedZoneId=_zone_id(stack))["ResourceRecordSets"]
    assert f"_dmarc.{DOMAIN}." in [each["Name"] for each in sets]


def test_other_dns(stack: Stack) -> None:
    """For any other DNS host there is a table of whole names, and of those in the zone, which it names."""
    lines = stack.outputs["table"].splitlines()
    assert lines[0].split() == ["name", "name", "in", "the", "zone", "acme.example", "type", "TTL", "value"]
    assert ["bounce.mail.acme.example", "bounce.mail"] in [line.split()[:2] for line in lines]
    assert len(lines) == 1 + 6


def test_zone_is_not_the_identity(stack: Stack) -> None:
    """The records of mail.acme.example are in the zone acme.example, found by walking the labels."""
    assert all(record["zone_relative_name"].endswith("mail") for record in stack.outputs["records"])
    assert stack.identity()["VerificationStatus"] == "SUCCESS"


def test_waits(stack: Stack) -> None:
    """The provider was switched after SES said SUCCESS: the first mail is accepted."""
    sent = len(stack.machine.smtp.inbox)
    Tenant(stack.machine.auth0).verify()
    assert len(stack.machine.smtp.inbox.wait_for(sent + 1)) == sent + 1


def test_iam(stack: Stack) -> None:
    """The policy that the stack wrote is the only one, and it is evaluated: another sender is denied."""
    statement = json.loads(stack.outputs["policy"])["Statement"]
    assert [entry["Action"] for entry in statement] == [["ses:SendEmail", "ses:SendRawEmail"]]
    assert statement[0]["Condition"]["StringEquals"] == {
        "ses:FromAddress": [f"no-reply@{DOMAIN}"],
        "ses:FromDisplayName": ["Acme"],
    }
    credentials = stack.machine.auth0.state.provider["credentials"]  # type: ignore[index] # the fixture made it
    sender = boto3.Session(credentials["accessKeyId"], credentials["secretAccessKey"], region_name=REGION)
    client: Any = sender.client("sesv2", endpoint_url=stack.machine.aws.url)
    content = {"Simple": {"Subject": {"Data": "x"}, "Body": {"Text": {"Data": "x"}}}}
    with pytest.raises(client.exceptions.ClientError, match="not authorized to perform `ses:SendEmail'"):
        client.send_email(
            FromEmailAddress=f"Acme <ceo@{DOMAIN}>", Destination={"ToAddresses": ["a@b.example"]}, Content=content
        )


def test_what_organisations_demand_of_a_user(stack: Stack) -> None:
    """Name, path and tags are as given; the policy and the identity have the tags too."""
    iam = stack.client("iam")
    user, tags = iam.get_user(UserName="tenant-mail")["User"], [{"Key": "cost-center", "Value": "42"}]
    (attached,) = iam.list_attached_user_policies(UserName="tenant-mail")["AttachedPolicies"]
    policy = iam.get_policy(PolicyArn=attached["PolicyArn"])["Policy"]
    assert (user["Path"], policy["Path"]) == ("/email/", "/email/")
    assert (user["Tags"], policy["Tags"]) == (tags, tags)
    assert tags[0] in stack.identity()["Tags"]


def test_smtp_password(stack: Stack) -> None:
    """The SMTP password is derived for the SES region from the key that the tenant holds."""
    credentials = stack.machine.auth0.state.provider["credentials"]  # type: ignore[index] # the fixture made it
    assert stack.outputs["smtp_password"] == smtp_password(credentials["secretAccessKey"], REGION)
    assert stack.outputs["smtp_host"] == f"email-smtp.{REGION}.amazonaws.com"


def test_sandbox_check(stack: Stack) -> None:
    """Whether the account is in the sandbox is an output, and was a condition of the switch."""
    assert stack.outputs["sandbox"] is False


def test_configuration_set(stack: Stack) -> None:
    """The set is the identity's default, and the policy allows it."""
    assert stack.identity()["ConfigurationSetName"] == "sign-in"
    resources = json.loads(stack.outputs["policy"])["Statement"][0]["Resource"]
    assert resources[1] == f"arn:aws:ses:{REGION}:123456789012:configuration-set/sign-in"


def _zone_id(stack: Stack) -> str:
    (zone,) = stack.client("route53").list_hosted_zones()["HostedZones"]
    return str(zone["Id"])
