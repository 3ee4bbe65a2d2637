"""One operation of Pulumi, as a host process runs it: config, tenants, clients, locks, and who owns what.

The host runs an operation on four threads (docs/architecture.md#fact-8), and Pulumi makes the lifecycles without
arguments, so they find it here. Nothing is connected before first use.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from tenant_email import platforms
from tenant_email.aws.provider_settings import SETTINGS as AWS_SETTINGS
from tenant_email.operations.ownership import Ownership
from tenant_email.operations.shared import Once, Shared
from tenant_email.tenants.connections import CONFIG_KEY, Connections
from tenant_email.timing import Timing

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email.aws.access_keys import Iam
    from tenant_email.aws.route53 import Route53
    from tenant_email.aws.ses import Ses
    from tenant_email.platforms.base import TenantClient
    from tenant_email.tenants.connections import Connection


_ARE_EXPLICIT: Final = "explicit"


@dataclass(frozen=True, slots=True)
class AwsClients:
    """The clients of AWS, by region and by what AWS is reached."""

    ses: Shared[Ses] = field(default_factory=Shared["Ses"])
    iam: Shared[Iam] = field(default_factory=Shared["Iam"])
    route53: Shared[Route53] = field(default_factory=Shared["Route53"])


@dataclass(frozen=True, slots=True)
class Operation:
    """What all lifecycles of one host process share.

    config: the config values that resources may need, of the stack or of an explicit provider. timing: how long
    clients wait. tenants, aws: clients, their tokens and connections shared by all threads. locks: one for the writes
    to each tenant, or object of it. said: what the user has been told. known: the tenants, read once.
    """

    config: dict[str, str | None] = field(default_factory=dict[str, "str | None"], repr=False)
    timing: Timing = field(default_factory=Timing)
    ownership: Ownership = field(default_factory=Ownership)
    tenants: Shared[TenantClient] = field(default_factory=Shared["TenantClient"])
    aws: AwsClients = field(default_factory=AwsClients)
    locks: Shared[threading.RLock] = field(default_factory=Shared["threading.RLock"])
    said: Once = field(default_factory=Once)
    known: Shared[Connections] = field(default_factory=Shared["Connections"])

    def configure(self, get: Callable[[str], str | None], *, are_explicit: bool = False) -> None:
        """Keeps the config values that resources may need; called once for each lifecycle class.

        `are_explicit`: they are those of a provider that the program made, and not the stack's.
        """
        self.known.forget()
        self.config[_ARE_EXPLICIT] = "true" if are_explicit else None
        for key in (CONFIG_KEY, *(f"aws:{name}" for name in AWS_SETTINGS)):
            self.config[key] = get(key)

    def aws_config(self) -> dict[str, str | None]:
        """Returns what the stack's config says about `aws:`, names without that; what is not set is left out."""
        values = {name: self.config.get(f"aws:{name}") for name in AWS_SETTINGS}
        return {name: value for name, value in values.items() if value not in (None, "")}

    def connections(self) -> Connections:
        """Returns the tenants that config and environment name; each is read once, as its client is opened once."""
        raw, are_explicit = self.config.get(CONFIG_KEY), self.config.get(_ARE_EXPLICIT) is not None

        def read() -> Connections:
            return Connections(raw, os.environ, platforms.connection_specs(), are_explicit=are_explicit)

        return self.known.get((raw, are_explicit), read)

    def tenant(self, connection: Connection, announce: Callable[[str], None]) -> TenantClient:
        """Returns the one object that talks to this tenant: two platforms at one host are two tenants."""

        def open_tenant() -> TenantClient:
            return platforms.load(connection.platform).open(connection, announce, self.timing)

        return self.tenants.get((connection.platform, connection.host), open_tenant)

    def write_lock(self, platform: str, what: str) -> threading.RLock:
        """Returns the lock that serializes writes to one tenant, by its host, or to one object of it, by its id."""
        return self.locks.get((platform, what), threading.RLock)


_current = Operation()


def current() -> Operation:
    """Returns the operation that this process runs."""
    return _current


def begin(timing: Timing | None = None) -> Operation:
    """Begins another operation in this process, with the same config; a host runs one, trials and tests run several.

    `timing` is kept too, unless another one is given; and so are the AWS clients and the locks, which depend on no run
    and of which the clients take long to open.
    """
    global _current  # noqa: PLW0603 - Pulumi makes the lifecycles without arguments
    timing = _current.timing if timing is None else timing
    _current = replace(_current, timing=timing, ownership=Ownership(), tenants=Shared["TenantClient"](), said=Once())
    _current = replace(_current, known=Shared["Connections"]())
    return _current
