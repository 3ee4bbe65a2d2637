"""What a stack's config says of tenants and of AWS, asked of the Pulumi CLI: only it decrypts a secret.

`pulumi config --json --show-secrets` resolves the ESC environments that a stack names, too. What they give as
environment variables is for programs alone, and not in it (docs/tenants.md).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path  # noqa: TC003 - a type of public arguments
from typing import TYPE_CHECKING, Final

from tenant_email.errors import TenantEmailError, redact_external
from tenant_email.inputs.unusable_values import read_json
from tenant_email.json_types import is_object
from tenant_email.redaction.secrets import register
from tenant_email.tenants.credentials import FILE
from tenant_email.tenants.entries import CONFIG_KEY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tenant_email.json_types import Props

LONGEST_WAIT: Final = 60.0  # seconds; a stack of Pulumi Cloud with ESC takes some
_COMMAND: Final = ("config", "--json", "--show-secrets", "--non-interactive", "--color", "never")
_NAMESPACES: Final = ("aws", "tenant-email")
_PUBLIC: Final = frozenset({"platform", "url", "tokenUrl", "allowHttp", "timeout"})
_PROJECT_FILES: Final = ("Pulumi.yaml", "Pulumi.yml", "Pulumi.json")

# The CLI's own words (3.260), and what a user does about them.
_REMEDIES: Final = (
    (r"no Pulumi\.yaml project file", "Run it in the project's folder, or name that with --cwd."),
    (r"no stack selected", "Name it, as in --stack dev, or run: pulumi stack select"),
    (r"no stack named|stack .* not found", "See which there are: pulumi stack ls"),
    (
        r"PASSPHRASE must be set|passphrase must be set",
        "Set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE.",
    ),
    (r"incorrect passphrase", "Correct PULUMI_CONFIG_PASSPHRASE, or the file of PULUMI_CONFIG_PASSPHRASE_FILE."),
    (
        r"PULUMI_ACCESS_TOKEN|pulumi login|[Uu]nauthorized|[Ii]nvalid access token|401",
        "Log in first: pulumi login, or set PULUMI_ACCESS_TOKEN, or PULUMI_BACKEND_URL for another backend.",
    ),
)


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
    if not (program := shutil.which("pulumi", path=environ.get("PATH"))):
        raise TenantEmailError(
            f"{who}: the Pulumi CLI is not on PATH",
            remedy="Install it (https://www.pulumi.com/docs/install), or name the tenants with --tenants or variables.",
        )
    words = [program, *_COMMAND, *(("--stack", stack) if stack else ())]
    code, out, err = _run(words, who, folder, {**environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}, longest)
    if code:
        said = redact_external(err.strip().removeprefix("error: ")) or f"exit code {code}"
        remedy = next((remedy for pattern, remedy in _REMEDIES if re.search(pattern, err)), "")
        raise TenantEmailError(
            f"{who}: pulumi config answered: {said}",
            remedy=remedy or "Correct what it says; `pulumi config --show-secrets` has to work in that folder.",
        )
    return StackConfig(stack, _project(folder), _values(out, who))


def _run(words: list[str], who: str, folder: Path, environ: Mapping[str, str], longest: float) -> tuple[int, str, str]:
    """Returns (exit code, stdout, stderr) of the CLI; what it started ends with it."""
    try:
        process = subprocess.Popen(  # noqa: S603 - the user's own Pulumi CLI
            words,
            cwd=folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise TenantEmailError(
            f"{who}: {words[0]} cannot be started ({error.strerror})", remedy="Repair the Pulumi CLI that is on PATH."
        ) from None
    with process:
        try:
            out, err = process.communicate(timeout=longest)
        except BaseException as error:
            _end(process)
            if not isinstance(error, subprocess.TimeoutExpired):
                raise
            raise TenantEmailError(
                f"{who}: pulumi config did not end in {longest:.0f} s",
                remedy="See what `pulumi config --show-secrets` waits for in that folder, such as a network.",
            ) from None
    return process.returncode, out.decode(errors="replace"), err.decode(errors="replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the CLI with all that it started: its children hold the pipes open."""
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


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
