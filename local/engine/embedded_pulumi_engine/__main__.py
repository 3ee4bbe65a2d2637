"""The engine as a command: `python -m embedded_pulumi_engine up --cwd DIR --stack NAME --state-dir DIR`."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from embedded_pulumi_engine.files import StackLockedError
from embedded_pulumi_engine.passphrase import PassphraseError
from embedded_pulumi_engine.stack import Result, Stack

if TYPE_CHECKING:
    from collections.abc import Callable

_EXAMPLES = """\b
Examples:
  # Show what would be made, and make it
  python -m embedded_pulumi_engine preview --cwd stacks/auth0_ses --stack dev
  python -m embedded_pulumi_engine up --cwd stacks/auth0_ses --stack dev

  # Set a secret of the stack; PULUMI_CONFIG_PASSPHRASE encrypts it
  python -m embedded_pulumi_engine config password s3cret --secret"""

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # boxes break in logs and in narrow terminals
    help="Run a Pulumi program without the Pulumi CLI and without an account, for trying out and for tests.",
    epilog=_EXAMPLES.replace("\n\n", "\n\n\b\n"),
    context_settings={"help_option_names": ["-h", "--help"]},
)

Cwd = Annotated[Path, typer.Option(metavar="DIR", help="The folder of Pulumi.yaml.")]
Name = Annotated[str, typer.Option(metavar="NAME", help="The stack.")]
StateDir = Annotated[Path, typer.Option(metavar="DIR", help="The folder that keeps states.")]
Replace = Annotated[list[str] | None, typer.Option(metavar="URN", help="The URN of a resource to replace; repeatable.")]
RunProgram = Annotated[bool, typer.Option(help="Run the program first, for today's configuration.")]

_CWD = Path()
_STATES = Path(".pulumi-local")


@app.command()
def preview(*, cwd: Cwd = _CWD, stack: Name = "dev", state_dir: StateDir = _STATES, replace: Replace = None) -> None:
    """Show what an update would do."""
    _finish(lambda: Stack(cwd, stack, state_dir=state_dir).preview(replace=replace or ()))


@app.command()
def up(*, cwd: Cwd = _CWD, stack: Name = "dev", state_dir: StateDir = _STATES, replace: Replace = None) -> None:
    """Create or update the stack."""
    _finish(lambda: Stack(cwd, stack, state_dir=state_dir).up(replace=replace or ()))


@app.command()
def refresh(
    *, cwd: Cwd = _CWD, stack: Name = "dev", state_dir: StateDir = _STATES, run_program: RunProgram = False
) -> None:
    """Record what the resources really are."""
    _finish(lambda: Stack(cwd, stack, state_dir=state_dir).refresh(run_program=run_program))


@app.command()
def destroy(
    *, cwd: Cwd = _CWD, stack: Name = "dev", state_dir: StateDir = _STATES, run_program: RunProgram = False
) -> None:
    """Delete all resources of the stack."""
    _finish(lambda: Stack(cwd, stack, state_dir=state_dir).destroy(run_program=run_program))


@app.command()
def export(*, cwd: Cwd = _CWD, stack: Name = "dev", state_dir: StateDir = _STATES) -> None:
    """Print the state, secrets encrypted, for `pulumi stack import`."""
    print(json.dumps(Stack(cwd, stack, state_dir=state_dir).export(), indent=4, ensure_ascii=False))


@app.command(name="import")
def import_(*, cwd: Cwd = _CWD, stack: Name = "dev", state_dir: StateDir = _STATES) -> None:
    """Read a state from standard input, as `export` prints it."""
    try:
        state = json.load(sys.stdin)
    except ValueError as error:
        print(f"error: the standard input is no state: {error}\nGive it what export prints.", file=sys.stderr)
        raise typer.Exit(1) from None
    Stack(cwd, stack, state_dir=state_dir).import_(state)


@app.command()
def config(
    key: str,
    value: str,
    *,
    cwd: Cwd = _CWD,
    stack: Name = "dev",
    state_dir: StateDir = _STATES,
    secret: Annotated[bool, typer.Option("--secret", help="Encrypt it with PULUMI_CONFIG_PASSPHRASE.")] = False,
    path: Annotated[bool, typer.Option("--path", help="Take the key for a path into a map, as a.b.")] = False,
) -> None:
    """Set a value of the stack's config, encrypted with --secret."""
    Stack(cwd, stack, state_dir=state_dir).set_config(key, value, secret=secret, path=path)


def _finish(operation: Callable[[], Result]) -> None:
    """Runs an operation and exits with 1 when it failed."""
    if not operation().ok:
        raise typer.Exit(1)


def main() -> None:
    """Runs the command; what the user can put right is one line."""
    # a polite end is an interrupt: running operations finish and are recorded
    for stop in (signal.SIGINT, signal.SIGTERM):  # a shell starts background jobs with SIGINT ignored
        signal.signal(stop, signal.default_int_handler)
    try:
        app()
    except (StackLockedError, PassphraseError, FileNotFoundError) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
