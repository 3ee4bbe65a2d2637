"""The keys that users' states hold beside the inputs, by resource: frozen, for every release reads earlier ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from support.managed import Managed

STATE_KEYS: Final = {
    "EmailProvider": {"live", "secret_digests", "adopted", "written_identity"},
    "EmailTemplate": {"live", "adopted"},  # last_written too, since someone else changed it, and in earlier states
    "EsvVariable": {"revision", "last_written", "adopted"},
    "EsvSecret": {"version", "last_written", "adopted"},
    "SesDomainIdentity": {
        *("adopted", "configuration_sets", "dkim_fingerprint", "dkim_status", "dkim_tokens", "dns_records"),
        *("enforcement", "identity_arn", "sandbox", "signing_enabled", "verification_status"),
    },
    "SesDomainSettings": {"mail_from_status", "previous_settings", "written_settings"},
    "SesDomainVerification": {"verification_status", "dkim_status"},
    "SesDomainPreflight": {"adopts_identity", "existing_mail_from"},
    "SesDomainRecord": {"written_value", "replaced_records", "conflicting_records"},
}
IDENTITY_KEYS: Final = {"attributes", "secret_digests"}
"""What `written_identity` holds beside the kind, what its kind is identified by, and the platform's own id."""


def output_keys(made: Managed) -> set[str]:
    """Returns what is recorded of a resource beside its inputs."""
    return set(made.state) - set(made.inputs)
