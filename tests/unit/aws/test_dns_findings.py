"""What values at a record's name do what the record is for, and how a finding is reported: without any server."""

from __future__ import annotations

import pytest

from tenant_email.aws.dns_findings import RecordFinding, Status
from tenant_email.aws.dns_match import differs, host, matches, same_kind
from tenant_email.aws.dns_records import (
    DnsRecord,
    dmarc_record,
    easy_dkim_records,
    mail_from_records,
    own_dkim_record,
)

(DKIM,) = easy_dkim_records("mail.acme.example", ["t1"], "dkim.amazonses.com", "acme.example")
MX, SPF = mail_from_records("bounce.acme.example", "acme.example", "eu-west-1")
DMARC = dmarc_record("acme.example", "reject")
OWN = own_dkim_record("acme.example", "sel", "AAAA")
FEEDBACK = "feedback-smtp.eu-west-1.amazonses.com"
SES = "v=spf1 include:amazonses.com ~all"
REJECT = "v=DMARC1; p=reject"


@pytest.mark.parametrize(
    ("record", "found", "why"),
    [
        (DKIM, ["T1.dkim.AmazonSES.com."], None),
        (DKIM, ["t2.dkim.amazonses.com"], ""),
        (DKIM, ["t1.dkim.amazonses.com", "t1.dkim.amazonses.com."], ""),
        (DKIM, [], ""),
        (MX, [f"0 {FEEDBACK.upper()}."], None),
        (MX, [f"10 {FEEDBACK}", f"20 {FEEDBACK}"], ""),
        (MX, [f"10 x.{FEEDBACK}"], ""),
        (SPF, ["site-verification=1", SES], None),
        (SPF, [SES, SES], "SPF permerror: bounce.acme.example has 2 SPF records, which counts as none"),
        (SPF, ["v=spf1"], "SPF neutral: nothing in it matches mail from SES; include:amazonses.com is missing"),
        (DMARC, [REJECT, "hello"], None),
        (DMARC, ["hello"], "no DMARC record"),
        (DMARC, [REJECT, REJECT], "2 DMARC records, which counts as none"),
        (DMARC, ["v=DMARC1; p=stop"], "it has no policy that receivers know"),
        (DMARC, ["v=DMARC1; p=none"], ""),
        (OWN, ["v=DKIM1; p=AAAA"], None),
        (OWN, ["p=AAAB"], "p= holds a different key"),
        (OWN, ["p=AAAA", "p=AAAA"], "2 TXT records, any of which a verifier may use"),
        (OWN, [], "0 TXT records, any of which a verifier may use"),
    ],
)
def test_why_values_differ(record: DnsRecord, found: list[str], why: str | None) -> None:
    """A reason, no words where the values say all, and nothing where they do what the record is for."""
    assert differs(record, found) == why
    assert matches(record, found) == (why is None)


def test_names_in_an_spf_record_are_looked_up() -> None:
    """By whoever asks, for the name of the record."""
    asked: list[tuple[str, str]] = []

    def lookup(name: str, kind: str) -> list[str]:
        asked.append((name, kind))
        return [SES]

    assert differs(SPF, ["v=spf1 include:_spf.%{d} -all"], lookup) is None
    assert matches(SPF, ["v=spf1 include:_spf.%{d} -all"], lookup)
    assert ("_spf.bounce.acme.example", "TXT") in asked


@pytest.mark.parametrize(
    ("record", "kept"),
    [
        (DKIM, ["hello", SES, REJECT]),
        (OWN, ["hello", SES, REJECT]),
        (SPF, [SES]),
        (DMARC, [REJECT]),
    ],
)
def test_values_of_the_same_kind(record: DnsRecord, kept: list[str]) -> None:
    """Other texts may stand beside SPF and DMARC alone."""
    assert same_kind(record, ["hello", SES, REJECT]) == kept


def test_a_host_is_compared_without_case_preference_and_final_dot() -> None:
    """The one of an MX is its last word."""
    assert host("10 MX.acme.example.") == "mx.acme.example"


def test_a_finding_in_words() -> None:
    """Name, server, what is there and why it does not do, what should be, and the name to enter."""
    wrong = RecordFinding(DKIM, Status.WRONG_VALUE, "ns1", ("CNAME a", "CNAME \x1bb"), "two of \x1bthem").explain()
    assert wrong.startswith(
        "t1._domainkey.mail.acme.example: ns1 has CNAME a, CNAME \\x1bb (two of \\x1bthem); expected CNAME "
        "t1.dkim.amazonses.com and nothing else"
    )
    none = RecordFinding(SPF, Status.WRONG_TYPE, "ns1", (), "unsaid").explain()
    assert none.startswith("bounce.acme.example: ns1 has no TXT record; expected TXT v=spf1 include:")
    bogus = RecordFinding(DKIM, Status.BOGUS, "ns1", (), "\x1bold").explain()
    assert "do not see it: \\x1bold. Re-sign the zone" in bogus
    doubled = RecordFinding(DKIM, Status.DOUBLED_SUFFIX, "ns1", ("x",)).explain()
    assert "has the record at x instead, because" in doubled
    assert "; expected CNAME t1.dkim.amazonses.com. Enter the name as t1._domainkey.mail." in doubled
    assert RecordFinding(DKIM, Status.OK, "ns1").ok
    two = RecordFinding(DnsRecord("a", "a", "MX", 1, ("1 b", "2 c"), "MAIL FROM", True), Status.ABSENT, "ns1")
    assert (two.ok, two.desired) == (False, "MX 1 b, 2 c")
