"""A certificate authority for servers on loopback that answer under other people's host names."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_LIFETIME: Final = timedelta(days=365)
_CLOCK_SKEW: Final = timedelta(hours=1)


class CertificateAuthority:
    """A certificate authority; it keeps its own key in a directory, so that clients trust it across runs."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self.ca_file = directory / "ca.pem"
        key_file = directory / "ca-key.pem"
        if self.ca_file.exists() and key_file.exists():
            self._certificate, self._key = _read_pair(self.ca_file, key_file)
            if self._certificate.not_valid_after_utc > datetime.now(UTC):
                return
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._certificate = _root_certificate(self._key)
        _write_key(key_file, self._key)
        self.ca_file.write_bytes(self._certificate.public_bytes(Encoding.PEM))

    def server_context(self, hosts: Sequence[str]) -> ssl.SSLContext:
        """Returns a TLS 1.2+ context that answers under each of the hosts.

        A host may be a pattern such as `email-smtp.*.amazonaws.com`. No certificate can hold a wildcard inside a
        name, so the certificate for the name that a client asks for is signed while it connects.
        """
        context = self._context([host for host in hosts if "*" not in host])
        contexts: dict[str, ssl.SSLContext] = {}

        def choose(connection: ssl.SSLObject | ssl.SSLSocket, name: str | None, _: ssl.SSLContext) -> None:
            if name is None or not any(fnmatchcase(name, host) for host in hosts):
                return
            if name not in contexts:
                contexts[name] = self._context([name])
            connection.context = contexts[name]

        context.sni_callback = choose
        return context

    def _context(self, hosts: Sequence[str]) -> ssl.SSLContext:
        """Returns a context with a new certificate for exactly these hosts."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._sign(key.public_key(), hosts)
        chain = self._directory / f"server-{certificate.serial_number:x}.pem"
        _write_key(chain, key)
        with chain.open("ab") as file:
            file.write(certificate.public_bytes(Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(chain)
        chain.unlink()  # OpenSSL has read it; a private key need not lie about
        return context

    def _sign(self, key: ec.EllipticCurvePublicKey, hosts: Sequence[str]) -> x509.Certificate:
        """Returns a server certificate for the hosts."""
        names = x509.SubjectAlternativeName([_general_name(host) for host in hosts])
        issuer_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        return (
            _builder(key, x509.Name([]), self._certificate.subject)
            .add_extension(names, critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(issuer_key, critical=False)
            .sign(self._key, hashes.SHA256())
        )


def _root_certificate(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    """Returns the authority's own certificate."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tenant-email local authority")])
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        _builder(key.public_key(), name, name)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _builder(key: ec.EllipticCurvePublicKey, subject: x509.Name, issuer: x509.Name) -> x509.CertificateBuilder:
    """Returns what all certificates here have in common."""
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_SKEW)
        .not_valid_after(now + _LIFETIME)
    )


def _general_name(host: str) -> x509.GeneralName:
    """Returns the host as a certificate writes it: an IP address is not a DNS name."""
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _write_key(file: Path, key: ec.EllipticCurvePrivateKey) -> None:
    """Writes a private key that only its owner can read."""
    file.touch(mode=0o600)
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _read_pair(certificate: Path, key: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """Returns what is kept; raises ValueError where it is not what was written."""
    try:
        return x509.load_pem_x509_certificate(certificate.read_bytes()), _read_key(key)
    except (ValueError, TypeError):
        raise ValueError(
            f"{certificate.parent} does not hold the local authority\nRemove this folder: another one is then made."
        ) from None


def _read_key(file: Path) -> ec.EllipticCurvePrivateKey:
    """Reads what `_write_key` wrote."""
    key = load_pem_private_key(file.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{file.name} holds another kind of key; delete the directory to make a new authority")
    return key
