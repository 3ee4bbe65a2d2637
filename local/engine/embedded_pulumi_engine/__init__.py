"""An embedded Pulumi engine: runs real programs with the real SDK and real plug-ins where there is no Pulumi CLI.

It is for trying out, for tests and for offline CI; in production use the CLI. States and stack files are the CLI's own.
Its public names are loaded when they are first used: a plug-in that takes only the messages from here starts sooner.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from embedded_pulumi_engine import _forks as _forks  # before gRPC

if TYPE_CHECKING:
    from embedded_pulumi_engine.run import Step
    from embedded_pulumi_engine.stack import Result, Stack

__all__ = ["Result", "Stack", "Step"]

_HOMES = {"Result": "stack", "Stack": "stack", "Step": "run"}


def __getattr__(name: str) -> Any:
    """Loads a public name (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
