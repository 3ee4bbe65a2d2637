"""SES v2 identities of the local AWS: what proves a domain and what takes the proof away."""

from __future__ import annotations

import base64
import time
from typing import TYPE_CHECKING, Any

import dns.resolver
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from support.aws import ZONE, local_aws, refusal, wait_for

if TYPE_CHECKING:
    from support.aws import Cloud

MX = "10 feedback-smtp.us-east-1.amazonses.com"


def statuses(cloud: Cloud, domain: str = ZONE) -> tuple[str, str, bool]:
    """Returns verification status, DKIM status and whether mail may be sent."""
    found: Any = cloud.ses().get_email_identity(EmailIdentity=domain)
    return found["VerificationStatus"], found["DkimAttributes"]["Status"], found["VerifiedForSendingStatus"]


def error_type(cloud: Cloud) -> str:
    """Returns why the last look failed."""
    return cloud.ses().get_email_identity(EmailIdentity=ZONE).get("VerificationInfo", {}).get("ErrorType", "")


def private_key() -> tuple[str, str]:
    """Makes an RSA key; returns the private half as SES wants it and the public half as the record has it."""
    key = rsa.generate_private_key(65537, 2048)
    form = serialization.Encoding.DER
    private = key.private_bytes(form, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    public = key.public_key().public_bytes(form, serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(private).decode(), base64.b64encode(public).decode()


def test_a_domain_is_pending_until_its_records_resolve(cloud: Cloud) -> None:
    """Neither time nor asking verifies a domain, its three CNAMEs do."""
    cloud.ses().create_email_identity(EmailIdentity=ZONE)
    time.sleep(0.1)
    assert statuses(cloud) == ("PENDING", "PENDING", False)
    assert error_type(cloud) == "HOST_NOT_FOUND"
    cloud.ses().delete_email_identity(EmailIdentity=ZONE)
    cloud.verified()
    assert statuses(cloud) == ("SUCCESS", "SUCCESS", True)


def test_one_missing_record_of_three_keeps_a_domain_pending(cloud: Cloud) -> None:
    """Two of the three records are not enough."""
    dkim: Any = cloud.ses().create_email_identity(EmailIdentity=ZONE)["DkimAttributes"]
    for token in dkim["Tokens"][:2]:
        cloud.publish(f"{token}._domainkey.{ZONE}", "CNAME", f"{token}.dkim.amazonses.com")
    time.sleep(0.1)
    assert statuses(cloud)[0] == "PENDING"


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ({"CNAME": ["wrong.dkim.amazonses.com"]}, "INVALID_VALUE"),
        ({"A": ["192.0.2.7"]}, "TYPE_NOT_FOUND"),
        ({}, "HOST_NOT_FOUND"),
        (None, "DNS_SERVER_ERROR"),
    ],
)
def test_a_vanished_record_is_a_temporary_failure(
    cloud: Cloud, records: dict[str, list[str]] | None, expected: str
) -> None:
    """A verified domain keeps sending while VerificationInfo says what is wrong; the record's return heals it."""
    cloud.verified()
    token = cloud.ses().get_email_identity(EmailIdentity=ZONE)["DkimAttributes"].get("Tokens", [""])[0]
    name = f"{token}._domainkey.{ZONE}"
    if records is None:
        cloud.dns.fail(name, "servfail")
    else:
        cloud.dns.override(name, records)
    wait_for(lambda: statuses(cloud) == ("TEMPORARY_FAILURE", "TEMPORARY_FAILURE", True))
    assert error_type(cloud) == expected
    cloud.dns.restore(name)
    wait_for(lambda: statuses(cloud)[0] == "SUCCESS")
    assert error_type(cloud) == expected


def test_failure_is_final_until_signing_is_put_again() -> None:
    """After the patience is over a domain fails for good; the same signing origin starts again."""
    with local_aws(patience=0.1) as cloud:
        cloud.ses().create_email_identity(EmailIdentity=ZONE)
        wait_for(lambda: statuses(cloud)[0] == "FAILED")
        cloud.aws.behavior.patience = 60.0
        answer = cloud.ses().put_email_identity_dkim_signing_attributes(
            EmailIdentity=ZONE, SigningAttributesOrigin="AWS_SES"
        )
        for token in answer["DkimTokens"]:
            cloud.publish(f"{token}._domainkey.{ZONE}", "CNAME", f"{token}.dkim.amazonses.com")
        wait_for(lambda: statuses(cloud)[0] == "SUCCESS")


def test_another_key_length_waits_without_losing_the_proof(cloud: Cloud) -> None:
    """New tokens make DKIM pending while the domain stays verified; a second change on the same day is refused."""
    ses = cloud.verified()
    before: Any = ses.get_email_identity(EmailIdentity=ZONE)["DkimAttributes"]

    def change(length: Any) -> Any:
        return ses.put_email_identity_dkim_signing_attributes(
            EmailIdentity=ZONE,
            SigningAttributesOrigin="AWS_SES",
            SigningAttributes={"NextSigningKeyLength": length},
        )

    assert set(change("RSA_1024_BIT")["DkimTokens"]).isdisjoint(before["Tokens"])
    assert statuses(cloud) == ("SUCCESS", "PENDING", True)
    assert refusal(lambda: change("RSA_2048_BIT")).startswith("BadRequestException 400")


def test_own_keys_are_proven_by_their_public_half(cloud: Cloud) -> None:
    """BYODKIM is verified by the TXT record of the selector, split or not, and never shows the key."""
    private, public = private_key()
    attributes: Any = {"DomainSigningSelector": "s1", "DomainSigningPrivateKey": private}
    answer = cloud.ses().create_email_identity(EmailIdentity=ZONE, DkimSigningAttributes=attributes)
    assert answer["DkimAttributes"].get("SigningAttributesOrigin") == "EXTERNAL"
    assert private not in str(answer)
    value = f"p={public}"
    cloud.publish(f"s1._domainkey.{ZONE}", "TXT", f'"{value[:255]}" "{value[255:]}"')
    wait_for(lambda: statuses(cloud) == ("SUCCESS", "SUCCESS", True))


@pytest.mark.parametrize(
    "attributes",
    [
        {"DomainSigningSelector": "a.b", "DomainSigningPrivateKey": "x"},
        {"DomainSigningSelector": "s1", "DomainSigningPrivateKey": "bm90IGEga2V5"},
        {"DomainSigningSelector": "s1"},
        {"NextSigningKeyLength": "RSA_4096_BIT"},
        {"DomainSigningAttributesOrigin": "AWS_SES"},
    ],
)
def test_bad_signing_attributes_create_nothing(cloud: Cloud, attributes: Any) -> None:
    """A refused creation leaves no identity behind."""
    ses = cloud.ses()
    call = {"EmailIdentity": ZONE, "DkimSigningAttributes": attributes}
    assert refusal(lambda: ses.create_email_identity(**call)).startswith("BadRequestException 400")
    assert ses.list_email_identities()["EmailIdentities"] == []


def test_a_replica_shares_the_tokens_of_its_parent(cloud: Cloud) -> None:
    """DEED needs no records of its own; without a parent the reason is shown."""
    parent: Any = cloud.verified().get_email_identity(EmailIdentity=ZONE)["DkimAttributes"]
    other = cloud.ses(region="eu-west-1")
    origin: Any = {"DomainSigningAttributesOrigin": "AWS_SES_US_EAST_1"}
    other.create_email_identity(EmailIdentity=ZONE, DkimSigningAttributes=origin)
    other.create_email_identity(EmailIdentity="other.example", DkimSigningAttributes=origin)
    wait_for(lambda: other.get_email_identity(EmailIdentity=ZONE)["VerificationStatus"] == "SUCCESS")
    assert other.get_email_identity(EmailIdentity=ZONE)["DkimAttributes"].get("Tokens") == parent["Tokens"]
    reason = "REPLICATION_PRIMARY_NOT_FOUND"
    wait_for(
        lambda: other.get_email_identity(EmailIdentity="other.example")["VerificationInfo"].get("ErrorType") == reason
    )


def test_mail_from_has_a_machine_of_its_own(cloud: Cloud) -> None:
    """MAIL FROM needs exactly one MX; it fails and heals without touching the domain's own status."""
    ses = cloud.verified()

    def status() -> str:
        return ses.get_email_identity(EmailIdentity=ZONE)["MailFromAttributes"].get("MailFromDomainStatus", "")

    ses.put_email_identity_mail_from_attributes(EmailIdentity=ZONE, MailFromDomain=f"bounce.{ZONE}")
    cloud.publish(f"bounce.{ZONE}", "MX", MX, "20 other.example")
    time.sleep(0.1)
    assert (status(), statuses(cloud)[0]) == ("PENDING", "SUCCESS")
    cloud.publish(f"bounce.{ZONE}", "MX", MX)
    wait_for(lambda: status() == "SUCCESS")
    ses.put_email_identity_mail_from_attributes(EmailIdentity=ZONE)
    attributes = ses.get_email_identity(EmailIdentity=ZONE)["MailFromAttributes"]
    assert attributes == {"BehaviorOnMxFailure": "USE_DEFAULT_VALUE"}


def test_mail_from_can_be_refused_on_a_fresh_domain() -> None:
    """The switch makes MAIL FROM wait for the verification, as one report says of AWS."""
    with local_aws(mail_from_needs_verified=True) as cloud:
        cloud.ses().create_email_identity(EmailIdentity=ZONE)
        call: Any = {"EmailIdentity": ZONE, "MailFromDomain": f"bounce.{ZONE}"}
        text = refusal(lambda: cloud.ses().put_email_identity_mail_from_attributes(**call))
        assert text.endswith("or its parents are not verified.")


@pytest.mark.parametrize(
    ("region", "zone"),
    [
        ("eu-west-1", "dkim.amazonses.com"),
        ("af-south-1", "dkim.af-south-1.amazonses.com"),
        ("us-west-2", "odd.example"),
    ],
)
def test_the_signing_zone_depends_on_the_region(region: str, zone: str) -> None:
    """Regions have their own zones, and a cell may have an odd one."""
    with local_aws(signing_zones={"us-west-2": "odd.example"}) as cloud:
        answer: Any = cloud.ses(region=region).create_email_identity(EmailIdentity=ZONE)
        assert answer["DkimAttributes"]["SigningHostedZone"] == zone


def test_tokens_can_come_later() -> None:
    """A delay leaves a fresh identity without tokens for a while."""
    with local_aws(token_delay=0.2) as cloud:
        created: Any = cloud.ses().create_email_identity(EmailIdentity=ZONE)
        assert (created["DkimAttributes"]["Status"], created["DkimAttributes"]["Tokens"]) == ("NOT_STARTED", [])
        wait_for(lambda: len(cloud.ses().get_email_identity(EmailIdentity=ZONE)["DkimAttributes"]["Tokens"]) == 3)


def test_an_address_is_verified_by_its_owner(cloud: Cloud) -> None:
    """An address identity waits for its link, and sends before that when its domain is verified."""
    address = f"Me@{ZONE}"
    cloud.ses().create_email_identity(EmailIdentity=address)
    assert statuses(cloud, address)[0::2] == ("PENDING", False)
    cloud.verified()
    assert statuses(cloud, address)[0::2] == ("PENDING", True)
    cloud.aws.verify_address(f"Me@{ZONE}", "us-east-1")
    assert statuses(cloud, address)[0] == "SUCCESS"
    assert refusal(lambda: cloud.ses().get_email_identity(EmailIdentity=f"me@{ZONE}")).startswith("NotFound")


def test_records_below_a_delegation_are_not_seen(cloud: Cloud) -> None:
    """A zone that gives a name to other servers answers for nothing below it, whatever was written there before."""
    ses = cloud.verified(f"mail.{ZONE}")
    cloud.publish(f"mail.{ZONE}", "NS", "ns1.elsewhere.example", "ns2.elsewhere.example")
    wait_for(lambda: ses.get_email_identity(EmailIdentity=f"mail.{ZONE}")["VerificationStatus"] == "TEMPORARY_FAILURE")
    cloud.publish(f"mail.{ZONE}", "NS", "ns1.elsewhere.example", "ns2.elsewhere.example", action="DELETE")
    wait_for(lambda: ses.get_email_identity(EmailIdentity=f"mail.{ZONE}")["VerificationStatus"] == "SUCCESS")


def test_aliases_and_routing_policies_answer(cloud: Cloud) -> None:
    """An alias answers with its target's records, or an address of something elsewhere; one weighted set answers."""
    cloud.publish(f"host.{ZONE}", "A", "192.0.2.7")
    target: Any = {"HostedZoneId": cloud.zone_id, "EvaluateTargetHealth": False}
    sets: Any = [
        {"Name": f"a.{ZONE}", "Type": "A", "AliasTarget": {**target, "DNSName": f"host.{ZONE}."}},
        {"Name": f"cdn.{ZONE}", "Type": "A", "AliasTarget": {**target, "DNSName": "d1.cloudfront.net."}},
        *(
            {
                "Name": f"w.{ZONE}",
                "Type": "TXT",
                "TTL": 60,
                "Weight": 1,
                "SetIdentifier": identifier,
                "ResourceRecords": [{"Value": f'"{identifier}"'}],
            }
            for identifier in ("one", "two")
        ),
    ]
    changes: Any = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": each} for each in sets]}
    cloud.route53.change_resource_record_sets(HostedZoneId=cloud.zone_id, ChangeBatch=changes)
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], cloud.dns.port
    assert [str(data) for data in resolver.resolve(f"a.{ZONE}", "A")] == ["192.0.2.7"]
    assert [str(data) for data in resolver.resolve(f"cdn.{ZONE}", "A")] == ["192.0.2.53"]
    assert [str(data) for data in resolver.resolve(f"w.{ZONE}", "TXT")] == ['"one"']
    listed = cloud.route53.list_resource_record_sets(HostedZoneId=cloud.zone_id)["ResourceRecordSets"]
    assert [each.get("SetIdentifier") for each in listed if each["Name"] == f"w.{ZONE}."] == ["one", "two"]
