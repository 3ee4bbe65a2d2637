"""TLS with a mail server as a platform does it: which certificates it trusts, and what a refusal means.

"Public" is Mozilla's list (certifi), which Node has built in and which Java's hardly differs from, and not what this
machine trusts besides: a company's own authority is no help to a tenant. The tenant's `caFile`, or a variable such as
SSL_CERT_FILE, says otherwise, for tenants that run where such a file counts.
"""

from __future__ import annotations

import secrets
import ssl
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from tenant_email.checks.smtp_wire import Fails
from tenant_email.errors import redact_external
from tenant_email.tenants.authorities import NOT_NOW, UNKNOWN_ISSUER, WRONG_NAME

if TYPE_CHECKING:
    from tenant_email.checks.smtp_wire import SmtpConnection
    from tenant_email.tenants.authorities import Authorities

_CIPHERS: Final = "HIGH:!aNULL:!eNULL:!EXPORT:!DES:!RC4:!MD5:!PSK:!SRP:!CAMELLIA:@SECLEVEL=1"
"""Those of Node and Java, which take servers that Python's own choice does not."""

_IN_CLEAR: Final = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG")
_OLD: Final = ("PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL", "NO_PROTOCOLS", "VERSION_TOO_LOW", "VERSION_TOO_HIGH")
_CLIENT: Final = ("CERTIFICATE_REQUIRED", "PEER_DID_NOT_RETURN_A_CERTIFICATE")


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """A certificate in PEM with its private key, and what that is encrypted with; shown, the key itself stays."""

    certificate: str
    key: str = field(repr=False)
    passphrase: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Trust:
    """How a platform makes sure of a server.

    verify: False where it is told to take any certificate. names: False where it is told to take one for any name.
    authorities: certificates in PEM that stand in place of the public ones; empty for these.
    ciphers: OpenSSL's words for what it may use; empty for what Node and Java use.
    private: how one tells the platform of an authority of one's own, or that it takes none, as a sentence.
    client: what the platform is told to show of itself.
    """

    verify: bool = True
    names: bool = True
    authorities: str = ""
    oldest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2
    newest: ssl.TLSVersion = ssl.TLSVersion.MAXIMUM_SUPPORTED
    ciphers: str = ""
    private: str = "The tenant does not trust a private certificate authority."
    client: ClientCertificate | None = None


def secure(
    connection: SmtpConnection, at: str, name: str, trust: Trust, authorities: Authorities, *, discards: bool = False
) -> None:
    """Turns a connection to TLS for a server of this name; raises Fails with what the platform would fail at.

    `authorities` are trusted where the platform is told of none. `discards`: the platform overlooks what a server says
    in clear text where TLS should begin.
    """
    context = _context(trust, authorities)
    try:
        name.encode("idna")  # which TLS does with it, where the connection would not be closed any more
    except UnicodeError:
        what = f"TLS with {at} fails: {redact_external(repr(name))} is no name that a certificate could be for"
        raise Fails(what, "Correct the host, or the servername where one is set.") from None
    try:
        connection.secure(context, name, discards=discards)
    except ssl.SSLCertVerificationError as error:
        raise Fails(
            f"TLS with {at} fails: {redact_external(error.verify_message)}",
            _certificate(error, name, trust, authorities),
        ) from None
    except ssl.SSLError as error:
        raise Fails(f"TLS with {at} fails: {redact_external(_said(error))}", _remedy(error.reason or "")) from None
    except TimeoutError:
        raise Fails(f"TLS with {at} fails: timeout during the handshake", _remedy("")) from None
    except OSError as error:
        what = redact_external(error.strerror or type(error).__name__)
        raise Fails(f"TLS with {at} fails: the connection ended during the handshake ({what})", _remedy("")) from None


def _context(trust: Trust, authorities: Authorities) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version, context.maximum_version = trust.oldest, trust.newest
    # Python 3.13 is stricter with certificates than the platforms are in one way, and takes more in another
    context.verify_flags = ssl.VerifyFlags.VERIFY_X509_TRUSTED_FIRST
    try:
        context.set_ciphers(trust.ciphers or _CIPHERS)
    except ssl.SSLError:
        what, remedy = "tls.ciphers names no cipher that TLS has", "Write OpenSSL's names, separated by colons."
        raise Fails(what, remedy) from None
    if trust.client:
        _show(trust.client, context)
    if not trust.verify:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context
    context.check_hostname = trust.names
    if not trust.authorities:
        for flaw in authorities.problems():
            raise Fails(f"{flaw.path}: {flaw.what}", flaw.remedy)
        authorities.load_into(context)
        return context
    try:
        context.load_verify_locations(cadata=trust.authorities)
    except (ssl.SSLError, ValueError):
        what = "tls.ca holds no certificate"
        raise Fails(what, "Set the text of the certificate, including -----BEGIN CERTIFICATE-----.") from None
    return context


def _show(client: ClientCertificate, context: ssl.SSLContext) -> None:
    """Has a context show a certificate; OpenSSL reads a file, where the key is encrypted with a passing word."""
    passing = secrets.token_urlsafe().encode()
    try:
        key = load_pem_private_key(client.key.encode(), client.passphrase.encode() or None)
        sealed = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passing))
        with tempfile.TemporaryDirectory() as folder:  # Windows opens no file a second time before it is closed
            file = Path(folder) / "client.pem"
            file.write_bytes(client.certificate.encode() + b"\n" + sealed)
            context.load_cert_chain(file, password=passing)
    except (ValueError, TypeError, ssl.SSLError, UnsupportedAlgorithm):
        what, remedy = "tls.cert and tls.key are not a certificate and its key", "Set both in PEM, and the passphrase."
        raise Fails(what, remedy) from None
    except OSError as error:
        what = f"tls.cert cannot be tried without a temporary file ({error.strerror})"
        raise Fails(what, "Set TMPDIR to a folder that can be written, or preflight to off.") from None


def _said(error: ssl.SSLError) -> str:
    """Returns OpenSSL's reason in words."""
    if not error.reason or "EOF" in error.reason:
        return "the connection ended during the handshake"
    return error.reason.replace("_", " ").lower()


def _certificate(error: ssl.SSLCertVerificationError, name: str, trust: Trust, authorities: Authorities) -> str:
    if error.verify_code in WRONG_NAME:
        return f"Use the name that the certificate is for as host, or get a certificate for {name}."
    if error.verify_code in NOT_NOW:
        return "Renew the certificate, or correct this machine's clock."
    if error.verify_code in UNKNOWN_ISSUER:
        chain = "Use a public certificate, and have the server send the intermediate ones with it."
        if trust.authorities:
            return f"{chain} {trust.private}"
        trusted = f"This machine trusts {authorities}; set {authorities.setting} to trust others"
        return f"{chain} {trust.private} {trusted}."
    return f"Use a public certificate for {name}."


def _remedy(reason: str) -> str:
    if any(part in reason for part in _IN_CLEAR):
        return "The server begins in clear text there: use 465, which begins with TLS, or STARTTLS (587)."
    if any(part in reason for part in _OLD):
        return "Have server and settings speak TLS 1.2 or newer."
    if any(part in reason for part in _CLIENT):
        return "Configure the server not to ask for a client certificate: the tenant has none."
    return "It needs TLS 1.2 or newer and a public certificate for that name; port 465 is TLS from the start."
