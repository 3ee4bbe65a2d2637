"""What an emulated Logto tenant holds, and the switches for what differs from server to server."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

DEFAULT_RESOURCE = "https://default.logto.app/api"


@dataclass
class Application:
    """A machine-to-machine application; without the role its tokens carry no scope.

    Source: docs/contracts/logto.md#authentication.
    """

    id: str
    secret: str = field(repr=False)
    has_role: bool = True


@dataclass
class Row:
    """A stored connector."""

    id: str
    factory: str
    config: dict[str, Any] = field(default_factory=dict[str, Any], repr=False)
    metadata: dict[str, Any] = field(default_factory=dict[str, Any])
    sync_profile: bool = False


@dataclass
class LogtoState:
    """A tenant.

    `admin_applications` log in at the admin endpoint, a port of its own, where there is one (`login_apart`).
    `sign_in` is the sign-in experience. `organizations` are names and `users` documents, by id, for invitations;
    `members` are pairs of an organization and a user in it.
    """

    applications: dict[str, Application] = field(default_factory=dict[str, Application])
    admin_applications: dict[str, Application] = field(default_factory=dict[str, Application])
    connectors: list[Row] = field(default_factory=list[Row])
    templates: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    sign_in: dict[str, Any] = field(default_factory=dict[str, Any])
    organizations: dict[str, str] = field(default_factory=dict[str, str])
    users: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    members: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    invitations: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])


@dataclass
class LogtoSwitches:
    """A choice among servers.

    cloud: Logto Cloud: the factory logto-email, the tenant's own API resource, and a rate limit.
    transaction_seconds: how long a create takes between its look at the other connectors and their removal; parallel
        ones do not see each other (docs/contracts/logto.md#concurrency).
    """

    cloud: bool = False
    transaction_seconds: float = 0.0
