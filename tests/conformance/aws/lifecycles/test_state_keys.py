"""The keys of the outputs are frozen: a state of today must mean the same to every later release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.estate import Estate
from support.managed import Managed
from support.ses_site import TAGS
from support.state_keys import STATE_KEYS, output_keys
from support.ways import dynamic_only
from tenant_email.aws.dns_records import dmarc_record
from tenant_email.lifecycle.ses_domain_preflight import SesDomainPreflightLifecycle
from tenant_email.lifecycle.ses_domain_record import SesDomainRecordLifecycle

if TYPE_CHECKING:
    from support.ses_site import SesSite

PLACE = {"region": "eu-west-1"}


@dynamic_only
def test_a_sending_domains_keys(site: SesSite) -> None:
    """Of the look before the first write, the identity, its record, its settings and the wait for it."""
    zone_id = Estate.create(site.client("route53"), site.domain).zone_id
    (record,) = [dmarc_record(site.domain)]
    preflight = Managed(SesDomainPreflightLifecycle(), domain=site.domain, tags=TAGS, zone_id=zone_id, **PLACE)
    preflight.up(records=[record.to_props()])
    inputs = {"zone_id": zone_id, "name": record.name, "type": "TXT", "ttl": 1800, "value": record.values[0]}
    dns_record = Managed(SesDomainRecordLifecycle(), purpose="DMARC", **inputs, **PLACE)
    dns_record.up()
    identity = site.verified()
    settings, verification = site.settings(), site.verification(identity.state["dns_records"])
    settings.up(feedback_forwarding=False)
    verification.up()
    made = {
        "SesDomainPreflight": preflight,
        "SesDomainRecord": dns_record,
        "SesDomainIdentity": identity,
        "SesDomainSettings": settings,
        "SesDomainVerification": verification,
    }
    assert {name: output_keys(each) for name, each in made.items()} == {name: STATE_KEYS[name] for name in made}
