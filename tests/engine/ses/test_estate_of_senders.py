"""A key for identities that someone else made: mail goes out at once, and after a destroy they are as they were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.auth0 import Tenant
from support.aws import wait_for
from support.estate import Estate

if TYPE_CHECKING:
    from support.engines import Outcome
    from support.lab import Lab

OWN, BRAND = "mail.acme.example", "brand.example"
PROGRAM = """
import pulumi
from tenant_email import SesSendingDomain, TenantEmail, auth0
sending = SesSendingDomain("mail", domain="mail.acme.example", further_domains=["brand.example"],
                           on_existing="adopt", sends_through=auth0.Ses, tags={"team": "sign-in"})
TenantEmail("tenant", sending_domain=sending, settings=auth0.Ses.from_ses,
            from_address=pulumi.Config().get("from") or "no-reply@mail.acme.example")
pulumi.export("policy", sending.policy_json)
"""


class Theirs:
    """What someone else has in SES, IAM and Route 53."""

    def __init__(self, lab: Lab) -> None:
        aws = lab.machine.aws
        session: Any = aws.session()
        self.ses, self.iam, self.route53 = (
            session.client(name, region_name="us-east-1", endpoint_url=aws.url) for name in ("sesv2", "iam", "route53")
        )
        zone = self.route53.list_hosted_zones()["HostedZones"][0]["Id"].removeprefix("/hostedzone/")
        self.zones = {OWN: Estate(self.route53, zone), BRAND: Estate.create(self.route53, BRAND)}
        self.ses.create_configuration_set(ConfigurationSetName="theirs")
        for domain in self.zones:
            self._verified(domain)
        self.ses.put_email_identity_configuration_set_attributes(EmailIdentity=OWN, ConfigurationSetName="theirs")

    def _verified(self, domain: str) -> None:
        tags = [{"Key": "owner", "Value": "someone"}]
        dkim = self.ses.create_email_identity(EmailIdentity=domain, Tags=tags)["DkimAttributes"]
        for token in dkim["Tokens"]:
            self.zones[domain].put(f"{token}._domainkey.{domain}", "CNAME", f"{token}.{dkim['SigningHostedZone']}")
        wait_for(lambda: self.ses.get_email_identity(EmailIdentity=domain)["VerificationStatus"] == "SUCCESS")

    def facts(self) -> dict[str, Any]:
        """Returns all of it, without times."""
        identities = {name: self.ses.get_email_identity(EmailIdentity=name) for name in self.zones}
        for identity in identities.values():
            identity.pop("ResponseMetadata")
            identity.pop("VerificationInfo", None)
        return {
            "identities": identities,
            "sets": self.ses.list_configuration_sets()["ConfigurationSets"],
            "users": self.iam.list_users()["Users"],
            "policies": self.iam.list_policies(Scope="Local")["Policies"],
            "records": [estate.sets() for estate in self.zones.values()],
        }


def test_an_adopted_identity_and_a_further_domain_are_as_they_were(lab: Lab) -> None:
    """The default configuration set is granted, each domain sends with the one key, and a destroy leaves the estate."""
    theirs = Theirs(lab)
    before = theirs.facts()
    lab.write(PROGRAM)
    engine = lab.open()
    assert "configuration-set/theirs" in good(engine.up()).outputs["policy"]
    mail_arrives(lab, 1)
    engine.set_config("lab:from", f"hello@{BRAND}")
    good(engine.up())
    mail_arrives(lab, 2)
    engine.set_config("lab:from", "hello@other.example")
    refused = engine.preview()
    assert (
        "from_address: hello@other.example is in none of the domains mail.acme.example or brand.example" in refused.text
    )
    good(engine.destroy())
    assert theirs.facts() == before


def good(outcome: Outcome) -> Outcome:
    """Returns an outcome that succeeded."""
    assert outcome.ok, outcome.text
    return outcome


def mail_arrives(lab: Lab, count: int) -> None:
    """Sends an email through what the tenant holds."""
    tenant = Tenant(lab.machine.auth0)
    tenant.verify()
    assert len(lab.machine.smtp.inbox.wait_for(count)) == count
    assert tenant.logged("fn") == []
