"""What a tenant holds, as whoever looks at it is shown it: documents as the tenant stores them, secrets included."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email_local.emulators.server import Emulator


@dataclass(frozen=True, slots=True, repr=False)
class Holding:
    """One thing that a tenant holds.

    note: what one wants to know of it at a glance. texts: what is long in it, such as bodies of mails, by their names.
    """

    name: str
    note: str = ""
    document: Any = None
    texts: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, repr=False)
class Section:
    """Things of a kind; `empty` says what it means that there are none, and what to do."""

    title: str
    holdings: tuple[Holding, ...]
    empty: str


@dataclass(frozen=True, slots=True, repr=False)
class Outlet:
    """Where mail goes that leaves by none of this machine's servers: what took it, the list, and how it is written."""

    by: str
    messages: list[Any]
    write: Callable[[Any], bytes] = bytes


@dataclass(frozen=True, slots=True, repr=False)
class TenantHoldings:
    """A tenant.

    title: what its platform is called. sender: what its mail goes out through, in words. secrets: those of it that
    no document has.
    """

    title: str
    sender: str
    sections: tuple[Section, ...]
    secrets: tuple[str, ...] = ()
    outlets: tuple[Outlet, ...] = ()
    servers: tuple[Emulator, ...] = ()
    """Those that stand for others and belong to this tenant."""
