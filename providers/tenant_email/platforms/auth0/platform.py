"""Auth0 as the lifecycles see it."""

from __future__ import annotations

from typing import Final

from tenant_email.platforms.auth0 import checks, liquid, mapping
from tenant_email.platforms.auth0.api import Auth0
from tenant_email.platforms.auth0.capabilities import CAPABILITIES, CONNECTION
from tenant_email.platforms.auth0.kinds import KINDS
from tenant_email.platforms.auth0.models import Other, Template
from tenant_email.platforms.base import Platform

PLATFORM: Final = Platform(
    capabilities=CAPABILITIES,
    connection=CONNECTION,
    models={**{f"auth0.{kind.name}": kind.model for kind in KINDS.values()}, "auth0.other": Other},
    template=Template,
    template_key=lambda settings: settings["template"],
    check_provider=checks.check_provider,
    check_template=checks.check_template,
    render=liquid.rendered,
    open=Auth0,
    created=mapping.created,
    shown_at=mapping.shown_at,
)
