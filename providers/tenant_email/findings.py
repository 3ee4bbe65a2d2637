"""What a check finds, as data: it prints nothing and registers nothing, so that it needs no memory of another check.

`Findings` are those of a resource's inputs, in a preview. A `Finding` is of a look at what is there, by a command.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email.errors import Problem
    from tenant_email.tenants.connections import Connection


class Level(StrEnum):
    """How a finding is meant; only a problem makes a command fail."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"
    UNKNOWN = "unknown"
    """It could not be looked at, and the finding says why."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    about: whose it is, such as `auth0/main`; findings of the same are printed under it. check: a name that stays.
    """

    level: Level
    what: str
    remedy: str = ""
    about: str = ""
    check: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a text of the inputs, `settings.body`; line and column count from 1, and are 0 where none is known."""

    path: str
    line: int = 0
    column: int = 0
    what: str = ""


class Warned(str):
    """A warning, and for those who list findings which rule it is of (docs/templates.md#rules), and each place of it.

    To those who show it, it is its text, which may tell of several places at once.
    """

    __slots__ = ("rule", "spots")

    rule: str
    spots: tuple[Spot, ...]

    def __new__(cls, text: str, rule: str = "", *spots: Spot) -> Self:
        """Makes it of its text, the id of its rule and its places."""
        made = super().__new__(cls, text)
        made.rule, made.spots = rule, spots
        return made


@dataclass(frozen=True, slots=True)
class OwnsObject:
    """A resource of the program owns the object with this id, which people know by `label`, if not by the id."""

    id: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class SenderLimits:
    """What the key of a transport may send from, as far as it is known; empty: nothing limits it."""

    domains: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.domains or self.addresses or self.names)


@dataclass(frozen=True, slots=True)
class ConfiguresProvider:
    """A resource of the program configures the provider of a tenant, of this kind.

    `enabled` is None while it is not known.
    """

    platform: str
    host: str
    kind: str = ""
    limits: SenderLimits = SenderLimits()
    enabled: bool | None = None


@dataclass(frozen=True, slots=True)
class SendsFrom:
    """A resource sends through the tenant's provider from its own address, given at `path`.

    `sender` is that address, with its name if it has one: empty while it is not known, and where something else limits
    it.
    """

    platform: str
    host: str
    path: str
    sender: str = ""


@dataclass(frozen=True, slots=True)
class FollowsProvider:
    """A resource is used by the tenant's provider; `warn` returns what to say of it under a provider of that kind."""

    platform: str
    host: str
    warn: Callable[[str], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class LacksLogin:
    """A tenant's entry has no credential: `warning` names it, and the resource that came first."""

    platform: str
    host: str
    warning: str


def lacking_login(connection: Connection, who: str) -> tuple[LacksLogin, ...]:
    """Returns what to say of the first credential that a tenant's entry lacks, for a resource called `who`."""
    return tuple(
        LacksLogin(
            connection.platform,
            connection.host,
            f"{who}: {each.path}: {each.what}. {each.remedy} It is required for `pulumi up`, not for a preview.",
        )
        for each in connection.missing[:1]
    )


Claim = OwnsObject | ConfiguresProvider | SendsFrom | FollowsProvider | LacksLogin
"""What one check says that others, or a destroy, have to know."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What is wrong (problems stop a preview), what to warn of, what to mention, and what the resource claims."""

    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()

    def __add__(self, other: Findings) -> Findings:
        return Findings(
            self.problems + other.problems,
            self.warnings + other.warnings,
            self.notices + other.notices,
            self.claims + other.claims,
        )
