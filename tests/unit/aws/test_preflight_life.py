"""What a SesDomainPreflight asks, what it refuses, and what it says of the time before the first write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.aws_memory import REGION, ZONE, other_region
from support.managed import Managed
from tenant_email.aws.dns_records import dmarc_record, mail_from_records
from tenant_email.aws.record_sets import RecordSet
from tenant_email.aws.route53 import HostedZone
from tenant_email.errors import AlreadyConfigured, InvalidSettings
from tenant_email.lifecycle.ses_domain_preflight import SesDomainPreflightLifecycle

if TYPE_CHECKING:
    from support.aws_memory import Memory

DOMAIN = "acme.example"
TAGS = {"managed-by": "it"}
BOUNCE, DMARC = f"bounce.{DOMAIN}", f"_dmarc.{DOMAIN}"
RECORDS = [each.to_props() for each in (*mail_from_records(BOUNCE, DOMAIN, REGION), dmarc_record(DOMAIN))]
LOOK = ("get_identity", DOMAIN)


def preflight(**inputs: Any) -> Managed:
    """Returns the look at a domain, not made yet."""
    return Managed(SesDomainPreflightLifecycle(), domain=DOMAIN, region=REGION, tags=TAGS, **inputs)


def found(**inputs: Any) -> tuple[Any, Any]:
    """Returns what a look says: whether it is someone else's, and with which MAIL FROM domain."""
    look = preflight(**inputs)
    assert look.up() == "create"
    assert look.id == f"aws-ses/{REGION}/{DOMAIN}/preflight"
    return look.state["adopts_identity"], look.state["existing_mail_from"]


def test_what_is_ours_or_is_not_there_is_no_obstacle(aws: Memory) -> None:
    """However it signs; without a zone DNS is not asked."""
    assert found() == (False, "")
    mine = [{"Key": "managed-by", "Value": "it"}]
    old = {"MailFromDomain": f"old.{DOMAIN}"}
    aws.put(DOMAIN, Tags=mine, dkim={"SigningAttributesOrigin": "EXTERNAL"}, MailFromAttributes=old)
    assert found(mail_from=BOUNCE) == (False, "")
    assert aws.asked() == [LOOK, LOOK]


def test_what_is_someone_else_s_is_met_as_it_would_be_later(aws: Memory) -> None:
    """Each refusal has the leave that it needs, and no more."""
    aws.put(DOMAIN)
    with pytest.raises(AlreadyConfigured, match="Set on_existing='adopt'"):
        found(overwrite=True)
    assert found(on_existing="adopt") == found(on_existing="import") == (True, "")
    with pytest.raises(AlreadyConfigured, match="signs differently"):
        found(on_existing="adopt", dkim="byo")
    assert found(on_existing="adopt", dkim="byo", overwrite=True) == (True, "")
    aws.put(DOMAIN, MailFromAttributes={"MailFromDomain": f"old.{DOMAIN}"})
    with pytest.raises(AlreadyConfigured, match=f"already has the MAIL FROM domain old.{DOMAIN}"):
        found(on_existing="adopt", mail_from=BOUNCE)
    for inputs in ({"overwrite": True, "mail_from": BOUNCE}, {"mail_from": f"old.{DOMAIN}"}, {}):
        assert found(on_existing="adopt", **inputs) == (True, f"old.{DOMAIN}")


def test_the_zone_is_asked_once_a_name(aws: Memory) -> None:
    """After the identity; all that is in the way is told together, but what an overwrite names."""
    assert found(zone_id=ZONE, records=RECORDS) == (False, "")
    assert aws.asked() == [LOOK, ("zone", ZONE), ("at", ZONE, BOUNCE), ("at", ZONE, DMARC)]
    aws.sets[BOUNCE] = (
        RecordSet(f"{BOUNCE}.", "MX", 300, ("10 mx.acme.example",)),
        RecordSet(f"{BOUNCE}.", "TXT", 300, ('"v=spf1 include:amazonses.com -all"',)),
    )
    aws.sets[DMARC] = (RecordSet(f"{DMARC}.", "TXT", 300, ('"v=DMARC1; p=reject"',)),)
    with pytest.raises(AlreadyConfigured) as caught:
        found(zone_id=ZONE, records=RECORDS)
    assert [line.split()[1] for line in caught.value.message.splitlines()[1:]] == [BOUNCE, DMARC]
    assert caught.value.message.startswith(f"route53 {ZONE}: ")
    with pytest.raises(AlreadyConfigured) as caught:
        found(zone_id=ZONE, records=RECORDS, overwrite_records=["mx"])
    assert [line.split()[1] for line in caught.value.message.splitlines()[1:]] == [DMARC]
    assert found(zone_id=ZONE, records=RECORDS, overwrite_records=["mx", "dmarc"]) == (False, "")
    aws.sets[DMARC] = (RecordSet(f"{DMARC}.", "CNAME", 0, (), "an alias of x.example"),)
    with pytest.raises(AlreadyConfigured, match="never overwritten"):
        found(zone_id=ZONE, records=RECORDS, overwrite_records=["mx", "dmarc"])
    aws.zone_ = HostedZone(ZONE, "other.example", private=True)
    aws.asked()
    with pytest.raises(InvalidSettings) as refused:
        found(zone_id=ZONE, records=RECORDS)
    assert len(refused.value.problems) == 2
    assert aws.asked() == [LOOK, ("zone", ZONE)]


def test_another_zone_is_looked_into(aws: Memory) -> None:
    """Whose the identity was stays as it was found."""
    look = preflight(records=RECORDS)
    look.up()
    aws.put(DOMAIN)
    aws.sets[DMARC] = (RecordSet(f"{DMARC}.", "TXT", 300, ('"v=DMARC1; p=reject"',)),)
    aws.asked()
    with pytest.raises(AlreadyConfigured, match="p=reject"):
        look.up(zone_id=ZONE)
    assert look.up(zone_id=ZONE, overwrite_records=["dmarc"]) == "update"
    assert [call[0] for call in aws.asked()] == ["zone", "at", "at"] * 2
    assert (look.state["adopts_identity"], look.state["existing_mail_from"]) == (False, "")
    assert look.up(zone_id=ZONE) == "same"


def test_another_region_is_looked_at_without_the_zone(aws: Memory) -> None:
    """Whose the identity is there is found anew; own records stand in the zone, and each looks for itself."""
    look = preflight(zone_id=ZONE, records=RECORDS)
    look.up()
    aws.sets[BOUNCE] = (RecordSet(f"{BOUNCE}.", "MX", 300, (f"10 feedback-smtp.{REGION}.amazonses.com",)),)
    aws.asked()
    other = other_region("eu-central-1")
    other.put(DOMAIN)
    moved = [each.to_props() for each in (*mail_from_records(BOUNCE, DOMAIN, other.region), dmarc_record(DOMAIN))]
    with pytest.raises(AlreadyConfigured, match="Set on_existing='adopt'"):
        look.up(region=other.region, records=moved)
    assert look.plan(region=other.region) == "update"
    assert look.up(region=other.region, records=moved, on_existing="adopt") == "update"
    assert look.state["adopts_identity"] is True
    assert aws.asked() == []
