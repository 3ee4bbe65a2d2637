"""Keeps what SES knows: identities and configuration sets of every account and region."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tenant_email_local.aws.behavior import Behavior
from tenant_email_local.aws.dns_lookup import Dns
from tenant_email_local.aws.identity import EmailIdentity
from tenant_email_local.aws.wire import AwsError, Params

Place = tuple[str, str]


@dataclass
class Reputation:
    """How many mails were sent, came back, and were complained about."""

    sent: int = 0
    bounced: int = 0
    complained: int = 0


@dataclass
class ConfigurationSet:
    """A configuration set: its options as they were given, its event destinations by name, and its tags."""

    name: str
    options: dict[str, Any] = field(default_factory=dict[str, Any])
    tags: dict[str, str] = field(default_factory=dict[str, str])
    destinations: dict[str, Params] = field(default_factory=dict[str, Params])
    reputation: Reputation = field(default_factory=Reputation)

    @property
    def sends(self) -> bool:
        """Returns whether mail may go out through it."""
        return self._option("SendingOptions", "SendingEnabled", unset=True)

    @property
    def measures(self) -> bool:
        """Returns whether it has rates of its own."""
        return self._option("ReputationOptions", "ReputationMetricsEnabled", unset=False)

    def _option(self, group: str, name: str, *, unset: bool) -> bool:
        options: Params = self.options.get(group) or {}
        return bool(options.get(name, unset))


@dataclass
class RegionState:
    """What one account has in one region."""

    identities: dict[str, EmailIdentity] = field(default_factory=dict[str, EmailIdentity])
    configuration_sets: dict[str, ConfigurationSet] = field(default_factory=dict[str, ConfigurationSet])
    details: Params = field(default_factory=dict[str, Any])
    sent: int = 0
    reputation: Reputation = field(default_factory=Reputation)


class AccountStore:
    """The identities, found as SES finds them: domains without regard to case, the longest match for an address."""

    def __init__(self, dns: Dns, behavior: Behavior) -> None:
        self._dns = dns
        self._behavior = behavior
        self._places: dict[Place, RegionState] = {}

    def account(self, account: str, region: str) -> RegionState:
        """Returns an account's part in a region."""
        return self._places.setdefault((account, region), RegionState())

    def identities(self) -> list[EmailIdentity]:
        """Returns all identities as they are."""
        return [identity for place in list(self._places.values()) for identity in list(place.identities.values())]

    def configuration_sets(self) -> list[tuple[str, ConfigurationSet]]:
        """Returns all configuration sets with their regions."""
        return [
            (region, found)
            for (_, region), place in list(self._places.items())
            for found in list(place.configuration_sets.values())
        ]

    def configuration_set(self, account: str, region: str, name: str) -> ConfigurationSet:
        """Returns a configuration set; raises AwsError NotFoundException where there is none."""
        found = self.account(account, region).configuration_sets.get(name)
        if found is None:
            raise AwsError("NotFoundException", f"Configuration set <{name}> does not exist.", 404)
        return found

    def identity(self, account: str, region: str, name: str) -> EmailIdentity | None:
        """Returns the identity of exactly this name after a look at the DNS, when one is due."""
        identity = self.account(account, region).identities.get(fold(name))
        return identity and self.fresh(identity)

    def fresh(self, identity: EmailIdentity) -> EmailIdentity:
        """Lets an identity's statuses advance."""
        behavior = self._behavior
        identity.advance(self._dns, delay=behavior.look_delay, patience=behavior.patience)
        return identity

    def sender(self, account: str, region: str, address: str) -> EmailIdentity | None:
        """Returns the identity that governs an address: itself, else its domain, else the closest parent."""
        found = (self.identity(account, region, name) for name in candidates(address))
        return next(filter(None, found), None)

    def may_send(self, account: str, region: str, address: str) -> bool:
        """Returns whether any identity that covers the address or domain is verified."""
        found = (self.identity(account, region, name) for name in candidates(address))
        return any(identity.verified for identity in found if identity)


def candidates(address: str) -> Iterator[str]:
    """Yields the names of the identities that can govern an address or domain, the longest first."""
    if "@" in address:
        yield address
    labels = address.rpartition("@")[2].split(".")
    yield from (".".join(labels[start:]) for start in range(len(labels) - 1))


def fold(name: str) -> str:
    """Returns the key of an identity: the domain part has no case, the local part of an address has."""
    local, at, domain = name.rpartition("@")
    return f"{local}{at}{domain.lower()}"
