"""What counts as an answer: plain JSON of the promised status and shape, about the object that was asked for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tenant_email.net.answers import DEEPEST, Answer, Promise, Shape, Unusable, accept, document_of
from tenant_email.net.transport import HttpReply

JSON = {"Content-Type": "application/json; charset=utf-8"}


class Thing(Shape):
    """A shape with something of every kind."""

    id: str
    size: int | None = None


PROMISE = Promise((200,), Thing).about(id="it")
LIST = Promise((200,), list[Thing]).about(id="it")


def reply(content: bytes, status: int = 200, headers: dict[str, str] = JSON) -> HttpReply:
    """Returns an answer as the transport gives it."""
    return HttpReply(status, headers, content)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "an empty answer"),
        (b" \n", "an empty answer"),
        (b"null", "unexpected shape"),
        (b"[]", "unexpected shape"),
        (b"42", "unexpected shape"),
        (b'"it"', "unexpected shape"),
        (b"true", "unexpected shape"),
        (b"{}", "wrong or missing: id"),
        (b'{"id": 1}', "wrong or missing: id"),
        (b'{"id": "it", "size": "1"}', "wrong or missing: size"),
        (b'{"id": "it", "size": true}', "wrong or missing: size"),
        (b'{"id": "other"}', r"another object \(id\)"),
        (b'{"id": "it"', "or only part of it"),
        (b'{"id": "it"} more', "not JSON"),
        (b"OK", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b'{"id": "\xc3"}', "not JSON"),
        (b'{"id": "it", "id": "it"}', "not JSON"),
        (b'{"id": "it", "in": {"a": 1, "a": 1}}', "not JSON"),
        (b'{"id": "it", "size": NaN}', "not JSON"),
        (b'{"id": "it", "size": Infinity}', "not JSON"),
        (b'{"id": "it", "more": 1e999}', "not JSON"),
        (b'{"id": "it", "more": 1' + b"0" * 400 + b"}", "not plain JSON"),
        (b'{"id": "it", "more": ' + b"9" * 5000 + b"}", "not JSON"),
        (b'{"id": "it", "more": "\\ud800"}', "not plain JSON"),
        (b'{"id": "it", "\\ud800": 1}', "not plain JSON"),
        (b'{"id": "it", "a": [["\\ud800"], []]}', "not plain JSON"),
        (b'{"id": "it", "a": {"b": ["\\ud800"]}, "c": {}}', "not plain JSON"),
        (b'{"id": "it", "a": ["\\ud800"], "c": []}', "not plain JSON"),
        (b"[" * 100_000 + b"]" * 100_000, "nested deeper"),
        (json.dumps({"id": "it", "more": json.loads("[" * DEEPEST + "]" * DEEPEST)}).encode(), "nested deeper"),
        (b"<!doctype html><title>it</title>", "a web page"),
        (b"  <HTML></HTML>", "a web page"),
    ],
)
def test_what_is_no_answer(content: bytes, what: str) -> None:
    """Each is reported by what it is, and none by what it holds."""
    with pytest.raises(Unusable, match=what):
        accept(PROMISE, reply(content))


@pytest.mark.parametrize(
    ("headers", "usable"),
    [
        (JSON, True),
        ({}, True),
        ({"Content-Type": "application/problem+json"}, True),
        ({"Content-Type": "APPLICATION/JSON"}, True),
        ({"Content-Type": "text/html"}, False),
        ({"Content-Type": "application/xhtml+xml"}, False),
        ({"Content-Type": "text/plain"}, False),
        ({"Content-Type": "application/jsonish"}, False),
    ],
)
def test_a_page_is_none_whatever_it_holds(headers: dict[str, str], usable: bool) -> None:
    """The type that is given must be JSON; none given is what simple servers do."""
    if usable:
        assert accept(PROMISE, reply(b'{"id": "it"}', headers=headers)) == Answer(200, {"id": "it"})
    else:
        what = "a web page" if "html" in headers["Content-Type"] else "an answer that is not JSON"
        with pytest.raises(Unusable, match=what):
            accept(PROMISE, reply(b'{"id": "it"}', headers=headers))


@pytest.mark.parametrize("status", [100, 101, 201, 202, 203, 204, 205, 206, 300, 301, 302, 303, 304, 307, 308])
def test_another_success_is_none(status: int) -> None:
    """A status that is not promised says nothing, even around the right document."""
    with pytest.raises(Unusable):
        accept(PROMISE, reply(b'{"id": "it"}', status))


@pytest.mark.parametrize(
    ("status", "content", "location", "what"),
    [
        (201, b"{}", "", "a success status other than the promised one"),
        (202, b"<!doctype html>", "", "a web page"),
        (304, b"", "", "'not modified', which it did not ask for"),
        (302, b"<html>", "https://u:canary@evil.example/in", "a redirect to evil.example, which is not followed"),
        (302, b"", "https://evil.example:8443/in", "a redirect to evil.example:8443, which is not followed"),
        (302, b"", "https://[::1", "a redirect, which is not followed"),
        (308, b"", "/in", "a redirect, which is not followed"),
    ],
)
def test_another_success_is_reported_by_what_it_is(status: int, content: bytes, location: str, what: str) -> None:
    """Whoever reads it knows whether a page, a redirect and to whom, or the platform itself answered."""
    with pytest.raises(Unusable) as caught:
        accept(PROMISE, reply(content, status, {"Location": location}))
    assert str(caught.value) == what


def test_a_promise_is_about_one_object() -> None:
    """It promises the same as before, and of this object."""
    promise = Promise((200, 201), Thing, absent="gone").about(id="it")
    assert promise == Promise((200, 201), Thing, {"id": "it"}, "gone")


@pytest.mark.parametrize("content", [b"{}", b"null", b"<html>", b"OK", b"0"])
def test_no_content_means_none(content: bytes) -> None:
    """Where nothing is promised, something is someone else's."""
    assert accept(Promise((204,)), reply(b"", 204, {})) == Answer(204, None)
    with pytest.raises(Unusable, match="a web page" if content == b"<html>" else "content where it promises none"):
        accept(Promise((204,)), reply(content, 204))
    with pytest.raises(Unusable, match="cut"):
        accept(Promise((204,)), HttpReply(204, {}, b"", "cut"))
    with pytest.raises(Unusable, match=r"^cut$"):
        document_of(HttpReply(200, {}, b"{}", "cut"))


@pytest.mark.parametrize(
    ("content", "usable"),
    [
        (b"[]", True),
        (b'[{"id": "it"}]', True),
        (b'[{"id": "it"}, {"id": "other"}]', False),
        (b"[{}]", False),
        (b"[null]", False),
        (b"{}", False),
        (b"null", False),
    ],
)
def test_each_document_of_a_list_counts(content: bytes, usable: bool) -> None:
    """An empty list is an answer; one odd document in it makes it none."""
    if usable:
        assert accept(LIST, reply(content)).body == json.loads(content)
    else:
        with pytest.raises(Unusable):
            accept(LIST, reply(content))


def test_more_than_was_promised_is_welcome() -> None:
    """Platforms add fields, and what they add is kept."""
    more: dict[str, Any] = {"id": "it", "size": 1, "new": {"deep": [1.5, None, "\u00e9"]}}
    assert accept(PROMISE, reply(json.dumps(more).encode())).body == more


def test_no_value_of_an_answer_is_reported() -> None:
    """What is wrong with a document is said by its place: a value may be a secret of someone's."""
    with pytest.raises(Unusable) as caught:
        accept(LIST, reply(b'[{"id": ["canary-secret"], "size": "canary-secret"}]'))
    assert str(caught.value) == "an answer of an unexpected shape (wrong or missing: 0.id, 0.size)"
