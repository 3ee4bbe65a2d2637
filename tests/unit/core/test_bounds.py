"""Every answer is bounded, in time, in size and in nesting, whatever part of it is slow, large or deep."""

from __future__ import annotations

import gzip
import time
import tracemalloc
import zlib
from functools import cache
from itertools import chain, repeat
from typing import TYPE_CHECKING

import pytest

from support.raw_server import raw_server
from tenant_email.errors import PlatformError, Unavailable, UnexpectedAnswer
from tenant_email.net.answers import Promise, Shape
from tenant_email.net.client import Client, Token
from tenant_email.net.transport import LARGEST
from tenant_email.platforms.auth0.dialect import Auth0Dialect
from tenant_email.redaction.secrets import Secret
from tenant_email.timing import Timing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ANY = Promise((200,), Shape)
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
MEBIBYTE = 2**20
QUICK = Timing(answer=0.3, total=0.3, sleep=lambda _: None)
PATIENT = Timing(answer=20, sleep=lambda _: None)


def client(url: str, timing: Timing = QUICK) -> Client:
    """Returns a client that needs no login."""
    return Client("it", url, Auth0Dialect(), lambda _: Token(Secret("canary-token"), float("inf")), timing=timing)


def whole(body: bytes, headers: bytes = b"", status: bytes = b"200 OK") -> Callable[[], Iterable[bytes]]:
    """Returns a script that answers at once."""
    length = b"Content-Length: %d\r\n" % len(body)
    kind = b"Content-Type: application/json\r\nConnection: close\r\n"
    return lambda: [b"HTTP/1.1 " + status + b"\r\n" + kind + headers + length + b"\r\n" + body]


def bytewise(first: bytes, rest: bytes) -> Callable[[], Iterable[bytes]]:
    """Returns a script that sends `first` at once and then byte after byte, round and round."""
    return lambda: chain([first] if first else [], (bytes([byte]) for part in repeat(rest) for byte in part))


@pytest.mark.parametrize(
    "script",
    [
        bytewise(b"", b"HTTP/1.1 "),
        bytewise(OK, b"X-Slow: 1\r\n"),
        bytewise(OK + b"Content-Length: 100000\r\n\r\n", b" "),
        bytewise(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        bytewise(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"0"),
        bytewise(OK + b"\r\n", b" "),
        bytewise(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        bytewise(b"HTTP/1.1 500 No\r\nContent-Length: 100000\r\n\r\n", b" "),
    ],
    ids=["status line", "headers", "body", "chunks", "chunk size", "until closed", "interim answers", "error"],
)
def test_a_drip_is_cut(script: Callable[[], Iterable[bytes]]) -> None:
    """A server that sends a byte now and then holds a call no longer than the time for a whole answer."""
    began = time.monotonic()
    with raw_server(script, pause=0.02) as server, pytest.raises(Unavailable) as caught:
        client(server.url).call("GET", "/slow", ANY)
    assert time.monotonic() - began < 5
    assert "no whole answer within 0.3 s" in str(caught.value)


def test_a_drip_that_follows_a_post_is_not_repeated() -> None:
    """Nobody knows whether it worked, so that it is sent once, and the error says that it was sent."""
    with raw_server(bytewise(OK, b"X-Slow: 1\r\n"), pause=0.02) as server:
        with pytest.raises(UnexpectedAnswer) as caught:
            client(server.url, Timing(answer=0.3, sleep=lambda _: None)).call("POST", "/slow", ANY, {})
        assert (len(server.requests), caught.value.uncertain) == (1, True)


@cache
def bomb(unpacked: int) -> bytes:
    """Returns so many zeros, packed."""
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(bytes(MEBIBYTE)) for _ in range(unpacked // MEBIBYTE)) + packer.flush()


@pytest.mark.parametrize("status", [b"200 OK", b"400 Bad Request", b"500 No"])
def test_a_bomb_is_not_unpacked(status: bytes) -> None:
    """Of what unpacks to much no more is held than an answer may have, as an error's body too."""
    script = whole(bomb(96 * MEBIBYTE), b"Content-Encoding: gzip\r\n", status)
    tracemalloc.start()
    with raw_server(script) as server, pytest.raises(Unavailable, match=f"larger than {LARGEST // MEBIBYTE} MiB"):
        client(server.url, PATIENT).call("GET", "/bomb", ANY)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5 * LARGEST


def test_an_endless_answer_is_not_kept() -> None:
    """A body without an end is given up when it is too large."""
    script = lambda: chain([OK + b"\r\n"], repeat(b" " * MEBIBYTE))  # noqa: E731 - a script
    with raw_server(script) as server, pytest.raises(UnexpectedAnswer, match="larger than"):
        client(server.url, PATIENT).call("GET", "/large", ANY)


@pytest.mark.parametrize(
    ("body", "encoding", "what"),
    [
        (gzip.compress(b"{}", mtime=0)[:-6], b"gzip", "only part of an answer"),
        (b"{}", b"gzip", "only part of an answer"),
        (gzip.compress(gzip.compress(b"{}", mtime=0), mtime=0), b"gzip, gzip", "an encoding that was not offered"),
        (b"{}", b"br", "an encoding that was not offered"),
    ],
)
def test_what_cannot_be_unpacked_is_no_answer(body: bytes, encoding: bytes, what: str) -> None:
    """Cut, false and layered encodings are reported as such."""
    script = whole(body, b"Content-Encoding: " + encoding + b"\r\n")
    with raw_server(script) as server, pytest.raises(UnexpectedAnswer, match=what):
        client(server.url, PATIENT).call("GET", "/odd", ANY)


@pytest.mark.parametrize("packed", [gzip.compress(b'{"a": 1}', mtime=0), zlib.compress(b'{"a": 1}')])
def test_a_packed_answer_is_read(packed: bytes) -> None:
    """What was offered is understood."""
    kind = b"gzip" if packed.startswith(b"\x1f\x8b") else b"deflate"
    with raw_server(whole(packed, b"Content-Encoding: " + kind + b"\r\n")) as server:
        assert client(server.url, PATIENT).call("GET", "/packed", ANY).body == {"a": 1}


@pytest.mark.parametrize("status", [b"301 Moved", b"302 Found", b"307 Again", b"308 There"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_redirect_is_never_followed(status: bytes, method: str) -> None:
    """What a request holds goes to the host it was given for; the answer is told, and is no success."""
    with raw_server(whole(b"{}")) as other:
        location = f"Location: {other.url}/taken\r\n".encode()
        with raw_server(whole(b"", location, status)) as server, pytest.raises(UnexpectedAnswer, match="a redirect to"):
            client(server.url, PATIENT).call(method, "/here", Promise((200, 204)), {"secret": "canary"})
        assert other.requests == []


@pytest.mark.parametrize("location", [b"http://[::1", b"\xff\xfe", b"//@", b"http://u:canary-secret@evil.example/"])
def test_no_target_of_a_redirect_harms(location: bytes) -> None:
    """A target that cannot be read is none, and of one that can only the host is shown."""
    script = whole(b"", b"Location: " + location + b"\r\n", b"302 Found")
    with raw_server(script) as server, pytest.raises(UnexpectedAnswer, match="a redirect") as caught:
        client(server.url, PATIENT).call("GET", "/here", ANY)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\x00\x01\x02",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 99 Low\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70000 + b"\r\n\r\n{}",
        OK + b"".join(b"X-%d: 1\r\n" % n for n in range(200)) + b"\r\n{}",
        OK + b"Content-Length: 5\r\nContent-Length: 9\r\n\r\n{}",
        OK + b"Content-Length: 100\r\n\r\n{}",
        OK + b"Content-Length: -1\r\n\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\n-5\r\n{}\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}",
        OK + b"no header at all\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
        b"HTTP/1.1 999 What\r\n\r\n",
    ],
)
def test_bytes_that_are_no_answer_are_an_error_of_ours(answer: bytes) -> None:
    """However broken the bytes, the error is one that names the call and the remedy."""
    with raw_server(lambda: [answer]) as server, pytest.raises(PlatformError) as caught:
        client(server.url, PATIENT).call("GET", "/here", ANY)
    assert isinstance(caught.value, Unavailable)
    assert "it: GET /here" in str(caught.value)
    assert caught.value.remedy


def test_a_204_that_announces_content_is_no_success() -> None:
    """A deletion is not done because of an answer whose body cannot be."""
    answer = b"HTTP/1.1 204 No Content\r\nContent-Length: 10\r\n\r\n{"
    with raw_server(lambda: [answer]) as server, pytest.raises(UnexpectedAnswer, match="content where none can be"):
        client(server.url, PATIENT).call("DELETE", "/here", Promise((204,)))
