"""Looks, before anything is written, whether topics that somebody else made let in what is to be published there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tenant_email.aws.event_rules import is_topic
from tenant_email.aws.pace import Pace
from tenant_email.aws.policy import configuration_set_arn
from tenant_email.aws.topic_rules import ALARMS, ENCRYPT, EVENTS, PUBLISH, allows, is_own_key
from tenant_email.aws.topics import Topics
from tenant_email.errors import AlreadyConfigured, Forbidden
from tenant_email.operations.aws_session import access_of
from tenant_email.operations.environment import read_environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tenant_email.aws.ses import Ses
    from tenant_email.operations.aws_session import AwsTarget

_PAGE = "docs/events.md#topic-policy"


class _Publisher(NamedTuple):
    """A service that publishes to a topic: its principal, what it publishes, and what it says of itself."""

    service: str
    what: str
    context: Mapping[str, str]


def refuse_closed_topics(
    client: Ses, inputs: AwsTarget, set_name: str, topic_arn: str | None, alarm_actions: Sequence[str]
) -> None:
    """Refuses topics whose policy, or whose key's, surely keeps out events of a configuration set, or alarms.

    SES would say so once the destination is made, CloudWatch would not: its alarms would be heard by nobody. Without
    the permission to look nothing is said.

    Raises:
        AlreadyConfigured: SES or CloudWatch may not publish; it tells of every topic.
        NotFound: there is no such topic.
    """
    region, account = client.region, client.account_id
    of_account = {"aws:sourceaccount": account}
    of_set = {**of_account, "aws:sourcearn": configuration_set_arn(set_name, region, account)}
    asked: dict[str, list[_Publisher]] = {}
    if topic_arn is not None:
        asked[topic_arn] = [_Publisher(EVENTS, f"events of the configuration set {set_name}", of_set)]
    for action in filter(is_topic, alarm_actions):
        # the names of alarms end in a part that Pulumi makes, so that a condition on them is not judged
        asked.setdefault(action, []).append(_Publisher(ALARMS, "alarms", of_account))
    topics = Topics(region, access_of(inputs), read_environment(Pace.from_environ))
    closed = [each for arn, publishers in asked.items() for each in _closed(topics, arn, publishers)]
    if closed:
        there = "".join(f"\n  - {what}" for what, _ in closed)
        ways = dict.fromkeys(way for _, way in closed)
        message = f"sns {region}: nothing would be heard of what is to be published{there}"
        raise AlreadyConfigured(message, remedy=" ".join(ways))


def _closed(topics: Topics, arn: str, publishers: Sequence[_Publisher]) -> Iterator[tuple[str, str]]:
    """Yields what keeps publishers out of a topic, with the way out."""
    try:
        topic = topics.find(arn)
    except Forbidden:
        return
    who = f"the topic {arn}"
    for service, what, context in publishers:
        if allows(topic.policy, service, PUBLISH, arn, context) is False:
            closed = f"{who} lets no {what} in: its policy allows {service} no sns:Publish"
            yield closed, f"Add the statement of {_PAGE} to it; it is somebody's, and not changed."
    if is_own_key(topic.key_id):
        remedy = f"Encrypt it with a key of yours whose policy allows it ({_PAGE}), or use another topic."
        yield f"{who} is encrypted with AWS's own key, which lets {_names(publishers)} publish nothing", remedy
        return
    key = topics.key(topic.key_id) if topic.key_id else None
    shut = [each for each in publishers if key and allows(key[1], each.service, ENCRYPT, key[0], each.context) is False]
    if shut:
        remedy = f"Allow {_names(shut)} {' and '.join(ENCRYPT)} in the key's policy: {_PAGE}."
        yield f"{who} is encrypted with a key that lets {_names(shut)} publish nothing", remedy


def _names(publishers: Sequence[_Publisher]) -> str:
    return " and ".join(each.service for each in publishers)
