"""Auth0 as the lifecycles see it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tenant_email.errors import Problem
from tenant_email.model import nearest
from tenant_email.platforms.auth0 import liquid
from tenant_email.platforms.auth0.api import Auth0
from tenant_email.platforms.auth0.capabilities import CAPABILITIES, CONNECTION
from tenant_email.platforms.auth0.kinds import KINDS
from tenant_email.platforms.auth0.models import LEGACY_TEMPLATES, TEMPLATES, Other, Template
from tenant_email.platforms.base import Checked, Platform

if TYPE_CHECKING:
    from tenant_email.changes import Props


_NAME: Final = re.compile(r"[A-Za-z0-9_-]+")


def check_template(inputs: Props) -> Checked:
    """Judges a template's name and its Liquid."""
    settings = inputs["settings"]
    named, written = _check_name(settings["template"]), liquid.check(settings)
    return Checked(named.problems + written.problems, named.warnings + written.warnings)


def check_provider(inputs: Props) -> Checked:
    """Warns that a kind newer than this package goes unchecked (pains.md, Auth0 17)."""
    settings = inputs["settings"]
    if settings["kind"] != "auth0.other":
        return Checked()
    return Checked(warnings=(f"settings.name: {settings['name']} is not known here; it is sent as it is, unchecked.",))


def _check_name(name: object) -> Checked:
    """Warns about names newer than this package, or that no tenant shows any more (pains.md, Auth0 17 and 19)."""
    if not isinstance(name, str) or name in set(TEMPLATES) - set(LEGACY_TEMPLATES):
        return Checked()
    if name in LEGACY_TEMPLATES:
        return Checked(warnings=(f"settings.template: {name} is a legacy name that changes nothing; use reset_email.",))
    hint = nearest(name, TEMPLATES)
    if not _NAME.fullmatch(name):
        return Checked((Problem("settings.template", "is not a template name", hint or f"Use {TEMPLATES[0]}."),))
    return Checked(warnings=(f"settings.template: {name} is not known here. {hint}".rstrip(),))


PLATFORM: Final = Platform(
    capabilities=CAPABILITIES,
    connection=CONNECTION,
    models={**{f"auth0.{kind.name}": kind.model for kind in KINDS.values()}, "auth0.other": Other},
    template=Template,
    template_key=lambda settings: settings["template"],
    check_provider=check_provider,
    check_template=check_template,
    render=liquid.rendered,
    open=Auth0,
)
