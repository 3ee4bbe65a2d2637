"""Logto's Management API calls; docs/contracts/logto.md."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from tenant_email.errors import AlreadyConfigured, Conflict, NotFound, PlatformError, Rejected, redact_external
from tenant_email.net.client import Client
from tenant_email.platforms.logto import answers, effects, mapping, preflight, sign_in, templates
from tenant_email.platforms.logto.dialect import LogtoDialect
from tenant_email.platforms.logto.limits import require_size
from tenant_email.platforms.logto.login import login
from tenant_email.platforms.logto.remedies import GONE
from tenant_email.template_record import changed_paths
from tenant_email.timing import USUAL, Timing

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email.capabilities import OnDelete
    from tenant_email.input_diff import InputDiff
    from tenant_email.inputs.tenant_objects import ProviderInputs, TemplateInputs
    from tenant_email.json_types import Props, PropsView
    from tenant_email.platforms.base import Guard, LiveProvider, LiveTemplate
    from tenant_email.platforms.logto.mapping import Stored
    from tenant_email.template_record import TemplateRecord
    from tenant_email.tenants.connections import Connection

CONNECTORS: Final = "/api/connectors"
TEMPLATES: Final = "/api/email-templates"
SIGN_IN: Final = "/api/sign-in-exp"
_EMAIL: Final = "Email"
_SEVERAL: Final = "connector.more_than_one_email"


class Logto:
    """One Logto tenant."""

    def __init__(self, connection: Connection, announce: Callable[[str], None], timing: Timing = USUAL) -> None:
        # Messages are translated by Accept-Language; one language keeps what we show and compare the same.
        who, language = f"logto {connection.host}", {"Accept-Language": "en"}
        self._client = Client(
            who, connection.url, LogtoDialect(), login(connection), headers=language, announce=announce, timing=timing
        )
        self._announce = announce
        self._known: PropsView | None = None

    @property
    def client(self) -> Client:
        """Returns what talks to the tenant, for who looks at more than provider and templates."""
        return self._client

    def list_templates(self) -> list[LiveTemplate]:
        """Returns every entry of /api/email-templates."""
        found: list[Props] = self._client.call("GET", TEMPLATES, answers.ALL_TEMPLATES).body
        return [templates.live_of(entry, {}) for entry in found]

    def read_provider(self, id_: str = "") -> LiveProvider | None:
        """Returns the tenant's email connector; of several, which cannot be listed, ours, or one odd kind for all."""
        try:
            rows = self._client.call("GET", CONNECTORS, answers.CONNECTORS).body
        except Rejected as error:
            # Parallel creates leave several, and the list then fails; by its id each can be read
            # (docs/contracts/logto.md#concurrency).
            if error.code != _SEVERAL:
                raise
            return self._find_by_id(id_) or mapping.several(self._describe_several)
        emails = [row for row in rows if row["type"] == _EMAIL]
        found = next((row for row in emails if row["id"] == id_), emails[0] if emails else None)
        return None if found is None else self._live(found)

    def create_provider(self, desired: ProviderInputs) -> LiveProvider:
        """Creates where there is none, for a POST deletes every other email connector."""
        self._require_none()
        # From nothing: what an earlier connector held is not ours to keep.
        target = mapping.merge(desired, None, mapping.Stored())
        config = self._prepare_config(target)
        if desired.preflight not in (None, "off"):
            preflight.before_write(self._client, target.factory, config, desired, self._announce)
            # Looked at again, because a POST deletes whatever was made meanwhile.
            self._require_none()  # a check takes its time
        return self._post(target, config)

    def update_provider(
        self,
        desired: ProviderInputs,
        change: InputDiff | None,
        live: LiveProvider | None,
        recorded: PropsView,
        guard: Guard | None = None,
    ) -> LiveProvider:
        """Sends the whole config to the connector with the id; another factory is an atomic replacement by POST."""
        factory = mapping.kind_in(desired.settings).factory

        def laid_over(live: LiveProvider | None) -> tuple[Stored, Stored, Props]:
            stored = self._find_stored(factory, live, recorded, guard)
            target = mapping.merge(desired, change, stored)
            return stored, target, self._prepare_config(target)

        stored, target, config = laid_over(live)
        if desired.preflight not in (None, "off"):
            preflight.before_write(self._client, factory, config, desired, self._announce)
            # A check takes its time: what someone set meanwhile stays too.
            stored, target, config = laid_over(None)
        if lost := mapping.options_left_behind(stored, target):
            names = " and ".join(f"settings.{name}" for name in lost)
            self._announce(
                f"{self._client.who}: {names} are not carried over to the new host; set them again to keep them"
            )
        # PATCH keeps the id, by which a later run knows that the connector is ours.
        if stored.id and stored.factory == factory:
            promise = answers.CONNECTOR.about(id=stored.id, connectorId=stored.factory)
            made = self._live(self._client.call("PATCH", _path(stored.id), promise, {"config": config}).body)
            return replace(made, before=self._live_of(stored))
        adopting = desired.on_existing == "adopt"
        # Another factory means a POST, which deletes every other email connector (docs/contracts/logto.md#create-4).
        if not (live and adopting):
            self._require_nothing_beside(stored, unless=adopting)
        if guard:
            guard()
        if stored.id:
            old = f"connector {stored.id} ({redact_external(stored.factory)})"
            self._announce(f"{self._client.who}: replacing {old}; its id changes")
        return self._post(target, config)

    def delete_provider(self, live: LiveProvider) -> None:
        """Removes the connector; says first what of the sign-in experience needs it, which Logto does not check."""
        stored: Stored = live.raw
        # DELETE succeeds although sign-in needs the connector (docs/contracts/logto.md#delete), so it is said before.
        if needing := sign_in.dependents(self.experience()):
            self._announce(f"{self._client.who}: without a connector these stop working: {', '.join(needing)}")
        try:
            self._client.call("DELETE", _path(stored.id), answers.NO_MORE_CONNECTOR)
        except NotFound:
            return

    def read_template(self, settings: PropsView) -> LiveTemplate | None:
        """Returns the entry of this language and type."""
        key = templates.key(settings)
        found = self._client.call("GET", TEMPLATES, answers.TEMPLATES.about(**key), params=key).body
        return templates.live_of(found[0], settings) if found else None

    def create_template(self, desired: TemplateInputs) -> LiveTemplate:
        """Writes the entry, and says what it takes the place of in this tenant."""
        made = self._write_template(desired.settings)
        # After the write, for it needs the tenant, and a preview asks none.
        with suppress(PlatformError):  # it is written, whether or not there is more to say of it
            for line in effects.find_shadowed(desired.settings, self._fallback_language()):
                self._announce(f"{self._client.who}: {line}")
        return made

    def update_template(self, desired: TemplateInputs, change: InputDiff, live: LiveTemplate | None) -> LiveTemplate:
        """Writes the whole entry: a PATCH could not take an option away."""
        # The PUT would make it anew without a word.
        if live is None:
            raise NotFound(f"{self._client.who}: the template is gone")
        return self._write_template(desired.settings)

    def retire_template(self, settings: PropsView, policy: OnDelete, record: TemplateRecord) -> tuple[str, ...]:
        """Deletes, or puts back what was there before; absent counts as done."""
        restores = policy == "restore" and record.snapshot is not None
        # One look decides both: whether it is still as we wrote it, and whether there is anything to remove.
        if record.ours is not None:
            live = self.read_template(settings)
            if live is None and not restores:
                return ()
            if changed := changed_paths(record.ours, templates.comparable(live, record.ours) if live else None):
                return changed
        if restores:
            self._put_entry(settings, {"templates": [templates.without_id(record.snapshot or {})]})
        else:
            self._client.call("DELETE", TEMPLATES, answers.NO_MORE_TEMPLATE, params=templates.key(settings))
        return ()

    def _prepare_config(self, target: Stored) -> Props:
        """Returns the config to write."""
        config = mapping.provider_body(target, self._client.who)
        require_size(self._client.who, "settings", {"connectorId": target.factory, "config": config})
        return config

    def _post(self, target: Stored, config: Props) -> LiveProvider:
        """Posts, always with a config: without one Logto stores an empty one over what works."""
        promise = answers.NEW_CONNECTOR.about(connectorId=target.factory, type=_EMAIL)
        body = {"connectorId": target.factory, "config": config}
        return self._live(self._client.call("POST", CONNECTORS, promise, body).body)

    def _find_stored(self, factory: str, live: LiveProvider | None, recorded: PropsView, guard: Guard | None) -> Stored:
        """Returns the connector that a write is laid over, as it is now: `live` where that was just read."""
        known = mapping.read_attributes(recorded)
        # Of another factory nothing stays; a state that lost which it was knows nothing of that.
        if live is None and known.id and known.factory not in ("", factory):
            return known
        # A config is replaced whole (docs/contracts/logto.md#patch): what is not managed is laid back from what the
        # tenant holds, because someone may have set it since the state was written.
        live = guard() if guard else live
        held: Stored = live.raw if live else self._find_recorded(known)
        return held

    def _find_recorded(self, stored: Stored) -> Stored:
        """Returns the recorded connector as it is; a state without an id means the one that is there, if it fits."""
        found = self._find_by_id(stored.id) if stored.id else self.read_provider()
        if found is None or stored.factory not in ("", found.raw.factory):
            raise self._gone_error(stored)
        known: Stored = found.raw
        return known

    def _find_by_id(self, id_: str) -> LiveProvider | None:
        try:
            return (
                self._live(self._client.call("GET", _path(id_), answers.CONNECTOR.about(id=id_)).body) if id_ else None
            )
        except NotFound:
            return None

    def _require_none(self) -> None:
        """Raises Conflict when a POST would delete a connector."""
        if (found := self.read_provider()) is not None:
            message = f"{self._client.who}: there is already an email connector ({found.describe()})"
            raise Conflict(message, remedy="Run again; nothing was changed.")

    def _require_nothing_beside(self, ours: Stored, *, unless: bool) -> None:
        """Raises when a POST would delete a connector other than ours: that takes an explicit "adopt" (`unless`)."""
        found = self.read_provider()
        if found is None or (found.id and found.id != ours.id):
            raise self._gone_error(ours)
        if not found.id and not unless:
            message = f"{self._client.who}: changing the kind would delete these connectors: {found.describe()}"
            remedy = f"Remove the others by their ids (DELETE {CONNECTORS}/:id), or set on_existing='adopt'."
            raise AlreadyConfigured(message, remedy=remedy)

    def _gone_error(self, stored: Stored) -> NotFound:
        message = f"{self._client.who}: connector {stored.id or 'of this stack'} is gone"
        return NotFound(message, remedy=GONE)

    def _live(self, document: Props) -> LiveProvider:
        return self._live_of(mapping.read(document))

    def _live_of(self, stored: Stored) -> LiveProvider:
        return mapping.provider_live(stored, partial(self._describe, stored))

    def _describe(self, stored: Stored) -> str:
        factory, id_ = redact_external(stored.factory), redact_external(stored.id)
        dependents = ", ".join(sign_in.dependents(self.experience())) or "nothing in the sign-in experience"
        return f"{factory}, id {id_}; {redact_external(dependents)} depends on it"

    def _describe_several(self) -> str:
        return "several email connectors at once, left by parallel creates; Logto can no longer list them"

    def _write_template(self, settings: PropsView) -> LiveTemplate:
        body = templates.body_of(settings)
        require_size(self._client.who, "settings", body)
        return templates.live_of(self._put_entry(settings, body), settings)

    def _put_entry(self, settings: PropsView, body: PropsView) -> Props:
        promise = answers.TEMPLATE.about(**templates.key(settings))
        written: list[Props] = self._client.call("PUT", TEMPLATES, promise, body).body
        return written[0]

    def experience(self) -> PropsView:
        """Returns the sign-in experience."""
        experience: PropsView = self._client.call("GET", SIGN_IN, answers.EXPERIENCE).body
        self._known = experience
        return experience

    def _fallback_language(self) -> str:
        return sign_in.fallback_language(self._known or self.experience())


def _path(id_: str) -> str:
    return f"{CONNECTORS}/{quote(id_, safe='')}"
