"""The server that preflight="connect" tries: the one that Auth0 will send through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenant_email.checks.smtp import Server

if TYPE_CHECKING:
    from tenant_email.changes import Props


def server(settings: Props) -> Server:
    """Returns the server of settings whose kind has one.

    Auth0 logs in to SMTP with AUTH LOGIN over TLS 1.2 or newer (contracts/auth0.md section 8); SES it calls by https.
    """
    if settings["kind"] == "auth0.ses":
        return Server(f"email.{settings['region']}.amazonaws.com", 443, path="settings.region", mail=False)
    return Server(settings["host"], settings["port"], path="settings.host")
