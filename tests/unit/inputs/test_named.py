"""Warnings and notices come without a resource's name, so each says which part of which tenant it is about."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from support.checking import TENANTS
from support.host import Host, Listener, listening, running_host
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle
from tenant_email.lifecycle.esv_variable import EsvVariableLifecycle
from tenant_email.lifecycle.ses_domain_identity import SesDomainIdentityLifecycle

if TYPE_CHECKING:
    from collections.abc import Iterator

SMTP: dict[str, Any] = {"kind": "auth0.smtp", "host": "smtp.one.example", "username": "mailer", "password": "canary-pw"}
LOGTO: dict[str, Any] = {"kind": "logto.template", "language": "fr", "type": "SignIn", "subject": "x", "content": "x"}
BYO: dict[str, Any] = {"domain": "acme.example", "region": "eu-west-1"}


@pytest.fixture(scope="module")
def told() -> Iterator[tuple[Host, Listener]]:
    """Runs the SDK's host, and keeps what it says."""
    config = {"tenant-email:tenants": json.dumps(TENANTS)}
    with listening() as (listener, address), running_host(config, engine=address) as host:
        yield host, listener


@pytest.mark.parametrize(
    ("lifecycle", "inputs", "recorded", "line"),
    [
        (
            EmailProviderLifecycle,
            {"settings": {"kind": "auth0.other", "name": "newer", "credentials": {"key": "canary-pw"}}},
            None,
            "auth0 acme.eu.auth0.com email-provider: settings.name: newer is not known to this package",
        ),
        (
            EmailProviderLifecycle,
            {"settings": {**SMTP, "password": "canary-new"}},
            {"settings": SMTP},
            (
                "auth0 acme.eu.auth0.com email-provider: settings.password changed; the full set of credentials will "
                "be sent"
            ),
        ),
        (
            EmailProviderLifecycle,
            {"settings": SMTP, "from_address": "ä@acme.com"},
            None,
            "auth0 acme.eu.auth0.com email-provider: from_address has non-ASCII characters",
        ),
        (
            EmailTemplateLifecycle,
            {"settings": {"kind": "auth0.template", "template": "reset_email", "subject": "x", "body": "{{ x }}"}},
            None,
            "auth0 acme.eu.auth0.com email-template/reset_email: settings.body, line 1, column 4: variable 'x'",
        ),
        (
            EmailTemplateLifecycle,
            {"tenant": "logto", "settings": LOGTO},
            None,
            "logto acme.logto.app email-template/fr/SignIn: ",
        ),
        (
            EsvVariableLifecycle,
            {"tenant": "aic", "esv": "esv-mail", "value": "x"},
            None,
            "pingone_aic openam-acme.forgeblocks.com esv-variable/esv-mail: tenant-email:tenants.aic.serviceAccountId",
        ),
        (
            SesDomainIdentityLifecycle,
            {**BYO, "dkim": "byo", "dkim_selector": "x", "dkim_private_key": "canary-key"},
            {**BYO, "dkim": "easy"},
            "ses eu-west-1 acme.example: mail goes out unsigned",
        ),
    ],
)
def test_a_line_names_its_resource(
    told: tuple[Host, Listener], lifecycle: Any, inputs: dict[str, Any], recorded: dict[str, Any] | None, line: str
) -> None:
    """The tenant and the part of it, as ids have them, or the region and the domain."""
    host, listener = told
    listener.lines.clear()
    host.check(lifecycle, inputs, recorded)
    assert [said for said in listener.lines if said.startswith(line)], listener.lines
    assert all(said.startswith(line.partition(":")[0]) for said in listener.lines)
