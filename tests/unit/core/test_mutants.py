"""What `make mutants` works on: every module that decides something, with tests that are there."""

from __future__ import annotations

import tomllib
from typing import Any

from mutants.results import functions
from mutants.run import HERE, ROOT, known_survivors, modules

PACKAGE = ROOT / "providers" / "tenant_email"
MODULES = (
    "input_diff",
    "net.client",
    "tenants.connections",
    "redaction.secrets",
    "errors",
    "inputs.model",
    "net.ratelimits",
    "aws.policy",
    "aws.smtp_password",
)
FOLDERS = ("lifecycle/*.py", "operations/*.py", "aws/dns_*.py", "platforms/*/api.py", "platforms/*/mapping.py")


def test_every_module_that_decides_something_is_there() -> None:
    """A new one needs a line in modules.toml: its name, and the quick tests that hold it."""
    found = {path.relative_to(PACKAGE) for pattern in FOLDERS for path in PACKAGE.glob(pattern)}
    wanted = {".".join(path.with_suffix("").parts) for path in found if path.name != "__init__.py"}
    listed = {module.name for module in modules([])}
    assert {*wanted, *MODULES} - listed == set()
    assert all(module.source.is_file() for module in modules([]))


def test_its_tests_are_there() -> None:
    """A file, folder or test that is gone would hold nothing."""
    missing: list[str] = []
    for test in {test for module in modules([]) for test in module.tests}:
        path, _, name = test.partition("::")
        there = (ROOT / path).exists() and f"def {name}(" in ((ROOT / path).read_text() if name else "def (")
        missing += [] if there else [test]
    assert missing == []


def test_every_known_survivor_has_a_reason() -> None:
    """And belongs to a module that is tried."""
    data: dict[str, list[dict[str, Any]]] = tomllib.loads((HERE / "survivors.toml").read_text())
    assert set(data) <= {module.name for module in modules([])}
    assert all(entry["why"] and entry["changes"] for entries in data.values() for entry in entries)
    assert known_survivors().keys() == data.keys()


def test_what_survivors_change_is_there() -> None:
    """A change of a line or function that is no more explains nothing, and hides that nobody looked at the new one."""
    gone, known = list[tuple[str, str]](), known_survivors()
    for module in modules([]):
        names, source = functions(module.source), module.source.read_text().splitlines()
        lines = {text.strip() for line in source for text in (line, line.partition("  # ")[0])}
        for function, change in known.get(module.name, ()):
            gone += [] if function in names else [(function, "")]
            taken = [
                line[2:] for line in change.splitlines() if line.startswith("- ") and not line.startswith("- def (")
            ]
            gone += [(function, line) for line in taken if line not in lines]
    assert gone == []
