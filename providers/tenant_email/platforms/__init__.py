"""The platforms: one package each, found by name, so that a new one changes no existing module.

Ours are the folders here. Another distribution adds one by an entry point of the group `tenant_email.platforms`, whose
name is the word before the dot of its kinds, and whose value is a package with the same modules as these folders.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from tenant_email.errors import TenantEmailError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from tenant_email.platforms.base import Platform
    from tenant_email.platforms.mails import Mails
    from tenant_email.tenants.connections import ConnectionSpec

GROUP: Final = "tenant_email.platforms"


@cache
def names() -> tuple[str, ...]:
    """Returns the names of all platforms, as they stand before the dot of a `kind`."""
    return tuple(sorted({*_own(), *(entry.name for entry in _entries())}))


def load(name: str) -> Platform:
    """Returns a platform; KeyError when there is none of that name, TenantEmailError for one that cannot be loaded."""
    found: Platform = _attribute(name, "platform", "PLATFORM")
    return found


def mails_of(name: str) -> Mails | None:
    """Returns how a platform's templates become mails; None where another distribution's platform does not say."""
    if name not in _own() and find_spec(f"{_entry(name).module}.mails") is None:
        return None
    found: Mails = _attribute(name, "mails", "MAILS")
    return found


class _Specs(Mapping[str, "ConnectionSpec"]):
    """How each platform is logged in to; of those that nobody asks for nothing is loaded."""

    def __getitem__(self, name: str) -> ConnectionSpec:
        found: ConnectionSpec = _attribute(name, "capabilities", "CONNECTION")
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(names())

    def __len__(self) -> int:
        return len(names())


def connection_specs() -> Mapping[str, ConnectionSpec]:
    """Returns how each platform is logged in to, loaded one by one as they are asked for."""
    return _Specs()


@cache
def _own() -> frozenset[str]:
    return frozenset(module.name for module in pkgutil.iter_modules(__path__) if module.ispkg)


@cache
def _attribute(name: str, module: str, attribute: str) -> Any:
    """Returns what a platform's module holds; what another distribution's lacks is reported with that one's name."""
    if name in _own():
        return getattr(import_module(f"{__name__}.{name}.{module}"), attribute)
    entry = _entry(name)
    try:
        return getattr(import_module(f"{entry.module}.{module}"), attribute)
    except Exception as error:  # noqa: BLE001 - it is foreign code, and may raise anything
        what = f"{entry.module}.{module}.{attribute} cannot be loaded: {type(error).__name__}: {error}"
        raise TenantEmailError(
            f"platform {name} of {_distribution(entry)}: {what}",
            remedy=f"Update {_distribution(entry)}, or remove it from this environment.",
        ) from None


@cache
def _entries() -> tuple[EntryPoint, ...]:
    """Returns what other distributions bring; looked for only where none of ours is meant."""
    from importlib.metadata import entry_points  # noqa: PLC0415 - it reads a file of every distribution

    return tuple(entry_points(group=GROUP))


def _entry(name: str) -> EntryPoint:
    """Returns the one entry point of a name; raises KeyError for none, TenantEmailError for several."""
    found = sorted((entry for entry in _entries() if entry.name == name), key=_distribution)
    if not found:
        raise KeyError(name)
    if len({entry.value for entry in found}) > 1:
        several = " and ".join(map(_distribution, found))
        raise TenantEmailError(f"platform {name}: {several} both provide it", remedy="Uninstall all but one of them.")
    return found[0]


def _distribution(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist else entry.module
