"""The test email before a write, and what Logto's own test misses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import pytest

from support.logto import CONNECTORS
from support.logto_sinks import LOGIN
from support.logto_site import smtp, texts
from support.mail.scripted import Lines, Scripted
from tenant_email.errors import InvalidSettings, NotFound, Rejected, Unavailable
from tenant_email.net.client import TRIES
from tenant_email.operations import operation
from tenant_email.timing import Timing
from tenant_email_local.emulators.server import Fault

if TYPE_CHECKING:
    from support.logto_site import Site

TEST = f"POST {CONNECTORS}/simple-mail-transfer-protocol/test"
SEND = {"preflight": "send", "test_recipient": "ops@acme.example"}


def local(site: Site, **changes: Any) -> dict[str, Any]:
    """Returns settings whose server this process and the tenant reach under one address."""
    return smtp(port=site.sinks.login.port, **changes)


def test_the_test_mail_goes_out_before_the_write(site: Site) -> None:
    """Logto sends it through the config as it will be stored, with short timeouts that are not stored."""
    site.connector(**SEND).up(settings=smtp(templates=texts(content="Your code {{code}}")))
    assert site.calls() == [f"GET {CONNECTORS}", TEST, f"GET {CONNECTORS}", f"POST {CONNECTORS}"]
    (mail,) = site.sinks.mails()
    assert (mail.recipients, mail.logged_in) == (["ops@acme.example"], True)
    assert "connectionTimeout" not in site.stored()


def test_a_change_is_tested_too(site: Site) -> None:
    """An update sends one more mail before its PATCH."""
    connector = site.connector(**SEND)
    connector.up(settings=smtp())
    site.sinks.clear()
    connector.up(settings=smtp(reply_to="help@acme.example"))
    assert [mail.seen()["Reply-To"] for mail in site.sinks.mails()] == [["help@acme.example"]]


@pytest.mark.parametrize("drop", ["before", "after"])
def test_a_write_that_is_repeated_sends_no_second_mail(site: Site, drop: Literal["before", "after"]) -> None:
    """Its answer was lost, the mail was not: neither a creation nor an update is tried out again."""
    operation.begin(Timing(sleep=lambda _: None))
    try:
        connector = site.connector(**SEND)
        changed = smtp(reply_to="help@acme.example")
        for method, path, times, settings in (("POST", CONNECTORS, 1, smtp()), ("PATCH", "*", TRIES, changed)):
            site.sinks.clear()
            site.emulator.inject(Fault(method, path, drop=drop, times=times))
            connector.up(settings=settings)
            assert len(site.sinks.mails()) == 1
    finally:
        operation.begin(Timing())


def test_a_wrong_password_stops_the_write(site: Site) -> None:
    """The server's words reach the user with a remedy, the password does not, and nothing is stored."""
    with pytest.raises(Rejected, match="Check username and password") as refused:
        site.connector(**SEND).up(settings=smtp(password="canary-wrong"))
    assert "Invalid login: 535" in str(refused.value)
    assert "canary-wrong" not in str(refused.value)
    assert site.emulator.state.connectors == []


@pytest.mark.parametrize(
    ("change", "remedy"),
    [
        ({"secure": True}, "Set secure=False"),
        ({"ignore_tls": None, "require_tls": True}, "Omit require_tls"),
        ({"port": 2599}, "nothing listens there"),
        ({"host": "nope.example"}, "cannot resolve it"),
    ],
)
def test_what_the_library_says_is_explained(site: Site, change: dict[str, Any], remedy: str) -> None:
    """OpenSSL's and Node's words get a sentence that helps; port 2525 is not known to begin with TLS."""
    settings = smtp(port=2525) | change
    if change == {"secure": True}:
        settings |= {"port": 2526}
    with pytest.raises(Rejected, match=remedy):
        site.connector(**SEND).up(settings={name: value for name, value in settings.items() if value is not None})


def test_a_silent_server_is_given_up_soon(site: Site) -> None:
    """The test's timeouts are seconds, where Logto would wait for half a minute."""
    with pytest.raises(Rejected, match="Greeting never received"):
        site.connector(**SEND).up(settings=smtp(port=8096, greeting_timeout=1500))


def test_a_late_greeting_is_waited_for(site: Site) -> None:
    """Servers delay it on purpose, against senders that do not wait: Logto waits half a minute, its test a quarter."""
    late = Lines(greeting=(6.0, b"220 test\r\n"))
    with Scripted(late) as server:
        settings = smtp(port=server.port)
        site.connector(**SEND).up(settings=settings)
    assert site.stored()["port"] == server.port


def test_unguarded_a_login_that_is_not_offered_is_green(site: Site) -> None:
    """Logto's test sends without the login that was configured."""
    config = {"host": "127.0.0.1", "port": 2526, "auth": {"user": LOGIN[0], "pass": "canary-wrong"}}
    config |= {"fromEmail": "not an address", "templates": []}
    texts_ = [{"usageType": usage, **text, "contentType": "text/plain"} for usage, text in texts().items()]
    body = {"email": "ops@acme.example", "config": config | {"templates": texts_}}
    assert site.raw.call("POST", f"{CONNECTORS}/simple-mail-transfer-protocol/test", body).status == 204
    (mail,) = site.sinks.mails()
    assert (mail.logged_in, mail.message["From"]) == (False, None)


def test_a_login_that_is_not_offered_stops_the_write(site: Site) -> None:
    """The server is asked first, here, without sending it a credential."""
    with pytest.raises(Rejected, match="offers no login"):
        site.connector(**SEND).up(settings=smtp(port=site.sinks.anonymous.port))
    assert site.calls() == [f"GET {CONNECTORS}"]


@pytest.mark.parametrize("login", [{}, {"kind": "logto.smtp_anonymous", "username": None, "password": None}])
def test_a_server_for_tokens_alone_is_never_tried_without_one(site: Site, login: dict[str, Any]) -> None:
    """Logto's mail library would take the whole server down with it, with a password and with nothing."""
    lines = Lines(replies={"EHLO": (b"250-test\r\n250 AUTH XOAUTH2\r\n",)})
    with Scripted(lines) as server, pytest.raises(Rejected, match=r"takes access tokens alone \(XOAUTH2\)"):
        site.connector(**SEND).up(settings=smtp(port=server.port, **login))
    assert site.calls() == [f"GET {CONNECTORS}"]


def test_a_login_that_is_offered_and_not_given_stops_the_write(site: Site) -> None:
    """Logto's mail library sends nothing without credentials where the server offers a login."""
    settings = {"kind": "logto.smtp_anonymous", "host": "127.0.0.1", "port": 2525, "ignore_tls": True}
    with pytest.raises(Rejected, match=r"Missing credentials(.|\n)*Set a username and a password"):
        site.connector(**SEND).up(settings=settings)


def test_a_sender_that_is_no_address_is_refused_at_preview(site: Site) -> None:
    """Logto would send an email without From, and call it a success."""
    said = site.connector(**SEND).problems(settings=smtp(), from_address="not an address")
    assert "is not an email address" in "\n".join(said)


def test_a_test_mail_needs_a_recipient(site: Site) -> None:
    """The preview says so."""
    said = site.connector(preflight="send").problems(settings=smtp())
    assert any(text.startswith("test_recipient: is missing") for text in said)


CONNECTS: list[tuple[dict[str, Any], str]] = [
    ({"ignore_tls": None}, ""),
    ({"ignore_tls": None, "require_tls": True}, "offers no STARTTLS"),
    ({"secure": True, "ignore_tls": None}, "TLS with 127.0.0.1:"),
    ({"ignore_tls": True}, ""),
    ({"kind": "logto.smtp_anonymous", "username": None, "password": None, "ignore_tls": None}, "offers a login"),
]


@pytest.mark.parametrize(("change", "told"), CONNECTS)
def test_connect_tries_what_will_be_stored(site: Site, change: dict[str, Any], told: str) -> None:
    """preflight="connect" uses the port, the TLS setting and the login of the config, and blames the host."""
    connector = site.connector(preflight="connect")
    if told:
        with pytest.raises(InvalidSettings, match=told):
            connector.up(settings=local(site, **change))
    else:
        connector.up(settings=local(site, **change))
    assert bool(site.emulator.state.connectors) is not bool(told)


def test_the_dump_of_a_failed_post_stays_inside(site: Site) -> None:
    """Logto answers with the whole request; only its error code is shown."""
    url, secret = f"http://127.0.0.1:{site.sinks.delivery.resolve('127.0.0.1', 2599)[1]}/mail", "Bearer canary-http"
    body = {"email": "ops@acme.example", "config": {"endpoint": url, "authorization": secret}}
    assert secret in str(site.raw.call("POST", f"{CONNECTORS}/http-email/test", body).document)
    settings = {"kind": "logto.http", "endpoint": url, "authorization": secret}
    with pytest.raises(Rejected, match="ECONNREFUSED") as refused:
        site.connector(**SEND, from_address=None).up(settings=settings)
    assert not {"canary-http", "ops@acme.example", url} & set(str(refused.value).split())


@pytest.mark.parametrize("status", [401, 500])
def test_a_hook_that_says_nothing_is_explained(site: Site, status: int) -> None:
    """Logto passes an empty text on; the user hears of the endpoint, its authorization and its log."""
    site.sinks.http.inject(Fault(status=status))
    settings = {"kind": "logto.http", "endpoint": f"{site.sinks.http.url}/mail", "authorization": "Bearer canary-http"}
    with pytest.raises(Rejected, match=r"Check authorization, and check the service's log") as refused:
        site.connector(**SEND, from_address=None).up(settings=settings)
    assert "canary-http" not in str(refused.value)
    assert site.emulator.state.connectors == []


def test_a_service_that_is_not_reached_is_not_tried_again(site: Site) -> None:
    """Logto answers a server error without a word; "run again" would not help."""
    settings = {
        "kind": "logto.aws_ses",
        "region": "eu-west-1",
        "access_key_id": "AKIA",
        "secret_access_key": "canary-ses",
    }
    with pytest.raises(Unavailable, match="check the region and the credentials") as failed:
        site.connector(**SEND).up(settings=settings)
    assert "Run again" not in str(failed.value)


def test_a_server_that_says_nothing_in_time_is_explained(site: Site) -> None:
    """With our short timeouts the mail library says "Timeout" and no more."""
    with pytest.raises(Rejected, match=r"Timeout\n(.*\n)*No answer within 15 seconds"):
        site.connector(**SEND).up(settings=smtp(port=8096, greeting_timeout=1200, socket_timeout=1200))


def test_a_connector_that_is_gone_asks_for_the_password(site: Site) -> None:
    """Without a password it cannot be made again; with it, as the message says, it is."""
    connector = site.connector()
    connector.up(settings=smtp())
    connector.up(settings=smtp(password=None))
    site.raw.call("DELETE", f"{CONNECTORS}/{site.raw.connector()['id']}")
    with pytest.raises(NotFound, match="Set the password"):
        connector.up(settings=smtp(password=None, reply_to="help@acme.example"))
    connector.up(settings=smtp(reply_to="help@acme.example"))
    assert site.stored()["replyTo"] == "help@acme.example"
