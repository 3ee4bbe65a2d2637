"""What public DNS has at the names of records to come, and which of it keeps them from being published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from dns import rcode

from support.aws_memory import ACCOUNT, REGION, TOKENS, ZONE
from support.managed import Managed
from support.name_servers.told import refusal
from tenant_email.aws.dns_records import dmarc_record, mail_from_records
from tenant_email.errors import AlreadyConfigured, WrongTenant
from tenant_email.lifecycle.ses_domain_preflight import SesDomainPreflightLifecycle

if TYPE_CHECKING:
    from support.aws_memory import Memory
    from support.name_servers.told import ToldServer

DOMAIN, BOUNCE = "acme.example", "bounce.acme.example"
RECORDS = [each.to_props() for each in (*mail_from_records(BOUNCE, DOMAIN, REGION), dmarc_record(DOMAIN, "reject"))]
MX = f"{BOUNCE} MX 10 feedback-smtp.{REGION}.amazonses.com."
SAME_SPF = f'{BOUNCE} TXT "v=spf1 include:amazonses.com -all"'


pytestmark = pytest.mark.usefixtures("aws")


def look(**inputs: Any) -> Managed:
    """Returns a preflight for another host, not made yet."""
    given = {"host": "Cloudflare", "records": RECORDS, **inputs}
    return Managed(SesDomainPreflightLifecycle(), domain=DOMAIN, region=REGION, tags={"managed-by": "it"}, **given)


def refused(**inputs: Any) -> AlreadyConfigured:
    """Returns the refusal of a look."""
    with pytest.raises(AlreadyConfigured) as caught:
        look(**inputs).up()
    return caught.value


def test_nothing_there_is_no_obstacle(server: ToldServer) -> None:
    """Nor are texts of others, where each record of the host is a resource of its own."""
    server.put(f'{BOUNCE} TXT "verify=1"')
    assert look().up() == "create"


@pytest.mark.parametrize(
    ("line", "what", "way"),
    [
        (f"{BOUNCE} MX 10 mx.other.example.", "needs 10 feedback-smtp", "Set another mail_from label"),
        (f'{BOUNCE} TXT "v=spf1 -all"', "has TXT 'v=spf1 -all'", "delete or correct the record at its host"),
        (f'_dmarc.{DOMAIN} TXT "v=DMARC1; p=none"', "needs v=DMARC1; p=reject;", "Omit dmarc"),
        (f"_dmarc.{DOMAIN} CNAME dmarc.other.example.", "has CNAME dmarc.other.example", "Omit dmarc"),
        (SAME_SPF, "already, with the same effect", "Set existing=['spf'] to use it as it is"),
    ],
)
def test_what_contradicts_is_refused(server: ToldServer, line: str, what: str, way: str) -> None:
    """With what is there, what is needed, and the ways out."""
    server.put(line)
    error = refused()
    assert what in error.message
    assert way in error.remedy


def test_all_that_is_in_the_way_is_told_at_once(server: ToldServer) -> None:
    """A line each; `existing` takes what has the same effect, and nothing else."""
    server.put(MX, SAME_SPF, f'_dmarc.{DOMAIN} TXT "v=DMARC1; p=none"')
    assert len(refused().message.splitlines()) == 4
    error = refused(existing_records=["mx", "spf", "dmarc"])
    assert error.message.splitlines()[1:] == [
        f"  - _dmarc.{DOMAIN} TXT: has TXT 'v=DMARC1; p=none', and existing promises v=DMARC1; p=reject;"
    ]
    server.drop(f"_dmarc.{DOMAIN}", "TXT")
    server.put(f'_dmarc.{DOMAIN} TXT "v=DMARC1;p=reject"')
    assert look(existing_records=["mx", "spf", "dmarc"]).up() == "create"
    server.forget()
    assert "has nothing, and existing promises" in refused(existing_records=["dmarc"]).message


def test_others_texts_share_a_set(server: ToldServer) -> None:
    """Where a resource is all texts of a name, they would be lost, or the host refuses the second set."""
    server.put(f'{BOUNCE} TXT "verify=1"')
    error = refused(whole_sets=True)
    assert "which is one record set with ours at this host" in error.message
    assert "add 'v=spf1 include:amazonses.com ~all' to that set and set existing=['spf']" in error.remedy


@pytest.mark.parametrize("line", [f'*.{DOMAIN} TXT "v=spf1 -all"', f"*.{DOMAIN} CNAME www.other.example."])
def test_a_wildcard_stands_at_no_name(server: ToldServer, line: str) -> None:
    """It answers for every name that has nothing of its own, and gives way to what is published."""
    kind = line.split(maxsplit=2)[1:]
    stranger = "no-such-name-tenant-email"
    server.put(*(f"{name} {' '.join(kind)}" for name in (BOUNCE, f"_dmarc.{DOMAIN}", f"{stranger}.{DOMAIN}")))
    assert look().up() == "create"


def test_no_answer_is_no_leave(server: ToldServer) -> None:
    """Nobody knows what stands there; a program may say that it is not to be looked at."""
    for record in RECORDS:
        server.twist(record["name"], record["type"], refusal(rcode.SERVFAIL))
    error = refused()
    assert error.message.count("no server answers for it") == 3
    assert "set look_first=False" in error.remedy
    assert look(look_first=False).up() == "create"


def test_only_what_is_new_is_looked_at_again(server: ToldServer) -> None:
    """What this stack publishes by now would be met as someone else's."""
    watched = look(records=RECORDS[:2])
    watched.up()
    server.put(MX, SAME_SPF)
    assert watched.up(records=RECORDS[:2]) == "same"
    server.put(f'_dmarc.{DOMAIN} TXT "v=DMARC1; p=none"')
    with pytest.raises(AlreadyConfigured) as caught:
        watched.up(records=RECORDS)
    assert len(caught.value.message.splitlines()) == 2


def test_records_of_an_adopted_identity_stand(aws: Memory, server: ToldServer) -> None:
    """They are known by its tokens, and prove it already: a host would have them twice."""
    aws.put(DOMAIN)
    server.put(*(f"{token}._domainkey.{DOMAIN} CNAME {token}.dkim.amazonses.com." for token in TOKENS))
    error = refused(on_existing="adopt", records=[])
    assert error.message.count("already, with the same effect") == 3
    assert look(on_existing="adopt", records=[], existing_records=["dkim"]).up() == "create"
    server.forget()
    assert look(on_existing="adopt", records=[]).up() == "create"


def test_a_zone_of_another_account_is_reached_by_its_own_provider(aws: Memory) -> None:
    """Its credentials are to be of the account that the provider has, and the zone is asked by them."""
    target = {"region": REGION, "expected_account": ACCOUNT}
    mail = {"domain": DOMAIN, "region": REGION, "tags": {}, "records": RECORDS, "zone_id": ZONE}
    assert Managed(SesDomainPreflightLifecycle(), **mail, zone_target=target).up() == "create"
    assert ("at", ZONE, BOUNCE) in aws.asked()
    other = {**target, "expected_account": "000000000001"}
    with pytest.raises(WrongTenant, match="not 000000000001"):
        Managed(SesDomainPreflightLifecycle(), **mail, zone_target=other).up()
