"""EmailTemplate: one template of a tenant, keyed by what its platform keys templates by."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Literal

from tenant_email.changes import changes
from tenant_email.errors import AlreadyConfigured, Conflict, NotFound, Problem, Unavailable
from tenant_email.fields import Text
from tenant_email.lifecycle import session
from tenant_email.lifecycle.border import info, warn
from tenant_email.lifecycle.tenant_object import (
    Resolved,
    TenantInputs,
    TenantObject,
    as_written,
    managed,
    not_taken,
    sender_problems,
    writing_at,
)
from tenant_email.model import UNKNOWN, Model, known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.capabilities import OnDelete
    from tenant_email.changes import Props
    from tenant_email.platforms.base import Live, Platform, Tenant


_ORIGIN: Final = ("adopted", "snapshot")
"""The outputs that say where the template came from; only its creation sets them."""


class TemplateInputs(TenantInputs):
    """The inputs of an EmailTemplate; `provider_id` is there for the order alone."""

    provider_id: Text | None = None
    on_existing: Literal["fail", "adopt", "import"] = "adopt"


class EmailTemplateLifecycle(TenantObject):
    """The id is `{platform}/{host}/email-template/{key}`."""

    model = TemplateInputs

    def models_of(self, platform: Platform) -> Mapping[str, type[Model]]:
        """Returns the one template model of a platform."""
        return {f"{platform.name}.template": platform.template}

    def problems(self, recorded: Props | None, desired: Props) -> list[Problem]:
        """Validates; a sender needs a provider that the program does not disable."""
        resolved, problems = self.resolve(desired)
        if resolved is None:
            return problems
        settings = resolved.desired["settings"]
        problems += self.say(resolved, resolved.platform.check_template(resolved.desired))
        problems += sender_problems("settings.from_address", settings.get("from_address"), resolved.inputs)
        allowed = resolved.platform.capabilities.on_delete_template
        policy = resolved.inputs.on_delete
        if policy and known(policy) and policy not in allowed:
            what = f"{resolved.platform.capabilities.title} cannot {policy} a template"
            problems.append(Problem("on_delete", what, f"Use one of: {', '.join(allowed)}."))
        if settings.get("from_address") and session.provider_is_disabled(resolved.connection):
            what = "cannot be set while the tenant's e-mail provider is disabled"
            problems.append(
                Problem("settings.from_address", what, "Set enabled=True on the EmailProvider, or omit it.")
            )
        if UNKNOWN is not (key := _key(resolved)):
            problems += self.claim(resolved, f"email-template/{key}")
        return problems

    def difference(self, id_: str, recorded: Props, desired: Props) -> tuple[bool, list[str]]:
        """Another key is another template, so it is a replacement, like another tenant."""
        changed, replaces = super().difference(id_, recorded, desired)
        resolved, _ = self.resolve(desired)
        if resolved and not replaces and known(key := _key(resolved)) and not id_.endswith(f"/email-template/{key}"):
            return True, ["settings"]
        return changed, replaces

    def make(self, desired: Props) -> tuple[str, Props]:
        """Creates, or adopts with a snapshot of what was there; what equals desired counts as created."""
        resolved = self.resolved(desired)
        id_ = _id(resolved, _key(resolved))
        with resolved.writing():
            self.write_alone(id_)
            live, snapshot = self._create(resolved, resolved.api())
        if own := session.left(id_):
            return id_, {"live": live.facts, **{name: own[name] for name in _ORIGIN if name in own}}
        outputs: Props = {"live": live.facts, "adopted": snapshot is not None}
        return id_, outputs | ({"snapshot": snapshot} if snapshot is not None else {})

    def _create(self, resolved: Resolved, api: Tenant) -> tuple[Live, Props | None]:
        importing = resolved.desired["on_existing"] == "import"
        live = None
        if not importing and resolved.platform.capabilities.create == "post-conflicts":
            try:
                return api.create_template(resolved.desired), None
            except (Conflict, Unavailable) as error:
                if isinstance(error, Unavailable) and not error.sent:
                    raise
                live = api.read_template(resolved.desired["settings"])
                if live is None:
                    raise
        else:
            live = api.read_template(resolved.desired["settings"])
        if live is not None:
            return self._take_over(resolved, api, live)
        if importing:
            raise AlreadyConfigured(
                f"{resolved.who}: nothing to import", remedy="Remove import_, so that it is created."
            )
        return api.create_template(resolved.desired), None

    def _take_over(self, resolved: Resolved, api: Tenant, live: Live) -> tuple[Live, Props | None]:
        different, desired = not_taken(live, resolved.desired), resolved.desired
        mode, own = desired["on_existing"], session.left(_id(resolved, _key(resolved)))
        if not different:
            return live, (live.facts if mode == "import" else None)
        what = f"{resolved.who}: template {_key(resolved)} exists and differs in {', '.join(different)}"
        if own is None:
            if mode != "adopt":
                raise AlreadyConfigured(what, remedy="Set on_existing='adopt' to take it over; destroy puts it back.")
            info(f"{what}; it is taken over, and a destroy puts it back")
        change = changes(managed(live, desired), desired, resolved.platform.capabilities, resolved.host)
        return api.update_template(desired, change, live), live.facts

    def change(self, id_: str, recorded: Props, desired: Props) -> Props:
        """Sends only the fields that changed."""
        resolved = self.resolved(desired)
        before = self.recall(self.recorded_inputs(recorded))
        change = changes(before, resolved.desired, resolved.platform.capabilities, resolved.host)
        outputs: Props = {name: recorded[name] for name in ("live", *_ORIGIN) if name in recorded}
        if not change.settings:
            return outputs
        api = resolved.api()
        with resolved.writing():
            self.write_alone(_id(resolved, _key(resolved)))
            always = resolved.platform.capabilities.reads_before_update == "always"
            found = api.read_template(resolved.desired["settings"]) if always else None
            try:
                live = api.update_template(resolved.desired, replace(change, fields=frozenset()), found)
            except NotFound:
                warn(f"{resolved.who}: template {_key(resolved)} is gone and is created again")
                live = api.create_template(resolved.desired)
        return {**outputs, "live": live.facts}

    def look(self, id_: str, recorded: Props) -> tuple[Props, Props] | None:
        """Reads the stored template."""
        _, api = self.owner(id_)
        inputs = self.recorded_inputs(recorded)
        meant = self.recall(inputs)
        live = api.read_template(meant["settings"])
        if live is None:
            return None
        outputs: Props = {name: recorded[name] for name in _ORIGIN if name in recorded}
        shown = managed(live, meant)
        return {**shown, "settings": as_written(shown["settings"], inputs, meant)}, {**outputs, "live": live.facts}

    def remove(self, id_: str, recorded: Props) -> None:
        """Disables what was created, restores what was adopted."""
        snapshot: dict[str, Any] | None = recorded.get("snapshot")
        if session.is_claimed(id_):
            session.leave(id_, recorded)
            info(f"{id_}: kept, another resource of this program owns it now")
            return
        platform, api = self.owner(id_)
        default: OnDelete = "restore" if recorded.get("adopted") else platform.capabilities.on_delete_template[0]
        policy: OnDelete = recorded.get("on_delete") or default
        if policy == "retain":
            info(f"{id_}: left as it is in the tenant")
            return
        with writing_at(id_):
            api.retire_template(recorded["settings"], policy, snapshot)


def _key(resolved: Resolved) -> Any:
    return resolved.platform.template_key(resolved.desired["settings"])


def _id(resolved: Resolved, key: str) -> str:
    return f"{resolved.platform.name}/{resolved.host}/email-template/{key}"
