"""Which certificate authorities are trusted: the same for the calls of a tenant, its login and its mail server.

The file of a tenant's entry (`caFile`) counts where there is one; else the files that requests' and OpenSSL's variables
name, together; else the public authorities. A file stands in place of the public ones.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tenant_email.errors import Problem

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

_REQUESTS: Final = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")  # of which requests reads the first that is set
_OPENSSL: Final = "SSL_CERT_FILE"
# What is wrong with a certificate, by OpenSSL's X509_V_ERR_…
UNKNOWN_ISSUER: Final = frozenset({2, 18, 19, 20, 21})  # self-signed, or an issuer that is not there
WRONG_NAME: Final = frozenset({62, 64})
NOT_NOW: Final = frozenset({9, 10})


@dataclass(frozen=True, slots=True)
class AuthorityFile:
    """A file in PEM, or a folder as OpenSSL's c_rehash makes one; `source` names it, such as SSL_CERT_FILE."""

    path: str
    source: str

    def __str__(self) -> str:
        return f"{self.path} ({self.source})"


@dataclass(frozen=True, slots=True)
class Authorities:
    """Those of files, or without any the public ones; `setting` is what one sets to name another file."""

    files: tuple[AuthorityFile, ...] = ()
    setting: str = _OPENSSL

    def __str__(self) -> str:
        listed = " and ".join(map(str, self.files))
        return f"the certificate authorities in {listed}" if listed else "the public certificate authorities"

    def or_of(self, environ: Mapping[str, str]) -> Authorities:
        """Returns these, or those of the environment where no file was given."""
        if self.files:
            return self
        sources: dict[str, list[str]] = {}
        for name in (next((name for name in _REQUESTS if environ.get(name, "").strip()), ""), _OPENSSL):
            if path := environ.get(name, "").strip():
                sources.setdefault(path, []).append(name)
        return replace(self, files=tuple(AuthorityFile(path, ", ".join(names)) for path, names in sources.items()))

    def problems(self) -> list[Problem]:
        """Returns what is wrong with the files."""
        remedy = "Name a file with certificates in PEM, including -----BEGIN CERTIFICATE-----, or name none."
        flaws = ((file, _flaw(file.path, _stamp(file.path))) for file in self.files)
        return [Problem(file.source, f"{file.path} {flaw}", remedy) for file, flaw in flaws if flaw]

    def stamps(self) -> tuple[tuple[int, int], ...]:
        """Returns what changes when one of the files does."""
        return tuple(map(_stamp, self._paths()))

    def load_into(self, context: ssl.SSLContext) -> None:
        """Has a context trust these, and no others that it does not trust yet; OSError where a file is none."""
        for path in self._paths():
            folder = Path(path).is_dir()
            context.load_verify_locations(None if folder else path, path if folder else None)

    def _paths(self) -> tuple[str, ...]:
        if self.files:
            return tuple(file.path for file in self.files)
        import certifi  # noqa: PLC0415 - it reads its list from the disk

        return (certifi.where(),)

    def explain(self, verify_code: int, name: str) -> str:
        """Returns what to do when a server's certificate is not accepted, by OpenSSL's X509_V_ERR of it."""
        if verify_code in WRONG_NAME:
            return f"Use the name that the certificate is for, or get a certificate for {name}."
        if verify_code in NOT_NOW:
            return "Have the certificate renewed, or correct this machine's clock."
        if verify_code in UNKNOWN_ISSUER:
            return (
                f"None of {self} signed it. If your own authority or a proxy's did, set {self.setting} to a PEM file "
                "with that authority's certificate."
            )
        return f"The certificate of {name} is not accepted by {self}, which are trusted here."


def of_environment(environ: Mapping[str, str] | None = None) -> Authorities:
    """Returns the authorities that the environment names, or the public ones."""
    return Authorities().or_of(os.environ if environ is None else environ)


def _stamp(path: str) -> tuple[int, int]:
    """Returns what changes when a file does."""
    try:
        found = Path(path).stat()
    except (OSError, ValueError):
        return 0, 0
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=16)  # each resource of a tenant asks, and a public list takes OpenSSL some milliseconds
def _flaw(path: str, _stamp: tuple[int, int]) -> str:
    """Returns what is wrong with a file of certificates; empty when nothing is."""
    import ssl  # noqa: PLC0415 - a preview asks only where a file is named

    if Path(path).is_dir():
        return ""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except ssl.SSLError:
        return "holds no certificate in PEM"
    except (OSError, ValueError) as error:  # ValueError where the path holds a null byte
        return f"cannot be read ({getattr(error, 'strerror', None) or 'no such path'})"
    return ""
