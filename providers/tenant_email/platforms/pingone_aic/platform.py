"""PingOne Advanced Identity Cloud as the lifecycles see it."""

from __future__ import annotations

from typing import Final

from tenant_email.platforms.base import Platform
from tenant_email.platforms.pingone_aic import mapping
from tenant_email.platforms.pingone_aic.api import PingOneAic
from tenant_email.platforms.pingone_aic.capabilities import CAPABILITIES, CONNECTION
from tenant_email.platforms.pingone_aic.checks import check_provider, check_template
from tenant_email.platforms.pingone_aic.kinds import KINDS
from tenant_email.platforms.pingone_aic.models import Template

PLATFORM: Final = Platform(
    capabilities=CAPABILITIES,
    connection=CONNECTION,
    models={kind.name: kind.model for kind in KINDS.values()},
    template=Template,
    template_key=lambda settings: settings["template"],
    open=PingOneAic,
    created=mapping.created,
    check_provider=check_provider,
    check_template=check_template,
    shown_at=mapping.shown_at,
)
