"""AwsKeySlot: room for one more access key. AWS allows two a user and answers a third with LimitExceeded alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenant_email.aws.access_keys import MOST_KEYS, AccessKey
from tenant_email.errors import Conflict, Problem
from tenant_email.fields import Text
from tenant_email.lifecycle.aws_session import Placed, access_of, iam, ses_of
from tenant_email.lifecycle.border import Lifecycle
from tenant_email.model import parse

if TYPE_CHECKING:
    from tenant_email.aws.access_keys import Iam
    from tenant_email.changes import Props


class SlotInputs(Placed):
    """The inputs of an AwsKeySlot."""

    user_name: Text
    slot: Text


class AwsKeySlotLifecycle(Lifecycle):
    """The id is `aws-key-slot/{user}/{slot}`; it owns nothing."""

    inputs = frozenset(SlotInputs.model_fields)

    def problems(self, recorded: Props | None, desired: Props) -> list[Problem]:
        """Validates; IAM is not asked."""
        return parse(SlotInputs, desired)[1]

    def difference(self, id_: str, recorded: Props, desired: Props) -> tuple[bool, list[str]]:
        """Compares; another user or slot is another place."""
        replaces = [name for name in ("user_name", "slot") if recorded.get(name) != desired.get(name)]
        return self.recorded_inputs(recorded) != desired, replaces

    def make(self, desired: Props) -> tuple[str, Props]:
        """Looks whether there is room; the key itself is made by whoever depends on this."""
        inputs = SlotInputs.model_validate(desired)
        ses_of(inputs)  # the account is the one expected
        client = iam(inputs.region, access_of(inputs))
        keys = client.access_keys(inputs.user_name)
        if len(keys) >= MOST_KEYS:
            raise _full(inputs, client, keys)
        return f"aws-key-slot/{inputs.user_name}/{inputs.slot}", {}

    def look(self, id_: str, recorded: Props) -> tuple[Props, Props] | None:
        """Returns what is recorded: once the key is there, whether there was room does not matter."""
        return self.recorded_inputs(recorded), {}

    def change(self, id_: str, recorded: Props, desired: Props) -> Props:
        """Records another profile or region; the slot is the same."""
        return {}

    def remove(self, id_: str, recorded: Props) -> None:
        """Does nothing: the key is another resource."""


def _full(inputs: SlotInputs, client: Iam, keys: list[AccessKey]) -> Conflict:
    lines = "".join(f"\n  - {key}, {client.last_use(key.id)}" for key in keys)
    message = f"iam {inputs.user_name}: no room for key {inputs.slot!r}, AWS allows {MOST_KEYS} keys a user{lines}"
    idle = next((key for key in keys if not key.active), None)
    if idle is None:
        return Conflict(message, remedy="Deactivate the one that nothing uses; when nothing broke, delete it.")
    command = f"aws iam delete-access-key --user-name {inputs.user_name} --access-key-id {idle.id}"
    return Conflict(message, remedy=f"Delete the inactive one, then run again: {command}")
