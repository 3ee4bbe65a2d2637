"""Records and names: what is published, where, and what is refused."""

from __future__ import annotations

import pytest

from tenant_email.aws.dns_records import (
    DnsRecord,
    candidate_zones,
    dmarc_record,
    easy_dkim_records,
    mail_from_records,
    normalize_domain,
    normalize_mail_from,
    own_dkim_record,
    record_kind_problems,
    record_table,
    route53_value,
    txt_chunks,
    zone_relative,
)
from tenant_email.errors import Problem


def test_easy_dkim_uses_the_zone_of_the_api() -> None:
    """Each token becomes one CNAME into exactly the signing zone that the API named."""
    records = easy_dkim_records("acme.example", ["t1", "t2", "t3"], "dkim.odd-cell.example")
    assert [record.name for record in records] == [f"t{n}._domainkey.acme.example" for n in (1, 2, 3)]
    assert [record.values for record in records] == [(f"t{n}.dkim.odd-cell.example",) for n in (1, 2, 3)]
    assert {(record.type, record.purpose, record.required) for record in records} == {("CNAME", "DKIM", True)}


def test_names_in_a_parent_zone() -> None:
    """An identity below its zone gets names relative to that zone, so no host doubles the suffix."""
    (record,) = easy_dkim_records("mail.acme.example", ["t1"], "dkim.amazonses.com", zone="acme.example")
    assert record.name == "t1._domainkey.mail.acme.example"
    assert record.zone_relative_name == "t1._domainkey.mail"


def test_mail_from() -> None:
    """MAIL FROM is one MX of the region and one SPF record."""
    mx, spf = mail_from_records("bounce.acme.example", "acme.example", "eu-west-1")
    assert (mx.type, mx.values) == ("MX", ("10 feedback-smtp.eu-west-1.amazonses.com",))
    assert (spf.type, spf.values) == ("TXT", ("v=spf1 include:amazonses.com ~all",))
    assert mx.zone_relative_name == spf.zone_relative_name == "bounce"
    assert (mx.purpose, spf.purpose) == ("MAIL FROM", "SPF")


def test_dmarc() -> None:
    """DMARC starts at none, takes report addresses with or without scheme, and is never required."""
    assert dmarc_record("acme.example").values == ("v=DMARC1; p=none;",)
    staged = dmarc_record("acme.example", "reject", ["d@acme.example", "mailto:e@acme.example"])
    assert staged.values == ("v=DMARC1; p=reject; rua=mailto:d@acme.example,mailto:e@acme.example;",)
    assert (staged.name, staged.type, staged.required) == ("_dmarc.acme.example", "TXT", False)
    assert staged.purpose == "DMARC"


def test_long_keys_are_split_for_route53() -> None:
    """A 2048-bit key is longer than a TXT string: one value, two quoted chunks, nothing lost."""
    record = own_dkim_record("acme.example", "sel", "A" * 392)
    (value,) = record.values
    assert (record.name, record.type, record.purpose) == ("sel._domainkey.acme.example", "TXT", "DKIM")
    first, second = txt_chunks(value)
    assert (len(first), first + second) == (255, "p=" + "A" * 392)
    assert route53_value("TXT", value) == f'"{first}" "{second}"'


def test_route53_values() -> None:
    """TXT is quoted and escaped, other types are bare, and an empty TXT is still one string."""
    assert route53_value("TXT", 'a"b') == '"a\\"b"'
    assert route53_value("TXT", "") == '""'
    assert route53_value("TXT", r"a\b") == r'"a\\b"'
    assert route53_value("TXT", "x" * 256) == f'"{"x" * 255}" "x"'
    assert route53_value("CNAME", "t.dkim.amazonses.com") == "t.dkim.amazonses.com"


def test_a_table_of_records() -> None:
    """Whoever types them in sees whole names, in columns; nothing in a value steers a terminal."""
    records = [*mail_from_records("b.acme.example", "acme.example", "eu-west-1"), dmarc_record("acme.example")]
    assert record_table(records) == (
        "name                 type  TTL   value\n"
        "b.acme.example       MX    1800  10 feedback-smtp.eu-west-1.amazonses.com\n"
        "b.acme.example       TXT   1800  v=spf1 include:amazonses.com ~all\n"
        "_dmarc.acme.example  TXT   1800  v=DMARC1; p=none;"
    )
    hostile = own_dkim_record("acme.example", "a-very-long-selector-of-a-key", "\x1b[2J")
    long = "a-very-long-selector-of-a-key._domainkey"
    assert f"{long}.acme.example  TXT   1800  p=\\x1b[2J" in record_table([hostile])
    assert str(records[0]) == "b.acme.example MX 10 feedback-smtp.eu-west-1.amazonses.com"


def test_names_in_a_zone_stand_with_the_zone() -> None:
    """A zone that was told, or that the records were cut for, heads the names that are relative to it."""
    records = [*mail_from_records("b.acme.example", "acme.example", "eu-west-1"), dmarc_record("other.example")]
    lines = record_table(records, "acme.example").split("\n")
    assert lines[0].startswith("name                  name in the zone acme.example  type")
    assert [line.split()[1] for line in lines[1:]] == ["b", "b", "TXT"]
    (cut,) = easy_dkim_records("mail.acme.example", ["t"], "dkim.amazonses.com", "acme.example")[:1]
    assert [line.split()[:2] for line in record_table([cut]).split("\n")[1:]] == [
        ["t._domainkey.mail.acme.example", "t._domainkey.mail"]
    ]


def test_outputs_round_trip() -> None:
    """A record survives the way through state, where numbers come back as floats."""
    record = dmarc_record("acme.example")
    props = record.to_props()
    assert set(props) == {"name", "zone_relative_name", "type", "ttl", "values", "purpose", "required"}
    assert DnsRecord.from_props({**props, "ttl": float(props["ttl"])}) == record


@pytest.mark.parametrize("change", [{"ttl": "soon"}, {"extra": 1}, {"values": None}])
def test_other_shapes_are_no_records(change: dict[str, object]) -> None:
    """What is not a record of ours is refused with the fields that one has."""
    with pytest.raises(ValueError, match="has exactly the fields name, zone_relative_name, type, ttl"):
        DnsRecord.from_props({**dmarc_record("acme.example").to_props(), **change})


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("acme.example", "acme.example"),
        ("EXAMPLE.org.", "example.org"),
        ("  acme.example ", "acme.example"),
        ("ÄCME.Example", "xn--cme-pla.example"),
        ("日本。jp", "xn--wgv71a.jp"),
        ("XN--CME-PLA.example", "xn--cme-pla.example"),
        ("123.4.example", "123.4.example"),
        (".".join(["a" * 51] * 3 + ["b" * 53]), ".".join(["a" * 51] * 3 + ["b" * 53])),
    ],
)
def test_domains_are_normalized(text: str, domain: str) -> None:
    """Case, a final dot and other scripts come out as the one form that SES keeps."""
    assert normalize_domain(text) == domain
    assert normalize_domain(domain) == domain


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is empty"),
        (".", "is empty"),
        ("me@acme.example", "use its domain 'acme.example'"),
        ("a@b@acme.example", "use its domain 'acme.example'"),
        ("acme.example/a", "looks like a URL"),
        (".".join(["a" * 51] * 3 + ["b" * 54]), "is too long: 210 characters"),
        ("*.acme.example", "has a wildcard"),
        ("localhost", "is a single label"),
        ("https://acme.example/", "looks like a URL"),
        ("acme.example:25", "looks like a URL"),
        ("a_b.example", "has an underscore"),
        ("acme..example", "not a valid domain name"),
        ("acme.example..", "not a valid domain name"),
        ("-acme.example", "not a valid domain name"),
        ("ac me.example", "not a valid domain name"),
        ("ac!me.example", "not a valid domain name"),
        ("xn--a.example", "not a valid domain name"),
        ("a" * 64 + ".example", "not a valid domain name"),
        ("192.0.2.1", "is an IP address"),
        (".".join(["a" * 60] * 4), "is too long: 243 characters; DKIM names leave room for 209"),
        (".".join(["a" * 49, *["a" * 50] * 4]) + ".", "is too long: 253 characters; DKIM names leave room for 209"),
        (".".join(["a" * 50] * 5), "^'a{40}'… is too long for a domain: 254 characters"),
    ],
)
def test_refused_domains(text: str, reason: str) -> None:
    """What SES cannot own is refused with the reason in plain words."""
    with pytest.raises(ValueError, match=reason):
        normalize_domain(text)


@pytest.mark.parametrize("text", ["bounce", "bounce.", "Bounce.acme.example.", "bounce.ACME.example"])
def test_mail_from_names(text: str) -> None:
    """A MAIL FROM domain may be written as a label or whole."""
    assert normalize_mail_from(text, "acme.example") == "bounce.acme.example"


@pytest.mark.parametrize("text", ["acme.example", "bounce.other.example", "", "notacme.example"])
def test_mail_from_must_be_below_the_domain(text: str) -> None:
    """A MAIL FROM domain that is not a sub-domain of the identity is refused."""
    with pytest.raises(ValueError, match=r"not a subdomain|is empty"):
        normalize_mail_from(text, "acme.example")


def test_words_that_name_no_record() -> None:
    """Each is reported with its place and the choice; those of records are none."""
    choice = "Choose from dkim, mx, spf, dmarc, dmarc_reports, tls_rpt, mta_sts."
    assert record_kind_problems(["dkim", "x" * 50, "mx", "spf", "dmarc", "MX"]) == [
        Problem("overwrite_records.1", f"'{'x' * 40}' is not the name of a record", choice),
        Problem("overwrite_records.5", "'MX' is not the name of a record", choice),
    ]
    assert [problem.path for problem in record_kind_problems(["a"], "to")] == ["to.0"]


def test_zones_are_found_by_walking_labels() -> None:
    """Every parent that can be a zone is offered, the closest first, the last label never."""
    assert candidate_zones("mail.eu.acme.example") == ("mail.eu.acme.example", "eu.acme.example", "acme.example")


def test_zone_relative() -> None:
    """The zone itself is `@`, and a name of another zone is an error."""
    assert zone_relative("acme.example", "acme.example") == "@"
    with pytest.raises(ValueError, match="not in the zone"):
        zone_relative("notacme.example", "acme.example")
