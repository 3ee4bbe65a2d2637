"""Everything that a stack needs, on one machine: a tenant, AWS, DNS and mail, wired to each other.

A stack keeps the names of the real world, `email-smtp.<region>.amazonaws.com:587` among them: they are resolved here.
The ports of a directory stay the same from run to run, because the tenant's host is part of resource ids.
"""

from __future__ import annotations

import json
import os
from collections import ChainMap
from contextlib import AbstractContextManager, ExitStack
from email import message_from_bytes
from email.policy import default as mime
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, Final, Self, cast

from tenant_email_local.aws.plugin import plugin_directory
from tenant_email_local.aws.route53 import public_zones
from tenant_email_local.aws.server import AwsServer
from tenant_email_local.ca import CertificateAuthority
from tenant_email_local.dns import DnsServer
from tenant_email_local.emulators import __path__ as emulator_folders
from tenant_email_local.emulators.delivery import Delivery
from tenant_email_local.inbox import Received
from tenant_email_local.ports import LOOPBACK, free_ports, past_proxies
from tenant_email_local.smtp import SmtpServer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from tenant_email_local.aws.behavior import Behavior
    from tenant_email_local.emulators.auth0 import Auth0Emulator
    from tenant_email_local.emulators.server import Emulator

PASSWORDS: Final[Mapping[str, str]] = {"mailer": "local-smtp-password"}
"""Logins that the SMTP server takes besides those of SES."""

_TLS: Final = frozenset({465, 2465})
_PORTS: Final = range(1, 65536)
SERVERS: Final = ("aws", "dns", "smtp", "smtp_tls")
"""Those of every machine, by the names that their ports are kept under."""


def kept_ports(directory: Path, names: Iterable[str]) -> dict[str, int]:
    """Returns the port of each server of a directory, chosen once."""
    file = directory / "ports.json"
    kept = _ports_in(file) if file.exists() else {}
    if missing := [name for name in names if name not in kept]:
        kept |= dict(zip(missing, free_ports(len(missing), promised=kept.values()), strict=True))
        directory.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(kept))
    return kept


def _ports_in(file: Path) -> dict[str, int]:
    """Returns what the file says; raises ValueError where it is not what was written to it."""
    try:
        kept = json.loads(file.read_bytes())
    except ValueError:
        kept = None
    if isinstance(kept, dict):
        ports = {str(name): port for name, port in cast("Mapping[Any, Any]", kept).items() if _is_port(port)}
        if len(ports) == len(cast("Mapping[Any, Any]", kept)):
            return ports
    raise ValueError(f"{file} does not hold ports\nRemove it: others are chosen, and a stack's tenant has a new url.")


def _is_port(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value in _PORTS


def emulators() -> tuple[str, ...]:
    """Returns the names of the platforms that can be run here."""
    return tuple(sorted(found.name for found in iter_modules(emulator_folders) if found.ispkg))


class LocalMachine:
    """All of it as a context manager.

    `directory` keeps ports, certificates, the plug-in's folder and, in `inbox`, each mail as a file; `platforms` are
    the tenants to run, by the names of the folders in `emulators`; raises ValueError where there is none. With `tls`
    the tenants are reached by https, under the authority that signs for the mail server too (`directory`/ca/ca.pem).
    """

    def __init__(
        self,
        directory: Path,
        platforms: Sequence[str] = ("auth0",),
        *,
        behavior: Behavior | None = None,
        tls: bool = False,
    ) -> None:
        if unknown := sorted(set(platforms) - set(emulators())):
            raise ValueError(f"no emulator of {', '.join(unknown)}\nThere are: {', '.join(emulators())}.")
        directory = directory.resolve()  # a plug-in's folder on PATH is looked for from other folders too
        ports = kept_ports(directory, (*SERVERS, *platforms))
        authority = CertificateAuthority(directory / "ca")  # before any port is bound: it may refuse
        self.plugins = plugin_directory(directory)
        self._regions: dict[str, str] = {}  # where each SES login is good: its password works in one region only
        self.dns = DnsServer(public_zones, port=ports["dns"])
        self.aws = AwsServer(self.dns, ports["aws"], deliver=self._deliver, behavior=behavior)
        self.smtp = SmtpServer(
            self._authenticate,
            port=ports["smtp"],
            tls_port=ports["smtp_tls"],
            directory=directory / "ca",
            finish=self._finish,
            hosts=(LOOPBACK, "localhost", "email-smtp.*.amazonaws.com", "*.example"),
        )
        self.smtp.inbox.folder = directory / "inbox"
        self.smtp.inbox.folder.mkdir(parents=True, exist_ok=True)
        delivery = Delivery(resolve=self._resolve, ca_file=self.smtp.ca_file, aws_endpoint=self.aws.url)
        self._modules = {name: import_module(f"tenant_email_local.emulators.{name}.local") for name in platforms}
        self.tenants: dict[str, Emulator] = {
            name: module.tenant(ports[name], delivery) for name, module in self._modules.items()
        }
        self._authority = authority if tls else None
        for tenant in self.tenants.values():
            tenant.authority = self._authority
        self._running = ExitStack()

    def __enter__(self) -> Self:
        servers: list[AbstractContextManager[object]] = [self.dns, self.aws, self.smtp, *self.tenants.values()]
        for server in servers:
            self._running.enter_context(server)
        return self

    def __exit__(self, *_: object) -> None:
        self._running.close()

    @property
    def auth0(self) -> Auth0Emulator:
        """The Auth0 tenant."""
        return cast("Auth0Emulator", self.tenants["auth0"])

    def environment(self) -> dict[str, str]:
        """Returns the variables that point a stack, on either engine, at this machine."""
        logins = [module.environment(self.tenants[name]) for name, module in self._modules.items()]
        return {
            **past_proxies(os.environ),
            **self.aws.environment(),
            **dict(ChainMap(*logins)),
            **({"NODE_EXTRA_CA_CERTS": str(self._authority.ca_file)} if self._authority else {}),
            "TENANT_EMAIL_DNS": self.dns.address,
            "TENANT_EMAIL_SES_INTERVAL": "0",  # nobody shares this SES
            "PATH": f"{self.plugins}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        }

    def _resolve(self, _host: str, port: int) -> tuple[str, int]:
        return LOOPBACK, self.smtp.tls_port if port in _TLS else self.smtp.port

    def _authenticate(self, username: str, password: str) -> bool:
        if known := PASSWORDS.get(username):
            return known == password
        region = self.aws.smtp_region(username, password)
        self._regions[username] = region or ""
        return region is not None

    def _finish(self, received: Received) -> Received | str:
        username = received.username
        if username in PASSWORDS:
            return received
        return self.aws.send_smtp(username, self._regions[username], received)

    def _deliver(self, sender: str, recipients: list[str], raw: bytes) -> None:
        message = message_from_bytes(raw, policy=mime)
        self.smtp.inbox.add(Received(sender, tuple(recipients), "amazon-ses", message, raw))
