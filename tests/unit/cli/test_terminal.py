"""What a person sees of a command at a terminal, and what is left of it elsewhere."""

from __future__ import annotations

import io
import os
import pty
import re
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from tenant_email.cli import COMMANDS, app, terminal

if TYPE_CHECKING:
    from pathlib import Path

SHOWN = (
    "import time, sys\nfrom tenant_email.cli import terminal as t\n"
    "with t.progress('waiting for \u8a08 the mail', every=0.3) as shown:\n    time.sleep(0.5)\n"
    "    shown.update('x' * 300)\n    t.echo('between')\n    time.sleep(0.3)\n"
    "t.echo(t.paint('done', 'green'))"
)


class Stream(io.StringIO):
    """A stream that says whether it is a terminal."""

    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self.isatty = lambda: terminal  # type: ignore[method-assign]


def uncolored() -> dict[str, str]:
    """Returns the environment without what decides about color."""
    decides = {"NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE"}
    return {name: value for name, value in os.environ.items() if name not in decides}


def at_a_terminal(*command: str, columns: int = 40, **environ: str) -> str:
    """Runs a command in a terminal of its own and returns everything that was written to it."""
    ours, theirs = pty.openpty()
    env = {**uncolored(), "TERM": "xterm", "COLUMNS": str(columns), "LINES": "20", "PYTHONUTF8": "1", **environ}
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=env):
        os.close(theirs)
        written = b""
        try:
            while part := os.read(ours, 65536):
                written += part
        except OSError:  # Linux says so when the other end is closed
            pass
    os.close(ours)
    return written.decode()


@pytest.mark.parametrize(
    ("environ", "terminal_", "expected"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "0"}, True, False),
        ({"CLICOLOR_FORCE": "1"}, False, True),
        ({"CLICOLOR": "0"}, True, False),
        ({"TERM": "dumb"}, True, False),
    ],
)
def test_color_is_where_it_is_wanted(environ: dict[str, str], *, terminal_: bool, expected: bool) -> None:
    """By the variables that other tools have for it, and by the stream."""
    assert terminal.has_color(Stream(terminal=terminal_), environ) is expected


def test_a_closed_stream_is_no_terminal() -> None:
    """Nothing is asked of it."""
    stream = io.StringIO()
    stream.close()
    assert not terminal.is_terminal(stream)


def test_a_wait_is_one_line_of_a_terminal() -> None:
    """It is rewritten, never wider than the terminal, makes room for other lines, and is gone at the end."""
    written = at_a_terminal(sys.executable, "-c", SHOWN, NO_COLOR="1")
    drawn = [part for part in re.split(r"[\r\n]|\x1b\[\S*?[A-Za-z]", written) if part.strip()]
    assert re.fullmatch(r"\S waiting for \u8a08 the mail +0:00:00", drawn[0])
    assert max(map(cell_len, drawn)) == 40
    assert any("x\u2026" in part for part in drawn)
    assert drawn.count("between") == 1
    assert drawn[-1] == "done"
    assert "\x1b[3" not in written


def test_a_wait_leaves_what_is_piped_alone(tmp_path: Path) -> None:
    """The line is drawn on stderr, and what the command says goes to stdout."""
    out = tmp_path / "out"
    shell = f"{shlex.join((sys.executable, '-c', SHOWN))} > {shlex.quote(str(out))}"
    assert "waiting" in at_a_terminal("bash", "-c", shell)
    assert out.read_text() == "between\ndone\n"


def test_a_wait_elsewhere_is_said_now_and_then() -> None:
    """In plain lines on stderr; ASCII where the encoding has no more."""
    env = {**uncolored(), "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii:backslashreplace"}
    ended = subprocess.run((sys.executable, "-c", SHOWN), capture_output=True, text=True, env=env, check=True)
    assert ended.stdout == "between\ndone\n"
    assert ended.stderr.startswith("waiting for \\u8a08 the mail\nwaiting for \\u8a08 the mail")
    assert "\x1b" not in ended.stderr


@pytest.mark.parametrize("words", [(), *((name,) for name in COMMANDS)])
def test_help_is_plain_text(words: tuple[str, ...]) -> None:
    """No boxes, no line that is cut, nothing in the words of Python's types."""
    help_ = CliRunner().invoke(app, [*words, "--help"], env={"COLUMNS": "80"}).stdout
    assert help_.startswith(f"Usage: {' '.join(('root', *words))} ")
    assert not re.search(r"[\u2500-\u257f\x1b{}]|[a-z0-9_]\.\.\.$|list\[|<(int|str|path)", help_, re.MULTILINE)
    assert CliRunner().invoke(app, [*words, "-h"], env={"COLUMNS": "80"}).stdout == help_


def test_help_has_color_at_a_terminal() -> None:
    """And the same words."""
    command = (sys.executable, "-m", "tenant_email.cli", "--help")
    colored, plain = at_a_terminal(*command, columns=80), at_a_terminal(*command, columns=80, NO_COLOR="1")
    assert "\x1b[1mOptions:\x1b[0m" in colored
    assert "\x1b[36mdoctor\x1b[0m" in colored
    assert re.sub(r"\x1b\[\d*m", "", colored) == plain


def test_help_of_all_imports_no_command() -> None:
    """What each does is read from its source."""
    code = "import sys; from tenant_email.cli import app; app(standalone_mode=False); print('pulumi' in sys.modules)"
    ended = subprocess.run((sys.executable, "-c", code, "-h"), capture_output=True, text=True, check=True)
    assert ended.stdout.endswith("False\n")
    assert re.search(r"^  doctor +Look at a tenant", ended.stdout, re.MULTILINE)


def test_a_name_that_is_no_command_is_answered_with_the_closest() -> None:
    """With the exit code of a wrong command line."""
    result = CliRunner().invoke(app, ["lokal"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "No such command 'lokal'. Did you mean 'local'?" in result.stderr


def test_the_version_is_shown() -> None:
    """Alone."""
    assert re.fullmatch(r"tenant-email \d+\.\d+\.\d+\S*\n", CliRunner().invoke(app, ["--version"]).stdout)


def test_a_reader_that_goes_away_ends_the_command() -> None:
    """Without a word."""
    command = f"{sys.executable} -m tenant_email.cli --help | true; echo ${{PIPESTATUS[0]}}"
    ended = subprocess.run(("bash", "-c", command), capture_output=True, text=True, check=True)
    assert ended.stderr == ""


def test_an_error_stands_out_at_a_terminal() -> None:
    """What is wrong is red, what to do about it is not; a wait for the next finding is shown, and gone at the end."""
    command = (sys.executable, "-m", "tenant_email.cli")
    written = at_a_terminal(*command, "local", "--zone", "a b", columns=80)
    assert written == "\x1b[31m'a b' is no name of a zone\x1b[0m\r\nWrite a domain, such as acme.example.\r\n"
    unreachable = {"AUTH0_DOMAIN": "https://127.0.0.1:1", "AUTH0_CLIENT_ID": "x", "AUTH0_CLIENT_SECRET": "y"}
    written = at_a_terminal(*command, "doctor", "auth0", columns=80, **unreachable)
    assert "looking" in written
    assert "looking" not in written.rpartition("\x1b[2K")[2]


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_any_encoding_can_be_written(encoding: str, tmp_path: Path) -> None:
    """Characters that it lacks are escapes, in results, errors and help."""
    file = tmp_path / "\u2713 \u8a08.json"
    file.write_text('{"template": "verify_email", "subject": "\u8a08", "body": "{{ url }", "extra\u202e": 1}')
    for words in (
        ("--help",),
        ("doctor", "--help"),
        ("templates", "auth0", str(file)),
        ("templates", "auth0", "\u2713"),
    ):
        command = (sys.executable, "-m", "tenant_email.cli", *words)
        env = {**uncolored(), "PYTHONIOENCODING": encoding, "PYTHONUTF8": "1"}
        ended = subprocess.run(command, capture_output=True, env=env, check=False)
        assert b"Error" not in ended.stderr.replace(b"\0", b"")
        assert ended.returncode == (0 if "--help" in words else 1)
