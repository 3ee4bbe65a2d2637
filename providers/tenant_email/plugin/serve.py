"""The process: a gRPC server that the engine starts for each provider of a program.

The SDK's own server constructs components and knows no other resources. Its newer one, `pulumi.provider.experimental`,
does, but shows a traceback with every error, and knows neither a value that comes later nor a creation in part.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final, TypeVar

import grpc
import grpc.aio
from google.protobuf import empty_pb2
from pulumi.errors import InputPropertiesError
from pulumi.provider.server import ProviderServicer
from pulumi.runtime.proto import errors_pb2, provider_pb2_grpc, status_pb2
from pulumi.runtime.proto import provider_pb2 as pb

from tenant_email import package_schema as schema
from tenant_email.errors import TenantEmailError, internal_error
from tenant_email.operations import console
from tenant_email.plugin import configuration, provider, wire
from tenant_email.plugin.components import Components
from tenant_email.plugin.face import PluginFace
from tenant_email.plugin.references import give_urns
from tenant_email.plugin.whole_outputs import open_outputs
from tenant_email.plugin.words import in_schema_words
from tenant_email.resources import faces

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from google.protobuf.message import Message

R = TypeVar("R")
Context = grpc.aio.ServicerContext[Any, Any]

_PATIENCE: Final = 10.0  # seconds for the engine, which listens before it starts a plug-in
_THREADS: Final = 128  # steps at once; each platform's rate limit is what bounds the calls


class Servicer(ProviderServicer):
    """Answers the engine; each step runs on a thread of its own."""

    async def GetSchema(self, request: pb.GetSchemaRequest, context: Context) -> pb.GetSchemaResponse:
        """Returns the package's schema."""
        return pb.GetSchemaResponse(schema=schema.text())

    async def CheckConfig(self, request: pb.CheckRequest, context: Context) -> pb.CheckResponse:
        """Validates the provider's inputs."""
        return await _answer(context, lambda: configuration.check(request))

    async def DiffConfig(self, request: pb.DiffRequest, context: Context) -> pb.DiffResponse:
        """Compares the provider's inputs."""
        return await _answer(context, lambda: configuration.diff(request))

    async def Configure(self, request: pb.ConfigureRequest, context: Context) -> pb.ConfigureResponse:
        """Keeps the tenants; nothing is connected here."""
        return await _answer(context, lambda: configuration.configure(request))

    async def Check(self, request: pb.CheckRequest, context: Context) -> pb.CheckResponse:
        """Validates inputs."""
        return await _answer(context, lambda: provider.check(request))

    async def Diff(self, request: pb.DiffRequest, context: Context) -> pb.DiffResponse:
        """Compares."""
        return await _answer(context, lambda: provider.diff(request))

    async def Create(self, request: pb.CreateRequest, context: Context) -> pb.CreateResponse:
        """Creates."""
        return await _answer(context, lambda: provider.create(request))

    async def Read(self, request: pb.ReadRequest, context: Context) -> pb.ReadResponse:
        """Reads, or imports."""
        return await _answer(context, lambda: provider.read(request))

    async def Update(self, request: pb.UpdateRequest, context: Context) -> pb.UpdateResponse:
        """Updates."""
        return await _answer(context, lambda: provider.update(request))

    async def Delete(self, request: pb.DeleteRequest, context: Context) -> empty_pb2.Empty:
        """Deletes."""
        await _answer(context, lambda: provider.delete(request))
        return empty_pb2.Empty()

    async def Cancel(self, request: empty_pb2.Empty, context: Context) -> empty_pb2.Empty:
        """Ends every wait. After this the engine ends the process by SIGINT, and would wait 5 s for it."""
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        self.provider.cancel()
        return empty_pb2.Empty()

    async def Construct(self, request: pb.ConstructRequest, context: Context) -> pb.ConstructResponse:
        """Constructs a component; what is wrong with its inputs is said at each."""
        try:
            give_urns(request)
            open_outputs(request)
            return await self._construct(request, context)
        except InputPropertiesError as error:
            listed = [errors_pb2.InputPropertiesError.PropertyError(**each) for each in error.errors or ()]
            await _abort(context, error.message, errors_pb2.InputPropertiesError(errors=listed))
        except TenantEmailError as error:
            await _abort(context, in_schema_words(str(error)))
        except Exception as error:  # noqa: BLE001 - whatever it is, its text may hold a secret
            await _abort(context, str(internal_error(error)))
        raise AssertionError


async def _answer(context: Context, work: Callable[[], R]) -> R:
    """Returns what some work on a thread of its own returns; fails with its message alone."""
    try:
        return await asyncio.to_thread(work)
    except provider.PartlyCreatedError as partly:
        await _abort(context, str(partly), partly.recorded)
        raise
    except provider.UnknownTypeError as unknown:
        message = str(unknown)
    except TenantEmailError as error:
        message = in_schema_words(str(error))
    except Exception as error:  # noqa: BLE001 - whatever it is, its text may hold a secret
        message = str(internal_error(error))
    await _abort(context, message)
    raise AssertionError


async def _abort(context: Context, message: str, *details: Message) -> None:
    """Fails a request; `details` go where gRPC keeps those of an error, a google.rpc.Status in its metadata."""
    if details:
        status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=message)
        for each in details:
            status.details.add().Pack(each)
        context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    await context.abort(grpc.StatusCode.UNKNOWN, message)


async def _serve(arguments: Sequence[str]) -> None:
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_THREADS, "step"))
    server = grpc.aio.server(options=wire.CHANNEL_OPTIONS)
    engine = arguments[0] if arguments else ""
    servicer = Servicer(Components(version("pulumi-tenant-email")), list(arguments), engine)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(engine) as channel:
        is_watched = bool(engine) and await _is_reached(channel)
        sys.stdout.write(f"{port}\n")
        sys.stdout.flush()
        await (_loss_of(channel) if is_watched else server.wait_for_termination())
    # An engine that was killed ends no plug-in, and this one would stay, with the tenants' secrets.
    servicer.provider.cancel()
    await server.stop(None)


async def _is_reached(channel: grpc.aio.Channel) -> bool:
    try:
        await asyncio.wait_for(channel.channel_ready(), _PATIENCE)
    except TimeoutError:
        return False
    return True


async def _loss_of(channel: grpc.aio.Channel) -> None:
    """Waits until what was reached once cannot be reached any more."""
    while (state := channel.get_state(try_to_connect=True)) is not grpc.ChannelConnectivity.TRANSIENT_FAILURE:
        await channel.wait_for_state_change(state)


def main() -> None:
    """Serves until the engine ends the process, or is gone; its address is the one argument."""
    # A Ctrl-C goes to the whole group of processes: the engine says by Cancel what is to end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # All that speaks gRPC here is on this machine, the SDK's too; http_proxy is for the tenants.
    os.environ["no_grpc_proxy"] = "127.0.0.1"  # noqa: SIM112 - gRPC reads it in small letters
    faces.use(PluginFace())
    console.use_wording(in_schema_words)
    asyncio.run(_serve(sys.argv[1:]))
