"""A report as SARIF 2.1.0, as GitHub's code scanning takes it.

Source: OASIS, Static Analysis Results Interchange Format 2.1.0; GitHub, "SARIF support for code scanning".
"""

from __future__ import annotations

import hashlib
import json
import os
from importlib.metadata import version
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from tenant_email.json_types import Props
from tenant_email.mail_templates.rules import RULES

if TYPE_CHECKING:
    from pathlib import Path

    from tenant_email.mail_templates.linting import Report
    from tenant_email.mail_templates.rules import Finding

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT: Final = "ROOT"
_RULES: Final = tuple(RULES)


def to_sarif(report: Report, root: Path) -> str:
    """Returns the log, in ASCII; files are named from `root`, the top of a clone, which is itself not named."""
    driver: Props = {
        "name": "tenant-email templates",
        "semanticVersion": version("pulumi-tenant-email"),
        "rules": [_rule(name) for name in _RULES],
    }
    run: Props = {
        "tool": {"driver": driver},
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The top of the clone."}}},
        "columnKind": "unicodeCodePoints",
        "results": _results(report, root),
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(name: str) -> Props:
    title, level = RULES[name]
    return {
        "id": name,
        "name": name.title().replace("-", ""),
        "shortDescription": {"text": title},
        "fullDescription": {"text": title},
        "help": {"text": "Listed in docs/templates.md, under “Rules”."},
        "defaultConfiguration": {"level": level.value},
        "properties": {"tags": ["email"], "precision": "high"},
    }


def _results(report: Report, root: Path) -> list[Props]:
    """Returns the results, each with a fingerprint that another line above it does not change."""
    seen: dict[str, int] = {}
    results = list[Props]()
    for finding in report.findings:
        address = _address(finding.path, root) if finding.path else None
        same = "\0".join(
            (finding.rule, (address or {}).get("uri", ""), finding.template, finding.setting, _steady(finding))
        )
        number = seen[same] = seen.get(same, 0) + 1
        digest = hashlib.sha256(same.encode(errors="replace")).hexdigest()[:16]
        result: Props = {
            "ruleId": finding.rule,
            "ruleIndex": _RULES.index(finding.rule),
            "level": finding.level.value,
            "message": {"text": finding.text},
            "partialFingerprints": {"primaryLocationLineHash": f"{digest}:{number}"},
        }
        if address:
            result["locations"] = [{"physicalLocation": {"artifactLocation": address, "region": _region(finding)}}]
        results.append(result)
    return results


def _steady(finding: Finding) -> str:
    """Returns what is said without the place, which an edit elsewhere moves."""
    return finding.what.replace(f"line {finding.line}, column {finding.column}", "")


def _region(finding: Finding) -> Props:
    # code scanning asks for a line of each result; what is of a whole file is shown at its first
    return {"startLine": finding.line or 1, "startColumn": finding.column or 1}


def _address(path: Path, root: Path) -> Props:
    whole, top = path.resolve(), root.resolve()
    if whole.is_relative_to(top):
        return {"uri": quote(os.fsencode(whole.relative_to(top).as_posix())), "uriBaseId": _ROOT}
    return {"uri": whole.as_uri()}
