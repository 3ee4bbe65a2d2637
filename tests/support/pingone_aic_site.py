"""A tenant with mail servers on loopback, and its resources driven in this process as an engine drives them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from support.managed import Operated
from support.pingone_aic import Tenant, state
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle
from tenant_email_local.emulators.delivery import Delivery
from tenant_email_local.emulators.pingone_aic import AicEmulator, AicSwitches, GraphStandIn
from tenant_email_local.emulators.pingone_aic.local import GRAPH_CLIENTS, environment
from tenant_email_local.smtp import SmtpServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest
    from pulumi.dynamic import ResourceProvider

    from tenant_email_local.emulators.pingone_aic.state import AicState

PASSWORD = "canary-smtp-password"
DEFAULTS: dict[str, Any] = {
    "starttls": True,
    "ssl": False,
    "international_addresses": False,
    "timeout": 300000,
    "write_timeout": 300000,
    "connection_timeout": 300000,
    "thread_pool_size": 20,
    "debug": False,
}
"""What the settings class for SMTP gives by itself."""
ADA = "ada@customer.example"


@dataclass
class Site:
    """The tenant, the inbox behind it, and a client that is not ours."""

    emulator: AicEmulator
    server: SmtpServer
    tenant: Tenant

    def provider(self, settings: dict[str, Any] | None = None, **inputs: Any) -> Operated:
        """Returns an EmailProvider, by default of kind smtp."""
        given = {"from_address": "no-reply@acme.example", "on_existing": "fail", "enabled": True} | inputs
        return self.resource(EmailProviderLifecycle(), settings=settings or smtp(), **given)

    def template(self, **settings: Any) -> Operated:
        """Returns an EmailTemplate of `welcome`."""
        return self.resource(EmailTemplateLifecycle(), settings=template(**settings))

    def resource(self, lifecycle: ResourceProvider, **inputs: Any) -> Operated:
        """Returns a resource of this tenant."""
        return Operated(lifecycle, tenant="main", **inputs)

    def calls(self) -> list[str]:
        """Returns method and path of the calls since the last look."""
        calls = [f"{call.method} {call.path}" for call in self.emulator.calls]
        self.emulator.reset_calls()
        return calls

    def written(self) -> list[Any]:
        """Returns the bodies of the configuration writes since the last look."""
        bodies = [call.request_json for call in self.emulator.calls if call.method == "PUT"]
        self.emulator.reset_calls()
        return bodies


def smtp(**settings: Any) -> dict[str, Any]:
    """Returns SMTP settings, some changed; None leaves one out."""
    usual = {"kind": "pingone_aic.smtp", "host": "smtp.one.example", "port": 587, "username": "mailer"}
    given = {**usual, "password": PASSWORD, **DEFAULTS, **settings}
    return {name: value for name, value in given.items() if value is not None}


def graph(**settings: Any) -> dict[str, Any]:
    """Returns Graph settings, some changed."""
    return {
        "kind": "pingone_aic.ms_graph",
        "mail_endpoint": "https://graph.microsoft.com/v1.0/users/no-reply@acme.example/sendMail",
        "token_endpoint": "https://login.microsoftonline.com/directory/oauth2/v2.0/token",
        "client_id": "local-graph-client",
        "client_secret": "local-graph-secret",
        "scopes": ["https://graph.microsoft.com/.default"],
        **settings,
    }


def template(**settings: Any) -> dict[str, Any]:
    """Returns template settings but for their source, some changed."""
    usual = {"kind": "pingone_aic.template", "template": "welcome", "subject": {"en": "Hi"}, "default_locale": "en"}
    return {**usual, "enabled": True, "mime_type": "text/html", **settings}


@contextmanager
def open_site(
    server: SmtpServer, monkeypatch: pytest.MonkeyPatch, tenant: AicState | None = None, **switches: Any
) -> Iterator[Site]:
    """Serves a tenant and makes it the one that this process's environment names."""
    server.inbox.clear()

    def resolve(_host: str, port: int) -> tuple[str, int]:
        return "127.0.0.1", server.tls_port if port == 465 else server.port

    delivery = Delivery(resolve=resolve, ca_file=server.ca_file)
    chosen = AicSwitches(**{"restart_seconds": 0.1, **switches})
    emulator = AicEmulator(
        state=tenant or state(), switches=chosen, delivery=delivery, graph=GraphStandIn(GRAPH_CLIENTS)
    )
    with emulator:
        for name, value in environment(emulator).items():
            monkeypatch.setenv(name, value)
        yield Site(emulator, server, Tenant(emulator))


@contextmanager
def open_server() -> Iterator[SmtpServer]:
    """Takes mail for any example host."""
    with SmtpServer(lambda user, password: (user, password) == ("mailer", PASSWORD), hosts=["*.example"]) as running:
        yield running
