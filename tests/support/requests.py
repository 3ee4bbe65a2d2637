"""What a program asks of an engine, word for word: each registration as it goes to the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi.runtime.mocks import MockMonitor

from support.registered import Registered, run_with

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    import pulumi
    from pulumi.runtime.proto import resource_pb2


class _Monitor(MockMonitor):
    """Pulumi's own stand-in for an engine, which keeps the requests."""

    def __init__(self, mocks: pulumi.runtime.Mocks) -> None:
        super().__init__(mocks)
        self.requests: dict[tuple[str, str], resource_pb2.RegisterResourceRequest] = {}

    def RegisterResource(  # noqa: N802 - gRPC's name
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        """Keeps a request, and answers as the stand-in does."""
        self.requests[request.type.rpartition(":")[2], request.name] = request
        answer: resource_pb2.RegisterResourceResponse = super().RegisterResource(request)  # type: ignore[no-untyped-call]
        return answer


def requests(
    program: Callable[[], object], **outputs: Mapping[str, Any]
) -> dict[tuple[str, str], resource_pb2.RegisterResourceRequest]:
    """Runs a program in a context of its own; returns its registrations by the last part of the type and the name."""
    return _asked(program, outputs, preview=False)


def planned(
    program: Callable[[], object], **outputs: Mapping[str, Any]
) -> dict[tuple[str, str], resource_pb2.RegisterResourceRequest]:
    """Does the same as in a preview."""
    return _asked(program, outputs, preview=True)


def _asked(
    program: Callable[[], object], outputs: Mapping[str, Mapping[str, Any]], *, preview: bool
) -> dict[tuple[str, str], resource_pb2.RegisterResourceRequest]:
    mocks = Registered(outputs)
    monitor = _Monitor(mocks)
    run_with(mocks, program, monitor, preview=preview)
    return monitor.requests
