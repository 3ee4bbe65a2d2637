"""The way to AWS: whose certificates are trusted, and a proxy that is named without its login."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import pytest
import trustme

from support.tls_front import connect_proxy, tls_front
from tenant_email.aws.pace import Pace
from tenant_email.aws.ses import Ses
from tenant_email.errors import InvalidSettings, Unavailable

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


@pytest.mark.parametrize("variable", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_a_file_that_holds_no_authority(
    company: Path, tmp_path: Path, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told before anything is sent, and another one that did not sign it by the refusal; a blank one is none."""
    (odd := tmp_path / "odd.pem").write_text("canary")
    for path, flaw in {odd: "holds no certificate in PEM", tmp_path / "no.pem": "cannot be read (No such file"}.items():
        monkeypatch.setenv(variable, str(path))
        with pytest.raises(InvalidSettings) as caught:
            account()
        assert f"eu-west-1: {variable}: {path} {flaw}" in str(caught.value)
    trustme.CA().cert_pem.write_to_path(str(odd))
    monkeypatch.setenv(variable, str(odd))
    with pytest.raises(Unavailable, match="certificate is not accepted") as refused:
        account()
    assert f"certificate authorities in {odd} ({variable})" in str(refused.value)
    monkeypatch.setenv(variable, " ")
    with pytest.raises(Unavailable, match="the public certificate authorities are trusted"):
        account()
    assert company.exists()


def test_a_proxy_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told before anything is sent, with no part of its password; one by SOCKS is none for AWS's SDK."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://ses.it.example")
    monkeypatch.delenv("http_proxy", raising=False)
    monkeypatch.setenv("HTTP_PROXY", "http://ada:canary/word@proxy.example:3128")
    with pytest.raises(InvalidSettings) as caught:
        account()
    assert "eu-west-1: HTTP_PROXY: is not the url of a proxy\nWrite it as http://" in str(caught.value)
    monkeypatch.setenv("HTTP_PROXY", "socks5://ada:canary@proxy.example")
    with pytest.raises(InvalidSettings) as caught:
        account()
    assert "HTTP_PROXY: names a SOCKS proxy, proxy.example, which AWS's SDK does not use\n" in str(caught.value)
    assert "canary" not in str(caught.value)


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
