"""The provider's own inputs, written as in a stack's config: which tenants there are, and how AWS is reached."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Final

from google.protobuf import struct_pb2
from pulumi.runtime import rpc
from pulumi.runtime.proto import provider_pb2 as pb

from tenant_email import package_schema as schema
from tenant_email import platforms
from tenant_email.errors import InvalidSettings, Problem
from tenant_email.inputs.spelling import nearest, one_of
from tenant_email.inputs.unknowns import UNKNOWN
from tenant_email.inputs.unusable_values import read_json
from tenant_email.json_types import is_list, is_object
from tenant_email.operations import operation
from tenant_email.plugin import wire
from tenant_email.plugin.values import decode, encode
from tenant_email.tenants.connections import CONFIG_KEY, Connections

if TYPE_CHECKING:
    from tenant_email.json_types import Json, Props, PropsView

_TENANTS: Final = "tenants"
_AWS: Final = "aws"


def check(request: pb.CheckRequest) -> pb.CheckResponse:
    """Validates the provider's inputs, each tenant's entry among them, as far as they are known."""
    given = decode(request.news, {})
    given.props = {name: _opened(value) for name, value in given.props.items()}
    tenants = _tenant_problems(given.props.get(_TENANTS), are_explicit=_is_explicit(request.urn))
    problems = [*_unknown_inputs(given.props), *tenants]
    # without a property, because the engine would print what stands there
    failures = [pb.CheckFailure(reason=str(problem)) for problem in problems]
    return pb.CheckResponse(inputs=encode(given.props, schema.config(), given.marked), failures=failures)


def diff(request: pb.DiffRequest) -> pb.DiffResponse:
    """Compares the provider's inputs: nothing replaces a resource here, for its id says in which tenant it is.

    So a resource may come from another provider too, such as that of the dynamic resources.
    """
    before = decode(request.old_inputs if request.HasField("old_inputs") else request.olds, {}).props
    same = {**before, "version": None} == {**decode(request.news, {}).props, "version": None}
    return pb.DiffResponse(changes=pb.DiffResponse.DIFF_NONE if same else pb.DiffResponse.DIFF_SOME)


def configure(request: pb.ConfigureRequest) -> pb.ConfigureResponse:
    """Keeps the inputs where the lifecycles look for a stack's config."""
    given = decode(request.args, {}).props
    aws = _as_json(given.get(_AWS))
    values: Props = {CONFIG_KEY: given.get(_TENANTS)}
    values |= {f"aws:{name}": value for name, value in (aws if is_object(aws) else {}).items()}
    operation.current().configure(lambda key: _as_text(values.get(key)), are_explicit=_is_explicit(request.urn))
    return pb.ConfigureResponse(acceptSecrets=True, supportsPreview=True, acceptResources=True, acceptOutputs=True)


def _opened(value: Json) -> Json:
    """Returns an input; one whose JSON text holds secrets and unknowns in the wire's own words as what they stand for.

    The SDKs of Java and .NET write objects so. To an engine, which configures no provider that has an unknown, the text
    would be known.
    """
    if not isinstance(value, str) or not (wire.SIGNATURE in value or rpc.UNKNOWN in value):
        return value
    text = struct_pb2.Struct()
    try:
        text.update({"read": read_json(value)})
    except ValueError:
        return value
    read = decode(text, {}).props.get("read")
    return read if _is_known(read) else UNKNOWN


def _unknown_inputs(given: PropsView) -> list[Problem]:
    known = list(schema.config())
    odd = [name for name in given if name not in {*known, "version", "pluginDownloadURL"}]
    return [Problem(name, "is no input of the provider", nearest(name, known)) for name in odd]


def _is_explicit(urn: str) -> bool:
    """Returns whether the program made this provider; the engine's own has a name that begins with `default`."""
    return bool(urn) and not urn.rpartition("::")[2].startswith("default")


def _tenant_problems(given: Json, *, are_explicit: bool) -> list[Problem]:
    """Returns what is wrong with the entries; none while a part of them is not known."""
    if given is None or not _is_known(given):
        return []
    entries = _as_json(given)
    if not is_object(entries) or not all(is_object(each) for each in entries.values()):
        return [Problem(_TENANTS, "must be a map of tenants", "Write it as {main: {platform: …, url: …}}.")]
    specs = platforms.connection_specs()
    connections = Connections(json.dumps(entries), os.environ, specs, are_explicit=are_explicit)
    return [problem for name, entry in entries.items() for problem in _entry_problems(connections, name, entry)]


def _entry_problems(connections: Connections, name: str, entry: PropsView) -> tuple[Problem, ...]:
    specs, platform = platforms.connection_specs(), entry.get("platform")
    if platform is None:  # a resource that names the tenant says of which platform it is
        return ()
    if not isinstance(platform, str) or platform not in specs:
        remedy = one_of(str(platform), specs)
        return (Problem(f"{_TENANTS}.{name}.platform", f"{platform!r} is not a platform", remedy),)
    try:
        connections.get(name, platform)
    except InvalidSettings as error:
        return error.problems
    return ()


def _is_known(value: Json) -> bool:
    parts = value.values() if is_object(value) else value if is_list(value) else ()
    return value is not UNKNOWN and all(map(_is_known, parts))


def _as_json(value: Json) -> Json:
    """Returns an object that came as JSON text, as programs in some languages send it."""
    if not isinstance(value, str):
        return value
    try:
        return read_json(value)
    except ValueError:
        return value


def _as_text(value: Json) -> str | None:
    """Returns a value as a stack's config holds it: a map as JSON text."""
    return value if value is None or isinstance(value, str) else json.dumps(value)
