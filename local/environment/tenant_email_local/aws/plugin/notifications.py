"""Implements the types by which stacks hear of events: topics with their policies, and alarms."""

import json
from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import uuid4

from tenant_email_local.aws.plugin import tags as tags_of
from tenant_email_local.aws.plugin.kind import ResourceType, Same, exists_from_here
from tenant_email_local.aws.plugin.policy_documents import same_document, with_text
from tenant_email_local.aws.plugin.session import Aws
from tenant_email_local.aws.plugin.values import Properties


class TopicResource(ResourceType):
    """Is aws:sns/topic:Topic; of its attributes those that a stack of this package sets."""

    type_name = "aws:sns/topic:Topic"
    inputs = frozenset({"name", "namePrefix", "displayName", "kmsMasterKeyId", "region", "tags"})
    auto_named = "name"
    replaced_by = frozenset({"name", "namePrefix", "region"})
    optional_outputs = frozenset({"name", "namePrefix", "region"})
    outputs = frozenset({"arn", "owner", "policy", "tagsAll"})
    _ATTRIBUTES: ClassVar[Mapping[str, str]] = {"displayName": "DisplayName", "kmsMasterKeyId": "KmsMasterKeyId"}

    def create(self, aws: Aws, inputs: Properties) -> tuple[str, Properties]:
        """Creates the topic; its ARN is its id. A topic of the same name is returned by AWS as if it were made."""
        region, tags = inputs.get("region") or aws.region, aws.tags(inputs.get("tags"))
        client = aws.sns(region)
        given = {theirs: inputs[ours] for ours, theirs in self._ATTRIBUTES.items() if ours in inputs}
        tagged: dict[str, Any] = {"Tags": tags_of.listed(tags)} if tags else {}
        name = inputs.get("name") or f"{inputs['namePrefix']}{uuid4().hex[:26]}"
        arn = client.create_topic(Name=name, Attributes=given, **tagged)["TopicArn"]
        outputs: Properties = {"name": name, "region": region, "arn": arn, "tagsAll": tags}
        with exists_from_here(arn, outputs):
            live = self.read(aws, arn, outputs) or {}
        return arn, {**outputs, **{name: live.get(name) for name in ("owner", "policy")}}

    def read(self, aws: Aws, id_: str, state: Properties) -> Properties | None:
        """Reads the topic."""
        region = state.get("region") or id_.split(":")[3]
        client = aws.sns(region)
        try:
            found = client.get_topic_attributes(TopicArn=id_)["Attributes"]
        except client.exceptions.NotFoundException:
            return None
        tags = tags_of.mapped(client.list_tags_for_resource(ResourceArn=id_).get("Tags", []))
        own = tags_of.own(aws, state, tags)
        live = {ours: found.get(theirs) or None for ours, theirs in self._ATTRIBUTES.items()}
        more = {"arn": id_, "owner": found.get("Owner"), "policy": found.get("Policy"), "region": region}
        return {**state, **live, **more, "name": id_.rpartition(":")[2], "tags": own, "tagsAll": tags}

    def update(self, aws: Aws, id_: str, olds: Properties, news: Properties) -> Properties:
        """Changes attributes and tags."""
        client = aws.sns(olds["region"])
        for ours, theirs in self._ATTRIBUTES.items():
            if olds.get(ours) != news.get(ours):
                client.set_topic_attributes(
                    TopicArn=id_, AttributeName=theirs, AttributeValue=str(news.get(ours) or "")
                )
        tags = aws.tags(news.get("tags"))
        gone, added = tags_of.changed(olds, tags)
        if gone:
            client.untag_resource(ResourceArn=id_, TagKeys=gone)
        if added:
            client.tag_resource(ResourceArn=id_, Tags=tags_of.listed(added))
        return {"region": olds["region"], "tagsAll": tags}

    def delete(self, aws: Aws, id_: str, state: Properties) -> None:
        """Deletes the topic with its subscriptions."""
        client = aws.sns(state["region"])
        try:
            client.delete_topic(TopicArn=id_)
        except client.exceptions.NotFoundException:
            return


class TopicPolicyResource(ResourceType):
    """Is aws:sns/topicPolicy:TopicPolicy; a topic has one policy, so whatever it had is replaced."""

    type_name = "aws:sns/topicPolicy:TopicPolicy"
    inputs = frozenset({"arn", "policy", "region"})
    required = frozenset({"arn", "policy"})
    replaced_by = frozenset({"arn", "region"})
    optional_outputs = frozenset({"region"})
    outputs = frozenset({"owner"})
    same: ClassVar[Mapping[str, Same]] = {"policy": same_document}

    def normalize(self, inputs: Properties) -> Properties:
        """Writes a document that was given as an object as JSON."""
        return with_text(inputs)

    def create(self, aws: Aws, inputs: Properties) -> tuple[str, Properties]:
        """Sets the policy; the topic's ARN is the id."""
        region = inputs.get("region") or aws.region
        self._put(aws, region, inputs["arn"], inputs["policy"])
        return inputs["arn"], {"region": region, "owner": inputs["arn"].split(":")[4]}

    def read(self, aws: Aws, id_: str, state: Properties) -> Properties | None:
        """Reads the policy."""
        region = state.get("region") or id_.split(":")[3]
        client = aws.sns(region)
        try:
            found = client.get_topic_attributes(TopicArn=id_)["Attributes"]
        except client.exceptions.NotFoundException:
            return None
        policy = found.get("Policy", "")
        if same_document(str(state.get("policy", "")), policy):
            policy = state["policy"]
        return {**state, "arn": id_, "policy": policy, "owner": found.get("Owner"), "region": region}

    def update(self, aws: Aws, id_: str, olds: Properties, news: Properties) -> Properties:
        """Replaces the policy."""
        self._put(aws, olds["region"], id_, news["policy"])
        return {"region": olds["region"]}

    def delete(self, aws: Aws, id_: str, state: Properties) -> None:
        """Puts back the policy that a topic begins with."""
        owner = id_.split(":")[4]
        of_topics = ("GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission", "DeleteTopic")
        actions = (*of_topics, "Subscribe", "ListSubscriptionsByTopic", "Publish", "Receive")
        statement = {
            "Sid": "__default_statement_ID",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": [f"SNS:{each}" for each in actions],
            "Resource": id_,
            "Condition": {"StringEquals": {"AWS:SourceOwner": owner}},
        }
        document = {"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [statement]}
        client = aws.sns(state["region"])
        try:
            self._put(aws, state["region"], id_, json.dumps(document))
        except client.exceptions.NotFoundException:
            return

    def _put(self, aws: Aws, region: str, arn: str, policy: str) -> None:
        aws.sns(region).set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)


ALARM = {
    "alarmDescription": "AlarmDescription",
    "comparisonOperator": "ComparisonOperator",
    "evaluationPeriods": "EvaluationPeriods",
    "datapointsToAlarm": "DatapointsToAlarm",
    "metricName": "MetricName",
    "namespace": "Namespace",
    "period": "Period",
    "statistic": "Statistic",
    "threshold": "Threshold",
    "treatMissingData": "TreatMissingData",
    "actionsEnabled": "ActionsEnabled",
}
ACTIONS = {
    "alarmActions": "AlarmActions",
    "okActions": "OKActions",
    "insufficientDataActions": "InsufficientDataActions",
}


class MetricAlarmResource(ResourceType):
    """Is aws:cloudwatch/metricAlarm:MetricAlarm on one metric."""

    type_name = "aws:cloudwatch/metricAlarm:MetricAlarm"
    inputs = frozenset({"name", "region", "tags", "dimensions", *ALARM, *ACTIONS})
    required = frozenset({"comparisonOperator", "evaluationPeriods"})
    defaults: ClassVar[Mapping[str, Any]] = {"actionsEnabled": True, "treatMissingData": "missing"}
    auto_named = "name"
    replaced_by = frozenset({"name", "region"})
    optional_outputs = frozenset({"name", "region"})
    outputs = frozenset({"arn", "tagsAll"})

    def create(self, aws: Aws, inputs: Properties) -> tuple[str, Properties]:
        """Puts the alarm; its name is its id. An alarm of the same name is overwritten, as PutMetricAlarm does."""
        region, tags = inputs.get("region") or aws.region, aws.tags(inputs.get("tags"))
        self._put(aws.cloudwatch(region), inputs, tags)
        outputs: Properties = {"region": region, "tagsAll": tags}
        with exists_from_here(inputs["name"], outputs):
            live = self.read(aws, inputs["name"], outputs) or {}
        return inputs["name"], {**outputs, "arn": live.get("arn")}

    def read(self, aws: Aws, id_: str, state: Properties) -> Properties | None:
        """Reads the alarm."""
        region = state.get("region") or aws.region
        client = aws.cloudwatch(region)
        found: list[Mapping[str, Any]] = list(client.describe_alarms(AlarmNames=[id_])["MetricAlarms"])
        if not found:
            return None
        alarm = found[0]
        tags = tags_of.mapped(client.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"])
        own = tags_of.own(aws, state, tags)
        live = {ours: alarm.get(theirs) for ours, theirs in {**ALARM, **ACTIONS}.items()}
        live["treatMissingData"] = live["treatMissingData"] or "missing"
        live["dimensions"] = {each["Name"]: each["Value"] for each in alarm.get("Dimensions", [])}
        more = {"name": id_, "arn": alarm["AlarmArn"], "region": region, "tags": own, "tagsAll": tags}
        return {**state, **live, **more}

    def update(self, aws: Aws, id_: str, olds: Properties, news: Properties) -> Properties:
        """Puts the alarm anew; tags are changed by calls of their own."""
        client, tags = aws.cloudwatch(olds["region"]), aws.tags(news.get("tags"))
        self._put(client, {**news, "name": id_}, {})
        gone, added = tags_of.changed(olds, tags)
        if gone:
            client.untag_resource(ResourceARN=olds["arn"], TagKeys=gone)
        if added:
            client.tag_resource(ResourceARN=olds["arn"], Tags=tags_of.listed(added))
        return {"region": olds["region"], "tagsAll": tags}

    def delete(self, aws: Aws, id_: str, state: Properties) -> None:
        """Deletes the alarm."""
        client = aws.cloudwatch(state["region"])
        try:
            client.delete_alarms(AlarmNames=[id_])
        except client.exceptions.ResourceNotFound:
            return

    def _put(self, client: Any, inputs: Properties, tags: Mapping[str, str]) -> None:
        given: dict[str, Any] = {
            theirs: inputs[ours] for ours, theirs in {**ALARM, **ACTIONS}.items() if ours in inputs
        }
        dimensions: dict[str, str] = inputs.get("dimensions") or {}
        given["Dimensions"] = [{"Name": name, "Value": value} for name, value in dimensions.items()]
        if tags:
            given["Tags"] = tags_of.listed(tags)
        client.put_metric_alarm(AlarmName=inputs["name"], **given)
