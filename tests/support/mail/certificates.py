"""Certificates for mail servers: of an authority that clients are told to trust, and faulty ones."""

from __future__ import annotations

import datetime as dt
import functools
import ssl
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import trustme

if TYPE_CHECKING:
    from pathlib import Path

_HERE: Final = ("localhost", "127.0.0.1", "::1")
_YEAR: Final = dt.timedelta(days=365)


@dataclass(frozen=True)
class Certificates:
    """Two authorities, the public one of a test and a private one, and what they signed, by name.

    good, other-name, expired, early, unchained (its intermediate is missing), chained, private, rsa: each key and chain
    in PEM.
    """

    public: trustme.CA
    private: trustme.CA
    leaves: dict[str, bytes]

    def context(self, name: str, newest: ssl.TLSVersion = ssl.TLSVersion.MAXIMUM_SUPPORTED) -> ssl.SSLContext:
        """Returns a server's TLS with this certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if newest < ssl.TLSVersion.TLSv1_2:
            context.minimum_version = newest
            context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.maximum_version = newest
        with tempfile.NamedTemporaryFile() as file:
            file.write(self.leaves[name])
            file.flush()
            context.load_cert_chain(file.name)
        return context

    def write(self, directory: Path) -> None:
        """Writes key and chain of each certificate as NAME.pem, and the authorities as public.pem and private.pem."""
        self.public.cert_pem.write_to_path(str(directory / "public.pem"))
        self.private.cert_pem.write_to_path(str(directory / "private.pem"))
        for name, leaf in self.leaves.items():
            (directory / f"{name}.pem").write_bytes(leaf)


@functools.cache
def certificates() -> Certificates:
    """Returns the certificates of this process."""
    now = dt.datetime.now(dt.UTC)
    public, private = trustme.CA(organization_name="A public authority"), trustme.CA(organization_name="A company")
    middle = public.create_child_ca()
    chained = middle.issue_cert(*_HERE)
    leaves = {
        "good": public.issue_cert(*_HERE),
        "other-name": public.issue_cert("mail.other.example"),
        "expired": public.issue_cert(*_HERE, not_before=now - 2 * _YEAR, not_after=now - _YEAR),
        "early": public.issue_cert(*_HERE, not_before=now + _YEAR, not_after=now + 2 * _YEAR),
        "chained": chained,
        "private": private.issue_cert(*_HERE),
        "rsa": public.issue_cert(*_HERE, key_type=trustme.KeyType.RSA),
    }
    pem = {name: leaf.private_key_and_cert_chain_pem.bytes() for name, leaf in leaves.items()}
    pem["unchained"] = chained.private_key_pem.bytes() + chained.cert_chain_pems[0].bytes()
    return Certificates(public, private, pem)
