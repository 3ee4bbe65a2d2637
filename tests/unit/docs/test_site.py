"""The documentation site: it is built strictly, all of it can be reached, and nothing comes from another host."""

from __future__ import annotations

import fcntl
import os
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest

from support.site import __main__ as site
from support.site.messages import CLASSES, LIBRARY, messages
from support.site.reference import MODULES, public_names
from support.site.sources import ROOT

if TYPE_CHECKING:
    from pathlib import Path

BUILT = ROOT / ".local" / "site"


class Page(HTMLParser):
    """What a page links to, what it loads, and what can be linked to in it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links, self.loads, self.anchors = list[str](), list[str](), set[str]()
        self.feed(path.read_text())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes links, what is loaded, and ids."""
        given = dict(attrs)
        self.anchors |= {value for name in ("id", "name") if (value := given.get(name))}
        if tag == "a" and (link := given.get("href")):
            self.links.append(link)
        elif loaded := given.get("src") or (given.get("href") if tag == "link" else None):
            self.loads.append(loaded)


@pytest.fixture(scope="module")
def pages() -> dict[Path, Page]:
    """Builds the site, once for all processes of a run, which have one folder for it; returns its pages."""
    BUILT.parent.mkdir(exist_ok=True)
    with BUILT.with_name("site.run").open("a+") as built_by:
        fcntl.flock(built_by, fcntl.LOCK_EX)
        built_by.seek(0)
        run = os.environ.get("PYTEST_XDIST_TESTRUNUID", "")
        if not run or built_by.read() != run:
            assert site.main() == 0
            built_by.truncate(0)
            built_by.write(run)
    return {path: Page(path) for path in BUILT.rglob("*.html") if path.name != "404.html"}


def test_every_link_leads_somewhere(pages: dict[Path, Page]) -> None:
    """Also those of generated pages, and anchors too."""
    dead = list[str]()
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if parts.scheme or parts.netloc:
                continue
            there = target / "index.html" if target.is_dir() else target
            anchor, known = unquote(parts.fragment), pages[there].anchors if there in pages else set[str]()
            if not there.exists() or (anchor and anchor not in known):
                dead.append(f"{path.relative_to(BUILT)}: {link}")
    assert dead == []


def test_nothing_comes_from_another_host(pages: dict[Path, Page]) -> None:
    """The site works offline, and tells nobody who reads it."""
    assert {load for page in pages.values() for load in page.loads if urlsplit(load).netloc} == set()


def test_every_page_is_in_the_navigation(pages: dict[Path, Page]) -> None:
    """A page that nothing leads to is not read."""
    start = pages[BUILT / "index.html"]
    reached = {(BUILT / urlsplit(link).path).resolve() for link in start.links}
    assert set(pages) - reached - {BUILT / "index.html"} == set()


def test_the_reference_has_every_public_class(pages: dict[Path, Page]) -> None:
    """By its name in programs."""
    for module in MODULES:
        anchors = pages[BUILT / "reference" / f"{module}.html"].anchors
        assert {*public_names(module)} - {anchor.rpartition(".")[2] for anchor in anchors} == set()


def test_every_error_is_in_the_index() -> None:
    """Each class has a section with why and what to do."""
    text = (ROOT / "docs" / "errors.md").read_text()
    sections = dict(re.findall(r"^### (\w+)\n\n(.*?)(?=^### |\Z)", text, re.MULTILINE | re.DOTALL))
    assert set(sections) == set(CLASSES)
    said = {name for name, section in sections.items() if "**Why.**" in section and "**What to do.**" in section}
    assert set(CLASSES) - said == {"PlatformError", "TenantEmailError"}


def test_every_message_is_on_its_page() -> None:
    """Whatever raises, or names a problem, is read from the code; and each says what to do."""
    found = messages()
    raised = {
        (path.relative_to(LIBRARY).as_posix(), number)
        for path in LIBRARY.rglob("*.py")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(rf"raise ({'|'.join(CLASSES)})\(", line)
    }
    assert raised - {(each.module, each.line) for each in found} == set()
    assert [f"{each.module}:{each.line}" for each in found if each.made_by == "Problem" and not each.remedy] == []
