"""A mail as bytes: its header fields in their order and its body, both as they came (RFC 5322 section 2)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from tenant_email.errors import TenantEmailError

if TYPE_CHECKING:
    from email.message import Message

LARGEST: Final = 25 * 2**20
"""Bytes of a mail; what mailboxes take at most (Gmail's limit for incoming mail is 50 MB, for outgoing 25 MB)."""
_MOST_FIELDS: Final = 1000
_BOM: Final = b"\xef\xbb\xbf"
_FIELD: Final = re.compile(rb"([!-9;-~]+)[ \t]*:(.*)", re.DOTALL)
_LINE_END: Final = re.compile(rb"\r\n|\n")
_SAVE: Final = "Save the message as it came: its source, also called the original or raw message, as an .eml file."


@dataclass(frozen=True, slots=True)
class Field:
    """A header field: its name in small letters, its value unfolded, and its bytes without the last line end."""

    name: str
    value: str
    raw: bytes


@dataclass(frozen=True)
class Mail:
    """A mail with CRLF line ends, as it was on the wire; the fields from the top down."""

    fields: tuple[Field, ...]
    body: bytes

    def all(self, name: str) -> list[str]:
        """Returns the values of the fields of a name, from the top down."""
        return [field.value for field in self.fields if field.name == name]

    def first(self, name: str) -> str:
        """Returns the value of the topmost field of a name; empty without one."""
        return next(iter(self.all(name)), "")

    @cached_property
    def parsed(self) -> Message:
        """Returns it with its parts; RecursionError where they are nested too deep."""
        from email import message_from_bytes  # noqa: PLC0415 - slow to load

        header = b"\r\n".join(field.raw for field in self.fields)
        return message_from_bytes(header + b"\r\n\r\n" + self.body)


def read_mail(raw: bytes) -> Mail:
    """Reads a mail from a file or a mailbox.

    Raises:
        TenantEmailError: it is none.
    """
    if len(raw) > LARGEST:
        raise TenantEmailError(f"the message is larger than {LARGEST >> 20} MiB", remedy=_SAVE)
    text = _LINE_END.sub(b"\r\n", raw.removeprefix(_BOM))
    if text.startswith((b"From ", b">From ")):  # an mbox's separator
        text = text.partition(b"\r\n")[2]
    header, _, body = text.partition(b"\r\n\r\n")
    fields = list[Field]()
    # a line that begins with blanks goes on with the field before it (RFC 5322 section 2.2.3)
    for line in re.split(rb"\r\n(?![ \t])", header.rstrip(b"\r\n")):
        if not (match := _FIELD.fullmatch(line)):
            raise TenantEmailError(
                f"it is not an email message: line {len(fields) + 1} is no header field", remedy=_SAVE
            )
        value = re.sub(rb"\r\n([ \t])", rb"\1", match[2]).strip()
        fields.append(Field(match[1].decode("ascii").lower(), value.decode("utf-8", "replace"), line))
        if len(fields) > _MOST_FIELDS:
            raise TenantEmailError(f"it has more than {_MOST_FIELDS} header fields", remedy=_SAVE)
    if not {field.name for field in fields} & {"from", "received", "date", "subject"}:
        raise TenantEmailError("it is not an email message: it has no From, Date, Subject or Received", remedy=_SAVE)
    return Mail(tuple(fields), body)
