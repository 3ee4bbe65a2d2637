"""Which tenant a word on the command line means, among those that config and environment name."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tenant_email.errors import InvalidSettings, Problem, TenantEmailError
from tenant_email.inputs.spelling import nearest
from tenant_email.tenants.connections import CONFIG_KEY, Connections

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tenant_email.json_types import PropsView
    from tenant_email.tenants.connections import Connection, ConnectionSpec
    from tenant_email.tenants.stack_config import StackConfig


@dataclass(frozen=True, slots=True)
class NamedTenant:
    """A tenant by name and platform; whether its entry is right shows when it is connected to."""

    name: str
    platform: str
    connections: Connections = field(repr=False, compare=False)
    platforms: tuple[str, ...] = field(default=(), repr=False, compare=False)

    def __str__(self) -> str:
        return f"{self.platform}/{self.name}" if self.platform else self.name

    def connection(self) -> Connection:
        """Returns where it is and what logs in.

        Raises:
            InvalidSettings: with every problem of its entry; a credential that is missing is none of them.
        """
        if self.platform not in self.platforms:
            what = f"is {self.platform!r}, which is no platform" if self.platform else "is missing"
            remedy = nearest(self.platform, self.platforms) or f"Set it to one of: {', '.join(self.platforms)}."
            problem = Problem(f"{CONFIG_KEY}.{self.name}.platform", what, remedy)
            raise InvalidSettings(f"tenant {self.name}", (problem,))
        return self.connections.get(self.name, self.platform)


@dataclass(frozen=True, slots=True)
class NamedTenants:
    """All tenants that config and environment name, in the order of the config; those of the environment come last.

    variables: those of the urls. stack: the stack's config that names them; None where it was not asked for.
    """

    all: tuple[NamedTenant, ...]
    connections: Connections = field(repr=False)
    platforms: tuple[str, ...]
    variables: tuple[str, ...] = ()
    stack: StackConfig | None = None

    def some(self, word: str | None) -> tuple[NamedTenant, ...]:
        """Returns the tenant of a word, or without one all; raises TenantEmailError where there is none."""
        if word is not None:
            return (self.choose(word),)
        if not self.all:
            variables = " or ".join(self.variables)
            remedy = f"Name the tenants with --stack or --tenants, or set {variables} with its credentials."
            raise TenantEmailError("no tenant is named by a stack's config or the environment", remedy=remedy)
        return self.all

    def choose(self, word: str) -> NamedTenant:
        """Returns the tenant that a word means: a name, a platform's name, or `platform/name`.

        Raises:
            TenantEmailError: it means none, or several.
        """
        named = [each for each in self.all if each.name == word]
        of_platform = [each for each in self.all if each.platform == word]
        # A tenant may be named as a platform: then the word means it, unless it is one of another platform.
        if len(named) == 1 and not (of_platform and named[0].platform != word):
            return named[0]
        if named:
            raise _ambiguous(word, {*named, *of_platform})
        if word in self.platforms:
            return self._of_platform(word, of_platform)
        platform, slash, name = word.partition("/")
        if slash and platform in self.platforms:
            return NamedTenant(name, platform, self.connections, self.platforms)
        raise self._unknown(word)

    def _of_platform(self, platform: str, found: list[NamedTenant]) -> NamedTenant:
        main = next((each for each in found if each.name == "main"), None)
        if len(found) > 1 and not main:
            raise _ambiguous(platform, found)
        if not found and any(each.name == "main" for each in self.all):
            remedy = f"Use one of: {', '.join(map(str, self.all))}; or add one with platform: {platform}."
            raise TenantEmailError(f"no tenant of {platform} is named by config or environment", remedy=remedy)
        # Without any, whoever connects to `main` is told how to set it.
        return main or next(iter(found), NamedTenant("main", platform, self.connections, self.platforms))

    def _unknown(self, word: str) -> TenantEmailError:
        known = [*dict.fromkeys(each.name for each in self.all), *self.platforms]
        listed = f"Use one of: {', '.join(known)}."
        return TenantEmailError(
            f"{word!r} is neither a tenant nor a platform", remedy=f"{nearest(word, known)} {listed}".strip()
        )


def named_tenants(
    raw: str | None,
    environ: Mapping[str, str],
    specs: Mapping[str, ConnectionSpec],
    stack: StackConfig | None = None,
) -> NamedTenants:
    """Returns the tenants of a config (a map as JSON, as `tenant-email:tenants` holds it) and of the environment.

    Raises:
        InvalidSettings: the config is no map of tenants.
    """
    platforms, connections = tuple(specs), Connections(raw, environ, specs)
    usable = dict(_usable(specs))
    entries = connections.entries()
    configured = [(name, _platform_of(entry)) for name, entry in entries.items()]
    listed = [*configured, *(("main", platform) for platform in _of_environment(entries, environ, usable))]
    found = tuple(NamedTenant(name, platform, connections, platforms) for name, platform in listed)
    return NamedTenants(found, connections, platforms, tuple(spec.url_variable for spec in usable.values()), stack)


def _platform_of(entry: PropsView) -> str:
    platform = entry.get("platform")
    return platform if isinstance(platform, str) else ""


def _usable(specs: Mapping[str, ConnectionSpec]) -> Iterable[tuple[str, ConnectionSpec]]:
    """Yields the platforms that can be loaded; what is wrong with another's is said where that one is meant."""
    for platform in specs:
        with suppress(TenantEmailError):
            yield platform, specs[platform]


def _of_environment(
    entries: Mapping[str, PropsView], environ: Mapping[str, str], specs: Mapping[str, ConnectionSpec]
) -> Iterable[str]:
    """Yields the platforms of which the environment names a tenant that no entry stands for."""
    if "main" in entries:
        return
    only = {_platform_of(entry) for entry in entries.values()} if len(entries) == 1 else set[str]()
    for platform, spec in specs.items():
        # The usual variables are those of the only tenant, too.
        if environ.get(spec.url_variable, "").strip() and platform not in only:
            yield platform


def _ambiguous(word: str, found: Iterable[NamedTenant]) -> TenantEmailError:
    names = sorted({str(each) for each in found})
    return TenantEmailError(f"{word!r} may be {' or '.join(names)}", remedy=f"Name one of them, as in {names[0]}.")
