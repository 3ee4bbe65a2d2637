"""What a SesDomainIdentity does: which calls, with what, whose the identity is, and what is recorded of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pulumi.output import Unknown

from support.aws_memory import ACCOUNT, REGION, ZONE
from support.imported import import_
from support.managed import Managed
from tenant_email.aws.dkim import ByoSigning, EasySigning, ReplicaSigning
from tenant_email.aws.rsa_key import fingerprint, new_private_key
from tenant_email.aws.ses import Account
from tenant_email.errors import (
    AlreadyConfigured,
    Conflict,
    Forbidden,
    InvalidSettings,
    NotFound,
    NotSupported,
    Rejected,
    VerificationTimeout,
    WrongTenant,
)
from tenant_email.lifecycle.ses_domain_identity import SesDomainIdentityLifecycle
from tenant_email.lifecycle.ses_domain_record import SesDomainRecordLifecycle
from tenant_email.operations import operation, steps
from tenant_email.redaction.secrets import Secret

if TYPE_CHECKING:
    from support.aws_memory import Memory
    from support.clock import Clock

DOMAIN = "acme.example"
UNKNOWN: Any = Unknown()  # type: ignore[no-untyped-call]  # Pulumi's
TAGS = {"managed-by": "it", "pulumi-stack": "dev"}
KEY = new_private_key(1024)
OWN = {"dkim": "byo", "dkim_selector": "mail-1", "dkim_private_key": KEY.reveal(), "switch_timeout": "0s"}
MODE = ByoSigning("mail-1", Secret(KEY.reveal().strip()))
LOOK, LOOK_AT_ACCOUNT, WAIT = ("get_identity", DOMAIN), ("get_account",), ("wait_for_tokens", DOMAIN)
DENIED = Forbidden("ses: denied", remedy="Allow it.")
WHO = f"ses {REGION}: {DOMAIN}"
WAITED = "waited for tokens"
ID = f"aws-ses/{REGION}/{DOMAIN}"


def identity(**inputs: Any) -> Managed:
    """Returns the identity of the domain, not made yet."""
    fixed: dict[str, Any] = {"domain": DOMAIN, "region": REGION, "dkim": "easy", "tags": TAGS}
    return Managed(SesDomainIdentityLifecycle(), **{**fixed, **inputs})


def ours() -> list[dict[str, str]]:
    """Returns the stack's own tags as SES answers them."""
    return [{"Key": key, "Value": value} for key, value in TAGS.items()]


def made(aws: Memory, **inputs: Any) -> Managed:
    """Returns an identity that is there, its calls forgotten."""
    one = identity(**inputs)
    assert one.up() == "create"
    aws.asked()
    return one


def test_a_creation_is_one_call_after_both_looks(aws: Memory, said: list[str]) -> None:
    """What it made is recorded, with the records that others publish."""
    one = identity(zone="example")
    assert one.up() == "create"
    assert aws.asked() == [LOOK_AT_ACCOUNT, LOOK, ("create_identity", DOMAIN, EasySigning(2048), TAGS)]
    assert one.id == f"aws-ses/{REGION}/{DOMAIN}"
    state = one.state
    assert state["identity_arn"] == f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/{DOMAIN}"
    assert (state["verification_status"], state["dkim_status"], state["signing_enabled"]) == (
        "PENDING",
        "PENDING",
        True,
    )
    assert (state["sandbox"], state["enforcement"]) == (False, "HEALTHY")
    assert (state["adopted"], state["configuration_sets"]) == (False, [])
    assert state["dkim_tokens"] == ["t1", "t2", "t3"]
    assert state["dkim_fingerprint"] is None
    assert [(each["name"], each["values"]) for each in state["dns_records"]] == [
        (f"{token}._domainkey.{DOMAIN}", [f"{token}.z.amazonses.com"]) for token in state["dkim_tokens"]
    ]
    assert {each["zone_relative_name"] for each in state["dns_records"]} == {
        f"{t}._domainkey.acme" for t in ("t1", "t2", "t3")
    }
    assert (one.up(), aws.asked(), said) == ("same", [], [])


def test_each_way_of_signing_is_created_as_it_is(aws: Memory) -> None:
    """With its length, its key, or its parent."""
    for inputs, mode in (
        ({"dkim_key_length": 1024}, EasySigning(1024)),
        ({"replica_of": "eu-west-1"}, ReplicaSigning("eu-west-1")),
        (OWN, MODE),
    ):
        aws.identities.clear()
        one = identity(**inputs)
        one.up()
        assert aws.asked()[-1] == ("create_identity", DOMAIN, mode, TAGS)
    assert one.state["dkim_fingerprint"] == fingerprint(KEY)
    (record,) = one.state["dns_records"]
    assert (record["name"], record["type"]) == (f"mail-1._domainkey.{DOMAIN}", "TXT")


def test_tokens_that_come_late_are_waited_for(aws: Memory, said: list[str]) -> None:
    """What cannot be read to its end is deleted again; what cannot be deleted is known by its tags."""
    aws.tokens = []
    one = identity()
    one.up()
    assert aws.asked()[-2:] == [("create_identity", DOMAIN, EasySigning(2048), TAGS), WAIT]
    assert (said, one.state["dkim_tokens"]) == ([WAITED], ["t1", "t2", "t3"])
    aws.identities.clear()
    aws.failures["wait_for_tokens"] = [DENIED, DENIED]
    with pytest.raises(Forbidden) as caught:
        identity().up()
    assert str(caught.value) == "ses: denied\nAllow it."
    assert aws.asked()[-2:] == [WAIT, ("delete_identity", DOMAIN)]
    assert aws.identities == {}
    aws.failures["delete_identity"] = [Rejected("no")]
    with pytest.raises(Forbidden) as caught:
        identity().up()
    assert str(caught.value) == (
        "ses: denied\nAllow it. It exists now: the next run recognizes it by its tags and continues."
    )


def test_an_answer_without_a_zone_is_read_anew(aws: Memory) -> None:
    """A guess of the zone is not published."""
    aws.zone_name = ""
    identity().up()
    assert aws.asked()[-1] == WAIT


def test_what_was_made_between_look_and_write_is_judged_as_found(aws: Memory) -> None:
    """Ours goes on; someone else's is refused; gone again, the conflict is told."""
    aws.meanwhile["create_identity"] = [lambda: aws.put(DOMAIN, Tags=ours())]
    one = identity()
    one.up()
    assert [call[0] for call in aws.asked()] == ["get_account", "get_identity", "create_identity", "get_identity"]
    assert one.state["adopted"] is False
    aws.identities.clear()
    aws.meanwhile["create_identity"] = [lambda: aws.put(DOMAIN)]
    with pytest.raises(AlreadyConfigured):
        identity().up()
    aws.identities.clear()
    aws.failures["create_identity"] = [Conflict("ses: is there")]
    with pytest.raises(Conflict, match="is there"):
        identity().up()


def test_what_a_killed_run_left_is_ours(aws: Memory, said: list[str]) -> None:
    """By its tags; it goes on without a call, and is put where it signs otherwise or has failed."""
    aws.put(DOMAIN, Tags=ours(), ConfigurationSetName="set")
    one = identity()
    one.up()
    assert aws.asked() == [LOOK_AT_ACCOUNT, LOOK]
    assert said == [f"{WHO} exists with the tags of this stack; continuing"]
    assert (one.state["adopted"], one.state["configuration_sets"]) == (False, ["set"])
    for found in ({"dkim": {"SigningAttributesOrigin": "EXTERNAL"}}, {"VerificationStatus": "FAILED"}):
        aws.put(DOMAIN, Tags=ours(), **found)
        identity().up()
        assert aws.asked() == [LOOK_AT_ACCOUNT, LOOK, ("put_dkim_signing", DOMAIN, EasySigning(2048)), WAIT]
    aws.put(DOMAIN, Tags=ours(), dkim={"Tokens": []})
    identity().up()
    assert aws.asked() == [LOOK_AT_ACCOUNT, LOOK, WAIT]
    assert said.count(WAITED) == 1


def test_an_adoption_changes_nothing_that_need_not_change(aws: Memory) -> None:
    """It is refused without leave, and where it signs otherwise without more leave; a destroy leaves it."""
    aws.put(DOMAIN)
    with pytest.raises(AlreadyConfigured, match="Set on_existing='adopt'"):
        identity().up()
    one = identity(on_existing="adopt")
    aws.asked()
    one.up()
    assert (aws.asked(), one.state["adopted"]) == ([LOOK_AT_ACCOUNT, LOOK], True)
    one.destroy()
    assert aws.asked() == []
    aws.put(DOMAIN, dkim={"SigningAttributesOrigin": "EXTERNAL"})
    with pytest.raises(AlreadyConfigured, match="signs differently from what was asked for"):
        identity(on_existing="adopt").up()
    aws.asked()
    one = identity(on_existing="adopt", overwrite=True)
    one.up()
    assert aws.asked() == [LOOK_AT_ACCOUNT, LOOK, ("put_dkim_signing", DOMAIN, EasySigning(2048)), WAIT]
    assert one.state["adopted"] is True
    aws.put(DOMAIN, dkim={"SigningAttributesOrigin": "EXTERNAL"})
    identity(on_existing="adopt", **OWN).up()
    assert aws.asked()[2:] == [("put_dkim_signing", DOMAIN, MODE), WAIT]


BARE = {"SigningEnabled": False, "Status": "NOT_STARTED", "Tokens": []}  # verified by a TXT record, with SES's v1 API


@pytest.mark.parametrize(("own", "mode"), [({}, EasySigning(2048)), (OWN, MODE)])
def test_an_adoption_gives_dkim_to_what_has_none(aws: Memory, own: dict[str, Any], mode: object) -> None:
    """Nothing of anyone's is overwritten; waiting would bring no tokens, and the next `up` has nothing to do."""
    aws.put(DOMAIN, dkim=BARE)
    one = identity(on_existing="adopt", **own)
    one.up()
    calls = [LOOK_AT_ACCOUNT, LOOK, ("put_dkim_signing", DOMAIN, mode), WAIT, ("put_dkim_enabled", DOMAIN, True)]
    assert (aws.asked(), one.state["signing_enabled"], one.state["adopted"]) == (calls, True, True)
    assert (one.refresh(), one.up()) == (True, "same")


def test_an_adoption_turns_signing_on(aws: Memory) -> None:
    """At once, not by the next `up`; what a killed run of ours made is turned on too."""
    for tags in ([], ours()):
        aws.put(DOMAIN, dkim={"SigningEnabled": False}, Tags=tags)
        one = identity(on_existing="adopt")
        one.up()
        assert aws.asked()[2:] == [("put_dkim_enabled", DOMAIN, True)]
        assert (one.refresh(), one.up()) == (True, "same")
        aws.asked()


def test_what_has_no_dkim_is_not_imported(aws: Memory) -> None:
    """An import writes nothing, and to wait for tokens would be in vain."""
    aws.put(DOMAIN, dkim=BARE)
    with pytest.raises(AlreadyConfigured) as caught:
        identity(on_existing="import").up()
    told = (
        "has no DKIM, so mail of it is not signed\nSet on_existing='adopt' to have it sign; an import changes nothing."
    )
    assert str(caught.value) == f"{WHO} {told}"
    with pytest.raises(NotSupported, match=f"cannot be imported: {DOMAIN} has no DKIM"):
        import_(SesDomainIdentityLifecycle(), ID)
    assert WAIT not in aws.asked()


def test_an_import_writes_nothing(aws: Memory, said: list[str]) -> None:
    """It refuses what is not there, and what signs otherwise; a key of one's own nobody can compare."""
    with pytest.raises(NotFound) as missing:
        identity(on_existing="import").up()
    assert (
        str(missing.value) == f"{WHO} is not an identity there, so it cannot be imported\nRemove import_ to create it."
    )
    aws.put(DOMAIN, dkim={"SigningAttributesOrigin": "EXTERNAL", "Tokens": []})
    with pytest.raises(AlreadyConfigured) as caught:
        identity(on_existing="import").up()
    assert str(caught.value) == (
        f"{WHO} signs differently from what the program says (EXTERNAL)\n"
        "Set the mode that it has; an import changes nothing."
    )
    aws.put(DOMAIN, dkim={"SigningAttributesOrigin": "EXTERNAL", "Tokens": ["mail-0"]})
    with pytest.raises(AlreadyConfigured, match=r"from what the program says \(EXTERNAL mail-0\)"):
        identity(on_existing="import", **OWN).up()
    for tokens in ([], ["mail-1"]):
        aws.put(DOMAIN, dkim={"SigningAttributesOrigin": "EXTERNAL", "Tokens": tokens})
        one = identity(on_existing="import", **OWN)
        aws.asked()
        one.up()
        assert (aws.asked(), one.state["adopted"]) == ([LOOK_AT_ACCOUNT, LOOK], True)
    aws.put(DOMAIN, dkim={"NextSigningKeyLength": "RSA_1024_BIT"})
    with pytest.raises(AlreadyConfigured):
        identity(on_existing="import", dkim_key_length=2048).up()
    aws.put(DOMAIN, dkim={"Tokens": []})
    identity(on_existing="import", dkim_key_length=None).up()
    assert (aws.asked()[-1], said) == (WAIT, [WAITED])


def test_a_sandbox_is_told(aws: Memory, said: list[str]) -> None:
    """With the domain; a refresh keeps what it cannot read."""
    aws.account = Account(False, True, "PROBATION", None)
    one = identity()
    one.up()
    assert said == [f"ses {REGION} {DOMAIN}: the account is in the sandbox: mail reaches verified recipients only"]
    assert (one.state["sandbox"], one.state["enforcement"]) == (True, "PROBATION")
    del said[:]
    aws.account = Account(True, True, "HEALTHY", None)
    aws.failures["get_account"] = [DENIED]
    one.refresh()
    assert (one.state["sandbox"], one.state["enforcement"]) == (True, "PROBATION")
    assert said == ["ses: denied; the recorded sandbox status is kept\nAllow it."]
    one.refresh()
    assert (one.state["sandbox"], one.state["enforcement"]) == (False, "HEALTHY")


def test_a_refresh_shows_how_it_stands(aws: Memory) -> None:
    """Its records only while it signs as recorded and has its tokens; how it signs is among the inputs."""
    one = made(aws, zone="example")
    live = aws.identities[DOMAIN]
    live["VerificationStatus"] = "SUCCESS"
    live["DkimAttributes"] |= {"Status": "SUCCESS", "SigningEnabled": False, "Tokens": ["n1", "n2", "n3"]}
    assert one.refresh()
    assert aws.asked() == [LOOK, LOOK_AT_ACCOUNT]
    state = one.state
    assert (state["verification_status"], state["dkim_status"], state["signing_enabled"]) == (
        "SUCCESS",
        "SUCCESS",
        False,
    )
    assert [each["name"] for each in state["dns_records"]] == [f"n{n}._domainkey.{DOMAIN}" for n in (1, 2, 3)]
    assert (state["adopted"], state["dkim"], state["zone"], state["tags"]) == (False, "easy", "example", TAGS)
    live["DkimAttributes"]["Tokens"] = []
    one.refresh()
    assert one.state["dkim_tokens"] == ["n1", "n2", "n3"]
    live["DkimAttributes"] |= {"SigningAttributesOrigin": "EXTERNAL", "Tokens": ["other"]}
    one.refresh()
    assert (one.state["dkim"], one.state["dkim_tokens"]) == ("byo", ["n1", "n2", "n3"])
    aws.identities.clear()
    assert not one.refresh()


def test_an_update_switches_repairs_or_only_records(aws: Memory, said: list[str]) -> None:
    """Each with the calls that it needs."""
    one = made(aws)
    assert one.up(on_delete="retain") == "update"
    assert aws.asked() == []
    assert one.up(zone="example") == "update"
    assert aws.asked() == [LOOK_AT_ACCOUNT, WAIT]
    assert one.state["dns_records"][0]["zone_relative_name"] == "t1._domainkey.acme"
    assert said == [WAITED]
    assert one.up(**OWN) == "update"
    assert aws.asked() == [LOOK_AT_ACCOUNT, ("put_dkim_signing", DOMAIN, MODE), WAIT]
    assert one.state["dkim_fingerprint"] == fingerprint(KEY)
    assert one.up() == "update"
    assert aws.asked() == [LOOK_AT_ACCOUNT, ("put_dkim_signing", DOMAIN, EasySigning(2048)), WAIT]
    aws.identities[DOMAIN]["VerificationStatus"] = "FAILED"
    one.refresh()
    aws.asked()
    assert one.up() == "update"
    assert aws.asked() == [LOOK_AT_ACCOUNT, ("put_dkim_signing", DOMAIN, EasySigning(2048)), WAIT]
    aws.identities.clear()
    one = made(aws)
    aws.identities[DOMAIN]["DkimAttributes"]["SigningEnabled"] = False
    one.refresh()
    aws.asked()
    assert one.up() == "update"
    assert aws.asked() == [LOOK_AT_ACCOUNT, ("put_dkim_enabled", DOMAIN, True), WAIT]
    assert (one.state["adopted"], one.state["sandbox"]) == (False, False)


def test_a_failed_key_of_one_s_own_is_put_again_without_a_look_at_dns(
    aws: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not new."""
    monkeypatch.setenv("TENANT_EMAIL_DNS", "soon")  # which a look would mind
    one = made(aws, **{**OWN, "switch_timeout": "1h"})
    aws.identities[DOMAIN]["DkimAttributes"]["Status"] = "FAILED"
    one.refresh()
    aws.asked()
    assert one.up() == "update"
    assert aws.asked() == [LOOK_AT_ACCOUNT, ("put_dkim_signing", DOMAIN, MODE), WAIT]


def test_a_new_key_of_one_s_own_is_put_after_a_look_at_dns(aws: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which a wrong variable ends before anything is put."""
    one = made(aws)
    monkeypatch.setenv("TENANT_EMAIL_DNS", "soon")
    with pytest.raises(InvalidSettings, match="TENANT_EMAIL_DNS=soon"):
        one.up(**{**OWN, "switch_timeout": "1h"})
    assert aws.asked() == [LOOK_AT_ACCOUNT]


@pytest.mark.usefixtures("server")
def test_the_record_of_a_new_key_is_awaited(aws: Memory, clock: Clock, said: list[str]) -> None:
    """With what is to be published, by its name in the zone, and how far it is; then the time is up."""
    one = made(aws, zone="example")
    with pytest.raises(VerificationTimeout) as caught:
        one.up(**{**OWN, "zone": "example", "switch_timeout": "90s"})
    assert str(caught.value).startswith(
        f"{WHO}: not verified after 90 s: 0 of 1 records are in DNS\n  - mail-1._domain"
    )
    assert (aws.asked(), clock.slept[0], clock.now) == ([LOOK_AT_ACCOUNT], 0.5, 90)
    _, head, *_, waited = said
    assert head.split("\n")[0] == f"{WHO}: records to publish"
    assert "name in the zone example" in head
    assert waited.startswith(f"{DOMAIN}: ")


def test_what_is_taken_over_gets_its_key_after_a_look_at_dns(aws: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Someone else's identity; one that a killed run of ours made is switched at once."""
    monkeypatch.setenv("TENANT_EMAIL_DNS", "soon")
    given = {**OWN, "switch_timeout": "1h"}
    aws.put(DOMAIN)
    with pytest.raises(InvalidSettings, match="TENANT_EMAIL_DNS=soon"):
        identity(on_existing="adopt", overwrite=True, **given).up()
    assert aws.asked() == [LOOK_AT_ACCOUNT, LOOK]
    aws.put(DOMAIN, Tags=ours())
    identity(**given).up()
    assert aws.asked() == [LOOK_AT_ACCOUNT, LOOK, ("put_dkim_signing", DOMAIN, MODE), WAIT]


def test_what_the_program_leaves_out_is_no_difference(aws: Memory) -> None:
    """Neither Easy DKIM after a refresh, nor a zone that stays as it was."""
    one = made(aws, dkim=None, zone="example")
    one.refresh()
    assert "dkim" not in one.state
    aws.asked()
    assert (one.up(), one.up(on_delete="retain"), aws.asked()) == ("same", "update", [])


def test_another_name_of_the_stack_is_tagged(aws: Memory) -> None:
    """What was adopted has no tags of ours."""
    one = made(aws)
    other = {**TAGS, "pulumi-stack": "prod"}
    assert one.up(tags=other) == "update"
    assert aws.asked() == [LOOK_AT_ACCOUNT, ("tag", DOMAIN, other), WAIT]
    aws.put(DOMAIN)
    taken = made(aws, on_existing="adopt")
    assert taken.up(tags=other) == "update"
    assert aws.asked() == []


@pytest.mark.parametrize(
    ("change", "seen"),
    [({"tags": TAGS | {"pulumi-stack": "prod"}}, "same"), ({"on_delete": "retain"}, "same"), (OWN, "replace")],
)
def test_a_preview_replaces_no_record_that_a_change_leaves_alone(
    aws: Memory, change: dict[str, Any], seen: str
) -> None:
    """It knows no output of an identity that changes, and each record of Easy DKIM is made of them."""
    one = made(aws)
    (first, *_), same = one.state["dns_records"], {"zone_id": ZONE, "type": "CNAME", "ttl": 1800, "region": REGION}
    record = Managed(SesDomainRecordLifecycle(), **same, purpose="DKIM")
    record.up(name=first["name"], value=first["values"][0])
    operation.begin()
    assert one.plan(**change) == "update"
    assert record.plan(name=UNKNOWN, value=UNKNOWN) == seen


def test_the_default_set_of_an_adoption_stays_allowed(aws: Memory) -> None:
    """With the one that it has now, each once; of what is ours only the present one."""
    aws.put(DOMAIN, ConfigurationSetName="first")
    taken = made(aws, on_existing="adopt")
    assert taken.state["configuration_sets"] == ["first"]
    for name, sets in (("second", ["first", "second"]), ("third", ["first", "third"]), (None, ["first"])):
        aws.identities[DOMAIN]["ConfigurationSetName"] = name
        taken.refresh()
        assert taken.state["configuration_sets"] == sets
    aws.identities[DOMAIN]["ConfigurationSetName"] = "fourth"
    assert taken.up(zone="example") == "update"
    assert taken.state["configuration_sets"] == ["first", "fourth"]
    taken.state = {name: value for name, value in taken.state.items() if name != "configuration_sets"}
    aws.asked()
    assert taken.up(zone="example") == "update"
    assert (aws.asked(), taken.state["configuration_sets"]) == ([LOOK_AT_ACCOUNT, WAIT], ["fourth"])
    assert taken.state["adopted"] is True
    aws.put(DOMAIN, Tags=ours(), ConfigurationSetName="first")
    own = made(aws)
    aws.identities[DOMAIN]["ConfigurationSetName"] = "second"
    own.refresh()
    assert own.state["configuration_sets"] == ["second"]


def test_a_destroy_deletes_what_was_created(aws: Memory, said: list[str]) -> None:
    """In its region and account; what was adopted only where that is said."""
    one = made(aws)
    one.destroy()
    assert (aws.asked(), said) == ([("delete_identity", DOMAIN)], [])
    aws.put(DOMAIN)
    taken = made(aws, on_existing="adopt", on_delete="delete")
    taken.destroy()
    assert aws.asked() == [("delete_identity", DOMAIN)]
    kept = made(aws, on_delete="retain")
    kept.destroy()
    assert (aws.asked(), said) == ([], [f"{kept.id}: left as it is"])


def test_another_account_is_refused_in_each_step(aws: Memory) -> None:
    """A creation by what the program expects; the rest by the account that has the identity."""
    with pytest.raises(WrongTenant) as caught:
        identity(expected_account="9").up()
    assert caught.value.remedy.startswith("Set the `profile` that the AWS provider uses")
    assert aws.asked() == []
    one = made(aws)
    aws.account_id = "000000000078"
    for step in (one.refresh, one.destroy):
        with pytest.raises(WrongTenant, match=f"for account 000000000078, not {ACCOUNT}"):
            step()
    assert aws.asked() == []


def test_a_key_length_changes_once_a_day(aws: Memory) -> None:
    """SES's answer is passed on with when to run again; another refusal, or of a key of one's own, as it is."""
    one = made(aws, dkim_key_length=1024)
    once = Rejected("ses: rejected", remedy="Correct it.", text="You can change it once per day")
    aws.failures["put_dkim_signing"] = [once, Rejected("ses: rejected", remedy="Correct it.", text="no"), once]
    told = []
    for inputs in ({"dkim_key_length": 2048}, {"dkim_key_length": 2048}, {**OWN, "dkim_key_length": None}):
        with pytest.raises(Rejected) as caught:
            one.up(**inputs)
        told.append(str(caught.value))
    once_a_day = "SES allows one change of the key length per day. Run again after that."
    assert told == [f"ses: rejected\n{once_a_day}", "ses: rejected\nCorrect it.", "ses: rejected\nCorrect it."]


def test_an_identity_is_imported_as_a_program_would_write_it(aws: Memory, said: list[str]) -> None:
    """The usual length needs no word; tokens that are not there yet are waited for, and nothing is written."""
    aws.put(DOMAIN, ConfigurationSetName="set", dkim={"NextSigningKeyLength": "RSA_1024_BIT", "Tokens": []})
    short = import_(SesDomainIdentityLifecycle(), ID)
    assert short.inputs == {"domain": DOMAIN, "region": REGION, "dkim_key_length": 1024}
    assert (aws.asked(), said) == ([LOOK, WAIT, LOOK_AT_ACCOUNT], [WAITED])
    state = short.state
    assert (state["adopted"], state["configuration_sets"], state["dkim_tokens"]) == (True, ["set"], ["t1", "t2", "t3"])
    assert (state["sandbox"], state["verification_status"], len(state["dns_records"])) == (False, "SUCCESS", 3)
    assert short.unsettled() == []
    for found in ({}, {"NextSigningKeyLength": "RSA_2048_BIT"}):
        aws.put(DOMAIN, dkim=found)
        aws.asked()
        assert import_(SesDomainIdentityLifecycle(), ID).inputs == {"domain": DOMAIN, "region": REGION}
        assert aws.asked() == [LOOK, LOOK_AT_ACCOUNT]
    aws.put(DOMAIN, dkim={"SigningAttributesOrigin": "AWS_SES_EU_WEST_1"})
    assert import_(SesDomainIdentityLifecycle(), ID).inputs["replica_of"] == "eu-west-1"


def test_an_import_of_what_cannot_be_read(aws: Memory) -> None:
    """No identity is nothing; a key of one's own nobody sees; an id of another form is told."""
    assert steps.import_(SesDomainIdentityLifecycle(), ID) is None
    aws.put(DOMAIN, dkim={"SigningAttributesOrigin": "EXTERNAL"})
    with pytest.raises(NotSupported) as own:
        steps.import_(SesDomainIdentityLifecycle(), ID)
    assert str(own.value) == (
        f"import of {ID}: cannot be imported: {DOMAIN} signs with a key of its own, which SES shows nobody\n"
        "Give the key to a SesDomainIdentity with on_existing='adopt'."
    )
    assert aws.asked() == [LOOK] * 2
    for id_, why in (
        (f"aws-ses/eu-wst-1/{DOMAIN}", "region: eu-wst-1 is not an AWS region"),
        (f"{ID}/settings", "id: is the id of SesDomainSettings, not of SesDomainIdentity"),
        (ID.replace("acme", "Acme"), f"id: writes Acme.example otherwise than SES\nWrite it with {DOMAIN}."),
    ):
        with pytest.raises(InvalidSettings) as caught:
            steps.import_(SesDomainIdentityLifecycle(), id_)
        assert str(caught.value).startswith(f"import of {id_}: {why}")
