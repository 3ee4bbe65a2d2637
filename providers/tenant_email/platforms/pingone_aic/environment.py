"""The tier that a tenant is in, and why it may not be written to (docs/contracts/pingone_aic.md#tiers)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.errors import Forbidden, PlatformError
from tenant_email.platforms.pingone_aic import answers

if TYPE_CHECKING:
    from tenant_email.json_types import Props
    from tenant_email.net.client import Client

_INFO: Final = "/environment/info"
_BY_PROMOTION: Final = (
    "Write it in the development environment with esv(…) placeholders and promote it; in this environment manage only "
    "EsvVariable and EsvSecret."
)


def require_mutable(client: Client) -> None:
    """Raises Forbidden, before any write of static configuration, when the tier takes none."""
    if reason := immutability(read_info(client)):
        raise _refusal(client, reason)


def require_unlocked(client: Client) -> None:
    """Raises Forbidden when a promotion is under way: then not even ESVs may be written."""
    info = read_info(client)
    if info.get("locked"):
        raise _refusal(client, _lock_reason(info))


def explain(client: Client, error: Forbidden) -> Forbidden:
    """Returns a refused write with its reason, when the tier is the reason now."""
    try:
        reason = immutability(read_info(client))
    except PlatformError:
        return error
    return _refusal(client, reason) if reason else error


def read_info(client: Client) -> Props:
    """Returns what the tenant says of its environment."""
    answer: Props = client.call("GET", _INFO, answers.INFO).body
    return answer


def immutability(info: Props) -> tuple[str, str] | None:
    """Returns (why no configuration can be written now, what to do), or None when the tenant may be written to."""
    if info.get("locked"):
        return _lock_reason(info)
    if info.get("immutable"):
        what = f"the {info.get('tier')} environment is immutable: its email configuration comes by promotion only"
        return (what, _BY_PROMOTION)
    return None


def _lock_reason(info: Props) -> tuple[str, str]:
    return (f"the {info.get('tier')} environment is locked for a promotion", "Run again when the promotion is over.")


def _refusal(client: Client, reason: tuple[str, str]) -> Forbidden:
    what, remedy = reason
    return Forbidden(f"{client.who}: {what}; nothing was written", remedy=remedy)
