"""EsvVariable: a value of one environment, readable in it, that placeholders name."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, ClassVar, Final, Literal

from pydantic import AfterValidator, BeforeValidator, ValidationInfo

from tenant_email.inputs.properties import Properties
from tenant_email.inputs.unknowns import UNKNOWN
from tenant_email.inputs.unusable_values import read_json
from tenant_email.operations.border import DynamicLifecycle
from tenant_email.operations.esv_object import EsvInputs, EsvObject, EsvOutputs
from tenant_email.operations.esv_tenant import require_valid
from tenant_email.platforms.pingone_aic.esv_paths import VARIABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.json_types import Props
    from tenant_email.operations.esv_object import Document
    from tenant_email.operations.esv_tenant import ValidatedEsv
    from tenant_email.platforms.pingone_aic.api import PingOneAic

ExpressionType = Literal[
    "string", "list", "array", "object", "bool", "int", "number", "base64encodedinlined", "keyvaluelist"
]
LONGEST: Final = 65535  # bytes (docs/contracts/pingone_aic.md#esvs)


def _as_text(value: object) -> object:
    """Takes numbers and booleans as the API writes them."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


def _check_value(value: str, info: ValidationInfo) -> str:
    if len(value.encode()) > LONGEST:
        msg = f"is longer than {LONGEST} bytes\nShorten it: the platform accepts no more."
        raise ValueError(msg)
    kind = info.data.get("expression_type")
    if kind not in (None, UNKNOWN) and not _fits(value, kind):
        msg = f"is not of type {kind}\nCorrect the value or the expression_type."
        raise ValueError(msg)
    return value


def _fits(value: str, kind: str) -> bool:
    expected: dict[str, type | tuple[type, ...]] = {"int": int, "number": (int, float), "bool": bool}
    expected |= {"array": list, "object": dict}
    if kind not in expected:
        return True
    try:
        parsed: object = read_json(value)
    except ValueError:
        return False
    return isinstance(parsed, expected[kind]) and (kind == "bool" or not isinstance(parsed, bool))


class VariableInputs(EsvInputs):
    """The inputs of an EsvVariable."""

    expression_type: ExpressionType = "string"
    value: Annotated[str, BeforeValidator(_as_text), AfterValidator(_check_value)]


@dataclass(frozen=True, slots=True)
class VariableFields(Properties):
    """What is stored of a variable, in the inputs' shape."""

    value: str | None = field(default=None, repr=False)
    expression_type: str | None = None
    description: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class VariableOutputs(EsvOutputs):
    """The outputs of an EsvVariable; revision: how many writes needed a restart, last_written: what the last left."""

    revision: int | None = None
    last_written: VariableFields | None = field(default=None, repr=False, metadata={"part": VariableFields})


class EsvVariableLifecycle(EsvObject, DynamicLifecycle):
    """The id is `pingone_aic/{host}/esv-variable/{esv id}`; `revision` counts the writes that need a restart."""

    model = VariableInputs
    resource = "EsvVariable"
    what = "esv-variable"
    collection = VARIABLES
    fixed = ("expression_type",)
    visible: ClassVar[Mapping[str, str]] = {"expression_type": "expressionType", "description": "description"}

    def create_esv(self, found: ValidatedEsv[VariableInputs], api: PingOneAic) -> VariableOutputs:
        """Writes it whole."""
        _put(api, self.path_of(found.inputs.esv), found.inputs)
        return VariableOutputs(revision=1, last_written=_desired_fields(found.inputs))

    def take_over(
        self, found: ValidatedEsv[VariableInputs], api: PingOneAic, live: Document, *, write: bool
    ) -> VariableOutputs:
        """Writes it whole where it differs."""
        if not (write and self.mismatches(live, found.inputs)):
            return VariableOutputs(revision=1, last_written=_from_document(live))
        return self.create_esv(found, api)

    def mismatches(self, live: Document, inputs: VariableInputs) -> list[str]:
        """Compares all of it: a variable hides nothing."""
        live_fields, desired_fields = _from_document(live).to_props(), _desired_fields(inputs).to_props()
        return [name for name in desired_fields if live_fields[name] != desired_fields[name]]

    def read_fields(self, live: Document) -> Props:
        """Returns all of it: a variable hides nothing."""
        return _from_document(live).to_props()

    def read_written(self, api: PingOneAic, esv: str) -> VariableFields | None:
        """Reads it."""
        live = api.esvs.read(self.path_of(esv))
        return None if live is None else _from_document(live)

    def last_written(self, recorded: Props) -> VariableFields:
        """Returns what was written, or else the inputs as they were seen last."""
        if written := VariableOutputs.from_props(recorded).last_written:
            return written
        value = _as_text(recorded.get("value"))
        shown = value if isinstance(value, str) else None
        return VariableFields(shown, recorded.get("expression_type"), recorded.get("description", ""))

    def do_update(self, id_: str, recorded: Props, desired: Props) -> VariableOutputs:
        """Writes a new value, or only the description, which needs no restart."""
        found = require_valid(VariableInputs, desired)
        api, inputs = found.api(), found.inputs
        old, path, written = self.recorded_inputs(recorded), self.path_of(inputs.esv), self.last_written(recorded)
        outputs = VariableOutputs.from_props(recorded)
        revision = outputs.revision or 1
        with found.write_lock():
            # A value is written by a PUT and is used after a restart; a description has a call that needs none.
            if _as_text(old.get("value")) != inputs.value or old.get("expression_type") != inputs.expression_type:
                needs_restart = _put(api, path, inputs)
                written = _desired_fields(inputs)
                revision += needs_restart
            elif old.get("description", "") != inputs.description:
                self.set_description(api, inputs)
                written = replace(written, description=inputs.description)
        return VariableOutputs(bool(outputs.adopted), revision, written)

    def do_read(self, id_: str, recorded: Props) -> tuple[Props, VariableOutputs] | None:
        """Reads value, type and description."""
        live = self.read_live(id_)
        if live is None:
            return None
        inputs = self.recorded_inputs(recorded)
        shown = _from_document(live).to_props()
        # A number stays a number: the API answers text, which Pulumi would show as a change.
        if _as_text(inputs.get("value")) == shown["value"]:
            del shown["value"]
        read = self.as_recorded(inputs | shown, inputs)
        return read, replace(VariableOutputs.from_props(recorded), last_written=self.last_written(recorded))


def _desired_fields(inputs: VariableInputs) -> VariableFields:
    return VariableFields(inputs.value, inputs.expression_type, inputs.description)


def _from_document(live: Document) -> VariableFields:
    value = b64decode(live["valueBase64"]).decode(errors="replace")
    return VariableFields(value, live["expressionType"], live.get("description") or "")


def _put(api: PingOneAic, path: str, inputs: VariableInputs) -> bool:
    """Writes a variable whole; tells whether it waits for a restart now.

    One that is given the value that is loaded does not (docs/contracts/pingone_aic.md#esvs).
    """
    body = {
        "valueBase64": b64encode(inputs.value.encode()).decode(),
        "expressionType": inputs.expression_type,
        "description": inputs.description,
    }
    return not api.esvs.write("PUT", path, body)["loaded"]
