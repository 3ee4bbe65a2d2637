"""What is wrong with how events are to be heard of, all at once; pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, get_args

import pulumi

from tenant_email.aws.event_rules import (
    DIMENSION_NAME,
    DIMENSION_VALUE,
    MOST_DIMENSIONS,
    TRACKING_TYPES,
    UNDER_REVIEW,
    misplaced,
)
from tenant_email.aws.policy import NAME_A_SET, SET_NAME
from tenant_email.aws.regions import partition_of
from tenant_email.errors import Problem
from tenant_email.resources.arguments import flag_problems, later_text_problems, list_problems, text_problems
from tenant_email.resources.ses_event_values import (
    Alarms,
    AlarmScope,
    CloudWatch,
    Destination,
    Dimension,
    DimensionSource,
    Events,
    EventType,
    SnsTopic,
    SuppressedReason,
    Vdm,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tenant_email.aws.event_rules import Rate

_LATER: Final = (str, pulumi.Output)
_ARN: Final = re.compile(r"arn:(aws[a-z-]*):([a-z0-9-]+):([a-z0-9-]*):([0-9]{12})?:[!-~]+")
_TOPIC: Final = re.compile(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?")
_MOST_ACTIONS: Final = 5  # of an alarm in one state (PutMetricAlarm)


def event_problems(events: object, configuration_set: object, region: object) -> list[Problem]:
    """Returns every problem of `events`; the set and the region are those of the sending domain."""
    if not isinstance(events, Events):
        return [_not_a("events", events, "Events")]
    return [*_own(events, configuration_set), *_destination(events.destination, region), *_alarms(events, region)]


def _own(events: Events, configuration_set: object) -> Iterator[Problem]:
    yield from _words("events.types", events.types, get_args(EventType))
    yield from _words("events.suppress", events.suppress, get_args(SuppressedReason))
    if configuration_set is None and not events.types:
        what = "is empty, so the set that is made publishes nothing"
        yield Problem("events.types", what, "Name events, such as BOUNCE and COMPLAINT.")
    if events.name is not None:
        name: object = events.name
        yield from text_problems(**{"events.name": name})
        if isinstance(name, str) and not SET_NAME.fullmatch(name):  # pyright: ignore[reportUnnecessaryIsInstance] - a program may be unchecked
            yield Problem("events.name", f"{name!r} is not the name of a configuration set", NAME_A_SET)
        if configuration_set is not None:
            remedy = "Remove it: configuration_set names a set that is there already."
            yield Problem("events.name", "has no effect with configuration_set", remedy)
    yield from flag_problems(**{"events.require_tls": events.require_tls})
    if events.dedicated_ip_pool is not None:
        yield from later_text_problems("events.dedicated_ip_pool", events.dedicated_ip_pool, SET_NAME, NAME_A_SET)
    vdm: object = events.vdm
    if isinstance(vdm, Vdm):
        for name in ("engagement_metrics", "optimized_shared_delivery"):
            if (on := getattr(vdm, name)) is not None:
                yield from flag_problems(**{f"events.vdm.{name}": on})
    elif vdm is not None:
        yield _not_a("events.vdm", vdm, "Vdm")


def _words(path: str, given: Sequence[str], known: Sequence[str]) -> Iterator[Problem]:
    wrong = list_problems(path, given, (str,), "texts")
    yield from wrong
    for number, word in enumerate(() if wrong else given):
        if word in TRACKING_TYPES:
            what = f"{word} makes SES put a pixel into mails and rewrite their links, those of a log-in among them"
            yield Problem(f"{path}.{number}", what, "Remove it, or use a configuration_set of your own that has it.")
        elif word not in known:
            yield Problem(f"{path}.{number}", f"{word!r} is none of {', '.join(known)}", f"Use {' or '.join(known)}.")
        elif word in given[:number]:
            yield Problem(f"{path}.{number}", f"{word} is named twice", "Remove it.")


def _destination(destination: object, region: object) -> Iterator[Problem]:
    if not isinstance(destination, Destination):
        yield _not_a("events.destination", destination, "SnsTopic", "ses.EventBus() or ses.CloudWatch(…)")
    elif isinstance(destination, CloudWatch):
        wrong = list_problems("events.destination.dimensions", destination.dimensions, (Dimension,), "ses.Dimension(…)")
        yield from wrong
        if not wrong:
            yield from _dimensions(destination.dimensions)
    elif isinstance(destination, SnsTopic):
        yield from _topic(destination.arn, region)


def _dimensions(dimensions: Sequence[Dimension]) -> Iterator[Problem]:
    path = "events.destination.dimensions"
    if not 1 <= len(dimensions) <= MOST_DIMENSIONS:
        yield Problem(path, f"has {len(dimensions)} dimensions", f"Use 1 to {MOST_DIMENSIONS}.")
    for number, each in enumerate(dimensions):
        at = f"{path}.{number}"
        if any(each.name == earlier.name for earlier in dimensions[:number]):
            yield Problem(f"{at}.name", f"{each.name!r} is named twice", "Name each dimension once.")
        if not DIMENSION_NAME.fullmatch(str(each.name)):
            yield Problem(f"{at}.name", f"{each.name!r} is not the name of a dimension", "Use letters, digits and _-:.")
        if not DIMENSION_VALUE.fullmatch(str(each.default)):
            yield Problem(f"{at}.default", f"{each.default!r} is no value", "Use 1 to 255 letters, digits and _-@.")
        if each.source not in get_args(DimensionSource):
            words = " or ".join(get_args(DimensionSource))
            yield Problem(f"{at}.source", f"{each.source!r} is not where a mail has a value", f"Use {words}.")


def _alarms(events: Events, region: object) -> Iterator[Problem]:
    alarms = events.alarms
    if not isinstance(alarms, Alarms):  # pyright: ignore[reportUnnecessaryIsInstance] - a program may be unchecked
        yield _not_a("events.alarms", alarms, "Alarms")
        return
    yield from _rate("bounce", alarms.bounce_rate)
    yield from _rate("complaint", alarms.complaint_rate)
    yield from _words("events.alarms.scopes", alarms.scopes, get_args(AlarmScope))
    wrong = list_problems("events.alarms.actions", alarms.actions, _LATER, "ARNs")
    yield from wrong
    if not wrong and len(alarms.actions) > _MOST_ACTIONS:
        what = f"has {len(alarms.actions)} actions"
        yield Problem(
            "events.alarms.actions", what, f"CloudWatch allows {_MOST_ACTIONS}: let one topic tell the others."
        )
    for number, each in enumerate(() if wrong else alarms.actions):
        if isinstance(each, str):
            yield from _action(f"events.alarms.actions.{number}", each, alarms.actions[:number], region)
    topic = events.types and isinstance(events.destination, SnsTopic)
    if alarms.scopes and not alarms.actions and not topic:
        what = "is empty, and events go to no topic: nobody would hear of an alarm"
        yield Problem("events.alarms.actions", what, "Name the ARN of a topic, or set scopes=[] for no alarms.")


def _action(path: str, arn: str, earlier: Sequence[pulumi.Input[str]], region: object) -> Iterator[Problem]:
    """Yields what is wrong with an action of alarms."""
    if not _ARN.fullmatch(arn):
        yield _not_an_arn(path, f"{arn!r} is not an ARN")
        return
    if arn in (other for other in earlier if isinstance(other, str)):
        yield Problem(path, f"{arn} is named twice", "Remove it.")
    if isinstance(region, str):
        yield from misplaced(path, arn, region)


def _rate(rate: Rate, given: object) -> Iterator[Problem]:
    path, most = f"events.alarms.{rate}_rate", UNDER_REVIEW[rate]
    remedy = f"Set it to a number above 0 and below {most}: it is a part of 1, not a percentage."
    if isinstance(given, bool) or not isinstance(given, (int, float)):
        yield Problem(path, f"is a {type(given).__name__}", remedy)
    elif not given > 0:
        yield Problem(path, f"is {given}, at which the alarm would never be quiet", remedy)
    elif given >= most:
        yield Problem(path, f"is {given}, but SES puts an account under review from {most} on", remedy)


def _topic(arn: object, region: object) -> Iterator[Problem]:
    """Yields what keeps SES from publishing to a topic that is given; an Output passes."""
    path = "events.destination.arn"
    if arn is None or isinstance(arn, pulumi.Output):
        return
    if not isinstance(arn, str) or not (match := _TOPIC.fullmatch(arn)):
        yield _not_an_arn(path, f"{arn!r} is not the ARN of an SNS topic")
        return
    _, partition, _, place, *_ = arn.split(":")
    if match[1]:
        yield Problem(path, "is a FIFO topic, to which SES does not publish", "Use a standard topic.")
    if partition_of(place) != partition:
        yield _not_an_arn(path, f"{arn!r} has the partition {partition}, and {place} is in {partition_of(place)}")
    elif isinstance(region, str):
        yield from misplaced(path, arn, region)


def _not_an_arn(path: str, what: str) -> Problem:
    return Problem(path, what, "Pass an ARN, such as arn:aws:sns:eu-west-1:123456789012:mail.")


def _not_a(path: str, given: object, wanted: str, further: str = "") -> Problem:
    more = f", {further}" if further else ""
    return Problem(path, f"is a {type(given).__name__}", f"Pass ses.{wanted}(…){more}.")
