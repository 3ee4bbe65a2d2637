"""Mail that the local SES delivered, verified by dkimpy through the local DNS."""

from __future__ import annotations

import base64
import re
import smtplib
import ssl
from email import message_from_bytes
from typing import TYPE_CHECKING, Any

import dkim
import dns.exception
import dns.resolver
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from support.aws import ZONE, wait_for
from tenant_email_local.aws.behavior import Behavior
from tenant_email_local.aws.smtp_password import smtp_password
from tenant_email_local.machine import LocalMachine

if TYPE_CHECKING:
    from pathlib import Path

    from mypy_boto3_sesv2 import SESV2Client

    from support.aws import Cloud

RAW = (
    b"From: Acme <%s>\r\nTo: a@b.example\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n folded\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    b"  two  spaces \r\n.a dot\r\n\xc3\xbc\r\n\r\n\r\n"
)


def deliver(ses: SESV2Client, cloud: Cloud, sender: str = f"no-reply@{ZONE}", content: Any = None) -> bytes:
    """Sends an email and returns what arrives."""
    simple: Any = {
        "Simple": {"Subject": {"Data": "Grüße"}, "Body": {"Text": {"Data": "ü\n\n"}, "Html": {"Data": "<b>ü</b>"}}}
    }
    ses.send_email(FromEmailAddress=sender, Destination={"ToAddresses": ["a@b.example"]}, Content=content or simple)
    return cloud.mails[-1][2]


def verdicts(site: Cloud | LocalMachine, mail: bytes) -> dict[str, bool]:
    """Returns whether the signature of each domain verifies; dkimpy asks the local DNS."""
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], site.dns.port

    def text(name: bytes, **_: object) -> bytes | None:
        try:
            found: Any = resolver.resolve(name.decode(), "TXT")
        except dns.exception.DNSException:
            return None
        return b"".join(found[0].strings)

    verifier: Any = dkim.DKIM(mail)
    signatures: list[bytes] = [value for name, value in verifier.headers if name.lower() == b"dkim-signature"]
    domains = [re.search(rb"\bd=([^;]+);", value) for value in signatures]

    def good(index: int) -> bool:
        try:
            return bool(verifier.verify(index, dnsfunc=text))
        except dkim.DKIMException:
            return False

    return {found[1].decode(): good(index) for index, found in enumerate(domains) if found}


@pytest.mark.parametrize("sender", [f"no-reply@{ZONE}", f"no-reply@deep.sub.{ZONE}"])
def test_the_verified_domain_signs(cloud: Cloud, sender: str) -> None:
    """Easy DKIM signs for the identity's domain, from its sub-domains too, and SES for itself below it."""
    ses = cloud.verified()
    for content in (None, {"Raw": {"Data": RAW % sender.encode()}}):
        mail = deliver(ses, cloud, sender, content)
        assert verdicts(cloud, mail) == {ZONE: True, "amazonses.com": True}
        assert mail.split(b"DKIM-Signature:")[1].find(f"d={ZONE};".encode()) > 0
        assert verdicts(cloud, mail.replace(b"\xc3\xbc", b"u").replace(b"w7w", b"dTw"))[ZONE] is False
        assert verdicts(cloud, mail.replace(b"To: a@b", b"To: x@b"))[ZONE] is False


def test_a_signature_needs_the_key_where_the_cname_points(cloud: Cloud) -> None:
    """Without its CNAME the signature of a domain does not verify; the keys are at the names of the signing zone."""
    ses = cloud.verified()
    mail = deliver(ses, cloud)
    found: Any = ses.get_email_identity(EmailIdentity=ZONE)["DkimAttributes"]
    selector = re.search(rb"s=(\w+);", mail)
    assert selector
    assert selector[1].decode() in found["Tokens"]
    cloud.dns.override(f"{selector[1].decode()}._domainkey.{ZONE}")
    assert verdicts(cloud, mail) == {ZONE: False, "amazonses.com": True}


def test_a_key_of_ones_own_signs(cloud: Cloud) -> None:
    """BYODKIM signs with the given key below its selector."""
    key = generate_private_key(65537, 2048)
    private = base64.b64encode(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())).decode()
    public = base64.b64encode(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
    ses = cloud.ses()
    attributes: Any = {"DomainSigningSelector": "mine", "DomainSigningPrivateKey": private}
    ses.create_email_identity(EmailIdentity=ZONE, DkimSigningAttributes=attributes)
    cloud.publish(f"mine._domainkey.{ZONE}", "TXT", f'"v=DKIM1; k=rsa; p={public[:200]}" "{public[200:]}"')
    wait_for(lambda: ses.get_email_identity(EmailIdentity=ZONE)["VerificationStatus"] == "SUCCESS")
    mail = deliver(ses, cloud)
    assert b"s=mine; d=acme.example;" in mail
    assert verdicts(cloud, mail)[ZONE] is True


def test_what_does_not_sign_is_unsigned(cloud: Cloud) -> None:
    """Signing that is switched off, or that waits for new keys, leaves the mail without a signature."""
    ses = cloud.verified()
    ses.put_email_identity_dkim_attributes(EmailIdentity=ZONE, SigningEnabled=False)
    assert verdicts(cloud, deliver(ses, cloud)) == {}
    ses.put_email_identity_dkim_attributes(EmailIdentity=ZONE, SigningEnabled=True)
    assert verdicts(cloud, deliver(ses, cloud))[ZONE] is True
    key: Any = {"NextSigningKeyLength": "RSA_1024_BIT"}
    ses.put_email_identity_dkim_signing_attributes(
        EmailIdentity=ZONE, SigningAttributesOrigin="AWS_SES", SigningAttributes=key
    )
    assert verdicts(cloud, deliver(ses, cloud)) == {}
    ses.create_email_identity(EmailIdentity=f"sub.{ZONE}")
    assert verdicts(cloud, deliver(ses, cloud, f"a@sub.{ZONE}")) == {}


def test_the_return_path_is_the_mail_from_domain(cloud: Cloud) -> None:
    """Once it is verified, bounces go to the MAIL FROM domain; before that, to SES's own."""
    ses = cloud.verified()
    ses.put_email_identity_mail_from_attributes(EmailIdentity=ZONE, MailFromDomain=f"bounce.{ZONE}")
    before = message_from_bytes(deliver(ses, cloud))
    assert str(before["Return-Path"]).endswith("@us-east-1.amazonses.com>")
    cloud.publish(f"bounce.{ZONE}", "MX", "10 feedback-smtp.us-east-1.amazonses.com")
    found: Any = {}

    def verified() -> bool:
        found.update(ses.get_email_identity(EmailIdentity=ZONE)["MailFromAttributes"])
        return str(found["MailFromDomainStatus"]) == "SUCCESS"

    wait_for(verified)
    assert str(message_from_bytes(deliver(ses, cloud))["Return-Path"]).endswith(f"@bounce.{ZONE}>")


def test_mail_that_came_over_smtp_is_signed_too(tmp_path: Path) -> None:
    """The SMTP endpoint delivers what the API delivers; a MAIL FROM domain that is not there can refuse the mail."""
    behavior = Behavior(look_delay=0.05, key_delay=0)
    with LocalMachine(tmp_path, (), behavior=behavior) as machine:
        session: Any = machine.aws.session()
        ses, iam, zones = (session.client(name, endpoint_url=machine.aws.url) for name in ("sesv2", "iam", "route53"))
        zone = machine.aws.create_zone(ZONE)
        found: Any = ses.create_email_identity(EmailIdentity=ZONE)["DkimAttributes"]
        changes: Any = [
            {
                "Action": "CREATE",
                "ResourceRecordSet": {
                    "Name": f"{token}._domainkey.{ZONE}",
                    "Type": "CNAME",
                    "TTL": 60,
                    "ResourceRecords": [{"Value": f"{token}.dkim.amazonses.com"}],
                },
            }
            for token in found["Tokens"]
        ]
        zones.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})
        wait_for(lambda: ses.get_email_identity(EmailIdentity=ZONE)["VerificationStatus"] == "SUCCESS")
        iam.create_user(UserName="sender")
        iam.attach_user_policy(UserName="sender", PolicyArn="arn:aws:iam::aws:policy/AmazonSESFullAccess")
        key = iam.create_access_key(UserName="sender")["AccessKey"]

        def send() -> None:
            with smtplib.SMTP("localhost", machine.smtp.port) as client:
                client.starttls(context=ssl.create_default_context(cafile=str(machine.smtp.ca_file)))
                client.login(key["AccessKeyId"], smtp_password(key["SecretAccessKey"], "us-east-1"))
                client.sendmail(f"no-reply@{ZONE}", ["a@b.example"], RAW % f"no-reply@{ZONE}".encode())

        send()
        assert verdicts(machine, machine.smtp.inbox[0].raw) == {ZONE: True, "amazonses.com": True}
        assert machine.smtp.inbox[0].message["Subject"] == "Grüße folded"
        ses.put_email_identity_mail_from_attributes(
            EmailIdentity=ZONE, MailFromDomain=f"b.{ZONE}", BehaviorOnMxFailure="REJECT_MESSAGE"
        )
        with pytest.raises(smtplib.SMTPDataError, match="The MAIL FROM domain b"):
            send()
