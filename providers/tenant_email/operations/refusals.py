"""Why an EmailProvider does not touch what is there: the messages, each with the ways out that work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenant_email.errors import AlreadyConfigured, TenantEmailError, redact_external
from tenant_email.inputs.model import parse
from tenant_email.operations import imports
from tenant_email.operations.adoption import take_over_remedy
from tenant_email.operations.differences import list_differences
from tenant_email.operations.tenant_object import mismatches, pick_managed
from tenant_email.platforms.base import origin

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.inputs.model import Model
    from tenant_email.inputs.tenant_objects import ProviderInputs
    from tenant_email.json_types import Props
    from tenant_email.operations.tenant_object import ValidatedProvider
    from tenant_email.platforms.base import LiveProvider


def describe_kind(live: LiveProvider) -> str:
    """Returns kind and sender of what is live."""
    kind, sender = live.inputs.kind, live.inputs.from_address
    return f"{redact_external(kind)}{f' from {redact_external(sender)}' if sender else ''}"


def describe_live(live: LiveProvider) -> str:
    """Returns how a message names what is live."""
    return live.describe() or describe_kind(live)


def already_exists(validated: ValidatedProvider, live: LiveProvider, different: list[str]) -> AlreadyConfigured:
    """Returns the refusal to take over what nobody proves to be ours; it may equal the inputs."""
    title, there = validated.platform.capabilities.title, describe_live(live)
    message = f"{validated.who}: an email provider is already configured ({there}), and {title} has one per tenant"
    if not different:
        message += "; what it shows equals the inputs, but this run did not create it"
    return AlreadyConfigured(message, remedy=take_over_remedy())


def cannot_import(validated: ValidatedProvider, live: LiveProvider, different: list[str]) -> AlreadyConfigured:
    """Returns the refusal to import what differs, with live and desired of each, secrets apart."""
    model = validated.platform.models.get(live.inputs.kind)
    stuck = [path for path in different if model and _no_input_equals(path, live, validated.desired, model)]
    what = f"the live email provider ({describe_live(live)}) differs in {', '.join(different)}"
    shown = pick_managed(live.visible_to(validated.desired.settings), validated.desired)
    what += list_differences(different, _origins(shown), _origins(validated.desired), stuck)
    return imports.cannot_import(validated.who, what, possible=len(stuck) < len(different))


def nothing_there(validated: ValidatedProvider, *, importing: bool) -> TenantEmailError:
    """Returns the error for what was to be kept or imported and does not exist."""
    if importing:
        return imports.nothing_to_import(validated.who, "email provider")
    message = f"{validated.who}: no email provider is configured, so there are no stored credentials to keep"
    return TenantEmailError(message, remedy="Set the credentials in settings, so that the provider can be created.")


def drift_refusal(validated: ValidatedProvider, changed: list[str]) -> TenantEmailError:
    """Returns the refusal of on_drift="fail" to write over what someone else changed."""
    message = f"{validated.who}: someone else changed {', '.join(changed)} since the last run; nothing was written"
    return TenantEmailError(message, remedy="Run `pulumi refresh` to see it, or set on_drift='overwrite'.")


def drift(
    validated: ValidatedProvider,
    live: LiveProvider | None,
    recorded: ProviderInputs,
    secret_digests: Mapping[str, str],
    id_: str,
) -> list[str]:
    """Returns what someone else changed since the last run and this one is to write over.

    What someone changed to exactly what is to be written is not drift: an update whose answer was lost did that.
    """
    if live is None:
        return ["everything (it is gone)"]
    # Of another kind everything differs, and a list of all settings would say less than what it is.
    if (id_ and live.id != id_) or live.inputs.kind not in (recorded.kind, validated.desired.kind):
        return [f"everything ({describe_live(live)} is there instead)"]
    transports, desired = validated.platform.capabilities.transports, validated.desired
    # The recorded kind may be one that this version no longer has; the desired one was validated.
    old, new = transports.get(recorded.kind), transports[desired.kind]
    secrets = [
        f"settings.{name}" for name, mark in live.secret_digests.items() if secret_digests.get(name, mark) != mark
    ]
    changed = dict.fromkeys([*mismatches(live, recorded, old.hidden if old else ()), *secrets])
    # What was changed to just what this run wants is agreement: refusing it would block the run that a colleague
    # helped.
    given = {*desired.to_props(), *(f"settings.{name}" for name in desired.settings if name not in new.hidden)}
    agreed = given.difference(mismatches(live, desired, new.hidden))
    return [name for name in changed if name not in agreed]


def _no_input_equals(path: str, live: LiveProvider, desired: ProviderInputs, model: type[Model]) -> bool:
    """Returns whether a setting's live value is one that no input could have, such as a port stored as a string."""
    name = path.removeprefix("settings.")
    settings = live.inputs.settings
    if name == path or live.inputs.kind != desired.kind or name not in settings:
        return False
    _, problems = parse(model, {**desired.settings, name: settings[name]}, "settings")
    return any(problem.path.startswith(path) for problem in problems)


def _origins(inputs: ProviderInputs) -> Props:
    """Returns inputs with only the host of each address, because the rest of it may be a key."""
    return {**inputs.to_props(), "settings": {name: origin(value) for name, value in inputs.settings.items()}}
