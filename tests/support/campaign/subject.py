"""What a trial is about: one kind of resource on one platform, what it is given, and what its tenant must hold then.

What the tenant must hold is written down from the contracts, in the words of the API; nothing here asks the client.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from pulumi.dynamic import ResourceProvider

    from support.campaign.clock import Clock
    from support.campaign.words import Words
    from tenant_email_local.emulators.server import Emulator

Props = dict[str, Any]
Operation = Literal["create", "update", "read", "delete", "conflict", "adopt", "import", "preflight"]
PASSWORD, SECOND_PASSWORD = 'canary-one"<&>\\é/+=%', "canary-two"
"""Secrets that look different in JSON, in HTML, in a URL and in base64."""


@dataclass(frozen=True)
class Tenant:
    """An emulated tenant: how it is opened, and its entry in the stack's config."""

    open: Callable[[Clock], Emulator]
    entry: Callable[[Emulator], Mapping[str, str]]


@dataclass(frozen=True)
class Subject:
    """One kind of resource on one platform.

    first, second: inputs that are created, and changed to. wanted: what `mine` returns for each of them. mine: what
    the tenant holds in place of this resource, secrets in clear. others: everything else that it holds. removed:
    what `mine` returns when a destroy is over. operations: those that make sense. foreign: ways in which someone
    else may have been there first, by name. restored: whether a destroy of what was adopted puts back what was there
    (else it leaves it). agrees: whether recorded outputs name what is live. single: (method, end of the path) of
    writes that must not have their effect twice. bystanders: puts into the tenant what must never change. importable:
    which of `foreign` can be imported as `first`. before_second: what happens in the tenant between the two.
    """

    platform: str
    resource: str
    tenant: Tenant
    words: Words
    lifecycle: type[ResourceProvider]
    first: Props
    second: Props
    wanted: Mapping[str, Any]
    mine: Callable[[Any], Any]
    others: Callable[[Any], Any]
    removed: Any
    operations: tuple[Operation, ...]
    foreign: Mapping[str, Callable[[Any], None]] = field(default_factory=dict[str, Callable[[Any], None]])
    restored: bool = False
    agrees: Callable[[Any, Props], bool] = lambda _emulator, _recorded: True
    single: tuple[tuple[str, str], ...] = ()
    bystanders: Callable[[Any], None] = lambda _emulator: None
    importable: str = ""
    before_second: Callable[[Any], None] = lambda _emulator: None
    fresh: bool = False
    """Whether each trial needs a tenant of its own."""
    variant: str = ""
    trying: Props = field(default_factory=dict[str, Any])
    """What an operation with a test email is given more; `test_mail` is the end of the path of its call."""
    test_mail: str = ""

    @property
    def name(self) -> str:
        """Returns how it is called."""
        return f"{self.platform} {self.resource}" + (f" ({self.variant})" if self.variant else "")
