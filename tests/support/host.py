"""The SDK's own dynamic-provider host, asked over gRPC as an engine asks it, without a whole program."""

from __future__ import annotations

import base64
import os
import sys
from concurrent import futures
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dill
import grpc
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2, provider_pb2_grpc

from embedded_pulumi_engine.processes import Children
from support import warm

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pulumi.dynamic import ResourceProvider

URN = "urn:pulumi:dev::lab::t::n"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""How an engine writes a value that only `up` will know."""


class Host:
    """A running host process."""

    def __init__(self, stub: provider_pb2_grpc.ResourceProviderStub, pid: int) -> None:
        self._stub, self.pid = stub, pid

    def check(
        self, lifecycle: type[ResourceProvider], news: Mapping[str, Any], olds: Mapping[str, Any] | None = None
    ) -> list[str]:
        """Returns the reasons of all check failures."""
        request = provider_pb2.CheckRequest(
            urn=URN, olds=_sent(lifecycle, olds) if olds else None, news=_sent(lifecycle, news)
        )
        failures = self._stub.Check(request).failures
        assert all(not failure.property for failure in failures), "a property would print its value"
        return [failure.reason for failure in failures]

    def diff(
        self, lifecycle: type[ResourceProvider], id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]
    ) -> tuple[bool, list[str]]:
        """Returns (changed, what forces a replacement)."""
        request = provider_pb2.DiffRequest(
            id=id_, urn=URN, olds=_sent(lifecycle, olds), news=_sent(lifecycle, news), old_inputs=_struct({})
        )
        response = _call(self._stub.Diff, request)
        return response.changes == provider_pb2.DiffResponse.DIFF_SOME, list(response.replaces)

    def create(self, lifecycle: type[ResourceProvider], news: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """Creates; returns (id, outputs)."""
        response = _call(self._stub.Create, provider_pb2.CreateRequest(urn=URN, properties=_sent(lifecycle, news)))
        return response.id, _values(response.properties)

    def update(
        self, lifecycle: type[ResourceProvider], id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Updates; returns the outputs."""
        request = provider_pb2.UpdateRequest(id=id_, urn=URN, olds=_sent(lifecycle, olds), news=_sent(lifecycle, news))
        return _values(_call(self._stub.Update, request).properties)

    def read(
        self, lifecycle: type[ResourceProvider], id_: str, outputs: Mapping[str, Any]
    ) -> tuple[str, dict[str, Any]]:
        """Reads; returns (id, outputs), without an id when it is gone."""
        request = provider_pb2.ReadRequest(
            id=id_, urn=URN, properties=_sent(lifecycle, outputs), inputs=_sent(lifecycle, outputs)
        )
        response = _call(self._stub.Read, request)
        return response.id, _values(response.properties)

    def delete(self, lifecycle: type[ResourceProvider], id_: str, outputs: Mapping[str, Any]) -> None:
        """Deletes."""
        _call(self._stub.Delete, provider_pb2.DeleteRequest(id=id_, urn=URN, properties=_sent(lifecycle, outputs)))


class HostOf:
    """A host, asked about one lifecycle."""

    def __init__(self, host: Host, lifecycle: type[ResourceProvider]) -> None:
        self.check = partial(host.check, lifecycle)
        self.diff = partial(host.diff, lifecycle)
        self.create = partial(host.create, lifecycle)
        self.update = partial(host.update, lifecycle)
        self.read = partial(host.read, lifecycle)
        self.delete = partial(host.delete, lifecycle)


class Failed(Exception):
    """Carries what an operation failed with, as a user would read it."""


class Listener(engine_pb2_grpc.EngineServicer):
    """The engine's end: keeps the lines that a host says."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.severities: list[str] = []
        self.urns: list[str] = []

    def Log(self, request: engine_pb2.LogRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:  # noqa: N802 - given
        """Keeps a line."""
        self.lines.append(request.message)
        self.severities.append(engine_pb2.LogSeverity.Name(request.severity))
        self.urns.append(request.urn)
        return empty_pb2.Empty()


@contextmanager
def listening() -> Iterator[tuple[Listener, str]]:
    """Serves a listener; yields it and its address."""
    server, listener = grpc.server(futures.ThreadPoolExecutor(2)), Listener()
    engine_pb2_grpc.add_EngineServicer_to_server(listener, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield listener, f"127.0.0.1:{port}"
    finally:
        server.stop(None).wait()


@contextmanager
def running_host(
    config: Mapping[str, str], environ: Mapping[str, str] | None = None, engine: str = ""
) -> Iterator[Host]:
    """Starts a host and configures it with a stack's config; `engine` is the address of a listener."""
    with serving("pulumi.dynamic", environ, engine) as (stub, pid):
        stub.Configure(provider_pb2.ConfigureRequest(args=_struct(config)))
        yield Host(stub, pid)


@contextmanager
def serving(
    module: str, environ: Mapping[str, str] | None = None, engine: str = ""
) -> Iterator[tuple[provider_pb2_grpc.ResourceProviderStub, int]]:
    """Starts a provider's process, not yet configured; `engine` is the address of a listener. Yields its number too."""
    command = [sys.executable, "-m", module, *([engine] if engine else [])]
    children = Children(warm.start)
    process = children.start(command, Path.cwd(), {**os.environ, **(environ or {})})
    children.relay(process.stderr, partial(print, file=sys.stderr))
    try:
        assert process.stdout
        address = f"127.0.0.1:{process.stdout.readline().strip()}"
        children.relay(process.stdout, print)
        with grpc.insecure_channel(address, options=_GRPC_CHANNEL_OPTIONS) as channel:
            yield provider_pb2_grpc.ResourceProviderStub(channel), process.pid
    finally:
        children.stop()


def _call(method: Any, request: Any) -> Any:
    try:
        return method(request)
    except grpc.RpcError as error:
        raise Failed(error.details() or "") from None


def _sent(lifecycle: type[ResourceProvider], values: Mapping[str, Any]) -> struct_pb2.Struct:
    """Returns properties as a program sends them, with the reference to their lifecycle."""
    provider = base64.b64encode(dill.dumps(lifecycle(), recurse=True)).decode()
    return _struct({**values, "__provider": provider})


def _values(properties: struct_pb2.Struct) -> dict[str, Any]:
    values: dict[str, Any] = json_format.MessageToDict(properties)
    values.pop("__provider", None)
    return values


def _struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    return json_format.ParseDict(dict(values), struct_pb2.Struct())
