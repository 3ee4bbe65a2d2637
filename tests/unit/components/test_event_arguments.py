"""What is wrong with how events are to be heard of, word for word; and what is right."""

from __future__ import annotations

from typing import Any, NamedTuple

import pulumi
import pytest

from tenant_email import ses
from tenant_email.components.ses_event_arguments import event_problems

TOPIC = "arn:aws:sns:eu-west-1:123456789012:alerts"
AWAY = TOPIC.replace("eu-west-1", "us-east-1")
LATER: Any = pulumi.Output.from_input("later")
NO_ALARMS = ses.Alarms(scopes=[])
NAME = "Use 1 to 64 letters, digits, underscores and hyphens."
ARN = "Pass an ARN, such as arn:aws:sns:eu-west-1:123456789012:mail."
SWITCH = "Use True or False, known before deployment."
BOUNCES = "Set it to a number above 0 and below 0.05: it is a part of 1, not a percentage."
COMPLAINTS = BOUNCES.replace("0.05", "0.001")
NOBODY = (
    "events.alarms.actions: is empty, and events go to no topic: nobody would hear of an alarm\n"
    "Name the ARN of a topic, or set scopes=[] for no alarms."
)


class Case(NamedTuple):
    """What is given, and what is said of it."""

    events: Any
    said: tuple[str, ...]
    configuration_set: Any = None
    region: Any = None


def rates(bounce: Any, complaint: Any) -> ses.Events:
    """Returns events with alarms at these rates."""
    return ses.Events(alarms=ses.Alarms(bounce_rate=bounce, complaint_rate=complaint))


def metrics(*dimensions: Any) -> ses.Events:
    """Returns events as metrics of these dimensions."""
    return ses.Events(destination=ses.CloudWatch(dimensions=dimensions), alarms=NO_ALARMS)


def numbered(count: int) -> list[ses.Dimension]:
    """Returns so many dimensions."""
    return [ses.Dimension(name=f"n-{number}", default="b@c.d", source="LINK_TAG") for number in range(count)]


def actions(*given: Any) -> ses.Events:
    """Returns events with alarms that have these actions."""
    return ses.Events(alarms=ses.Alarms(actions=given))


def to(arn: Any) -> ses.Events:
    """Returns events that go to a topic."""
    return ses.Events(destination=ses.SnsTopic(arn=arn))


UNTYPED: Any = {
    "lists": {"types": "BOUNCE", "suppress": None, "alarms": ses.Alarms(scopes=5, actions=TOPIC)},  # type: ignore[arg-type]
    "kinds": {"destination": "sns", "alarms": True, "vdm": "on"},
    "switches": {"require_tls": None, "vdm": ses.Vdm(engagement_metrics="no", optimized_shared_delivery=1)},  # type: ignore[arg-type]
    "words": {"types": ["BOUNCED", "OPEN", "BOUNCE", "CLICK"], "suppress": ["SPAM"]},
}
PIXEL = (
    "makes SES put a pixel into mails and rewrite their links, those of a log-in among them\n"
    "Remove it, or use a configuration_set of your own that has it."
)
FIELD = "events.destination.dimensions"
CASES = {
    "another class": Case({"types": []}, ("events: is a dict\nPass ses.Events(…).",)),
    "no lists": Case(
        ses.Events(**UNTYPED["lists"]),
        (
            "events.types: must be a list, not a str\nPass a list of texts: events.types=[…].",
            "events.suppress: must be a list, not None\nPass a list of texts: events.suppress=[…].",
            "events.alarms.scopes: must be a list, not an int\nPass a list of texts: events.alarms.scopes=[…].",
            "events.alarms.actions: must be a list, not a str\nPass a list of ARNs: events.alarms.actions=[…].",
        ),
    ),
    "words": Case(
        ses.Events(**UNTYPED["words"]),
        (
            (
                "events.types.0: 'BOUNCED' is none of SEND, DELIVERY, BOUNCE, COMPLAINT, REJECT, DELIVERY_DELAY, "
                "SUBSCRIPTION\nUse SEND or DELIVERY or BOUNCE or COMPLAINT or REJECT or DELIVERY_DELAY or SUBSCRIPTION."
            ),
            f"events.types.1: OPEN {PIXEL}",
            f"events.types.3: CLICK {PIXEL}",
            "events.suppress.0: 'SPAM' is none of BOUNCE, COMPLAINT\nUse BOUNCE or COMPLAINT.",
        ),
    ),
    "rates of a review": Case(
        rates(5, 0.001),
        (
            f"events.alarms.bounce_rate: is 5, but SES puts an account under review from 0.05 on\n{BOUNCES}",
            f"events.alarms.complaint_rate: is 0.001, but SES puts an account under review from 0.001 on\n{COMPLAINTS}",
        ),
    ),
    "rates of every mail": Case(
        rates(0, float("nan")),
        (
            f"events.alarms.bounce_rate: is 0, at which the alarm would never be quiet\n{BOUNCES}",
            f"events.alarms.complaint_rate: is nan, at which the alarm would never be quiet\n{COMPLAINTS}",
        ),
    ),
    "no rates": Case(
        rates("2%", complaint=True),
        (
            f"events.alarms.bounce_rate: is a str\n{BOUNCES}",
            f"events.alarms.complaint_rate: is a bool\n{COMPLAINTS}",
        ),
    ),
    "nobody to tell": Case(ses.Events(destination=ses.EventBus()), (NOBODY,)),
    "nothing to tell": Case(ses.Events(types=[]), (NOBODY,), "theirs"),
    "nothing to publish": Case(
        ses.Events(types=[], alarms=NO_ALARMS),
        (
            (
                "events.types: is empty, so the set that is made publishes nothing\n"
                "Name events, such as BOUNCE and COMPLAINT."
            ),
        ),
    ),
    "a name": Case(
        ses.Events(name="a.b"),
        (
            f"events.name: 'a.b' is not the name of a configuration set\n{NAME}",
            (
                "events.name: has no effect with configuration_set\n"
                "Remove it: configuration_set names a set that is there already."
            ),
        ),
        "theirs",
    ),
    "a long name": Case(
        ses.Events(name="a" * 65), (f"events.name: '{'a' * 65}' is not the name of a configuration set\n{NAME}",)
    ),
    "no name": Case(
        ses.Events(name=5),  # type: ignore[arg-type]
        ("events.name: must be a string, not an int\nSet events.name to a string.",),
    ),
    "no pool": Case(
        ses.Events(dedicated_ip_pool=5),  # type: ignore[arg-type]
        (f"events.dedicated_ip_pool: is an int\n{NAME}",),
    ),
    "dimensions": Case(
        metrics(ses.Dimension(name="a b", default="", source="TAG")),  # type: ignore[arg-type]
        (
            f"{FIELD}.0.name: 'a b' is not the name of a dimension\nUse letters, digits and _-:.",
            f"{FIELD}.0.default: '' is no value\nUse 1 to 255 letters, digits and _-@.",
            f"{FIELD}.0.source: 'TAG' is not where a mail has a value\nUse MESSAGE_TAG or EMAIL_HEADER or LINK_TAG.",
        ),
    ),
    "no dimension": Case(metrics(), (f"{FIELD}: has 0 dimensions\nUse 1 to 10.",)),
    "many dimensions": Case(metrics(*numbered(11)), (f"{FIELD}: has 11 dimensions\nUse 1 to 10.",)),
    "dimensions of another kind": Case(metrics("a"), (f"{FIELD}.0: is a str\nPass ses.Dimension(…).",)),
    "a dimension twice": Case(
        metrics(*numbered(2), *numbered(1)), (f"{FIELD}.2.name: 'n-0' is named twice\nName each dimension once.",)
    ),
    "values of other kinds": Case(
        ses.Events(**UNTYPED["kinds"]),
        (
            "events.vdm: is a str\nPass ses.Vdm(…).",
            "events.destination: is a str\nPass ses.SnsTopic(…), ses.EventBus() or ses.CloudWatch(…).",
            "events.alarms: is a bool\nPass ses.Alarms(…).",
        ),
    ),
    "what would count as true or false": Case(
        ses.Events(**UNTYPED["switches"]),
        (
            f"events.require_tls: is None\n{SWITCH}",
            f"events.vdm.engagement_metrics: is a str\n{SWITCH}",
            f"events.vdm.optimized_shared_delivery: is an int\n{SWITCH}",
        ),
    ),
    "words twice": Case(
        ses.Events(types=["SEND", "BOUNCE", "BOUNCE"], alarms=ses.Alarms(scopes=["account", "account"])),
        (
            "events.types.2: BOUNCE is named twice\nRemove it.",
            "events.alarms.scopes.1: account is named twice\nRemove it.",
        ),
    ),
    "an action that is none": Case(actions(TOPIC, "x"), (f"events.alarms.actions.1: 'x' is not an ARN\n{ARN}",)),
    "an action of another kind": Case(actions(5), ("events.alarms.actions.0: is an int\nPass ARNs.",)),
    "an action twice": Case(
        actions(LATER, TOPIC, f"{TOPIC}-b", TOPIC, LATER),
        (f"events.alarms.actions.3: {TOPIC} is named twice\nRemove it.",),
    ),
    "an action elsewhere": Case(
        actions(f"{TOPIC}-b", AWAY, AWAY.replace(":sns:", ":ssm:")),
        ("events.alarms.actions.1: is in us-east-1, and the domain sends in eu-west-1\nUse a topic in eu-west-1.",),
        region="eu-west-1",
    ),
    "many actions": Case(
        actions(*(f"{TOPIC}-{number}" for number in range(6))),
        ("events.alarms.actions: has 6 actions\nCloudWatch allows 5: let one topic tell the others.",),
    ),
    "no topic": Case(to(5), (f"events.destination.arn: 5 is not the ARN of an SNS topic\n{ARN}",)),
    "a FIFO topic": Case(
        to(f"{TOPIC}.fifo"),
        ("events.destination.arn: is a FIFO topic, to which SES does not publish\nUse a standard topic.",),
    ),
    "a subscription": Case(
        to(f"{TOPIC}:b7d0"), (f"events.destination.arn: '{TOPIC}:b7d0' is not the ARN of an SNS topic\n{ARN}",)
    ),
    "a topic elsewhere": Case(
        to(TOPIC.replace("eu-west-1", "us-east-1")),
        ("events.destination.arn: is in us-east-1, and the domain sends in eu-west-1\nUse a topic in eu-west-1.",),
        region="eu-west-1",
    ),
    "a topic of no partition": Case(
        to(TOPIC.replace("aws:", "aws-cn:")),
        (
            (
                f"events.destination.arn: '{TOPIC.replace('aws:', 'aws-cn:')}' has the partition aws-cn, "
                f"and eu-west-1 is in aws\n{ARN}"
            ),
        ),
    ),
    "fine": Case(
        ses.Events(
            name="a" * 64,
            types=["SEND"],
            destination=ses.SnsTopic(arn=TOPIC),
            alarms=ses.Alarms(actions=[LATER, *(f"{TOPIC}-{number}" for number in range(4))], complaint_rate=0.0009),
            dedicated_ip_pool=LATER,
            vdm=ses.Vdm(engagement_metrics=True),
        ),
        (),
        region="eu-west-1",
    ),
    "metrics alone": Case(metrics(*numbered(10)), (), LATER),
    "a set that publishes already": Case(ses.Events(types=[], alarms=NO_ALARMS, dedicated_ip_pool="p"), (), "theirs"),
    "a topic and a region that come later": Case(to(LATER), (), region=LATER),
    "a region that comes later": Case(to(TOPIC), (), region=LATER),
}


@pytest.mark.parametrize("case", CASES)
def test_all_that_is_wrong_is_said(case: str) -> None:
    """With its place, and what to do."""
    events, said, configuration_set, region = CASES[case]
    assert tuple(map(str, event_problems(events, configuration_set, region))) == said
