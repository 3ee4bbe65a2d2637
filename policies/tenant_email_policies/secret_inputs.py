"""Which inputs and outputs hold secrets. A test compares them with the library's own declarations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email_policies.values import texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email_policies.seen import Seen

SETTINGS: Final = frozenset(
    {
        "access_key_secret",
        "access_token",
        "api_key",
        "authorization",
        "client_secret",
        "connection_string",
        "credentials",
        "password",
        "private_key",
        "private_key_passphrase",
        "refresh_token",
        "secret_access_key",
        "server_token",
    }
)
"""Secret settings of an email provider, of whatever kind: no kind has one of these names for something else."""
SETTINGS_PARTS: Final = ("tls.key", "tls.passphrase", "tls.pfx")
"""Secrets within settings that are mappings."""
RESOURCES: Final = {
    "AwsKeyReady": ("secret_access_key",),
    "EsvSecret": ("value",),
    "SesDomainIdentity": ("dkim_private_key",),
}
"""Secret inputs by class."""
OUTPUTS: Final = {
    "EmailTemplate": ("last_written", "snapshot"),
    "EsvSecret": ("last_written",),
    "EsvVariable": ("last_written",),
    "SesDkimKey": ("private_key",),
    "SesSendingDomain": ("secret_access_key", "smtp_password"),
}
"""Further secret outputs by class."""


def paths(seen: Seen) -> tuple[str, ...]:
    """Returns the paths of a resource's inputs that are secrets, in Python's spelling."""
    if seen.kind == "EmailProvider":
        return tuple(f"settings.{name}" for name in (*sorted(SETTINGS), *SETTINGS_PARTS))
    return RESOURCES.get(seen.kind, ())


def secrets(seen: Seen) -> Iterator[tuple[str, str]]:
    """Yields every secret text that is known, with its path."""
    for path in paths(seen):
        yield from texts(seen.at(path), path)
