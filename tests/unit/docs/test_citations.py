"""Every document that code, tests and documents cite is there, and so is the anchor."""

from __future__ import annotations

import re
from functools import cache
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).parents[3]
FOLDERS = ("docs", "local", "providers", "stacks", "tests", ".ci")
SUFFIXES = (".md", ".py", ".toml", ".txt", ".yaml", ".yml")
CITED = re.compile(r"(?<![\w/.-])(docs/[\w./-]+\.md)((?:#[\w-]+)?(?:(?:, and|,|;| and| or) #[\w-]+)*)")
LINK = re.compile(r"\]\((?![a-z]+:)([^)#\s]*)(#[^)\s]*)?\)")
GONE = re.compile(r"pains\.md|design\.md|\bcontract sections?\b|(?<!docs/)(?<!\w)(?<!\]\()contracts/\w+\.md sections?")


def sources() -> list[Path]:
    """Returns the files that people read: code, tests, documents and settings."""
    found = chain(ROOT.glob("*.*"), *((ROOT / folder).rglob("*") for folder in FOLDERS))
    return [path for path in found if path.suffix in SUFFIXES and path.is_file() and path != Path(__file__)]


@cache
def anchors(document: Path) -> set[str]:
    """Returns what can follow a # after a document: the ids written in it, and its headings as GitHub names them."""
    text = document.read_text()
    headings = [re.sub(r"<[^>]*>|[^\w\s-]", "", line).strip() for line in re.findall(r"^#+ (.*)$", text, re.MULTILINE)]
    return {*re.findall(r'<a id="([^"]+)">', text), *(heading.lower().replace(" ", "-") for heading in headings)}


def dangling(text: str, path: Path) -> list[str]:
    """Returns the citations of a text that lead nowhere."""
    cited = [(ROOT / name, ids) for name, ids in CITED.findall(text)]
    if path.suffix == ".md":
        cited += [
            (path.parent / name if name else path, anchor or "")
            for name, anchor in LINK.findall(re.sub(r"`[^`\n]*`", "", text))
        ]
    wrong = [
        f"{at.name}{ids}"
        for at, ids in cited
        if not at.exists() or not set(re.findall(r"#([\w.-]+)", ids)) <= anchors_of(at)
    ]
    return wrong + GONE.findall(text)


def anchors_of(target: Path) -> set[str]:
    """Returns a document's anchors; a folder or a file of code has none."""
    return anchors(target) if target.suffix == ".md" else set()


def test_every_citation_leads_somewhere() -> None:
    """Document and anchor exist, wherever they are cited, and none of a document that is not here."""
    wrong = {str(path.relative_to(ROOT)): found for path in sources() if (found := dangling(path.read_text(), path))}
    assert wrong == {}


def test_a_wrong_citation_is_found() -> None:
    """A document, an anchor, a second anchor and a relative link that are not there; and the old ways of citing."""
    here = ROOT / "docs" / "x.md"
    assert dangling("docs/nothing.md", here)
    assert dangling("docs/contracts/auth0.md#nothing", here)
    assert dangling("docs/contracts/auth0.md#patch and #nothing", here)
    assert dangling("[x](contracts/auth0.md#nothing)", here)
    assert dangling("(contract section 3)", here)
    assert dangling("docs/contracts/auth0.md#patch and #patch-3, [y](contracts/auth0.md#patch)", here) == []


def test_every_contract_is_cited() -> None:
    """No contract lies beside the code unread."""
    cited = {name for path in sources() if path.suffix == ".py" for name, _ in CITED.findall(path.read_text())}
    assert {f"docs/contracts/{path.name}" for path in (ROOT / "docs" / "contracts").glob("*.md")} <= cited
