"""A program in the Pulumi CLI's place that notes what it is asked, for stacks of a fleet."""

from __future__ import annotations

import json
import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from support.fleets import STACK
from tenant_email.fleet.reading import read_fleet
from tenant_email.fleet.stacks import Operation, Stacks

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path

    import pytest

    from tenant_email.fleet.document import Fleet
    from tenant_email.fleet.stack_config import Unit

FLEET: Final = read_fleet(STACK / "tenants.yaml", judged=False)
ALL: Final = ["sending_domain.mail", "acme", "umbrella", "initech", "forge"]
_CLI: Final = """#!{python}
import json, os, pathlib, sys
words = [word for word in sys.argv[1:] if word != "--non-interactive"]
if words == ["version"]:
    print(os.environ["VERSION"])
elif words[:2] == ["stack", "ls"]:
    print(json.dumps([{{"name": f"acme/{{name}}"}} for name in json.loads(os.environ["THERE"])]))
elif words == ["whoami", "--json"]:
    print(json.dumps({{"url": os.environ.get("STATES", "s3://states")}}))
else:
    at = pathlib.Path(words[words.index("--config-file") + 1]) if "--config-file" in words else None
    asked = {{
        "words": words,
        "folder": os.getcwd(),
        "backend": os.environ.get("PULUMI_BACKEND_URL"),
        "passphrase": os.environ.get("PULUMI_CONFIG_PASSPHRASE"),
        "passphrase_file": os.environ.get("PULUMI_CONFIG_PASSPHRASE_FILE"),
        "config": at and at.read_text(),
    }}
    with open(os.environ["ASKED"], "a") as file:
        file.write(json.dumps(asked) + "\\n")
    if words[1] == "export" and "--file" not in words:
        held = json.loads(os.environ.get("STATES_HELD", "{{}}"))
        stack = words[words.index("--stack") + 1]
        print(json.dumps(held[stack]) if stack in held else os.environ.get("STATE", "{{}}"))
    refusals = pathlib.Path(os.environ["ASKED"] + "-refused")
    left = json.loads(refusals.read_text()) if refusals.exists() else {{}}
    if said := left.pop(words[0] if words[0] != "stack" else words[1], None):
        refusals.write_text(json.dumps(left))
        sys.exit(said)
"""


@dataclass
class AskedCli:
    """A project of the example's fleet, and what the program in the CLI's place was asked there."""

    project: Path
    record: Path
    patch: pytest.MonkeyPatch
    fleet: Fleet = FLEET

    @contextmanager
    def opened(self, *chosen: Unit, there: Sequence[str] = ALL) -> Generator[Stacks]:
        """Opens the stacks, of which some are there."""
        self.patch.setenv("THERE", json.dumps(there))
        with Stacks.opened(replace(self.fleet, file=self.project / "tenants.yaml"), chosen, self.project) as stacks:
            yield stacks

    def run(self, operation: Operation, *chosen: Unit, there: Sequence[str] = ALL) -> list[dict[str, Any]]:
        """Returns what is asked for an operation on stacks, of which some are there, but for looks at their states."""
        with self.opened(*chosen, there=there) as stacks:
            for unit in chosen:
                stacks.prepare(unit, operation)
                stacks.operate(unit, operation)
        return [each for each in self.asked() if each["words"][1] != "export" or "--file" in each["words"]]

    def asked(self) -> list[dict[str, Any]]:
        """Returns what was asked so far."""
        return [json.loads(line) for line in self.record.read_text().splitlines()]

    def refuse(self, command: str, said: str) -> None:
        """Has a command end with an error, once."""
        self.record.with_name(f"{self.record.name}-refused").write_text(json.dumps({command: said}))


def asked_cli(folder: Path, patch: pytest.MonkeyPatch) -> AskedCli:
    """Puts the program on PATH, and a project beside it."""
    program = folder / "bin" / "pulumi"
    program.parent.mkdir()
    program.write_text(_CLI.format(python=sys.executable))
    program.chmod(0o755)
    project = folder / "project"
    project.mkdir()
    (project / "Pulumi.yaml").write_text("name: lab\nruntime: python\n")
    (project / "Pulumi.acme.yaml").write_text("encryptionsalt: v1:x\nconfig:\n  lab:mine: 1\n  lab:tenant: acme\n")
    (project / "Pulumi.sending_domain.mail.yaml").write_text("config: {lab:sendingDomain: mail}\n")
    patch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    for name, value in {"ASKED": folder / "asked", "VERSION": "v3.260.0"}.items():
        patch.setenv(name, str(value))
    for name in ("BACKEND_URL", "CONFIG_PASSPHRASE", "CONFIG_PASSPHRASE_FILE", "OPTION_POLICY_PACK"):
        patch.delenv(f"PULUMI_{name}", raising=False)
    return AskedCli(project, folder / "asked", patch)
