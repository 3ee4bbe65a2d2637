"""What reaches the user through the border to Pulumi: the message alone, and no value in it."""

from __future__ import annotations

import json
import sys
import traceback
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from pulumi.dynamic import Config, ConfigureRequest
from pulumi.output import Unknown

from support.host import URN, listening, running_host
from tenant_email.errors import Problem, Rejected, TenantEmailError
from tenant_email.findings import Findings, OwnsObject
from tenant_email.inputs.properties import Properties
from tenant_email.inputs.unknowns import UNKNOWN
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.lifecycle.ses_dkim_key import SesDkimKeyLifecycle
from tenant_email.operations import console, operation
from tenant_email.operations.border import DynamicLifecycle, from_pulumi
from tenant_email.operations.lifecycle import Lifecycle
from tenant_email.operations.secret_inputs import SECRET_INPUTS
from tenant_email.redaction.secrets import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email.json_types import Props
    from tenant_email.operations.lifecycle import Mirrors

CANARY = "canary-in-a-border-test"
OPERATIONS: dict[str, Callable[[DynamicLifecycle], object]] = {
    "check": lambda it: it.check({}, {}),
    "diff": lambda it: it.diff("id", {}, {}),
    "create": lambda it: it.create({}),
    "read": lambda it: it.read("id", {}),
    "update": lambda it: it.update("id", {}, {}),
    "delete": lambda it: it.delete("id", {}),
}


class Mirroring(Lifecycle):
    """Has outputs that repeat inputs."""

    inputs = frozenset({"name", "names", "more"})
    mirrors: ClassVar[Mirrors] = {"shown": ("name", "more"), "told": ("names",)}


def test_where_an_output_repeats_an_input() -> None:
    """An input as a whole or a part of it, and none whose name only begins alike."""
    lifecycle = Mirroring()
    assert lifecycle.output_paths("name", {}) == lifecycle.output_paths("more.x", {}) == (("shown",),)
    assert lifecycle.output_paths("names", {}) == (("told",),)
    assert lifecycle.output_paths("nam", {}) == ()


class Failing(DynamicLifecycle):
    """Fails in each operation, deep inside, with the error it was given."""

    inputs = frozenset({"kept"})

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error = error

    def do_check(self, *_: Any) -> Any:
        """Fails."""
        raise self._error from RuntimeError(CANARY)

    do_diff = do_create = do_read = do_update = do_delete = do_check  # type: ignore[assignment]  # takes what it is given


@dataclass(frozen=True, slots=True)
class Outputs(Properties):
    """One output."""

    live: int | None = None


class Quiet(DynamicLifecycle):
    """Does what it is told, and remembers what it was given."""

    inputs = frozenset({"kept"})
    given: Any = ()
    found: tuple[Props, Properties] | None = ({"kept": 1}, Outputs(2))

    def do_check(self, recorded: Props | None, desired: Props) -> Findings:
        """Finds the same twice, and more to say."""
        self.given = (recorded, desired)
        problem = Problem("settings.password", "is wrong", "Set it.")
        return Findings((problem, problem), ("odd",), ("by the way",), (OwnsObject("made"),))

    def do_diff(self, id_: str, recorded: Props, desired: Props) -> tuple[bool, list[str]]:
        """Returns whether they differ; what is called `moved` forces a replacement."""
        return recorded != desired, [name for name in desired if name == "moved"]

    def do_create(self, desired: Props) -> tuple[str, Properties]:
        """Makes it."""
        self.given = (desired,)
        return "made", Outputs(1)

    def do_read(self, id_: str, recorded: Props) -> tuple[Props, Properties] | None:
        """Returns what is there."""
        self.given = (id_, recorded)
        return self.found

    def do_update(self, id_: str, recorded: Props, desired: Props) -> Properties:
        """Changes it."""
        self.given = (id_, recorded, desired)
        return Outputs(3)

    def do_delete(self, id_: str, recorded: Props) -> None:
        """Removes it."""
        self.given = (id_, recorded)


@pytest.fixture(autouse=True)
def limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts the limit of tracebacks back, which the border sets for the whole process."""
    monkeypatch.setattr(sys, "tracebacklimit", 1000, raising=False)


def shown(operation: str, error: Exception) -> str:
    """Returns what the host prints when an operation fails."""
    with pytest.raises(TenantEmailError) as caught:
        OPERATIONS[operation](Failing(error))
    return "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_error_is_its_message_alone(operation: str) -> None:
    """No traceback, no module path, and nothing of the error that it came from."""
    assert shown(operation, Rejected("auth0: PATCH was rejected", remedy="Correct it.")) == (
        "Rejected: auth0: PATCH was rejected\nCorrect it.\n"
    )


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_error_that_is_not_ours_is_reported_without_its_text(operation: str) -> None:
    """A library's error may quote a value: its kind and place are told, and nothing else."""
    text = shown(operation, ValueError(f"bad value {CANARY}"))
    assert text.startswith(f"TenantEmailError: internal error: ValueError in {__name__}, line ")
    assert text.endswith("\nThis is a bug of pulumi-tenant-email; please report these two lines.\n")
    assert CANARY not in text
    assert len(text.splitlines()) == 2


def test_a_traceback_is_short_only_while_an_error_goes_out() -> None:
    """The next operation begins with whole tracebacks again."""
    shown("create", ValueError(CANARY))
    assert sys.tracebacklimit == 0
    Quiet().create({})
    assert sys.tracebacklimit == 1000


def test_a_check_failure_has_no_property() -> None:
    """Pulumi prints the value of a failure's property, secrets included; what is found twice is reported once."""
    failures = Quiet().check({}, {}).failures
    assert [(each.property, each.reason) for each in failures] == [("", "settings.password: is wrong\nSet it.")]


def test_what_goes_in_and_comes_out() -> None:
    """Inputs come back in every result, outputs beside them; a check sees recorded inputs alone."""
    it = Quiet()
    news = {"kept": 1.0, "__provider": "pickle", "none": None}
    assert it.check({"kept": 2, "live": 3, "__provider": "pickle"}, news).inputs is news
    assert it.given == ({"kept": 2}, {"kept": 1})
    it.check({"live": 3, "__provider": "pickle"}, news)
    assert it.given == (None, {"kept": 1})
    made = it.create(news)
    assert (made.id, made.outs, it.given) == ("made", {"kept": 1, "live": 1}, ({"kept": 1},))
    updated = it.update("id", {"kept": 2.0, "live": 2, "__provider": "pickle"}, news)
    assert (updated.outs, it.given) == ({"kept": 1, "live": 3}, ("id", {"kept": 2, "live": 2}, {"kept": 1}))
    read = it.read("id", {"kept": 1.0})
    assert (read.id, read.outs, read.inputs) == ("id", {"kept": 1, "live": 2}, {"kept": 1})
    assert it.given == ("id", {"kept": 1})
    it.found = None
    assert (it.read("id", {}).id, it.read("id", {}).outs) == ("", {})
    it.delete("id", {"kept": 1.0})
    assert it.given == ("id", {"kept": 1})
    assert not it.diff("id", news, news).changes
    assert it.diff("id", news, {"kept": 2}).changes
    moved = it.diff("id", {"moved": 1}, {"moved": 1})
    assert (moved.changes, moved.replaces) == (True, ["moved"])


def test_what_is_marked_secret_stays_marked() -> None:
    """With what is made, changed and read, and nothing where nothing is marked."""
    it, marks = Quiet(), {SECRET_INPUTS: ["kept"]}
    news = {"kept": 1.0, **marks}
    assert it.create(news).outs == {"kept": 1, "live": 1, **marks}
    assert it.update("id", {"kept": 2.0}, news).outs == {"kept": 1, "live": 3, **marks}
    read = it.read("id", news)
    assert (read.outs, read.inputs) == ({"kept": 1, "live": 2, **marks}, {"kept": 1, **marks})


def test_properties_are_opened() -> None:
    """Unknowns are one sentinel, whole numbers are int, None and the serialized provider are gone."""
    unknown = Unknown()  # type: ignore[no-untyped-call]  # Pulumi's
    assert from_pulumi(None) == {}
    assert from_pulumi({"__provider": "x", "a": None, "b": 587.0, "c": 1.5, "d": unknown}) == {
        "b": 587,
        "c": 1.5,
        "d": UNKNOWN,
    }
    assert from_pulumi({"a": {"b": None, "c": {"d": 1.0}}, "e": [1.0, {"f": None}]}) == {
        "a": {"c": {"d": 1}},
        "e": [1, {}],
    }
    assert from_pulumi({"a": [1, unknown]}) == {"a": UNKNOWN}


def test_what_pulumi_hands_over_has_one_order() -> None:
    """Its maps come in another one in each process, and a warning would change with every run."""
    given = {"templates": {"SignIn": {"b": 1, "a": 2}, "Register": {}, "Generic": {}}}
    assert (
        json.dumps(from_pulumi(given)) == '{"templates": {"Generic": {}, "Register": {}, "SignIn": {"a": 2, "b": 1}}}'
    )
    assert isinstance(from_pulumi({"b": 587.0})["b"], int)


def test_a_line_in_the_console_shows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Warnings and notices are scrubbed like errors."""
    Secret(CANARY)
    with listening() as (listener, address):
        monkeypatch.setattr(sys, "argv", ["host", address])
        console.engine.cache_clear()  # a host asks once in its life
        console.warn(f"someone wrote {CANARY}")
        console.info(f"{CANARY} first", f"then {CANARY}")
        console.warn("kept as recorded", f"Allow {CANARY}.")
        console.engine.cache_clear()  # as above
    assert listener.lines == ["someone wrote ***", "*** first\nthen ***", "kept as recorded\nAllow ***."]
    assert listener.severities == ["WARNING", "INFO", "WARNING"]


def test_a_line_needs_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the shell names for the tenants would be asked for the engine, and the user would miss every warning."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with listening() as (listener, address):
        monkeypatch.setattr(sys, "argv", ["host", address])
        console.engine.cache_clear()  # as above
        console.warn("mind the gap")
        console.engine.cache_clear()  # as above
    assert listener.lines == ["mind the gap"]


def test_a_face_may_word_lines_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of the line, once it is known to be said for the first time."""
    operation.begin()
    with listening() as (listener, address):
        monkeypatch.setattr(sys, "argv", ["host", address])
        console.engine.cache_clear()  # as above
        console.use_wording(str.upper)
        console.warn("first", "then")
        console.use_wording(str)
        console.warn("first", "then")
        console.warn("second")
        console.engine.cache_clear()  # as above
    assert listener.lines == ["FIRST\nTHEN", "second"]


def test_a_line_stands_under_its_resource_and_is_said_once() -> None:
    """The SDK's host gives no URN to a check; an engine checks a resource that it replaces twice."""
    settings = {"kind": "auth0.smtp", "host": "smtp.acme.com", "port": 2465, "username": "mailer", "password": "p"}
    inputs = {"tenant": "main", "settings": settings, "from_address": "no-reply@acme.com", "enabled": True}
    tenants = {"main": {"platform": "auth0", "url": "https://acme.eu.auth0.com"}}
    with (
        listening() as (listener, address),
        running_host({"tenant-email:tenants": json.dumps(tenants)}, engine=address) as host,
    ):
        for _ in range(2):
            assert host.check(EmailProviderLifecycle, inputs) == []
    who = "auth0 acme.eu.auth0.com email-provider"
    assert [line.partition(": ")[0] for line in listener.lines] == [who, who]
    assert set(listener.urns) == {URN}


def test_a_line_stands_under_the_resource_of_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which the host has in a variable of the frame that calls the method."""

    def answer(request: Any) -> None:
        assert request
        Quiet().check({}, {})

    operation.begin()
    with listening() as (listener, address):
        monkeypatch.setattr(sys, "argv", ["host", address])
        console.engine.cache_clear()  # as above
        answer(SimpleNamespace(urn=URN))
        console.engine.cache_clear()  # as above
    assert listener.urns == [URN, URN]


def test_what_a_check_finds_is_said_and_claimed_by_the_border(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lifecycle's own check says nothing and notes nothing."""
    operation.begin()
    with listening() as (listener, address):
        monkeypatch.setattr(sys, "argv", ["host", address])
        console.engine.cache_clear()  # as above
        Quiet().do_check(None, {})
        assert (listener.lines, operation.current().ownership.is_claimed("made")) == ([], False)
        Quiet().check({}, {})
        console.engine.cache_clear()  # as above
    assert list(zip(listener.severities, listener.lines, strict=True)) == [("INFO", "by the way"), ("WARNING", "odd")]
    assert operation.current().ownership.is_claimed("made")


@pytest.mark.parametrize("arguments", [["host"], ["host", "nowhere"], ["host", ":1"], ["host", "127.0.0.1:x"]])
def test_without_an_engine_nothing_is_said(monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    """A process that no engine started, or one whose engine is gone, goes on in silence."""
    monkeypatch.setattr(sys, "argv", arguments)
    console.engine.cache_clear()  # as above
    console.warn("nobody hears this")
    console.engine.cache_clear()  # as above


def test_the_stack_s_config_is_kept() -> None:
    """Whatever is configured first is there for all lifecycles of the process."""
    config = {"tenant-email:tenants": "{}", "aws:region": "eu-west-1"}
    Quiet().configure(ConfigureRequest(Config(config, "project")))
    assert [operation.current().config.get(name) for name in (*config, "aws:profile")] == ["{}", "eu-west-1", None]


def test_what_the_plugin_recorded_is_read_and_recorded_anew() -> None:
    """By the lifecycles' names; without the reference to its class nothing of it could be deleted."""
    id_, lifecycle, seen = "dkim-key/0123456789abcdef", SesDkimKeyLifecycle(), {"selector": "mail", "__provider": "x"}
    assert lifecycle.diff(id_, {"selector": "mail", "publicKey": "x"}, seen).changes
    assert not lifecycle.diff(id_, {"selector": "mail", "__provider": "x"}, seen).changes
    kept = lifecycle.update(id_, {"selector": "mail", "publicKey": "x", "privateKey": "y"}, seen)
    assert kept.outs == {"selector": "mail", "public_key": "x", "private_key": "y"}
