"""What the local SMTP server received, as data and as text."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import TYPE_CHECKING

from tenant_email_local import mail_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True)
class Received:
    """One message with the envelope it came in."""

    mail_from: str
    rcpt_to: tuple[str, ...]
    username: str
    message: EmailMessage
    raw: bytes = field(repr=False)
    at: float = field(default_factory=time.time, compare=False)

    def text(self) -> str:
        """Returns headers and decoded body for a terminal; control characters cannot reach it."""
        headers = [f"{name}: {' '.join(str(value).split())}" for name, value in self.message.items()]
        body = self.message.get_body(("plain", "html"))
        content = body.get_content().replace("\r\n", "\n") if body else ""
        lines = ["\n".join(headers), "", content.rstrip("\n")]
        return "".join(char if char.isprintable() or char in "\n\t" else "\ufffd" for char in "\n".join(lines))


def parse_mail(raw: bytes) -> EmailMessage:
    """Reads a message as it came over SMTP."""
    return message_from_bytes(raw.replace(b"\r\n", b"\n"), EmailMessage, policy=policy.default)


class Inbox:
    """Received messages in order, which a thread can wait for."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        """Where each message is written to as a file, too."""
        self._messages: list[Received] = []
        self._changed = threading.Condition()

    def add(self, message: Received) -> None:
        """Appends a message and wakes who waits."""
        if self.folder:
            mail_files.write(message, self.folder)
        with self._changed:
            self._messages.append(message)
            self._changed.notify_all()

    def wait_for(self, count: int, timeout: float = 30.0) -> list[Received]:
        """Returns all messages as soon as there are `count`; TimeoutError after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        with self._changed:
            while len(self._messages) < count:
                if not self._changed.wait(max(0.0, deadline - time.monotonic())):
                    raise TimeoutError(f"{len(self._messages)} of {count} messages came within {timeout} s")
            return list(self._messages)

    def clear(self) -> None:
        """Forgets all messages."""
        with self._changed:
            self._messages.clear()

    def forget_oldest(self, count: int) -> None:
        """Forgets as many messages, the oldest first."""
        with self._changed:
            del self._messages[:count]

    def __iter__(self) -> Iterator[Received]:
        with self._changed:
            return iter(list(self._messages))

    def __len__(self) -> int:
        with self._changed:
            return len(self._messages)

    def __getitem__(self, index: int) -> Received:
        with self._changed:
            return self._messages[index]
