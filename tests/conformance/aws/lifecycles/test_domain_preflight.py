"""SesDomainPreflight: what an identity and its records would meet is reported at once, before any of them is made."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from support.estate import Estate
from support.managed import Managed
from support.ses_site import TAGS
from tenant_email.aws.dns_records import dmarc_record, mail_from_records
from tenant_email.aws.event_rules import topic_policy
from tenant_email.errors import AlreadyConfigured, InvalidSettings, NotFound, WrongTenant
from tenant_email.lifecycle.ses_domain_preflight import SesDomainPreflightLifecycle
from tenant_email_local.aws.wire import AwsError

if TYPE_CHECKING:
    from support.ses_site import SesSite


def preflight(site: SesSite, zone_id: str | None = None, **inputs: Any) -> Managed:
    """Returns the look at a domain with a MAIL FROM domain and DMARC, not made yet."""
    records = [*mail_from_records(f"bounce.{site.domain}", site.domain, "eu-west-1"), dmarc_record(site.domain)]
    fixed: dict[str, Any] = {"domain": site.domain, "region": "eu-west-1", "tags": TAGS, "zone_id": zone_id}
    more = {"records": [each.to_props() for each in records], "mail_from": f"bounce.{site.domain}"}
    return Managed(SesDomainPreflightLifecycle(), **{**fixed, **more, **inputs})


def test_everything_in_the_way_is_shown_together(site: SesSite) -> None:
    """One error names each record with what is there; what an overwrite names is left out of it. Nothing is written."""
    zone = Estate.create(site.client("route53"), site.domain)
    zone.put(f"bounce.{site.domain}", "MX", "10 mx.acme.example")
    zone.put(f"_dmarc.{site.domain}", "CNAME", "dmarc.vendor.example")
    before = zone.raw()
    with pytest.raises(AlreadyConfigured) as refused:
        preflight(site, zone.zone_id).up()
    text = str(refused.value)
    assert f"bounce.{site.domain} needs MX 10 feedback-smtp.eu-west-1.amazonses.com, but has MX 10 mx.acme" in text
    assert "but has CNAME dmarc.vendor.example" in text
    assert text.endswith("or set overwrite_records=['mx', 'dmarc'] to replace it; a destroy restores it.")
    with pytest.raises(AlreadyConfigured, match=r"overwrite_records=\['dmarc'\]"):
        preflight(site, zone.zone_id, overwrite_records=["mx"]).up()
    preflight(site, zone.zone_id, overwrite_records=["mx", "dmarc"]).up()
    assert zone.raw() == before
    assert site.calls("Create") == []


def test_a_zone_that_cannot_serve_is_refused(site: SesSite) -> None:
    """A private zone, a zone of another domain and one that is not there are reported before anything is written."""
    client = site.client("route53")
    private, other = Estate.create(client, site.domain, private=True), Estate.create(client, f"other-{site.domain}")
    with pytest.raises(InvalidSettings, match="is a private zone, which SES and mail receivers do not see"):
        preflight(site, private.zone_id).up()
    with pytest.raises(InvalidSettings, match=f"other-{site.domain} does not contain _dmarc.{site.domain}"):
        preflight(site, other.zone_id).up()
    with pytest.raises(NotFound, match="Set zone_id to a hosted zone of this AWS account"):
        preflight(site, "Z0000000000000000000").up()


def test_an_identity_of_someone_else_is_met_as_it_would_be_later(site: SesSite) -> None:
    """Refused, or taken with what was found of it; this stack's own is no obstacle, and is not adopted."""
    site.ses.create_email_identity(EmailIdentity=site.domain)
    name = f"old.{site.domain}"
    site.ses.put_email_identity_mail_from_attributes(EmailIdentity=site.domain, MailFromDomain=name)
    with pytest.raises(AlreadyConfigured, match="Set on_existing='adopt'"):
        preflight(site).up()
    with pytest.raises(AlreadyConfigured, match=f"already has the MAIL FROM domain {name}"):
        preflight(site, on_existing="adopt").up()
    with pytest.raises(AlreadyConfigured, match="signs differently from what was asked for"):
        preflight(site, on_existing="adopt", dkim="byo").up()
    taken = preflight(site, on_existing="adopt", mail_from=name)
    taken.up()
    assert (taken.state["adopts_identity"], taken.state["existing_mail_from"]) == (True, name)
    site.ses.tag_resource(
        ResourceArn=f"arn:aws:ses:eu-west-1:000000000099:identity/{site.domain}",
        Tags=[{"Key": key, "Value": value} for key, value in TAGS.items()],
    )
    own = preflight(site)
    own.up()
    assert own.state["adopts_identity"] is False


def test_what_was_found_stays_as_it_was_found(site: SesSite) -> None:
    """It tells of the time before the first write: no refresh and no other record changes it; another domain does."""
    found = preflight(site)
    found.up()
    site.ses.create_email_identity(EmailIdentity=site.domain)
    assert found.refresh()
    assert found.up(records=[], mail_from=None) == "same"
    assert found.state["adopts_identity"] is False
    assert found.plan(domain=f"other-{site.domain}") == "replace"


def test_another_zone_is_looked_into(site: SesSite) -> None:
    """What is in the way there is refused; whose the identity was stays as it was found."""
    zone, found = Estate.create(site.client("route53"), site.domain), preflight(site)
    found.up()
    site.ses.create_email_identity(EmailIdentity=site.domain)
    zone.put(f"bounce.{site.domain}", "MX", "10 mx.acme.example")
    with pytest.raises(AlreadyConfigured, match=r"but has MX 10 mx\.acme"):
        found.up(zone_id=zone.zone_id)
    assert found.up(zone_id=zone.zone_id, overwrite_records=["mx"]) == "update"
    assert (found.state["adopts_identity"], found.state["existing_mail_from"]) == (False, "")


def test_bad_inputs_and_another_account_are_refused(site: SesSite) -> None:
    """A word that names no record is reported at preview, another account before any question about the domain."""
    (problem,) = preflight(site).problems(overwrite_records=["mx", "txt"])
    known = "dkim, mx, spf, dmarc, dmarc_reports, tls_rpt, mta_sts"
    assert problem == f"overwrite_records.1: 'txt' is not the name of a record\nChoose from {known}."
    with pytest.raises(WrongTenant):
        preflight(site, expected_account="999999999999").up()
    assert site.calls() == []


def test_a_set_of_someone_else_is_not_taken_for_ours(site: SesSite) -> None:
    """The name of a set that is to be made is refused with both ways out; one that this stack made is its own."""
    name = f"set-{site.domain}".replace(".", "-")
    site.ses.create_configuration_set(ConfigurationSetName=name, Tags=[{"Key": "pulumi-stack", "Value": "other"}])
    with pytest.raises(AlreadyConfigured, match=rf"{name} is there already.*\nSet configuration_set='{name}'"):
        preflight(site, configuration_set={"name": name, "is_made": True}).up()
    site.ses.delete_configuration_set(ConfigurationSetName=name)
    ours: Any = [{"Key": key, "Value": value} for key, value in {**TAGS, "team": "mail"}.items()]
    site.ses.create_configuration_set(ConfigurationSetName=name, Tags=ours)
    assert preflight(site, configuration_set={"name": name, "is_made": True}).up() == "create"


def test_a_set_that_is_used_is_looked_at(site: SesSite, said: list[str]) -> None:
    """It must be there and send; what it lacks is said, and it is not changed. Another one is looked at again."""
    name = f"set-{site.domain}".replace(".", "-")
    wanted: dict[str, Any] = {"name": name, "suppress": ["BOUNCE"], "dedicated_ip_pool": "pool"}
    with pytest.raises(NotFound, match=f"{name} is not there"):
        preflight(site, configuration_set=wanted).up()
    site.ses.create_configuration_set(ConfigurationSetName=name, DeliveryOptions={"TlsPolicy": "REQUIRE"})
    before, look = site.ses.get_configuration_set(ConfigurationSetName=name), preflight(site)
    look.up()
    assert look.up(configuration_set=wanted) == "update"
    heard = "\n".join(said)
    assert "has no rates of its own" in heard
    assert "does not suppress addresses after BOUNCE" in heard
    assert "does not send from the pool pool" in heard
    assert "TlsPolicy" not in heard
    after = site.ses.get_configuration_set(ConfigurationSetName=name)
    assert {**after, "ResponseMetadata": None} == {**before, "ResponseMetadata": None}
    site.ses.put_configuration_set_sending_options(ConfigurationSetName=name, SendingEnabled=False)
    with pytest.raises(AlreadyConfigured, match="sending turned off"):
        preflight(site, configuration_set=wanted).up()


@pytest.mark.parametrize("is_made", [True, False])
def test_an_adopted_identity_with_another_default_set_is_refused_first(site: SesSite, is_made: bool) -> None:
    """Before a set or a topic is made; overwrite=True takes the identity's mail to this one."""
    name = f"set-{site.domain}".replace(".", "-")
    site.ses.create_configuration_set(ConfigurationSetName=f"{name}-theirs")
    site.ses.create_email_identity(EmailIdentity=site.domain, ConfigurationSetName=f"{name}-theirs")
    if not is_made:
        site.ses.create_configuration_set(ConfigurationSetName=name)
    look = preflight(site, on_existing="adopt", configuration_set={"name": name, "is_made": is_made})
    with pytest.raises(AlreadyConfigured, match=f"already has the default configuration set {name}-theirs"):
        look.up()
    assert look.up(overwrite=True) == "create"


def test_a_look_that_was_recorded_before_there_was_more_to_look_at_is_not_repeated(site: SesSite) -> None:
    """An upgrade changes nothing, whatever default set the identity has by now."""
    look = preflight(site)
    look.up()
    site.ses.create_configuration_set(ConfigurationSetName=f"old-{site.domain}")
    site.ses.create_email_identity(EmailIdentity=site.domain, ConfigurationSetName=f"old-{site.domain}")
    newer = ("zone_target", "host", "existing_records", "whole_sets", "look_first", "configuration_set")
    look.recorded = look.recorded._replace(state={k: v for k, v in look.state.items() if k not in newer})
    assert look.up() == "same"


class GivenTopic:
    """A topic that somebody made, its policy, and a set whose events are to go there."""

    def __init__(self, site: SesSite, **attributes: str) -> None:
        self.site, self.sns, self.kms = site, site.client("sns"), site.client("kms")
        self.name = site.domain.replace(".", "-")
        self.arn = self.sns.create_topic(Name=self.name, Attributes=attributes)["TopicArn"]
        self.account = self.arn.split(":")[4]

    def says(self, policy: str) -> None:
        """Changes its policy."""
        self.sns.set_topic_attributes(TopicArn=self.arn, AttributeName="Policy", AttributeValue=policy)

    def opens(self, set_name: str = "") -> None:
        """Lets the set's events in, as the topic does that is made."""
        self.says(topic_policy(self.arn, set_name or self.name, "eu-west-1", self.account))

    def lets_in(self, *services: str, account: str = "") -> None:
        """Lets only these services publish, whatever it is, or only what is of an account."""
        allowed = {"Effect": "Allow", "Principal": {"Service": list(services)}, "Action": "*", "Resource": self.arn}
        of_account = {"Condition": {"StringEquals": {"aws:SourceAccount": account}}} if account else {}
        self.says(json.dumps({"Version": "2012-10-17", "Statement": [{**allowed, **of_account}]}))

    def look(self, **given: Any) -> Managed:
        """Returns the look at the set, not made yet."""
        wanted = {"name": self.name, "is_made": True, "topic_arn": self.arn, **given}
        return preflight(self.site, configuration_set=wanted)


def test_a_topic_that_lets_nothing_in_is_refused_first(site: SesSite) -> None:
    """Before a set is made; one that another set may publish to as well, and nothing of it is changed."""
    topic = GivenTopic(site)
    topic.opens(f"{topic.name}-other")
    with pytest.raises(AlreadyConfigured, match=rf"lets no events of the configuration set {topic.name} in"):
        topic.look().up()
    topic.opens()
    assert topic.look().up() == "create"
    with pytest.raises(NotFound, match=f"{topic.arn}-gone"):
        topic.look(topic_arn=f"{topic.arn}-gone").up()
    assert site.calls("Create") == []


def test_a_topic_is_looked_at_again_with_another_one(site: SesSite) -> None:
    """The look goes with the set: another topic is another look."""
    topic = GivenTopic(site)
    topic.opens()
    look = topic.look()
    look.up()
    assert look.up() == "same"
    topic.opens("other")
    with pytest.raises(AlreadyConfigured, match="lets no events"):
        look.up(configuration_set={"name": topic.name, "is_made": True, "topic_arn": topic.arn, "suppress": []})


def test_a_policy_that_says_more_is_ses_s_to_try(site: SesSite) -> None:
    """A topic's first policy allows who publishes for its account, and who that is nobody says."""
    assert GivenTopic(site).look().up() == "create"


def test_topics_that_are_encrypted(site: SesSite) -> None:
    """AWS's own key lets SES publish nothing; one's own does when its policy says so."""
    owned = GivenTopic(site, KmsMasterKeyId="alias/aws/sns")
    owned.opens()
    with pytest.raises(AlreadyConfigured, match="encrypted with AWS's own key"):
        owned.look().up()
    key = owned.kms.create_key()["KeyMetadata"]["KeyId"]
    alias = f"alias/{owned.name}"
    owned.kms.create_alias(AliasName=alias, TargetKeyId=key)
    owned.sns.set_topic_attributes(TopicArn=owned.arn, AttributeName="KmsMasterKeyId", AttributeValue=alias)
    with pytest.raises(AlreadyConfigured, match=r"Allow ses.amazonaws.com kms:GenerateDataKey and kms:Decrypt"):
        owned.look().up()
    allowed = {"Effect": "Allow", "Principal": {"Service": "ses.amazonaws.com"}, "Action": "kms:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    owned.kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy)
    assert owned.look().up() == "create"


@pytest.mark.parametrize("operation", ["GetTopicAttributes", "DescribeKey", "GetKeyPolicy"])
def test_what_may_not_be_looked_at_is_ses_s_to_try(site: SesSite, operation: str) -> None:
    """No permission more is demanded than before."""
    topic = GivenTopic(site)
    key = topic.kms.create_key()["KeyMetadata"]["KeyId"]
    topic.sns.set_topic_attributes(TopicArn=topic.arn, AttributeName="KmsMasterKeyId", AttributeValue=key)
    topic.opens()
    site.aws.fail(operation, AwsError("AccessDeniedException", "no", 403))
    assert topic.look().up() == "create"


def test_a_topic_is_looked_at_in_the_region_of_the_set(site: SesSite) -> None:
    """And not in that of the environment, where there is none of its name."""
    topic = GivenTopic(site)
    far = site.client("sns", "us-east-1").create_topic(Name=topic.name)["TopicArn"]
    site.client("sns", "us-east-1").set_topic_attributes(
        TopicArn=far, AttributeName="Policy", AttributeValue=topic_policy(far, "other", "us-east-1", topic.account)
    )
    wanted = {"name": topic.name, "is_made": True, "topic_arn": far}
    with pytest.raises(AlreadyConfigured, match=f"the topic {far} lets no events"):
        preflight(site, region="us-east-1", configuration_set=wanted).up()


def test_a_topic_that_lets_no_alarms_in_is_refused_too(site: SesSite) -> None:
    """CloudWatch would make the alarm, and nobody would hear it; what is wrong of every topic is said at once."""
    topic = GivenTopic(site)
    on_call = topic.sns.create_topic(Name=f"{topic.name}-on-call")["TopicArn"]
    topic.lets_in("ses.amazonaws.com")
    with pytest.raises(AlreadyConfigured) as refused:
        topic.look(alarm_actions=[topic.arn]).up()
    assert str(refused.value) == (
        "sns eu-west-1: nothing would be heard of what is to be published\n"
        f"  - the topic {topic.arn} lets no alarms in: its policy allows cloudwatch.amazonaws.com no sns:Publish\n"
        "Add the statement of docs/events.md#topic-policy to it; it is somebody's, and not changed."
    )
    assert topic.look(alarm_actions=[on_call, "arn:aws:ssm:eu-west-1:1:opsitem:1"]).up() == "create"
    topic.lets_in("s3.amazonaws.com")
    with pytest.raises(AlreadyConfigured) as refused:
        topic.look(alarm_actions=[topic.arn]).up()
    lines = refused.value.message.splitlines()[1:]
    assert [line.partition(topic.arn)[2][:16] for line in lines] == [" lets no events ", " lets no alarms "]
    assert [line.rpartition(" ")[2] for line in lines] == ["sns:Publish"] * 2
    topic.opens()
    assert topic.look(alarm_actions=[topic.arn]).up() == "create"
    with pytest.raises(NotFound, match=f"{on_call}-gone"):
        topic.look(alarm_actions=[f"{on_call}-gone"]).up()


def test_a_key_that_keeps_alarms_out_is_refused_too(site: SesSite) -> None:
    """Each service by its name; AWS's own key keeps out both."""
    topic = GivenTopic(site, KmsMasterKeyId="alias/aws/sns")
    topic.opens()
    look = topic.look(alarm_actions=[topic.arn])
    with pytest.raises(AlreadyConfigured, match=r"lets ses\.amazonaws\.com and cloudwatch\.amazonaws\.com publish"):
        look.up()
    key = topic.kms.create_key()["KeyMetadata"]["KeyId"]
    topic.sns.set_topic_attributes(TopicArn=topic.arn, AttributeName="KmsMasterKeyId", AttributeValue=key)
    allowed = {"Effect": "Allow", "Principal": {"Service": "ses.amazonaws.com"}, "Action": "kms:*", "Resource": "*"}
    topic.kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps({"Statement": [allowed]}))
    with pytest.raises(AlreadyConfigured, match=r"Allow cloudwatch\.amazonaws\.com kms:GenerateDataKey and kms:De"):
        look.up()
    assert topic.look().up() == "create"


def test_what_publishes_says_of_which_account_it_is(site: SesSite) -> None:
    """To the topic and to its key; a key that cannot be found is the service's to try."""
    topic, both = GivenTopic(site), ("ses.amazonaws.com", "cloudwatch.amazonaws.com")
    look = topic.look(alarm_actions=[topic.arn])
    topic.lets_in(*both, account="999999999999")
    with pytest.raises(AlreadyConfigured, match="lets no events") as refused:
        look.up()
    assert "lets no alarms" in refused.value.message
    topic.lets_in(*both, account=topic.account)
    key = topic.kms.create_key()["KeyMetadata"]["KeyId"]
    topic.sns.set_topic_attributes(TopicArn=topic.arn, AttributeName="KmsMasterKeyId", AttributeValue=key)
    condition = {"StringEquals": {"aws:SourceAccount": "999999999999"}}
    allowed = {"Effect": "Allow", "Principal": {"Service": [*both]}, "Action": "kms:*", "Resource": "*"}
    for statement in ({**allowed, "Condition": condition}, allowed):
        document = json.dumps({"Statement": [statement]})
        topic.kms.put_key_policy(KeyId=key, PolicyName="default", Policy=document)
        if statement is not allowed:
            with pytest.raises(AlreadyConfigured, match=r"lets ses\.amazonaws\.com and cloudwatch\.amazonaws\.com pub"):
                look.up()
    assert look.up() == "create"
    topic.sns.set_topic_attributes(TopicArn=topic.arn, AttributeName="KmsMasterKeyId", AttributeValue="alias/gone")
    assert topic.look(alarm_actions=[topic.arn]).up() == "create"


def test_a_set_without_events_is_looked_at_before_an_identity_is_adopted(site: SesSite, said: list[str]) -> None:
    """Another default set, one that is not there and one that does not send are refused; nothing is compared."""
    name = f"set-{site.domain}".replace(".", "-")
    site.ses.create_email_identity(EmailIdentity=site.domain)
    look = preflight(site, on_existing="adopt", configuration_set={"name": name, "is_watched": False})
    with pytest.raises(NotFound, match=f"{name} is not there"):
        look.up()
    site.ses.create_configuration_set(ConfigurationSetName=name)
    site.ses.create_configuration_set(ConfigurationSetName=f"{name}-theirs")
    site.ses.put_email_identity_configuration_set_attributes(
        EmailIdentity=site.domain, ConfigurationSetName=f"{name}-theirs"
    )
    with pytest.raises(AlreadyConfigured, match=f"already has the default configuration set {name}-theirs"):
        look.up()
    assert look.up(overwrite=True) == "create"
    assert said == []
