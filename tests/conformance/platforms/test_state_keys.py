"""The keys of the outputs are frozen: a state of today must mean the same to every later release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.managed import Operated
from support.state_keys import IDENTITY_KEYS, STATE_KEYS, output_keys
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle

if TYPE_CHECKING:
    from support.conformance import Case


def test_a_providers_keys(case: Case) -> None:
    """As made and as refreshed; what identifies a write is under the settings' names, and beside them."""
    provider = case.stack()
    provider.up()
    assert output_keys(provider) == STATE_KEYS["EmailProvider"]
    assert provider.state["written_identity"].keys() >= IDENTITY_KEYS | {"kind"}
    assert provider.state["written_identity"].keys() <= IDENTITY_KEYS | {"id", *case.samples["settings"]}
    provider.refresh()
    assert output_keys(provider) == STATE_KEYS["EmailProvider"]


def test_a_templates_keys(case: Case) -> None:
    """As made and as refreshed; one that was adopted keeps a snapshot too."""
    template = Operated(EmailTemplateLifecycle(), **case.template_inputs(), on_existing="adopt")
    template.up()
    assert output_keys(template) == STATE_KEYS["EmailTemplate"]
    template.refresh()
    assert output_keys(template) == STATE_KEYS["EmailTemplate"]
    again = Operated(EmailTemplateLifecycle(), **case.template_inputs(), on_existing="adopt")
    again.up()
    assert output_keys(again) == STATE_KEYS["EmailTemplate"] | {"snapshot"}
