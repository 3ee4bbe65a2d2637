"""What the engine serves itself, without a plug-in: references to other stacks, and their outputs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from embedded_pulumi_engine.diffs import Diff
from embedded_pulumi_engine.journal import load
from embedded_pulumi_engine.passphrase import PassphraseError
from embedded_pulumi_engine.plugins import Checked, Live, PluginError
from embedded_pulumi_engine.urns import STACK_TYPE
from embedded_pulumi_engine.values import has_secret

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from embedded_pulumi_engine.messages import provider_pb2 as pb
    from embedded_pulumi_engine.plugins import CheckFailure
    from embedded_pulumi_engine.resources import Resource
    from embedded_pulumi_engine.values import Props

PACKAGE: Final = "pulumi"
ORGANIZATION: Final = "organization"
"""The only organization of a backend without a service, as the Pulumi CLI has it."""
_REFERENCE: Final = "pulumi:pulumi:StackReference"
_READ_OUTPUTS: Final = "pulumi:pulumi:readStackOutputs"
_READ_RESOURCES: Final = "pulumi:pulumi:readStackResourceOutputs"


class StackStates:
    """The states of all stacks that lie next to one, and what opens their secrets."""

    def __init__(self, folder: Path, project: str, phrase: str) -> None:
        self._folder, self._project, self._phrase = folder, project, phrase

    def outputs(self, name: str) -> Props:
        """Returns the outputs of a stack, `stack` of this project or `organization/project/stack`.

        Raises:
            PluginError: there is no such stack, or this passphrase does not open it.
        """
        stack = [each for each in self.resources(name) if each.type == STACK_TYPE]
        return stack[0].outputs if stack else {}

    def resources(self, name: str) -> Sequence[Resource]:
        """Returns what the state of a stack has; raises PluginError like `outputs`."""
        parts = name.split("/")
        known = len(parts) == 1 or (len(parts) in (2, 3) and parts[0] == ORGANIZATION)
        if not known or {"", ".", ".."} & set(parts):
            raise PluginError(
                f"{name!r} names no stack: write the stack of this project, or {ORGANIZATION}/<project>/<stack>"
            )
        project = parts[1] if len(parts) == 3 else self._project  # noqa: PLR2004
        path = self._folder / project / f"{parts[-1]}.json"
        if not path.is_file():
            raise PluginError(f'unknown stack "{name}"')
        try:
            return load(json.loads(path.read_text()), self._phrase).resources
        except (ValueError, PassphraseError) as error:
            raise PluginError(f'could not read stack "{name}": {error}') from None


class BuiltinPlugin:
    """The package `pulumi`, as a plug-in of which only references to stacks are asked for."""

    def __init__(self, states: StackStates) -> None:
        self._states = states

    def check_config(self, urn: str, olds: Props, news: Props) -> Checked:
        """Takes any configuration."""
        del urn, olds
        return Checked(news)

    def diff_config(self, old: Resource, news: Props) -> Diff:
        """Leaves the comparison to the engine."""
        del old, news
        return Diff(changes=None)

    def configure(self, urn: str, identifier: str, inputs: Props) -> None:
        """Needs nothing."""

    def read(self, old: Resource, *, inputs: bool = True) -> Live:
        """Reads the outputs of the stack that is referred to."""
        if old.type != _REFERENCE:
            raise self._refusal(old.type)
        return Live(old.id, self._read(old.id), {"name": old.id} if inputs else None)

    def invoke(self, token: str, arguments: Props) -> tuple[Props, tuple[CheckFailure, ...]]:
        """Reads the outputs of a stack, or of all that its state has."""
        if token == _READ_RESOURCES:
            name = str(arguments["stackName"])
            there = (each for each in self._states.resources(name) if not each.delete)
            return {
                "name": name,
                "outputs": {each.urn: {"type": each.type, "outputs": each.outputs} for each in there},
            }, ()
        if token != _READ_OUTPUTS:
            raise PluginError(f"this engine has no function {token}")
        return self._read(str(arguments["name"])), ()

    def check(self, urn: str, olds: Props | None, news: Props) -> Checked:
        """Refuses: a program refers to a stack by a read."""
        raise self._refusal(urn)

    def diff(self, old: Resource, news: Props, ignore: Sequence[str]) -> Diff:
        """Finds none: what a refresh reads of another stack is recorded as it is."""
        del old, news, ignore
        return Diff(changes=False)

    def create(self, new: Resource, *, preview: bool) -> tuple[str, Props]:
        """Refuses, as `check` does."""
        raise self._refusal(new.type)

    def update(self, old: Resource, new: Resource, *, preview: bool) -> Props:
        """Refuses, as `check` does."""
        raise self._refusal(new.type)

    def delete(self, old: Resource) -> None:
        """Forgets a reference: the stack is another's."""

    def construct(self, request: pb.ConstructRequest) -> pb.ConstructResponse:
        """Refuses, as `check` does."""
        raise self._refusal(request.type)

    def close(self) -> None:
        """Has no process to end."""

    def _read(self, name: str) -> Props:
        found = self._states.outputs(name)
        secret: list[Any] = sorted(key for key, value in found.items() if has_secret(value))
        return {"name": name, "outputs": found, "secretOutputNames": secret}

    def _refusal(self, what: str) -> PluginError:
        return PluginError(f"this engine has no resource {what}")
