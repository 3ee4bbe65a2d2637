"""A mailbox by IMAP (RFC 3501): read only, over TLS that is trusted, within bounds of time and size.

Nothing in it changes: folders are examined, and messages are peeked at. What arrives is known by its UID, which is
larger than every one before it, so that no clock counts. A filter's folder (Junk, RFC 6154) is looked at too.
"""

from __future__ import annotations

import imaplib
import re
import ssl
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TypeVar

from tenant_email.errors import TenantEmailError, redact_external
from tenant_email.json_types import is_list, is_sequence
from tenant_email.mail_proof.messages import LARGEST, read_mail
from tenant_email.mailboxes.arrivals import Arrived
from tenant_email.mailboxes.imap_address import encode_folder
from tenant_email.waiting import TimedOutError, run_within

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tenant_email.mailboxes.imap_address import ImapAddress
    from tenant_email.redaction.secrets import Secret
    from tenant_email.tenants.authorities import Authorities

_IDLE: Final = 20.0  # seconds without a byte
_WHOLE: Final = 45.0  # seconds for opening, or for one look
_MOST: Final = 200  # messages of one look
_LISTED: Final = re.compile(rb'\((?P<flags>[^)]*)\) (?:"(?:[^"\\]|\\.)*"|NIL) (?P<name>.+)')
_JUNK: Final = re.compile(rb"(?i)\A(?:\"?)(?:INBOX[./])?(?:\[Gmail\]/)?(?:junk(?: e-?mail)?|spam)(?:\"?)\Z")
_FAILURES: Final = (imaplib.IMAP4.error, OSError, EOFError)

T = TypeVar("T")


class _Bounded:
    """Refuses to read more at once than a mail may have."""

    def read(self, size: int) -> bytes:
        """Reads what a server announces."""
        if size > LARGEST:
            raise imaplib.IMAP4.abort(f"it announces {size} bytes at once")
        return self._read_on(size)

    def _read_on(self, size: int) -> bytes:
        raise NotImplementedError


class _TlsImap(_Bounded, imaplib.IMAP4_SSL):
    """A connection that begins with TLS."""

    def _read_on(self, size: int) -> bytes:
        return imaplib.IMAP4_SSL.read(self, size)


class _PlainImap(_Bounded, imaplib.IMAP4):
    """A connection that asks for TLS."""

    def _read_on(self, size: int) -> bytes:
        return imaplib.IMAP4.read(self, size)


class ImapMailbox:
    """A mailbox that was logged in to; what is in it then is old."""

    def __init__(
        self, address: ImapAddress, secret: Secret, authorities: Authorities, *, is_token: bool = False
    ) -> None:
        """Connects and logs in with a password, or with an OAuth 2.0 token; raises TenantEmailError."""
        self._address, self._authorities = address, authorities
        self._seen: dict[tuple[str, int], Arrived | None] = {}
        self._imap = self._bounded(lambda: self._open(secret, is_token=is_token))
        try:
            self._begins = self._bounded(self._look_around)
        except BaseException:
            self._imap.shutdown()
            raise

    @property
    def name(self) -> str:
        """Returns folder, user and server."""
        return redact_external(self._address)

    def arrivals(self) -> Sequence[Arrived]:
        """Returns what came since, in both folders."""
        self._bounded(self._look)
        return [each for each in self._seen.values() if each]

    def close(self) -> None:
        """Logs out; a server that is gone is no matter."""
        with suppress(*_FAILURES, TimedOutError):
            run_within(_IDLE, self._imap.logout, "imap")

    def _open(self, secret: Secret, *, is_token: bool) -> imaplib.IMAP4:
        address = self._address
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._authorities.load_into(context)
        if address.tls:
            imap: imaplib.IMAP4 = _TlsImap(address.host, address.port, ssl_context=context, timeout=_IDLE)
        else:
            imap = _PlainImap(address.host, address.port, timeout=_IDLE)
        try:
            if not address.tls:
                self._start_tls(imap, context)
            self._log_in(imap, secret, is_token=is_token)
        except BaseException:
            imap.shutdown()
            raise
        return imap

    def _start_tls(self, imap: imaplib.IMAP4, context: ssl.SSLContext) -> None:
        if "STARTTLS" not in imap.capabilities:
            raise self._error("it does not offer STARTTLS", "Use imaps://, or a server that has TLS.")
        imap.starttls(ssl_context=context)

    def _log_in(self, imap: imaplib.IMAP4, secret: Secret, *, is_token: bool) -> None:
        user, word = self._address.user, secret.reveal()
        try:
            if is_token:  # developers.google.com/gmail/imap/xoauth2-protocol
                imap.authenticate("XOAUTH2", lambda _: f"user={user}\1auth=Bearer {word}\1\1".encode())
            elif "AUTH=PLAIN" in imap.capabilities:  # LOGIN knows ASCII alone
                imap.authenticate("PLAIN", lambda _: f"\0{user}\0{word}".encode())
            else:
                imap.login(user, word)
        except UnicodeEncodeError:
            raise self._error(
                "it takes passwords in ASCII alone", "Make a password for applications, in ASCII."
            ) from None
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            remedy = (
                "Check user and password. Gmail, iCloud, Yahoo and others want a password for applications, and "
                "Microsoft 365 an access token (TENANT_EMAIL_IMAP_TOKEN)."
            )
            raise self._error(f"it refuses the login: {_said(error)}", remedy) from None

    def _look_around(self) -> dict[str, tuple[bytes, int]]:
        """Returns for each folder that is looked at its UIDVALIDITY and the UID that its next message gets."""
        folder = encode_folder(self._address.folder)
        begins = {folder: self._examine(folder)}
        if (junk := self._find_junk()) and junk != folder:
            with suppress(TenantEmailError):  # some servers list what one may not open
                begins[junk] = self._examine(junk)
        return begins

    def _look(self) -> None:
        for at, (folder, (validity, begin)) in enumerate(self._begins.items()):
            now, _ = self._examine(folder)
            if now != validity:
                raise self._error("the folder was made anew meanwhile", "Run again.")
            for uid in self._search(begin):
                if (folder, uid) not in self._seen:
                    self._seen[folder, uid] = self._fetch(uid, folder.strip('"') if at else "")

    def _examine(self, folder: str) -> tuple[bytes, int]:
        status, said = self._imap.select(folder, readonly=True)
        if status != "OK":
            raise self._error(
                f"there is no folder {self._address.folder}: {_said(said)}", "Name another, such as INBOX."
            )
        (validity,), (following,) = (self._imap.response(name)[1] for name in ("UIDVALIDITY", "UIDNEXT"))
        if following is None:  # RFC 3501 lets a server leave it out
            return validity or b"", max(self._search(1), default=0) + 1
        return validity or b"", int(following)

    def _search(self, begin: int) -> list[int]:
        """Returns the UIDs from this one on, the newest ones of many."""
        _, found = self._imap.uid("SEARCH", f"UID {begin}:*")
        # the range is read both ways, so that the last message of all is in it, whatever its UID
        uids = sorted(int(uid) for uid in (found[0] or b"").split() if int(uid) >= begin)
        return uids[-_MOST:]

    def _fetch(self, uid: int, junk: str) -> Arrived | None:
        """Returns a message; None for one that is too large, or gone."""
        _, sizes = self._imap.uid("FETCH", str(uid), "(RFC822.SIZE)")
        size = re.search(rb"RFC822\.SIZE (\d{1,12})", b" ".join(_flat(sizes)))
        if size is None or int(size[1]) > LARGEST:
            return None
        parts: Sequence[Any]
        _, parts = self._imap.uid("FETCH", str(uid), "(BODY.PEEK[])")
        raw = next((part[1] for part in parts if is_sequence(part)), None)
        try:
            return Arrived(read_mail(raw), junk) if isinstance(raw, bytes) else None
        except TenantEmailError:
            return None

    def _find_junk(self) -> str:
        """Returns the folder of a filter, as the server writes its name: by its flag, else by its name."""
        try:
            status, listed = self._imap.list()
        except imaplib.IMAP4.error:
            return ""
        rows = [_LISTED.match(line) for line in listed if isinstance(line, bytes)] if status == "OK" else []
        found = [row for row in rows if row]
        flagged = next((row for row in found if rb"\junk" in row["flags"].lower()), None)
        named = next((row for row in found if _JUNK.match(row["name"])), None)
        return _quoted(row["name"]) if (row := flagged or named) else ""

    def _bounded(self, work: Callable[[], T]) -> T:
        """Returns what some work returns, within the time; every failure becomes an error of ours."""
        where = f"{self._address.host}:{self._address.port}"
        try:
            return run_within(_WHOLE, work, "imap")
        except TenantEmailError:
            raise
        except TimedOutError:
            raise self._error(
                f"it took longer than {_WHOLE:.0f} s", "Run again, or read the mail with --received."
            ) from None
        except ssl.SSLCertVerificationError as error:
            remedy = self._authorities.explain(error.verify_code, self._address.host)
            raise self._error(f"its certificate is not trusted: {error.verify_message}", remedy) from None
        except ssl.SSLError as error:
            remedy = "Use imaps:// where the server begins with TLS (993), and imap:// where it does not (143)."
            raise self._error(f"TLS failed: {redact_external(error.reason or error)}", remedy) from None
        except TimeoutError:
            raise self._error(
                f"no answer within {_IDLE:.0f} s", "Check host and port, and that both can be reached."
            ) from None
        except OSError as error:
            what = redact_external(error.strerror or error)
            raise self._error(f"no connection: {what}", f"Check that {where} is right and can be reached.") from None
        except (imaplib.IMAP4.error, EOFError, ValueError, IndexError) as error:
            remedy = f"Check that {where} is an IMAP server; imaps:// begins with TLS, imap:// asks for it."
            raise self._error(f"it speaks otherwise than IMAP does: {_said(error)}", remedy) from None

    def _error(self, what: str, remedy: str) -> TenantEmailError:
        return TenantEmailError(f"mailbox {redact_external(self._address)}: {what}", remedy=remedy)


def _quoted(name: bytes) -> str:
    text = name.decode("utf-8", "replace").strip()
    return text if text.startswith('"') else f'"{text}"'


def _flat(parts: Sequence[Any]) -> list[bytes]:
    return [bytes(part[0] if is_sequence(part) else part) for part in parts if part]


def _said(what: object) -> str:
    """Returns what a server says, without what could be a secret or steer a terminal."""
    text = b" ".join(_flat(what)).decode("utf-8", "replace") if is_list(what) else str(what)
    found = re.fullmatch(r"b'(.*)'", text, re.DOTALL)  # the library's own way to quote an answer
    return redact_external(found[1] if found else text) or "nothing is said"
