"""Starts the plug-in: prints its port for the engine and serves until the engine is gone."""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import grpc

from embedded_pulumi_engine.messages import provider_pb2_grpc
from tenant_email_local.aws.plugin.servicer import Servicer

# the engine's own limit for a message, 400 MB
MESSAGE_BYTES = 1024 * 1024 * 400
THREADS = 16


def main() -> None:
    """Serves the ResourceProvider protocol on a free port of 127.0.0.1."""
    engine = os.getppid()  # asked first: once the port is printed, the engine may already be gone
    options = [("grpc.max_receive_message_length", MESSAGE_BYTES)]
    server = grpc.server(ThreadPoolExecutor(THREADS), options=options)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    _wait_for_engine_to_end(engine)
    server.stop(0)


def _wait_for_engine_to_end(engine: int) -> None:
    """Returns once the parent is another process: an engine that was killed cannot end its plug-ins."""
    while os.getppid() == engine:
        time.sleep(0.5)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
