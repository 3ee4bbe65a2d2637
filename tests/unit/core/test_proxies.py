"""The environment's proxy: used, not for this machine, and told without its login."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import pytest
import trustme

from support.raw_server import raw_server
from support.tls_front import connect_proxy, tls_front
from tenant_email.errors import redact_external
from tenant_email.net.transport import HttpTransport, NoAnswer
from tenant_email.tenants.authorities import Authorities, AuthorityFile
from tenant_email.tenants.proxies import proxy_of
from tenant_email.timing import Timing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
NAMES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy")


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Authorities]]:
    """Serves it.example by TLS; yields its port, and whom its certificate is signed by."""
    file: Path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority, context = trustme.CA(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.cert_pem.write_to_path(str(file))
    authority.issue_cert("it.example").configure_cert(context)
    with raw_server(lambda: [OK]) as plain, tls_front(context, int(plain.url.rpartition(":")[2])) as port:
        yield port, Authorities((AuthorityFile(str(file), "caFile"),))


def ask(authorities: Authorities) -> str:
    """Returns the content of an answer of it.example, or why there is none and what to do."""
    transport = HttpTransport("https://it.example", {}, Timing(), authorities)
    try:
        return transport.exchange("GET", "/", None, None, {}, seconds=10).content.decode()
    except NoAnswer as error:
        return f"{error}\n{error.remedy}{' after it was sent' if error.sent else ''}"


def test_a_proxy_with_a_login(tenant: tuple[int, Authorities], monkeypatch: pytest.MonkeyPatch) -> None:
    """It is given the login, and with a wrong one told by its address alone."""
    port, authorities = tenant
    with connect_proxy(port, login="ada:canary p@ss") as proxy:
        at = f"127.0.0.1:{proxy.port}"
        monkeypatch.setenv("HTTPS_PROXY", f"http://ada:canary%20p%40ss@{at}")
        assert ask(authorities) == "{}"
        monkeypatch.setenv("HTTPS_PROXY", f"http://ada:canary-wrong@{at}")
        told = ask(authorities)
        assert told == (
            f"no connection (the proxy {at} refuses the connection with 407)\n"
            f"Set the credentials that {at} requires in HTTPS_PROXY: http://user:password@{at}."
        )
    assert redact_external("canary p@ss, canary%20p%40ss, canary-wrong") == "***, ***, ***"


def test_a_login_outside_latin_1(tenant: tuple[int, Authorities], monkeypatch: pytest.MonkeyPatch) -> None:
    """It is sent in UTF-8, percent-encoded in the url or not."""
    port, authorities = tenant
    with connect_proxy(port, login="ada:canary €") as proxy:
        for word in ("canary%20%E2%82%AC", "canary%20€"):
            monkeypatch.setenv("HTTPS_PROXY", f"http://ada:{word}@127.0.0.1:{proxy.port}")
            assert ask(authorities) == "{}"


def test_what_is_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing was sent, and nothing of it is shown; the variable that has it is named."""
    for variable, value in {"ALL_PROXY": "ada:canary", "HTTPS_PROXY": "http:/a", "https_proxy": "ftp://a"}.items():
        monkeypatch.setenv(variable, value)
        told = ask(Authorities())
        assert told.startswith(
            f"no connection ({variable} is not the url of a proxy)\nWrite it as http://user:password@"
        )
        assert "sent" not in told


def test_a_proxy_that_does_not_connect(tenant: tuple[int, Authorities], monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named with what it answers, or as the one that cannot be reached."""
    port, authorities = tenant
    with connect_proxy(port, refuses=True) as proxy:
        at = f"127.0.0.1:{proxy.port}"
        monkeypatch.setenv("HTTPS_PROXY", f"http://{at}")
        assert ask(authorities) == (
            f"no connection (the proxy {at} refuses the connection with 403)\n"
            f"Have {at} allow it.example, or add it.example to NO_PROXY, if it can be reached without the proxy."
        )
    monkeypatch.setenv("HTTPS_PROXY", f"http://ada:canary-word@{at}")
    assert ask(authorities) == (
        f"no connection (the proxy {at} cannot be reached)\n"
        f"Correct HTTPS_PROXY, which names {at}, or add it.example to NO_PROXY, if it can be reached without the "
        "proxy."
    )
    monkeypatch.setenv("HTTPS_PROXY", f"socks5://ada:canary-word@{at}")
    assert ask(authorities) == (
        f"no connection (the proxy {at} speaks SOCKS)\nRun: pip install pysocks; or set HTTPS_PROXY to an HTTP proxy."
    )


@pytest.mark.parametrize(
    ("variable", "value", "url", "host"),
    [
        ("HTTPS_PROXY", "http://a:b@p.example:3128", "https://it.example", "p.example:3128"),
        ("https_proxy", "p.example:3128", "https://it.example", "p.example:3128"),
        ("ALL_PROXY", "http://p.example", "https://it.example", "p.example"),
        ("HTTP_PROXY", "http://p.example", "https://it.example", ""),
        ("HTTPS_PROXY", "http://p.example", "https://127.9.9.9:8443", ""),
        ("HTTPS_PROXY", "http://p.example", "https://a.localhost/x", ""),
        ("HTTP_PROXY", "http://p.example", "http://[::1]:9", ""),
        ("HTTPS_PROXY", "", "https://it.example", ""),
    ],
)
def test_which_proxy_there_is(variable: str, value: str, url: str, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the scheme of the url, and none for this machine."""
    monkeypatch.setenv(variable, value)
    found = proxy_of(url)
    assert (found.host, bool(found)) == (host, bool(host))
    assert "a:b" not in repr(found)


def test_what_needs_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_PROXY names it, or a domain above it."""
    monkeypatch.setenv("HTTPS_PROXY", "http://p.example")
    monkeypatch.setenv("NO_PROXY", "other.example,.acme.example")
    assert [bool(proxy_of(f"https://{host}")) for host in ("other.example", "id.acme.example", "it.example")] == [
        False, False, True,
    ]  # fmt: skip
