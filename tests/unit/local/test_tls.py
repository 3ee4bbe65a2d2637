"""Tenants by https on this machine, as official clients insist on it."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import requests
from typer.testing import CliRunner

from tenant_email.cli import app
from tenant_email_local.ca import CertificateAuthority
from tenant_email_local.emulators.auth0 import Auth0Emulator
from tenant_email_local.machine import LocalMachine

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_machine_serves_https_and_says_whom_to_trust(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the printed environment the package's own client is let in, and Node would be."""
    with LocalMachine(tmp_path, tls=True) as machine:
        environment = machine.environment()
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        result = CliRunner().invoke(app, ("doctor", "auth0"))
        monkeypatch.delenv("AUTH0_CA_FILE")
        distrusted = CliRunner().invoke(app, ("doctor", "auth0"))
    assert environment["AUTH0_DOMAIN"].startswith("https://127.0.0.1:")
    assert environment["NODE_EXTRA_CA_CERTS"] == environment["AUTH0_CA_FILE"] == str(tmp_path / "ca" / "ca.pem")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "not trusted" in distrusted.output or "certificate" in distrusted.output


def test_who_connects_and_says_nothing_holds_up_nobody(tmp_path: Path) -> None:
    """The handshake of one client is not waited for by another; localhost is in the certificate too."""
    emulator = Auth0Emulator()
    emulator.authority = CertificateAuthority(tmp_path)
    with emulator, socket.create_connection(("127.0.0.1", emulator.port)):
        url = f"https://localhost:{emulator.port}"
        asked = {"grant_type": "client_credentials", "client_id": emulator.client.client_id}
        asked |= {"client_secret": emulator.client.client_secret, "audience": f"{url}/api/v2/"}
        answer = requests.post(f"{url}/oauth/token", asked, verify=str(tmp_path / "ca.pem"), timeout=60)
    assert answer.status_code == 200
