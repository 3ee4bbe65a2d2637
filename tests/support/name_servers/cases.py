"""Zones as they are found, each with what should be said of one record in it.

A case is a zone `<name>.example` with its name servers, and the record that is looked for. Whether that record works is
not written here: a validating resolver with dkimpy, pyspf and checkdmarc says so when the test runs (judges.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Literal

from tenant_email.aws.dns_findings import Status

Kind = Literal["easy", "own", "mx", "spf", "dmarc", "leave", "tls", "sts"]
Signing = Literal["", "good", "expired", "other-ds", "stripped", "unknown-algorithm"]

EASY: Final = "t1._domainkey CNAME t1.dkim.amazonses.com."
_TOKEN: Final = "t1 CNAME t1.dkim.amazonses.com."
MX: Final = "bounce MX 10 feedback-smtp.eu-west-1.amazonses.com."
SPF: Final = 'bounce TXT "v=spf1 include:amazonses.com ~all"'
DMARC: Final = '_dmarc TXT "v=DMARC1; p=none;"'


@dataclass(frozen=True)
class Below:
    """A zone delegated by a case's own."""

    label: str
    zone: str
    servers: tuple[str, ...] = ("nsd",)


@dataclass(frozen=True)
class Case:
    """A zone, one line a record, relative to it; `{own}` stands for the public key of the user's own DKIM key.

    `servers` are those that the zone and the registry name, `registry` those of the registry where they are others.
    """

    name: str
    kind: Kind
    status: Status
    zone: str
    servers: tuple[str, ...] = ("bind",)
    registry: tuple[str, ...] | None = None
    signing: Signing = ""
    signing_at: dict[str, Signing] = field(default_factory=dict[str, Signing])
    below: tuple[Below, ...] = ()
    delegated: bool = True


HELPER: Final = """
t1.alias CNAME t1.dkim.amazonses.com.
t2.alias CNAME t2.dkim.amazonses.com.
mx MX 10 feedback-smtp.eu-west-1.amazonses.com.
spf TXT "v=spf1 include:amazonses.com -all"
other TXT "v=spf1 ip4:192.0.2.0/24 -all"
nested TXT "v=spf1 include:spf.helper.example -all"
dmarc TXT "v=DMARC1; p=none;"
tls TXT "v=TLSRPTv1; rua=mailto:tls@acme.example"
sts TXT "v=STSv1; id=a1;"
own TXT {own}
"""
"""The zone helper.example, which aliases and includes lead to."""

_OTHERS: Final = " ".join(f"include:o{number}.helper.example" for number in range(10))
HELPER_OTHERS: Final = "".join(f'o{number} TXT "v=spf1 ip4:192.0.2.{number} -all"\n' for number in range(10))


def _spf(text: str) -> str:
    chunks = (text[start : start + 200] for start in range(0, len(text), 200))
    return "bounce TXT " + " ".join(f'"{chunk}"' for chunk in chunks)


_LARGE: Final = "".join(f'\n{{name}} TXT "{number}{"x" * 240}"' for number in range(9))
"""Texts that fit into no answer over UDP."""


def _hops(number: int) -> str:
    names = ["t1._domainkey", *(f"h{each}" for each in range(number)), "t1.dkim.amazonses.com."]
    return "\n".join(f"{name} CNAME {target}" for name, target in pairwise(names))


ZONES: Final = [
    # DKIM CNAMEs
    Case("right", "easy", Status.OK, EASY, ("bind", "knot", "nsd")),
    Case("case", "easy", Status.OK, "T1._DomainKey CNAME T1.DKIM.AmazonSES.com."),
    Case("two-hops", "easy", Status.OK, "t1._domainkey CNAME t1.alias.helper.example."),
    Case(
        "hops-in-the-zone",
        "easy",
        Status.OK,
        "t1._domainkey CNAME a\na CNAME b\nb CNAME c\nc CNAME t1.dkim.amazonses.com.",
        ("knot",),
    ),
    Case("dname", "easy", Status.OK, "_domainkey DNAME dkim.amazonses.com.", ("bind", "knot", "nsd")),
    Case("dname-to-aliases", "easy", Status.OK, "_domainkey DNAME alias.helper.example.", ("nsd",)),
    Case("dname-elsewhere", "easy", Status.WRONG_VALUE, "_domainkey DNAME dkim.helper.example.", ("nsd",)),
    Case(
        "own-zone-for-keys", "easy", Status.OK, "", below=(Below("_domainkey", _TOKEN),)
    ),
    Case(
        "back-into-the-parent",
        "easy",
        Status.OK,
        "back CNAME t1.dkim.amazonses.com.",
        below=(Below("_domainkey", "t1 CNAME back.{zone}."),),
    ),
    Case(
        "back-into-nothing",
        "easy",
        Status.WRONG_VALUE,
        "other A 192.0.2.1",
        below=(Below("_domainkey", "t1 CNAME back.{zone}."),),
    ),
    Case("keys-not-served", "easy", Status.TIMEOUT, "", below=(Below("_domainkey", "", ("dead",)),)),
    Case("keys-lame", "easy", Status.LAME, "", below=(Below("_domainkey", "", ("lame",)),)),
    Case("above-a-delegation", "easy", Status.ABSENT, EASY, below=(Below("_domainkey", "other A 192.0.2.1"),)),
    Case("absent", "easy", Status.ABSENT, "www A 192.0.2.1", ("knot",)),
    Case("another-region", "easy", Status.WRONG_VALUE, "t1._domainkey CNAME t1.dkim.eu-south-1.amazonses.com."),
    Case("typo", "easy", Status.WRONG_VALUE, "t1._domainkey CNAME t1.dkim.amazonses.con."),
    Case("another-token", "easy", Status.WRONG_VALUE, "t1._domainkey CNAME t2.dkim.amazonses.com."),
    Case("hops-to-another-token", "easy", Status.WRONG_VALUE, "t1._domainkey CNAME t2.alias.helper.example."),
    Case("loop", "easy", Status.WRONG_VALUE, "t1._domainkey CNAME a\na CNAME t1._domainkey", ("nsd",)),
    Case("no-final-dot", "easy", Status.WRONG_VALUE, "t1._domainkey CNAME t1.dkim.amazonses.com"),
    Case("text-instead", "easy", Status.WRONG_TYPE, 't1._domainkey TXT "t1.dkim.amazonses.com"'),
    Case("proxied", "easy", Status.PROXIED, "t1._domainkey A 192.0.2.1"),
    Case("wildcard-address", "easy", Status.PROXIED, "* A 192.0.2.1"),
    Case("wildcard-text", "easy", Status.WRONG_TYPE, '* TXT "hello"'),
    Case("nothing-at-the-name", "easy", Status.WRONG_TYPE, 'below.t1._domainkey TXT "hello"'),
    Case("doubled", "easy", Status.DOUBLED_SUFFIX, "t1._domainkey.{zone} CNAME t1.dkim.amazonses.com."),
    Case("doubled-and-wrong", "easy", Status.ABSENT, "t1._domainkey.{zone} CNAME elsewhere.helper.example."),
    Case("doubled-behind-wildcard", "easy", Status.PROXIED, "t1._domainkey.{zone} A 192.0.2.1\n* A 192.0.2.1"),
    # servers
    Case("dead-among-good", "easy", Status.OK, EASY, ("dead", "bind")),
    Case("silent-among-good", "easy", Status.OK, EASY, ("silent", "bind")),
    Case("nameless-among-good", "easy", Status.OK, EASY, ("nameless", "bind")),
    Case("name-times-out-among-good", "easy", Status.OK, EASY, ("name-times-out", "bind")),
    Case("garbage-among-good", "easy", Status.OK, EASY, ("garbage", "bind")),
    Case("lame-among-good", "easy", Status.OK, EASY, ("lame", "bind")),
    Case("upward-among-good", "easy", Status.OK, EASY, ("upward", "bind")),
    Case("failing-among-good", "easy", Status.OK, EASY, ("failing", "nsd")),
    Case("closed-to-tcp-among-good", "easy", Status.OK, EASY, ("udp-only", "bind")),
    Case("ipv6-among-good", "easy", Status.OK, EASY, ("ipv6", "bind")),
    Case("formerr-to-edns", "easy", Status.OK, EASY, ("formerr",)),
    Case("notimp-among-good", "easy", Status.OK, EASY, ("notimp", "bind")),
    Case("badvers-among-good", "easy", Status.OK, EASY, ("badvers", "bind")),
    Case("silent-to-edns-among-good", "easy", Status.OK, EASY, ("drops-edns", "bind")),
    Case("badvers-to-edns", "easy", Status.NO_EDNS, EASY, ("badvers",)),
    Case("silent-to-edns", "easy", Status.NO_EDNS, EASY, ("drops-edns",)),
    Case("without-tcp", "easy", Status.OK, EASY, ("plain",)),
    Case("all-dead", "easy", Status.TIMEOUT, EASY, ("dead",)),
    Case("all-silent", "easy", Status.TIMEOUT, EASY, ("silent",)),
    Case("all-lame", "easy", Status.LAME, EASY, ("lame",)),
    Case("all-upward", "easy", Status.LAME, EASY, ("upward",)),
    Case("all-nameless", "easy", Status.UNDELEGATED, EASY, ("nameless",)),
    Case("all-failing", "easy", Status.SERVFAIL, EASY, ("failing",)),
    Case("all-closed-to-tcp", "easy", Status.TRUNCATED, EASY, ("udp-only",)),
    Case("all-dripping", "easy", Status.TRUNCATED, EASY, ("dripping",)),
    Case("dead-in-the-zone", "easy", Status.OK, EASY, ("dead",), registry=("bind",)),
    Case("undelegated", "easy", Status.UNDELEGATED, EASY, delegated=False),
    # MAIL FROM's MX
    Case("mx", "mx", Status.OK, MX, ("bind", "knot", "nsd")),
    Case("mx-preference", "mx", Status.OK, "bounce MX 0 Feedback-SMTP.eu-west-1.amazonses.com."),
    Case("mx-alias", "mx", Status.OK, "bounce CNAME mx.helper.example."),
    Case("mx-alias-in-the-zone", "mx", Status.OK, "bounce CNAME x\nx MX 10 feedback-smtp.eu-west-1.amazonses.com."),
    Case("mx-wildcard", "mx", Status.OK, "* MX 10 feedback-smtp.eu-west-1.amazonses.com."),
    Case("mx-two", "mx", Status.WRONG_VALUE, f"{MX}\nbounce MX 20 mx.helper.example."),
    Case("mx-region", "mx", Status.WRONG_VALUE, "bounce MX 10 feedback-smtp.us-east-1.amazonses.com."),
    Case("mx-no-final-dot", "mx", Status.WRONG_VALUE, "bounce MX 10 feedback-smtp.eu-west-1.amazonses.com"),
    Case("mx-null", "mx", Status.WRONG_VALUE, "bounce MX 0 ."),
    Case("mx-missing", "mx", Status.WRONG_TYPE, SPF),
    Case("mx-doubled", "mx", Status.DOUBLED_SUFFIX, "bounce.{zone} MX 10 feedback-smtp.eu-west-1.amazonses.com."),
    Case(
        "mx-wildcard-is-no-doubling",
        "mx",
        Status.WRONG_TYPE,
        f"{SPF}\n* MX 10 feedback-smtp.eu-west-1.amazonses.com.",
    ),
    # MAIL FROM's SPF
    Case("spf", "spf", Status.OK, SPF, ("bind", "knot", "nsd")),
    Case("spf-qualifier", "spf", Status.OK, _spf("v=spf1 +include:amazonses.com -all")),
    Case("spf-final-dot", "spf", Status.OK, _spf("v=spf1 include:amazonses.com. -all")),
    Case("spf-redirect", "spf", Status.OK, _spf("v=spf1 redirect=spf.helper.example")),
    Case("spf-nested", "spf", Status.OK, _spf("v=spf1 include:nested.helper.example -all")),
    Case("spf-nested-macro", "spf", Status.OK, _spf("v=spf1 include:x.%{d} -all") + '\nx.bounce TXT "v=spf1 +all"'),
    Case("spf-others-first", "spf", Status.OK, _spf("v=spf1 include:other.helper.example include:amazonses.com -all")),
    Case("spf-addresses", "spf", Status.OK, _spf("v=spf1 ip4:54.240.0.0/16 ip4:199.255.192.0/22 -all")),
    Case("spf-some-addresses", "spf", Status.WRONG_VALUE, _spf("v=spf1 ip4:199.255.192.0/22 -all")),
    Case("spf-alias", "spf", Status.OK, "bounce CNAME spf.helper.example."),
    Case("spf-beside", "spf", Status.OK, f'{SPF}\nbounce TXT "site-verification=1"'),
    Case("spf-chunks", "spf", Status.OK, 'bounce TXT "v=spf1 include:amaz" "onses.com ~all"'),
    Case("spf-all-first", "spf", Status.WRONG_VALUE, _spf("v=spf1 ~all include:amazonses.com")),
    Case("spf-neutral", "spf", Status.WRONG_VALUE, _spf("v=spf1 ?include:amazonses.com -all")),
    Case("spf-other", "spf", Status.WRONG_VALUE, _spf("v=spf1 include:other.helper.example -all")),
    Case("spf-void", "spf", Status.WRONG_VALUE, _spf("v=spf1 include:nowhere.helper.example include:amazonses.com")),
    Case("spf-two", "spf", Status.WRONG_VALUE, f'{SPF}\nbounce TXT "v=spf1 -all"'),
    Case("spf-typo", "spf", Status.WRONG_VALUE, _spf("v=spf1 inclde:amazonses.com include:amazonses.com ~all")),
    Case("spf-version", "spf", Status.WRONG_VALUE, _spf("v=spf10 include:amazonses.com ~all")),
    Case("spf-case", "spf", Status.OK, _spf("V=SPF1 INCLUDE:AMAZONSES.COM -ALL")),
    Case("spf-spaces", "spf", Status.OK, _spf("v=spf1   include:amazonses.com  -all ")),
    Case("spf-tab", "spf", Status.WRONG_VALUE, _spf("v=spf1\\009include:amazonses.com -all")),
    Case("spf-semicolon", "spf", Status.WRONG_VALUE, _spf("v=spf1; include:amazonses.com -all")),
    Case("spf-leading-zero", "spf", Status.WRONG_VALUE, _spf("v=spf1 ip4:54.240.0.0/018 include:amazonses.com -all")),
    Case("spf-unknown-modifier", "spf", Status.OK, _spf("v=spf1 include:amazonses.com -all v=spf1 -all")),
    Case("spf-dash", "spf", Status.WRONG_VALUE, _spf("v=spf1 include:amazonses.com \\226\\128\\147all")),
    Case("spf-eleven", "spf", Status.WRONG_VALUE, _spf(f"v=spf1 {_OTHERS} include:amazonses.com -all")),
    Case("spf-ten", "spf", Status.OK, _spf(f"v=spf1 {_OTHERS.partition(' ')[2]} include:amazonses.com -all")),
    Case("spf-chunks-apart", "spf", Status.WRONG_VALUE, 'bounce TXT "v=spf1" "include:amazonses.com ~all"'),
    Case("spf-missing", "spf", Status.WRONG_TYPE, MX),
    Case("spf-other-texts", "spf", Status.WRONG_VALUE, 'bounce TXT "site-verification=1"'),
    Case("spf-doubled", "spf", Status.DOUBLED_SUFFIX, f'{MX}\nbounce.{{zone}} TXT "v=spf1 include:amazonses.com ~all"'),
    Case("spf-wildcard-is-no-doubling", "spf", Status.WRONG_TYPE, f'{MX}\n* TXT "v=spf1 include:amazonses.com ~all"'),
    # a DKIM key of one's own
    Case("own", "own", Status.OK, "sel._domainkey TXT {own}", ("bind", "knot", "nsd")),
    Case("own-tags", "own", Status.OK, 'sel._domainkey TXT "v=DKIM1; k=rsa; t=s; h=sha256; s=email; " {own}'),
    Case("own-alias", "own", Status.OK, "sel._domainkey CNAME own.helper.example."),
    Case("own-escaped-in-the-file", "own", Status.OK, 'sel._domainkey TXT "v=DKIM1\\; k=rsa\\; " {own}'),
    Case("own-escaped", "own", Status.WRONG_VALUE, 'sel._domainkey TXT "v=DKIM1\\\\; k=rsa\\\\; " {own}'),
    Case("own-version", "own", Status.WRONG_VALUE, 'sel._domainkey TXT "v=DKIM2; k=rsa; " {own}'),
    Case("own-type", "own", Status.WRONG_VALUE, 'sel._domainkey TXT "v=DKIM1; k=dsa; " {own}'),
    Case("own-twice-a-tag", "own", Status.WRONG_VALUE, 'sel._domainkey TXT "k=rsa; k=rsa; " {own}'),
    Case("own-revoked", "own", Status.WRONG_VALUE, 'sel._domainkey TXT "v=DKIM1; k=rsa; p="'),
    Case("own-absent", "own", Status.ABSENT, "www A 192.0.2.1"),
    Case("own-doubled", "own", Status.DOUBLED_SUFFIX, "sel._domainkey.{zone} TXT {own}"),
    # DMARC
    Case("dmarc", "dmarc", Status.OK, DMARC, ("bind", "knot", "nsd")),
    Case("dmarc-spelling", "dmarc", Status.OK, '_dmarc TXT "v=DMARC1 ;p=none; sp=none; adkim=r; np=none"'),
    Case("dmarc-beside", "dmarc", Status.OK, f'{DMARC}\n_dmarc TXT "hello"'),
    Case("dmarc-alias", "dmarc", Status.OK, "_dmarc CNAME dmarc.helper.example."),
    Case("dmarc-wildcard", "dmarc", Status.OK, '* TXT "v=DMARC1; p=none;"'),
    Case("dmarc-policy", "dmarc", Status.WRONG_VALUE, '_dmarc TXT "v=DMARC1; p=reject;"'),
    Case("dmarc-two", "dmarc", Status.WRONG_VALUE, f'{DMARC}\n_dmarc TXT "v=DMARC1; p=none"'),
    Case("dmarc-version", "dmarc", Status.WRONG_VALUE, '_dmarc TXT "v=DMARC2; p=none;"'),
    Case("dmarc-absent", "dmarc", Status.ABSENT, "www A 192.0.2.1"),
    Case("dmarc-letter", "dmarc", Status.OK, '_dmarc TXT "V=DMARC1; p=none"'),
    Case("dmarc-by-default", "dmarc", Status.OK, '_dmarc TXT "v=DMARC1"'),
    Case("dmarc-in-pieces", "dmarc", Status.OK, '_dmarc TXT "v=DM" "ARC1; p=" "none"'),
    Case("dmarc-odd-tags", "dmarc", Status.OK, '_dmarc TXT "v=DMARC1; x=y; p=NONE; pct=100; adkim=x"'),
    Case("dmarc-twice-a-tag", "dmarc", Status.WRONG_VALUE, '_dmarc TXT "v=DMARC1; p=none; p=none"'),
    Case("dmarc-small-version", "dmarc", Status.WRONG_VALUE, '_dmarc TXT "v=dmarc1; p=none"'),
    Case("dmarc-space-first", "dmarc", Status.WRONG_VALUE, '_dmarc TXT " v=DMARC1; p=none"'),
    Case("dmarc-escaped", "dmarc", Status.WRONG_VALUE, '_dmarc TXT "v=DMARC1\\\\; p=none"'),
    Case("dmarc-quotes-in-it", "dmarc", Status.WRONG_VALUE, '_dmarc TXT "\\"v=DMARC1; p=none\\""'),
    Case("dmarc-nonexistent", "dmarc", Status.WRONG_VALUE, '_dmarc TXT "v=DMARC1; p=none; np=reject"'),
    # the leave to send reports
    Case("leave", "leave", Status.OK, 'acme.example._report._dmarc TXT "v=DMARC1"'),
    Case("leave-wildcard", "leave", Status.OK, '*._report._dmarc TXT "v=DMARC1;"'),
    Case("leave-alias", "leave", Status.OK, "acme.example._report._dmarc CNAME dmarc.helper.example."),
    Case("leave-missing", "leave", Status.ABSENT, "www A 192.0.2.1"),
    Case("leave-other", "leave", Status.WRONG_VALUE, 'acme.example._report._dmarc TXT "yes"'),
    # reports of TLS
    Case("tls", "tls", Status.OK, '_smtp._tls.bounce TXT "v=TLSRPTv1;rua=mailto:tls@ACME.example;"'),
    Case("tls-alias", "tls", Status.OK, "_smtp._tls.bounce CNAME tls.helper.example."),
    Case("tls-beside", "tls", Status.OK, '_smtp._tls.bounce TXT "v=TLSRPTv1; rua=mailto:tls@acme.example"\n'
         '_smtp._tls.bounce TXT "hello"'),
    Case("tls-two", "tls", Status.WRONG_VALUE, '_smtp._tls.bounce TXT "v=TLSRPTv1; rua=mailto:tls@acme.example"\n'
         '_smtp._tls.bounce TXT "v=TLSRPTv1; rua=mailto:b@acme.example"'),
    Case("tls-elsewhere", "tls", Status.WRONG_VALUE, '_smtp._tls.bounce TXT "v=TLSRPTv1; rua=mailto:b@acme.example"'),
    Case("tls-version", "tls", Status.WRONG_VALUE, '_smtp._tls.bounce TXT "v=TLSRPTv2; rua=mailto:tls@acme.example"'),
    # MTA-STS
    Case("sts", "sts", Status.OK, '_mta-sts.bounce TXT "v=STSv1; " "id=a1"'),
    Case("sts-alias", "sts", Status.OK, "_mta-sts.bounce CNAME sts.helper.example."),
    Case("sts-more-fields", "sts", Status.OK, '_mta-sts.bounce TXT "v=STSv1; id=a1; later=1;"'),
    Case("sts-another-id", "sts", Status.WRONG_VALUE, '_mta-sts.bounce TXT "v=STSv1; id=a2;"'),
    Case("sts-two", "sts", Status.WRONG_VALUE, '_mta-sts.bounce TXT "v=STSv1; id=a1;"\n'
         '_mta-sts.bounce TXT "v=STSv1; id=a2;"'),
    Case("sts-case", "sts", Status.WRONG_VALUE, '_mta-sts.bounce TXT "v=stsv1; id=a1;"'),
    Case("sts-at-the-domain", "sts", Status.ABSENT, '_mta-sts TXT "v=STSv1; id=a1;"'),
    # names that lead elsewhere
    Case("bounce-in-a-zone-of-its-own", "mx", Status.OK, "", below=(Below("bounce", MX.replace("bounce", "@")),)),
    Case("spf-in-a-zone-of-its-own", "spf", Status.OK, "", below=(Below("bounce", SPF.replace("bounce", "@")),)),
    Case("dmarc-in-a-zone-of-its-own", "dmarc", Status.OK, "", below=(Below("_dmarc", DMARC.replace("_dmarc", "@")),)),
    Case("dmarc-above-a-delegation", "dmarc", Status.WRONG_TYPE, DMARC, below=(Below("_dmarc", "www A 192.0.2.1"),)),
    Case("dmarc-zone-is-lame", "dmarc", Status.LAME, "", below=(Below("_dmarc", "", ("lame",)),)),
    Case("bounce-dname-beside", "mx", Status.OK, f"{MX}\nbounce DNAME helper.example."),
    Case("dmarc-dname", "dmarc", Status.WRONG_TYPE, "_dmarc DNAME dmarc.helper.example."),
    Case("dmarc-wildcard-alias", "dmarc", Status.WRONG_TYPE, "* CNAME www\nwww A 192.0.2.1"),
    Case("dmarc-wildcard-of-many", "dmarc", Status.OK, '* TXT "v=DMARC1; p=none"\n* TXT "a"\n* TXT "b"\n* TXT "c"'),
    Case("easy-wildcard-alias", "easy", Status.OK, "*._domainkey CNAME t1.dkim.amazonses.com."),
    Case("easy-wildcard-elsewhere", "easy", Status.WRONG_VALUE, "* CNAME www\nwww A 192.0.2.1"),
    Case("easy-eleven-hops", "easy", Status.OK, _hops(10), ("knot",)),
    Case("easy-thirty-hops", "easy", Status.WRONG_VALUE, _hops(29), ("bind",)),
    Case("easy-into-bogus", "easy", Status.BOGUS, "t1._domainkey CNAME t1._domainkey.expired.example."),
    Case("mx-into-bogus", "mx", Status.BOGUS, "bounce CNAME bounce.expired-mx.example."),
    Case("mx-into-lame", "mx", Status.WRONG_TYPE, "bounce CNAME bounce.all-lame.example."),
    Case("spf-includes-bogus", "spf", Status.WRONG_VALUE,
         _spf("v=spf1 include:bounce.signatures-lost.example include:amazonses.com -all")),
    Case("spf-includes-silent", "spf", Status.WRONG_VALUE,
         _spf("v=spf1 include:bounce.all-silent.example include:amazonses.com -all")),
    Case("spf-includes-an-alias", "spf", Status.OK, _spf("v=spf1 include:bounce.spf-alias.example -all")),
    Case("spf-includes-failing-last", "spf", Status.OK,
         _spf("v=spf1 include:amazonses.com include:bounce.all-silent.example -all")),
    # answers that need TCP, and odd times
    Case("dmarc-large", "dmarc", Status.OK, DMARC + _LARGE.format(name="_dmarc"),
         ("bind", "knot", "nsd")),
    Case("spf-large", "spf", Status.OK, SPF + _LARGE.format(name="bounce"),
         ("nsd",), signing="good"),
    Case("large-without-tcp", "dmarc", Status.TRUNCATED,
         DMARC + _LARGE.format(name="_dmarc"), ("plain",)),
    Case("times", "dmarc", Status.OK, '_dmarc 0 TXT "v=DMARC1; p=none;"', ("knot", "nsd")),
    Case("long-times", "dmarc", Status.OK, '_dmarc 2147483647 TXT "v=DMARC1; p=none;"', ("bind",)),
    # DNSSEC
    Case("signed", "easy", Status.OK, EASY, ("bind", "knot", "nsd"), signing="good"),
    Case("signed-dname", "easy", Status.OK, "_domainkey DNAME dkim.amazonses.com.", signing="good"),
    Case("signed-wildcard", "mx", Status.OK, "* MX 10 feedback-smtp.eu-west-1.amazonses.com.", signing="good"),
    Case("signed-own", "own", Status.OK, "sel._domainkey TXT {own}", ("knot",), signing="good"),
    Case("signed-and-absent", "easy", Status.ABSENT, "www A 192.0.2.1", signing="good"),
    Case("signed-parent", "easy", Status.OK, "", signing="good", below=(Below("_domainkey", _TOKEN),)),
    Case("expired", "easy", Status.BOGUS, EASY, ("bind", "nsd"), signing="expired"),
    Case("expired-mx", "mx", Status.BOGUS, MX, ("knot",), signing="expired"),
    Case("ds-of-another-key", "easy", Status.BOGUS, EASY, ("nsd",), signing="other-ds"),
    Case("signatures-lost", "spf", Status.BOGUS, SPF, ("bind",), signing="stripped"),
    Case("signed-behind-no-edns", "easy", Status.BOGUS, EASY, ("formerr",), signing="good"),
    Case("unknown-algorithm", "easy", Status.OK, EASY, signing="unknown-algorithm"),
    Case("expired-at-one", "easy", Status.OK, EASY, ("bind", "nsd"), signing="good", signing_at={"bind": "expired"}),
]  # fmt: skip
