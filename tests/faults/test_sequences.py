"""Any sequence of operations and of changes behind the stack's back ends as a small model of both says."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from support.campaign.sequences import GROUNDS, REFUSED, Ground, Model
from support.campaign.world import TrialResource, World
from support.host import Failed
from tenant_email.errors import TenantEmailError

CONTENTS = st.sampled_from(["first", "second"])
MODES = st.sampled_from(["fail", "adopt"])


class Sequence(RuleBasedStateMachine):
    """Does each thing to the real resource and to the model; both agree after every step."""

    world: World
    ground: Ground

    def __init__(self) -> None:
        super().__init__()
        self.world.proxy.arm(None)
        self.world.usual()
        self.world.renew()
        self.resource, self.model = TrialResource(self.world), Model(self.ground)
        self.names: list[tuple[Any, str | None]] = [(self._mine(), None)]
        self.others = repr(self.ground.subject.others(self.world.emulator))

    @rule(content=CONTENTS, mode=MODES)
    def up(self, content: str, mode: str) -> None:
        """Runs `up` with these inputs."""
        self._run(content, mode)

    @precondition(lambda self: self.model.recorded is None and self.ground.subject.importable)
    @rule()
    def import_(self) -> None:
        """Runs `up` with opts.import_."""
        self._run("first", "import")

    @precondition(lambda self: self.model.recorded is not None)
    @rule()
    def refresh(self) -> None:
        """Looks, and changes nothing in the tenant; what is gone is dropped, and what is there is recorded."""
        self.resource.refresh()
        recorded = self.model.recorded
        assert recorded is not None
        if self.model.there is None or (not self.resource.id and self.model.replaced):
            assert not self.resource.id
            self.model.recorded = None
        else:
            assert self.resource.id
            recorded.content = self.model.there if self.model.ours else "unknown"

    @precondition(lambda self: self.model.recorded is not None)
    @rule()
    def destroy(self) -> None:
        """Destroys."""
        self.resource.destroy()
        self.model.destroy()

    @precondition(lambda self: self.model.there is not None)
    @rule()
    def somebody_edits(self) -> None:
        """Someone changes what is there."""
        self.ground.edit(self.world.emulator)
        self.model.edited()
        self._name("edited")

    @precondition(lambda self: self.model.there is not None and self.ground.remove is not None)
    @rule()
    def somebody_removes(self) -> None:
        """Someone takes it away."""
        assert self.ground.remove
        self.ground.remove(self.world.emulator)
        self.model.removed()

    @precondition(lambda self: self.model.there is None or self.ground.remove is not None)
    @rule()
    def somebody_replaces(self) -> None:
        """Someone puts another one in its place."""
        if self.model.there is not None and self.ground.remove:
            self.ground.remove(self.world.emulator)
        self.ground.subject.foreign[self.ground.foreign](self.world.emulator)
        self.model.put("first" if self.ground.foreign == "equal" else "theirs")
        self._name(self.model.there)

    @invariant()
    def agree(self) -> None:
        """The tenant and the state are as the model says; what belongs to others is as it was."""
        subject, recorded = self.ground.subject, self.model.recorded
        assert self._mine() in [known for known, name in self.names if name == self.model.there]
        assert repr(subject.others(self.world.emulator)) == self.others
        assert bool(self.resource.id) == (recorded is not None)
        if recorded is not None and self.model.ours and recorded.content == self.model.there:
            assert subject.agrees(self.world.emulator, self.resource.state)

    def _run(self, content: str, mode: str) -> None:
        inputs = {**getattr(self.ground.subject, content), "on_existing": mode}
        before = copy.deepcopy((self.resource.keep(), self._mine()))
        expected = self.model.up(content, mode)
        refusal = self._refusal(inputs)
        assert bool(refusal) == (expected == REFUSED), f"up({content}, {mode}) should be {expected}: {refusal}"
        if refusal:
            assert (self.resource.keep(), self._mine()) == before
        elif expected != "same":
            self._name(self.model.there)

    def _refusal(self, inputs: dict[str, Any]) -> str:
        try:
            self.resource.up(**inputs)
        except (Failed, TenantEmailError) as error:
            return str(error)
        return ""

    def _name(self, content: str | None) -> None:
        """Learns how the tenant holds a content; for ours the subject says it."""
        wanted = self.ground.subject.wanted.get(content or "")
        mine = self._mine()
        assert wanted is None or mine == wanted or self.model.recorded is None or self.model.recorded.adopted
        self.names.append((mine, content))
        if content and (retired := self.ground.retired(content)):
            self.names.append(({**mine, "enabled": False}, retired))

    def _mine(self) -> Any:
        return copy.deepcopy(self.ground.subject.mine(self.world.emulator))


@pytest.mark.parametrize("ground", GROUNDS, ids=lambda ground: ground.subject.name)
def test_any_sequence_ends_as_the_model_says(ground: Ground, *, everything: bool) -> None:
    """The same examples each time; more of them in `make kills`."""
    with World(ground.subject) as world:
        machine = type("Machine", (Sequence,), {"world": world, "ground": ground})
        chosen = settings(
            derandomize=True,
            database=None,
            deadline=None,
            max_examples=150 if everything else 6,
            stateful_step_count=10,
            suppress_health_check=list(HealthCheck),
        )
        run_state_machine_as_test(machine, settings=chosen)
