"""The page in a real browser: live, by keyboard, at any width, in light and dark, whatever arrives, and afterwards."""

from __future__ import annotations

import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest
import requests

from support.local_page import Shown, shown_machine
from support.pages import AA, PageJudges, page_judges
from tenant_email_local.exchanges import Exchange
from tenant_email_local.inbox import Received
from tenant_email_local.page.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

HOSTILE = (
    "<h1>Hi</h1><script>parent.document.title = 'taken'</script><img src='https://t.example/x.png' onerror='alert(1)'>"
    "<meta http-equiv=refresh content='0; url=https://t.example/'><link rel=stylesheet href='https://t.example/x.css'>"
    "<a href='https://t.example/go' target=_top>go</a><form action='https://t.example/'><button>x</button></form>"
)
SUBJECT = "<script>document.title = 'taken'</script> \u202egnp.exe"
WIDE, PHONE = 1280, 390


@pytest.fixture(scope="module")
def browser() -> PageJudges:
    """The browser of this process."""
    return page_judges()


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Generator[Shown]:
    """Runs a machine with mails, calls and a provider."""
    with shown_machine(tmp_path_factory.mktemp("machine"), ("auth0", "logto")) as machine:
        machine.machine.aws.create_zone("acme.example")
        credentials = {
            "smtp_host": "smtp.one.example",
            "smtp_port": 587,
            "smtp_user": "mailer",
            "smtp_pass": "canary-word",
        }
        body = {"name": "smtp", "default_from_address": "a@acme.example", "credentials": credentials}
        url = f"{machine.machine.auth0.url}/api/v2/emails/provider"
        requests.post(url, json=body, headers=machine.auth0(), timeout=60)
        arrive(machine, SUBJECT, HOSTILE)
        yield machine


def arrive(shown: Shown, subject: str, html: str = "<p>Hi</p>") -> None:
    """Has a mail arrive."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Acme <a@acme.example>", "ada@customer.example", subject
    message.set_content("Your code is 123456")
    message.add_alternative(html, subtype="html")
    message.add_attachment(b"\x00", maintype="application", subtype="pdf", filename="a.pdf")
    received = Received("a@acme.example", ("ada@customer.example",), "mailer", message, bytes(message))
    shown.machine.smtp.inbox.add(received)


def at(shown: Shown, place: str) -> str:
    """Returns a deep link."""
    return f"{shown.page.url}#{place}"


ON_A_PHONE = ["mails", "mail/1", "call/2", "tenants", "dns"]
PLACES = ["mails", "mail/1", "calls", "call/2", "tenants", "tenant/logto", "dns", "aws", "nowhere"]


@pytest.mark.parametrize(
    ("place", "width"), [*itertools.product(PLACES, (WIDE,)), *itertools.product(ON_A_PHONE, (PHONE,))]
)
def test_everybody_can_read_it(place: str, width: int, shown: Shown, browser: PageJudges) -> None:
    """By axe-core's rules for WCAG AA, light on a desk and dark on a phone; no place is wider than the screen."""
    scheme = "light" if width == WIDE else "dark"
    # a phone shows the list's heading until what was chosen has come
    visible = "[...document.querySelectorAll('h1')].some(each => each.offsetParent)"
    ready = {"wait": f"document.querySelector('#state.live') && {visible}"}
    seen = browser.visit(at(shown, place), ready, width=width, scheme=scheme, axe=AA)
    assert seen["violations"] == []
    assert seen["beyond"] == 0


def test_an_empty_machine_says_what_to_do(tmp_path: Path, browser: PageJudges) -> None:
    """At each place, readable too."""
    with shown_machine(tmp_path, ("auth0",)) as empty:
        for place, said in (
            ("mails", "tenant-email send-test"),
            ("calls", "tenant-email doctor"),
            ("tenants", "EmailProvider"),
        ):
            ready = {"wait": f"document.querySelector('#state.live') && document.body.innerText.includes('{said}')"}
            assert browser.visit(at(empty, place), steps=[ready], axe=AA)["violations"] == []


def test_what_happens_is_there_at_once(shown: Shown, browser: PageJudges) -> None:
    """A mail that arrives while one looks, without anything being pressed; a filter holds for it too."""
    rows = "[...document.querySelectorAll('.items li:not(.hidden) .subject')].map(each => each.textContent)"
    steps = (
        {"wait": f"{rows}.length"},
        {"press": "/"},
        {"type": "SECOND"},
        {"evaluate": f"globalThis.had = {rows}.length; null"},
        {"wait": f"{rows}.length > had"},
        {"evaluate": rows},
    )
    with ThreadPoolExecutor(1) as meanwhile:
        looking = meanwhile.submit(browser.visit, at(shown, "mails"), *steps)
        while not looking.done():
            arrive(shown, "Second")
            time.sleep(0.3)
        assert set(looking.result()["ran"]) == {"Second"}


def test_it_is_used_by_keyboard(shown: Shown, browser: PageJudges) -> None:
    """Sections by number, entries by j and k, the filter by a slash, the list by Escape, and help."""
    steps: list[dict[str, Any]] = [
        {"wait": "document.querySelector('#state.live')"},
        {"press": "2"},
        {"wait": "location.hash === '#calls'"},
        {"press": "j"},
        {"wait": "location.hash === '#call/1' && document.querySelector('.detail h1')"},
        {"press": "j"},
        {"wait": "location.hash === '#call/2'"},
        {"press": "k"},
        {"wait": "location.hash === '#call/1'"},
        {"press": "Escape"},
        {"wait": "location.hash === '#calls'"},
        {"press": "/"},
        {"wait": "document.activeElement.type === 'search'"},
        {"press": "3"},
        {"wait": "document.activeElement.value === '3'"},
        {"press": "Escape"},
        {"wait": "document.activeElement.id === 'main'"},
        {"press": "?"},
        {"wait": "document.getElementById('keys').open"},
        {"press": "Escape"},
        {"wait": "!document.getElementById('keys').open"},
        {"press": "5"},
        {"wait": "document.title === 'AWS · tenant-email local'"},
    ]
    seen = browser.visit(at(shown, "mails"), *steps)
    assert (seen["errors"], seen["said"]) == ([], [])


def test_keys_may_come_faster_than_it_shows(shown: Shown, browser: PageJudges) -> None:
    """Each acts on what the one before it asked for."""
    key = "document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}))"
    seen = browser.visit(
        at(shown, "mails"),
        {"wait": "document.querySelector('#state.live')"},
        {"evaluate": f"for (const key of '2jjjk') {key}; location.hash"},
        {"wait": "document.querySelector('.detail h1')"},
    )
    assert seen["ran"] == "#call/2"
    assert seen["title"] == "Call 2 · tenant-email local"


def test_a_hostile_mail_is_harmless(shown: Shown, browser: PageJudges) -> None:
    """Nothing of it runs, nothing is asked of another host, and its subject is text."""
    found = "const [h, a] = ['.detail h1', '.links a'].map(each => document.querySelector(each));"
    told = f"(() => {{ {found} return [h.textContent, document.title, a.outerHTML]; }})()"
    seen = browser.visit(
        at(shown, "mail/1"),
        {"wait": "document.querySelector('iframe') && document.querySelector('.links')"},
        {"evaluate": "new Promise(done => setTimeout(done, 500))"},
        {"evaluate": told},
    )
    heading, title, link = seen["ran"]
    assert heading == SUBJECT.replace("\u202e", "\\u202e")
    assert title == "Mail 1 · tenant-email local"
    assert link.startswith('<a href="https://t.example/go" rel="noopener noreferrer"')
    assert (seen["refused"], seen["errors"]) == ([], [])
    assert any("Blocked script execution" in each for each in seen["said"])


def test_a_secret_is_a_mask(shown: Shown, browser: PageJudges) -> None:
    """It is marked as one, at the tenant and in the call that set it."""
    masked = "[...document.querySelectorAll('.mask')].map(each => each.title)"
    for place in ("tenant/auth0", "call/3"):
        steps = {"wait": f"{masked}.length"}, {"evaluate": "document.body.innerText"}
        text = browser.visit(at(shown, place), *steps)["ran"]
        assert '"smtp_pass": "••••••"' in text
        assert "canary" not in text


def test_the_end_of_the_machine_is_said(tmp_path: Path, browser: PageJudges) -> None:
    """The page keeps what it had; it says that it is not live any more, and goes on when the machine is back."""
    with shown_machine(tmp_path, ("auth0",)) as machine:
        arrive(machine, "Only")
        seen = browser.visit(
            at(machine, "mails"),
            {"wait": "document.querySelector('#state.live') && document.querySelector('.subject')"},
            {"evaluate": "globalThis.kept = fetch; globalThis.fetch = () => Promise.reject(new Error('gone')); 1"},
            {"wait": "document.querySelector('#state.stopped')?.textContent === 'Stopped. This is what it held last.'"},
            {"evaluate": "document.querySelector('.subject').textContent"},
            {"evaluate": "globalThis.fetch = kept; null"},
            {"wait": "document.querySelector('#state.live')"},
        )
        assert seen["ran"] == "Only"


def test_a_snapshot_needs_no_machine(shown: Shown, tmp_path: Path, browser: PageJudges) -> None:
    """One file with mails, calls and what was held at each moment; only the page runs, and no secret is in it."""
    snapshot = Snapshot(shown.page.state)
    snapshot.moment("first </script> moment")
    snapshot.moment("second")
    file = tmp_path / "page.html"
    snapshot.write(file)
    assert "canary" not in file.read_text()
    moments = {"evaluate": "document.querySelectorAll('#moment option').length"}
    for place in ("mail/1", "calls", "tenants"):
        seen = browser.visit(f"{file.as_uri()}#{place}", {"wait": "document.querySelector('h1')"}, moments, axe=AA)
        assert (seen["violations"], seen["refused"], seen["errors"]) == ([], [], [])
        assert seen["ran"] == (2 if place == "tenants" else 0)


def test_thousands_of_calls_are_listed(tmp_path: Path, browser: PageJudges) -> None:
    """The last of them, quickly, and how many are gone is said."""
    with shown_machine(tmp_path, ("auth0",)) as busy:
        take = busy.page.state.calls.of("auth0")
        for each in range(2500):
            take(Exchange("", "GET", f"/{each}", 200, 0, 0))
        listed = {"wait": "document.querySelectorAll('.items li').length === 2000"}
        seen = browser.visit(at(busy, "calls"), listed, {"evaluate": "document.querySelector('.more').textContent"})
        assert seen["ran"].startswith("The last 2,000 calls are kept; ")
