"""Which document of the repository is which page. Each is written once, reads well where it lies, and is copied."""

from __future__ import annotations

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[3]
PLATFORMS: Final = ("auth0", "logto", "pingone_aic")
_ELSEWHERE: Final = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "CHANGELOG.md": "changelog.md",
    "tests/README.md": "tests.md",
    "local/engine/README.md": "embedded-engine.md",
    "local/environment/README.md": "local-environment.md",
    "stacks/README.md": "stacks/index.md",
    **{f"providers/tenant_email/platforms/{name}/README.md": f"platforms/{name}.md" for name in PLATFORMS},
}
# where a reader is sent who follows a link to code
_SPOKEN_FOR: Final = {"tests/support/site/messages.py": "messages.md"}


def pages() -> dict[str, str]:
    """Returns the page of each document, both as paths with slashes: the document's below the repository."""
    docs = sorted((ROOT / "docs").rglob("*.md"))
    stacks = sorted((ROOT / "stacks").glob("*/README.md"))
    return {
        **_ELSEWHERE,
        **{_relative(path): path.relative_to(ROOT / "docs").as_posix() for path in docs},
        **{_relative(path): f"stacks/{path.parent.name}.md" for path in stacks},
    }


def files() -> dict[str, str]:
    """Returns the files beside the documents that are given out as they are, such as a workflow to copy."""
    found = [path for path in (ROOT / "docs").rglob("*") if path.is_file() and path.suffix != ".md"]
    return {_relative(path): path.relative_to(ROOT / "docs").as_posix() for path in sorted(found)}


def destination(document: str, target: str) -> str | None:
    """Returns the page or file that a link of a document leads to, or None when the site does not have it."""
    path = (ROOT / document).parent / target
    known = {**pages(), **files(), **_SPOKEN_FOR}
    inside = path.resolve().relative_to(ROOT).as_posix() if target else document
    return known.get(inside) or known.get(f"{inside}/README.md")


def _relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
