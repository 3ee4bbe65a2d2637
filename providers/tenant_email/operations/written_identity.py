"""Whose a live configuration is: what was recorded of our last write, against what the tenant shows. Pure.

The output `wrote` holds it, so that a refresh, which records what is live, does not make ours what somebody else
configured. The platform's own id decides where there is one. States of earlier releases hold less: there the kind,
and what its kind is identified by, decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tenant_email.errors import foreign
from tenant_email.model import reveal
from tenant_email.records import changed_since, ours_after

if TYPE_CHECKING:
    from tenant_email.capabilities import Transport
    from tenant_email.changes import Props
    from tenant_email.platforms.base import Live

Transports = Mapping[str, "Transport"]


def written(live: Live, transports: Transports, before: Props | None = None) -> Props:
    """Returns what tells this configuration from any other one and from itself when somebody changed it.

    `before` are the outputs until this write: what a write did not set stays as it was ours before.
    """
    settings: Props = reveal(live.props["settings"])
    transport = transports.get(settings["kind"])
    names = ("kind", *(transport.identified_by if transport else ()))
    shown = {name: settings[name] for name in names if settings.get(name) is not None}
    ours: Props = (before or {}).get("wrote", {}).get("facts") or (before or {}).get("live", {})
    facts = ours_after(ours, live.facts, live.sent if before else None)
    return {**shown, **({"id": live.id} if live.id else {}), "facts": facts, "marks": dict(live.marks)}


def recorded_id(recorded: Props) -> str:
    """Returns the platform's own id of what was written; the one that was last seen, where no write recorded one."""
    return str(recorded.get("wrote", {}).get("id") or recorded.get("live", {}).get("id") or "")


def is_another(live: Live, id_: str) -> bool:
    """Tells whether the platform's own ids are known and differ: then this is somebody else's."""
    return bool(id_) and live.id != id_


def stranger(live: Live, wrote: Props, transports: Transports) -> str:
    """Returns what shows that this is another configuration than the one written; empty when nothing does."""
    settings: Props = reveal(live.props["settings"])
    if is_another(live, wrote.get("id", "")):
        return f"id is {foreign(live.id)}" if live.id else live.describe()
    transport = transports.get(wrote.get("kind", ""))
    if transport is None or settings["kind"] != wrote["kind"]:
        return f"kind is {foreign(settings['kind'])}"
    odd = [name for name in transport.identified_by if settings.get(name) != wrote.get(name)]
    # as anybody may see it: another's address may hold a key
    seen: Props = live.told()["settings"]
    return ", ".join(f"{transport.label(name)} is {foreign(seen.get(name, 'another'))}" for name in odd)


def edited(live: Live, wrote: Props) -> str:
    """Returns the names of what somebody changed since the write; empty for what an earlier release wrote."""
    if "facts" not in wrote:
        return ""
    names = (*changed_since(wrote["facts"], live.facts), *changed_since(wrote.get("marks", {}), live.marks))
    return ", ".join(dict.fromkeys(name.rpartition(".")[2] for name in names))


def facts_equal(live: Live, created: Props) -> bool:
    """Tells whether what is shown is what a creation shows, apart from ids and marks, which it cannot know."""
    return not changed_since(created, {name: each for name, each in live.facts.items() if name not in ("id", "marks")})
