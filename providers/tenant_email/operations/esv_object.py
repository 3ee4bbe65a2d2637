"""What variables and secrets share: whose they are, an id that names tenant and ESV, fields that never change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, TypeVar

from pydantic import AfterValidator

from tenant_email.errors import AlreadyConfigured, NotFound, PlatformError, Problem, Rejected
from tenant_email.findings import Findings, OwnsObject, lacking_login
from tenant_email.inputs.fields import AdoptionMode, DeleteOrRetain, Text
from tenant_email.inputs.model import parse
from tenant_email.inputs.properties import Properties
from tenant_email.inputs.unknowns import is_known
from tenant_email.json_types import Json, Props
from tenant_email.operations import adoption, operation, uncertain_writes
from tenant_email.operations.adoption import AdoptionStep
from tenant_email.operations.console import info, warn
from tenant_email.operations.differences import list_differences
from tenant_email.operations.esv_tenant import PLATFORM, TenantPart, owner_of, require_valid, tenant_of, validate
from tenant_email.operations.handover import hand_over
from tenant_email.operations.import_ids import parse_id, refuse, wrong_id
from tenant_email.operations.imports import cannot_import, import_problems, nothing_to_import
from tenant_email.operations.lifecycle import Lifecycle
from tenant_email.operations.program_inputs import as_written, without_defaults
from tenant_email.operations.tenant_scoped import find_tenant
from tenant_email.operations.uncertain_writes import Existing
from tenant_email.platforms.pingone_aic.placeholders import esv_id
from tenant_email.redaction.secrets import guard
from tenant_email.template_record import changed_paths

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tenant_email.operations.esv_tenant import ValidatedEsv
    from tenant_email.platforms.pingone_aic.api import PingOneAic

EsvName = Annotated[Text, AfterValidator(esv_id)]
AnswerT = TypeVar("AnswerT")
Document = Props


class EsvInputs(TenantPart):
    """The inputs that variables and secrets have."""

    internal: ClassVar[frozenset[str]] = frozenset({"import_id"})

    esv: EsvName
    description: str = ""
    on_existing: AdoptionMode = "fail"
    import_id: Text | None = None
    on_delete: DeleteOrRetain | None = None


@dataclass(frozen=True, slots=True)
class EsvOutputs(Properties):
    """The output that both have: someone else made it."""

    adopted: bool | None = None


class EsvObject(Lifecycle):
    """A lifecycle whose id is `pingone_aic/{host}/{what}/{esv id}`."""

    replaced_by = ("esv",)
    model: ClassVar[type[EsvInputs]]
    resource: ClassVar[str]
    what: ClassVar[str]
    collection: ClassVar[str]
    fixed: ClassVar[tuple[str, ...]]
    """The inputs that the platform lets nobody change (docs/contracts/pingone_aic.md#esvs)."""
    visible: ClassVar[Mapping[str, str]]
    """The inputs that a message may show, and their names in the API's document."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.inputs = frozenset(cls.model.model_fields)

    def do_check(self, recorded: Props | None, desired: Props) -> Findings:
        """Validates, and explains what can never be changed."""
        found, problems = validate(self.model, desired)
        findings = Findings(tuple(problems))
        if is_known(found.inputs.esv):
            ids = [self.id_at(host, found.inputs.esv) for host in (found.host, *found.connection.aliases)]
            wrong = [] if found.connection.is_nowhere else import_problems(found.inputs.import_id, ids)
            findings += Findings(tuple(wrong), claims=tuple(map(OwnsObject, ids)))
        findings += Findings(claims=lacking_login(found.connection, f"{found.who} {self.what}/{found.inputs.esv}"))
        # Judged in `check`, where a preview shows it: as a replacement it would delete an ESV that the tenant uses.
        old, _ = parse(self.model, recorded or {})
        # Under another name it is another ESV, which may have another type.
        if is_known(old.esv) and old.esv == found.inputs.esv:
            changed = [name for name in self.fixed if _has_changed(old, found.inputs, name)]
            findings += Findings(tuple(_immutable_problem(name, old.esv) for name in changed))
        return findings

    def do_diff(self, id_: str, recorded: Props, desired: Props) -> tuple[bool, list[str]]:
        """Compares; another tenant or another name is another ESV."""
        found, _ = validate(self.model, desired)
        _, host, _, esv = id_.split("/")
        if not found.is_at(host):
            return True, ["tenant"]
        if is_known(found.inputs.esv) and found.inputs.esv != esv:
            return True, ["esv"]
        return self.recorded_inputs(recorded) != desired, []

    def creation_id(self, desired: Props) -> str:
        """Returns the id of what these inputs name."""
        return self.id_of(require_valid(self.model, desired))

    def id_of(self, found: ValidatedEsv[Any]) -> str:
        """Returns the id of what these inputs name."""
        return self.id_at(found.host, found.inputs.esv)

    def id_at(self, host: str, esv: str) -> str:
        """Returns the id of an ESV on one of the tenant's hosts: an older id may hold another of them."""
        return f"{PLATFORM}/{host}/{self.what}/{esv}"

    def path_of(self, esv: str) -> str:
        """Returns where the API has it."""
        return f"{self.collection}/{esv}"

    def create_esv(self, found: ValidatedEsv[Any], api: PingOneAic) -> EsvOutputs:
        """Creates what is not there; returns the outputs but for whose it is."""
        raise NotImplementedError

    def take_over(self, found: ValidatedEsv[Any], api: PingOneAic, live: Document, *, write: bool) -> EsvOutputs:
        """Makes an existing one what the inputs say, or only records it; returns the outputs but for whose it is."""
        raise NotImplementedError

    def mismatches(self, live: Document, inputs: Json) -> list[str]:
        """Returns the inputs that are live otherwise, as far as that can be seen."""
        raise NotImplementedError

    def public_fields(self, live: Document) -> Props:
        """Returns what a message may show of it, in the inputs' shape: no value, for the user may hold it secret."""
        shown = {name: live.get(wire) for name, wire in self.visible.items()}
        return {name: "" if value is None else value for name, value in shown.items()}  # null is no description

    def read_fields(self, live: Document) -> Props:
        """Returns all that the tenant shows of it, in the inputs' shape."""
        return self.public_fields(live)

    def is_new(self, live: Document) -> bool:
        """Returns whether it may be what this run created a moment ago."""
        return True

    def read_written(self, api: PingOneAic, esv: str) -> Properties | None:
        """Returns what is live of what `last_written` records; None when it is gone."""
        raise NotImplementedError

    def last_written(self, recorded: Props) -> Properties:
        """Returns it as our last write left it; for a state of an earlier release, as it was seen last."""
        raise NotImplementedError

    def do_create(self, desired: Props) -> tuple[str, EsvOutputs]:
        """Looks first, because a PUT would replace what exists."""
        found = require_valid(self.model, desired)
        api, inputs, id_ = found.api(), found.inputs, self.id_of(found)

        def read_existing() -> Document | None:
            return api.esvs.read(self.path_of(inputs.esv))

        with found.write_lock():
            operation.current().ownership.write_alone(id_)
            # A PUT of a variable replaces what is there, and that of a secret is refused without saying whose it is.
            live = read_existing()
            if live is None and inputs.on_existing == "import":
                raise nothing_to_import(found.who, inputs.esv)
            if live is not None:
                return id_, self._take_over(found, api, uncertain_writes.met(live))
            made = uncertain_writes.write_or_find(lambda _: self.create_esv(found, api), read_existing)
            if isinstance(made, Existing):
                return id_, self._take_over(found, api, made)
            return id_, replace(made, adopted=False)

    def _take_over(self, found: ValidatedEsv[Any], api: PingOneAic, met: Existing[Document]) -> EsvOutputs:
        """Goes on with what is there, as `adoption.decide` says; returns the outputs."""
        inputs = found.inputs
        own = found.find_released(lambda host: self.id_at(host, inputs.esv))
        different = self.mismatches(met.live, inputs)
        step = adoption.decide(
            inputs.on_existing,
            differs=bool(different),
            identified=own is not None,
            written=met.after_lost_answer and self.is_new(met.live),
        )
        if step is AdoptionStep.REFUSE:
            shown = self.public_fields(met.live)
            # The live value may be marked secret by the program; a refusal prints it next to the desired one.
            guard(shown)
            raise _refusal(found.who, inputs, different, shown)
        # Before any write: the API refuses only these fields, and then the value would be changed already.
        if fixed := [name for name in different if name in self.fixed]:
            raise cannot_change(found.who, inputs.esv, fixed[0])
        outputs = self.take_over(found, api, met.live, write=step is not AdoptionStep.ADOPT_UNCHANGED)
        if own is not None:
            return replace(outputs, adopted=bool(EsvOutputs.from_props(own).adopted))
        return replace(outputs, adopted=step is not AdoptionStep.REPEAT_WRITE)

    def do_import(self, id_: str) -> tuple[Props, EsvOutputs] | None:
        """Reads the ESV that the id names."""
        parts = parse_id(self.resource, id_)
        connection = find_tenant(id_, PLATFORM, parts["host"])
        named, problems = parse(self.model, {"esv": parts["esv"]})
        if wrong := [problem for problem in problems if problem.path == "esv"]:
            raise refuse(id_, wrong)
        if named.esv != parts["esv"]:
            raise wrong_id(id_, "lacks esv- before the name", f"Write it as {self.id_at(parts['host'], named.esv)}.")
        api = tenant_of(connection)
        live: Document | None = api.esvs.read(self.path_of(named.esv))
        if live is None:
            return None
        shown = {"tenant": connection.tenant, "esv": named.esv, **self.read_fields(live)}
        inputs = without_defaults(self.model, shown, keep=("tenant",))
        found, _ = validate(self.model, inputs)
        return inputs, replace(self.take_over(found, api, live, write=False), adopted=True)

    def as_recorded(self, read: Props, recorded: Props) -> Props:
        """Returns inputs that were read, without the defaults that the recorded ones do not say."""
        fields = self.model.model_fields
        defaults = {name: fields[name].default for name in read.keys() & fields.keys()}
        return as_written(read, recorded, defaults)

    def read_live(self, id_: str) -> Document | None:
        """Returns the live document of a recorded id."""
        return owner_of(id_).esvs.read(self.path_of(id_.rpartition("/")[2]))

    def set_description(self, api: PingOneAic, inputs: EsvInputs) -> None:
        """Sets the description, which needs no restart."""
        path, body = self.path_of(inputs.esv), {"description": inputs.description}
        retry_if_lost(lambda: api.esvs.write("POST", path, body, "setDescription"))

    def do_delete(self, id_: str, recorded: Props) -> None:
        """Deletes what was created, unless someone else changed it or the tenant's configuration still names it."""
        asked = recorded.get("on_delete")
        if hand_over(id_, recorded):
            return
        if (asked or ("retain" if recorded.get("adopted") else "delete")) == "retain":
            info(f"{id_}: left as it is in the tenant")
            return
        api, esv = owner_of(id_), id_.rpartition("/")[2]
        # One step for this program: nothing of it writes to the tenant between the look and the delete.
        with operation.current().write_lock(PLATFORM, id_.split("/")[1]):
            if not asked:
                live = self.read_written(api, esv)
                if live is None:
                    return
                # Only what was recorded is compared: a field that a newer platform adds is nobody's change.
                ours = self.last_written(recorded).to_props()
                now = {name: value for name, value in live.to_props().items() if name in ours}
                if changed := changed_paths(ours, now):
                    what = f"kept, because someone else changed it since the last update ({', '.join(changed)})"
                    warn(f"{id_}: {what}. To remove it, delete it in the tenant.")
                    return
            # Deleting one that is referenced is refused or breaks mail (docs/contracts/pingone_aic.md#esvs).
            if users := api.users_of(esv):
                message = f"{api.who}: {esv} is still used by {', '.join(users)}; deleting it would break them"
                remedy = (
                    "Make the resources that use it depend on it, so that they are deleted first; or set "
                    "on_delete='retain'."
                )
                raise AlreadyConfigured(message, remedy=remedy)
            try:
                api.esvs.write("DELETE", self.path_of(esv))
            except NotFound:
                return


def retry_if_lost(write: Callable[[], AnswerT]) -> AnswerT:
    """Sends a write that does nothing more when sent twice, and again when its answer is lost; returns the answer."""
    try:
        return write()
    except PlatformError as error:
        if not error.uncertain:
            raise
    return write()


def _refusal(who: str, inputs: EsvInputs, different: list[str], shown: Props) -> AlreadyConfigured:
    differs = f" with a different {', '.join(different)}" if different else ""
    differences = list_differences((name for name in different if name in shown), shown, inputs.to_props())
    if inputs.on_existing == "import":
        return cannot_import(who, f"{inputs.esv} exists{differs}{differences}")
    what = f"{who}: {inputs.esv} already exists{differs}, and this stack did not create it{differences}"
    return AlreadyConfigured(what, remedy=adoption.take_over_remedy())


def cannot_change(who: str, esv: str, name: str) -> Rejected:
    """Returns the error for an ESV that is taken over with a field that can never be changed."""
    return Rejected(f"{who}: {esv} exists with a different {name}", remedy=_REMEDY)


_REMEDY: Final = "Use another ESV name; or remove this resource, run `pulumi up`, and add it again."


def _immutable_problem(name: str, esv: str) -> Problem:
    return Problem(name, f"of {esv} cannot be changed: the platform fixes it when an ESV is created", _REMEDY)


def _has_changed(recorded: EsvInputs, desired: EsvInputs, name: str) -> bool:
    old, new = getattr(recorded, name), getattr(desired, name)
    return is_known(old, new) and old != new
