"""What all lifecycles of one host process share: connections, tenants, write locks, and which ids are claimed.

The host runs one operation on four threads (design.md section 6, fact 8). Nothing is connected before first use.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any, Final

from tenant_email import platforms
from tenant_email.aws.access import SETTINGS as AWS_SETTINGS
from tenant_email.connections import CONFIG_KEY, Connections
from tenant_email.errors import InvalidSettings, Problem
from tenant_email.timing import Timing

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email.changes import Props
    from tenant_email.connections import Connection
    from tenant_email.platforms.base import TenantClient

_lock: Final = threading.RLock()
_config: dict[str, Any] = {}
_tenants: dict[tuple[str, str], TenantClient] = {}
_writing: dict[tuple[str, str], threading.RLock] = {}
_claimed: set[str] = set()
_written: set[str] = set()
_left: dict[str, Props] = {}
_disabled: set[tuple[str, str]] = set()
_senders: dict[tuple[str, str], Props] = {}
_timing = Timing()


def configure(get: Callable[[str], Any]) -> None:
    """Keeps the config values that resources may need; called once for each lifecycle class."""
    with _lock:
        for key in (CONFIG_KEY, *(f"aws:{name}" for name in AWS_SETTINGS)):
            _config[key] = get(key)


def config(key: str) -> Any:
    """Returns a stack config value, or None."""
    return _config.get(key)


def aws_config() -> Props:
    """Returns what the stack's config says about `aws:`, names without that; what is not set is left out."""
    values = {name: config(f"aws:{name}") for name in AWS_SETTINGS}
    return {name: value for name, value in values.items() if value not in (None, "")}


def begin() -> None:
    """Forgets what the last operation noted; a host process runs one, so only who runs several here calls it."""
    for noted in (_claimed, _written, _left, _disabled, _senders, _tenants):
        noted.clear()


def keep_time(timing: Timing) -> None:
    """Makes clients that are opened from now on wait as `timing` says; for trials, which have no minutes."""
    global _timing  # noqa: PLW0603 - one for the process, like everything here
    _timing = timing


def connections() -> Connections:
    """Returns the tenants that config and environment name."""
    return Connections(_config.get(CONFIG_KEY), os.environ, platforms.connection_specs())


def tenant(connection: Connection, announce: Callable[[str], None]) -> TenantClient:
    """Returns the one object that talks to this tenant, its token and its connections shared by all threads."""
    with _lock:
        key = (connection.platform, connection.host)
        if key not in _tenants:
            _tenants[key] = platforms.load(connection.platform).open(connection, announce, _timing)
        return _tenants[key]


def writing(platform: str, host: str) -> threading.RLock:
    """Returns the lock that serialises writes to one tenant: two platforms at one host are two of them."""
    with _lock:
        return _writing.setdefault((platform, host), threading.RLock())


def claim(id_: str) -> None:
    """Notes that a resource of the program owns this id now, so that another's destroy leaves it alone."""
    _claimed.add(id_)


def is_claimed(id_: str) -> bool:
    """Tells whether the program has a resource for this id: then a rename or replacement took it over."""
    return id_ in _claimed


def write_alone(id_: str) -> None:
    """Notes a write to this id; raises InvalidSettings when another resource of this run wrote it before."""
    with _lock:
        if id_ in _written:
            problem = Problem("", "another resource of this program manages it too", "Keep one of the two resources.")
            raise InvalidSettings(id_, (problem,))
        _written.add(id_)


def leave(id_: str, outputs: Props) -> None:
    """Notes what was recorded of an object that its resource gave up before the next one of this run made it.

    A replacement that deletes first does that, and only the two calls together know that nobody else is concerned.
    """
    _left[id_] = outputs


def left(id_: str) -> Props | None:
    """Returns what `leave` noted: then the object that is there is this stack's own."""
    return _left.get(id_)


def note_provider(connection: Connection, *, enabled: bool) -> None:
    """Notes whether this run's provider of a tenant is enabled, for the templates that follow it."""
    (_disabled.discard if enabled else _disabled.add)((connection.platform, connection.host))


def provider_is_disabled(connection: Connection) -> bool:
    """Tells whether the program disables the tenant's provider."""
    return (connection.platform, connection.host) in _disabled


def note_senders(connection: Connection, limits: Props) -> None:
    """Notes what the key of this run's provider of a tenant may send from, for the templates that follow it."""
    _senders[connection.platform, connection.host] = limits


def senders_of(connection: Connection) -> Props:
    """Returns what `note_senders` noted; empty where nothing limits the senders."""
    return _senders.get((connection.platform, connection.host), {})
