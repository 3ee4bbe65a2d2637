"""What a preview says of a provider's policies and preflight, of secrets that change, and of a missing login."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi.output import Unknown

from support.checking import reasons
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle

UNKNOWN: Any = Unknown()  # type: ignore[no-untyped-call]  # Pulumi's
SMTP: dict[str, Any] = {"kind": "auth0.smtp", "host": "smtp.one.example", "username": "mailer", "password": "canary-pw"}
SENDGRID = {"kind": "auth0.sendgrid", "api_key": "canary-api-key"}
SES = {"kind": "auth0.ses", "region": "eu-west-1", "access_key_id": "A", "secret_access_key": "canary-ses"}
HOOK = {"kind": "logto.http", "endpoint": "https://a.example"}
AIC = {"kind": "pingone_aic.smtp", "host": "smtp.one.example"}
WELCOME = {"kind": "auth0.template", "template": "welcome_email", "subject": "Hi", "body": "x"}


@pytest.mark.parametrize(
    ("inputs", "problem"),
    [
        ({"on_delete": "delete"}, ""),
        ({"on_delete": UNKNOWN, "preflight": UNKNOWN}, ""),
        (
            {"on_delete": "restore"},
            "on_delete: Auth0 cannot restore an email provider\nUse one of: delete, disable, retain.",
        ),
        (
            {"tenant": "aic", "settings": AIC, "on_delete": "disable"},
            "on_delete: PingOne Advanced Identity Cloud cannot disable an email provider\nUse one of: delete, retain.",
        ),
        ({"preflight": "connect"}, ""),
        (
            {"preflight": "send"},
            (
                "preflight: Auth0 does not support 'send' here: its Management API has no test "
                "email\nUse one of: off, connect."
            ),
        ),
        (
            {"settings": SENDGRID, "preflight": "connect"},
            "preflight: Auth0 does not support 'connect' here: auth0.sendgrid has no server to test\nUse one of: off.",
        ),
        (
            {"tenant": "logto", "settings": HOOK, "preflight": "connect"},
            (
                "preflight: Logto does not support 'connect' here: logto.http has no server to test\n"
                "Use one of: off, send."
            ),
        ),
    ],
)
def test_a_policy_and_a_preflight_that_a_platform_has(inputs: dict[str, Any], problem: str) -> None:
    """Others are reported with the ones there are."""
    assert reasons(EmailProviderLifecycle, {"settings": SMTP, **inputs}) == ([problem] if problem else [])


def test_both_are_reported_at_once() -> None:
    """Each with its own remedy."""
    found = reasons(EmailProviderLifecycle, {"settings": SMTP, "on_delete": "restore", "preflight": "send"})
    assert [reason.partition(":")[0] for reason in found] == ["on_delete", "preflight"]


def test_a_template_s_policy() -> None:
    """The same for a template."""
    assert reasons(EmailTemplateLifecycle, {"settings": WELCOME, "on_delete": UNKNOWN}) == []
    assert reasons(EmailTemplateLifecycle, {"settings": WELCOME, "on_delete": "delete"}) == [
        "on_delete: Auth0 cannot delete a template\nUse one of: disable, restore, retain."
    ]


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        (
            SMTP,
            {**SMTP, "password": "canary-two"},
            ("settings.password changed; the full set of credentials will be sent"),
        ),
        (
            SES,
            {**SES, "secret_access_key": "canary-two"},
            "settings.secret_access_key changed; the full set of credentials will be sent",
        ),
        (SMTP, {**SMTP, "port": 2525}, ""),
        (SMTP, SENDGRID, ""),
        (SMTP, {name: value for name, value in SMTP.items() if name != "password"}, ""),
        (None, SMTP, ""),
    ],
)
def test_a_secret_that_changes_is_announced(
    before: dict[str, Any] | None, after: dict[str, Any], line: str, said: list[str]
) -> None:
    """Pulumi's diff does not show it; where the kind changes it does."""
    assert reasons(EmailProviderLifecycle, {"settings": after}, {"settings": before} if before else None) == []
    assert said == ([f"auth0 acme.eu.auth0.com email-provider: {line}"] if line else [])


def test_a_change_that_would_hand_a_secret_over_is_reported(said: list[str]) -> None:
    """Beside what else is wrong; a new program has nothing to hand over."""
    moved = {"kind": "auth0.smtp", "host": "smtp.two.example", "username": "mailer"}
    (reason,) = reasons(EmailProviderLifecycle, {"settings": moved}, {"settings": SMTP})
    assert reason.startswith(
        "auth0 acme.eu.auth0.com: cannot change smtp_host from smtp.one.example to smtp.two.example"
    )
    assert reasons(EmailProviderLifecycle, {"settings": moved}) == []
    half = {name: value for name, value in SES.items() if name != "secret_access_key"}
    (reason,) = reasons(EmailProviderLifecycle, {"settings": half})
    assert reason.startswith("settings.secret_access_key: is missing\n")
    assert said == []


def test_a_login_that_is_missing_is_needed_at_up(said: list[str]) -> None:
    """A preview goes on without."""
    tenants = {"main": {"platform": "auth0", "url": "https://acme.eu.auth0.com"}}
    assert reasons(EmailProviderLifecycle, {"settings": SMTP}, tenants=tenants) == []
    (line,) = said
    start = "auth0 acme.eu.auth0.com email-provider: tenant-email:tenants.main.clientId: is missing. Run: "
    assert line.startswith(start)
    assert line.endswith(" It is required for `pulumi up`, not for a preview.")


def test_a_warning_names_its_template(said: list[str]) -> None:
    """As far as it is known which one it is."""
    body = "# Hi\n\nPlease **confirm** at [this page](https://acme.example).\n"
    for template, part in (("welcome_email", "email-template/welcome_email"), (UNKNOWN, "email-template")):
        assert reasons(EmailTemplateLifecycle, {"settings": {**WELCOME, "template": template, "body": body}}) == []
        assert [line.partition(": ")[0] for line in said] == [f"auth0 acme.eu.auth0.com {part}"]
        del said[:]
