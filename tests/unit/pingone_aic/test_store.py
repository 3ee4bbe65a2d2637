"""The store of a tenant's objects, call by call: what is asked, what counts as done, and what a refusal says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.wire import Wire, reply
from tenant_email.errors import Forbidden, PlatformError, Unavailable, UnexpectedAnswer
from tenant_email.platforms.pingone_aic.dialect import PingOneAicDialect
from tenant_email.platforms.pingone_aic.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email.net.transport import HttpReply

NAME = "external.email"
PATH = "/openidm/config/external.email"
TEMPLATE = "emailTemplate/welcome"
INFO = {"immutable": False, "locked": False, "tier": "staging"}
OPEN, LOCKED = reply(200, INFO), reply(200, {**INFO, "locked": True})
STATED = "it: the staging environment is locked for a promotion; nothing was written"


def stored(name: str = NAME, **more: Any) -> HttpReply:
    """Returns an answer that shows an object."""
    return reply(200, {"_id": name, **more})


def refused(status: int) -> HttpReply:
    """Returns a refusal in the platform's words."""
    return reply(status, {"code": status, "reason": "Not Found", "message": "no"})


def store(*script: HttpReply) -> tuple[Store, Wire]:
    """Returns a store whose calls are answered so, the last way forever."""
    wire = Wire(script)
    return Store(wire.client(PingOneAicDialect()), wire.sleep), wire


def asked(wire: Wire) -> list[str]:
    """Returns method and path of each call."""
    return [f"{method} {path}" for method, path, *_ in wire.sent]


def arrived(document: dict[str, Any]) -> bool:
    """Tells whether it is what was sent."""
    return document.get("a") == 1


def test_what_is_read() -> None:
    """An object by its id, None only where the platform says so; an answer about another is none."""
    there, wire = store(stored(a=1), refused(404), stored("other"), stored(port=[25]))
    assert there.read(NAME) == {"_id": NAME, "a": 1}
    assert there.read(NAME) is None
    for _ in range(2):
        with pytest.raises(UnexpectedAnswer):
            there.read(NAME)
    assert set(asked(wire)) == {f"GET {PATH}"}


def test_a_template_has_a_shape_of_its_own() -> None:
    """Its texts are by locale, and what is a provider's field is none of it."""
    there, _ = store(stored(TEMPLATE, port=[25], subject={"en": "Hi"}), stored(TEMPLATE, subject="Hi"))
    assert there.read(TEMPLATE) is not None
    with pytest.raises(UnexpectedAnswer):
        there.read(TEMPLATE)


def test_what_is_found_by_a_prefix() -> None:
    """By a query of the collection, of which the answer is whole."""
    there, wire = store(
        reply(200, {"result": [{"_id": TEMPLATE}]}), reply(200, {"result": [], "pagedResultsCookie": "x"})
    )
    assert there.find_by_prefix("emailTemplat") == [{"_id": TEMPLATE}]
    assert wire.sent[0][:4] == ("GET", "/openidm/config", None, {"_queryFilter": "_id sw 'emailTemplat'"})
    with pytest.raises(UnexpectedAnswer):
        there.find_by_prefix("x")


def test_a_write_counts_when_it_reads_back() -> None:
    """The tenant is asked whether it takes writes, and then until what is read is what was sent."""
    there, wire = store(OPEN, stored(), stored(a=2), refused(404), stored(a=1, more=True))
    assert there.write(NAME, {"a": 1}, arrived) == {"_id": NAME, "a": 1, "more": True}
    assert asked(wire) == ["GET /environment/info", f"PUT {PATH}", *[f"GET {PATH}"] * 3]
    assert wire.sent[1][2] == b'{"a":1}'
    assert wire.slept == [0.25, 0.5]


def test_a_write_that_is_lost_is_an_error() -> None:
    """After some seconds, with what to do; it may have had its effect."""
    there, wire = store(OPEN, stored(), stored(a=2))
    with pytest.raises(Unavailable) as caught:
        there.write(NAME, {"a": 1}, arrived)
    assert (sum(wire.slept), caught.value.uncertain) == (7.75, True)
    assert str(caught.value).splitlines() == [
        f"it: PUT {PATH} was confirmed, but it reads back differently",
        ("Someone else is writing it too, or the tenant lost the update: run `pulumi refresh`, then `pulumi up`."),
    ]


def test_a_read_back_that_fails_comes_after_an_effect() -> None:
    """So that whoever asks takes it for a write that may be there."""
    there, _ = store(OPEN, stored(), refused(403))
    with pytest.raises(Forbidden) as caught:
        there.write(NAME, {"a": 1}, arrived)
    assert caught.value.uncertain is True


def test_a_tenant_that_takes_no_write_is_sent_none() -> None:
    """Neither a new object, nor the end of one; and an answer about another object is no success."""
    for act in CHANGES:
        there, wire = store(LOCKED)
        with pytest.raises(Forbidden, match=f"^{STATED}"):
            act(there)
        assert asked(wire) == ["GET /environment/info"]
        there, _ = store(OPEN, stored("other"))
        with pytest.raises(UnexpectedAnswer):
            act(there)


def test_a_refusal_says_what_the_tenant_is_in() -> None:
    """It is asked once more; where nothing forbids writes the refusal stands, and where it does not answer too."""
    for act in CHANGES:
        there, wire = store(OPEN, refused(403), LOCKED)
        with pytest.raises(Forbidden) as caught:
            act(there)
        assert str(caught.value).splitlines()[0] == STATED
        assert asked(wire)[-1] == "GET /environment/info"
        for last in (OPEN, refused(400)):
            with pytest.raises(Forbidden, match=r"^it: (PUT|DELETE) .* was forbidden"):
                act(store(OPEN, refused(403), last)[0])


def test_what_is_gone_is_removed() -> None:
    """It is what was wanted; another refusal is an error."""
    there, wire = store(OPEN, stored(), OPEN, refused(404), OPEN, refused(400))
    there.remove(NAME)
    there.remove(NAME)
    with pytest.raises(PlatformError):
        there.remove(NAME)
    assert asked(wire) == ["GET /environment/info", f"DELETE {PATH}"] * 3


CHANGES: tuple[Callable[[Store], object], ...] = (
    lambda there: there.write(NAME, {"a": 1}, arrived),
    lambda there: there.remove(NAME),
)
