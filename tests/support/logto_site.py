"""An emulated Logto tenant with mail servers, and the lifecycles that manage it, in this process."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pulumi.dynamic import Config, ConfigureRequest

from support.logto import Tenant
from support.logto_sinks import LOGIN, Sinks
from support.managed import Operated
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle
from tenant_email_local.emulators.logto import Application, LogtoEmulator, LogtoState, LogtoSwitches
from tenant_email_local.emulators.logto import local as local_tenant

if TYPE_CHECKING:
    from collections.abc import Generator

    import pytest

USAGE_TYPES = ("Register", "SignIn", "ForgotPassword", "Generic")


@dataclass
class Site:
    """One tenant and what receives its mail."""

    emulator: LogtoEmulator
    sinks: Sinks

    @property
    def raw(self) -> Tenant:
        """Returns a plain HTTP client of the tenant: what happens without our guards."""
        return Tenant(self.emulator)

    def connector(self, **options: Any) -> Operated:
        """Returns an EmailProvider's lifecycle with the usual inputs."""
        usual = {"tenant": "main", "from_address": "noreply@acme.example", "enabled": True, "on_existing": "fail"}
        return Operated(EmailProviderLifecycle(), **{**usual, "on_drift": "overwrite", **options})

    def template(self, **options: Any) -> Operated:
        """Returns an EmailTemplate's lifecycle with the usual inputs."""
        return Operated(EmailTemplateLifecycle(), **{"tenant": "main", "on_existing": "adopt", **options})

    def stored(self) -> dict[str, Any]:
        """Returns the config of the one connector."""
        config: dict[str, Any] = self.raw.connector()["config"]
        return config

    def calls(self) -> list[str]:
        """Returns the calls since the last question, logins apart."""
        return Tenant(self.emulator).calls(token=False)


def smtp(**changes: Any) -> dict[str, Any]:
    """Returns the settings of an SMTP server with a login, which the sinks take; None leaves one out."""
    usual = {"kind": "logto.smtp", "host": "127.0.0.1", "port": 2525, "username": LOGIN[0], "password": LOGIN[1]}
    return {name: value for name, value in {**usual, "ignore_tls": True, **changes}.items() if value is not None}


def texts(**changes: Any) -> dict[str, Any]:
    """Returns the four required texts, with changes to each."""
    usual = {"subject": "Code", "content": "{{code}}", "content_type": "text/plain"}
    return {usage: {**usual, **changes} for usage in USAGE_TYPES}


def text(language: str = "en", usage: str = "SignIn", **changes: Any) -> dict[str, Any]:
    """Returns the settings of an email template."""
    usual = {"subject": "Hello", "content": "<p>{{code}}</p>", "content_type": "text/html"}
    return {"kind": "logto.template", "language": language, "type": usage, **usual, **changes}


@contextmanager
def open_site(sinks: Sinks, monkeypatch: pytest.MonkeyPatch, **switches: Any) -> Generator[Site]:
    """Serves a fresh tenant that the environment names."""
    # the same login each time: a later tenant may get the port, and with it the client, of an earlier one
    applications = {"management": Application("management", "canary-app-secret")}
    state = LogtoState(applications=applications, organizations={"acme": "Acme"})
    with LogtoEmulator(state=state, switches=LogtoSwitches(**switches), delivery=sinks.delivery) as emulator:
        for variable, value in local_tenant.environment(emulator).items():
            monkeypatch.setenv(variable, value)
        EmailProviderLifecycle().configure(ConfigureRequest(Config({}, "logto")))
        yield Site(emulator, sinks)
