"""The blocks of code in documents."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_FENCED = re.compile(r"^( *)```([^\n]*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One block: where it stands, in which language, and its text."""

    document: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.document}:{self.line}"

    @property
    def commands(self) -> list[str]:
        """Returns the lines of a shell block, those that end in a backslash joined."""
        return self.text.replace("\\\n", " ").splitlines()


def blocks(*documents: Path, language: str = "") -> list[Block]:
    """Returns the blocks of documents, those of a language alone if one is given."""
    found = [
        Block(path.relative_to(ROOT).as_posix(), text.count("\n", 0, match.start()) + 1, match[2], match[3])
        for path in documents
        for text in [path.read_text(encoding="utf-8")]
        for match in _FENCED.finditer(text)
    ]
    return [each for each in found if language in ("", each.language)]
