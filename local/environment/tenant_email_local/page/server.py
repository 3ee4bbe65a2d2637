"""Serves the page at one port of loopback: it is read only, and by this machine's own browser alone.

A page of another site can make a browser ask loopback; so whoever asks must name this host (a name that was rebound to
127.0.0.1 is not it), a script of another site is refused, and no answer says that others may read it. A mail's HTML
comes with a policy of its own, under which nothing runs and nothing is loaded.

Sources: Fetch Metadata Request Headers (W3C), Content Security Policy Level 3, RFC 9110 section 15.5.20 (421).
"""

from __future__ import annotations

import gzip
import json
import threading
from contextlib import suppress
from functools import cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, Self, cast
from urllib.parse import parse_qs, quote, urlsplit

from tenant_email_local.page.mail_view import EMPTY_FRAME, framed, shown_mail
from tenant_email_local.page.state import PageState
from tenant_email_local.ports import LOOPBACK

if TYPE_CHECKING:
    from tenant_email_local.machine import LocalMachine

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
MAIL_POLICY: Final = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'"
)
_KINDS: Final = {"page.html": "text/html", "page.css": "text/css", "page.js": "text/javascript"}
_POLL: Final = 0.05
_LOOK: Final = 1.0
_LONGEST_LINE: Final = 4096
_WORTH_PACKING: Final = 2000
_SECONDS: Final = 30


class PageServer:
    """The page of a machine while its `with` block runs; `port` 0 is a free one."""

    def __init__(self, machine: LocalMachine, port: int = 0) -> None:
        self.state = PageState(machine)
        self._server = _Server((LOOPBACK, port), self.state)
        self.port = int(self._server.server_address[1])
        self.url = f"http://{LOOPBACK}:{self.port}/"
        self._over = threading.Event()

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(_POLL,), name="page", daemon=True).start()
        threading.Thread(target=self._keep_looking, name="page-look", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    def _keep_looking(self) -> None:
        """Takes in mails when they arrive, and keeps the machine's own lists from growing, whether or not one looks."""
        while not self._over.wait(_LOOK):
            with suppress(Exception):  # the next look may find what was being changed just now
                self.state.look(trims=True)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], state: PageState) -> None:
        super().__init__(address, _Handler)
        self.state = state
        port = self.server_address[1]
        self.hosts = frozenset({f"{LOOPBACK}:{port}", f"localhost:{port}"})

    def handle_error(self, request: object, client_address: object) -> None:
        """Leaves a connection that broke; there is nobody to tell."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "tenant-email-local"
    sys_version = ""
    timeout = _SECONDS

    def do_GET(self) -> None:
        """Answers with the page or with what it asks for."""
        host, site = self.headers.get("Host", "").lower(), self.headers.get("Sec-Fetch-Site", "none")
        if host not in self._server.hosts:
            self._say(HTTPStatus.MISDIRECTED_REQUEST, "This is not the host of this page.")
        elif site == "cross-site" and self.headers.get("Sec-Fetch-Mode") != "navigate":
            self._say(HTTPStatus.FORBIDDEN, "Another site may not read this page.")
        elif len(self.path) > _LONGEST_LINE:
            self._say(HTTPStatus.REQUEST_URI_TOO_LONG, "The address is too long.")
        else:
            parts = urlsplit(self.path)
            self._route([each for each in parts.path.split("/") if each], parse_qs(parts.query))

    do_HEAD = do_GET  # noqa: N815 - the server looks for it by this name

    def __getattr__(self, name: str) -> Any:
        # every other method, whatever it is called
        if name.startswith("do_"):
            return self._refuse_method
        raise AttributeError(name)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the method that this is
        """Logs nothing: the terminal is for the environment of a stack."""

    @property
    def _server(self) -> _Server:
        return cast("_Server", self.server)

    def _refuse_method(self) -> None:
        self.close_connection = True  # what is left of the request is not read
        self._say(HTTPStatus.METHOD_NOT_ALLOWED, "This page is only read.", Allow="GET, HEAD")

    def _route(self, path: list[str], query: dict[str, list[str]]) -> None:
        state = self._server.state
        match path:
            case []:
                self._asset("page.html")
            case ["page.css" | "page.js"]:
                self._asset(path[0])
            case ["news"]:
                calls, mails = _number(query, "calls"), _number(query, "mails")
                self._json(state.news(calls, mails, query.get("held", [""])[0]))
            case ["calls", number] if number.isdecimal():
                self._json(state.calls.get(_int(number)))
            case ["mails", number, *rest] if number.isdecimal():
                self._mail(_int(number), rest)
            case _:
                self._say(HTTPStatus.NOT_FOUND, "There is nothing here.")

    def _mail(self, number: int, rest: list[str]) -> None:
        mail = self._server.state.mails.get(number)
        if mail is None:
            self._say(HTTPStatus.NOT_FOUND, "This mail is not kept.")
            return
        match rest:
            case []:
                self._json(shown_mail(mail))
            case ["html"]:
                self._send(HTTPStatus.OK, (framed(mail) or EMPTY_FRAME).encode(), "text/html", MAIL_POLICY)
            case ["raw"]:
                self._file(mail.raw, f"mail-{number}.eml")
            case ["attachments", at] if at.isdecimal():
                attachments = mail.parts().attachments
                if _int(at) < len(attachments):
                    self._file(attachments[_int(at)].data, attachments[_int(at)].name)
                    return
                self._say(HTTPStatus.NOT_FOUND, "There is no such attachment.")
            case _:
                self._say(HTTPStatus.NOT_FOUND, "There is nothing here.")

    def _json(self, document: Any) -> None:
        if document is None:
            self._say(HTTPStatus.NOT_FOUND, "This is not kept.")
            return
        self._send(HTTPStatus.OK, json.dumps(document).encode(), "application/json")

    def _asset(self, name: str) -> None:
        self._send(HTTPStatus.OK, asset(name).encode(), _KINDS[name], POLICY)

    def _file(self, data: bytes, name: str) -> None:
        """Answers with a file to be saved: no browser shows or runs it here."""
        told = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
        self._send(HTTPStatus.OK, data, "application/octet-stream", MAIL_POLICY, **{"Content-Disposition": told})

    def _say(self, status: HTTPStatus, text: str, **headers: str) -> None:
        self._send(status, f"{text}\n".encode(), "text/plain", **headers)

    def _send(self, status: HTTPStatus, data: bytes, kind: str, policy: str = POLICY, **headers: str) -> None:
        packs = len(data) > _WORTH_PACKING and "gzip" in self.headers.get("Accept-Encoding", "")
        body = gzip.compress(data, 1) if packs else data
        self.send_response(status)
        given = {
            "Content-Type": f"{kind}; charset=utf-8" if kind else "",
            "Content-Encoding": "gzip" if packs else "",
            "Content-Length": str(len(body)),
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cache-Control": "no-store",
            **headers,
        }
        for name, value in given.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


@cache
def asset(name: str) -> str:
    """Returns a file of the page."""
    return files("tenant_email_local.page").joinpath(name).read_text(encoding="utf-8")


def _number(query: dict[str, list[str]], name: str) -> int:
    given = query.get(name, ["0"])[0]
    return _int(given) if given.isdecimal() else 0


def _int(digits: str) -> int:
    return int(digits[:15])
