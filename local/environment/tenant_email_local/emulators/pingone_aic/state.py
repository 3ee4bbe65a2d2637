"""What an emulated tenant holds, and the switches for what the contract leaves open."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from tenant_email_local.emulators.pingone_aic.seeds import stock_config

ALL_SCOPES: Final = frozenset({"fr:am:*", "fr:idm:*", "fr:idc:esv:*", "fr:idc:promotion:*"})
IMMUTABLE_TIERS: Final = frozenset({"staging", "uat", "prod"})


@dataclass
class ServiceAccount:
    """Who may ask for tokens: the public keys it is known by, and its scopes."""

    id: str
    jwks: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]], repr=False)
    scopes: frozenset[str] = ALL_SCOPES
    name: str = "Local service account"
    record: dict[str, Any] = field(default_factory=dict[str, Any], repr=False)
    """What the tenant stores of it besides, as the managed object shows it."""


@dataclass
class Environment:
    """The tier: it decides whether static configuration may be changed.

    Source: docs/contracts/pingone_aic.md#tiers.
    """

    tier: str = "dev"
    lock: Literal["unlocked", "locked"] = "unlocked"
    promotion_id: str | None = None
    promoted: bool = False

    @property
    def immutable(self) -> bool:
        """Returns whether static configuration comes by promotion only."""
        return self.tier in IMMUTABLE_TIERS


@dataclass
class VariableEsv:
    """An ESV variable."""

    document: dict[str, Any]


@dataclass
class SecretEsv:
    """An ESV secret: its document, its versions in order, and their values, which no answer shows."""

    document: dict[str, Any]
    versions: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    values: dict[str, str] = field(default_factory=dict[str, str], repr=False)


@dataclass
class AicState:
    """A tenant; `config` is the store behind /openidm/config, as answers show it but for `_id`."""

    config: dict[str, dict[str, Any]] = field(default_factory=stock_config, repr=False)
    variables: dict[str, VariableEsv] = field(default_factory=dict[str, VariableEsv])
    secrets: dict[str, SecretEsv] = field(default_factory=dict[str, SecretEsv])
    environment: Environment = field(default_factory=Environment)
    accounts: dict[str, ServiceAccount] = field(default_factory=dict[str, ServiceAccount])
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    """The tenant's own key: what it encrypts no other tenant can read (docs/contracts/pingone_aic.md#secrets)."""


@dataclass
class AicSwitches:
    """A choice among behaviors that depend on the tenant's age, or that nobody has recorded.

    Source: docs/contracts/pingone_aic.md#emulator.
    """

    immutable_put: Literal["json", "html"] = "json"
    """How an immutable tier refuses a write of static configuration."""
    after_delete: Literal["absent", "stock"] = "absent"
    """What a bare DELETE of external.email leaves."""
    encrypt_graph_secret: bool = True
    """False: clientSecret stays readable."""
    over_rate: Literal["reject", "limit", "drop"] = "reject"
    """Beyond 10 mails a minute the built-in sender answers 400, answers 429, or says OK and sends nothing."""
    patch: Literal["refuse", "absent"] = "refuse"
    if_match_missing: Literal["not-found", "create"] = "not-found"
    send_error: str = "Email can not be sent: "
    """What a refusal by the mail server begins with."""
    before_2026: bool = False
    """As recorded until then: an update whose body has another `_id` keeps that as `id`, and a version of a secret says
    whether it is loaded."""
    restart_seconds: float = 1.0
    restart_errors: bool = False
    """Whether the tenant answers 503 while it restarts."""
