"""What the endpoints share: the tenant they act on, and what they read of a request."""

from __future__ import annotations

import json
import secrets
import string
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tenant_email_local.emulators.logto.factories import FACTORIES, Factory
from tenant_email_local.emulators.logto.state import DEFAULT_RESOURCE, LogtoState, LogtoSwitches, Row
from tenant_email_local.emulators.server import HttpAnswer, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from werkzeug.wrappers import Request

    from tenant_email_local.emulators.delivery import Delivery
    from tenant_email_local.emulators.server import Clock

_ALPHABET = string.digits + string.ascii_lowercase


@dataclass
class LogtoTenant:
    """The tenant's data, joined with the ways it behaves.

    `yielding` gives up the lock for a moment, as a database lets other transactions run. `sent` are the times of
    verification emails by recipient; `issued` what each access token may do and until when.
    """

    state: LogtoState
    switches: LogtoSwitches
    clock: Clock
    delivery: Delivery
    yielding: Callable[[float], AbstractContextManager[None]]
    url: str = ""
    issued: dict[str, tuple[bool, float]] = field(default_factory=dict[str, tuple[bool, float]], repr=False)
    sent: dict[str, list[float]] = field(default_factory=dict[str, list[float]])

    @property
    def resource(self) -> str:
        """Returns the indicator of the Management API: on Cloud the tenant's own.

        Source: docs/contracts/logto.md#authentication.
        """
        return f"{self.url}/api" if self.switches.cloud else DEFAULT_RESOURCE

    def factories(self) -> dict[str, Factory]:
        """Returns the installed factories, in the order served."""
        return {id_: factory for id_, factory in FACTORIES.items() if self.switches.cloud or not factory.cloud}

    def email_rows(self) -> list[Row]:
        """Returns the email connectors whose factory is installed: rows of others are invisible."""
        installed = self.factories()
        return [
            row for row in self.state.connectors if row.factory in installed and installed[row.factory].type == "Email"
        ]

    def milliseconds(self) -> int:
        """Returns the time as the API writes it."""
        return int(self.clock() * 1000)


def new_id(length: int) -> str:
    """Returns a random id of digits and small letters."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def sent_json(request: Request) -> Any:
    """Returns the JSON body, or the text of another type; refuses JSON that does not parse."""
    data = request.get_data(as_text=True)
    if request.mimetype != "application/json":
        return data
    try:
        return json.loads(data, parse_float=_number)
    except ValueError as error:
        raise Refusal(HttpAnswer(400, {"message": f"{error}"})) from None


def _number(text: str) -> float:
    """Returns a JSON number; 587.0 is 587 in JavaScript."""
    value = float(text)
    return int(value) if value.is_integer() else value
