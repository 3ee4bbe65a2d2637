"""The inputs of EmailProvider and EmailTemplate: as desired, as recorded, and, as far as a tenant stores them, as live.

Desired ones are validated and their secrets are wrapped; recorded ones are as an earlier release may have left them.
All are optional, so that what is not given stays apart from what is given as its default.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar, cast

from tenant_email.inputs.properties import Properties
from tenant_email.inputs.unknowns import UNKNOWN
from tenant_email.json_types import Json, Props

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenant_email.capabilities import OnDelete, OnDrift, Preflight
    from tenant_email.inputs.fields import AdoptionMode
    from tenant_email.json_types import PropsView

PLATFORM_INPUTS: Final = frozenset({"settings", "from_address", "enabled"})
"""The inputs that are sent to the platform, and so may be live; the others only steer us."""


@dataclass(frozen=True, slots=True, init=False, repr=False, eq=False)  # no instance: it loads faster
class TenantObjectInputs(Properties):
    """The inputs that both have; `settings` are those of one kind, by the names that users write."""

    settings: PropsView = field(default_factory=Props, repr=False)
    tenant: str | None = field(default=None, repr=False)
    on_existing: AdoptionMode | None = None
    import_id: str | None = field(default=None, repr=False)
    on_delete: OnDelete | None = None
    sending_domain: str | None = field(default=None, repr=False)
    further_domains: Sequence[str] | None = field(default=None, repr=False)
    sending_addresses: Sequence[str] | None = field(default=None, repr=False)
    sending_names: Sequence[str] | None = field(default=None, repr=False)

    @property
    def kind(self) -> str:
        """Returns the kind of the settings, which any that are validated or live have; empty for others."""
        kind: Json = self.settings.get("kind", "")
        return cast("str", kind) if isinstance(kind, str) or kind is UNKNOWN else ""


@dataclass(frozen=True, slots=True)
class ProviderInputs(TenantObjectInputs):
    """The inputs of an EmailProvider."""

    enabled: bool | None = None
    from_address: str | None = field(default=None, repr=False)
    on_drift: OnDrift | None = None
    preflight: Preflight | None = None
    test_recipient: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class TemplateInputs(TenantObjectInputs):
    """The inputs of an EmailTemplate; `provider_id` is there only for the order."""

    provider_id: str | None = field(default=None, repr=False)


InputsT = TypeVar("InputsT", bound=TenantObjectInputs)
