"""EmailProvider: what sends a tenant's mail. design.md section 3 is the path, section 4 the password rules."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from tenant_email.capabilities import OnDrift, Preflight, Transport
from tenant_email.changes import Change, changes, gives_credentials, must_be_complete
from tenant_email.errors import InvalidSettings, NotFound, Problem
from tenant_email.fields import Sender
from tenant_email.model import Model, known, reveal
from tenant_email.operations import lost_answers, refusals, session, written_identity
from tenant_email.operations.adoption import Mode, Step, step
from tenant_email.operations.border import info, warn
from tenant_email.operations.lost_answers import Met
from tenant_email.operations.sender_rules import local_problems, note_senders, sender_problems
from tenant_email.operations.tenant_object import (
    WIRE,
    Resolved,
    TenantInputs,
    TenantObject,
    as_written,
    managed,
    not_taken,
    writing_at,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.capabilities import OnDelete
    from tenant_email.changes import Props
    from tenant_email.operations.border import Mirrors
    from tenant_email.platforms.base import Guard, Live, Places, Platform, Tenant

_OUTPUTS: Final = ("live", "marks", "adopted", "wrote")


class ProviderInputs(TenantInputs):
    """The inputs of an EmailProvider."""

    from_address: Sender | None = None
    enabled: bool = True
    on_existing: Mode = "fail"
    on_drift: OnDrift = "overwrite"
    preflight: Preflight = "off"
    test_recipient: Sender | None = None


class EmailProviderLifecycle(TenantObject):
    """One tenant has one; the id is `{platform}/{host}/email-provider`."""

    model = ProviderInputs
    mirrors: ClassVar[Mirrors] = dict.fromkeys(("live", "wrote"), ("settings", "from_address", "enabled"))

    def repeats(self, path: str, props: Mapping[str, Any]) -> Places:
        """Returns where `live` repeats an input, and `wrote`: under the settings' names, and as what was live then."""
        found, (owner, *name) = super().repeats(path, props), path.split(".")[:2]
        then = tuple(("wrote", "facts", *place[1:]) for place in found)
        return (*found, *then, ("wrote", *name)) if owner == "settings" else (*found, *then)

    def models_of(self, platform: Platform) -> Mapping[str, type[Model]]:
        """Returns the transports of a platform."""
        return platform.models

    def part_of(self, platform: Platform, desired: Props) -> str:
        """Returns the one part that there is."""
        return "email-provider"

    def do_check(self, recorded: Props | None, desired: Props) -> list[Problem]:
        """Validates, applies the password rules, and notes which tenant is taken care of."""
        resolved, problems = self.resolve(desired)
        if resolved is None:
            return problems
        capabilities, transport = resolved.platform.capabilities, _transport(resolved)
        inputs = cast("ProviderInputs", resolved.inputs)
        problems += self.say(resolved, resolved.platform.check_provider(resolved.desired))
        problems += must_be_complete(resolved.desired["settings"], transport)
        note_senders(resolved)
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

    def do_create(self, desired: Props) -> tuple[str, Props]:
        """Creates, or takes over what is there as `on_existing` says; never leaves the tenant without a provider."""
        resolved = self.resolved(desired)
        with resolved.writing():
            self.write_alone(_id(resolved))
            live, adopted = self._create(resolved, resolved.api(), resolved.desired["on_existing"])
        return _id(resolved), _outputs(live, resolved, adopted=adopted)

    def _create(self, resolved: Resolved, api: Tenant, mode: Mode) -> tuple[Live, bool]:
        """Creates; returns (what is live, whether it is adopted). Credentials that are omitted are not created with."""
        desired = resolved.desired
        if mode == "import" or not gives_credentials(desired["settings"], _transport(resolved)):
            live = api.read_provider()
            if live is None or _is_absent(live, desired):
                raise refusals.nothing_there(resolved, importing=mode == "import")
            return self._take_over(resolved, api, Met(live, maybe_ours=False), mode)

        def look() -> Live | None:
            live = api.read_provider()
            return None if live is None or live.is_default else live

        if mode == "adopt" and resolved.platform.capabilities.create == "look-first" and (there := look()):
            return self._take_over(resolved, api, Met(there, maybe_ours=False), mode)
        # a check before the write, a test mail among them, is not made again when only the write is repeated
        attempts = iter((desired, _checked(desired)))
        made = lost_answers.create(lambda: api.create_provider(next(attempts)), look)
        return self._take_over(resolved, api, made, mode) if isinstance(made, Met) else (made, False)

    def _take_over(self, resolved: Resolved, api: Tenant, met: Met[Live], mode: Mode) -> tuple[Live, bool]:
        """Does with what is there what the table of `adoption` says."""
        desired, live, transport = resolved.desired, met.live, _transport(resolved)
        different = not_taken(live, desired, transport.hidden)
        own = self._handed_over(resolved, live)
        sent = met.maybe_ours and written_identity.facts_equal(live, resolved.platform.created(desired))
        match step(mode, differs=bool(different), sent=sent, handed_over=own is not None):
            case Step.REFUSE if mode == "import":
                raise refusals.cannot_import(resolved, live, different)
            case Step.REFUSE:
                raise refusals.exists(resolved, live, different)
            case Step.RECORD:
                return live, True
            case Step.REPEAT:
                return api.update_provider(_checked(desired), None, live, live.facts), False
            case Step.ADOPT | Step.CONTINUE:
                adopted = own.get("adopted", False) if own is not None else True
        change = changes(managed(live, desired), desired, resolved.platform.capabilities, resolved.host)
        if change.problems:
            raise InvalidSettings(resolved.who, change.problems)
        if not _wire(change):
            return live, adopted
        if own is None and different:
            info(f"{resolved.named}: takes over {refusals.named(live)} and changes {', '.join(different)}")
        return api.update_provider(desired, _wire_only(change), live, live.facts), adopted

    def _handed_over(self, resolved: Resolved, live: Live) -> Props | None:
        """Returns what was recorded of the provider that a resource of this run gave up, if this is still the one."""
        own = self.handed_over(resolved)
        return (
            own
            if own is not None and not written_identity.stranger(live, self._wrote(own), _transports(resolved))
            else None
        )

    def _wrote(self, recorded: Props) -> Props:
        """Returns what identifies our last write; states of the first releases tell only by the inputs."""
        wrote: Props = recorded.get("wrote") or self.recall(self.recorded_inputs(recorded)).get("settings", {})
        return wrote

    def do_update(self, id_: str, recorded: Props, desired: Props) -> Props:
        """Sends the least; reads nothing that is not needed."""
        resolved = self.resolved(desired)
        before = self.recall(self.recorded_inputs(recorded))
        change = changes(before, resolved.desired, resolved.platform.capabilities, resolved.host)
        if change.problems:
            raise InvalidSettings(resolved.who, change.problems)
        if not _wire(change):
            return {name: recorded[name] for name in _OUTPUTS if name in recorded}
        with resolved.writing():
            self.write_alone(_id(resolved))
            live, adopted = self._update(resolved, before, change, recorded)
        if odd := not_taken(live, resolved.desired, _transport(resolved).hidden):
            warn(f"{resolved.named}: the answer differs from what was sent in {', '.join(odd)}; run `pulumi refresh`.")
        return {
            **_seen(live, adopted=adopted),
            "wrote": written_identity.written(live, _transports(resolved), recorded),
        }

    def _update(self, resolved: Resolved, before: Props, change: Change, recorded: Props) -> tuple[Live, bool]:
        """Writes what changed to what is ours; returns (what is live, whether it is adopted)."""
        api, desired, id_ = resolved.api(), resolved.desired, written_identity.recorded_id(recorded)
        cautious, live, guard = desired.get("on_drift") == "fail", None, None
        if cautious:
            guard = _guard(resolved, api, before, recorded)
        elif _reads_first(resolved):
            live = api.read_provider(id_)
        facts: Props = {**recorded.get("live", {}), **({"id": id_} if id_ else {})}
        attempts = iter((desired, _checked(desired)))

        def write() -> Live:
            if live is not None and written_identity.is_another(live, id_):
                raise NotFound(f"{resolved.who}: the provider with id {id_} is gone")
            return api.update_provider(next(attempts), _wire_only(change), live, facts, guard)

        def look() -> Live | None:
            found = api.read_provider()
            return found if found is not None and _arrived(resolved, found) else None

        try:
            made = lost_answers.create(write, look)
        except NotFound:
            if not gives_credentials(desired["settings"], _transport(resolved)) and api.read_provider() is None:
                raise
            # gone, or another one is in its place: a creation finds out, and touches that only when asked to
            mode: Mode = "adopt" if desired["on_existing"] == "adopt" else "fail"
            made, adopted = self._create(resolved, api, mode)
            if not adopted:
                warn(f"{resolved.named}: the provider was removed by somebody else and is created again")
            return made, adopted
        if isinstance(made, Met):
            made = api.update_provider(_checked(desired), _wire_only(change), made.live, made.live.facts)
        return made, recorded.get("adopted", False)

    def do_read(self, id_: str, recorded: Props) -> tuple[Props, Props] | None:
        """Reads; a hidden credential is carried over only while what it was given for is as recorded."""
        platform, api = self.owner(id_)
        ours, inputs = written_identity.recorded_id(recorded), self.recorded_inputs(recorded)
        live = api.read_provider(ours)
        if live is None or _is_absent(live, inputs):
            return None
        if written_identity.is_another(live, ours):
            warn(f"{id_}: gone; {refusals.found(live)} is there instead, and is not taken over")
            return None
        live = live.seen_by(inputs.get("settings", {}))
        marks: dict[str, str] = recorded.get("marks", {})
        outputs = _seen(live, adopted=recorded.get("adopted", False))
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

    def do_delete(self, id_: str, recorded: Props) -> None:
        """Goes back to the platform's own sender, unless the configuration is not, or no longer, ours."""
        explicit: OnDelete | None = recorded.get("on_delete")
        if session.is_claimed(id_):
            session.leave(id_, recorded)
            info(f"{id_}: kept, another resource of this program owns it now")
            return
        if (explicit or ("retain" if recorded.get("adopted") else "delete")) == "retain":
            info(f"{id_}: left as it is in the tenant")
            return
        platform, api = self.owner(id_)
        with writing_at(id_):
            live = api.read_provider(written_identity.recorded_id(recorded))
            if live is None or live.is_default:
                return
            if changed := self._changed_since(live, recorded, platform):
                warn(
                    f"{id_}: kept, for somebody else configured it since ({changed}); delete it by hand if you mean to"
                )
            elif explicit == "disable":
                off = Change(fields=frozenset({"enabled"}))
                api.update_provider({**live.props, "enabled": False}, off, live, live.facts)
            else:
                api.delete_provider(live)

    def _changed_since(self, live: Live, recorded: Props, platform: Platform) -> str:
        """Returns what shows that this is not as we wrote it; a policy that was given explicitly takes edits along.

        Another configuration than ours stays in any case.
        """
        wrote = self._wrote(recorded)
        if written_identity.is_another(live, written_identity.recorded_id(recorded)):
            wrote = {**wrote, "id": written_identity.recorded_id(recorded)}
        another = written_identity.stranger(live, wrote, platform.capabilities.transports)
        return another or ("" if recorded.get("on_delete") else written_identity.edited(live, wrote))


def _outputs(live: Live, resolved: Resolved, *, adopted: bool) -> Props:
    return {**_seen(live, adopted=adopted), "wrote": written_identity.written(live, _transports(resolved))}


def _seen(live: Live, *, adopted: bool) -> Props:
    return {"live": live.facts, "marks": dict(live.marks), "adopted": adopted}


def _arrived(resolved: Resolved, live: Live) -> bool:
    """Tells whether what is live is, in all that is shown, what was sent."""
    return not not_taken(live, resolved.desired, _transport(resolved).hidden)


def _checked(desired: Props) -> Props:
    """Returns the inputs of a write whose check before it was passed already."""
    return {**desired, "preflight": "off"}


def _guard(resolved: Resolved, api: Tenant, before: Props, recorded: Props) -> Guard:
    """Returns what a platform asks immediately before a write under on_drift="fail"."""

    def guard() -> Live | None:
        id_ = written_identity.recorded_id(recorded)
        live = api.read_provider(id_)
        if refusal := refusals.drifted(resolved, live, before, recorded.get("marks", {}), id_):
            raise refusal
        return live

    return guard


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


def _transports(resolved: Resolved) -> Mapping[str, Transport]:
    return resolved.platform.capabilities.transports
