"""What the endpoints share: the tenant they act on, and how a route is declared."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from tenant_email_local.emulators import routes
from tenant_email_local.emulators.pingone_aic import refusals

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from tenant_email_local.emulators.pingone_aic.state import AicState, AicSwitches
    from tenant_email_local.emulators.server import Clock


@dataclass(frozen=True)
class AicRoute(routes.Route):
    """One endpoint. `action` is its `_action`; without scopes any token does, without token none is needed."""

    scopes: tuple[str, ...] = ()
    action: str | None = None
    token: bool = True


@dataclass(frozen=True)
class AicToken:
    """What an access token stands for."""

    account: str
    scopes: frozenset[str]
    expires_at: float


@dataclass
class AicTenant:
    """The tenant's data, joined with the ways it behaves.

    `loaded` are the ESV values that the last restart saw, by ESV id: (text, expression type). `lower` is the tenant
    that promotions come from.
    """

    state: AicState
    switches: AicSwitches
    clock: Clock
    lower: AicTenant | None = None
    url: str = ""
    login_url: str = ""
    issued: dict[str, AicToken] = field(default_factory=dict[str, AicToken], repr=False)
    loaded: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]], repr=False)
    restarting_until: float = 0.0
    restart_pending: bool = False
    previous: dict[str, dict[str, Any] | None] = field(default_factory=dict[str, dict[str, Any] | None], repr=False)
    stale_reads: int = 0
    lost_updates: int = 0
    reports: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    realm_settings: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]], repr=False)
    before_promotion: dict[str, dict[str, Any]] | None = field(default=None, repr=False)

    def now(self) -> str:
        """Returns the time as the API writes it."""
        return datetime.fromtimestamp(self.clock(), UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def sent_object(request: Request) -> dict[str, Any]:
    """Returns the JSON object of a body; refuses anything else."""
    try:
        document = json.loads(request.get_data())
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise refusals.config(400, "The request could not be processed because the provided content is not JSON")
    return cast("dict[str, Any]", document)
