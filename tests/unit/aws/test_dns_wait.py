"""Waits for records: what is said once, when it ends, and with which remedy; DNS is a server of the test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.name_servers import told
from tenant_email.aws.dns_records import easy_dkim_records, record_table
from tenant_email.errors import InvalidSettings, VerificationTimeout
from tenant_email.operations.dns_wait import DnsWatch, await_records, failing_records, format_findings
from tenant_email.operations.waits import wait_for
from tenant_email.waiting import NotYet, Pauses, Wait

if TYPE_CHECKING:
    import dns.message

    from support.clock import Clock
    from support.name_servers.told import ToldServer

ONE, TWO = RECORDS = easy_dkim_records("acme.example", ["t1", "t2"], "dkim.amazonses.com")
RIGHT = tuple(f"{record.name} CNAME {record.values[0]}." for record in RECORDS)
WRONG = f"{ONE.name} CNAME elsewhere.example."


@pytest.fixture
def watch(clock: Clock) -> DnsWatch:
    """A watch over two records, for an hour."""
    assert clock.now == 0
    watch = DnsWatch("ses eu-west-1", RECORDS, wait_for("acme.example", 3600, Pauses(1.0)))
    assert watch.failing == []
    return watch


def test_what_is_not_there_is_reported_a_line_each(server: ToldServer) -> None:
    """Each begins with the record's name; what is right is not told."""
    server.put(RIGHT[0])
    (failing,) = failing_records(RECORDS)
    assert failing.record == TWO
    assert format_findings([failing, failing]) == f"\n  - {failing.explain()}" * 2
    server.put(RIGHT[1])
    assert failing_records(RECORDS) == []
    assert format_findings([]) == ""


def test_a_wrong_variable_is_the_user_s_to_correct(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told as a problem of its own, with what it must be."""
    monkeypatch.setenv("TENANT_EMAIL_DNS", "soon")
    with pytest.raises(InvalidSettings) as caught:
        failing_records(RECORDS)
    text = str(caught.value)
    assert text.startswith("environment: TENANT_EMAIL_DNS=soon is not a loopback address with a port")
    assert text.endswith("\nCorrect the variable, or unset it.")


def test_what_is_to_be_published_is_said_once(server: ToldServer, watch: DnsWatch, said: list[str]) -> None:
    """Where nothing of it is there, in a table; some of it there is work that goes on."""
    server.put(RIGHT[0])
    watch.check()
    assert (said, watch.state) == ([], "1 of 2 records are in DNS")
    server.forget()
    watch.check()
    watch.check()
    table = record_table(RECORDS)
    assert said == ["\n".join(("ses eu-west-1: records to publish", *(line.strip() for line in table.split("\n"))))]
    assert (watch.state, watch.is_unreachable) == ("0 of 2 records are in DNS", False)
    assert watch.remedy == "Fix the records listed above, then run again."
    server.put(*RIGHT)
    watch.check()
    assert (watch.state, watch.is_unreachable) == ("2 of 2 records are in DNS", False)
    assert watch.remedy == "SES may need more time: run again, or set a longer timeout."


def test_what_is_wrong_is_said_once_when_it_has_settled(
    server: ToldServer, watch: DnsWatch, clock: Clock, said: list[str]
) -> None:
    """A change takes a minute to reach all servers; what is only missing may come."""
    server.put(WRONG)
    for now, wrong in ((60.0, []), (60.5, [ONE]), (61.0, [ONE])):
        clock.now = now
        watch.check()
        assert [finding.record for finding in watch.wrong] == wrong
    assert len(said) == 2
    assert said[1].startswith(
        f"ses eu-west-1: these DNS records are wrong; waiting will not fix them\n  - {ONE.name}: TENANT_EMAIL_DNS "
    )
    assert TWO.name not in said[1]
    server.put(f"{TWO.name} CNAME elsewhere.example.")
    watch.check()
    assert len(said) == 2


def test_where_dns_cannot_be_asked(server: ToldServer, watch: DnsWatch) -> None:
    """It is known of all records or of none."""
    for record in RECORDS:
        server.twist(record.name, "CNAME", told.garbage)
    watch.check()
    assert watch.is_unreachable
    assert watch.remedy == (
        "Run from a machine that can query DNS, fix the servers listed above, or set a longer timeout."
    )
    server.twists.popitem()
    watch.check()
    assert not watch.is_unreachable


def awaited(seconds: float = 10) -> Wait:
    """Waits for the records; returns how."""
    wait = wait_for("acme.example", seconds, Pauses(4.0, factor=1.0))
    await_records("ses eu-west-1", RECORDS, wait, "Look from elsewhere.")
    return wait


def test_it_ends_when_all_are_there(server: ToldServer, clock: Clock) -> None:
    """Asked again after each pause."""
    server.put(*RIGHT)
    awaited()
    assert clock.slept == []
    server.forget()

    def appear(reply: dns.message.Message) -> bytes:
        server.put(*RIGHT)
        server.twists.clear()
        return told.garbage(reply)

    server.twist(TWO.name, "CNAME", appear)
    awaited()
    assert clock.slept == [4.0]


def test_it_ends_when_the_time_is_up(server: ToldServer, clock: Clock) -> None:
    """With the records that are missing, and what to do."""
    server.put(RIGHT[0])
    with pytest.raises(VerificationTimeout) as caught:
        awaited()
    first, second, last = str(caught.value).split("\n")
    assert first == "ses eu-west-1: not verified after 10 s: 1 of 2 records are in DNS"
    assert second.startswith(f"  - {TWO.name}: TENANT_EMAIL_DNS ")
    assert (last, clock.now) == ("Fix the records listed above, then run again.", 10)
    for record in RECORDS:
        server.twist(record.name, "CNAME", told.garbage)
    with pytest.raises(VerificationTimeout, match=r"\nLook from elsewhere\.$"):
        awaited()


def test_it_ends_when_one_is_wrong(server: ToldServer, clock: Clock, said: list[str]) -> None:
    """As soon as it has settled, however long the time would be."""
    server.put(WRONG)
    with pytest.raises(VerificationTimeout) as caught:
        awaited(3600)
    first, second, *_ = str(caught.value).split("\n")
    assert first == "ses eu-west-1: a record is wrong, and waiting will not fix it"
    assert "has CNAME elsewhere.example" in second
    assert 60 < clock.now < 70
    assert said[0].startswith("ses eu-west-1: records to publish\n")


@pytest.mark.usefixtures("clock")
def test_a_wait_says_how_long_it_takes(said: list[str]) -> None:
    """In the user's console, each half minute, beginning with what it waits for."""
    answers = iter([*(["not yet"] * 8), None])

    def ask() -> object:
        return NotYet("it is not there") if next(answers) else True

    assert wait_for("acme.example", 100, Pauses(10.0, factor=1.0)).until(ask) is True
    assert [line.partition(". ")[0] for line in said] == [
        "acme.example: it is not there; waiting for 30 s of 100 s",
        "acme.example: it is not there; waiting for 60 s of 100 s",
    ]
