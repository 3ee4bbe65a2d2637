"""TLS as Node speaks it: its options, whom it trusts, and its words (docs/contracts/logto.md#smtp-words)."""

from __future__ import annotations

import ssl
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final, cast

from tenant_email_local.emulators.delivery import DeliveryFailed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email_local.emulators.delivery import Delivery

_VERSIONS: Final = {
    "TLSv1": ssl.TLSVersion.TLSv1,
    "TLSv1.1": ssl.TLSVersion.TLSv1_1,
    "TLSv1.2": ssl.TLSVersion.TLSv1_2,
    "TLSv1.3": ssl.TLSVersion.TLSv1_3,
}
_UNTRUSTED: Final = {
    9: "certificate is not yet valid",
    10: "certificate has expired",
    18: "self-signed certificate",
    19: "self-signed certificate in certificate chain",
    20: "unable to verify the first certificate",
}
"""What OpenSSL's numbers are called there."""
_BROKEN: Final = {
    "WRONG_VERSION_NUMBER": (
        "0A00010B:{}tls_validate_record_header:wrong version number:{}record/methods/tlsany_meth.c:77:"
    ),
    "NO_PROTOCOLS_AVAILABLE": "0A0000BF:{}tls_setup_handshake:no protocols available:{}statem/statem_lib.c:155:",
    "TLSV1_ALERT_PROTOCOL_VERSION": (
        "0A00042E:{}ssl3_read_bytes:tlsv1 alert protocol version:{}record/rec_layer_s3.c:918:SSL alert number 70"
    ),
}
"""OpenSSL's errors as Node passes them on, after the number of a thread."""


def context(config: Mapping[str, Any], delivery: Delivery) -> ssl.SSLContext:
    """Returns what to connect with: the configuration's own options and authority, or that of this machine."""
    options: dict[str, Any] = config.get("tls") or {}
    authority = options.get("ca")
    if not isinstance(authority, (str, list, type(None))):
        words = "string or an instance of Buffer, TypedArray, or DataView. Received type number"
        raise DeliveryFailed(f'The "options.ca" property must be of type {words} ({authority})')
    given = "\n".join(cast("list[str]", authority)) if isinstance(authority, list) else authority
    try:
        made = ssl.create_default_context(cafile=None if given else delivery.ca_file, cadata=given or None)
    except (ssl.SSLError, ValueError):
        made = ssl.create_default_context(cafile=delivery.ca_file)
    made.check_hostname = False
    if options.get("rejectUnauthorized") is False:
        made.verify_mode = ssl.CERT_NONE
    _limit(made, options)
    return made


def require_identity(connection: ssl.SSLSocket, name: str) -> None:
    """Refuses a certificate that is for others, where certificates are looked at."""
    certificate = connection.getpeercert()
    if certificate and (reason := _mismatch(certificate, name.removesuffix("."))):
        raise DeliveryFailed(f"Hostname/IP does not match certificate's altnames: {reason}")


def words(error: OSError) -> str:
    """Returns an error of the connection in Node's words."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _UNTRUSTED.get(error.verify_code, str(error.verify_message))
    if isinstance(error, ssl.SSLError) and error.reason in _BROKEN:
        return (
            f"C0AC21B2817F0000:error:{_BROKEN[error.reason].format('SSL routines:', '../deps/openssl/openssl/ssl/')}\n"
        )
    if isinstance(error, ssl.SSLEOFError):
        return "read ECONNRESET"
    if isinstance(error, ssl.SSLError):
        return str(error.reason or error).replace("_", " ").lower()
    return "read ECONNRESET" if isinstance(error, ConnectionResetError) else str(error)


def _limit(made: ssl.SSLContext, options: Mapping[str, Any]) -> None:
    """Takes over versions, ciphers and a certificate of one's own; the last cannot be read from here."""
    for option, attribute in (("minVersion", "minimum"), ("maxVersion", "maximum")):
        version = options.get(option)
        if version and version not in _VERSIONS:
            raise DeliveryFailed(f'"{version}" is not a valid {attribute} TLS protocol version')
        if version:
            setattr(made, f"{attribute}_version", _VERSIONS[version])
    try:
        made.set_ciphers(options.get("ciphers") or "DEFAULT")
    except ssl.SSLError:
        raise DeliveryFailed("error:0A0000B9:SSL routines::no cipher match") from None
    if options.get("cert") or options.get("key"):
        raise DeliveryFailed("error:0480006C:PEM routines::no start line")


def _mismatch(certificate: Mapping[str, Any], name: str) -> str:
    """Returns why a certificate is not for a name, nothing where it is."""
    alternatives: list[tuple[str, str]] = list(certificate.get("subjectAltName", ()))
    names = [value for kind, value in alternatives if kind == "DNS"]
    addresses = [value for kind, value in alternatives if kind == "IP Address"]
    common = next((value for ((key, value),) in certificate.get("subject", ()) if key == "commonName"), "")
    if _is_address(name):
        known = [ip_address(each) for each in addresses]
        return "" if ip_address(name) in known else f"IP: {name} is not in the cert's list: {', '.join(addresses)}"
    if names:
        shown = ", ".join(f"{kind}:{value}" for kind, value in alternatives)
        fits = any(_fits(name, each) for each in names)
        return "" if fits else f"Host: {name}. is not in the cert's altnames: {shown}"
    if common:
        return "" if _fits(name, common) else f"Host: {name}. is not cert's CN: {common}"
    return "Cert does not contain a DNS name"


def _fits(name: str, pattern: str) -> bool:
    """Returns whether a name is that of a certificate, whose first label may hold one asterisk."""
    labels, wanted = name.lower().split("."), pattern.lower().removesuffix(".").split(".")
    before, star, after = wanted[0].partition("*")
    if len(labels) != len(wanted) or labels[1:] != wanted[1:]:
        return False
    if not star or len(wanted) < 3:  # noqa: PLR2004 - a wildcard right below a top level counts for nothing
        return labels[0] == wanted[0]
    return len(labels[0]) >= len(before + after) and labels[0].startswith(before) and labels[0].endswith(after)


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
