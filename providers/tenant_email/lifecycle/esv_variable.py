"""EsvVariable: a value of one environment, readable in it, that placeholders name."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import AfterValidator, BeforeValidator, ValidationInfo

from tenant_email.lifecycle.esv_object import EsvInputs, EsvObject, cannot_change, exists, resolved
from tenant_email.model import UNKNOWN
from tenant_email.platforms.pingone_aic.esvs import VARIABLES
from tenant_email.values import read_json

if TYPE_CHECKING:
    from tenant_email.changes import Props
    from tenant_email.platforms.pingone_aic.api import PingOneAic

ExpressionType = Literal[
    "string", "list", "array", "object", "bool", "int", "number", "base64encodedinlined", "keyvaluelist"
]
LONGEST: Final = 65535  # bytes (contract section 6)


def _as_text(value: object) -> object:
    """Takes numbers and truth values as the API writes them."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


def _fitting(value: str, info: ValidationInfo) -> str:
    if len(value.encode()) > LONGEST:
        msg = f"is longer than {LONGEST} bytes\nShorten it; the platform takes no more."
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
    value: Annotated[str, BeforeValidator(_as_text), AfterValidator(_fitting)]


class EsvVariableLifecycle(EsvObject):
    """The id is `pingone_aic/{host}/esv-variable/{esv id}`; `revision` counts the writes that need a restart."""

    model = VariableInputs
    what = "esv-variable"
    collection = VARIABLES
    fixed = ("expression_type",)

    def make(self, desired: Props) -> tuple[str, Props]:
        """Looks first, because a PUT would replace what exists; what equals the inputs counts as created."""
        found = resolved(VariableInputs, desired)
        api, inputs = found.api(), found.inputs
        with found.writing():
            live = api.esvs.read(self.path_of(inputs.esv))
            adopting = live is not None and inputs.on_existing == "adopt"
            if live is None or (adopting and _body(inputs) != _of(live)):
                if live is not None and live["expressionType"] != inputs.expression_type:
                    raise cannot_change(found.who, inputs.esv, "expression_type")
                _put(api, self.path_of(inputs.esv), inputs)
            elif not adopting and _body(inputs) != _of(live):
                raise exists(found.who, inputs.esv, " with another value, type or description")
        return self.id_of(found), {"revision": 1, "adopted": adopting}

    def change(self, id_: str, recorded: Props, desired: Props) -> Props:
        """Writes a new value, or the description alone, which needs no restart."""
        found = resolved(VariableInputs, desired)
        api, inputs = found.api(), found.inputs
        revision, path = recorded.get("revision", 1), self.path_of(inputs.esv)
        before = self.recorded_inputs(recorded)
        with found.writing():
            if _as_text(before.get("value")) != inputs.value or before.get("expression_type") != inputs.expression_type:
                _put(api, path, inputs)
                revision += 1
            elif before.get("description", "") != inputs.description:
                api.esvs.write("POST", path, {"description": inputs.description}, "setDescription")
        return {"revision": revision, "adopted": recorded.get("adopted", False)}

    def look(self, id_: str, recorded: Props) -> tuple[Props, Props] | None:
        """Reads value, type and description."""
        live = self.read_live(id_)
        if live is None:
            return None
        inputs = self.recorded_inputs(recorded)
        value = b64decode(live["valueBase64"]).decode(errors="replace")
        if _as_text(inputs.get("value")) != value:
            inputs["value"] = value
        inputs |= {"expression_type": live["expressionType"], "description": live.get("description", "")}
        return inputs, {name: recorded[name] for name in ("revision", "adopted") if name in recorded}


def _body(inputs: VariableInputs) -> dict[str, Any]:
    return {
        "valueBase64": b64encode(inputs.value.encode()).decode(),
        "expressionType": inputs.expression_type,
        "description": inputs.description,
    }


def _of(live: dict[str, Any]) -> dict[str, Any]:
    return {
        "description": live.get("description", ""),
        **{name: live[name] for name in ("valueBase64", "expressionType")},
    }


def _put(api: PingOneAic, path: str, inputs: VariableInputs) -> None:
    api.esvs.write("PUT", path, _body(inputs))
