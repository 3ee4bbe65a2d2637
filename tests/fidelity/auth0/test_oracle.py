"""auth0-python, pointed at the emulator: it gets what its own models accept, and sends what our client sends.

The package is large (about 100 MB with what it needs), so that it is no dependency of the tests: install auth0-python
to run these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.auth0 import smtp, template

if TYPE_CHECKING:
    from support.auth0 import Tenant

management = pytest.importorskip("auth0.management", reason="auth0-python is not installed")
core = pytest.importorskip("auth0.management.core.api_error", reason="auth0-python is not installed")


@pytest.fixture
def oracle(tenant: Tenant) -> Any:
    """The official client, logged in to the emulator; the low-level one, because the other knows https alone."""
    return management.Auth0(base_url=f"{tenant.emulator.url}/api/v2", token=tenant.token().document["access_token"])


def test_a_provider_lives(oracle: Any) -> None:
    """Create, read, change and delete give what the client's models hold."""
    body = smtp()
    made = oracle.emails.provider.create(**body)
    assert (made.name, made.credentials.smtp_host, made.enabled) == ("smtp", "smtp.one.example", True)
    read = oracle.emails.provider.get(
        fields="name,enabled,default_from_address,credentials,settings", include_fields=True
    )
    assert read.default_from_address == body["default_from_address"]
    assert oracle.emails.provider.update(enabled=False).enabled is False
    oracle.emails.provider.delete()
    with pytest.raises(core.ApiError) as gone:
        oracle.emails.provider.get()
    assert gone.value.status_code == 404


def test_a_template_lives(oracle: Any) -> None:
    """Create, read and change a template; a missing one is a 404."""
    fields = template("welcome_email")
    made = oracle.email_templates.create(**{"from_" if key == "from" else key: value for key, value in fields.items()})
    assert (made.template, made.body) == ("welcome_email", fields["body"])
    assert oracle.email_templates.update("welcome_email", subject="Other").subject == "Other"
    with pytest.raises(core.ApiError) as missing:
        oracle.email_templates.get("reset_email")
    assert missing.value.status_code == 404


def test_both_clients_send_the_same(oracle: Any, tenant: Tenant) -> None:
    """The body of the official client is the one that the emulator takes from any client."""
    oracle.emails.provider.create(**smtp())
    assert tenant.emulator.calls[-1].request_json == smtp()
