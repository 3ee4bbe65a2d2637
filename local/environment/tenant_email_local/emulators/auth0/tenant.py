"""What the endpoints share: the tenant they act on, and how a route is declared."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tenant_email_local.emulators import routes
from tenant_email_local.emulators.auth0 import refusals
from tenant_email_local.emulators.auth0.state import Auth0State, Auth0Switches, Log

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Request

    from tenant_email_local.emulators.auth0.limits import Bucket
    from tenant_email_local.emulators.server import Clock


@dataclass(frozen=True)
class Auth0Route(routes.Route):
    """One endpoint; without scopes it needs no token."""

    scopes: tuple[str, ...] = ()
    bucket: Bucket | None = None
    description: str = ""
    """What the tenant's log says of it; empty where it changes nothing."""


@dataclass(frozen=True)
class Auth0Token:
    """What an access token stands for."""

    client_id: str
    scopes: frozenset[str]
    expires_at: float


@dataclass
class Auth0Tenant:
    """The tenant's data, joined with the ways it behaves."""

    state: Auth0State
    switches: Auth0Switches
    clock: Clock
    send_verification: Callable[[str, str, str], None]
    url: str = ""
    issued: dict[str, Auth0Token] = field(default_factory=dict[str, Auth0Token], repr=False)
    token_lifetime: int = 86400

    def now(self) -> str:
        """Returns the time as the API writes it."""
        text = datetime.fromtimestamp(self.clock(), UTC).isoformat(timespec="milliseconds")
        return text.replace("+00:00", "Z")

    def log(
        self,
        kind: str,
        description: str,
        *,
        user_id: str | None = None,
        details: dict[str, Any] | None = None,
        **more: Any,
    ) -> None:
        """Adds a tenant log entry. Ids grow with time: they begin with it, and end with their number."""
        when = datetime.fromtimestamp(self.clock(), UTC)
        log_id = f"900{when:%Y%m%d%H%M%S%f}{len(self.state.logs):033d}"
        self.state.logs.append(Log(log_id, self.now(), kind, description, details, user_id, more))


def sent_json(request: Request) -> Any:
    """Returns the JSON body; refuses what is not JSON. 587.0 is 587, as in the platform's own JavaScript."""
    try:
        return json.loads(request.get_data(), parse_float=_number)
    except ValueError:
        raise refusals.refusal(400, "Invalid request payload JSON format", "invalid_body") from None


def _number(text: str) -> float:
    """Returns a JSON number that is written with a point or an exponent."""
    value = float(text)
    return int(value) if value.is_integer() else value
