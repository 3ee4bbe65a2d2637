"""What an EmailProvider does, whatever its platform is like: which calls, with what, and whose it is afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from support.flock.parts import ONLY
from support.imported import import_
from support.managed import Managed, Operated
from tenant_email.capabilities import Transport
from tenant_email.errors import (
    AlreadyConfigured,
    InvalidSettings,
    NotFound,
    NotSupported,
    TenantEmailError,
    Unavailable,
)
from tenant_email.findings import ConfiguresProvider, LacksLogin, OwnsObject
from tenant_email.inputs.tenant_objects import ProviderInputs
from tenant_email.inputs.unknowns import UNKNOWN
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle, left_to_tenant
from tenant_email.operations import operation, steps
from tenant_email.platforms.base import LiveProvider

if TYPE_CHECKING:
    from support.flock.tenant import Tenant
    from tenant_email.findings import Findings

ADA, BOB = "ada@acme.example", "bob@acme.example"
HIDDEN = ("hawks", "owls")
pytestmark = pytest.mark.usefixtures("flock")


def smtp(tenant: Tenant, **settings: Any) -> dict[str, Any]:
    """Returns the settings of a mail server; None leaves one out."""
    usual = {"kind": f"{tenant.name}.smtp", "host": "smtp.one.example", "port": 587, "username": "ada"}
    given = {**usual, "password": "canary-one", **settings}
    return {name: value for name, value in given.items() if value is not None}


def provider(tenant: Tenant, **inputs: Any) -> Operated:
    """Returns a resource, each step of which is an operation of its own."""
    usual = {"tenant": "main", "settings": smtp(tenant), "from_address": ADA, "enabled": True, "on_existing": "fail"}
    return Operated(EmailProviderLifecycle(), **{**usual, **inputs})


def made(tenant: Tenant, **inputs: Any) -> Operated:
    """Returns a resource that is there, its calls forgotten."""
    found = provider(tenant, **inputs)
    assert found.up() == "create"
    tenant.calls()
    return found


def theirs(tenant: Tenant, **settings: Any) -> None:
    """Has someone else configure a provider."""
    document = {**smtp(tenant, password="canary-theirs"), **settings, "from": ADA, "enabled": True}
    tenant.provider = {**document, **({"id": "id-theirs"} if tenant.name == "doves" else {})}


def test_a_creation_is_one_write(tenant: Tenant) -> None:
    """What it made is recorded, and what identifies it."""
    one = provider(tenant)
    assert one.up() == "create"
    assert tenant.calls() == ["create"]
    assert one.id == f"{tenant.name}/{tenant.name}.example/email-provider"
    assert (one.state["adopted"], one.state["live"]["host"]) == (False, "smtp.one.example")
    written = one.state["written_identity"]
    assert (written["kind"], written["host"]) == (f"{tenant.name}.smtp", "smtp.one.example")
    assert written["attributes"] == one.state["live"]
    assert one.up() == "same"
    assert tenant.calls() == []


def test_what_is_there_is_refused_unless_adopted(tenant: Tenant) -> None:
    """Also where it equals the inputs; an adoption sends what is hidden, and a destroy leaves it."""
    theirs(tenant, **({"password": "canary-one"} if tenant.name == "doves" else {}))
    with pytest.raises(AlreadyConfigured, match="what it shows equals the inputs"):
        provider(tenant).up()
    assert tenant.calls() == ["create", "read"]
    theirs(tenant, port=25)
    with pytest.raises(AlreadyConfigured) as caught:
        provider(tenant).up()
    assert "equals the inputs" not in str(caught.value)
    one = provider(tenant, on_existing="adopt")
    one.up()
    assert one.state["adopted"] is True
    assert tenant.provider is not None
    assert (tenant.provider["port"], tenant.provider["password"]) == (587, "canary-one")
    tenant.calls()
    one.destroy()
    assert tenant.calls() == []
    assert tenant.provider is not None


def test_an_adoption_looks_where_a_creation_would_replace(tenant: Tenant) -> None:
    """Where it conflicts, its refusal is the look."""
    theirs(tenant)
    provider(tenant, on_existing="adopt").up()
    first = {"hawks": ["create", "read", "update"], "doves": ["read", "update"], "owls": ["read", "update"]}
    assert tenant.calls() == first[tenant.name]


def test_an_adoption_is_told_with_what_it_changes(tenant: Tenant, said: list[str]) -> None:
    """Nothing is said where nothing that shows is another; the write has what is live and what it shows."""
    theirs(tenant, port=25, **({"password": "canary-one"} if tenant.name == "doves" else {}))
    provider(tenant, on_existing="adopt", from_address=BOB).up()
    where = f"{tenant.name} {tenant.name}.example email-provider"
    assert said == [
        f"{where}: adopting {tenant.name}.smtp from {ADA}; changing from_address, settings.port",
    ]
    call = tenant.last("update")
    assert (call.live.inputs.settings["port"], call.recorded["port"], call.guarded) == (25, 25, False)
    assert (call.change.settings >= {"port"}, call.change.fields) == (True, {"from_address"})
    del said[:]
    theirs(tenant)
    if tenant.name != "doves":
        provider(tenant, on_existing="adopt").up()
        assert said == []


def test_an_adoption_of_nothing_is_a_creation(tenant: Tenant) -> None:
    """The built-in sender is nothing to adopt."""
    one = provider(tenant, on_existing="adopt")
    one.up()
    assert tenant.calls() == (["create"] if tenant.name == "hawks" else ["read", "create"])
    assert one.state["adopted"] is False


def test_what_was_adopted_stays_adopted(tenant: Tenant) -> None:
    """However often it is written."""
    theirs(tenant)
    one = provider(tenant, on_existing="adopt")
    one.up()
    one.up(from_address=BOB)
    assert one.state["adopted"] is True


@ONLY["doves"]
def test_what_equals_the_inputs_in_all_is_adopted_without_a_write(tenant: Tenant) -> None:
    """As a platform that shows its secrets can tell; it stays adopted."""
    theirs(tenant, password="canary-one")
    one = provider(tenant, on_existing="adopt")
    one.up()
    assert tenant.calls() == ["read"]
    assert one.state["adopted"] is True


@pytest.mark.parametrize("tenant", HIDDEN, indirect=True)
def test_an_adoption_takes_no_secret_to_another_host(tenant: Tenant) -> None:
    """What the tenant holds belongs to its own host; to that one it is kept."""
    theirs(tenant)
    moved = provider(tenant, on_existing="adopt", settings=smtp(tenant, password=None, host="smtp.two.example"))
    who = rf"{tenant.name} {tenant.name}\.example"
    with pytest.raises(
        InvalidSettings, match=rf"^{who}: {who}: cannot change host from smtp\.one\.example to smtp\.two"
    ):
        moved.up()
    assert "update" not in tenant.calls()
    kept = provider(tenant, on_existing="adopt", settings=smtp(tenant, password=None, port=465))
    kept.up()
    assert tenant.calls() == ["read", "update"]
    assert tenant.provider is not None
    assert (tenant.provider["port"], tenant.provider["password"]) == (465, "canary-theirs")


def test_an_import_writes_nothing(tenant: Tenant) -> None:
    """What equals the inputs is recorded as adopted, what differs is refused, and so is what is not there."""
    one = provider(tenant, on_existing="import")
    with pytest.raises(TenantEmailError, match="nothing to import: there is no email provider"):
        one.up()
    theirs(tenant, password="canary-one")
    assert one.up() == "create"
    assert one.state["adopted"] is True
    theirs(tenant, port=25, password="canary-one")
    with pytest.raises(AlreadyConfigured, match=r"cannot be imported|differs in settings\.port"):
        provider(tenant, on_existing="import").up()
    assert set(tenant.calls()) == {"read"}


def test_without_a_secret_nothing_is_created(tenant: Tenant) -> None:
    """There is none to keep; where there is a provider it is not written over, but adopted where asked to."""
    one = provider(tenant, settings=smtp(tenant, password=None))
    with pytest.raises(TenantEmailError, match="no stored credentials to keep"):
        one.up()
    theirs(tenant)
    with pytest.raises(AlreadyConfigured):
        one.up()
    assert tenant.calls() == ["read", "read"]
    provider(tenant, settings=smtp(tenant, password=None), on_existing="adopt").up()
    assert tenant.calls() == ["read"]


@pytest.mark.parametrize("lost", ["before", "after"])
def test_a_creation_whose_answer_is_lost_is_ours(tenant: Tenant, lost: Any) -> None:
    """It is written once more, without a second check, as a whole; and it is not adopted."""
    tenant.losing = [lost]
    one = provider(tenant, preflight="connect")
    one.up()
    assert one.state["adopted"] is False
    if lost == "before":
        assert [call.name for call in tenant.asked] == ["create", "read", "create"]
        assert [call.desired.preflight for call in tenant.asked if call.desired] == ["connect", "off"]
        return
    assert [call.name for call in tenant.asked] == ["create", "read", "update"]
    call = tenant.last("update")
    assert (call.desired.preflight, call.change) == ("off", None)
    assert call.live.inputs.settings["host"] == "smtp.one.example"
    assert call.recorded == call.live.attributes


def test_a_creation_whose_answer_is_lost_twice_is_an_error(tenant: Tenant) -> None:
    """What loses two answers in a row is down."""
    tenant.losing = ["before", "before"]
    with pytest.raises(Unavailable):
        provider(tenant).up()


def test_what_someone_made_meanwhile_is_not_ours(tenant: Tenant) -> None:
    """It differs from what was sent, in what it is identified by or in a detail."""
    tenant.losing, tenant.meanwhile = ["before"], [lambda: theirs(tenant, region="us")]
    with pytest.raises(AlreadyConfigured):
        provider(tenant).up()
    assert tenant.provider is not None
    assert tenant.provider["password"] == "canary-theirs"


def test_an_update_sends_what_changed(tenant: Tenant) -> None:
    """With what is recorded; a platform that needs what is live looks itself."""
    one = made(tenant)
    live = one.state["live"]
    assert one.up(from_address=BOB) == "update"
    call = tenant.last("update")
    assert (call.change.fields, call.change.settings, call.guarded) == ({"from_address"}, set(), False)
    assert call.recorded == live
    assert call.live is None
    assert tenant.calls() == ["update"]
    assert (one.state["live"]["from"], one.state["adopted"]) == (BOB, False)
    one.up(settings=smtp(tenant, password="canary-two"))
    assert tenant.last("update").change.credentials is True
    assert tenant.provider is not None
    assert tenant.provider["password"] == "canary-two"


@ONLY["hawks"]
def test_what_a_write_did_not_set_is_not_ours(tenant: Tenant) -> None:
    """So that a destroy still sees that someone changed it."""
    one = made(tenant)
    assert tenant.provider is not None
    tenant.provider["port"] = 25
    one.up(from_address=BOB)
    assert (one.state["live"]["port"], one.state["written_identity"]["attributes"]["port"]) == (25, 587)
    assert one.state["written_identity"]["attributes"]["from"] == BOB


@ONLY["doves"]
def test_an_update_goes_to_the_one_that_was_written(tenant: Tenant) -> None:
    """By its id, also where what was seen last has none; another in its place is not written to."""
    one = made(tenant)
    id_ = one.state["written_identity"]["id"]
    one.state = {**one.state, "live": {name: each for name, each in one.state["live"].items() if name != "id"}}
    one.up(from_address=BOB)
    assert tenant.last("update").recorded["id"] == id_
    theirs(tenant)
    with pytest.raises(AlreadyConfigured):
        one.up(settings=smtp(tenant, password=None, port=465))
    assert tenant.provider is not None
    assert (tenant.provider["port"], tenant.provider["id"]) == (587, "id-theirs")


def test_what_only_steers_us_is_recorded_without_a_call(tenant: Tenant) -> None:
    """Also together with nothing else; another spelling too."""
    one = made(tenant)
    for inputs in ({"on_delete": "retain"}, {"preflight": "connect"}, {"settings": smtp(tenant, region="home")}):
        assert one.up(**inputs) == "update"
    assert tenant.calls() == []
    assert one.state["adopted"] is False
    assert one.state["written_identity"]["host"] == "smtp.one.example"


def test_a_steering_input_does_not_go_along(tenant: Tenant) -> None:
    """A platform hears of what it stores alone."""
    one = made(tenant)
    one.up(from_address=BOB, on_delete="retain", preflight="off")
    assert tenant.last("update").change.fields == {"from_address"}


def test_a_secret_goes_to_no_other_host(tenant: Tenant) -> None:
    """A change of host without it is a problem of the preview, and of the update itself."""
    one = made(tenant)
    moved = smtp(tenant, host="smtp.two.example", password=None)
    (problem,) = one.problems(settings=moved)
    assert "cannot change host from smtp.one.example to smtp.two.example without the password" in problem
    assert problem.endswith("Set settings.password: a password belongs to its host.")
    who = rf"{tenant.name} {tenant.name}\.example"
    with pytest.raises(InvalidSettings, match=rf"^{who}: {who}: cannot change host"):
        EmailProviderLifecycle().update(one.id, dict(one.state), {**one.inputs, "settings": moved})
    assert tenant.calls() == []


@pytest.mark.parametrize("lost", ["before", "after"])
def test_an_update_whose_answer_is_lost_is_written_once_more(tenant: Tenant, lost: Any) -> None:
    """The same fields, without a second check, whether it had its effect or not."""
    one = made(tenant)
    tenant.losing = [lost]
    one.up(from_address=BOB, preflight="connect")
    writes = [call for call in tenant.asked if call.name == "update"]
    assert [(call.desired.preflight, call.change.fields) for call in writes] == [
        ("connect", {"from_address"}),
        ("off", {"from_address"}),
    ]
    if lost == "after":
        assert writes[1].recorded == writes[1].live.attributes
        assert writes[1].live.inputs.from_address == BOB
    assert tenant.provider is not None
    assert (tenant.provider["from"], one.state["live"]["from"], one.state["adopted"]) == (BOB, BOB, False)


def test_what_someone_did_meanwhile_is_not_taken_for_our_update(tenant: Tenant) -> None:
    """After a lost answer only what was sent is: the update is tried again, and overwrites what differs."""
    one = made(tenant)
    tenant.losing, tenant.meanwhile = ["before"], [lambda: tenant.provider.update(port=25)]  # type: ignore[union-attr]
    one.up(from_address=BOB)
    writes = [call for call in tenant.asked if call.name == "update"]
    assert len(writes) == 2
    assert writes[1].live is writes[0].live


def test_what_is_gone_is_created_again(tenant: Tenant, said: list[str]) -> None:
    """And said; without its secret there is nothing to create with."""
    one = made(tenant)
    tenant.provider = None
    assert one.up(from_address=BOB) == "update"
    assert tenant.provider is not None
    assert (tenant.provider["from"], one.state["adopted"]) == (BOB, False)
    where = f"{tenant.name} {tenant.name}.example email-provider"
    assert said == [f"{where}: someone else removed the provider; it was created again"]
    tenant.provider = None
    with pytest.raises(TenantEmailError) as caught:
        one.up(settings=smtp(tenant, password=None, port=465))
    assert isinstance(caught.value, NotFound) == (tenant.name != "owls")


@ONLY["doves"]
def test_what_stands_in_its_place_is_touched_only_when_asked_to(tenant: Tenant, said: list[str]) -> None:
    """Another id is another's; a creation finds it, and adopts it where the program says so."""
    one = made(tenant)
    theirs(tenant)
    assert one.up(from_address=BOB, on_existing="adopt") == "update"
    assert one.state["adopted"] is True
    assert tenant.provider is not None
    assert (tenant.provider["from"], tenant.provider["id"]) == (BOB, "id-theirs")
    theirs(tenant)
    tenant.provider["id"] = "id-more"
    with pytest.raises(AlreadyConfigured):
        one.up(from_address=ADA)
    assert tenant.provider["from"] == ADA
    assert [line for line in said if "removed the provider" in line] == []


def test_an_update_that_is_to_find_nothing_new_looks_before_its_write(tenant: Tenant) -> None:
    """Of the one that was written, as the last thing; what someone changed is an error and stays."""
    one = made(tenant, on_drift="fail")
    one.up(from_address=BOB)
    call = tenant.last("update")
    assert (call.guarded, call.live) == (True, None)
    reads = [call.id for call in tenant.asked if call.name == "read"]
    assert reads == [one.state["live"].get("id", "")]
    assert tenant.provider is not None
    tenant.provider["port"] = 25
    with pytest.raises(TenantEmailError, match=r"someone else changed settings\.port since the last run; nothing was"):
        one.up(from_address=ADA)
    assert (tenant.provider["from"], tenant.provider["port"]) == (BOB, 25)


def test_a_spelling_is_no_change_of_someone_else_s(tenant: Tenant) -> None:
    """What is recorded is compared by what it means."""
    one = made(tenant, on_drift="fail", settings=smtp(tenant, region="home"))
    assert one.up(from_address=BOB) == "update"


@ONLY["doves"]
def test_what_stands_in_its_place_is_new(tenant: Tenant) -> None:
    """All of it is, though it equals what was written."""
    one = made(tenant, on_drift="fail")
    theirs(tenant, password="canary-one")
    with pytest.raises(TenantEmailError, match=r"changed everything \(doves\.smtp from ada@.* is there instead\)"):
        one.up(from_address=BOB)


def test_a_refresh_shows_what_is_live(tenant: Tenant) -> None:
    """What is managed, as it was spelled; a hidden secret as it was recorded; whose it is stays."""
    one = made(tenant, settings=smtp(tenant, region="home"))
    written = one.state["written_identity"]
    assert one.refresh()
    assert one.state["settings"] == smtp(tenant, region="home")
    assert tenant.provider is not None
    tenant.provider |= {"port": 25, "from": BOB, "region": "us"}
    assert one.refresh()
    assert (one.state["settings"]["port"], one.state["from_address"], one.state["settings"]["region"]) == (
        25,
        BOB,
        "us",
    )
    assert one.state["settings"]["password"] == "canary-one"
    assert (one.state["written_identity"], one.state["live"]["port"]) == (written, 25)
    assert one.state["adopted"] is False
    reads = [call.id for call in tenant.asked if call.name == "read"]
    assert set(reads) == {one.state["live"].get("id", "")}
    one.state = {**one.state, "adopted": True}
    assert one.refresh()
    assert one.state["adopted"] is True


def test_a_refresh_reads_a_state_of_another_release(tenant: Tenant) -> None:
    """One that knew no digests of secrets yet, and one that knew more kinds."""
    one = made(tenant)
    one.state = {name: value for name, value in one.state.items() if name != "secret_digests"}
    assert one.refresh()
    assert one.state["settings"] == smtp(tenant)
    one.state = {**one.state, "settings": {"kind": f"{tenant.name}.future", "wings": 2}}
    assert one.refresh()
    assert one.state["settings"]["kind"] == f"{tenant.name}.smtp"


@pytest.mark.parametrize("tenant", HIDDEN, indirect=True)
def test_a_secret_is_not_believed_to_be_at_another_host(tenant: Tenant) -> None:
    """Nor where its digest is another than the recorded one."""
    one = made(tenant)
    assert tenant.provider is not None
    tenant.provider |= {"host": "smtp.two.example"}
    assert one.refresh()
    assert "password" not in one.state["settings"]
    tenant.provider |= {"host": "smtp.one.example", "password": "canary-theirs"}
    other = made_again(tenant, one)
    assert ("password" in other.state["settings"]) == (tenant.name == "hawks")


def made_again(tenant: Tenant, one: Operated) -> Operated:
    """Returns a resource as it was recorded at its creation, refreshed."""
    other = provider(tenant)
    digests = {"password": "another"} if tenant.name == "owls" else {}
    other.id, other.state = one.id, {**one.state, "settings": smtp(tenant), "secret_digests": digests}
    assert other.refresh()
    return other


def test_another_kind_shows_as_what_it_is(tenant: Tenant) -> None:
    """And nothing of it that could be secret."""
    one = made(tenant)
    assert tenant.provider is not None
    tenant.provider = {"kind": f"{tenant.name}.relay", "key": "canary-key", "note": "x", "from": ADA, "enabled": True}
    tenant.provider |= {"id": one.state["live"]["id"]} if tenant.name == "doves" else {}
    assert one.refresh()
    assert one.state["settings"] == {"kind": f"{tenant.name}.relay"}
    assert one.state["live"] == {"kind": f"{tenant.name}.relay"}
    assert one.up() == "update"
    assert tenant.provider["host"] == "smtp.one.example"


def test_what_is_gone_is_gone(tenant: Tenant, said: list[str]) -> None:
    """A built-in sender is not ours, and another with another id is not either."""
    one = made(tenant)
    kept = one.id, one.state
    tenant.provider = None
    assert not one.refresh()
    one.id, one.state = kept
    one.destroy()
    assert "delete" not in tenant.calls()
    if tenant.name == "doves":
        theirs(tenant)
        assert not one.refresh()
        assert said == [
            f"{one.recorded.id or kept[0]}: gone; doves.smtp from {ADA} is there instead and is not adopted"
        ]


@ONLY["owls"]
def test_the_built_in_sender_may_be_meant(tenant: Tenant) -> None:
    """Then it is there."""
    one = provider(tenant, settings={"kind": "owls.built_in"}, on_existing="import", from_address=None)
    one.up()
    assert one.refresh()


def test_a_destroy_removes_what_is_ours(tenant: Tenant) -> None:
    """Exactly this one, after a look."""
    one = made(tenant)
    id_ = one.state["live"].get("id", "")
    one.destroy()
    assert [(call.name, call.id) for call in tenant.asked] == [("read", id_), ("delete", id_)]
    assert tenant.provider is None


@pytest.mark.parametrize(
    ("policy", "change", "gone"),
    [
        (None, {"from": BOB}, False),
        ("delete", {"from": BOB}, True),
        ("delete", {"host": "smtp.two.example"}, False),
        (None, {}, True),
        ("retain", {}, False),
    ],
)
def test_a_destroy_keeps_what_someone_changed(
    tenant: Tenant, said: list[str], policy: str | None, change: dict[str, Any], gone: bool
) -> None:
    """A policy that is given takes edits along, and never another configuration; what stays is said."""
    one = made(tenant, on_delete=policy)
    assert tenant.provider is not None
    tenant.provider |= change
    one.destroy()
    assert (tenant.provider is None) == gone
    assert len(said) == (0 if gone else 1)
    if policy == "retain":
        assert said == [f"{one.id}: left as it is in the tenant"]
        assert tenant.calls() == []
    elif not gone:
        what = "host is smtp.two.example" if "host" in change else "from"
        assert said == [
            (
                f"{one.id}: kept, because someone else changed it since the last update ({what}). To remove it, delete "
                "it in the tenant."
            )
        ]


@ONLY["doves"]
def test_a_destroy_keeps_another_with_another_id(tenant: Tenant) -> None:
    """Whatever the policy says, and also where a state tells by its inputs alone."""
    for lacking in (set[str](), {"written_identity"}):
        one = made(tenant, on_delete="delete")
        one.state = {name: value for name, value in one.state.items() if name not in lacking}
        theirs(tenant)
        one.destroy()
        assert tenant.provider is not None
        tenant.provider = None


def test_a_state_of_an_earlier_release_tells_by_its_inputs(tenant: Tenant) -> None:
    """What it is identified by decides whose it is."""
    for host, gone in (("smtp.one.example", True), ("smtp.two.example", False)):
        one = made(tenant)
        one.state = {name: value for name, value in one.state.items() if name != "written_identity"}
        assert tenant.provider is not None
        tenant.provider["host"] = host
        one.destroy()
        assert (tenant.provider is None) == gone
        tenant.provider = None


def test_a_destroy_may_only_switch_off(tenant: Tenant) -> None:
    """One field of what is live; nothing of a program that is gone goes along."""
    one = made(tenant, on_delete="disable")
    assert tenant.provider is not None
    tenant.provider["port"] = 25
    one.destroy()
    call = tenant.last("update")
    assert (call.change.fields, call.change.settings, call.desired.enabled) == ({"enabled"}, set(), False)
    assert (call.desired.settings["port"], call.recorded, call.live.attributes) == (
        25,
        call.live.attributes,
        call.recorded,
    )
    assert (tenant.provider["enabled"], tenant.provider["port"]) == (False, 25)


def test_what_another_resource_owns_is_handed_over(tenant: Tenant, said: list[str]) -> None:
    """A replacement that deletes first goes on with it, created or adopted as it was."""
    for adopted in (False, True):
        one = made(tenant)
        one.state = {**one.state, "adopted": adopted}
        lifecycle = EmailProviderLifecycle()
        operation.begin()
        assert not lifecycle.check({}, dict(one.inputs)).failures
        lifecycle.delete(one.id, dict(one.state))
        assert said == [f"{one.id}: kept, because another resource of this program owns it now"]
        found = lifecycle.create({**one.inputs, "from_address": BOB}).outs or {}
        assert found["adopted"] is adopted
        assert tenant.provider is not None
        assert tenant.provider["from"] == BOB
        assert [line for line in said if "adopting" in line] == []
        tenant.provider = None
        del said[:]


def test_a_rename_that_adopts_is_told_in_one_line(tenant: Tenant, said: list[str]) -> None:
    """It was asked for, and nothing is recorded of the old one alone."""
    one = made(tenant)
    lifecycle, wanted = EmailProviderLifecycle(), {**one.inputs, "on_existing": "adopt"}
    operation.begin()
    assert not lifecycle.check({}, dict(wanted)).failures
    assert (lifecycle.create(dict(wanted)).outs or {})["adopted"] is True
    said.clear()
    lifecycle.delete(one.id, dict(one.state))
    assert said == [f"{one.id}: kept, because another resource of this program owns it now"]


def test_a_replacement_does_not_take_over_what_someone_put_there(tenant: Tenant) -> None:
    """It is not what the old resource gave up, also where the state tells by its inputs alone."""
    for lacking in (set[str](), {"written_identity"}):
        tenant.provider = None
        one = made(tenant)
        kept = {name: value for name, value in one.state.items() if name not in lacking}
        lifecycle = EmailProviderLifecycle()
        operation.begin()
        assert not lifecycle.check({}, dict(one.inputs)).failures
        lifecycle.delete(one.id, kept)
        theirs(tenant, host="smtp.two.example")
        with pytest.raises(AlreadyConfigured):
            lifecycle.create(dict(one.inputs))


def test_one_write_a_run(tenant: Tenant) -> None:
    """Two resources for one tenant are refused, at the latest when the second one writes."""
    given: dict[str, Any] = {"tenant": "main", "settings": smtp(tenant), "from_address": ADA}
    one, two = (Managed(EmailProviderLifecycle(), **given) for _ in range(2))
    operation.begin()
    one.start()
    with pytest.raises(TenantEmailError):
        two.start()
    with pytest.raises(TenantEmailError):
        EmailProviderLifecycle().update(one.id, dict(one.state), {**one.inputs, "from_address": BOB})


JUDGED: list[tuple[dict[str, Any], list[str]]] = [
    ({}, []),
    (
        {"on_delete": "restore"},
        ["on_delete: {title} cannot restore an email provider\nUse one of: delete, disable, ret"],
    ),
    (
        {"preflight": "send"},
        ["preflight: {title} does not support 'send' here: birds cannot write\nUse one of: off, co"],
    ),
    ({"preflight": "connect"}, []),
    ({"test_recipient": "no address"}, ["test_recipient: "]),
    ({"from_address": "no address"}, ["from_address: "]),
    (
        {"test_recipient": "a@localhost", "from_address": "b@localhost"},
        ["from_address: is at localhost, but the tenant is {name}.example", "test_recipient: is at localhost, but the"],
    ),
    ({"import_id": "{name}/{name}.example/email-provider"}, []),
    ({"import_id": "{name}/other.example/email-provider"}, ["opts.import_: "]),
]


@pytest.mark.parametrize(("inputs", "said_"), JUDGED)
def test_what_is_wrong_is_told(tenant: Tenant, inputs: dict[str, Any], said_: list[str]) -> None:
    """Each with its input, without a call."""
    words = {"title": tenant.name.capitalize(), "name": tenant.name}
    given = {key: value.format(**words) for key, value in inputs.items()}
    found = provider(tenant, **given).problems()
    wanted = [start.format(**words) for start in said_]
    assert [problem[: len(start)] for problem, start in zip(found, wanted, strict=True)] == wanted
    assert tenant.calls() == []


def found(tenant: Tenant, **inputs: Any) -> Findings:
    """Returns what a check finds."""
    given = {"tenant": "main", "settings": smtp(tenant), "from_address": ADA, **inputs}
    return EmailProviderLifecycle().do_check(None, given)


def test_all_that_is_found_is_told_at_once(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Problems, warnings and claims, whatever else is wrong."""
    monkeypatch.delenv(f"{tenant.name.upper()}_SEED")
    wrong: dict[str, Any] = {"on_delete": "restore", "preflight": "send", "import_id": "x"}
    settings = smtp(tenant, port=25, wings=2)
    all_ = found(tenant, settings=settings, from_address="a@localhost", test_recipient="b@localhost", **wrong)
    assert [problem.path for problem in all_.problems] == [
        "settings.wings",
        "from_address",
        "test_recipient",
        "on_delete",
        "preflight",
        "opts.import_",
    ]
    where = f"{tenant.name} {tenant.name}.example email-provider"
    assert all_.warnings == (f"{where}: settings.port: 25 is old.",)
    assert [claim.id for claim in all_.claims if isinstance(claim, OwnsObject)] == [
        f"{tenant.name}/{tenant.name}.example/email-provider"
    ]
    (lacks,) = [claim for claim in all_.claims if isinstance(claim, LacksLogin)]
    assert (lacks.platform, lacks.host) == (tenant.name, f"{tenant.name}.example")
    assert where in lacks.warning


def test_what_a_change_breaks_is_told_with_the_rest(tenant: Tenant) -> None:
    """As a preview of it shows both."""
    one = made(tenant)
    told = one.problems(settings=smtp(tenant, host="smtp.two.example", password=None), on_delete="restore")
    assert [problem.partition(":")[0] for problem in told] == ["on_delete", f"{tenant.name} {tenant.name}.example"]


def test_what_is_not_known_yet_is_not_judged(tenant: Tenant) -> None:
    """Nor told to a tenant's templates."""
    unknown = found(tenant, on_delete=UNKNOWN, preflight=UNKNOWN, enabled=UNKNOWN)
    assert unknown.problems == ()
    (configures,) = [claim for claim in unknown.claims if isinstance(claim, ConfiguresProvider)]
    assert configures.enabled is None
    assert found(tenant, settings={"kind": UNKNOWN}).claims == ()
    assert [problem.path for problem in found(tenant, settings={}).problems] == ["settings.kind"]


def test_a_check_that_a_kind_has_no_server_for(tenant: Tenant) -> None:
    """Is refused with the checks that there are."""
    one = provider(tenant, settings={"kind": f"{tenant.name}.relay", "key": "canary-key"}, preflight="connect")
    (problem,) = one.problems()
    title = tenant.name.capitalize()
    assert problem == (
        f"preflight: {title} does not support 'connect' here: {tenant.name}.relay has no server to "
        "test\nUse one of: off."
    )


def test_what_a_check_says_and_claims(tenant: Tenant, said: list[str]) -> None:
    """The platform's warnings with the object in front, a change of a secret, and what templates have to know."""
    where = f"{tenant.name} {tenant.name}.example email-provider"
    assert provider(tenant, settings=smtp(tenant, port=25)).problems() == []
    assert said == [f"{where}: settings.port: 25 is old."]
    del said[:]
    one = made(tenant)
    assert one.problems(settings=smtp(tenant, password="canary-two")) == []
    assert one.problems(settings=smtp(tenant, password=None)) == []
    assert one.problems(settings={"kind": f"{tenant.name}.relay", "key": "canary-key"}) == []
    assert said == [f"{where}: settings.password changed; the full set of credentials will be sent"]
    given = {**one.inputs, "enabled": False, "sending_domain": "acme.example"}
    claims = EmailProviderLifecycle().do_check(None, given).claims
    (configures,) = [claim for claim in claims if isinstance(claim, ConfiguresProvider)]
    assert (configures.kind, configures.enabled) == (f"{tenant.name}.smtp", False)
    assert (configures.platform, configures.host) == (tenant.name, f"{tenant.name}.example")
    assert configures.limits.domains == ("acme.example",)


def test_where_an_output_repeats_an_input(tenant: Tenant) -> None:
    """So that what a user marked secret is secret there too."""
    props = {"settings": smtp(tenant)}
    lifecycle = EmailProviderLifecycle()
    assert lifecycle.output_paths("settings.host", props) == (
        ("live", "host"),
        ("live", "shown", "host"),
        ("written_identity", "attributes", "host"),
        ("written_identity", "attributes", "shown", "host"),
        ("written_identity", "host"),
    )
    assert lifecycle.output_paths("settings.headers.x", props)[-1] == ("written_identity", "headers")
    assert lifecycle.output_paths("from_address", props) == (("live",), ("written_identity", "attributes"))
    assert lifecycle.output_paths("tenant", props) == ()


@pytest.mark.parametrize(
    "settings",
    [pulumi.Output.secret({"kind": "auth0.smtp"}), {"kind": pulumi.Output.secret("auth0.smtp")}, {"kind": "x"}, ["a"]],
)
def test_a_kind_that_a_transform_hides_or_makes_up_hides_everything(settings: object) -> None:
    """What the settings mean is not known while the program runs, so no output shows any of them."""
    paths = EmailProviderLifecycle().output_paths("settings", {"settings": settings})
    assert paths == (("live",), ("written_identity", "attributes"), ("written_identity",))


def test_a_write_that_shows_something_else_is_told(tenant: Tenant, said: list[str]) -> None:
    """At once, and not at the next refresh."""
    one = made(tenant)

    def odd() -> None:
        assert tenant.provider is not None
        tenant.provider |= {"port": 25, "password": "canary-odd"}

    tenant.meanwhile = [odd]
    one.up(from_address=BOB)
    what = "settings.port, settings.password" if tenant.name == "doves" else "settings.port"
    assert said == [
        (
            f"{tenant.name} {tenant.name}.example email-provider: the answer differs from what was sent in {what}; run "
            "`pulumi refresh`."
        )
    ]
    assert one.state["live"]["port"] == 25


def id_of(tenant: Tenant) -> str:
    """Returns the id of the tenant's provider."""
    return f"{tenant.name}/{tenant.name}.example/email-provider"


def test_an_import_reads_what_a_program_would_write(tenant: Tenant, said: list[str]) -> None:
    """In one look; without defaults and without a secret, and what stays as it is in the tenant is told."""
    theirs(tenant)
    imported = import_(EmailProviderLifecycle(), id_of(tenant))
    settings = {"kind": f"{tenant.name}.smtp", "host": "smtp.one.example", "username": "ada"}
    assert imported.inputs == {"tenant": "main", "settings": settings, "from_address": ADA}
    assert tenant.calls() == ["read"]
    assert said == [f"{id_of(tenant)}: the tenant keeps settings.password, which the imported inputs leave out"]
    written = imported.state["written_identity"]
    assert (imported.state["adopted"], imported.state["live"]["host"]) == (True, "smtp.one.example")
    assert (written["kind"], written["host"]) == (f"{tenant.name}.smtp", "smtp.one.example")
    assert "canary" not in str((imported.inputs, imported.state["live"]["host"], said))
    tenant.program_settings = {"kind": f"{tenant.name}.smtp", "host": "smtp.one.example"}
    theirs(tenant, region="", port=25)
    imported = import_(EmailProviderLifecycle(), id_of(tenant))
    assert imported.inputs["settings"] == tenant.program_settings
    assert ": the tenant keeps settings.password, settings.port, settings.username, which" in said[1]


def test_what_the_tenant_keeps_nothing_of_is_imported_in_silence(tenant: Tenant, said: list[str]) -> None:
    """As without a login; a tenant's own sender is one, and none is nothing."""
    theirs(tenant)
    tenant.provider = {**(tenant.provider or {}), "kind": f"{tenant.name}.built_in", "host": None}
    tenant.provider = {
        name: each for name, each in tenant.provider.items() if name in ("kind", "from", "enabled", "id")
    }
    tenant.provider["enabled"] = False
    imported = import_(EmailProviderLifecycle(), id_of(tenant))
    settings = {"kind": f"{tenant.name}.built_in"}
    assert imported.inputs == {"tenant": "main", "settings": settings, "from_address": ADA, "enabled": False}
    assert said == []
    tenant.provider = None
    operation.begin()
    found = steps.import_(EmailProviderLifecycle(), id_of(tenant))
    assert (None if found is None else found[0]["settings"]) == (settings if tenant.name == "owls" else None)


def test_a_password_is_kept_for_whoever_logs_in() -> None:
    """Where nobody does, an import leaves none to the tenant."""
    transport = Transport("it.smtp", ("host", "password"), ("password",), login="username")
    for login, kept in (({}, []), ({"username": "ada"}, ["settings.password"])):
        settings = {"kind": "it.smtp", "host": "smtp.one.example", **login}
        assert left_to_tenant(LiveProvider(ProviderInputs(settings), {}), settings, transport) == kept


def test_a_kind_that_nobody_knows_is_not_imported(tenant: Tenant) -> None:
    """It is told with what is there, and what would help."""
    theirs(tenant, kind=f"{tenant.name}.newer")
    with pytest.raises(NotSupported) as caught:
        import_(EmailProviderLifecycle(), id_of(tenant))
    assert str(caught.value) == (
        f"import of {id_of(tenant)}: cannot be imported: {tenant.name} has {tenant.name}.newer from {ADA}\n"
        "An import needs exactly one, of a kind that this version has a class for: remove the others in the "
        "tenant, or upgrade pulumi-tenant-email."
    )
    with pytest.raises(InvalidSettings, match="id: is the id of EmailTemplate, not of EmailProvider"):
        import_(EmailProviderLifecycle(), f"{tenant.name}/{tenant.name}.example/email-template/hello")
