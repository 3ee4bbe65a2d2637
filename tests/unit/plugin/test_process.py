"""The plug-in's process, as the engine starts and ends it."""

from __future__ import annotations

import signal
import subprocess
import sys

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2_grpc

from support.host import listening


def test_the_engine_ends_it_by_cancel_and_sigint() -> None:
    """A Ctrl-C alone stops nothing that is under way; after Cancel the engine need not wait, which it does for 5 s."""
    with listening() as (_, engine), _started(engine) as running:
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


@pytest.mark.parametrize("proxy", ["", "http://127.0.0.1:9"])
def test_it_ends_with_an_engine_that_was_killed(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody says Cancel then, and the plug-in would stay for ever, with the tenants' secrets; no proxy is asked."""
    monkeypatch.setenv("http_proxy", proxy)
    with listening() as (_, engine):
        running = _started(engine)
        assert running.stdout is not None
        assert int(running.stdout.readline())
    with running:
        try:
            assert running.wait(60) == 0
        finally:
            running.kill()


def _started(engine: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "tenant_email.plugin", engine], stdout=subprocess.PIPE)
