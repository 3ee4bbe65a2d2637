"""A user's machine: a home with nothing in it, the Pulumi CLI, the tools of a recipe, and our wheels."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from support.engines import PASSPHRASE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

AWS: Final = f"pulumi-aws=={version('pulumi-aws')}"
"""The one release whose plug-in is on the machine."""

PROGRAM: Final = """
import sys
import pulumi
from tenant_email import EmailProvider, auth0
EmailProvider("mail", settings=auth0.SendGrid(api_key="SG.1"), from_address="a@acme.com")
pulumi.export("prefix", sys.prefix)
"""


@dataclass(frozen=True)
class Newcomer:
    """A user with commands; `home` is theirs, and holds Pulumi's plug-in for AWS, the local environment's stand-in."""

    home: Path
    environ: Mapping[str, str]

    @classmethod
    def make(
        cls, home: Path, wheels: Path, plugins: Path, variables: Mapping[str, str], *, tools: Sequence[Path] = ()
    ) -> Self:
        """Makes the home; `wheels` and `plugins` are folders, `tools` are put on PATH after the interpreter's."""
        release = home / "pulumi" / "plugins" / f"resource-{AWS.removeprefix('pulumi-').replace('==', '-v')}"
        shutil.copytree(plugins, release)
        (home / "backend").mkdir()
        (home / "constraints.txt").write_text(AWS)
        python = Path(os.path.realpath(sys.executable)).parent
        pulumi = Path(shutil.which("pulumi") or "").parent
        dropped = ("PULUMI_", "VIRTUAL_ENV", "XDG_", "PYTHON")
        kept = {key: value for key, value in os.environ.items() if not key.startswith(dropped)}
        return cls(
            home,
            kept
            | dict(variables)
            | {
                "HOME": str(home),
                "PATH": os.pathsep.join(map(str, (*tools, python, pulumi, "/usr/bin", "/bin"))),
                "PULUMI_HOME": str(home / "pulumi"),
                "PULUMI_BACKEND_URL": f"file://{home}/backend",
                "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
                "PULUMI_SKIP_UPDATE_CHECK": "true",
                "PIP_FIND_LINKS": str(wheels),
                "PIP_CONSTRAINT": str(home / "constraints.txt"),
                "PIP_NO_COMPILE": "1",
                "UV_FIND_LINKS": str(wheels),
            },
        )

    def tries(
        self, folder: Path, *words: str, who: Sequence[str] = (), **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Runs a command; stdout and stderr come as one text."""
        return subprocess.run(
            [*who, *words],
            cwd=folder,
            env={**self.environ, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=600,
        )

    def does(self, folder: Path, *words: str, who: Sequence[str] = (), **variables: str) -> str:
        """Runs a command that has to succeed; returns what it said."""
        done = self.tries(folder, *words, who=who, **variables)
        assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout}"
        return done.stdout
