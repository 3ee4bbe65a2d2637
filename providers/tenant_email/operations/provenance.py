"""Whose a live configuration is: what was recorded of our last write, against what the tenant shows. Pure.

The output `written_identity` holds it, so that a refresh, which records what is live, does not make ours what someone
else configured. The platform's own id decides where there is one. States of earlier releases hold less: there the kind,
and what its kind is identified by, decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tenant_email.errors import redact_external
from tenant_email.inputs.model import reveal
from tenant_email.operations.recorded_outputs import ProviderOutputs, WrittenIdentity
from tenant_email.template_record import changed_paths, merge_written

if TYPE_CHECKING:
    from tenant_email.capabilities import Transport
    from tenant_email.json_types import Props, PropsView
    from tenant_email.platforms.base import LiveProvider

Transports = Mapping[str, "Transport"]


def identity_of(live: LiveProvider, transports: Transports, recorded: ProviderOutputs | None = None) -> WrittenIdentity:
    """Returns what tells this configuration from any other one and from itself when someone changed it.

    `recorded` are the outputs until this write: what a write did not set stays as it was ours until then.
    """
    shown = identifying(live.inputs.settings, transports)
    before = recorded or ProviderOutputs()
    known, sent = before.written_identity, None if recorded is None else live.written_names
    # Someone else's may stand there by now: a write of one field of it does not make it what we configured.
    if known and known.settings and sent is not None and not live.identity_attributes.keys() <= sent:
        shown = known.settings
    attributes = merge_written((known.attributes if known else None) or before.live or {}, live.attributes, sent)
    return WrittenIdentity(shown, live.id, attributes, dict(live.secret_digests))


def identifying(settings: PropsView, transports: Transports) -> Props:
    """Returns the settings that tell a configuration from any other one: the kind, and what its kind is known by."""
    transport = transports.get(str(settings.get("kind")))
    names = ("kind", *(transport.identified_by if transport else ()))
    return {name: reveal(settings[name]) for name in names if settings.get(name) is not None}


def is_another(live: LiveProvider, id_: str) -> bool:
    """Returns whether the platform's own ids are known and differ: then this is someone else's."""
    return bool(id_) and live.id != id_


def differs_from_written(live: LiveProvider, written: WrittenIdentity, transports: Transports) -> str:
    """Returns what shows that this is another configuration than the one written; empty when nothing does."""
    settings: PropsView = reveal(live.inputs.settings)
    # Only the platform's own id decides: it outlives every edit, and two objects never have the same.
    if is_another(live, written.id):
        return f"id is {redact_external(live.id)}" if live.id else live.describe()
    transport = transports.get(written.kind)
    if transport is None or settings["kind"] != written.kind:
        return f"kind is {redact_external(settings['kind'])}"
    differing = [name for name in transport.identified_by if settings.get(name) != written.settings.get(name)]
    # as anyone may see it: another's address may hold a key
    visible = live.public_inputs().settings
    return ", ".join(
        f"{transport.label(name)} is {redact_external(visible.get(name, 'another'))}" for name in differing
    )


def changed_names(live: LiveProvider, written: WrittenIdentity) -> str:
    """Returns the names of what someone changed since the write; empty for what an earlier release wrote."""
    # Without them any attribute would seem to be changed, and a destroy would leave what is ours.
    if written.attributes is None:
        return ""
    digests = changed_paths(written.secret_digests, live.secret_digests)
    names = (*changed_paths(written.attributes, live.attributes), *digests)
    return ", ".join(dict.fromkeys(name.rpartition(".")[2] for name in names))


def attributes_equal(live: LiveProvider, created: PropsView) -> bool:
    """Returns whether what is shown is what a creation shows, apart from ids and digests, which it cannot know."""
    shown = {name: each for name, each in live.attributes.items() if name not in ("id", "secret_digests")}
    return not changed_paths(created, shown)
