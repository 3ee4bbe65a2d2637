"""Hooks of Pulumi's by which a component looks when a part of it is made, and in no other run."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeVar

import pulumi
from pulumi.runtime import settings as sdk
from pulumi.runtime.config import get_config
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.resource import register_resource_hook
from pulumi.runtime.rpc import deserialize_properties, unwrap_rpc_secret

from tenant_email.aws.provider_settings import SETTINGS
from tenant_email.resources.aws_provider import aws_inputs

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tenant_email.components.ses_place import Place
    from tenant_email.json_types import Props

T = TypeVar("T")
_THREADS: Final = 4  # SES answers one call a second in any case


class _NamedByUrn(pulumi.ResourceHook):
    """A hook that is named by its component: a program may have two of one name, below two parents."""

    def __init__(
        self, what: str, of: pulumi.Output[str], function: Callable[[pulumi.ResourceHookArgs], Awaitable[None]]
    ) -> None:
        """Registers the hook once the URN is known; the SDK waits for that before it reads the name."""
        self.callback, self.opts, self._what = function, None, what
        listening = _listen(sdk.get_monitor(), asyncio.get_running_loop())
        self._registered = asyncio.ensure_future(self._register(of, listening))

    async def _register(self, of: pulumi.Output[str], listening: asyncio.Future[Any]) -> None:
        # a setting of this task alone; without it each hook would have a server of its own
        sdk.SETTINGS.callbacks = await listening  # pyright: ignore[reportAttributeAccessIssue] - a descriptor
        self.name = f"{self._what} of {await of.future()}"
        await register_resource_hook(self)


@lru_cache(maxsize=1)  # of the program that runs; a server of a former one is gone with it
def _listen(monitor: object, loop: asyncio.AbstractEventLoop) -> asyncio.Future[Any]:
    """Has the SDK begin to listen for the calls of hooks, once for all of a program; returns when it does.

    It would begin where the first hook is registered, which is once a component's URN is known. Where the program fails
    just then, as without valid credentials of AWS, it stops a server that is about to start, at which gRPC ends the
    process by a segmentation fault, and nobody reads why. Begun with the component it runs before anything can fail.
    """
    del monitor  # whose calls they are
    return asyncio.ensure_future(sdk._get_callbacks(), loop=loop)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - no other way


def on_creation(
    what: str,
    component: pulumi.Resource,
    before: Callable[[pulumi.ResourceHookArgs], Awaitable[None]],
    after: Callable[[pulumi.ResourceHookArgs], Awaitable[None]] | None = None,
) -> pulumi.ResourceOptions:
    """Returns the options by which functions are called around a creation; none where the engine has no hooks.

    Args:
        what: names the functions among those of the component.
        component: whose part is made.
        before: is awaited; the creation does not begin where it raises.
        after: is awaited once it is made. The engine holds the part's state meanwhile, so that it must not ask for
            what the state has.

    """
    if not sdk.monitor_supports_feature(resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS):
        return pulumi.ResourceOptions()
    first = [_NamedByUrn(what, component.urn, before)]
    last = [_NamedByUrn(f"{what} afterwards", component.urn, after)] if after else []
    binding = pulumi.ResourceHookBinding(before_create=[*first], after_create=[*last])
    return pulumi.ResourceOptions(hooks=binding)


async def whereabouts(place: Place) -> tuple[Props, dict[str, str]]:
    """Returns where a component is, as its dynamic resources are told, and the stack's config for AWS."""
    inputs = {**aws_inputs(place.region, place.profile, place.opts), "expected_account": place.account}
    given: dict[str, Any] = await pulumi.Output.all(**inputs).future() or {}
    config = {name: get_config(f"aws:{name}") for name in SETTINGS}
    return {name: value for name, value in given.items() if value is not None}, {
        name: value for name, value in config.items() if value
    }


async def in_thread(function: Callable[..., T], *arguments: Any) -> T:
    """Returns what a function that waits returns, on a thread of its own.

    Those of the loop are each held by a registration until its hooks have ended, so that with as many registrations a
    hook that needs one of them would be waited for forever.
    """
    return await asyncio.get_running_loop().run_in_executor(_threads(), function, *arguments)


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_THREADS, "tenant-email-hooks")


async def recorded(type_: str) -> dict[str, Props]:
    """Returns the outputs of all resources that the stack's state has, by URN; raises what gRPC raises.

    Their type is this one, or ends in it after a colon, as one of ours does on either face.
    """
    stack = f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
    request = resource_pb2.ResourceInvokeRequest(tok="pulumi:pulumi:readStackResourceOutputs")
    request.args["stackName"] = stack
    monitor: Any = sdk.get_monitor()
    answer = await in_thread(monitor.Invoke, request)
    # what holds a secret anywhere is one as a whole
    state: Props = unwrap_rpc_secret(deserialize_properties(getattr(answer, "return"))["outputs"])
    return {urn: found["outputs"] for urn, found in state.items() if f":{found['type']}".endswith(f":{type_}")}
