"""The client of one tenant, answer by answer: what it sends, what it repeats and how late, and what its errors say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.mail.certificates import certificates
from support.raw_server import raw_server
from support.tls_front import tls_front
from support.wire import BASE, JSON, Plain, Wire, reply
from tenant_email.errors import (
    Conflict,
    Forbidden,
    NotFound,
    PlatformError,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
    UnexpectedAnswer,
)
from tenant_email.net.answers import Promise, Shape
from tenant_email.net.client import Client, Request, Token
from tenant_email.net.ratelimits import Bucket
from tenant_email.net.tokens import token_of
from tenant_email.net.transport import HttpReply, NoAnswer, TooSlow
from tenant_email.redaction.secrets import Secret
from tenant_email.tenants.authorities import Authorities, AuthorityFile
from tenant_email.tenants.tenant_url import Reach, TenantUrl
from tenant_email.timing import USUAL, Timing
from tenant_email_local.ports import free_ports

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ANY = Promise((200,), Shape, absent="gone")
NONE = Promise((204,))


def refusal(status: int, code: str = "", text: str = "no") -> HttpReply:
    """Returns a refusal in Auth0's words."""
    return reply(
        status, {"statusCode": status, "error": "Odd", "message": text, **({"errorCode": code} if code else {})}
    )


def failing(
    wire: Wire,
    method: str = "GET",
    promise: Promise = ANY,
    *,
    announce: Callable[[str], None] = lambda _: None,
    **more: Any,
) -> PlatformError:
    """Returns the error of a call."""
    with pytest.raises(PlatformError) as caught:
        wire.client(announce=announce).call(method, "/thing", promise, **more)
    return caught.value


def test_what_is_sent() -> None:
    """A body goes as JSON and is said to be, nothing is said of none; each call carries the token."""
    wire = Wire([reply(200, {"a": 1})])
    client = wire.client()
    assert client.call("PUT", "/thing", ANY, {"b": "é"}, {"q": "1"}).body == {"a": 1}
    client.call("GET", "/thing", ANY)
    client.call("PUT", "/thing", ANY, {})
    token = {"Authorization": "Bearer canary-token-1"}
    said = {**token, "Content-Type": "application/json"}
    assert wire.sent == [
        ("PUT", "/thing", '{"b":"é"}'.encode(), {"q": "1"}, said, 90),
        ("GET", "/thing", None, None, token, 90),
        ("PUT", "/thing", b"{}", None, said, 90),
    ]


def test_a_login_is_sent_without_a_token() -> None:
    """As JSON, or as a form that is made anew for each sending; it is repeated although it is a POST."""
    wire = Wire([reply(503), reply(200, {"access_token": "x"}), reply()])
    forms = iter(({"nonce": "1"}, {"nonce": "2"}))
    assert wire.client().login("/token", ANY, form=lambda: next(forms)) == {"access_token": "x"}
    wire.client().login("/token", ANY, {"grant": "it"})
    assert [each[:5] for each in wire.sent] == [
        ("POST", "/token", {"nonce": "1"}, None, {}),
        ("POST", "/token", {"nonce": "2"}, None, {}),
        ("POST", "/token", b'{"grant":"it"}', None, JSON),
    ]
    assert wire.logins == 0


def test_what_anybody_is_answered() -> None:
    """Whatever it is, by one request without a token; silence is an error, and not asked again."""
    wire = Wire([reply(503, {"a": 1})])
    assert wire.client().visit("/greeting").status == 503
    assert (wire.sent, wire.logins) == ([("GET", "/greeting", None, None, {}, USUAL.answer)], 0)
    wire = Wire([NoAnswer("no answer", sent=True)])
    with pytest.raises(Unavailable, match=r"^it: GET /greeting: no answer"):
        wire.client().visit("/greeting")
    assert (len(wire.sent), wire.slept) == (1, [])


def test_what_a_login_was_granted_is_heard() -> None:
    """Once a login, by whoever has the tenant reached so."""
    heard: list[frozenset[str] | None] = []
    token = Token(Secret("canary-token"), float("inf"), frozenset({"read:it"}))
    client = Client("it", TenantUrl(BASE, Reach(hear=heard.append)), Plain(), lambda _: token)
    assert client.granted() == client.granted() == token.scopes
    assert heard == [token.scopes]


def test_a_token_is_used_until_its_time() -> None:
    """One login serves many calls; from the moment on that its answer named another one is made."""
    wire = Wire([reply()], takes=50)
    client = wire.client()
    for _ in range(3):
        client.call("GET", "/thing", ANY)
    assert [each[4]["Authorization"][-1] for each in wire.sent] == ["1", "1", "2"]


@pytest.mark.parametrize(
    ("document", "until"), [({"expires_in": 600.0}, 1540.0), ({}, 1440.0), ({"expires_in": 30.0}, 1022.5)]
)
def test_a_token_is_given_up_early(document: dict[str, Any], until: float) -> None:
    """Its own lifetime counts before the usual one of the platform; of a short one a quarter is given up."""
    token = token_of(Wire([]).client(), {"access_token": "canary-token", **document}, 500)
    assert (token.value.reveal(), token.until) == ("canary-token", until)


def test_a_refused_token_is_renewed_once() -> None:
    """The call is made again with another one; a second refusal is told, and does not come out of the first token."""
    wire = Wire([refusal(401), reply(200, {"a": 1})])
    client = wire.client()
    assert client.call("POST", "/thing", ANY, {"b": 1}, {"q": "1"}).body == {"a": 1}
    assert [each[:4] for each in wire.sent] == [("POST", "/thing", b'{"b":1}', {"q": "1"})] * 2
    assert [each[4]["Authorization"][-1] for each in wire.sent] == ["1", "2"]
    client.call("GET", "/thing", ANY)
    assert wire.logins == 2
    wire = Wire([refusal(401)])
    assert isinstance(failing(wire), Unauthorized)
    assert (len(wire.sent), wire.logins) == (2, 2)


def test_a_token_that_another_thread_renewed_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever comes late with a refusal of the old one does not throw the new one away."""
    wire = Wire([refusal(401), refusal(401), reply()])
    client, exchange = wire.client(), wire.exchange

    def meanwhile(*args: Any, **more: Any) -> HttpReply:
        monkeypatch.undo()
        answer = exchange(*args, **more)
        client.call("GET", "/other", ANY)
        return answer

    monkeypatch.setattr(wire, "exchange", meanwhile)
    client.call("GET", "/thing", ANY)
    assert [each[4]["Authorization"][-1] for each in wire.sent] == ["1", "1", "2", "2"]
    assert wire.logins == 2


LOST = NoAnswer("there was no answer", sent=True)
NEVER = NoAnswer("no connection (refused)", sent=False)


@pytest.mark.parametrize(
    ("method", "answer", "tries", "sent"),
    [
        ("GET", LOST, 4, False),
        ("GET", reply(500), 4, False),
        ("PUT", LOST, 4, True),
        ("DELETE", reply(503), 4, True),
        ("POST", LOST, 1, True),
        ("POST", reply(500), 1, True),
        ("POST", NEVER, 4, False),
        ("POST", TooSlow("slow", sent=True), 1, True),
        ("POST", TooSlow("slow", sent=False), 4, False),
        ("PUT", NEVER, 4, False),
        ("GET", reply(200, []), 4, False),
        ("POST", reply(200, []), 1, True),
        ("PUT", refusal(400), 1, False),
    ],
)
def test_what_is_repeated(method: str, answer: HttpReply | NoAnswer, tries: int, sent: bool) -> None:
    """All that cannot be done twice, four times; longer apart each time, and with a jitter."""
    wire = Wire([answer])
    assert failing(wire, method).uncertain is sent
    assert len(wire.sent) == tries
    bounds = [(0.4, 0.6), (0.8, 1.2), (1.6, 2.4)][: tries - 1]
    assert all(low <= slept <= high for slept, (low, high) in zip(wire.slept, bounds, strict=True))


def test_a_post_that_may_have_worked_is_not_repeated_later_either() -> None:
    """What was never sent is sent again; from the first answer that was lost on, no more."""
    wire = Wire([NEVER, LOST, reply()])
    assert failing(wire, "POST").uncertain is True
    assert len(wire.sent) == 2
    assert failing(Wire([LOST, refusal(401), refusal(400)]), "PUT").uncertain is True


def test_a_call_has_a_deadline() -> None:
    """No repeat begins after it, and each is given what is left; waits for a rate limit do not count."""
    wire = Wire([LOST], takes=40)
    failing(wire)
    assert [each[5] for each in wire.sent] == pytest.approx([90, 50 - wire.slept[0], 10 - sum(wire.slept)])
    wire = Wire([LOST], takes=45)
    failing(wire)
    assert len(wire.sent) == 2
    wire = Wire([LOST], takes=90)
    failing(wire)
    assert len(wire.sent) == 1
    wire = Wire([reply(429, headers={"Retry-After": "50"}), LOST, reply()], takes=1)
    assert wire.client().call("GET", "/thing", ANY).body == {}
    wire = Wire([reply(429, headers={"Retry-After": "50"})] * 2 + [reply()], takes=1)
    wire.client().call("GET", "/thing", ANY)
    assert [each[5] for each in wire.sent] == pytest.approx([90, 89, 88])


AT_1030 = "Thu, 01 Jan 1970 00:17:10 GMT"  # the wire's clock begins at 1000


@pytest.mark.parametrize("status", [503, 500, 302, 307, 200])
@pytest.mark.parametrize(
    ("asked", "least"),
    [("30", 30), (AT_1030, 30), ("0.1", 0.4), ("-3", 0.4), ("soon", 0.4), ("inf", 0.4), ("nan", 0.4), ("1e9", 60)],
)
def test_a_repeat_comes_when_the_answer_asks_for_it(status: int, asked: str, least: float) -> None:
    """In seconds or as a date, a minute at most, whatever the status; nonsense is as if nothing was asked."""
    wire = Wire([reply(status, [], {"Retry-After": asked}), reply(200, {"a": 1})])
    assert wire.client().call("GET", "/thing", ANY).body == {"a": 1}
    (slept,) = wire.slept
    assert least <= slept <= least * 1.5


@pytest.mark.parametrize(
    ("date", "told"),
    [
        ("Thu, 01 Jan 1970 01:16:39 GMT", " By the date of the answer this machine's clock is 3599 s behind: set it."),
        ("Thu, 01 Jan 1970 00:15:00 GMT", " By the date of the answer this machine's clock is 99 s ahead: set it."),
        ("Thu, 01 Jan 1970 00:16:30 GMT", ""),
        ("Thu, 01 Jan 1970 00:17:10 GMT", ""),
        ("today", ""),
        ("", ""),
    ],
)
def test_a_refused_login_that_holds_a_time_says_by_how_much_the_clock_is_wrong(date: str, told: str) -> None:
    """By the server's own date, where that differs by more than an answer takes; any other login has no time in it."""
    refused = reply(401, {"error": "invalid_client"}, {"Date": date})
    for is_dated, expected in ((True, told), (False, "")):
        with pytest.raises(Unauthorized) as caught:
            Wire([refused]).client().login("/token", ANY, form=dict, is_dated=is_dated)
        assert "".join(str(caught.value).partition(" By the date")[1:]) == expected


def test_what_is_asked_beyond_the_deadline_is_not_waited_for() -> None:
    """A server that is down for long is told of at once, and a wait that fits is told of too."""
    wire, told = Wire([reply(503, headers={"Retry-After": "50"})], takes=1), list[str]()
    error = failing(wire, announce=told.append)
    assert (error.status, len(wire.sent), len(wire.slept)) == (503, 2, 1)
    (line,) = told
    assert line.startswith("it: GET /thing is to be sent again later, waiting ")
    wire = Wire([reply(503, headers={"Retry-After": "50"})], takes=45)
    failing(wire)
    assert (len(wire.sent), wire.slept) == (1, [])


def test_a_limit_is_waited_for_and_then_reported() -> None:
    """A refusal by the rate limit is no failure: it is waited out, for as long as a request may wait in all."""
    wire = Wire([reply(429), reply(429), reply(200, {"a": 1})])
    told: list[str] = []
    assert wire.client(announce=told.append).call("POST", "/thing", ANY).body == {"a": 1}
    assert (1 <= wire.slept[0] <= 1.2, 2 <= wire.slept[1] <= 2.4) == (True, True)
    assert [line.partition(":")[0] for line in told] == ["it"]
    wire = Wire([reply(429, headers={"Retry-After": "60"})])
    error = failing(wire, "POST")
    assert (type(error), error.uncertain, error.status) == (RateLimited, False, 429)
    assert 300 <= sum(wire.slept) < 372


def test_a_bucket_is_learned_from_the_answers() -> None:
    """An empty bucket is waited for before the next call, and counts as a wait."""
    empty = {"x-ratelimit-limit": "5", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1007"}
    wire = Wire([reply(200, {}, empty), reply()])
    client = wire.client(buckets=(Bucket("reads", ("GET",), "/thing"),))
    client.call("GET", "/thing", ANY)
    client.call("GET", "/other", ANY)
    client.call("PUT", "/thing", ANY)
    assert wire.slept == []
    client.call("GET", "/thing", ANY)
    assert wire.slept == [7]
    assert wire.sent[-1][5] == 90
    assert client.bucket_sizes() == {"reads": 5}


@pytest.mark.parametrize(("seconds", "waits"), [(60, 5), (59.9, 6)])
def test_a_known_bucket_is_waited_for_by_itself(seconds: float, waits: int) -> None:
    """A refusal moves its reset, and the wait for that counts as the request's: none begins after five minutes."""
    headers = {"x-ratelimit-limit": "7", "x-ratelimit-remaining": "0", "Retry-After": f"{seconds}"}
    wire = Wire([reply(429, {}, headers)])
    with pytest.raises(RateLimited):
        wire.client(buckets=(Bucket("writes", ("POST",), "/thing"),)).call("POST", "/thing", ANY)
    assert wire.slept == pytest.approx([seconds] * waits)
    assert len(wire.sent) == waits + 1


def test_who_is_not_patient_hears_of_the_limit_at_once() -> None:
    """Nothing is waited for and nothing sent again."""
    wire = Wire([reply(429), reply()])
    assert isinstance(failing(wire, "POST", is_patient=False), RateLimited)
    assert (wire.slept, len(wire.sent)) == ([], 1)


def test_it_goes_over_the_network() -> None:
    """To the address that it was given, with the platform's own headers."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
    with raw_server(lambda: [answer]) as server:
        client = Client("it", server.url, Plain(), Wire([]).login, headers={"X-Odd": "yes"})
        assert client.call("GET", "/thing", ANY, params={"q": "1"}).body == {}
    assert server.requests[0].startswith(b"GET /thing?q=1 HTTP/1.1\r\n")
    assert b"\r\nX-Odd: yes\r\n" in server.requests[0]


def test_a_login_goes_where_its_entry_says(tmp_path: Path) -> None:
    """With the platform's own headers, and, as a call, to a server that the tenant's own authorities have signed."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
    certificates().private.cert_pem.write_to_path(str(tmp_path / "company.pem"))
    trusted = Authorities((AuthorityFile(str(tmp_path / "company.pem"), "caFile"),), "caFile")
    with raw_server(lambda: [answer]) as server:
        plain = int(server.url.rpartition(":")[2])
        with tls_front(certificates().context("private"), plain) as port:
            url = TenantUrl(BASE, Reach(f"https://localhost:{port}", trusted))
            client = Client("it", url, Plain(), Wire([]).login, headers={"X-Odd": "yes"})
            assert client.token_endpoint("/token") == f"https://localhost:{port}/token"
            assert client.login("/token", ANY) == {}
            signed = Client("it", TenantUrl(f"https://localhost:{port}", Reach("", trusted)), Plain(), Wire([]).login)
            assert signed.call("GET", "/thing", ANY).body == {}
    assert server.requests[0].startswith(b"POST /token HTTP/1.1\r\n")
    assert Wire([]).client().token_endpoint("/token") == f"{BASE}/token"
    assert b"\r\nX-Odd: yes\r\n" in server.requests[0]


def test_several_answers_may_be_odd_together() -> None:
    """What a platform finds in them is told as what is found in one."""
    error = Wire([]).client().unexpected("GET /thing", "pages without an end")
    assert error.message == "it: GET /thing got pages without an end"


CORRECT, AGAIN, REACH = "Fix what the platform reports", "Run again", f"Check that {BASE} is right"
PROXY = f"Check that {BASE} is the tenant's address and that no proxy answers"
SHAPE = "an answer of an unexpected shape (wrong or missing: the document)"
FOREIGN = "an error that did not come from the platform (a proxy?)"


@pytest.mark.parametrize(
    ("answer", "kind", "message", "remedy"),
    [
        (refusal(400, "bad", "no"), Rejected, "PUT /thing was rejected (400 bad)\n  - no", CORRECT),
        (refusal(422), Rejected, "PUT /thing was rejected (422)\n  - no", CORRECT),
        (refusal(403, "scope", ""), Forbidden, "PUT /thing was forbidden (403 scope)", CORRECT),
        (refusal(409), Conflict, "PUT /thing conflicts (409)\n  - no", CORRECT),
        (refusal(404, "gone"), NotFound, "PUT /thing found nothing (404 gone)\n  - no", CORRECT),
        (refusal(500), Unavailable, "PUT /thing failed (500)\n  - no", AGAIN),
        (reply(503), Unavailable, "PUT /thing failed (503)", AGAIN),
        (reply(502, flaw="only a part"), Unavailable, "PUT /thing failed (502)\n  - only a part", AGAIN),
        (reply(403), Forbidden, "PUT /thing was forbidden (403)", CORRECT),
        (refusal(404, "other"), UnexpectedAnswer, "PUT /thing got an answer about something else (404)", PROXY),
        (reply(404), UnexpectedAnswer, f"PUT /thing got {FOREIGN} (404)", PROXY),
        (reply(400), UnexpectedAnswer, f"PUT /thing got {FOREIGN} (400)", PROXY),
        (reply(409, flaw="only a part"), UnexpectedAnswer, "PUT /thing got only a part (409)", PROXY),
        (reply(200, []), UnexpectedAnswer, f"PUT /thing got {SHAPE} (200)", PROXY),
        (reply(204), UnexpectedAnswer, "PUT /thing got a success status other than the promised one (204)", PROXY),
        (LOST, Unavailable, "PUT /thing: there was no answer", REACH),
        (TooSlow("too slow", sent=True), UnexpectedAnswer, "PUT /thing got too slow", PROXY),
    ],
)  # fmt: skip
def test_what_an_error_says(answer: HttpReply | NoAnswer, kind: type[PlatformError], message: str, remedy: str) -> None:
    """The tenant, the call, what came back in the platform's words, and what to do about it."""
    error = failing(Wire([answer]), "PUT")
    assert type(error) is kind
    assert error.message == f"it: {message}"
    assert error.remedy.startswith(remedy)
    assert error.status == (answer.status if isinstance(answer, HttpReply) else 0)


def test_a_setting_that_helps_is_named() -> None:
    """More time for a slow tenant; another address of the login, where one answers that is none or nobody does."""
    slow = failing(Wire([TooSlow("too slow", sent=True)]))
    assert slow.remedy.endswith(" To give a slow tenant more time, set timeout of the tenant.")
    with pytest.raises(UnexpectedAnswer) as odd:
        Wire([reply(200, [])]).client().login("/token", ANY)
    assert odd.value.remedy.endswith(" If the login is at another address, set it as tokenUrl of the tenant.")
    (port,) = free_ports(1)
    url = TenantUrl(BASE, Reach(f"http://127.0.0.1:{port}"))
    with pytest.raises(Unavailable) as silent:
        Client("it", url, Plain(), Wire([]).login, timing=Timing(sleep=lambda _: None)).login("/token", ANY)
    assert f"http://127.0.0.1:{port}/token (tokenUrl of the tenant)" in silent.value.remedy


class Other(Plain):
    """Reads everything otherwise."""

    def is_own(self, status: int, body: Any) -> bool:
        """Tells by a word of its own."""
        return "other" in body

    def read_error(self, status: int, body: Any) -> tuple[str, str]:
        """Returns what it always says."""
        return "odd", f"{status} {sorted(body)}"

    def says_absent(self, what: str, body: Any) -> bool:
        """Tells by that word too."""
        return bool(body["other"] == what)

    def remedy(self, request: str, status: int, code: str, text: str) -> str:
        """Returns all that it was given."""
        return f"{request} {status} {code} {text}"


def test_a_call_may_be_read_in_its_own_light() -> None:
    """Its dialect decides what is a refusal, what is absence, and what to do about it."""
    error = failing(Wire([reply(409, {"other": 1})]), dialect=Other())
    assert (type(error), error.code, error.text) == (Conflict, "odd", "409 ['other']")
    assert error.remedy == "GET /thing 409 odd 409 ['other']"
    assert failing(Wire([reply(503, {"other": 1})]), dialect=Other()).remedy.startswith("GET /thing 503")
    assert isinstance(failing(Wire([reply(404, {"other": "gone"})]), dialect=Other()), NotFound)
    assert isinstance(failing(Wire([reply(404, {"other": "it"})]), dialect=Other()), UnexpectedAnswer)
    assert isinstance(failing(Wire([reply(404, {"other": ""})]), promise=NONE, dialect=Other()), UnexpectedAnswer)


@pytest.mark.parametrize(
    ("method", "answer", "kind"),
    [
        ("GET", reply(401), Unauthorized),
        ("POST", reply(401), UnexpectedAnswer),
        ("POST", refusal(401), Unauthorized),
        ("POST", reply(403), Forbidden),
        ("POST", reply(503), Unavailable),
    ],
)
def test_a_401_of_a_page_is_no_word_on_a_post(method: str, answer: HttpReply, kind: type[PlatformError]) -> None:
    """It would have it sent again with another token, and nobody knows whether the first one worked."""
    assert type(failing(Wire([answer]), method)) is kind


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (reply(401, {"error": "access_denied"}), Unauthorized),
        (reply(400, {"error": "invalid_request"}), Rejected),
        (reply(400, {"error": 1}), UnexpectedAnswer),
        (reply(400, []), UnexpectedAnswer),
        (refusal(400), Rejected),
        (reply(404, {"error": "odd"}), UnexpectedAnswer),
    ],
)
def test_a_login_is_refused_in_the_words_of_oauth(answer: HttpReply, kind: type[PlatformError]) -> None:
    """RFC 6749 section 5.2; what is refused in other words was not refused by the tenant."""
    with pytest.raises(PlatformError) as caught:
        Wire([answer]).client().login("/token", NONE)
    assert (type(caught.value), caught.value.uncertain) == (kind, False)


def test_nothing_that_is_sent_is_shown() -> None:
    """A request is known by its method and its path; a secret may stand in all the rest."""
    request = Request("PUT", "/thing", NONE, "canary", {"q": "canary"}, lambda: {"f": "canary"})
    assert str(request) == "PUT /thing"
    assert "canary" not in repr(request)
