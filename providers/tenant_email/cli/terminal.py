"""What a person sees of a command: color, marks and progress at a terminal, and plain lines everywhere else.

A command writes its result with `echo(text)` and what is said about it with `echo(text, err=True)`; both take what
`paint` and `marks` return. A wait is shown by

    with progress("waiting for the mail") as shown:
        while not arrived():
            shown.update("waiting for the mail, 3 of 5 are here")

on stderr: at a terminal one line that is rewritten, with the seconds, and is gone at the end; elsewhere a line at the
start, and one every 30 seconds. Examples for `--help` are the epilog of a command:

    @app.command(epilog=examples(("Look at the tenant that the environment names", "tenant-email doctor auth0")))

A test takes each by its word. Text from outside goes through `redaction.visible` first: nothing is made harmless
here. (`endings` has what a terminal's encoding lacks written as escapes.)

Sources: https://no-color.org, https://bixense.com/clicolors, https://force-color.org; terminfo's "dumb".
"""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
import unicodedata
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import typer

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping
    from typing import TextIO

Style = Literal["bold", "dim", "red", "green", "yellow", "cyan"]

_CODES: Final[Mapping[Style, int]] = {"bold": 1, "dim": 2, "red": 31, "green": 32, "yellow": 33, "cyan": 36}
_REDRAWN: Final = 0.2  # seconds
_REPEATED: Final = 30.0  # seconds between lines where nothing can be rewritten
_ERASE_LINE: Final = "\r\x1b[2K"


@dataclass(frozen=True)
class Marks:
    """Signs at the start of a line, and of what is cut."""

    ok: str
    warning: str
    error: str
    ellipsis: str
    turning: tuple[str, ...]


_UNICODE: Final = Marks("✓", "!", "✗", "…", tuple("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"))
_ASCII: Final = Marks("ok", "!", "x", "...", tuple("|/-\\"))


def is_terminal(stream: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """Returns whether a stream is a terminal on which a line can be rewritten."""
    try:
        return stream.isatty() and environ.get("TERM") != "dumb"
    except ValueError:  # it is closed
        return False


def has_color(stream: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """Returns whether color is wanted on a stream: `NO_COLOR` wins, then what forces it, then whether one sees it."""
    if environ.get("NO_COLOR"):
        return False
    forced = environ.get("FORCE_COLOR") or environ.get("CLICOLOR_FORCE")
    if forced:
        return forced != "0"
    return environ.get("CLICOLOR") != "0" and is_terminal(stream, environ)


def width() -> int:
    """Returns the columns of the terminal, or of `COLUMNS`; 80 where there is none."""
    return shutil.get_terminal_size().columns


def cells(text: str) -> int:
    """Returns how many columns a text takes: East Asian characters take two, and what is joined to others none."""
    wide = sum(unicodedata.east_asian_width(each) in "WF" for each in text)
    return len(text) + wide - sum(unicodedata.category(each) in ("Mn", "Me", "Cf") for each in text)


def marks(stream: TextIO) -> Marks:
    """Returns the marks that the encoding of a stream has."""
    try:
        "".join([_UNICODE.ok, _UNICODE.error, _UNICODE.ellipsis, *_UNICODE.turning]).encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return _ASCII
    return _UNICODE


def paint(text: str, *styles: Style, err: bool = False) -> str:
    """Returns a text in a style, where its stream (stdout, or stderr with `err`) has color."""
    if not styles or not has_color(sys.stderr if err else sys.stdout):
        return text
    return f"\x1b[{';'.join(str(_CODES[style]) for style in styles)}m{text}\x1b[0m"


def echo(text: str = "", *, err: bool = False) -> None:
    """Writes a line to stdout, or to stderr with `err`, above a progress that is shown there."""
    stream = sys.stderr if err else sys.stdout
    with _Line.lock:
        if _Line.shown:
            _Line.shown.erase()
        typer.echo(text, file=stream, color=has_color(stream))


def examples(*shown: tuple[str, str]) -> str:
    """Returns the epilog of a command from what each example does and its command line."""
    lines = (f"  # {does}\n  {line}" for does, line in shown)
    return "\n\n".join(["\b\nExamples:", *(f"\b\n{each}" for each in lines)])


def example_lines(epilog: str) -> list[str]:
    """Returns the command lines in an epilog that `examples` made."""
    lines = (line.strip() for line in epilog.splitlines())
    return [line for line in lines if line not in ("", "\b", "Examples:") and not line.startswith("#")]


class Progress:
    """A wait that is being shown; `update` says how far it is."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.began = time.monotonic()

    def update(self, text: str) -> None:
        """Changes what is said of the wait."""
        self.text = text


@contextmanager
def progress(text: str, *, every: float = _REPEATED) -> Generator[Progress]:
    """Shows on stderr that a wait goes on, as long as the block runs.

    `every` is the number of seconds after which it is said again where the line cannot be rewritten.
    """
    shown = Progress(text)
    line = _Line(shown) if is_terminal(sys.stderr) else _Said(shown)
    over = threading.Event()
    thread = threading.Thread(target=_keep, args=(line, over, _REDRAWN if isinstance(line, _Line) else every))
    line.draw()
    thread.start()
    try:
        yield shown
    finally:
        over.set()
        thread.join()
        line.end()


def _keep(line: _Line | _Said, over: threading.Event, seconds: float) -> None:
    with suppress(OSError, ValueError):  # nobody reads stderr any more
        while not over.wait(seconds):
            line.draw()


class _Said:
    """A progress as lines."""

    def __init__(self, shown: Progress) -> None:
        self._shown = shown

    def draw(self) -> None:
        """Says that it goes on; the first time without the seconds."""
        seconds = round(time.monotonic() - self._shown.began)
        echo(f"{self._shown.text} ({seconds} s)" if seconds else self._shown.text, err=True)

    def end(self) -> None:
        """Leaves what was said."""


class _Line:
    """A progress as one line of a terminal."""

    lock: Final = threading.RLock()
    shown: _Line | None = None

    def __init__(self, shown: Progress) -> None:
        self._shown = shown
        self._marks = marks(sys.stderr)
        self._drawn = 0

    def draw(self) -> None:
        """Writes the line anew, cut to the terminal's width."""
        seconds = f" {round(time.monotonic() - self._shown.began)} s"
        sign = self._marks.turning[self._drawn % len(self._marks.turning)]
        self._drawn += 1
        room = width() - cells(sign) - cells(seconds) - 2  # a full line would begin the next one
        text = cut(self._shown.text, max(room, 0), self._marks.ellipsis)
        with _Line.lock:
            _Line.shown = self
            line = f"{paint(sign, 'cyan', err=True)} {text}{paint(seconds, 'dim', err=True)}"
            _write(f"{_ERASE_LINE}{line}")

    def erase(self) -> None:
        """Makes room for other lines; the next drawing brings it back."""
        _write(_ERASE_LINE)

    def end(self) -> None:
        """Takes the line away."""
        with _Line.lock:
            self.erase()
            _Line.shown = None


def cut(text: str, room: int, ellipsis: str) -> str:
    """Returns a text that fits in a number of columns, with an ellipsis where something was cut."""
    if cells(text) <= room:
        return text
    return "".join(_fitting(text, room - cells(ellipsis))) + ellipsis if room > cells(ellipsis) else ""


def _fitting(text: str, room: int) -> Iterable[str]:
    for character in text:
        room -= cells(character)
        if room < 0:
            return
        yield character


def _write(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
