"""How bounces and complaints are heard of, as it is registered, and everything wrong with what was asked for."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pulumi
import pytest

from support.registered import Registered, registered
from tenant_email import SesSendingDomain, auth0, logto, ses
from tenant_email.errors import InvalidSettings

DKIM = {"type": "CNAME", "ttl": 300, "values": ["t.dkim.amazonses.com"]}
ANSWERS: dict[str, Any] = {
    "SesDomainIdentity": {"dns_records": [{**DKIM, "name": f"t{n}._domainkey.acme.example"} for n in range(3)]},
    "AccessKey": {"secret": "s"},
    "Topic": {"arn": "arn:aws:sns:eu-west-1:123456789012:mail-events-1"},
}
OURS = {"managed-by": "pulumi-tenant-email", "pulumi-project": "lab", "pulumi-stack": "dev"}
TOPIC = "arn:aws:sns:eu-west-1:123456789012:alerts"
ON_CALL = "arn:aws:sns:eu-west-1:123456789012:on-call"


def inputs(events: Any = None, **given: Any) -> dict[tuple[str, str], dict[str, Any]]:
    """Returns what a sending domain with events registers, by kind and name."""
    domain = partial(SesSendingDomain, "mail", domain="acme.example", events=events or ses.Events(), **given)
    return registered(domain, **ANSWERS).inputs


def test_a_set_is_made_and_used() -> None:
    """TLS, rates, sending, suppression are on, the identity has it as its default, and the key's policy allows it."""
    made = inputs()
    found = made["ConfigurationSet", "mail-events"]
    assert found["configurationSetName"] == "acme-example"
    assert found["deliveryOptions"] == {"tlsPolicy": "REQUIRE"}
    assert found["reputationOptions"] == {"reputationMetricsEnabled": True}
    assert found["sendingOptions"] == {"sendingEnabled": True}
    assert found["suppressionOptions"] == {"suppressedReasons": ["BOUNCE", "COMPLAINT"]}
    assert found["tags"] == OURS
    assert made["SesDomainSettings", "mail-settings"]["configuration_set"] == "acme-example"
    (statement,) = json.loads(made["Policy", "mail"]["policy"])["Statement"]
    assert statement["Resource"][1].endswith(":configuration-set/acme-example")


def test_events_come_and_go_without_a_change_of_the_key_s_policy() -> None:
    """AWS takes seconds to go by a policy, and refuses mail meanwhile; a set of another name is allowed as well."""
    plain = registered(partial(SesSendingDomain, "mail", domain="acme.example"), **ANSWERS).inputs["Policy", "mail"]
    assert inputs()["Policy", "mail"]["policy"] == plain["policy"]
    (statement,) = json.loads(inputs(ses.Events(name="other"))["Policy", "mail"]["policy"])["Statement"]
    assert [arn.rpartition("/")[2] for arn in statement["Resource"][1:]] == ["other", "acme-example"]


def test_what_a_set_can_have_reaches_it() -> None:
    """Pool, VDM and what is suppressed are its own; in the clear only when asked."""
    vdm = ses.Vdm(engagement_metrics=False, optimized_shared_delivery=True)
    made = inputs(ses.Events(name="own", require_tls=False, suppress=[], dedicated_ip_pool="pool", vdm=vdm))
    found = made["ConfigurationSet", "mail-events"]
    assert found["configurationSetName"] == "own"
    assert found["deliveryOptions"] == {"tlsPolicy": "OPTIONAL", "sendingPoolName": "pool"}
    assert found["suppressionOptions"] == {"suppressedReasons": []}
    assert found["vdmOptions"] == {
        "dashboardOptions": {"engagementMetrics": "DISABLED"},
        "guardianOptions": {"optimizedSharedDelivery": "ENABLED"},
    }


def test_the_topic_that_is_made_takes_this_set_and_alarms_of_the_account() -> None:
    """Nobody else may publish to it."""
    made = inputs()
    mail, alarms = json.loads(made["TopicPolicy", "mail-events"]["policy"])["Statement"]
    assert (mail["Principal"], alarms["Principal"]) == (
        {"Service": "ses.amazonaws.com"},
        {"Service": "cloudwatch.amazonaws.com"},
    )
    assert mail["Condition"]["StringEquals"] == {
        "AWS:SourceAccount": "123456789012",
        "AWS:SourceArn": "arn:aws:ses:eu-west-1:123456789012:configuration-set/acme-example",
    }
    destination = made["ConfigurationSetEventDestination", "mail-events"]["eventDestination"]
    assert destination["snsDestination"] == {"topicArn": mail["Resource"]} == {"topicArn": alarms["Resource"]}
    assert destination["enabled"] is True


def test_a_component_may_be_called_as_its_domain() -> None:
    """SNS takes no dot in a topic's name, so that one begins otherwise; a name that it takes is left to Pulumi."""
    made = registered(partial(SesSendingDomain, "acme.example", domain="acme.example", events=ses.Events()), **ANSWERS)
    assert made.inputs["Topic", "acme.example-events"]["namePrefix"] == "acme-example-events-"
    assert "namePrefix" not in inputs()["Topic", "mail-events"]


@pytest.mark.parametrize(
    ("destination", "wanted"),
    [
        (ses.SnsTopic(arn=TOPIC), {"snsDestination": {"topicArn": TOPIC}}),
        (
            ses.EventBus(),
            {"eventBridgeDestination": {"eventBusArn": "arn:aws:events:eu-west-1:123456789012:event-bus/default"}},
        ),
        (
            ses.CloudWatch(dimensions=[ses.Dimension(name="campaign", default="x", source="EMAIL_HEADER")]),
            {
                "cloudWatchDestination": {
                    "dimensionConfigurations": [
                        {
                            "dimensionName": "campaign",
                            "dimensionValueSource": "EMAIL_HEADER",
                            "defaultDimensionValue": "x",
                        }
                    ]
                }
            },
        ),
    ],
    ids=["a topic that is there", "the event bus", "metrics"],
)
def test_events_go_elsewhere(destination: Any, wanted: dict[str, Any]) -> None:
    """Each destination is SES's own; no topic is made, and the policy of one that is there is left alone."""
    made = inputs(ses.Events(destination=destination, alarms=ses.Alarms(actions=[TOPIC]), types=["BOUNCE"]))
    assert made["ConfigurationSetEventDestination", "mail-events"]["eventDestination"] == {
        "enabled": True,
        "matchingEventTypes": ["BOUNCE"],
        **wanted,
    }
    assert not [kind for kind, _ in made if kind in ("Topic", "TopicPolicy")]


def test_alarms_are_below_what_ses_reviews() -> None:
    """On both rates, of the account and of the set; without data an alarm stays as it is, as AWS's guide has it."""
    made = {name: each for (kind, name), each in inputs().items() if kind == "MetricAlarm"}
    assert {name: (each["metricName"], each["threshold"], each.get("dimensions")) for name, each in made.items()} == {
        "mail-bounce-rate-account": ("Reputation.BounceRate", 0.025, None),
        "mail-complaint-rate-account": ("Reputation.ComplaintRate", 0.0005, None),
        "mail-bounce-rate-set": ("Reputation.BounceRate", 0.025, {"ses:configuration-set": "acme-example"}),
        "mail-complaint-rate-set": ("Reputation.ComplaintRate", 0.0005, {"ses:configuration-set": "acme-example"}),
    }
    assert {(each["namespace"], each["treatMissingData"]) for each in made.values()} == {("AWS/SES", "ignore")}
    assert {each["alarmActions"][0] for each in made.values()} == {ANSWERS["Topic"]["arn"]}


def test_a_set_that_publishes_already_may_be_left_alone() -> None:
    """Without events no destination is added, and without scopes no alarm."""
    made = inputs(ses.Events(types=[], alarms=ses.Alarms(scopes=[])), configuration_set="theirs")
    assert not {kind for kind, _ in made} & {"ConfigurationSetEventDestination", "Topic", "MetricAlarm"}


def test_a_set_that_is_there_is_used_as_it_is() -> None:
    """Nothing of it is written; it is looked at before anything is, with what it has to have."""
    made = inputs(ses.Events(dedicated_ip_pool="pool", vdm=ses.Vdm(engagement_metrics=False)), configuration_set="them")
    assert not [kind for kind, _ in made if kind == "ConfigurationSet"]
    assert made["SesDomainSettings", "mail-settings"]["configuration_set"] == "them"
    assert made["ConfigurationSetEventDestination", "mail-events"]["configurationSetName"] == "them"
    assert made["SesDomainPreflight", "mail-preflight"]["configuration_set"] == {
        "name": "them",
        "is_made": False,
        "require_tls": True,
        "suppress": ["BOUNCE", "COMPLAINT"],
        "dedicated_ip_pool": "pool",
        "engagement_metrics": False,
    }


def test_everything_wrong_is_said_at_once() -> None:
    """Each problem with its place, before anything is registered."""
    wrong = ses.Events(types=["OPEN"], alarms=ses.Alarms(bounce_rate=5))  # type: ignore[list-item]
    with pytest.raises(InvalidSettings) as raised:
        inputs(wrong, configuration_set="a b", mail_from="bounce.acme.org")
    said = str(raised.value)
    assert all(each in said for each in ("events.types.0: ", "bounce_rate: is 5", "set: cannot be", "mail_from: "))


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        (auth0.Ses.from_ses, "configuration_set_name"),
        (auth0.Smtp.from_ses, "x_ses_configuration_set"),
        (logto.AwsSes.from_ses, "configuration_set_name"),
    ],
)
def test_a_platform_that_can_names_the_set(settings: Any, name: str) -> None:
    """So mail of further domains, whose identities have other defaults, is heard of; without a set none is named."""
    seen = list[Any]()

    def program(events: ses.Events | None) -> None:
        sending = SesSendingDomain("mail", domain="acme.example", events=events)
        seen.append(getattr(settings(sending), name))

    for events in (ses.Events(), None):
        registered(partial(program, events), **ANSWERS)
    assert [each is None for each in seen] == [False, True]


def two(one: dict[str, Any], other: dict[str, Any]) -> Registered:
    """Registers two sending domains in one program."""

    def program() -> None:
        SesSendingDomain("mail", domain="acme.example", **one)
        SesSendingDomain("other", domain="acme.org", **other)

    return registered(program, **ANSWERS)


def test_a_set_is_made_by_one_component() -> None:
    """Two of one name in a region are refused in the preview: AWS would refuse the second once the first is made."""
    named = {"events": ses.Events(name="ours")}
    with pytest.raises(InvalidSettings) as raised:
        two(named, named)
    assert "events.name: the configuration set ours is already made by 'mail'" in str(raised.value)
    found = two({**named, "region": "eu-west-1"}, {**named, "region": "us-east-1"}).inputs
    assert found["ConfigurationSet", "other-events"]["region"] == "us-east-1"


def test_an_event_destination_is_made_by_one_component() -> None:
    """SES knows it by a name of fewer characters than a component's may have, so that two may share one."""

    def program(*sets: str) -> None:
        for name, of in zip(("a.mail", "a-mail"), sets, strict=True):
            SesSendingDomain(name, domain=f"{of}.example", events=ses.Events(), configuration_set=of)

    with pytest.raises(InvalidSettings) as raised:
        registered(partial(program, "theirs", "theirs"), **ANSWERS)
    said = "events.types: the event destination a-mail-events of the configuration set theirs is already made by"
    assert said in str(raised.value)
    found = registered(partial(program, "theirs", "others"), **ANSWERS).inputs
    assert ("ConfigurationSetEventDestination", "a-mail-events") in found


def test_what_is_looked_at_before_the_first_write() -> None:
    """A topic that is given goes with the set, and so does what hears of alarms but for a topic that is made."""
    look = ("SesDomainPreflight", "mail-preflight")
    given = inputs(ses.Events(destination=ses.SnsTopic(arn=TOPIC)))[look]["configuration_set"]
    assert (given["topic_arn"], given["is_made"]) == (TOPIC, True)
    assert "topic_arn" not in inputs()[look]["configuration_set"]
    assert given["alarm_actions"] == [TOPIC]
    assert "alarm_actions" not in inputs()[look]["configuration_set"]
    told = ses.Events(alarms=ses.Alarms(actions=[ON_CALL, f"{ON_CALL}-2"]))
    assert inputs(told)[look]["configuration_set"]["alarm_actions"] == [ON_CALL, f"{ON_CALL}-2"]
    silent = ses.Events(destination=ses.SnsTopic(arn=TOPIC), alarms=ses.Alarms(scopes=[]))
    assert "alarm_actions" not in inputs(silent)[look]["configuration_set"]
    unheard = registered(
        partial(SesSendingDomain, "mail", domain="acme.example", configuration_set="theirs"), **ANSWERS
    )
    assert unheard.inputs[look]["configuration_set"] == {"name": "theirs", "is_watched": False}


def test_what_an_identity_needs_that_stays_is_kept() -> None:
    """With on_delete="retain" set, destination, topic and alarms outlive the stack; else they go with it."""

    def kept(on_delete: Any) -> dict[str, bool]:
        seen = list[tuple[str, bool]]()

        def program() -> None:
            pulumi.runtime.register_stack_transformation(
                lambda each: seen.append((each.type_.rpartition(":")[2], bool(each.opts.retain_on_delete)))
            )
            SesSendingDomain("mail", domain="acme.example", events=ses.Events(), on_delete=on_delete)

        registered(program, **ANSWERS)
        return dict(seen)

    parts = ("ConfigurationSet", "ConfigurationSetEventDestination", "Topic", "TopicPolicy", "MetricAlarm")
    assert [kept("retain")[part] for part in parts] == [True] * 5
    assert [kept(None)[part] for part in parts] == [False] * 5
    assert kept("retain")["AccessKey"] is False


def test_regions_that_are_known_later_are_two() -> None:
    """A standby whose region is an output too makes its set; of one output both are one."""

    def program(*regions: pulumi.Output[str]) -> None:
        for name, region in zip(("mail", "other"), regions, strict=True):
            SesSendingDomain(name, domain="acme.example", region=region, mail_from=name, events=ses.Events())

    def outputs() -> None:
        program(pulumi.Output.from_input("eu-west-1"), pulumi.Output.from_input("us-east-1"))

    assert ("ConfigurationSet", "other-events") in registered(outputs, **ANSWERS).inputs
    with pytest.raises(InvalidSettings, match="acme-example is already made by 'mail'"):
        registered(lambda: program(*[pulumi.Output.from_input("eu-west-1")] * 2), **ANSWERS)
