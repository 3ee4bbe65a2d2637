"""What a tenant's key and transport let send: found at preview, for a provider and for the templates beside it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pulumi.output import Unknown

from support.checking import TENANTS, reasons
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle
from tenant_email.operations import operation

UNKNOWN: Any = Unknown()  # type: ignore[no-untyped-call]  # Pulumi's
SMTP: dict[str, Any] = {"kind": "auth0.smtp", "host": "smtp.one.example", "username": "mailer", "password": "canary-pw"}
SES: dict[str, Any] = {"kind": "auth0.ses", "region": "eu-west-1", "access_key_id": "A", "secret_access_key": "canary"}
AIC: dict[str, Any] = {"kind": "pingone_aic.smtp", "host": "smtp.one.example"}
TEMPLATE: dict[str, Any] = {"kind": "auth0.template", "template": "welcome_email", "subject": "Hi", "body": "x"}
REMEDY = (
    "set further_domains=['{}'] on the SesSendingDomain whose key the tenant uses; each sending domain has its own key."
)


def provider(sender: Any, settings: dict[str, Any] = SMTP, tenant: str = "main", **more: Any) -> list[str]:
    """Returns what is wrong with a provider that sends from an address."""
    return reasons(EmailProviderLifecycle, {"tenant": tenant, "settings": settings, "from_address": sender, **more})


@pytest.mark.parametrize(
    ("sender", "limits", "problem"),
    [
        ("a@other.example", {}, ""),
        ("a@acme.example", {"sending_domain": "acme.example"}, ""),
        ("a@mail.acme.example", {"sending_domain": "acme.example"}, ""),
        (
            "A <a@acme.test>",
            {"sending_domain": "acme.example"},
            "from_address: a@acme.test is not in the verified domain acme.example\nUse an address at acme.example, or "
            + REMEDY.format("acme.test"),
        ),
        (
            "a@acme.test",
            {"sending_domain": "acme.example", "further_domains": ["brand.example"]},
            "from_address: a@acme.test is in none of the domains acme.example or brand.example\n"
            "Use an address at acme.example or brand.example, or " + REMEDY.format("acme.test"),
        ),
        ("a@acme.test", {"further_domains": ["brand.example"]}, "from_address: a@acme.test is not in the verified"),
        ("a@acme.test", {"sending_domain": UNKNOWN, "further_domains": ["brand.example"]}, ""),
        ("a@acme.test", {"sending_domain": "acme.example", "further_domains": UNKNOWN}, ""),
        ("a@acme.test", {"sending_domain": UNKNOWN, "sending_addresses": ["a@acme.test"]}, ""),
        ("a@acme.test", {"sending_addresses": UNKNOWN}, ""),
        ("{{ sender }}", {"sending_domain": "acme.example"}, ""),
        (UNKNOWN, {"sending_domain": "acme.example"}, ""),
        (
            "b@acme.example",
            {"sending_domain": "acme.example", "sending_addresses": ["a@acme.example", "c*@acme.example"]},
            (
                "from_address: b@acme.example is not one of the addresses that the sending policy allows\n"
                "Add it to the sending domain's from_addresses, or use one of a@acme.example, c*@acme.example."
            ),
        ),
        (
            "a@acme.example",
            {"sending_domain": "acme.example", "sending_names": ["Acme", "A*"]},
            (
                "from_address: has no name, and the sending policy allows only 'Acme', 'A*'\n"
                "Write it as Name <a@acme.example>, or correct from_display_names of the sending domain."
            ),
        ),
        ("acme <a@acme.example>", {"sending_names": ["Acme"]}, "from_address: has the name 'acme', and the sending"),
        ("Acme <a@acme.example>", {"sending_names": ["Acme"]}, ""),
        ('"Acme, \\"Inc\\"" <a@acme.example>', {"sending_names": ['Acme, "?nc"']}, ""),
        ("a@acme.example", {"sending_names": UNKNOWN}, ""),
        ("cc@acme.example", {"sending_addresses": ["a@acme.example", "c*@acme.example"]}, ""),
        ("b@acme.test", {"sending_domain": UNKNOWN, "sending_addresses": ["a@acme.test"]}, "from_address: b@acme.test"),
    ],
)
def test_the_policy_of_the_key_decides(sender: Any, limits: dict[str, Any], problem: str) -> None:
    """By domain and by address, as far as both are known; the remedy is one that works."""
    found = provider(sender, **limits)
    assert len(found) == bool(problem)
    assert not problem or found[0].startswith(problem)


def test_a_sender_outside_of_the_domains_is_reported_once() -> None:
    """Whether the policy names its address too makes no difference then."""
    (reason,) = provider("a@acme.test", sending_domain="acme.example", sending_addresses=["b@acme.example"])
    assert "verified domain" in reason


def test_a_template_that_names_no_limits_has_those_of_the_provider() -> None:
    """In the same program, for the same tenant; its own go first."""
    mail = {"settings": {**TEMPLATE, "from_address": "a@acme.test"}}
    operation.begin()
    limits = {"sending_domain": "acme.example", "sending_addresses": ["a@acme.example"]}
    lifecycle, template = EmailProviderLifecycle(), EmailTemplateLifecycle()
    assert reasons(EmailTemplateLifecycle, mail) == []
    try:
        operation.current().configure({"tenant-email:tenants": json.dumps(TENANTS)}.get)
        lifecycle.check({}, {"settings": SMTP, "from_address": "a@acme.example", **limits})
        (failure,) = template.check({}, mail).failures
        (unnamed,) = template.check({}, {**mail, "sending_names": ["Acme"]}).failures
        assert unnamed.reason.startswith("settings.from_address: has no name")
        assert failure.reason.startswith("settings.from_address: a@acme.test is not in the verified domain")
        assert template.check({}, {**mail, "sending_domain": "acme.test"}).failures == []
    finally:
        operation.current().configure(dict[str, Any]().get)
        operation.begin()


@pytest.mark.parametrize("sender", ["ä@acme.com", "Acme <ä@acme.com>"])
def test_letters_beyond_ascii_are_for_servers_that_take_them(sender: str, said: list[str]) -> None:
    """Where the transport has a setting for it that decides, SES takes none, and for the others there is a warning."""
    letters = "from_address: has non-ASCII characters before the @"
    assert provider(sender) == []
    assert said == [
        (
            f"auth0 acme.eu.auth0.com email-provider: {letters.replace(':', '')}: mail is sent only where every "
            "server on the way supports SMTPUTF8"
        )
    ]
    ses = f"{letters}, which Amazon SES does not accept\nUse ASCII letters."
    assert provider(sender, SES) == [ses]
    assert provider(sender, sending_domain="acme.com") == [ses]
    assert provider(sender, {**AIC, "international_addresses": False}, "aic") == [
        (
            f"{letters}, which are not allowed\n"
            "Set settings.international_addresses=True, if the server supports it too, or use ASCII letters."
        )
    ]
    assert provider(sender, {**AIC, "international_addresses": True}, "aic", sending_domain="acme.com") == []
    assert provider(sender, {**AIC, "international_addresses": UNKNOWN}, "aic", sending_domain="acme.com") == []
    assert provider(sender, sending_domain=UNKNOWN) == [ses]
    assert sum("SMTPUTF8" in line for line in said) == 1


@pytest.mark.parametrize("field", ["from_address", "test_recipient"])
def test_localhost_is_reported_with_the_tenant_s_host(field: str) -> None:
    """It is of use to a tenant on this machine alone."""
    inputs = {"tenant": "aic", "settings": AIC, "preflight": "send", "from_address": "a@acme.com"}
    inputs |= {"test_recipient": "me@acme.com", field: "me@localhost"}
    assert reasons(EmailProviderLifecycle, inputs) == [
        (
            f"{field}: is at localhost, but the tenant is openam-acme.forgeblocks.com\n"
            "Use an address that mail can be sent from, such as no-reply@acme.com."
        )
    ]


def test_a_template_s_sender_is_judged_alike(said: list[str]) -> None:
    """With its own place in the problem."""

    def template(sender: str) -> list[str]:
        return reasons(EmailTemplateLifecycle, {"settings": {**TEMPLATE, "from_address": sender}})

    assert template("Acme, Inc. <a@acme.com>") == [
        (
            "settings.from_address: has a comma in its name, which ends a name that is not quoted\n"
            'Quote the name: "Acme, Inc." <a@acme.com>.'
        )
    ]
    assert template("a@localhost")[0].startswith("settings.from_address: is at localhost")
    assert template("ä@acme.com") == []
    assert len(said) == 1


def test_a_template_s_sender_needs_a_provider_that_is_on() -> None:
    """Auth0 sends no template's mail from an address of its own otherwise."""
    mail = {"settings": {**TEMPLATE, "from_address": "a@acme.com"}}
    operation.begin()
    operation.current().configure({"tenant-email:tenants": json.dumps(TENANTS)}.get)
    try:
        for enabled, expected in (
            (UNKNOWN, []),
            (
                False,
                [
                    (
                        "settings.from_address: cannot be set while the tenant's email provider is disabled\n"
                        "Set enabled=True on the EmailProvider, or omit it."
                    )
                ],
            ),
            (True, []),
        ):
            EmailProviderLifecycle().check({}, {"settings": SMTP, "from_address": "a@acme.com", "enabled": enabled})
            found = EmailTemplateLifecycle().check({}, mail).failures
            assert [failure.reason for failure in found] == expected
            assert EmailTemplateLifecycle().check({}, {"settings": TEMPLATE}).failures == []
    finally:
        operation.current().configure(dict[str, Any]().get)
        operation.begin()
