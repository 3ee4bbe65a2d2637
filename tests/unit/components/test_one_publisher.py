"""Two sending domains of one program: what both would publish is refused while the program is built."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from support.registered import registered
from tenant_email import SesSendingDomain, dns, ses
from tenant_email.errors import InvalidSettings

DKIM = {"type": "CNAME", "ttl": 300, "values": ["t.dkim.amazonses.com"]}
RECORDS = [{**DKIM, "name": f"t{number}._domainkey.acme.example"} for number in range(3)]


def both(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Builds a domain in two regions."""
    SesSendingDomain("eu", domain="acme.example", region="eu-west-1", **one)
    SesSendingDomain("us", domain="acme.example", region="us-east-1", **other)


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        (
            {"mail_from": "bounce"},
            {"mail_from": "Bounce"},
            "mail_from: bounce.acme.example MX is already published by 'eu'",
        ),
        ({"dmarc": "none"}, {"dmarc": "reject"}, "dmarc: _dmarc.acme.example TXT is already published by 'eu'"),
        ({"dmarc": "none"}, {"dmarc": "none", "zone_id": "Z1"}, "Set dmarc on one of them only"),
        ({"dmarc": "none"}, {"dmarc": "none", "zone_id": "/hostedzone/Z1"}, "Set dmarc on one of them only"),
    ],
)
def test_one_name_and_type_has_one_publisher(one: dict[str, Any], other: dict[str, Any], said: str) -> None:
    """The second is refused with the argument and the remedy."""
    with pytest.raises(InvalidSettings, match=said):
        registered(partial(both, one, other), SesDomainIdentity={"dns_records": RECORDS})


def test_a_name_has_room_in_dns() -> None:
    """What a domain has room for, a selector, or the name by which others agree to reports, may have none for."""
    domain, host = ".".join(["a" * 60] * 3), f"{'b' * 60}.example"
    given = partial(
        SesSendingDomain,
        "mail",
        domain=f"{domain}.example",
        dkim=ses.ByoDkim(selector="s" * 63),
        dmarc=ses.Dmarc(reports=[f"dmarc@{host}"], report_zones={host: dns.route53("Z2")}),
    )
    with pytest.raises(InvalidSettings) as refused:
        registered(given, SesDomainIdentity={"dns_records": RECORDS})
    assert [(each.path, each.what.partition(" ")[2]) for each in refused.value.problems] == [
        ("dkim_selector", "has 265 characters, and a name in DNS has 253 at most"),
        ("dmarc.report_zones", "has 274 characters, and a name in DNS has 253 at most"),
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"mail_from": "eu", "dmarc": "none"}, {"mail_from": "us"}),
        ({"dmarc": "none"}, {"dmarc": "none", "publish": False}),
        ({"dmarc": "none", "zone_id": "Z1"}, {"dmarc": "none", "zone_id": "Z2"}),
    ],
)
def test_what_does_not_meet_is_taken(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Labels of their own, records published elsewhere, and two zones stand beside each other."""
    found = registered(partial(both, one, other), SesDomainIdentity={"dns_records": RECORDS}).inputs
    assert ("SesDomainRecord", "eu-dmarc") in found
