"""Mails in files of this machine: a folder of .eml files or a Maildir, a file in mbox format, or one mail."""

from __future__ import annotations

import re
from contextlib import suppress
from hashlib import sha256
from itertools import chain
from typing import TYPE_CHECKING, Final

from tenant_email.errors import TenantEmailError
from tenant_email.inputs.text_files import unusable
from tenant_email.mail_proof.messages import LARGEST, read_mail
from tenant_email.mailboxes.arrivals import Arrived

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from tenant_email.mail_proof.messages import Mail

_SEPARATOR: Final = re.compile(rb"^From [^\r\n]*\r?\n", re.MULTILINE)
_NOTED: Final = re.compile(rb"^(?:Status|X-(?:Status|UID|IMAP|IMAPbase|Keywords)):.*\n", re.MULTILINE | re.IGNORECASE)
"""What a reader of an mbox notes in the mails themselves: that one was read, answered, numbered."""
_MOST: Final = 500  # files that are read, the newest ones
_REMEDY: Final = "Name a folder with .eml files, a Maildir, or a file: `tenant-email local` writes to its inbox."


class FileMailbox:
    """A folder or a file; what is in it when it is opened is old."""

    def __init__(self, path: Path) -> None:
        """Raises TenantEmailError where there is none."""
        self._path = path
        if not path.exists():
            raise unusable(path, "there is no such file or folder", _REMEDY)
        self._old = set(map(_digest, self._messages()))

    @property
    def name(self) -> str:
        """Returns its path."""
        return str(self._path)

    def arrivals(self) -> Sequence[Arrived]:
        """Returns what is new; a file that is being written is read when it is whole."""
        return [Arrived(mail) for mail in _read(raw for raw in self._messages() if _digest(raw) not in self._old)]

    def _messages(self) -> Iterator[bytes]:
        """Yields each mail as bytes, the oldest file first."""
        try:
            if self._path.is_dir():
                for file in _newest(self._path):
                    with suppress(FileNotFoundError):  # its reader has moved or deleted it meanwhile
                        yield _read_bytes(file)
            else:
                yield from _split(_read_bytes(self._path))
        except OSError as error:
            raise unusable(self._path, f"cannot be read: {error.strerror}", _REMEDY) from None


def _digest(raw: bytes) -> bytes:
    """Returns what tells a mail from others, whoever has read it, and whatever lies between it and the next one."""
    return sha256(_NOTED.sub(b"", raw).rstrip()).digest()


def _newest(folder: Path) -> list[Path]:
    is_maildir = (folder / "new").is_dir() and (folder / "cur").is_dir()
    places = ((folder / "new").iterdir(), (folder / "cur").iterdir()) if is_maildir else (folder.glob("*.eml"),)
    found: dict[Path, int] = {}
    for file in chain(*places):
        with suppress(FileNotFoundError):
            if file.is_file():
                found[file] = file.stat().st_mtime_ns
    return sorted(found, key=lambda file: (found[file], file.name))[-_MOST:]


def _read_bytes(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(LARGEST + 1)


def _split(raw: bytes) -> Iterator[bytes]:
    """Yields the mails of an mbox (RFC 4155), or the one mail that a file is."""
    if not raw.startswith(b"From "):
        if raw.strip():
            yield raw
        return
    yield from (part for part in _SEPARATOR.split(raw) if part.strip())


def _read(messages: Iterable[bytes]) -> Iterator[Mail]:
    for raw in messages:
        try:
            yield read_mail(raw)
        except TenantEmailError:
            continue  # no mail, or not all of it yet
