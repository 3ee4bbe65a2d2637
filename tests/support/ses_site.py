"""A domain in the local AWS and DNS, for tests of the SES lifecycles."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from support.aws import wait_for
from support.dns_zone import serve
from support.managed import Managed
from tenant_email.aws.dns_records import route53_value
from tenant_email.lifecycle.ses_domain_identity import SesDomainIdentityLifecycle
from tenant_email.lifecycle.ses_domain_settings import SesDomainSettingsLifecycle
from tenant_email.lifecycle.ses_domain_verification import SesDomainVerificationLifecycle

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import boto3
    from mypy_boto3_sesv2 import SESV2Client

    from tenant_email_local.aws.server import AwsServer
    from tenant_email_local.dns import DnsServer

REGION = "eu-west-1"
TAGS = {"managed-by": "pulumi-tenant-email", "pulumi-project": "lab", "pulumi-stack": "dev"}


class SesSite:
    """What a test needs of one domain."""

    def __init__(self, domain: str, aws: AwsServer, dns: DnsServer, session: boto3.Session) -> None:
        self.domain, self.aws, self.dns, self._session = domain, aws, dns, session

    @cached_property
    def ses(self) -> SESV2Client:
        """Returns a client that goes its own way."""
        client: SESV2Client = self._session.client("sesv2", region_name=REGION)
        return client

    def client(self, service: Any, region: str = REGION) -> Any:
        """Returns another client."""
        return self._session.client(service, region_name=region)

    def live(self) -> Any:
        """Returns what SES answers about the domain."""
        return self.ses.get_email_identity(EmailIdentity=self.domain)

    def tags(self) -> dict[str, str]:
        """Returns the domain's tags besides the stack's own."""
        found: dict[str, str] = {each["Key"]: each["Value"] for each in self.live()["Tags"]}
        return {key: value for key, value in found.items() if TAGS.get(key) != value}

    def verify_by_text(self) -> None:
        """Makes an identity that SES's v1 API verified by a TXT record, so that it has no DKIM."""
        self.ses.create_email_identity(EmailIdentity=self.domain)
        account = self.client("sts").get_caller_identity()["Account"]
        self.aws.verify_by_text(self.domain, REGION, account)

    def exists(self) -> bool:
        """Returns whether SES knows the domain."""
        found = self.ses.list_email_identities()["EmailIdentities"]
        return self.domain in [each.get("IdentityName") for each in found]

    def identity(self, **inputs: Any) -> Managed:
        """Returns the domain's identity, not made yet."""
        fixed: dict[str, Any] = {"domain": self.domain, "region": REGION, "dkim": "easy", "tags": TAGS}
        return Managed(SesDomainIdentityLifecycle(), **{**fixed, **inputs})

    def settings(self, region: str = REGION) -> Managed:
        """Returns the settings of the identity, not made yet."""
        return Managed(SesDomainSettingsLifecycle(), domain=self.domain, region=region)

    def verification(self, records: Sequence[Mapping[str, Any]], **inputs: Any) -> Managed:
        """Returns a wait for these records."""
        fixed: dict[str, Any] = {"domain": self.domain, "region": REGION, "records": list(records), "timeout": "3s"}
        return Managed(SesDomainVerificationLifecycle(), **{**fixed, **inputs})

    def publish(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Serves the domain's zone with these records and nothing else."""
        quoted = [(r["name"], r["type"], [route53_value(r["type"], value) for value in r["values"]]) for r in records]
        serve(self.dns, *quoted, zone=self.domain)

    def verified(self, **inputs: Any) -> Managed:
        """Returns an identity that SES has verified."""
        identity = self.identity(**inputs)
        identity.up()
        self.publish(identity.state["dns_records"])
        self.until("SUCCESS")
        return identity

    def until(self, status: str) -> None:
        """Waits until SES has come to this status."""
        wait_for(lambda: self.live()["VerificationStatus"] == status)

    def calls(self, name: str = "") -> list[str]:
        """Returns the SES calls so far whose name holds this."""
        return [call.operation for call in self.aws.calls if call.service == "ses" and name in call.operation]
