"""The user's console, as a host process reaches it: each line under the resource that it is about, and said once.

Pulumi's SDK gives a lifecycle neither URN nor name (docs/architecture.md#fact-3), but the engine's request has the URN,
and the request is a variable of the host's method that calls us. Where it is not, a line stands under the stack.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Final

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from tenant_email.errors import redact_message
from tenant_email.operations import operation

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from types import FrameType

_urn: Final[ContextVar[str]] = ContextVar("urn", default="")
_wording: Callable[[str], str] = str


def info(message: str, *more: str) -> None:
    """Prints an `info:` line in the user's console, and more lines below it."""
    say(engine_pb2.LogSeverity.Value("INFO"), "\n".join(map(redact_message, (message, *more))))


def warn(message: str, *more: str) -> None:
    """Prints a `warning:` line in the user's console, and more lines below it."""
    say(engine_pb2.LogSeverity.Value("WARNING"), "\n".join(map(redact_message, (message, *more))))


@contextmanager
def about(method: FrameType | None) -> Generator[None]:
    """Has the lines of this thread stand under the resource of the request whose answering called this method."""
    # The SDK hands no URN to a provider's methods; its host has it in a local variable, named `request`, of the frame
    # that calls them. Where an SDK renames that, lines fall back to the stack, and the tests of the console fail.
    host = method.f_back if method else None
    urn: object = getattr(host.f_locals.get("request"), "urn", "") if host else ""
    with about_urn(urn if isinstance(urn, str) else ""):
        yield


@contextmanager
def about_urn(urn: str) -> Generator[None]:
    """Has the lines of this thread stand under a resource; under the stack where there is none."""
    token = _urn.set(urn)
    try:
        yield
    finally:
        _urn.reset(token)


def current_urn() -> str:
    """Returns the resource that this thread works on; empty where nobody says."""
    return _urn.get()


@cache
def engine() -> engine_pb2_grpc.EngineStub | None:
    """Returns the engine that started this host process; None outside of one."""
    address = sys.argv[1] if len(sys.argv) > 1 else ""
    host, _, port = address.rpartition(":")
    return engine_pb2_grpc.EngineStub(grpc.insecure_channel(address)) if host and port.isdigit() else None


def use_wording(wording: Callable[[str], str]) -> None:
    """Sets how each line is worded, before anything is said: a face may have other names for the same things."""
    global _wording  # noqa: PLW0603 - of the process, as the console is
    _wording = wording


def say(severity: engine_pb2.LogSeverity.ValueType, message: str) -> None:
    """Prints a line in the user's console, unless this operation has said it: an engine checks some resources twice."""
    if (reached := engine()) and operation.current().said.is_first(message):
        line = engine_pb2.LogRequest(severity=severity, message=_wording(message), urn=_urn.get())
        try:
            reached.Log(line, timeout=5)
        except grpc.RpcError:
            return
