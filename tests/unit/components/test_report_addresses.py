"""Where reports about a sending domain go, as they are published, and what is wrong with them."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from support.registered import registered
from tenant_email import SesSendingDomain, dns, ses
from tenant_email.errors import InvalidSettings

DKIM = {"type": "CNAME", "ttl": 300, "values": ["t.dkim.amazonses.com"]}
ANSWERS = {"SesDomainIdentity": {"dns_records": [{**DKIM, "name": f"t{n}._domainkey.acme.example"} for n in range(3)]}}


def published(dmarc: Any, **given: Any) -> dict[str, str]:
    """Returns the values of the records that are published, by name."""
    domain = partial(SesSendingDomain, "mail", domain="acme.example", zone_id="Z1", dmarc=dmarc, **given)
    made = registered(domain, **ANSWERS).inputs
    return {each["name"]: each["value"] for (kind, _), each in made.items() if kind == "SesDomainRecord"}


def test_a_domain_is_published_as_dns_has_it() -> None:
    """In A-labels and lower case, in the record and in the leave of its zone, however both are written; sizes stay."""
    zone = dns.route53("Z2", zone="bücher.example")
    reports = ["dmarc@bücher.example!10m", "mailto:Mail@Acme.example"]
    found = published(ses.Dmarc(reports=reports, report_zones={"Bücher.example.": zone}))
    rua = "mailto:dmarc@xn--bcher-kva.example!10m,mailto:Mail@acme.example"
    assert found["_dmarc.acme.example"] == f"v=DMARC1; p=none; rua={rua};"
    assert found["acme.example._report._dmarc.xn--bcher-kva.example"] == "v=DMARC1;"


@pytest.mark.parametrize(
    ("dmarc", "said"),
    [
        (ses.Dmarc(testing="no"), "dmarc.testing: is a str"),  # type: ignore[arg-type]
        (ses.Dmarc(reports=["büro@acme.example"]), "dmarc_reports.0: is not an address"),
        (ses.Dmarc(reports=["a\\b@acme.example"]), "dmarc_reports.0: is not an address"),
        (ses.Dmarc(reports=["a@b.example"], report_zones={5: dns.route53("Z2")}), "report_zones.5: gets no reports"),  # type: ignore[dict-item]
        (
            ses.Dmarc(reports=["a@b.example"], report_zones={"b.example": dns.route53("b.example")}),
            "dmarc.report_zones.b.example.zone_id: cannot be 'b.example'",
        ),
        (
            ses.Dmarc(reports=["a@b.example"], report_zones={"b.example": dns.route53("Z2", zone="c.example")}),
            "dmarc.report_zones.b.example: b.example is not in the zone c.example",
        ),
    ],
)
def test_what_is_wrong_is_said(dmarc: Any, said: str) -> None:
    """With its place, before anything is registered."""
    with pytest.raises(InvalidSettings) as raised:
        published(dmarc)
    assert said in str(raised.value)


@pytest.mark.parametrize("report", ["a@b.example!10m", "https://bücher.example/tls", "https:///tls"])
def test_tls_reports_go_to_plain_uris(report: str) -> None:
    """RFC 8460 has no limits of size, and a URI no letters beyond ASCII."""
    with pytest.raises(InvalidSettings, match=r"tls_reports\.reports\.0: "):
        published("none", mail_from="bounce", tls_reports=ses.TlsReports(reports=[report]))
