"""Whose a template is: a destroy leaves what someone else changed; what was there is put back, or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pulumi.output import Unknown

from tenant_email.errors import AlreadyConfigured, InvalidSettings
from tenant_email.net.client import TRIES
from tenant_email.operations import operation
from tenant_email.timing import Timing
from tenant_email_local.emulators.server import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pulumi.dynamic import CreateResult

    from support.conformance import Case

WRITTEN = {"live", "last_written"}
ONLY = {name: pytest.mark.parametrize("case", [name], indirect=True) for name in ("auth0", "pingone_aic")}


class Stack:
    """One template as a stack of its own has it: each step is an operation of its own."""

    def __init__(self, case: Case) -> None:
        self._case, self.id, self.state = case, "", dict[str, Any]()

    def up(self, on_existing: str = "adopt", on_delete: str | None = None, **settings: Any) -> Stack:
        """Creates, or updates where something changed."""
        inputs = {**self._case.template_inputs(**settings), "on_existing": on_existing}
        inputs |= {"on_delete": on_delete} if on_delete else {}
        if not self.id:
            made: CreateResult = self._case.template.create(inputs)
            self.id, self.state = made.id, made.outs or {}
        elif self._case.template.diff(self.id, self.state, inputs).changes:
            self.state = self._case.template.update(self.id, self.state, inputs).outs or {}
        return self

    def refresh(self) -> Stack:
        """Reads."""
        self.state = self._case.template.read(self.id, self.state).outs or {}
        return self

    def destroy(self) -> int:
        """Deletes; returns how often the tenant was written to."""
        self._case.writes()
        self._case.template.delete(self.id, self.state)
        return self._case.writes()


def stored(case: Case) -> Any:
    """Returns the template as the platform shows it; None when there is none or it is disabled."""
    live = case.template.read(*_known(case)).outs or {}
    return live.get("live") if live.get("settings", {}).get("enabled", True) else None


def _known(case: Case) -> tuple[str, dict[str, Any]]:
    key = {"auth0": "verify_email", "logto": "en/SignIn", "pingone_aic": "greeting"}
    name = case.samples["template"]["kind"].partition(".")[0]
    return f"{name}/{case.tenant.url.removeprefix('http://')}/email-template/{key[name]}", case.template_inputs()


def changed(case: Case) -> dict[str, Any]:
    """Returns the settings that differ from the sample."""
    change: dict[str, Any] = case.samples["template_change"]
    return change


@pytest.mark.parametrize("looked", [False, True])
def test_what_someone_else_changed_is_kept(case: Case, *, looked: bool) -> None:
    """A destroy leaves another's text, also when a refresh has recorded it."""
    ours = Stack(case).up()
    Stack(case).up(**changed(case))
    theirs = stored(case)
    (ours.refresh() if looked else ours).destroy()
    assert stored(case) == theirs is not None


def test_what_the_next_write_makes_ours_is_retired(case: Case) -> None:
    """After an update that writes over it, the template is this stack's again."""
    ours = Stack(case).up()
    Stack(case).up(**changed(case))
    ours.refresh().up().refresh().destroy()
    assert stored(case) is None


def test_an_explicit_policy_decides(case: Case) -> None:
    """on_delete goes before whoever changed the template, and asks nothing."""
    policy = "disable" if "auth0" in case.samples["template"]["kind"] else "delete"
    ours = Stack(case).up(on_delete=policy)
    Stack(case).up(**changed(case))
    assert ours.destroy() == 1
    assert stored(case) is None


@pytest.mark.parametrize("settings", [{}, None])
def test_what_was_there_is_refused_or_adopted(case: Case, settings: dict[str, Any] | None) -> None:
    """Equal or not, an existing template is refused under "fail", and adopted, never created, under "adopt"."""
    before = Stack(case).up()
    given = changed(case) if settings is None else settings
    with pytest.raises(AlreadyConfigured, match=r"exists(?s:.)*on_existing='adopt'(?s:.)*interrupted run"):
        Stack(case).up("fail", **given)
    adopted = Stack(case).up(**given)
    assert adopted.state["adopted"] is True
    assert adopted.state["snapshot"] == before.state["live"]
    adopted.destroy()
    assert stored(case) == before.state["live"]


def test_an_adopted_template_that_someone_changed_is_not_put_back(case: Case) -> None:
    """The snapshot is older than what someone else wrote since."""
    Stack(case).up()
    adopted = Stack(case).up(**changed(case))
    Stack(case).up(**case.samples["template"])
    theirs = stored(case)
    assert adopted.destroy() == 0
    assert stored(case) == theirs


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("equal", [True, False])
def test_two_stacks_destroyed_in_turn(case: Case, *, equal: bool, first: int) -> None:
    """What one stack retired no other switches on again; while one of them stays, its text does."""
    stacks = [Stack(case).up(), Stack(case).up(**({} if equal else changed(case)))]
    there = stored(case)
    stacks.pop(first).destroy()
    if not equal and first == 0:
        assert stored(case) == there
    if equal or first == 1:
        stacks.pop().destroy()
        assert stored(case) is None


def test_an_update_records_what_it_wrote(case: Case) -> None:
    """All of it is ours then."""
    ours = Stack(case).up()
    ours.up(**changed(case))
    assert (ours.state["live"], "last_written" in ours.state) == (stored(case), False)


@ONLY["auth0"]
def test_a_write_of_one_field_leaves_another_s_field_theirs(case: Case) -> None:
    """It sends nothing else, and a destroy knows whose the rest is."""
    ours = Stack(case).up()
    before = ours.state["live"]["body"]
    Stack(case).up(body="<p>theirs {{ url }}</p>")
    ours.up(subject="Hello again")
    *_, call = (call for call in case.tenant.calls if call.method == "PATCH")
    assert call.request_json == {"subject": "Hello again"}
    assert (ours.state["last_written"]["body"], ours.state["live"]["body"]) == (before, "<p>theirs {{ url }}</p>")
    ours.destroy()
    assert stored(case)["body"] == "<p>theirs {{ url }}</p>"


@pytest.mark.parametrize("case", ["logto", "pingone_aic"], indirect=True)
def test_what_a_whole_write_takes_from_someone_is_told(case: Case, said: list[str]) -> None:
    """As it was just before, which no refresh has seen."""
    ours = Stack(case).up()
    Stack(case).up(**changed(case))
    del said[:]
    ours.up(from_address="ours@acme.example")
    assert [line.partition(": overwrote ")[2].partition(": ")[0] for line in said if " overwrote " in line] == [
        "changes made by someone else"
    ]


@ONLY["auth0"]
def test_each_template_is_written_by_one_resource(case: Case) -> None:
    """A second one would undo the first; another template is another object."""
    made = [Stack(case).up(template=name) for name in ("verify_email", "welcome_email")]
    lifecycle = case.template
    for each, name in zip(made, ("verify_email", "welcome_email"), strict=True):
        lifecycle.update(each.id, each.state, case.template_inputs(template=name, subject="Hello again"))
    with pytest.raises(InvalidSettings) as caught:
        lifecycle.update(made[0].id, made[0].state, case.template_inputs(subject="Hello you"))
    again = f"{made[0].id}: another resource of this program manages it too"
    assert str(caught.value).startswith(again)
    lifecycle = case.template
    for name in ("verify_email", "welcome_email"):
        lifecycle.create({**case.template_inputs(template=name), "on_existing": "adopt"})
    with pytest.raises(InvalidSettings) as caught:
        lifecycle.create({**case.template_inputs(), "on_existing": "adopt"})
    assert str(caught.value).startswith(again)


@ONLY["auth0"]
def test_another_key_is_another_template(case: Case) -> None:
    """As far as it is known."""
    ours = Stack(case).up()
    unknown: Any = Unknown()  # type: ignore[no-untyped-call]  # Pulumi's
    for name, replaces in (("verify_email", []), ("welcome_email", ["settings"]), (unknown, [])):
        found = case.template.diff(ours.id, ours.state, case.template_inputs(template=name))
        assert found.replaces == replaces


def test_what_equals_a_retired_template_is_not_switched_on(case: Case) -> None:
    """A stack that adopted what another one made leaves it as it is after that one retired it."""
    maker, adopter = Stack(case).up(), Stack(case).up()
    maker.destroy()
    assert adopter.destroy() == 0
    assert stored(case) is None


@pytest.mark.parametrize("adopted", [True, False])
def test_a_replacement_that_deletes_first_keeps_whose_it_is(case: Case, *, adopted: bool) -> None:
    """What its resource gave up in this run goes on as what it was; what someone changed meanwhile stays theirs."""
    before = Stack(case).up(**changed(case)).state["live"] if adopted else None
    made = case.template.create({**case.template_inputs(), "on_existing": "adopt"})
    lifecycle = case.template
    assert not lifecycle.check({}, case.template_inputs()).failures
    lifecycle.delete(made.id, made.outs or {})
    again = lifecycle.create({**case.template_inputs(), "on_existing": "fail"}).outs or {}
    assert (again["adopted"], again.get("snapshot")) == (adopted, before)
    case.template.delete(made.id, again)
    assert stored(case) == before


@pytest.fixture
def _quick() -> Iterator[None]:
    operation.begin(Timing(sleep=lambda _: None))
    yield
    operation.begin(Timing())


@pytest.mark.usefixtures("_quick")
def test_a_template_whose_answer_was_lost_is_ours(case: Case) -> None:
    """What is there equals what this run sent: it is created, not adopted, and a destroy retires it."""
    times = 1 if "auth0" in case.samples["template"]["kind"] else TRIES  # a POST is not repeated
    case.tenant.inject(Fault("P*", "*email*emplate*", drop="after", times=times))
    made = Stack(case).up("fail")
    assert made.state["adopted"] is False
    assert (made.state["live"], "last_written" in made.state) == (stored(case), False)
    assert made.destroy() == 1
    assert stored(case) is None


@pytest.mark.usefixtures("_quick")
@pytest.mark.parametrize("case", ["auth0"], indirect=True)  # the others are looked at before
def test_what_is_there_and_more_than_what_was_sent_is_not_ours(case: Case) -> None:
    """A field that nobody gave is someone else's, whatever became of the answer."""
    Stack(case).up(result_url="https://theirs.example")
    case.tenant.inject(Fault("POST", "*email-templates*", drop="before"))
    with pytest.raises(AlreadyConfigured):
        Stack(case).up("fail")


def test_what_equals_the_inputs_is_adopted_without_a_write(case: Case) -> None:
    """Nothing is sent where nothing differs."""
    Stack(case).up()
    case.writes()
    Stack(case).up()
    calls = [call for call in case.tenant.calls if call.method != "GET" and "token" not in call.path]
    assert [call.status for call in calls] == ([409] if "auth0" in case.samples["template"]["kind"] else [])


@pytest.mark.parametrize("theirs", [False, True])
def test_a_replacement_with_another_text_makes_its_write_ours(case: Case, *, theirs: bool) -> None:
    """What it sends is ours; what someone wrote before, and the program only follows, stays theirs."""
    made = case.template.create({**case.template_inputs(), "on_existing": "fail"})
    if theirs:
        Stack(case).up(**changed(case))
    new = case.template_inputs(**changed(case))
    lifecycle = case.template
    assert not lifecycle.check({}, new).failures
    lifecycle.delete(made.id, made.outs or {})
    again = lifecycle.create({**new, "on_existing": "fail"}).outs or {}
    assert (again["adopted"], again["live"]) == (False, stored(case))
    assert ("last_written" in again) is theirs
    case.writes()
    case.template.delete(made.id, again)
    assert (stored(case) is None) is not theirs


@pytest.mark.parametrize("knows", [{"live", "last_written"}, {"live"}, set[str]()])
def test_a_template_of_an_earlier_release_goes_by_what_its_state_knows(case: Case, knows: set[str]) -> None:
    """How it was seen last stands for what was written; without both, nothing is known of it and it is kept."""
    for edited in (False, True):
        made = Stack(case).up()
        made.state = {**made.state, "last_written": made.state["live"]}
        made.state = {name: value for name, value in made.state.items() if name in knows or name not in WRITTEN}
        before = dict(made.state)
        if edited:
            Stack(case).up(**changed(case))
        elif knows:
            made.refresh()
            assert dict(made.state) == before  # a drift check of an old state finds nothing
        made.destroy()
        assert (stored(case) is None) is (not edited and "live" in knows), edited
        made.state["on_delete"] = "disable" if "auth0" in case.samples["template"]["kind"] else "delete"
        made.destroy()


def test_a_new_template_is_looked_for_only_where_a_write_would_replace_it(case: Case) -> None:
    """A POST that conflicts needs no look before it."""
    Stack(case).up()
    methods = [call.method for call in case.tenant.calls if "mplate" in call.path]
    assert methods[0] == ("POST" if "auth0" in case.samples["template"]["kind"] else "GET")
