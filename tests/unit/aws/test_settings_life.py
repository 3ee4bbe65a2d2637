"""What a SesDomainSettings does: which calls, with what, and what it brings back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.aws_memory import REGION, ZONE
from support.imported import import_
from support.managed import Managed
from tenant_email.aws.record_sets import RecordSet
from tenant_email.errors import (
    AlreadyConfigured,
    Forbidden,
    InvalidSettings,
    NotFound,
    Rejected,
    VerificationTimeout,
    WrongTenant,
)
from tenant_email.lifecycle.ses_domain_settings import SesDomainSettingsLifecycle
from tenant_email.operations import operation, steps
from tenant_email.timing import Timing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.aws_memory import Memory

DOMAIN = "acme.example"
ALL: dict[str, Any] = {
    "mail_from": "bounce",
    "on_mx_failure": "REJECT_MESSAGE",
    "feedback_forwarding": False,
    "configuration_set": "new",
    "tags": {"team": "mail"},
}
LOOK = ("get_identity", DOMAIN)
DENIED = Forbidden("ses: denied", remedy="Allow it.")
EARLY = Rejected("too early", text="Provided MAIL-FROM domain <bounce.acme.example> is not verified yet")


def settings(**inputs: Any) -> Managed:
    """Returns the settings of the domain, not made yet."""
    return Managed(SesDomainSettingsLifecycle(), domain=DOMAIN, region=REGION, **inputs)


def mail_from(name: str, status: str = "SUCCESS", on_mx_failure: str = "USE_DEFAULT_VALUE") -> dict[str, Any]:
    """Returns a MAIL FROM domain as SES answers it."""
    domain = f"{name}.{DOMAIN}"
    return {"MailFromDomain": domain, "MailFromDomainStatus": status, "BehaviorOnMxFailure": on_mx_failure}


def tags(**values: str) -> list[dict[str, str]]:
    """Returns tags as SES answers them."""
    return [{"Key": key, "Value": value} for key, value in values.items()]


@pytest.fixture
def clock() -> Iterator[list[float]]:
    """Waits without waiting; what was slept."""
    slept: list[float] = []
    operation.begin(Timing(sleep=slept.append, now=lambda: sum(slept)))
    yield slept
    operation.begin(Timing())


def test_each_setting_is_a_call_and_a_second_run_makes_none(aws: Memory) -> None:
    """MAIL FROM comes after the others; what was there before is recorded, of what is managed."""
    aws.put(DOMAIN, ConfigurationSetName="old")
    one = settings(**ALL, overwrite=True)
    assert one.up() == "create"
    assert aws.asked() == [
        LOOK,
        ("put_configuration_set", DOMAIN, "new"),
        ("put_feedback_forwarding", DOMAIN, False),
        ("put_mail_from", DOMAIN, f"bounce.{DOMAIN}", "REJECT_MESSAGE"),
        ("tag", DOMAIN, {"team": "mail"}),
        LOOK,
    ]
    assert one.id == f"aws-ses/{REGION}/{DOMAIN}/settings"
    assert one.state["previous_settings"] == {
        "mail_from": None,
        "feedback_forwarding": True,
        "configuration_set": "old",
        "tags.team": None,
    }
    assert one.state["mail_from_status"] == "PENDING"
    assert one.up() == "same"
    assert one.up(overwrite=False) == "update"
    assert aws.asked() == [LOOK, LOOK]


def test_nothing_is_set_where_there_is_no_identity(aws: Memory) -> None:
    """Nor where it is another account's; gone, there is nothing to bring back."""
    with pytest.raises(NotFound) as caught:
        settings(**ALL).up()
    assert str(caught.value) == (
        f"ses {REGION}: {DOMAIN} is not an identity there\nUse the domain and region of a SesDomainIdentity."
    )
    with pytest.raises(WrongTenant):
        settings(expected_account="9").up()
    aws.put(DOMAIN)
    one = settings(**ALL)
    one.up()
    del aws.identities[DOMAIN]
    aws.asked()
    one.destroy()
    assert aws.asked() == [LOOK]
    assert not one.refresh()


def test_a_refresh_shows_what_is_managed(aws: Memory) -> None:
    """As it was spelled while it is the same; what someone took away is no input any more."""
    aws.put(DOMAIN, ConfigurationSetName="old")
    one, bare = settings(**ALL, overwrite=True), settings()
    one.up()
    bare.up()
    assert bare.state["previous_settings"] == {}
    assert one.refresh()
    before = dict(one.state)
    assert {name: before[name] for name in ALL} == ALL
    assert before["previous_settings"] == {"feedback_forwarding": True, "configuration_set": "old"}
    live = aws.identities[DOMAIN]
    live["MailFromAttributes"] = mail_from("bounce", "FAILED", "REJECT_MESSAGE")
    live["FeedbackForwardingStatus"] = True
    live["Tags"] = tags(team="web", other="x")
    one.refresh()
    shown = {**before, "feedback_forwarding": True, "tags": {"team": "web"}, "mail_from_status": "FAILED"}
    assert one.state == shown
    live["MailFromAttributes"], live["ConfigurationSetName"] = mail_from("mx"), None
    one.refresh()
    assert (one.state["mail_from"], one.state["on_mx_failure"]) == (f"mx.{DOMAIN}", "USE_DEFAULT_VALUE")
    assert "configuration_set" not in one.state
    assert one.state["previous_settings"] == before["previous_settings"]
    live["MailFromAttributes"], live["Tags"] = {}, []
    one.refresh()
    assert one.state.keys() & {"mail_from", "on_mx_failure"} == set()
    assert (one.state["mail_from_status"], one.state["tags"]) == (None, {})
    live["MailFromAttributes"] = mail_from("mx")
    bare.refresh()
    assert bare.state.keys() == {"domain", "region", "previous_settings", "written_settings", "mail_from_status"}


def test_what_is_given_no_longer_goes_back(aws: Memory) -> None:
    """To what was there at first, unless someone has changed it since; what is given first is noted now."""
    aws.put(DOMAIN, ConfigurationSetName="old", FeedbackForwardingStatus=False)
    one = settings(mail_from="bounce", configuration_set="new", overwrite=True)
    one.up()
    aws.identities[DOMAIN]["FeedbackForwardingStatus"] = True
    one.up(configuration_set="newer", feedback_forwarding=False)
    first = {"mail_from": None, "configuration_set": "old", "feedback_forwarding": True}
    assert one.state["previous_settings"] == first
    aws.asked()
    assert one.up(configuration_set=None, feedback_forwarding=False) == "update"
    assert aws.asked() == [LOOK, ("put_configuration_set", DOMAIN, "old"), LOOK]
    assert one.state["previous_settings"] == {"mail_from": None, "feedback_forwarding": True}
    aws.identities[DOMAIN]["MailFromAttributes"] = mail_from("mx")
    one.up(mail_from=None, configuration_set=None)
    assert aws.asked() == [LOOK, ("put_feedback_forwarding", DOMAIN, True), LOOK]
    assert one.state["previous_settings"] == {}


def test_a_destroy_brings_back_what_is_still_ours(aws: Memory, said: list[str]) -> None:
    """And takes our tags off; a state that does not know what was before goes back to what SES begins with."""
    aws.put(DOMAIN, ConfigurationSetName="old", Tags=tags(stage="prod"))
    one = settings(**ALL, overwrite=True)
    one.up()
    aws.identities[DOMAIN]["MailFromAttributes"] = mail_from("mx")
    aws.asked()
    one.destroy()
    put = [call for call in aws.asked() if call != LOOK]
    assert put == [
        ("put_configuration_set", DOMAIN, "old"),
        ("put_feedback_forwarding", DOMAIN, True),
        ("untag", DOMAIN, ["team"]),
    ]
    aws.put(DOMAIN)
    two = settings(**ALL)
    two.up()
    two.state = {name: value for name, value in two.state.items() if name != "previous_settings"}
    aws.asked()
    two.destroy()
    assert [call for call in aws.asked() if call != LOOK] == [
        ("put_configuration_set", DOMAIN, None),
        ("put_feedback_forwarding", DOMAIN, True),
        ("put_mail_from", DOMAIN, None, "USE_DEFAULT_VALUE"),
        ("untag", DOMAIN, ["team"]),
    ]
    assert said == []


def test_a_destroy_without_tags_takes_none_off(aws: Memory) -> None:
    """Whoever has set them since."""
    aws.put(DOMAIN)
    one = settings(feedback_forwarding=False)
    one.up()
    aws.identities[DOMAIN]["Tags"] = tags(team="web")
    aws.asked()
    one.destroy()
    assert aws.asked() == [LOOK, ("put_feedback_forwarding", DOMAIN, True)]


def test_what_another_resource_wants_now_is_kept(aws: Memory, said: list[str]) -> None:
    """The end of the old name makes no call."""
    aws.put(DOMAIN)
    old, new = settings(**ALL), settings(**ALL)
    old.up()
    new.up()
    aws.asked()
    old.drop()
    assert aws.asked() == []
    kept, forgotten = said
    assert kept == f"{old.id}: kept, because another resource of this program owns it now"
    assert forgotten == (
        f"{old.id}: what was there before this stack set it is recorded no longer: a destroy leaves settings and tags "
        "as they are now. A rename with opts.aliases, or a replacement with opts.delete_before_replace, keeps that."
    )


def test_a_replacement_that_deletes_first_goes_back_to_the_same(aws: Memory, said: list[str]) -> None:
    """What was there before the first of them, without a word of anything lost."""
    aws.put(DOMAIN, Tags=tags(team="web"))
    old, new = settings(tags={"team": "mail"}), settings(tags={"team": "mail", "cost": "low"})
    old.up()
    said.clear()
    operation.begin()
    assert new.problems() == []
    old.drop()
    assert new.up() == "create"
    assert said == [f"{old.id}: kept, because another resource of this program owns it now"]
    new.destroy()
    assert aws.identities[DOMAIN]["Tags"] == tags(team="web")


def test_someone_else_s_mail_from_is_refused_unless_overwritten(aws: Memory) -> None:
    """Before anything is written; the same domain is no conflict, and neither is a change of ours."""
    aws.put(DOMAIN, MailFromAttributes=mail_from("old"))
    with pytest.raises(AlreadyConfigured) as caught:
        settings(**ALL).up()
    assert str(caught.value) == (
        f"ses {REGION}: {DOMAIN} already has the MAIL FROM domain old.{DOMAIN}\n"
        "Use that one, or set overwrite=True to change it."
    )
    assert aws.asked() == [LOOK]
    one = settings(feedback_forwarding=False)
    one.up()
    with pytest.raises(AlreadyConfigured):
        one.up(mail_from="bounce")
    one.up(mail_from="old")
    one.up(mail_from="bounce")
    aws.identities[DOMAIN]["MailFromAttributes"] = mail_from("old")
    assert settings(mail_from="bounce", overwrite=True).up() == "create"
    assert settings(mail_from="bounce").up() == "create"


def test_dns_is_asked_before_a_new_mail_from(aws: Memory) -> None:
    """Of the zone that is given, for its MX and its SPF; not again while the name is the same."""
    aws.put(DOMAIN)
    one = settings(mail_from="bounce", zone_id=ZONE)
    one.up()
    asked = ("at", ZONE, f"bounce.{DOMAIN}")
    assert aws.asked()[:2] == [LOOK, asked]
    one.up(on_mx_failure="REJECT_MESSAGE")
    assert asked not in aws.asked()
    # another name is no move of a region: what leads to one is another stack's
    elsewhere = ("10 feedback-smtp.us-west-2.amazonses.com",)
    aws.sets[f"taken.{DOMAIN}"] = (RecordSet(f"taken.{DOMAIN}.", "MX", 300, elsewhere),)
    with pytest.raises(AlreadyConfigured, match=r"but has MX 10 feedback-smtp\.us-west-2"):
        one.up(mail_from="taken")
    aws.sets[f"taken.{DOMAIN}"] = (RecordSet(f"taken.{DOMAIN}.", "MX", 300, ("10 mx.acme.example",)),)
    aws.asked()
    with pytest.raises(AlreadyConfigured, match=rf"feedback-smtp\.{REGION}\.amazonses\.com, but has MX 10 mx\.acme"):
        one.up(mail_from="taken")
    assert aws.asked() == [LOOK, ("at", ZONE, f"taken.{DOMAIN}")]
    one.up(mail_from="taken", overwrite_records=["mx"])
    settings(feedback_forwarding=False, zone_id=ZONE).up()
    assert [call[0] for call in aws.asked("get_identity")] == ["at", "put_mail_from", "put_feedback_forwarding"]


def test_a_failed_mail_from_is_put_again(aws: Memory) -> None:
    """Though nothing differs; another that failed is not ours to put."""
    aws.put(DOMAIN)
    one = settings(mail_from="bounce")
    one.up()
    aws.identities[DOMAIN]["MailFromAttributes"] = mail_from("bounce", "FAILED")
    aws.asked()
    one.refresh()
    assert one.up() == "update"
    assert ("put_mail_from", DOMAIN, f"bounce.{DOMAIN}", "USE_DEFAULT_VALUE") in aws.asked()
    aws.identities[DOMAIN]["MailFromAttributes"] = mail_from("bounce", "FAILED")
    settings(feedback_forwarding=True).up()
    assert aws.asked() == [LOOK, LOOK]


def test_what_a_failed_call_leaves_is_taken_back(aws: Memory) -> None:
    """All that came before it, as it was; also the tags that were other, and no others."""
    aws.put(DOMAIN, ConfigurationSetName="old", Tags=tags(team="web", stage="prod"))
    before: dict[str, Any] = {**aws.identities[DOMAIN], "FeedbackForwardingStatus": True, "MailFromAttributes": {}}
    aws.meanwhile["tag"] = [lambda: aws.identities[DOMAIN].update(Tags=tags(stage="prod", team="mail", new="x"))]
    aws.failures["tag"] = [DENIED]
    with pytest.raises(Forbidden, match="denied"):
        settings(**{**ALL, "tags": {"team": "mail", "new": "x"}}, overwrite=True).up()
    assert aws.asked()[5:] == [
        LOOK,
        ("put_configuration_set", DOMAIN, "old"),
        ("put_feedback_forwarding", DOMAIN, True),
        ("put_mail_from", DOMAIN, None, "USE_DEFAULT_VALUE"),
        ("tag", DOMAIN, {"team": "web"}),
        ("untag", DOMAIN, ["new"]),
    ]
    after = {**aws.identities[DOMAIN]}
    assert sorted(map(str, after.pop("Tags"))) == sorted(map(str, before.pop("Tags")))
    assert after == before


def test_an_update_that_fails_takes_back_old_tags_too(aws: Memory) -> None:
    """What it took off is there again."""
    aws.put(DOMAIN)
    one = settings(tags={"team": "mail", "stage": "prod"})
    one.up()
    aws.meanwhile["untag"] = [lambda: aws.identities[DOMAIN].update(Tags=tags(stage="prod"))]
    aws.failures["untag"] = [DENIED]
    aws.asked()
    with pytest.raises(Forbidden):
        one.up(tags={"stage": "test"})
    assert aws.asked() == [
        LOOK,
        ("tag", DOMAIN, {"stage": "test"}),
        ("untag", DOMAIN, ["team"]),
        LOOK,
        ("tag", DOMAIN, {"team": "mail"}),
    ]


def test_what_cannot_be_taken_back_is_told(aws: Memory, said: list[str]) -> None:
    """The error is the one of the write; of an identity that is gone nothing is left."""
    aws.put(DOMAIN)
    aws.failures["tag"], aws.failures["get_identity"] = [DENIED, DENIED], [None, Forbidden("ses: no look")]
    with pytest.raises(Forbidden, match="denied"):
        settings(**ALL).up()
    assert said == [
        f"ses {REGION} {DOMAIN}: some settings were written and could not be undone: ses: no look",
    ]
    aws.asked()
    aws.meanwhile["get_identity"] = [lambda: None, aws.identities.clear]
    with pytest.raises(Forbidden):
        settings(**{**ALL, "feedback_forwarding": True, "tags": {"team": "x"}}).up()
    assert [call[0] for call in aws.asked()][-2:] == ["tag", "get_identity"]
    assert len(said) == 1


def test_a_look_that_fails_after_all_writes_is_told(aws: Memory, said: list[str]) -> None:
    """What is set is recorded; without a MAIL FROM domain there is no status to wait for."""
    for inputs, status in (({"mail_from": "bounce"}, "PENDING"), ({"feedback_forwarding": False}, None)):
        aws.put(DOMAIN)
        aws.failures["get_identity"] = [None, DENIED]
        one = settings(**inputs)
        assert one.up() == "create"
        assert one.state.get("mail_from_status") == status
    aws.failures["get_identity"] = [None, DENIED]
    one.up(mail_from="bounce")
    assert one.state["mail_from_status"] == "PENDING"
    assert said == ["ses: denied; the other settings were written\nAllow it."]
    aws.put(DOMAIN)
    aws.meanwhile["get_identity"] = [lambda: None, aws.identities.clear]
    one = settings(mail_from="bounce")
    one.up()
    assert one.state.get("mail_from_status") is None


PENDING = {"VerificationStatus": "PENDING", "dkim": {"Status": "PENDING"}}
STATE = f"{DOMAIN} in {REGION}: verification"
TOO_EARLY = f"ses {REGION}: MAIL FROM is accepted for a verified domain only; "


def test_a_mail_from_that_comes_too_early_is_put_again(aws: Memory, clock: list[float], said: list[str]) -> None:
    """While SES wants the domain verified first."""
    aws.put(DOMAIN, **PENDING)
    aws.failures["put_mail_from"] = [EARLY] * 9
    settings(mail_from="bounce").up()
    assert [call[0] for call in aws.asked()] == ["get_identity", *["put_mail_from", "get_identity"] * 10]
    assert 0.8 <= clock[0] <= 1.2
    assert said
    assert all(line.startswith(f"{DOMAIN}: MAIL FROM waits for the domain to be verified; {STATE}") for line in said)


def test_a_mail_from_that_stays_too_early_is_an_error(aws: Memory, clock: list[float]) -> None:
    """After ten minutes, or where no waiting helps; what is refused otherwise is not waited for."""
    remedy = "Publish the DKIM records, then run again."
    aws.put(DOMAIN, **PENDING)
    aws.failures["put_mail_from"] = [EARLY] * 1000
    with pytest.raises(VerificationTimeout) as caught:
        settings(mail_from="bounce").up()
    assert caught.value.message.startswith(
        f"{TOO_EARLY}MAIL FROM waits for the domain to be verified; {STATE} PENDING, DKIM PENDING"
    )
    assert caught.value.remedy == remedy
    assert 590 < sum(clock) < 660
    aws.put(DOMAIN, VerificationStatus="FAILED")
    with pytest.raises(VerificationTimeout) as caught:
        settings(mail_from="bounce").up()
    assert str(caught.value) == f"{TOO_EARLY}{STATE} FAILED, DKIM SUCCESS\n{remedy}"
    aws.put(DOMAIN, **PENDING)
    aws.meanwhile["get_identity"] = [lambda: None, aws.identities.clear]
    with pytest.raises(VerificationTimeout) as caught:
        settings(mail_from="bounce").up()
    assert str(caught.value) == f"{TOO_EARLY}{DOMAIN} is gone\n{remedy}"
    aws.put(DOMAIN, **PENDING)
    aws.failures["put_mail_from"] = [Rejected("no", text="another reason")]
    with pytest.raises(Rejected, match=r"^no"):
        settings(mail_from="bounce").up()


def test_an_import_reads_what_someone_set(aws: Memory) -> None:
    """Of what SES begins with nothing is managed, nor are tags; a destroy leaves what was there."""
    id_ = f"aws-ses/{REGION}/{DOMAIN}/settings"
    aws.put(DOMAIN, Tags=tags(team="mail"))
    plain = import_(SesDomainSettingsLifecycle(), id_)
    assert plain.inputs == {"domain": DOMAIN, "region": REGION}
    assert (plain.state["mail_from_status"], plain.state["previous_settings"]) == (None, {})
    theirs = mail_from("bounce", "PENDING", "REJECT_MESSAGE")
    aws.put(DOMAIN, MailFromAttributes=theirs, FeedbackForwardingStatus=False, ConfigurationSetName="set")
    whole = import_(SesDomainSettingsLifecycle(), id_)
    given = {"mail_from": f"bounce.{DOMAIN}", "on_mx_failure": "REJECT_MESSAGE"}
    others = {"feedback_forwarding": False, "configuration_set": "set"}
    assert whole.inputs == {"domain": DOMAIN, "region": REGION, **given, **others}
    assert whole.state["mail_from_status"] == "PENDING"
    assert whole.state["previous_settings"] == {"mail_from": [*given.values()], **others}
    assert whole.unsettled() == []
    whole.destroy()
    assert aws.asked() == [LOOK] * 4


def test_an_import_of_what_is_not_there(aws: Memory) -> None:
    """No identity is no settings; an id that names none is told."""
    assert steps.import_(SesDomainSettingsLifecycle(), f"aws-ses/{REGION}/{DOMAIN}/settings") is None
    assert aws.asked() == [LOOK]
    for id_, why in (
        (f"aws-ses/eu-wst-1/{DOMAIN}/settings", "region: eu-wst-1 is not an AWS region"),
        (f"aws-ses/{REGION}/{DOMAIN}", "id: is the id of SesDomainIdentity, not of SesDomainSettings"),
    ):
        with pytest.raises(InvalidSettings) as caught:
            steps.import_(SesDomainSettingsLifecycle(), id_)
        assert str(caught.value).startswith(f"import of {id_}: {why}")


def test_a_record_of_another_region_is_the_record_s_to_judge(aws: Memory) -> None:
    """A domain that moves has its own MX record there until the record itself is written anew; another's is refused."""
    aws.put(DOMAIN)
    name = f"bounce.{DOMAIN}"
    moved = RecordSet(f"{name}.", "MX", 300, ("10 Feedback-SMTP.eu-west-1.amazonses.com.",))
    for beside, expected in ((), None), (("10 mx.acme.example",), name), (("10 feedback-smtp.x.example",), name):
        aws.sets[name] = (RecordSet(moved.name, "MX", 300, (*moved.values, *beside)),)
        if expected is None:
            assert settings(mail_from="bounce", zone_id=ZONE).up() == "create"
            continue
        with pytest.raises(AlreadyConfigured, match=expected):
            settings(mail_from="other", zone_id=ZONE).up(mail_from="bounce", overwrite=True)
