"""The tenant's ESVs, call by call: what placeholders need, and when a restart is asked for, again or not at all."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from support.wire import Wire, reply
from tenant_email.errors import Forbidden, InvalidSettings, NotFound, Rejected, Unavailable, UnexpectedAnswer
from tenant_email.net.transport import HttpReply, NoAnswer
from tenant_email.platforms.pingone_aic.dialect import PingOneAicDialect
from tenant_email.platforms.pingone_aic.esvs import Esvs

STARTUP, VARIABLES, SECRETS = "/environment/startup", "/environment/variables", "/environment/secrets"
A, S = f"{VARIABLES}/esv-a", f"{SECRETS}/esv-s"
OPEN = reply(200, {"immutable": True, "locked": False, "tier": "prod"})
LOCKED = reply(200, {"immutable": True, "locked": True, "tier": "prod"})
READY, RESTARTING = reply(200, {"restartStatus": "ready"}), reply(200, {"restartStatus": "restarting"})
LOST, UNSENT = NoAnswer("the line broke", sent=True), NoAnswer("no route", sent=False)


def variable(name: str = "esv-a", value: str = "1", *, loaded: bool = True) -> dict[str, Any]:
    """Returns a variable as the platform shows it."""
    shown = b64encode(value.encode()).decode()
    return {"_id": name, "valueBase64": shown, "expressionType": "string", "loaded": loaded}


def secret(name: str = "esv-s", *, loaded: str = "1", usable: bool = True) -> dict[str, Any]:
    """Returns a secret as the platform shows it, whose second version is active."""
    return {
        "_id": name,
        "activeVersion": "1",
        "loadedVersion": loaded,
        "encoding": "generic",
        "useInPlaceholders": usable,
    }


def page(*found: dict[str, Any], cookie: str | None = None) -> HttpReply:
    """Returns a page of a list."""
    return reply(200, {"result": list(found), "pagedResultsCookie": cookie})


def absent(what: str) -> HttpReply:
    """Returns a 404 in the platform's words."""
    return reply(404, {"code": 404, "message": f"The {what} does not exist"})


def esvs(*script: HttpReply | NoAnswer) -> tuple[Esvs, Wire, list[str]]:
    """Returns what talks to a tenant that answers so, the last way forever, and what is announced."""
    wire, said = Wire(script), list[str]()
    return Esvs(wire.client(PingOneAicDialect()), said.append, wire.sleep, lambda: wire.now), wire, said


def asked(wire: Wire) -> list[str]:
    """Returns method and path of each call."""
    return [f"{method} {path}" for method, path, *_ in wire.sent]


def test_one_is_read() -> None:
    """None only where the platform says that there is no such ESV; an answer about another one is none."""
    there, wire, _ = esvs(reply(200, variable()), absent("variable"), absent("secret"), reply(200, variable("esv-b")))
    assert there.read(A) == variable()
    assert there.read(A) is None
    assert there.read(S) is None
    with pytest.raises(UnexpectedAnswer):
        there.read(A)
    assert asked(wire)[:3] == [f"GET {A}", f"GET {A}", f"GET {S}"]


def test_one_is_written() -> None:
    """Also where the tier is immutable, but not in a tenant that is locked; the answer is about what was written."""
    there, wire, _ = esvs(
        OPEN, reply(200, variable()), OPEN, HttpReply(200, {}, b""), OPEN, reply(200, variable("esv-b"))
    )
    assert there.write("PUT", A, {"valueBase64": "MQ=="}) == variable()
    assert there.write("POST", A, {"description": "x"}, "setDescription") is None
    assert [each[:4] for each in wire.sent[1::2]] == [
        ("PUT", A, b'{"valueBase64":"MQ=="}', None),
        ("POST", A, b'{"description":"x"}', {"_action": "setDescription"}),
    ]
    with pytest.raises(UnexpectedAnswer):
        there.write("PUT", A, {})
    there, wire, _ = esvs(LOCKED)
    with pytest.raises(Forbidden, match="the prod environment is locked for a promotion; nothing was written"):
        there.write("PUT", A, {})
    assert asked(wire) == ["GET /environment/info"]


def test_only_a_removal_may_find_nothing() -> None:
    """A write of what is said not to be there is no absence."""
    with pytest.raises(NotFound):
        esvs(OPEN, absent("variable"))[0].write("DELETE", A)
    with pytest.raises(UnexpectedAnswer):
        esvs(OPEN, absent("variable"))[0].write("PUT", A, {})


def test_all_are_listed() -> None:
    """Variables and secrets, page after page, each by its id."""
    there, wire, _ = esvs(page(variable(), cookie="c1"), page(variable("esv-b")), page(secret()))
    found = there.list_all()
    assert {name: each.is_secret for name, each in found.items()} == {"esv-a": False, "esv-b": False, "esv-s": True}
    assert (found["esv-a"].text, found["esv-s"].text) == ("1", None)
    assert [(path, params) for _, path, _, params, *_ in wire.sent] == [
        (VARIABLES, None),
        (VARIABLES, {"_pagedResultsCookie": "c1"}),
        (SECRETS, None),
    ]


def test_pages_without_an_end_are_an_error() -> None:
    """A thousand of them are enough."""
    there, wire, _ = esvs(page(cookie="c1"))
    with pytest.raises(UnexpectedAnswer, match=f"GET {VARIABLES} got pages without an end"):
        there.list_all()
    assert len(wire.sent) == 1000


USED = {
    "host": "&{esv.gone|x}",
    "port": "&{esv.word}",
    "starttls": "&{esv.word}",
    "timeout": "&{esv.number}",
    "ssl": "&{esv.truth}",
    "debug": "&{esv.falsehood}",
    "username": "&{esv.late}",
    "password": "&{esv.hidden}",
    "ehlo": "&{esv.word} &{esv.none}",
}
LISTED = [
    page(
        variable("esv-word", "no number"),
        variable("esv-number", "5"),
        variable("esv-truth", "true"),
        variable("esv-falsehood", "false"),
    ),
    page(secret("esv-late", loaded=""), secret("esv-hidden", usable=False)),
]


def test_what_a_placeholder_needs() -> None:
    """An ESV that is there, usable, loaded, and of the field's type; a default stands in for one that is not there."""
    there, wire, _ = esvs(*LISTED)
    there.require_loaded({"host": "smtp.one.example", "port": 25}, "a@b.example")
    assert wire.sent == []
    with pytest.raises(InvalidSettings) as caught:
        there.require_loaded(USED, "&{esv.none}@b.example")
    assert [str(problem).partition("\n")[0] for problem in caught.value.problems] == [
        "settings.port: the value of esv-word does not fit",
        "settings.starttls: the value of esv-word does not fit",
        "settings.username: esv-late is not loaded yet",
        "settings.password: esv-hidden is a secret that cannot be used in placeholders, which can never be changed",
        "settings.ehlo: there is no ESV esv-none",
        "from_address: there is no ESV esv-none",
    ]
    assert str(caught.value).startswith("it: ")
    another = "Create another EsvSecret with use_in_placeholders=True."
    restart = "Restart the tenant first: add a pingone_aic.EsvRestart and depend on it."
    fitting, create = "Set the ESV to a value of the field's type.", "Create it: pingone_aic.EsvVariable or EsvSecret."
    remedies = [str(problem).partition("\n")[2] for problem in caught.value.problems]
    assert remedies == [fitting, fitting, restart, another, create, create]


@pytest.mark.parametrize(
    ("name", "value", "fits"),
    [
        ("port", "587", True),
        ("port", "5 87", False),
        ("thread_pool_size", "-1", False),
        ("write_timeout", "x", False),
        ("connection_timeout", "1", True),
        ("ssl", "True", False),
        ("host", "5", True),
        ("port", None, True),
    ],
)
def test_a_value_fits_its_field(name: str, value: str | None, fits: bool) -> None:
    """Numbers and booleans as the platform reads them; a secret's value is never seen."""
    there, *_ = esvs(page(variable(value=value)) if value else page(), page() if value else page(secret("esv-a")))
    if fits:
        there.require_loaded({name: "&{esv.a}"}, None)
        return
    with pytest.raises(InvalidSettings, match=rf"settings\.{name}: the value of esv-a does not fit"):
        there.require_loaded({name: "&{esv.a}"}, None)


PENDING, LOADED = [page(variable(loaded=False)), page()], [page(variable()), page()]
SAID = "it: restarting to load ESVs; this takes minutes"
LISTS = [f"GET {VARIABLES}", f"GET {SECRETS}"]


def test_what_is_loaded_needs_no_restart() -> None:
    """Nor does a secret that placeholders cannot name."""
    there, wire, said = esvs(READY, page(variable()), page(secret(loaded="", usable=False)))
    assert there.load(["a", "esv-s"], 60) is False
    assert (asked(wire), said) == ([f"GET {STARTUP}", *LISTS], [])


def test_a_restart_is_asked_for_and_waited_for() -> None:
    """A tenant that is restarting may answer with errors; what is loaded then is seen."""
    there, wire, said = esvs(
        READY, *PENDING, OPEN, RESTARTING, RESTARTING, *[reply(503)] * 4, RESTARTING, READY, *LOADED
    )
    assert there.load(["a"], 60) is True
    assert wire.sent[4][:4] == ("POST", STARTUP, None, {"_action": "restart"})
    assert asked(wire).count(f"POST {STARTUP}") == 1
    assert said == [SAID]
    assert asked(wire)[-3:] == [f"GET {STARTUP}", *LISTS]


def test_a_restart_by_someone_else_is_waited_for_first() -> None:
    """It may load what is wanted."""
    there, wire, said = esvs(RESTARTING, READY, *LOADED)
    assert there.load(["a"], 60) is False
    assert (asked(wire), said) == ([f"GET {STARTUP}"] * 2 + LISTS, [])
    assert wire.slept == [0.2]


@pytest.mark.parametrize(("after", "times"), [([*LOADED, *LOADED], 1), ([*PENDING, RESTARTING, READY, *LOADED], 2)])
def test_a_restart_whose_answer_is_lost_is_looked_for(after: list[HttpReply], times: int) -> None:
    """It is asked for again where it never arrived."""
    there, wire, _ = esvs(READY, *PENDING, OPEN, LOST, READY, *after)
    assert there.load(["a"], 60) is True
    assert asked(wire).count(f"POST {STARTUP}") == times


REFUSED = reply(400, {"code": 400, "message": "A restart is in progress already"})


@pytest.mark.parametrize(("after", "times"), [(LOADED, 1), ([*PENDING, RESTARTING, READY, *LOADED], 2)])
def test_a_restart_that_someone_else_s_refuses_waits_for_that(after: list[HttpReply], times: int) -> None:
    """It began since the look; ours follows where that one did not load what is wanted."""
    there, wire, _ = esvs(READY, *PENDING, OPEN, REFUSED, RESTARTING, RESTARTING, READY, *after)
    assert there.load(["a"], 60) is True
    assert asked(wire).count(f"POST {STARTUP}") == times


def test_a_restart_that_is_refused_for_itself_is_an_error() -> None:
    """The tenant is ready, so that there is nothing to wait for."""
    there, wire, _ = esvs(READY, *PENDING, OPEN, REFUSED, READY)
    with pytest.raises(Rejected, match="in progress already"):
        there.load(["a"], 60)
    assert asked(wire).count(f"POST {STARTUP}") == 1


def test_what_a_tenant_says_may_be_behind_its_restart() -> None:
    """A status that is ready still is no end of it, nor is a list that shows the ESV as before right after."""
    there, wire, _ = esvs(
        READY, *PENDING, OPEN, RESTARTING, READY, *PENDING, RESTARTING, READY, *PENDING, READY, *LOADED
    )
    assert there.load(["a"], 600) is True
    assert asked(wire).count(f"POST {STARTUP}") == 1


def test_a_restart_that_was_not_sent_is_an_error() -> None:
    """After the repeats of any call."""
    there, wire, _ = esvs(READY, *PENDING, OPEN, UNSENT)
    with pytest.raises(Unavailable, match=f"POST {STARTUP}"):
        there.load(["a"], 60)
    assert asked(wire)[-1] == f"POST {STARTUP}"


def test_what_a_restart_does_not_load_is_an_error() -> None:
    """With its names and what to do; so is a tenant that is locked, which is not restarted."""
    behind = [READY, *PENDING] * 20
    there, wire, _ = esvs(READY, *PENDING, OPEN, RESTARTING, *behind)
    with pytest.raises(Unavailable) as caught:
        there.load(["a"], 600)
    assert str(caught.value).splitlines() == [
        f"it: POST {STARTUP}: the restart is over, but esv-a is not loaded",
        "Run `pulumi up` again; if that does not help, check the ESV in the console.",
    ]
    assert sum(wire.slept) == pytest.approx(30)
    there, wire, said = esvs(READY, *PENDING, LOCKED)
    with pytest.raises(Forbidden):
        there.load(["a"], 60)
    assert (asked(wire)[-1], said) == ("GET /environment/info", [])


def test_a_restart_that_takes_too_long_is_an_error() -> None:
    """The time is for all of it; a line each half minute says how it stands."""
    there, wire, said = esvs(RESTARTING)
    began = wire.now
    with pytest.raises(Unavailable) as caught:
        there.load(["a"], 60)
    assert str(caught.value).splitlines() == [
        f"it: GET {STARTUP}: the tenant is still restarting",
        "Run `pulumi up` again later, or set a longer timeout.",
    ]
    assert wire.now - began == pytest.approx(60)
    assert wire.slept[:3] == pytest.approx([0.2, 0.3, 0.45])
    assert max(wire.slept) == 10
    (line,) = said
    assert line.startswith("it: still restarting; waiting for ")
    assert line.endswith("Ctrl-C stops waiting; the restart continues.")


def test_the_time_of_answers_counts() -> None:
    """A tenant that is slow to say that it is restarting is not waited for longer."""
    there, wire, _ = esvs(RESTARTING)
    wire.takes = 5
    with pytest.raises(Unavailable, match="still restarting"):
        there.load(["a"], 60)
    assert sum(wire.slept) < 50


def test_what_waits() -> None:
    """By any of its names, in the order asked; what is not there is named whole."""
    lists = [page(variable(loaded=False)), page(secret(loaded=""), secret("esv-h", loaded="", usable=False))]
    there, *_ = esvs(*lists, *lists)
    assert there.list_pending(["esv-s", "a", "h"]) == ["esv-s", "esv-a"]
    with pytest.raises(NotFound) as caught:
        there.list_pending(["a", "x", "y"])
    assert str(caught.value).splitlines() == [
        "it: there is no ESV esv-x, esv-y",
        "Create it first; make the restart depend on it.",
    ]
