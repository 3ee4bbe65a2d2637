"""SesDkimKey: a DKIM key of one's own, made before the identity uses it, so that its record can be published first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from tenant_email.aws.dkim import ByoSigning
from tenant_email.errors import Problem
from tenant_email.findings import Findings
from tenant_email.inputs.fields import Text
from tenant_email.inputs.model import Model, parse
from tenant_email.inputs.properties import Properties
from tenant_email.inputs.unknowns import is_known
from tenant_email.operations.border import DynamicLifecycle

if TYPE_CHECKING:
    from tenant_email.json_types import Props


class DkimKeyInputs(Model):
    """The inputs of a SesDkimKey."""

    selector: Text
    bits: Literal[1024, 2048] = 2048


@dataclass(frozen=True, slots=True)
class DkimKeyOutputs(Properties):
    """The outputs of a SesDkimKey: the key in PEM, and the base64 that its record holds."""

    private_key: str = field(repr=False)
    public_key: str


class SesDkimKeyLifecycle(DynamicLifecycle):
    """The id is `dkim-key/{fingerprint}`; the key lives in the state, as a secret, and nowhere else."""

    inputs = frozenset(DkimKeyInputs.model_fields)
    replaced_by = ("selector", "bits")
    no_import = (
        "the key is in the state of the stack that made it, and nowhere else",
        "Let `pulumi up` make a new one, or give a key of your own to a SesDomainIdentity.",
    )

    def do_check(self, recorded: Props | None, desired: Props) -> Findings:
        """Validates."""
        inputs, problems = parse(DkimKeyInputs, desired)
        if is_known(inputs.selector):
            try:
                ByoSigning.check_selector(inputs.selector)
            except ValueError as error:
                problems.append(Problem("selector", str(error), "Write one such as mail-2026."))
        return Findings(tuple(problems))

    def do_diff(self, id_: str, recorded: Props, desired: Props) -> tuple[bool, list[str]]:
        """Compares; another selector or length is another key, and both exist until mail is signed with the new one."""
        before = {"bits": 2048, **self.recorded_inputs(recorded)}
        replaces = [name for name, value in {"bits": 2048, **desired}.items() if before.get(name) != value]
        return bool(replaces), replaces

    def do_create(self, desired: Props) -> tuple[str, DkimKeyOutputs]:
        """Makes the key."""
        from tenant_email.aws.rsa_key import fingerprint, new_private_key, public_key  # noqa: PLC0415 - slow to load

        key = new_private_key(DkimKeyInputs.model_validate(desired).bits)
        return f"dkim-key/{fingerprint(key)}", DkimKeyOutputs(key.reveal(), public_key(key))

    def do_read(self, id_: str, recorded: Props) -> tuple[Props, DkimKeyOutputs] | None:
        """Returns what is recorded: nobody else has the key."""
        return self.recorded_inputs(recorded), DkimKeyOutputs.from_props(recorded)

    def do_update(self, id_: str, recorded: Props, desired: Props) -> DkimKeyOutputs:
        """Keeps the key: every change that makes another is a replacement."""
        return DkimKeyOutputs.from_props(recorded)

    def do_delete(self, id_: str, recorded: Props) -> None:
        """Does nothing: with the state the key is gone."""
