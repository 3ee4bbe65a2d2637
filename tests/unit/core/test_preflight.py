"""preflight="connect": name, connection, TLS and AUTH LOGIN of the server that the tenant would send through."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Any

import pytest

from support.host import Failed
from support.inputs import SMTP, provider_inputs
from support.single import Single
from tenant_email.checks.smtp import MailServer, probe
from tenant_email.checks.smtp_wire import Patience
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.platforms.auth0 import preflight
from tenant_email_local.emulators.auth0 import Auth0Emulator
from tenant_email_local.smtp import SmtpServer

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    """Runs a mail server with an authority of its own."""
    with SmtpServer(lambda _user, _password: False) as running:
        yield running


@pytest.fixture
def trusted(smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> SmtpServer:
    """The server, its authority among those that OpenSSL trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(smtp.ca_file))
    return smtp


def answering(lines: bytes) -> socket.socket:
    """Listens as a server that says these lines at once to whoever connects."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(lines)
            connection.recv(4096)

    threading.Thread(target=serve, daemon=True).start()
    return listener


def tried(port: int, host: str = "localhost", **more: Any) -> str:
    """Returns what is wrong with a server, empty when nothing is."""
    return str(probe(MailServer(host, port, "settings.host", **more)).problem or "")


def test_a_good_server_passes(trusted: SmtpServer) -> None:
    """A server with TLS for its name and AUTH LOGIN has nothing wrong, by STARTTLS and for TLS alone."""
    assert tried(trusted.port) == ""
    assert tried(trusted.tls_port, mail=False) == ""


def test_a_certificate_of_nobody(smtp: SmtpServer) -> None:
    """A certificate that no public authority signed is refused, with what is needed."""
    text = tried(smtp.port)
    assert text.startswith(f"settings.host: TLS with localhost:{smtp.port} fails: ")
    assert "public certificate" in text


def test_a_name_without_an_address() -> None:
    """A name that cannot exist has no address."""
    assert tried(587, "smtp..invalid").startswith("settings.host: the name smtp..invalid has no address")


def test_a_port_that_nobody_serves() -> None:
    """A refused connection says so, and which ports are usual."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert f"no connection to localhost:{port} (Connection refused)" in tried(port)


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        (b"220 hi\r\n250 hi\r\n", "offers no STARTTLS"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "does not answer as a mail server"),
        (b"", "does not answer as a mail server"),
    ],
)
def test_a_server_of_another_kind(lines: bytes, what: str) -> None:
    """A server without TLS, and one that does not speak SMTP."""
    with answering(lines) as listener:
        assert what in tried(listener.getsockname()[1], "127.0.0.1", patience=Patience(whole=1))


def test_ses_is_tried_where_auth0_calls_it() -> None:
    """Through SES Auth0 sends by https, in the region of the settings."""
    server = preflight.server({"kind": "auth0.ses", "region": "eu-west-1"})
    assert (server.host, server.port, server.mail) == ("email.eu-west-1.amazonaws.com", 443, False)


@pytest.mark.parametrize("trust", [True, False])
def test_a_provider_is_written_only_after_it(smtp: SmtpServer, trust: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """With preflight="connect" a server that fails keeps the tenant as it is; the message names the input."""
    with Auth0Emulator() as tenant:
        provider = Single(EmailProviderLifecycle, tenant)
        monkeypatch.setenv("SSL_CERT_FILE", str(smtp.ca_file) if trust else "")
        inputs = provider_inputs({**SMTP, "host": "localhost", "port": smtp.port}, preflight="connect")
        if trust:
            assert len(provider.up(**inputs)) == 1
        else:
            with pytest.raises(Failed, match=r"preflight: settings\.host: TLS with localhost"):
                provider.up(**inputs)
        assert (tenant.state.provider is not None) is trust
