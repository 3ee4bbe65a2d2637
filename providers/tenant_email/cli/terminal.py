"""What a person sees of a command: color and progress at a terminal, and plain lines everywhere else.

A command writes its result with `echo(text)` and what is said about it with `echo(text, err=True)`; both take what
`paint` returns. A wait is shown by

    with progress("waiting for the mail") as shown:
        while not arrived():
            shown.update("waiting for the mail, 3 of 5 are here")

on stderr: at a terminal one line that Rich rewrites, with the seconds, and that is gone at the end; elsewhere a line at
the start, and one every 30 seconds. Examples for `--help` are the epilog of a command:

    @app.command(epilog=examples(("Look at the tenant that the environment names", "tenant-email doctor auth0")))

A test takes each by its word. Text from outside goes through `redaction.visible` first: nothing is made harmless
here. (`endings` has what a terminal's encoding lacks written as escapes.)

Sources: https://no-color.org, https://bixense.com/clicolors, https://force-color.org; terminfo's "dumb".
"""

from __future__ import annotations

import os
import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final, Literal

import typer

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from typing import TextIO

    from rich.progress import Progress as Bars

Style = Literal["bold", "dim", "red", "green", "yellow", "cyan"]

_REPEATED: Final = 30.0  # seconds between lines where nothing can be rewritten


def is_terminal(stream: TextIO | None, environ: Mapping[str, str] = os.environ) -> bool:
    """Returns whether a stream is a terminal on which a line can be rewritten; one that `>&-` closed is None."""
    try:
        return stream is not None and stream.isatty() and environ.get("TERM") != "dumb"
    except ValueError:  # it is closed
        return False


def has_color(stream: TextIO | None, environ: Mapping[str, str] = os.environ) -> bool:
    """Returns whether color is wanted on a stream: `NO_COLOR` wins, then what forces it, then whether one sees it."""
    if environ.get("NO_COLOR"):
        return False
    forced = environ.get("FORCE_COLOR") or environ.get("CLICOLOR_FORCE")
    if forced:
        return forced != "0"
    return environ.get("CLICOLOR") != "0" and is_terminal(stream, environ)


def is_attended() -> bool:
    """Returns whether somebody is there to be asked; a standard input that `<&-` closed is None."""
    return bool(sys.stdin and sys.stdin.isatty())


def paint(text: str, *styles: Style, err: bool = False) -> str:
    """Returns a text in a style, where its stream (stdout, or stderr with `err`) has color."""
    if not styles or not has_color(sys.stderr if err else sys.stdout):
        return text
    colors = [style for style in styles if style not in ("bold", "dim")]
    return typer.style(
        text, fg=colors[0] if colors else None, bold="bold" in styles or None, dim="dim" in styles or None
    )


def echo(text: str = "", *, err: bool = False) -> None:
    """Writes a line to stdout, or to stderr with `err`, above a progress that is shown there."""
    stream = sys.stderr if err else sys.stdout
    typer.echo(text, file=stream, color=has_color(stream))


def tell(message: str) -> None:
    """Writes an error to stderr; what is wrong stands out from what to do about it."""
    first, line_end, rest = message.partition("\n")
    echo(f"{paint(first, 'red', err=True)}{line_end}{rest}", err=True)


def examples(*shown: tuple[str, str]) -> str:
    """Returns the epilog of a command from what each example does and its command line."""
    lines = (f"  # {does}\n  {line}" for does, line in shown)
    return "\n\n".join(["\b\nExamples:", *(f"\b\n{each}" for each in lines)])


class Progress:
    """A wait that is being shown; `update` says how far it is."""

    def __init__(self, text: str) -> None:
        from tenant_email.timing import USUAL  # noqa: PLC0415 - it loads Pulumi, which `--help` needs not

        self._text, self._now = text, USUAL.now
        self._began = self._now()

    def update(self, text: str) -> None:
        """Changes what is said of the wait."""
        self._text = text

    def say(self) -> None:
        """Says on stderr that it goes on; the first time without the seconds."""
        seconds = round(self._now() - self._began)
        echo(f"{self._text} ({seconds} s)" if seconds else self._text, err=True)


class _Drawn(Progress):
    """A wait as one line of a terminal, which Rich draws."""

    def __init__(self, text: str, bars: Bars) -> None:
        super().__init__(text)
        self._bars, self._task = bars, bars.add_task(text, total=None)

    def update(self, text: str) -> None:
        """Changes the line."""
        self._bars.update(self._task, description=text)


@contextmanager
def progress(text: str, *, every: float = _REPEATED, says: bool = True) -> Generator[Progress]:
    """Shows on stderr that a wait goes on, as long as the block runs.

    `every` is the number of seconds after which it is said again where the line cannot be rewritten; without `says`
    nothing is said there, for a command whose results come one by one.
    """
    if is_terminal(sys.stderr):
        with _drawn(text) as shown:
            yield shown
    elif says:
        with _said(text, every) as shown:
            yield shown
    else:
        yield Progress(text)


@contextmanager
def _said(text: str, every: float) -> Generator[Progress]:
    shown, over = Progress(text), threading.Event()

    def go_on() -> None:
        with suppress(OSError, ValueError):  # nobody reads stderr any more
            while not over.wait(every):
                shown.say()

    thread = threading.Thread(target=go_on)
    shown.say()
    thread.start()
    try:
        yield shown
    finally:
        over.set()
        thread.join()


@contextmanager
def _drawn(text: str) -> Generator[Progress]:
    # A command that does not wait at a terminal has no use for them.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress as Bars  # noqa: PLC0415
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415
    from rich.table import Column  # noqa: PLC0415

    described = TextColumn(
        "{task.description}", markup=False, table_column=Column(no_wrap=True, overflow="ellipsis", ratio=1)
    )
    bars = Bars(
        SpinnerColumn(style="cyan" if has_color(sys.stderr) else ""),
        described,
        TimeElapsedColumn(),
        console=Console(stderr=True, no_color=not has_color(sys.stderr), highlight=False),
        transient=True,
        expand=True,
        redirect_stdout=is_terminal(sys.stdout),  # or what is piped would be drawn here
    )
    with bars:
        yield _Drawn(text, bars)
