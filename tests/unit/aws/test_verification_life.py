"""What a SesDomainVerification waits for, when it ends, and what it says; SES is in memory, DNS a test server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.aws_memory import REGION
from support.managed import Managed
from tenant_email.aws.dns_records import dmarc_record, easy_dkim_records
from tenant_email.errors import NotFound, Rejected, VerificationTimeout, WrongTenant
from tenant_email.lifecycle.ses_domain_verification import SesDomainVerificationLifecycle

if TYPE_CHECKING:
    from support.aws_memory import Memory
    from support.clock import Clock
    from support.name_servers.told import ToldServer

DOMAIN = "acme.example"
WHO = f"ses {REGION}: {DOMAIN}"
LOOK = ("get_identity", DOMAIN)
ONE, TWO = easy_dkim_records(DOMAIN, ["t1", "t2"], "dkim.amazonses.com")
RECORDS = [each.to_props() for each in (ONE, TWO, dmarc_record(DOMAIN))]  # nobody has to publish the last one
RIGHT = tuple(f"{each.name} CNAME {each.values[0]}." for each in (ONE, TWO))
WRONG = f"{ONE.name} CNAME elsewhere.example."
PENDING: dict[str, Any] = {"VerificationStatus": "PENDING", "dkim": {"Status": "PENDING"}}
FAILED: dict[str, Any] = {"VerificationStatus": "FAILED", "dkim": {"Status": "FAILED"}}
AGAIN = "SES does not check again by itself: fix what is listed above, then run `pulumi refresh` and `pulumi up`."


def verification(**inputs: Any) -> Managed:
    """Returns the wait, not begun yet."""
    fixed: dict[str, Any] = {"domain": DOMAIN, "region": REGION, "records": RECORDS}
    return Managed(SesDomainVerificationLifecycle(), **{**fixed, **inputs})


def statuses(one: Managed) -> tuple[Any, ...]:
    """Returns what is recorded of an identity."""
    return tuple(one.state.get(name) for name in ("verification_status", "dkim_status", "mail_from_status"))


def mail_from(status: str) -> dict[str, str]:
    """Returns a MAIL FROM domain as SES answers it."""
    return {"MailFromDomain": f"bounce.{DOMAIN}", "MailFromDomainStatus": status}


def refused(kind: type[Exception], **inputs: Any) -> list[str]:
    """Returns the lines of what a wait ends with."""
    with pytest.raises(kind) as caught:
        verification(**inputs).up()
    return str(caught.value).split("\n")


def test_what_is_verified_is_not_waited_for(aws: Memory, clock: Clock, server: ToldServer, said: list[str]) -> None:
    """One look; what only steers us is recorded without one, and other records are looked at again."""
    server.put(*RIGHT)
    aws.put(DOMAIN)
    one = verification()
    assert one.up() == "create"
    assert (one.id, aws.asked()) == (f"aws-ses/{REGION}/{DOMAIN}/verification", [LOOK])
    assert statuses(one) == ("SUCCESS", "SUCCESS", None)
    assert (one.up(), one.up(timeout="20m"), aws.asked()) == ("same", "update", [])
    for change in ({"records": RECORDS[:1]}, {"records": RECORDS[:1], "wait": False}):
        assert (one.up(**change), aws.asked()) == ("update", [LOOK])
    aws.put(DOMAIN, MailFromAttributes=mail_from("SUCCESS"))
    assert (one.up(mail_from=True), statuses(one)[2], len(aws.asked())) == ("update", "SUCCESS", 1)
    assert (one.up(), statuses(one)[2], len(aws.asked())) == ("update", None, 1)
    one.destroy()
    assert (aws.asked(), clock.slept, said) == ([], [], [])


def test_ses_is_asked_until_it_says_so(aws: Memory, clock: Clock, server: ToldServer, said: list[str]) -> None:
    """And what is to be published is said meanwhile, without what nobody has to publish."""
    aws.put(DOMAIN, **PENDING)
    aws.meanwhile["get_identity"] = [lambda: None, lambda: server.put(*RIGHT), lambda: aws.put(DOMAIN)]
    one = verification()
    one.up()
    assert (aws.asked(), clock.slept, statuses(one)[0]) == ([LOOK] * 3, [1.0, 2.0], "SUCCESS")
    (table,) = said
    assert table.startswith(f"{WHO}: records to publish\n")
    assert [each["name"] in table for each in RECORDS] == [True, True, False]


def test_a_time_out_says_how_far_it_is(aws: Memory, clock: Clock, server: ToldServer) -> None:
    """With the records that are not there; where all are, SES needs more time."""
    server.put(RIGHT[0])
    aws.put(DOMAIN, **PENDING)
    first, second, last = refused(VerificationTimeout, timeout="10s")
    state = f"{DOMAIN} in {REGION}: verification PENDING, DKIM PENDING"
    assert first == f"{WHO}: not verified after 10 s: 1 of 2 records are in DNS; {state}"
    assert second.startswith(f"  - {TWO.name}: ")
    assert (last, clock.now) == ("Fix the records listed above, then run again.", 10)
    server.put(RIGHT[1])
    first, last = refused(VerificationTimeout, timeout="10s")
    assert first == f"{WHO}: not verified after 10 s: {state}"
    assert last == "SES may need more time: run again, or set a longer timeout."


def test_what_has_failed_is_not_waited_for(aws: Memory, clock: Clock, server: ToldServer) -> None:
    """With the record that is not right; or that all are by now."""
    aws.put(DOMAIN, **FAILED)
    state = f"{WHO}: {DOMAIN} in {REGION}: verification FAILED, DKIM FAILED"
    server.put(RIGHT[0])
    first, second, last = refused(Rejected)
    assert (first, second[: len(TWO.name) + 5], last) == (state, f"  - {TWO.name}:", AGAIN)
    server.put(RIGHT[1])
    assert refused(Rejected) == [f"{state}; the records are in DNS now", AGAIN]
    aws.put(DOMAIN, VerificationStatus="PENDING", VerificationInfo={"ErrorType": "REPLICATION_ACCESS_DENIED"})
    first, last = refused(Rejected)
    assert first.startswith(f"{WHO}: {DOMAIN} in {REGION}: verification PENDING, DKIM SUCCESS; ")
    assert (last, clock.slept) == (AGAIN, [])


@pytest.mark.parametrize(("seen", "ends"), [("INVALID_VALUE", True), ("HOST_NOT_FOUND", False)])
def test_what_is_wrong_for_both_ends_the_wait(
    aws: Memory, clock: Clock, server: ToldServer, said: list[str], seen: str, *, ends: bool
) -> None:
    """Once a change has had time to reach all servers; of what SES sees otherwise a resolver may be behind."""
    server.put(WRONG, RIGHT[1])
    aws.put(DOMAIN, **PENDING, VerificationInfo={"ErrorType": seen})
    first, second, last = refused(VerificationTimeout, timeout="5m")
    wrong = "a record is wrong, as SES sees too, and waiting will not fix it"
    assert (first == f"{WHO}: {wrong}", 60 < clock.now < 300) == (ends, ends)
    assert second.startswith(f"  - {ONE.name}: ")
    assert last == "Fix the records listed above, then run again."
    assert any(line.startswith(f"{DOMAIN}: ") for line in said)


def test_mail_from_is_waited_for_apart(aws: Memory, clock: Clock, server: ToldServer) -> None:
    """Where that was asked for: a domain that is not set, or not verified, or given up."""
    server.put(*RIGHT)
    domain = f"{DOMAIN} in {REGION}: verification SUCCESS, DKIM SUCCESS"
    for attributes, shown in (({}, "is not set"), (mail_from("PENDING"), "PENDING")):
        aws.put(DOMAIN, MailFromAttributes=attributes)
        first, _ = refused(VerificationTimeout, mail_from=True, timeout="5s")
        assert first == f"{WHO}: not verified after 5 s: {domain}; MAIL FROM {shown}"
        verification().up()
    aws.put(DOMAIN, MailFromAttributes=mail_from("FAILED"))
    slept = len(clock.slept)
    first, _ = refused(Rejected, mail_from=True)
    assert first == f"{WHO}: {domain}; MAIL FROM FAILED; the records are in DNS now"
    assert len(clock.slept) == slept
    aws.put(DOMAIN, **PENDING, MailFromAttributes=mail_from("SUCCESS"))
    first, _ = refused(VerificationTimeout, mail_from=True, timeout="5s")
    assert first.endswith("verification PENDING, DKIM PENDING; MAIL FROM SUCCESS")


def test_dns_alone_does_not_hold_it_up(aws: Memory, clock: Clock, server: ToldServer, said: list[str]) -> None:
    """SES decides: what this machine sees otherwise is a warning."""
    server.put(RIGHT[0])
    aws.put(DOMAIN)
    verification().up()
    head = f"{WHO}: SES has verified the domain, but DNS as seen from this machine is still wrong:"
    (told,) = said
    assert told.split("\n")[0] == head
    assert [TWO.name in told, ONE.name in told, clock.slept] == [True, False, []]


def test_without_a_wait_it_is_looked_at_once(aws: Memory, clock: Clock, server: ToldServer, said: list[str]) -> None:
    """Also where it has failed; what DNS lacks is a warning."""
    server.put(*RIGHT)
    aws.put(DOMAIN, **FAILED)
    one = verification(wait=False)
    one.up()
    assert (statuses(one)[:2], aws.asked(), one.up(), said) == (("FAILED", "FAILED"), [LOOK], "same", [])
    server.forget()
    server.put(RIGHT[0])
    aws.put(DOMAIN, **PENDING)
    verification(wait=False).up()
    (told,) = said
    state = f"{DOMAIN} in {REGION}: verification PENDING, DKIM PENDING"
    assert told.split("\n")[0] == f"{WHO}: not waiting for verification (wait=False); {state}"
    assert [TWO.name in told, clock.slept] == [True, []]


@pytest.mark.usefixtures("clock")
def test_what_is_not_there_or_elsewhere_is_told(aws: Memory) -> None:
    """Before anything else."""
    assert refused(NotFound) == [
        f"{WHO} is not an identity there",
        "Use the domain and region of a SesDomainIdentity.",
    ]
    aws.asked()
    assert "account" in refused(WrongTenant, expected_account="9")[0]
    assert aws.asked() == []


def test_a_refresh_shows_what_was_lost(aws: Memory, server: ToldServer, clock: Clock, said: list[str]) -> None:
    """A warning, and a next update waits again; of what is gone nothing is left."""
    server.put(*RIGHT)
    aws.put(DOMAIN, MailFromAttributes=mail_from("SUCCESS"))
    one, both = verification(), verification(mail_from=True)
    one.up()
    both.up()
    aws.put(DOMAIN, VerificationStatus="TEMPORARY_FAILURE")
    aws.asked()
    one.refresh()
    both.refresh()
    assert (statuses(one), statuses(both)) == (
        ("TEMPORARY_FAILURE", "SUCCESS", None),
        ("TEMPORARY_FAILURE", "SUCCESS", "NOT_STARTED"),
    )
    assert said == [f"ses {REGION}: {DOMAIN} in {REGION}: verification TEMPORARY_FAILURE, DKIM SUCCESS"]
    assert aws.asked() == [LOOK] * 2
    aws.put(DOMAIN)
    assert (one.up(), statuses(one)[0], aws.asked()) == ("update", "SUCCESS", [LOOK])
    one.refresh()
    assert (len(said), one.up(), clock.slept) == (1, "same", [])
    aws.identities.clear()
    assert not one.refresh()
