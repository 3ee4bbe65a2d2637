"""What changed in files, whatever happens to them meanwhile."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from tenant_email.mail_templates.watching import changed, changes, states

if TYPE_CHECKING:
    from pathlib import Path


def test_what_comes_goes_and_changes_is_told(tmp_path: Path) -> None:
    """Of a file that is named, one that is not there yet, and of all that is in a folder, but for what is hidden."""
    (tmp_path / "folder" / "inner").mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    named, absent, inner = tmp_path / "named", tmp_path / "absent", tmp_path / "folder" / "inner" / "x"
    watched = [named, absent, tmp_path / "folder", tmp_path]
    named.write_text("a")
    before = states(watched)
    assert changed(before, states(watched)) == []
    absent.write_text("a")
    inner.write_text("a")
    (tmp_path / ".git" / "x").write_text("a")
    named.unlink()
    assert changed(before, states(watched)) == sorted([named, absent, inner])


def test_a_save_in_place_and_one_by_another_file_are_changes(tmp_path: Path) -> None:
    """As long before, and with the same time."""
    file = tmp_path / "it"
    file.write_text("a")
    before = states([file])
    (tmp_path / "new").write_text("b")
    stat = file.stat()
    os.utime(tmp_path / "new", ns=(stat.st_atime_ns, stat.st_mtime_ns))
    (tmp_path / "new").replace(file)
    assert changed(before, states([file])) == [file]


def test_a_folder_that_vanishes_ends_nothing(tmp_path: Path) -> None:
    """Its files are gone, and nothing is raised; what was found meanwhile is watched too."""
    folder, more = tmp_path / "folder", tmp_path / "more"
    folder.mkdir()
    (folder / "x").write_text("a")
    watched = {folder}
    told = changes(watched, pause=0.01)

    def vanish() -> None:
        (folder / "x").unlink()
        folder.rmdir()

    threading.Timer(0.1, vanish).start()
    assert folder / "x" in next(told)
    watched.add(more)
    threading.Timer(0.1, lambda: more.write_text("a")).start()
    assert more in next(told)
