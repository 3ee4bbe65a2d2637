"""One tenant's entry in the stack's config, joined with the environment, and everything that is wrong with it.

Every platform's entry has `platform`, `url`, `tokenUrl`, `allowHttp`, `caFile`, `timeout` and `aliases`; what logs in
is the platform's own, and may be given by reference (`credentials`). What an entry says of its url is only for
that url: where the environment names another one, neither its secrets nor its other settings are used.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from tenant_email.errors import Problem
from tenant_email.inputs.hosts import is_loopback
from tenant_email.tenants.authorities import Authorities, AuthorityFile
from tenant_email.tenants.credentials import find, names_of, split
from tenant_email.tenants.entry_shapes import VARIABLES, boolean, shape_problems
from tenant_email.tenants.proxies import PROXY_URL, flaw_of, proxy_of, variables
from tenant_email.tenants.tenant_url import ClearText, Reach, TenantUrl, id_part, normal_url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.json_types import PropsView
    from tenant_email.tenants.connections import ConnectionSpec
    from tenant_email.tenants.credentials import Credential

CONFIG_KEY: Final = "tenant-email:tenants"
SHORTEST: Final = 1  # seconds, of `timeout`
LONGEST: Final = 300
_AS_URL: Final = "Write it as https://tenant.example."


@dataclass(frozen=True, slots=True)
class Resolved:
    """A tenant as its entry and the environment have it; aliases as they stand in ids."""

    url: TenantUrl
    host: str
    aliases: tuple[str, ...]
    credentials: Mapping[str, Credential]


@dataclass(frozen=True, slots=True)
class Entry:
    """What a config says of one tenant; `own` holds the usual variables that are for it, `environ` all variables.

    values: what has a known name and the right type, so that it is judged whatever else is wrong. flaws: the rest.
    """

    tenant: str
    values: PropsView = field(repr=False)
    spec: ConnectionSpec
    own: Mapping[str, str] = field(repr=False)
    environ: Mapping[str, str] = field(repr=False)
    flaws: tuple[Problem, ...] = ()

    @classmethod
    def of(
        cls, tenant: str, given: PropsView, spec: ConnectionSpec, own: Mapping[str, str], environ: Mapping[str, str]
    ) -> Entry:
        """Returns an entry as the config gives it."""
        at = _place(tenant)
        flaws = tuple(shape_problems(at, given, spec))
        wrong = {flaw.path for flaw in flaws}
        values = {name: value for name, value in given.items() if f"{at}.{name}" not in wrong}
        return cls(tenant, values, spec, own, environ, flaws)

    @property
    def at(self) -> str:
        """Returns the path of the entry, for messages and for `pulumi config set --path`."""
        return _place(self.tenant)

    @property
    def is_none(self) -> bool:
        """Returns whether neither config nor environment knows such a tenant."""
        return not self.values and not self.flaws and not self.own.get(self.spec.url_variable, "").strip()

    @property
    def is_of_another_platform(self) -> bool:
        """Returns whether the entry says so, or does not say which: none of its settings is for this one."""
        return any(flaw.path == f"{self.at}.platform" for flaw in self.flaws)

    def hosts(self) -> tuple[str, ...]:
        """Returns the hosts that the tenant answers to, as they stand in ids; none where its url is not right."""
        url, _ = self._url()
        if self.is_of_another_platform or not isinstance(url, str):
            return ()
        try:
            _, host = normal_url(self.spec.without_suffix(url), allow_http=self._allow_http() is True)
        except ValueError:
            return ()
        return id_part(host), *self._aliases()

    def resolve(self) -> Resolved | list[Problem]:
        """Returns the tenant, or every problem with it."""
        if self.is_of_another_platform:
            return list(self.flaws)
        found = self._judge()
        if not self.flaws:
            return found
        told = {flaw.path for flaw in self.flaws}
        more = [] if isinstance(found, Resolved) else [problem for problem in found if problem.path not in told]
        return [*self.flaws, *more]

    def _judge(self) -> Resolved | list[Problem]:
        """Returns the tenant as its values have it, or what is wrong with them."""
        text, source = self._url()
        allowed = self._allow_http()
        url = self._address(text, source) if isinstance(text, str) else _no_url(self.at)
        token_text, token_source = self._setting("tokenUrl")
        token = self._address(str(token_text), token_source, is_token=True) if token_text else ("", "")
        timeout, authorities = self._timeout(), self._authorities()
        credentials, wrong = split(
            (key, find(self.at, key, variable, self.values, own=self.own, environ=self.environ))
            for key, variable in self.spec.credentials.items()
        )
        judged = (allowed, url, token, timeout, *self._own_flaws())
        found = dict.fromkeys(each for each in judged if isinstance(each, Problem))
        problems = [*found, *wrong]  # a proxy may be wrong for both urls
        if found or isinstance(url, Problem) or isinstance(token, Problem) or isinstance(timeout, Problem):
            return problems
        # A file of authorities that is broken matters only where TLS is spoken: a test at http://localhost goes on.
        encrypted = any(each[0].startswith("https:") for each in (url, token))
        problems += authorities.problems() if encrypted else []
        problems += self._mixed_problems(credentials)
        if problems:
            return problems
        reach = Reach(token[0], authorities, timeout, self.name_of)
        return Resolved(TenantUrl(url[0], reach), url[1], self._aliases(), credentials)

    def name_of(self, setting: str) -> str:
        """Returns how a message names a setting."""
        if not self.has_variables:
            return f"{self.at}.{setting}"
        usual = self.spec.variable(VARIABLES[setting]) if setting in VARIABLES else self.spec.url_variable
        return f"{self.at}.{setting} or {usual}"

    @property
    def has_variables(self) -> bool:
        """Returns whether the usual variables are for this tenant."""
        return self.own is self.environ

    def _url(self) -> tuple[object, str]:
        if text := self.own.get(self.spec.url_variable, "").strip():
            return text, self.spec.url_variable
        return self.values.get("url"), f"{self.at}.url"

    def _setting(self, name: str) -> tuple[object, str]:
        """Returns (value, who gives it) of a setting that every tenant has."""
        variable = self.spec.variable(VARIABLES[name])
        if text := self.own.get(variable, "").strip():
            return text, variable
        return (None, "") if self._is_elsewhere() else (self.values.get(name), f"{self.at}.{name}")

    def _is_elsewhere(self) -> bool:
        """Returns whether the environment names another url than the entry's own."""
        # Compared as urls and not as texts: AUTH0_DOMAIN has no scheme, and means the entry's https url all the same.
        own, given = self.values.get("url"), self.own.get(self.spec.url_variable)
        return bool(given) and isinstance(own, str) and self._differ(own, str(given))

    def _differ(self, one: str, other: str) -> bool:
        try:
            first, second = (normal_url(self.spec.without_suffix(text), allow_http=True)[0] for text in (one, other))
        except ValueError:
            return False  # reported as what it is
        return first != second

    def _address(self, text: str, source: str, *, is_token: bool = False) -> tuple[str, str] | Problem:
        """Returns (url, host) of a url, or what is wrong with it."""
        try:
            found = normal_url(
                text if is_token else self.spec.without_suffix(text), allow_http=self._allow_http() is True
            )
        except ClearText as error:
            allow = f"inside a cluster, where nobody can listen in, set {self.name_of('allowHttp')} to true"
            return Problem(source, str(error), f"Write it as https://…; {allow}.")
        except ValueError as error:
            return Problem(source, str(error), _AS_URL)
        # Removed silently, it would hide a typing error in the rest; left, every call would answer 404.
        ends = () if is_token else self.spec.api_paths
        if path := next((path for path in ends if found[0].endswith(path)), ""):
            url = found[0].removesuffix(path)
            return Problem(source, f"ends with {path}, which is appended to it", f"Write it as {url}.")
        return self._proxy_problem(found[0], source) or found

    def _own_flaws(self) -> list[Problem]:
        """Returns what is wrong with the entry's own urls, even where the environment has others in their place.

        Whom its secrets are for is known only by them.
        """
        flaws: list[Problem] = []
        for name in ("url", "tokenUrl"):
            try:
                if text := self.values.get(name):
                    normal_url(text, allow_http=True)
            except ValueError as error:
                flaws.append(Problem(f"{self.at}.{name}", str(error), _AS_URL))
        return flaws

    def _allow_http(self) -> bool | Problem:
        given, source = self._setting("allowHttp")
        found = False if given is None else boolean(given)
        return Problem(source, "must be true or false", "Correct it, or unset it.") if found is None else found

    def _proxy_problem(self, url: str, source: str) -> Problem | None:
        """Refuses a proxy that is none, and to send credentials in clear text through one they were not given for."""
        host, scheme = urlsplit(url).hostname or "", urlsplit(url).scheme
        named = [text for variable in variables(scheme) if (text := self.environ.get(variable))]
        if is_loopback(host) or (scheme == "https" and not any(map(flaw_of, named))) or not named:
            return None
        proxy = proxy_of(url)  # whether it is for this host; it loads what HTTP needs
        if proxy.flaw:
            return Problem(proxy.variable, proxy.flaw, PROXY_URL)
        if not proxy or scheme == "https":
            return None
        what = f"would go in clear text through the proxy {proxy.host}, together with credentials"
        return Problem(source, what, f"Add {host} to NO_PROXY, or write the url as https://….")

    def _timeout(self) -> float | Problem | None:
        given, source = self._setting("timeout")
        if given is None:
            return None
        try:
            seconds = float(given) if isinstance(given, str | int | float) and not isinstance(given, bool) else 0.0
        except ValueError:
            seconds = 0.0
        if SHORTEST <= seconds <= LONGEST:
            return seconds
        what = f"must be a number of seconds from {SHORTEST} to {LONGEST}"
        return Problem(
            source, what, ("It limits one answer (default: 30); a call with its repeats may take three times as long.")
        )

    def _authorities(self) -> Authorities:
        given, source = self._setting("caFile")
        setting = f"{self.name_of('caFile')}, or SSL_CERT_FILE"
        files = (AuthorityFile(os.path.expanduser(str(given).strip()), source),) if given else ()  # noqa: PTH111 - pathlib's raises for a user that is none
        return Authorities(files, setting).or_of(self.environ)

    def _mixed_problems(self, credentials: Mapping[str, Credential]) -> list[Problem]:
        """Refuses to send a secret of the entry to a url from elsewhere."""
        # A variable left over from another project would send the secret of this one to that host.
        variables = [self.spec.url_variable] if self._is_elsewhere() else []
        token, variable = self.values.get("tokenUrl"), self.spec.variable(VARIABLES["tokenUrl"])
        given = self.own.get(variable)
        if given and (not isinstance(token, str) or self._differ(token, given)) and self._leaves(given):
            variables.append(variable)
        own = self.values.get("url")
        belongs = normal_url(self.spec.without_suffix(own), allow_http=True)[1] if isinstance(own, str) else ""
        return [
            Problem(
                credentials[key].source,
                f"belongs to {belongs}, but {variable} names another host",
                f"Set {usual} for that host, or unset {variable}."
                if credentials[key].of == "entry"
                else f"Unset {variable}; or remove the reference, and set {usual} for that host.",
            )
            for variable in variables
            for key, usual in self.spec.secret.items()
            if key in credentials and credentials[key].of != "environment"
        ]

    def _leaves(self, token_url: str) -> bool:
        """Returns whether a token url leads away from the entry's own url."""
        own = self.values.get("url")
        return not isinstance(own, str) or _origin(token_url) != _origin(self.spec.without_suffix(own))

    def _aliases(self) -> tuple[str, ...]:
        return tuple(id_part(normal_url(alias)[1]) for alias in self.values.get("aliases", ()))


def missing(entry: Entry, found: Resolved) -> tuple[Problem, ...]:
    """Returns the credentials that nobody gives, with how to set each."""
    return tuple(
        Problem(f"{entry.at}.{key}", "is missing", _how_to_set(entry, key, variable))
        for key, variable in entry.spec.credentials.items()
        if key not in found.credentials
    )


def _how_to_set(entry: Entry, key: str, variable: str) -> str:
    flag = "--secret " if key in entry.spec.secret else ""
    _, by_variable, by_file = names_of(key)
    own = f"set {variable}" if entry.has_variables else f"name a variable in {by_variable} or a file in {by_file}"
    return f"Run: pulumi config set {flag}--path '{entry.at}.{key}'; or {own}."


def _place(tenant: str) -> str:
    return f"{CONFIG_KEY}.{tenant}"


def _no_url(at: str) -> Problem:
    return Problem(f"{at}.url", "is missing", f"Run: pulumi config set --path '{at}.url' https://…")


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(normal_url(url, allow_http=True)[0])
    return parts.scheme, parts.netloc
