"""SesDomainSettings: what an SES identity has besides its keys: MAIL FROM, feedback, configuration set, tags.

A setting that is not given is not managed, each tag by itself. One that is given no longer, or a destroy, brings back
what was there before, unless someone changed it since our last write, whether or not a refresh saw that. MAIL FROM has
a status of its own; docs/contracts/aws_ses.md#identity.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from pydantic import Field

from tenant_email.aws.dns_match import host
from tenant_email.aws.dns_records import feedback_host, mail_from_records, normalize_domain, normalize_mail_from
from tenant_email.aws.tag_rules import tags_problems
from tenant_email.errors import (
    AlreadyConfigured,
    NotFound,
    PlatformError,
    Problem,
)
from tenant_email.findings import Findings
from tenant_email.inputs.fields import Text, TextMap
from tenant_email.inputs.model import parse
from tenant_email.inputs.properties import Properties
from tenant_email.inputs.unknowns import is_known
from tenant_email.json_types import Props
from tenant_email.operations import operation
from tenant_email.operations.aws_session import (
    AwsTarget,
    claim_of,
    claimed,
    domain_problems,
    recorded_target,
    replacement_causes,
    route53_of,
    ses_of,
    target_of_import,
    target_problems,
)
from tenant_email.operations.border import DynamicLifecycle
from tenant_email.operations.console import info, warn
from tenant_email.operations.dns_conflicts import conflict_error, find_conflicts
from tenant_email.operations.handover import hand_over
from tenant_email.operations.import_ids import parse_id
from tenant_email.operations.program_inputs import without_defaults
from tenant_email.operations.ses_settings_writes import (
    apply_settings,
    mail_from_status,
    settings_of,
    tag_of,
    tag_settings,
    write_settings,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email.aws.identity import Identity
    from tenant_email.aws.ses import Ses
    from tenant_email.json_types import PropsView
    from tenant_email.operations.dns_conflicts import RecordConflict
    from tenant_email.operations.lifecycle import Mirrors

_FEEDBACK: Final = re.compile(re.escape(feedback_host("REGION")).replace("REGION", "[a-z0-9-]+"))
_FORGOTTEN: Final = (
    "what was there before this stack set it is recorded no longer: a destroy leaves settings and tags as they are now."
)
_PLAIN: Final = ("feedback_forwarding", "configuration_set")


class SettingsInputs(AwsTarget):
    """The inputs of a SesDomainSettings."""

    domain: Text
    mail_from: Text | None = None
    on_mx_failure: Literal["USE_DEFAULT_VALUE", "REJECT_MESSAGE"] = "USE_DEFAULT_VALUE"
    feedback_forwarding: bool | None = None
    configuration_set: Text | None = None
    tags: TextMap = Field(default_factory=dict[str, str])
    overwrite: bool = False
    zone_id: Text | None = None
    overwrite_records: list[str] = Field(default_factory=list[str])

    def settings(self) -> Props:
        """Returns what is to be set, names normalized; absent is not managed."""
        settings: Props = {name: value for name in _PLAIN if (value := getattr(self, name)) is not None}
        if self.mail_from:
            name = normalize_mail_from(self.mail_from, normalize_domain(self.domain))
            settings["mail_from"] = [name, self.on_mx_failure]
        return settings | tag_settings(self.tags)


@dataclass(frozen=True, slots=True)
class SettingsOutputs(Properties):
    """The outputs of a SesDomainSettings.

    previous_settings: as they were before, of those that are managed. written_settings: as our last write left them,
    which a refresh does not change; None in a state of an earlier release.
    """

    mail_from_status: str | None
    previous_settings: PropsView = field(default_factory=Props, repr=False)
    written_settings: PropsView | None = field(default=None, repr=False)


class SesDomainSettingsLifecycle(DynamicLifecycle):
    """The id is `aws-ses/{region}/{domain}/settings`."""

    inputs = frozenset(SettingsInputs.model_fields)
    replaced_by = ("domain", "region")
    mirrors: ClassVar[Mirrors] = dict.fromkeys(
        ("previous_settings", "written_settings"),
        ("mail_from", "on_mx_failure", "configuration_set", "feedback_forwarding", "tags"),
    )

    def do_check(self, recorded: Props | None, desired: Props) -> Findings:
        """Validates; SES itself is not asked."""
        inputs, problems = parse(SettingsInputs, desired)
        problems += [*domain_problems(inputs.domain), *target_problems(inputs), *_tag_problems(inputs)]
        if inputs.on_mx_failure == "REJECT_MESSAGE" and inputs.mail_from is None:
            problems.append(Problem("on_mx_failure", "needs a MAIL FROM domain", "Set mail_from, or omit it."))
        return Findings(tuple(problems + _mail_from_problems(inputs)), claims=(claim_of("settings", desired),))

    def do_diff(self, id_: str, recorded: Props, desired: Props) -> tuple[bool, list[str]]:
        """Compares; a MAIL FROM domain that a refresh found FAILED is a change, because SES never retries it."""
        failed = SettingsOutputs.from_props(recorded).mail_from_status == "FAILED"
        return self.recorded_inputs(recorded) != desired or failed, replacement_causes(recorded, desired)

    def do_create(self, desired: Props) -> tuple[str, SettingsOutputs]:
        """Sets what differs, and notes what was there before; a replacement that deleted first goes on with its own."""
        inputs, client, identity = _live_identity(desired)
        id_ = f"aws-ses/{client.region}/{identity.domain}/settings"
        ownership, claim = operation.current().ownership, claimed("settings", desired)
        ownership.note_write(claim)
        if (released := ownership.find_released(claim)) is not None:
            return id_, self.do_update(id_, released, desired)
        live, settings = settings_of(identity), inputs.settings()
        _refuse_conflicts(client, identity, inputs)
        refuse_other_set(client, identity, inputs.configuration_set, overwrite=inputs.overwrite)
        write_settings(client, identity, settings)
        previous = {name: live.get(name) for name in settings}
        _tell_tags(client, identity, settings, previous)
        return id_, _outputs(client, identity.domain, settings, previous)

    def do_read(self, id_: str, recorded: Props) -> tuple[Props, SettingsOutputs] | None:
        """Reads what is managed; None when the identity is gone."""
        _, region, domain, _ = id_.split("/")
        client = ses_of(recorded_target(recorded, region))
        identity = client.get_identity(domain)
        if identity is None:
            return None
        live, inputs = settings_of(identity), self.recorded_inputs(recorded)
        inputs |= {name: live[name] for name in _PLAIN if name in inputs}
        if "mail_from" in inputs and self._recorded_settings(recorded).get("mail_from") != live["mail_from"]:
            inputs["mail_from"], inputs["on_mx_failure"] = live["mail_from"] or (None, None)
        if "tags" in inputs:
            inputs["tags"] = {name: identity.tags[name] for name in inputs["tags"] if name in identity.tags}
        inputs = {name: value for name, value in inputs.items() if value is not None}
        outputs = SettingsOutputs.from_props(recorded)
        return inputs, replace(outputs, mail_from_status=mail_from_status(identity))

    def do_import(self, id_: str) -> tuple[Props, SettingsOutputs] | None:
        """Reads what is set, but for tags: nobody can tell which of them are for the program to keep."""
        parts = parse_id("SesDomainSettings", id_)
        identity = ses_of(target_of_import(id_, **parts)).get_identity(parts["domain"])
        if identity is None:
            return None
        live = settings_of(identity)
        shown: Props = {"configuration_set": live["configuration_set"]}
        # Forwarded feedback is how SES begins: written down, it would be managed though nobody asked for it.
        if live["feedback_forwarding"] is False:
            shown["feedback_forwarding"] = False
        if live["mail_from"]:
            shown["mail_from"], shown["on_mx_failure"] = live["mail_from"]
        inputs = without_defaults(SettingsInputs, {**parts, **shown})
        there = {name: live[name] for name in SettingsInputs.model_validate(inputs).settings()}
        return inputs, SettingsOutputs(mail_from_status(identity), there, there)

    def do_update(self, id_: str, recorded: Props, desired: Props) -> SettingsOutputs:
        """Sets what differs from live; what is no longer given goes back to what it was."""
        inputs, client, identity = _live_identity(desired)
        live, settings, managed = settings_of(identity), inputs.settings(), self._managed_settings(recorded)
        if managed.get("mail_from", [None])[0] != settings.get("mail_from", [None])[0]:
            _refuse_conflicts(client, identity, inputs, ours="mail_from" in managed, moves=False)
        if "configuration_set" not in managed:
            refuse_other_set(client, identity, inputs.configuration_set, overwrite=inputs.overwrite)
        previous = SettingsOutputs.from_props(recorded).previous_settings
        # Only what is still as it was set here: what someone changed since stays theirs.
        dropped = {name: previous.get(name) for name in _still_ours(managed, live) if name not in settings}
        write_settings(client, identity, {**dropped, **settings})
        _tell_tags(client, identity, settings, {name: live.get(name) for name in settings if name not in managed})
        # What was managed before keeps its first `before`: a destroy goes back to what was there without us.
        kept = {name: previous.get(name) if name in managed else live.get(name) for name in settings}
        return _outputs(client, identity.domain, settings, kept)

    def do_delete(self, id_: str, recorded: Props) -> None:
        """Brings back what was there before, where what is there is still what was set here."""
        managed, previous = self._managed_settings(recorded), SettingsOutputs.from_props(recorded).previous_settings
        lost = any(previous.get(name) != value for name, value in managed.items())
        if hand_over(id_, recorded, claim=claimed("settings", recorded), forgotten=_FORGOTTEN if lost else ""):
            return
        _, region, domain, _ = id_.split("/")
        client = ses_of(recorded_target(recorded, region))
        identity = client.get_identity(domain)
        if identity is None:
            return
        ours = _still_ours(managed, settings_of(identity))
        apply_settings(client, identity, {name: previous.get(name) for name in ours})

    def _recorded_settings(self, recorded: Props) -> Props:
        return SettingsInputs.model_validate(self.recorded_inputs(recorded)).settings()

    def _managed_settings(self, recorded: Props) -> PropsView:
        """Returns what our last write set; the inputs say it where an earlier release wrote the state."""
        written = SettingsOutputs.from_props(recorded).written_settings
        return self._recorded_settings(recorded) if written is None else written


def _still_ours(managed: PropsView, live: PropsView) -> list[str]:
    """Returns the settings that are as they were set here: what someone changed since is theirs."""
    return [name for name, value in managed.items() if live.get(name) == value]


def _tell_tags(client: Ses, identity: Identity, settings: PropsView, before: PropsView) -> None:
    """Says which tags had another value: no setting refuses that, and nobody else would tell."""
    changed = [tag for name, was in before.items() if was not in (None, settings[name]) and (tag := tag_of(name))]
    if changed:
        names = ", ".join(sorted(changed))
        info(f"ses {client.region} {identity.domain}: had another value for tags: {names}; a destroy puts it back")


def _tag_problems(inputs: SettingsInputs) -> Iterator[Problem]:
    if is_known(inputs.tags):
        yield from tags_problems({name: value if is_known(value) else None for name, value in inputs.tags.items()})


def _mail_from_problems(inputs: SettingsInputs) -> list[Problem]:
    if inputs.mail_from is None or not is_known(inputs.domain, inputs.mail_from):
        return []
    try:
        domain = normalize_domain(inputs.domain)
    except ValueError:
        return []  # told of the domain itself
    try:
        normalize_mail_from(inputs.mail_from, domain)
    except ValueError as error:
        return [Problem("mail_from", str(error), "Write a label such as bounce, or the whole name.")]
    return []


def _live_identity(desired: Props) -> tuple[SettingsInputs, Ses, Identity]:
    inputs = SettingsInputs.model_validate(desired)
    domain = normalize_domain(inputs.domain)
    client = ses_of(inputs)
    identity = client.get_identity(domain)
    if identity is None:
        message = f"ses {client.region}: {domain} is not an identity there"
        raise NotFound(message, remedy="Use the domain and region of a SesDomainIdentity.")
    return inputs, client, identity


def refuse_other_mail_from(client: Ses, identity: Identity, settings: str | None, *, overwrite: bool) -> None:
    """Raises for a MAIL FROM domain that someone else set, unless it is to be overwritten."""
    theirs = identity.mail_from
    if theirs and settings and theirs.domain != settings and not overwrite:
        message = f"ses {client.region}: {identity.domain} already has the MAIL FROM domain {theirs.domain}"
        raise AlreadyConfigured(message, remedy="Use that one, or set overwrite=True to change it.")


def refuse_other_set(client: Ses, identity: Identity, name: str | None, *, overwrite: bool) -> None:
    """Raises before mail is taken from the default set that someone else chose: its events would stop unannounced."""
    theirs = identity.configuration_set
    if theirs and name not in (None, theirs) and not overwrite:
        message = f"ses {client.region}: {identity.domain} already has the default configuration set {theirs}"
        raise AlreadyConfigured(message, remedy="Use that one (configuration_set), or set overwrite=True to change it.")


def _refuse_conflicts(
    client: Ses, identity: Identity, inputs: SettingsInputs, *, ours: bool = False, moves: bool = True
) -> None:
    """Raises before a MAIL FROM domain is set where someone else's is, or where DNS says something else.

    `moves`: these settings may take the place of those in another region.
    """
    name, *_ = inputs.settings().get("mail_from", [None])
    refuse_other_mail_from(client, identity, name, overwrite=inputs.overwrite or ours)
    if name and inputs.zone_id:
        records = mail_from_records(name, identity.domain, client.region)
        taken = find_conflicts(route53_of(inputs), inputs.zone_id, records, inputs.overwrite_records)
        # The MX record of another region is the stack's own where it moves: the record knows whose it is, and refuses.
        if taken := [each for each in taken if not (moves and _leads_to_ses(each))]:
            raise conflict_error(inputs.zone_id, taken)


def _leads_to_ses(conflict: RecordConflict) -> bool:
    """Returns whether what stands in the way is the MX record of a MAIL FROM domain in another region."""
    hosts = [host(text) for each in conflict.sets for text in each.texts()]
    is_mx = all(each.type == "MX" and not each.special for each in conflict.sets)
    return is_mx and all(_FEEDBACK.fullmatch(each) for each in hosts)


def _outputs(client: Ses, domain: str, settings: Props, previous: Props) -> SettingsOutputs:
    try:
        identity = client.get_identity(domain)
        status = mail_from_status(identity) if identity else None
    except PlatformError as error:
        # all is written: the state must know it
        warn(f"{error.message}; the other settings were written", error.remedy)
        status = "PENDING" if settings.get("mail_from") else None
    return SettingsOutputs(status, previous, settings)
