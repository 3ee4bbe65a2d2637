"""EsvSecret: a secret of one environment, never readable again, in versions of which the latest counts."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from tenant_email.errors import Problem, Rejected, TenantEmailError
from tenant_email.lifecycle.esv_object import EsvInputs, EsvObject, cannot_change, exists, resolve, resolved
from tenant_email.model import known
from tenant_email.platforms.pingone_aic.esvs import SECRETS
from tenant_email.secrets import Secret

if TYPE_CHECKING:
    from tenant_email.changes import Props
    from tenant_email.lifecycle.esv_object import Resolved
    from tenant_email.platforms.pingone_aic.api import PingOneAic


class SecretInputs(EsvInputs):
    """The inputs of an EsvSecret."""

    value: Secret | None = None
    encoding: Literal["generic", "pem", "base64hmac", "base64aes"] = "generic"
    use_in_placeholders: bool = True
    keep_versions: Annotated[int, Field(ge=1)] | None = None


class EsvSecretLifecycle(EsvObject):
    """The id is `pingone_aic/{host}/esv-secret/{esv id}`; `version` is the active one, as the API numbers it."""

    model = SecretInputs
    what = "esv-secret"
    collection = SECRETS
    fixed = ("encoding", "use_in_placeholders")

    def problems(self, recorded: Props | None, desired: Props) -> list[Problem]:
        """Validates the content too: the API answers a server error to a key that is none (contract section 6)."""
        problems = super().problems(recorded, desired)
        found, _ = resolve(SecretInputs, desired)
        if known(found.inputs.value, found.inputs.encoding) and not _fits(found.inputs):
            what = f"is not of encoding {found.inputs.encoding}"
            problems.append(Problem("value", what, "Give PEM text, or base64 text, as the encoding says."))
        return problems

    def make(self, desired: Props) -> tuple[str, Props]:
        """Creates, or adds a version to what is taken over; an existing value cannot be compared."""
        found = resolved(SecretInputs, desired)
        api, inputs = found.api(), found.inputs
        with found.writing():
            live = api.esvs.read(self.path_of(inputs.esv))
            if live is None:
                return self.id_of(found), {"version": self._create(found, api), "adopted": False}
            if inputs.on_existing != "adopt":
                raise exists(found.who, inputs.esv, "")
            for name, wire in (("encoding", "encoding"), ("use_in_placeholders", "useInPlaceholders")):
                if live[wire] != getattr(inputs, name):
                    raise cannot_change(found.who, inputs.esv, name)
            version = live["activeVersion"]
            if inputs.value is not None:
                version = self._add_version(api, inputs, inputs.value)
            if live.get("description", "") != inputs.description:
                self._describe(api, inputs)
        return self.id_of(found), {"version": version, "adopted": True}

    def _create(self, found: Resolved[SecretInputs], api: PingOneAic) -> str:
        inputs = found.inputs
        if inputs.value is None:
            message = f"{found.who}: there is no {inputs.esv} whose value could be kept"
            raise TenantEmailError(message, remedy="Set value, so that the secret can be created.")
        body = {
            "valueBase64": _encoded(inputs.value),
            "description": inputs.description,
            "encoding": inputs.encoding,
            "useInPlaceholders": inputs.use_in_placeholders,
        }
        try:
            return str(api.esvs.write("PUT", self.path_of(inputs.esv), body)["activeVersion"])
        except Rejected as error:
            # it was not there a moment ago: a request whose answer was lost has made it, and was repeated
            live = api.esvs.read(self.path_of(inputs.esv)) if "already exists" in error.text else None
            if live is None or live["activeVersion"] != "1":
                raise
            return "1"

    def change(self, id_: str, recorded: Props, desired: Props) -> Props:
        """Adds a version for a new value; without one the tenant's is kept."""
        found = resolved(SecretInputs, desired)
        api, inputs = found.api(), found.inputs
        version = recorded.get("version", "")
        with found.writing():
            if inputs.value is not None and recorded.get("value") != inputs.value.reveal():
                version = self._add_version(api, inputs, inputs.value)
            if recorded.get("description", "") != inputs.description:
                self._describe(api, inputs)
        return {"version": version, "adopted": recorded.get("adopted", False)}

    def look(self, id_: str, recorded: Props) -> tuple[Props, Props] | None:
        """Reads all but the value; a version that somebody else added takes the recorded value out."""
        live = self.read_live(id_)
        if live is None:
            return None
        inputs = self.recorded_inputs(recorded)
        inputs |= {"encoding": live["encoding"], "use_in_placeholders": live["useInPlaceholders"]}
        inputs["description"] = live.get("description", "")
        if live["activeVersion"] != recorded.get("version"):
            inputs.pop("value", None)
        return inputs, {"version": live["activeVersion"], "adopted": recorded.get("adopted", False)}

    def _add_version(self, api: PingOneAic, inputs: SecretInputs, value: Secret) -> str:
        path = self.path_of(inputs.esv)
        body = {"valueBase64": _encoded(value)}
        version = str(api.esvs.write("POST", f"{path}/versions", body, "create")["version"])
        if inputs.keep_versions is not None:
            self._prune(api, path, inputs.keep_versions)
        return version

    def _prune(self, api: PingOneAic, path: str, keep: int) -> None:
        versions: Any = api.esvs.read(f"{path}/versions") or []
        for old in versions[keep:]:
            if old["status"] != "DESTROYED":
                api.esvs.write("DELETE", f"{path}/versions/{old['version']}")

    def _describe(self, api: PingOneAic, inputs: SecretInputs) -> None:
        api.esvs.write("POST", self.path_of(inputs.esv), {"description": inputs.description}, "setDescription")


def _encoded(value: Secret) -> str:
    """Returns the value as it is sent; base64 of it is registered too, so that no message can show it."""
    return Secret(b64encode(value.reveal().encode()).decode()).reveal()


def _fits(inputs: SecretInputs) -> bool:
    if inputs.value is None or inputs.encoding == "generic":
        return True
    text = inputs.value.reveal()
    if inputs.encoding == "pem":
        return text.startswith("-----BEGIN ")
    try:
        return bool(b64decode(text, validate=True))
    except binascii.Error:
        return False
