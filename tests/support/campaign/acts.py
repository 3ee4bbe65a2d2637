"""What a fault does at its call: breaks the connection, or answers something else, with or without the effect."""

from __future__ import annotations

import base64
import gzip
import html
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.campaign.proxy import Conversation, Said
    from support.campaign.words import Words

Act = Callable[["Conversation", "Scene"], None]
JSON: Final = "application/json; charset=utf-8"
HTML: Final = "text/html; charset=utf-8"
PAGE: Final = "<!doctype html><title>Gateway</title><h1>Please stand by</h1><p>Your request could not be served.</p>"
_MIB: Final = 1 << 20
HUGE: Final = 100 * _MIB
_DRIP: Final = 0.05  # seconds between two bytes


@dataclass(frozen=True)
class Scene:
    """What a fault knows of its call: the answer of a run in which nothing went wrong, and the platform's own words."""

    usual: Said
    words: Words
    effect: bool

    @property
    def promised(self) -> int:
        """Returns the status to answer with, where the answer has a body: with 204 nobody reads one."""
        return HTTPStatus.OK if self.usual.status == HTTPStatus.NO_CONTENT else self.usual.status


def written(
    status: int, body: bytes, kind: str = JSON, headers: Mapping[str, str] | None = None, length: int | None = None
) -> bytes:
    """Returns an answer as it goes over the wire; no `kind`, no Content-Type."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Odd"
    lines = [
        f"HTTP/1.1 {status:d} {phrase}",
        "Connection: close",
        f"Content-Length: {len(body) if length is None else length}",
    ]
    lines += [f"Content-Type: {kind}"] if kind else []
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def _effect(talk: Conversation, scene: Scene) -> None:
    if scene.effect:
        talk.forward()


def breaks(act: Act) -> Act:
    """Returns a way to break a connection, after the effect or in its place."""

    def play(talk: Conversation, scene: Scene) -> None:
        _effect(talk, scene)
        act(talk, scene)

    return play


def says(make: Callable[[Conversation, Scene], bytes]) -> Act:
    """Returns a way to answer something else, after the effect or in its place."""

    def play(talk: Conversation, scene: Scene) -> None:
        _effect(talk, scene)
        talk.send(make(talk, scene))

    return play


def own(status: int, headers: Mapping[str, str] | None = None) -> Act:
    """Returns a refusal in the platform's own words."""
    return says(lambda talk, scene: written(status, scene.words.refusal(status, talk.asked.path), headers=headers))


def page(status: int, headers: Mapping[str, str] | None = None) -> Act:
    """Returns a page with this status, as a proxy writes it."""
    return says(lambda _talk, _scene: written(status, PAGE.encode(), HTML, headers))


def bare(status: int, headers: Mapping[str, str] | None = None) -> Act:
    """Returns a status without a body."""
    return says(lambda _talk, _scene: written(status, b"", "", headers))


def redirect(status: int) -> Act:
    """Returns a redirect to another host."""
    return says(lambda talk, _scene: written(status, b"", "", {"Location": f"{talk.elsewhere}{talk.asked.path}"}))


def body(make: Callable[[bytes], bytes], kind: str = JSON) -> Act:
    """Returns a way to answer with the promised status and another body, made from the usual one."""
    return says(lambda _talk, scene: written(scene.promised, make(scene.usual.body), kind))


def literal(text: str) -> Act:
    """Returns the promised status with this body."""
    return body(lambda _: text.encode())


def status_with(status: int, text: str) -> Act:
    """Returns a status with this JSON."""
    return says(lambda _talk, _scene: written(status, text.encode()))


def as_usual(status: int) -> Act:
    """Returns the usual document with another status."""
    return says(lambda _talk, scene: written(status, scene.usual.body))


def page_as_promised() -> Act:
    """Returns a page with the promised status."""
    return says(lambda _talk, scene: written(scene.promised, PAGE.encode(), HTML))


def no_gzip() -> Act:
    """Returns the usual document, which is not compressed, under a header that says so."""
    headers = {"Content-Encoding": "gzip"}
    return says(lambda _talk, scene: written(scene.promised, scene.usual.body or b"{}", headers=headers))


def reset(talk: Conversation, _scene: Scene) -> None:
    """Breaks the connection off."""
    talk.reset()


def close(_talk: Conversation, _scene: Scene) -> None:
    """Closes it without a word."""


def stay_silent(talk: Conversation, _scene: Scene) -> None:
    """Says nothing, ever."""
    talk.stay_silent()


def no_http(_talk: Conversation, _scene: Scene) -> bytes:
    """Returns the greeting of another protocol."""
    return b"SSH-2.0-OpenSSH_9.9\r\n"


def with_headers(headers: Mapping[str, str]) -> Act:
    """Returns the tenant's own answer with something odd in its head."""

    def play(talk: Conversation, _scene: Scene) -> None:
        said = talk.forward()
        talk.send(written(said.status, said.body, JSON if said.body else "", headers))

    return play


def echo(status: int, kind: str) -> Act:
    """Returns a server that shows the request that it did not understand, as frameworks do, in every spelling."""

    def make(talk: Conversation, _scene: Scene) -> bytes:
        sent = talk.asked.raw.decode("utf-8", "replace")
        forms = [sent, html.escape(sent), json.dumps(sent), base64.b64encode(talk.asked.raw).decode()]
        text = "\n".join(forms)
        if kind == HTML:
            return written(status, f"<pre>{html.escape(text)}</pre>".encode(), HTML)
        document = {"code": status, "error": text, "message": text, "statusCode": status, "error_description": text}
        return written(status, json.dumps(document).encode())

    return says(make)


def drip_from(part: Literal["status", "headers", "body"]) -> Act:
    """Returns a way to answer so slowly that no single read takes long, and the whole never ends."""

    def play(talk: Conversation, scene: Scene) -> None:
        _effect(talk, scene)
        whole = written(scene.promised, scene.usual.body or b" " * 2000)
        head = whole.partition(b"\r\n\r\n")[0]
        # a body or a head of any length: the tenant's own may be over too soon
        filled = whole.replace(b"Connection: close", b"Connection: close\r\nX-Slow: " + b"." * 2000)
        if part == "status":
            talk.drip(filled, _DRIP)
        elif part == "headers":
            start = filled.index(b"X-Slow")
            talk.send(filled[:start])
            talk.drip(filled[start:], _DRIP)
        else:
            padded = written(scene.promised, b" " * 2000 + scene.usual.body)
            talk.send(padded[: padded.index(b"\r\n\r\n") + 4] if head else b"")
            talk.drip(b" " * 2000 + scene.usual.body, _DRIP)

    return play


def cut_body(talk: Conversation, scene: Scene) -> None:
    """Promises more than it sends."""
    body = scene.usual.body or b'{"half": "of it'
    talk.send(written(scene.promised, body[: len(body) // 2], length=len(body) + 10))


def cut_chunks(talk: Conversation, scene: Scene) -> None:
    """Ends between two chunks."""
    half = scene.usual.body[: len(scene.usual.body) // 2] or b"{"
    head = f"HTTP/1.1 {scene.promised:d} OK\r\nContent-Type: {JSON}\r\nTransfer-Encoding: chunked\r\n\r\n"
    talk.send(head.encode() + f"{len(half):x}\r\n".encode() + half + b"\r\n")


def half_head(talk: Conversation, scene: Scene) -> None:
    """Ends within the headers."""
    talk.send(f"HTTP/1.1 {scene.promised:d} OK\r\nContent-Ty".encode())
    talk.reset()


def endless_headers(talk: Conversation, scene: Scene) -> None:
    """Sends headers forever."""
    talk.send(f"HTTP/1.1 {scene.promised:d} OK\r\n".encode())
    talk.send_for_ever(b"X-More: " + b"a" * 500 + b"\r\n", 20_000)


def huge(talk: Conversation, scene: Scene) -> None:
    """Sends a hundred megabytes."""
    _effect(talk, scene)
    talk.send(written(scene.promised, b'{"text": "', length=HUGE + 12))
    talk.send_for_ever(b"a" * _MIB, HUGE // _MIB)


@cache
def _bomb() -> bytes:
    return gzip.compress(b'{"text": "' + b"a" * HUGE + b'"}', 1)


def gzip_bomb(talk: Conversation, scene: Scene) -> None:
    """Sends little that becomes a hundred megabytes."""
    _effect(talk, scene)
    talk.send(written(scene.promised, b"", headers={"Content-Encoding": "gzip"}, length=len(_bomb())))
    talk.send_for_ever(_bomb(), 1)


def invalid_utf8(body: bytes) -> bytes:
    """Puts bytes into a text that are no UTF-8."""
    odd, count = re.subn(rb'": ?"', lambda match: match[0] + b"\xff\xfe", body, count=1)
    return odd if count else b'{"text": "\xff\xfe"}'


def _first(body: bytes) -> tuple[Any, dict[str, Any]]:
    """Returns (the document, its first object)."""
    document = json.loads(body or b"{}")
    inner: Any = document
    while isinstance(inner, list):
        inner = inner[0] if inner else {}
    return document, inner if isinstance(inner, dict) else {}


def duplicate_keys(body: bytes) -> bytes:
    """Says one thing first, and another under the same name at the end."""
    _, first = _first(body)
    more = ", ".join(f'"{key}": "{_SECOND.get(key, "another")}"' for key in first if isinstance(first[key], str))
    if not more:
        return b'{"a": 1, "a": 2}'
    text = json.dumps(first)[:-1] + ", " + more + "}"
    return f"[{text}]".encode() if body.lstrip().startswith(b"[") else text.encode()


_SECOND: Final = {"name": "mandrill", "scope": "all fr:idm:* fr:idc:esv:*", "_id": "external.email", "type": "Email"}


def nan(body: bytes) -> bytes:
    """Puts NaN where a number is."""
    with_number, count = re.subn(rb'(": ?)-?\d+(?=[,}\]])', rb"\g<1>NaN", body, count=1)
    return with_number if count else b'{"extra": NaN, ' + body.lstrip()[1:] if body.startswith(b"{") else b"[NaN]"


def null_values(body: bytes) -> bytes:
    """Keeps the names and says null for each."""
    document, first = _first(body)
    nulls = dict.fromkeys(first)
    return json.dumps([nulls] if isinstance(document, list) else nulls).encode()


def texts_for_objects(body: bytes) -> bytes:
    """Keeps the names and changes the type of each value."""
    document, first = _first(body)
    odd = {key: "text" if isinstance(value, dict | list) else [value] for key, value in first.items()}
    return json.dumps([odd] if isinstance(document, list) else odd).encode()


def other_kind(talk: Conversation, scene: Scene) -> bytes:
    """Returns an object of another kind."""
    return written(scene.promised, json.dumps(scene.words.other(talk.asked.path)).encode())


def absence(talk: Conversation, scene: Scene) -> bytes:
    """Returns the platform's own word for an object that is not there."""
    status, document = scene.words.absence(talk.asked.method, talk.asked.path) or (404, {})
    return written(status, json.dumps(document).encode())


def absence_of_another(talk: Conversation, scene: Scene) -> bytes:
    """Returns the same word, for another object."""
    return written(404, json.dumps(scene.words.absence_of_another(talk.asked.path)).encode())


def half(body: bytes) -> bytes:
    """Returns the first half."""
    return body[: len(body) // 2] or b"{"


NESTED: Final = (
    '{"error": {"a": ["b"]}, "message": {"en": 1}, "code": [7], "statusCode": "400", "errorCode": {}, "data": [1]}'
)
"""An error in which nothing has the type that it should have."""
