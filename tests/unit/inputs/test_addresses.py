"""Senders and other addresses: what is taken, and how what is not is to be written, in the same words everywhere."""

from __future__ import annotations

import time
from typing import Any

import pytest

from support.checking import TENANTS, reasons
from tenant_email.inputs.fields import address_of
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle

SMTP: dict[str, Any] = {"kind": "auth0.smtp", "host": "smtp.one.example", "username": "mailer", "password": "canary-pw"}
SES: dict[str, Any] = {
    "kind": "auth0.ses",
    "region": "eu-west-1",
    "access_key_id": "AKIA",
    "secret_access_key": "canary-key",
}
AIC: dict[str, Any] = {"kind": "pingone_aic.smtp", "host": "smtp.one.example"}
LOCAL = {"main": {"platform": "auth0", "url": "http://127.0.0.1:8080"}}


def provider(sender: str, settings: dict[str, Any] = SMTP, tenant: str = "main", **more: Any) -> list[str]:
    """Returns what is wrong with a provider that sends from an address."""
    return reasons(EmailProviderLifecycle, {"tenant": tenant, "settings": settings, "from_address": sender, **more})


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("no-reply@acme.com", "no-reply@acme.com"),
        ("Acme Inc. <no-reply@acme.com>", "no-reply@acme.com"),
        ('"Acme, Inc." <no-reply@acme.com>', "no-reply@acme.com"),
        (r'"Acme \"the\" Inc." <no-reply@acme.com>', "no-reply@acme.com"),
        ("Müller <no-reply@xn--mller-kva.example>", "no-reply@xn--mller-kva.example"),
        ("<a+b@acme.com>", "a+b@acme.com"),
    ],
)
def test_an_address_is_found(text: str, address: str) -> None:
    """A bare address, or one behind a name that is quoted where it has to be."""
    assert address_of(text) == address
    assert provider(text) == []


@pytest.mark.parametrize(
    ("sender", "refused"),
    [
        ("no-reply@auth0.company.example", False),
        ("Mail <no-reply@auth0.com.example>", False),
        ("x@AUTH0.com", True),
        ("Mail <x@auth0.com>", True),
        ("{{ application.name }} <x@auth0.com>", True),
    ],
)
def test_only_auth0s_own_domain_turns_customization_off(sender: str, *, refused: bool) -> None:
    """A domain that begins alike is the program's own."""
    template = {"kind": "auth0.template", "template": "welcome_email", "subject": "Hi", "body": "Hi"}
    found = reasons(EmailTemplateLifecycle, {"tenant": "main", "settings": {**template, "from_address": sender}})
    assert [bool("uses @auth0.com" in each) for each in found] == [True] * refused


@pytest.mark.parametrize(
    ("text", "what", "remedy"),
    [
        ("no-reply", "is not an email address", "Write it as no-reply@acme.com"),
        ("no-reply@acme", "is not an email address", "Write it as no-reply@acme.com"),
        ("@acme.com", "is not an email address", "Write it as no-reply@acme.com"),
        ("a@b@acme.com", "is not an email address", "Write it as no-reply@acme.com"),
        ("Acme, Inc. <a@acme.com>", "has a comma in its name", 'Quote the name: "Acme, Inc." <a@acme.com>.'),
        ("Acme: Mail <a@acme.com>", "has a colon in its name", 'Quote the name: "Acme: Mail" <a@acme.com>.'),
        ('Acme "x" Inc <a@acme.com>', "has a quote in its name", 'Quote the name: "Acme x Inc" <a@acme.com>.'),
        ("Acme (x) <a@acme.com>", "has ( in its name", 'Quote the name: "Acme (x)" <a@acme.com>.'),
        ("a@acme.com, b@acme.com", "holds several addresses", ", such as"),
        ("a@acme.com; b@acme.com", "holds several addresses", ", such as"),
        ("A <a@acme.com>, B <b@acme.com>", "holds several addresses", ", such as"),
        ("Team: a@acme.com, b@acme.com;", "holds several addresses", ", such as"),
        ("Team: a@acme.com;", "is a group of addresses", ", such as"),
        ("a@acme.com (Acme)", "holds a comment", "Acme <no-reply@acme.com>"),
        ("a@acme.com\nBcc: b@acme.com", "has a line break", "Write it as"),
        ("a@müller.example", "has non-ASCII characters in its domain", "Write it as a@xn--mller-kva.example."),
        ("M <a@müller.example>", "has non-ASCII characters in its domain", "Write it as M <a@xn--mller-kva.example>."),
        ("no\u00adreply@acme.com", r"holds a character that nobody sees (\xad)", "Type it anew"),
        ("\ufeffAcme <no-reply@acme.com>", "begins with a byte order mark", "utf-8-sig"),
        ("Acme\u2028 <no-reply@acme.com>", "has a line break or another control character", "Acme <"),
        ("no-reply@acme.com\n", "has leading or trailing whitespace", ".strip()"),
    ],
)
def test_what_is_no_single_address_is_refused(text: str, what: str, remedy: str) -> None:
    """Each is reported with how to write it, for a provider and for a template."""
    (reason,) = provider(text)
    assert reason.startswith(f"from_address: {what}")
    assert remedy in reason.partition("\n")[2]
    template = {"kind": "auth0.template", "template": "welcome_email", "subject": "Hi", "body": "x"}
    (reason,) = reasons(EmailTemplateLifecycle, {"settings": {**template, "from_address": text}})
    assert reason.startswith(f"settings.from_address: {what}")


@pytest.mark.parametrize(
    "text", ["(" * 20_000, "a@b.example" + "(" * 20_000, "<" * 20_000, ", " * 20_000, "a" + "@" * 20_000]
)
def test_a_hostile_address_ends_in_a_problem(text: str) -> None:
    """Nothing is parsed that no address can be."""
    started = time.process_time()
    (reason,) = provider(text.strip())
    assert time.process_time() - started < 1
    assert "characters long" in reason


def test_localhost_is_for_a_tenant_on_this_machine() -> None:
    """It is refused for any other, also as the recipient of a test email."""
    inputs = {"settings": SMTP, "from_address": "noreply@localhost"}
    assert reasons(EmailProviderLifecycle, inputs, tenants=LOCAL) == []
    (reason,) = reasons(EmailProviderLifecycle, inputs, tenants=TENANTS)
    assert reason.startswith("from_address: is at localhost, but the tenant is acme.eu.auth0.com\nUse an address")
    (reason,) = provider("a@acme.com", AIC, "aic", preflight="send", test_recipient="me@localhost")
    assert reason.startswith("test_recipient: is at localhost")


def test_letters_before_the_at_sign() -> None:
    """SES takes none beyond ASCII, PingOne AIC where the setting allows it; elsewhere the servers decide."""
    assert "which Amazon SES does not accept\nUse ASCII" in provider("ä@acme.com", SES)[0]
    assert provider("ä@acme.com") == []
    (reason,) = provider("ä@acme.com", AIC, "aic")
    assert "not allowed\nSet settings.international_addresses=True" in reason
    assert provider("ä@acme.com", {**AIC, "international_addresses": True}, "aic") == []
