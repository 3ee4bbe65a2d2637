"""SesDomainRecord against the local Route 53: what others have stays, is said, or comes back."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from pulumi.output import Unknown

from support.dns_zone import serve
from support.estate import Estate
from support.managed import Managed
from tenant_email.errors import AlreadyConfigured, Conflict, Rejected
from tenant_email.inputs.unknowns import UNKNOWN
from tenant_email.lifecycle.ses_domain_record import SesDomainRecordLifecycle
from tenant_email.operations.aws_session import AwsTarget, route53_of
from tenant_email_local.aws.wire import AwsError

if TYPE_CHECKING:
    from collections.abc import Generator

    from support.ses_site import SesSite

MX = "10 feedback-smtp.eu-west-1.amazonses.com"
SPF = "v=spf1 include:amazonses.com ~all"
DMARC = "v=DMARC1; p=none;"
TARGET = "abc.dkim.amazonses.com"
WORDS: dict[str, tuple[str, str, str, str]] = {
    "mx": ("bounce", "MX", "MAIL FROM", MX),
    "spf": ("bounce", "TXT", "SPF", SPF),
    "dmarc": ("_dmarc", "TXT", "DMARC", DMARC),
    "dkim": ("mail-1._domainkey", "TXT", "DKIM", "p=MIGfMA0GCSqGSIb3DQEB"),
    "easy": ("abc._domainkey", "CNAME", "DKIM", TARGET),
}
ALIAS = {"AliasTarget": {"HostedZoneId": "Z2FDTNDATAQYW2", "DNSName": "x.example.", "EvaluateTargetHealth": False}}
WEIGHTED = {"SetIdentifier": "blue", "Weight": 1}


@pytest.fixture(scope="module")
def clients() -> dict[str, Any]:
    """Keeps the client of the module's account: to make one takes longer than a test."""
    return {}


@pytest.fixture
def zone(site: SesSite, clients: dict[str, Any]) -> Estate:
    """The zone of the site's domain."""
    if not clients:
        clients["route53"] = site.client("route53")
    return Estate.create(clients["route53"], site.domain)


def record(site: SesSite, zone: Estate, word: str, **inputs: Any) -> Managed:
    """Returns a record, not made yet."""
    label, type_, purpose, value = WORDS[word]
    fixed = {"zone_id": zone.zone_id, "name": f"{label}.{site.domain}", "type": type_, "ttl": 1800}
    more = {"purpose": purpose, "value": value, "region": "eu-west-1"}
    return Managed(SesDomainRecordLifecycle(), **{**fixed, **more, **inputs})


@pytest.mark.parametrize(
    ("word", "type_", "there"),
    [
        ("mx", "MX", ["10 FEEDBACK-SMTP.eu-west-1.AmazonSES.com."]),
        ("mx", "MX", ["0 feedback-smtp.eu-west-1.amazonses.com"]),
        ("spf", "TXT", ['"v=spf1 include:amazonses.com -all"']),
        ("spf", "TXT", ['"v=spf1 ip4:192.0.2.1 include:amazonses.com" " ?all"', '"google-site-verification=x"']),
        ("spf", "TXT", [r'"v=spf1 include:amazonses\056com ~all"']),
        ("dmarc", "TXT", ['"v=DMARC1;p=none"']),
        ("dmarc", "TXT", ['"v=DMARC1; p=NONE; pct=100; adkim=r"', '"other"']),
        ("easy", "CNAME", ["ABC.dkim.amazonses.com."]),
    ],
)
def test_what_means_the_same_is_used_as_it_is(
    site: SesSite, zone: Estate, word: str, type_: str, there: list[str]
) -> None:
    """Nothing is written for it, on a refresh it is the same, and a destroy leaves it."""
    made = record(site, zone, word)
    zone.put(f"{WORDS[word][0]}.{site.domain}", type_, *there)
    before = zone.raw()
    made.up()
    assert made.refresh()
    assert made.up() == "same"
    made.destroy()
    assert zone.raw() == before


@pytest.mark.parametrize(
    ("word", "type_", "there"),
    [
        ("mx", "MX", ["10 inbound-smtp.eu-west-1.amazonaws.com"]),
        ("mx", "MX", [MX, "20 mx.acme.example"]),
        ("mx", "MX", ["10 feedback-smtp.us-east-1.amazonses.com"]),
        ("mx", "CNAME", ["elsewhere.example"]),
        ("spf", "TXT", ['"v=spf1 include:_spf.google.com -all"', '"google-site-verification=x"']),
        ("spf", "TXT", ['"v=spf1 -all include:amazonses.com"']),
        ("spf", "TXT", [f'"{SPF}"', '"v=spf1 mx -all"']),
        ("spf", "CNAME", ["spf.example"]),
        ("dmarc", "TXT", ['"v=DMARC1; p=reject; rua=mailto:a@b.example"', '"beside"']),
        ("dmarc", "TXT", ['"v=DMARC1; p=none; rua=mailto:a@b.example"']),
        ("dmarc", "TXT", ['"v=DMARC1; p=none"', '"v=DMARC1; p=none"']),
        ("dmarc", "CNAME", ["dmarc.vendor.example"]),
        ("dkim", "TXT", ['"v=DKIM1; p=b3RoZXI="']),
        ("dkim", "CNAME", ["key.vendor.example"]),
    ],
)
def test_what_means_something_else_is_refused_or_comes_back(
    site: SesSite, zone: Estate, word: str, type_: str, there: list[str]
) -> None:
    """It is shown with both ways out; an overwrite that names the record replaces it until the destroy."""
    label, own_type, _, value = WORDS[word]
    name, made = f"{label}.{site.domain}", record(site, zone, word)
    zone.put(name, type_, *there)
    before = zone.raw()
    with pytest.raises(AlreadyConfigured, match=rf"overwrite_records=\['{word}'\]") as refused:
        made.up()
    assert there[0].split()[-1].strip('"') in str(refused.value)
    assert zone.raw() == before
    made.up(overwrite=True)
    values = [each.strip('"') for each in zone.sets()[name, own_type]]
    assert values == [*(v.strip('"') for v in there if "site-verification" in v or "beside" in v), value]
    made.destroy()
    assert [{**each, "ResourceRecords": _sorted(each)} for each in zone.raw()] == [
        {**each, "ResourceRecords": _sorted(each)} for each in before
    ]


def _sorted(each: dict[str, Any]) -> list[str]:
    return sorted(value["Value"] for value in each["ResourceRecords"])


@pytest.mark.parametrize(
    ("word", "there", "elsewhere"),
    [
        ("dmarc", ("CNAME", "dmarc.{0}"), ("dmarc", "TXT", '"v=DMARC1;p=none"')),
        ("spf", ("TXT", '"v=spf1 redirect=spf.{0}"'), ("spf", "TXT", '"v=spf1 include:amazonses.com -all"')),
        ("spf", ("TXT", '"v=spf1 include:spf.{0} -all"'), ("spf", "TXT", '"v=spf1 include:amazonses.com -all"')),
    ],
)
def test_what_says_the_same_elsewhere_is_used_too(
    site: SesSite, zone: Estate, word: str, there: tuple[str, str], elsewhere: tuple[str, str, str]
) -> None:
    """An alias or an SPF record of another name is followed; where it leads to something else, it is refused."""
    type_, value = there[0], there[1].format(site.domain)
    label, other_type, other = elsewhere
    name, at = f"{WORDS[word][0]}.{site.domain}", f"{label}.{site.domain}"
    zone.put(name, type_, value)
    before = zone.raw()
    serve(site.dns, (name, type_, [value]), (at, other_type, ['"nothing"']), zone=site.domain)
    with pytest.raises(AlreadyConfigured):
        record(site, zone, word).up()
    serve(site.dns, (name, type_, [value]), (at, other_type, [other]), zone=site.domain)
    made = record(site, zone, word)
    made.up()
    assert made.refresh()
    assert made.up() == "same"
    made.destroy()
    assert zone.raw() == before


def test_a_cname_that_two_records_replace_comes_back(site: SesSite, zone: Estate) -> None:
    """It returns with the first of them, once the second is gone, which is the order in which a component has them."""
    mx, spf = record(site, zone, "mx", overwrite=True), record(site, zone, "spf", overwrite=True)
    zone.put(f"bounce.{site.domain}", "CNAME", "elsewhere.example")
    before = zone.raw()
    mx.up()
    spf.up()
    spf.destroy()
    mx.destroy()
    assert zone.raw() == before


@pytest.mark.parametrize(("type_", "more"), [("MX", {**WEIGHTED}), ("MX", ALIAS), ("CNAME", {**WEIGHTED, "Weight": 7})])
def test_what_cannot_be_put_back_is_never_replaced(
    site: SesSite, zone: Estate, type_: str, more: dict[str, Any]
) -> None:
    """An alias and a set with a routing policy are refused also where an overwrite is asked for."""
    values = () if "AliasTarget" in more else ((MX,) if type_ == "MX" else ("x.example",))
    zone.put(f"bounce.{site.domain}", type_, *values, **more)
    before = zone.raw()
    with pytest.raises(AlreadyConfigured, match="An alias, a delegation or a set with a routing policy is never"):
        record(site, zone, "mx", overwrite=True).up()
    assert zone.raw() == before


def test_texts_of_others_stand_beside_ours(site: SesSite, zone: Estate) -> None:
    """SPF and DMARC join what is at their names, with its TTL; a destroy takes out ours alone, whatever came since."""
    made, name = record(site, zone, "spf"), f"bounce.{site.domain}"
    zone.put(name, "TXT", '"one"', TTL=77)
    made.up()
    assert zone.sets()[name, "TXT"] == ['"one"', f'"{SPF}"']
    assert [each["TTL"] for each in zone.raw()] == [77]
    zone.put(name, "TXT", '"one"', '"two \\"quoted\\""', f'"{SPF}"')
    made.refresh()
    made.destroy()
    assert zone.sets() == {(name, "TXT"): ['"one"', '"two \\"quoted\\""']}


def test_what_someone_changed_since_is_kept(site: SesSite, zone: Estate, said: list[str]) -> None:
    """A destroy leaves another value; a change refuses it until a refresh, and with it the preview, has shown it."""
    made, name = record(site, zone, "dmarc"), f"_dmarc.{site.domain}"
    made.up()
    zone.put(name, "TXT", '"v=DMARC1; p=reject"')
    with pytest.raises(AlreadyConfigured, match="p=reject"):
        made.up(value="v=DMARC1; p=quarantine;")
    made.destroy()
    assert zone.sets() == {(name, "TXT"): ['"v=DMARC1; p=reject"']}
    assert said == [f"{made.id}: kept, because someone else changed it since the last update: TXT 'v=DMARC1; p=reject'"]
    assert made.id == f"route53/{zone.zone_id}/{name}/TXT"
    made.refresh()
    assert "p=reject" in made.state["value"]
    assert made.up(value="v=DMARC1; p=quarantine;") == "update"
    assert zone.sets()[name, "TXT"] == ['"v=DMARC1; p=quarantine;"']
    made.destroy()
    assert zone.sets() == {}


def test_a_value_changes_in_place_and_what_was_before_all_changes_comes_back(site: SesSite, zone: Estate) -> None:
    """Steps of a policy replace ours; what an overwrite replaced at first is there after the destroy."""
    made, name = record(site, zone, "dmarc", overwrite=True), f"_dmarc.{site.domain}"
    zone.put(name, "TXT", '"v=DMARC1; p=reject; rua=mailto:a@b.example"', '"beside"')
    made.up()
    assert made.up(value="v=DMARC1; p=quarantine;", overwrite=False) == "update"
    assert made.up(value="v=DMARC1; p=reject;", overwrite=False) == "update"
    assert zone.sets()[name, "TXT"] == ['"beside"', '"v=DMARC1; p=reject;"']
    made.destroy()
    assert sorted(zone.sets()[name, "TXT"]) == ['"beside"', '"v=DMARC1; p=reject; rua=mailto:a@b.example"']


def test_what_cannot_come_back_is_told(site: SesSite, zone: Estate, said: list[str]) -> None:
    """What someone put beside ours stays alone: two records of one kind are as good as none."""
    made, name = record(site, zone, "dmarc", overwrite=True), f"_dmarc.{site.domain}"
    zone.put(name, "TXT", '"v=DMARC1; p=reject"')
    made.up()
    zone.put(name, "TXT", f'"{DMARC}"', '"v=DMARC1; p=quarantine"')
    made.destroy()
    assert zone.sets() == {(name, "TXT"): ['"v=DMARC1; p=quarantine"']}
    assert said == [f"{made.id}: could not be restored next to what is there now: TXT 'v=DMARC1; p=reject'"]


def test_a_record_that_was_used_is_looked_at_again(site: SesSite, zone: Estate) -> None:
    """A refresh shows that the owner changed it, and the next update refuses to replace it; gone, it is made anew."""
    made, name = record(site, zone, "dmarc"), f"_dmarc.{site.domain}"
    zone.put(name, "TXT", f'"{DMARC}"')
    made.up()
    zone.put(name, "TXT", '"v=DMARC1; p=reject"')
    assert made.refresh()
    with pytest.raises(AlreadyConfigured, match="p=reject"):
        made.up()
    zone.drop(name)
    assert not made.refresh()
    made.up()
    made.destroy()
    assert zone.sets() == {}


def test_records_of_an_identity_that_stays_are_kept(site: SesSite, zone: Estate) -> None:
    """`keep` leaves a record at a destroy; a name of ours alone is written over, owned and deleted."""
    kept, name = record(site, zone, "easy", keep=True), f"abc._domainkey.{site.domain}"
    kept.up()
    kept.destroy()
    assert zone.sets() == {(name, "CNAME"): [TARGET]}
    zone.put(name, "CNAME", "stale.example")
    corrected = record(site, zone, "easy", keep=True, overwrite=True)
    corrected.up()
    corrected.destroy()
    assert zone.sets() == {(name, "CNAME"): [TARGET]}
    owned = record(site, zone, "easy", ours_alone=True)
    owned.up()
    owned.destroy()
    assert zone.sets() == {}


def test_a_name_is_the_same_in_capitals(site: SesSite, zone: Estate) -> None:
    """A selector may have some, and Route 53 has none: the record is found again, also where an answer was lost."""
    site.aws.fail("ChangeResourceRecordSets", AwsError("InternalFailure", "no", 500), after=True)
    made = record(site, zone, "dkim", name=f"Mail-1._domainkey.{site.domain}")
    made.up()
    assert list(zone.sets()) == [(f"mail-1._domainkey.{site.domain}", "TXT")]
    assert made.refresh()
    assert made.up() == "same"
    made.destroy()
    assert zone.sets() == {}


def test_another_resource_of_the_program_keeps_what_it_has(site: SesSite, zone: Estate) -> None:
    """A rename without an alias does not lose the record to the delete of the old name."""
    old, new = record(site, zone, "mx"), record(site, zone, "mx")
    old.up()
    new.up()
    old.drop()
    assert zone.sets() == {(f"bounce.{site.domain}", "MX"): [MX]}


@pytest.mark.parametrize("code", ["PriorRequestNotComplete", "Throttling"])
def test_a_busy_zone_is_asked_again(site: SesSite, zone: Estate, code: str) -> None:
    """Route 53 takes one change after the other."""
    site.aws.fail("ChangeResourceRecordSets", AwsError(code, "still pending"), times=2)
    record(site, zone, "mx").up()
    assert zone.sets() == {(f"bounce.{site.domain}", "MX"): [MX]}


def test_a_change_whose_answer_was_lost_is_ours(site: SesSite, zone: Estate) -> None:
    """The call is repeated and meets what it did: exactly our write is there, so it is ours; a destroy deletes it."""
    site.aws.fail("ChangeResourceRecordSets", AwsError("InternalFailure", "no", 500), after=True)
    made = record(site, zone, "dmarc")
    made.up()
    made.destroy()
    assert zone.sets() == {}


@contextmanager
def interfering(zone: Estate, name: str, times: int) -> Generator[None]:
    """Has someone else write another text at a name just before a change is sent, so often."""
    client = route53_of(AwsTarget(region="eu-west-1"))._client  # noqa: SLF001 - boto3's own, which tells of each call
    numbers, event = count(1), "before-call.route53.ChangeResourceRecordSets"

    def interfere(**_: Any) -> None:
        if (number := next(numbers)) <= times:
            ours = [value for value in zone.sets().get((name, "TXT"), []) if "DMARC1" in value]
            zone.put(name, "TXT", f'"theirs {number}"', *ours)

    client.meta.events.register(event, interfere)
    try:
        yield
    finally:
        client.meta.events.unregister(event, interfere)


def test_a_write_between_our_look_and_ours_is_kept(site: SesSite, zone: Estate) -> None:
    """Route 53 refuses a change of what is other by now; then it is looked at again, three times at most."""
    made, name = record(site, zone, "dmarc"), f"_dmarc.{site.domain}"
    lost = (
        f"route53 {zone.zone_id}: {name} TXT was changed by someone else during this update\n"
        "Run again when nobody else is changing the dmarc record."
    )
    with interfering(zone, name, 3), pytest.raises(Conflict) as caught:
        made.up()
    assert str(caught.value) == lost
    assert zone.sets() == {(name, "TXT"): ['"theirs 3"']}
    with interfering(zone, name, 2):
        made.up()
    assert zone.sets() == {(name, "TXT"): ['"theirs 2"', f'"{DMARC}"']}
    with interfering(zone, name, 3), pytest.raises(Conflict) as caught:
        made.destroy()
    assert str(caught.value) == lost
    with interfering(zone, name, 2):
        made.destroy()
    assert zone.sets() == {(name, "TXT"): ['"theirs 2"']}


def test_what_aws_refuses_is_reported_in_its_words(site: SesSite, zone: Estate) -> None:
    """A zone that does not hold the name answers so, and nothing is tried again."""
    with pytest.raises(Rejected, match="is not permitted in zone"):
        record(site, zone, "dmarc", name="_dmarc.other.example").up()


def test_a_zone_that_is_gone_is_no_obstacle(site: SesSite, zone: Estate) -> None:
    """With the zone the record is gone: a refresh says so, a destroy is done."""
    made = record(site, zone, "mx")
    made.up()
    zone.drop(f"bounce.{site.domain}")
    zone.client.delete_hosted_zone(Id=zone.zone_id)
    made.destroy()
    assert not made.refresh()


def test_unknown_facts_of_the_identity_are_no_change(site: SesSite, zone: Estate) -> None:
    """A preview in which the look at the identity is not known yet shows no change of the record."""
    made = record(site, zone, "easy", keep=True, ours_alone=True)
    made.up()
    unknown = Unknown()  # type: ignore[no-untyped-call]  # Pulumi's
    assert made.up(keep=unknown, ours_alone=unknown) == "same"
    assert made.up(keep=False) == "update"


@pytest.mark.parametrize(
    ("before", "after", "is_told"),
    [
        ("p=none", "p=reject", True),
        ("p=quarantine; t=y", "p=reject", True),
        ("p=none", "p=reject; t=y", False),
        ("p=none", "p=quarantine", False),
        ("p=quarantine", "p=reject", False),
        ("p=reject", "p=none", False),
        ("p=nonsense", "p=reject", False),
    ],
)
def test_a_stage_that_is_left_out_is_told_in_the_preview(before: str, after: str, *, is_told: bool) -> None:
    """From none to reject, tests counted as what receivers do; it is a warning, and no failure."""
    given = {"zone_id": "Z1", "name": "_dmarc.acme.example", "type": "TXT", "ttl": 300, "purpose": "DMARC"}
    given["region"] = "eu-west-1"
    recorded, desired = ({**given, "value": f"v=DMARC1; {policy}"} for policy in (before, after))
    checked = SesDomainRecordLifecycle().do_check(recorded, desired)
    assert [each.startswith("_dmarc.acme.example: DMARC goes from none to reject") for each in checked.warnings] == (
        [True] if is_told else []
    )
    assert checked.problems == ()


@pytest.mark.parametrize("recorded", [None, {"purpose": "SPF", "value": "v=spf1 -all"}, {"purpose": "DMARC"}])
def test_a_first_policy_leaves_no_stage_out(recorded: Any) -> None:
    """Nobody knows of one before it; nor where a value is not known yet."""
    given = {"zone_id": "Z1", "name": "_dmarc.acme.example", "type": "TXT", "ttl": 300, "purpose": "DMARC"}
    for value in ("v=DMARC1; p=reject", UNKNOWN):
        assert SesDomainRecordLifecycle().do_check(recorded, {**given, "value": value}).warnings == ()
