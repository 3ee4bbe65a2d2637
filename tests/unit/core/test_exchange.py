"""One request over the network: what leaves, what an answer is read as, and why there is none."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import zlib
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

import pytest

from support.raw_server import raw_server
from tenant_email.net.response_deadline import Watch, Watched
from tenant_email.net.transport import LARGEST, HttpReply, HttpTransport, NoAnswer, TooSlow
from tenant_email.timing import Timing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OK = b"HTTP/1.1 200 OK\r\n"
USUAL = Timing()


def exchange(url: str, timing: Timing = USUAL, *, seconds: float = 30) -> HttpReply:
    """Returns the answer to a GET."""
    return HttpTransport(url, {}, timing).exchange("GET", "/thing", None, None, {}, seconds=seconds)


def answered(head: bytes, body: bytes = b"") -> HttpReply:
    """Returns what an answer is read as."""
    script = [head + b"Connection: close\r\n\r\n" + body]
    with raw_server(lambda: script) as server:
        return exchange(server.url)


def test_what_leaves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform's headers and the call's, no login of a .netrc, and no cookie of an answer before."""
    netrc = tmp_path / "netrc"
    netrc.write_text("default login someone password something\n")
    monkeypatch.setenv("NETRC", str(netrc))
    answer = OK + b"Set-Cookie: canary=1; Path=/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    with raw_server(lambda: [answer]) as server:
        to = HttpTransport(server.url, {"X-Odd": "yes", "Accept": "text/plain"}, USUAL)
        to.exchange("PUT", "/a", b"[]", {"q": "1 2"}, {"Authorization": "Bearer canary-token"}, seconds=30)
        to.exchange("POST", "/b", {"grant": "a b"}, None, {}, seconds=30)
    first, second = server.requests
    assert first.startswith(b"PUT /a?q=1+2 HTTP/1.1\r\n")
    assert first.endswith(b"\r\n\r\n[]")
    for line in (b"Authorization: Bearer canary-token", b"Accept: application/json", b"Accept-Encoding: gzip, deflate"):
        assert b"\r\n" + line + b"\r\n" in first
    assert b"\r\nX-Odd: yes\r\n" in first
    assert second.startswith(b"POST /b HTTP/1.1\r\n")
    assert second.endswith(b"\r\n\r\ngrant=a+b")
    assert b"\r\nContent-Type: application/x-www-form-urlencoded\r\n" in second
    assert not any(name in second.lower() for name in (b"cookie", b"authorization"))


def test_a_connection_is_kept() -> None:
    """Calls that follow each other go over one connection: a handshake takes as long as a call, or longer."""
    callers = set[object]()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            callers.add(self.client_address)
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the base class
            """Prints nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        to = HttpTransport(f"http://127.0.0.1:{server.server_port}", {}, USUAL)
        answers = [to.exchange("GET", "/thing", None, None, {}, seconds=30) for _ in range(3)]
        server.shutdown()
    assert {answer.content for answer in answers} == {b"{}"}
    assert len(callers) == 1


@pytest.mark.parametrize(
    ("head", "body", "content", "flaw"),
    [
        (b"Content-Length: 2\r\n", b"{}", b"{}", ""),
        (b"", b"{}", b"{}", ""),
        (b"Content-Length: 3\r\n", b"{}", b"{}", "only part of an answer"),
        (b"Content-Encoding: identity\r\n", b"{}", b"{}", ""),
        (b"Content-Encoding: \r\n", b"{}", b"{}", ""),
        (b"Content-Encoding:  GZIP \r\n", gzip.compress(b"{}", mtime=0), b"{}", ""),
        (b"Content-Encoding: x-gzip\r\n", gzip.compress(b"{}", mtime=0), b"{}", ""),
        (b"Content-Encoding: deflate\r\n", zlib.compress(b"{}"), b"{}", ""),
        (b"Content-Encoding: gzip\r\n", b"", b"", ""),
        (b"Content-Encoding: gzip\r\n", gzip.compress(b"{}", mtime=0)[:-1], b"{}", "only part of an answer"),
        (b"Content-Encoding: gzip\r\n", b"{}", b"", "only part of an answer"),
        (b"Content-Encoding: br\r\n", b"{}", b"", "an answer in an encoding that was not offered"),
        (b"", bytes(LARGEST), bytes(LARGEST), ""),
        (b"", bytes(LARGEST + 1), b"", "an answer larger than 8 MiB"),
        (b"Content-Encoding: gzip\r\n", gzip.compress(bytes(LARGEST), 1, mtime=0), bytes(LARGEST), ""),
        (
            b"Content-Encoding: gzip\r\n",
            gzip.compress(bytes(LARGEST + 1), 1, mtime=0),
            b"",
            "an answer larger than 8 MiB",
        ),
    ],
)
def test_what_a_body_is_read_as(head: bytes, body: bytes, content: bytes, flaw: str) -> None:
    """Unpacked and whole, or with what is wrong with it."""
    reply = answered(OK + b"Content-Type: Text/HTML ; charset=x\r\n" + head, body)
    assert (reply.status, reply.content_type, reply.flaw) == (200, "text/html", flaw)
    assert reply.content == content


@pytest.mark.parametrize(
    ("head", "flaw"),
    [
        (b"", ""),
        (b"Content-Length: 0\r\n", ""),
        (b"Content-Length:  0 \r\n", ""),
        (b"Content-Length: 2\r\n", "content where none can be"),
    ],
)
def test_a_204_has_no_body(head: bytes, flaw: str) -> None:
    """HTTP's library reads none, so that an announced one would go unseen."""
    reply = answered(b"HTTP/1.1 204 No\r\n" + head)
    assert (reply.status, reply.content, reply.flaw, reply.content_type) == (204, b"", flaw, "")


def test_a_redirect_is_an_answer() -> None:
    """With its status and its headers, however they are written, and nothing is sent after it."""
    reply = answered(b"HTTP/1.1 302 Found\r\nlocation: https://other.example/\r\nContent-Length: 0\r\n")
    assert (reply.status, reply.headers.get("Location")) == (302, "https://other.example/")


def dripped(piece: bytes, whole: list[bytes]) -> Iterator[bytes]:
    """Yields a piece a thousand times, and notes it where nobody has cut the connection until then."""
    yield from repeat(piece, 1000)
    whole.append(piece)


@pytest.mark.parametrize(
    ("timing", "seconds", "told"),
    [
        (Timing(answer=0.2), 30, "0.2"),
        (Timing(), 0.3, "0.3"),
        (Timing(), -5, "0.1"),
        (Timing(read=9, answer=0.2), 0.04, "0.1"),
    ],
)
def test_the_whole_answer_has_its_time(timing: Timing, seconds: float, told: str) -> None:
    """The least of what an answer may take and of what is left of the call, but some; then it is cut."""
    whole = list[bytes]()
    with raw_server(lambda: dripped(b"HTTP/1.1 100 Continue\r\n\r\n", whole), pause=0.005) as server:
        with pytest.raises(TooSlow) as caught:
            exchange(server.url, timing, seconds=seconds)
        assert str(caught.value) == f"no whole answer within {told} s"
        assert caught.value.sent is True
    with raw_server(lambda: chain([OK, b"\r\n"], dripped(b" ", whole)), pause=0.005) as server:
        reply = exchange(server.url, timing, seconds=seconds)
        assert (reply.status, reply.flaw) == (200, f"no whole answer within {told} s")
    assert not whole


def test_a_connection_that_is_gone_is_cut_in_silence() -> None:
    """There is nothing to cut any more, and nobody to tell."""
    connection = Watched("127.0.0.1")
    with socket.socket() as gone, Watch(0.01) as watch:
        connection.sock = gone
        watch.connects(connection)
        while not watch.timeout_message:
            time.sleep(0.01)
        assert watch.finish() == "no whole answer within 0 s"


def test_a_connection_that_is_there_already_is_watched_too() -> None:
    """What goes over it may have arrived from its first byte on."""
    with raw_server(lambda: [OK + b"Content-Length: 0\r\n\r\n", b""], pause=5) as server:
        to = HttpTransport(server.url, {}, USUAL)
        assert to.exchange("GET", "/a", None, None, {}, seconds=30).status == 200
        with pytest.raises(TooSlow) as caught:
            to.exchange("POST", "/b", None, None, {}, seconds=0.2)
    assert (caught.value.sent, len(server.requests)) == (True, 1)


def test_what_is_sent_by_others_may_have_arrived() -> None:
    """A watch knows that nothing left only of a connection of its own that has not connected."""
    with Watch(9) as watch:
        assert watch.may_be_sent is True
        watch.connects(Watched("127.0.0.1"))
        assert watch.may_be_sent is False


def test_a_silent_server_has_its_time_too() -> None:
    """That of a piece, where it is shorter than that of the whole."""
    with raw_server(lambda: [b"", OK], pause=1) as server, pytest.raises(NoAnswer) as caught:
        exchange(server.url, Timing(read=0.1))
    assert (type(caught.value), str(caught.value), caught.value.sent) == (NoAnswer, "there was no answer", True)


def test_a_server_that_hangs_up() -> None:
    """It may have had the request."""
    with raw_server(list) as server, pytest.raises(NoAnswer) as caught:
        exchange(server.url)
    assert (str(caught.value), caught.value.sent) == ("there was no answer", True)


def unconnected(url: str, timing: Timing = USUAL) -> str:
    """Returns why nothing was sent."""
    with pytest.raises(NoAnswer) as caught:
        exchange(url, timing)
    assert caught.value.sent is False
    return str(caught.value)


def test_why_there_is_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each reason in words; nothing was sent, so that anything may be sent again."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
    assert unconnected(f"http://{address}") == "no connection (refused)"
    monkeypatch.setenv("HTTP_PROXY", f"http://{address}")
    assert unconnected("http://it.example") == f"no connection (the proxy {address} cannot be reached)"
    monkeypatch.delenv("HTTP_PROXY")

    def nowhere(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    monkeypatch.setattr("socket.getaddrinfo", nowhere)
    assert unconnected("http://it.example") == "no connection (name not found)"


def test_a_server_that_takes_no_connection() -> None:
    """Its queue is full, so that nothing comes back."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, ExitStack() as waiting:
        for _ in range(4):
            one = waiting.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        url = f"http://127.0.0.1:{full.getsockname()[1]}"
        assert unconnected(url, Timing(connect=0.1)) == "no connection (timeout)"


def test_a_proxy_is_used_and_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that the environment names, also for TLS; a slow handshake with it is cut."""
    with raw_server(lambda: [OK + b"Content-Length: 2\r\nConnection: close\r\n\r\n{}"]) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        assert exchange("http://it.example").content == b"{}"
        assert proxy.requests[0].startswith(b"GET http://it.example/thing HTTP/1.1\r\n")
    with raw_server(lambda: [b"HTTP/1.1 403 No\r\nConnection: close\r\n\r\n"]) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        at = proxy.url.removeprefix("http://")
        assert unconnected("https://it.example") == f"no connection (the proxy {at} refuses the connection with 403)"
        assert proxy.requests[0].startswith(b"CONNECT it.example:443 HTTP/1.")
    whole = list[bytes]()
    with raw_server(lambda: dripped(b"x", whole), pause=0.005) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        assert unconnected("https://it.example", Timing(answer=0.2)) == "no whole answer within 0.2 s"
    assert not whole
