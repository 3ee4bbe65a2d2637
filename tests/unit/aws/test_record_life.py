"""What a SesDomainRecord asks and writes, what of others it keeps, and what it brings back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from support.aws_memory import REGION, ZONE
from support.imported import import_
from support.managed import Managed
from tenant_email.aws.record_sets import RecordSet
from tenant_email.errors import (
    AlreadyConfigured,
    Conflict,
    Forbidden,
    InvalidSettings,
    NotSupported,
    PlatformError,
    Rejected,
    WrongTenant,
)
from tenant_email.lifecycle.ses_domain_record import SesDomainRecordLifecycle
from tenant_email.operations import operation, steps

if TYPE_CHECKING:
    from support.aws_memory import Memory

NAME = "_dmarc.acme.example"
SPF = "v=spf1 include:amazonses.com ~all"
OURS, THEIRS = "v=DMARC1; p=none;", "v=DMARC1; p=reject;"
AT, CHANGE, WHERE = ("at", ZONE, NAME), ("change", ZONE), ("zone", ZONE)
LOST = PlatformError("route53: no answer", uncertain=True)
REFUSED = Rejected("route53: refused", code="InvalidChangeBatch")


def record(**inputs: Any) -> Managed:
    """Returns the DMARC record, not made yet."""
    fixed = {"zone_id": ZONE, "name": NAME, "type": "TXT", "ttl": 1800, "purpose": "DMARC", "region": REGION}
    return Managed(SesDomainRecordLifecycle(), **{**fixed, "value": OURS, **inputs})


def texts(*values: str, ttl: int = 300) -> tuple[RecordSet, ...]:
    """Returns the texts of the name."""
    return (RecordSet(f"{NAME}.", "TXT", ttl, tuple(f'"{value}"' for value in values)),)


def made(aws: Memory, **inputs: Any) -> Managed:
    """Returns a record that is there, its calls forgotten."""
    one = record(**inputs)
    assert one.up() == "create"
    aws.asked()
    return one


def test_a_record_is_written_and_taken_out(aws: Memory) -> None:
    """A look before each write; what is recorded is our own value."""
    one = record()
    one.up()
    assert aws.asked() == [AT, CHANGE]
    assert aws.sets[NAME] == texts(OURS, ttl=1800)
    assert one.id == f"route53/{ZONE}/{NAME}/TXT"
    outputs = ("written_value", "replaced_records", "conflicting_records")
    assert [one.state[name] for name in outputs] == [OURS, [], []]
    assert one.up() == "same"
    assert one.refresh()
    assert aws.asked() == [AT]
    one.destroy()
    assert (aws.asked(), aws.sets[NAME]) == ([AT, CHANGE], ())
    assert not one.refresh()


def test_what_means_the_same_is_used(aws: Memory, said: list[str]) -> None:
    """Without a write, and left by a destroy; under a name of ours alone it is ours."""
    aws.sets[NAME] = texts("v=DMARC1;p=none")
    one = record()
    one.up()
    assert (aws.asked(), one.state["written_value"]) == ([AT], "")
    one.destroy()
    assert said == [f"{one.id}: left in place, because it existed before this stack"]
    assert aws.asked() == []
    alone = made(aws, ours_alone=True)
    assert alone.state["written_value"] == OURS
    aws.sets[NAME] = texts(OURS)
    alone.destroy()
    assert aws.sets[NAME] == ()


def test_what_means_something_else_is_refused_or_replaced(aws: Memory, said: list[str]) -> None:
    """It comes back at a destroy, with its TTL, beside what came meanwhile."""
    aws.sets[NAME] = texts(THEIRS, "beside")
    with pytest.raises(AlreadyConfigured) as caught:
        record().up()
    assert caught.value.message.startswith(f"route53 {ZONE}: ")
    assert aws.asked() == [AT]
    for leave in ({"overwrite": True}, {"ours_alone": True}):
        aws.sets[NAME] = texts(THEIRS, "beside")
        one = made(aws, **leave)
        assert aws.sets[NAME] == texts("beside", OURS)
        (replaced,) = one.state["replaced_records"]
        assert (replaced["values"], replaced["ttl"]) == ([f'"{THEIRS}"'], 300)
        aws.asked()
        assert one.up(value="v=DMARC1; p=quarantine;", overwrite=False) == "update"
        assert aws.asked() == [WHERE, AT, CHANGE]
        assert one.state["replaced_records"] == [replaced]
        one.destroy()
        assert aws.sets[NAME] == texts("beside", THEIRS)
    aws.sets[NAME] = texts(THEIRS)
    made(aws, overwrite=True).destroy()
    assert (aws.sets[NAME], said) == (texts(THEIRS), [])


@pytest.mark.parametrize(
    ("change", "calls"),
    [({"value": THEIRS}, [WHERE, AT, CHANGE]), ({"ttl": 60}, [AT]), ({"overwrite": True}, []), ({"keep": True}, [])],
)
def test_an_update_writes_what_is_other(aws: Memory, change: dict[str, Any], calls: list[Any]) -> None:
    """What only steers us is recorded without a call."""
    one = made(aws)
    assert one.up(**change) == "update"
    assert aws.asked() == calls
    assert one.state["written_value"] == change.get("value", OURS)


def test_what_a_refresh_has_shown_is_replaced_as_previewed(aws: Memory) -> None:
    """And nothing else: what came after it is refused."""
    one = made(aws)
    aws.sets[NAME] = texts(THEIRS)
    with pytest.raises(AlreadyConfigured):
        one.up(value="v=DMARC1; p=quarantine;")
    one.refresh()
    assert (one.state["value"], one.state["conflicting_records"]) == (f"TXT '{THEIRS}'", [f"TXT '{THEIRS}'"])
    shown = dict(one.state)
    aws.sets[NAME] = texts("v=DMARC1; p=none; rua=mailto:a@b.example")
    with pytest.raises(AlreadyConfigured):
        one.up()
    aws.sets[NAME] = texts(THEIRS)
    one.state = {**shown, "written_value": ""}
    with pytest.raises(AlreadyConfigured):
        one.up()
    one.state = shown
    assert one.up() == "update"
    assert aws.sets[NAME] == texts(OURS, ttl=1800)
    one.refresh()
    assert (one.state["value"], one.state["conflicting_records"]) == (OURS, [])


def test_a_second_record_beside_ours_is_taken_out_as_previewed(aws: Memory) -> None:
    """Two are as good as none; what was refused, though a refresh had shown it, would be shown for ever."""
    one = made(aws)
    (ours,) = aws.sets[NAME]
    aws.sets[NAME] = texts(ours.texts()[0], "v=DMARC1; p=reject", "verify=1")
    one.refresh()
    assert one.state["conflicting_records"] == ["TXT 'v=DMARC1; p=reject'"]
    assert one.up() == "update"
    assert sorted(aws.sets[NAME][0].texts()) == sorted([ours.texts()[0], "verify=1"])
    assert one.refresh()
    assert one.up() == "same"


def test_a_refresh_judges_as_the_one_before_it(aws: Memory) -> None:
    """What it shows in place of the value does not make another kind of record of it."""
    aws.sets[NAME] = texts(THEIRS, "beside")
    one, theirs = made(aws, overwrite=True), [f"TXT '{THEIRS}'"]
    for there, shown in (((THEIRS,), theirs), ((OURS,), []), ((THEIRS,), theirs)):
        aws.sets[NAME] = texts("beside", *there)
        for _ in range(2):
            one.refresh()
            assert (one.state["value"], one.state["conflicting_records"]) == (shown[0] if shown else OURS, shown)
    assert one.up(overwrite=False) == "update"
    aws.sets[NAME] = texts("beside", THEIRS)
    one.refresh()
    id_, conflict = one.id, dict(one.state)
    aws.sets[NAME] = texts("beside", OURS)
    one.destroy()
    assert aws.sets[NAME] == texts("beside", THEIRS)
    for written in (OURS, ""):
        one.id, one.state = id_, {**conflict, "written_value": written}
        aws.sets[NAME] = texts("beside")
        assert not one.refresh()
    for purpose, type_, value in (("MAIL FROM", "MX", "10 mx.example"), ("DKIM", "TXT", "p=AAAA")):
        name = f"{type_.lower()}._domainkey.acme.example"
        other = made(aws, name=name, type=type_, purpose=purpose, value=value)
        text = value.replace("mx.", "other.").replace("AAAA", "BBBB")
        aws.sets[name] = (RecordSet(f"{name}.", type_, 300, (f'"{text}"' if type_ == "TXT" else text,)),)
        other.state = {**other.state, "written_value": ""}
        for _ in range(2):
            other.refresh()
            assert text in other.state["value"]


def test_another_value_of_a_name_that_was_given_away_is_refused(aws: Memory) -> None:
    """Nobody would see it; what is above the name is looked at, as it was before the record came."""
    one = made(aws, name="_dmarc.mail.acme.example")
    aws.sets["mail.acme.example"] = (RecordSet("mail.acme.example.", "NS", 60, ("ns1.other.example.",)),)
    with pytest.raises(
        InvalidSettings, match=r"delegation to ns1\.other\.example for mail\.acme\.example: nobody sees"
    ):
        one.up(value=THEIRS)
    assert CHANGE not in aws.asked()


def test_an_update_that_need_not_write(aws: Memory) -> None:
    """Knows what it replaced still; what someone wrote in its place means the same, and is theirs."""
    aws.sets[NAME] = texts(THEIRS)
    one = made(aws, overwrite=True)
    replaced = one.state["replaced_records"]
    assert (one.up(ttl=60), aws.asked()) == ("update", [AT])
    assert (one.state["written_value"], one.state["replaced_records"]) == (OURS, replaced)
    aws.sets[NAME] = texts("v=DMARC1;p=none")
    assert (one.up(ttl=90), aws.asked()) == ("update", [AT])
    assert (one.state["written_value"], one.state["replaced_records"]) == ("", [])


def test_a_refresh_of_what_is_gone(aws: Memory) -> None:
    """Other texts are none of ours; with its zone it is gone as well, and a destroy is done."""
    one = made(aws)
    aws.sets[NAME] = texts("other")
    assert not one.refresh()
    one = made(aws)
    one.state = {**one.state, "zone_id": "ZGONE"}
    one.destroy()
    assert aws.asked() == [("at", "ZGONE", NAME)]
    assert not one.refresh()


def test_a_destroy_keeps_what_someone_changed(aws: Memory, said: list[str]) -> None:
    """It is told with what is there; where nothing of the kind is, nothing is said."""
    one = made(aws)
    aws.sets[NAME] = texts(THEIRS)
    one.destroy()
    assert (aws.asked(), aws.sets[NAME]) == ([AT], texts(THEIRS))
    assert said == [f"{one.id}: kept, because someone else changed it since the last update: TXT '{THEIRS}'"]
    aws.sets[NAME] = texts("other")
    one.destroy()
    assert len(said) == 1


def test_what_cannot_come_back_is_told(aws: Memory, said: list[str]) -> None:
    """Where something of its kind stands by then."""
    aws.sets[NAME] = texts(THEIRS)
    one = made(aws, overwrite=True)
    aws.sets[NAME] = texts(OURS, "v=DMARC1; p=quarantine;")
    one.destroy()
    assert aws.sets[NAME] == texts("v=DMARC1; p=quarantine;")
    assert said == [f"{one.id}: could not be restored next to what is there now: TXT '{THEIRS}'"]
    del said[:]
    key = "mail-1._domainkey.acme.example"
    aws.sets[key] = (RecordSet(f"{key}.", "CNAME", 300, ("old.example",)),)
    one = made(aws, name=key, purpose="DKIM", value="p=MIGf", overwrite=True)
    aws.sets[key] = (RecordSet(f"{key}.", "TXT", 300, ('"p=MIGf"', '"beside"')),)
    one.destroy()
    assert aws.sets[key] == (RecordSet(f"{key}.", "TXT", 300, ('"beside"',)),)
    assert said == [f"{one.id}: could not be restored next to what is there now: CNAME old.example"]


def test_a_record_of_an_identity_that_stays_is_kept(aws: Memory, said: list[str]) -> None:
    """Unless it stands in place of another; of DKIM that one did not verify."""
    one = made(aws, keep=True)
    one.destroy()
    assert said == [f"{one.id}: left in place, because the identity is kept and needs it"]
    aws.sets[NAME] = texts(THEIRS)
    made(aws, keep=True, overwrite=True).destroy()
    assert aws.sets[NAME] == texts(THEIRS)
    key = "abc._domainkey.acme.example"
    aws.sets[key] = (RecordSet(f"{key}.", "CNAME", 300, ("stale.example",)),)
    easy = {"name": key, "type": "CNAME", "purpose": "DKIM", "value": "abc.dkim.amazonses.com"}
    made(aws, keep=True, overwrite=True, **easy).destroy()
    assert aws.sets[key][0].values == ("abc.dkim.amazonses.com",)


def test_what_another_resource_owns_is_kept(aws: Memory, said: list[str]) -> None:
    """Without a call."""
    old, new = made(aws, ours_alone=True), made(aws, ours_alone=True)
    aws.asked()
    old.drop()
    assert (aws.asked(), said) == ([], [f"{new.id}: kept, because another resource of this program owns it now"])


@pytest.mark.parametrize(
    ("beside", "forgotten"),
    [
        ({}, "that this stack made it is recorded no longer: a destroy leaves it in place."),
        ({"overwrite": True}, f"what it replaced is recorded no longer, and no destroy puts it back: TXT {THEIRS!r}."),
    ],
)
def test_what_a_renamed_record_forgets_is_told(
    aws: Memory, said: list[str], beside: dict[str, Any], forgotten: str
) -> None:
    """A create that comes first learns nothing of the old resource; the message names what does."""
    aws.sets[NAME] = texts(THEIRS) if beside else ()
    old = made(aws, **beside)
    made(aws, **beside)
    old.drop()
    assert said[-1] == (
        f"{old.id}: {forgotten} A rename with opts.aliases, or a replacement with opts.delete_before_replace, "
        "keeps that."
    )


def test_a_replacement_that_deletes_first_forgets_nothing(aws: Memory, said: list[str]) -> None:
    """The new resource puts back what the old one replaced."""
    aws.sets[NAME] = texts(THEIRS)
    old, new = made(aws, overwrite=True), record(overwrite=True)
    operation.begin()
    assert new.problems() == []
    old.drop()
    assert new.up() == "create"
    assert len(said) == 1
    new.destroy()
    assert aws.sets[NAME] == texts(THEIRS)


def test_a_lost_answer_is_looked_for_in_the_zone(aws: Memory) -> None:
    """What is there exactly as it was sent is ours, beside what was there; else the loss is told."""
    aws.sets[NAME] = texts("beside")
    aws.meanwhile["change"] = [lambda: aws.sets.update({NAME: texts("beside", OURS)})]
    aws.failures["change"] = [LOST]
    one = record()
    one.up()
    assert aws.asked() == [AT, CHANGE, AT]
    assert one.state["written_value"] == OURS
    other = (*texts(OURS, ttl=1800), RecordSet(f"{NAME}.", "MX", 5, ("10 a.example",)))
    aws.sets[NAME] = other[1:]
    aws.meanwhile["change"] = [lambda: aws.sets.update({NAME: other})]
    aws.failures["change"] = [LOST]
    assert record().up() == "create"
    aws.meanwhile["change"] = [lambda: aws.sets.update({NAME: other[1:]})]
    aws.failures["change"] = [LOST]
    aws.asked()
    one.destroy()
    assert aws.asked() == [AT, CHANGE, AT]
    for there in (texts(OURS, "more", ttl=1800), texts(OURS, ttl=7), texts(THEIRS, ttl=1800), ()):
        aws.sets[NAME] = ()
        aws.meanwhile["change"] = [partial(aws.sets.update, {NAME: there})]
        aws.failures["change"] = [LOST]
        with pytest.raises(PlatformError, match="no answer"):
            record().up()


@pytest.mark.usefixtures("aws")
def test_a_zone_written_otherwise_is_the_same_zone() -> None:
    """As Route 53 itself answers its id: another place would be made anew, and the old one taken out after it."""
    one = record()
    one.up()
    assert one.plan(zone_id=f"/hostedzone/{ZONE}") == "update"
    assert one.up(zone_id=f"/hostedzone/{ZONE}") == "update"
    assert (one.id, one.plan(zone_id="ZOTHER")) == (f"route53/{ZONE}/{NAME}/TXT", "replace")


def test_what_is_refused_is_looked_at_again(aws: Memory) -> None:
    """Where the zone is another by now, three times; where it is the same, the refusal is about the change itself."""
    aws.meanwhile["change"] = [lambda: aws.sets.update({NAME: texts("one")})]
    aws.failures["change"] = [REFUSED]
    assert record().up() == "create"
    assert aws.asked() == [AT, CHANGE, AT, AT, CHANGE]
    assert aws.sets[NAME] == texts("one", OURS)
    aws.sets[NAME] = ()
    aws.failures["change"] = [REFUSED]
    with pytest.raises(Rejected, match="refused"):
        record().up()
    assert aws.asked() == [AT, CHANGE, AT]
    aws.failures["change"] = [Forbidden("route53: denied")]
    with pytest.raises(Forbidden):
        record().up()
    assert aws.asked() == [AT, CHANGE]


def race(aws: Memory, times: int, *ours: str) -> None:
    """Has someone else write another text before each of the next changes."""
    numbers = iter(range(times))
    aws.meanwhile["change"] = [lambda: aws.sets.update({NAME: texts(f"{next(numbers)}", *ours)})] * times
    aws.failures["change"] = [REFUSED] * times


def test_who_always_comes_first_is_told(aws: Memory) -> None:
    """Of a creation and of a destroy, after the third time."""
    lost = (
        f"route53 {ZONE}: {NAME} TXT was changed by someone else during this update\n"
        "Run again when nobody else is changing the dmarc record."
    )
    race(aws, 3)
    with pytest.raises(Conflict) as caught:
        record().up()
    assert str(caught.value) == lost
    race(aws, 2)
    one = record()
    one.up()
    race(aws, 3, OURS)
    with pytest.raises(Conflict) as caught:
        one.destroy()
    assert str(caught.value) == lost
    race(aws, 2, OURS)
    one.destroy()
    assert aws.sets[NAME] == texts("1")


def test_another_account_is_refused_in_each_step(aws: Memory) -> None:
    """Before the zone is asked."""
    one = made(aws)
    one.state = {**one.state, "expected_account": "9"}
    for step in (lambda: record(expected_account="9").up(), one.refresh, one.destroy):
        with pytest.raises(WrongTenant):
            step()
    assert aws.asked() == []


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sets the region of an import, which the id does not have."""
    monkeypatch.setenv("AWS_REGION", REGION)


@pytest.mark.usefixtures("region")
@pytest.mark.parametrize(
    ("id_", "purpose", "values", "value"),
    [
        ("bounce.acme.example/MX", "MAIL FROM", ["10 feedback-smtp.example"], "10 feedback-smtp.example"),
        ("bounce.acme.example/TXT", "SPF", ['"x"', f'"{SPF}"'], SPF),
        ("_dmarc.acme.example/TXT", "DMARC", ['"x"', '"v=DMARC1; p=none;"'], "v=DMARC1; p=none;"),
        ("mail-1._domainkey.acme.example/TXT", "DKIM", ['"p=MIGf"'], "p=MIGf"),
        ("abc._domainkey.acme.example/CNAME", "DKIM", ["abc.example"], "abc.example"),
    ],
)
def test_an_import_reads_the_record_of_its_kind(
    aws: Memory, id_: str, purpose: str, values: list[str], value: str
) -> None:
    """With its TTL; what stands beside it, and other types at the name, are none of it."""
    name, type_ = id_.split("/")
    beside = RecordSet(f"{name}.", "A", 5, ("192.0.2.1",))
    aws.sets[name] = (beside, RecordSet(f"{name}.", type_, 77, tuple(values)))
    imported = import_(SesDomainRecordLifecycle(), f"route53/{ZONE}/{id_}")
    where = {"zone_id": ZONE, "name": name, "type": type_, "region": REGION}
    assert imported.inputs == {**where, "purpose": purpose, "ttl": 77, "value": value}
    assert imported.state == {
        **imported.inputs,
        "written_value": "",
        "replaced_records": [],
        "conflicting_records": [],
    }
    assert imported.unsettled() == []
    imported.destroy()
    assert aws.asked() == [("at", ZONE, name)] * 2


@pytest.mark.usefixtures("region")
def test_what_is_not_one_plain_record_is_not_imported(aws: Memory) -> None:
    """Nothing of its kind is nothing; several, an alias and another type are told."""
    id_ = f"route53/{ZONE}/{NAME}/TXT"
    for there in ((), texts("other"), (RecordSet(f"{NAME}.", "CNAME", 5, ("x.example",)),)):
        aws.sets[NAME] = there
        assert steps.import_(SesDomainRecordLifecycle(), id_) is None
    assert steps.import_(SesDomainRecordLifecycle(), f"route53/ZGONE/{NAME}/TXT") is None
    assert aws.asked()[-1] == ("at", "ZGONE", NAME)
    plain = "Make it one plain record first."
    for there, why in (
        (texts(OURS, THEIRS), "it is 2 DMARC records"),
        ((RecordSet(f"{NAME}.", "TXT", 0, (), "an alias of x.example"),), "it is an alias of x.example"),
    ):
        aws.sets[NAME] = there
        with pytest.raises(NotSupported) as caught:
            steps.import_(SesDomainRecordLifecycle(), id_)
        assert str(caught.value) == f"import of {id_}: cannot be imported: {why}\n{plain}"
    for wrong in (f"route53/{ZONE}/{NAME}/A", f"route53/{ZONE}/{NAME}/CNAME"):
        with pytest.raises(InvalidSettings) as other:
            steps.import_(SesDomainRecordLifecycle(), wrong)
        assert str(other.value) == (
            f"import of {wrong}: id: is that of no record by which SES knows a domain\n"
            "The types are MX, TXT, and CNAME for a name with ._domainkey. in it."
        )


def test_a_record_is_imported_from_a_region(aws: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    """That of the stack or the environment, in whose account the zone is; an id of another resource is told."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    for id_, why in (
        (f"route53/{ZONE}/{NAME}/TXT", "region: is missing"),
        ("aws-ses/eu-west-1/account", "id: is the id of SesAccount, not of SesDomainRecord"),
    ):
        with pytest.raises(InvalidSettings) as caught:
            steps.import_(SesDomainRecordLifecycle(), id_)
        assert str(caught.value).startswith(f"import of {id_}: {why}")
    assert aws.asked() == []
