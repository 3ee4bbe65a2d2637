"""What EmailProvider and EmailTemplate share: inputs that name a tenant and hold `settings` of one of its kinds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Generic

from pydantic import Field

from tenant_email import platforms
from tenant_email.capabilities import OnDelete
from tenant_email.errors import InvalidSettings, Problem, WrongTenant
from tenant_email.findings import Findings, OwnsObject
from tenant_email.input_diff import Ignored, InputDiff, compare
from tenant_email.inputs.fields import Text
from tenant_email.inputs.model import Model, parse, reveal
from tenant_email.inputs.spelling import one_of
from tenant_email.inputs.tenant_objects import PLATFORM_INPUTS, InputsT, ProviderInputs, TemplateInputs
from tenant_email.inputs.unknowns import is_known
from tenant_email.json_types import Props, PropsView, is_object
from tenant_email.operations import engine_request, operation
from tenant_email.operations.console import info
from tenant_email.operations.import_ids import parse_id
from tenant_email.operations.imports import import_problems
from tenant_email.operations.lifecycle import Lifecycle
from tenant_email.operations.program_inputs import as_written, without_defaults, without_empty, without_secrets
from tenant_email.operations.recorded_outputs import ProviderOutputs
from tenant_email.operations.tenant_scoped import TenantScoped, find_tenant
from tenant_email.tenants.connections import nowhere

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from tenant_email.inputs.tenant_objects import TenantObjectInputs
    from tenant_email.platforms.base import LiveObject, Places, Platform, TenantClient
    from tenant_email.tenants.connections import Connection


class TenantObjectModel(Model):
    """How the inputs that both have are validated."""

    internal: ClassVar[frozenset[str]] = frozenset({"import_id"})

    tenant: Text = "main"
    settings: Props = Field(repr=False)  # its secrets are not wrapped yet
    import_id: Text | None = None
    on_delete: OnDelete | None = None
    sending_domain: Text | None = None
    further_domains: list[str] | None = None
    sending_addresses: list[str] | None = None
    sending_names: list[str] | None = None


@dataclass(frozen=True, slots=True)
class ValidatedInputs(TenantScoped, Generic[InputsT]):
    """Inputs with their platform and their tenant, secrets wrapped; what is not known or not valid is `UNKNOWN`."""

    platform: Platform
    desired: InputsT
    part: str

    @property
    def label(self) -> str:
        """Returns how warnings and notices begin: they come without the resource's name, which nobody tells a check."""
        return f"{self.who} {self.part}"

    def api(self) -> TenantClient:
        """Returns what talks to the tenant; nothing is sent yet."""
        return operation.current().tenant(self.connection, info)


ValidatedProvider = ValidatedInputs[ProviderInputs]
ValidatedTemplate = ValidatedInputs[TemplateInputs]


class TenantObject(Lifecycle, Generic[InputsT]):
    """A lifecycle whose id is `{platform}/{host}/…`."""

    model: ClassVar[type[TenantObjectModel]]

    def read_inputs(self, props: PropsView) -> InputsT:
        """Returns the inputs among properties, without judging them."""
        raise NotImplementedError

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "model" in cls.__dict__:
            cls.inputs = frozenset(cls.model.model_fields)

    def output_paths(self, path: str, props: PropsView) -> Places:
        """Returns where `live` repeats an input, in the platform's words."""
        if not super().output_paths(path, props):
            return ()
        settings: object = props.get("settings")
        kind: object = settings.get("kind") if is_object(settings) else None
        kind = kind if isinstance(kind, str) else ""
        try:
            places = platforms.load(kind.partition(".")[0]).attribute_paths(kind, path)
        except KeyError:
            places = ((),)  # a transform may hide the kind, or name one that is none: then all of it is hidden
        return tuple(("live", *place) for place in places)

    def models_of(self, platform: Platform) -> Mapping[str, type[Model]]:
        """Returns the kinds that this resource takes, by name."""
        raise NotImplementedError

    def part_of(self, platform: Platform, settings: PropsView) -> str:
        """Returns which part of a tenant these settings are for, as ids end, and as far as it is known."""
        raise NotImplementedError

    def validate(self, raw: Props) -> tuple[ValidatedInputs[InputsT] | None, list[Problem]]:
        """Validates inputs; returns them as far as they are valid, and every problem.

        What failed is `UNKNOWN`, and a tenant that is not found is `nowhere`, so that checks across fields say all at
        once. None where the kind of the settings is not known.
        """
        fields, problems = parse(self.model, raw)
        # Without a kind there is no model to judge the settings by, and no platform to look the tenant up for.
        settings = raw.get("settings")
        if not is_object(settings) or not is_known(kind := settings.get("kind")):
            return None, problems
        found = self._model_of(kind)
        if isinstance(found, Problem):
            return None, [*problems, found]
        platform, model = found
        # Settings and tenant are judged even where another input is wrong: a preview names every problem at once.
        values, more = parse(model, settings, "settings")
        problems += more
        connection, more = _find_connection(fields.tenant, platform)
        problems += more
        desired = self.read_inputs({**fields.to_props(), "settings": values.to_props()})
        return ValidatedInputs(connection, platform, desired, self.part_of(platform, desired.settings)), problems

    def creation_id(self, desired: Props) -> str:
        """Returns the id: platform, host and part."""
        validated = self.require_valid(desired)
        return f"{validated.platform.name}/{validated.host}/{validated.part}"

    def require_valid(self, raw: Props) -> ValidatedInputs[InputsT]:
        """Validates inputs that are all known; raises InvalidSettings with every problem."""
        validated, problems = self.validate(raw)
        if problems or validated is None:
            raise InvalidSettings("inputs", tuple(problems))
        return validated

    def normalize_recorded(self, recorded: InputsT) -> InputsT:
        """Returns recorded inputs as `ValidatedInputs.desired` has them, without judging them.

        Two spellings of one thing, such as "us" and no region, become the same; what the model of today does not take
        stays as it was recorded, but for settings that it does not know: no write could take those out.
        """
        settings = recorded.settings if is_object(recorded.settings) else Props()
        found = self._model_of(settings.get("kind"))
        if isinstance(found, Problem):
            return replace(recorded, settings=settings)
        _, model = found
        # Kept, a setting of an older release would show as a difference at every preview.
        known = {name: value for name, value in settings.items() if name in model.model_fields}
        values, problems = parse(model, known)
        return replace(recorded, settings=model.wrap_recorded(known) if problems else values.to_props())

    def compare_inputs(self, recorded: Props, desired: Props, validated: ValidatedInputs[InputsT]) -> InputDiff:
        """Compares recorded inputs with desired ones: what `check` judges, `diff` shows and `update` sends."""
        # As they were written: what is spelled alike needs no look at what the recorded settings mean.
        if self.recorded_inputs(recorded) == desired:
            return InputDiff()
        inputs, capabilities = self.normalize_recorded(self.read_inputs(recorded)), validated.platform.capabilities
        request = engine_request.current()
        ignored = Ignored(partial(request.ignores, "settings"), partial(request.ignores_part, "settings"))
        change = compare(inputs, validated.desired, capabilities, validated.connection.host, ignored)
        return replace(change, respelled=True)

    def do_diff(self, id_: str, recorded: Props, desired: Props) -> tuple[bool, list[str]]:
        """Compares every input; a tenant on another host is a replacement, and what `replacement_causes` names."""
        # As most often: then only the stack's config may say otherwise, where the tenant of that name is.
        if self.recorded_inputs(recorded) == desired and self._names_tenant_of(id_, desired):
            return False, []
        validated, _ = self.validate(desired)
        if validated is None:
            return self.recorded_inputs(recorded) != desired, []
        # An object cannot move to another tenant; at an alias of its host it is in the same one.
        if not validated.is_tenant_of(id_):
            return True, ["tenant"]
        change = self.compare_inputs(recorded, desired, validated)
        # Only an engine's diff is told what is ignored, so that it is the first to know. A refresh compares too, and
        # must not fail: then nobody has checked the resource.
        if change.held_back and operation.current().ownership.is_claimed(id_):
            raise InvalidSettings(validated.who, change.problems)
        return bool(change), self.replacement_causes(id_, validated)

    def warn_of_change(self, recorded: Props, desired: Props) -> tuple[str, ...]:
        """Returns what the platform says of a change."""
        validated, _ = self.validate(desired)
        if validated is None:
            return ()
        live = ProviderOutputs.from_props(recorded).live or {}
        notes = validated.platform.warn_of_change(live, validated.desired)
        return tuple(f"{validated.label}: {note}" for note in notes)

    def find_to_import(self, id_: str, resource: str) -> tuple[Connection, Platform, TenantClient, str]:
        """Returns the tenant that an id to import names, its platform, what talks to it, and the key in the id."""
        parts = parse_id(resource, id_)
        connection = find_tenant(id_, parts["platform"], parts["host"])
        platform = platforms.load(connection.platform)
        return connection, platform, operation.current().tenant(connection, info), parts.get("key", "")

    def program_inputs(self, tenant: str, model: type[Model], live: LiveObject[Any]) -> Props:
        """Returns the inputs that a program writes for what is live: short, and without a secret."""
        settings = without_secrets(live.inputs.settings if live.program_settings is None else live.program_settings)
        settings = without_defaults(model, without_empty(model, settings), keep=("kind",))
        given = {**live.inputs.to_props(), "settings": settings, "tenant": tenant}
        return without_defaults(self.model, given, keep=("tenant", "settings"))

    def replacement_causes(self, id_: str, validated: ValidatedInputs[InputsT]) -> list[str]:
        """Returns the inputs for which this must be another object of the same tenant."""
        return []

    def label_findings(self, validated: ValidatedInputs[InputsT], found: Findings) -> Findings:
        """Returns what a platform finds, with the object in front of each warning."""
        return replace(found, warnings=tuple(f"{validated.label}: {warning}" for warning in found.warnings))

    def claim(self, validated: ValidatedInputs[InputsT], what: str) -> Findings:
        """Returns the claims of the ids that this object may have: an older one may hold another of its tenant's hosts.

        With the problem of an id to import that is none of them.
        """
        hosts = (validated.host, *validated.connection.aliases)
        ids = [f"{validated.platform.name}/{host}/{what}" for host in hosts]
        problems = [] if validated.connection.is_nowhere else import_problems(validated.desired.import_id, ids)
        return Findings(tuple(problems), claims=tuple(map(OwnsObject, ids)))

    def find_released(self, validated: ValidatedInputs[InputsT]) -> Props | None:
        """Returns what was recorded of an object of this tenant that another resource of this run gave up."""
        return validated.find_released(lambda host: f"{validated.platform.name}/{host}/{validated.part}")

    def write_alone(self, id_: str) -> None:
        """Raises when another resource of this program wrote the same object just now."""
        operation.current().ownership.write_alone(id_)

    def _names_tenant_of(self, id_: str, inputs: Props) -> bool:
        """Returns whether inputs that need no other look are for the tenant in the id."""
        settings, tenant = inputs.get("settings"), inputs.get("tenant")
        found = self._model_of(settings.get("kind")) if is_object(settings) and isinstance(tenant, str) else None
        if found is None or isinstance(found, Problem):
            return False
        connection, _ = _find_connection(tenant, found[0])
        return TenantScoped(connection).is_tenant_of(id_)

    def owner(self, id_: str) -> tuple[Platform, TenantClient]:
        """Returns (platform, tenant) of a recorded id, whatever the program says now; raises WrongTenant."""
        # The id says where the object is: the program may name another tenant by now, or none.
        platform, host = id_.split("/")[:2]
        try:
            connection = operation.current().connections().by_host(host, platform)
        except KeyError:
            raise WrongTenant(
                f"{id_}: platform {platform} is not supported by the installed version",
                remedy="Upgrade pulumi-tenant-email, or install the package that provides it.",
            ) from None
        return platforms.load(platform), operation.current().tenant(connection, info)

    def _model_of(self, kind: object) -> tuple[Platform, type[Model]] | Problem:
        name = str(kind or "")
        try:
            platform = platforms.load(name.partition(".")[0])
            return platform, self.models_of(platform)[name]
        except KeyError:
            every = [kind for name in platforms.names() for kind in self.models_of(platforms.load(name))]
            remedy = one_of(name, every)
            return Problem(
                "settings.kind", f"{name!r} is not a kind of this resource" if name else "is missing", remedy
            )


def write_lock_of(id_: str) -> AbstractContextManager[object]:
    """Returns the lock that serializes writes to the tenant of a recorded id."""
    platform, host = id_.split("/")[:2]
    return operation.current().write_lock(platform, host)


def _find_connection(tenant: object, platform: Platform) -> tuple[Connection, list[Problem]]:
    if not isinstance(tenant, str):
        return nowhere("", platform.name), []
    try:
        return operation.current().connections().get(tenant, platform.name), []
    except InvalidSettings as error:
        return nowhere(tenant, platform.name), list(error.problems)


def pick_managed(live: LiveObject[InputsT], inputs: InputsT, written: PropsView = MappingProxyType({})) -> InputsT:
    """Returns the inputs as they are live; what is not given is not managed, and left out unless a write takes it.

    `written` are settings as a user wrote them: what means nothing counts as given too, such as Auth0's region "us".
    """
    visible = live.visible_to(inputs.settings).inputs
    settings = visible.settings
    # Of another kind nothing is managed yet: all that it may show is shown, so that the change of kind is seen.
    if visible.kind == inputs.kind:
        managed = {*inputs.settings, *written, *live.would_be_removed}
        settings = {name: value for name, value in settings.items() if name in managed}
    stored, given = visible.to_props(), inputs.to_props().keys()
    shown = {name: stored.get(name) for name in given & PLATFORM_INPUTS if name != "settings"}
    return replace(inputs, settings=settings, **shown)


def keep_spelling(settings: PropsView, recorded: TenantObjectInputs, normalized: TenantObjectInputs) -> PropsView:
    """Returns live settings, in the spelling of the recorded inputs where they say what those mean (`normalized`)."""
    written = recorded.settings
    if settings.get("kind") != written.get("kind"):
        return settings
    same = {name: value for name, value in written.items() if normalized.settings.get(name) == settings.get(name)}
    return {**as_written(settings, written, normalized.settings), **same}


def mismatches(live: LiveObject[InputsT], desired: InputsT, hidden: tuple[str, ...] = ()) -> list[str]:
    """Returns the inputs that are live otherwise, and what is live besides them; see `LiveObject.would_be_removed`.

    `hidden` are those that the platform never shows; a placeholder that it shows in their place is compared too.
    """
    # Revealed, because a platform that shows its secrets answers them as plain text.
    live_inputs, desired_inputs = reveal(pick_managed(live, desired).to_props()), reveal(desired.to_props())
    names = [
        name
        for name in PLATFORM_INPUTS - {"settings"}
        if name in desired_inputs and live_inputs.get(name) != desired_inputs[name]
    ]
    return sorted(names) + [
        f"settings.{name}"
        for name in (*desired_inputs["settings"], *live.would_be_removed)
        if (name not in hidden or name in live_inputs["settings"])
        and live_inputs["settings"].get(name) != desired_inputs["settings"].get(name)
    ]
