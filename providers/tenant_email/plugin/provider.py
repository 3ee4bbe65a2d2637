"""What the engine asks of the plug-in about a resource, and what the lifecycles answer: no gRPC, and no thread."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Final

from pulumi.runtime.proto import provider_pb2 as pb

from tenant_email import package_schema as schema
from tenant_email.errors import NOTHING_RECORDED
from tenant_email.inputs.unknowns import UNKNOWN
from tenant_email.inputs.unusable_values import drop_unusable
from tenant_email.operations import engine_request, steps
from tenant_email.operations.program_inputs import as_written
from tenant_email.operations.secret_inputs import SECRET_INPUTS
from tenant_email.package_schema.names import camel, snake
from tenant_email.plugin import computed, detailed_diff
from tenant_email.plugin.defaults import with_defaults
from tenant_email.plugin.values import UNUSABLE, Decoded, decode, encode
from tenant_email.plugin.words import in_schema_words
from tenant_email.resources import lifecycles

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from google.protobuf import struct_pb2

    from tenant_email.errors import Problem
    from tenant_email.json_types import Props, PropsView
    from tenant_email.operations.lifecycle import Lifecycle

Request = pb.CheckRequest | pb.DiffRequest | pb.CreateRequest | pb.ReadRequest | pb.UpdateRequest | pb.DeleteRequest

_SUFFIX: Final = "Lifecycle"
_PLAIN: Final = ("boolean", "integer", "number")  # types of which no value is a secret
_REFERENCES: Final = {
    schema.token(reference.name.removesuffix(_SUFFIX)): reference
    for reference in vars(lifecycles).values()
    if isinstance(reference, lifecycles.LifecycleReference)
}


class UnknownTypeError(Exception):
    """The plug-in has no resource of this type; the text is what the user is told."""


class PartlyCreatedError(Exception):
    """What the engine records although a creation failed; the text is what the user is told."""

    def __init__(
        self, found: steps.UnconfirmedCreationError, outputs: struct_pb2.Struct, inputs: struct_pb2.Struct
    ) -> None:
        note = "It is recorded as created in part: the next `pulumi up` goes on with it."
        told = in_schema_words(str(found.error)).replace(NOTHING_RECORDED, note)
        super().__init__(told if note in told else f"{told}\n{note}")
        self.error = found.error
        self.recorded = pb.ErrorResourceInitFailed(id=found.id, properties=outputs, reasons=[str(self)], inputs=inputs)


@cache
def lifecycle_of(token: str) -> Lifecycle:
    """Returns the one lifecycle of a type; raises UnknownTypeError."""
    try:
        return _REFERENCES[token].load()
    except KeyError:
        if token not in schema.load()["resources"]:
            raise UnknownTypeError(f"there is no resource type {token}") from None
        what = f"{token} is a component, of which there is nothing to import"
        raise UnknownTypeError(f"{what}\nSet its onExisting to adopt, which takes over what is there.") from None


def check(request: pb.CheckRequest) -> pb.CheckResponse:
    """Validates inputs; returns them with every secret of the schema marked."""
    with _about(request) as (token, lifecycle):
        inputs = schema.inputs_of(token)
        recorded, desired = decode(request.olds, schema.properties_of(token)), decode(request.news, inputs)
        desired.props = with_defaults(token, request.urn, lifecycle, desired.props)
        fit, unfit = drop_unusable(desired.props, remedies=UNUSABLE)
        problems = steps.check(lifecycle, _marked(recorded), _marked(Decoded(fit, desired.marked)), unfit)
    # as they came, where what came cannot be written again
    checked = request.news if unfit else encode(desired.props, inputs, desired.marked)
    return pb.CheckResponse(inputs=checked, failures=_failures(problems, inputs))


def diff(request: pb.DiffRequest) -> pb.DiffResponse:
    """Compares recorded properties with inputs."""
    with _about(request) as (token, lifecycle):
        declared = schema.properties_of(token)
        recorded, desired = decode(request.olds, declared), decode(request.news, declared)
        if request.old_inputs.fields:
            _keep_unsaid(lifecycle, decode(request.old_inputs, declared), recorded, desired)
        changed, replaces = steps.diff(lifecycle, request.id, _marked(recorded), _marked(desired))
        before = lifecycle.recorded_inputs(recorded.props)
    # what is marked secret otherwise now is recorded anew, without a call
    if not changed and {path for path in recorded.marked if path[0] in lifecycle.inputs} == set(desired.marked):
        return pb.DiffResponse(changes=pb.DiffResponse.DIFF_NONE)
    found = detailed_diff.compare(before, desired.props, declared, replaces)
    return pb.DiffResponse(
        changes=pb.DiffResponse.DIFF_SOME,
        replaces=list(map(camel, replaces)),
        diffs=list(dict.fromkeys(path.partition(".")[0].partition("[")[0] for path in found)),
        detailedDiff=found,
        hasDetailedDiff=bool(found),
    )


def create(request: pb.CreateRequest) -> pb.CreateResponse:
    """Creates; in a preview the outputs are unknown."""
    with _about(request) as (token, lifecycle):
        declared = schema.properties_of(token)
        desired = decode(request.properties, declared)
        if request.preview:
            return pb.CreateResponse(properties=_foreseen(token, lifecycle, desired))
        try:
            id_, outputs = steps.create(lifecycle, _marked(desired))
        except steps.UnconfirmedCreationError as unconfirmed:
            known = _outputs(token, lifecycle, unconfirmed.outputs, desired)
            inputs = encode(desired.props, schema.inputs_of(token), desired.marked)
            raise PartlyCreatedError(unconfirmed, known, inputs) from None
        return pb.CreateResponse(id=id_, properties=_outputs(token, lifecycle, outputs, desired))


def update(request: pb.UpdateRequest) -> pb.UpdateResponse:
    """Updates; in a preview the outputs are unknown."""
    with _about(request) as (token, lifecycle):
        declared = schema.properties_of(token)
        recorded, desired = decode(request.olds, declared), decode(request.news, declared)
        if request.preview:
            return pb.UpdateResponse(properties=_foreseen(token, lifecycle, desired))
        outputs = steps.update(lifecycle, request.id, _marked(recorded), _marked(desired))
        return pb.UpdateResponse(properties=_outputs(token, lifecycle, outputs, desired))


def read(request: pb.ReadRequest) -> pb.ReadResponse:
    """Reads what is recorded; without a record it is an import, or a look at what the program does not own."""
    with _about(request) as (token, lifecycle):
        declared = schema.properties_of(token)
        recorded, written = decode(request.properties, declared), decode(request.inputs, declared)
        marked = Decoded(recorded.props, [*recorded.marked, *written.marked])
        if recorded.props:
            found = steps.read(lifecycle, request.id, _marked(marked))
        else:
            found = steps.import_(lifecycle, request.id)
        if found is None:
            return pb.ReadResponse()
        inputs, outputs = found
        if written.props:  # what an import left out of them would look like somebody's change
            inputs = as_written(inputs, written.props, recorded.props)
        # A check fills in what a program need not write, so that the record of an import has to hold it too; the inputs
        # have not, because a program is made of them.
        whole = outputs if recorded.props else with_defaults(token, request.urn, lifecycle, outputs)
        return pb.ReadResponse(
            id=request.id,
            properties=_outputs(token, lifecycle, whole, marked),
            inputs=encode(inputs, declared, marked.marked),
        )


def delete(request: pb.DeleteRequest) -> None:
    """Deletes."""
    with _about(request) as (token, lifecycle):
        recorded = decode(request.properties, schema.properties_of(token))
        steps.delete(lifecycle, request.id, _marked(recorded))


@contextmanager
def _about(request: Request) -> Generator[tuple[str, Lifecycle]]:
    """Has what is said stand under the resource of a request; yields its type and lifecycle."""
    # of the URN, because engines of before 2025 do not send the type
    token = request.urn.split("::")[2].rpartition("$")[2]
    with engine_request.answering(request):
        yield token, lifecycle_of(token)


def _keep_unsaid(lifecycle: Lifecycle, written: Decoded, recorded: Decoded, desired: Decoded) -> None:
    """Has desired say what neither it nor the inputs before say, as it is recorded.

    So a refresh right after an import: it compares inputs that no check has filled in.
    """
    unsaid = recorded.props.keys() & lifecycle.inputs - written.props.keys() - desired.props.keys()
    desired.props |= {name: recorded.props[name] for name in unsaid}
    desired.marked += [path for path in recorded.marked if path[0] in unsaid]


def _marked(decoded: Decoded) -> Props:
    """Returns properties with the marks of what the user made secret, as a lifecycle reads them."""
    return {**decoded.props, SECRET_INPUTS: decoded.marked_paths}


def _outputs(type_token: str, lifecycle: Lifecycle, outputs: Props, given: Decoded) -> struct_pb2.Struct:
    """Writes what a step recorded; secret where an input was, and where an output repeats it."""
    name, places = schema.name_of(type_token), [*given.marked]
    for path in given.marked_paths:
        places += lifecycle.output_paths(path, given.props)
    whole = computed.add(name, outputs)
    return encode(whole, schema.properties_of(type_token), [*places, *computed.repeating(name, places)])


def _foreseen(type_token: str, lifecycle: Lifecycle, desired: Decoded) -> struct_pb2.Struct:
    """Writes what a preview knows of a step's outputs: the inputs, and that the rest is not known yet."""
    declared, inputs = schema.properties_of(type_token), schema.inputs_of(type_token)
    unknown = {snake(name): UNKNOWN for name in declared if name not in inputs}
    return _outputs(type_token, lifecycle, {**unknown, **desired.props}, desired)


def _failures(problems: list[Problem], inputs: PropsView) -> Iterator[pb.CheckFailure]:
    """Returns problems at their properties, as far as the engine may show what stands there."""
    for problem in problems:
        # The engine prints the value of a property that it knows by this very name, secrets and objects included, so
        # that those are named in the text alone; of one within another it knows the path and no value.
        path = property_path(problem.path)
        top = re.split(r"[.\[]", path)[0]
        shown = top in inputs and (path != top or inputs[top].get("type") in _PLAIN)
        told = replace(problem, path="") if shown else problem
        yield pb.CheckFailure(property=path if shown else "", reason=in_schema_words(str(told)))


def property_path(path: str) -> str:
    """Returns the path of an input, such as `further_domains.0`, as Pulumi writes it."""
    return re.sub(r"\.(\d+)", r"[\1]", in_schema_words(path))
