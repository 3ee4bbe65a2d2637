"""Where tenants are and how to log in to them: from stack config or environment, never from resource inputs.

Rules (docs/architecture.md#connections): the stack config key `tenant-email:tenants` maps a name to an entry, which is
read in `entries`; environment variables in the names that users already have apply to the tenant `main`, or to the only
one; a secret from config is used only with the url of its own entry.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, TypeGuard
from urllib.parse import urlsplit

from tenant_email.errors import InvalidSettings, Problem, WrongTenant
from tenant_email.inputs.hosts import is_loopback
from tenant_email.inputs.spelling import nearest
from tenant_email.inputs.unusable_values import DEEPEST, read_json
from tenant_email.json_types import is_list, is_object
from tenant_email.redaction.secrets import Secret
from tenant_email.tenants.entries import CONFIG_KEY, Entry, Resolved, missing
from tenant_email.tenants.tenant_url import TenantUrl, id_part, normal_url, reach_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tenant_email.json_types import Props, PropsView

__all__ = ["CONFIG_KEY", "Connection", "ConnectionSpec", "Connections", "normal_url", "nowhere"]


@dataclass(frozen=True, slots=True)
class ConnectionSpec:
    """What a platform needs to log in: config names, and the environment variables users already have for them.

    url_suffix: a path that other tools of the platform want at the end of its url, and that is not part of it.
    api_paths: paths of the API, which a url may not end with, because they are appended to it.
    scopes: what the login must be granted, each with what it is needed for.
    """

    platform: str
    url_variable: str
    plain: Mapping[str, str]
    secret: Mapping[str, str]
    url_suffix: str = ""
    api_paths: tuple[str, ...] = ()
    scopes: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def credentials(self) -> Mapping[str, str]:
        """Returns the variable of each credential."""
        return {**self.plain, **self.secret}

    def variable(self, name: str) -> str:
        """Returns the variable of a setting that every tenant has: AUTH0_TOKEN_URL next to AUTH0_DOMAIN."""
        return f"{self.url_variable.rpartition('_')[0]}_{name}"

    def without_suffix(self, url: str) -> str:
        """Returns a url without the suffix."""
        return url.strip().rstrip("/").removesuffix(self.url_suffix)


@dataclass(frozen=True, slots=True)
class Connection:
    """One tenant: where it is, the other hosts it answers to, and the credentials that are known so far.

    host: with port and path where they are not the usual ones, as messages have it; aliases: as they stand in ids.
    sources: where each credential is from, for messages. url may be a TenantUrl, which knows the way to the tenant.
    """

    tenant: str
    platform: str
    url: str
    host: str
    aliases: tuple[str, ...] = ()
    plain: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    secret: Mapping[str, Secret] = field(default_factory=dict[str, Secret])
    missing: tuple[Problem, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def is_nowhere(self) -> bool:
        """Returns whether this stands for a tenant that no config names correctly."""
        return not self.url

    @property
    def is_loopback(self) -> bool:
        """Returns whether the tenant is on this machine."""
        return is_loopback(urlsplit(self.url).hostname or "")

    @property
    def id_host(self) -> str:
        """Returns the host as it stands in ids."""
        return id_part(self.host)

    def answers_to(self, host: str) -> bool:
        """Returns whether this host, as written in a resource's id, is this tenant."""
        return host == self.id_host or host in self.aliases

    def token_endpoint(self, path: str) -> str:
        """Returns where a login with this path goes: to the url, or elsewhere where the tenant's entry says so."""
        return reach_of(self.url).token_endpoint(self.url, path)

    def heard_by(self, hear: Callable[[frozenset[str] | None], None]) -> Connection:
        """Returns the same, with a hearer of what each login is granted."""
        return replace(self, url=TenantUrl(self.url, replace(reach_of(self.url), hear=hear)))

    def source(self, key: str) -> str:
        """Returns what a message calls a credential."""
        return self.sources.get(key, f"{CONFIG_KEY}.{self.tenant}.{key}")

    def require_credentials(self) -> None:
        """Raises with every missing credential; called before the first request, never in a preview."""
        if self.missing:
            raise InvalidSettings(f"{self.platform} {self.host}", self.missing)


def nowhere(tenant: str, platform: str) -> Connection:
    """Returns what stands for a tenant that is not found, so that its resources' other inputs can be judged too."""
    return Connection(tenant, platform, url="", host=f"(tenant {tenant})")


class Connections:
    """All tenants that the stack's config and the environment name."""

    def __init__(
        self,
        raw: str | None,
        environ: Mapping[str, str],
        specs: Mapping[str, ConnectionSpec],
        *,
        are_explicit: bool = False,
    ) -> None:
        """Reads the config; entries that `are_explicit` and name their url take nothing from the usual variables."""
        self._environ, self._specs, self._are_explicit = environ, specs, are_explicit
        self._entries, self._problem = _entries(raw)
        self._found: dict[tuple[str, str], Connection] = {}
        self._tenants: dict[str, dict[str, str]] = {}  # by platform, then by host

    def entries(self) -> Mapping[str, PropsView]:
        """Returns the entries of the config by name, whatever they hold; raises InvalidSettings where it is no map."""
        if self._problem:
            raise InvalidSettings("stack config", (self._problem,))
        return self._entries

    def get(self, tenant: str, platform: str) -> Connection:
        """Returns the connection of a tenant; raises InvalidSettings with every problem of its entry."""
        # Each resource of a tenant asks, several times.
        if (tenant, platform) not in self._found:
            self._found[tenant, platform] = self._read(tenant, platform)
        return self._found[tenant, platform]

    def _read(self, tenant: str, platform: str) -> Connection:
        spec = self._specs[platform]
        entry = self._entry(tenant, spec)
        if self._problem:
            problems = [self._problem]
        # Before the entry is read: a missing one has no url and no credentials, and one line says more than three.
        elif entry.is_none:
            problems = [self._unknown_tenant(tenant, spec)]
        else:
            found = entry.resolve()
            if isinstance(found, Resolved):
                return _connection(entry, found)
            problems = found
        raise InvalidSettings(f"tenant {tenant}", tuple(problems))

    def hosts(self, tenant: str, platform: str) -> tuple[str, ...]:
        """Returns the hosts that a tenant answers to, as they stand in ids, without a look at its credentials."""
        return self._entry(tenant, self._specs[platform]).hosts()

    def all_hosts(self, platform: str) -> tuple[str, ...]:
        """Returns the host of each tenant of a platform, as it stands in ids."""
        found = (self.hosts(tenant, platform)[:1] for tenant in self._names())
        return tuple(dict.fromkeys(host for hosts in found for host in hosts))

    def by_host(self, host: str, platform: str) -> Connection:
        """Returns the connection whose tenant answers to a host, as it stands in an id.

        Raises:
            WrongTenant: none does.
            InvalidSettings: one does, and its entry is not right.
        """
        if platform not in self._tenants:
            answering = [(self.hosts(tenant, platform), tenant) for tenant in self._names()]
            # By their own hosts before the aliases: where one tenant was, another one may be now.
            named = [(host, tenant) for hosts, tenant in answering for host in hosts[:1]]
            named += [(alias, tenant) for hosts, tenant in answering for alias in hosts[1:]]
            self._tenants[platform] = dict(reversed(named))  # of two tenants at one host the first counts
        if (tenant := self._tenants[platform].get(host)) is not None:
            return self.get(tenant, platform)
        message = f"{platform} {host}: no tenant in the stack config or environment has this host; nothing was changed"
        raise WrongTenant(message, remedy=f"Restore the tenant in {CONFIG_KEY}, or add the host to a tenant's aliases.")

    def _names(self) -> Iterable[str]:
        # `main` is looked at without an entry too: the environment may be all that names it.
        return {**self._entries, "main": None}

    def _entry(self, tenant: str, spec: ConnectionSpec) -> Entry:
        """Returns an entry; the usual variables are for `main`, or for the only tenant."""
        # With several tenants a variable such as AUTH0_CLIENT_SECRET cannot say for which it is, and would go to each.
        is_own = tenant == "main" or list(self._entries) == [tenant]
        # A program with several providers has several `main`, of which the variables can mean one at most.
        if self._are_explicit and self._entries.get(tenant, {}).get("url"):
            is_own = False
        own = self._environ if is_own else dict[str, str]()
        return Entry.of(tenant, self._entries.get(tenant, {}), spec, own, self._environ)

    def _unknown_tenant(self, tenant: str, spec: ConnectionSpec) -> Problem:
        remedy = nearest(tenant, self._entries) or (
            f"Run: pulumi config set --path '{CONFIG_KEY}.{tenant}.platform' {spec.platform}"
            f" && pulumi config set --path '{CONFIG_KEY}.{tenant}.url' https://…; or set {spec.url_variable}."
        )
        return Problem("tenant", f"no tenant named {tenant!r} is configured", remedy)


@lru_cache(maxsize=4)  # a host resolves the tenant of each of its resources, several times; nobody changes it
def _entries(raw: str | None) -> tuple[dict[str, Props], Problem | None]:
    try:
        found = read_json(raw or "{}")
    except ValueError:
        found = None
    if not _is_map_of_maps(found) or _is_deeper(found, DEEPEST):
        odd = [name for name, each in found.items() if not is_object(each)] if is_object(found) else []
        what = f"must be a map of tenants{', each a map of its settings; not so: ' if odd else ''}{', '.join(odd)}"
        return {}, Problem(CONFIG_KEY, what, f"Set it with: pulumi config set --path '{CONFIG_KEY}.main.url' https://…")
    return found, None


def _is_map_of_maps(value: object) -> TypeGuard[dict[str, Props]]:
    return is_object(value) and all(is_object(each) for each in value.values())


def _is_deeper(value: object, levels: int) -> bool:
    """Returns whether objects and lists are nested deeper than so many levels; no message could show them."""
    parts = list(value.values()) if is_object(value) else value
    return is_list(parts) and (levels == 0 or any(_is_deeper(part, levels - 1) for part in parts))


def _connection(entry: Entry, found: Resolved) -> Connection:
    given, spec = found.credentials, entry.spec
    return Connection(
        tenant=entry.tenant,
        platform=spec.platform,
        url=found.url,
        host=found.host,
        aliases=found.aliases,
        plain={key: given[key].value for key in spec.plain if key in given},
        secret={key: Secret(given[key].value) for key in spec.secret if key in given},
        missing=missing(entry, found),
        sources={key: each.source for key, each in given.items()},
    )
