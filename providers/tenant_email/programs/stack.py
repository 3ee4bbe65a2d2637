"""Puts settings and secrets into the config of a stack, by the Pulumi CLI, which encrypts them.

Each value goes to the CLI's standard input: an argument is seen by every user of the machine.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenant_email.programs.project import config_text, needs_type, tenant_settings
from tenant_email.redaction.secrets import Secret
from tenant_email.tenants.pulumi_cli import ask_cli, find_cli

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from tenant_email.programs.found import Found
    from tenant_email.programs.project import ProjectFiles

_OTHERWISE = "Correct what it says, and run it again: what is set already is set once more."


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting of a stack's config.

    path: its key is a path, as `tenant-email:tenants.main.url` is. text: the CLI would take it for a number there.
    """

    key: str
    value: str | Secret
    path: bool = False
    text: bool = False


def settings_of(found: Found, files: ProjectFiles) -> Iterator[Setting]:
    """Yields what a stack of a project is told: where its tenants are, and each setting and secret that is known."""
    for key, value in found.config.items():
        yield Setting(key, value)
    for tenant in found.tenants:
        for path, said in tenant_settings(tenant):
            yield Setting(path, config_text(said), path=True, text=needs_type(said))
    for key, known in (*files.settings.items(), *files.secrets.items()):
        if known is not None:
            yield Setting(key, known)


def require_cli(stack: str, environ: Mapping[str, str]) -> str:
    """Returns the path of the CLI; raises TenantEmailError where there is none."""
    otherwise = "leave out --configure: the README has the commands that ask for each secret."
    return find_cli(f"stack {stack}", environ, otherwise)


def configure(
    stack: str,
    folder: Path,
    settings: Iterable[Setting],
    announce: Callable[[str], None],
    environ: Mapping[str, str] | None = None,
) -> None:
    """Selects a stack of the project in a folder, makes it where there is none, and sets each of the settings.

    Raises:
        TenantEmailError: there is no CLI, or it refuses; what was set before stays set.
    """
    environ = os.environ if environ is None else environ
    program, who = require_cli(stack, environ), f"stack {stack}"
    common = ("--non-interactive", "--color", "never")
    words = [program, "stack", "select", "--create", "--stack", stack, *common]
    ask_cli(words, who, folder, environ, _OTHERWISE)
    for each in settings:
        secret = isinstance(each.value, Secret)
        announce(f"{who}: setting {each.key}{' (secret)' if secret else ''}")
        kind = "--secret" if secret else "--plaintext"
        text = each.value.reveal() if isinstance(each.value, Secret) else each.value
        words = [
            program,
            "config",
            "set",
            kind,
            *(["--path"] if each.path else []),
            *(["--type", "string"] if each.text else []),
            each.key,
            "--stack",
            stack,
            *common,
        ]
        # The CLI takes one line end off what it reads.
        ask_cli(words, who, folder, environ, _OTHERWISE, typed=f"{text}\n")
