"""What is wrong with many tenants for one reason is one problem, at the defaults, and names those that it is of."""

from __future__ import annotations

import pytest

from support.fleet_texts import read, said

PROVIDER = "{kind: auth0.smtp, host: smtp.acme.com, username: acme, password_env: SMTP_PASSWORD}"
WITHOUT_HOST = PROVIDER.replace("host: smtp.acme.com, ", "")
HOST = "{provider: {kind: auth0.smtp, host: smtp.acme.com, password_env: SMTP_PASSWORD}}"


def fleet(defaults: str, *emails: str, domains: str = "{}") -> str:
    """Returns a file with a tenant for each email: t0, t1, …; the first one is in line 5."""
    tenants = "".join(
        f"  t{number}: {{platform: auth0, url: t{number}.eu.auth0.com, clientId: c, clientSecretEnv: S, "
        f"email: {email}}}\n"
        for number, email in enumerate(emails)
    )
    return f"version: 1\ndefaults: {defaults}\nsending_domains: {domains}\ntenants:\n{tenants}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            fleet("{auth0: {starters: [verify_email]}}", *["{}"] * 50),
            ["2:20 defaults.auth0.starters: need a brand, and there is none"],
        ),
        (
            fleet(f"{{auth0: {{provider: {WITHOUT_HOST}}}}}", *["{}"] * 50),
            ["2:20 defaults.auth0.provider.host: is missing"],
        ),
        (fleet("{all: {enabled: true}}", "{}", "{}"), ["2:12 defaults.all: has neither a provider nor templates"]),
    ],
)
def test_of_all(text: str, expected: list[str]) -> None:
    """A mistake of the defaults is one problem, however many tenants take it, and is not said of any."""
    assert said(text) == expected


def test_of_some() -> None:
    """A default that only some tenants cannot have names them: nothing else would say which they are."""
    shared = "{mail: {domain: a.com, region: eu-west-1}, other: {domain: b.com, region: eu-west-1}}"
    default = "{auth0: {from_address: n@a.com, provider: {kind: auth0.ses, from_ses: true}}}"
    other = ["{sending_domain: other}"] * 5
    outside = "n@a.com is not in the verified domain b.com"
    found = said(fleet(default, "{sending_domain: mail}", "{}", *other, domains=shared))
    assert found == [
        f"2:20 defaults.auth0.from_address: {outside} (tenants.t2, tenants.t3, tenants.t4 and 2 more)",
        "2:71 defaults.auth0.provider.from_ses: needs a sending domain, and there is none (tenants.t1)",
    ]


def test_what_some_forgot() -> None:
    """What the others have added to the defaults is missing in the tenants, each in its line."""
    found = said(fleet(f"{{auth0: {{provider: {WITHOUT_HOST}}}}}", HOST, "{}", HOST, "{enabled: true}"))
    assert found == [
        "6:80 tenants.t1.email.provider.host: is missing",
        "8:80 tenants.t3.email.provider.host: is missing",
    ]


def test_what_tenants_say_themselves() -> None:
    """The same mistake in each tenant's own lines is theirs, and an only tenant's is not that of all."""
    own = f"{{provider: {WITHOUT_HOST}}}"
    found = said(fleet("{auth0: {enabled: true}}", own, own))
    assert [each.partition(": ")[0].partition(" ")[2] for each in found] == [
        "tenants.t0.email.provider.host",
        "tenants.t1.email.provider.host",
    ]
    assert said(fleet("{all: {enabled: true}}", "{}")) == [
        "5:80 tenants.t0.email: has neither a provider nor templates"
    ]


def test_a_warning_of_the_defaults() -> None:
    """It is told once too."""
    warnings = read(fleet(f"{{auth0: {{from_address: bär@acme.com, provider: {PROVIDER}}}}}", *["{}"] * 9)).warnings
    assert [(each.line, each.path) for each in warnings] == [(2, "defaults.auth0.provider")]
    assert "tenants." not in warnings[0].what
