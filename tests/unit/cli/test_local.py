"""`tenant-email local`: what it prints, and how it ends where the machine cannot be run."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import requests
from typer.testing import CliRunner

from tenant_email.cli import app
from tenant_email_local.machine import kept_ports

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from typer.testing import Result

SERVERS = ("aws", "dns", "smtp", "smtp_tls", "auth0", "page")


def call(*words: str) -> Result:
    """Calls the command."""
    return CliRunner().invoke(app, ("local", *words))


def started(folder: Path, *words: str) -> tuple[subprocess.Popen[str], list[str]]:
    """Starts it and returns the process and what it printed."""
    command = (sys.executable, "-m", "tenant_email.cli", "local", "--directory", str(folder), *words)
    run = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"})
    assert run.stdout
    printed = [next(run.stdout)]
    while not printed[-1].startswith("# Ctrl-C"):
        printed.append(next(run.stdout))
    return run, printed


def test_the_page_is_named_first_and_stays_where_it_is(tmp_path: Path) -> None:
    """Its port is the folder's, and what is printed is what a shell takes; another machine is not started there."""
    addresses = list[str]()
    for _ in range(2):
        run, printed = started(tmp_path)
        try:
            found = re.search(r"http://127\.0\.0\.1:\d+/", printed[0])
            assert found
            addresses.append(found[0])
            assert requests.get(found[0], timeout=60).ok
            again = call("--directory", str(tmp_path))
            assert again.exit_code == 1
            assert "in use already: port " in again.stderr
            assert again.stderr.splitlines()[-1].startswith("Stop what listens there")
            assert all(line.startswith(("#", "export ")) for line in printed)
        finally:
            run.send_signal(signal.SIGINT)
            assert run.wait(timeout=20) == 0
            assert run.stdout
            run.stdout.close()
    assert addresses[0] == addresses[1]


def test_there_may_be_no_page(tmp_path: Path) -> None:
    """Then nothing is printed of it, and no port is listened at."""
    run, printed = started(tmp_path, "--no-page")
    try:
        assert not any("browser" in line for line in printed)
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.1", kept_ports(tmp_path, SERVERS)["page"]), timeout=60)
    finally:
        run.send_signal(signal.SIGTERM)
        assert run.wait(timeout=20) == 0
        assert run.stdout
        run.stdout.close()


def test_a_proxy_of_the_shell_is_passed_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the machine itself, which asks its own Route 53 for a zone, and by who takes what is printed."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "corp.example")
    run, printed = started(tmp_path, "--no-page", "--zone", "acme.example")
    run.send_signal(signal.SIGTERM)
    run.communicate(timeout=20)
    assert [f"export {name}=corp.example,127.0.0.1,localhost\n" in printed for name in ("NO_PROXY", "no_proxy")] == [
        True,
        True,
    ]


@pytest.mark.parametrize("name", SERVERS)
def test_a_port_in_use_is_named(name: str, tmp_path: Path) -> None:
    """Whichever it is, with what to do."""
    port = kept_ports(tmp_path, SERVERS)[name]
    with socket.create_server(("127.0.0.1", port)):
        result = call("--directory", str(tmp_path))
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"in use already: port {port} ({name})\n" in result.stderr


def test_the_page_has_a_port_of_its_own(tmp_path: Path) -> None:
    """Another server's is refused, before both want it."""
    port = kept_ports(tmp_path, SERVERS)["aws"]
    result = call("--directory", str(tmp_path), "--page", str(port))
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"port {port} is another server's of this folder\nChoose another --page.\n" in result.stderr


def _broken_authority(folder: Path) -> None:
    (folder / "ca").mkdir()
    for file in ("ca.pem", "ca-key.pem"):
        (folder / "ca" / file).write_text("no PEM")


BROKEN: list[tuple[Callable[[Path], object], str, str]] = [
    (lambda folder: (folder / "ports.json").write_text("{"), "does not hold ports", "Remove it"),
    (lambda folder: (folder / "ports.json").write_bytes(b"\xff\xfe{\x00"), "does not hold ports", "Remove it"),
    (lambda folder: (folder / "ports.json").write_text("[1]"), "does not hold ports", "Remove it"),
    (lambda folder: (folder / "ports.json").write_text(json.dumps({"aws": 70000})), "does not hold ports", "Remove it"),
    (lambda folder: (folder / "ports.json").write_text(json.dumps({"aws": "x"})), "does not hold ports", "Remove it"),
    (lambda folder: (folder / "ports.json").mkdir(), "Is a directory", "correct the path"),
    (_broken_authority, "does not hold the local authority", "Remove this folder"),
]


@pytest.mark.parametrize(("break_", "reason", "remedy"), BROKEN, ids=range(len(BROKEN)))
def test_a_broken_folder_is_said(break_: Callable[[Path], object], reason: str, remedy: str, tmp_path: Path) -> None:
    """With the file, and what to do; a folder that is a file too."""
    folder = tmp_path / "my machine"
    folder.mkdir()
    break_(folder)
    result = call("--directory", str(folder))
    assert isinstance(result.exception, SystemExit)
    assert (result.exit_code, result.stdout) == (1, "")
    assert reason in result.stderr
    assert str(folder) in result.stderr
    assert remedy in result.stderr.splitlines()[-1]


def test_a_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    """As any path that is not to be had."""
    (tmp_path / "file").write_text("")
    result = call("--directory", str(tmp_path / "file"))
    assert isinstance(result.exception, SystemExit)
    assert result.exit_code == 1
    assert str(tmp_path / "file") in result.stderr


@pytest.mark.parametrize("zone", ["a b", "", "-a.example", "a..example", "a" * 64 + ".example", "ü\x1b.example"])
def test_what_is_no_zone_is_said(zone: str, tmp_path: Path) -> None:
    """Before anything is started."""
    result = call("--directory", str(tmp_path), "--zone", zone)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "is no name of a zone\nWrite a domain, such as acme.example." in result.stderr
    assert "\x1b" not in result.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "words", [("--page", "0"), ("--page", "65536"), ("--page", "x"), ("--page", "8080", "--no-page")]
)
def test_a_wrong_port_is_a_wrong_command_line(words: tuple[str, ...]) -> None:
    """As any option that cannot be."""
    assert call(*words).exit_code == 2
