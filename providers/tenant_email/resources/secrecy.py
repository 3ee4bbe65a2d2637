"""What of a resource's inputs is secret, for the lifecycle, which sees every value in clear.

Pulumi hides an output only where an input of the same key is secret (docs/architecture.md#fact-4). So a resource whose
inputs hold a secret that its own class does not declare as one, because the user marked it, gets two things more:

- the input `secret_inputs`, the paths of those, so that no message and no id of the lifecycle shows them;
- for each output that repeats one of them an input of the same name that is secret at that place and means nothing, so
  that Pulumi hides the output there too. In a preview it is unknown, as the output is.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, TypeGuard

import pulumi
from pulumi.runtime import is_dry_run

from tenant_email.json_types import is_object, is_sequence
from tenant_email.operations.secret_inputs import SECRET_INPUTS
from tenant_email.platforms.settings import HoldsSecrets
from tenant_email.resources.outputs import always, output_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable, Sequence

    from tenant_email.json_types import Props, PropsView
    from tenant_email.resources.lifecycles import LifecycleReference

_PLACEHOLDER: Final = "[secret]"


def with_marks(
    props: PropsView, lifecycle: LifecycleReference, declared: Iterable[str], ready: Awaitable[None] | None = None
) -> Props:
    """Returns properties with the marks of what the user made secret.

    `declared` are paths that are secret for every user, and that no output repeats; `ready` is awaited first.
    """
    own = _own(props, lifecycle)
    # tasks, not outputs: of each output the SDK makes several, and waits for them until the end of the program
    paths = asyncio.ensure_future(_secret_paths(own, frozenset(declared), ready))
    marks = {output: asyncio.ensure_future(_mark(output, paths, lifecycle, own)) for output in lifecycle.mirrors}
    return {**props, **marks, SECRET_INPUTS: paths}


def sealed(props: PropsView, paths: Iterable[str]) -> Props:
    """Returns properties whose values at these paths are secret, whoever put them there."""
    found = dict(props)
    for path in paths:
        name, *rest = path.split(".")
        found[name] = _sealed(found.get(name), rest)
    return {name: value for name, value in found.items() if name in props}


def _sealed(value: Any, path: Sequence[str]) -> Any:
    if value is None or isinstance(value, HoldsSecrets):
        return value
    if not path:
        return pulumi.Output.secret(value)
    if is_output(value):
        return value.apply(lambda known: pulumi.Output.from_input(_sealed(known, path)))
    name, *rest = path
    return {**value, name: _sealed(value[name], rest)} if is_object(value) and name in value else value


def is_secret(output: pulumi.Output[Any]) -> pulumi.Output[bool]:
    """Returns whether an output is secret."""
    return output_of(output.is_secret())


def _own(props: PropsView, lifecycle: LifecycleReference) -> Props:
    """Returns the properties without the marks."""
    return {name: value for name, value in props.items() if name not in {SECRET_INPUTS, *lifecycle.mirrors}}


async def _secret_paths(
    values: PropsView, declared: frozenset[str], ready: Awaitable[None] | None = None
) -> list[str] | None:
    """Returns the paths of what is secret and not declared so; None where nothing is, which Pulumi leaves out."""
    if ready is not None:
        await ready
    found = [path for name, value in values.items() for path in await _secret_in(value, name)]
    return sorted(set(found) - declared) or None


def is_output(value: object) -> TypeGuard[pulumi.Output[Any]]:
    """Returns whether a value is an Output, of whatever type."""
    return isinstance(value, pulumi.Output)


async def _secret_in(value: Any, path: str) -> list[str]:
    """Returns the paths of the secrets in a value; a secret in a list makes the whole list one, as in Pulumi."""
    found: list[str] = []
    for at, later, in_list in _awaited_in(value, path):
        if is_output(later):
            inside = [at] if await later.is_secret() else await _secret_in(await later.future(), at)
        else:
            inside = await _secret_in(await later, at)
        found += [at] if in_list and inside else inside
    return found


def _awaited_in(value: Any, path: str) -> list[tuple[str, Any, bool]]:
    """Returns what of a value is known only later, each with its path, and whether that is of a list that it is in.

    Most of a resource is plain, and is passed over without a coroutine of its own.
    """
    if isinstance(value, (pulumi.Output, asyncio.Future, HoldsSecrets)):  # a coroutine could not be awaited again
        return [(path, value, False)]
    if is_object(value):
        return [each for name, item in value.items() for each in _awaited_in(item, f"{path}.{name}")]
    if is_sequence(value):
        return [(path, later, True) for item in value for _, later, _ in _awaited_in(item, path)]
    return []


async def _mark(
    output: str, paths: Awaitable[list[str] | None], lifecycle: LifecycleReference, own: PropsView
) -> pulumi.Output[Any] | Props | None:
    """Returns what is secret, and means nothing, where an output repeats a secret; None where it repeats none."""
    secret = await paths
    if not secret:
        return None
    found = [place for path in secret for place in lifecycle.load().output_paths(path, own)]
    places = [place[1:] for place in found if place[0] == output]
    if () in places:
        return _secret_placeholder()
    marks: Props = {}
    for place in sorted(places, key=len, reverse=True):
        at = marks
        for name in place[:-1]:
            at = at.setdefault(name, {})
        at[place[-1]] = _secret_placeholder()
    return marks or None


def _secret_placeholder() -> pulumi.Output[Any]:
    return output_of(always(_PLACEHOLDER), is_known=not is_dry_run(), is_secret=True)
