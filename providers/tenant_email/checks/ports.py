"""Whether a server listens on the port of SMTP settings, whatever the platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenant_email.errors import Problem
from tenant_email.inputs.mail_ports import serves_none

if TYPE_CHECKING:
    from tenant_email.json_types import PropsView


def port_problems(settings: PropsView) -> list[Problem]:
    """Returns what is wrong with the host and port of SMTP settings."""
    if not serves_none(settings.get("host"), settings.get("port")):
        return []
    return [Problem("settings.port", "is not a port that Amazon SES listens on", "Use 587 (STARTTLS) or 465 (TLS).")]
