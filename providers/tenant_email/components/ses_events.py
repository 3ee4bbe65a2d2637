"""Makes what lets one hear of a sending domain's bounces and complaints: set, destination, topic and alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pulumi

from tenant_email.aws.event_rules import (
    METRICS,
    NAMESPACE,
    SET_DIMENSION,
    default_bus_arn,
    destination_name,
    enabled,
    topic_policy,
    topic_prefix,
)
from tenant_email.aws.own_tags import own_tags
from tenant_email.aws.policy import default_set_name
from tenant_email.errors import InvalidSettings, Problem
from tenant_email.resources.duplicates import claim_of_ses
from tenant_email.resources.ses_event_values import CloudWatch, SnsTopic

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.aws.event_rules import Rate
    from tenant_email.components.ses_place import Place
    from tenant_email.json_types import Props
    from tenant_email.resources.ses_event_values import AlarmScope, Events, Vdm

_HOUR: Final = 3600


class Hearing(NamedTuple):
    """What was made: the set that mail has to use, where events go, and what has to be there before mail is sent."""

    configuration_set: pulumi.Output[str]
    topic_arn: pulumi.Output[str] | None
    parts: tuple[pulumi.CustomResource, ...]


def set_to_look_at(domain: str, events: Events, existing: pulumi.Input[str] | None, *, is_kept: bool) -> Props:
    """Returns the set that mail is to use, as a preflight looks at it before anything is written."""
    vdm, destination, alarms = events.vdm, events.destination, events.alarms
    topic = destination.arn if events.types and isinstance(destination, SnsTopic) else None
    heard_by: list[pulumi.Input[str] | None] = [*alarms.actions] or [topic]
    wanted: Props = {
        "name": _name_of(domain, events) if existing is None else existing,
        "is_made": existing is None,
        "is_kept": is_kept or None,
        "require_tls": events.require_tls,
        "suppress": list(events.suppress),
        "dedicated_ip_pool": events.dedicated_ip_pool,
        "engagement_metrics": vdm.engagement_metrics if vdm else None,
        "optimized_shared_delivery": vdm.optimized_shared_delivery if vdm else None,
        "topic_arn": topic,
        "alarm_actions": [each for each in heard_by if each is not None] if alarms.scopes else [],
    }
    return {name: value for name, value in wanted.items() if value not in (None, [])}


def hear_of_events(
    name: str,
    domain: str,
    events: Events,
    place: Place,
    *,
    existing: pulumi.Input[str] | None,
    tags: Mapping[str, pulumi.Input[str]] | None,
) -> Hearing:
    """Makes the parts.

    Args:
        name: the component's name, which the parts' names begin with.
        domain: the domain that sends.
        events: what is wanted.
        place: where it is made.
        existing: the set that is there already, which is used as it is; None makes one.
        tags: AWS tags of what is made.

    Raises:
        InvalidSettings: another component of the program makes the set, or an event destination of the same name in it.

    """
    if problems := _claims(name, domain, events, place, existing):
        raise InvalidSettings(name, tuple(problems))
    maker = _Maker(
        name, events, place, tags, _left_overs(name, domain, place) if existing is None else pulumi.ResourceOptions()
    )
    configuration_set, parts = (
        maker.make_set(_name_of(domain, events)) if existing is None else (pulumi.Output.from_input(existing), ())
    )
    topic_arn, destination = maker.make_destination(configuration_set)
    maker.make_alarms(configuration_set, topic_arn)
    return Hearing(configuration_set, topic_arn, (*parts, *destination))


def _claims(name: str, domain: str, events: Events, place: Place, existing: pulumi.Input[str] | None) -> list[Problem]:
    """Returns what another component of the program makes already: AWS would refuse it once that is made."""
    if existing is None:
        own = _name_of(domain, events)
        remedy = "Use that one: pass its output configuration_set. Or name another one."
        return claim_of_ses(name, (place.known, own), Problem("events.name", f"the configuration set {own}", remedy))
    if not events.types or not isinstance(existing, str):
        return []
    own = destination_name(name)
    remedy = "Rename one of the components, or set types=[] in one of them."
    problem = Problem("events.types", f"the event destination {own} of the configuration set {existing}", remedy)
    return claim_of_ses(name, (place.known, existing, own), problem)


def _name_of(domain: str, events: Events) -> str:
    return events.name or default_set_name(domain)


def _left_overs(name: str, domain: str, place: Place) -> pulumi.ResourceOptions:
    """Returns the options by which what an interrupted run left is taken away before it is made again."""
    from tenant_email.components.ses_left_over import LeftEvents  # noqa: PLC0415 - of a set that is made alone

    return LeftEvents(domain, place, destination_name(name)).opts


class _Maker:
    """What the parts have in common."""

    def __init__(
        self,
        name: str,
        events: Events,
        place: Place,
        tags: Mapping[str, pulumi.Input[str]] | None,
        watched: pulumi.ResourceOptions,
    ) -> None:
        self._name, self._events, self._place, self._tags, self._watched = name, events, place, tags, watched

    def make_set(self, name: str) -> tuple[pulumi.Output[str], tuple[pulumi.CustomResource, ...]]:
        """Makes the set."""
        from pulumi_aws import sesv2  # noqa: PLC0415 - slow to load, and only a component that is built needs it

        events = self._events
        made = sesv2.ConfigurationSet(
            f"{self._name}-events",
            configuration_set_name=name,
            region=self._place.region,
            # classes of the SDK, because a dict would hand on what is None
            delivery_options=sesv2.ConfigurationSetDeliveryOptionsArgs(
                tls_policy="REQUIRE" if events.require_tls else "OPTIONAL",
                sending_pool_name=events.dedicated_ip_pool,
            ),
            reputation_options=sesv2.ConfigurationSetReputationOptionsArgs(reputation_metrics_enabled=True),
            # given, so that a refresh shows where somebody turned it off: no mail goes out then
            sending_options=sesv2.ConfigurationSetSendingOptionsArgs(sending_enabled=True),
            suppression_options=sesv2.ConfigurationSetSuppressionOptionsArgs(suppressed_reasons=list(events.suppress)),
            vdm_options=_vdm_options(events.vdm),
            tags={**(self._tags or {}), **own_tags(pulumi.get_project(), pulumi.get_stack())},
            opts=pulumi.ResourceOptions.merge(self._place.opts, self._watched),
        )
        return made.configuration_set_name, (made,)

    def make_destination(
        self, configuration_set: pulumi.Output[str]
    ) -> tuple[pulumi.Output[str] | None, tuple[pulumi.CustomResource, ...]]:
        """Makes where events go; returns the topic, if it is one."""
        from pulumi_aws import sesv2  # noqa: PLC0415 - the same

        wanted = self._events.destination
        if not self._events.types:
            return None, ()
        topic_arn, after = self._topic(wanted, configuration_set) if isinstance(wanted, SnsTopic) else (None, ())
        destination = sesv2.ConfigurationSetEventDestinationEventDestinationArgs(
            enabled=True, matching_event_types=list(self._events.types)
        )
        if topic_arn is not None:
            destination.sns_destination = sesv2.ConfigurationSetEventDestinationEventDestinationSnsDestinationArgs(
                topic_arn=topic_arn
            )
        elif isinstance(wanted, CloudWatch):
            destination.cloud_watch_destination = _metrics(wanted)
        else:
            at: pulumi.Output[list[str]] = pulumi.Output.all(self._place.region, self._place.account)
            bus = at.apply(lambda known: default_bus_arn(*known))
            destination.event_bridge_destination = (
                sesv2.ConfigurationSetEventDestinationEventDestinationEventBridgeDestinationArgs(event_bus_arn=bus)
            )
        opts = pulumi.ResourceOptions.merge(self._place.after(*after), self._watched)
        # another name would be another destination: a renamed component keeps its own, and events come once
        opts.ignore_changes = ["eventDestinationName"]
        made = sesv2.ConfigurationSetEventDestination(
            f"{self._name}-events",
            configuration_set_name=configuration_set,
            event_destination_name=destination_name(self._name),
            event_destination=destination,
            region=self._place.region,
            opts=opts,
        )
        return topic_arn, (made,)

    def _topic(
        self, wanted: SnsTopic, configuration_set: pulumi.Output[str]
    ) -> tuple[pulumi.Output[str], tuple[pulumi.CustomResource, ...]]:
        """Returns a topic, and what lets SES publish to one that is made; the policy of another one is its owner's."""
        if wanted.arn is not None:
            return pulumi.Output.from_input(wanted.arn), ()
        from pulumi_aws import sns  # noqa: PLC0415 - the same

        name = f"{self._name}-events"
        # AWS answers a second creation of one name with the topic that is there, so the name has a part of Pulumi's
        topic = sns.Topic(
            name,
            name_prefix=topic_prefix(self._name),
            tags=self._tags,
            region=self._place.region,
            opts=self._place.opts,
        )
        parts: pulumi.Output[list[str]] = pulumi.Output.all(
            topic.arn, configuration_set, self._place.region, self._place.account
        )
        allowed = sns.TopicPolicy(
            name,
            arn=topic.arn,
            policy=parts.apply(lambda known: topic_policy(*known)),
            region=self._place.region,
            opts=self._place.opts,
        )
        return topic.arn, (allowed,)

    def make_alarms(self, configuration_set: pulumi.Output[str], topic_arn: pulumi.Output[str] | None) -> None:
        """Makes an alarm for each rate and scope."""
        alarms = self._events.alarms
        actions = list(alarms.actions) or ([topic_arn] if topic_arn is not None else [])
        thresholds: dict[Rate, float] = {"bounce": alarms.bounce_rate, "complaint": alarms.complaint_rate}
        for scope in alarms.scopes:
            for rate, threshold in thresholds.items():
                self._alarm(scope, rate, threshold, configuration_set, actions)

    def _alarm(
        self,
        scope: AlarmScope,
        rate: Rate,
        threshold: float,
        configuration_set: pulumi.Output[str],
        actions: list[pulumi.Input[str]],
    ) -> None:
        from pulumi_aws import cloudwatch  # noqa: PLC0415 - the same

        whose = "the account" if scope == "account" else "a configuration set"
        cloudwatch.MetricAlarm(
            f"{self._name}-{rate}-rate-{'account' if scope == 'account' else 'set'}",
            namespace=NAMESPACE,
            metric_name=METRICS[rate],
            dimensions=None if scope == "account" else {SET_DIMENSION: configuration_set},
            statistic="Maximum",
            period=_HOUR,
            evaluation_periods=1,
            comparison_operator="GreaterThanOrEqualToThreshold",
            threshold=threshold,
            treat_missing_data="ignore",  # SES goes on judging the last rate while no mail is sent
            alarm_actions=actions,
            ok_actions=actions,
            alarm_description=f"The {rate} rate of {whose} nears the one at which Amazon SES reviews an account.",
            region=self._place.region,
            tags=self._tags,
            opts=self._place.opts,
        )


def _metrics(wanted: CloudWatch) -> Any:
    """Returns CloudWatch as a destination."""
    from pulumi_aws import sesv2  # noqa: PLC0415 - the same

    of = sesv2.ConfigurationSetEventDestinationEventDestinationCloudWatchDestinationDimensionConfigurationArgs
    dimensions = [
        of(dimension_name=each.name, dimension_value_source=each.source, default_dimension_value=each.default)
        for each in wanted.dimensions
    ]
    return sesv2.ConfigurationSetEventDestinationEventDestinationCloudWatchDestinationArgs(
        dimension_configurations=dimensions
    )


def _vdm_options(vdm: Vdm | None) -> Any:
    """Returns the options of VDM that are given."""
    if vdm is None:
        return None
    options: Props = {}
    if vdm.engagement_metrics is not None:
        options["dashboard_options"] = {"engagement_metrics": enabled(on=vdm.engagement_metrics)}
    if vdm.optimized_shared_delivery is not None:
        options["guardian_options"] = {"optimized_shared_delivery": enabled(on=vdm.optimized_shared_delivery)}
    return options or None
