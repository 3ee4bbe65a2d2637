"""How trials ended, as plain data that travels between processes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from support.campaign.subject import Subject
    from support.campaign.trial import Case, Outcome, Verdict


@dataclass
class Result:
    """One trial's end; `seconds` of real time."""

    subject: str
    platform: str
    resource: str
    operation: str
    call: str
    fault: str
    case: str
    outcome: Outcome
    why: str
    adopted: bool
    seconds: float

    @classmethod
    def of(cls, subject: Subject, case: Case, verdict: Verdict, seconds: float) -> Self:
        """Returns the result of a case."""
        place = subject.name, subject.platform, subject.resource, case.operation, case.call.name, case.fault.name
        return cls(*place, case.name, verdict.outcome, verdict.why, verdict.adopted, seconds)

    @property
    def kind_of_why(self) -> str:
        """Returns the reason without what differs from case to case, so that equal ones can be counted."""
        text = re.sub(r"127\.0\.0\.1:\d+", "HOST", self.why)
        text = re.sub(r"(GET|POST|PUT|PATCH|DELETE) /\S+", "CALL", text)
        text = re.sub(r"(auth0|logto|pingone_aic) ", "", text)
        return re.sub(r"\(\d+", "(STATUS", text)[:160].replace("\n", " ")
