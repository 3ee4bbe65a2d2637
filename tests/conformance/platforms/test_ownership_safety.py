"""What exists belongs to whoever made it: what a destroy, an update and a creation must leave alone."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from tenant_email import platforms
from tenant_email.errors import AlreadyConfigured, InvalidSettings, TenantEmailError, WrongTenant
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle
from tenant_email.operations import operation

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.conformance import Case

Recorded = tuple[str, dict[str, Any]]
APART = ("auth0", "logto")


def provider(case: Case, **more: Any) -> Recorded:
    """Creates the sample provider; returns its id and recorded state."""
    result = case.provider.create({**case.inputs(), **more})
    case.tenant.reset_calls()
    return result.id, result.outs or {}


def template(case: Case, **more: Any) -> Recorded:
    """Creates the sample template; returns its id and recorded state."""
    result = case.template.create({**case.template_inputs(), **more})
    case.tenant.reset_calls()
    return result.id, result.outs or {}


def live(case: Case, recorded: Recorded) -> bool:
    """Returns whether the tenant still has the provider."""
    return bool(case.provider.read(*recorded).id)


def test_a_provider_that_another_resource_owns_now_is_kept(case: Case) -> None:
    """After a rename the new resource has it: the old one's destroy sends nothing and says so."""
    recorded = provider(case)
    renamed = case.provider
    assert not renamed.check({}, case.inputs()).failures
    EmailProviderLifecycle().delete(*recorded)
    assert case.tenant.calls == []
    assert live(case, recorded)


def test_a_template_that_another_resource_owns_now_is_kept(case: Case) -> None:
    """The same for a template."""
    recorded = template(case)
    renamed = case.template
    assert not renamed.check({}, case.template_inputs()).failures
    EmailTemplateLifecycle().delete(*recorded)
    assert case.tenant.calls == []
    assert case.template.read(*recorded).id


@pytest.mark.parametrize("recorded", [{"adopted": True, "on_delete": None}, {"adopted": False, "on_delete": "retain"}])
def test_what_was_adopted_or_is_retained_is_left_without_a_call(case: Case, recorded: dict[str, Any]) -> None:
    """A destroy of it asks the tenant nothing."""
    id_, state = provider(case)
    case.provider.delete(id_, {**state, **recorded})
    assert case.tenant.calls == []


def test_a_retained_template_is_left_without_a_call(case: Case) -> None:
    """The policy decides for a template too."""
    id_, state = template(case)
    case.template.delete(id_, {**state, "on_delete": "retain"})
    assert case.tenant.calls == []


@pytest.mark.parametrize("make", [provider, template])
def test_another_tenant_is_not_touched(case: Case, make: Callable[[Case], Recorded]) -> None:
    """A host that no tenant of the stack answers to any more gets no call, whatever the tenant of that name is now."""
    id_, state = make(case)
    gone = id_.replace(id_.split("/")[1], "gone.example")
    lifecycle = case.provider if make is provider else case.template
    for touch in (lifecycle.read, lifecycle.delete):
        with pytest.raises(WrongTenant):
            touch(gone, state)
    assert case.tenant.calls == []


def test_another_tenant_is_a_replacement(case: Case) -> None:
    """An id of another host is never updated in place."""
    id_, state = provider(case)
    moved = id_.replace(id_.split("/")[1], "gone.example")
    assert case.provider.diff(moved, state, case.inputs()).replaces == ["tenant"]
    id_, state = template(case)
    moved = id_.replace(id_.split("/")[1], "gone.example")
    assert case.template.diff(moved, state, case.template_inputs()).replaces == ["tenant"]


def test_two_resources_do_not_write_one_object(case: Case) -> None:
    """The second one of a run stops before its write, and names the object."""
    lifecycle = case.provider
    lifecycle.create(case.inputs())
    with pytest.raises(InvalidSettings, match="email-provider: another resource of this program manages it too"):
        lifecycle.create({**case.inputs(), "on_existing": "adopt"})
    templates = case.template
    templates.create(case.template_inputs())
    with pytest.raises(InvalidSettings, match=r"email-template/.*: another resource of this program manages it too"):
        templates.create(case.template_inputs())


def test_an_import_writes_nothing(case: Case) -> None:
    """Equal or different, an import leaves the tenant as it is; nothing there is an error and no creation."""
    importing = {**case.inputs(), "on_existing": "import"}
    with pytest.raises(AlreadyConfigured, match="nothing to import"):
        case.provider.create(importing)
    assert case.writes() == 0
    provider(case)
    assert case.provider.create(importing).outs
    with pytest.raises(AlreadyConfigured, match="from_address"):
        case.provider.create({**importing, "from_address": "other@acme.example"})
    assert case.writes() == 0


def test_drift_stops_a_write(case: Case) -> None:
    """With on_drift="fail" nothing is written over what someone else changed since."""
    cautious = {**case.inputs(), "on_drift": "fail"}
    id_, state = provider(case, on_drift="fail")
    case.provider.update(id_, state, {**cautious, "from_address": "someone@acme.example"})
    case.tenant.reset_calls()
    with pytest.raises(TenantEmailError, match="someone else changed from_address"):
        case.provider.update(id_, state, {**cautious, "from_address": "hello@acme.example"})
    assert case.writes() == 0


def test_a_stored_secret_is_not_believed_for_another_host(case: Case) -> None:
    """When someone else moved the provider, a read gives the secret up, so that the next up sends all of it."""
    id_, state = provider(case)
    case.provider.update(id_, state, case.inputs(host="smtp.two.example", password="canary-two"))
    settings = (case.provider.read(id_, state).inputs or {})["settings"]
    assert settings["host"] == "smtp.two.example"
    assert settings.get("password") != "canary-one"


def test_what_equals_what_is_recorded_is_not_sent(case: Case) -> None:
    """An update that changes nothing at the tenant makes no call."""
    id_, state = provider(case)
    case.provider.update(id_, state, {**case.inputs(), "on_delete": "retain", "sending_domain": "acme.example"})
    id_, state = template(case)
    case.template.update(id_, state, {**case.template_inputs(), "on_delete": "retain"})
    assert case.tenant.calls == []


def act(case: Case, what: str) -> Callable[[], object]:
    """Prepares a write; returns what does it."""
    kind, _, how = what.partition(" ")
    if how == "create":
        lifecycle, inputs = (
            (case.provider, case.inputs()) if kind == "provider" else (case.template, case.template_inputs())
        )
        return lambda: lifecycle.create(inputs)
    if kind == "provider":
        recorded, other = provider(case), {**case.inputs(), "from_address": "hello@acme.example"}
        return (
            (lambda: EmailProviderLifecycle().delete(*recorded))
            if how == "delete"
            else (lambda: case.provider.update(*recorded, other))
        )
    recorded, other = template(case), case.template_inputs(**case.samples["template_change"])
    return (
        (lambda: EmailTemplateLifecycle().delete(*recorded))
        if how == "delete"
        else (lambda: case.template.update(*recorded, other))
    )


@pytest.mark.parametrize(
    "what", [f"{kind} {how}" for kind in ("provider", "template") for how in ("create", "update", "delete")]
)
def test_one_write_at_a_time(case: Case, what: str) -> None:
    """While another thread writes to a tenant, or to a template that is apart, not even the look of a write is sent."""
    write = act(case, what)
    operation.begin()
    case.tenant.reset_calls()
    platform, host = case.samples["settings"]["kind"].partition(".")[0], case.tenant.url.removeprefix("http://")
    loaded = platforms.load(platform)
    apart = what.startswith("template") and loaded.capabilities.templates_apart
    written = f"{platform}/{host}/email-template/{loaded.template_key(case.samples['template'])}" if apart else host
    thread = threading.Thread(target=write)
    with operation.current().write_lock(platform, written):
        thread.start()
        thread.join(0.1)
        assert thread.is_alive()
        assert case.tenant.calls == []
    thread.join(10)
    assert case.writes() > 0


@pytest.mark.parametrize("how", ["create", "update", "delete"])
def test_templates_that_are_apart(case: Case, how: str) -> None:
    """They are written while something else of their tenant is, on a platform that says so and on no other."""
    platform, host = case.samples["settings"]["kind"].partition(".")[0], case.tenant.url.removeprefix("http://")
    write = act(case, f"template {how}")
    operation.begin()
    thread = threading.Thread(target=write)
    with operation.current().write_lock(platform, host):
        thread.start()
        thread.join(10 if platform in APART else 0.1)
        assert thread.is_alive() == (platform not in APART)
    thread.join(10)
    assert case.writes() > 0
