"""Certificate authorities: one file for calls, logins and mail servers alike, and a refusal that names it."""

from __future__ import annotations

import os
import ssl
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from support.mail.certificates import certificates
from support.raw_server import raw_server
from support.tls_front import connect_proxy, listening, tls_front
from tenant_email.net.transport import HttpTransport, NoAnswer
from tenant_email.tenants.authorities import Authorities, AuthorityFile, of_environment
from tenant_email.tenants.tenant_url import Reach, TenantUrl
from tenant_email.timing import Timing

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the certificates, and an environment that names no authorities and no proxy."""
    certificates().public.cert_pem.write_to_path(str(tmp_path / "public.pem"))
    certificates().private.cert_pem.write_to_path(str(tmp_path / "company.pem"))
    for name in (*VARIABLES, "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@contextmanager
def server(leaf: str) -> Generator[int]:
    """Serves by TLS with one of the certificates."""
    with raw_server(lambda: [OK]) as plain:
        port = int(plain.url.rpartition(":")[2])
        with tls_front(certificates().context(leaf), port) as secured:
            yield secured


def ask(port: int, authorities: Authorities | None = None, host: str = "localhost") -> str:
    """Returns the content of an answer, or why there is none and what to do."""
    transport = HttpTransport(f"https://{host}:{port}", {}, Timing(), authorities)
    try:
        return transport.exchange("GET", "/", None, None, {}, seconds=10).content.decode()
    except NoAnswer as error:
        return f"{error}\n{error.remedy}{' after it was sent' if error.sent else ''}"


def of_file(path: object) -> Authorities:
    """Returns the authorities in a file."""
    return Authorities((AuthorityFile(str(path), "main.caFile"),), "main.caFile")


def test_a_list_is_read_once_and_again_when_it_was_replaced(folder: Path) -> None:
    """A fleet's tenants share what was read of it; a file with other authorities counts for the next client."""
    with server("private") as port:
        assert ask(port, of_file(folder / "company.pem")) == "{}"
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(ssl.SSLContext, "load_verify_locations", lambda *_: pytest.fail("it is read again"))
            assert ask(port, of_file(folder / "company.pem")) == "{}"
        (folder / "public.pem").replace(folder / "company.pem")
        assert "the TLS certificate is not accepted" in ask(port, of_file(folder / "company.pem"))


def test_a_private_authority_is_trusted_where_its_file_is_given(folder: Path) -> None:
    """By the entry's file or by each variable; not without, and not where another file stands in its place."""
    with server("private") as port:
        assert ask(port, of_file(folder / "company.pem")) == "{}"
        assert "the TLS certificate is not accepted" in ask(port)
        assert "the TLS certificate is not accepted" in ask(port, of_file(folder / "public.pem"))
        for name in VARIABLES:
            with pytest.MonkeyPatch.context() as patched:
                patched.setenv(name, str(folder / "company.pem"))
                assert ask(port) == "{}", name


def test_a_file_stands_in_place_of_what_others_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The entry's goes before the variables; those that name two files count together."""
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "company.pem"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(folder / "public.pem"))
    with server("private") as private, server("good") as good:
        assert (ask(private), ask(good)) == ("{}", "{}")
        given = of_file(folder / "public.pem").or_of(os.environ)
        assert "not accepted" in ask(private, given)
        assert ask(good, given) == "{}"


def test_nothing_else_is_trusted_beside_a_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands in the public list is not, where a file is given: here the list holds what signed the server's."""
    public = str(folder / "public.pem")
    monkeypatch.setattr("certifi.where", lambda: public)
    monkeypatch.setattr("requests.certs.where", lambda: public)
    with server("good") as port:
        assert ask(port) == "{}"
        assert "not accepted" in ask(port, of_file(folder / "company.pem"))


def test_the_variables_are_read_as_requests_and_openssl_do() -> None:
    """Curl's only where requests' is not set; one file that two of them name is named once."""
    environ = {"REQUESTS_CA_BUNDLE": "/a", "CURL_CA_BUNDLE": "/b", "SSL_CERT_FILE": "/c"}
    assert str(of_environment(environ)) == (
        "the certificate authorities in /a (REQUESTS_CA_BUNDLE) and /c (SSL_CERT_FILE)"
    )
    assert [str(file) for file in of_environment({**environ, "REQUESTS_CA_BUNDLE": ""}).files] == [
        "/b (CURL_CA_BUNDLE)", "/c (SSL_CERT_FILE)",
    ]  # fmt: skip
    same = of_environment({**environ, "SSL_CERT_FILE": "/a"})
    assert [str(file) for file in same.files] == ["/a (REQUESTS_CA_BUNDLE, SSL_CERT_FILE)"]
    assert str(of_environment({})) == "the public certificate authorities"
    assert of_environment({}).files == ()


NOT_SIGNED = (
    "None of the certificate authorities in FILE (main.caFile) signed it. If your own authority or a proxy's did, "
    "set main.caFile to a PEM file with that authority's certificate."
)
OTHER_NAME = "Use the name that the certificate is for, or get a certificate for localhost."
NOT_NOW = "Have the certificate renewed, or correct this machine's clock."


@pytest.mark.parametrize(
    ("leaf", "why", "remedy"),
    [
        ("private", "unable to get local issuer certificate", NOT_SIGNED),
        ("other-name", "Hostname mismatch, certificate is not valid for 'localhost'.", OTHER_NAME),
        ("expired", "certificate has expired", NOT_NOW),
        ("early", "certificate is not yet valid", NOT_NOW),
    ],
)
def test_a_refusal_says_which_file_was_used(folder: Path, leaf: str, why: str, remedy: str) -> None:
    """And what to set, where that is the reason."""
    file = folder / "public.pem"
    with server(leaf) as port:
        told = ask(port, of_file(file))
    told = told.replace(" or the system clock is incorrect", "")  # which newer versions of OpenSSL add
    assert told == f"no connection (the TLS certificate is not accepted: {why})\n{remedy.replace('FILE', str(file))}"


def test_without_a_file_the_public_ones_are_named() -> None:
    """And the variable that changes it."""
    with server("private") as port:
        assert "None of the public certificate authorities signed it." in ask(port)
        assert "set SSL_CERT_FILE to a PEM file" in ask(port)


@pytest.mark.parametrize(
    ("content", "flaw"),
    [
        (None, "cannot be read (No such file or directory)"),
        ("", "holds no certificate in PEM"),
        ("canary", "holds no certificate in PEM"),
        ("-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n", "holds no certificate in PEM"),
    ],
)
def test_a_file_that_is_none(folder: Path, content: str | None, flaw: str) -> None:
    """It is told by its path and by who names it; corrected, it is read anew."""
    file = folder / "odd.pem"
    if content is not None:
        file.write_text(content)
    (problem,) = of_file(file).problems()
    assert (problem.path, problem.what) == ("main.caFile", f"{file} {flaw}")
    assert problem.remedy.startswith("Name a file with certificates in PEM, ")
    assert "canary" not in str(problem)
    file.write_bytes((folder / "public.pem").read_bytes())
    assert of_file(file).problems() == []


def test_a_folder_is_taken_as_openssl_does(folder: Path) -> None:
    """As requests takes one: its files have the names of OpenSSL's hashes."""
    assert of_file(folder).problems() == []
    with server("private") as port:
        assert "not accepted" in ask(port, of_file(folder))


def test_no_tls_at_all_is_told_apart() -> None:
    """A server that speaks in clear text has no certificate that could be trusted."""
    with listening(lambda connection: connection.sendall(OK)) as port:
        told = ask(port)
    assert told.startswith("no connection (TLS fails: ")
    assert told.endswith("\nThe server speaks no TLS there: correct the port of the url, or its scheme.")


def test_a_proxys_tunnel_ends_at_the_same_authorities(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through a proxy the server must still prove who it is."""
    with server("private") as port, connect_proxy(port) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        transport = HttpTransport("https://it.example", {}, Timing(), of_file(folder / "company.pem"))
        with pytest.raises(NoAnswer, match="not accepted: Hostname mismatch"):
            transport.exchange("GET", "/", None, None, {}, seconds=10)
        assert proxy.asked[0].startswith("CONNECT it.example:443 HTTP/1.")


def test_a_tenants_url_takes_its_authorities_along(folder: Path) -> None:
    """So that no platform has to hand them to its client."""
    reach = Reach(authorities=of_file(folder / "company.pem"))
    assert str(TenantUrl("https://a.example", reach)) == "https://a.example"
    assert TenantUrl("https://a.example", reach).reach is reach
