"""Fleet files for tests of how they are read."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tenant_email.fleet.reading import Examined, examine

FILE: Final = Path("tenants.yaml")
ENTRY: Final = """\
    platform: auth0
    url: acme.eu.auth0.com
    clientId: Zk3
    clientSecretEnv: ACME_SECRET
"""
SMTP: Final = "{kind: auth0.smtp, host: smtp.acme.com, username: acme, password_env: SMTP_PASSWORD}"


def fleet_text(email: str = f"{{provider: {SMTP}}}", *, entry: str = ENTRY, above: str = "") -> str:
    """Returns a file of one tenant, `acme`."""
    return f"version: 1\n{above}tenants:\n  acme:\n{entry}    email: {email}\n"


def said(text: str) -> list[str]:
    """Returns each problem of a text, as `line:column path: what`."""
    return [f"{each.line}:{each.column} {each.path}: {each.what}" for each in read(text).problems]


def read(text: str) -> Examined:
    """Returns what is in a text."""
    return examine(text, FILE)
