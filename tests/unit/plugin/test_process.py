"""The plug-in's process, as the engine starts and ends it."""

from __future__ import annotations

import signal
import subprocess
import sys

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2_grpc


def test_the_engine_ends_it_by_cancel_and_sigint() -> None:
    """A Ctrl-C alone stops nothing that is under way; after Cancel the engine need not wait, which it does for 5 s."""
    command = [sys.executable, "-m", "tenant_email.plugin", "127.0.0.1:1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as running:
        try:
            assert running.stdout is not None
            with grpc.insecure_channel(f"127.0.0.1:{int(running.stdout.readline())}") as channel:
                stub = provider_pb2_grpc.ResourceProviderStub(channel)
                running.send_signal(signal.SIGINT)
                with pytest.raises(subprocess.TimeoutExpired):
                    running.wait(0.1)
                stub.Cancel(empty_pb2.Empty(), timeout=20)
                running.send_signal(signal.SIGINT)
                assert running.wait(4) == -signal.SIGINT
        finally:
            running.kill()
