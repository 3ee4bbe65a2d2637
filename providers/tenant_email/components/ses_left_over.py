"""Takes away what an interrupted run left of a component's configuration set and event destination.

Where the connection, or the process, ended between AWS's work and its answer, the state does not know what was made,
and AWS refuses to make it again. A hook of Pulumi's runs right before something is created, and in no other run; an
engine without hooks leaves that to `pulumi import` (docs/sending-domain.md#left-over).
"""

from __future__ import annotations

import asyncio
import shlex
from typing import TYPE_CHECKING, Any, Final

import pulumi
from pulumi.runtime import invoke_async
from pulumi.runtime.config import get_config
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.resource import register_resource_hook
from pulumi.runtime.settings import monitor_supports_feature

from tenant_email.aws.event_rules import destination_name
from tenant_email.aws.own_tags import own_tags
from tenant_email.aws.provider_settings import SETTINGS
from tenant_email.errors import AlreadyConfigured, TenantEmailError
from tenant_email.resources.aws_provider import aws_inputs, explicit_provider

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tenant_email.aws.ses import Ses
    from tenant_email.components.ses_place import Place
    from tenant_email.json_types import Props

_SET: Final = "aws:sesv2/configurationSet:ConfigurationSet"
_DESTINATION: Final = "aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination"
_ALIASES: Final = "docs/composition.md#another-name-another-parent"


class _NamedByUrn(pulumi.ResourceHook):
    """A hook that is named by its component: a program may have two of one name, below two parents."""

    def __init__(self, of: pulumi.Output[str], function: Callable[[pulumi.ResourceHookArgs], Awaitable[None]]) -> None:
        """Registers the hook once the URN is known; the SDK waits for that before it reads the name."""
        self.callback, self.opts = function, None
        self._registered = asyncio.ensure_future(self._register(of))

    async def _register(self, of: pulumi.Output[str]) -> None:
        self.name = f"what was left of {await of.future()}"
        await register_resource_hook(self)


class LeftOvers:
    """What an interrupted run may have left of a component: looked for right before it is made."""

    def __init__(self, name: str, domain: str, place: Place) -> None:
        if (component := place.opts.parent) is None:
            raise LookupError("a component is the parent of its parts")
        self._name, self._domain, self._place, self._component = name, domain, place, component
        self._destination = destination_name(name)
        self._is_new = False
        self.opts: Final = pulumi.ResourceOptions(hooks=self._hooks())
        """The options of a set, and of an event destination, before whose creation is looked."""

    def _hooks(self) -> pulumi.ResourceHookBinding | None:
        if not monitor_supports_feature(resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS):
            return None
        return pulumi.ResourceHookBinding(before_create=[_NamedByUrn(self._component.urn, self._look)])

    async def _look(self, args: pulumi.ResourceHookArgs) -> None:
        """Takes away what is in the way of a creation, and was left by this stack.

        Raises:
            AlreadyConfigured: it is in the state, or something uses it.
        """
        inputs = args.new_inputs or {}
        set_name: str = inputs["configurationSetName"]
        destination: str | None = inputs["eventDestinationName"] if args.type == _DESTINATION else None
        if destination is not None and self._is_new:
            return  # the set was made in this run, and is empty
        self._is_new = True
        from tenant_email.operations import left_over  # noqa: PLC0415 - slow to load, and only a creation needs it

        target, tags = await self._target(), own_tags(pulumi.get_project(), pulumi.get_stack())
        try:
            client = await asyncio.to_thread(left_over.client_for, target, _config())
            if not await asyncio.to_thread(left_over.is_left, client, set_name, tags, destination):
                return
        except TenantEmailError:
            return  # who may not look goes on: AWS refuses what is there
        await self._require_unused(client, args, set_name, destination)
        await asyncio.to_thread(left_over.take_away, client, target, set_name, destination)
        what = _what(client, set_name, destination)
        pulumi.log.info(
            f"{what} was left by a run of this stack that was interrupted: it is made anew", self._component
        )

    async def _require_unused(
        self, client: Ses, args: pulumi.ResourceHookArgs, set_name: str, destination: str | None
    ) -> None:
        what = _what(client, set_name, destination)
        command = await self._import_command(args, "|".join(filter(None, (set_name, destination))))
        try:
            recorded = await _recorded_as(args.type, client.region, set_name, destination)
        except Exception as error:  # noqa: BLE001 - whatever an engine answers that does not tell
            message = f"{what} was made by this stack, and whether its state has it cannot be read: {error}"
            raise AlreadyConfigured(message, remedy=f"If it has not, run: {command}") from None
        if recorded:
            remedy = f"Where the component has another name or parent now, give it an alias: {_ALIASES}."
            raise AlreadyConfigured(f"{what} is there already, and in the state as {recorded}", remedy=remedy)
        if destination is not None:
            return
        from tenant_email.operations import left_over  # noqa: PLC0415 - the same

        if used := await asyncio.to_thread(left_over.uses_of, client, set_name, self._domain, self._destination):
            message = f"{what} was left by an earlier run of this stack, and is used: {', and '.join(used)}"
            raise AlreadyConfigured(message, remedy=f"Take it into the state, then run again: {command}")

    async def _target(self) -> Props:
        """Returns where the component is, as its dynamic resources are told."""
        region, profile, account = self._place.region, self._place.profile, self._place.account
        inputs = {**aws_inputs(region, profile, self._place.opts), "expected_account": account}
        given: dict[str, Any] = await pulumi.Output.all(**inputs).future() or {}
        return {name: value for name, value in given.items() if value is not None}

    async def _import_command(self, args: pulumi.ResourceHookArgs, id_: str) -> str:
        """Returns the command that takes what is there into the state."""
        command = ["pulumi", "import", args.type, args.name, id_]
        command += ["--parent", f"{self._name}={await self._component.urn.future()}"]
        if (provider := explicit_provider(self._place.opts)) is not None:
            command += ["--provider", f"aws={await provider.urn.future()}"]
        return shlex.join([*command, "--protect=false"])


async def _recorded_as(type_: str, region: str, set_name: str, destination: str | None) -> str | None:
    """Returns the URN under which the state has a set or a destination, which a replacement makes a second time."""
    stack = f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
    state: Any = await invoke_async("pulumi:pulumi:readStackResourceOutputs", {"stackName": stack})
    wanted = {"configurationSetName": set_name, "eventDestinationName": destination}
    for urn, found in state["outputs"].items():
        outputs: dict[str, Any] = found["outputs"] if found["type"] == type_ else {}
        named = outputs and all(outputs.get(name) == value for name, value in wanted.items())
        if named and outputs.get("region", region) == region:
            return str(urn)
    return None


def _config() -> dict[str, str]:
    found = {name: get_config(f"aws:{name}") for name in SETTINGS}
    return {name: value for name, value in found.items() if value}


def _what(client: Ses, set_name: str, destination: str | None) -> str:
    of = f"the configuration set {set_name}"
    return f"ses {client.region}: {of if destination is None else f'the event destination {destination} of {of}'}"
