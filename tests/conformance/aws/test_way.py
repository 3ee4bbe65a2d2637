"""The way to AWS: whose certificates are trusted, and a proxy that is named without its login."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import pytest
import trustme

from support.tls_front import connect_proxy, tls_front
from tenant_email.aws.pace import Pace
from tenant_email.aws.ses import Ses
from tenant_email.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tenant_email_local.aws.server import AwsServer


@pytest.fixture
def company(aws: AwsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Serves AWS by TLS, signed by a company's authority; yields its file, which no variable names."""
    authority, tls = trustme.CA(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.cert_pem.write_to_path(str(tmp_path / "company.pem"))
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    for name in ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "HTTPS_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with tls_front(tls, int(aws.url.rpartition(":")[2])) as port:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"https://127.0.0.1:{port}")
        yield tmp_path / "company.pem"


def account() -> object:
    """Asks SES something."""
    return Ses("eu-west-1", pace=Pace(interval=0, attempts=1)).get_account()


@pytest.mark.parametrize("variable", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_a_companys_authority(company: Path, variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS's own variable, and those that count for tenants; without one the error says what was trusted."""
    with pytest.raises(Unavailable) as caught:
        account()
    assert "could not reach AWS: its TLS certificate is not accepted (SSLError)\n" in str(caught.value)
    assert str(caught.value).endswith("Without AWS_CA_BUNDLE, the public certificate authorities are trusted.")
    assert caught.value.uncertain is False
    monkeypatch.setenv(variable, str(company))
    assert account()


def test_a_proxy_that_refuses(company: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is named without its login."""
    monkeypatch.setenv("AWS_CA_BUNDLE", str(company))
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://ses.it.example")
    with connect_proxy(1, login="ada:right") as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://ada:canary-word@127.0.0.1:{proxy.port}")
        with pytest.raises(Unavailable) as caught:
            account()
    assert f"could not reach AWS through the proxy 127.0.0.1:{proxy.port} (ProxyConnectionError)" in str(caught.value)
    assert "canary" not in str(caught.value)
