"""The calls of other tools with the same tenants; nothing of them is in this repository, nor downloaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.benchmark import tenants
from support.benchmark.lives import OPERATIONS, least_calls
from support.benchmark.peers import SIZES, DeployCli, Terraform
from support.benchmark.results import Peer
from tenant_email_local.ca import CertificateAuthority

if TYPE_CHECKING:
    from pathlib import Path

    from support.benchmark.results import Results


def params() -> list[Any]:
    """Returns (tool, resources); of a tool that knows one tenant only its sizes."""
    return [
        pytest.param(
            (tool, resources),
            marks=pytest.mark.skipif(bool(tool.missing()), reason=tool.missing()),
            id=f"{tool.tool}-{resources}",
        )
        for tool in (Terraform, DeployCli)
        for resources, number in SIZES.items()
        if number == 1 or not tool.one_tenant
    ]


@pytest.mark.parametrize("chosen", params())
def test_another_tool(
    chosen: tuple[type[Terraform | DeployCli], int], results: Results, run: str, tmp_path: Path
) -> None:
    """It asks more in each operation."""
    tool, resources = chosen
    folder, authority, calls = tmp_path / "stack", CertificateAuthority(tmp_path / "ca"), dict[str, int | None]()
    folder.mkdir()
    number = SIZES[resources]
    with tenants.opened((f"t{each}" for each in range(number)), authority=authority) as opened:
        peer = tool(folder, opened, authority, resources)
        for operation in OPERATIONS:
            opened.counted()
            done = peer.operate(operation)
            calls[operation] = opened.counted()[0] if done else None
        results.peers.append(Peer(tool.tool, peer.version(), resources, calls, run))
    print(f"\n{tool.tool}, {resources} resources: {calls}", end="")  # noqa: T201 - a benchmark reports
    for operation, asked in calls.items():
        assert asked is None or least_calls(resources, operation, number) < asked
