"""What a platform gives to the lifecycles: data about itself, and one object that talks to a tenant."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tenant_email.capabilities import Capabilities, OnDelete
    from tenant_email.changes import Change, Props
    from tenant_email.connections import Connection, ConnectionSpec
    from tenant_email.errors import Problem
    from tenant_email.model import Model


@dataclass(frozen=True, slots=True)
class Live:
    """What the platform answers: `props` in the inputs' shape without hidden values, `facts` for the output `live`.

    `raw` is for the platform alone: an id, a revision, a blob that has to be sent back.
    """

    props: Props
    facts: Props
    raw: Any = field(default=None, repr=False)


class Tenant(Protocol):
    """Talks to one tenant. Every method raises the PlatformError tree; only 404 means absent, as None.

    `desired` holds `settings` (validated, secrets wrapped) and, for a provider, `from_address` and `enabled`.
    """

    def read_provider(self) -> Live | None:
        """Returns what sends the tenant's mail, or None when that is the platform's own sender."""
        ...

    def create_provider(self, desired: Props) -> Live:
        """Creates; raises Conflict when something exists and nothing was changed."""
        ...

    def update_provider(self, desired: Props, change: Change, live: Live | None) -> Live:
        """Sends what changed; `live` is what was just read, where the platform needs that."""
        ...

    def delete_provider(self) -> None:
        """Goes back to the platform's own sender; absent counts as done."""
        ...

    def read_template(self, settings: Props) -> Live | None:
        """Returns the stored template with the key that these settings name."""
        ...

    def create_template(self, desired: Props) -> Live:
        """Creates; raises Conflict when it exists and nothing was changed."""
        ...

    def update_template(self, desired: Props, change: Change) -> Live:
        """Sends the fields that changed."""
        ...

    def retire_template(self, settings: Props, policy: OnDelete, snapshot: Props | None) -> None:
        """Deletes, disables or restores; absent counts as done."""
        ...


@dataclass(frozen=True, slots=True)
class Checked:
    """What a platform says of settings beyond their types: problems stop a preview, warnings do not."""

    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform as data, and `open`, which connects to a tenant: (connection, announce) -> Tenant."""

    capabilities: Capabilities
    connection: ConnectionSpec
    models: Mapping[str, type[Model]]
    template: type[Model]
    template_key: Callable[[Mapping[str, Any]], str]
    check_template: Callable[[Mapping[str, Any]], Checked]
    open: Callable[[Connection, Callable[[str], None]], Tenant]

    @property
    def name(self) -> str:
        """Returns the word before the dot of a `kind`."""
        return self.capabilities.platform
