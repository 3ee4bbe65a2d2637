"""EsvSecret: a secret of one environment, never readable again, in versions of which the latest counts."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from tenant_email.errors import PlatformError, Problem, TenantEmailError
from tenant_email.findings import Findings
from tenant_email.inputs.properties import Properties
from tenant_email.inputs.unknowns import is_known
from tenant_email.lifecycle.esv_variable import LONGEST
from tenant_email.operations.border import DynamicLifecycle
from tenant_email.operations.esv_object import EsvInputs, EsvObject, EsvOutputs, retry_if_lost
from tenant_email.operations.esv_tenant import owner_of, require_valid, validate
from tenant_email.platforms.pingone_aic.esv_paths import SECRETS
from tenant_email.redaction.secrets import Secret, is_pem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.json_types import Json, Props
    from tenant_email.operations.esv_object import Document
    from tenant_email.operations.esv_tenant import ValidatedEsv
    from tenant_email.platforms.pingone_aic.api import PingOneAic


class SecretInputs(EsvInputs):
    """The inputs of an EsvSecret."""

    value: Secret | None = None
    encoding: Literal["generic", "pem", "base64hmac", "base64aes"] = "generic"
    use_in_placeholders: bool = True
    keep_versions: Annotated[int, Field(ge=1)] | None = None


@dataclass(frozen=True, slots=True)
class SecretVersion(Properties):
    """A version of a secret: one that was made anew has its number again, but not its date."""

    version: str | None = None
    created: str | None = None


@dataclass(frozen=True, slots=True)
class SecretOutputs(EsvOutputs):
    """The outputs of an EsvSecret: the active version, and the one that our last write made."""

    version: str | None = None
    last_written: SecretVersion | None = field(default=None, repr=False, metadata={"part": SecretVersion})


class EsvSecretLifecycle(EsvObject, DynamicLifecycle):
    """The id is `pingone_aic/{host}/esv-secret/{esv id}`; `version` is the active one, as the API numbers it."""

    model = SecretInputs
    resource = "EsvSecret"
    what = "esv-secret"
    collection = SECRETS
    fixed = ("encoding", "use_in_placeholders")
    visible: ClassVar[Mapping[str, str]] = {
        "encoding": "encoding",
        "use_in_placeholders": "useInPlaceholders",
        "description": "description",
    }

    def do_check(self, recorded: Props | None, desired: Props) -> Findings:
        """Validates the content too: the API answers a server error to a key that is none.

        Source: docs/contracts/pingone_aic.md#esvs.
        """
        findings, problems = super().do_check(recorded, desired), list[Problem]()
        found, _ = validate(SecretInputs, desired)
        if is_known(found.inputs.value, found.inputs.encoding) and not _fits(found.inputs):
            what = f"is not of encoding {found.inputs.encoding}"
            problems.append(Problem("value", what, "Use PEM text, or base64 text, as the encoding says."))
        value = found.inputs.value
        if isinstance(value, Secret) and len(value.reveal().encode()) > LONGEST:
            what = f"is longer than {LONGEST} bytes"
            problems.append(Problem("value", what, "Shorten it: the platform accepts no more."))
        return findings + Findings(tuple(problems))

    def create_esv(self, found: ValidatedEsv[SecretInputs], api: PingOneAic) -> SecretOutputs:
        """Creates it, which a PUT does once and never again."""
        inputs = found.inputs
        if inputs.value is None:
            message = f"{found.who}: {inputs.esv} does not exist, so there is no value to keep"
            raise TenantEmailError(message, remedy="Set value, so that the secret can be created.")
        body = {
            "valueBase64": _encode(inputs.value),
            "description": inputs.description,
            "encoding": inputs.encoding,
            "useInPlaceholders": inputs.use_in_placeholders,
        }
        version = str(api.esvs.write("PUT", self.path_of(inputs.esv), body)["activeVersion"])
        return self._outputs(api, inputs, version)

    def take_over(
        self, found: ValidatedEsv[SecretInputs], api: PingOneAic, live: Document, *, write: bool
    ) -> SecretOutputs:
        """Adds a version where a value is given, because an existing one cannot be compared."""
        inputs, version = found.inputs, str(live["activeVersion"])
        if write and inputs.value is not None:
            version = self._add_version(api, inputs, inputs.value, version)
        if write and (live.get("description") or "") != inputs.description:
            self.set_description(api, inputs)
        return self._outputs(api, inputs, version)

    def mismatches(self, live: Document, inputs: SecretInputs) -> list[str]:
        """Compares what is shown; the value never is."""
        return [name for name, value in self.public_fields(live).items() if value != getattr(inputs, name)]

    def is_new(self, live: Document) -> bool:
        """Returns whether it has its first version still."""
        return bool(live["activeVersion"] == "1")

    def read_written(self, api: PingOneAic, esv: str) -> SecretVersion | None:
        """Reads the latest version."""
        versions: Json = api.esvs.read(f"{self.path_of(esv)}/versions")
        if not versions:
            return None
        return SecretVersion(str(versions[0]["version"]), versions[0].get("createDate"))

    def last_written(self, recorded: Props) -> SecretVersion:
        """Returns the version that was written; of an earlier release's state only one whose value is recorded."""
        outputs = SecretOutputs.from_props(recorded)
        return outputs.last_written or SecretVersion(outputs.version if "value" in recorded else None)

    def _outputs(self, api: PingOneAic, inputs: SecretInputs, version: str) -> SecretOutputs:
        """Returns the outputs after a write, which is done whether or not the version's date can be read."""
        with suppress(PlatformError):
            if (latest := self.read_written(api, inputs.esv)) and latest.version == version:
                return SecretOutputs(version=version, last_written=latest)
        return SecretOutputs(version=version, last_written=SecretVersion(version))

    def do_update(self, id_: str, recorded: Props, desired: Props) -> SecretOutputs:
        """Adds a version for a new value; without one the tenant's is kept."""
        found = require_valid(SecretInputs, desired)
        api, inputs = found.api(), found.inputs
        before = SecretOutputs.from_props(recorded)
        outputs = replace(before, version=before.version or "", last_written=self.last_written(recorded))
        with found.write_lock():
            # The value itself is compared: the API shows none, and each version costs a restart.
            if inputs.value is not None and recorded.get("value") != inputs.value.reveal():
                version = self._add_version(api, inputs, inputs.value, before.version)
                outputs = self._outputs(api, inputs, version)
            if recorded.get("description", "") != inputs.description:
                self.set_description(api, inputs)
        return replace(outputs, adopted=bool(before.adopted))

    def do_read(self, id_: str, recorded: Props) -> tuple[Props, SecretOutputs] | None:
        """Reads all but the value; a version that someone else added takes the recorded value out."""
        live = self.read_live(id_)
        if live is None:
            return None
        known = self.recorded_inputs(recorded)
        inputs = self.as_recorded(known | self.read_fields(live), known)
        outputs = SecretOutputs.from_props(recorded)
        # Someone else's version has a value that nobody can read: the recorded one must not pass for it.
        if "value" in inputs and not self._is_as_written(id_, live["activeVersion"], recorded):
            del inputs["value"]
        return inputs, SecretOutputs(bool(outputs.adopted), live["activeVersion"], self.last_written(recorded))

    def _is_as_written(self, id_: str, active: str, recorded: Props) -> bool:
        """Returns whether the active version is the recorded one, by its date too: a secret made anew counts from 1."""
        if active != SecretOutputs.from_props(recorded).version:
            return False
        written = self.last_written(recorded)
        if written.version != active or written.created is None:
            return True
        latest = self.read_written(owner_of(id_), id_.rpartition("/")[2])
        return latest is None or latest == written

    def _add_version(self, api: PingOneAic, inputs: SecretInputs, value: Secret, before: str | None) -> str:
        """Adds a version, or returns the one before: the API makes none of the present value.

        So a lost answer is simply asked for again (docs/contracts/pingone_aic.md#esvs).
        """
        path = self.path_of(inputs.esv)
        body = {"valueBase64": _encode(value)}
        # The new version counts at once; what reads it needs a restart first (docs/contracts/pingone_aic.md#esvs).
        made = retry_if_lost(lambda: api.esvs.write("POST", f"{path}/versions", body, "create"))
        version = str(made["version"])
        if inputs.keep_versions is not None and version != before:
            self._prune(api, path, inputs.keep_versions)
        return version

    def _prune(self, api: PingOneAic, path: str, keep: int) -> None:
        """Destroys all versions but the latest so many, and but the one that the tenant runs with until a restart."""
        versions: Json = api.esvs.read(f"{path}/versions") or []
        # A destroyed version stays in the list for ever.
        there = [str(one["version"]) for one in versions if one["status"] != "DESTROYED"]
        if len(there) <= keep:
            return
        secret = api.esvs.read(path) or {}
        in_use = (secret.get("activeVersion"), secret.get("loadedVersion"))
        for old in there[keep:]:
            if old not in in_use:
                api.esvs.write("DELETE", f"{path}/versions/{old}")


def _encode(value: Secret) -> str:
    """Returns the value as it is sent; base64 of it is registered too, so that no message can show it."""
    return Secret(b64encode(value.reveal().encode()).decode()).reveal()


def _fits(inputs: SecretInputs) -> bool:
    if inputs.value is None or inputs.encoding == "generic":
        return True
    text = inputs.value.reveal()
    if inputs.encoding == "pem":
        return is_pem(text)
    try:
        return bool(b64decode(text, validate=True))
    except binascii.Error:
        return False
