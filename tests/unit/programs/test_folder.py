"""A project's folder is written whole or not at all, and nothing that exists is touched."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest

from tenant_email.errors import TenantEmailError
from tenant_email.programs.folder import write_folder

_FILES = {"__main__.py": "print()\n", "templates/a.html": "\ufeffa\r\n"}


def everything(folder: Path) -> list[str]:
    """Returns all paths below a folder."""
    return sorted(str(each.relative_to(folder)) for each in folder.rglob("*"))


@pytest.mark.parametrize("where", ["new", "deep/er/new", "empty"])
def test_all_files_are_there_byte_for_byte(tmp_path: Path, where: str) -> None:
    """In a folder that is made with its parents, or that is empty; and nothing is next to it."""
    (tmp_path / "empty").mkdir()
    write_folder(tmp_path / where, _FILES)
    assert (tmp_path / where / "templates/a.html").read_bytes() == b"\xef\xbb\xbfa\r\n"
    assert not [each for each in everything(tmp_path) if "/." in f"/{each}"]


@pytest.mark.parametrize("kind", ["folder", "file", "link", "broken link"])
def test_what_exists_stays(tmp_path: Path, kind: str) -> None:
    """A folder with something in it, a file, and a link are refused with a remedy."""
    target = tmp_path / "out"
    if kind == "folder":
        target.mkdir()
        (target / "mine").write_text("mine")
    elif kind == "file":
        target.write_text("mine")
    else:
        target.symlink_to(tmp_path if kind == "link" else tmp_path / "nowhere")
    before = everything(tmp_path)
    with pytest.raises(TenantEmailError, match="is there already, and nothing in it is overwritten\nName a folder"):
        write_folder(target, _FILES)
    assert everything(tmp_path) == before


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_what_fails_half_way_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    """A full disk and Ctrl-C at the second file leave no draft and no parents."""
    written = list[Path]()
    real: Any = Path.open

    def full(self: Path, *how: Any) -> Any:
        written.append(self)
        if len(written) > 1:
            raise error
        return real(self, *how)

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises((TenantEmailError, KeyboardInterrupt)):
        write_folder(tmp_path / "deep" / "out", _FILES)
    assert everything(tmp_path) == []


def test_an_empty_folder_stays_the_one_that_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is in it sees the files by relative paths, as after `--out .`; and its mode is its owner's."""
    monkeypatch.chdir(tmp_path)
    tmp_path.chmod(0o750)
    write_folder(Path(), _FILES)
    assert Path("templates/a.html").is_file()
    assert tmp_path.stat().st_mode & 0o777 == 0o750


def test_what_came_meanwhile_stays(tmp_path: Path) -> None:
    """A file that somebody puts there while others are written is neither written over nor removed."""
    target = tmp_path / "out"

    class Files(dict[str, str]):
        def items(self) -> Any:
            yield "a", ""
            (target / "b").write_text("mine")
            yield "b", ""

    with pytest.raises(TenantEmailError, match="cannot be written: File exists"):
        write_folder(target, Files())
    assert everything(tmp_path) == ["out", "out/b"]


def test_a_place_that_cannot_be_is_named(tmp_path: Path) -> None:
    """A parent that is a file, a name that is too long and one with a null byte end in a message."""
    (tmp_path / "file").write_text("")
    for path in ("file/out", "x" * 300, "a\0b"):
        with pytest.raises(TenantEmailError):
            write_folder(tmp_path / path, _FILES)
    assert everything(tmp_path) == ["file"]
