"""A local tenant refuses what none of its clients sends, in the platform's words, and has no error of its own."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import pytest
import requests

from tenant_email_local.emulators.delivery import Delivery
from tenant_email_local.machine import emulators

if TYPE_CHECKING:
    from tenant_email_local.emulators.server import Emulator


@pytest.mark.parametrize("platform", emulators())
@pytest.mark.parametrize("body", ["[1]", '"x"', "5", "{", "null"])
def test_a_login_that_is_no_form(platform: str, body: str) -> None:
    """Nor an object in JSON: it names nobody who could log in."""
    tenant: Emulator = import_module(f"tenant_email_local.emulators.{platform}.local").tenant(0, Delivery())
    with tenant:
        answer = requests.post(
            f"{tenant.url}{tenant.login_path}", data=body, headers={"Content-Type": "application/json"}, timeout=10
        )
    assert (answer.status_code // 100, answer.headers["Content-Type"].partition(";")[0]) == (4, "application/json")
