"""A tenant in memory: what it holds, what it was asked, and which answers it loses."""

from __future__ import annotations

import hashlib
from copy import deepcopy
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, Any, Literal

from tenant_email.errors import Conflict, NotFound, Unavailable
from tenant_email.inputs.model import reveal
from tenant_email.inputs.tenant_objects import ProviderInputs, TemplateInputs
from tenant_email.platforms.base import LiveProvider, LiveTemplate
from tenant_email.redaction.secrets import Secret
from tenant_email.template_record import changed_paths

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email.capabilities import OnDelete
    from tenant_email.input_diff import InputDiff
    from tenant_email.json_types import Props, PropsView
    from tenant_email.platforms.base import Guard
    from tenant_email.template_record import TemplateRecord

SECRETS = ("password", "key")


@dataclass(frozen=True)
class Call:
    """One call of the client; what it was given."""

    name: str
    id: str = ""
    desired: Any = None
    change: Any = None
    live: Any = None
    recorded: Any = None
    guarded: bool = False
    policy: str = ""


@dataclass
class Tenant:
    """What is in it.

    losing: which answers of the next writes are lost, before or after their effect. meanwhile: what happens in the
    tenant right after the next writes. is_silent: it answers no look. program_settings: what a program writes for the
    provider, where that is not what it shows.
    """

    name: str
    provider: Props | None = None
    templates: dict[str, Props] = field(default_factory=dict[str, "Props"])
    asked: list[Call] = field(default_factory=list[Call])
    losing: list[Literal["before", "after"] | None] = field(default_factory=list[Literal["before", "after"] | None])
    meanwhile: list[Callable[[], object]] = field(default_factory=list["Callable[[], object]"])
    is_silent: bool = False
    program_settings: Props | None = None
    numbers: Any = field(default_factory=lambda: count(1))

    def calls(self) -> list[str]:
        """Returns the names of the calls since the last look."""
        names = [call.name for call in self.asked]
        self.asked.clear()
        return names

    def last(self, name: str) -> Call:
        """Returns the last call of a name."""
        return [call for call in self.asked if call.name == name][-1]

    def write(self, effect: Callable[[], None]) -> None:
        """Has an effect, and answers, unless one of the two is lost."""
        lost = self.losing.pop(0) if self.losing else None
        if lost != "before":
            effect()
        if self.meanwhile:
            self.meanwhile.pop(0)()
        if lost:
            raise Unavailable(f"{self.name}: the line broke", remedy="Run again.")


TENANTS: dict[str, Tenant] = {}
"""By host."""


def attributes_of(document: PropsView, name: str) -> Props:
    """Returns what a provider shows of itself, its secrets apart where they are hidden."""
    shown = {key: value for key, value in document.items() if key not in SECRETS and value is not None}
    if name == "owls":
        shown["secret_digests"] = _digests(document)
    return shown


def _digests(document: PropsView) -> dict[str, str]:
    return {key: hashlib.sha256(document[key].encode()).hexdigest() for key in SECRETS if document.get(key)}


class Flock:
    """Talks to a tenant."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant, self.name = tenant, tenant.name

    def live(self) -> LiveProvider | None:
        """Returns what sends mail."""
        document = self.tenant.provider
        if document is None:
            return self._built_in() if self.name == "owls" else None
        settings = {key: value for key, value in document.items() if key not in ("id", "from", "enabled")}
        if self.name != "doves":
            settings = {key: value for key, value in settings.items() if key not in SECRETS}
        given = {
            key: Secret(value) if key in SECRETS else value for key, value in settings.items() if value is not None
        }
        identity: Props = {key: given[key] for key in ("kind", "host") if key in given}
        return LiveProvider(
            ProviderInputs(given, enabled=document["enabled"], from_address=document["from"]),
            attributes_of(document, self.name),
            raw=deepcopy(document),
            secret_digests=_digests(document) if self.name == "owls" else {},
            id=document.get("id", ""),
            identity=identity,
            identity_attributes={"kind": document["kind"]},
            program_settings=self.tenant.program_settings,
        )

    def _built_in(self) -> LiveProvider:
        kind = {"kind": f"{self.name}.built_in"}
        return LiveProvider(ProviderInputs(kind, enabled=True), kind, is_built_in=True, identity_attributes=kind)

    def read_provider(self, id_: str = "") -> LiveProvider | None:
        """Looks."""
        self.tenant.asked.append(Call("read", id_))
        if self.tenant.is_silent:
            raise Unavailable(f"{self.name}: no answer", remedy="Run again.", uncertain=False)
        return self.live()

    def create_provider(self, desired: ProviderInputs) -> LiveProvider:
        """Creates; Conflict where there is one."""
        self.tenant.asked.append(Call("create", desired=desired))
        if self.tenant.provider is not None:
            raise Conflict(f"{self.name}: there is one")
        self.tenant.write(lambda: self._put(desired, None))
        return self._written(None)

    def update_provider(
        self,
        desired: ProviderInputs,
        change: InputDiff | None,
        live: LiveProvider | None,
        recorded: PropsView,
        guard: Guard | None = None,
    ) -> LiveProvider:
        """Writes what changed; NotFound where what is there is not what was recorded."""
        self.tenant.asked.append(Call("update", "", desired, change, live, dict(recorded), guard is not None))
        if guard:
            guard()
        if (document := self.tenant.provider) is None:
            raise NotFound(f"{self.name}: it is gone")
        if recorded.get("id") and document.get("id") != recorded["id"]:
            raise NotFound(f"{self.name}: another is there")
        self.tenant.write(lambda: self._put(desired, change, document))
        return self._written(change)

    def _put(self, desired: ProviderInputs, change: InputDiff | None, before: Props | None = None) -> None:
        old, settings = before or {}, reveal(dict(desired.settings))
        kept = {key: old[key] for key in SECRETS if key in old and settings.get(key) is None}
        sent = {**settings, **kept, "from": desired.from_address, "enabled": desired.enabled}
        if change and not change.kind and self.name == "hawks":
            sent = {**old, **{key: sent.get(key) for key in self._names(change)}}
        number = {"id": old.get("id") or f"id-{next(self.tenant.numbers)}"} if self.name == "doves" else {}
        self.tenant.provider = {**sent, **number}

    @staticmethod
    def _names(change: InputDiff) -> frozenset[str]:
        """Returns the fields of the document that a change is of; credentials go together."""
        more = {"kind", "host", "username", *SECRETS} if change.credentials else set[str]()
        fields = {"from_address": "from", "enabled": "enabled"}
        return frozenset({*change.settings, *more, *(fields[name] for name in change.fields)})

    def _written(self, change: InputDiff | None) -> LiveProvider:
        live = self.live()
        assert live is not None
        return replace(live, written_names=self._names(change)) if change and self.name == "hawks" else live

    def delete_provider(self, live: LiveProvider) -> None:
        """Removes."""
        self.tenant.asked.append(Call("delete", live.id, live=live))
        self.tenant.provider = None

    def _template(self, settings: PropsView) -> LiveTemplate | None:
        document = self.tenant.templates.get(settings["template"])
        if document is None:
            return None
        shown = {key: value for key, value in document.items() if value is not None}
        given = {"kind": f"{self.name}.template", "template": settings["template"], **shown}
        beside = ("body",) if self.name == "doves" and "body" in shown and settings.get("body") is None else ()
        return LiveTemplate(TemplateInputs(given), shown, would_be_removed=beside, raw=deepcopy(document))

    def read_template(self, settings: PropsView) -> LiveTemplate | None:
        """Looks."""
        self.tenant.asked.append(Call("read", settings["template"]))
        return self._template(settings)

    def list_templates(self) -> list[LiveTemplate]:
        """Returns all."""
        found = (self._template({"template": name}) for name in self.tenant.templates)
        return [live for live in found if live is not None]

    def create_template(self, desired: TemplateInputs) -> LiveTemplate:
        """Creates; Conflict where there is one."""
        self.tenant.asked.append(Call("create", desired=desired))
        if desired.settings["template"] in self.tenant.templates:
            raise Conflict(f"{self.name}: there is one")
        return self._put_template(desired, None)

    def update_template(self, desired: TemplateInputs, change: InputDiff, live: LiveTemplate | None) -> LiveTemplate:
        """Writes what changed; owls the whole."""
        self.tenant.asked.append(Call("update", "", desired, change, live))
        if desired.settings["template"] not in self.tenant.templates:
            raise NotFound(f"{self.name}: the template is gone")
        return self._put_template(desired, change)

    def _put_template(self, desired: TemplateInputs, change: InputDiff | None) -> LiveTemplate:
        settings = {key: value for key, value in desired.settings.items() if key not in ("kind", "template")}
        name = desired.settings["template"]
        sent = None
        if change is not None and self.name == "hawks":
            sent = frozenset(change.settings)
            settings = self.tenant.templates[name] | {key: settings.get(key) for key in sent}
        self.tenant.write(lambda: self.tenant.templates.update({name: settings}))
        live = self._template(desired.settings)
        assert live is not None
        return LiveTemplate(live.inputs, live.attributes, live.would_be_removed, sent, live.raw)

    def retire_template(self, settings: PropsView, policy: OnDelete, record: TemplateRecord) -> tuple[str, ...]:
        """Removes, or puts back what was there, unless someone changed what is ours."""
        self.tenant.asked.append(Call("retire", settings["template"], recorded=record, policy=policy))
        live = self._template(settings)
        if record.ours is not None and (changed := changed_paths(record.ours, live.attributes if live else None)):
            return changed
        if policy == "restore" and record.snapshot is not None:
            self.tenant.templates[settings["template"]] = dict(record.snapshot)
        else:
            self.tenant.templates.pop(settings["template"], None)
        return ()
