"""The user's console, as a host process reaches it: each line under the resource that it is about, and said once.

Where nobody says which resource that is (`engine_request`), a line stands under the stack.
"""

from __future__ import annotations

import sys
from functools import cache
from typing import TYPE_CHECKING

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from tenant_email.errors import redact_message
from tenant_email.operations import engine_request, operation

if TYPE_CHECKING:
    from collections.abc import Callable

_wording: Callable[[str], str] = str


def info(message: str, *more: str) -> None:
    """Prints an `info:` line in the user's console, and more lines below it."""
    say(engine_pb2.LogSeverity.Value("INFO"), "\n".join(map(redact_message, (message, *more))))


def warn(message: str, *more: str) -> None:
    """Prints a `warning:` line in the user's console, and more lines below it."""
    say(engine_pb2.LogSeverity.Value("WARNING"), "\n".join(map(redact_message, (message, *more))))


@cache
def engine() -> engine_pb2_grpc.EngineStub | None:
    """Returns the engine that started this host process; None outside of one."""
    address = sys.argv[1] if len(sys.argv) > 1 else ""
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit():
        return None
    # a proxy that the environment names is for the tenants, and knows no engine on this machine
    channel = grpc.insecure_channel(address, [("grpc.enable_http_proxy", 0)])
    return engine_pb2_grpc.EngineStub(channel)


def use_wording(wording: Callable[[str], str]) -> None:
    """Sets how each line is worded, before anything is said: a face may have other names for the same things."""
    global _wording  # noqa: PLW0603 - of the process, as the console is
    _wording = wording


def say(severity: engine_pb2.LogSeverity.ValueType, message: str) -> None:
    """Prints a line in the user's console, unless this operation has said it: an engine checks some resources twice."""
    if (reached := engine()) and operation.current().said.is_first(message):
        line = engine_pb2.LogRequest(severity=severity, message=_wording(message), urn=engine_request.current().urn)
        try:
            reached.Log(line, timeout=5)
        except grpc.RpcError:
            return
