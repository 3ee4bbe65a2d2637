"""How a tenant is reached, the same on each platform and on a stranger's: a path, a token endpoint, TLS and a proxy."""

from __future__ import annotations

import json
import os
import ssl
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
import trustme
from pulumi.dynamic import Config, ConfigureRequest

from support.birds.server import TOKEN, install, serving
from support.canary import forms
from support.conformance import SAMPLES
from support.host import Failed, HostOf, listening, running_host
from support.managed import Operated
from support.tls_front import connect_proxy, tls_front
from tenant_email import platforms
from tenant_email.errors import InvalidSettings, PlatformError, Unavailable
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.operations import operation
from tenant_email.timing import Timing
from tenant_email_local.emulators.delivery import Delivery
from tenant_email_local.emulators.server import Fault
from tenant_email_local.ports import free_ports
from tenant_email_local.smtp import SmtpServer

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from tenant_email_local.emulators.server import Emulator

TESTS = Path(__file__).parents[2]
NAMES = (*platforms.names(), "birds")
TOKEN_PATHS = {
    "auth0": "/oauth/token",
    "logto": "/oidc/token",
    "pingone_aic": "/am/oauth2/access_token",
    "birds": TOKEN,
}
LOFT = {"kind": "birds.loft", "host": "loft.example", "whistle": "canary-whistle", "pigeons": 2}


@dataclass
class Site:
    """One tenant: where it is, what logs in to it, by the names of an entry, and a provider of it."""

    platform: str
    url: str
    login_url: str
    credentials: dict[str, str]
    settings: dict[str, Any]
    paths: list[str]
    tenant: Emulator | None = None

    def slow_down(self, seconds: float) -> None:
        """Makes every answer take so long."""
        assert self.tenant
        self.tenant.inject(Fault(delay=seconds, times=99))

    def entry(self, **changed: Any) -> dict[str, Any]:
        """Returns its entry in a stack's config; None leaves a name out."""
        found = {"platform": self.platform, "url": self.url, **self.credentials, **changed}
        return {name: value for name, value in found.items() if value is not None}

    def provider(self, **changed: Any) -> Operated:
        """Returns a provider of a stack whose tenant has this entry."""
        tenants = json.dumps({"acme": self.entry(**changed)})
        config = Config({"tenant-email:tenants": tenants}, "conformance")
        lifecycle = EmailProviderLifecycle()
        lifecycle.configure(ConfigureRequest(config))
        operation.begin(Timing(sleep=lambda _: None))
        usual = {"from_address": "no-reply@acme.example", "enabled": True, "on_existing": "adopt"}
        return Operated(lifecycle, tenant="acme", settings=self.settings, **usual)


@contextmanager
def open_site(
    name: str, *, prefix: str = "", apart: bool = False, tls: ssl.SSLContext | None = None
) -> Generator[Site]:
    """Runs a tenant of a platform: under a path, with its logins at another port, or by TLS."""
    if name == "birds":
        with serving(prefix=prefix, apart=apart) as found, _front(tls, _port(found.url, prefix)) as url:
            at = url or found.url
            yield Site(name, at, found.login_url, {"keeper": "Ada", "seed": "canary-seed"}, LOFT, found.paths)
        return
    local = import_module(f"tenant_email_local.emulators.{name}.local")
    (port,) = free_ports(1)
    tenant = cast("Emulator", local.tenant(port, Delivery()))
    tenant.prefix, tenant.login_apart = prefix, apart
    with _front(tls, port) as tenant.public_url, tenant:
        environ = local.environment(tenant)
        if name == "logto" and apart:
            admin = cast("Any", tenant).state.admin_applications["m-default"]
            environ |= {"LOGTO_APP_ID": admin.id, "LOGTO_APP_SECRET": admin.secret}
        spec = platforms.connection_specs()[name]
        credentials = {key: environ[variable] for key, variable in spec.credentials.items()}
        settings = json.loads((SAMPLES / f"{name}.json").read_text())["settings"]
        yield Site(name, tenant.url, tenant.login_url, credentials, settings, _Paths(tenant), tenant)


@contextmanager
def _front(tls: ssl.SSLContext | None, port: int) -> Generator[str]:
    """Serves a port by TLS; yields the url, empty where that is not asked for."""
    if tls is None:
        yield ""
        return
    with tls_front(tls, port) as own:
        yield f"https://it.example:{own}"


class _Paths(list[str]):
    """What an emulator was asked."""

    def __init__(self, tenant: Emulator) -> None:
        super().__init__()
        self._tenant = tenant

    def __iter__(self) -> Iterator[str]:
        return iter([call.path for call in self._tenant.calls])


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Each platform, and a stranger's, which is installed as pip would; the environment has no proxy, no authority."""
    for variable in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "HTTPS_PROXY", "https_proxy", "NO_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    install(tmp_path / "site", "pulumi_birds", "birds = support.birds")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    _look_anew()
    yield str(request.param)
    monkeypatch.undo()
    _look_anew()
    operation.begin(Timing())


def _look_anew() -> None:
    for kept in ("names", "_entries", "_attribute"):
        getattr(platforms, kept).cache_clear()


def _port(url: str, prefix: str = "") -> int:
    return int(url.removesuffix(prefix).rpartition(":")[2])


def life(site: Site, **changed: Any) -> str:
    """Takes a provider through its life; returns its id."""
    provider = site.provider(**changed)
    provider.up()
    id_ = provider.id
    provider.refresh()
    assert provider.id == id_
    provider.destroy()
    return id_


def test_under_a_path(name: str) -> None:
    """Every call of a life goes below it, the login too; ids tell it from another at the same host."""
    with open_site(name, prefix="/self/hosted") as site:
        host = site.url.removeprefix("http://").replace("/", "%2F")
        assert host.endswith("%2Fself%2Fhosted")
        assert life(site) == f"{name}/{host}/email-provider"
        assert any("token" in path for path in site.paths)
        wrong = site.provider(url=f"{site.url}-x")
        with pytest.raises(PlatformError, match=f"^{name} [^ ]*/self/hosted-x: "):
            wrong.up()


@pytest.mark.parametrize("whole", [False, True])
def test_the_login_elsewhere(name: str, whole: bool) -> None:
    """Named as what the path is appended to, or as the whole address; without it the error says which setting it is."""
    with open_site(name, apart=True) as site:
        path = TOKEN_PATHS[name] if whole else ""
        assert life(site, tokenUrl=f"{site.login_url}{path}").startswith(f"{name}/127.0.0.1:")


def test_wrong_urls_are_told(name: str) -> None:
    """The login at the tenant itself, both exchanged, and a place where nobody is: each names the setting."""
    with open_site(name, apart=True) as site:
        exchanged = {"url": site.login_url, "tokenUrl": site.url}
        for changed in ({}, exchanged, {"tokenUrl": "http://127.0.0.1:1"}):
            with pytest.raises(PlatformError, match=f"(?s)^{name} .*tokenUrl"):
                site.provider(**changed).up()
        with pytest.raises(PlatformError, match=site.login_url):
            site.provider(url=site.login_url, tokenUrl=site.login_url).up()


def test_by_a_private_authority_and_through_a_proxy(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls and login alike; without the file nothing is sent, and the error says what was trusted and what to set."""
    authority, tls, file = trustme.CA(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), tmp_path / "company.pem"
    authority.cert_pem.write_to_path(str(file))
    authority.issue_cert("it.example").configure_cert(tls)
    with open_site(name, tls=tls) as site, connect_proxy(_port(site.url), login="ada:canary-word") as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://ada:canary-word@127.0.0.1:{proxy.port}")
        with pytest.raises(Unavailable, match="None of the public certificate authorities signed it") as caught:
            site.provider().up()
        assert "set tenant-email:tenants.acme.caFile" in str(caught.value)
        assert list(site.paths) == []
        assert life(site, caFile=str(file)).startswith(f"{name}/it.example:")
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        assert life(site)
        monkeypatch.setenv("HTTPS_PROXY", f"http://ada:canary-wrong@127.0.0.1:{proxy.port}")
        with pytest.raises(
            Unavailable, match=f"the proxy 127.0.0.1:{proxy.port} refuses the connection with 407"
        ) as caught:
            site.provider().up()
        assert "canary" not in str(caught.value)
    assert {line.split()[1] for line in proxy.asked} == {site.url.removeprefix("https://")}


@pytest.mark.parametrize("name", platforms.names(), indirect=True)
def test_mail_servers_are_judged_by_the_same_authorities(name: str, tmp_path: Path) -> None:
    """The tenant's file counts for its mail server, and is named where it does not hold who signed."""
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    with open_site(name) as site, SmtpServer(lambda _user, _word: True, directory=tmp_path / "smtp") as smtp:
        server = {**site.settings, "host": "localhost", "port": smtp.port}
        given = {"settings": server, "preflight": "connect"}
        for changed, trusted in (
            ({}, "This machine trusts the public certificate authorities; set tenant-email:tenants.acme.caFile or "),
            (
                {"caFile": str(other)},
                f"This machine trusts the certificate authorities in {other} (tenant-email:tenants.",
            ),
        ):
            with pytest.raises(InvalidSettings, match=r"preflight: settings\.host: TLS with localhost") as caught:
                site.provider(**changed).up(**given)
            assert trusted in str(caught.value)
        site.provider(caFile=str(smtp.ca_file)).up(**given)


@pytest.mark.parametrize("name", ["logto"], indirect=True)
def test_an_answer_that_takes_too_long(name: str) -> None:
    """Is given up after the time of the entry, and the error names the setting."""
    with open_site(name) as site:
        site.slow_down(1.5)
        with pytest.raises(Unavailable, match="no whole answer within") as caught:
            site.provider(timeout=1).up()
        assert "To give a slow tenant more time, set tenant-email:tenants.acme.timeout" in str(caught.value)


def test_nothing_of_a_reference_leaves_the_host(name: str, tmp_path: Path) -> None:
    """What Pulumi's own host answers, records and says has no value of it, also where it is refused."""
    with open_site(name) as site, listening() as (listener, engine):
        secret = next(iter(platforms.connection_specs()[name].secret))
        environ = {"ACME_WRONG": "canary-wrong-secret", "PYTHONPATH": f"{TESTS}{os.pathsep}{tmp_path / 'site'}"}
        config = {
            "tenant-email:tenants": json.dumps({"acme": site.entry(**{secret: None, f"{secret}Env": "ACME_WRONG"})})
        }
        inputs = {"tenant": "acme", "settings": site.settings, "from_address": "a@acme.example", "enabled": True}
        with running_host(config, environ, engine) as running:
            host = HostOf(running, EmailProviderLifecycle)
            assert host.check(inputs) == []
            try:
                told = str(host.create(inputs))
            except Failed as refused:
                told = str(refused)
        assert not [form for form in forms("canary-wrong-secret") if form in told or form in str(listener.lines)]


def test_authorities_that_are_none(name: str) -> None:
    """Are an error at preview, before anything is sent."""
    with open_site(name) as site:
        (told,) = site.provider(url="https://it.example", caFile="/no/such.pem").problems()
    flaw, remedy = told.split("\n")
    assert flaw == "tenant-email:tenants.acme.caFile: /no/such.pem cannot be read (No such file or directory)"
    assert remedy == "Name a file with certificates in PEM, including -----BEGIN CERTIFICATE-----, or name none."


def test_a_login_that_is_referred_to(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No value of it stands in the config, and none comes into state."""
    with open_site(name) as site:
        changed: dict[str, Any] = dict.fromkeys(site.credentials)
        for key, value in site.credentials.items():
            monkeypatch.setenv(f"ACME_{key.upper()}", value)
            (tmp_path / key).write_text(f"{value}\n")
        for each in (
            {f"{key}Env": f"ACME_{key.upper()}" for key in changed},
            {f"{key}File": str(tmp_path / key) for key in changed},
        ):
            provider = site.provider(**changed, **each)
            provider.up()
            assert not [value for value in site.credentials.values() if value in json.dumps(provider.state)]
            provider.destroy()
        (reason, *others) = site.provider(**changed, **{f"{key}Env": "NOT_SET_HERE" for key in changed}).problems()
        assert reason.endswith(
            "Env: the variable NOT_SET_HERE is not set\nSet it where Pulumi runs; this takes the name "
            "of a variable, not a value."
        )
        assert len(others) == len(changed) - 1
