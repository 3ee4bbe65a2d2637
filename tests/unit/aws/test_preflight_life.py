"""What a SesDomainPreflight asks, what it refuses, and what it says of the time before the first write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.aws_memory import REGION, ZONE, other_region
from support.managed import Managed
from tenant_email.aws.dmarc_reports import authorization_record
from tenant_email.aws.dns_records import dmarc_record, mail_from_records
from tenant_email.aws.record_sets import RecordSet
from tenant_email.aws.route53 import HostedZone
from tenant_email.aws.ses import Account, ConfigurationSet
from tenant_email.errors import AlreadyConfigured, Forbidden, InvalidSettings, NotFound
from tenant_email.inputs.unknowns import UNKNOWN
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
    given: dict[str, Any] = {"domain": DOMAIN, "region": REGION, "tags": TAGS, **inputs}
    return Managed(SesDomainPreflightLifecycle(), **given)


def found(**inputs: Any) -> tuple[Any, Any]:
    """Returns what a look says: whether it is someone else's, and with which MAIL FROM domain."""
    look = preflight(**inputs)
    assert look.up() == "create"
    assert look.id == f"aws-ses/{REGION}/{inputs.get('domain', DOMAIN)}/preflight"
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
    above = ("at", ZONE, f"_domainkey.{DOMAIN}")  # where the zone might give away the names of Easy DKIM
    assert aws.asked() == [LOOK, ("zone", ZONE), above, ("at", ZONE, BOUNCE), ("at", ZONE, DMARC)]
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


def test_what_the_zone_gives_away_is_no_place_for_records(aws: Memory) -> None:
    """Above the names, all at once, that of Easy DKIM among them, and at a name; the zone's own servers are its."""
    servers = ("ns1.other.example.", "NS2.other.example.")
    domain, key, bounce = "mail.acme.example", "_domainkey.mail.acme.example", "bounce.mail.acme.example"
    planned = [each.to_props() for each in mail_from_records(bounce, domain, REGION)]
    look = {"domain": domain, "zone_id": ZONE, "records": planned}
    aws.sets["acme.example"] = (
        RecordSet("acme.example.", "NS", 60, servers),
        RecordSet("acme.example.", "SOA", 60, ()),
    )
    assert found(**look)[0] is False
    aws.asked()
    for name in (domain, key):
        aws.sets[name] = (RecordSet(f"{name}.", "NS", 60, servers),)
    with pytest.raises(InvalidSettings) as refused:
        found(**look)
    what = (
        "acme.example has a delegation to ns1.other.example, ns2.other.example for {}: nobody sees what it holds below"
    )
    assert [each.what for each in refused.value.problems] == [what.format(domain), what.format(key)]
    assert [call[-1] for call in aws.asked()] == [domain, ZONE, domain, key]
    aws.sets = {bounce: (RecordSet(f"{bounce}.", "NS", 60, servers),)}
    with pytest.raises(AlreadyConfigured, match=r"MX .*, but has NS a delegation to ns1\.other") as taken:
        found(**look, overwrite_records=["mx", "spf"])
    assert taken.value.remedy == (
        "An alias, a delegation or a set with a routing policy is never overwritten: delete it yourself, or set "
        "another mail_from label."
    )


def test_what_comes_later_is_looked_for_above_its_name_too(aws: Memory) -> None:
    """Once: what stands at the name is its own resource's to look at, and what is gone is news when it comes back."""
    eu = f"bounce.eu.{DOMAIN}"
    later = [each.to_props() for each in mail_from_records(eu, DOMAIN, REGION)]
    look = preflight(zone_id=ZONE, records=RECORDS[2:])
    look.up()
    aws.sets[f"eu.{DOMAIN}"] = (RecordSet(f"eu.{DOMAIN}.", "NS", 60, ("ns1.other.example.",)),)
    aws.asked()
    with pytest.raises(InvalidSettings, match=f"delegation to ns1.other.example for eu.{DOMAIN}: nobody sees"):
        look.up(records=[*later, *RECORDS[2:]])
    assert aws.asked() == [("zone", ZONE), ("at", ZONE, f"eu.{DOMAIN}")]
    assert look.up(records=RECORDS) == "update"
    assert look.up(records=RECORDS[2:]) == "update"
    assert aws.asked() == [("zone", ZONE)]
    assert look.up(records=RECORDS, zone_id=f"/hostedzone/{ZONE}") == "update"
    assert look.up(records=RECORDS) == "update"
    assert aws.asked() == [("zone", f"/hostedzone/{ZONE}")]


def test_a_zone_of_reports_in_route53_is_looked_into_as_well(aws: Memory) -> None:
    """Where it gives DMARC's names to a vendor, nobody would see the leave."""
    leave, vendor = authorization_record(DOMAIN, "reports.example", None), "_dmarc.reports.example"
    aws.zone_ = HostedZone(ZONE, "reports.example", private=False)
    aws.sets[vendor] = (RecordSet(f"{vendor}.", "NS", 60, ("ns.vendor.example.",)),)
    zone = {"zone_id": ZONE, "records": [leave.to_props()]}
    with pytest.raises(InvalidSettings, match=f"delegation to ns.vendor.example for {vendor}"):
        found(dkim="byo", other_zones=[zone])
    look = preflight(dkim="byo")
    look.up()
    with pytest.raises(InvalidSettings, match=f"delegation to ns.vendor.example for {vendor}"):
        look.up(other_zones=[zone])
    aws.sets = {leave.name: (RecordSet(f"{leave.name}.", "CNAME", 60, ("x.example.",)),)}
    with pytest.raises(AlreadyConfigured, match="Omit its zone in report_zones"):
        look.up(other_zones=[zone])
    assert look.up(other_zones=[{**zone, "overwrite_records": ["dmarc_reports"]}]) == "update"


def test_a_zone_of_another_domain_is_refused_though_no_name_is_known_yet(aws: Memory) -> None:
    """Those of Easy DKIM are SES's to choose, below the domain."""
    aws.zone_ = HostedZone(ZONE, "other.example", private=False)
    with pytest.raises(InvalidSettings, match=f"other.example does not contain token._domainkey.{DOMAIN}"):
        found(zone_id=ZONE)
    assert found(zone_id=ZONE, replica_of="eu-west-1") == (False, "")


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
    assert [call[0] for call in aws.asked()] == ["zone", "at", "at", "at"] * 2
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


SET = "acme-example"
MADE = {"name": SET, "is_made": True}
GIVEN_UP = (
    f"configuration_set: {SET} is made by this stack, which would now delete it, and SES then refuses every mail of "
    "the identity\nOmit it, and keep events as they are. To hand the set on, first run `pulumi up` with "
    "on_delete='retain': then it stays when the stack lets it go, and configuration_set can name it."
)


def test_a_set_of_the_stack_s_own_is_not_used_as_another_s(aws: Memory) -> None:
    """The stack would delete it, and mail with it; one that stays, or that is another region's, may be named."""
    look = preflight(configuration_set=MADE)
    look.up()
    aws.configuration_sets[SET] = ConfigurationSet(SET, sending_enabled=True, suppresses=None, tags=TAGS)
    for used in ({"name": SET}, {"name": SET, "is_watched": False}):
        assert look.problems(configuration_set=used) == [GIVEN_UP]
        assert look.problems(configuration_set=used, region="eu-central-1") == []
        assert look.problems(configuration_set=used, domain="acme.org") == []
        assert look.problems(configuration_set={**used, "name": "theirs"}) == []
    assert look.problems(configuration_set=MADE) == look.problems() == []
    look.up(configuration_set={**MADE, "is_kept": True})
    assert look.problems(configuration_set={"name": SET}) == []
    assert look.up(configuration_set={"name": SET}) == "update"


def test_a_set_that_nobody_adopts_with_is_no_look(aws: Memory) -> None:
    """SES itself says whether the set of an identity of our own is there; of an adopted one it is looked at first."""
    used = {"name": SET, "is_watched": False}
    assert found(configuration_set=used) == (False, "")
    assert aws.asked() == [LOOK]
    with pytest.raises(NotFound, match=f"{SET} is not there"):
        found(configuration_set=used, on_existing="adopt")


def test_a_set_that_a_run_left_is_told(aws: Memory, said: list[str]) -> None:
    """AWS makes no second one; one that was to be made before is in the state."""
    look = preflight()
    look.up()
    aws.configuration_sets[SET] = ConfigurationSet(SET, sending_enabled=True, suppresses=None, tags=TAGS)
    assert look.up(configuration_set=MADE) == "update"
    (told,) = said
    assert f"{SET} is there already: a run of this stack that was interrupted made it" in told
    assert f"configuration_set='{SET}'" in told
    said.clear()
    assert look.up(configuration_set={**MADE, "suppress": ["BOUNCE"]}) == "update"
    assert said == []


def test_options_of_vdm_without_vdm_are_told(aws: Memory, said: list[str]) -> None:
    """Where SES says that the account has none; without the permission to ask nothing is said."""
    for vdm, asks in ((False, {"engagement_metrics": True}), (True, {"optimized_shared_delivery": True})):
        aws.account = Account(True, True, "HEALTHY", None, vdm_enabled=vdm)
        found(configuration_set={**MADE, **asks})
    found(configuration_set={**MADE, "engagement_metrics": False})
    aws.failures["get_account"] = [Forbidden("ses: denied")]
    found(configuration_set={**MADE, "engagement_metrics": True})
    (told,) = said
    assert told.startswith(f"ses {REGION}: Virtual Deliverability Manager is off for the account")
    assert [call[0] for call in aws.asked()].count("get_account") == 3


def test_a_first_set_meets_that_of_an_adopted_identity(aws: Memory) -> None:
    """Before anything is made; one that the stack gave it is no obstacle to another one."""
    own = preflight()
    own.up()
    aws.put(DOMAIN, ConfigurationSetName="theirs")
    look = preflight(on_existing="adopt")
    look.up()
    with pytest.raises(AlreadyConfigured, match="already has the default configuration set theirs"):
        look.up(configuration_set=MADE)
    assert look.up(configuration_set=MADE, overwrite=True) == "update"
    assert look.up(configuration_set={**MADE, "name": "new"}) == "update"
    assert own.up(configuration_set=MADE) == "update"


@pytest.mark.parametrize("moves", [{}, {"topic_arn": "arn:aws:sns:us-east-1:000000000077:a"}])
def test_topics_in_another_region_are_refused_at_preview(moves: dict[str, str]) -> None:
    """By a region that only the AWS provider knows, too; what an alarm does beside is not judged."""
    elsewhere = "arn:aws:sns:us-east-1:000000000077:a"
    here, job = elsewhere.replace("us-east-1", REGION), "arn:aws:lambda:us-east-1:000000000077:function:f"
    wanted = {**MADE, "topic_arn": here, "alarm_actions": [here, job, elsewhere], **moves}
    path = "events.destination.arn" if moves else "events.alarms.actions.2"
    problems = preflight().problems(configuration_set=wanted)
    assert problems == [f"{path}: is in us-east-1, and the domain sends in {REGION}\nUse a topic in {REGION}."]
    later = {**wanted, "alarm_actions": UNKNOWN, "topic_arn": UNKNOWN}
    desired = {"domain": DOMAIN, "region": REGION, "configuration_set": later}
    assert SesDomainPreflightLifecycle().do_check(None, desired).problems == ()


def test_another_domain_is_warned_of(aws: Memory) -> None:
    """One policy cannot let a tenant send as both; another spelling, and one that is not known yet, is no other."""
    look, lifecycle = preflight(), SesDomainPreflightLifecycle()
    look.up()
    desired = {"domain": "acme.org", "region": REGION, "tags": TAGS}
    aws.asked()
    (warning,) = lifecycle.do_check(look.state, desired).warnings
    assert warning.startswith(f"{DOMAIN} in {REGION} becomes acme.org in {REGION}: once that is verified, mail of the")
    assert lifecycle.do_check(look.state, {**desired, "domain": DOMAIN, "region": "us-west-2"}).warnings
    for same in (DOMAIN.upper(), UNKNOWN):
        assert lifecycle.do_check(look.state, {**desired, "domain": same}).warnings == ()
    assert lifecycle.do_check(None, desired).warnings == ()
    assert aws.asked() == []


def test_a_policy_of_tls_that_is_dropped_is_warned_of(aws: Memory) -> None:
    """Servers go by it until it is over, unless one of mode none came before; another mode needs no call."""
    look, lifecycle = (
        preflight(mail_from=BOUNCE, mta_sts={"mode": "enforce", "max_age": 604800}),
        SesDomainPreflightLifecycle(),
    )
    look.up()
    aws.asked()
    desired = {"domain": DOMAIN, "region": REGION, "tags": TAGS}
    (warning,) = lifecycle.do_check(look.state, desired).warnings
    assert warning == (
        f"{BOUNCE}: mta_sts ends in mode 'enforce', and servers that remember the policy go by it for up to 604800 "
        "seconds more. First set mode='none' and serve that policy for so long (docs/dmarc.md)."
    )
    for mode in ("testing", "none"):
        assert look.up(mta_sts={"mode": mode, "max_age": 604800}) == "update"
        assert lifecycle.do_check(look.state, {**desired, "mta_sts": {"mode": mode, "max_age": 1}}).warnings == ()
    assert lifecycle.do_check(look.state, desired).warnings == ()
    assert aws.asked() == []
