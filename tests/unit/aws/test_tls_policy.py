"""TLS-RPT, MTA-STS and the leave to send reports elsewhere, as checkdmarc, which nobody here wrote, reads them."""

from __future__ import annotations

import pytest
from checkdmarc.dmarc import parse_dmarc_record
from checkdmarc.mta_sts import parse_mta_sts_policy, parse_mta_sts_record
from checkdmarc.smtp_tls_reporting import parse_smtp_tls_reporting_record

from tenant_email.aws.dmarc_reports import (
    authorization_record,
    is_elsewhere,
    repeated_reports,
    report_hosts,
    report_problem,
)
from tenant_email.aws.dns_match import differs
from tenant_email.aws.dns_records import DnsRecord, dmarc_record, mta_sts_record, tls_rpt_record
from tenant_email.aws.tls_policy import StsMode, sts_id, sts_policy

BOUNCE, DOMAIN = "bounce.acme.example", "acme.example"
HOST = "feedback-smtp.eu-west-1.amazonses.com"
RPT = tls_rpt_record(BOUNCE, DOMAIN, ["tls@acme.example", "https://reports.example/tls"])
STS = mta_sts_record(BOUNCE, DOMAIN, "a1")
LEAVE = authorization_record(DOMAIN, "reports.example")


def test_a_dmarc_record_says_every_stage() -> None:
    """With the tags of RFC 9989, none of which is said where it is the default."""
    (text,) = dmarc_record(
        DOMAIN, "reject", ["a@acme.example"], ruf=["mailto:f@acme.example"], subdomains="quarantine",
        non_existent="reject", testing=True,
    ).values  # fmt: skip
    tags = {name: tag["value"] for name, tag in parse_dmarc_record(text, DOMAIN)["tags"].items() if tag["explicit"]}
    assert {name: tags[name] for name in ("p", "sp", "np", "t")} == {
        "p": "reject", "sp": "quarantine", "np": "reject", "t": "y"
    }  # fmt: skip
    assert [each["address"] for each in (*tags["rua"], *tags["ruf"])] == ["a@acme.example", "f@acme.example"]
    assert dmarc_record(DOMAIN).values == ("v=DMARC1; p=none;",)


def test_addresses_are_written_in_one_way() -> None:
    """Domains as SES keeps them, whatever a program writes; an address that no report reaches has no domain."""
    given = ["Dmarc@Acme.Example.", "MAILTO:f@MÜNCHEN.example!10m"]
    (text,) = dmarc_record(DOMAIN, "none", given).values
    assert text == "v=DMARC1; p=none; rua=mailto:Dmarc@acme.example,mailto:f@xn--mnchen-3ya.example!10m;"
    assert report_hosts(given) == ("acme.example", "xn--mnchen-3ya.example")
    assert report_hosts(["mailto:x@localhost", "x@a_b.example", "x"]) == ()
    assert repeated_reports([*given, "x", "dmarc@acme.example", "f@münchen.example"]) == [(4, 1)]


def test_tls_reports_are_asked_for() -> None:
    """At the name that RFC 8460 says, addresses as URIs."""
    assert RPT.name == "_smtp._tls.bounce.acme.example"
    read = parse_smtp_tls_reporting_record(RPT.values[0])
    assert read["tags"]["rua"]["value"] == ["mailto:tls@acme.example", "https://reports.example/tls"]


@pytest.mark.parametrize("mode", ["testing", "enforce", "none"])
def test_a_policy_and_its_record(mode: StsMode) -> None:
    """The policy is read as it is meant; another one has another id, which is one by the grammar."""
    policy = sts_policy(mode, 604800, [HOST])
    read = parse_mta_sts_policy(policy)
    assert (read["policy"]["mode"], read["policy"]["max_age"], read["policy"]["mx"]) == (mode, 604800, [HOST])
    assert read["warnings"] == []
    record = mta_sts_record(BOUNCE, DOMAIN, sts_id(policy))
    assert parse_mta_sts_record(record.values[0])["tags"]["id"] == sts_id(policy)
    assert sts_id(policy) != sts_id(sts_policy(mode, 604801, [HOST]))


@pytest.mark.parametrize(
    ("record", "found", "same"),
    [
        (RPT, ["v=TLSRPTv1;rua=https://reports.example/tls,mailto:tls@acme.example;"], True),
        (RPT, ["v=TLSRPTv1; rua=mailto:tls@acme.example"], False),
        (RPT, [RPT.values[0], RPT.values[0]], False),
        (RPT, ["verify=1", RPT.values[0]], True),
        (RPT, ["v=TLSRPTv1; x=y; rua=https://reports.example/tls, mailto:tls@ACME.example; z=1"], True),
        (
            tls_rpt_record(BOUNCE, DOMAIN, ["https://reports.example/?a=b"]),
            ["v=TLSRPTv1;rua=https://reports.example/?a=c"],
            False,
        ),
        (STS, ["v=STSv1;id=a1"], True),
        (STS, ["v=STSv1;id=a1;id=a2"], True),
        (mta_sts_record(BOUNCE, DOMAIN, ""), ["v=STSv1;x=y"], True),
        (STS, ["v=STSv1 ; x=y; id = a1 ; more"], True),
        (STS, ["v=STSv1; id=a2;"], False),
        (STS, [], False),
        (LEAVE, ["v=DMARC1"], True),
        (LEAVE, ["v=DMARC1; rua=mailto:x@reports.example", "v=DMARC1;"], True),
        (LEAVE, ["v=spf1 -all"], False),
    ],
)
def test_what_means_the_same(record: DnsRecord, found: list[str], same: bool) -> None:
    """Spaces, order and fields that nobody knows aside; two records are as none, and of leaves one is enough."""
    assert (differs(record, found) is None) is same


@pytest.mark.parametrize(
    ("found", "why"),
    [
        ([], "no such record"),
        ([STS.values[0], "v=STSv1; id=a2;"], "2 such records, which counts as none"),
        (["v=STSv1; id=a2;"], ""),
    ],
)
def test_why_a_record_of_tls_means_another_thing(found: list[str], why: str) -> None:
    """The number of them, where that is why; of a single one its own words say it."""
    assert differs(STS, found) == why


@pytest.mark.parametrize(
    ("host", "zone", "elsewhere"),
    [
        ("acme.example", None, False),
        ("dmarc.acme.example", None, False),
        ("example", None, False),
        ("reports.example", None, True),
        ("notacme.example", None, True),
        ("reports.example", "example", False),
    ],
)
def test_another_organization_has_to_agree(host: str, zone: str | None, elsewhere: bool) -> None:
    """Which one is another, names alone tell; at the name that RFC 9990 says."""
    assert is_elsewhere(host, DOMAIN, zone) is elsewhere
    assert (LEAVE.name, LEAVE.zone_relative_name) == (
        "acme.example._report._dmarc.reports.example", "acme.example._report._dmarc",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "https", "fine"),
    [
        ("dmarc@acme.example", False, True),
        ("mailto:dmarc@acme.example!10m", False, True),
        ("https://reports.example/x", False, False),
        ("https://reports.example/x", True, True),
        ("a,b@acme.example", False, False),
        ("a;p=none@acme.example", False, False),
        ("dmarc", False, False),
        ("dmarc@-", False, False),
        ("", False, False),
    ],
)
def test_where_a_report_may_go(text: str, https: bool, fine: bool) -> None:
    """An address or its URI; nothing that would end the tag or the list."""
    assert (not report_problem(text, https=https)) is fine
    assert report_hosts(["a@B.example", "mailto:c@b.example!1m", "x"]) == ("b.example",)
