"""SesDomainSettings against the local SES: set, changed, drifted, brought back."""

from __future__ import annotations

from itertools import count
from threading import Timer
from typing import TYPE_CHECKING, Any

import pytest

from support.aws import wait_for
from support.estate import Estate
from tenant_email.errors import AlreadyConfigured, Forbidden, NotFound, VerificationTimeout
from tenant_email.operations import operation
from tenant_email.timing import Timing
from tenant_email_local.aws.wire import AwsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_sesv2.type_defs import TagTypeDef

    from support.managed import Managed
    from support.ses_site import SesSite

DENIED = AwsError("AccessDeniedException", "no policy allows it", 403)


def test_what_is_given_is_set_and_nothing_else(site: SesSite) -> None:
    """Each given setting is one call, and a second run makes none."""
    site.identity().up()
    site.ses.create_configuration_set(ConfigurationSetName=f"set-{site.domain}")
    settings = site.settings()
    given: dict[str, Any] = {"mail_from": "bounce", "tags": {"team": "mail"}, "feedback_forwarding": False}
    settings.up(**given, configuration_set=f"set-{site.domain}", on_mx_failure="REJECT_MESSAGE")
    live = site.live()
    assert live["MailFromAttributes"] == {
        "MailFromDomain": f"bounce.{site.domain}",
        "MailFromDomainStatus": "PENDING",
        "BehaviorOnMxFailure": "REJECT_MESSAGE",
    }
    assert (live["FeedbackForwardingStatus"], live["ConfigurationSetName"]) == (False, f"set-{site.domain}")
    assert {"Key": "team", "Value": "mail"} in live["Tags"]
    assert len(site.calls("Put")) == 3


def test_a_setting_that_is_not_given_is_not_managed(site: SesSite) -> None:
    """A feedback switch that someone else turned stays, when only tags are managed."""
    site.identity().up()
    site.ses.put_email_identity_feedback_attributes(EmailIdentity=site.domain, EmailForwardingEnabled=False)
    settings = site.settings()
    settings.up(tags={"team": "mail"})
    settings.destroy()
    live = site.live()
    assert live["FeedbackForwardingStatus"] is False
    assert "team" not in [tag["Key"] for tag in live["Tags"]]
    assert len(live["Tags"]) == 3


def test_a_setting_given_no_longer_goes_back(site: SesSite) -> None:
    """What was there before comes back, one setting at a time and all at a destroy."""
    site.identity().up()
    site.ses.create_configuration_set(ConfigurationSetName=f"old-{site.domain}")
    site.ses.create_configuration_set(ConfigurationSetName=f"new-{site.domain}")
    site.ses.put_email_identity_configuration_set_attributes(
        EmailIdentity=site.domain, ConfigurationSetName=f"old-{site.domain}"
    )
    settings = site.settings()
    with pytest.raises(AlreadyConfigured, match=f"already has the default configuration set old-{site.domain}"):
        settings.up(mail_from="bounce", configuration_set=f"new-{site.domain}")
    settings.up(mail_from="bounce", configuration_set=f"new-{site.domain}", overwrite=True)
    assert settings.up(configuration_set=f"new-{site.domain}") == "update"
    assert "MailFromDomain" not in site.live()["MailFromAttributes"]
    settings.destroy()
    assert site.live()["ConfigurationSetName"] == f"old-{site.domain}"


def test_a_destroy_leaves_what_others_have_changed_since(site: SesSite) -> None:
    """A MAIL FROM domain that someone set later is theirs."""
    site.identity().up()
    settings = site.settings()
    settings.up(mail_from="bounce")
    site.ses.put_email_identity_mail_from_attributes(EmailIdentity=site.domain, MailFromDomain=f"mx.{site.domain}")
    settings.destroy()
    assert site.live()["MailFromAttributes"]["MailFromDomain"] == f"mx.{site.domain}"


def test_a_tag_that_others_have_changed_since_stays(site: SesSite) -> None:
    """Neither a program that names it no longer nor a destroy takes it off; those that are still ours go."""
    identity, settings = site.identity(), site.settings()
    identity.up()
    settings.up(tags={"team": "mail", "stage": "prod", "cost": "1", "owner": "ada"})
    tag_by_hand(site, identity, stage="theirs", owner="theirs")
    settings.up(tags={"team": "mail", "owner": "eve"})
    settings.destroy()
    assert site.tags() == {"stage": "theirs"}


def test_a_tag_that_was_there_before_comes_back(site: SesSite, said: list[str]) -> None:
    """When the program names it no longer, and at a destroy; one of the same value stays, and what is taken is told."""
    identity, settings = site.identity(), site.settings()
    identity.up()
    before = {"team": "web", "stage": "prod", "cost": "9"}
    tag_by_hand(site, identity, **before)
    settings.up(tags={"team": "mail", "stage": "prod", "cost": "1", "owner": "ada"})
    assert said[-1].endswith(f"{site.domain}: had another value for tags: cost, team; a destroy puts it back")
    settings.up(tags={"team": "post", "stage": "prod", "owner": "ada"})
    assert site.tags() == {"team": "post", "stage": "prod", "cost": "9", "owner": "ada"}
    settings.refresh()
    settings.destroy()
    assert site.tags() == before


def test_what_a_refresh_saw_of_someone_else_does_not_become_ours(site: SesSite) -> None:
    """Their tag, their MAIL FROM domain and their switch stay at a destroy, as they do without the refresh."""
    identity, settings = site.identity(), site.settings()
    identity.up()
    given: dict[str, Any] = {"mail_from": "bounce", "feedback_forwarding": True, "tags": {"team": "mail", "cost": "1"}}
    settings.up(**given)
    tag_by_hand(site, identity, team="theirs")
    site.ses.put_email_identity_mail_from_attributes(EmailIdentity=site.domain, MailFromDomain=f"mx.{site.domain}")
    site.ses.put_email_identity_feedback_attributes(EmailIdentity=site.domain, EmailForwardingEnabled=False)
    settings.refresh()
    seen = settings.recorded
    settings.destroy()
    assert site.tags() == {"team": "theirs"}
    assert site.live()["MailFromAttributes"]["MailFromDomain"] == f"mx.{site.domain}"
    assert site.live()["FeedbackForwardingStatus"] is False
    settings.recorded = seen
    settings.up()
    assert (site.tags(), site.live()["FeedbackForwardingStatus"]) == ({"team": "theirs"}, False)


def test_another_mail_from_is_never_changed_unless_asked(site: SesSite) -> None:
    """A different MAIL FROM domain on an adopted identity is an error that names it; overwrite=True changes it."""
    site.identity().up()
    site.ses.put_email_identity_mail_from_attributes(EmailIdentity=site.domain, MailFromDomain=f"old.{site.domain}")
    settings = site.settings()
    with pytest.raises(AlreadyConfigured, match=f"already has the MAIL FROM domain old.{site.domain}"):
        settings.up(mail_from="bounce")
    settings.up(tags={"team": "mail"})
    with pytest.raises(AlreadyConfigured, match="set overwrite=True"):
        settings.up(mail_from="bounce")
    settings.up(mail_from="bounce", overwrite=True)
    assert site.live()["MailFromAttributes"]["MailFromDomain"] == f"bounce.{site.domain}"


def test_renamed_settings_keep_what_is_set(site: SesSite) -> None:
    """The end of the old name brings nothing back that the new one wants; another spelling replaces nothing."""
    site.identity().up()
    old, new = site.settings(), site.settings()
    old.up(mail_from="bounce")
    assert old.up(mail_from="bounce", domain=f"{site.domain.upper()}.") == "update"
    new.up(mail_from="bounce")
    old.drop()
    assert site.live()["MailFromAttributes"]["MailFromDomain"] == f"bounce.{site.domain}"


def test_a_failed_mail_from_is_put_again(site: SesSite) -> None:
    """SES never retries a FAILED MAIL FROM domain: after a refresh the next update does."""
    site.identity().up()
    settings = site.settings()
    site.aws.behavior.patience = 0
    settings.up(mail_from="bounce")
    wait_for(lambda: site.live()["MailFromAttributes"]["MailFromDomainStatus"] == "FAILED")
    site.aws.behavior.patience = 60
    settings.refresh()
    assert settings.up(mail_from="bounce") == "update"
    assert settings.state["mail_from_status"] == "PENDING"


def test_a_mail_from_that_comes_too_early_waits_for_the_domain(site: SesSite) -> None:
    """Where SES wants the domain verified first, the MAIL FROM domain is put once it is."""
    site.aws.behavior.mail_from_needs_verified = True
    identity = site.identity()
    identity.up()
    Timer(0.3, site.publish, [identity.state["dns_records"]]).start()
    site.settings().up(mail_from="bounce")
    assert site.live()["MailFromAttributes"]["MailFromDomain"] == f"bounce.{site.domain}"


@pytest.mark.parametrize(
    ("patience", "why"), [(60, "MAIL FROM waits for the domain to be verified; "), (0, "verification FAILED")]
)
def test_a_mail_from_that_stays_too_early_is_an_error(site: SesSite, patience: float, why: str) -> None:
    """Where the domain has failed at once, else when the time is up; what else was given is taken back."""
    site.aws.behavior.mail_from_needs_verified = True
    site.aws.behavior.patience = patience
    site.identity().up()
    site.until("PENDING" if patience else "FAILED")
    operation.begin(Timing(now=_hours()))
    with pytest.raises(VerificationTimeout) as caught:
        site.settings().up(mail_from="bounce", feedback_forwarding=False)
    operation.begin(Timing())
    first, last = str(caught.value).splitlines()
    assert first.startswith("ses eu-west-1: MAIL FROM is accepted for a verified domain only; ")
    assert why in first
    assert last == "Publish the DKIM records, then run again."
    assert facts(site)["FeedbackForwardingStatus"] is True


def _hours() -> Callable[[], float]:
    """Returns a clock on which each look comes some minutes later."""
    minutes = count(0, 700)
    return lambda: float(next(minutes))


@pytest.mark.parametrize(
    "denied",
    [
        "PutEmailIdentityConfigurationSetAttributes",
        "PutEmailIdentityFeedbackAttributes",
        "PutEmailIdentityMailFromAttributes",
        "TagResource",
    ],
)
def test_a_denied_call_takes_back_what_came_before_it(site: SesSite, denied: str) -> None:
    """A creation is whole or nothing; a change likewise, so that a destroy still knows what was there before."""
    site.identity().up()
    site.ses.create_configuration_set(ConfigurationSetName=f"set-{site.domain}")
    before, settings = facts(site), site.settings()
    given = {"mail_from": "bounce", "feedback_forwarding": False, "configuration_set": f"set-{site.domain}"}
    for start in ("create", "update"):
        site.aws.fail(denied, DENIED)
        with pytest.raises(Forbidden, match=f"\nAllow ses:{denied} "):
            settings.up(**given, tags={"team": "mail", "stage": "prod"})
        assert facts(site) == before
        assert settings.up(tags={"team": start}) == start
        before = facts(site)
    settings.up(**given, tags={"stage": "prod"})
    settings.destroy()
    assert facts(site)["ConfigurationSetName"] is None
    assert facts(site)["MailFromDomain"] is None
    assert facts(site)["FeedbackForwardingStatus"] is True
    assert len(facts(site)["Tags"]) == 3


def test_a_read_that_fails_after_all_writes_is_only_reported(site: SesSite, said: list[str]) -> None:
    """What is set is recorded, though its status could not be read."""
    site.identity().up()
    settings = site.settings()
    site.aws.behavior.delays = {"PutEmailIdentityMailFromAttributes": 0.5}
    Timer(0.3, site.aws.fail, ["GetEmailIdentity", DENIED]).start()
    settings.up(mail_from="bounce")
    assert settings.state["mail_from_status"] == "PENDING"
    (told,) = said
    assert "; the other settings were written\nAllow ses:GetEmailIdentity" in told
    settings.destroy()
    assert facts(site)["MailFromDomain"] is None


def test_what_cannot_be_taken_back_is_told(site: SesSite, said: list[str]) -> None:
    """The error is the one of the write."""
    site.identity().up()
    site.aws.behavior.delays = {"TagResource": 0.4}
    site.aws.fail("TagResource", DENIED)
    Timer(0.2, site.aws.fail, ["GetEmailIdentity", DENIED]).start()
    with pytest.raises(Forbidden, match="Allow ses:TagResource"):
        site.settings().up(feedback_forwarding=False, tags={"team": "mail"})
    (told,) = said
    assert told.startswith(
        f"ses eu-west-1 {site.domain}: some settings were written and could not be undone: ses eu-west"
    )


def tag_by_hand(site: SesSite, identity: Managed, **tags: str) -> None:
    """Has a colleague tag the identity."""
    named: list[TagTypeDef] = [{"Key": key, "Value": value} for key, value in tags.items()]
    site.ses.tag_resource(ResourceArn=identity.state["identity_arn"], Tags=named)


def facts(site: SesSite) -> dict[str, Any]:
    """Returns the settings of the identity as SES has them."""
    live = site.live()
    return {
        "MailFromDomain": live["MailFromAttributes"].get("MailFromDomain"),
        "FeedbackForwardingStatus": live["FeedbackForwardingStatus"],
        "ConfigurationSetName": live.get("ConfigurationSetName"),
        "Tags": sorted((tag["Key"], tag["Value"]) for tag in live["Tags"]),
    }


def test_drift_shows_and_is_repaired(site: SesSite) -> None:
    """What someone changed by hand is among the inputs after a refresh, and set again by the next update."""
    site.identity().up()
    given: dict[str, Any] = {"mail_from": "bounce", "feedback_forwarding": False, "tags": {"team": "mail"}}
    settings = site.settings()
    settings.up(**given)
    settings.refresh()
    assert settings.up(**given, on_mx_failure="USE_DEFAULT_VALUE") == "update"
    assert site.calls("Put") == ["PutEmailIdentityFeedbackAttributes", "PutEmailIdentityMailFromAttributes"]
    site.ses.put_email_identity_feedback_attributes(EmailIdentity=site.domain, EmailForwardingEnabled=True)
    settings.refresh()
    assert settings.state["feedback_forwarding"] is True
    settings.up(**given)
    assert site.live()["FeedbackForwardingStatus"] is False


def test_a_kill_between_identity_and_mail_from_heals(site: SesSite) -> None:
    """The answer to the MAIL FROM call is lost; the next run finds it set and goes on."""
    site.identity().up()
    site.aws.fail("PutEmailIdentityMailFromAttributes", AwsError("InternalFailure", "lost", 500), 6, after=True)
    settings = site.settings()
    with pytest.raises(Exception, match="The outcome is unknown"):
        settings.up(mail_from="bounce")
    assert settings.up(mail_from="bounce") == "create"


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"mail_from": "bounce.other.example"}, "mail_from: 'bounce.other.example' is not a subdomain of"),
        ({"on_mx_failure": "REJECT_MESSAGE"}, "on_mx_failure: needs a MAIL FROM domain"),
        ({"on_mx_failure": "BOUNCE", "mail_from": "bounce"}, "on_mx_failure: must be"),
        ({"tags": {"managed-by": "me"}}, "tags.managed-by: is a tag that this package writes"),
        ({"tags": {f"tag{n}": "x" for n in range(48)}}, "tags: has 48 tags\nUse at most 47."),
    ],
)
def test_bad_inputs_are_refused_before_any_call(site: SesSite, inputs: dict[str, Any], said: str) -> None:
    """Each bad setting is named with its remedy at preview."""
    assert said in "\n".join(site.settings().problems(**inputs))
    assert site.calls() == []


def test_a_configuration_set_that_is_not_there(site: SesSite) -> None:
    """AWS's answer is passed on with what to do about it."""
    site.identity().up()
    with pytest.raises(NotFound, match=r"nowhere.*\nCreate it in this region first"):
        site.settings().up(configuration_set="nowhere")


def test_an_identity_that_is_gone(site: SesSite) -> None:
    """Without the identity there is nothing to set, to read or to bring back."""
    identity, settings = site.identity(), site.settings()
    identity.up()
    settings.up(mail_from="bounce")
    identity.destroy()
    settings.destroy()
    with pytest.raises(NotFound, match="is not an identity there"):
        site.settings().up(mail_from="bounce")
    assert not settings.refresh()


def test_a_mail_from_domain_whose_names_are_taken_is_not_set(site: SesSite) -> None:
    """SES is not told of it while DNS has another MX there: not at first, and not when it changes later."""
    site.identity().up()
    zone = Estate.create(site.client("route53"), site.domain)
    zone.put(f"taken.{site.domain}", "MX", "10 mx.acme.example")
    settings = site.settings()
    with pytest.raises(AlreadyConfigured, match=r"has MX 10 mx\.acme\.example"):
        settings.up(mail_from="taken", zone_id=zone.zone_id)
    assert settings.up(mail_from="free", zone_id=zone.zone_id) == "create"
    with pytest.raises(AlreadyConfigured, match="Set another mail_from label"):
        settings.up(mail_from="taken", zone_id=zone.zone_id)
    assert site.live()["MailFromAttributes"]["MailFromDomain"] == f"free.{site.domain}"
    assert settings.up(mail_from="taken", zone_id=zone.zone_id, overwrite_records=["mx"]) == "update"


def test_settings_without_a_set_leave_the_default_set_of_another_alone(site: SesSite) -> None:
    """An upgrade changes nothing, and neither does a later change of something else; that set itself may be taken."""
    site.identity().up()
    theirs, ours = f"old-{site.domain}", f"new-{site.domain}"
    for name in (theirs, ours):
        site.ses.create_configuration_set(ConfigurationSetName=name)
    site.ses.put_email_identity_configuration_set_attributes(EmailIdentity=site.domain, ConfigurationSetName=theirs)
    settings = site.settings()
    settings.up(mail_from="bounce")
    settings.refresh()
    assert settings.up(mail_from="bounce") == "same"
    assert settings.up(mail_from="mail") == "update"
    assert site.live()["ConfigurationSetName"] == theirs
    assert settings.up(mail_from="mail", configuration_set=theirs) == "update"
    assert settings.up(mail_from="mail", configuration_set=ours) == "update"
    assert site.live()["ConfigurationSetName"] == ours
