"""Looks, before anything is written, whether SES may publish events to a topic that somebody else made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenant_email.aws.pace import Pace
from tenant_email.aws.policy import configuration_set_arn
from tenant_email.aws.topic_rules import ENCRYPT, PUBLISH, allows, is_own_key
from tenant_email.aws.topics import Topics
from tenant_email.errors import AlreadyConfigured, Forbidden
from tenant_email.operations.aws_session import access_of
from tenant_email.operations.environment import read_environment

if TYPE_CHECKING:
    from tenant_email.aws.ses import Ses
    from tenant_email.operations.aws_session import AwsTarget

_PAGE = "docs/events.md#topic-policy"


def require_open_topic(client: Ses, inputs: AwsTarget, arn: str, set_name: str) -> None:
    """Refuses a topic whose policy, or whose key's, surely keeps SES from publishing events of a configuration set.

    Without the permission to look nothing is said: SES tries it when the destination is made.

    Raises:
        AlreadyConfigured: SES may not publish.
        NotFound: there is no such topic.
    """
    region, account = client.region, client.account_id
    topics = Topics(region, access_of(inputs), read_environment(Pace.from_environ))
    try:
        topic = topics.find(arn)
    except Forbidden:
        return
    who = f"sns {region}: the topic {arn}"
    context = {"aws:sourceaccount": account, "aws:sourcearn": configuration_set_arn(set_name, region, account)}
    if allows(topic.policy, PUBLISH, arn, context) is False:
        what = f"{who} lets no events of the configuration set {set_name} in: its policy allows SES no sns:Publish"
        raise AlreadyConfigured(what, remedy=f"Add the statement of {_PAGE} to it; it is somebody's, and not changed.")
    if is_own_key(topic.key_id):
        what = f"{who} is encrypted with AWS's own key, which lets SES publish nothing"
        remedy = f"Encrypt it with a key of yours whose policy allows it ({_PAGE}), or use another topic."
        raise AlreadyConfigured(what, remedy=remedy)
    key = topics.key(topic.key_id) if topic.key_id else None
    if key and allows(key[1], ENCRYPT, key[0], context) is False:
        what = f"{who} is encrypted with a key that lets SES publish nothing"
        remedy = f"Allow ses.amazonaws.com {' and '.join(ENCRYPT)} in the key's policy: {_PAGE}."
        raise AlreadyConfigured(what, remedy=remedy)
