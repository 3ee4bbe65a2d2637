"""The address of a mailbox, such as `imaps://ada@imap.acme.com/INBOX` (RFC 5092, without a password in it)."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from tenant_email.inputs.hosts import ascii_host

_PORTS: Final = {"imaps": 993, "imap": 143}
_PLAIN: Final = re.compile(r"[ -%'-~]+|&|[^ -~]+")


@dataclass(frozen=True, slots=True)
class ImapAddress:
    """Where a mailbox is: `tls` begins with TLS, else STARTTLS is asked for and must be had."""

    host: str
    port: int
    user: str
    folder: str = "INBOX"
    tls: bool = True

    def __str__(self) -> str:
        return f"{self.folder} of {self.user} at {self.host}:{self.port}"


def read_address(text: str) -> ImapAddress:
    """Reads an address.

    Raises:
        ValueError: it is none; the message says how to write it, and quotes nothing.
    """
    form = "write it as imaps://USER@HOST/INBOX"
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        raise ValueError(f"it is no address: {form}") from None
    if parts.scheme not in _PORTS:
        raise ValueError(f"it begins with neither imaps:// nor imap:// (STARTTLS): {form}")
    if parts.password is not None:
        raise ValueError(f"it holds a password, which others can see: {form}, and set TENANT_EMAIL_IMAP_PASSWORD")
    host, user = ascii_host(parts.hostname or ""), unquote(parts.username or "")
    if not host or not user or parts.query or parts.fragment:
        raise ValueError(f"it names no {'user' if host else 'host'}: {form}")
    if not (user + unquote(parts.path)).isprintable():
        raise ValueError(f"it holds a character that no name has: {form}")
    folder = unquote(parts.path.strip("/")) or "INBOX"
    return ImapAddress(host, port or _PORTS[parts.scheme], user, folder, tls=parts.scheme == "imaps")


def encode_folder(name: str) -> str:
    """Returns a folder's name as IMAP writes it: quoted, in its own UTF-7 (RFC 3501 sections 4.3 and 5.1.3)."""
    encoded = "".join(map(_encode, _PLAIN.findall(name)))
    return '"' + encoded.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _encode(part: str) -> str:
    if part == "&":
        return "&-"
    if part.isascii():
        return part
    return "&" + base64.b64encode(part.encode("utf-16-be")).decode().rstrip("=").replace("/", ",") + "-"
