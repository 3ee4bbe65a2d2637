"""Which inputs and outputs hold secrets. A test compares them with the library's own declarations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tenant_email_policies.values import from_json, texts

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
_CAPITAL: Final = re.compile(r"(?<=[a-z0-9])[A-Z]")
PROVIDER: Final = "pulumi:providers:tenant-email"
"""A provider that a program makes itself."""
TENANTS: Final = frozenset({"clientSecret", "appSecret", "serviceAccountKey"})
AWS: Final = frozenset({"secretKey", "token", "webIdentityToken"})
"""What is secret of a provider's tenants, and of its way to AWS."""
_OPEN_CREDENTIALS: Final = re.compile(
    r"(?:.*[_.-])?(?:domain|endpoint|from|host|id|name|port|region|uri|url|user|username)"
)
"""Names of what a platform calls credentials that is none: a region, a host."""
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
        for at, text in texts(seen.at(path), path):
            if not (at.startswith("settings.credentials.") and _is_open(at)):
                yield at, text
    if seen.type == PROVIDER:
        yield from _of_provider(seen)


def _is_open(path: str) -> bool:
    """Returns whether a name among credentials is that of none, in either spelling: `smtp_host`, `accessKeyId`."""
    name = path.rpartition(".")[2]
    return bool(_OPEN_CREDENTIALS.fullmatch(_CAPITAL.sub(r"_\g<0>", name).lower()))


def _of_provider(seen: Seen) -> Iterator[tuple[str, str]]:
    """Yields the secrets among a provider's inputs, which the SDKs of some languages send as JSON in a text."""
    for name, secret in (("tenants", TENANTS), ("aws", AWS)):
        for path, text in texts(from_json(seen.at(name)), name):
            if path.rpartition(".")[2] in secret:
                yield path, text
