"""A resource's life as an engine asks for it: what is called, what is recorded, and what of it is sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pulumi.runtime.proto import provider_pb2 as pb

from support.aws_memory import REGION, ZONE, memory
from support.plugin import struct, urn_of, values
from tenant_email import package_schema as schema
from tenant_email.aws.record_sets import RecordSet
from tenant_email.operations import engine_request, operation
from tenant_email.plugin import provider

if TYPE_CHECKING:
    from support.aws_memory import Memory

TOKEN = schema.token("SesDomainRecord")
URN = urn_of(TOKEN)
NAME, OURS = "_dmarc.acme.example", "v=DMARC1; p=none;"
ID = f"route53/{ZONE}/{NAME}/TXT"
AT, CHANGE = ("at", ZONE, NAME), ("change", ZONE)
RECORD: dict[str, Any] = {
    "zoneId": ZONE,
    "name": NAME,
    "type": "TXT",
    "ttl": 300,
    "value": OURS,
    "purpose": "DMARC",
    "region": REGION,
}
MADE: dict[str, Any] = {
    **RECORD,
    "written_value": OURS,
    "replaced_records": [],
    "conflicting_records": [],
}  # outputs of a part alone


@pytest.fixture
def aws() -> Memory:
    """SES and Route 53 of a region, empty, without a network."""
    return memory()


def sealed(value: Any) -> dict[str, Any]:
    """Returns a secret as it travels."""
    return {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": value}


def texts(*held: str) -> tuple[RecordSet, ...]:
    """Returns the texts of the name."""
    return (RecordSet(f"{NAME}.", "TXT", 300, tuple(f'"{each}"' for each in held)),)


def read(properties: Any = None, **more: Any) -> pb.ReadResponse:
    """Returns what is there now."""
    operation.begin()
    return provider.read(pb.ReadRequest(urn=URN, id=ID, properties=struct(properties or {}), **more))


def test_it_is_made_changed_and_removed(aws: Memory) -> None:
    """What is recorded are inputs and outputs by the schema's names."""
    made = provider.create(pb.CreateRequest(urn=URN, properties=struct(RECORD)))
    assert (made.id, values(made.properties), aws.asked()) == (ID, MADE, [AT, CHANGE])
    other = {**RECORD, "value": "v=DMARC1; p=reject;"}
    request = pb.UpdateRequest(urn=URN, id=ID, olds=struct(MADE), news=struct(other))
    changed = values(provider.update(request).properties)
    assert changed == {**MADE, "value": other["value"], "written_value": other["value"]}
    assert aws.asked() == [("zone", ZONE), AT, CHANGE]
    operation.begin()
    provider.delete(pb.DeleteRequest(urn=URN, id=ID, properties=struct(changed)))
    assert (aws.asked(), aws.sets[NAME]) == ([AT, CHANGE], ())


def test_a_part_of_a_component_is_of_its_own_type(aws: Memory) -> None:
    """Its URN has the types of its parents too; another zone is another record."""
    urn = URN.replace(TOKEN, f"{schema.token('SesSendingDomain')}${TOKEN}")
    assert provider.create(pb.CreateRequest(urn=urn, properties=struct(RECORD))).id == ID
    assert aws.asked() == [AT, CHANGE]
    found = provider.diff(pb.DiffRequest(urn=urn, id=ID, olds=struct(MADE), news=struct({**RECORD, "zoneId": "Z2"})))
    assert (found.changes, list(found.replaces)) == (pb.DiffResponse.DIFF_SOME, ["zoneId"])
    assert found.detailedDiff["zoneId"].kind == pb.PropertyDiff.UPDATE_REPLACE


def test_a_refresh_shows_what_is_there(aws: Memory) -> None:
    """Nothing where it is gone, not even an id."""
    assert read(MADE) == pb.ReadResponse()
    aws.sets[NAME] = texts("v=DMARC1; p=reject;")
    found = read(MADE)
    shown = "TXT 'v=DMARC1; p=reject;'"
    assert (found.id, values(found.inputs)) == (ID, {**RECORD, "value": shown})
    assert values(found.properties) == {**MADE, "value": shown, "conflicting_records": [shown]}


def test_an_import_alone_records_what_a_check_fills_in(aws: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The inputs are those of a program, which need not say all of it; a refresh adds nothing."""
    monkeypatch.setenv("AWS_REGION", REGION)
    assert read() == pb.ReadResponse()
    aws.sets[NAME] = texts(OURS)
    found = read()
    assert (found.id, values(found.inputs)) == (ID, RECORD)
    assert values(found.properties) == {**MADE, "written_value": ""}
    token, domain = schema.token("SesDomainIdentity"), "acme.example"
    aws.put(domain)
    operation.begin()
    identity = provider.read(pb.ReadRequest(urn=urn_of(token), id=f"aws-ses/{REGION}/{domain}"))
    assert values(identity.inputs) == {"domain": domain, "region": REGION}
    whole = values(identity.properties)
    assert (whole["dkim"], whole["switchTimeout"], whole["tags"]["pulumi-project"]) == ("easy", "2m", "lab")
    assert "t1._domainkey" in whole["recordsTable"]
    olds = struct({"domain": domain, "region": REGION, "identityArn": aws.identity_arn(domain)})
    operation.begin()
    again = provider.read(pb.ReadRequest(urn=urn_of(token), id=identity.id, properties=olds))
    assert "switchTimeout" not in values(again.properties)
    state = pb.ReadRequest(urn=urn_of(token), id=identity.id, properties=identity.properties, inputs=identity.inputs)
    operation.begin()
    assert provider.read(state) == identity
    inputs = identity.inputs
    asked = pb.DiffRequest(urn=state.urn, id=identity.id, olds=identity.properties, old_inputs=inputs, news=inputs)
    assert provider.diff(asked).changes == pb.DiffResponse.DIFF_NONE  # as a refresh asks


def test_what_repeats_a_secret_is_sealed(aws: Memory) -> None:
    """In whatever a step answers, and whether the state or the program marks it."""
    given = {**RECORD, "value": sealed(OURS)}
    kept = {**MADE, "value": sealed(OURS), "written_value": sealed(OURS)}
    checked = provider.check(pb.CheckRequest(urn=URN, news=struct(given)))
    assert (list(checked.failures), values(checked.inputs)) == ([], given)
    assert values(provider.create(pb.CreateRequest(urn=URN, properties=struct(given))).properties) == kept
    for state in (kept, {**MADE, "value": sealed(OURS)}):
        found = read(state)
        assert (values(found.properties), values(found.inputs)) == (kept, given)
    found = read(MADE, inputs=struct(given))
    assert (values(found.properties), values(found.inputs)) == (kept, given)
    same = provider.diff(pb.DiffRequest(urn=URN, id=ID, olds=struct(kept), news=struct(given)))
    assert same.changes == pb.DiffResponse.DIFF_NONE  # an output has no mark of its own
    request = pb.UpdateRequest(urn=URN, id=ID, olds=struct(MADE), news=struct({**given, "ttl": 60}))
    assert values(provider.update(request).properties) == {**kept, "ttl": 60}
    assert aws.sets[NAME] == texts(OURS)


def test_a_preview_calls_nobody(aws: Memory) -> None:
    """What is secret is sealed in it."""
    given = struct({**RECORD, "value": sealed(OURS)})
    create = provider.create(pb.CreateRequest(urn=URN, properties=given, preview=True))
    update = provider.update(pb.UpdateRequest(urn=URN, id=ID, olds=struct(MADE), news=given, preview=True))
    assert values(create.properties) == values(update.properties) == {**RECORD, "value": sealed(OURS)}
    assert (create.id, aws.asked()) == ("", [])


def test_what_no_engine_could_write_again_goes_back_as_it_came() -> None:
    """A failed check records nothing, and an asset is told of."""
    asset = {"4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", "text": "x"}
    news = struct({**RECORD, "value": asset})
    found = provider.check(pb.CheckRequest(urn=URN, news=news))
    assert found.inputs == news
    (failure,) = found.failures
    assert failure.reason.endswith("Pass the text itself.")


def test_failures_stand_under_their_resource(aws: Memory) -> None:
    """As long as a step works on it."""
    seen: list[str] = []
    aws.meanwhile["at"] = [lambda: seen.append(engine_request.current().urn)]
    provider.create(pb.CreateRequest(urn=URN, properties=struct(RECORD)))
    assert (seen, engine_request.current().urn) == ([URN], "")


def test_a_check_knows_what_is_recorded(said: list[str]) -> None:
    """What is warned of may depend on it."""
    token = schema.token("SesDomainIdentity")
    where = {"domain": "acme.example", "region": REGION}
    own = {"dkim": "byo", "dkimSelector": "mail-1", "dkimPrivateKey": "x"}
    for recorded, dkim in (({**where, "dkim": "easy"}, "byo"), ({**where, "dkim": "byo"}, "byo"), ({}, "byo")):
        operation.begin()
        request = pb.CheckRequest(urn=urn_of(token), olds=struct(recorded), news=struct({**where, **own, "dkim": dkim}))
        provider.check(request)
    assert len(said) == 1
    assert "mail goes out unsigned" in said[0]
