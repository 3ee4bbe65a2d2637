"""No port 25: many networks block it, nothing on it needs a login, and TLS is only offered there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pulumi_policy import Severity
from pydantic import Field

from tenant_email_policies.rule import Config, Finding, ResourceRule
from tenant_email_policies.smtp import port_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email_policies.seen import Seen


class PortsConfig(Config):
    """Which ports are refused."""

    ports: tuple[int, ...] = Field(default=(25,), description="The ports that are refused.")


def judge(seen: Seen, config: PortsConfig) -> Iterator[Finding]:
    """Yields a finding for a refused port."""
    if seen.kind == "EmailProvider" and (port := port_of(seen)) in config.ports:
        what = f"is {port}: a port between mail servers, which many networks block and which asks for no login"
        yield Finding(seen, "settings.port", what, "Set `settings.port` to 465, which begins with TLS, or to 587.")


RULE: Final = ResourceRule(
    name="no-port-25",
    description="A tenant must not send through port 25.",
    remediation="Set the port of the email provider to 465 or 587.",
    severity=Severity.MEDIUM,
    config=PortsConfig,
    judge=judge,
)
