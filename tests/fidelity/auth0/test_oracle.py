"""auth0-python, pointed at the emulator: it gets what its own models accept, and sends what our client sends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.auth0 import smtp, template
from tenant_email_local.ca import CertificateAuthority
from tenant_email_local.emulators.auth0 import Auth0Emulator

if TYPE_CHECKING:
    from pathlib import Path

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


def test_logs_and_applications_are_paged(oracle: Any, tenant: Tenant) -> None:
    """The client asks for totals unasked, and reads the entries of a page, one entry, and the applications."""
    oracle.emails.provider.create(**smtp())
    (entry,) = oracle.logs.list(search='type:"sapi"')
    assert entry.description == "Configure email provider"
    assert oracle.logs.get(entry.log_id).details["response"]["statusCode"] == 201
    assert [client.client_id for client in oracle.clients.list()] == [tenant.emulator.client.client_id]


def test_the_client_that_insists_on_https_is_let_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The usual client, which logs in by itself and knows no http, trusts the local authority by SSL_CERT_FILE."""
    emulator = Auth0Emulator()
    emulator.authority = CertificateAuthority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(emulator.authority.ca_file))
    with emulator:
        client, host = emulator.client, f"127.0.0.1:{emulator.port}"
        usual = management.ManagementClient(domain=host, client_id=client.client_id, client_secret=client.client_secret)
        with pytest.raises(core.ApiError) as missing:
            usual.emails.provider.get()
    assert missing.value.status_code == 404
