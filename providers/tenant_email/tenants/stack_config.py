"""What a stack's config says of tenants and of AWS, asked of the Pulumi CLI: only it decrypts a secret.

`pulumi config --json --show-secrets` resolves the ESC environments that a stack names, too. What they give as
environment variables is for programs alone, and not in it (docs/tenants.md).
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path  # noqa: TC003 - a type of public arguments
from typing import TYPE_CHECKING, Final

from tenant_email.errors import TenantEmailError
from tenant_email.inputs.unusable_values import read_json
from tenant_email.json_types import is_object
from tenant_email.redaction.secrets import register
from tenant_email.tenants.credentials import FILE
from tenant_email.tenants.entries import CONFIG_KEY
from tenant_email.tenants.pulumi_cli import LONGEST_WAIT, ask_cli, find_cli

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tenant_email.json_types import Props

_COMMAND: Final = ("config", "--json", "--show-secrets", "--non-interactive", "--color", "never")
_NAMESPACES: Final = ("aws", "tenant-email")
_PUBLIC: Final = frozenset({"platform", "url", "tokenUrl", "allowHttp", "timeout"})
_PROJECT_FILES: Final = ("Pulumi.yaml", "Pulumi.yml", "Pulumi.json")


@dataclass(frozen=True, slots=True)
class StackConfig:
    """What a stack says of tenants and AWS; `folder` is its project's, where relative paths begin.

    stack: its name as it was asked for, empty for the selected one. values: texts by key, as `aws:region`.
    """

    stack: str
    folder: Path
    values: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)

    @property
    def tenants(self) -> str | None:
        """Returns the map of tenants as JSON, its relative paths as paths from anywhere."""
        raw = self.values.get(CONFIG_KEY)
        try:
            found: object = read_json(raw or "{}")
        except ValueError:
            return raw  # what is wrong with it is said by who reads it
        if not is_object(found):
            return raw
        return json.dumps({name: _anchored(entry, self.folder) for name, entry in found.items()})

    def section(self, namespace: str) -> dict[str, str]:
        """Returns the settings of a namespace, such as `aws`, without it in their names."""
        begin = f"{namespace}:"
        return {key.removeprefix(begin): text for key, text in self.values.items() if key.startswith(begin)}


def read_stack(
    stack: str, folder: Path, environ: Mapping[str, str] | None = None, longest: float = LONGEST_WAIT
) -> StackConfig:
    """Returns what the config of a stack says; an empty name is the selected stack of the project at `folder`.

    Raises:
        TenantEmailError: there is no CLI, no such project or stack, no login, or no answer in `longest` seconds.
    """
    who = f"stack {stack}" if stack else "the selected stack"
    environ = os.environ if environ is None else environ
    if not folder.is_dir():
        raise TenantEmailError(f"{folder}: is not a folder", remedy="Name the project's folder with --cwd.")
    program = find_cli(who, environ, "name the tenants with --tenants or variables.")
    words = [program, *_COMMAND, *(("--stack", stack) if stack else ())]
    otherwise = "Correct what it says; `pulumi config --show-secrets` has to work in that folder."
    out = ask_cli(words, who, folder, environ, otherwise, longest=longest)
    return StackConfig(stack, _project(folder), _values(out, who))


def _values(out: str, who: str) -> dict[str, str]:
    try:
        found: object = read_json(out)
    except ValueError:
        found = None
    if not is_object(found) or not all(is_object(each) for each in found.values()):
        raise TenantEmailError(
            f"{who}: the answer of pulumi config is not the JSON object that it prints",
            remedy="Update the Pulumi CLI, and see what `pulumi config --json` prints in that folder.",
        )
    chosen = {key: each for key, each in found.items() if key.partition(":")[0] in _NAMESPACES}
    for key, each in chosen.items():
        _register(key, each)
    return {key: str(each["value"]) for key, each in chosen.items() if each.get("value") is not None}


def _register(key: str, each: Props) -> None:
    """Masks what is secret of a setting: of an object the CLI only says that something in it is."""
    if not each.get("secret"):
        return
    if not is_object(parts := each.get("objectValue")):
        register(str(each.get("value", "")))
        return
    entries = parts.values() if key == CONFIG_KEY else [parts]
    for entry in filter(is_object, entries):
        for name, value in entry.items():
            # An id is shown in messages, and so is a path; what remains may be a secret under a misspelled name.
            if name not in _PUBLIC and not name.endswith(("Id", FILE, "Env")) and isinstance(value, str):
                register(value)


def _project(folder: Path) -> Path:
    """Returns the folder of the project's file, at or above a folder."""
    above: Iterable[Path] = (folder.resolve(), *folder.resolve().parents)
    return next((each for each in above if any((each / name).is_file() for name in _PROJECT_FILES)), folder)


def _anchored(entry: object, folder: Path) -> object:
    """Returns an entry of a tenant whose relative paths begin at the project's folder, where Pulumi runs a program."""
    if not is_object(entry):
        return entry
    paths = {name: value.strip() for name, value in entry.items() if name.endswith(FILE) and isinstance(value, str)}
    return {**entry, **{name: str(folder / path) for name, path in paths.items() if path and path[0] != "~"}}
