"""An embedded Pulumi engine: runs real programs with the real SDK and real plug-ins where there is no Pulumi CLI.

It is for trying out, for tests and for offline CI; in production use the CLI. States and stack files are the CLI's own.
"""

from embedded_pulumi_engine import _forks as _forks  # before gRPC
from embedded_pulumi_engine.run import Step
from embedded_pulumi_engine.stack import Result, Stack

__all__ = ["Result", "Stack", "Step"]
