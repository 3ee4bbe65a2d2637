"""The emulator against exchanges recorded on a real server: in order, one state throughout, seeded once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from support.logto_recordings import MADE, Exchange, Replay, exchanges, state
from support.logto_sinks import Sinks
from tenant_email_local.emulators.logto import LogtoEmulator

if TYPE_CHECKING:
    from collections.abc import Iterable

EXCHANGES = exchanges()
COMPARED = (
    "code",
    "connectorId",
    "details",
    "target",
    "rowCount",
    "scope",
    "signUp",
    "templateType",
    "token_type",
    "status",
)

pytestmark = pytest.mark.skipif(not EXCHANGES, reason="the recordings are not beside this checkout")


def replayed(played: Iterable[Exchange]) -> list[str]:
    """Returns every difference of a whole replay."""
    with Sinks() as sinks, LogtoEmulator(state=state(), delivery=sinks.delivery, clock=lambda: MADE) as emulator:
        replay = Replay(emulator, sinks)
        return [difference for exchange in played for difference in replay.play(exchange)]


def altered(exchange: Exchange) -> Exchange:
    """Returns the exchange with its answer changed: its code, its first value, or else its status."""
    response: Any = exchange.response
    if isinstance(response, list):
        return replace(exchange, response=[*cast("Any", response), "altered"])
    if isinstance(response, dict):
        given = cast("dict[str, Any]", response)
        for key in (key for key in COMPARED if key in given):
            return replace(exchange, response={**given, key: "altered"})
    return replace(exchange, status=exchange.status + 1)


def test_every_exchange_is_reproduced() -> None:
    """Status, body and delivered mail of all exchanges are as recorded."""
    assert replayed(EXCHANGES) == []


def test_every_altered_answer_is_noticed() -> None:
    """No recorded answer goes unchecked: when all are altered, all differ."""
    found = {difference.partition(":")[0] for difference in replayed(map(altered, EXCHANGES))}
    assert found == {exchange.name for exchange in EXCHANGES}


def test_recordings_are_as_many_as_the_notes_say() -> None:
    """A lost exchange would pass unnoticed."""
    assert len(EXCHANGES) == 234
