"""Received mails as files, each as a delivery agent leaves it: for who reads a folder in place of a mailbox."""

from __future__ import annotations

import os
import time
from email.utils import formatdate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tenant_email_local.inbox import Received


def write(received: Received, folder: Path) -> None:
    """Writes a mail to a folder, whole or not at all, below the fields of its last server (RFC 5321 section 4.4)."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{time.time_ns()}.eml"
    partial = folder / f".{name}.part"
    partial.write_bytes(_trace(received) + received.raw)
    os.replace(partial, folder / name)  # noqa: PTH105 - over nothing: the name has the time in it


def _trace(received: Received) -> bytes:
    # The server takes no mail without TLS; what SES's API delivers comes by HTTP.
    protocol = "HTTP" if received.username == "amazon-ses" else "ESMTPSA"
    lines = [] if "Return-Path" in received.message else [f"Return-Path: <{received.mail_from}>"]
    lines += [f"Delivered-To: {recipient}" for recipient in received.rcpt_to]
    lines += [f"Received: from localhost (localhost [127.0.0.1])\r\n\tby localhost with {protocol}; {formatdate()}"]
    return "".join(f"{line}\r\n" for line in lines).encode()
