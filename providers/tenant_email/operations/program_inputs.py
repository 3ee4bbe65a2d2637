"""The inputs of what exists, as a program would write them: no default that says nothing, no secret. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenant_email.inputs.model import parse
from tenant_email.json_types import is_list, is_object
from tenant_email.redaction.secrets import Secret

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from tenant_email.inputs.model import Model
    from tenant_email.json_types import Json, Props, PropsView

Path = tuple[str, ...]


def without_defaults(model: type[Model], values: PropsView, keep: Collection[str] = ()) -> Props:
    """Returns the values without each one that the model reads the same when it is left out, also inside of objects.

    That is asked of the model itself: a default may depend on another value, as a TLS setting does on the port.
    `keep` names those that stay whatever they say.
    """
    shortest, meaning = dict(values), _meaning(model, values)
    for path in _paths(values):
        if path[0] not in keep and _meaning(model, shorter := _without(shortest, path)) == meaning:
            shortest = shorter
    return shortest


def without_empty(model: type[Model], values: PropsView) -> Props:
    """Returns the values without empty texts that a program may omit: the tenant shows them where nothing is set."""
    fields = model.model_fields
    return {
        name: value for name, value in values.items() if value != "" or (name in fields and fields[name].is_required())
    }


def without_secrets(values: PropsView) -> Props:
    """Returns the values that are there, without any that holds a secret."""
    return {name: value for name, value in values.items() if value is not None and not _holds_secret(value)}


def as_written(read: PropsView, written: PropsView, defaults: PropsView) -> Props:
    """Returns inputs as they were read, without the defaults that the ones that were `written` do not mention.

    Shown, they would be a difference to a program that goes on leaving them out.
    """
    return {
        name: value
        for name, value in read.items()
        if name in written or name not in defaults or defaults[name] != value
    }


def _meaning(model: type[Model], values: PropsView) -> tuple[Props, list[str]]:
    found, problems = parse(model, values)
    return found.to_props(), [str(problem) for problem in problems]


def _paths(values: PropsView) -> Iterator[Path]:
    """Yields the paths of all values, those inside of an object after it."""
    for name, value in values.items():
        yield (name,)
        if is_object(value):
            yield from ((name, *rest) for rest in _paths(value))


def _without(values: PropsView, path: Path) -> Props:
    """Returns the values without the one at a path."""
    name, *rest = path
    if not rest or not is_object(inner := values.get(name)):
        return {each: value for each, value in values.items() if each != name}
    return {**values, name: _without(inner, tuple(rest))}


def _holds_secret(value: Json) -> bool:
    if is_object(value):
        return any(map(_holds_secret, value.values()))
    return isinstance(value, Secret) or (is_list(value) and any(map(_holds_secret, value)))
