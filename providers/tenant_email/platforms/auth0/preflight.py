"""The server that preflight="connect" tries: the one that Auth0 will send through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.checks.smtp import MailServer
from tenant_email.checks.smtp_tls import Trust

if TYPE_CHECKING:
    from tenant_email.json_types import PropsView

_PRIVATE: Final = "Auth0 has no setting for a private certificate authority."


def server(settings: PropsView) -> MailServer:
    """Returns the server of settings whose kind has one.

    Auth0 logs in to SMTP with AUTH LOGIN over TLS 1.2 or newer, with a certificate that a public authority signed
    (docs/contracts/auth0.md#delivery); SES it calls by https. Nobody has published how long it waits (a minute for all
    is taken), nor how it reads a server's answers (as nodemailer does: Auth0 is a service on Node).
    """
    if settings["kind"] == "auth0.ses":
        return MailServer(f"email.{settings['region']}.amazonaws.com", 443, path="settings.region", mail=False)
    return MailServer(
        settings["host"], settings["port"], path="settings.host", library="nodemailer", trust=Trust(private=_PRIVATE)
    )
