"""The platform as the lifecycles see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from support.birds import models
from support.birds.capabilities import CAPABILITIES, CONNECTION
from tenant_email.findings import Findings
from tenant_email.platforms.base import Platform
from tenant_email.timing import Timing

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email.inputs.tenant_objects import ProviderInputs
    from tenant_email.json_types import Props
    from tenant_email.platforms.base import TenantClient
    from tenant_email.tenants.connections import Connection

_USUAL: Final = Timing()


def open_tenant(connection: Connection, announce: Callable[[str], None], timing: Timing = _USUAL) -> TenantClient:
    """Connects to a tenant."""
    from support.birds.api import Birds  # noqa: PLC0415 - as ours do, see tenant_email/platforms/auth0/platform.py

    return Birds(connection, announce, timing)


def check_provider(inputs: ProviderInputs) -> Findings:
    """Warns of a lonely pigeon."""
    return Findings(warnings=("settings.pigeons: one alone is sad.",) if inputs.settings["pigeons"] == 1 else ())


def created_attributes(desired: ProviderInputs) -> Props:
    """Returns the attributes of a loft that these inputs made."""
    settings = desired.settings
    return {"host": settings["host"], "pigeons": settings["pigeons"], "from": desired.from_address}


PLATFORM: Final = Platform(
    capabilities=CAPABILITIES,
    connection=CONNECTION,
    models=models.TRANSPORTS,
    templates=models.TEMPLATES,
    template_key=lambda settings: settings["template"],
    open=open_tenant,
    created_attributes=created_attributes,
    check_provider=check_provider,
)
