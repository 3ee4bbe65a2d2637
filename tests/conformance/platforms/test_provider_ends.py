"""What an update and a destroy do to a provider: to ours, to what was adopted, and to what stands in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tenant_email.errors import AlreadyConfigured, InvalidSettings, NotFound
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.net.client import TRIES
from tenant_email.operations import operation
from tenant_email.timing import Timing
from tenant_email_local.emulators.server import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.conformance import Case
    from support.managed import Operated

THEM = "them@acme.example"
LOOKS = ("/api/connectors", "/openidm/config/external.email")
ONLY = {name: pytest.mark.parametrize("case", [name], indirect=True) for name in ("auth0", "logto", "pingone_aic")}


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    operation.begin(Timing(sleep=lambda _: None))
    yield
    operation.begin(Timing())


def edited(stack: Operated, **inputs: Any) -> None:
    """Changes what a stack wrote, as someone does by hand."""
    operation.begin()
    EmailProviderLifecycle().update(stack.id, dict(stack.state), {**stack.inputs, **inputs})


def replaced(case: Case, stack: Operated, **inputs: Any) -> Operated:
    """Puts another provider in place of a stack's; returns it as the stack that has it."""
    operation.begin()
    live = EmailProviderLifecycle().read(stack.id, dict(stack.state)).outs or {}
    mine = {"on_delete": "delete", "adopted": False, "written_identity": None}
    EmailProviderLifecycle().delete(stack.id, {**live, **mine})
    other = case.stack(**inputs)
    other.up()
    return other


def again(stack: Operated) -> dict[str, Any]:
    """Replaces a resource by one that is deleted first; returns what is recorded of the new one."""
    lifecycle = EmailProviderLifecycle()
    operation.begin()
    assert not lifecycle.check({}, dict(stack.inputs)).failures
    lifecycle.delete(stack.id, dict(stack.state))
    return lifecycle.create({**stack.inputs, "on_existing": "fail"}).outs or {}


def test_an_import_is_recorded_as_adopted(case: Case) -> None:
    """So that a destroy leaves it."""
    case.stack().up()
    imported = case.stack(on_existing="import")
    imported.up()
    assert imported.state["adopted"] is True
    case.writes()
    imported.destroy()
    assert case.writes() == 0


@pytest.mark.parametrize("recorded", [True, False, None])
def test_a_replacement_that_deletes_first_is_what_the_old_one_was(case: Case, recorded: bool | None) -> None:
    """Adopted or created, as far as its state says."""
    made = case.stack()
    made.up()
    made.state = {name: value for name, value in {**made.state, "adopted": recorded}.items() if value is not None}
    assert again(made)["adopted"] is bool(recorded)


def test_a_replacement_does_not_take_over_what_someone_put_there(case: Case) -> None:
    """It is not what the old resource gave up, also where the state tells by its inputs alone."""
    for lacking in (set[str](), {"written_identity"}):
        made = case.stack(on_delete="delete")
        made.up()
        made.state = {name: value for name, value in made.state.items() if name not in lacking}
        other = replaced(case, made, settings={**case.samples["settings"], "host": "smtp.two.example"})
        with pytest.raises(AlreadyConfigured):
            again(made)
        other.destroy()


@ONLY["auth0"]
def test_an_adoption_hands_no_secret_over(case: Case) -> None:
    """A host that the live secret was not given for needs the secret from the program."""
    case.stack().up()
    moved = {name: value for name, value in case.samples["settings"].items() if name != "password"}
    adopted = case.stack(on_existing="adopt", settings={**moved, "host": "smtp.two.example"})
    case.writes()
    with pytest.raises(InvalidSettings) as caught:
        adopted.up()
    who = f"auth0 {case.tenant.url[7:]}"
    assert str(caught.value).startswith(f"{who}: {who}: cannot change smtp_host from smtp.one.example to smtp.two.exam")
    assert case.writes() == 0
    same = case.stack(on_existing="adopt", settings=moved, from_address=THEM)
    same.up()
    assert case.writes() == 1


@ONLY["logto"]
def test_an_update_knows_its_connector_by_what_was_written(case: Case) -> None:
    """A state of an earlier release recorded no id of what it saw."""
    made = case.stack()
    made.up()
    live = {name: value for name, value in made.state["live"].items() if name != "id"}
    made.state = {**made.state, "live": live}
    case.tenant.reset_calls()
    assert made.up(from_address=THEM) == "update"
    id_ = made.state["written_identity"]["id"]
    assert [call.path for call in case.tenant.calls if call.method == "PATCH"] == [f"/api/connectors/{id_}"]


@ONLY["logto"]
def test_a_lost_answer_makes_nothing_ours_that_differs(case: Case) -> None:
    """What is there after an update without an answer may be another's: it is not written to."""
    made = case.stack()
    made.up()
    other = replaced(case, made, settings={**case.samples["settings"], "host": "smtp.two.example"})
    before = other.state["live"]
    case.tenant.inject(Fault("PATCH", "*", drop="before", times=TRIES))
    with pytest.raises(AlreadyConfigured):
        made.up(from_address="hello@acme.example")
    assert other.refresh()
    assert other.state["live"] == before


def test_a_lost_update_is_written_once_more(case: Case) -> None:
    """Whether or not it had its effect, without another preflight."""
    for drop in ("before", "after"):
        made = case.stack()
        made.up()
        case.tenant.inject(Fault("P[AU]T*", "*", drop=drop, times=TRIES))
        assert made.up(from_address=THEM) == "update"
        assert made.refresh()
        assert made.state["from_address"] == THEM
        made.destroy()


@ONLY["auth0"]
def test_a_destroy_may_only_switch_off(case: Case) -> None:
    """One call with one field."""
    made = case.stack(on_delete="disable")
    made.up()
    case.tenant.reset_calls()
    made.destroy()
    (call,) = [call for call in case.tenant.calls if call.method == "PATCH"]
    assert call.request_json == {"enabled": False}
    assert made.refresh()
    assert (made.state["enabled"], made.state["settings"]["host"]) == (False, "smtp.one.example")


@pytest.mark.parametrize("policy", [None, "delete"])
def test_another_configuration_stays_whatever_the_policy_says(case: Case, policy: str | None, said: list[str]) -> None:
    """An edit of ours goes along with an explicit one."""
    made = case.stack(on_delete=policy)
    made.up()
    edited(made, settings={**case.samples["settings"], "host": "smtp.two.example"})
    case.writes()
    made.destroy()
    assert case.writes() == 0
    assert "smtp.two.example" in said[-1]
    replaced(case, made, settings={**case.samples["settings"]}).destroy()
    ours = case.stack(on_delete=policy)
    ours.up()
    edited(ours, from_address=THEM)
    case.writes()
    ours.destroy()
    assert (case.writes() > 0) is bool(policy)


@ONLY["auth0"]
@pytest.mark.parametrize("policy", [None, "delete"])
@pytest.mark.parametrize("other", ["other_kind", "host"])
@pytest.mark.parametrize("older", [False, True])
def test_a_change_of_one_field_makes_no_other_configuration_ours(
    case: Case, other: str, policy: str | None, older: bool
) -> None:
    """Someone switches to another kind or host, and we change the sender: a destroy leaves what they configured.

    The state of an earlier release tells by its inputs what we wrote.
    """
    made = case.stack(on_delete=policy)
    made.up()
    if older:
        made.state = {name: value for name, value in made.state.items() if name != "written_identity"}
    theirs = case.samples[other] if other in case.samples else {**case.samples["settings"], "host": "smtp.two.example"}
    edited(made, settings=theirs)
    made.up(from_address="hello@acme.example")
    case.writes()
    made.destroy()
    assert case.writes() == 0
    adopting = case.stack(on_delete=policy, on_existing="adopt")
    adopting.up()
    adopting.up(from_address="us@acme.example")
    adopting.destroy()
    assert adopting.refresh() is (policy is None)


def test_what_is_gone_is_destroyed_already(case: Case) -> None:
    """And the built-in sender is nobody's to delete."""
    made = case.stack()
    made.up()
    kept = made.id, made.state
    made.destroy()
    case.writes()
    made.id, made.state = kept
    made.destroy()
    assert case.writes() == 0
    assert not made.refresh()


def test_a_look_makes_nothing_ours_and_forgets_nothing(case: Case) -> None:
    """What was written stays recorded, and a state of an earlier release lacks it as before."""
    made = case.stack()
    made.up()
    wrote = made.state["written_identity"]
    edited(made, from_address=THEM)
    assert made.refresh()
    assert (made.state["written_identity"], made.state["adopted"]) == (wrote, False)
    assert made.state["live"] != wrote["attributes"]
    older = {"written_identity", "secret_digests", "adopted"}
    made.state = {name: value for name, value in made.state.items() if name not in older}
    assert made.refresh()
    assert ("written_identity" in made.state, made.state["adopted"]) == (False, False)
    assert made.state["settings"]["password"] == case.samples["settings"]["password"]
    made.state = {**made.state, "adopted": True}
    assert made.refresh()
    assert made.state["adopted"] is True
    assert made.up(from_address="hello@acme.example") == "update"
    assert made.state["adopted"] is True
    made.state = {name: value for name, value in made.state.items() if name != "adopted"}
    assert made.up() == "update"
    assert made.state["adopted"] is False


@ONLY["pingone_aic"]
def test_a_secret_that_someone_changed_is_not_believed_to_be_ours(case: Case) -> None:
    """Its digest is another one: the next up sends the one of the program."""
    made = case.stack()
    made.up()
    edited(made, settings={**case.samples["settings"], "password": "canary-theirs"})
    assert made.refresh()
    assert "password" not in made.state["settings"]
    assert made.up() == "update"
    assert made.refresh()
    assert made.state["settings"]["password"] == case.samples["settings"]["password"]


@ONLY["pingone_aic"]
def test_the_platform_s_own_sender_is_nothing_to_import(case: Case) -> None:
    """It stands where nothing is configured."""
    with pytest.raises(AlreadyConfigured, match="nothing to import: there is no email provider"):
        case.stack(on_existing="import").up()


@pytest.mark.parametrize("case", ["logto", "pingone_aic"], indirect=True)
def test_an_adoption_looks_once(case: Case) -> None:
    """Before anything else, a test email among it, is done."""
    case.stack().up()
    case.tenant.reset_calls()
    case.stack(on_existing="adopt").up()
    looks = [call for call in case.tenant.calls if call.path.split("?")[0] in LOOKS]
    # a secret that the platform does not show is sent, and read back
    again = ["PUT", "GET"] if "pingone" in case.samples["settings"]["kind"] else []
    assert [call.method for call in looks] == ["GET", *again]


@ONLY["auth0"]
def test_an_update_hands_no_secret_over_and_makes_none_up(case: Case) -> None:
    """To another host it is refused, and where the provider is gone there is none to keep."""
    made = case.stack()
    made.up()
    kept = {name: value for name, value in case.samples["settings"].items() if name != "password"}
    who = f"auth0 {case.tenant.url[7:]}"
    case.writes()
    with pytest.raises(InvalidSettings) as caught:
        EmailProviderLifecycle().update(made.id, dict(made.state), case.around({**kept, "host": "smtp.two.example"}))
    assert str(caught.value).startswith(f"{who}: {who}: cannot change smtp_host from smtp.one.example to smtp.two.exam")
    assert case.writes() == 0
    operation.begin()
    EmailProviderLifecycle().delete(made.id, dict(made.state))
    with pytest.raises(NotFound):
        made.up(settings=kept, from_address=THEM)
    assert case.tenant.state.provider is None  # type: ignore[attr-defined]


@ONLY["auth0"]
def test_what_is_written_once_more_is_as_little_as_before(case: Case) -> None:
    """The field that changed alone."""
    made = case.stack()
    made.up()
    case.tenant.reset_calls()
    case.tenant.inject(Fault("PATCH", "*", drop="after", times=TRIES))
    made.up(from_address=THEM)
    bodies = [call.request_json for call in case.tenant.calls if call.method == "PATCH"]
    assert bodies == [{"default_from_address": THEM}] * (TRIES + 1)
