"""EmailProvider: what sends a tenant's mail. docs/architecture.md#up is the way, #passwords the rules."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from tenant_email.capabilities import OnDrift, Preflight, Transport
from tenant_email.errors import InvalidSettings, NotFound, Problem
from tenant_email.findings import ConfiguresProvider, Findings, lacking_login
from tenant_email.input_diff import (
    InputDiff,
    compare,
    has_credentials,
    incomplete_credentials,
    may_keep_secret,
    unseen_in_credentials,
)
from tenant_email.inputs.fields import AdoptionMode, Sender
from tenant_email.inputs.model import Model, reveal
from tenant_email.inputs.tenant_objects import ProviderInputs
from tenant_email.inputs.unknowns import is_known
from tenant_email.operations import provenance, refusals, uncertain_writes
from tenant_email.operations.adoption import AdoptionStep, decide
from tenant_email.operations.border import DynamicLifecycle
from tenant_email.operations.console import info, warn
from tenant_email.operations.handover import hand_over
from tenant_email.operations.import_ids import not_importable
from tenant_email.operations.recorded_outputs import ProviderOutputs, WrittenIdentity
from tenant_email.operations.sender_rules import check_sender, local_problems, sender_limits
from tenant_email.operations.tenant_object import (
    TenantObject,
    TenantObjectModel,
    keep_spelling,
    mismatches,
    pick_managed,
    write_lock_of,
)
from tenant_email.operations.uncertain_writes import Existing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.json_types import Props, PropsView
    from tenant_email.operations.lifecycle import Mirrors
    from tenant_email.operations.tenant_object import ValidatedProvider
    from tenant_email.platforms.base import LiveProvider, Places, Platform, TenantClient


class ProviderModel(TenantObjectModel):
    """How the inputs of an EmailProvider are validated, and what one is that is not given."""

    from_address: Sender | None = None
    enabled: bool = True
    on_existing: AdoptionMode = "fail"
    on_drift: OnDrift = "overwrite"
    preflight: Preflight = "off"
    test_recipient: Sender | None = None


class EmailProviderLifecycle(TenantObject[ProviderInputs], DynamicLifecycle):
    """One tenant has one; the id is `{platform}/{host}/email-provider`."""

    model = ProviderModel
    mirrors: ClassVar[Mirrors] = dict.fromkeys(("live", "written_identity"), ("settings", "from_address", "enabled"))

    def output_paths(self, path: str, props: PropsView) -> Places:
        """Returns where an output repeats an input: `written_identity` does under the settings' names and as `live`."""
        found, (owner, *name) = super().output_paths(path, props), path.split(".")[:2]
        then = tuple(("written_identity", "attributes", *place[1:]) for place in found)
        return (*found, *then, ("written_identity", *name)) if owner == "settings" else (*found, *then)

    def read_inputs(self, props: PropsView) -> ProviderInputs:
        """Returns the inputs among properties."""
        return ProviderInputs.from_props(props)

    def models_of(self, platform: Platform) -> Mapping[str, type[Model]]:
        """Returns the transports of a platform."""
        return platform.models

    def part_of(self, platform: Platform, settings: PropsView) -> str:
        """Returns the one part that there is."""
        return "email-provider"

    def do_check(self, recorded: Props | None, desired: Props) -> Findings:
        """Validates, applies the password rules, and claims the tenant's provider."""
        validated, problems = self.validate(desired)
        if validated is None:
            return Findings(tuple(problems))
        transport, inputs = _transport(validated), validated.desired
        findings = Findings(tuple(problems))
        findings += self.label_findings(validated, validated.platform.check_provider(inputs))
        findings += Findings(incomplete_credentials(inputs.settings, transport))
        findings += Findings(unseen_in_credentials(inputs.settings, transport))
        findings += check_sender("from_address", inputs.from_address, validated)
        findings += Findings(tuple(local_problems("test_recipient", inputs.test_recipient, validated)))
        findings += Findings(tuple(_policy_problems(validated, transport)))
        findings += self.claim(validated, "email-provider")
        findings += Findings(claims=(_configures(validated), *lacking_login(validated.connection, validated.label)))
        if recorded:
            change = self.compare_inputs(recorded, desired, validated)
            findings += Findings(change.problems, notices=_secret_notices(change, transport, validated))
        return findings

    def do_create(self, desired: Props) -> tuple[str, ProviderOutputs]:
        """Creates, or takes over what is there as `on_existing` says; never leaves the tenant without a provider."""
        validated = self.require_valid(desired)
        with validated.write_lock():
            self.write_alone(_id(validated))
            live, adopted = self._create(validated, validated.api(), validated.desired.on_existing)
        written = provenance.identity_of(live, _transports(validated))
        return _id(validated), ProviderOutputs.of(live, adopted=adopted, written=written)

    def _create(
        self, validated: ValidatedProvider, api: TenantClient, mode: AdoptionMode | None
    ) -> tuple[LiveProvider, bool]:
        """Creates; returns (what is live, whether it is adopted). Credentials that are omitted are not created with."""
        desired = validated.desired
        # Without credentials there is nothing to create with, and a POST of an incomplete set may replace what works:
        # what is there is looked at, never written over.
        if mode == "import" or not has_credentials(desired.settings, _transport(validated)):
            live = api.read_provider()
            if live is None or _is_absent(live, desired):
                raise refusals.nothing_there(validated, importing=mode == "import")
            return self._take_over(validated, api, uncertain_writes.met(live), mode)

        def read_existing() -> LiveProvider | None:
            live = api.read_provider()
            return None if live is None or live.is_built_in else live

        # Where a POST would delete or replace what is there, it comes after a look; where it conflicts, its refusal is
        # the look.
        if mode == "adopt" and validated.platform.capabilities.create == "look-first" and (there := read_existing()):
            return self._take_over(validated, api, uncertain_writes.met(there), mode)

        def write(attempt: int) -> LiveProvider:
            return api.create_provider(_for_attempt(desired, attempt))

        made = uncertain_writes.write_or_find(write, read_existing)
        return self._take_over(validated, api, made, mode) if isinstance(made, Existing) else (made, False)

    def _take_over(
        self, validated: ValidatedProvider, api: TenantClient, met: Existing[LiveProvider], mode: AdoptionMode | None
    ) -> tuple[LiveProvider, bool]:
        """Does with what is there what the table of `adoption` says."""
        desired, live, transport = validated.desired, met.live, _transport(validated)
        # What is hidden cannot differ in what is seen: it is sent with a write, or kept as it is.
        different = mismatches(live, desired, transport.hidden)
        own = self._find_released_outputs(validated, live)
        sent = met.after_lost_answer and provenance.attributes_equal(
            live, validated.platform.created_attributes(desired)
        )
        match decide(mode, differs=bool(different), identified=own is not None, written=sent):
            case AdoptionStep.REFUSE if mode == "import":
                raise refusals.cannot_import(validated, live, different)
            case AdoptionStep.REFUSE:
                raise refusals.already_exists(validated, live, different)
            case AdoptionStep.ADOPT_UNCHANGED:
                return live, True
            # Ours, and no adoption: the first sending made it, and only the answer was lost.
            case AdoptionStep.REPEAT_WRITE:
                return api.update_provider(_without_preflight(desired), None, live, live.attributes), False
            case AdoptionStep.ADOPT | AdoptionStep.KEEP_OWNERSHIP:
                adopted = bool(own.adopted) if own is not None else True
        change = compare(
            pick_managed(live, desired), desired, validated.platform.capabilities, validated.connection.host
        )
        # The password rules hold for someone else's configuration too: its secret belongs to its host.
        if change.problems:
            raise InvalidSettings(validated.who, change.problems)
        if not change.reaches_platform:
            return live, adopted
        # A take-over changes what a colleague set: it is said which, before the write.
        if own is None and different:
            info(f"{validated.label}: adopting {refusals.describe_kind(live)}; changing {', '.join(different)}")
        return api.update_provider(desired, change.for_platform(), live, live.attributes), adopted

    def _find_released_outputs(self, validated: ValidatedProvider, live: LiveProvider) -> ProviderOutputs | None:
        """Returns what was recorded of the provider that a resource of this run gave up, if this is still the one."""
        released = self.find_released(validated)
        transports = _transports(validated)
        if released is None or provenance.differs_from_written(
            live, self._written_identity(released, transports), transports
        ):
            return None
        return ProviderOutputs.from_props(released)

    def _written_identity(self, recorded: Props, transports: Mapping[str, Transport]) -> WrittenIdentity:
        """Returns what identifies our last write; states of the first releases tell only by the inputs."""
        written = ProviderOutputs.from_props(recorded).written_identity or WrittenIdentity()
        if written.kind:
            return written
        settings = self.normalize_recorded(self.read_inputs(recorded)).settings
        return replace(written, settings=provenance.identifying(settings, transports))

    def do_update(self, id_: str, recorded: Props, desired: Props) -> ProviderOutputs:
        """Sends the least."""
        validated = self.require_valid(desired)
        change = self.compare_inputs(recorded, desired, validated)
        if change.problems:
            raise InvalidSettings(validated.who, change.problems)
        # What only steers us is recorded without a call, so that it can be changed while the platform is down.
        if not change.reaches_platform:
            return ProviderOutputs.from_props(recorded)
        with validated.write_lock():
            self.write_alone(_id(validated))
            live, adopted = self._update(validated, change, recorded)
        # The write worked; what the platform made of it shows at once instead of at the next refresh.
        if odd := mismatches(live, validated.desired, _transport(validated).hidden):
            warn(f"{validated.label}: the answer differs from what was sent in {', '.join(odd)}; run `pulumi refresh`.")
        transports, outputs = _transports(validated), ProviderOutputs.from_props(recorded)
        before = replace(outputs, written_identity=self._written_identity(recorded, transports))
        return ProviderOutputs.of(live, adopted=adopted, written=provenance.identity_of(live, transports, before))

    def _update(self, validated: ValidatedProvider, change: InputDiff, recorded: Props) -> tuple[LiveProvider, bool]:
        """Writes what changed to what is ours; returns (what is live, whether it is adopted)."""
        api, desired, outputs = validated.api(), validated.desired, ProviderOutputs.from_props(recorded)
        id_ = outputs.id

        # The platform asks the guard itself, right before the write, as it looks itself where it replaces the whole: a
        # look here would be older by a whole check.
        def guard() -> LiveProvider | None:
            live = api.read_provider(outputs.id)
            if changed := self._drift(validated, live, recorded):
                raise refusals.drift_refusal(validated, changed)
            return live

        asked = guard if desired.on_drift == "fail" else None
        attributes: Props = {**(outputs.live or {}), **({"id": id_} if id_ else {})}

        def write(attempt: int) -> LiveProvider:
            return api.update_provider(_for_attempt(desired, attempt), change.for_platform(), None, attributes, asked)

        def read_existing() -> LiveProvider | None:
            found = api.read_provider()
            return found if found is not None and _is_as_desired(validated, found) else None

        try:
            made = uncertain_writes.write_or_find(write, read_existing)
        except NotFound:
            if not has_credentials(desired.settings, _transport(validated)) and api.read_provider() is None:
                raise
            # gone, or another one is in its place: a creation finds out, and touches that only when asked to
            # An import of long ago is no leave to take over what stands there today.
            mode: AdoptionMode = "adopt" if desired.on_existing == "adopt" else "fail"
            made, adopted = self._create(validated, api, mode)
            if not adopted:
                warn(f"{validated.label}: someone else removed the provider; it was created again")
            return made, adopted
        if isinstance(made, Existing):
            made = api.update_provider(
                _without_preflight(desired), change.for_platform(), made.live, made.live.attributes
            )
        # Said after the write, which shows what became of it.
        theirs = self._drift(validated, made.before, recorded) if made.before else []
        kept = mismatches(made, desired, _transport(validated).hidden)
        if lost := [name for name in theirs if name not in kept]:
            warn(f"{validated.label}: overwrote changes made by someone else: {', '.join(lost)}")
        return made, bool(outputs.adopted)

    def _drift(self, validated: ValidatedProvider, live: LiveProvider | None, recorded: Props) -> list[str]:
        """Returns what someone else changed since the last run and this one is to write over."""
        outputs, inputs = ProviderOutputs.from_props(recorded), self.normalize_recorded(self.read_inputs(recorded))
        return refusals.drift(validated, live, inputs, outputs.digests, outputs.id)

    def do_read(self, id_: str, recorded: Props) -> tuple[Props, ProviderOutputs] | None:
        """Reads; a hidden credential is carried over only while what it was given for is as recorded."""
        platform, api = self.owner(id_)
        outputs, inputs = ProviderOutputs.from_props(recorded), self.read_inputs(recorded)
        live = api.read_provider(outputs.id)
        if live is None or _is_absent(live, inputs):
            return None
        # Not a drift of ours: taking it for ours would let a destroy remove someone else's.
        if provenance.is_another(live, outputs.id):
            warn(f"{id_}: gone; {refusals.describe_live(live)} is there instead and is not adopted")
            return None
        live = live.visible_to(inputs.settings)
        # what someone else configured does not become ours by being looked at: a destroy still keeps it
        seen = ProviderOutputs.of(live, adopted=bool(outputs.adopted), written=outputs.written_identity)
        return self._refresh_inputs(inputs, live, platform, outputs.digests), seen

    def do_import(self, id_: str) -> tuple[Props, ProviderOutputs] | None:
        """Reads the one that the tenant has; says which credentials stay as they are."""
        connection, platform, api, _ = self.find_to_import(id_, "EmailProvider")
        live = api.read_provider()
        if live is None:
            return None
        kind = live.inputs.kind
        if kind not in platform.models:
            remedy = (
                "An import needs exactly one, of a kind that this version has a class for: remove the others in the "
                "tenant, or upgrade pulumi-tenant-email."
            )
            raise not_importable(id_, f"{connection.platform} has {refusals.describe_live(live)}", remedy)
        inputs = self.program_inputs(connection.tenant, platform.models[kind], live)
        transports = platform.capabilities.transports
        if kept := left_to_tenant(live, inputs["settings"], transports[kind]):
            info(f"{id_}: the tenant keeps {', '.join(kept)}, which the imported inputs leave out")
        written = provenance.identity_of(live, transports)
        return inputs, ProviderOutputs.of(live, adopted=True, written=written)

    def _refresh_inputs(
        self, inputs: ProviderInputs, live: LiveProvider, platform: Platform, secret_digests: Mapping[str, str]
    ) -> Props:
        """Returns the inputs as they are live, in the recorded spelling of what is managed."""
        normalized = self.normalize_recorded(inputs)
        recorded, shown = normalized.settings, pick_managed(live, normalized, inputs.settings)
        transport = platform.capabilities.transports.get(normalized.kind)
        settings = shown.settings
        if transport and shown.kind == transport.kind:
            # A hidden secret is believed only where it was given for: else the next `up` would take a foreign host's
            # for ours.
            same = may_keep_secret(recorded, settings, transport)
            foreign = {
                name for name, digest in live.secret_digests.items() if secret_digests.get(name, digest) != digest
            }
            kept = {name: recorded[name] for name in transport.write_only if same and name in recorded}
            kept = {name: value for name, value in kept.items() if name not in foreign}
            settings = keep_spelling({**settings, **kept}, inputs, normalized)
        return replace(shown, settings=reveal(settings)).to_props()

    def do_delete(self, id_: str, recorded: Props) -> None:
        """Goes back to the built-in sender, unless the configuration is not, or no longer, ours."""
        explicit, outputs = self.read_inputs(recorded).on_delete, ProviderOutputs.from_props(recorded)
        # Before the policy: what another resource owns now is neither retained nor deleted by this one.
        if hand_over(id_, recorded):
            return
        if (explicit or ("retain" if outputs.adopted else "delete")) == "retain":
            info(f"{id_}: left as it is in the tenant")
            return
        platform, api = self.owner(id_)
        # The look and the delete are one step for this program; there is no delete with a condition for others'.
        with write_lock_of(id_):
            live = api.read_provider(outputs.id)
            # Nothing of ours is left, and the built-in sender is what a delete would go back to.
            if live is None or live.is_built_in:
                return
            if changed := self._describe_foreign_change(live, recorded, platform):
                warn(
                    f"{id_}: kept, because someone else changed it since the last update ({changed}). To remove it, "
                    "delete it in the tenant."
                )
            # Of the inputs only what is live goes along: a program that is gone has no say in the rest.
            elif explicit == "disable":
                off = InputDiff(fields=frozenset({"enabled"}))
                api.update_provider(replace(live.inputs, enabled=False), off, live, live.attributes)
            else:
                api.delete_provider(live)

    def _describe_foreign_change(self, live: LiveProvider, recorded: Props, platform: Platform) -> str:
        """Returns what shows that this is not as we wrote it; a policy that was given explicitly takes edits along.

        Another configuration than ours stays in any case.
        """
        transports, id_ = platform.capabilities.transports, ProviderOutputs.from_props(recorded).id
        written = self._written_identity(recorded, transports)
        if provenance.is_another(live, id_):
            written = replace(written, id=id_)
        another = provenance.differs_from_written(live, written, transports)
        return another or ("" if self.read_inputs(recorded).on_delete else provenance.changed_names(live, written))


def left_to_tenant(live: LiveProvider, settings: PropsView, transport: Transport) -> list[str]:
    """Returns what the tenant has and imported settings leave to it, because it is or may be secret."""
    shown = live.inputs.settings if live.program_settings is None else live.program_settings
    there = {name for name, value in live.inputs.settings.items() if name not in shown and reveal(value) != ""}
    return [
        f"settings.{name}" for name in sorted({*transport.required_credentials(settings), *there} - settings.keys())
    ]


def _is_as_desired(validated: ValidatedProvider, live: LiveProvider) -> bool:
    """Returns whether what is live is, in all that is shown, what was sent."""
    return not mismatches(live, validated.desired, _transport(validated).hidden)


def _for_attempt(desired: ProviderInputs, attempt: int) -> ProviderInputs:
    """Returns what a try writes: a test email goes out once, not again when only the answer of the write was lost."""
    return _without_preflight(desired) if attempt else desired


def _without_preflight(desired: ProviderInputs) -> ProviderInputs:
    """Returns the inputs of a write whose check before it was passed already."""
    return replace(desired, preflight="off")


def _is_absent(live: LiveProvider, inputs: ProviderInputs) -> bool:
    """Returns whether nothing is there: a built-in sender counts as absent unless the inputs ask for it."""
    return live.is_built_in and live.inputs.kind != inputs.kind


def _id(validated: ValidatedProvider) -> str:
    return f"{validated.platform.name}/{validated.host}/email-provider"


def _transport(validated: ValidatedProvider) -> Transport:
    return validated.platform.capabilities.transports[validated.desired.kind]


def _policy_problems(validated: ValidatedProvider, transport: Transport) -> list[Problem]:
    inputs, capabilities, problems = validated.desired, validated.platform.capabilities, list[Problem]()
    title, policies, checks = capabilities.title, capabilities.on_delete_provider, capabilities.preflight
    if inputs.on_delete and is_known(inputs.on_delete) and inputs.on_delete not in policies:
        what = f"{title} cannot {inputs.on_delete} an email provider"
        problems.append(Problem("on_delete", what, f"Use one of: {', '.join(policies)}."))
    # Refused at preview: a check that is left out in silence would pass for one that was made.
    asked = inputs.preflight or "off"
    if not is_known(asked):
        return problems
    if asked not in checks or (asked == "connect" and not transport.connects):
        reason = capabilities.no_preflight.get(asked, f"{transport.kind} has no server to test")
        allowed = [check for check in checks if check != asked]
        what = f"{title} does not support {asked!r} here: {reason}"
        problems.append(Problem("preflight", what, f"Use one of: {', '.join(allowed)}."))
    return problems


def _configures(validated: ValidatedProvider) -> ConfiguresProvider:
    """Returns what the tenant's templates in this program have to know of its provider."""
    inputs, tenant = validated.desired, validated.connection
    enabled = inputs.enabled if is_known(inputs.enabled) else None
    return ConfiguresProvider(tenant.platform, tenant.host, inputs.kind, sender_limits(inputs), enabled)


def _secret_notices(change: InputDiff, transport: Transport, validated: ValidatedProvider) -> tuple[str, ...]:
    """Says that a secret changes, which Pulumi's diff does not show (docs/architecture.md#fact-4)."""
    settings = validated.desired.settings
    secret = [name for name in transport.write_only if name in change.settings and name in settings]
    if not secret or change.kind:
        return ()
    names = " and ".join(f"settings.{name}" for name in secret)
    return (f"{validated.label}: {names} changed; the full set of credentials will be sent",)


def _transports(validated: ValidatedProvider) -> Mapping[str, Transport]:
    return validated.platform.capabilities.transports
