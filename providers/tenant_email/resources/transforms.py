"""Keeps what is secret a secret where a transform of the program changes a resource.

Transforms run after a resource is marked, in the engine's order: its own, its parents', the stack's. One may make an
input secret, which no output that repeats it would be, put a secret where ours was without marking it, or give options
of its own in place of those that hide outputs.
So a transform of ours follows, once the program has any: a callback for each resource is nothing to pay for in others.

It is not one of the SDK's: those get an object with a secret inside as a secret whole, and would hide the rest of it.
"""

from __future__ import annotations

import asyncio
from copy import deepcopy
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4
from weakref import WeakKeyDictionary

import pulumi

# The SDK has no other way to tell whether a program has transforms, and none to answer one in the engine's own words.
from pulumi.runtime._callbacks import _CallbackServicer  # pyright: ignore[reportPrivateUsage]
from pulumi.runtime.proto import callback_pb2, resource_pb2
from pulumi.runtime.rpc import (
    UNKNOWN,
    _special_output_value_sig,  # pyright: ignore[reportPrivateUsage]
    _special_secret_sig,  # pyright: ignore[reportPrivateUsage]
    _special_sig_key,  # pyright: ignore[reportPrivateUsage]
    serialize_properties,
)
from pulumi.runtime.settings import _get_callbacks, get_monitor  # pyright: ignore[reportPrivateUsage]

from tenant_email.json_types import is_object, is_sequence
from tenant_email.operations.secret_inputs import SECRET_INPUTS
from tenant_email.platforms.settings import secret_paths
from tenant_email.resources.outputs import always, output_of
from tenant_email.resources.secrecy import with_marks

if TYPE_CHECKING:
    from collections.abc import Iterable, MutableMapping, Sequence

    from google.protobuf import struct_pb2

    from tenant_email.resources.lifecycles import LifecycleReference


@dataclass(frozen=True)
class Secrecy:
    """What of a resource is secret for every user."""

    lifecycle: LifecycleReference
    inputs: frozenset[str]
    """Paths of inputs that no output repeats."""
    outputs: frozenset[str]

    @property
    def paths(self) -> frozenset[str]:
        """The paths of all inputs that are secret, whatever kind of settings a transform has made of them."""
        return self.inputs | secret_paths()

    def in_common(self, other: Secrecy) -> Secrecy:
        """Returns what two resources of one type and name hide: a path too many in the marks does no harm."""
        return Secrecy(self.lifecycle, self.inputs & other.inputs, self.outputs | other.outputs)


@dataclass
class _Run:
    """What one run of a program hides, by type and name: a transform is told no more of a resource."""

    names: dict[tuple[str, str], Secrecy] = field(default_factory=dict[tuple[str, str], Secrecy])
    following: asyncio.Future[None] | None = None


_runs: WeakKeyDictionary[Any, _Run] = WeakKeyDictionary()
"""By the connection to the engine, of which each run has one."""


def with_secret_outputs(opts: pulumi.ResourceOptions, names: Iterable[str]) -> pulumi.ResourceOptions:
    """Returns options by which these outputs are secret, in addition to those that the user names."""
    missing = sorted(set(names) - set(opts.additional_secret_outputs or ()))
    if not missing:
        return opts
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(additional_secret_outputs=missing))


def remember(type_: str, name: str, secrecy: Secrecy) -> None:
    """Notes what a resource hides."""
    names = _run().names
    before = names.get((type_, name))
    names[type_, name] = secrecy if before is None else secrecy.in_common(before)


async def follow(opts: pulumi.ResourceOptions) -> None:
    """Has our transform follow those of the program, before a resource with these options is registered."""
    if opts.parent is not None:
        await opts.parent.urn.future()  # its transforms are known by then
    run = _run()
    if run.following is None and (opts.transforms or _has_transforms()):
        run.following = asyncio.ensure_future(_register(run))
    if run.following is not None:
        await run.following


def _run() -> _Run:
    return _runs.setdefault(get_monitor(), _Run())


def _has_transforms() -> bool:
    """Returns whether the program has transforms: the SDK keeps them, with its hooks, in a server of this loop."""
    loop = asyncio.get_running_loop()
    servers: list[Any] = _CallbackServicer._servicers  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    return any(each._transforms for each in servers if each._loop is loop)  # noqa: SLF001


async def _register(run: _Run) -> None:
    server: Any = await _get_callbacks()
    token = str(uuid4())
    server._callbacks[token] = partial(_keep_secrets, run)  # noqa: SLF001
    callback = callback_pb2.Callback(token=token, target=server._target)  # noqa: SLF001
    register: Any = get_monitor()
    await asyncio.get_running_loop().run_in_executor(None, register.RegisterStackTransform, callback)


async def _keep_secrets(run: _Run, message: bytes) -> resource_pb2.TransformResponse:
    """Marks what the transforms before made secret, and hides what they would show."""
    from google.protobuf import json_format  # noqa: PLC0415 - of no use to a program without transforms

    request = resource_pb2.TransformRequest.FromString(message)
    answer = resource_pb2.TransformResponse(properties=request.properties, options=request.options)
    secrecy = run.names.get((request.type, request.name))
    if secrecy is None:
        return answer
    marks = (SECRET_INPUTS, *secrecy.lifecycle.mirrors)
    given = _with_outputs(json_format.MessageToDict(request.properties))
    marked = with_marks(given, secrecy.lifecycle, secrecy.paths)
    found = await serialize_properties({name: marked[name] for name in marks}, {})
    fields = cast("MutableMapping[str, struct_pb2.Value]", answer.properties.fields)
    for name in marks:
        fields.pop(name, None)
        if name in found.fields:
            answer.properties.fields[name].CopyFrom(found.fields[name])
    for path in secrecy.paths:
        _seal(fields, path.split("."))
    missing = secrecy.outputs - set(request.options.additional_secret_outputs)
    answer.options.additional_secret_outputs.extend(sorted(missing))
    return answer


def _seal(fields: MutableMapping[str, struct_pb2.Value], path: Sequence[str]) -> None:
    """Makes the value at a path secret, where there is one, and leaves what it depends on."""
    name, *rest = path
    if name not in fields or fields[name].HasField("null_value"):
        return
    parts = cast("MutableMapping[str, struct_pb2.Value]", fields[name].struct_value.fields)
    signature = parts[_special_sig_key].string_value if _special_sig_key in parts else ""
    if signature == _special_secret_sig:
        return
    if signature == _special_output_value_sig and not rest:
        parts["secret"].bool_value = True
    elif signature == _special_output_value_sig:
        _seal(parts, ["value", *rest])
    elif rest:
        _seal(parts, rest)
    else:
        clear = deepcopy(fields[name])
        fields[name].struct_value[_special_sig_key] = _special_secret_sig
        fields[name].struct_value.fields["value"].CopyFrom(clear)


def _with_outputs(value: Any) -> Any:
    """Returns what the engine sent with an Output for each value that is secret or unknown."""
    if is_object(value):
        signature = value.get(_special_sig_key)
        if signature in (_special_secret_sig, _special_output_value_sig):
            is_secret = signature == _special_secret_sig or bool(value.get("secret"))
            return output_of(always(_with_outputs(value.get("value", UNKNOWN))), is_secret=is_secret)
        return {name: _with_outputs(each) for name, each in value.items()}
    if is_sequence(value):
        return [_with_outputs(each) for each in value]
    return output_of(always(None), is_known=False) if value == UNKNOWN else value
