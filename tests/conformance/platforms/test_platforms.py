"""What every platform must do alike.

It assumes an SMTP kind whose credentials are host, port, username and password, one more kind, and templates that
can be created; each platform's file of samples says what they look like there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tenant_email.errors import AlreadyConfigured, TenantEmailError, Unauthorized
from tenant_email_local.emulators.server import Fault

if TYPE_CHECKING:
    from support.conformance import Case


def created(case: Case) -> tuple[str, dict[str, Any]]:
    """Creates the sample provider; returns its id and recorded state."""
    result = case.provider.create(case.inputs())
    case.tenant.reset_calls()
    return result.id, result.outs or {}


def test_good_inputs_have_no_problems(case: Case) -> None:
    """The samples pass the checks, without a call."""
    assert not case.provider.check({}, case.inputs()).failures
    assert not case.template.check({}, case.template_inputs()).failures
    assert not case.tenant.calls


def test_what_is_created_is_what_is_read(case: Case) -> None:
    """A read after a create answers the inputs, the secret among them, so that nothing seems changed."""
    id_, recorded = created(case)
    read = case.provider.read(id_, recorded)
    assert read.inputs == case.inputs()
    assert case.provider.diff(id_, recorded, case.inputs()).changes is False
    assert case.writes() == 0


def test_the_id_names_platform_and_host(case: Case) -> None:
    """The id is the same on every run and in every stack."""
    id_, _ = created(case)
    host = case.tenant.url.removeprefix("http://")
    assert id_ == f"{case.samples['settings']['kind'].split('.')[0]}/{host}/email-provider"


def test_a_change_is_one_write(case: Case) -> None:
    """Another sender is one write, and a read answers it."""
    id_, recorded = created(case)
    changed = {**case.inputs(), "from_address": "hello@acme.example"}
    updated = case.provider.update(id_, recorded, changed).outs or {}
    assert case.writes() == 1
    read = case.provider.read(id_, updated)
    assert (read.inputs or {})["from_address"] == "hello@acme.example"


def test_control_inputs_are_recorded_without_a_call(case: Case) -> None:
    """A policy that only steers us changes the state and nothing else."""
    id_, recorded = created(case)
    changed = {**case.inputs(), "on_drift": "fail"}
    assert case.provider.diff(id_, recorded, changed).changes
    assert (case.provider.update(id_, recorded, changed).outs or {})["on_drift"] == "fail"
    assert not case.tenant.calls


@pytest.mark.parametrize("move", [{"host": "smtp.two.example"}, {"port": 2525}, {"username": "other"}])
def test_a_secret_stays_with_its_host(case: Case, move: dict[str, Any]) -> None:
    """Host, port or user cannot change while the secret is omitted: not at preview, and not at up."""
    id_, recorded = created(case)
    moved = case.inputs(password=None, **move)
    (failure,) = case.provider.check(case.inputs(), moved).failures
    assert "settings.password" in failure.reason
    with pytest.raises(TenantEmailError):
        case.provider.update(id_, recorded, moved)
    assert case.writes() == 0


def test_another_kind_replaces_in_place(case: Case) -> None:
    """A new kind is an update that leaves nothing of the old one."""
    id_, recorded = created(case)
    other = case.around(case.samples["other_kind"])
    assert not case.provider.diff(id_, recorded, other).replaces
    updated = case.provider.update(id_, recorded, other).outs or {}
    assert ((case.provider.read(id_, updated).inputs) or {})["settings"]["kind"] == other["settings"]["kind"]


def test_what_exists_is_not_overwritten(case: Case) -> None:
    """A create meets another configuration, says so, and leaves it as it is."""
    id_, recorded = created(case)
    with pytest.raises(AlreadyConfigured, match="on_existing"):
        case.provider.create(case.around(case.samples["other_kind"]))
    assert case.provider.read(id_, recorded).inputs == case.inputs()


def test_what_exists_can_be_adopted(case: Case) -> None:
    """An adopted configuration becomes what the inputs say, and a destroy leaves it."""
    created(case)
    wanted = {**case.inputs(), "from_address": "hello@acme.example", "on_existing": "adopt"}
    adopted = case.provider.create(wanted)
    case.tenant.reset_calls()
    case.provider.delete(adopted.id, adopted.outs or {})
    assert case.writes() == 0
    read = case.provider.read(adopted.id, adopted.outs or {})
    assert (read.inputs or {})["from_address"] == "hello@acme.example"


def test_a_delete_is_done_once(case: Case) -> None:
    """A deleted provider reads as gone, and deleting it again is no error."""
    id_, recorded = created(case)
    case.provider.delete(id_, recorded)
    assert not case.provider.read(id_, recorded).id
    case.provider.delete(id_, recorded)


def test_someone_elses_configuration_survives_a_destroy(case: Case) -> None:
    """A destroy keeps what another person configured after us."""
    id_, recorded = created(case)
    case.provider.update(id_, recorded, case.inputs(host="smtp.two.example", password="canary-two"))
    case.tenant.reset_calls()
    case.provider.delete(id_, recorded)
    assert case.writes() == 0


def test_a_lost_answer_is_made_good(case: Case) -> None:
    """A create whose answer is lost ends with the configuration that was wanted."""
    case.tenant.inject(Fault(method="P*", path="/api/*", drop="after"))
    case.tenant.inject(Fault(method="PUT", path="/openidm/*", drop="after"))
    id_, recorded = created(case)
    assert case.provider.read(id_, recorded).inputs == case.inputs()


def test_rejected_credentials_are_reported(case: Case) -> None:
    """A 401 that does not go away is an error with a remedy, and never read as absent."""
    id_, recorded = created(case)
    case.tenant.inject(Fault(method="GET", path="*", status=401, times=5))
    with pytest.raises(Unauthorized) as caught:
        case.provider.read(id_, recorded)
    assert caught.value.remedy
    assert "canary" not in str(caught.value)


def test_a_failing_server_is_not_read_as_absent(case: Case) -> None:
    """A server error ends the read; the resource stays recorded."""
    id_, recorded = created(case)
    case.tenant.inject(Fault(method="GET", path="*", status=500, times=1))
    assert case.provider.read(id_, recorded).id == id_


def test_a_template_lives(case: Case) -> None:
    """A template is created, read as it was given, changed with one write, and retired."""
    made = case.template.create(case.template_inputs())
    recorded = made.outs or {}
    read = (case.template.read(made.id, recorded).inputs or {})["settings"]
    assert {name: read[name] for name in case.samples["template"]} == case.samples["template"]
    case.tenant.reset_calls()
    changed = case.template_inputs(**case.samples["template_change"])
    updated = case.template.update(made.id, recorded, changed).outs or {}
    assert case.writes() == 1
    case.template.delete(made.id, updated)
    assert case.writes() == 1
