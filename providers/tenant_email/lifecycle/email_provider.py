"""EmailProvider: what sends a tenant's mail. design.md section 3 is the path, section 4 the password rules."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, cast

from tenant_email.capabilities import OnDrift, Preflight, Transport
from tenant_email.changes import Change, changes, gives_credentials, must_be_complete
from tenant_email.errors import (
    AlreadyConfigured,
    Conflict,
    InvalidSettings,
    NotFound,
    Problem,
    TenantEmailError,
    Unavailable,
    foreign,
)
from tenant_email.fields import Sender
from tenant_email.lifecycle import session
from tenant_email.lifecycle.border import info, warn
from tenant_email.lifecycle.imports import cannot_import, nothing_to_import
from tenant_email.lifecycle.sender import local_problems, sender_problems
from tenant_email.lifecycle.tenant_object import (
    WIRE,
    Resolved,
    TenantInputs,
    TenantObject,
    as_written,
    managed,
    not_taken,
    writing_at,
)
from tenant_email.model import Model, known, reveal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.capabilities import OnDelete
    from tenant_email.changes import Props
    from tenant_email.lifecycle.border import Mirrors
    from tenant_email.platforms.base import Live, Places, Platform, Tenant

_OUTPUTS: Final = ("live", "marks", "adopted", "wrote")


class ProviderInputs(TenantInputs):
    """The inputs of an EmailProvider."""

    from_address: Sender | None = None
    enabled: bool = True
    on_existing: Literal["fail", "adopt", "import"] = "fail"
    on_drift: OnDrift = "overwrite"
    preflight: Preflight = "off"
    test_recipient: Sender | None = None


class EmailProviderLifecycle(TenantObject):
    """One tenant has one; the id is `{platform}/{host}/email-provider`."""

    model = ProviderInputs
    mirrors: ClassVar[Mirrors] = {"live": ("settings", "from_address", "enabled"), "wrote": ("settings",)}

    def repeats(self, path: str, props: Mapping[str, Any]) -> Places:
        """Returns where `live` repeats an input, and `wrote`, which has the names of the settings."""
        found, (owner, *name) = super().repeats(path, props), path.split(".")[:2]
        return (*found, ("wrote", *name)) if owner == "settings" else found

    def models_of(self, platform: Platform) -> Mapping[str, type[Model]]:
        """Returns the transports of a platform."""
        return platform.models

    def part_of(self, platform: Platform, desired: Props) -> str:
        """Returns the one part that there is."""
        return "email-provider"

    def problems(self, recorded: Props | None, desired: Props) -> list[Problem]:
        """Validates, applies the password rules, and notes which tenant is taken care of."""
        resolved, problems = self.resolve(desired)
        if resolved is None:
            return problems
        capabilities, transport = resolved.platform.capabilities, _transport(resolved)
        inputs = cast("ProviderInputs", resolved.inputs)
        problems += self.say(resolved, resolved.platform.check_provider(resolved.desired))
        problems += must_be_complete(resolved.desired["settings"], transport)
        problems += sender_problems("from_address", inputs.from_address, resolved)
        problems += local_problems("test_recipient", inputs.test_recipient, resolved)
        problems += _policy_problems(inputs, resolved, transport)
        problems += self.claim(resolved, "email-provider")
        if known(inputs.enabled):
            session.note_provider(resolved.connection, enabled=inputs.enabled)
        if resolved.connection.missing:
            warn(f"{resolved.named}: {resolved.connection.missing[0]} It is needed at `up`.")
        if recorded:
            change = changes(self.recall(recorded), resolved.desired, capabilities, resolved.host)
            problems += change.problems
            _announce(change, transport, resolved)
        return problems

    def make(self, desired: Props) -> tuple[str, Props]:
        """Creates, or takes over what is there as `on_existing` says; never leaves the tenant without a provider."""
        resolved = self.resolved(desired)
        with resolved.writing():
            self.write_alone(_id(resolved))
            live, adopted = self._create(resolved, resolved.api())
        return _id(resolved), {**_outputs(live, adopted=adopted), "wrote": _identity(live, resolved.platform)}

    def _create(self, resolved: Resolved, api: Tenant) -> tuple[Live, bool]:
        """Posts first where that conflicts, looks first where it would replace or where credentials are omitted."""
        complete = gives_credentials(resolved.desired["settings"], _transport(resolved))
        importing = resolved.desired["on_existing"] == "import"
        if complete and not importing and resolved.platform.capabilities.create == "post-conflicts":
            try:
                return api.create_provider(resolved.desired), False
            except (Conflict, Unavailable) as error:
                if isinstance(error, Unavailable) and not error.sent:
                    raise
                live = api.read_provider()
                if live is None:
                    raise
        else:
            live = api.read_provider()
        if live is not None and not _is_absent(live, resolved.desired):
            return self._take_over(resolved, api, live)
        if complete and not importing:
            return api.create_provider(resolved.desired), False
        raise _nothing_there(resolved, importing=importing)

    def _take_over(self, resolved: Resolved, api: Tenant, live: Live) -> tuple[Live, bool]:
        desired, transport = resolved.desired, _transport(resolved)
        change = changes(managed(live, desired), desired, resolved.platform.capabilities, resolved.host)
        different = not_taken(live, desired, transport.write_only)
        mode, own = desired["on_existing"], session.left(_id(resolved))
        if own is None and mode != "adopt" and (different or (mode == "fail" and not transport.identified_by)):
            raise _exists(resolved, live, different)
        if change.problems:
            raise InvalidSettings(resolved.who, change.problems)
        adopted = own.get("adopted", False) if own is not None else mode != "fail"
        if mode == "import" or not _wire(change):
            return live, adopted
        if own is None and different:
            info(f"{resolved.named}: takes over {_named(live)} and changes {', '.join(different)}")
        return api.update_provider(desired, _wire_only(change), live, live.facts), adopted

    def change(self, id_: str, recorded: Props, desired: Props) -> Props:
        """Sends the least; reads nothing that is not needed."""
        resolved = self.resolved(desired)
        before = self.recall(self.recorded_inputs(recorded))
        change = changes(before, resolved.desired, resolved.platform.capabilities, resolved.host)
        if change.problems:
            raise InvalidSettings(resolved.who, change.problems)
        facts: Props = recorded.get("live", {})
        if not _wire(change):
            return {name: recorded[name] for name in _OUTPUTS if name in recorded}
        with resolved.writing():
            self.write_alone(_id(resolved))
            live = self._update(resolved, before, change, facts)
        if odd := not_taken(live, resolved.desired, _transport(resolved).write_only):
            warn(f"{resolved.named}: the answer differs from what was sent in {', '.join(odd)}; run `pulumi refresh`.")
        outputs = _outputs(live, adopted=recorded.get("adopted", False))
        return {**outputs, "wrote": _identity(live, resolved.platform)}

    def _update(self, resolved: Resolved, before: Props, change: Change, facts: Props) -> Live:
        api, live = resolved.api(), None
        cautious = resolved.desired.get("on_drift") == "fail"
        if cautious or _reads_first(resolved):
            live = api.read_provider()
        if cautious:
            _refuse_drift(resolved, live, before)
        try:
            return api.update_provider(resolved.desired, _wire_only(change), live, facts)
        except NotFound:
            if not gives_credentials(resolved.desired["settings"], _transport(resolved)):
                raise
            warn(f"{resolved.named}: the provider was removed by somebody else and is created again")
            return api.create_provider(resolved.desired)

    def look(self, id_: str, recorded: Props) -> tuple[Props, Props] | None:
        """Reads; a hidden credential is carried over only while what it was given for is as recorded."""
        platform, api = self.owner(id_)
        live, inputs = api.read_provider(), self.recorded_inputs(recorded)
        if live is None or _is_absent(live, inputs):
            return None
        live = live.seen_by(inputs.get("settings", {}))
        marks: dict[str, str] = recorded.get("marks", {})
        outputs = _outputs(live, adopted=recorded.get("adopted", False))
        # what somebody else configured does not become ours by being looked at: a destroy still keeps it
        outputs |= {"wrote": recorded["wrote"]} if "wrote" in recorded else {}
        return self._refreshed(inputs, live, platform, marks), outputs

    def _refreshed(self, inputs: Props, live: Live, platform: Platform, marks: Mapping[str, str]) -> Props:
        """Returns the inputs as they are live, in the recorded spelling of what is managed."""
        meant = self.recall(inputs)
        recorded: Props = meant["settings"]
        shown = managed(live, meant)
        transport = platform.capabilities.transports.get(recorded.get("kind", ""))
        settings: Props = shown["settings"]
        if transport and settings["kind"] == transport.kind:
            same = all(settings.get(name) == recorded.get(name) for name in transport.bound_to)
            foreign = {name for name, mark in live.marks.items() if marks.get(name, mark) != mark}
            kept = {name: recorded[name] for name in transport.write_only if same and name in recorded}
            kept = {name: value for name, value in kept.items() if name not in foreign}
            settings = as_written({**settings, **kept}, inputs, meant)
        return {**shown, "settings": reveal(settings)}

    def remove(self, id_: str, recorded: Props) -> None:
        """Goes back to the platform's own sender, unless the configuration is not, or no longer, ours."""
        policy: OnDelete | None = recorded.get("on_delete") or ("retain" if recorded.get("adopted") else None)
        if session.is_claimed(id_):
            session.leave(id_, recorded)
            info(f"{id_}: kept, another resource of this program owns it now")
            return
        if policy == "retain":
            info(f"{id_}: left as it is in the tenant")
            return
        platform, api = self.owner(id_)
        with writing_at(id_):
            live = api.read_provider()
            if live is None or live.is_default:
                return
            ours: Props = recorded.get("wrote") or self.recall(self.recorded_inputs(recorded)).get("settings", {})
            if changed := _somebody_elses(live, ours, platform):
                warn(
                    f"{id_}: kept, for somebody else configured it since ({changed}); delete it by hand if you mean to"
                )
            elif policy == "disable":
                off = Change(fields=frozenset({"enabled"}))
                api.update_provider({**live.props, "enabled": False}, off, live, live.facts)
            else:
                api.delete_provider(live)


def _outputs(live: Live, *, adopted: bool) -> Props:
    return {"live": live.facts, "marks": dict(live.marks), "adopted": adopted}


def _is_absent(live: Live, inputs: Props) -> bool:
    """Tells whether the platform's own sender is there where a configuration is meant."""
    return live.is_default and live.props["settings"]["kind"] != inputs["settings"]["kind"]


def _reads_first(resolved: Resolved) -> bool:
    when = resolved.platform.capabilities.reads_before_update
    complete = gives_credentials(resolved.desired["settings"], _transport(resolved))
    return when == "always" or (when == "omitted-secrets" and not complete)


def _id(resolved: Resolved) -> str:
    return f"{resolved.platform.name}/{resolved.host}/email-provider"


def _transport(resolved: Resolved) -> Transport:
    return resolved.platform.capabilities.transports[resolved.desired["settings"]["kind"]]


def _wire(change: Change) -> bool:
    return bool(change.fields & WIRE or change.settings or change.credentials)


def _wire_only(change: Change) -> Change:
    return replace(change, fields=change.fields & WIRE)


def _policy_problems(inputs: ProviderInputs, resolved: Resolved, transport: Transport) -> list[Problem]:
    capabilities, problems = resolved.platform.capabilities, list[Problem]()
    title, policies, checks = capabilities.title, capabilities.on_delete_provider, capabilities.preflight
    if inputs.on_delete and known(inputs.on_delete) and inputs.on_delete not in policies:
        what = f"{title} cannot {inputs.on_delete} an e-mail provider"
        problems.append(Problem("on_delete", what, f"Use one of: {', '.join(policies)}."))
    if not known(inputs.preflight):
        return problems
    if inputs.preflight not in checks or (inputs.preflight == "connect" and not transport.connects):
        reason = capabilities.no_preflight.get(inputs.preflight, f"{transport.kind} has no server to try")
        allowed = [check for check in checks if check != inputs.preflight]
        what = f"{title} does not support {inputs.preflight!r} here: {reason}"
        problems.append(Problem("preflight", what, f"Use one of: {', '.join(allowed)}."))
    return problems


def _announce(change: Change, transport: Transport, resolved: Resolved) -> None:
    """Says that a secret changes, which Pulumi's diff does not show (design.md section 6, fact 4)."""
    settings: Props = resolved.desired["settings"]
    secret = [name for name in transport.write_only if name in change.settings and name in settings]
    if secret and not change.kind:
        names = " and ".join(f"settings.{name}" for name in secret)
        info(f"{resolved.named}: {names} changes; credentials will be sent")


def _named(live: Live) -> str:
    kind, sender = live.props["settings"]["kind"], live.props.get("from_address")
    return f"{foreign(kind)}{f' from {foreign(sender)}' if sender else ''}"


def _found(live: Live) -> str:
    return live.describe() or _named(live)


def _exists(resolved: Resolved, live: Live, different: list[str]) -> AlreadyConfigured:
    title = resolved.platform.capabilities.title
    if resolved.desired["on_existing"] == "import":
        return cannot_import(
            resolved.who, f"the live e-mail provider ({_found(live)}) differs in {', '.join(different)}"
        )
    message = f"{resolved.who}: an e-mail provider is configured already ({_found(live)}), and {title} has one a tenant"
    return AlreadyConfigured(
        message,
        remedy="Set on_existing='adopt' to take it over; after a rename, give opts.aliases the old name instead; "
        "to replace a resource of this stack, set opts.delete_before_replace.",
    )


def _nothing_there(resolved: Resolved, *, importing: bool) -> TenantEmailError:
    if importing:
        return nothing_to_import(resolved.who, "e-mail provider")
    message = f"{resolved.who}: nothing is configured that credentials could be kept of"
    return TenantEmailError(message, remedy="Give the settings' credentials, so that the provider can be created.")


def _refuse_drift(resolved: Resolved, live: Live | None, before: Props) -> None:
    """Raises when what is live is not what was recorded (on_drift="fail")."""
    transport = resolved.platform.capabilities.transports.get(before["settings"].get("kind", ""))
    odd = not_taken(live, before, transport.write_only if transport else ()) if live else ["everything: it is gone"]
    if odd:
        message = f"{resolved.who}: somebody else changed {', '.join(odd)} since the last run; nothing was written"
        raise TenantEmailError(message, remedy="Run `pulumi refresh` to see it, or set on_drift='overwrite'.")


def _identity(live: Live, platform: Platform) -> Props:
    """Returns what tells this configuration from another one: its kind, and what its kind is identified by."""
    settings: Props = reveal(live.props["settings"])
    transport = platform.capabilities.transports.get(settings["kind"])
    names = ("kind", *(transport.identified_by if transport else ()))
    return {name: settings[name] for name in names if settings.get(name) is not None}


def _somebody_elses(live: Live, ours: Props, platform: Platform) -> str:
    settings: Props = reveal(live.props["settings"])
    transport = platform.capabilities.transports.get(ours.get("kind", ""))
    if transport is None or settings["kind"] != ours["kind"]:
        return f"kind is {foreign(settings['kind'])}"
    odd = [name for name in transport.identified_by if settings.get(name) != ours.get(name)]
    # as anybody may see it: another's address may hold a key
    seen: Props = live.told()["settings"]
    return ", ".join(f"{transport.label(name)} is {foreign(seen.get(name, 'another'))}" for name in odd)
