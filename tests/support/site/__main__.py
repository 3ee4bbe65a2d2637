"""Builds the site; see the package."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from support.site import message_page, reference
from support.site.markdown import page_of
from support.site.sources import ROOT, files, pages

SOURCES: Final = ROOT / ".local" / "site-pages"


def write(folder: Path) -> None:
    """Writes the pages into a folder, and takes away what is there."""
    shutil.rmtree(folder, ignore_errors=True)
    texts = {page: page_of((ROOT / document).read_text(), document, page) for document, page in pages().items()}
    for page, text in {**texts, **reference.pages(), "messages.md": message_page.page()}.items():
        (folder / page).parent.mkdir(parents=True, exist_ok=True)
        (folder / page).write_text(text)
    for file, place in files().items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, folder / place)


def main() -> int:
    """Writes the pages, and makes the site of them; a link that leads nowhere is an error."""
    write(SOURCES)
    command = [str(Path(sys.executable).with_name("zensical")), "build", "--strict", "--clean"]
    environ = {**os.environ, "PYTHONPATH": str(ROOT / "tests")}  # zensical.toml names an extension of this package
    return subprocess.run(command, cwd=ROOT, env=environ, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
