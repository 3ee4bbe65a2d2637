"""Ports of loopback for servers that are told theirs before they listen, and the way there."""

from __future__ import annotations

import random
import socket
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

LOOPBACK: Final = "127.0.0.1"
_PROXIES: Final = ("http_proxy", "https_proxy", "all_proxy")

# Linux, macOS and Windows give outgoing connections ports above these: none takes one between its choice and its use.
_CHOICE: Final = range(20_000, 32_000)
_CHANCE: Final = random.SystemRandom()  # the shared generator is seeded alike in each process by some test tools


def free_ports(count: int, addresses: Sequence[str] = (LOOPBACK,), promised: Collection[int] = ()) -> list[int]:
    """Returns ports that nobody uses at these addresses, for TCP and UDP; raises OSError when there are too few.

    `promised` are those of servers that do not listen yet.
    """
    found: list[int] = []
    for port in _CHANCE.sample(_CHOICE, len(_CHOICE)):
        if port not in promised and _is_free(port, addresses):
            found.append(port)
        if len(found) == count:
            return found
    message = f"fewer than {count} ports of {_CHOICE[0]} to {_CHOICE[-1]} are free"
    raise OSError(message)


def past_proxies(environ: Mapping[str, str]) -> dict[str, str]:
    """Returns what an environment with a proxy lacks for its programs to reach this machine's own servers without it.

    In both spellings, because programs differ in which they read first.
    """
    if not any(environ.get(name) or environ.get(name.upper()) for name in _PROXIES):
        return {}
    known = (environ.get("no_proxy") or environ.get("NO_PROXY") or "").split(",")
    direct = ",".join(dict.fromkeys(filter(None, (*known, LOOPBACK, "localhost"))))
    return {} if "*" in known else {"NO_PROXY": direct, "no_proxy": direct}


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
