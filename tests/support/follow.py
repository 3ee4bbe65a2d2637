"""Does what a document's shell block says, command by command, with an engine; a command that nobody knows is an error.

What a reader fills in (`…`, a secret that is asked for) and what is another here (the url of a tenant) comes from
`answers`, by the last part of the key.
"""

from __future__ import annotations

import argparse
import shlex
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from support.engines import Outcome

INSTALLS = ("python3 -m venv .venv && .venv/bin/pip install -r requirements.txt", "pulumi install")
"""How a copied stack gets its environment; tests/engine/install does that in an empty one."""

ADDS = 'pulumi package add "$OLDPWD/plugin"'
"""How one in another language than Python gets the plug-in and its SDK; tests/engine/plugin does that."""


class Followed(Protocol):
    """What commands are done with: a part of `support.engines.Engine`."""

    def set_config(self, key: str, value: str, *, secret: bool = False, path: bool = False) -> None:
        """Sets a configuration value."""
        ...

    def preview(self) -> Outcome:
        """Previews an update."""
        ...

    def up(self) -> Outcome:
        """Updates the stack."""
        ...

    def refresh(self, *, run_program: bool = False) -> Outcome:
        """Refreshes the state."""
        ...

    def destroy(self, *, run_program: bool = False) -> Outcome:
        """Destroys the stack."""
        ...


class NobodyRunsItError(AssertionError):
    """A command that no test runs."""


def follow(commands: Iterable[str], engine: Followed, answers: Mapping[str, str], project: str) -> list[Outcome]:
    """Does the commands of a block in their order; returns the outcomes of operations."""
    outcomes: list[Outcome] = []
    for command in commands:
        words = shlex.split(command, comments=True)
        match words:
            case [] | ["pulumi", "stack", "init", _] | ["cp", "-r", *_]:
                continue
            case _ if command in INSTALLS:
                continue
            case ["pulumi", "preview" | "up", "--policy-pack", *_]:
                continue  # tests/engine/auth0/test_policies.py does that
            case ["pulumi", "package", "add", where] if where.partition("@")[0].endswith("/plugin"):
                continue
            case ["pulumi", "config", "set", *arguments]:
                _set(arguments, engine, answers, project)
            case ["pulumi", ("preview" | "up" | "refresh" | "destroy") as operation, *flags]:
                outcomes.append(_operate(operation, flags, engine))
            case _:
                raise NobodyRunsItError(command)
    return outcomes


def _set(arguments: list[str], engine: Followed, answers: Mapping[str, str], project: str) -> None:
    parser = argparse.ArgumentParser(exit_on_error=False)
    parser.add_argument("--path", action="store_true")
    parser.add_argument("--secret", action="store_true")
    parser.add_argument("key")
    parser.add_argument("value", nargs="?")
    given = parser.parse_args(arguments[: arguments.index("<")] if "<" in arguments else arguments)
    last = given.key.rpartition(":")[2].rpartition(".")[2]
    unsaid = given.value is None or "…" in given.value
    assert not (unsaid and last not in answers), f"{given.key} has no value, and nobody answers for {last}"
    value = answers.get(last, given.value)
    key = given.key if ":" in given.key else f"{project}:{given.key}"
    engine.set_config(key, value, secret=given.secret, path=given.path)


def _operate(operation: str, flags: list[str], engine: Followed) -> Outcome:
    if operation in ("refresh", "destroy"):
        assert set(flags) <= {"--run-program"}, flags
        run: Outcome = getattr(engine, operation)(run_program="--run-program" in flags)
        return run
    assert not flags, flags
    return engine.preview() if operation == "preview" else engine.up()
