"""DMARC records mean what checkdmarc, which nobody here wrote, reads in them."""

from __future__ import annotations

from typing import Any

import pytest
from checkdmarc.dmarc import DMARCError, parse_dmarc_record

from tenant_email.aws.dmarc import DmarcReading, dmarc, dmarc_texts

READ = [
    "v=DMARC1; p=none",
    "v=DMARC1;p=none;",
    "v=DMARC1 ; p = reject ; ",
    "v = DMARC1; p=quarantine",
    "v=DMARC1; p=REJECT",
    "v=DMARC1; p=reject; sp=none",
    "v=DMARC1; p=reject; sp=quarantine; np=none; psd=n; t=y",
    "v=DMARC1; p=reject; adkim=s; aspf=s; pct=20",
    "v=DMARC1; sp=none; p=reject",
    "v=DMARC1; p=none; fo=1; ruf=mailto:f@acme.example",
    "v=DMARC1; p=none; unknown=1",
    "V=DMARC1; p=reject",
    "v=DMARC1",
    "v=DMARC1; sp=reject; psd=y",
]
NONE = [
    ["v=DMARC2; p=none"],
    ["v=dmarc1; p=none"],
    ["v=DMARC10; p=none"],
    ["p=none; v=DMARC1"],
    [" v=DMARC1; p=none"],
    ["v=DMARC1; p=stop"],
    ["v=DMARC1; p=reject; p=none"],
    ["v=DMARC1; p=reject; np=stop"],
    ["v=DMARC1\\; p=none"],
    ["v=DMARC1; p=none", "v=DMARC1; p=none"],
    ["v=spf1 -all"],
    [],
]
LENIENT = [" v=DMARC1; p=none"]
SAME = [
    ("v=DMARC1; p=none", "v=DMARC1;p=none;"),
    ("v=DMARC1; p=none", "v=DMARC1; p=none; sp=none; adkim=r; aspf=r; pct=100; t=n; psd=u; ri=86400; rf=afrf; fo=1"),
    ("v=DMARC1; p=none; rua=mailto:a@x.example,mailto:b@x.example",
     "v=DMARC1; rua=mailto:b@X.example, mailto:a@x.example; p=none"),
    ("v=DMARC1; p=none; rua=mailto:a@x.example", "v=DMARC1; p=stop; rua=mailto:a@x.example"),
    ("v=DMARC1; p=reject; np=reject", "v=DMARC1; p=reject"),
]  # fmt: skip
OTHER = [
    "v=DMARC1; p=reject",
    "v=DMARC1; p=none; sp=reject",
    "v=DMARC1; p=none; np=reject",
    "v=DMARC1; p=none; aspf=s",
    "v=DMARC1; p=none; adkim=s",
    "v=DMARC1; p=none; pct=0",
    "v=DMARC1; p=none; t=y",
    "v=DMARC1; p=none; rua=mailto:a@x.example",
    "v=DMARC1; p=none; ruf=mailto:a@x.example",
]


@pytest.mark.parametrize("text", READ)
def test_as_checkdmarc_reads(text: str) -> None:
    """Each tag has the value that the library reads, defaults included."""
    tags = parse_dmarc_record(text, "acme.example")["tags"]
    value = {name: tag["value"] for name, tag in tags.items()}
    read = dmarc([text])
    assert read is not None
    assert (read.policy, read.subdomains, read.dkim_alignment, read.spf_alignment, read.testing) == (
        value["p"],
        value["sp"],
        value["adkim"],
        value["aspf"],
        value.get("t") == "y",
    )
    assert read.non_existent == value.get("np", value["sp"])


@pytest.mark.parametrize("texts", NONE, ids=lambda texts: str(texts).replace("\\", "?"))
def test_no_record(texts: list[str]) -> None:
    """What is no record applies no policy; the library refuses each as well, but for a space before it."""
    assert dmarc(texts) is None
    if len(texts) == 1 and texts[0] not in LENIENT:
        with pytest.raises(DMARCError):
            parse_dmarc_record(texts[0], "acme.example")


@pytest.mark.parametrize(("one", "two"), SAME)
def test_equal_in_meaning(one: str, two: str) -> None:
    """Order, whitespace, defaults that are written out and the case of hosts change nothing."""
    assert dmarc([one]) == dmarc([two]) != None  # noqa: E711 - and both are records


@pytest.mark.parametrize("text", OTHER)
def test_another_meaning(text: str) -> None:
    """Every tag that a receiver acts on counts, those of the successor too."""
    assert dmarc([text]) != dmarc(["v=DMARC1; p=none"])


PLAIN: dict[str, Any] = {"policy": "none", "subdomains": "none", "non_existent": "none"}
REPORTS = {"rua": frozenset({"mailto:A@x.example"}), "ruf": frozenset({"mailto:f@x.example", "mailto:g@y.example!10m"})}
ALL: dict[str, dict[str, Any]] = {
    "": PLAIN,
    "sp=Quarantine": {**PLAIN, "subdomains": "quarantine", "non_existent": "quarantine"},
    "sp=reject; np=NONE": {**PLAIN, "subdomains": "reject"},
    "adkim=S; aspf=S": {**PLAIN, "dkim_alignment": "s", "spf_alignment": "s"},
    "adkim=x; aspf=rs": PLAIN,
    "pct=0": {**PLAIN, "percent": 0},
    "pct=100": PLAIN,
    "pct=101": PLAIN,
    "pct=-1": PLAIN,
    "t=Y; psd=Y": {**PLAIN, "testing": True, "psd": "y"},
    "t=n; psd=q": PLAIN,
    "fo=1": PLAIN,
    "rua=MAILTO:A@X.example; ruf=mailto:f@x.example , mailto:g@Y.example!10m,odd; fo=1: D": {
        **PLAIN, **REPORTS, "failures": frozenset({"1", "d"}),
    },
    "rua=mailto:C:D@E@X.example": {**PLAIN, "rua": frozenset({"mailto:C:D@E@x.example"})},
    "ruf=mailto:f@x.example": {**PLAIN, "ruf": frozenset({"mailto:f@x.example"})},
    "odd; SP=reject": {**PLAIN, "subdomains": "reject", "non_existent": "reject"},
}  # fmt: skip


@pytest.mark.parametrize("tags", ALL)
def test_every_tag_has_its_value_or_its_default(tags: str) -> None:
    """What is wrong is as if it were not there."""
    assert dmarc([f"v=DMARC1; p=none; {tags}"]) == DmarcReading(**ALL[tags])


@pytest.mark.parametrize("wrong", ["p=stop", "p=reject; sp=stop", "p=reject; np=stop"])
def test_a_policy_that_there_is_not_asks_for_reports_alone(wrong: str) -> None:
    """Where there is an address for them; else nothing is asked (RFC 9989 section 4.10.1)."""
    address = frozenset({"mailto:a@x.example"})
    assert dmarc([f"v=DMARC1; {wrong}; rua=mailto:a@x.example"]) == DmarcReading(**PLAIN, rua=address)
    assert dmarc([f"v=DMARC1; {wrong}"]) is None


def test_what_is_a_record_is_known_by_its_beginning() -> None:
    """A third party's leave to get reports has nothing more."""
    assert dmarc_texts(["a", "v=DMARC1", "v=DMARC1;p=none"]) == ["v=DMARC1", "v=DMARC1;p=none"]


def test_a_percentage_of_many_digits_is_as_none() -> None:
    """Python refuses to read a number of more than 4300 digits."""
    found = dmarc([f"v=DMARC1; p=reject; pct={'9' * 5000}"])
    assert found is not None
    assert found.percent == 100
