"""SesDomainIdentity against the local SES: how it is created, adopted, switched, repaired and deleted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Timer
from typing import TYPE_CHECKING, Any

import pytest

from support.managed import Managed
from support.ses_site import TAGS
from tenant_email.aws.rsa_key import new_private_key
from tenant_email.errors import AlreadyConfigured, Forbidden, NotFound, Rejected, VerificationTimeout, WrongTenant
from tenant_email.lifecycle.ses_account import SesAccountLifecycle
from tenant_email_local.aws.wire import AwsError

if TYPE_CHECKING:
    from pathlib import Path

    from support.ses_site import SesSite

KEY = new_private_key(1024).reveal()
DENIED = AwsError("AccessDeniedException", "no policy allows it", 403)
OWN = {"dkim": "byo", "dkim_selector": "mail-1", "dkim_private_key": KEY}


def test_creation_is_one_call_with_key_length_and_own_tags(site: SesSite) -> None:
    """Nothing half made can stay behind a kill: all that marks and keys the identity goes with its creation."""
    identity = site.identity()
    identity.up()
    assert site.calls() == ["GetAccount", "GetEmailIdentity", "CreateEmailIdentity"]
    live = site.live()
    assert live["DkimAttributes"]["NextSigningKeyLength"] == "RSA_2048_BIT"
    assert {tag["Key"]: tag["Value"] for tag in live["Tags"]} == TAGS
    assert identity.id == f"aws-ses/eu-west-1/{site.domain}"
    assert len(identity.state["dns_records"]) == 3


@pytest.mark.parametrize("operation", ["GetAccount", "GetEmailIdentity", "CreateEmailIdentity"])
def test_what_is_denied_leaves_no_identity(site: SesSite, operation: str) -> None:
    """All that is read is read before the one write, so a denied call leaves nothing that the state does not know."""
    site.aws.fail(operation, DENIED)
    with pytest.raises(Forbidden, match=f"\nAllow ses:{operation} "):
        site.identity().up()
    assert not site.exists()


def test_what_cannot_be_read_to_its_end_is_deleted_again(site: SesSite) -> None:
    """A denial while SES still makes the tokens takes the new identity back; one that cannot be is reported."""
    site.aws.behavior.token_delay = 2.0
    Timer(0.5, site.aws.fail, ["GetEmailIdentity", DENIED]).start()
    with pytest.raises(Forbidden, match=r"\nAllow ses:GetEmailIdentity to these AWS credentials\.$"):
        site.identity().up()
    assert not site.exists()
    site.aws.fail("DeleteEmailIdentity", DENIED)
    Timer(0.5, site.aws.fail, ["GetEmailIdentity", DENIED]).start()
    with pytest.raises(Forbidden, match="It exists now: the next run recognizes it by its tags and continues"):
        site.identity().up()
    assert site.identity().up() == "create"


def test_a_refresh_does_not_fail_for_what_is_only_reported(site: SesSite) -> None:
    """Without GetAccount the sandbox stays as recorded."""
    identity = site.identity()
    identity.up()
    site.aws.behavior.production = False
    site.aws.fail("GetAccount", DENIED)
    assert identity.refresh()
    assert identity.state["sandbox"] is False


def test_a_creation_whose_answer_was_lost_heals_itself(site: SesSite, said: list[str]) -> None:
    """An identity with this stack's own tags is ours: it is taken up, and a destroy deletes it."""
    site.identity().up()
    again = site.identity()
    again.up()
    assert said == [f"ses eu-west-1: {site.domain} exists with the tags of this stack; continuing"]
    assert site.calls("Put") == []
    assert again.state["adopted"] is False
    again.destroy()
    assert not site.exists()


def test_a_renamed_resource_keeps_the_identity(site: SesSite) -> None:
    """The new name takes the identity over; the end of the old name deletes nothing of it."""
    old, new = site.identity(), site.identity()
    old.up()
    assert new.up() == "create"
    old.drop()
    assert site.live()["DkimAttributes"]["Tokens"] == new.state["dkim_tokens"]
    new.destroy()
    assert site.calls("Delete") == ["DeleteEmailIdentity"]


def test_what_others_made_is_left_alone(site: SesSite) -> None:
    """Without leave to adopt, an identity of someone else, or of another stack, is an error that says what to do."""
    other: Any = [{"Key": name, "Value": value} for name, value in {**TAGS, "pulumi-stack": "prod"}.items()]
    site.ses.create_email_identity(EmailIdentity=site.domain, Tags=other)
    with pytest.raises(AlreadyConfigured, match="this stack did not create it\nSet on_existing='adopt'"):
        site.identity().up()


def test_adopt_existing_without_a_mark_or_a_deletion(site: SesSite) -> None:
    """Adoption changes nothing that need not change, and a destroy leaves the identity."""
    site.ses.create_email_identity(EmailIdentity=site.domain)
    identity = site.identity(on_existing="adopt")
    identity.up()
    assert site.calls("Put") == site.calls("Tag") == []
    identity.destroy()
    assert site.live()["Tags"] == []


def test_an_adoption_gives_dkim_to_what_has_none(site: SesSite) -> None:
    """Which SES verified by a TXT record: keys are made and signing is on, and the next `up` has nothing to do."""
    site.verify_by_text()
    identity = site.identity(on_existing="adopt")
    identity.up()
    dkim = site.live()["DkimAttributes"]
    assert (dkim["SigningEnabled"], len(dkim["Tokens"]), len(identity.state["dns_records"])) == (True, 3, 3)
    assert identity.up() == "same"


def test_an_adopted_identitys_default_set_is_read(site: SesSite) -> None:
    """The sets of the adoption and of the last look are outputs; an earlier release's state is completed."""
    first, second = f"first-{site.domain}", f"second-{site.domain}"
    for name in (first, second):
        site.ses.create_configuration_set(ConfigurationSetName=name)
    site.ses.create_email_identity(EmailIdentity=site.domain, ConfigurationSetName=first)
    identity = site.identity(on_existing="adopt")
    identity.up()
    assert identity.state["configuration_sets"] == [first]
    site.ses.put_email_identity_configuration_set_attributes(EmailIdentity=site.domain, ConfigurationSetName=second)
    identity.refresh()
    assert identity.state["configuration_sets"] == [first, second]
    identity.state = {name: value for name, value in identity.state.items() if name != "configuration_sets"}
    assert identity.up() == "update"
    assert identity.state["configuration_sets"] == [second]
    assert identity.up() == "same"
    assert site.calls("PutEmailIdentityDkim") == []


def test_an_import_writes_nothing(site: SesSite) -> None:
    """`import_` takes what is there as the program says it, and refuses what is not there or signs otherwise."""
    identity = site.identity(on_existing="import")
    there = f"^ses eu-west-1: {site.domain} is not an identity there, so it cannot be imported\nRemove import_"
    with pytest.raises(NotFound, match=there):
        identity.up()
    site.ses.create_email_identity(EmailIdentity=site.domain)
    with pytest.raises(AlreadyConfigured, match="signs differently from what the program says"):
        identity.up(**OWN)
    identity.up()
    assert identity.state["adopted"] is True
    assert site.calls("Put") == site.calls("Tag") == []


def test_adoption_switches_the_signing_mode_only_when_asked(site: SesSite) -> None:
    """Another signing mode is refused with both ways out; overwrite=True switches it."""
    site.ses.create_email_identity(EmailIdentity=site.domain)
    site.ses.put_email_identity_dkim_signing_attributes(
        EmailIdentity=site.domain,
        SigningAttributesOrigin="EXTERNAL",
        SigningAttributes={"DomainSigningSelector": "old", "DomainSigningPrivateKey": _bare(KEY)},
    )
    identity = site.identity(on_existing="adopt")
    with pytest.raises(AlreadyConfigured, match="signs differently from what was asked for"):
        identity.up()
    identity.up(overwrite=True)
    assert site.live()["DkimAttributes"]["SigningAttributesOrigin"] == "AWS_SES"


def _bare(pem: str) -> str:
    return "".join(line for line in pem.splitlines() if not line.startswith("-"))


def test_names_are_normalized(site: SesSite) -> None:
    """Case, a final dot and non-ASCII letters make no difference; state keeps what was written."""
    identity = site.identity(domain=f"BÜRO.{site.domain.upper()}.")
    identity.up()
    assert identity.id == f"aws-ses/eu-west-1/xn--bro-hoa.{site.domain}"
    assert identity.up(domain=f"büro.{site.domain}") == "update"
    assert site.calls("Put") == []


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"domain": "no-reply@acme.com"}, "is an email address; use its domain 'acme.com'"),
        ({"domain": "*.acme.com"}, "has a wildcard"),
        ({"domain": "localhost"}, "is a single label"),
        ({"domain": "https://acme.com"}, "looks like a URL"),
        ({"zone": "other.com"}, "zone: other.com does not contain"),
        ({"dkim": "byo"}, "dkim_private_key: is missing"),
        ({**OWN, "dkim_selector": "a.b"}, "is not a DKIM selector"),
        ({**OWN, "dkim_private_key": "canary-not-a-key"}, "dkim_private_key: the DKIM key cannot be read"),
        ({**OWN, "replica_of": "us-east-1"}, "replica_of: has no effect with dkim='byo'"),
        ({"dkim_selector": "s1"}, "dkim_selector: has no effect with dkim='easy'"),
        ({"dkim_key_length": 4096}, "dkim_key_length: must be 1024 or 2048"),
        ({"replica_of": "eu-west-1"}, "replica_of: must be a different region"),
        ({"switch_timeout": "soon"}, "switch_timeout: 'soon' is not a time"),
    ],
)
def test_bad_inputs_are_refused_before_any_call(site: SesSite, inputs: dict[str, Any], said: str) -> None:
    """Each bad input is named with its remedy at preview, the key never quoted."""
    problems = "\n".join(site.identity().problems(**inputs))
    assert said in problems
    assert "canary" not in problems
    assert site.calls() == []


def test_a_key_length_changes_once_a_day(site: SesSite) -> None:
    """A first change gives new records; a second on the same day is explained."""
    identity = site.identity(dkim_key_length=1024)
    identity.up()
    before = identity.state["dkim_tokens"]
    assert identity.up(dkim_key_length=2048) == "update"
    assert identity.state["dkim_tokens"] != before
    with pytest.raises(Rejected, match=r"SES allows one change of the key length per day\. Run again after that"):
        identity.up(dkim_key_length=1024)


def test_byodkim_is_switched_to_after_its_record(site: SesSite) -> None:
    """The new key signs only once its record is in DNS; without the record nothing is switched."""
    identity = site.verified()
    with pytest.raises(VerificationTimeout, match=f"mail-1._domainkey.{site.domain}: .* has no such name"):
        identity.up(**OWN, switch_timeout="1s")
    assert site.live()["DkimAttributes"]["SigningAttributesOrigin"] == "AWS_SES"
    record = site.identity(domain=f"own.{site.domain}", **OWN)
    record.up()
    (published,) = record.state["dns_records"]
    late = {**published, "name": f"mail-1._domainkey.{site.domain}"}
    Timer(0.5, site.publish, [[late]]).start()
    assert identity.up(**OWN) == "update"
    assert [r["type"] for r in identity.state["dns_records"]] == ["TXT"]
    site.until("SUCCESS")


def test_byodkim_can_be_switched_to_without_a_look(site: SesSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where DNS cannot be asked from here nothing is switched; the remedy is a switch that does not look."""
    identity = site.verified()
    monkeypatch.setenv("TENANT_EMAIL_DNS", "127.0.0.1:9")
    with pytest.raises(VerificationTimeout, match=r"did not answer in time(.|\n)*set switch_timeout='0s', which"):
        identity.up(**OWN, switch_timeout="1s")
    assert site.live()["DkimAttributes"]["SigningAttributesOrigin"] == "AWS_SES"
    assert identity.up(**OWN, switch_timeout="0s") == "update"
    assert site.live()["DkimAttributes"]["SigningAttributesOrigin"] == "EXTERNAL"


def test_a_switch_back_to_easy_dkim(site: SesSite) -> None:
    """The way back is put with its own signing origin and gives three records."""
    identity = site.identity(**OWN)
    identity.up()
    assert site.live()["DkimAttributes"]["SigningAttributesOrigin"] == "EXTERNAL"
    assert identity.up(dkim="easy", dkim_selector=None, dkim_private_key=None) == "update"
    assert site.live()["DkimAttributes"]["SigningAttributesOrigin"] == "AWS_SES"
    assert [r["type"] for r in identity.state["dns_records"]] == ["CNAME"] * 3


def test_deed_replica_signs_with_its_parents_keys(site: SesSite) -> None:
    """The records of a replica are those of its parent, published once."""
    parent = site.identity()
    parent.up()
    replica = site.identity(region="eu-central-1", replica_of="eu-west-1")
    replica.up()
    assert replica.state["dns_records"] == parent.state["dns_records"]
    assert replica.refresh()
    assert replica.up() == "same"


def test_each_region_has_its_own_signing_zone(site: SesSite) -> None:
    """The target of the records is the zone that the API names, whatever it is."""
    site.aws.behavior.signing_zones = {"eu-west-1": "dkim.cell7.amazonses.com"}
    identity = site.identity()
    identity.up()
    assert all(r["values"][0].endswith(".dkim.cell7.amazonses.com") for r in identity.state["dns_records"])


def test_signing_that_was_turned_off_is_turned_on(site: SesSite) -> None:
    """A refresh sees it, the next update repairs it."""
    identity = site.verified()
    site.ses.put_email_identity_dkim_attributes(EmailIdentity=site.domain, SigningEnabled=False)
    identity.refresh()
    assert identity.up() == "update"
    assert site.live()["DkimAttributes"]["SigningEnabled"] is True


def test_a_mode_that_was_switched_by_hand_is_switched_back(site: SesSite) -> None:
    """A refresh shows the live mode among the inputs, so that the next preview shows the difference."""
    identity = site.verified()
    site.ses.put_email_identity_dkim_signing_attributes(
        EmailIdentity=site.domain,
        SigningAttributesOrigin="EXTERNAL",
        SigningAttributes={"DomainSigningSelector": "other", "DomainSigningPrivateKey": _bare(KEY)},
    )
    identity.refresh()
    assert identity.state["dkim"] == "byo"
    assert identity.up() == "update"
    assert site.live()["DkimAttributes"]["SigningAttributesOrigin"] == "AWS_SES"


def test_a_failed_verification_starts_again(site: SesSite) -> None:
    """SES never looks again at a FAILED domain: after a refresh the next update asks it to."""
    identity = site.identity()
    identity.up()
    site.aws.behavior.patience = 0
    site.until("FAILED")
    site.aws.behavior.patience = 60
    identity.refresh()
    site.publish(identity.state["dns_records"])
    assert identity.up() == "update"
    site.publish(identity.state["dns_records"])
    site.until("SUCCESS")


def test_a_failed_identity_starts_again_when_it_is_adopted(site: SesSite) -> None:
    """What SES has given up on long ago is verified in the run that adopts it, not in a later one."""
    site.aws.behavior.patience = 0
    site.ses.create_email_identity(EmailIdentity=site.domain)
    site.until("FAILED")
    site.aws.behavior.patience = 60
    identity = site.identity(on_existing="adopt")
    identity.up()
    assert identity.state["verification_status"] == identity.state["dkim_status"] == "PENDING"
    site.publish(identity.state["dns_records"])
    site.until("SUCCESS")


def test_another_name_of_the_stack_is_written_to_the_tags(site: SesSite) -> None:
    """A new stack of the old name does not take the identity of a renamed one for its own."""
    identity = site.identity()
    identity.up()
    assert identity.up(tags={**TAGS, "pulumi-stack": "prod"}) == "update"
    assert site.calls("Tag") == ["TagResource"]
    with pytest.raises(AlreadyConfigured, match="this stack did not create it"):
        site.identity().up()


def test_a_sandbox_is_told(site: SesSite, said: list[str]) -> None:
    """With the domain that is made there, and again where it cannot be asked for."""
    site.aws.behavior.production = False
    identity = site.identity()
    identity.up()
    assert said == [
        f"ses eu-west-1 {site.domain}: the account is in the sandbox: mail reaches verified recipients only"
    ]
    assert (identity.state["sandbox"], identity.state["enforcement"]) == (True, "HEALTHY")
    assert identity.state["identity_arn"] == f"arn:aws:ses:eu-west-1:000000000099:identity/{site.domain}"
    del said[:]
    site.aws.fail("GetAccount", DENIED)
    identity.refresh()
    assert identity.state["sandbox"] is True
    (told,) = said
    assert "; the recorded sandbox status is kept\nAllow ses:GetAccount" in told


def test_what_is_gone_is_gone(site: SesSite) -> None:
    """An identity deleted by hand is missing at a refresh, and no obstacle to a destroy."""
    identity = site.identity()
    identity.up()
    site.ses.delete_email_identity(EmailIdentity=site.domain)
    identity.destroy()
    assert not identity.refresh()


def test_another_account_is_refused_before_any_write(site: SesSite) -> None:
    """Credentials of another account than the AWS provider's do nothing."""
    with pytest.raises(WrongTenant, match="not 999999999999\nSet the `profile`"):
        site.identity(expected_account="999999999999").up()
    assert site.calls() == []


def test_a_refresh_or_destroy_in_another_account_loses_nothing(
    site: SesSite, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where the domain is not known because the credentials are another account's, nothing is taken for gone."""
    identity = site.identity()
    identity.up()
    keys = "aws_access_key_id=AKIALOCALTEST0000098\naws_secret_access_key=secret-of-local-test-98\n"
    (tmp_path / "credentials").write_text(f"[elsewhere]\n{keys}")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    identity.state = {**identity.state, "profile": "elsewhere"}
    for operation in (identity.refresh, identity.destroy):
        with pytest.raises(WrongTenant, match="credentials are for account 000000000098, not 000000000099"):
            operation()


def test_a_read_that_fails_is_not_an_absence(site: SesSite) -> None:
    """Only 404 means gone: a refresh without permission is an error, not a deletion from state."""
    identity = site.identity()
    identity.up()
    site.aws.fail("GetEmailIdentity", AwsError("AccessDeniedException", "no", 403))
    with pytest.raises(Forbidden, match="Allow ses:GetEmailIdentity"):
        identity.refresh()


def test_calls_keep_to_the_pace_of_ses(site: SesSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """SES accepts one call per second: resources made at the same time take turns, and none is throttled."""
    monkeypatch.setenv("TENANT_EMAIL_SES_INTERVAL", "1.5")  # half a second for what a busy machine adds
    site.aws.behavior.throttle = True
    resources = [
        site.identity(region="ap-south-1"),
        Managed(SesAccountLifecycle(), region="ap-south-1"),
    ]
    with ThreadPoolExecutor() as pool:
        assert list(pool.map(Managed.up, resources)) == ["create", "create"]
    statuses = [call.status for call in site.aws.calls if call.service == "ses"]
    assert sorted(statuses) == [200, 200, 200, 404]  # the look at an identity that is not there yet
