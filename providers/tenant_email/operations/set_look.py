"""The configuration set that a domain's mail is to use: a look before anything is written, and what would take it away.

SES refuses every mail of an identity whose default set is gone (docs/contracts/aws_ses.md#default-set).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from tenant_email.errors import AlreadyConfigured, Forbidden, NotFound, Problem
from tenant_email.inputs.fields import Text
from tenant_email.inputs.model import Model
from tenant_email.inputs.unknowns import is_known
from tenant_email.json_types import is_object
from tenant_email.operations.console import warn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.aws.ses import Ses
    from tenant_email.json_types import PropsView
    from tenant_email.operations.aws_session import AwsTarget


class LookedAtSet(Model):
    """A configuration set that mail is to use, and what it has to have, as in Events.

    Args:
        name: the set's name.
        is_made: whether the stack makes it; else it is there, and is used as it is.
        is_kept: whether it stays when the stack lets it go.
        require_tls: whether it must deliver over TLS only.
        suppress: after what it must hold back addresses.
        dedicated_ip_pool: the pool that it must send from.
        engagement_metrics: whether opens and clicks are to be counted.
        optimized_shared_delivery: whether SES is to choose among its shared addresses.
        topic_arn: the topic that is there already, to which its events are to go.
        alarm_actions: what hears of alarms, but for a topic that is made.
        is_watched: whether anything is heard of its events; else it is only used, and nothing of it is compared.

    """

    name: Text
    is_made: bool = False
    is_kept: bool = False
    require_tls: bool = True
    suppress: list[str] = Field(default_factory=list[str])
    dedicated_ip_pool: Text | None = None
    engagement_metrics: bool | None = None
    optimized_shared_delivery: bool | None = None
    topic_arn: Text | None = None
    alarm_actions: list[Text] = Field(default_factory=list[Text])
    is_watched: bool = True


def given_up_set(recorded: PropsView, desired: PropsView) -> list[Problem]:
    """Returns a problem where a set of this stack's is to be there by itself now: the stack would delete it."""
    had, wanted = recorded.get("configuration_set"), desired.get("configuration_set")
    if not (is_object(had) and is_object(wanted)) or recorded.get("region") != desired.get("region"):
        return []
    name, goes = had.get("name"), had.get("is_made") is True and not had.get("is_kept")
    if not goes or wanted.get("is_made") is True or wanted.get("name") != name:
        return []
    what = f"{name} is made by this stack, which would now delete it, and SES then refuses every mail of the identity"
    remedy = (
        "Omit it, and keep events as they are. To hand the set on, first run `pulumi up` with on_delete='retain': "
        "then it stays when the stack lets it go, and configuration_set can name it."
    )
    return [Problem("configuration_set", what, remedy)]


def misplaced(wanted: LookedAtSet, region: str | None) -> list[Problem]:
    """Returns a problem for each topic that is in another region than what publishes to it."""
    if region is None or not is_known(region):
        return []
    topic = wanted.topic_arn if is_known(wanted.topic_arn) else None
    actions = wanted.alarm_actions if is_known(wanted.alarm_actions) else []
    places = {f"events.alarms.actions.{number}": arn for number, arn in enumerate(actions) if arn != topic}
    if topic is not None:
        places["events.destination.arn"] = topic
    if not places:
        return []
    from tenant_email.aws import event_rules  # noqa: PLC0415 - few programs need it

    return [problem for path, arn in places.items() for problem in event_rules.misplaced(path, arn, region)]


def look_at_set(
    client: Ses, target: AwsTarget, wanted: LookedAtSet, tags: Mapping[str, str], recorded: PropsView
) -> None:
    """Refuses a set that is someone else's where one is to be made, and one that cannot be used; says what differs.

    `tags` are this stack's own, and `recorded` is what an earlier look recorded.

    Raises:
        AlreadyConfigured: it cannot be made or used, or a topic lets nothing in.
        NotFound: it is to be used, and is not there.
    """
    if wanted.topic_arn is not None or wanted.alarm_actions:
        from tenant_email.operations.topic_look import refuse_closed_topics  # noqa: PLC0415 - the same

        refuse_closed_topics(client, target, wanted.name, wanted.topic_arn, wanted.alarm_actions)
    if wanted.engagement_metrics or wanted.optimized_shared_delivery:
        _tell_vdm_is_off(client)
    found, who = client.get_configuration_set(wanted.name), f"ses {client.region}: the configuration set {wanted.name}"
    if wanted.is_made:
        if found is not None and not tags.items() <= found.tags.items():
            remedy = f"Set configuration_set={wanted.name!r} to use it, or events.name to make another one."
            raise AlreadyConfigured(f"{who} is there already, and this stack did not make it", remedy=remedy)
        if found is not None and not _made_before(wanted, client.region, recorded):
            what = "is there already: a run of this stack that was interrupted made it, or one that let it stay"
            way = "It is made anew, unless something uses it: docs/sending-domain.md#left-over. "
            way += f"To use it as it is, set configuration_set={wanted.name!r}."
            warn(f"{who} {what}", way)
        return
    if found is None:
        raise NotFound(f"{who} is not there", remedy="Create it, or omit configuration_set: then one is made.")
    if not found.sending_enabled:
        remedy = "Turn it on, or use another one."
        raise AlreadyConfigured(f"{who} has sending turned off: no mail would go out", remedy=remedy)
    if not wanted.is_watched:
        return
    from tenant_email.aws.event_rules import differences  # noqa: PLC0415 - the same

    for each in differences(wanted, found.options):
        warn(f"{who} is not changed, and it {each}")


def _tell_vdm_is_off(client: Ses) -> None:
    """Warns where the account has no VDM, of which a set has options: SES takes them, and does nothing."""
    try:
        account = client.get_account()
    except Forbidden:
        return  # it is only told
    if account.vdm_enabled is False:
        what = "Virtual Deliverability Manager is off for the account, and events.vdm has no effect without it"
        way = "aws sesv2 put-account-vdm-attributes --vdm-attributes VdmEnabled=ENABLED"
        warn(f"ses {client.region}: {what}", f"Turn it on, which AWS bills: {way} --region {client.region}")


def _made_before(wanted: LookedAtSet, region: str, recorded: PropsView) -> bool:
    """Returns whether the same set was to be made at the look before, so that the state may have it."""
    had = recorded.get("configuration_set")
    same = is_object(had) and had.get("is_made") is True and had.get("name") == wanted.name
    return same and recorded.get("region") == region
