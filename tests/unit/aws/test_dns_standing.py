"""What public DNS has at the names of records to come, and which of it keeps them from being published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from dns import rcode

from support.aws_memory import ACCOUNT, REGION, TOKENS, ZONE, other_region
from support.managed import Managed
from support.name_servers.told import TwoServers, refusal
from tenant_email.aws.dmarc_reports import authorization_record
from tenant_email.aws.dns_records import EASY_DKIM, dmarc_record, easy_dkim_records, mail_from_records
from tenant_email.aws.dns_standing import Standing, find_standing
from tenant_email.errors import AlreadyConfigured, InvalidSettings, WrongTenant
from tenant_email.lifecycle.ses_domain_preflight import SesDomainPreflightLifecycle
from tenant_email.operations.dns_standing import Look, judge
from tenant_email.operations.planned_records import planned_records

if TYPE_CHECKING:
    from support.aws_memory import Memory
    from support.name_servers.told import ToldServer
    from tenant_email.aws.dns_records import DnsRecord

DOMAIN, BOUNCE = "acme.example", "bounce.acme.example"
RECORDS = [each.to_props() for each in (*mail_from_records(BOUNCE, DOMAIN, REGION), dmarc_record(DOMAIN, "reject"))]
MX = f"{BOUNCE} MX 10 feedback-smtp.{REGION}.amazonses.com."
SAME_SPF = f'{BOUNCE} TXT "v=spf1 include:amazonses.com -all"'
DMARC = f'_dmarc.{DOMAIN} TXT "v=DMARC1; p=reject"'
LEAVES: dict[str, Any] = {"host": "Azure", "records": [authorization_record(DOMAIN, "reports.example").to_props()]}


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
        (f"{BOUNCE} MX 10 mx.other.example.", "but has MX 10 mx.other.example", "Set another mail_from label"),
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
    promised = refused(existing_records=["dmarc"]).message
    assert "has nothing but a wildcard's answer, and existing promises v=DMARC1; p=reject;" in promised


def test_a_wildcard_has_its_values_in_any_order(server: ToldServer) -> None:
    """Servers shuffle them, as this one does, and that makes nobody's values of a wildcard's."""
    texts = ['TXT "v=spf1 -all"', *(f'TXT "verify={number}"' for number in range(6))]
    for name in (BOUNCE, f"no-such-name-tenant-email.{DOMAIN}"):
        server.put(*(f"{name} {text}" for text in texts))
    assert look().up() == "create"


def test_a_wildcard_is_known_by_the_longest_name(server: ToldServer) -> None:
    """Of 253 characters, with a label beside the record's; of more nobody can ask, so that what answers stands."""
    above = ".".join(["a" * 63] * 3 + ["b" * 35])
    for parent in (above, f"{above}b"):
        server.put(f'_dmarc.{parent} TXT "v=DMARC1; p=reject"')
    server.put(f'no-such-name-tenant-email.{above} TXT "v=DMARC1; p=reject"')
    assert look(records=[{**RECORDS[2], "name": f"_dmarc.{above}"}]).up() == "create"
    assert "same effect" in refused(records=[{**RECORDS[2], "name": f"_dmarc.{above}b"}]).message


def test_what_an_include_says_counts(server: ToldServer) -> None:
    """It is asked for as a server that takes mail would; where nobody answers, the record does not serve."""
    server.put(f'{BOUNCE} TXT "v=spf1 include:spf.other.example -all"')
    server.put('spf.other.example TXT "v=spf1 include:amazonses.com -all"')
    assert "already, with the same effect" in refused().message
    server.twist("spf.other.example", "TXT", refusal(rcode.SERVFAIL))
    assert "needs v=spf1 include:amazonses.com ~all, but has" in refused().message


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


def test_what_the_stack_let_go_is_not_its_own_any_more(server: ToldServer) -> None:
    """Somebody else may have put one there since."""
    watched = look()
    watched.up()
    assert watched.up(records=RECORDS[:2]) == "update"
    server.put(DMARC)
    with pytest.raises(AlreadyConfigured, match="already, with the same effect"):
        watched.up()


def test_what_no_longer_stands_by_itself_is_looked_at(server: ToldServer) -> None:
    """A kind taken out of `existing` is not ours yet: its host would put a second record beside the first."""
    watched = look(existing_records=["dmarc"])
    server.put(DMARC)
    watched.up()
    with pytest.raises(AlreadyConfigured, match="already, with the same effect"):
        watched.up(existing_records=None)
    server.forget()
    assert watched.up(existing_records=None) == "update"
    server.put(DMARC, MX, SAME_SPF)
    assert watched.up(existing_records=None) == "same"


def test_what_the_stack_would_delete_cannot_be_promised(server: ToldServer) -> None:
    """A kind named in `existing` later is refused at preview, unless its record stays when the stack lets it go."""
    watched = look(existing_records=["mx"])
    server.put(MX)
    watched.up()
    (problem,) = watched.problems(existing_records=["mx", "dmarc"])
    assert problem == (
        f"existing: _dmarc.{DOMAIN} TXT is published by this stack, which would now delete what 'dmarc' promises\n"
        "First run `pulumi up` with on_delete='retain' and without 'dmarc' in existing: then it stays at its host when "
        "the stack lets it go, and existing can name it."
    )
    *_, of_dkim = watched.problems(existing_records=["mx", "spf", "dmarc", "dkim"])
    assert "existing: the records of Easy DKIM are published by this stack" in of_dkim
    assert len(watched.problems(existing_records=["mx", "spf", "dmarc", "dkim"])) == 3
    server.put(SAME_SPF, DMARC)
    kept = look(existing_records=["mx"], retains_records=True, look_first=False)
    kept.up()
    assert kept.problems(existing_records=["mx", "spf", "dmarc", "dkim"], look_first=None) == []
    assert kept.up(existing_records=["mx", "spf", "dmarc"], look_first=None) == "update"


def test_records_of_an_identity_that_stays_can_be_promised() -> None:
    """Those stay in any case, a policy of the stack's does not; another domain has other records."""
    watched = look(on_existing="adopt", look_first=False)
    watched.up()
    assert watched.problems(existing_records=["mx", "spf", "dkim"]) == []
    assert watched.problems(existing_records=["mx", "spf", "dkim"], on_existing="fail") == []
    assert len(watched.problems(existing_records=["dmarc"])) == 1
    assert watched.problems(existing_records=["dmarc"], domain=f"other.{DOMAIN}") == []


@pytest.mark.parametrize("before", [{"dkim": "byo"}, {"replica_of": "eu-west-1"}, {"host": None, "records": []}])
def test_what_the_stack_never_published_can_be_promised(before: dict[str, Any]) -> None:
    """A key of one's own or of another region has no records of Easy DKIM; nor was one made where none is published."""
    watched = look(**before)
    watched.up()
    assert watched.problems(**{**before, "host": "Cloudflare"}, existing_records=["dkim"]) == []


def test_what_route_53_has_of_an_identity_is_not_kept_by_the_engine() -> None:
    """Its own resource decides at the end, so that a move to another host cannot promise it."""
    watched = look(host=None, zone_id=ZONE, on_existing="adopt")
    watched.up()
    (problem,) = watched.problems(host="Cloudflare", zone_id=None, existing_records=["mx"])
    assert f"{BOUNCE} MX is published by this stack" in problem


def test_another_promise_is_looked_at(server: ToldServer) -> None:
    """What stands at its host is to say what the program says by now: a policy that stays weaker is no success."""
    server.put(DMARC)
    watched = look(existing_records=["dmarc"])
    watched.up()
    stricter = [*RECORDS[:2], dmarc_record(DOMAIN, "quarantine").to_props()]
    with pytest.raises(AlreadyConfigured, match="existing promises v=DMARC1; p=quarantine"):
        watched.up(records=stricter, existing_records=["dmarc"])
    server.forget()
    server.put(f'_dmarc.{DOMAIN} TXT "v=DMARC1; p=quarantine"')
    assert watched.up(records=stricter, existing_records=["dmarc"]) == "update"
    assert watched.up(records=stricter, existing_records=["dmarc"]) == "same"


def test_a_promise_without_a_look_is_looked_at_later(server: ToldServer) -> None:
    """Once look_first is back; what was published without a look is this stack's own."""
    watched = look(existing_records=["dmarc"], look_first=False)
    watched.up()
    server.put(MX, SAME_SPF)
    with pytest.raises(AlreadyConfigured) as caught:
        watched.up(look_first=None)
    assert len(caught.value.message.splitlines()) == 2
    server.put(DMARC)
    assert watched.up(look_first=None) == "update"


def test_another_region_meets_only_what_is_new(aws: Memory, server: ToldServer) -> None:
    """Own records stand there, the MX with the other region's host; the identity is that of the new region."""
    watched = look()
    watched.up()
    server.put(MX, SAME_SPF, DMARC)
    other = other_region("eu-central-1")
    other.put(DOMAIN, MailFromAttributes={"MailFromDomain": f"old.{DOMAIN}"})
    records = [each.to_props() for each in mail_from_records(BOUNCE, DOMAIN, other.region)]
    with pytest.raises(AlreadyConfigured, match="Set on_existing='adopt'"):
        watched.up(region=other.region, records=[*records, RECORDS[2]])
    server.put(*(f"{token}._domainkey.{DOMAIN} CNAME {token}.dkim.amazonses.com." for token in TOKENS[:1]))
    moved: dict[str, Any] = {"region": other.region, "records": [*records, RECORDS[2]], "on_existing": "adopt"}
    with pytest.raises(AlreadyConfigured) as caught:
        watched.up(**moved)
    assert [line.split()[1] for line in caught.value.message.splitlines()[1:]] == [f"t1._domainkey.{DOMAIN}"]
    server.drop(f"t1._domainkey.{DOMAIN}", "CNAME")
    assert watched.plan(**moved) == "update"
    assert watched.up(**moved) == "update"
    assert (watched.state["adopts_identity"], watched.state["existing_mail_from"]) == (True, f"old.{DOMAIN}")
    assert aws.asked() == [("get_identity", DOMAIN)]


@pytest.mark.parametrize(("host", "zone"), [("Cloudflare", "Z2"), ("DigitalOcean", "Z1")])
def test_another_zone_is_looked_at(server: ToldServer, host: str, zone: str) -> None:
    """Of the host or of another one; that `existing` would lose what the stack has is not advised."""
    watched = look(host_zone="Z1")
    watched.up()
    server.put(DMARC, f"{BOUNCE} MX 10 mx.other.example.")
    with pytest.raises(AlreadyConfigured) as caught:
        watched.up(host=host, host_zone=zone)
    assert "already, with the same effect" in caught.value.message
    assert "set existing" not in caught.value.remedy
    assert "et look_first=False for this `up` if what answers is the zone that the record leaves" in caught.value.remedy
    assert watched.up(host=host, host_zone=zone, look_first=False) == "update"
    assert watched.up(host=host, host_zone=zone) == "same"


@pytest.mark.parametrize("zone", ["ACME.example", "acme.example."])
def test_a_zone_in_another_spelling_is_not_looked_at_again(server: ToldServer, zone: str) -> None:
    """What stands there is the stack's own; so it is where a function names the zone."""
    watched, of_function = look(host_zone="acme.example"), look(host="function", host_zone="aws")
    watched.up()
    named = {f"{each['name']} {each['type']}": "Z1" for each in RECORDS}
    of_function.up(record_zones=named)
    server.put(DMARC, MX, SAME_SPF)
    assert watched.up(host_zone=zone) == "same"
    for prefix in ("/hostedzone/", "arn:aws:route53:::hostedzone/"):
        assert of_function.up(record_zones={name: f"{prefix}{each}" for name, each in named.items()}) == "same"


def test_another_zone_of_a_function_is_looked_at(server: ToldServer) -> None:
    """Each record has its own: the others stay the stack's."""
    zones = {f"{each['name']} {each['type']}": "Z1" for each in RECORDS}
    watched = look(host="function", host_zone="aws", record_zones={**zones, "_domainkey CNAME": "Z1"})
    watched.up()
    server.put(DMARC, MX, SAME_SPF)
    moved = {**zones, f"_dmarc.{DOMAIN} TXT": "Z2"}
    with pytest.raises(AlreadyConfigured) as caught:
        watched.up(host="function", host_zone="aws", record_zones=moved)
    assert [line.split()[1] for line in caught.value.message.splitlines()[1:]] == [f"_dmarc.{DOMAIN}"]
    assert "look_first=False for this `up` if what answers is the zone that the record leaves" in caught.value.remedy
    server.drop(f"_dmarc.{DOMAIN}", "TXT")
    assert watched.up(host="function", host_zone="aws", record_zones=moved) == "update"
    assert watched.up(host="function", host_zone="aws", record_zones=None) == "same"


def test_a_state_that_knows_less_is_the_same(server: ToldServer) -> None:
    """That of a function whose zone was not known, or of options that were not; own records stand by now."""
    watched = look(existing_records=["spf"], on_existing="adopt")
    server.put(SAME_SPF)
    watched.up()
    server.forget()
    server.put(DMARC, MX)
    newer: dict[str, Any] = {"host_zone": "Z1", "retains_records": True, "record_zones": {"_domainkey CNAME": "Z1"}}
    assert not newer.keys() & watched.state.keys()
    assert watched.up(**newer, existing_records=["spf"]) == "same"


def test_what_another_domain_agreed_to_is_looked_at(server: ToldServer) -> None:
    """In a zone of its own, as any record: published beside others' texts, used where it is promised, and then ours."""
    watched = look()
    watched.up()
    server.put(f"{LEAVES['records'][0]['name']} TXT v=DMARC1", MX, SAME_SPF, DMARC)
    with pytest.raises(AlreadyConfigured) as caught:
        watched.up(other_zones=[LEAVES])
    assert len(caught.value.message.splitlines()) == 2
    assert "Set existing=['dmarc_reports'] in its zone of report_zones to use it as it is" in caught.value.remedy
    server.forget()
    server.put(f"{LEAVES['records'][0]['name']} TXT note=1")
    assert watched.up(other_zones=[LEAVES]) == "update"
    assert watched.up(other_zones=[LEAVES]) == "same"
    server.forget()
    server.put(f"{LEAVES['records'][0]['name']} TXT v=DMARC1")
    promised = {**LEAVES, "existing_records": ["dmarc_reports"]}
    assert look(other_zones=[promised]).up() == "create"
    assert look(other_zones=[LEAVES]).problems() == []
    server.forget()
    error = refused(other_zones=[promised])
    assert "has nothing, and existing promises v=DMARC1;" in error.message
    published = look(other_zones=[LEAVES])
    published.up()
    (problem,) = published.problems(other_zones=[promised])
    assert "reports.example TXT is published by this stack" in problem


def test_a_new_look_at_what_may_be_ours_says_so(aws: Memory, server: ToldServer) -> None:
    """The identity is this stack's, so that a rename may have lost only the record of the look."""
    aws.put(DOMAIN, Tags=[{"Key": "managed-by", "Value": "it"}])
    server.put(DMARC, f"t1._domainkey.{DOMAIN} CNAME t1.dkim.amazonses.com.")
    error = refused()
    assert error.message.count("already, with the same effect") == 2
    assert error.remedy == (
        "Give a component that was renamed an alias of its old name; set look_first=False for this `up` if the stack "
        "has the record under this name; else delete it at its host."
    )


def test_easy_dkim_can_be_promised_only_of_an_identity(aws: Memory, server: ToldServer) -> None:
    """SES chooses the names with it: before, nothing can stand there, and the verification would wait in vain."""
    with pytest.raises(InvalidSettings, match="SES has no identity of the domain that has some"):
        look(existing_records=["dkim"]).up()
    watched = look(existing_records=["dkim"], look_first=False)
    watched.up()
    aws.put(DOMAIN)
    server.put(*(f"{token}._domainkey.{DOMAIN} CNAME {token}.dkim.amazonses.com." for token in TOKENS))
    assert watched.up(look_first=None) == "update"
    with pytest.raises(AlreadyConfigured, match=r"t3\._domainkey"):
        watched.up(look_first=None, existing_records=None)


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


def test_without_a_host_nothing_is_planned() -> None:
    """Nor of Easy DKIM, whose records the program publishes then."""
    assert planned_records({"records": [], "dkim": "easy"}) == {}
    assert list(planned_records({"host": "Azure"})) == list(planned_records({"zone_id": ZONE})) == [EASY_DKIM]


EASY = easy_dkim_records(DOMAIN, ["t1"], "dkim.amazonses.com")[0]
MX_RECORD, SPF_RECORD, DMARC_RECORD = (*mail_from_records(BOUNCE, DOMAIN, REGION), dmarc_record(DOMAIN, "reject"))
THEIRS = "other.example NS ns.example."
KEY, FEEDBACK = "t1.dkim.amazonses.com", f"10 feedback-smtp.{REGION}.amazonses.com"


class Served(TwoServers):
    """The first is the resolver and serves example, the second serves the domain."""

    def __init__(self, port: int, servers: list[ToldServer]) -> None:
        super().__init__(port, servers)
        self.first.put("example NS ns.example.", "ns.example A 127.0.0.1")
        self.first.put(f"{DOMAIN} NS ns2.{DOMAIN}.", f"ns2.{DOMAIN} A 127.0.0.2")

    def fails(self, *records: DnsRecord) -> None:
        """Has the domain's own server answer nothing about these."""
        for each in records:
            self.second.twist(each.name, each.type, refusal(rcode.SERVFAIL))

    def standing(self, *records: DnsRecord) -> list[Standing]:
        """Looks, with nothing remembered."""
        return list(find_standing(records, self.settings))


@pytest.fixture
def served(servers: tuple[int, list[ToldServer]]) -> Served:
    """Both, told anew."""
    return Served(*servers)


def test_what_stands_behind_aliases(served: Served) -> None:
    """Of a CNAME the last alias is its value, of the rest what is at their end; each further zone is asked."""
    served.second.put(f"{EASY.name} CNAME a.other.example.", f"{BOUNCE} CNAME m.other.example.")
    served.first.put(THEIRS, "a.other.example CNAME b.other.example.", f"b.other.example CNAME {KEY}.")
    served.first.put(f"m.other.example MX {FEEDBACK}.", 'm.other.example TXT "v=spf1 -all"')
    key, mx, spf = served.standing(EASY, MX_RECORD, SPF_RECORD)
    assert key == Standing(EASY, ("a.other.example", "b.other.example"), (KEY,), serves=True, in_the_way=(KEY,))
    assert mx == Standing(MX_RECORD, ("m.other.example",), (FEEDBACK,), serves=True, in_the_way=(FEEDBACK,))
    assert spf == Standing(SPF_RECORD, ("m.other.example",), ("v=spf1 -all",), in_the_way=("v=spf1 -all",))
    assert str(spf) == "CNAME m.other.example, TXT 'v=spf1 -all'"
    assert str(mx) == f"CNAME m.other.example, MX {FEEDBACK}"


def test_an_alias_that_leads_nowhere_stands_all_the_same(served: Served) -> None:
    """Whether or not its own name is what is looked for: nothing may be put beside a CNAME."""
    served.second.put(f"{EASY.name} CNAME gone.other.example.", f"{BOUNCE} CNAME gone.other.example.")
    served.first.put(THEIRS)
    key, mx = served.standing(EASY, MX_RECORD)
    assert key == Standing(EASY, (), ("gone.other.example",), in_the_way=("gone.other.example",))
    assert mx == Standing(MX_RECORD, ("gone.other.example",))
    assert [each.absent for each in (key, mx)] == [False, False]


def test_a_key_is_reached_whatever_its_case(served: Served) -> None:
    """The way ends there: what SES's own name leads to is nobody's business."""
    served.second.put(f"{EASY.name} CNAME T1.DKIM.amazonses.com.")
    served.first.put("amazonses.com NS ns.example.", "t1.dkim.amazonses.com CNAME more.amazonses.com.")
    (key,) = served.standing(EASY)
    assert (key.aliases, key.values, key.serves) == ((), ("T1.DKIM.amazonses.com",), True)


def test_nobody_serves_the_domain_yet(served: Served) -> None:
    """Its name servers have no address: nothing stands there, whatever a resolver remembers."""
    served.first.drop(f"ns2.{DOMAIN}", "A")
    served.first.put(DMARC)
    assert served.standing(DMARC_RECORD, EASY) == [Standing(DMARC_RECORD), Standing(EASY)]


def test_what_another_zone_holds_is_not_published_above_it(served: Served) -> None:
    """Nobody would see it there, whether or not anything stands; a zone that is not named is not compared."""
    (nothing,) = served.standing(DMARC_RECORD)
    served.second.put(DMARC)
    (same,) = served.standing(DMARC_RECORD)
    assert (nothing.zone, same.zone, nothing.absent, same.serves) == (DOMAIN, DOMAIN, True, True)
    for there in (nothing, same):
        found = judge(Look(DMARC_RECORD, zone="example"), there)
        assert found is not None
        assert found.what.startswith(
            f"_dmarc.{DOMAIN} TXT: is in the zone {DOMAIN}, which example gives to other servers"
        )
        assert found.way.startswith(f"publish in the zone {DOMAIN}, at the host that has it")
        assert judge(Look(DMARC_RECORD, exists=True, zone="example"), same) is None
    for zone in (DOMAIN, "", f"sub.{DOMAIN}"):
        assert judge(Look(DMARC_RECORD, zone=zone), nothing) is None


@pytest.mark.parametrize("more", [(), (f"{DOMAIN} NS ns9.{DOMAIN}.",)])
def test_where_no_server_answers_the_resolver_is_asked(served: Served, more: tuple[str, ...]) -> None:
    """Also where one of them has no address. What it has stands there; what it does not have does not."""
    served.first.put(*more)
    served.fails(DMARC_RECORD, EASY, MX_RECORD)
    served.first.put(DMARC, f"{EASY.name} CNAME {KEY}.")
    policy, key, mx = served.standing(DMARC_RECORD, EASY, MX_RECORD)
    assert policy == Standing(DMARC_RECORD, (), ("v=DMARC1; p=reject",), serves=True, in_the_way=policy.values)
    assert key == Standing(EASY, (), (KEY,), serves=True, in_the_way=(KEY,))
    assert mx == Standing(MX_RECORD)
    served.first.twist(MX_RECORD.name, "MX", refusal(rcode.SERVFAIL))
    assert served.standing(MX_RECORD) == [Standing(MX_RECORD, answered=False)]


def test_one_server_that_has_anything_is_believed(served: Served) -> None:
    """Another one that does not have it yet says nothing against it."""
    served.first.put(f"{DOMAIN} NS ns1.{DOMAIN}.", f"ns1.{DOMAIN} A 127.0.0.1")
    served.second.put(DMARC)
    (policy,) = served.standing(DMARC_RECORD)
    assert policy.values == ("v=DMARC1; p=reject",)
