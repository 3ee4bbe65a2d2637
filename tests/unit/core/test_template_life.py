"""What an EmailTemplate does, whatever its platform is like: which calls, with what, and whose it is afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.flock.parts import ONLY
from support.imported import import_
from support.managed import Managed, Operated
from tenant_email.errors import AlreadyConfigured, InvalidSettings, NotFound, TenantEmailError
from tenant_email.findings import FollowsProvider, OwnsObject, SendsFrom
from tenant_email.inputs.unknowns import UNKNOWN
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle
from tenant_email.operations import operation, steps
from tenant_email.template_record import TemplateRecord

if TYPE_CHECKING:
    from support.flock.tenant import Tenant

pytestmark = pytest.mark.usefixtures("flock")


def settings(tenant: Tenant, **more: Any) -> dict[str, Any]:
    """Returns the settings of a template; None leaves one out."""
    given = {"kind": f"{tenant.name}.template", "template": "hello", "subject": "Hi", "body": "coo", **more}
    return {name: value for name, value in given.items() if value is not None}


def template(tenant: Tenant, **inputs: Any) -> Operated:
    """Returns a resource, each step of which is an operation of its own."""
    return Operated(EmailTemplateLifecycle(), **{"tenant": "main", "settings": settings(tenant), **inputs})


def made(tenant: Tenant, **inputs: Any) -> Operated:
    """Returns a resource that is there, its calls forgotten."""
    found = template(tenant, **inputs)
    assert found.up() == "create"
    tenant.calls()
    return found


def where(tenant: Tenant) -> str:
    """Returns how messages begin."""
    return f"{tenant.name} {tenant.name}.example"


def test_a_creation_looks_only_where_it_must(tenant: Tenant) -> None:
    """What it made is ours, as it was written."""
    one = template(tenant)
    assert one.up() == "create"
    assert tenant.calls() == (["create"] if tenant.name == "hawks" else ["read", "create"])
    assert one.id == f"{tenant.name}/{tenant.name}.example/email-template/hello"
    shown = {"subject": "Hi", "body": "coo"}
    assert (one.state["live"], one.state["adopted"]) == (shown, False)
    assert one.state.keys().isdisjoint({"last_written", "snapshot"})
    assert (one.up(), tenant.calls()) == ("same", [])


def test_what_is_there_is_adopted(tenant: Tenant, said: list[str]) -> None:
    """With a snapshot of it, and what differs is written and told; it is adopted from then on."""
    before = {"subject": "Old", "body": "coo"}
    tenant.templates["hello"] = dict(before)
    one = template(tenant)
    one.up()
    assert said == [
        f"{where(tenant)}: template hello exists and differs in settings.subject; adopting it. A destroy restores it."
    ]
    call = tenant.last("update")
    assert (call.change.settings, call.change.fields) == ({"subject"}, set())
    assert call.live.inputs.settings["subject"] == "Old"
    first = ["create", "read", "update"] if tenant.name == "hawks" else ["read", "update"]
    assert tenant.calls() == first
    now = {"subject": "Hi", "body": "coo"}
    assert (one.state["live"], one.state["snapshot"], one.state["adopted"]) == (now, before, True)
    assert "last_written" not in one.state
    one.destroy()
    assert tenant.templates == {"hello": before}


def test_what_is_equal_is_adopted_without_a_write(tenant: Tenant, said: list[str]) -> None:
    """And left at a destroy; the way out is said."""
    tenant.templates["hello"] = {"subject": "Hi", "body": "coo"}
    one = template(tenant)
    one.up()
    assert "update" not in tenant.calls()
    assert said == [
        (
            f"{where(tenant)}: template hello exists and matches; adopted without changes. A destroy leaves it in "
            "place. If an interrupted run of this stack created it, set on_delete='delete'."
        )
    ]
    assert (one.state["adopted"], one.state["snapshot"]) == (True, {"subject": "Hi", "body": "coo"})
    del said[:]
    one.destroy()
    assert said == [f"{one.id}: left as it is in the tenant"]
    assert tenant.calls() == []


def test_what_is_there_is_refused_where_that_is_asked_for(tenant: Tenant) -> None:
    """Equal or not, with what differs and with the ways out."""
    tenant.templates["hello"] = {"subject": "Hi", "body": "coo"}
    remedy = (
        "Set on_existing='adopt' to take it over; a destroy then restores it as it is now. If an interrupted run of "
        "this stack created it, also set on_delete='delete'. If you renamed the resource, set opts.aliases to the old "
        "name instead. If you are replacing a resource of this stack, set opts.delete_before_replace."
    )
    for old, what in (
        ("Hi", ""),
        ("Old", ' and differs in settings.subject\n  - settings.subject: "Old" is live; the'),
    ):
        tenant.templates["hello"]["subject"] = old
        with pytest.raises(AlreadyConfigured) as caught:
            template(tenant, on_existing="fail").up()
        assert caught.value.message.startswith(f"{where(tenant)}: template hello exists{what}")
        assert caught.value.remedy == remedy
    assert "update" not in tenant.calls()


def test_an_import_writes_nothing(tenant: Tenant) -> None:
    """What equals the inputs is recorded as adopted, what differs is refused, and so is what is not there."""
    one = template(tenant, on_existing="import")
    with pytest.raises(TenantEmailError, match=f"^{where(tenant)}: nothing to import: there is no template hello"):
        one.up()
    tenant.templates["hello"] = {"subject": "Hi", "body": "coo"}
    one.up()
    assert one.state["adopted"] is True
    tenant.templates["hello"]["subject"] = "Old"
    there = rf"^{where(tenant)}: cannot import: template hello exists and differs in settings\.subject"
    with pytest.raises(AlreadyConfigured, match=there):
        template(tenant, on_existing="import").up()
    assert set(tenant.calls()) == {"read"}


@pytest.mark.parametrize("lost", ["before", "after"])
def test_a_creation_whose_answer_is_lost_is_ours(tenant: Tenant, lost: Any) -> None:
    """A template hides nothing, so that there is nothing to send again where it is there."""
    tenant.losing = [lost]
    one = template(tenant, on_existing="fail")
    one.up()
    looks = [] if tenant.name == "hawks" else ["read"]
    assert tenant.calls() == [*looks, "create", "read", *(["create"] if lost == "before" else [])]
    assert (one.state["adopted"], "snapshot" in one.state) == (False, False)
    assert (one.state["live"], "last_written" in one.state) == ({"subject": "Hi", "body": "coo"}, False)


def test_what_someone_made_meanwhile_is_not_ours(tenant: Tenant) -> None:
    """It differs; or it has more than was sent, where nobody had looked before."""
    for more, is_ours in (({"subject": "Theirs"}, False), ({"from_address": "a@b.example"}, tenant.name != "hawks")):
        there = {"subject": "Hi", "body": "coo", **more}
        tenant.templates.clear()
        tenant.losing = ["before"]
        tenant.meanwhile = [lambda there=there: tenant.templates.update(hello=there)]  # type: ignore[misc]
        one = template(tenant, on_existing="fail")
        if is_ours:
            one.up()
            continue
        with pytest.raises(AlreadyConfigured):
            one.up()
    tenant.templates.clear()
    tenant.losing = ["before"]
    tenant.meanwhile = [lambda: tenant.templates.update(hello={"subject": "Hi", "body": "coo", "from_address": ""})]
    template(tenant, on_existing="fail").up()


@ONLY["doves"]
def test_what_a_write_would_take_away_is_a_difference(tenant: Tenant) -> None:
    """Though the program says nothing of it."""
    tenant.templates["hello"] = {"subject": "Hi", "body": "theirs"}
    with pytest.raises(AlreadyConfigured, match=r"differs in settings\.body"):
        template(tenant, settings=settings(tenant, body=None), on_existing="fail").up()


def test_what_another_resource_gave_up_goes_on(tenant: Tenant, said: list[str]) -> None:
    """As it was, created or adopted, with its snapshot; what differs is written, and nothing is said of adoption."""
    for adopted in (False, True):
        tenant.templates.clear()
        one = made(tenant)
        kept = {"adopted": adopted, "snapshot": {"subject": "Old"}}
        one.state = {**one.state, **kept}
        lifecycle = EmailTemplateLifecycle()
        operation.begin()
        assert not lifecycle.check({}, dict(one.inputs)).failures
        lifecycle.delete(one.id, dict(one.state))
        tenant.templates["hello"]["body"] = "theirs"
        found = lifecycle.create({**one.inputs, "settings": settings(tenant, subject="New", body="coo")}).outs or {}
        assert {name: found[name] for name in kept} == kept
        assert (found["live"], "last_written" in found) == ({"subject": "New", "body": "coo"}, False)
        assert [line for line in said if "adopt" in line] == []
    tenant.templates["hello"]["body"] = "theirs"
    operation.begin()
    assert not lifecycle.check({}, dict(one.inputs)).failures
    lifecycle.delete(one.id, {**dict(one.state), "last_written": {"subject": "Old", "body": "ours"}})
    given = settings(tenant, subject="New", body="theirs")
    found = lifecycle.create({**one.inputs, "settings": given}).outs or {}
    assert found["last_written"] == {"subject": "Old", "body": "ours"}
    assert found["live"] == {"subject": "New", "body": "theirs"}


def test_an_update_sends_what_changed(tenant: Tenant) -> None:
    """What was written before stays ours; a platform that writes the whole is given what is there."""
    one = made(tenant)
    assert one.up(settings=settings(tenant, subject="New"), on_delete="delete") == "update"
    call = tenant.last("update")
    assert (call.change.settings, call.change.fields) == ({"subject"}, set())
    assert (call.live is not None) == (tenant.name == "owls")
    assert tenant.calls() == (["read", "update"] if tenant.name == "owls" else ["update"])
    now = {"subject": "New", "body": "coo"}
    assert (one.state["live"], "last_written" in one.state, one.state["adopted"]) == (now, False, False)


def test_what_only_steers_us_is_recorded_without_a_call(tenant: Tenant) -> None:
    """Nothing of what is recorded beside it changes."""
    one = made(tenant)
    before = dict(one.state)
    assert one.up(on_delete="retain") == "update"
    assert tenant.calls() == []
    assert dict(one.state) == {**before, "on_delete": "retain"}


def test_an_update_says_what_it_overwrote(tenant: Tenant, said: list[str]) -> None:
    """What someone else changed, as far as it was seen, and as far as this write replaced it."""
    one = made(tenant)
    tenant.templates["hello"] |= {"subject": "Theirs", "body": "theirs"}
    if tenant.name != "owls":
        assert one.refresh()
        one.state = {**one.state, "settings": settings(tenant)}
    one.up(settings=settings(tenant, subject="New"))
    lost = "subject" if tenant.name == "hawks" else "body, subject"
    assert said == [f"{where(tenant)}: template hello: overwrote changes made by someone else: {lost}"]
    if tenant.name == "hawks":
        assert one.state["last_written"] == {"subject": "New", "body": "coo"}
        assert one.state["live"] == {"subject": "New", "body": "theirs"}


def test_what_someone_changed_before_an_own_write_is_not_told_again(tenant: Tenant, said: list[str]) -> None:
    """What is as we wrote it was overwritten by nobody."""
    one = made(tenant)
    one.up(settings=settings(tenant, subject="New"))
    one.up(settings=settings(tenant, subject="Newer"))
    assert said == []


def test_what_is_gone_is_created_again(tenant: Tenant, said: list[str]) -> None:
    """And said; it is what it was."""
    one = made(tenant)
    tenant.templates.clear()
    one.up(settings=settings(tenant, subject="New"))
    assert said[0] == f"{where(tenant)}: template hello is gone; creating it again"
    assert tenant.templates == {"hello": {"subject": "New", "body": "coo"}} or tenant.name != "hawks"
    assert tenant.last("create").desired.settings["subject"] == "New"
    assert one.state["live"]["subject"] == "New"


def test_a_refresh_shows_what_is_live(tenant: Tenant) -> None:
    """What is managed, and what is beside it; whose it is stays, and what is gone is gone."""
    one = made(tenant)
    tenant.templates["hello"] |= {"subject": "Theirs", "from_address": "a@b.example"}
    assert one.refresh()
    assert one.state["settings"] == settings(tenant, subject="Theirs")
    assert one.state["live"] == {"subject": "Theirs", "body": "coo", "from_address": "a@b.example"}
    assert one.state["last_written"] == {"subject": "Hi", "body": "coo"}
    assert one.state["adopted"] is False
    tenant.templates.clear()
    assert not one.refresh()


def test_what_was_written_is_recorded_once_someone_changed_it(tenant: Tenant) -> None:
    """And stays so until our next write: also where the text of someone else is ours again, or an old state has it."""
    one = made(tenant)
    assert one.refresh()
    assert "last_written" not in one.state
    ours = dict(one.state["live"])
    for subject in ("Theirs", "Theirs too", "Hi"):
        tenant.templates["hello"]["subject"] = subject
        assert one.refresh()
        assert (one.state["live"]["subject"], one.state["last_written"]) == (subject, ours)
    before = dict(one.state)
    assert one.refresh()
    assert dict(one.state) == before
    one.up(settings=settings(tenant, subject="New"))
    assert "last_written" not in one.state


DESTROYED: list[tuple[dict[str, Any], dict[str, Any], str | None, bool]] = [
    # inputs, outputs; which policy, and whether what is ours counts
    ({}, {}, "delete", True),
    ({}, {"adopted": True, "snapshot": {"subject": "Old"}}, "restore", True),
    ({}, {"adopted": True}, None, True),
    ({"on_delete": "delete"}, {"adopted": True, "snapshot": {"subject": "Old"}}, "delete", False),
    ({"on_delete": "restore"}, {"adopted": True, "snapshot": {"subject": "Hi", "body": "coo"}}, "restore", False),
    ({"on_delete": "restore"}, {}, "restore", False),
    ({"on_delete": "retain"}, {}, None, True),
    ({}, {"adopted": True, "snapshot": {"subject": "Hi", "body": "coo"}}, None, True),
]


@pytest.mark.parametrize("row", DESTROYED)
def test_what_a_destroy_does(tenant: Tenant, said: list[str], row: Any) -> None:
    """What was made goes, what was adopted comes back or stays; a policy that is given takes edits along."""
    inputs, outputs, policy, ours = row
    one = made(tenant, **inputs)
    one.state = {**one.state, **outputs}
    one.destroy()
    if policy is None:
        assert (tenant.calls(), said) == ([], [f"{one.id}: left as it is in the tenant"])
        return
    (call,) = tenant.asked
    assert (call.name, call.id, call.policy) == ("retire", "hello", policy)
    assert call.recorded == TemplateRecord(
        outputs.get("snapshot"), one.state["live"] if ours else None, one.state["live"]
    )
    assert said == []


def test_a_destroy_keeps_what_someone_changed(tenant: Tenant, said: list[str]) -> None:
    """And says what, and how to remove it."""
    one = made(tenant)
    tenant.templates["hello"] |= {"subject": "Theirs", "from_address": "a@b.example"}
    one.destroy()
    assert said == [
        (
            f"{one.id}: kept, because someone else changed it since the last update (from_address, subject). To delete "
            "it, do so in the tenant."
        )
    ]
    assert "hello" in tenant.templates


def test_what_another_resource_owns_is_kept(tenant: Tenant, said: list[str]) -> None:
    """Without a call."""
    one = made(tenant)
    operation.begin()
    assert not one.problems()
    EmailTemplateLifecycle().delete(one.id, dict(one.state))
    assert said == [f"{one.id}: kept, because another resource of this program owns it now"]
    assert tenant.calls() == []


def test_one_write_a_run(tenant: Tenant) -> None:
    """Two resources for one template are refused, at the latest when the second one writes; two templates are not."""
    one, two = (Managed(EmailTemplateLifecycle(), tenant="main", settings=settings(tenant)) for _ in range(2))
    operation.begin()
    one.start()
    with pytest.raises(TenantEmailError):
        two.start()
    changed = {**one.inputs, "settings": settings(tenant, subject="New")}
    with pytest.raises(TenantEmailError):
        EmailTemplateLifecycle().update(one.id, dict(one.state), changed)
    Managed(EmailTemplateLifecycle(), tenant="main", settings=settings(tenant, template="bye")).start()


def test_a_lost_template_of_two_resources_is_known_by_its_key(tenant: Tenant) -> None:
    """Another key is another template: a replacement, unless it is not known yet."""
    one = Managed(EmailTemplateLifecycle(), tenant="main", settings=settings(tenant))
    operation.begin()
    one.start()
    assert one.plan() == "same"
    assert one.plan(settings=settings(tenant, template="bye")) == "replace"
    bye = {**one.inputs, "settings": settings(tenant, template="bye")}
    assert EmailTemplateLifecycle().do_diff(one.id, dict(one.state), bye) == (True, ["settings"])
    assert one.plan(settings=settings(tenant, template="lo")) == "replace"
    found = EmailTemplateLifecycle().do_diff(
        one.id, dict(one.state), {**one.inputs, "settings": settings(tenant, template=UNKNOWN)}
    )
    assert found == (True, [])


def found(tenant: Tenant, **inputs: Any) -> Any:
    """Returns what a check finds."""
    given = {"tenant": "main", "settings": settings(tenant), **inputs}
    return EmailTemplateLifecycle().do_check(None, given)


def test_what_is_wrong_is_told(tenant: Tenant) -> None:
    """Each with its input, in the platform's words too; without a kind nothing more is judged."""
    title = tenant.name.capitalize()
    assert [str(problem) for problem in found(tenant, on_delete="disable").problems] == [
        f"on_delete: {title} cannot disable a template\nUse one of: delete, restore, retain."
    ]
    assert found(tenant, on_delete=UNKNOWN).problems == found(tenant, on_delete="restore").problems == ()
    (problem,) = found(tenant, settings=settings(tenant, from_address="no address")).problems
    assert problem.path == "settings.from_address"
    assert [problem.path for problem in found(tenant, settings={"template": "x"}).problems] == ["settings.kind"]
    assert found(tenant, settings=settings(tenant, body="COO")).warnings == (
        f"{where(tenant)} email-template/hello: settings.body: is loud.",
    )
    assert found(tenant, settings=settings(tenant, body="COO", template=UNKNOWN)).warnings == (
        f"{where(tenant)} email-template: settings.body: is loud.",
    )
    (problem,) = found(tenant, import_id="x").problems
    assert problem.path == "opts.import_"
    assert found(tenant, import_id="x", settings=settings(tenant, template=UNKNOWN)).problems == ()


def test_all_that_is_found_is_told_at_once(tenant: Tenant) -> None:
    """Problems, warnings and claims, whatever else is wrong."""
    given = settings(tenant, body="COO", wings=2, from_address="a@localhost")
    all_ = found(tenant, settings=given, on_delete="disable", import_id="x")
    assert [problem.path for problem in all_.problems] == [
        "settings.wings",
        "settings.from_address",
        "on_delete",
        "opts.import_",
    ]
    assert all_.warnings == (f"{where(tenant)} email-template/hello: settings.body: is loud.",)
    assert [type(claim) for claim in all_.claims] == [SendsFrom, FollowsProvider, OwnsObject]


def test_what_is_claimed(tenant: Tenant) -> None:
    """The template by its key where that is known, the tenant's provider, and the sender where there is one."""
    claims = found(tenant).claims
    assert [claim.id for claim in claims if isinstance(claim, OwnsObject)] == [
        f"{tenant.name}/{tenant.name}.example/email-template/hello"
    ]
    assert [claim for claim in claims if isinstance(claim, SendsFrom)] == []
    (follows,) = [claim for claim in claims if isinstance(claim, FollowsProvider)]
    assert (follows.platform, follows.host) == (tenant.name, f"{tenant.name}.example")
    assert follows.warn(f"{tenant.name}.smtp") == ()
    assert follows.warn(f"{tenant.name}.relay") == (
        f"{where(tenant)} email-template/hello: {tenant.name}.relay drops the subject Hi",
    )
    unknown = found(tenant, settings=settings(tenant, template=UNKNOWN, from_address="a@b.example")).claims
    assert [claim for claim in unknown if isinstance(claim, OwnsObject)] == []
    (sends,) = [claim for claim in unknown if isinstance(claim, SendsFrom)]
    assert (sends.path, sends.sender) == ("settings.from_address", "a@b.example")


def test_what_cannot_be_valid_is_not_written(tenant: Tenant) -> None:
    """An error with the input, as a preview says it."""
    with pytest.raises(InvalidSettings, match=r"settings\.subject: is missing"):
        EmailTemplateLifecycle().create({"tenant": "main", "settings": settings(tenant, subject=None)})
    one = made(tenant)
    with pytest.raises(InvalidSettings, match=r"settings\.subject: is missing"):
        EmailTemplateLifecycle().update(one.id, one.state, {**one.inputs, "settings": settings(tenant, subject=None)})
    assert tenant.calls() == []


def test_what_it_repeats_of_its_inputs(tenant: Tenant) -> None:
    """So that what a user marked secret is secret there too."""
    paths = EmailTemplateLifecycle().output_paths("settings.subject", {"settings": settings(tenant)})
    assert paths == (("live",),)
    assert EmailTemplateLifecycle().output_paths("tenant", {"settings": settings(tenant)}) == ()


def test_an_error_of_the_platform_is_not_taken_for_absence(tenant: Tenant) -> None:
    """Only its own word is."""
    one = made(tenant)
    tenant.losing = ["before"]
    with pytest.raises(TenantEmailError) as caught:
        one.up(settings=settings(tenant, subject="New"))
    assert not isinstance(caught.value, NotFound)
    assert "create" not in tenant.calls()


def test_an_import_reads_what_a_program_would_write(tenant: Tenant) -> None:
    """In one look; a destroy puts it back as it is now."""
    tenant.templates["hello"] = {"subject": "Hi", "body": "coo", "from_address": None}
    id_ = f"{tenant.name}/{tenant.name}.example/email-template/hello"
    imported = import_(EmailTemplateLifecycle(), id_)
    given = {"kind": f"{tenant.name}.template", "template": "hello", "subject": "Hi", "body": "coo"}
    assert imported.inputs == {"tenant": "main", "settings": given}
    shown = {"subject": "Hi", "body": "coo"}
    outputs = {name: value for name, value in imported.state.items() if name not in imported.inputs}
    assert outputs == {"live": shown, "snapshot": shown, "adopted": True}
    assert (tenant.calls(), imported.unsettled()) == (["read"], [])
    tenant.templates.clear()
    operation.begin()
    assert steps.import_(EmailTemplateLifecycle(), id_) is None


def test_an_id_that_names_no_template_is_told(tenant: Tenant) -> None:
    """Before the tenant is asked; a key of several words where there is one, another resource's, another tenant's."""
    host = f"{tenant.name}/{tenant.name}.example"
    for id_, why in (
        (
            f"{host}/email-template/hello/en",
            f"id: names no template of {tenant.name.capitalize()}\nWrite it as {host}/email-template/{{template}}.",
        ),
        (f"{host}/email-template/ ", "settings.template: "),
        (f"{host}/email-provider", "id: is the id of EmailProvider, not of EmailTemplate\n"),
    ):
        operation.begin()
        with pytest.raises(InvalidSettings) as caught:
            steps.import_(EmailTemplateLifecycle(), id_)
        assert str(caught.value).startswith(f"import of {id_.strip()}: {why}")
    assert tenant.calls() == []
