"""A fleet on this machine: an emulator for each tenant, and a file that names them all."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Self

from support.blocks import ROOT
from support.engines import environment
from tenant_email import platforms
from tenant_email_local.emulators.delivery import Delivery

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tenant_email_local.emulators.server import Emulator

STACK: Final = ROOT / "stacks" / "fleet"
PLATFORMS: Final = ("auth0", "logto", "pingone_aic")
SMTP: Final = {"host": "smtp.acme.example", "username": "mailer", "password_env": "FLEET_SMTP"}
PASSWORD: Final = "canary-fleet-smtp"


def fleet_document(entries: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Returns a file of tenants that all send by SMTP, with a starter each."""
    starter = {"auth0": "welcome_email", "logto": "SignIn", "pingone_aic": "welcome"}
    defaults: dict[str, Any] = {"all": {"brand": {"name": "Acme"}, "from_address": "no-reply@acme.example"}}
    for platform in {str(entry["platform"]) for entry in entries.values()}:
        defaults[platform] = {"provider": {"kind": f"{platform}.smtp", **SMTP}, "starters": [starter[platform]]}
    return {"version": 1, "defaults": defaults, "tenants": {name: dict(entry) for name, entry in entries.items()}}


def write_project(folder: Path, document: Mapping[str, Any]) -> Path:
    """Writes the stack with its file, which JSON is YAML of; returns the file's path."""
    folder.mkdir(exist_ok=True)
    for name in ("__main__.py", "Pulumi.yaml"):
        text = (STACK / name).read_text()
        (folder / name).write_text(text.replace("virtualenv: .venv", f"virtualenv: {sys.prefix}"))
    file = folder / "tenants.yaml"
    file.write_text(json.dumps(document, indent=1))
    return file


@dataclass
class LocalFleet:
    """Tenants `t000`, `t001` and so on, of the platforms in turn, while the `with` block runs."""

    folder: Path
    count: int
    kinds: tuple[str, ...] = PLATFORMS
    tenants: dict[str, Emulator] = field(default_factory=dict[str, "Emulator"])
    entries: dict[str, dict[str, Any]] = field(default_factory=dict[str, "dict[str, Any]"])
    secrets: dict[str, str] = field(default_factory=lambda: {"FLEET_SMTP": PASSWORD})
    _running: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        delivery = Delivery(resolve=lambda host, port: (host, port))
        specs = platforms.connection_specs()
        for number in range(self.count):
            name, platform = f"t{number:03}", self.kinds[number % len(self.kinds)]
            module = import_module(f"tenant_email_local.emulators.{platform}.local")
            emulator = self._running.enter_context(module.tenant(0, delivery))
            logins = module.environment(emulator)
            spec, entry = specs[platform], {"platform": platform, "url": emulator.url}
            entry |= {key: logins[variable] for key, variable in spec.plain.items()}
            for key, variable in spec.secret.items():
                entry[f"{key}Env"] = f"FLEET_{name.upper()}"
                self.secrets[entry[f"{key}Env"]] = logins[variable]
            self.tenants[name], self.entries[name] = emulator, entry
        return self

    def __exit__(self, *_: object) -> None:
        self._running.close()

    @property
    def file(self) -> Path:
        """Returns the path of the fleet file."""
        return self.folder / "tenants.yaml"

    def write(self, document: Mapping[str, Any] | None = None) -> Path:
        """Writes the stack with its file, which JSON is YAML of; returns the file's path."""
        return write_project(self.folder, document or fleet_document(self.entries))

    def environment(self) -> dict[str, str]:
        """Returns the environment in which Pulumi runs."""
        return {**environment(), **self.secrets}

    def writes(self) -> dict[str, int]:
        """Returns how many calls of each tenant changed something since the last `forget`, logins left out."""
        found = {
            name: [call for call in each.calls if call.method != "GET" and call.path != each.login_path]
            for name, each in self.tenants.items()
        }
        return {name: len(calls) for name, calls in found.items()}

    def forget(self) -> None:
        """Forgets the calls so far."""
        for each in self.tenants.values():
            each.reset_calls()
