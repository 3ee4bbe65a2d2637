"""An estate that someone else made, in DNS and in SES: looked at first, and there as it was after a destroy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from support.auth0 import Tenant
from support.aws import wait_for
from support.estate import Estate
from support.ses_programs import PROGRAM

if TYPE_CHECKING:
    from support.canary import Watched
    from support.engines import Outcome
    from support.lab import Lab

DOMAIN, REGION = "mail.acme.example", "us-east-1"
INBOUND, REJECT = "10 inbound-smtp.us-east-1.amazonaws.com", '"v=DMARC1; p=reject; rua=mailto:dmarc@acme.example"'
WRITES = ("Create", "Put", "Change", "Attach", "Tag", "Delete")


def opened(lab: Lab) -> tuple[Watched, Estate]:
    """Opens the stack and the zone, which has records of others."""
    lab.write(PROGRAM)
    zone = Estate(client(lab, "route53"), client(lab, "route53").list_hosted_zones()["HostedZones"][0]["Id"])
    zone.put("www.acme.example", "A", "192.0.2.1")
    return lab.open(), zone


def client(lab: Lab, service: Any) -> Any:
    """Returns a client of the account."""
    return lab.machine.aws.session().client(service, region_name=REGION, endpoint_url=lab.machine.aws.url)


def choose(engine: Watched, **sending: Any) -> None:
    """Says what the sending domain is to have."""
    engine.set_config("lab:sending", json.dumps(sending))


def good(outcome: Outcome) -> Outcome:
    """Returns an outcome that succeeded."""
    assert outcome.ok, outcome.text
    return outcome


def refused(lab: Lab, outcome: Outcome, calls: int) -> str:
    """Returns what a refused update says, after which nothing was written but the set that the program has itself."""
    assert not outcome.ok
    writes = {call.operation for call in lab.machine.aws.calls[calls:] if call.operation.startswith(WRITES)}
    assert writes <= {"CreateConfigurationSet"}
    return outcome.text


def test_records_of_others_are_there_before_and_after(lab: Lab) -> None:
    """An inbound MX and p=reject stop the update before any write; replaced when asked to, a destroy puts them back."""
    engine, zone = opened(lab)
    zone.put(f"bounce.{DOMAIN}", "MX", INBOUND)
    zone.put(f"bounce.{DOMAIN}", "TXT", '"someone-verification=1"')
    zone.put(f"_dmarc.{DOMAIN}", "TXT", REJECT, '"beside"')
    before, calls = zone.raw(), len(lab.machine.aws.calls)
    choose(engine, mail_from="bounce", dmarc="none")
    text = refused(lab, engine.up(), calls)
    assert INBOUND in text
    assert "p=reject" in text
    assert "overwrite_records=['mx', 'dmarc']" in text
    assert zone.raw() == before
    zone.drop(f"bounce.{DOMAIN}")
    zone.put(f"bounce.{DOMAIN}", "CNAME", "mx.vendor.example")
    before = plain(zone)
    choose(engine, mail_from="bounce", dmarc="none", overwrite_records=["mx", "spf", "dmarc"])
    good(engine.up())
    Tenant(lab.machine.auth0).verify()
    assert lab.machine.smtp.inbox.wait_for(1)
    choose(engine, mail_from="bounce", dmarc="quarantine", tags={"team": "mail"})
    assert good(engine.up()).operations["mail-dmarc"] == "update"
    assert zone.sets()[f"_dmarc.{DOMAIN}", "TXT"] == ['"beside"', '"v=DMARC1; p=quarantine;"']
    second = client(lab, "route53").create_hosted_zone(Name="acme.example", CallerReference="second")
    text = engine.preview().text
    assert "several public Route 53 zones are named acme.example" in text
    ids = (zone.zone_id, second["HostedZone"]["Id"])
    assert all(id_.removeprefix("/hostedzone/") in text for id_ in ids)
    zone.client.delete_hosted_zone(Id=second["HostedZone"]["Id"])
    good(engine.destroy())
    assert plain(zone) == before


def plain(zone: Estate) -> list[dict[str, Any]]:
    """Returns the record sets, those of texts in a fixed order, which means nothing."""
    sets = zone.raw()
    for each in sets:
        each["ResourceRecords"].sort(key=lambda value: "DMARC" not in value["Value"])
    return sorted(sets, key=json.dumps)


def test_an_identity_of_others_is_there_before_and_after(lab: Lab) -> None:
    """Refused or adopted, an identity, its MAIL FROM and its records stay: not one is written, none is deleted."""
    engine, zone = opened(lab)
    ses = client(lab, "sesv2")
    dkim = ses.create_email_identity(EmailIdentity=DOMAIN)["DkimAttributes"]
    for token in dkim["Tokens"]:
        zone.put(f"{token}._domainkey.{DOMAIN}", "CNAME", f"{token}.{dkim['SigningHostedZone']}")
    zone.put(f"bounce.{DOMAIN}", "MX", f"10 feedback-smtp.{REGION}.amazonses.com.")
    zone.put(f"bounce.{DOMAIN}", "TXT", '"v=spf1 include:amazonses.com -all"')
    zone.put(f"_dmarc.{DOMAIN}", "TXT", '"v=DMARC1;p=none"')
    ses.put_email_identity_mail_from_attributes(EmailIdentity=DOMAIN, MailFromDomain=f"bounce.{DOMAIN}")
    wait_for(lambda: statuses(ses) == ["SUCCESS", "SUCCESS"])
    before, live = zone.raw(), ses.get_email_identity(EmailIdentity=DOMAIN)
    calls = len(lab.machine.aws.calls)
    choose(engine, dmarc="none")
    assert "Set on_existing='adopt'" in refused(lab, engine.up(), calls)
    choose(engine, on_existing="adopt", mail_from="other", dmarc="none")
    assert f"already has the MAIL FROM domain bounce.{DOMAIN}" in refused(lab, engine.up(), calls)
    choose(engine, on_existing="adopt", mail_from="bounce", dmarc="none")
    good(engine.up())
    choose(engine, on_existing="adopt", mail_from="bounce", dmarc="none", tags={"team": "mail"})
    good(engine.up())
    assert zone.raw() == before
    good(engine.destroy())
    assert zone.raw() == before
    after = ses.get_email_identity(EmailIdentity=DOMAIN)
    assert [after[name] for name in ("DkimAttributes", "MailFromAttributes", "Tags")] == [
        live[name] for name in ("DkimAttributes", "MailFromAttributes", "Tags")
    ]


def statuses(ses: Any) -> list[str]:
    """Returns how far SES is with the identity and with its MAIL FROM domain."""
    live = ses.get_email_identity(EmailIdentity=DOMAIN)
    return [live["VerificationStatus"], live["MailFromAttributes"]["MailFromDomainStatus"]]
