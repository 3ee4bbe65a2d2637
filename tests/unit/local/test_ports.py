"""The choice of ports for servers that are told theirs."""

from __future__ import annotations

import json
import socket
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from tenant_email_local.machine import kept_ports
from tenant_email_local.ports import LOOPBACK, free_ports

if TYPE_CHECKING:
    from pathlib import Path


def test_no_outgoing_connection_takes_a_chosen_port() -> None:
    """They are none of those that the system itself hands out, however many it has given already."""
    with ExitStack() as stack:
        handed_out = [stack.enter_context(socket.create_server((LOOPBACK, 0))).getsockname()[1] for _ in range(50)]
    assert max(free_ports(200)) < min(handed_out)


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
@pytest.mark.parametrize("address", [LOOPBACK, "127.0.0.2"])
def test_a_port_in_use_is_not_chosen(kind: socket.SocketKind, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither over TCP nor over UDP, at any of the addresses."""
    (used, other) = free_ports(2)
    monkeypatch.setattr("tenant_email_local.ports._CHOICE", [used, other])
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind((address, used))
        assert free_ports(1, (LOOPBACK, "127.0.0.2")) == [other]


def test_a_port_that_is_another_servers_of_the_folder(tmp_path: Path) -> None:
    """It may not listen yet, and is not given out twice when the folder gets a server more."""
    (left,) = free_ports(1)
    kept = {f"server-{port}": port for port in range(20_000, 32_000) if port != left}
    (tmp_path / "ports.json").write_text(json.dumps(kept))
    assert kept_ports(tmp_path, ["page"])["page"] == left
