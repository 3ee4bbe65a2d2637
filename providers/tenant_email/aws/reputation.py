"""The rates of bounces and complaints by which SES judges an account, as CloudWatch has them.

Rules: docs/contracts/aws_ses.md#reputation.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal

from tenant_email.aws.chain import open_session
from tenant_email.aws.event_rules import METRICS, NAMESPACE, PAUSED, SET_DIMENSION, UNDER_REVIEW
from tenant_email.aws.explain import translate_errors

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from tenant_email.aws.access import Access
    from tenant_email.aws.event_rules import Rate
    from tenant_email.json_types import Props, PropsView

Standing = Literal["fine", "near", "under review", "paused"]

ACCOUNT: Final = ""
"""In place of the name of a set: the account in its region."""
_HOUR: Final = 3600
_BACK: Final = timedelta(days=14)
"""How far back a rate is looked for: SES has none of a time without mail, and the last one still counts."""
_MOST: Final = 100
"""Sets that are asked for at once; CloudWatch takes 500 metrics."""


class Metrics:
    """CloudWatch in one region."""

    def __init__(self, region: str, access: Access) -> None:
        self._region = region
        self._client = open_session(f"cloudwatch {region}", access, region).client("cloudwatch")

    def rates(self, sets: Sequence[str], until: datetime) -> Mapping[str, Mapping[Rate, float]]:
        """Returns the last rates of the account and of these configuration sets, parts of 1, as far as there are any.

        Raises:
            Forbidden: cloudwatch:GetMetricData is not allowed.
        """
        asked: list[tuple[str, Rate]] = [(of, rate) for of in (ACCOUNT, *sets[:_MOST]) for rate in METRICS]
        queries = [_query(f"m{number}", of, rate) for number, (of, rate) in enumerate(asked)]
        found: dict[str, dict[Rate, float]] = {}
        with translate_errors(f"cloudwatch {self._region}", "GetMetricData"):
            answer: PropsView = self._client.get_metric_data(
                MetricDataQueries=queries, StartTime=until - _BACK, EndTime=until, ScanBy="TimestampDescending"
            )
        results: Sequence[PropsView] = answer.get("MetricDataResults") or ()
        for result in results:
            values: Sequence[float] = result.get("Values") or ()
            if values:
                of, rate = asked[int(str(result["Id"])[1:])]
                found.setdefault(of, {})[rate] = float(values[0])
        return found


def standing(rate: Rate, value: float) -> Standing:
    """Returns what SES makes of a rate, a part of 1; "near" from half of where a review begins, as the alarms are."""
    if value >= PAUSED[rate]:
        return "paused"
    if value >= UNDER_REVIEW[rate]:
        return "under review"
    return "near" if 2 * value >= UNDER_REVIEW[rate] else "fine"


def percent(value: float) -> str:
    """Returns a part of 1 in percent, as in `0.05 %`."""
    return f"{value * 100:.3g} %"


def _query(id_: str, of: str, rate: Rate) -> Props:
    dimensions = [{"Name": SET_DIMENSION, "Value": of}] if of else []
    metric = {"Namespace": NAMESPACE, "MetricName": METRICS[rate], "Dimensions": dimensions}
    return {"Id": id_, "MetricStat": {"Metric": metric, "Period": _HOUR, "Stat": "Maximum"}, "ReturnData": True}
