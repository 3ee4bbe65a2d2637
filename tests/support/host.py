"""The SDK's own dynamic-provider host, asked over gRPC as an engine asks it: Check without a whole program."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import dill
import grpc
from google.protobuf import json_format, struct_pb2
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pulumi.dynamic import ResourceProvider

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""How an engine writes a value that only `up` will know."""


class Host:
    """A running host process."""

    def __init__(self, stub: provider_pb2_grpc.ResourceProviderStub) -> None:
        self._stub = stub

    def check(
        self, lifecycle: type[ResourceProvider], news: Mapping[str, Any], olds: Mapping[str, Any] | None = None
    ) -> list[str]:
        """Returns the reasons of all check failures."""
        provider = base64.b64encode(dill.dumps(lifecycle(), recurse=True)).decode()
        request = provider_pb2.CheckRequest(
            urn="urn:pulumi:dev::lab::t::n",
            olds=_struct({**olds, "__provider": provider}) if olds else None,
            news=_struct({**news, "__provider": provider}),
        )
        failures = self._stub.Check(request).failures
        assert all(not failure.property for failure in failures), "a property would print its value"
        return [failure.reason for failure in failures]


@contextmanager
def running_host(config: Mapping[str, str], environ: Mapping[str, str] | None = None) -> Iterator[Host]:
    """Starts a host and configures it with a stack's config."""
    command = [sys.executable, "-m", "pulumi.dynamic"]
    with subprocess.Popen(command, env={**os.environ, **(environ or {})}, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        address = f"127.0.0.1:{process.stdout.readline().strip()}"
        try:
            with grpc.insecure_channel(address, options=_GRPC_CHANNEL_OPTIONS) as channel:
                stub = provider_pb2_grpc.ResourceProviderStub(channel)
                stub.Configure(provider_pb2.ConfigureRequest(args=_struct(config)))
                yield Host(stub)
        finally:
            process.terminate()


def _struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    return json_format.ParseDict(dict(values), struct_pb2.Struct())
