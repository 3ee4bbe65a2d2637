"""The emulator against real recorded exchanges: each scenario whole, in order, seeded once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from support.auth0 import Tenant
from support.auth0_recordings import Exchange, differences, emulator_for, scenarios

SCENARIOS = scenarios()

pytestmark = pytest.mark.skipif(not SCENARIOS, reason="the recordings are not beside this checkout")

EVERY = pytest.mark.parametrize("scenario", SCENARIOS)


def altered(exchange: Exchange) -> Exchange:
    """Returns the exchange with one value of its response changed; its status where there is no body."""
    if not exchange.response:
        return replace(exchange, status=exchange.status + 1)
    key = next(iter(exchange.response))
    return replace(exchange, response={**exchange.response, key: "altered"})


@EVERY
def test_scenario_replays_without_a_difference(scenario: str) -> None:
    """Every status and body of the scenario is answered as recorded."""
    with emulator_for(scenario) as emulator:
        assert differences(Tenant(emulator), SCENARIOS[scenario]) == []


@EVERY
def test_each_altered_response_makes_the_replay_fail(scenario: str) -> None:
    """No recorded response goes unchecked: altering all of them is noticed in all of them."""
    exchanges = [altered(exchange) for exchange in SCENARIOS[scenario]]
    with emulator_for(scenario) as emulator:
        found = differences(Tenant(emulator), exchanges)
    assert len(found) == len(exchanges)


@pytest.mark.parametrize("step", [2, 4, 10])
def test_replay_notices_a_value_changed_in_the_tenant(step: int) -> None:
    """A tenant that someone changes between two steps no longer answers as recorded."""
    exchanges = SCENARIOS["tf-provider-lifecycle"]
    with emulator_for("tf-provider-lifecycle") as emulator:
        tenant = Tenant(emulator)
        assert differences(tenant, exchanges[:step]) == []
        assert emulator.state.provider is not None
        emulator.state.provider["default_from_address"] = "someone@else.example"
        (first, *_) = differences(tenant, exchanges[step:])
    assert first.startswith(exchanges[step].name)


def test_recordings_are_as_many_as_the_notes_say() -> None:
    """Fourteen scenarios are there; a lost one would pass unnoticed."""
    assert len(SCENARIOS) == 14
    assert sum(map(len, SCENARIOS.values())) == 134
