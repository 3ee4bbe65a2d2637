"""What an emulated Auth0 tenant holds, and the switches for what the contract leaves open."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Document = dict[str, Any]

ALL_SCOPES = frozenset(
    {
        "read:email_provider",
        "create:email_provider",
        "update:email_provider",
        "delete:email_provider",
        "read:email_templates",
        "create:email_templates",
        "update:email_templates",
        "read:users",
        "update:users",
        "read:logs",
        "read:clients",
    }
)


@dataclass
class Auth0Client:
    """A machine-to-machine application; without a grant it may not call the Management API."""

    client_id: str
    client_secret: str = field(repr=False)
    scopes: frozenset[str] = ALL_SCOPES
    granted: bool = True
    name: str = "Management"
    is_global: bool = False


@dataclass
class Auth0User:
    """A database user."""

    user_id: str
    email: str | None
    name: str = ""
    email_verified: bool = False


@dataclass
class Log:
    """A tenant log entry; `more` are its fields with a value besides (docs/contracts/auth0.md#logs)."""

    log_id: str
    date: str
    type: str
    description: str
    details: Document | None = None
    user_id: str | None = None
    more: Document = field(default_factory=dict[str, Any])

    def document(self) -> Document:
        """Returns the entry as the API writes it: fields without a value are null."""
        return {
            "_id": self.log_id,
            "log_id": self.log_id,
            "date": self.date,
            "type": self.type,
            "description": self.description,
            "connection": None,
            "connection_id": None,
            "organization_id": None,
            "organization_name": None,
            "client_id": None,
            "client_name": None,
            "ip": "127.0.0.1",
            "hostname": None,
            "details": self.details,
            "user_id": self.user_id,
            "user_name": None,
            "user_agent": "Other 0.0.0 / Other 0.0.0",
            "audience": None,
            "strategy": None,
            "strategy_type": None,
            "isMobile": False,
            "location_info": None,
            **self.more,
        }


@dataclass
class Auth0State:
    """A tenant. Provider and templates are stored as the API writes them, the provider's secrets included."""

    provider: dict[str, Any] | None = field(default=None, repr=False)
    templates: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    users: dict[str, Auth0User] = field(default_factory=dict[str, Auth0User])
    logs: list[Log] = field(default_factory=list[Log])
    clients: dict[str, Auth0Client] = field(default_factory=dict[str, Auth0Client])
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    custom_action_deployed: bool = False
    name: str = "local-tenant"
    friendly_name: str = "Local tenant"
    support_email: str = "support@tenant.example"
    support_url: str = "https://tenant.example/support"


@dataclass
class Auth0Switches:
    """A choice among behaviors that depend on the tenant's plan or age, or that nobody has recorded.

    Source: docs/contracts/auth0.md#open-points.
    """

    template_created_status: Literal[200, 201] = 200
    smtp_password_rule: bool = True
    """False: as tenants behaved before 2025-11-13 (docs/contracts/auth0.md#patch-3)."""
    partial_credentials: Literal["reject", "merge"] = "reject"
    rename_without_credentials: Literal["reject", "keep"] = "reject"
    keep_settings: bool = True
    """Whether a PATCH of the same name without settings keeps the stored ones (docs/contracts/auth0.md#patch-5)."""
    put_clears_optional_fields: bool = True
    api_key_kinds_show_region: bool = True
    """Whether sparkpost's region is visible (docs/contracts/auth0.md#provider, inferred)."""
    empty_from_needs_disabled: bool = False
    """Whether `default_from_address: ""` is refused while enabled."""
    max_body_bytes: int | None = None
    result_url_allowed: bool = True
    """False: a non-enterprise tenant created on or after 2026-05-05 (docs/contracts/auth0.md#errors)."""
    async_approval_allowed: bool = True
    legacy_templates: bool = False
    """True: an old tenant that still has change_password and password_reset (docs/contracts/auth0.md#templates)."""
