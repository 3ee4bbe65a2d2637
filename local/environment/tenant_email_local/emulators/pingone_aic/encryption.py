"""How the tenant keeps secrets of its configuration: encrypted under its own key, anew at each write.

Source: docs/contracts/pingone_aic.md#secrets.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import b64decode, b64encode
from typing import Any, Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.padding import PKCS7

_KEY_SIZE: Final = 16  # bytes, as the blob's keySize says


def encrypt(text: str, key: bytes) -> dict[str, Any]:
    """Returns a blob; the same text never gives the same blob twice, for salt and iv are random."""
    salt, iv = secrets.token_bytes(16), secrets.token_bytes(16)
    padder, encryptor = PKCS7(128).padder(), _cipher(key, salt, iv).encryptor()
    data = encryptor.update(padder.update(text.encode()) + padder.finalize()) + encryptor.finalize()
    value = {
        "cipher": "AES/CBC/PKCS5Padding",
        "data": _text(data),
        "iv": _text(iv),
        "keySize": _KEY_SIZE,
        "mac": _text(_mac(key, iv + data)),
        "purpose": "idm.config.encryption",
        "salt": _text(salt),
        "stableId": "openidm-sym-default",
    }
    return {"$crypto": {"type": "x-simple-encryption", "value": value}}


def decrypt(blob: dict[str, Any], key: bytes) -> str:
    """Returns the text of a blob; ValueError when another tenant encrypted it."""
    value = blob["$crypto"]["value"]
    iv, data = b64decode(value["iv"]), b64decode(value["data"])
    if not hmac.compare_digest(_mac(key, iv + data), b64decode(value["mac"])):
        msg = "the value was not encrypted with this tenant's key"
        raise ValueError(msg)
    decryptor, unpadder = _cipher(key, b64decode(value["salt"]), iv).decryptor(), PKCS7(128).unpadder()
    return (unpadder.update(decryptor.update(data) + decryptor.finalize()) + unpadder.finalize()).decode()


def is_blob(value: Any) -> bool:
    """Returns whether a value is encrypted already."""
    return isinstance(value, dict) and "$crypto" in value


def _cipher(key: bytes, salt: bytes, iv: bytes) -> Cipher[modes.CBC]:
    derived = HKDF(SHA256(), _KEY_SIZE, salt, b"idm.config.encryption").derive(key)
    return Cipher(algorithms.AES(derived), modes.CBC(iv))


def _mac(key: bytes, text: bytes) -> bytes:
    return hmac.digest(key, text, "sha256")[:16]


def _text(data: bytes) -> str:
    return b64encode(data).decode()
