"""The page of a local machine: what it tells, to whom, and what it makes of whatever arrives."""

from __future__ import annotations

import http.client
import json
import threading
from contextlib import closing
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import dkim
import pytest
import requests

from support.local_page import Shown, shown_machine
from tenant_email_local.aws.server import ROOT_KEY_ID
from tenant_email_local.exchanges import Exchange
from tenant_email_local.inbox import Received, parse_mail
from tenant_email_local.machine import LocalMachine
from tenant_email_local.page import calls as page_calls
from tenant_email_local.page.calls import Calls
from tenant_email_local.page.dkim_result import results
from tenant_email_local.page.masking import Secrets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HTML = "<p>Hi <img src='cid:logo'><img src='https://t.example/x.png'><a href='https://a.example/?a=1&amp;b=2'>x</a></p>"


PLAIN = b"From: a@signed.example\r\nSubject: x\r\n\r\nBody\r\n"


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """Runs an Auth0 tenant with a page."""
    with shown_machine(tmp_path_factory.mktemp("machine"), ("auth0",)) as machine:
        yield machine


def arrive(shown: Shown, raw: bytes) -> Any:
    """Has a mail arrive and returns it as the page has it."""
    shown.machine.smtp.inbox.add(Received("a@acme.example", ("ada@customer.example",), "mailer", EmailMessage(), raw))
    return shown.get(f"mails/{shown.news()['mails'][-1]['number']}").json()


def ask(shown: Shown, method: str, path: str, **headers: str) -> tuple[int, http.client.HTTPMessage, bytes]:
    """Asks with these headers alone."""
    with closing(http.client.HTTPConnection("127.0.0.1", shown.page.port, timeout=60)) as connection:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()


def test_only_this_host_is_answered(shown: Shown) -> None:
    """A name that was rebound to this machine, or none, is refused; so is a script of another site, but no link."""
    own = f"127.0.0.1:{shown.page.port}"
    for host in ("rebound.example", f"rebound.example:{shown.page.port}", "127.0.0.1", f"{own}.rebound.example", ""):
        assert ask(shown, "GET", "/news", Host=host)[0] == 421
    assert ask(shown, "GET", "/news")[0] == 421
    assert ask(shown, "GET", "/news", Host=own, Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="cors")[0] == 403
    assert ask(shown, "GET", "/", Host=own, Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate")[0] == 200
    assert ask(shown, "GET", "/", Host=f"localhost:{shown.page.port}")[0] == 200


def test_it_is_only_read(shown: Shown) -> None:
    """Every other method is refused, and no answer lets another site read it."""
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW"):
        own = f"127.0.0.1:{shown.page.port}"
        status, headers, _ = ask(shown, method, "/news", Host=own, Origin="https://other.example")
        assert (status, headers["Allow"]) == (405, "GET, HEAD")
        assert "Access-Control-Allow-Origin" not in headers
    status, _, body = ask(shown, "HEAD", "/", Host=f"127.0.0.1:{shown.page.port}")
    assert (status, body) == (200, b"")


@pytest.mark.parametrize("path", ["", "page.css", "page.js", "news", "calls/1", "nowhere"])
def test_every_answer_has_its_policy(path: str, shown: Shown) -> None:
    """Nothing but the page's own files is run, and nothing is loaded from elsewhere."""
    headers = shown.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'")
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "calls/999999",
        "calls/x",
        "mails/0",
        "mails/1e3",
        "mails/999999/html",
        "../page/server.py",
        "calls/" + "9" * 5000,
    ],
)
def test_what_is_not_there_is_said(path: str, shown: Shown) -> None:
    """In a word, whatever is asked for."""
    assert shown.get(path).status_code in (404, 414)


def test_what_is_known_is_not_told_again(shown: Shown) -> None:
    """What the machine holds comes once, and calls and mails after the last."""
    first = shown.get("news")
    news = first.json()
    mails = max((mail["number"] for mail in news["mails"]), default=0)
    again = f"news?calls={shown.last()}&mails={mails}&held={news['digest']}"
    second = shown.get(again)
    assert (second.json()["held"], second.json()["calls"], second.json()["mails"]) == (None, [], [])
    assert len(second.content) < 400
    shown.auth0()
    assert len(shown.get(again).json()["calls"]) == 1


def test_a_mail_is_shown_as_it_looks_and_as_it_came(shown: Shown) -> None:
    """Its HTML in a frame of its own that runs and loads nothing; what is in the mail itself is there."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Acme <a@acme.example>", "ada@customer.example", "Hellö"
    message.set_content("Hi")
    message.add_alternative(HTML, subtype="html")
    html: Any = message.get_payload()
    html[1].add_related(b"\x89PNG", "image", "png", cid="<logo>")
    message.add_attachment(b"\x00\xff", maintype="application", subtype="pdf", filename='bill "1".pdf')
    mail = arrive(shown, bytes(message))
    assert (mail["subject"], mail["to"], mail["text"]) == ("Hellö", "ada@customer.example", "Hi\n")
    assert mail["login"] == "mailer"
    assert mail["links"] == ["https://a.example/?a=1&b=2"]
    assert [each["bytes"] for each in mail["files"]] == [4, 2]
    framed = shown.get(f"mails/{mail['number']}/html")
    assert "src='data:image/png;base64,iVBORw=='" in framed.text
    assert framed.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    raw = shown.get(f"mails/{mail['number']}/raw")
    assert raw.content == bytes(message)
    file = shown.get(f"mails/{mail['number']}/attachments/{len(mail['files']) - 1}")
    assert (file.content, file.headers["Content-Type"]) == (b"\x00\xff", "application/octet-stream; charset=utf-8")
    assert file.headers["Content-Disposition"] == "attachment; filename*=UTF-8''bill%20%221%22.pdf"


HOSTILE = [
    b"",
    b"\x00\xff\xfe binary \x1b[2J",
    b"Subject: =?utf-8?B?4oCuZXZpbA==?=\n\nx",
    b"Subject: <script>alert(1)</script>\nContent-Type: text/html; charset=no-such\n\n<script>alert(1)</script>",
    b"From: " + b"a" * 100_000 + b"\n\nx",
    b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\nContent-Type: multipart/mixed; boundary=b\n\n" * 100,
    b"Content-Type: text/html\n\n" + b"<a <a href=x" * 100_000,
    b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + b"!" * 5_000_000,
    b'Content-Disposition: attachment; filename="\r\n../../x"\nContent-Type: image/png\nContent-ID: <>\n\n\x89PNG',
    b'To: "\n\nx',
    b"DKIM-Signature: v=1; a=rsa-sha256; d=..; s=\xff; h=from; bh=x; b=!!!\nFrom: a@b\n\nx",
]


@pytest.mark.parametrize("raw", HOSTILE, ids=range(len(HOSTILE)))
def test_no_mail_is_too_broken(raw: bytes, shown: Shown) -> None:
    """It is listed, it is shown as it came, and nothing in it is unseen or turns text around."""
    mail = arrive(shown, raw)
    assert shown.get(f"mails/{mail['number']}/raw").content == raw
    assert shown.get(f"mails/{mail['number']}/html").status_code == 200
    told = json.dumps(mail, ensure_ascii=False)
    assert not [each for each in ("\u202e", "\x1b", "\x00") if each in told]


def test_signatures_are_judged_as_another_verifier_does(shown: Shown) -> None:
    """Of mail that SES signed, and of the same with another body, subject, or key."""
    aws = shown.machine.aws
    ses = aws.session().client("sesv2", endpoint_url=aws.url)
    route53 = aws.session().client("route53", endpoint_url=aws.url)
    zone = aws.create_zone("signed.example")
    made: Any = ses.create_email_identity(EmailIdentity="signed.example")
    tokens = made["DkimAttributes"]["Tokens"]
    records = [
        {"Name": f"{token}._domainkey.signed.example", "Type": "CNAME", "TTL": 60}
        | {"ResourceRecords": [{"Value": f"{token}.dkim.amazonses.com"}]}
        for token in tokens
    ]
    changes: Any = [{"Action": "UPSERT", "ResourceRecordSet": record} for record in records]
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})
    identity = aws.store.identities()[-1]
    identity.verify()
    received = Received("a@signed.example", ("b@home.example",), ROOT_KEY_ID, parse_mail(PLAIN), PLAIN)
    finished = aws.send_smtp(ROOT_KEY_ID, identity.region, received)
    assert isinstance(finished, Received)
    mail = finished.raw
    key_text = shown.page.state.key_text

    def judged(raw: bytes) -> list[bool]:
        verifier = dkim.DKIM(raw)
        return [verifier.verify(at, dnsfunc=found) for at in (0, 1)]

    def found(name: bytes, **_: object) -> bytes:
        return (key_text(name.decode().rstrip(".")) or "").encode()

    for was, is_ in ((b"?", b"?"), (b"Body", b"body"), (b"Subject: x", b"Subject: y"), (b"s=", b"s=x")):
        raw = mail.replace(was, is_)
        ours = [each["result"] == "pass" for each in results(raw, key_text)]
        assert len(ours) == 2
        try:
            assert ours == judged(raw)
        except dkim.DKIMException:
            assert not any(ours)
    assert [each["result"] for each in results(mail, key_text)] == ["pass", "pass"]


def test_what_is_kept_is_bounded() -> None:
    """The last calls are kept, by number and by size, and how many are gone is said."""
    log = Calls(Secrets(), kept=10, kept_bytes=1000)
    take = log.of("auth0")
    for each in range(25):
        take(Exchange("", "GET", f"/{each}", 200, 0, 0))
    assert [call["path"] for call in log.after(0)] == [f"/{each}" for each in range(15, 25)]
    assert (log.forgotten(), log.get(1)) == (15, None)
    take(Exchange("", "POST", "/large", 200, 0, 0, request_body=b"x" * 900, response_body=b"y" * 99))
    take(Exchange("", "POST", "/larger", 200, 0, 0, request_body=b"x" * 2000))
    assert [call["path"] for call in log.after(0)] == ["/larger"]
    assert page_calls.KEPT >= 1000


def test_the_machine_does_not_grow_with_a_page(shown: Shown) -> None:
    """Its own lists keep the last calls and mails; what is shown goes on."""
    calls = shown.machine.auth0.calls
    calls.extend(calls[-1:] * 3000)
    shown.page.state.look(trims=True)
    assert len(shown.machine.auth0.calls) <= 1000
    inbox = shown.machine.smtp.inbox
    before = shown.page.state.mails.last
    for each in range(600):
        inbox.add(Received("a@b", ("c@d",), "mailer", EmailMessage(), f"Subject: {each}\n\n".encode()))
    shown.page.state.look(trims=True)
    assert len(inbox) <= 500
    assert shown.page.state.mails.last == before + 600
    arrived = arrive(shown, b"Subject: after\n\n")
    assert (arrived["subject"], arrived["number"]) == ("after", before + 601)


def test_nothing_is_kept_without_a_page(tmp_path: Path) -> None:
    """A machine that nobody looks at keeps no body."""
    with LocalMachine(tmp_path, ("auth0",)) as machine:
        assert machine.auth0.watch is None
        assert machine.smtp.watch is None


def test_it_is_read_while_the_tenant_is_written(shown: Shown) -> None:
    """By several at once; the numbers of the calls have no gap and no double."""
    headers, before = shown.auth0(), shown.last()
    url = f"{shown.machine.auth0.url}/api/v2/email-templates"
    failed = list[object]()

    def write(name: str) -> None:
        for _ in range(10):
            body: dict[str, Any] = {"template": name, "body": "{{ url }}", "from": "", "subject": name}
            body |= {"syntax": "liquid", "enabled": True}
            requests.post(url, json=body, headers=headers, timeout=20)

    def look() -> None:
        for _ in range(10):
            answer = requests.get(f"{shown.page.url}news?calls={before}", timeout=20)
            if not answer.ok:
                failed.append(answer.status_code)

    threads = [threading.Thread(target=write, args=(name,)) for name in ("verify_email", "welcome_email")]
    threads += [threading.Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert [each["number"] for each in shown.news(before)["calls"]] == list(range(before + 1, before + 21))
