"""The plug-in beside dynamic resources, and an import beside Pulumi's.

In an environment as a user has it: built wheels and what they require, nothing else, because pydantic asks every
distribution for plug-ins. Medians of CPU time of all processes, measured in turns, TENANT_EMAIL_ROUNDS of them.
"""

from __future__ import annotations

import os
from statistics import median
from typing import TYPE_CHECKING, Final

import pytest

from support.benchmark import programs, tenants
from support.benchmark.results import Ratio
from support.benchmark.stacks import MeasuredStack, cost_of, user_environment
from support.engines import engine_params

if TYPE_CHECKING:
    from pathlib import Path

    from support.benchmark.results import Results

ROUNDS: Final = int(os.environ.get("TENANT_EMAIL_ROUNDS", "5"))
IMPORT: Final = 1.3
IMPORTS: Final = {
    "auth0": "from tenant_email import EmailProvider, EmailTemplate, auth0",
    "logto": "from tenant_email import EmailProvider, EmailTemplate, logto",
    "pingone_aic": "from tenant_email import EmailProvider, EmailTemplate, pingone_aic",
    "SES": "from tenant_email import SesDomainIdentity, SesDomainVerification",
    "SesSendingDomain": "from tenant_email import SesSendingDomain",
}


@pytest.mark.parametrize("kind", engine_params())
def test_the_plugin(kind: str, results: Results, run: str, python: Path, tmp_path: Path) -> None:
    """An `up` without a change of 105 resources is done in either face; what the plug-in takes is shown."""
    with tenants.opened(f"t{number}" for number in range(14)) as opened:
        names = sorted(opened.emulators, key=lambda name: int(name[1:]))
        written = {"dynamic": programs.ours(7 * programs.EACH), "plug-in": programs.plugin(names[7:])}
        stacks = {name: MeasuredStack(kind, python, tmp_path / name, opened.config()) for name in written}
        for name, stack in stacks.items():
            stack.write(written[name])
            stack.operate("up")
        costs: dict[str, list[float]] = {name: [] for name in stacks}
        for _ in range(ROUNDS):
            for name, stack in stacks.items():
                costs[name].append(stack.operate("up").cpu)
    ratio = median(costs["plug-in"]) / median(costs["dynamic"])
    results.ratios.append(Ratio("plugin", kind, ratio, run))
    print(f"\n{kind}: plug-in / dynamic resources: CPU {ratio:.2f}", end="")  # noqa: T201 - a benchmark reports


def test_an_import(results: Results, run: str, python: Path, tmp_path: Path) -> None:
    """The resources with one platform cost at most 1.3 times what `import pulumi` does."""
    every = {"import pulumi": "import pulumi", **IMPORTS}
    costs: dict[str, list[float]] = {name: [] for name in every}
    for turn in range(ROUNDS + 1):
        for name, program in every.items():
            cost = cost_of([str(python), "-c", program], tmp_path, user_environment())
            costs[name] += [cost.cpu] if turn else []  # the first compiles
    ratios = {name: median(costs[name]) / median(costs["import pulumi"]) for name in IMPORTS}
    for name, ratio in ratios.items():
        results.ratios.append(Ratio("import", name, ratio, run))
        print(f"\nimport {name} / import pulumi: CPU {ratio:.2f}", end="")  # noqa: T201 - as above
    assert max(ratios.values()) <= IMPORT
