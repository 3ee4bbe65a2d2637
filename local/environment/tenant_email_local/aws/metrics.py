"""Reads CloudWatch's metrics: a metric is its namespace, its name and exactly its dimensions.

Sources: Amazon CloudWatch API Reference, GetMetricData; User Guide, "Dimensions". moto takes a question without
dimensions for one about metrics with any. What is not here is refused: expressions, and other accounts.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends

from tenant_email_local.aws.wire import AwsCall, AwsError, Params

STATISTICS: Mapping[str, Callable[[list[float]], float]] = {
    "Maximum": max,
    "Minimum": min,
    "Sum": sum,
    "SampleCount": len,
    "Average": lambda values: sum(values) / len(values),
}


def get_metric_data(call: AwsCall) -> Params:
    """Answers for each query the values of its periods, the newest first unless asked otherwise."""
    backend: Any = cloudwatch_backends[call.caller.account][call.region]
    start, end = float(call.params["StartTime"]), float(call.params["EndTime"])
    newest_first = call.params.get("ScanBy", "TimestampDescending") == "TimestampDescending"
    results = list[Params]()
    for query in call.params["MetricDataQueries"]:
        stat: Params = query.get("MetricStat") or {}
        if stat.get("Stat") not in STATISTICS:
            raise AwsError("ValidationError", f"The query {query.get('Id')} has no statistic that is known here")
        periods = _periods(backend, stat, start, end)
        order = sorted(periods, reverse=newest_first)
        values = [float(STATISTICS[stat["Stat"]](periods[at])) for at in order]
        label = str(stat["Metric"]["MetricName"])
        results.append({"Id": query["Id"], "Label": label, "Timestamps": order, "Values": values})
    return {"MetricDataResults": [{**each, "StatusCode": "Complete"} for each in results]}


def _periods(backend: Any, stat: Params, start: float, end: float) -> Mapping[float, list[float]]:
    """Returns the values by the beginning of their period."""
    metric, period = stat["Metric"], int(stat["Period"])
    wanted = {(each["Name"], each["Value"]) for each in metric.get("Dimensions") or ()}
    found = defaultdict[float, list[float]](list)
    for datum in backend.metric_data:
        if (datum.namespace, datum.name) != (metric["Namespace"], metric["MetricName"]):
            continue
        at = datum.timestamp if datum.timestamp.tzinfo else datum.timestamp.replace(tzinfo=UTC)
        if start <= at.timestamp() < end and {(each.name, each.value) for each in datum.dimensions} == wanted:
            found[at.timestamp() // period * period].append(float(datum.value))
    return found
