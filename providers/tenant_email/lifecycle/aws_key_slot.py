"""AwsKeySlot: room for one more access key. AWS allows two per user, and answers a third only with LimitExceeded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.errors import Conflict
from tenant_email.findings import Findings
from tenant_email.inputs.fields import Text
from tenant_email.inputs.model import parse
from tenant_email.inputs.properties import NOTHING
from tenant_email.inputs.unknowns import is_known
from tenant_email.operations.aws_session import AwsTarget, access_of, iam, ses_of, target_problems
from tenant_email.operations.border import DynamicLifecycle
from tenant_email.operations.console import warn

if TYPE_CHECKING:
    from tenant_email.aws.access_keys import AccessKey, Iam
    from tenant_email.inputs.properties import Properties
    from tenant_email.json_types import Props

_MOST_KEYS: Final = 2
"""Of a user, by AWS's quota."""

_WARNING_INPUTS: Final[frozenset[str]] = frozenset({"handed_on", "user_id"})
"""Inputs that only warnings are made of: another value is not a change."""


class SlotInputs(AwsTarget):
    """The inputs of an AwsKeySlot."""

    user_name: Text
    slot: Text
    handed_on: str = ""
    user_id: Text | None = None


class AwsKeySlotLifecycle(DynamicLifecycle):
    """The id is `aws-key-slot/{user}/{slot}`; it owns nothing."""

    inputs = frozenset(SlotInputs.model_fields)
    replaced_by = ("user_name", "slot")
    no_import = ("a look leaves nothing behind", "Let `pulumi up` create it: it looks whether there is room for a key.")

    def do_check(self, recorded: Props | None, desired: Props) -> Findings:
        """Validates, and warns of a rotation that takes a key from under others; IAM is not asked."""
        inputs, problems = parse(SlotInputs, desired)
        warnings: tuple[str, ...] = ()
        # At preview only what is certain: a new slot for a user that is there already is a rotation.
        of_existing = not is_known(inputs.user_id)
        if recorded is None and of_existing and is_known(inputs.handed_on) and inputs.handed_on:
            warnings = (_rotation_warning(inputs, "the key of the other slot"),)
        return Findings((*problems, *target_problems(inputs, ses=False)), warnings)

    def do_diff(self, id_: str, recorded: Props, desired: Props) -> tuple[bool, list[str]]:
        """Compares; another user or slot is another place."""
        replaces = [name for name in self.replaced_by if recorded.get(name) != desired.get(name)]
        before, after = self.recorded_inputs(recorded), desired
        return any(before.get(name) != after.get(name) for name in self.inputs if name not in _WARNING_INPUTS), replaces

    def do_create(self, desired: Props) -> tuple[str, Properties]:
        """Looks whether there is room; the key itself is made by whoever depends on this."""
        inputs = SlotInputs.model_validate(desired)
        ses_of(inputs)  # the account is the one expected
        client = iam(inputs.region, access_of(inputs))
        keys = client.access_keys(inputs.user_name)
        # Before the key: IAM would refuse it after other parts of the stack were changed, and not say which key to
        # delete.
        if len(keys) >= _MOST_KEYS:
            raise _no_room(inputs, client, keys)
        if inputs.handed_on and (old := [key.id for key in keys if key.active]):
            warn(_rotation_warning(inputs, f"key {old[0]}"))
        return f"aws-key-slot/{inputs.user_name}/{inputs.slot}", NOTHING

    def do_read(self, id_: str, recorded: Props) -> tuple[Props, Properties] | None:
        """Returns what is recorded: once the key is there, whether there was room does not matter."""
        return self.recorded_inputs(recorded), NOTHING

    def do_update(self, id_: str, recorded: Props, desired: Props) -> Properties:
        """Records another profile or region; the slot is the same."""
        return NOTHING

    def do_delete(self, id_: str, recorded: Props) -> None:
        """Does nothing: the key is another resource."""


def _rotation_warning(inputs: SlotInputs, key: str) -> str:
    return (
        f"iam {inputs.user_name}: {key} is deleted at the end of this update, but {inputs.handed_on}. Anything still "
        "using it stops sending. Set keep_other_key=True now, and remove it once every consumer has the new key: "
        "docs/rotation.md."
    )


def _no_room(inputs: SlotInputs, client: Iam, keys: list[AccessKey]) -> Conflict:
    lines = "".join(f"\n  - {key}, {client.last_use(key.id)}" for key in keys)
    message = f"iam {inputs.user_name}: no room for key {inputs.slot!r}: AWS allows {_MOST_KEYS} keys per user{lines}"
    idle = next((key for key in keys if not key.active), None)
    if idle is None:
        return Conflict(message, remedy="Deactivate the key that nothing uses; if nothing breaks, delete it.")
    command = f"aws iam delete-access-key --user-name {inputs.user_name} --access-key-id {idle.id}"
    return Conflict(message, remedy=f"Delete the inactive one, then run again: {command}")
