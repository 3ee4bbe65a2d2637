"""Auth0 as the lifecycles see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.errors import Problem
from tenant_email.model import known, nearest
from tenant_email.platforms.auth0.api import Auth0
from tenant_email.platforms.auth0.capabilities import CAPABILITIES, CONNECTION
from tenant_email.platforms.auth0.kinds import KINDS
from tenant_email.platforms.auth0.models import LEGACY_TEMPLATES, TEMPLATES, Other, Template
from tenant_email.platforms.base import Checked, Platform

if TYPE_CHECKING:
    from tenant_email.changes import Props


def check_template(inputs: Props) -> Checked:
    """Warns about names that are newer than this package, or that no tenant shows any more (pains.md, Auth0 17, 19)."""
    name = inputs["settings"]["template"]
    if not known(name) or name in set(TEMPLATES) - set(LEGACY_TEMPLATES):
        return Checked()
    if name in LEGACY_TEMPLATES:
        return Checked(warnings=(f"settings.template: {name} is a legacy name that changes nothing; use reset_email.",))
    if "/" in name or " " in name:
        return Checked(
            (Problem("settings.template", "is not a template name", nearest(name, TEMPLATES) or "See README."),)
        )
    return Checked(warnings=(f"settings.template: {name} is not known here. {nearest(name, TEMPLATES)}".rstrip(),))


PLATFORM: Final = Platform(
    capabilities=CAPABILITIES,
    connection=CONNECTION,
    models={**{f"auth0.{kind.name}": kind.model for kind in KINDS.values()}, "auth0.other": Other},
    template=Template,
    template_key=lambda settings: settings["template"],
    check_template=check_template,
    open=Auth0,
)
