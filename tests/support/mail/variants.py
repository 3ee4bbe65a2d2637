"""The mail servers that a preflight is held against, as data: how each is configured, and how tenants are to use it.

No verdict is written here. What works is what the platforms' own mail libraries get through (support.mail.judges).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from support.mail.scripted import RESET, Lines

if TYPE_CHECKING:
    from collections.abc import Mapping

_STARTTLS: Final = {"smtpd_tls_security_level": "may"}
_LOGIN: Final = {"smtpd_sasl_auth_enable": "yes", "smtpd_sasl_path": "usual"}
_AT_ONCE: Final = {"smtpd_delay_reject": "no"}
_OPEN: Final = {"smtpd_relay_restrictions": "permit_mynetworks, reject"}


def _with(certificate: str) -> dict[str, str]:
    file = f"{{tls}}/{certificate}.pem"
    return {**_STARTTLS, **_LOGIN, "smtpd_tls_cert_file": file, "smtpd_tls_key_file": file}


POSTFIX: Final[Mapping[str, Mapping[str, str]]] = {
    "STARTTLS and login": {**_STARTTLS, **_LOGIN},
    "login under TLS alone": {**_STARTTLS, **_LOGIN, "smtpd_tls_auth_only": "yes"},
    "nothing without TLS": {**_LOGIN, "smtpd_tls_security_level": "encrypt"},
    "login without TLS": _LOGIN,
    "TLS at once": {**_LOGIN, "smtpd_tls_wrappermode": "yes"},
    "LOGIN alone": {**_STARTTLS, **_LOGIN, "smtpd_sasl_path": "login"},
    "PLAIN alone": {**_STARTTLS, **_LOGIN, "smtpd_sasl_path": "plain"},
    "CRAM-MD5 alone": {**_STARTTLS, **_LOGIN, "smtpd_sasl_path": "cram"},
    "DIGEST-MD5 alone": {**_STARTTLS, **_LOGIN, "smtpd_sasl_path": "digest"},
    "every login": {**_STARTTLS, **_LOGIN, "smtpd_sasl_path": "all"},
    "AUTH= for old clients too": {**_STARTTLS, **_LOGIN, "broken_sasl_auth_clients": "yes"},
    "TLS 1.2 alone": {**_STARTTLS, **_LOGIN, "smtpd_tls_protocols": ">=TLSv1.2, <=TLSv1.2"},
    "TLS 1.3 alone": {**_STARTTLS, **_LOGIN, "smtpd_tls_protocols": ">=TLSv1.3"},
    "TLS 1.1 at best": {**_STARTTLS, **_LOGIN, "smtpd_tls_protocols": "<=TLSv1.1"},
    "ciphers of old": {**_with("rsa"), "smtpd_tls_protocols": "<=TLSv1.2", "tls_medium_cipherlist": "AES128-SHA"},
    "an RSA key": _with("rsa"),
    "an expired certificate": _with("expired"),
    "a certificate of tomorrow": _with("early"),
    "a certificate for another name": _with("other-name"),
    "a private authority": _with("private"),
    "a chain without its middle": _with("unchained"),
    "a whole chain": _with("chained"),
    "a certificate asked of clients": {**_STARTTLS, **_LOGIN, "smtpd_tls_ask_ccert": "yes"},
    "a certificate demanded of clients": {
        **_LOGIN,
        "smtpd_tls_security_level": "encrypt",
        "smtpd_tls_req_ccert": "yes",
        "smtpd_tls_CAfile": "{tls}/public.pem",
    },
    "an open relay": _OPEN,
    "an open relay with TLS": {**_OPEN, **_STARTTLS},
    "an open relay that demands TLS": {**_OPEN, "smtpd_tls_security_level": "encrypt"},
    "a relay with no login for anyone": _STARTTLS,
    "STARTTLS that is not told": {**_STARTTLS, **_LOGIN, "smtpd_discard_ehlo_keywords": "starttls"},
    "AUTH that is not told": {**_STARTTLS, **_LOGIN, "smtpd_discard_ehlo_keywords": "auth"},
    "closed to this network": {**_AT_ONCE, **_LOGIN, "smtpd_client_restrictions": "reject"},
    "closed for now": {**_AT_ONCE, **_LOGIN, "smtpd_client_restrictions": "defer"},
    "no greeting is good enough": {**_AT_ONCE, **_LOGIN, "smtpd_helo_restrictions": "reject"},
    "a slow greeting": {**_AT_ONCE, **_STARTTLS, **_LOGIN, "smtpd_client_restrictions": "sleep 2, permit"},
}

_ANY: Final = {"starttls": "", "auth": ""}
EXIM: Final[Mapping[str, Mapping[str, str]]] = {
    "STARTTLS and login": _ANY,
    "login under TLS alone": {"starttls": "", "auth_under_tls": ""},
    "login without TLS": {"auth": ""},
    "TLS at once": {"tls_first": "", "auth_under_tls": ""},
    "LOGIN alone": {**_ANY, "mechanisms": "LOGIN"},
    "PLAIN alone": {**_ANY, "mechanisms": "PLAIN"},
    "CRAM-MD5 alone": {**_ANY, "mechanisms": "CRAM-MD5"},
    "CRAM-MD5 first": {**_ANY, "mechanisms": "CRAM-MD5:LOGIN:PLAIN"},
    "an RSA key": {**_ANY, "certificate": "rsa"},
    "an expired certificate": {**_ANY, "certificate": "expired"},
    "a certificate for another name": {**_ANY, "certificate": "other-name"},
    "a private authority": {**_ANY, "certificate": "private"},
    "a chain without its middle": {**_ANY, "certificate": "unchained"},
    "a whole chain": {**_ANY, "certificate": "chained"},
    "an open relay": {"relay": ""},
    "an open relay with TLS": {"relay": "", "starttls": ""},
    "a relay with no login for anyone": {"starttls": ""},
    "closed to this network": {**_ANY, "closed": ""},
    "closed for now": {**_ANY, "busy": ""},
    "a slow greeting": {**_ANY, "delay": "2s"},
}

_TLS: Final = b"250-test\r\n250-STARTTLS\r\n250 AUTH LOGIN PLAIN\r\n"

_TURNS: Final[dict[str, Any]] = {"EHLO": (_TLS,), "STARTTLS": (b"220 go\r\n",)}


def _offers(*lines: str, refused: bytes = b"235 welcome\r\n") -> Lines:
    """Returns a server with these lines after its name, which answers AUTH so."""
    said = "".join(f"250-{line}\r\n" for line in ("test", *lines[:-1])) + f"250 {lines[-1]}\r\n"
    replies: dict[str, Any] = {"EHLO": (said.encode(),)}
    return Lines(replies=replies if refused.startswith(b"235") else {**replies, "AUTH": (refused,)})


_NO_SUCH: Final = b"504 5.5.4 unrecognized authentication type\r\n"
SCRIPTED: Final[Mapping[str, Lines]] = {
    "a login of old servers": _offers("AUTH=LOGIN PLAIN"),
    "PLAIN of old servers alone": _offers("AUTH=PLAIN"),
    "small letters": _offers("starttls-not", "auth login plain"),
    "two lines of logins": _offers("AUTH GSSAPI NTLM", "AUTH PLAIN LOGIN"),
    "two lines, the other way round": _offers("AUTH PLAIN LOGIN", "AUTH GSSAPI"),
    "a login whose name begins like another's": _offers("AUTH PLAIN-CLIENTTOKEN XOAUTH", refused=_NO_SUCH),
    "XOAUTH2 alone": _offers("AUTH XOAUTH2", refused=_NO_SUCH),
    "GSSAPI alone": _offers("AUTH GSSAPI", refused=_NO_SUCH),
    "AUTH without a name": _offers("AUTH", refused=_NO_SUCH),
    "no login, and open": _offers("8BITMIME"),
    "HELO alone, and open": Lines(replies={"EHLO": (b"502 what\r\n",), "AUTH": (b"502 what\r\n",)}),
    "neither EHLO nor HELO": Lines(replies={"EHLO": (b"502 what\r\n",), "HELO": (b"502 what\r\n",)}),
    "another good code": Lines(replies={"EHLO": (b"251-test\r\n251 AUTH LOGIN PLAIN\r\n",)}),
    "421 at EHLO": Lines(replies={"EHLO": (b"421 4.3.2 closing\r\n", None)}),
    "STARTTLS fails for now": Lines(replies={"EHLO": (_TLS,), "STARTTLS": (b"454 4.7.0 TLS not available\r\n",)}),
    "STARTTLS that is not told": Lines(replies={"STARTTLS": (b"220 go\r\n",)}),
    "STARTTLS fails": Lines(replies={"EHLO": (_TLS,), "STARTTLS": (b"501 5.5.4 no\r\n",)}),
    "STARTTLS answered with 250": Lines(replies={"EHLO": (_TLS,), "STARTTLS": (b"250 go on\r\n",)}),
    "the end after STARTTLS": Lines(replies={"EHLO": (_TLS,), "STARTTLS": (None,)}),
    "the end in the handshake": Lines(replies=_TURNS, cut=True),
    "TLS works": Lines(replies=_TURNS, secured={"EHLO": (b"250-test\r\n250 AUTH LOGIN PLAIN\r\n",)}),
    "text before TLS": Lines(replies={"EHLO": (_TLS,), "STARTTLS": (b"220 go\r\n250 AUTH LOGIN PLAIN\r\n",)}),
    "EHLO fails under TLS": Lines(replies=_TURNS, secured={"EHLO": (b"421 4.3.2 later\r\n", None)}),
    "no login under TLS": Lines(replies=_TURNS, secured={"EHLO": (b"250 test\r\n",), "AUTH": (b"503 no\r\n",)}),
    "a page": Lines(greeting=(b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n<html></html>", None)),
    "another protocol": Lines(greeting=(b"+OK POP3 ready\r\n",)),
    "another code": Lines(greeting=(b"250 test\r\n",)),
    "busy": Lines(greeting=(b"421 4.7.0 busy\r\n", None)),
    "a refusal": Lines(greeting=(b"554 5.7.1 no\r\n", None)),
    "a bare code": Lines(greeting=(b"220\r\n",)),
    "a greeting of many lines": Lines(greeting=(b"220-a\r\n220-b\r\n" * 20 + b"220 c\r\n",)),
    "a long greeting": Lines(greeting=(b"220 " + b"x" * 20_000 + b"\r\n",)),
    "non-ASCII characters": Lines(greeting=("220 Grüß Gott\r\n".encode(),)),
    "bytes that are no letters": Lines(greeting=(b"220 \xff\xfe\x80\r\n",)),
    "lines that end in LF": Lines(greeting=(b"220 test\n",), replies={"EHLO": (b"250-test\n250 AUTH LOGIN PLAIN\n",)}),
    "an empty line first": Lines(greeting=(b"\r\n220 test\r\n",)),
    "QUIT is refused": Lines(replies={"QUIT": (b"500 what\r\n",)}),
    "a reset at QUIT": Lines(replies={"QUIT": (RESET,)}),
    "silence": Lines(greeting=(30.0,)),
    "the end at once": Lines(greeting=(None,)),
    "half a greeting": Lines(greeting=(b"220 te", None)),
    "a greeting that drips": Lines(greeting=(b"220-more\r\n", 0.5) * 16 + (None,)),
    "EHLO that drips": Lines(replies={"EHLO": (b"250-more\r\n", 0.5) * 16 + (None,)}),
    "silence at EHLO": Lines(replies={"EHLO": (30.0,)}),
    "TLS at once that ends": Lines(tls_first=True, cut=True),
    "TLS at once": Lines(tls_first=True),
}

_WAITS: Final = {"connection_timeout": 4000, "greeting_timeout": 4000, "socket_timeout": 4000}
LOGTO: Final[Mapping[str, Mapping[str, Any]]] = {
    "usual": {},
    "require_tls": {"require_tls": True},
    "ignore_tls": {"ignore_tls": True},
    "secure": {"secure": True},
    "any certificate": {"tls": {"rejectUnauthorized": False}},
    "own authority": {"tls": {"ca": "private"}},
    "TLS 1.3": {"tls": {"minVersion": "TLSv1.3"}},
    "servername": {"servername": "mail.other.example"},
    "no login": {"login": False},
    "no login, TLS required": {"login": False, "require_tls": True},
}
"""What Logto is told, beside host, port and login, for every server."""

_AIC_WAITS: Final = {"connection_timeout": 4000, "timeout": 4000, "write_timeout": 4000}
AIC: Final[Mapping[str, Mapping[str, Any]]] = {
    "usual": {},
    "ssl": {"ssl": True, "starttls": False},
    "clear": {"starttls": False},
    "required": {"smtp_properties": {"mail.smtp.starttls.required": "true"}},
    "trust": {"smtp_properties": {"mail.smtp.ssl.trust": "*", "mail.smtp.ssl.checkserveridentity": "false"}},
    "any name": {"smtp_properties": {"mail.smtp.ssl.checkserveridentity": "false"}},
    "TLS 1.3": {"tls_protocols": ["TLSv1.3"]},
    "both versions": {"tls_protocols": ["TLSv1.2", "TLSv1.3"]},
    "PLAIN": {"smtp_properties": {"mail.smtp.auth.mechanisms": "PLAIN"}},
    "not LOGIN": {"smtp_properties": {"mail.smtp.auth.login.disable": "true"}},
    "no login": {"login": False},
}
"""The same for PingOne AIC."""


CORE: Final = frozenset({"usual", "require_tls", "secure", "ssl", "no login", "at once", "later"})
"""The profiles that each server is held against; the others go to those whose answers they change."""
FINE: Final = frozenset(
    {
        "STARTTLS and login",
        "login without TLS",
        "TLS 1.2 alone",
        "TLS 1.3 alone",
        "a certificate for another name",
        "a private authority",
        "a chain without its middle",
        "STARTTLS that is not told",
        "text before TLS",
    }
)


def logto(profile: str) -> dict[str, Any]:
    """Returns the settings of a profile of Logto, its timeouts short."""
    return {**_WAITS, **LOGTO[profile]}


def aic(profile: str) -> dict[str, Any]:
    """Returns the settings of a profile of PingOne AIC, its timeouts short."""
    return {"ssl": False, "starttls": True, **_AIC_WAITS, **AIC[profile]}
