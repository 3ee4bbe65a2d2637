"""Asks the Pulumi CLI that is on PATH, which may be missing, wait for ever, or refuse."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from typing import TYPE_CHECKING, Final

from tenant_email.errors import TenantEmailError, redact_external

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    Process = subprocess.Popen[bytes]

LONGEST_WAIT: Final = 60.0  # seconds; a stack of Pulumi Cloud with ESC takes some

# which it says first, and which is no reason for anything
_ANNOUNCED: Final = re.compile(r"^Logging in using access token from PULUMI_ACCESS_TOKEN\n", re.MULTILINE)
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
    (r"unable to open state directory", "Make that folder, or correct PULUMI_BACKEND_URL."),
    (
        r"\[[45]\d\d\]|rate-limit exceeded|performing HTTP request|unmarshalling response",
        "See whether PULUMI_BACKEND_URL is the service that has the states, and try again when it answers.",
    ),
    (
        r"get credentials|NoCredentialProviders",
        "Provide what the states' cloud is logged in to with, such as AWS_PROFILE or a role.",
    ),
    (
        r"PULUMI_ACCESS_TOKEN|pulumi login|[Uu]nauthorized|[Ii]nvalid access token|401",
        "Log in first: pulumi login, or set PULUMI_ACCESS_TOKEN, or PULUMI_BACKEND_URL for another backend.",
    ),
)


def find_cli(who: str, environ: Mapping[str, str], otherwise: str) -> str:
    """Returns the path of the CLI; raises TenantEmailError where there is none, and says what to do otherwise."""
    if program := shutil.which("pulumi", path=environ.get("PATH")):
        return program
    remedy = f"Install it (https://www.pulumi.com/docs/install), or {otherwise}"
    raise TenantEmailError(f"{who}: the Pulumi CLI is not on PATH", remedy=remedy)


def ask_cli(
    words: Sequence[str],
    who: str,
    folder: Path,
    environ: Mapping[str, str],
    otherwise: str,
    *,
    typed: str | None = None,
    longest: float = LONGEST_WAIT,
) -> str:
    """Returns what the CLI prints on stdout; what it started ends with it.

    Args:
        words: the program, the command and its options; nothing secret, because every user of the machine sees them.
        who: what an error begins with, such as `stack dev`.
        folder: where it runs.
        environ: its environment.
        otherwise: the remedy where the CLI's answer is none that is known here.
        typed: what it reads on its standard input; None for nothing.
        longest: seconds that it may take.

    Raises:
        TenantEmailError: it cannot be started, refuses, or does not end.
    """
    command = " ".join(["pulumi", *(word for word in words[1:3] if not word.startswith("-"))])
    process = _start(words, who, folder, environ, reads=typed is not None)
    code, out, err = _wait(process, who, command, longest, typed)
    if code:
        err = _ANNOUNCED.sub("", err)
        said = redact_external(err.strip().removeprefix("error: ")) or f"exit code {code}"
        raise TenantEmailError(f"{who}: {command} answered: {said}", remedy=remedy_of(err) or otherwise)
    return out


def remedy_of(said: str) -> str:
    """Returns what to do about what the CLI says that keeps it from a stack; empty where that is not known here."""
    return next((remedy for pattern, remedy in _REMEDIES if re.search(pattern, said)), "")


def _start(words: Sequence[str], who: str, folder: Path, environ: Mapping[str, str], *, reads: bool) -> Process:
    try:
        return subprocess.Popen(  # noqa: S603 - the user's own Pulumi CLI
            words,
            cwd=folder,
            env={**environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
            stdin=subprocess.PIPE if reads else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise TenantEmailError(
            f"{who}: {words[0]} cannot be started ({error.strerror})", remedy="Repair the Pulumi CLI that is on PATH."
        ) from None


def _wait(process: Process, who: str, command: str, longest: float, typed: str | None) -> tuple[int, str, str]:
    """Returns (exit code, stdout, stderr)."""
    with process:
        try:
            out, err = process.communicate(None if typed is None else typed.encode(), timeout=longest)
        except BaseException as error:
            _end(process)
            if not isinstance(error, subprocess.TimeoutExpired):
                raise
            raise TenantEmailError(
                f"{who}: {command} did not end in {longest:.0f} s",
                remedy=f"See what `{command}` waits for in that folder, such as a network.",
            ) from None
    return process.returncode, out.decode(errors="replace"), err.decode(errors="replace")


def _end(process: Process) -> None:
    """Ends the CLI with all that it started: its children hold the pipes open."""
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
