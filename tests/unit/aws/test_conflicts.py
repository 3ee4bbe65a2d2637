"""What of others stands in the way of an identity, its settings and its records, and what is said of it."""

from __future__ import annotations

from typing import Any

import pytest

from tenant_email.aws.dns_records import DnsRecord
from tenant_email.aws.identity import Identity, parse_identity
from tenant_email.aws.record_sets import RecordSet
from tenant_email.aws.route53 import HostedZone
from tenant_email.errors import AlreadyConfigured, InvalidSettings
from tenant_email.operations.dns_conflicts import RecordConflict, conflict_error, is_equivalent, refuse_zone
from tenant_email.operations.ses_identity_origin import is_ours, refuse_foreign_identity
from tenant_email.operations.ses_settings_writes import mail_from_status, settings_of

TAGS = {"pulumi-project": "lab", "pulumi-stack": "dev"}


def identity(origin: str = "AWS_SES", tags: dict[str, str] | None = None, **answer: Any) -> Identity:
    """Returns an identity as SES answers it."""
    shown = [{"Key": name, "Value": value} for name, value in (tags or {}).items()]
    given = {"DkimAttributes": {"SigningAttributesOrigin": origin}, "Tags": shown, **answer}
    return parse_identity("acme.example", "eu-west-1", given)


def test_an_identity_is_ours_by_its_tags() -> None:
    """By all that mark this stack, whatever else it has; without a mark nothing is."""
    assert is_ours(identity(tags={**TAGS, "team": "mail"}), TAGS)
    assert not is_ours(identity(tags={**TAGS, "pulumi-stack": "prod"}), TAGS)
    assert not is_ours(identity(tags={"pulumi-project": "lab"}), TAGS)
    assert not is_ours(identity(tags=TAGS), {})


def test_an_identity_of_others_is_taken_over_as_it_signs() -> None:
    """Where that was asked for; another way of signing is changed only by an overwrite."""
    refuse_foreign_identity(identity(), "AWS_SES", adopt=True, overwrite=False)
    refuse_foreign_identity(identity("EXTERNAL"), "AWS_SES", adopt=True, overwrite=True)
    with pytest.raises(AlreadyConfigured) as caught:
        refuse_foreign_identity(identity(), "AWS_SES", adopt=False, overwrite=True)
    assert str(caught.value).splitlines() == [
        "ses eu-west-1: acme.example is already an identity, and this stack did not create it",
        "Set on_existing='adopt' to take it over; a destroy then leaves it in place.",
    ]
    with pytest.raises(AlreadyConfigured) as caught:
        refuse_foreign_identity(identity("EXTERNAL"), "AWS_SES", adopt=True, overwrite=False)
    assert str(caught.value).splitlines() == [
        "ses eu-west-1: acme.example signs differently from what was asked for (EXTERNAL)",
        "Set the mode that it has, or set overwrite=True to switch it.",
    ]


def test_settings_as_they_are_live() -> None:
    """A MAIL FROM domain with what happens without its MX."""
    bare = {"mail_from": None, "feedback_forwarding": True, "configuration_set": None}
    assert (settings_of(identity()), mail_from_status(identity())) == (bare, None)
    whole = identity(
        MailFromAttributes={
            "MailFromDomain": "bounce.acme.example",
            "MailFromDomainStatus": "FAILED",
            "BehaviorOnMxFailure": "REJECT_MESSAGE",
        },
        FeedbackForwardingStatus=False,
        ConfigurationSetName="mail",
    )
    assert settings_of(whole) == {
        "mail_from": ["bounce.acme.example", "REJECT_MESSAGE"],
        "feedback_forwarding": False,
        "configuration_set": "mail",
    }
    assert mail_from_status(whole) == "FAILED"


def record(purpose: Any, kind: Any, value: str, name: str = "bounce.acme.example") -> DnsRecord:
    """Returns a record of ours."""
    return DnsRecord(name, name, kind, 1800, (value,), purpose, required=True)


MX = record("MAIL FROM", "MX", "10 feedback-smtp.eu-west-1.amazonses.com")
DMARC = record("DMARC", "TXT", "v=DMARC1; p=none", "_dmarc.acme.example")
DKIM = record("DKIM", "CNAME", "t1.dkim.amazonses.com", "t1._domainkey.acme.example")
OTHER_MX = RecordSet("bounce.acme.example.", "MX", 300, ("10 mx.acme.example",))
ALIAS = RecordSet("bounce.acme.example.", "MX", 0, (), "an alias of x.example")


def test_a_conflict_shows_what_is_there() -> None:
    """With our record beside it; an alias cannot be put back, so that it is not replaced."""
    both = RecordConflict(MX, (OTHER_MX, RecordSet("x.", "TXT", 1, ('"a"',))))
    assert str(both) == (
        "bounce.acme.example needs MX 10 feedback-smtp.eu-west-1.amazonses.com, but has MX 10 mx.acme.example; TXT 'a'"
    )
    assert both.replaceable
    assert not RecordConflict(MX, (OTHER_MX, ALIAS)).replaceable


def test_all_conflicts_are_told_with_their_ways_out() -> None:
    """Each record, each way once, and an overwrite of what can be brought back."""
    error = conflict_error("Z1", [RecordConflict(MX, (OTHER_MX,)), RecordConflict(DMARC, (OTHER_MX,))])
    assert error.message.splitlines() == [
        "route53 Z1: existing DNS records are in the way and are not replaced",
        *(f"  - {RecordConflict(each, (OTHER_MX,))}" for each in (MX, DMARC)),
    ]
    assert error.remedy == (
        "Set another mail_from label, omit dmarc to keep it, or set overwrite_records=['mx', 'dmarc'] to replace it; "
        "a destroy restores it."
    )
    error = conflict_error("Z1", [RecordConflict(MX, (ALIAS,)), RecordConflict(DKIM, (OTHER_MX,))])
    by_hand = "An alias, a delegation or a set with a routing policy is never overwritten: delete it yourself, or "
    assert error.remedy.startswith(f"{by_hand}set another mail_from label, set another dkim_selector, or set overwrite")
    assert "['dkim']" in error.remedy
    assert conflict_error("Z1", [RecordConflict(MX, (ALIAS,))]).remedy == f"{by_hand}set another mail_from label."


def test_what_means_the_same_needs_no_look_at_dns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does what leads nowhere else; a wrong variable ends each look."""
    monkeypatch.setenv("TENANT_EMAIL_DNS", "soon")
    same = RecordSet("bounce.acme.example.", "MX", 300, ("10 FEEDBACK-SMTP.eu-west-1.amazonses.com.",))
    assert is_equivalent(MX, [same])
    assert not is_equivalent(MX, [OTHER_MX])
    assert not is_equivalent(MX, [])
    elsewhere = RecordSet("t1._domainkey.acme.example.", "CNAME", 300, ("other.example",))
    assert not is_equivalent(DKIM, [elsewhere])
    alias = RecordSet("bounce.acme.example.", "CNAME", 0, (), "an alias of x.example")
    assert not is_equivalent(MX, [alias])
    spf, other = record("SPF", "TXT", "v=spf1 include:amazonses.com ~all"), RecordSet(MX.name, "TXT", 1, ('"a"',))
    assert not is_equivalent(spf, [other])
    leading = RecordSet("bounce.acme.example.", "CNAME", 300, ("x.example",))
    theirs = RecordSet("bounce.acme.example.", "TXT", 300, ('"v=spf1 include:x.example ~all"',))
    for ours, there in ((MX, leading), (spf, theirs)):
        with pytest.raises(InvalidSettings, match="TENANT_EMAIL_DNS=soon"):
            is_equivalent(ours, [there])


def test_a_zone_must_hold_the_records_and_be_public() -> None:
    """Both at once; the domain itself is in its zone, and a name that only ends alike is not."""
    refuse_zone(HostedZone("Z1", "acme.example", private=False), [MX.name, DMARC.name])
    refuse_zone(HostedZone("Z1", "bounce.acme.example", private=False), [MX.name])
    with pytest.raises(InvalidSettings) as caught:
        refuse_zone(HostedZone("Z1", "me.example", private=True), [MX.name, DMARC.name, MX.name])
    remedy = "Set zone_id to the public zone of the domain or of a parent domain, or omit it to have it looked up."
    assert [str(problem).split("\n") for problem in caught.value.problems] == [
        ["zone_id: me.example does not contain _dmarc.acme.example, bounce.acme.example", remedy],
        ["zone_id: me.example is a private zone, which SES and mail receivers do not see", remedy],
    ]
    assert str(caught.value).startswith("route53 Z1: ")
