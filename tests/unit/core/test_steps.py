"""What stands around each step of a lifecycle: what is said, what is kept out of it, and which id is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from pulumi.runtime.proto.provider_pb2 import CheckRequest

from tenant_email.errors import Problem, Rejected, Unavailable, redact_external
from tenant_email.findings import Findings, OwnsObject
from tenant_email.inputs.properties import Properties
from tenant_email.operations import engine_request, operation, steps
from tenant_email.operations.lifecycle import Lifecycle
from tenant_email.operations.secret_inputs import SECRET_INPUTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email.json_types import Props

MARKED = {SECRET_INPUTS: ["name"]}
STEPS: dict[str, Callable[[Lifecycle, Props], object]] = {
    "check": lambda it, props: steps.check(it, {}, props),
    "check of what is recorded": lambda it, props: steps.check(it, props, {}),
    "diff": lambda it, props: steps.diff(it, "id", {}, props),
    "create": steps.create,
    "read": lambda it, props: steps.read(it, "id", props),
    "update": lambda it, props: steps.update(it, "id", {}, props),
    "delete": lambda it, props: steps.delete(it, "id", props),
}


@dataclass(frozen=True, slots=True)
class Outputs(Properties):
    """One output."""

    live: str = "made"


class Talking(Lifecycle):
    """Is called by its name, and says what it is asked to."""

    inputs = frozenset({"name", "moved"})

    def __init__(self) -> None:
        super().__init__()
        self.problems: list[Problem] = []
        self.ids: list[str] = []

    def do_check(self, recorded: Props | None, desired: Props) -> Findings:
        """Finds what it is told to, and claims what is there."""
        return Findings(tuple(self.problems), claims=(OwnsObject("made"),))

    def do_diff(self, id_: str, recorded: Props, desired: Props) -> tuple[bool, list[str]]:
        """Compares; another `moved` is another object."""
        self.ids.append(id_)
        return recorded != desired, [name for name in ("moved",) if recorded.get(name) != desired.get(name)]

    def warn_of_change(self, recorded: Props, desired: Props) -> tuple[str, ...]:
        """Names both."""
        return (f"{recorded.get('name')} becomes {desired.get('name')}", "and so on")

    def do_create(self, desired: Props) -> tuple[str, Properties]:
        """Is known by its name."""
        return f"it/{desired['name'].lower()}/end", Outputs()

    def do_read(self, id_: str, recorded: Props) -> tuple[Props, Properties] | None:
        """Is there."""
        self.ids.append(id_)
        return {"name": recorded["name"]}, Outputs()

    def do_update(self, id_: str, recorded: Props, desired: Props) -> Properties:
        """Changes."""
        self.ids.append(id_)
        return Outputs()

    def do_delete(self, id_: str, recorded: Props) -> None:
        """Is gone."""
        self.ids.append(id_)


class Unanswered(Talking):
    """Hears nothing of its creation."""

    def __init__(self, *, sent: bool) -> None:
        super().__init__()
        self._error = Unavailable("it: no answer", uncertain=sent)

    def do_create(self, desired: Props) -> tuple[str, Properties]:
        """Is not answered."""
        raise self._error

    def creation_id(self, desired: Props) -> str:
        """Returns the id that it would have."""
        return super().do_create(desired)[0]


class Failing(Talking):
    """Quotes what it is given in the error of each step."""

    def do_check(self, *given: Any) -> Any:
        """Fails."""
        raise Rejected(f"bad {given}")

    do_diff = do_create = do_read = do_update = do_delete = do_check  # type: ignore[assignment]  # takes what it is given


def problems(count: int) -> list[Problem]:
    """Returns so many problems."""
    return [Problem(f"p{number}", "is wrong", "Set it.") for number in range(count)]


def test_nobody_reads_more_than_fifty_problems() -> None:
    """What the face found comes first, and what is found twice is told once."""
    it = Talking()
    it.problems = [*problems(49), *problems(49)]
    unfit = [Problem("p48", "is wrong", "Set it."), Problem("odd", "is an asset", "Pass the text itself.")]
    found = [each.path for each in steps.check(it, {}, {}, unfit)]
    assert found == ["p48", "odd", *(f"p{number}" for number in range(48))]
    it.problems = problems(52)
    found = [str(each) for each in steps.check(it, {}, {})]
    assert found == [*map(str, problems(50)), "and 2 more problems\nCorrect these first."]


def test_what_a_change_leads_to_is_warned_of(said: list[str]) -> None:
    """Where it is one in place; each warning a line."""
    it, before = Talking(), {"name": "a", "moved": 1}
    for after, answer in (
        (before, (False, [])),
        ({"name": "elsewhere", "moved": 2}, (True, ["moved"])),
        ({"name": "b", "moved": 1}, (True, [])),
    ):
        assert steps.diff(it, "id", before, after) == answer
    assert said == ["a becomes b", "and so on"]


def test_two_resources_of_one_object_are_told_of_each_other() -> None:
    """By the resource that a check is about."""
    operation.begin()
    it = Talking()
    with engine_request.answering(CheckRequest(urn="urn:pulumi:dev::lab::a:b:C::first")):
        assert steps.check(it, {}, {}) == steps.check(it, {}, {}) == []
    with engine_request.answering(CheckRequest(urn="urn:pulumi:dev::lab::a:b:C::second")):
        (problem,) = steps.check(it, {}, {})
    assert "'first'" in str(problem)


@pytest.mark.parametrize("step", STEPS)
def test_what_is_marked_is_masked_in_every_message(step: str) -> None:
    """Of recorded and of desired properties; what nobody marked is quoted."""
    name = f"canary-{step.replace(' ', '-')}"
    with pytest.raises(Rejected) as caught:
        STEPS[step](Failing(), {"name": f"plain-{name[7:]}", "moved": 1})
    assert step == "check of what is recorded" or "plain-" in str(caught.value)
    with pytest.raises(Rejected) as caught:
        STEPS[step](Failing(), {"name": name, "moved": 1, **MARKED})
    assert name not in str(caught.value)
    assert SECRET_INPUTS not in str(caught.value)
    assert redact_external(name) == "***"


def test_an_id_shows_no_marked_input() -> None:
    """A digest stands for it in what is recorded; each step gets the real one, and outputs keep no mark."""
    it, marked = Talking(), {"name": "Acme", **MARKED}
    id_, recorded = steps.create(it, marked)
    assert recorded == {"name": "Acme", "live": "made"}
    assert id_.startswith("it/secret-")
    assert "acme" not in id_
    assert steps.create(it, {"name": "Acme"})[0] == "it/acme/end"
    assert steps.diff(it, id_, {**recorded, **MARKED}, marked)[0]
    assert steps.read(it, id_, {**recorded, **MARKED}) == ({"name": "Acme"}, {"name": "Acme", "live": "made"})
    assert steps.update(it, id_, {**recorded, **MARKED}, {"name": "Bcme", **MARKED}) == {"name": "Bcme", "live": "made"}
    steps.delete(it, id_, {**recorded, **MARKED})
    assert it.ids == ["it/acme/end"] * 4


def test_what_may_have_been_made_is_recorded() -> None:
    """Under the id that it would have, which shows no marked input either; what was never sent was not made."""
    marked = {"name": "Acme", **MARKED}
    with pytest.raises(steps.UnconfirmedCreationError) as caught:
        steps.create(Unanswered(sent=True), marked)
    assert caught.value.id == steps.create(Talking(), marked)[0]
    with pytest.raises(Unavailable, match="it: no answer"):
        steps.create(Unanswered(sent=False), marked)


@pytest.mark.parametrize(
    ("recorded", "desired"),
    [({"on_existing": "adopt"}, {}), ({}, {"on_existing": "fail"}), ({"on_existing": "import", "import_id": "x"}, {})],
)
def test_what_was_of_the_creation_changes_nothing(recorded: Props, desired: Props) -> None:
    """A state of an earlier release has the default, which no program gives any more; what is there is as it was."""
    given = {"name": "a"}
    assert steps.diff(Talking(), "it/a/end", {**given, **recorded}, {**given, **desired}) == (False, [])
