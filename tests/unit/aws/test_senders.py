"""Which senders a policy allows, and which show that it does."""

from __future__ import annotations

import time

import pytest

from tenant_email.aws.senders import is_allowed, lies_in, senders_to_try

DOMAINS = ["acme.example", "brand.example"]


@pytest.mark.parametrize(
    ("address", "patterns", "allowed"),
    [
        ("a@acme.example", [], True),
        ("a@acme.example", ["a@acme.example"], True),
        ("A@acme.example", ["a@acme.example"], False),
        ("a@acme.example", ["a@ACME.example"], True),
        ("a@acme.example", ["*@acme.example"], True),
        ("a@acme.example", ["?@acme.example"], True),
        ("ab@acme.example", ["?@acme.example"], False),
        ("a@news.acme.example", ["*@*.acme.example"], True),
        ("a@acmeXexample", ["*@acme.example"], False),
        ("hi@xn--bro-hoa.example", ["hi@BÜRO.example"], True),
    ],
)
def test_addresses_are_judged_as_iam_judges_them(address: str, patterns: list[str], *, allowed: bool) -> None:
    """Letter by letter, with wildcards, and domains also as mail names them."""
    assert is_allowed(address, patterns) is allowed


def test_domains_hold_what_is_below_them() -> None:
    """Sub-domains are covered by their domain's identity, names that only end alike are not."""
    assert lies_in("a@News.ACME.example", DOMAINS)
    assert not lies_in("a@notacme.example", DOMAINS)


@pytest.mark.parametrize(
    ("addresses", "identities", "names", "senders"),
    [
        ([], [], [], ["key-check@acme.example", "key-check@brand.example"]),
        ([], ["ceo@acme.example"], [], ["key-check@acme.example", "key-check@brand.example", "ceo@acme.example"]),
        (["a@acme.example", "b@brand.example"], ["b@brand.example"], [], ["a@acme.example", "b@brand.example"]),
        (["no-*@*.brand.example"], [], [], ["no-key-check@key-check.brand.example"]),
        (["*"], [], ["Acme*"], ["Acme <key-check@acme.example>"]),
        (["*"], [], ["A?me*"], ["Axme <key-check@acme.example>"]),
        (["*"], [], ["*"], ["key-check <key-check@acme.example>"]),
        (["no-*reply*"], [], [], ["no-key-checkreply@acme.example"]),
        (["*.example"], [], [], ["key-check@acme.example"]),
        (["a@other.*"], [], [], []),
        (["hi@BÜRO.example"], [], ["Müller"], ["=?utf-8?q?M=C3=BCller?= <hi@xn--bro-hoa.example>"]),
    ],
)  # fmt: skip
def test_what_is_tried(addresses: list[str], identities: list[str], names: list[str], senders: list[str]) -> None:
    """Each address that is allowed, a pattern by one that it matches, and without any each identity."""
    assert senders_to_try(DOMAINS, addresses, identities, names) == senders


def test_a_pattern_of_many_wildcards_is_judged_at_once() -> None:
    """A regular expression is tried in all ways: of some wildcards more for years."""
    began = time.process_time()
    assert not is_allowed(f"{'a' * 50}@acme.com", ["*a" * 7 + "!"])
    assert time.process_time() - began < 1
    assert is_allowed("a[b]@acme.com", ["a[b]@*"])
