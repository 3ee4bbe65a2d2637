"""SPF records are judged as pyspf judges them, which nobody here wrote, for mail from one of SES's addresses."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

import pytest
import spf as pyspf

from tenant_email.aws.spf import evaluate, evaluate_sender
from tenant_email.aws.spf_record import expand

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "bounce.acme.example"
SENDER = "199.255.192.9"
SES = {"amazonses.com": ["v=spf1 ip4:199.255.192.0/22 -all"]}
NESTED = {
    "ses.acme.example": ["v=spf1 include:amazonses.com -all"],
    "other.example": ["v=spf1 ip4:192.0.2.0/24 -all"],
    "soft.example": ["v=spf1 ~include:amazonses.com ?all"],
    "nothing.example": ["hello"],
    "wrong.example": ["v=spf1 inclde:amazonses.com"],
    "twice.example": ["v=spf1 -all", "v=spf1 +all"],
    "loop.example": ["v=spf1 include:loop.example"],
    "flat.example": ["v=spf1 ip4:199.255.192.0/22 -all"],
    "_spf.bounce.acme.example": ["v=spf1 include:amazonses.com -all"],
    **{f"deep{n}.example": [f"v=spf1 include:deep{n + 1}.example -all"] for n in range(12)},
}
OTHERS = " ".join(f"include:other{n}.example" for n in range(10))
NESTED |= {f"other{n}.example": ["v=spf1 ip4:192.0.2.0/24 -all"] for n in range(10)}
HOSTS = {"mail.acme.example": ["192.0.2.1"], "ses-range.example": ["199.255.192.7"]}
HOSTS |= {f"mx{n}.example": ["192.0.2.1"] for n in range(10)}
MX = {
    "acme.example": ["10 mail.acme.example"],
    "many.example": [f"10 mx{n}.example" for n in range(11)],
    "ten.example": [f"10 mx{n}.example" for n in range(10)],
    "range.example": ["10 ses-range.example"],
}

RECORDS = [
    "v=spf1 include:amazonses.com ~all",
    "v=spf1 include:amazonses.com -all",
    "v=spf1 include:amazonses.com",
    "V=SPF1 INCLUDE:AmazonSES.com ~ALL",
    "v=spf1 +include:amazonses.com -all",
    "v=spf1 include:amazonses.com. -all",
    "v=spf1 -include:amazonses.com ~all",
    "v=spf1 ~include:amazonses.com -all",
    "v=spf1 ?include:amazonses.com -all",
    "v=spf1 ~all include:amazonses.com",
    "v=spf1 -all include:amazonses.com",
    "v=spf1 +all",
    "v=spf1",
    "v=spf1 -all",
    "v=spf1   include:amazonses.com   ~all  ",
    "v=spf10 include:amazonses.com ~all",
    " v=spf1 include:amazonses.com ~all",
    "v=spf1include:amazonses.com ~all",
    "v=spf1 redirect=amazonses.com",
    "v=spf1 redirect=ses.acme.example",
    "v=spf1 redirect=_spf.%{d}",
    "v=spf1 redirect=nothing.example",
    "v=spf1 redirect=other.example",
    "v=spf1 ~all redirect=ses.acme.example",
    "v=spf1 redirect=ses.acme.example redirect=other.example",
    "v=spf1 include:ses.acme.example -all",
    "v=spf1 include:_spf.%{d} -all",
    "v=spf1 include:soft.example -all",
    "v=spf1 include:nothing.example include:amazonses.com -all",
    "v=spf1 include:wrong.example include:amazonses.com -all",
    "v=spf1 include:twice.example include:amazonses.com -all",
    "v=spf1 include:loop.example include:amazonses.com -all",
    "v=spf1 include:deep0.example include:amazonses.com -all",
    f"v=spf1 {OTHERS} include:amazonses.com -all",
    f"v=spf1 include:amazonses.com {OTHERS} -all",
    f"v=spf1 {' '.join(OTHERS.split()[:9])} include:amazonses.com -all",
    f"v=spf1 {' '.join(OTHERS.split()[:8])} redirect=ses.acme.example",
    "v=spf1 include:flat.example -all",
    "v=spf1 ip4:199.255.192.0/22 -all",
    "v=spf1 ip4:199.255.192.7/22 -all",
    "v=spf1 ip4:199.255.192.0/22 ip4:192.0.2.1 -all",
    "v=spf1 ip4:192.0.2.0/24 -all",
    "v=spf1 ip6:2001:db8::/32 include:amazonses.com -all",
    "v=spf1 ip4:192.0.2.0/33 include:amazonses.com -all",
    "v=spf1 ip4:192.0.2.0/024 include:amazonses.com -all",
    "v=spf1 ip4:192.0.2 include:amazonses.com -all",
    "v=spf1 ip4:192.0.2.0/255.255.255.0 include:amazonses.com -all",
    "v=spf1 ip6:192.0.2.1 include:amazonses.com -all",
    "v=spf1 a include:amazonses.com -all",
    "v=spf1 a:mail.acme.example/24 mx:acme.example include:amazonses.com -all",
    "v=spf1 a:ses-range.example/22 -all",
    "v=spf1 a:ses-range.example/22//64 -all",
    "v=spf1 a:mail.acme.example/99 include:amazonses.com -all",
    "v=spf1 a:no1.example a:no2.example include:amazonses.com -all",
    "v=spf1 a:no1.example a:no2.example a:no3.example include:amazonses.com -all",
    "v=spf1 mx:many.example include:amazonses.com -all",
    "v=spf1 mx:ten.example include:amazonses.com -all",
    "v=spf1 mx:range.example/22 -all",
    "v=spf1 exists:mail.acme.example -all",
    "v=spf1 -exists:nowhere.example include:amazonses.com -all",
    "v=spf1 exists:%{q}.example include:amazonses.com -all",
    "v=spf1 include:amazonses.com exp=why.acme.example -all",
    "v=spf1 include:amazonses.com unknown=x -all",
    "v=spf1 include:amazonses.com unknown:x -all",
    "v=spf1 include:amazonses.com ipv4:192.0.2.1 -all",
    "v=spf1 include: amazonses.com -all",
    "v=spf1 include=amazonses.com -all",
    "v=spf1 include:amazonses.com,-all",
    "v=spf1 include:amazonses.com; -all",
    "v=spf1 include:amazonses.com all:x",
    "v=spf1 include:amazonses.com/24 -all",
    "v=spf1 include:amazonses.com\t-all",
    'v=spf1 "include:amazonses.com" -all',
    "v=spf1 include:amazonses.com ~all ~all",
    "v=spf1 include:email.amazonses.com -all",
    "v=spf1 include:amazonses.com.acme.example -all",
    "v=spf1 ptr -all",
    "v=spf1 ptr include:amazonses.com -all",
    "v=spf1 ptr:acme.example include:amazonses.com -all",
    "v=spf1 ptr: include:amazonses.com -all",
    "v=spf1 include:amazonses.com all:",
    "v=spf1 ~all: include:amazonses.com",
    "v=spf1 redirect=192.0.2.1",
    "v=spf1 include:amazonses.com redirect=",
    "v=spf1 include:192.0.2.1 include:amazonses.com -all",
    "v=spf1 include:amazonses.com -all\u00e4",
]
BESIDE = [
    ["site-verification=1", "v=spf1 include:amazonses.com ~all"],
    ["v=spf1 include:amazonses.com ~all", "v=spf1 -all"],
    ["v=spf1 include:amazonses.com ~all", "v=spf1 include:amazonses.com ~all"],
    ["v=spf1 include:amazonses.com ~all", "v=DMARC1; p=none"],
    ["v=spf2.0/pra -all", "v=spf1 include:amazonses.com ~all"],
    ["site-verification=1"],
    [],
]


class Dns:
    """A few names, for pyspf and for the evaluation here."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = {**SES, **NESTED, NAME: list(texts)}

    def lookup(self, name: str, kind: str) -> Sequence[str]:
        """Answers as the evaluation here asks."""
        return {"TXT": self._texts, "A": HOSTS, "MX": MX}.get(kind, {}).get(name, [])

    def for_pyspf(self, name: str, kind: str, *_: object) -> list[Any]:
        """Answers as pyspf asks."""
        values: Any = self.lookup(name.rstrip(".").lower(), kind)
        if kind == "TXT":
            values = [(value.encode(),) for value in values]
        elif kind == "MX":
            values = [(int(value.split()[0]), value.split()[1]) for value in values]
        return [((name, kind), value) for value in values]


def named(texts: Sequence[str]) -> str:
    """Returns the name of a case; pytest does not find one again whose name has a backslash."""
    return ascii(texts).replace("\\", "?")


@pytest.mark.parametrize("texts", [*([text] for text in RECORDS), *BESIDE], ids=named)
def test_as_pyspf_judges(texts: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Every record comes to pyspf's result, reasons for none of them hidden."""
    dns = Dns(texts)
    monkeypatch.setattr(pyspf, "DNSLookup", dns.for_pyspf)
    theirs, *_ = pyspf.check2(SENDER, f"bounce@{NAME}", "mail.amazonses.com")
    ours = evaluate(NAME, texts, dns.lookup)
    assert ours.result == theirs, ours


WHY = {
    "v=spf1 include:amazonses.com -all": "SPF pass",
    "v=spf1 -all include:amazonses.com": "SPF fail: -all decides, and SES's include does not come before it",
    "v=spf1 +all": "SPF pass: all decides, and SES's include does not come before it",
    "v=spf1 ~include:amazonses.com": "SPF softfail",
    "v=spf1": "SPF neutral: nothing in it matches mail from SES; include:amazonses.com is missing",
    "v=spf1 redirect=amazonses.com": "SPF pass",
    "v=spf1 redirect=%{l}.example": "SPF neutral: its redirect depends on the mail",
    "v=spf1 redirect=nothing.example": "SPF permerror: it redirects to nothing.example, which has no SPF record",
    "v=spf1 include:nothing.example": "SPF permerror: it includes nothing.example, which has no SPF record",
    "v=spf1 include:twice.example": "SPF permerror: twice.example has 2 SPF records, which counts as none",
    "v=spf1 redirect=twice.example": "SPF permerror: twice.example has 2 SPF records, which counts as none",
    "v=spf1 a:no1.example a:no2.example include:no3.example": (
        "SPF permerror: it includes no3.example, which has no SPF record"
    ),
    "v=spf1 a:no1.example a:no2.example redirect=no3.example": (
        "SPF permerror: it redirects to no3.example, which has no SPF record"
    ),
    f"v=spf1 {OTHERS} include:amazonses.com": "SPF permerror: it needs more than 10 lookups",
    "v=spf1 a:no1.example a:no2.example a:no3.example": "SPF permerror: more than 2 of its lookups find nothing",
    "v=spf1 mx:many.example": "SPF permerror: many.example has more than 10 MX records",
    f"v=spf1 {'x' * 50}:y": f"SPF permerror: '{'x' * 40}' is not an SPF mechanism",
    f"v=spf1 exp=x exp={'y' * 50}.z": f"SPF permerror: 'exp={'y' * 36}' appears twice or names no domain",
    "v=spf1 include:amazonses.com exp=192.0.2.1": "SPF permerror: 'exp=192.0.2.1' appears twice or names no domain",
    f"v=spf1 unknown=%{'x' * 50}": f"SPF permerror: 'unknown=%{'x' * 31}' has an invalid macro",
    f"v=spf1 \u00e4{'x' * 50}": f"SPF permerror: '\u00e4{'x' * 39}' contains something other than plain text",
    "hello": f"SPF none: {NAME} has no SPF record",
}


@pytest.mark.parametrize("text", WHY)
def test_the_reason_is_reported(text: str) -> None:
    """In words that whoever has the record can use."""
    assert str(evaluate(NAME.upper(), [text], Dns([text]).lookup)) == WHY[text]


def test_a_dns_that_fails_leaves_it_open() -> None:
    """For now: another try may find it."""

    def down(name: str, kind: str) -> Sequence[str]:
        raise LookupError(f"no answer for {name} {kind}")

    assert str(evaluate(NAME, ["v=spf1 include:x.example"], down)) == "SPF temperror: no answer for x.example TXT"
    assert str(evaluate(NAME, ["v=spf1 ip4:199.255.192.0/22"], down)).startswith("SPF neutral: ")
    assert evaluate(NAME, ["v=spf1 include:x.example include:amazonses.com"]).passes


def test_a_record_that_names_ses_first_asks_nobody() -> None:
    """No address matters then; and where nobody may be asked, a redirect leads nowhere."""

    def never(name: str, kind: str) -> Sequence[str]:
        raise AssertionError(name, kind)

    for text in ("v=spf1 include:amazonses.com", "V=SPF1 include:AmazonSES.com ip4:192.0.2.1 -all"):
        assert evaluate(NAME, [text], never).passes
    assert not evaluate(NAME, ["v=spf1 redirect=ses.acme.example"]).passes
    assert evaluate(NAME, ["v=spf1 redirect=amazonses.com"]).passes


@pytest.mark.parametrize(
    ("terms", "passes"),
    [
        ("ip4:199.255.192.0/22 ip6:2001:db8::/32", True),
        ("ip4:199.255.192.0/22", False),
        ("ip6:2001:db8::/32", False),
        ("ip4:199.255.192.0/22 ip6:2001:db8:1::/48", False),
        ("ip4:199.255.192.0/22 a:six.example//32", True),
        ("ip4:199.255.192.0/22 a:six.example//64", False),
    ],
)
def test_every_network_of_ses_must_pass(terms: str, *, passes: bool) -> None:
    """Which of them will send is not known, IPv6 included."""
    ses = {"amazonses.com": ["v=spf1 ip4:199.255.192.0/24 ip6:2001:db8::/40 -all"]}
    told = {"TXT": ses, "AAAA": {"six.example": ["2001:db8::7"]}}
    judgement = evaluate(NAME, [f"v=spf1 {terms} -all"], lambda name, kind: told.get(kind, {}).get(name, []))
    assert judgement.passes is passes


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("_spf.%{d}", "_spf.bounce.acme.example"),
        ("%{d2}.x", "acme.example.x"),
        ("%{O1}", "example"),
        ("%{dr}", "example.acme.bounce"),
        ("%{d1r}", "bounce"),
        ("%%a%_b%-c.X.", "%a b%20c.x"),
        ("%{l}.%{d}", None),
        ("%{d}.%{i}", None),
    ],
)
def test_macros(text: str, expanded: str | None) -> None:
    """RFC 7208 section 7: letters, how many labels, in which direction; what the mail says is not known."""
    assert expand(text, NAME) == expanded


def test_macros_of_a_mail() -> None:
    """Its local part may hold any letter, and is cut at the dots alone where no other sign is named."""
    assert expand("%{l1}.%{L2r-}.%{o}.%{i}", NAME, {"l": "a.Xb-Cd", "o": "x.example"}) is None
    assert expand("%{l1}.%{L2r-}.%{o}", NAME, {"l": "a.Xb-Cd", "o": "x.example"}) == "xb-cd.cd.a.xb.x.example"


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ("v=spf1 redirect=amazonses.com", "SPF fail: -all decides, and what allows the server does not come before it"),
        ("v=spf1 ip4:192.0.2.9 redirect=amazonses.com", "SPF pass"),
        ("v=spf1 ip4:192.0.2.10", "SPF neutral: nothing in it matches the server"),
    ],
)
def test_of_a_mail_the_server_decides(record: str, said: str) -> None:
    """What SES sends from is looked up too: that a domain names SES does not make the server one of SES's."""
    sender = ip_network("192.0.2.9")
    assert str(evaluate_sender(NAME, [record], sender, {}, Dns([record]).lookup)) == said
