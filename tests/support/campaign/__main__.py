"""Tries the whole matrix on two cores, writes docs/faults.md, and fails if anything is unclear, lost or hanging.

PYTHONPATH=tests python -m support.campaign [--only REGEX] [--every N] [--show] [--page FILE]
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import TYPE_CHECKING, Final

from support.campaign import page
from support.campaign.matrix import SUBJECTS, cases, sample
from support.campaign.results import Result
from support.campaign.trial import Trial
from support.campaign.world import World

if TYPE_CHECKING:
    from support.campaign.subject import Operation

_BAD: Final = ("unclear", "lost", "hanging")


def tried(at: int, operation: Operation, only: str, every: int) -> list[Result]:
    """Tries the cases of one operation of one subject; returns how each ended."""
    subject = SUBJECTS[at]
    with World(subject) as world:
        trial, found = Trial(world), []
        chosen = [case for case in cases(trial, operation) if re.search(only, f"{subject.name} {case.name}")]
        for case in sample(chosen, every):
            began = time.monotonic()
            verdict = trial.judge(case)
            found.append(Result.of(subject, case, verdict, time.monotonic() - began))
    return found


def main() -> int:
    """Runs as the arguments say."""
    parser = argparse.ArgumentParser("support.campaign")
    parser.add_argument("--only", default="")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=6)
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--page", type=Path)
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args()
    began, found = time.monotonic(), list[Result]()
    units = [(at, operation) for at, subject in enumerate(SUBJECTS) for operation in subject.operations][
        ::-1
    ]  # long first
    with ProcessPoolExecutor(chosen.jobs) as pool:
        running = {pool.submit(tried, *unit, chosen.only, chosen.every): unit for unit in units}
        for done in as_completed(running):
            at, operation = running[done]
            results = done.result()
            found += results
            if chosen.out:
                chosen.out.write_text(json.dumps([vars(result) for result in found]))
            totals = Counter(result.outcome for result in results)
            if results:
                sys.stderr.write(f"{SUBJECTS[at].name} {operation}: {dict(totals)}\n")
    bad = [result for result in found if result.outcome in _BAD]
    for why, count in Counter((result.outcome, result.kind_of_why) for result in bad).most_common():
        first = next(result for result in bad if (result.outcome, result.kind_of_why) == why)
        sys.stderr.write(f"\n{count} x {why[0]}: {why[1]}\n    e.g. {first.subject} {first.case}\n")
    if chosen.show:
        sys.stderr.writelines(
            f"\n{result.subject} {result.case}\n  {result.outcome}: {result.why}\n" for result in found
        )
    if chosen.page:
        chosen.page.write_text(page.written(found, chosen.every))
    totals = Counter(result.outcome for result in found)
    sys.stderr.write(f"\n{len(found)} tried in {time.monotonic() - began:.0f} s: {dict(totals)}\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
