"""The gRPC services that the SDK talks to: ResourceMonitor for programs, Engine for programs and plug-ins."""

from __future__ import annotations

from concurrent import futures
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import grpc
from google.protobuf import empty_pb2

from embedded_pulumi_engine.goals import from_read, from_request
from embedded_pulumi_engine.hooks import HookError
from embedded_pulumi_engine.messages import (
    callback_pb2,
    engine_pb2,
    engine_pb2_grpc,
    provider_pb2,
    resource_pb2,
    resource_pb2_grpc,
)
from embedded_pulumi_engine.plugins import PluginError
from embedded_pulumi_engine.run import StoppedError
from embedded_pulumi_engine.values import CHANNEL_OPTIONS, LOOPBACK, from_struct, to_struct

if TYPE_CHECKING:
    from collections.abc import Generator

    from embedded_pulumi_engine.console import Console
    from embedded_pulumi_engine.deployment import Deployment

# Registrations wait for their plug-ins; a program may have this many in flight before others queue.
_MONITOR_THREADS: Final = 128
_ENGINE_THREADS: Final = 8
_FEATURES: Final = (
    resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
    resource_pb2.RESOURCE_MONITOR_FEATURE_OUTPUT_VALUES,
    resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACEMENT_TRIGGER,
    resource_pb2.RESOURCE_MONITOR_FEATURE_TRANSFORMS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
    resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS,
)


class MonitorService(resource_pb2_grpc.ResourceMonitorServicer):
    """The receiver of the program's registrations and function calls."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment

    def GetDeploymentInfo(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> resource_pb2.DeploymentInfo:
        """Says what this engine can do; what is not claimed the SDK does not use."""
        run = self._deployment.run
        return resource_pb2.DeploymentInfo(
            project=run.project, stack=run.stack, dryRun=run.preview, supportedFeatures=_FEATURES
        )

    def RegisterResource(
        self, request: resource_pb2.RegisterResourceRequest, context: grpc.ServicerContext
    ) -> resource_pb2.RegisterResourceResponse:
        """Registers one resource; after a failure the program goes on, and dependants see unknown outputs."""
        try:
            request = self._deployment.prepare(request)
            if request.remote:
                made = self._deployment.construct(request)
                return resource_pb2.RegisterResourceResponse(
                    urn=made.urn, object=made.state, propertyDependencies=_dependencies(made)
                )
            new = self._deployment.register(from_request(request))
        except StoppedError:
            urn = self._deployment.urn_of(request.parent, request.type, request.name)
            return resource_pb2.RegisterResourceResponse(urn=urn, result=resource_pb2.Result.FAIL)
        return resource_pb2.RegisterResourceResponse(urn=new.urn, id=new.id, object=to_struct(new.outputs))

    def ReadResource(
        self, request: resource_pb2.ReadResourceRequest, context: grpc.ServicerContext
    ) -> resource_pb2.ReadResourceResponse:
        """Looks up an object that the program does not own."""
        try:
            new = self._deployment.read(from_read(request), request.id)
        except StoppedError:
            context.abort(grpc.StatusCode.UNKNOWN, f"could not read {request.type} {request.name}")
        return resource_pb2.ReadResourceResponse(urn=new.urn, id=new.id, properties=to_struct(new.outputs))

    def RegisterStackTransform(self, request: callback_pb2.Callback, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Notes a transform of all that the program registers from now on."""
        self._deployment.transforms.add(request)
        return empty_pb2.Empty()

    def RegisterResourceHook(
        self, request: resource_pb2.RegisterResourceHookRequest, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Notes a function that resources may be bound to."""
        try:
            self._deployment.hooks.add(request)
        except HookError as error:
            context.abort(grpc.StatusCode.UNKNOWN, str(error))
        return empty_pb2.Empty()

    def RegisterResourceOutputs(
        self, request: resource_pb2.RegisterResourceOutputsRequest, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Records the outputs of a component or of the stack."""
        self._deployment.set_outputs(request.urn, from_struct(request.outputs))
        return empty_pb2.Empty()

    def Invoke(
        self, request: resource_pb2.ResourceInvokeRequest, context: grpc.ServicerContext
    ) -> provider_pb2.InvokeResponse:
        """Calls a plug-in's function."""
        try:
            results, failures = self._deployment.invoke(request)
        except (PluginError, StoppedError) as error:
            context.abort(grpc.StatusCode.UNKNOWN, str(error))
        found = [provider_pb2.CheckFailure(property=f.property, reason=f.reason) for f in failures]
        return provider_pb2.InvokeResponse(**{"return": to_struct(results)}, failures=found)

    def SignalAndWaitForShutdown(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Lets the program end: what it serves for us is over with its registrations."""
        self._deployment.callbacks.close()
        return empty_pb2.Empty()


def _dependencies(
    made: provider_pb2.ConstructResponse,
) -> dict[str, resource_pb2.RegisterResourceResponse.PropertyDependencies]:
    """Returns what each output of a component depends on."""
    kind = resource_pb2.RegisterResourceResponse.PropertyDependencies
    return {name: kind(urns=found.urns) for name, found in made.stateDependencies.items()}


class EngineService(engine_pb2_grpc.EngineServicer):
    """The receiver of log lines."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def Log(self, request: engine_pb2.LogRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Shows a line, unless it is for debugging."""
        if request.severity != engine_pb2.DEBUG:
            self._console.log(engine_pb2.LogSeverity.Name(request.severity).lower(), request.urn, request.message)
        return empty_pb2.Empty()


@contextmanager
def serve(add: Any, servicer: object, threads: int) -> Generator[str]:
    """Serves on a free loopback port and yields its address."""
    pool = futures.ThreadPoolExecutor(threads)
    server = grpc.server(pool, options=CHANNEL_OPTIONS)
    add(servicer, server)
    port = server.add_insecure_port(f"{LOOPBACK}:0")
    server.start()
    try:
        yield f"{LOOPBACK}:{port}"
    finally:
        server.stop(0).wait()
        pool.shutdown()


@contextmanager
def monitor(deployment: Deployment) -> Generator[str]:
    """Serves a program."""
    add = resource_pb2_grpc.add_ResourceMonitorServicer_to_server
    with serve(add, MonitorService(deployment), _MONITOR_THREADS) as address:
        deployment.monitor_address = address
        try:
            yield address
        finally:
            deployment.callbacks.close()


@contextmanager
def engine(console: Console) -> Generator[str]:
    """Serves log lines, on threads of its own: a plug-in that logs must not wait for the registration it works on."""
    with serve(engine_pb2_grpc.add_EngineServicer_to_server, EngineService(console), _ENGINE_THREADS) as address:
        yield address
