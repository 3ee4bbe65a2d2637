"""The bytes of a request's body."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tenant_email.net.answers import Promise, Shape
from tenant_email.net.body import encode_body
from tenant_email.net.client import Client
from tenant_email.platforms.auth0.dialect import Auth0Dialect
from tenant_email_local.emulators.server import Emulator, HttpAnswer

if TYPE_CHECKING:
    from werkzeug.wrappers import Request as Received


class _Mirror(Emulator):
    """Keeps the bytes and the type of what it receives."""

    def __init__(self) -> None:
        super().__init__()
        self.received: list[tuple[bytes, str | None]] = []

    def answer(self, request: Received) -> HttpAnswer:
        """Answers everything alike."""
        self.received.append((request.get_data(), request.headers.get("Content-Type")))
        return HttpAnswer(200, {})

    def fault_reply(self, status: int) -> HttpAnswer:
        """Answers a status without a body."""
        return HttpAnswer(status)


@pytest.mark.parametrize("text", ["é" * 3, "日本", "😀", "\ud800 half", 'a"\\\n'])
def test_a_text_is_sent_in_utf_8(text: str) -> None:
    """Each letter takes what UTF-8 gives it, and comes back as it was."""
    sent = encode_body({"text": text})
    assert json.loads(sent) == {"text": text}
    assert len(encode_body("é")) == len('"é"'.encode())


def test_what_is_measured_is_what_is_sent() -> None:
    """The client sends the very bytes of `encode_body`, as JSON."""
    with _Mirror() as mirror:
        client = Client("here", mirror.url, Auth0Dialect(), lambda _: pytest.fail("no login"))
        client.login("/", Promise((200,), Shape), {"text": "é", "more": [1, None]})
        client.login("/", Promise((200,), Shape), form=lambda: {"a": "b"})
        posted, form = mirror.received
        assert posted == (encode_body({"text": "é", "more": [1, None]}), "application/json")
        assert form[1] == "application/x-www-form-urlencoded"
