"""Pulumi's passphrase secrets: AES-256-GCM under a key that PBKDF2 derives from the passphrase and the stack's salt.

The salt line of `Pulumi.<stack>.yaml` and each ciphertext are the CLI's own, so that either engine reads the other's.
"""

from __future__ import annotations

import base64
import hashlib
import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

if TYPE_CHECKING:
    from collections.abc import Mapping

_ROUNDS: Final = 1_000_000
_CHECK: Final = "pulumi"


class PassphraseError(Exception):
    """The passphrase is missing or does not open this stack."""


class Crypter:
    """Encryption and decryption of the values of one stack."""

    def __init__(self, salt_line: str, key: bytes) -> None:
        self.salt_line = salt_line
        self._cipher = AESGCM(key)

    def encrypt(self, text: str) -> str:
        """Returns the ciphertext, `v1:nonce:sealed`."""
        nonce = os.urandom(12)
        return f"v1:{_encode(nonce)}:{_encode(self._cipher.encrypt(nonce, text.encode(), None))}"

    def decrypt(self, ciphertext: str) -> str:
        """Returns the text; raises PassphraseError when the key is another's."""
        _, nonce, sealed = ciphertext.split(":")
        try:
            return self._cipher.decrypt(base64.b64decode(nonce), base64.b64decode(sealed), None).decode()
        except InvalidTag:
            raise PassphraseError("incorrect passphrase") from None


def open_salt(phrase: str, salt_line: str) -> Crypter:
    """Returns the crypter of a stack that has a salt; raises PassphraseError when the phrase is not the stack's."""
    _, salt, check = salt_line.split(":", 2)
    crypter = Crypter(salt_line, _derive(phrase, salt))
    crypter.decrypt(check)
    return crypter


def new_salt(phrase: str) -> Crypter:
    """Returns a crypter with a fresh salt."""
    salt = _encode(os.urandom(8))
    key = _derive(phrase, salt)
    return Crypter(f"v1:{salt}:{Crypter('', key).encrypt(_CHECK)}", key)


def phrase_from(environ: Mapping[str, str]) -> str:
    """Returns the passphrase from PULUMI_CONFIG_PASSPHRASE or the file PULUMI_CONFIG_PASSPHRASE_FILE names."""
    if "PULUMI_CONFIG_PASSPHRASE" in environ:
        return environ["PULUMI_CONFIG_PASSPHRASE"]
    if path := environ.get("PULUMI_CONFIG_PASSPHRASE_FILE"):
        return Path(path).read_text().strip()
    raise PassphraseError("passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE")


@lru_cache(maxsize=16)
def _derive(phrase: str, salt: str) -> bytes:
    """Derives the key; kept, because it costs a third of a second."""
    return hashlib.pbkdf2_hmac("sha256", phrase.encode(), base64.b64decode(salt), _ROUNDS, 32)


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()
