"""Waits for servers of loopback that were told their ports."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST: Final = 20.0  # seconds for a server to start


def wait_for(ports: Iterable[int]) -> None:
    """Returns when each port takes a connection; raises TimeoutError when one does not in time."""
    ends = time.monotonic() + _LONGEST
    for port in ports:
        while True:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            if time.monotonic() > ends:
                message = f"nothing listens on {port}"
                raise TimeoutError(message)
            time.sleep(0.05)
