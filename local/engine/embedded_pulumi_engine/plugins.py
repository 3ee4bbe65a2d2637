"""Resource plug-ins: processes that serve Pulumi's ResourceProvider protocol."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

import grpc

from embedded_pulumi_engine.diffs import Diff
from embedded_pulumi_engine.messages import errors_pb2, provider_pb2_grpc, status_pb2
from embedded_pulumi_engine.messages import provider_pb2 as pb
from embedded_pulumi_engine.urns import name_of, package_of, type_of
from embedded_pulumi_engine.values import (
    CHANNEL_OPTIONS,
    LOOPBACK,
    RESOURCE,
    SECRET,
    Props,
    Value,
    annotate,
    from_struct,
    has_secret,
    has_unknown,
    reveal,
    seal,
    to_struct,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from google.protobuf import struct_pb2

    from embedded_pulumi_engine.resources import Resource

_CHANGES: Final = {pb.DiffResponse.DIFF_SOME: True, pb.DiffResponse.DIFF_NONE: False}


class PluginError(Exception):
    """A plug-in failed; the text is what it said."""


class UnimplementedError(PluginError):
    """A plug-in lacks a method that not every plug-in needs."""


class InitFailedError(PluginError):
    """A plug-in created an object, and failed afterwards: the object exists, and belongs in the state."""

    def __init__(self, id_: str, outputs: Props, reasons: Sequence[str]) -> None:
        super().__init__("\n".join(reasons))
        self.id, self.outputs, self.reasons = id_, outputs, tuple(reasons)


@dataclass(frozen=True)
class CheckFailure:
    """A property that a check refused; the property may be empty."""

    property: str
    reason: str


@dataclass(frozen=True)
class Checked:
    """What a check made of the inputs."""

    inputs: Props = field(repr=False)
    failures: tuple[CheckFailure, ...] = ()


@dataclass(frozen=True)
class Live:
    """What a read found; an empty id means that the object is gone, `inputs` None that they are as recorded."""

    id: str
    outputs: Props = field(repr=False)
    inputs: Props | None = field(repr=False)


class Host(Protocol):
    """Who serves the lifecycle of a resource: a plug-in, or the registry for provider resources."""

    def check(self, urn: str, olds: Props | None, news: Props) -> Checked:
        """Validates inputs and fills in defaults."""
        ...

    def diff(self, old: Resource, news: Props, ignore: Sequence[str]) -> Diff:
        """Compares a recorded resource with new inputs."""
        ...

    def create(self, new: Resource, *, preview: bool) -> tuple[str, Props]:
        """Creates the object; returns its id and outputs."""
        ...

    def update(self, old: Resource, new: Resource, *, preview: bool) -> Props:
        """Changes the object; returns its outputs."""
        ...

    def delete(self, old: Resource) -> None:
        """Deletes the object."""
        ...


class ResourcePlugin(Host, Protocol):
    """What serves a package: a process, or the engine itself."""

    def check_config(self, urn: str, olds: Props, news: Props) -> Checked:
        """Validates a provider's configuration."""
        ...

    def diff_config(self, old: Resource, news: Props) -> Diff:
        """Compares a provider's configurations."""
        ...

    def configure(self, urn: str, identifier: str, inputs: Props) -> None:
        """Takes the configuration."""
        ...

    def read(self, old: Resource, *, inputs: bool = True) -> Live:
        """Reads the object."""
        ...

    def invoke(self, token: str, arguments: Props) -> tuple[Props, tuple[CheckFailure, ...]]:
        """Calls a function."""
        ...

    def construct(self, request: pb.ConstructRequest) -> pb.ConstructResponse:
        """Registers a component and its children."""
        ...

    def close(self) -> None:
        """Ends the connection."""
        ...


class Plugin:
    """The connection to one plug-in process."""

    def __init__(self, port: int) -> None:
        self._channel = grpc.insecure_channel(f"{LOOPBACK}:{port}", options=CHANNEL_OPTIONS)
        self._stub: Any = provider_pb2_grpc.ResourceProviderStub(self._channel)
        self._known = False
        self._secrets = self._previews = False
        self._opened = frozenset({SECRET, RESOURCE})

    def check_config(self, urn: str, olds: Props, news: Props) -> Checked:
        """Validates a provider's configuration; a plug-in without such a check accepts it as it is."""
        request = pb.CheckRequest(olds=to_struct(olds, {SECRET}), news=to_struct(news, {SECRET}))
        try:
            response = _call(self._stub.CheckConfig, request, urn)
        except UnimplementedError:
            return Checked(news)
        return Checked(annotate(from_struct(response.inputs), news), _failures(response.failures))

    def diff_config(self, old: Resource, news: Props) -> Diff:
        """Compares a provider's configurations; without such a comparison any difference is an update."""
        request = pb.DiffRequest(
            id=old.id,
            olds=to_struct(old.outputs, {SECRET}),
            old_inputs=to_struct(old.inputs, {SECRET}),
            news=to_struct(news, {SECRET}),
        )
        try:
            return _diff(_call(self._stub.DiffConfig, request, old.urn))
        except UnimplementedError:
            return Diff(changes=None)

    def configure(self, urn: str, identifier: str, inputs: Props) -> None:
        """Hands over the configuration; while part of it is unknown, in a preview, the plug-in is not called at all."""
        self._known = not has_unknown(inputs)
        if not self._known:
            return
        package = package_of(type_of(urn))
        variables = {f"{package}:config:{k}": _as_text(reveal(v)) for k, v in inputs.items() if k != "version"}
        request = pb.ConfigureRequest(
            id=identifier,
            args=to_struct(inputs),
            variables=variables,
            acceptSecrets=True,
            acceptResources=True,
            sends_old_inputs=True,
            sends_old_inputs_to_delete=True,
        )
        response = _call(self._stub.Configure, request, urn)
        self._secrets, self._previews = response.acceptSecrets, response.supportsPreview
        accepted = {SECRET: response.acceptSecrets, RESOURCE: response.acceptResources}
        self._opened = frozenset(signature for signature, accepts in accepted.items() if not accepts)

    def check(self, urn: str, olds: Props | None, news: Props) -> Checked:
        """Validates inputs and fills in defaults."""
        if not self._known:
            return Checked(news)
        seed = hashlib.sha256(urn.encode()).digest()
        request = pb.CheckRequest(olds=self._wire(olds or {}), news=self._wire(news), randomSeed=seed)
        response = _call(self._stub.Check, request, urn)
        return Checked(self._annotate(from_struct(response.inputs), news), _failures(response.failures))

    def diff(self, old: Resource, news: Props, ignore: Sequence[str]) -> Diff:
        """Compares a recorded resource with new inputs; an unconfigured plug-in makes every resource an update."""
        if not self._known:
            return Diff(changes=True)
        request = pb.DiffRequest(
            id=old.id,
            olds=self._wire(old.outputs),
            old_inputs=self._wire(old.inputs),
            news=self._wire(news),
            ignoreChanges=ignore,
        )
        return _diff(_call(self._stub.Diff, request, old.urn))

    def create(self, new: Resource, *, preview: bool) -> tuple[str, Props]:
        """Creates the object; a plug-in without previews is not asked for one, the inputs stand for the outputs."""
        if preview and not (self._known and self._previews):
            return "", new.inputs if self._known else {}
        request = pb.CreateRequest(properties=self._wire(new.inputs), timeout=_timeout(new, "create"), preview=preview)
        try:
            response = _call(self._stub.Create, request, new.urn)
        except InitFailedError as error:
            error.outputs = self._annotate(error.outputs, new.inputs)
            raise
        if not (response.id or preview):
            raise PluginError("provider did not return an ID from Create")
        return response.id, self._annotate(from_struct(response.properties), new.inputs)

    def update(self, old: Resource, new: Resource, *, preview: bool) -> Props:
        """Changes the object."""
        if preview and not (self._known and self._previews):
            return new.inputs if self._known else {}
        request = pb.UpdateRequest(
            id=old.id,
            olds=self._wire(old.outputs),
            old_inputs=self._wire(old.inputs),
            news=self._wire(new.inputs),
            ignoreChanges=new.ignore_changes,
            timeout=_timeout(new, "update"),
            preview=preview,
        )
        return self._annotate(from_struct(_call(self._stub.Update, request, new.urn).properties), new.inputs)

    def delete(self, old: Resource) -> None:
        """Deletes the object."""
        request = pb.DeleteRequest(
            id=old.id,
            properties=self._wire(old.outputs),
            old_inputs=self._wire(old.inputs),
            timeout=_timeout(old, "delete"),
        )
        _call(self._stub.Delete, request, old.urn)

    def read(self, old: Resource, *, inputs: bool = True) -> Live:
        """Reads the object; without `inputs` it is one that the program only looks up."""
        request = pb.ReadRequest(
            id=old.id, properties=self._wire(old.outputs), inputs=self._wire(old.inputs) if inputs else None
        )
        response = _call(self._stub.Read, request, old.urn)
        found = self._annotate(from_struct(response.inputs), old.inputs) if response.HasField("inputs") else None
        return Live(response.id, self._annotate(from_struct(response.properties), old.outputs), found)

    def invoke(self, token: str, arguments: Props) -> tuple[Props, tuple[CheckFailure, ...]]:
        """Calls a function; secret arguments make every result secret."""
        if not self._known:
            return {}, ()
        response = _call(self._stub.Invoke, pb.InvokeRequest(tok=token, args=self._wire(arguments)))
        results = from_struct(getattr(response, "return"))
        if has_secret(arguments) and not self._secrets:
            results = {key: seal(value) for key, value in results.items()}
        return results, _failures(response.failures)

    def construct(self, request: pb.ConstructRequest) -> pb.ConstructResponse:
        """Has the plug-in register a component and its children; raises PluginError."""
        response: pb.ConstructResponse = _call(self._stub.Construct, request)
        return response

    def close(self) -> None:
        """Ends the connection; the process is ended by whoever started it."""
        self._channel.close()

    def _wire(self, props: Props) -> struct_pb2.Struct:
        return to_struct(props, self._opened)

    def _annotate(self, outputs: Props, inputs: Props) -> Props:
        return outputs if self._secrets else annotate(outputs, inputs)


def _call(method: Callable[[Any], Any], request: Any, urn: str = "") -> Any:
    """Calls a plug-in about a resource; raises PluginError."""
    if urn:
        request.urn, request.name, request.type = urn, name_of(urn), type_of(urn)
    try:
        return method(request)
    except grpc.RpcError as error:
        if partial := _read_init_failure(error):
            raise partial from None
        kind = UnimplementedError if error.code() is grpc.StatusCode.UNIMPLEMENTED else PluginError
        raise kind(_read_input_errors(error) or error.details() or error.code().name) from None


def _read_init_failure(error: grpc.RpcError) -> InitFailedError | None:
    for detail in _details(error):
        found = pb.ErrorResourceInitFailed()
        if detail.Unpack(found):
            return InitFailedError(found.id, from_struct(found.properties), found.reasons)
    return None


def _read_input_errors(error: grpc.RpcError) -> str:
    """Returns what is wrong with a component's inputs, a line or more each."""
    found = errors_pb2.InputPropertiesError()
    listed = [each for detail in _details(error) if detail.Unpack(found) for each in found.errors]
    return "\n".join(f"{each.property_path}: {each.reason}" if each.property_path else each.reason for each in listed)


def _details(error: grpc.RpcError) -> list[Any]:
    """Returns the details of an error: a google.rpc.Status in the metadata that gRPC reserves for it has them."""
    metadata: Any = error.trailing_metadata() or ()
    statuses = [status_pb2.Status.FromString(value) for key, value in metadata if key == "grpc-status-details-bin"]
    return [detail for status in statuses for detail in status.details]


def _diff(response: pb.DiffResponse) -> Diff:
    detailed = response.detailedDiff
    replaces = [p for p, d in detailed.items() if pb.PropertyDiff.Kind.Name(d.kind).endswith("_REPLACE")]
    return Diff(
        changes=_CHANGES.get(response.changes),
        replaces=tuple(dict.fromkeys((*response.replaces, *replaces))),
        changed=tuple(dict.fromkeys((*response.diffs, *detailed))),
        delete_before_replace=response.deleteBeforeReplace,
    )


def _failures(found: Sequence[pb.CheckFailure]) -> tuple[CheckFailure, ...]:
    return tuple(CheckFailure(failure.property, failure.reason) for failure in found)


def _as_text(value: Value) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _timeout(resource: Resource, operation: str) -> float:
    return float(resource.extra.get("customTimeouts", {}).get(operation, 0))
