"""Texts by usage type, to each factory's form of them and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tenant_email.platforms.logto.texts import REQUIRED, STARTERS
from tenant_email.platforms.logto.texts_mapping import from_wire, required_usages, setting_of, to_wire

if TYPE_CHECKING:
    from tenant_email.platforms.logto.kinds import Texts

HTML = {"subject": "Hi", "content": "<p>{{code}}</p>"}
PLAIN = {**HTML, "content_type": "text/plain"}
GENERIC, SIGN_IN = {"usageType": "Generic", **HTML}, {"usageType": "SignIn", **HTML}
DELIVERY = {"subject": "Hi", "html": "<p>{{code}}</p>", "reply_to": "a@b.example", "data": {"a": "b"}}
SENT_DELIVERY = {"subject": "Hi", "html": "<p>{{code}}</p>", "replyTo": "a@b.example", "data": {"a": "b"}}


@pytest.mark.parametrize(
    ("texts", "setting", "types"),
    [
        ("none", None, ()),
        ("deliveries", "deliveries", ("Generic",)),
        ("html", "templates", REQUIRED),
        ("aliases", "templates", REQUIRED),
    ],
)
def test_where_texts_are_and_which_must_be(texts: Texts, setting: str | None, types: tuple[str, ...]) -> None:
    """Logto asks for four types, Mailgun's mails for one, and some connectors have none."""
    assert (setting_of(texts), required_usages(texts)) == (setting, types)


@pytest.mark.parametrize(
    ("texts", "given", "wire"),
    [
        ("aliases", {"SignIn": "hello"}, {"templates": [{"usageType": "SignIn", "templateAlias": "hello"}]}),
        ("deliveries", {"Generic": DELIVERY}, {"deliveries": {"Generic": SENT_DELIVERY}}),
        (
            "contentType",
            {"Generic": PLAIN, "SignIn": {**HTML, "content_type": "text/html"}},
            {"templates": [{**GENERIC, "contentType": "text/plain"}, {**SIGN_IN, "contentType": "text/html"}]},
        ),
        ("type", {"Generic": PLAIN}, {"templates": [{**GENERIC, "type": "text/plain"}]}),
    ],
)
def test_texts_go_there_and_back(texts: Texts, given: dict[str, Any], wire: dict[str, Any]) -> None:
    """Each form under its own names, and nothing of it lost."""
    assert to_wire(texts, given) == wire
    assert from_wire(texts, wire) == given


@pytest.mark.parametrize(("texts", "kind"), [("contentType", {"contentType": "text/html"}), ("html", {})])
def test_html_is_the_usual_type(texts: Texts, kind: dict[str, str]) -> None:
    """It is written where the factory has a word for it, and read where nothing else is said."""
    assert to_wire(texts, {"Generic": HTML}) == {"templates": [{**GENERIC, **kind}]}
    assert from_wire(texts, {"templates": [GENERIC]}) == {"Generic": {**HTML, "content_type": "text/html"}}


def test_where_no_texts_are_given() -> None:
    """A connector starts with texts that work; where the service holds them, and where there are none, with nothing."""
    subject, content = STARTERS["SignIn"]
    mails = to_wire("contentType", None)["templates"]
    assert {mail["usageType"] for mail in mails} == set(STARTERS)
    assert {"usageType": "SignIn", "subject": subject, "content": content, "contentType": "text/html"} in mails
    deliveries = to_wire("deliveries", None)["deliveries"]
    assert deliveries["SignIn"] == {"subject": subject, "html": content}
    assert set(deliveries) == set(STARTERS)
    assert (to_wire("aliases", None), to_wire("none", None)) == ({"templates": []}, {})


@pytest.mark.parametrize("texts", ["none", "aliases", "deliveries", "html"])
@pytest.mark.parametrize("config", [{}, {"templates": None, "deliveries": None}, {"templates": [], "deliveries": {}}])
def test_what_has_no_texts(texts: Texts, config: dict[str, Any]) -> None:
    """Nothing stored is nothing, however it is stored."""
    assert from_wire(texts, config) is None


def test_what_is_stored_by_others() -> None:
    """Of two entries of a type the first one counts, as Logto looks them up; what it lacks is left out."""
    entries = [{"usageType": "Generic", "subject": "One"}, {"usageType": "Generic", "subject": "Two", "content": "x"}]
    assert from_wire("html", {"templates": entries}) == {"Generic": {"subject": "One", "content_type": "text/html"}}
    assert from_wire("none", {"templates": entries}) is None
