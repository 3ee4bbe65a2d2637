"""What every emulated platform is made of: an HTTP server on loopback, the calls it received, faults to inject.

A platform adds its routes and says how it words a refusal; nothing here knows any platform.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, Self, cast

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from tenant_email_local.exchanges import Exchange, headers
from tenant_email_local.ports import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from werkzeug.serving import BaseWSGIServer

    from tenant_email_local.ca import CertificateAuthority
    from tenant_email_local.exchanges import Watch

Clock = Callable[[], float]

_DROPPED: Final = "tenant_email_local.dropped"
_POLL: Final = 0.5  # seconds between two looks whether to end, where nothing wakes it; hundreds may run at once


@dataclass(frozen=True)
class HttpAnswer:
    """An answer: a status, a JSON document (None: an empty body) and extra headers, or an HTML page."""

    status: int
    document: Any = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    page: str | None = None


class Refusal(Exception):
    """The reply of a request that the platform refuses."""

    def __init__(self, reply: HttpAnswer) -> None:
        super().__init__(reply.status)
        self.reply = reply


@dataclass(frozen=True)
class ReceivedCall:
    """One request as the platform received it; `status` is None when it was dropped unanswered.

    The body is there for tests and never in `str` or `repr`: they show which fields were sent.
    """

    method: str
    path: str
    status: int | None
    request_json: Any = field(default=None, repr=False)
    query: str = field(default="", repr=False)

    def __str__(self) -> str:
        fields = ", ".join(_field_paths(self.request_json))
        return f"{self.method} {self.path} {self.status or 'dropped'}" + (f" ({fields})" if fields else "")


def _field_paths(document: Any, prefix: str = "") -> list[str]:
    """Returns the dotted names of a document's fields, without their values."""
    if not isinstance(document, dict) or not document:
        return [prefix.removesuffix(".")] if prefix else []
    fields = cast("dict[str, Any]", document)
    return [path for key, value in fields.items() for path in _field_paths(value, f"{prefix}{key}.")]


@dataclass
class Fault:
    """What goes wrong with the next `times` calls whose method and path match (`*` is a wildcard).

    `status` answers in the platform's own words without doing anything, `html` with a page as a proxy would;
    `delay` is in seconds; `drop` hangs up before or after the call had its effect.
    """

    method: str = "*"
    path: str = "*"
    status: int | None = None
    html: str | None = None
    delay: float = 0.0
    drop: Literal["before", "after"] | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    times: int = 1

    def matches(self, method: str, path: str) -> bool:
        """Returns whether the fault waits for this call."""
        return self.times > 0 and fnmatchcase(method, self.method) and fnmatchcase(path, self.path)


class Emulator(ABC):
    """A server of a platform on loopback while its `with` block runs. State changes happen one call at a time."""

    login_path: ClassVar[str] = ""
    """Where tokens are given out."""

    def __init__(self, *, port: int = 0, clock: Clock = time.time) -> None:
        self.port = port
        self.clock = clock
        self.calls: list[ReceivedCall] = []
        self.lock = threading.RLock()
        self.public_url = ""
        """The origin of a proxy that clients go through; set before the `with` block."""
        self.authority: CertificateAuthority | None = None
        """Signs the certificate of https; without one it is http. Set before the `with` block."""
        self.prefix = ""
        """The path that it is served under, such as /auth; set before the `with` block."""
        self.login_apart = False
        """Whether tokens are given out at another port alone (`login_url`); set before the `with` block."""
        self.watch: Watch | None = None
        """Is shown every call with its bodies; without one nothing is kept of them."""
        self._faults: list[Fault] = []

    @abstractmethod
    def answer(self, request: Request) -> HttpAnswer:
        """Returns the platform's answer, or raises `Refusal`; called under the lock."""

    @abstractmethod
    def fault_reply(self, status: int) -> HttpAnswer:
        """Returns an injected status in the platform's own words."""

    @property
    def url(self) -> str:
        """The origin that clients use, without a trailing slash."""
        return self.public_url or self._at(self.port)

    @property
    def login_url(self) -> str:
        """Where tokens are given out, without their path: `url`, or the other port."""
        return self._at(self._login.port) if self.login_apart else self.url

    def trusting(self, name: str) -> dict[str, str]:
        """Returns the variable `name` with the file of its authority; none where it is reached by http."""
        return {name: str(self.authority.ca_file)} if self.authority else {}

    def wrong_door(self, request: Request, *, at_login: bool) -> HttpAnswer | None:
        """Returns the answer to what is asked for at the port of the other; None where that is right."""
        if (request.path == self.login_path) == at_login:
            return None
        return HttpAnswer(404, page="<h1>404 Not Found</h1>")

    def inject(self, fault: Fault) -> None:
        """Makes the next matching calls go wrong; faults are used up in the order they were injected."""
        with self.lock:
            self._faults.append(fault)

    def reset_calls(self) -> None:
        """Forgets the calls received so far."""
        with self.lock:
            self.calls.clear()

    def forget_calls(self, kept: int) -> None:
        """Forgets all but the last calls."""
        with self.lock:
            del self.calls[:-kept]

    def __enter__(self) -> Self:
        self._server = self._listen(self.port)
        self.port = self._server.port
        if self.login_apart:
            self._login = self._listen(0)
        return self

    def __exit__(self, *_: object) -> None:
        for server in (self._server, self._login) if self.login_apart else (self._server,):
            with suppress(OSError):  # on Linux it wakes what waits for a connection; elsewhere such a socket refuses
                server.socket.shutdown(socket.SHUT_RDWR)
            server.shutdown()
            server.server_close()

    def _at(self, port: int) -> str:
        """Returns the address of one of its ports."""
        return f"{'https' if self.authority else 'http'}://{LOOPBACK}:{port}{self.prefix}"

    def _listen(self, port: int) -> BaseWSGIServer:
        """Serves at a port, a free one for 0."""
        # werkzeug ends the whole process when it cannot bind, so it is given a socket that is bound already
        with socket.create_server((LOOPBACK, port)) as listener:
            server = make_server(
                LOOPBACK,
                listener.getsockname()[1],
                self._wsgi,
                threaded=True,
                request_handler=_Quiet,
                fd=listener.fileno(),
            )
        if self.authority:
            context = self.authority.server_context((LOOPBACK, "localhost"))
            # werkzeug's own wrapping has the one thread that accepts wait for a client that connects and says nothing
            server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
            server.ssl_context = context
        threading.Thread(target=server.serve_forever, args=(_POLL,), daemon=True).start()
        return server

    def _wsgi(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answers one HTTP request, as WSGI wants it; outside of the prefix as another site's server."""
        path = environ["PATH_INFO"]
        if not f"{path}/".startswith(f"{self.prefix}/"):
            return Response("<h1>404 Not Found</h1>", 404, mimetype="text/html")(environ, start_response)
        environ["SCRIPT_NAME"], environ["PATH_INFO"] = self.prefix, path.removeprefix(self.prefix)
        request = Request(environ)
        response = self._serve(request) if self.watch is None else self._serve_watched(request, self.watch)
        return response(environ, start_response)

    def _serve_watched(self, request: Request, watch: Watch) -> Response:
        """Answers, and shows what was asked and answered."""
        at, began = time.time(), time.perf_counter()
        method, path, sent = request.method, request.path, request.get_data()  # kept, whoever reads it afterwards
        response = self._serve(request)
        watch(
            Exchange(
                server="",
                method=method,
                path=path,
                status=None if request.environ.get(_DROPPED) else response.status_code,
                at=at,
                seconds=time.perf_counter() - began,
                query=request.query_string.decode(errors="replace"),
                request_headers=headers(request.headers.items()),
                request_body=sent,
                response_headers=headers(response.headers.items()),
                response_body=response.get_data(),
            )
        )
        return response

    def _serve(self, request: Request) -> Response:
        """Applies a fault if one waits, else answers; notes the call in any case."""
        body = sent_document(request)
        fault = self._take_fault(request)
        time.sleep(fault.delay)
        if fault.drop == "before":
            self._note(request, body, None)
            _hang_up(request)
            return Response()
        response = self._fault_response(fault) or self._response(self._answer_or_refuse(request))
        response.headers["Date"] = formatdate(self.clock(), usegmt=True)
        self._note(request, body, response.status_code)
        if fault.drop == "after":
            _hang_up(request)
        return response

    def _answer_or_refuse(self, request: Request) -> HttpAnswer:
        """Returns the platform's answer, refusals included."""
        with self.lock:
            try:
                if self.login_apart:
                    at_login = request.environ["SERVER_PORT"] == str(self._login.port)
                    if (misled := self.wrong_door(request, at_login=at_login)) is not None:
                        return misled
                return self.answer(request)
            except Refusal as refusal:
                return refusal.reply

    def _fault_response(self, fault: Fault) -> Response | None:
        """Returns the answer that a fault puts in place of the platform's."""
        if fault.html is not None:
            return self._response(HttpAnswer(fault.status or 502, headers=fault.headers, page=fault.html))
        if fault.status is None:
            return None
        reply = self.fault_reply(fault.status)
        return self._response(HttpAnswer(reply.status, reply.document, {**reply.headers, **fault.headers}))

    def _response(self, reply: HttpAnswer) -> Response:
        """Writes a reply as JSON or a page; an empty body has no type."""
        if reply.page is not None:
            return Response(reply.page, reply.status, dict(reply.headers), mimetype="text/html")
        if reply.document is None:
            response = Response(status=reply.status, headers=dict(reply.headers))
            del response.headers["Content-Type"]
            return response
        body = json.dumps(reply.document, ensure_ascii=False).encode()
        return Response(body, reply.status, dict(reply.headers), content_type="application/json; charset=utf-8")

    def _note(self, request: Request, body: Any, status: int | None) -> None:
        """Adds to the calls received."""
        query = request.query_string.decode()
        with self.lock:
            self.calls.append(ReceivedCall(request.method, request.path, status, body, query))

    def _take_fault(self, request: Request) -> Fault:
        """Uses up the first fault that waits for this call; without one, the harmless fault."""
        with self.lock:
            for fault in self._faults:
                if fault.matches(request.method, request.path):
                    fault.times -= 1
                    return fault
        return Fault()


def sent_document(request: Request) -> Any:
    """Returns the body of a request, JSON or form; None when it is neither."""
    if request.mimetype == "application/x-www-form-urlencoded":
        request.get_data(cache=True, parse_form_data=True)
        return request.form.to_dict()
    return request.get_json(force=True, silent=True)


def sent_fields(request: Request) -> dict[str, Any]:
    """Returns the fields of a form, or of an object in JSON; none of anything else."""
    document = sent_document(request)
    return cast("dict[str, Any]", document) if isinstance(document, dict) else {}


def _hang_up(request: Request) -> None:
    """Closes the connection under the server, which then cannot answer."""
    request.environ[_DROPPED] = True
    connection: socket.socket = request.environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)


class _Quiet(WSGIRequestHandler):
    """A handler without an access log (the calls are in `Emulator.calls`) or a Date (the clock may be virtual)."""

    # one request a connection: a client's idle connection would else outlive the emulator and still be answered
    protocol_version = "HTTP/1.0"

    def send_response(self, code: int, message: str | None = None) -> None:
        """Writes the status line alone."""
        self.send_response_only(code, message)
