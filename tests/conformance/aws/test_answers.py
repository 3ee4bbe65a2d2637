"""What stands in place of AWS: nothing is absent, done or known because of what AWS never says."""

from __future__ import annotations

import time
from itertools import chain, repeat
from typing import TYPE_CHECKING

import pytest

from support.raw_server import raw_server
from tenant_email.aws.access_key import key_works
from tenant_email.aws.access_keys import Iam
from tenant_email.aws.pace import Pace
from tenant_email.aws.ses import Ses
from tenant_email.errors import PlatformError, Unavailable, UnexpectedAnswer
from tenant_email.redaction.secrets import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

AT_ONCE = Pace(interval=0, attempts=1)
PAGE = b"<!doctype html><title>Welcome to the hotel</title>"
IDENTITY = b'{"IdentityType": "DOMAIN", "DkimAttributes": {"Tokens": ["a"]}%s}'
CALLS: dict[str, Callable[[], object]] = {
    "GetEmailIdentity": lambda: Ses("eu-west-1", pace=AT_ONCE).get_identity("acme.example"),
    "GetAccount": lambda: Ses("eu-west-1", pace=AT_ONCE).get_account(),
    "DeleteEmailIdentity": lambda: Ses("eu-west-1", pace=AT_ONCE).delete_identity("acme.example"),
    "PutEmailIdentityDkimAttributes": lambda: Ses("eu-west-1", pace=AT_ONCE).put_dkim_enabled(
        "a.example", enabled=True
    ),
    "GetCallerIdentity": lambda: Ses("eu-west-1", pace=AT_ONCE).account_id,
    "ListAccessKeys": lambda: Iam("eu-west-1").access_keys("mailer"),
}


def script(status: str, body: bytes, kind: str = "application/json", more: str = "") -> Callable[[], Iterable[bytes]]:
    """Returns what a server answers."""
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{more}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return lambda: [head.encode() + body]


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gives credentials, which nothing here looks at."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "canary")


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    "answer",
    [
        script("404 Not Found", PAGE, "text/html"),
        script("404 Not Found", b""),
        script("404 Not Found", b'{"message": "no route"}'),
        script("400 Bad Request", b'[{"a": 1}]'),
        script("400 Bad Request", b'"x"'),
        script("409 Conflict", PAGE, "text/html"),
        script("200 OK", PAGE, "text/html"),
        script("200 OK", b"null"),
        script("200 OK", b"[]"),
        script("200 OK", b"42"),
        script("200 OK", b'{"a": '),
        script("200 OK", b'{"a": NaN}'),
        script("200 OK", b"[" * 100_000),
        script("200 OK", b'{"a": "\xff"}'),
        script("204 No Content", b""),
        script("302 Found", b"", more="Location: http://127.0.0.1:1/\r\n"),
        script("304 Not Modified", b""),
    ],
)
def test_what_aws_never_says_means_nothing(
    monkeypatch: pytest.MonkeyPatch, call: str, answer: Callable[[], Iterable[bytes]]
) -> None:
    """Each is an error that names the call, and the server that may be the wrong one."""
    with raw_server(answer) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        with pytest.raises(UnexpectedAnswer, match=rf"{call} got .*\nCheck AWS_ENDPOINT_URL") as caught:
            CALLS[call]()
    assert caught.value.uncertain is not call.startswith(("Get", "List"))


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b'{"IdentityType": "DOMAIN"}',
        b'{"IdentityType": 1, "DkimAttributes": {}}',
        b'{"IdentityType": "DOMAIN", "DkimAttributes": "x"}',
        IDENTITY % b', "VerificationStatus": ["SUCCESS"]',
        IDENTITY % b', "Tags": {"a": "b"}',
        IDENTITY % b', "Tags": [null]',
        IDENTITY % b', "MailFromAttributes": []',
        b'{"ProductionAccessEnabled": true, "SendingEnabled": true}',
    ],
)
def test_an_identity_has_its_shape(monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
    """What lacks the fields that AWS always fills in, or holds others than its model says, is none."""
    with raw_server(script("200 OK", body)) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        with pytest.raises(UnexpectedAnswer, match="unexpected shape"):
            CALLS["GetEmailIdentity"]()


@pytest.mark.parametrize("more", [b"", b', "Tags": [{}]', b', "MailFromAttributes": null', b', "New": [{"a": 1}]'])
def test_what_aws_leaves_out_or_adds_is_borne(monkeypatch: pytest.MonkeyPatch, more: bytes) -> None:
    """An identity is known by little, and more of it is welcome."""
    with raw_server(script("200 OK", IDENTITY % more)) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        assert CALLS["GetEmailIdentity"]()


def test_only_its_own_word_says_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    """A typed 404 is absence, and a deletion is done by it."""
    own = script("404 Not Found", b'{"message": "gone"}', more="x-amzn-ErrorType: NotFoundException\r\n")
    with raw_server(own) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        assert CALLS["GetEmailIdentity"]() is None
        assert CALLS["DeleteEmailIdentity"]() is False


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("body", [PAGE, b"[]", b"null", b""])
def test_a_server_error_of_any_form_is_one(monkeypatch: pytest.MonkeyPatch, call: str, body: bytes) -> None:
    """The status says it all."""
    with raw_server(script("503 Slow", body)) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
        with pytest.raises(PlatformError) as caught:
            CALLS[call]()
    assert isinstance(caught.value, Unavailable)


def test_a_page_does_not_prove_that_a_key_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key is known when STS says so."""
    with raw_server(script("200 OK", PAGE, "text/html")) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        with pytest.raises(UnexpectedAnswer, match="GetCallerIdentity got"):
            key_works("AKIACANARY", Secret("canary-secret"), "eu-west-1", timeout=0)


@pytest.mark.parametrize(
    "first", [b"", b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"]
)
def test_a_drip_is_cut(monkeypatch: pytest.MonkeyPatch, first: bytes) -> None:
    """A byte now and then holds a call no longer than the time for a whole answer, and its repeats than for a call."""
    began = time.monotonic()
    with raw_server(lambda: chain([first] if first else [], repeat(b" ")), pause=0.02) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        with pytest.raises(Unavailable, match=r"GetAccount failed: no (whole|usable) answer within 0\.[36] s"):
            Ses("eu-west-1", pace=Pace(interval=0, attempts=9, answer=0.3, total=0.6)).get_account()
    assert time.monotonic() - began < 10


def test_an_endless_answer_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A body without an end is given up when it is too large."""
    script = lambda: chain([b"HTTP/1.1 200 OK\r\n\r\n"], repeat(b" " * 2**20))  # noqa: E731 - a script
    with raw_server(script) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        with pytest.raises(UnexpectedAnswer, match="larger than 8 MiB"):
            CALLS["GetAccount"]()


NO_XML = {
    "deep": b"<GetCallerIdentityResponse>" + b"<GetCallerIdentityResult>" * 99 + b"<Account>",
    "whole and deep": b"<GetCallerIdentityResponse>%s</GetCallerIdentityResponse>"
    % (b"<GetCallerIdentityResult>" * 30 + b"<Account/>" + b"</GetCallerIdentityResult>" * 30),
    "declared": b"<!DOCTYPE x><GetCallerIdentityResponse><GetCallerIdentityResult><Account/>"
    b"</GetCallerIdentityResult></GetCallerIdentityResponse>",
    "unwrapped": b"<GetCallerIdentityResponse><Account>1</Account></GetCallerIdentityResponse>",
}


@pytest.mark.parametrize("kind", NO_XML)
@pytest.mark.parametrize("status", ["200 OK", "403 No"])
def test_xml_is_bounded_and_whole(monkeypatch: pytest.MonkeyPatch, kind: str, status: str) -> None:
    """XML is bounded in its nesting as JSON is, declares nothing, and has its result where AWS has it."""
    with raw_server(script(status, NO_XML[kind], "text/xml")) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        with pytest.raises(UnexpectedAnswer):
            CALLS["GetCallerIdentity"]()
