"""A project folder with a small cloud, for tests of the engines."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from pathlib import Path
from typing import Any

from support.engines import PASSPHRASE, salt_line

PROGRAM_FOLDER = Path(__file__).parent.parent / "engine" / "semantics" / "program"


class Project:
    """A project whose program a test writes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        options = f"{{toolchain: pip, virtualenv: {sys.prefix}}}"
        (folder / "Pulumi.yaml").write_text(f"name: demo\nruntime: {{name: python, options: {options}}}\n")
        shutil.copy(PROGRAM_FOLDER / "cloud.py", folder)
        (folder / "Pulumi.dev.yaml").write_text(f"encryptionsalt: {salt_line(PASSPHRASE)}\n")
        self.program("")

    def program(self, source: str) -> None:
        """Writes the program."""
        header = "import pulumi\nfrom pulumi import ResourceOptions as O\nfrom cloud import Group, Thing, Undiffed\n"
        (self.folder / "__main__.py").write_text(header + textwrap.dedent(source))

    def calls(self, *kinds: str) -> list[str]:
        """Lists the calls that lifecycles received since the last question, as `call name`."""
        return [f"{entry['call']} {entry['name']}" for entry in self.log(*kinds)]

    def log(self, *kinds: str) -> list[dict[str, Any]]:
        """Returns the calls with all details, and forgets them."""
        path = self.folder / "calls.jsonl"
        entries = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        path.unlink(missing_ok=True)
        return [entry for entry in entries if entry["call"] in (kinds or ("create", "update", "delete"))]

    @property
    def cloud(self) -> dict[str, Any]:
        """The objects in the cloud, by id."""
        held: dict[str, Any] = json.loads((self.folder / "cloud.json").read_text())
        held.pop("serial", None)
        return held

    @cloud.setter
    def cloud(self, held: dict[str, Any]) -> None:
        (self.folder / "cloud.json").write_text(json.dumps({"serial": 100, **held}))


def urn(name: str, *parents: str) -> str:
    """Returns the URN of a thing of the stack `dev`."""
    return f"urn:pulumi:dev::demo::{''.join(f'{p}$' for p in parents)}pulumi-python:dynamic/cloud:Thing::{name}"
