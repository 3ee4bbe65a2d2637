"""Where tenants are and how to log in to them: from stack config or environment, never from resource inputs.

Rules (docs/architecture.md#connections): the stack config key `tenant-email:tenants` maps a name to
`{platform, url, aliases, <the platform's credentials>}`; environment variables in the names that users already have
apply to the tenant `main`, or to the only one; a secret from config is used only with the url of its own entry.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeGuard
from urllib.parse import urlsplit

from tenant_email.errors import InvalidSettings, Problem, WrongTenant
from tenant_email.hosts import is_host
from tenant_email.secrets import Secret
from tenant_email.shapes import is_list, is_object
from tenant_email.spelling import nearest
from tenant_email.values import DEEPEST, read_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.shapes import Props, PropsView

CONFIG_KEY: Final = "tenant-email:tenants"
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_DEFAULT_PORTS: Final = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class ConnectionSpec:
    """What a platform needs to log in: config names, and the environment variables users already have for them.

    `url_suffix` is a path that other tools of the platform want at the end of its url, and that is not part of it.
    """

    platform: str
    url_variable: str
    plain: Mapping[str, str]
    secret: Mapping[str, str]
    url_suffix: str = ""

    def tenant_url(self, values: PropsView) -> Props:
        """Returns values with their `url`, if it is a string, without the suffix."""
        url, suffix = values.get("url"), self.url_suffix
        if not (suffix and isinstance(url, str) and url.rstrip("/").endswith(suffix)):
            return dict(values)
        return {**values, "url": url.rstrip("/").removesuffix(suffix)}


@dataclass(frozen=True, slots=True)
class Connection:
    """One tenant: where it is, the other hosts it answers to, and the credentials that are known so far."""

    tenant: str
    platform: str
    url: str
    host: str
    aliases: tuple[str, ...] = ()
    plain: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    secret: Mapping[str, Secret] = field(default_factory=dict[str, Secret])
    missing: tuple[Problem, ...] = ()

    @property
    def is_nowhere(self) -> bool:
        """Returns whether this stands for a tenant that no config names correctly."""
        return not self.url

    @property
    def is_loopback(self) -> bool:
        """Returns whether the tenant is on this machine."""
        return urlsplit(self.url).hostname in _LOOPBACK

    def answers_to(self, host: str) -> bool:
        """Returns whether this host, as written in a resource's id, is this tenant."""
        return host == self.host or host in self.aliases

    @property
    def missing_warnings(self) -> tuple[str, ...]:
        """Returns what a preview says of a credential that is not there: of the tenant, so once for all resources."""
        who = f"{self.platform} {self.host}"
        return tuple(
            f"{who}: {each.path}: {each.what}. {each.remedy} It is needed at `up`." for each in self.missing[:1]
        )

    def require_credentials(self) -> None:
        """Raises with every missing credential; called before the first request, never in a preview."""
        if self.missing:
            raise InvalidSettings(f"{self.platform} {self.host}", self.missing)


def nowhere(tenant: str, platform: str) -> Connection:
    """Returns what stands for a tenant that is not found, so that its resources' other inputs can be judged too."""
    return Connection(tenant, platform, url="", host=f"(tenant {tenant})")


@lru_cache(maxsize=64)  # a host resolves the tenant of each of its resources, several times
def normal_url(text: str) -> tuple[str, str]:
    """Returns (url without a trailing slash, host with a port that is not the default); ValueError says what is wrong.

    A bare domain, as AUTH0_DOMAIN has it, means https. Plain http is for loopback only, because the management
    secret travels over it.
    """
    parts = urlsplit(text if "://" in text else f"https://{text}")
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in _DEFAULT_PORTS or not host:
        msg = "is not an https url"
        raise ValueError(msg)
    if parts.username or parts.password or parts.query or parts.fragment or parts.path.strip("/"):
        msg = "must be scheme and host alone, without user, path or query"
        raise ValueError(msg)
    if parts.scheme == "http" and host not in _LOOPBACK:
        msg = "must begin with https://, because credentials travel over it"
        raise ValueError(msg)
    if not is_host(host):
        msg = "is not an https url of a host"
        raise ValueError(msg)
    shown = f"[{host}]" if ":" in host else host
    if parts.port not in {None, _DEFAULT_PORTS[parts.scheme]}:
        shown = f"{shown}:{parts.port}"
    return f"{parts.scheme}://{shown}", shown


class Connections:
    """All tenants that the stack's config and the environment name."""

    def __init__(self, raw: str | None, environ: Mapping[str, str], specs: Mapping[str, ConnectionSpec]) -> None:
        self._environ, self._specs = environ, specs
        self._entries, self._problem = _entries(raw)

    def get(self, tenant: str, platform: str) -> Connection:
        """Returns the connection of a tenant; raises InvalidSettings with every problem of its entry."""
        spec = self._specs[platform]
        entry = spec.tenant_url(self._entries.get(tenant, {}))
        environ = spec.tenant_url(self._environment_of(tenant, spec))
        if problems := self._problems(tenant, entry, environ, spec):
            raise InvalidSettings(f"tenant {tenant}", tuple(problems))
        return _connection(tenant, entry, environ, spec)

    def by_host(self, host: str, platform: str) -> Connection:
        """Returns the connection whose tenant answers to a host; raises WrongTenant when none does."""
        for tenant in {**self._entries, "main": None}:
            try:
                connection = self.get(tenant, platform)
            except InvalidSettings:
                continue
            if connection.answers_to(host):
                return connection
        message = f"{platform} {host}: no tenant of this stack answers to that host; nothing was touched"
        raise WrongTenant(message, remedy=f"Put the host back into {CONFIG_KEY}, as a url or among the aliases of one.")

    def _environment_of(self, tenant: str, spec: ConnectionSpec) -> dict[str, str]:
        if tenant != "main" and list(self._entries) != [tenant]:
            return {}
        names = {"url": spec.url_variable, **spec.plain, **spec.secret}
        return {key: value for key, name in names.items() if (value := self._environ.get(name))}

    def _problems(
        self, tenant: str, entry: PropsView, environ: Mapping[str, str], spec: ConnectionSpec
    ) -> list[Problem]:
        if self._problem:
            return [self._problem]
        at = f"{CONFIG_KEY}.{tenant}"
        if not entry and "url" not in environ:
            return [self._unknown_tenant(tenant, spec)]
        found = [*_entry_problems(at, entry, spec), *_url_problems(at, entry, environ)]
        return found or _mixed_problems(at, entry, environ, spec)

    def _unknown_tenant(self, tenant: str, spec: ConnectionSpec) -> Problem:
        remedy = nearest(tenant, self._entries) or (
            f"Run: pulumi config set --path '{CONFIG_KEY}.{tenant}.platform' {spec.platform}"
            f" and --path '{CONFIG_KEY}.{tenant}.url' https://…; or set {spec.url_variable}."
        )
        return Problem("tenant", f"no tenant named {tenant!r} is configured", remedy)


@lru_cache(maxsize=4)  # as above; nobody changes what it returns
def _entries(raw: str | None) -> tuple[dict[str, Props], Problem | None]:
    try:
        found = read_json(raw or "{}")
    except ValueError:
        found = None
    if not _is_map_of_maps(found) or _is_deeper(found, DEEPEST):
        remedy = f"Set it with: pulumi config set --path '{CONFIG_KEY}.main.url' https://…"
        return {}, Problem(CONFIG_KEY, "is not a map of tenants", remedy)
    return found, None


def _is_map_of_maps(value: object) -> TypeGuard[dict[str, Props]]:
    return is_object(value) and all(is_object(each) for each in value.values())


def _is_deeper(value: object, levels: int) -> bool:
    """Returns whether objects and lists are nested deeper than so many levels; no message could show them."""
    parts = list(value.values()) if is_object(value) else value
    return is_list(parts) and (levels == 0 or any(_is_deeper(part, levels - 1) for part in parts))


def _entry_problems(at: str, entry: PropsView, spec: ConnectionSpec) -> list[Problem]:
    if not entry:
        return []
    if (platform := entry.get("platform")) != spec.platform:
        what = f"is {platform!r}, but the settings are for {spec.platform}" if platform else "is missing"
        return [Problem(f"{at}.platform", what, f"Set it to {spec.platform}, or use settings of that platform.")]
    texts = ("platform", "url", *spec.plain, *spec.secret)
    takes = f"A tenant of {spec.platform} takes {', '.join(texts)} and aliases."
    problems = [
        Problem(f"{at}.{key}", "is not known here", f"{nearest(key, texts) or 'Remove it.'} {takes}")
        for key in entry
        if key not in {*texts, "aliases"}
    ]
    problems += [
        _not_a_text(f"{at}.{key}", entry[key], secret=key in spec.secret)
        for key in texts
        if key in entry and not (isinstance(entry[key], str) and entry[key].strip())
    ]
    return [*problems, *_alias_problems(at, entry.get("aliases", []))]


def _not_a_text(path: str, value: object, *, secret: bool) -> Problem:
    """Says why a value is not a string: `--path` makes numbers and booleans of what looks like one."""
    what, flags = "must be a non-empty string", "--secret --path" if secret else "--path"
    if isinstance(value, bool | int | float):
        kind = "a boolean" if isinstance(value, bool) else "a number"
        remedy = f"Set it again as a string: pulumi config set {flags} --type string '{path}' …"
        return Problem(path, f"{what}, but --path has made {kind} of it", remedy)
    return Problem(path, what, f"Set {path} again: pulumi config set {flags} '{path}' …")


def _alias_problems(at: str, aliases: object) -> list[Problem]:
    listed = aliases if is_list(aliases) else [None]
    if all(isinstance(alias, str) and _is_url(alias) for alias in listed):
        return []
    return [Problem(f"{at}.aliases", "must be a list of hosts", f"Set --path '{at}.aliases[0]' to a host.")]


def _is_url(text: str) -> bool:
    try:
        normal_url(text)
    except ValueError:
        return False
    return True


def _url_problems(at: str, entry: PropsView, environ: Mapping[str, str]) -> list[Problem]:
    url = environ.get("url") or entry.get("url")
    if not isinstance(url, str):
        return [Problem(f"{at}.url", "is missing", f"Run: pulumi config set --path '{at}.url' https://…")]
    try:
        normal_url(url)
    except ValueError as error:
        return [Problem(f"{at}.url", str(error), "Write it as https://tenant.example.")]
    return []


def _mixed_problems(at: str, entry: PropsView, environ: Mapping[str, str], spec: ConnectionSpec) -> list[Problem]:
    """Refuses to send a secret from config to a url from elsewhere."""
    own = entry.get("url")
    if "url" not in environ or not isinstance(own, str) or normal_url(own)[1] == normal_url(environ["url"])[1]:
        return []
    return [
        Problem(
            f"{at}.{key}",
            f"belongs to {normal_url(own)[1]}, but {spec.url_variable} names another host",
            f"Set {variable} for that host, or unset {spec.url_variable}.",
        )
        for key, variable in spec.secret.items()
        if key in entry and key not in environ
    ]


def _connection(tenant: str, entry: PropsView, environ: Mapping[str, str], spec: ConnectionSpec) -> Connection:
    values = {**entry, **environ}
    url, host = normal_url(values["url"])
    missing = tuple(
        Problem(
            f"{CONFIG_KEY}.{tenant}.{key}",
            "is missing",
            f"Run: pulumi config set {'--secret ' if key in spec.secret else ''}--path '{CONFIG_KEY}.{tenant}.{key}'"
            f"; or set {variable}.",
        )
        for key, variable in {**spec.plain, **spec.secret}.items()
        if key not in values
    )
    return Connection(
        tenant=tenant,
        platform=spec.platform,
        url=url,
        host=host,
        aliases=tuple(normal_url(alias)[1] for alias in entry.get("aliases", ())),
        plain={key: values[key].strip() for key in spec.plain if key in values},
        secret={key: Secret(values[key].strip()) for key in spec.secret if key in values},
        missing=missing,
    )
