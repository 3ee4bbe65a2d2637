"""SARIF against its published schema, and what GitHub's code scanning asks for beyond it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from support import npm_packages
from tenant_email.mail_templates.linting import Report
from tenant_email.mail_templates.looking import Look
from tenant_email.mail_templates.sarif import to_sarif

SOURCE = Path(__file__).parent / "sarif"
NAMES = {"plain": "it.json", "odd": "mails/ä ö%23?#.json", "deep": "a/b/c/it.json"}


def log_of(folder: Path, *paths: Path) -> dict[str, Any]:
    """Returns the log of these templates, with files named from the folder."""
    log: dict[str, Any] = json.loads(to_sarif(Look("auth0", paths).report()[0], folder))
    return log


def results(log: dict[str, Any]) -> list[dict[str, Any]]:
    """Returns what was found."""
    found: list[dict[str, Any]] = log["runs"][0]["results"]
    return found


def written(folder: Path, name: str, body: str) -> Path:
    """Returns a template's file."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"template": "verify_email", "subject": "", "body": body}, indent=1))
    return path


def test_the_schema_takes_every_log(tmp_path: Path) -> None:
    """Without findings, with some, and with files that cannot be read or have odd names."""
    paths = [written(tmp_path, name, "{{ url }}{{ a }}\n{{ user.name }}{{ b | c }}") for name in NAMES.values()]
    broken = [written(tmp_path, "broken.json", "{% if %}"), tmp_path / "absent.json"]
    logs = [to_sarif(Report("auth0"), tmp_path), *(json.dumps(log_of(tmp_path, *each)) for each in (paths, broken))]
    lines = "\n".join(json.dumps(json.loads(log)) for log in logs)
    folder = npm_packages.installed(SOURCE)
    command = ["node", "judge.mjs"]
    done = subprocess.run(command, cwd=folder, input=lines, capture_output=True, text=True, timeout=60, check=True)
    assert [json.loads(line) for line in done.stdout.splitlines()] == [[], [], []]


@pytest.mark.parametrize("case", NAMES)
def test_a_file_is_named_from_the_top_of_the_clone(case: str, tmp_path: Path) -> None:
    """As a relative address, whatever its name; one outside as a whole address."""
    path = written(tmp_path, NAMES[case], "{{ a }}")
    names = {"plain": "it.json", "odd": "mails/%C3%A4%20%C3%B6%2523%3F%23.json", "deep": "a/b/c/it.json"}
    (where, *_) = results(log_of(tmp_path, path))[0]["locations"]
    assert where["physicalLocation"]["artifactLocation"] == {"uri": names[case], "uriBaseId": "ROOT"}
    (where, *_) = results(log_of(tmp_path / "elsewhere", path))[0]["locations"]
    assert where["physicalLocation"]["artifactLocation"] == {"uri": path.as_uri()}


def test_a_finding_is_the_same_one_when_lines_above_it_change(tmp_path: Path) -> None:
    """Its fingerprint stays, its line does not; the same finding twice is two."""

    def found() -> tuple[list[str], list[int]]:
        log = results(log_of(tmp_path, written(tmp_path, "it.json", "./it.html"), tmp_path / "it.html"))
        prints = [each["partialFingerprints"]["primaryLocationLineHash"] for each in log]
        return prints, [each["locations"][0]["physicalLocation"]["region"]["startLine"] for each in log]

    (tmp_path / "it.html").write_text("{{ url }}{{ a }}\n{{ a }}")
    before, lines = found()
    (tmp_path / "it.html").write_text("{{ url }}\n\n{{ a }}\n{{ a }}")
    after, moved = found()
    assert before == after
    assert len(set(before)) == 2
    assert (lines, moved) == ([1, 2], [3, 4])


def test_each_result_is_of_a_rule_that_is_described(tmp_path: Path) -> None:
    """With its level, a sentence, and the place of its description."""
    log = log_of(tmp_path, written(tmp_path, "it.json", "{% if %}"))
    rules = log["runs"][0]["tool"]["driver"]["rules"]
    (result,) = results(log)
    rule = rules[result["ruleIndex"]]
    assert (rule["id"], rule["defaultConfiguration"]["level"]) == ("liquid-syntax", result["level"])
    assert rule["shortDescription"]["text"].endswith(".")
