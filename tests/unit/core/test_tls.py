"""A management secret goes over TLS to who can prove to be the tenant, or it does not go at all."""

from __future__ import annotations

import socket
import ssl
import threading
from typing import TYPE_CHECKING

import pytest

from tenant_email.errors import Unavailable
from tenant_email.platforms.auth0.api import Auth0
from tenant_email.redaction.secrets import Secret
from tenant_email.tenants.connections import Connection
from tenant_email.timing import Timing
from tenant_email_local.ca import CertificateAuthority

if TYPE_CHECKING:
    from pathlib import Path

ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 23\r\nConnection: close\r\n\r\n"
    b'{"access_token": "a.b"}'
)


def impostor(directory: Path, heard: list[bytes]) -> socket.socket:
    """Listens with a certificate that an authority of its own has signed, and keeps what it is reported."""
    context = CertificateAuthority(directory).server_context(["localhost"])
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
                with context.wrap_socket(connection, server_side=True) as secured:
                    heard.append(secured.recv(65536))
                    secured.sendall(ANSWER)
            except ssl.SSLError:
                continue
            except OSError:
                return

    threading.Thread(target=serve, daemon=True).start()
    return listener


def test_a_certificate_of_nobody_is_told_nothing(tmp_path: Path) -> None:
    """Whoever has a certificate that the machine does not trust learns neither secret nor path."""
    heard: list[bytes] = []
    with impostor(tmp_path, heard) as listener:
        url = f"https://localhost:{listener.getsockname()[1]}"
        login = {"clientSecret": Secret("canary-of-the-tls-test")}
        connection = Connection("main", "auth0", url, "localhost", plain={"clientId": "x"}, secret=login)
        api = Auth0(connection, print, Timing(sleep=lambda _: None))
        with pytest.raises(Unavailable, match="the TLS certificate is not accepted") as caught:
            api.read_provider()
    assert heard == []
    assert caught.value.uncertain is False
