"""How they are put together, and how a test has them for a while."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from support.birds.server import install
from support.flock import kinds
from support.flock.tenant import TENANTS, Flock, Tenant, attributes_of
from tenant_email import platforms
from tenant_email.capabilities import Capabilities, Transport
from tenant_email.findings import Findings
from tenant_email.inputs.model import reveal
from tenant_email.platforms.base import Platform
from tenant_email.tenants.connections import ConnectionSpec
from tenant_email.timing import USUAL

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from tenant_email.inputs.tenant_objects import ProviderInputs, TemplateInputs, TenantObjectInputs
    from tenant_email.json_types import Props, PropsView
    from tenant_email.platforms.base import Places, TenantClient
    from tenant_email.tenants.connections import Connection
    from tenant_email.timing import Timing

NAMES = ("doves", "hawks", "owls")
ONLY = {name: pytest.mark.parametrize("tenant", [name], indirect=True) for name in NAMES}


def connection_of(name: str) -> ConnectionSpec:
    """Returns how one is logged in to."""
    return ConnectionSpec(
        platform=name,
        url_variable=f"{name.upper()}_URL",
        plain={"keeper": f"{name.upper()}_KEEPER"},
        secret={"seed": f"{name.upper()}_SEED"},
    )


def open_tenant(connection: Connection, announce: Callable[[str], None], timing: Timing = USUAL) -> TenantClient:  # noqa: ARG001 - it waits for nothing
    """Connects to a tenant."""
    return Flock(TENANTS[connection.host])


def platform_of(name: str, **capabilities: Any) -> Platform:
    """Returns a platform."""

    def created_attributes(desired: ProviderInputs) -> Props:
        document = {**reveal(dict(desired.settings)), "from": desired.from_address, "enabled": desired.enabled}
        return {key: value for key, value in attributes_of(document, name).items() if key != "secret_digests"}

    def check_provider(inputs: ProviderInputs) -> Findings:
        return Findings(warnings=("settings.port: 25 is old.",) if inputs.settings.get("port") == 25 else ())

    def check_template(inputs: TemplateInputs) -> Findings:
        return Findings(warnings=("settings.body: is loud.",) if inputs.settings.get("body") == "COO" else ())

    def warn_of_change(recorded: PropsView, desired: TenantObjectInputs) -> tuple[str, ...]:
        before, now = recorded.get("port"), desired.settings.get("port")
        return (f"port {before} becomes {now}",) if now != before else ()

    def attribute_paths(_kind: str, path: str) -> Places:
        return (("host",), ("shown", "host")) if path == "settings.host" else ((),)

    def effects(settings: PropsView, kind: str) -> tuple[str, ...]:
        return (f"{kind} drops the subject {settings['subject']}",) if kind.endswith(".relay") else ()

    shown = name == "doves"
    smtp = ("host", "username", "password")
    return Platform(
        capabilities=Capabilities(
            platform=name,
            title=name.capitalize(),
            transports={
                f"{name}.smtp": Transport(
                    f"{name}.smtp", smtp, ("password",), ("host",), connects=True, shows_secrets=shown
                ),
                f"{name}.relay": Transport(f"{name}.relay", ("key",), ("key",), shows_secrets=shown),
                f"{name}.built_in": Transport(f"{name}.built_in"),
            },
            password_rule="a password belongs to its host.",
            kind_rule="each kind has its own.",
            on_delete_provider=("delete", "disable", "retain"),
            on_delete_template=("delete", "restore", "retain"),
            preflight=("off", "connect"),
            no_preflight={"send": "birds cannot write"},
            **capabilities,
        ),
        connection=connection_of(name),
        models=kinds.providers_of(name),
        templates=kinds.templates_of(name),
        template_key=lambda settings: settings["template"],
        open=open_tenant,
        created_attributes=created_attributes,
        check_provider=check_provider,
        check_template=check_template,
        warn_of_change=warn_of_change,
        template_effects=effects,
        attribute_paths=attribute_paths,
    )


def _forget() -> None:
    """Has the platforms be looked for again: a process has them for good."""
    for each in vars(platforms).values():
        if hasattr(each, "cache_clear"):
            each.cache_clear()


@contextmanager
def installed(folder: Path) -> Generator[None]:
    """Installs them."""
    install(folder, "pulumi_flock", *(f"{name} = support.flock.{name}" for name in NAMES))
    sys.path.insert(0, str(folder))
    _forget()
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        _forget()


def tenant_of(name: str, monkeypatch: pytest.MonkeyPatch) -> Tenant:
    """Returns an empty tenant of one, which the environment names."""
    host = f"{name}.example"
    TENANTS[host] = Tenant(name)
    for variable, value in (("URL", f"https://{host}"), ("KEEPER", "Ada"), ("SEED", "canary-seed")):
        monkeypatch.setenv(f"{name.upper()}_{variable}", value)
    return TENANTS[host]
