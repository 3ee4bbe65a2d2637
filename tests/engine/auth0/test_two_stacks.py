"""The same program in two stacks on one tenant, as two checkouts or two colleagues have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.lab import Lab

if TYPE_CHECKING:
    from pathlib import Path

    from support.engines import Engine

PROGRAM = """
from tenant_email import EmailProvider, auth0
EmailProvider("mail", from_address="no-reply@acme.example",
              settings=auth0.Ses(region="eu-west-1", access_key_id="AKIAEXAMPLEEXAMPLE00",
                                 secret_access_key="canary-smtp-password"){})
"""


def another(lab: Lab, scratch: Path) -> tuple[Lab, Engine]:
    """Opens the program in a second project, with a state of its own."""
    second = Lab.make(lab.machine, scratch, lab.kind)
    second.write(PROGRAM.format(""))
    return second, second.open()


def test_a_second_stack_leaves_the_first_ones_mail_on(lab: Lab, tmp_path: Path) -> None:
    """Its up is refused, though nothing that shows differs; after its destroy the first stack sends as before."""
    lab.write(PROGRAM.format(""))
    first, (other, second) = lab.open(), another(lab, tmp_path)
    assert first.up().ok
    stored = dict(lab.machine.auth0.state.provider or {})
    refused = second.up()
    assert not refused.ok
    assert "an email provider is already configured (auth0.ses from no-reply@acme.example)" in refused.text
    assert second.destroy().ok
    assert lab.machine.auth0.state.provider == stored
    other.write(PROGRAM.format(", on_existing='adopt'"))
    assert second.up().ok
    assert second.destroy().ok
    assert lab.machine.auth0.state.provider == stored
    lab.calls()
    assert first.up().ok
    assert first.destroy().ok
    assert lab.machine.auth0.state.provider is None
