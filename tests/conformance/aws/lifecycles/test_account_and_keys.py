"""SesAccount, SesDkimKey, AwsKeySlot and AwsKeyReady against the local AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.managed import Managed
from tenant_email.errors import Conflict, Rejected, WrongTenant
from tenant_email.lifecycle.aws_key_ready import AwsKeyReadyLifecycle
from tenant_email.lifecycle.aws_key_slot import AwsKeySlotLifecycle
from tenant_email.lifecycle.ses_account import SesAccountLifecycle
from tenant_email.lifecycle.ses_dkim_key import SesDkimKeyLifecycle
from tenant_email_local.aws.wire import AwsError

if TYPE_CHECKING:
    from support.ses_site import SesSite

REQUEST = {"website": "https://acme.example", "use_case": "Sign-in mails.", "contacts": ["ops@acme.example"]}


def account(region: str) -> Managed:
    """Returns the account of a region, which no other test looks at."""
    return Managed(SesAccountLifecycle(), region=region)


def test_the_account_is_looked_at_and_nothing_is_asked(site: SesSite) -> None:
    """The sandbox shows as a fact; nobody requests production access unasked."""
    site.aws.behavior.production = False
    found = account("eu-north-1")
    found.up()
    assert (found.state["sandbox"], found.state["enforcement"]) == (True, "HEALTHY")
    assert site.calls() == ["GetAccount"]
    assert found.id == "aws-ses/eu-north-1/account"
    assert found.state["sending_enabled"] is True


def test_required_production_access_fails_with_the_remedy(site: SesSite) -> None:
    """A sandbox fails what requires more; once it is granted the same run succeeds."""
    site.aws.behavior.production = False
    found = account("eu-north-1")
    with pytest.raises(Rejected, match=r"in the sandbox, mail reaches verified recipients only.*\nRequest production"):
        found.up(require_production_access=True)
    site.aws.behavior.production = True
    assert found.up(require_production_access=True) == "create"


def test_production_access_that_is_lost_fails_the_next_update(site: SesSite) -> None:
    """What a refresh finds is a difference where production access is required."""
    found = account("eu-north-1")
    found.up(require_production_access=True)
    site.aws.behavior.production = False
    found.refresh()
    with pytest.raises(Rejected, match="in the sandbox"):
        found.up(require_production_access=True)


def test_an_account_that_aws_has_restricted(site: SesSite, said: list[str]) -> None:
    """A refresh warns of it, and what requires production access says how it stands and where to turn."""
    found = account("eu-north-1")
    found.up()
    found.refresh()
    assert said == []
    site.aws.behavior.enforcement = "PROBATION"
    found.refresh()
    site.aws.behavior.enforcement, site.aws.behavior.sending = "HEALTHY", False
    found.refresh()
    state = "ses eu-north-1: the account is out of the sandbox; sending is"
    assert said == [f"{state} enabled, enforcement PROBATION", f"{state} paused, enforcement HEALTHY"]
    with pytest.raises(Rejected) as caught:
        found.up(require_production_access=True)
    turn_on = "aws sesv2 put-account-sending-attributes --sending-enabled --region eu-north-1"
    assert str(caught.value).splitlines() == [
        f"{state} paused, enforcement HEALTHY",
        f"Somebody turned sending off. Turn it on again: {turn_on}",
    ]
    site.aws.behavior.enforcement = "SHUTDOWN"
    with pytest.raises(Rejected, match="Read the email that AWS sent to the account's owner, and reply to it"):
        found.up(require_production_access=True)


def test_production_access_is_requested_once_when_asked(site: SesSite, said: list[str]) -> None:
    """The request goes out on the explicit wish, and is not repeated while people read it."""
    site.aws.behavior.production = False
    found = account("eu-west-3")
    found.up(request_production_access=REQUEST)
    assert found.state["review"] == "PENDING"
    again = account("eu-west-3")
    again.up(request_production_access=REQUEST)
    assert site.calls("Put") == ["PutAccountDetails"]
    assert said == ["ses eu-west-3: requested production access; AWS answers within about a day"]
    with pytest.raises(Rejected, match="recipients only, the request for production access is PENDING; sending is ena"):
        again.up(require_production_access=True)
    details = site.client("sesv2", "eu-west-3").get_account()["Details"]
    given = ("WebsiteURL", "UseCaseDescription", "AdditionalContactEmailAddresses")
    assert [details.get(name) for name in given] == list(REQUEST.values())


def test_a_request_is_checked_at_preview() -> None:
    """What AWS would refuse is refused before."""
    wrong = {"website": "https://acme.example", "use_case": "x" * 5001, "contacts": ["ops"] * 5}
    problems = "\n".join(account("eu-west-3").problems(request_production_access=wrong))
    assert "request_production_access.contacts.0: is not an email address" in problems
    right = {**wrong, "contacts": ["ops@acme.example"] * 5}
    problems = "\n".join(account("eu-west-3").problems(request_production_access=right))
    assert "use_case: has 5001 characters" in problems
    assert "contacts: has 5 addresses\nUse at most 4." in problems


def test_a_dkim_key_is_made_once() -> None:
    """The key stays through updates and refreshes; another selector is another key."""
    key = Managed(SesDkimKeyLifecycle(), selector="mail-1")
    key.up(bits=1024)
    assert key.state["private_key"].startswith("-----BEGIN PRIVATE KEY-----")
    assert key.refresh()
    assert key.up(bits=1024) == "same"
    assert key.plan(bits=1024, selector="mail-2") == "replace"
    (problem,) = key.problems(selector="mail.1")
    assert problem.startswith("selector: 'mail.1' is not a DKIM selector")


def test_room_for_a_key(site: SesSite, said: list[str]) -> None:
    """A user with no key or one has room; the user itself may be too new to be seen."""
    iam = site.client("iam")
    slot = Managed(AwsKeySlotLifecycle(), user_name=f"user-{site.domain}", slot="a")
    assert slot.up() == "create"
    iam.create_user(UserName=f"user-{site.domain}")
    iam.create_access_key(UserName=f"user-{site.domain}")
    site.aws.calls.clear()
    assert Managed(AwsKeySlotLifecycle(), user_name=f"user-{site.domain}", slot="b").up() == "create"
    assert {call.operation for call in site.aws.calls} == {"ListAccessKeys"}  # the last use is nobody's business here
    assert slot.id == f"aws-key-slot/user-{site.domain}/a"
    assert said == []
    site.aws.calls.clear()
    Managed(AwsKeySlotLifecycle(), user_name=f"user-{site.domain}", slot="b", region="cn-north-1").up()
    assert {call.region for call in site.aws.calls} == {"cn-north-1"}  # which says in which partition


def test_a_key_that_goes_is_named(site: SesSite, said: list[str]) -> None:
    """Where it is handed on, and still used; another account is refused before IAM is asked."""
    iam, user = site.client("iam"), f"rotated-{site.domain}"
    iam.create_user(UserName=user)
    old = iam.create_access_key(UserName=user)["AccessKey"]["AccessKeyId"]
    fixed = {"user_name": user, "slot": "b", "handed_on": "it is also exported as key", "region": "eu-west-1"}
    Managed(AwsKeySlotLifecycle(), **fixed).up()
    assert said == [
        (
            f"iam {user}: key {old} is deleted at the end of this update, but it is also exported as key. Anything "
            "still using it stops sending. Set keep_other_key=True now, and remove it once every consumer has the new "
            "key: docs/rotation.md."
        )
    ]
    iam.update_access_key(UserName=user, AccessKeyId=old, Status="Inactive")
    Managed(AwsKeySlotLifecycle(), **{**fixed, "slot": "c"}).up()
    assert len(said) == 1
    site.aws.calls.clear()
    with pytest.raises(WrongTenant):
        Managed(AwsKeySlotLifecycle(), **fixed, expected_account="999999999999").up()
    assert [call for call in site.aws.calls if call.service == "iam"] == []


def test_an_inactive_old_key_is_found_before_aws_answers_limit_exceeded(site: SesSite) -> None:
    """Two keys leave no room: both are named with their state, and the command that deletes the idle one."""
    iam, user = site.client("iam"), f"full-{site.domain}"
    iam.create_user(UserName=user)
    used, idle = (iam.create_access_key(UserName=user)["AccessKey"]["AccessKeyId"] for _ in range(2))
    slot = Managed(AwsKeySlotLifecycle(), user_name=user, slot="b")
    with pytest.raises(Conflict, match="Deactivate the key that nothing uses"):
        slot.up()
    iam.update_access_key(UserName=user, AccessKeyId=idle, Status="Inactive")
    with pytest.raises(Conflict) as caught:
        slot.up()
    said = str(caught.value)
    assert f"{used}: Active, created 20" in said
    assert f"{idle}: Inactive, created 20" in said
    assert [line.endswith(", never used") for line in said.splitlines()[:3]] == [False, True, True]
    site.aws.fail("GetAccessKeyLastUsed", AwsError("AccessDenied", "no policy allows it", 403), 2)
    with pytest.raises(Conflict, match=r"last use unknown .iam:GetAccessKeyLastUsed is not allowed"):
        slot.up()
    assert said.endswith(f"aws iam delete-access-key --user-name {user} --access-key-id {idle}")


def test_a_new_key_is_waited_for(site: SesSite) -> None:
    """The wait ends when STS knows the key."""
    site.aws.behavior.key_delay = 1.0
    iam, user = site.client("iam"), f"new-{site.domain}"
    iam.create_user(UserName=user)
    key = iam.create_access_key(UserName=user)["AccessKey"]
    secrets = {"access_key_id": key["AccessKeyId"], "secret_access_key": key["SecretAccessKey"]}
    ready = Managed(AwsKeyReadyLifecycle(), region="eu-west-1", **secrets)
    ready.up()
    assert ready.id == f"aws-key/{key['AccessKeyId']}"
    assert ready.plan(access_key_id="AKIAOTHER") == "replace"
