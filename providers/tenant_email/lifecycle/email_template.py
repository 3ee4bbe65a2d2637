"""EmailTemplate: one template of a tenant, keyed by what its platform keys templates by."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from tenant_email.errors import AlreadyConfigured, NotFound, Problem, redact_external
from tenant_email.findings import Findings, FollowsProvider
from tenant_email.input_diff import compare
from tenant_email.inputs.fields import AdoptionMode, Text
from tenant_email.inputs.tenant_objects import TemplateInputs
from tenant_email.inputs.unknowns import UNKNOWN, is_known
from tenant_email.json_types import is_object
from tenant_email.operations import adoption, operation, uncertain_writes
from tenant_email.operations.adoption import AdoptionStep
from tenant_email.operations.border import DynamicLifecycle
from tenant_email.operations.console import info, warn
from tenant_email.operations.differences import list_differences
from tenant_email.operations.handover import hand_over
from tenant_email.operations.import_ids import edited, refuse, wrong_id
from tenant_email.operations.imports import cannot_import, nothing_to_import
from tenant_email.operations.recorded_outputs import TemplateOutputs
from tenant_email.operations.secret_inputs import hides_secret
from tenant_email.operations.sender_rules import check_sender, sends_from
from tenant_email.operations.tenant_object import (
    TenantObject,
    TenantObjectModel,
    keep_spelling,
    mismatches,
    pick_managed,
    write_lock_of,
)
from tenant_email.operations.uncertain_writes import Existing
from tenant_email.template_record import TemplateRecord, changed_paths, merge_written

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from tenant_email.capabilities import OnDelete
    from tenant_email.inputs.model import Model
    from tenant_email.json_types import Json, Props, PropsView
    from tenant_email.operations.lifecycle import Mirrors
    from tenant_email.operations.tenant_object import ValidatedTemplate
    from tenant_email.platforms.base import LiveTemplate, Platform, TenantClient


_FORGOTTEN: Final = (
    "how it was before this stack adopted it is recorded no longer: a destroy goes back no further than to what it is "
    "now."
)


class TemplateModel(TenantObjectModel):
    """How the inputs of an EmailTemplate are validated, and what one is that is not given."""

    provider_id: Text | None = None
    on_existing: AdoptionMode = "adopt"


class EmailTemplateLifecycle(TenantObject[TemplateInputs], DynamicLifecycle):
    """The id is `{platform}/{host}/email-template/{key}`."""

    model = TemplateModel
    mirrors: ClassVar[Mirrors] = {"live": ("settings",)}

    def read_inputs(self, props: PropsView) -> TemplateInputs:
        """Returns the inputs among properties."""
        return TemplateInputs.from_props(props)

    def models_of(self, platform: Platform) -> Mapping[str, type[Model]]:
        """Returns the one template model of a platform."""
        return platform.templates

    def part_of(self, platform: Platform, settings: PropsView) -> str:
        """Returns the part with the template's key, if that is known."""
        key = platform.template_key(settings)
        return f"email-template/{key}" if is_known(key) else "email-template"

    def do_check(self, recorded: Props | None, desired: Props) -> Findings:
        """Validates; a sender of its own needs a provider that would send from it."""
        validated, problems = self.validate(desired)
        if validated is None:
            return Findings(tuple(problems))
        path, sender = "settings.from_address", validated.desired.settings.get("from_address")
        findings = Findings(tuple(problems))
        findings += self.label_findings(validated, validated.platform.check_template(validated.desired))
        findings += self.label_findings(validated, Findings(warnings=_marked(validated.desired.settings)))
        findings += check_sender(path, sender, validated)
        findings += Findings(_policy_problems(validated))
        if sender:
            findings += Findings(claims=(sends_from(path, sender, validated),))
        findings += Findings(claims=(_follows(validated),))
        # An id is claimed only where the key is known: it would name no template otherwise.
        if UNKNOWN is not (key := _key(validated)):
            findings += self.claim(validated, f"email-template/{key}")
        return findings

    def replacement_causes(self, id_: str, validated: ValidatedTemplate) -> list[str]:
        """Returns the settings for another key, which is another template."""
        key = _key(validated)
        return ["settings"] if is_known(key) and not id_.endswith(f"/email-template/{key}") else []

    def do_create(self, desired: Props) -> tuple[str, TemplateOutputs]:
        """Creates, or adopts with a snapshot of what was there."""
        validated = self.require_valid(desired)
        id_ = _id(validated, _key(validated))
        with _write_lock(validated.platform, id_):
            self.write_alone(id_)
            return id_, self._create(validated, validated.api())

    def _create(self, validated: ValidatedTemplate, api: TenantClient) -> TemplateOutputs:
        """Posts first where that conflicts; looks first where a write would replace what is there, or none is meant."""
        settings, importing = validated.desired.settings, validated.desired.on_existing == "import"
        posts_first = validated.platform.capabilities.create == "post-conflicts"
        found: LiveTemplate | Existing[LiveTemplate] | None = None
        if importing or not posts_first:
            live = api.read_template(settings)
            found = None if live is None else uncertain_writes.met(live)
        if found is None and importing:
            raise nothing_to_import(validated.who, f"template {_key(validated)}")
        if found is None:
            found = uncertain_writes.write_or_find(
                lambda _: api.create_template(validated.desired), lambda: api.read_template(settings)
            )
        if isinstance(found, Existing):
            return self._take_over(validated, api, found, self.find_released(validated))
        return TemplateOutputs(found.attributes, adopted=False)

    def _take_over(
        self, validated: ValidatedTemplate, api: TenantClient, met: Existing[LiveTemplate], own: Props | None
    ) -> TemplateOutputs:
        """Goes on with what is there, as `adoption.decide` says; returns the outputs."""
        desired, live = validated.desired, met.live
        different = mismatches(live, desired)
        # where one looked before there was nothing, and what is there now came by that write, with the defaults
        shown = live.inputs.settings
        exact = validated.platform.capabilities.create == "look-first" or all(
            name in desired.settings or value == ""  # what is not given is sent as an empty text, where it must be
            for name, value in shown.items()
        )
        step = adoption.decide(
            desired.on_existing,
            differs=bool(different),
            identified=own is not None,
            written=met.after_lost_answer and exact,
        )
        if step is AdoptionStep.REFUSE:
            raise _refusal(validated, live, different)
        if step is AdoptionStep.REPEAT_WRITE:  # a template hides nothing, so there is nothing to send again
            return TemplateOutputs(live.attributes, adopted=False)
        if step is not AdoptionStep.KEEP_OWNERSHIP:
            info(f"{validated.who}: {_adoption_notice(validated, different)}")
        now = live
        if different and step is not AdoptionStep.ADOPT_UNCHANGED:
            change = compare(
                pick_managed(live, desired), desired, validated.platform.capabilities, validated.connection.host
            )
            now = api.update_template(desired, replace(change, fields=frozenset()), live)
        if own is None:
            return TemplateOutputs(now.attributes, adopted=True, snapshot=live.attributes)
        outputs = TemplateOutputs.from_props(own)
        sent = now.written_names if now is not live else frozenset[str]()
        return outputs.wrote(now.attributes, merge_written(outputs.ours, now.attributes, sent))

    def do_update(self, id_: str, recorded: Props, desired: Props) -> TemplateOutputs:
        """Sends only the fields that changed; says what of someone else's a whole write replaces, as far as seen."""
        validated = self.require_valid(desired)
        change = self.compare_inputs(recorded, desired, validated)
        outputs = TemplateOutputs.from_props(recorded)
        if not change.settings:
            return outputs
        api, written_id = validated.api(), _id(validated, _key(validated))
        with _write_lock(validated.platform, written_id):
            self.write_alone(written_id)
            # A platform that replaces the whole needs what is there; for the others a look is a call in vain.
            whole = validated.platform.capabilities.replaces_whole
            found = api.read_template(validated.desired.settings) if whole else None
            try:
                live = api.update_template(validated.desired, replace(change, fields=frozenset()), found)
            # Deleted by hand: the program still says that it is to be there, so that it is created and not an error.
            except NotFound:
                warn(f"{validated.who}: template {_key(validated)} is gone; creating it again")
                live = api.create_template(validated.desired)
        last_live = found.attributes if found else outputs.live or {}
        # Said after the write, which shows what became of it: before, no platform tells what a body will replace.
        theirs, overwritten = changed_paths(outputs.ours, last_live), changed_paths(last_live, live.attributes)
        if lost := [path for path in theirs if path in overwritten]:
            what = f"template {_key(validated)}: overwrote changes made by someone else: {', '.join(lost)}"
            warn(f"{validated.who}: {what}")
        return outputs.wrote(live.attributes, merge_written(outputs.ours, live.attributes, live.written_names))

    def do_read(self, id_: str, recorded: Props) -> tuple[Props, TemplateOutputs] | None:
        """Reads the stored template."""
        platform, api = self.owner(id_)
        inputs = self.read_inputs(recorded)
        normalized = self.normalize_recorded(inputs)
        _require_own_key(id_, platform, normalized.settings)
        live = api.read_template(normalized.settings)
        if live is None:
            return None
        shown = pick_managed(live, normalized, inputs.settings)
        # a destroy still keeps what someone else wrote
        outputs = TemplateOutputs.from_props(recorded).saw(live.attributes)
        return replace(shown, settings=keep_spelling(shown.settings, inputs, normalized)).to_props(), outputs

    def do_import(self, id_: str) -> tuple[Props, TemplateOutputs] | None:
        """Reads the stored template that the id names, which a destroy then puts back as it is now."""
        connection, platform, api, key = self.find_to_import(id_, "EmailTemplate")
        names, words = platform.template_keys, key.split("/")
        if len(words) != len(names):
            form = f"{platform.name}/{connection.id_host}/email-template/{'/'.join(f'{{{name}}}' for name in names)}"
            raise wrong_id(id_, f"names no template of {platform.capabilities.title}", f"Write it as {form}.")
        kind = f"{platform.name}.template"
        wanted = {"kind": kind, **dict(zip(names, words, strict=True))}
        # Judged before the call: a key that no tenant can have is not absent, but misspelled.
        paths = {f"settings.{name}" for name in names}
        found = self.do_check(None, {"tenant": connection.tenant, "settings": wanted})
        if wrong := [problem for problem in found.problems if problem.path in paths]:
            raise refuse(id_, wrong)
        live = api.read_template(wanted)
        if live is None:
            return None
        inputs = self.program_inputs(connection.tenant, platform.templates[kind], live)
        return inputs, TemplateOutputs(live.attributes, adopted=True, snapshot=live.attributes)

    def do_delete(self, id_: str, recorded: Props) -> None:
        """Disables or deletes what was created, restores what was adopted, and leaves what someone else changed."""
        outputs = TemplateOutputs.from_props(recorded)
        forgotten = _FORGOTTEN if outputs.snapshot not in (None, outputs.ours) else ""
        if hand_over(id_, recorded, forgotten=forgotten):
            return
        platform, api = self.owner(id_)
        inputs = self.read_inputs(recorded)
        _require_own_key(id_, platform, self.normalize_recorded(inputs).settings)
        asked = inputs.on_delete
        policy = asked or _default_policy(platform, outputs)
        # A policy that was given explicitly takes edits along, as it does for a provider.
        ours = None if asked else outputs.ours
        if policy == "retain" or (policy == "restore" and outputs.snapshot is not None and outputs.snapshot == ours):
            info(f"{id_}: left as it is in the tenant")
            return
        with _write_lock(platform, id_):
            # The platform judges and removes in one step: some can see only by their own write that someone changed it.
            record = TemplateRecord(outputs.snapshot, ours, outputs.live or {})
            changed = api.retire_template(inputs.settings, policy, record)
        if changed:
            what = f"kept, because someone else changed it since the last update ({', '.join(changed)})"
            warn(f"{id_}: {what}. To {policy} it, do so in the tenant.")


def _require_own_key(id_: str, platform: Platform, settings: PropsView) -> None:
    """Raises InvalidSettings when recorded settings name another template than the id: neither is touched."""
    key = "/".join(str(settings.get(name)) for name in platform.template_keys)
    if id_.partition("/email-template/")[2] != key and not hides_secret(id_):
        what = f"is of another template than the recorded settings, {redact_external(key)}"
        raise edited(id_, what, "The two name one.")


def _write_lock(platform: Platform, id_: str) -> AbstractContextManager[object]:
    """Returns the lock under which a template is written: its own where templates are apart, else its tenant's."""
    # Behind a lock of the tenant the host's threads would wait for each other, whatever else there is to do.
    if platform.capabilities.templates_apart:
        return operation.current().write_lock(platform.name, id_)
    return write_lock_of(id_)


def _policy_problems(validated: ValidatedTemplate) -> tuple[Problem, ...]:
    """Returns why the platform could not do at a destroy what `on_delete` says."""
    capabilities, policy = validated.platform.capabilities, validated.desired.on_delete
    if not policy or not is_known(policy) or policy in capabilities.on_delete_template:
        return ()
    remedy = f"Use one of: {', '.join(capabilities.on_delete_template)}."
    return (Problem("on_delete", f"{capabilities.title} cannot {policy} a template", remedy),)


def _marked(settings: PropsView) -> tuple[str, ...]:
    """Returns a warning for each text, or text of a locale, that was read from a file with its byte order mark."""
    texts = {f"settings.{name}": text for name, text in settings.items()}
    texts |= {f"{at}.{name}": text for at, inner in texts.items() if is_object(inner) for name, text in inner.items()}
    what = "begins with a byte order mark, which is mailed; read its file with encoding='utf-8-sig'."
    return tuple(f"{at} {what}" for at, text in texts.items() if isinstance(text, str) and text.startswith("\ufeff"))


def _follows(validated: ValidatedTemplate) -> FollowsProvider:
    """Returns the claim by which the platform tells what the kind of the tenant's provider makes of the template."""
    effects, settings = validated.platform.template_effects, validated.desired.settings

    def warn_of(kind: str) -> tuple[str, ...]:
        return tuple(f"{validated.label}: {line}" for line in effects(settings, kind))

    return FollowsProvider(validated.connection.platform, validated.host, warn_of)


def _default_policy(platform: Platform, outputs: TemplateOutputs) -> OnDelete:
    # What we made goes; what was there before comes back, or stays where no snapshot says how it was.
    if not outputs.adopted:
        return platform.capabilities.on_delete_template[0]
    return "restore" if outputs.snapshot is not None else "retain"


def _adoption_notice(validated: ValidatedTemplate, different: list[str]) -> str:
    what = f"template {_key(validated)} exists"
    if different:
        return f"{what} and differs in {', '.join(different)}; adopting it. A destroy restores it."
    policy = validated.platform.capabilities.on_delete_template[0]
    made = f"If an interrupted run of this stack created it, set on_delete={policy!r}."
    return f"{what} and matches; adopted without changes. A destroy leaves it in place. {made}"


def _refusal(validated: ValidatedTemplate, live: LiveTemplate, different: list[str]) -> AlreadyConfigured:
    what = f"template {_key(validated)} exists"
    if different:
        shown = pick_managed(live, validated.desired).to_props()
        differences = list_differences(different, shown, validated.desired.to_props())
        what += f" and differs in {', '.join(different)}{differences}"
    if validated.desired.on_existing == "import":
        return cannot_import(validated.who, what)
    policy = validated.platform.capabilities.on_delete_template[0]
    remedy = adoption.take_over_remedy(destroy="restores it as it is now", policy=policy)
    return AlreadyConfigured(f"{validated.who}: {what}", remedy=remedy)


def _key(validated: ValidatedTemplate) -> Json:
    return validated.platform.template_key(validated.desired.settings)


def _id(validated: ValidatedTemplate, key: str) -> str:
    return f"{validated.platform.name}/{validated.host}/email-template/{key}"
