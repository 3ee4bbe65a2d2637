"""Ports of loopback for servers that are told theirs before they listen."""

from __future__ import annotations

import random
import socket
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

LOOPBACK: Final = "127.0.0.1"

# Linux, macOS and Windows give outgoing connections ports above these: none takes one between its choice and its use.
_CHOICE: Final = range(20_000, 32_000)
_CHANCE: Final = random.SystemRandom()  # the shared generator is seeded alike in each process by some test tools


def free_ports(count: int, addresses: Sequence[str] = (LOOPBACK,)) -> list[int]:
    """Returns ports that nobody uses at these addresses, for TCP and UDP; raises OSError when there are too few."""
    found: list[int] = []
    for port in _CHANCE.sample(_CHOICE, len(_CHOICE)):
        if _is_free(port, addresses):
            found.append(port)
        if len(found) == count:
            return found
    message = f"fewer than {count} ports of {_CHOICE[0]} to {_CHOICE[-1]} are free"
    raise OSError(message)


def may_listen(port: int) -> bool:
    """Returns whether nothing listens at a port of loopback; one that was in use a moment ago may be listened at."""
    with ExitStack() as stack, suppress(OSError):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            opened = stack.enter_context(socket.socket(socket.AF_INET, kind))
            if kind == socket.SOCK_STREAM:
                opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            opened.bind((LOOPBACK, port))
        return True
    return False


def _is_free(port: int, addresses: Sequence[str]) -> bool:
    with ExitStack() as stack, suppress(OSError):
        for address in addresses:
            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                stack.enter_context(socket.socket(socket.AF_INET, kind)).bind((address, port))
        return True
    return False
