"""IMAP servers on loopback: Dovecot, where it is installed, and one that says what a test has it say."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import trustme

from tenant_email_local.ca import CertificateAuthority
from tenant_email_local.ports import free_ports

if TYPE_CHECKING:
    import ssl
    from collections.abc import Generator, Mapping

DOVECOT: Final = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
WHY_NOT: Final = "dovecot-imapd is not installed" if not DOVECOT else "" if os.geteuid() == 0 else "Dovecot needs root"
USER: Final = "ada@customer.example"
PASSWORD: Final = "canary-imap-p\u00e4ssword"

_CONFIG: Final = """
base_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
mail_location = maildir:{folder}/mail
auth_mechanisms = plain login
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/mail
}}
namespace inbox {{
  inbox = yes
  mailbox Junk {{
    auto = create
    special_use = \\Junk
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
    ssl = yes
  }}
}}
"""


@dataclass(frozen=True)
class Dovecot:
    """A server with one mailbox; `plain` asks for STARTTLS."""

    folder: Path
    ca_file: Path
    plain: int
    tls: int

    def url(self, *, tls: bool = True, folder: str = "INBOX") -> str:
        """Returns the mailbox's address."""
        scheme, port = ("imaps", self.tls) if tls else ("imap", self.plain)
        return f"{scheme}://{USER.replace('@', '%40')}@localhost:{port}/{folder}"

    def deliver(self, raw: bytes, folder: str = "") -> None:
        """Puts a mail into the mailbox, as a delivery agent does."""
        place = self.folder / "mail" / (f".{folder}" if folder else "")
        for name in ("cur", "new", "tmp"):
            (place / name).mkdir(parents=True, exist_ok=True)
        file = place / "tmp" / f"{time.time_ns()}.test"
        file.write_bytes(raw)
        for each in (place, *place.iterdir(), file):
            shutil.chown(each, "nobody", "nogroup")
        file.rename(place / "new" / file.name)


@contextmanager
def dovecot() -> Generator[Dovecot]:
    """Runs Dovecot; its folder is one that its own users may enter."""
    assert DOVECOT
    with tempfile.TemporaryDirectory(prefix="tenant-email-imap-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "mail").mkdir()
        shutil.chown(folder / "mail", "nobody", "nogroup")
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(folder / "ca.pem"))
        certificate = authority.issue_cert("localhost")
        certificate.private_key_pem.write_to_path(str(folder / "key.pem"))
        for blob in certificate.cert_chain_pems:
            blob.write_to_path(str(folder / "cert.pem"), append=True)
        plain, tls = free_ports(2)
        config = _CONFIG.format(folder=folder, plain=plain, tls=tls, password=PASSWORD)
        (folder / "dovecot.conf").write_text(config)
        server = subprocess.Popen([DOVECOT, "-F", "-c", str(folder / "dovecot.conf")], stderr=subprocess.DEVNULL)
        try:
            _wait_for(tls)
            yield Dovecot(folder, folder / "ca.pem", plain, tls)
        finally:
            server.terminate()
            server.wait()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise TimeoutError("Dovecot does not listen")


@contextmanager
def scripted(
    answers: Mapping[str, str], folder: Path, *, tls: bool = True, heard: list[str] | None = None
) -> Generator[int]:
    """Runs a server that greets with `answers[""]`, and answers a command by its name; `{tag}` is the command's own.

    `heard` takes what an AUTHENTICATE sends. A command that it knows no answer to ends the connection, and so does an
    empty greeting.
    """
    authority = CertificateAuthority(folder / "ca")
    context = authority.server_context(["localhost"]) if tls else None
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(
            target=_serve, args=(listener, context, answers, [] if heard is None else heard), daemon=True
        )
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()


def _serve(
    listener: socket.socket, context: ssl.SSLContext | None, answers: Mapping[str, str], heard: list[str]
) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with suppress(OSError, ValueError), connection:
            secured = context.wrap_socket(connection, server_side=True) if context else connection
            with secured, secured.makefile("rwb") as stream:
                stream.write(answers[""].encode())
                stream.flush()
                while answers[""] and (line := stream.readline().decode(errors="replace")):
                    tag, _, command = line.strip().partition(" ")
                    words = command.upper().split()
                    name = " ".join(words[:2]) if words[:1] == ["UID"] else words[0] if words else ""
                    if name not in answers:
                        break
                    if name == "AUTHENTICATE":  # what logs in comes when it is asked for
                        stream.write(b"+ \r\n")
                        stream.flush()
                        heard.append(stream.readline().decode())
                    stream.write(answers[name].replace("{tag}", tag).encode())
                    stream.flush()
