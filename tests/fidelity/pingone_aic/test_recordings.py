"""The emulator against real recorded exchanges, each from the state that it needs."""

from __future__ import annotations

import pytest

from support.pingone_aic_recordings import EXCLUDED, canonical, emulator_for, exchanges, play, shown

EXCHANGES = exchanges()
PLAYED = sorted(set(EXCHANGES) - set(EXCLUDED))

pytestmark = pytest.mark.skipif(not EXCHANGES, reason="the recordings are not beside this checkout")

EVERY = pytest.mark.parametrize("name", PLAYED)


@EVERY
def test_exchange_replays_without_a_difference(name: str) -> None:
    """Status and body are answered as recorded."""
    exchange = EXCHANGES[name]
    with emulator_for(exchange) as emulator:
        assert shown(play(emulator, exchange)) == canonical(exchange.status, exchange.response)


@EVERY
def test_altered_response_makes_the_replay_fail(name: str) -> None:
    """No recorded response goes unchecked: another status and another value are both noticed."""
    exchange = EXCHANGES[name]
    with emulator_for(exchange) as emulator:
        answer = shown(play(emulator, exchange))
    altered = [exchange.response, "altered"] if exchange.response else "altered"
    assert answer != canonical(exchange.status + 1, exchange.response)
    assert answer != canonical(exchange.status, altered)


def test_what_is_left_out_is_said() -> None:
    """Of the 48 exchanges, four are left out, each with a reason; a lost one would pass unnoticed."""
    assert (len(EXCHANGES), len(PLAYED)) == (48, 44)
    assert all(EXCLUDED.values())
