"""What exists belongs to whoever made it: met at a creation, at a destroy, at a write that must not overwrite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tenant_email.errors import AlreadyConfigured, TenantEmailError
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.operations import operation

if TYPE_CHECKING:
    from support.conformance import Case
    from support.managed import Operated

OTHER = {"from_address": "them@acme.example"}


def edited(case: Case, theirs: Operated, **inputs: Any) -> None:
    """Changes what a stack wrote, as someone does by hand: the stack's own state does not know."""
    operation.begin()
    changed = {**theirs.inputs, **inputs}
    EmailProviderLifecycle().update(theirs.id, dict(theirs.state), changed)
    case.tenant.reset_calls()


def test_a_second_stack_is_refused_and_takes_nothing_away(case: Case) -> None:
    """The same program in two stacks: the second one writes nothing, and its destroy leaves the first one's mail on."""
    first, second = case.stack(), case.stack()
    first.up()
    case.tenant.reset_calls()
    with pytest.raises(
        AlreadyConfigured, match="interrupted run of this stack created it, also set on_delete='delete'"
    ):
        second.up()
    written = [call for call in case.tenant.calls if call.method != "GET" and "token" not in call.path]
    assert all(call.status == 409 for call in written)
    assert second.id == ""
    assert first.refresh()
    assert first.up() == "same"


def test_a_second_stack_that_adopts_leaves_what_it_found(case: Case) -> None:
    """Adopted is never created: a destroy of the adopting stack leaves the first one's mail on."""
    first, second = case.stack(), case.stack(on_existing="adopt")
    first.up()
    second.up()
    case.writes()
    second.destroy()
    assert (second.state["adopted"], case.writes()) == (True, 0)
    assert first.refresh()


@pytest.mark.parametrize(
    ("change", "policy", "kept"), [(OTHER, None, True), (OTHER, "delete", False), ({}, None, False)]
)
def test_a_destroy_keeps_what_someone_changed(case: Case, change: Any, policy: Any, kept: bool) -> None:
    """Any visible fact that is not as we wrote it says that someone configured it; an explicit policy decides."""
    provider = case.stack(on_delete=policy)
    provider.up()
    if change:
        edited(case, provider, **change)
    provider.destroy()
    assert bool(case.writes()) is not kept
    assert provider.refresh() is kept


def test_a_refresh_makes_nothing_ours(case: Case) -> None:
    """What someone changed is still theirs after a refresh has recorded it; what is written next is ours again."""
    provider = case.stack()
    provider.up()
    edited(case, provider, **OTHER)
    assert provider.refresh()
    seen = provider.id, provider.state
    provider.destroy()
    assert case.writes() == 0
    provider.id, provider.state = seen
    assert provider.up() == "update"
    provider.destroy()
    assert not provider.refresh()


def test_states_of_earlier_releases_are_read(case: Case) -> None:
    """Where `written_identity` holds less, or is missing, the kind and what identifies it decide, as before."""
    for older in ({"kind", "host", "port", "username"}, set[str]()):
        provider = case.stack()
        provider.up()
        wrote = {name: value for name, value in provider.state["written_identity"].items() if name in older}
        live = {name: value for name, value in provider.state["live"].items() if name != "id"}
        provider.state = {**provider.state, "written_identity": wrote or None, "live": live}
        edited(case, provider, **OTHER)
        provider.destroy()
        assert not provider.refresh()


def test_a_replacement_that_deletes_first_goes_on(case: Case) -> None:
    """Within one run the new resource takes over what the old one gave up, created as it was."""
    provider = case.stack(on_delete="delete")
    provider.up()
    again = EmailProviderLifecycle()
    operation.begin()
    assert not again.check({}, dict(provider.inputs)).failures
    again.delete(provider.id, dict(provider.state))
    made = again.create(dict(provider.inputs))
    assert (made.outs or {})["adopted"] is False


def test_a_replacement_meets_what_someone_put_there(case: Case) -> None:
    """What is not what the old resource wrote was not given up by it, and is refused."""
    provider = case.stack()
    provider.up()
    edited(case, provider, settings={**case.samples["settings"], "host": "smtp.two.example"})
    again = EmailProviderLifecycle()
    operation.begin()
    again.check({}, dict(provider.inputs))
    again.delete(provider.id, dict(provider.state))
    with pytest.raises(AlreadyConfigured):
        again.create(dict(provider.inputs))


def test_on_drift_fail_looks_last_of_all(case: Case) -> None:
    """The look is the last call before the write."""
    provider = case.stack(on_drift="fail")
    provider.up()
    case.tenant.reset_calls()
    provider.up(from_address="hello@acme.example")
    methods = [call.method for call in case.tenant.calls if "token" not in call.path]
    looked, wrote = methods.index("GET"), next(at for at, name in enumerate(methods) if name != "GET")
    paths = [call.path for call in case.tenant.calls if "token" not in call.path]
    assert looked < wrote
    assert paths[wrote].startswith(paths[wrote - 1])


def test_on_drift_fail_stops_before_anybody_elses_change_is_lost(case: Case) -> None:
    """What someone changed since is named and stays; what they changed to just what is wanted is no drift."""
    provider = case.stack(on_drift="fail")
    provider.up()
    edited(case, provider, **OTHER)
    with pytest.raises(TenantEmailError, match="someone else changed from_address since the last run"):
        provider.up(from_address="hello@acme.example")
    assert case.writes() == 0
    assert provider.up(**OTHER) == "update"


@pytest.mark.parametrize("case", ["logto", "pingone_aic"], indirect=True)
def test_on_drift_fail_notices_another_secret(case: Case) -> None:
    """Where the tenant shows that a secret is another one, a change of it is a drift like any other."""
    provider = case.stack(on_drift="fail")
    provider.up()
    edited(case, provider, settings={**case.samples["settings"], "password": "canary-theirs"})
    with pytest.raises(TenantEmailError, match=r"someone else changed settings\.password") as refused:
        provider.up(from_address="hello@acme.example")
    assert "canary" not in str(refused.value)


def id_of(case: Case, **parts: str) -> str:
    """Returns the id of the tenant's provider, with another part."""
    usual = {"platform": case.samples["settings"]["kind"].partition(".")[0], "host": case.tenant.url[7:]}
    usual = {**usual, "what": "email-provider", **parts}
    return "/".join(usual[name] for name in ("platform", "host", "what"))


@pytest.mark.parametrize("part", [{"host": "production.example"}, {"platform": "other"}, {"what": "email-template/x"}])
@pytest.mark.parametrize("mode", ["import", "adopt"])
def test_an_import_of_another_id_is_refused(case: Case, part: dict[str, str], mode: str) -> None:
    """The id given is compared with what the inputs name, at preview, before anything."""
    wrong, right = id_of(case, **part), id_of(case)
    (problem,) = case.stack(on_existing=mode, import_id=wrong).problems()
    assert problem.startswith(f"opts.import_: is {wrong}, but these inputs identify {right}\n")
    assert case.stack(on_existing=mode, import_id=right).problems() == []
    assert not case.tenant.calls


def test_an_import_shows_what_differs_and_its_remedy_works(case: Case) -> None:
    """Live and desired of what is no secret are reported; adopting, which the remedy names, takes it over."""
    case.stack(**OTHER).up()
    differs = (
        r"differs in from_address\n  - from_address: \"them@acme.example\" is live; the inputs say \"no-reply@acme"
    )
    with pytest.raises(AlreadyConfigured, match=differs) as refused:
        case.stack(on_existing="import", import_id=id_of(case)).up()
    assert str(refused.value).endswith(
        "\nMake the inputs equal to what is live, or set on_existing='adopt', which changes what differs."
    )
    adopted = case.stack(on_existing="adopt", import_id=id_of(case))
    adopted.up()
    assert (adopted.state["adopted"], adopted.state["live"] != {}) == (True, True)


def test_an_import_of_nothing_can_be_created_without_it(case: Case) -> None:
    """The remedy is to remove import_, and then it is created."""
    with pytest.raises(AlreadyConfigured, match=r"nothing to import: .*\nRemove import_"):
        case.stack(on_existing="import", import_id=id_of(case)).up()
    assert case.stack().up() == "create"
