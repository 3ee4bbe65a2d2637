"""AwsKeyReady: a new IAM key is refused for some seconds; what is switched to it must wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenant_email.aws.access_key import key_works
from tenant_email.errors import Problem, Unavailable
from tenant_email.fields import Text
from tenant_email.lifecycle.aws_session import region_problems
from tenant_email.lifecycle.border import Lifecycle
from tenant_email.model import Model, parse
from tenant_email.secrets import Secret

if TYPE_CHECKING:
    from tenant_email.changes import Props

_LONGEST = 60.0  # seconds


class KeyInputs(Model):
    """The inputs of an AwsKeyReady."""

    access_key_id: Text
    secret_access_key: Secret
    region: Text | None = None


class AwsKeyReadyLifecycle(Lifecycle):
    """The id is `aws-key/{access key id}`; it owns nothing."""

    inputs = frozenset(KeyInputs.model_fields)

    def problems(self, recorded: Props | None, desired: Props) -> list[Problem]:
        """Validates; AWS is not asked."""
        inputs, problems = parse(KeyInputs, desired)
        return [*problems, *region_problems(inputs.region)]

    def difference(self, id_: str, recorded: Props, desired: Props) -> tuple[bool, list[str]]:
        """Compares; another key is another wait."""
        names = ("access_key_id", "secret_access_key")
        return self.recorded_inputs(recorded) != desired, [
            name for name in names if recorded.get(name) != desired.get(name)
        ]

    def make(self, desired: Props) -> tuple[str, Props]:
        """Waits until STS knows the key."""
        inputs = KeyInputs.model_validate(desired)
        if not key_works(inputs.access_key_id, inputs.secret_access_key, inputs.region or "", timeout=_LONGEST):
            message = f"aws {inputs.region}: access key {inputs.access_key_id} is not accepted after {_LONGEST:.0f} s"
            raise Unavailable(message, remedy="Run again; AWS is slow to spread the key, or it was deactivated.")
        return f"aws-key/{inputs.access_key_id}", {}

    def look(self, id_: str, recorded: Props) -> tuple[Props, Props] | None:
        """Returns what is recorded: that a key has worked once does not change."""
        return self.recorded_inputs(recorded), {}

    def change(self, id_: str, recorded: Props, desired: Props) -> Props:
        """Records another region; the key is the same."""
        return {}

    def remove(self, id_: str, recorded: Props) -> None:
        """Does nothing: a wait leaves nothing behind."""
