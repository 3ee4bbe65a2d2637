"""Stands in for the AWS provider plug-in of Pulumi: the real gRPC protocol over boto3, on this machine only.

It never becomes a console script: an engine prefers a plug-in it finds on PATH to the real one, for every stack
(docs/architecture.md#fact-10). `plugin_directory` makes a private folder that a caller puts on PATH.
"""

import shlex
import sys
from pathlib import Path

NAME = "pulumi-resource-aws"


def plugin_directory(base: Path) -> Path:
    """Writes a folder under `base` that holds the executable plug-in, and returns the folder."""
    directory = base / "aws-plugin"
    directory.mkdir(parents=True, exist_ok=True)
    script = directory / NAME
    # -P keeps the user's program folder, the working directory, out of the module path
    command = f"exec {shlex.quote(sys.executable)} -P -m tenant_email_local.aws.plugin"
    script.write_text(f'#!/bin/sh\n{command} "$@"\n')
    script.chmod(0o700)
    return directory
