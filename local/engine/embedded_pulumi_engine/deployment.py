"""Runs registrations: plans each, then lets the work run concurrently."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NoReturn, TypeVar

from embedded_pulumi_engine import urns
from embedded_pulumi_engine.aliases import former_urns
from embedded_pulumi_engine.callbacks import CallbackError, Callbacks
from embedded_pulumi_engine.claims import InvalidRegistrationError
from embedded_pulumi_engine.constructions import construction
from embedded_pulumi_engine.goals import inherit
from embedded_pulumi_engine.hooks import Hooks, refusal
from embedded_pulumi_engine.planner import Planner
from embedded_pulumi_engine.plugins import PluginError
from embedded_pulumi_engine.run import StoppedError
from embedded_pulumi_engine.steps import execute, mark_secrets
from embedded_pulumi_engine.transforms import Transforms
from embedded_pulumi_engine.values import UNKNOWN, Props, from_struct, secrets_in

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from pulumi.runtime.proto import provider_pb2, resource_pb2

    from embedded_pulumi_engine.goals import Goal
    from embedded_pulumi_engine.plugins import CheckFailure
    from embedded_pulumi_engine.resources import Resource
    from embedded_pulumi_engine.run import Run

T = TypeVar("T")
_GET_RESOURCE: Final = "pulumi:pulumi:getResource"


class Deployment:
    """One run of the program."""

    def __init__(self, run: Run, *, providers_only: bool = False) -> None:
        self.run = run
        self.monitor_address = ""  # known once the services for the program listen
        self._providers_only = providers_only
        self._planner = Planner(run, self.register)
        self.callbacks = Callbacks()
        self.transforms = Transforms(self.callbacks)
        self.hooks = Hooks(self.callbacks)
        self._registered: dict[str, resource_pb2.RegisterResourceRequest] = {}  # by URN, for what children inherit
        self._stack_outputs: Props | None = None

    @property
    def seen(self) -> Collection[str]:
        """The URNs that the program has registered, former names included."""
        return self._planner.claims.seen

    def prepare(self, request: resource_pb2.RegisterResourceRequest) -> resource_pb2.RegisterResourceRequest:
        """Returns a registration with what it inherits, as its transforms leave it; raises StoppedError."""
        urn = self.urn_of(request.parent, request.type, request.name)
        if (parent := self._registered.get(request.parent)) is not None:
            inherit(request, parent)
        try:
            changed = self.transforms.apply(request)
        except CallbackError as error:
            self._stop(urn, f"a transform failed: {error}")
        if refused := refusal(changed):
            self._stop(urn, refused)
        self.transforms.note(urn, changed)
        self._registered[urn] = changed
        return changed

    def register(self, goal: Goal) -> Resource:
        """Registers one resource; raises StoppedError when it fails or something has failed before."""
        self.run.proceed()
        self.run.console.hide(secrets_in(goal.inputs))
        if self._providers_only and not urns.is_provider(goal.type):
            return self._find_recorded(goal)
        return execute(self.run, self._attempt(goal, self._planner.plan), self.hooks)

    def construct(self, request: resource_pb2.RegisterResourceRequest) -> provider_pb2.ConstructResponse:
        """Has a plug-in register a component and its children with this engine; raises StoppedError when it fails."""
        self.run.proceed()
        self.run.console.hide(secrets_in(from_struct(request.object)))
        package = urns.package_of(request.type)
        with self._planner.lock:
            given = request.provider or request.providers.get(package, "")
            reference = given or self._planner.default_provider(package, request.version)
        try:
            return self.run.registry.get(reference).construct(construction(self.run, request, self.monitor_address))
        except PluginError as error:
            self._stop(self.urn_of(request.parent, request.type, request.name), str(error))

    def read(self, goal: Goal, identifier: str) -> Resource:
        """Looks up an object that the program does not own; an id that a preview does not know gives no outputs."""
        with self._planner.lock:
            self.run.proceed()
            registration = self._attempt(goal, self._planner.place)
            plugin = self.run.registry.get(registration.new.provider)
        old = registration.old
        new = replace(registration.new, id=identifier, outputs=goal.inputs, external=True)
        if identifier == UNKNOWN:
            return replace(new, outputs={})
        with self.run.slots:
            live = self._attempt(goal, lambda _: plugin.read(new, inputs=False))
        if not live.id:
            self._stop(new.urn, f"resource '{identifier}' does not exist")
        new = mark_secrets(self.run, replace(new, outputs=live.outputs))
        self.run.journal.settle(new=new, drop=(old,) if old is not None else (), save=False)
        if old is None or old.outputs != new.outputs:
            self.run.step("read", new)
        return new

    def _attempt(self, goal: Goal, action: Callable[[Goal], T]) -> T:
        """Reports what is wrong with a registration; raises StoppedError."""
        try:
            return action(goal)
        except (InvalidRegistrationError, PluginError) as error:
            reasons = error.args if isinstance(error, InvalidRegistrationError) else (str(error),)
            self._stop(self._planner.urn_of(goal), *reasons)

    def _stop(self, urn: str, *reasons: str) -> NoReturn:
        for reason in reasons:
            self.run.fail(urn, reason)
        raise StoppedError from None

    def _find_recorded(self, goal: Goal) -> Resource:
        """Returns what the state knows, when the program runs only to configure its providers."""
        with self._planner.lock:
            if goal.custom and not goal.provider:
                self._planner.default_provider(urns.package_of(goal.type), goal.version)
        urn = self._planner.urn_of(goal)
        names = (urn, *former_urns(urn, goal.parent, goal.aliases, {}))
        found = [self.run.recorded[name] for name in names if name in self.run.recorded]
        if not found:
            raise StoppedError
        return found[0]

    def set_outputs(self, urn: str, outputs: Props) -> None:
        """Records a component's outputs; the stack's wait for the end, because an error keeps the former ones."""
        self.run.console.hide(secrets_in(outputs))
        if urns.type_of(urn) == urns.STACK_TYPE:
            self._stack_outputs = outputs
        elif (found := self.run.journal.find(urn)) is not None:
            self.run.journal.settle(new=replace(found, outputs=outputs), save=False)

    def invoke(self, request: resource_pb2.ResourceInvokeRequest) -> tuple[Props, tuple[CheckFailure, ...]]:
        """Calls a function of a plug-in, or the engine's own that tells of a registered resource."""
        if request.tok == _GET_RESOURCE:
            return self._registered_outputs(str(from_struct(request.args)["urn"])), ()
        with self._planner.lock:
            package = urns.package_of(request.tok)
            reference = request.provider or self._planner.default_provider(package, request.version)
        return self.run.registry.get(reference).invoke(request.tok, from_struct(request.args))

    def _registered_outputs(self, urn: str) -> Props:
        found = self.run.journal.find(urn)
        if found is None:
            raise PluginError(f"unknown resource {urn}")
        return {"urn": found.urn, "id": found.id, "state": found.outputs}

    def finish(self) -> None:
        """Records the stack's outputs."""
        urn = self.urn_of("", urns.STACK_TYPE, f"{self.run.project}-{self.run.stack}")
        stack = self.run.journal.find(urn)
        if stack is None:
            return
        outputs = self._stack_outputs or {}
        if self.run.failed.is_set():
            former = self.run.recorded.get(urn)
            outputs = {**(former.outputs if former is not None else {}), **outputs}
        self.run.journal.settle(new=replace(stack, outputs=outputs), save=False)

    def urn_of(self, parent: str, type_: str, name: str) -> str:
        """Returns the URN of a resource of this stack."""
        return urns.make(self.run.stack, self.run.project, parent, type_, name)
