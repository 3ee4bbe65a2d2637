"""Why there is no connection: what each kind of an error of the libraries is told as, and what to do about it."""

from __future__ import annotations

import ssl
from typing import Final

import pytest
import requests

from tenant_email.net.unconnected import explain
from tenant_email.tenants.authorities import Authorities
from tenant_email.tenants.proxies import NONE, Proxy

URL: Final = "https://it.example:8443"
PROXY: Final = Proxy("http://ada:canary@proxy.example:3128", "proxy.example:3128")
BEHIND: Final = "or add it.example to NO_PROXY, if it can be reached without the proxy."
IN_CLEAR: Final = "The server speaks no TLS there: correct the port of the url, or its scheme."
TOO_OLD: Final = f"{URL} needs TLS 1.2 or newer, with what this machine's OpenSSL accepts."


def tls(reason: str | None) -> ssl.SSLError:
    """Returns an error of the handshake, as OpenSSL names its reason."""
    error = ssl.SSLError(1, "canary")
    error.reason = reason  # type: ignore[assignment]  # None where OpenSSL gives none
    return error


def certificate(code: int = 10) -> ssl.SSLCertVerificationError:
    """Returns an error of a certificate, by OpenSSL's code: of one that has expired."""
    error = ssl.SSLCertVerificationError(1, "canary")
    error.verify_code, error.verify_message = code, "certificate has \x1b expired"
    return error


@pytest.mark.parametrize(
    ("error", "proxy", "told"),
    [
        (requests.ConnectTimeout("canary"), NONE, ("timeout", "")),
        (requests.ConnectTimeout("canary"), PROXY, ("timeout through the proxy proxy.example:3128", "")),
        (requests.ConnectionError("canary"), NONE, ("refused", "")),
        (requests.ConnectionError("canary"), PROXY, ("refused through the proxy proxy.example:3128", "")),
        (requests.ConnectionError("NameResolutionError: canary"), NONE, ("name not found", "")),
        (requests.exceptions.ProxyError("canary"), NONE, ("refused", "")),
        (requests.exceptions.InvalidSchema("canary"), NONE, ("refused", "")),
        (
            requests.exceptions.InvalidSchema("canary"),
            PROXY,
            (
                "the proxy proxy.example:3128 speaks SOCKS",
                "Run: pip install pysocks; or set HTTPS_PROXY to an HTTP proxy.",
            ),
        ),
        (
            requests.exceptions.ProxyError("canary", OSError("Tunnel connection failed: 403 Forbidden")),
            PROXY,
            (
                "the proxy proxy.example:3128 refuses the connection with 403",
                f"Have proxy.example:3128 allow it.example, {BEHIND}",
            ),
        ),
        (
            requests.exceptions.InvalidProxyURL("canary"),
            PROXY,
            (
                "the proxy proxy.example:3128 cannot be reached",
                f"Correct HTTPS_PROXY, which names proxy.example:3128, {BEHIND}",
            ),
        ),
        (tls("WRONG_VERSION_NUMBER"), NONE, ("TLS fails: wrong version number", IN_CLEAR)),
        (tls("HTTP_REQUEST"), NONE, ("TLS fails: http request", IN_CLEAR)),
        (tls("UNSUPPORTED_PROTOCOL"), NONE, ("TLS fails: unsupported protocol", TOO_OLD)),
        (tls(None), PROXY, ("TLS fails: the handshake ended", TOO_OLD)),
        (
            certificate(),
            PROXY,
            (
                "the TLS certificate is not accepted: certificate has \\x1b expired",
                "Have the certificate renewed, or correct this machine's clock.",
            ),
        ),
        (
            certificate(62),
            NONE,
            (
                "the TLS certificate is not accepted: certificate has \\x1b expired",
                "Use the name that the certificate is for, or get a certificate for it.example.",
            ),
        ),
    ],
)
def test_what_an_error_is_told_as(error: Exception, proxy: Proxy, told: tuple[str, str]) -> None:
    """In words of our own: a library's may quote a proxy's password."""
    assert explain(error, URL, Authorities(), proxy) == told


def caused(inner: BaseException) -> Exception:
    """Returns an error that was raised from another."""
    error = ValueError("outer")
    error.__cause__ = inner
    return error


def in_context(inner: BaseException) -> Exception:
    """Returns an error that was raised while another was handled."""
    error = ValueError("outer")
    error.__context__ = inner
    return error


class Reasoned(ValueError):
    """Has its reason as an attribute."""

    def __init__(self, reason: BaseException) -> None:
        super().__init__("outer")
        self.reason = reason


@pytest.mark.parametrize("wrap", [caused, in_context, Reasoned, lambda inner: ValueError("outer", inner)])
def test_a_reason_is_found_within(wrap: type[Exception]) -> None:
    """Wherever a library keeps it, a certificate's before any other; not without end."""
    expired = "the TLS certificate is not accepted: certificate has \\x1b expired"
    assert explain(wrap(certificate()), URL, Authorities(), NONE)[0] == expired
    assert explain(ValueError(tls("HTTP_REQUEST"), wrap(certificate())), URL, Authorities(), NONE)[0] == expired
    error: Exception = tls("HTTP_REQUEST")
    for _ in range(11):
        error = wrap(error)
    assert explain(error, URL, Authorities(), NONE)[0] == "TLS fails: http request"
    assert explain(wrap(error), URL, Authorities(), NONE)[0] == "refused"


def test_errors_that_have_each_other_end() -> None:
    """As an error does that is raised again while it is handled; what is beside the circle is found."""
    one, two, three = (requests.ConnectionError(name) for name in ("one", "two", "three"))
    one.__cause__, two.__cause__, three.__cause__ = two, three, one
    one.__context__ = two.__context__ = three.__context__ = one
    assert explain(one, URL, Authorities(), NONE) == ("refused", "")
    three.__context__ = tls("HTTP_REQUEST")
    assert explain(one, URL, Authorities(), NONE) == ("TLS fails: http request", IN_CLEAR)
    first = inner = requests.ConnectionError("first")
    for _ in range(6):
        inner.__context__, inner.__cause__ = first, ValueError("next")
        inner = inner.__cause__  # type: ignore[assignment]
    inner.__cause__ = tls("HTTP_REQUEST")
    assert explain(first, URL, Authorities(), NONE) == ("TLS fails: http request", IN_CLEAR)
