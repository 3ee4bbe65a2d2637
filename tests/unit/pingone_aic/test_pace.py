"""The waits of a tenant's client, with a clock that a test turns: the built-in sender's pace, and a restart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.pingone_aic import Tenant, state
from support.pingone_aic_site import ADA, smtp
from tenant_email.inputs.model import parse
from tenant_email.inputs.tenant_objects import ProviderInputs
from tenant_email.platforms import load
from tenant_email.platforms.pingone_aic.api import PingOneAic
from tenant_email.redaction.secrets import Secret
from tenant_email.tenants.connections import Connection
from tenant_email.timing import Timing
from tenant_email_local.emulators.pingone_aic import AicEmulator, AicSwitches
from tenant_email_local.emulators.pingone_aic.local import ACCOUNT_ID, environment
from tenant_email_local.emulators.server import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        """Returns the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Lets time pass."""
        self.now += seconds


@pytest.fixture
def time() -> Time:
    """The clock of tenant and client."""
    return Time()


@pytest.fixture
def emulator(time: Time) -> Iterator[AicEmulator]:
    """Serves a tenant whose restarts take 40 seconds."""
    with AicEmulator(state=state(), switches=AicSwitches(restart_seconds=40), clock=time) as running:
        yield running


@pytest.fixture
def api(emulator: AicEmulator, time: Time, said: list[str]) -> PingOneAic:
    """The package's client of that tenant."""
    key = Secret(environment(emulator)["FRODO_SA_JWK"])
    connection = Connection(
        "main",
        "pingone_aic",
        emulator.url,
        "tenant.example",
        plain={"serviceAccountId": ACCOUNT_ID},
        secret={"serviceAccountKey": key},
    )
    return PingOneAic(connection, said.append, Timing(sleep=time.sleep, clock=time, now=time))


@pytest.fixture
def said() -> list[str]:
    """Holds what was announced."""
    return []


def desired(settings: dict[str, object], recipient: str | None = None) -> ProviderInputs:
    """Returns valid inputs as the lifecycles hold them."""
    values, problems = parse(load("pingone_aic").models[str(settings["kind"])], settings)
    assert problems == []
    return ProviderInputs(values.to_props(), enabled=True, test_recipient=recipient)


def test_the_eleventh_message_waits_for_the_minute(
    emulator: AicEmulator, api: PingOneAic, time: Time, said: list[str]
) -> None:
    """Ten go at once, the next when the first is a minute old; all arrive, and the wait is reported."""
    before = api.create_provider(desired(smtp()))
    began = time.now
    for _ in range(11):
        api.update_provider(desired({"kind": "pingone_aic.built_in"}, ADA), None, before, {})
    assert len(emulator.built_in_inbox) == 11
    assert said == [f"{api.who}: the built-in sender accepts 10 messages per minute, waiting 60 s"]
    assert time.now - began == 60


def test_a_restart_is_waited_for(emulator: AicEmulator, api: PingOneAic, time: Time, said: list[str]) -> None:
    """As long as it takes, with a line of progress each half minute."""
    Tenant(emulator).variable("esv-a", "1")
    began = time.now
    assert api.esvs.load(["a"], 60) is True
    assert 40 <= time.now - began < 50
    assert [line.partition(";")[0] for line in said] == [
        f"{api.who}: restarting to load ESVs",
        f"{api.who}: still restarting",
    ]


def test_a_wait_that_the_tenant_asks_for_is_told(emulator: AicEmulator, api: PingOneAic, said: list[str]) -> None:
    """As that of any client."""
    emulator.inject(Fault("GET", "*external.email", status=429, headers={"Retry-After": "30"}))
    assert api.read_provider() is not None
    (line,) = said
    assert line.startswith(f"{api.who}: rate limit reached, waiting 3")
