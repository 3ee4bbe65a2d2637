"""What a program costs grows with its resources alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.engines import EmbeddedEngine, environment

if TYPE_CHECKING:
    from pathlib import Path

    from support.cloud import Project

RESOURCES = 80
PROGRAM = f"""
import asyncio, atexit, pathlib
import pulumi

waited, wait = [], asyncio.wait

def counted(futures, **how):
    waited.append(len(futures))
    return wait(futures, **how)

asyncio.wait = counted
atexit.register(lambda: pathlib.Path("waited").write_text(str(sum(waited))))
for number in range({RESOURCES}):
    pulumi.ComponentResource("test:index:Thing", f"thing-{{number}}")
"""


def test_outputs_are_not_waited_for_again_and_again(project: Project, tmp_path: Path) -> None:
    """The SDK's loop over all outputs that are left does not run once for each of them."""
    (project.folder / "__main__.py").write_text(PROGRAM)
    assert EmbeddedEngine(project.folder, "dev", tmp_path, environment()).up().ok
    assert int((project.folder / "waited").read_text()) < 10 * RESOURCES
