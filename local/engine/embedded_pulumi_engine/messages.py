"""The messages and services of Pulumi's gRPC interfaces, as the SDK generates them.

An engine, or a plug-in, needs nothing else of the SDK, which takes twice as long to load as the engine itself.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator


@contextmanager
def _empty_parents() -> Generator[None]:
    """Lets an import find modules below `pulumi.runtime` without loading that; a loaded SDK stays as it is."""
    spec = find_spec("pulumi")
    if "pulumi" in sys.modules or not (spec and spec.submodule_search_locations):
        yield
        return
    sdk = Path(spec.submodule_search_locations[0])
    parents = {"pulumi": sdk, "pulumi.runtime": sdk / "runtime"}
    for name, folder in parents.items():
        sys.modules[name] = ModuleType(name)
        sys.modules[name].__path__ = [str(folder)]
    try:
        yield
    finally:
        for name in parents:
            del sys.modules[name]


with _empty_parents():
    from pulumi.runtime.proto import (
        callback_pb2,
        callback_pb2_grpc,
        engine_pb2,
        engine_pb2_grpc,
        errors_pb2,
        plugin_pb2,
        provider_pb2,
        provider_pb2_grpc,
        resource_pb2,
        resource_pb2_grpc,
        status_pb2,
    )

__all__ = [
    "callback_pb2",
    "callback_pb2_grpc",
    "engine_pb2",
    "engine_pb2_grpc",
    "errors_pb2",
    "plugin_pb2",
    "provider_pb2",
    "provider_pb2_grpc",
    "resource_pb2",
    "resource_pb2_grpc",
    "status_pb2",
]
