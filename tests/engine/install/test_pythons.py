"""A state that one Python wrote, under another: `__provider` is a pickle, whose protocol depends on the Python."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from support.lab import Lab

if TYPE_CHECKING:
    from pathlib import Path

    from tenant_email_local.machine import LocalMachine

ENVIRONMENTS = os.environ.get("TENANT_EMAIL_ENVIRONMENTS", "").split(os.pathsep)
PROGRAM = """
from tenant_email import EmailProvider, EmailTemplate, auth0
provider = EmailProvider("mail", settings=auth0.SendGrid(api_key="canary-api-key"), from_address="a@acme.example")
settings = auth0.Template(template="welcome_email", subject="{subject}", body="<p>Welcome</p>")
EmailTemplate("welcome", settings=settings, provider_id=provider.id)
"""


@pytest.mark.skipif(len(ENVIRONMENTS) == 1, reason="TENANT_EMAIL_ENVIRONMENTS names no two; make matrix does")
@pytest.mark.parametrize("order", [1, -1], ids=["newer reads", "older reads"])
def test_a_state_goes_to_another_python_and_back(machine: LocalMachine, tmp_path: Path, order: int) -> None:
    """The other one refreshes, finds nothing to change, updates what the program changes; the first one destroys it."""
    first, second = ENVIRONMENTS[::order]
    lab = Lab.make(machine, tmp_path, "embedded")

    def on(environment: str, subject: str = "Welcome") -> None:
        lab.write(PROGRAM.format(subject=subject))
        manifest = lab.folder / "Pulumi.yaml"
        manifest.write_text(manifest.read_text().replace(sys.prefix, environment))

    on(first)
    engine = lab.open()
    assert engine.up().operations == {"mail": "create", "welcome": "create"}
    on(second)
    assert (engine.refresh().operations, engine.up().operations) == ({}, {})
    on(second, "Hello")
    assert engine.up().operations == {"welcome": "update"}
    on(first, "Hello")
    assert (engine.refresh().operations, engine.up().operations) == ({}, {})
    assert engine.destroy().operations == {"mail": "delete", "welcome": "delete"}
