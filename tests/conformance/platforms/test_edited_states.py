"""A state that somebody edited: an output that is no object counts as absent, and an id that no run records is told."""

from __future__ import annotations

from itertools import cycle, product
from typing import TYPE_CHECKING, Any, Final

import pytest

from support.managed import Operated
from support.ways import Recorded, dynamic_only
from tenant_email.errors import InvalidSettings
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle

if TYPE_CHECKING:
    from support.conformance import Case

pytestmark = dynamic_only  # an engine gives a plug-in what its schema allows
OTHER = "other@acme.example"


ATTRIBUTES: Final = "written_identity.attributes"
ODD: Final = ("x", ["x"])


def test_a_provider_goes_on_without_an_output(case: Case) -> None:
    """As with a state of a release that did not have it."""
    made = case.stack()
    made.up()
    for number, (path, odd) in enumerate(product(["live", "secret_digests", ATTRIBUTES, "written_identity"], ODD)):
        sender = f"{number}@acme.example"
        made.state = edited(made.state, path, odd)
        assert made.up(from_address=sender) == "update"
        made.state = edited(made.state, path, odd)
        assert made.refresh()
        assert made.up(from_address=sender) == "same"
    for path, odd in product(["live", "written_identity"], ODD):
        made.state = edited(made.state, path, odd)
        made.destroy()


def test_a_template_goes_on_without_an_output(case: Case) -> None:
    """The same."""
    made = Operated(EmailTemplateLifecycle(), tenant="main", settings=case.samples["template"])
    made.up()
    changes = [{**case.samples["template"], **case.samples["template_change"]}, case.samples["template"]]
    for (path, odd), change in zip(product(["live", "snapshot", "last_written"], ODD), cycle(changes), strict=False):
        made.state = edited(made.state, path, odd)
        assert made.up(settings=change) == "update"
        made.state = edited(made.state, path, odd)
        assert made.refresh()
    for path, odd in product(["live", "snapshot", "last_written"], ODD):
        made.state = edited(made.state, path, odd)
        made.destroy()


@pytest.mark.parametrize("change", ["{0} ", "x", "{0}/more", "{1}%2Femail-provider"])
def test_an_id_of_another_form_is_told(case: Case, change: str) -> None:
    """Of an object that nobody recorded nothing is believed: neither that it is gone, nor that it is deleted."""
    made = case.stack()
    made.up()
    made.recorded = Recorded(change.format(made.id, made.id.rpartition("/")[0]), made.state)
    case.tenant.reset_calls()
    for step in (made.refresh, made.destroy, made.up, lambda: made.up(from_address=OTHER)):
        with pytest.raises(InvalidSettings, match=r"id: (is not the id|begins or ends).*\nThe state was edited\. "):
            step()
    assert case.tenant.calls == []


@pytest.mark.parametrize("odd", [{}, "x", {"template": "other", "type": "Generic"}], ids=str)
def test_settings_of_another_template_than_the_id_s_are_told(case: Case, odd: Any) -> None:
    """A destroy would remove, or put back, a template that is none of the stack's."""
    made = Operated(EmailTemplateLifecycle(), tenant="main", settings=case.samples["template"])
    made.up()
    made.state = {**made.state, "settings": {**made.state["settings"], **odd} if odd and odd != "x" else odd}
    case.tenant.reset_calls()
    for step in (made.refresh, made.destroy):
        with pytest.raises(InvalidSettings, match=r"id: is of another template than .*\nThe state was edited\. "):
            step()
    assert case.tenant.calls == []


def edited(state: dict[str, Any], path: str, odd: object) -> dict[str, Any]:
    """Returns a state with another value at a path."""
    first, _, rest = path.partition(".")
    return {**state, first: edited(state[first], rest, odd) if rest else odd}
