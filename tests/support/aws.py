"""Starts the local AWS for a test, and talks to it as any AWS client does."""

from __future__ import annotations

import time
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from tenant_email_local.aws.behavior import Behavior
from tenant_email_local.aws.route53 import public_zones
from tenant_email_local.aws.server import ROOT_KEY_ID, ROOTS, AwsServer
from tenant_email_local.dns import DnsServer

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from mypy_boto3_iam import IAMClient
    from mypy_boto3_route53 import Route53Client
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sts import STSClient

Key = tuple[str, str]
Mail = tuple[str, list[str], bytes]

NO_RETRY = Config(retries={"total_max_attempts": 1})
ZONE = "acme.example"
ROOT: Key = (ROOT_KEY_ID, ROOTS[ROOT_KEY_ID].secret)
SESSION = boto3.Session()  # one for all clients: it reads each service's model once


class Cloud:
    """A running local AWS with its DNS, its inbox and its clients."""

    def __init__(self, aws: AwsServer, dns: DnsServer, mails: list[Mail]) -> None:
        self.aws = aws
        self.dns = dns
        self.mails = mails
        zone = self.route53.create_hosted_zone(Name=ZONE, CallerReference=ZONE)["HostedZone"]
        self.zone_id = zone["Id"].removeprefix("/hostedzone/")

    def client(self, service: Any, key: Key = ROOT, region: str = "us-east-1", token: str | None = None) -> Any:
        """Returns a client that does not retry."""
        return SESSION.client(
            service,
            region_name=region,
            endpoint_url=self.aws.url,
            aws_access_key_id=key[0],
            aws_secret_access_key=key[1],
            aws_session_token=token,
            config=NO_RETRY,
        )

    def ses(self, key: Key = ROOT, region: str = "us-east-1") -> SESV2Client:
        """Returns a client for SES."""
        client: SESV2Client = self.client("sesv2", key, region)
        return client

    @cached_property
    def iam(self) -> IAMClient:
        """Returns a client for IAM."""
        client: IAMClient = self.client("iam")
        return client

    @cached_property
    def route53(self) -> Route53Client:
        """Returns a client for Route 53."""
        client: Route53Client = self.client("route53")
        return client

    def sts(self, key: Key) -> STSClient:
        """Returns a client for STS."""
        client: STSClient = self.client("sts", key)
        return client

    def publish(self, name: str, type_: str, *values: str, action: Any = "UPSERT") -> None:
        """Changes a record set of the zone."""
        records = [{"Value": value} for value in values]
        record: Any = {"Name": name, "Type": type_, "TTL": 60, "ResourceRecords": records}
        changes: Any = [{"Action": action, "ResourceRecordSet": record}]
        self.route53.change_resource_record_sets(HostedZoneId=self.zone_id, ChangeBatch={"Changes": changes})

    def verified(self, domain: str = ZONE, region: str = "us-east-1") -> SESV2Client:
        """Creates an identity, publishes its records, waits for SUCCESS; returns the region's client."""
        ses = self.ses(region=region)
        dkim: Any = ses.create_email_identity(EmailIdentity=domain)["DkimAttributes"]
        for token in dkim["Tokens"]:
            self.publish(f"{token}._domainkey.{domain}", "CNAME", f"{token}.{dkim['SigningHostedZone']}")
        wait_for(lambda: ses.get_email_identity(EmailIdentity=domain)["VerificationStatus"] == "SUCCESS")
        return ses

    def key(self, user: str = "sender") -> Key:
        """Creates a user with an access key; returns the key's id and secret."""
        self.iam.create_user(UserName=user)
        key = self.iam.create_access_key(UserName=user)["AccessKey"]
        return key["AccessKeyId"], key["SecretAccessKey"]


@contextmanager
def local_aws(**behavior: Any) -> Generator[Cloud]:
    """Runs a local AWS with a zone; verification looks every 50 ms and new keys work at once unless asked otherwise."""
    mails: list[Mail] = []
    chosen = Behavior(**{"look_delay": 0.05, "key_delay": 0.0, **behavior})

    def deliver(sender: str, recipients: list[str], raw: bytes) -> None:
        mails.append((sender, recipients, raw))

    with DnsServer(public_zones) as dns, AwsServer(dns, deliver=deliver, behavior=chosen) as aws:
        yield Cloud(aws, dns, mails)


def wait_for(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    """Waits until a condition holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true"
        time.sleep(0.05)


def refusal(call: Callable[[], object]) -> str:
    """Returns code, status and message of the refusal of a call."""
    try:
        call()
    except ClientError as error:
        details = error.response.get("Error", {})
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        return f"{details.get('Code')} {status} {details.get('Message')}"
    return "accepted"
