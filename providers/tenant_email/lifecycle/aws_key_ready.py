"""AwsKeyReady: a new IAM key is refused for some seconds, and its policy may not let it send at all.

What is switched to a key must wait for the first, and must not happen with the second. So STS is asked until it knows
the key, and then an email for each sender goes to SES's mailbox simulator: aws/sending_proof.py says why that is safe.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from pydantic import Field

from tenant_email.errors import Unavailable
from tenant_email.findings import Findings
from tenant_email.inputs.durations import seconds, time_problems
from tenant_email.inputs.fields import Text
from tenant_email.inputs.model import Model, parse
from tenant_email.inputs.properties import NOTHING
from tenant_email.operations.aws_session import region_problems
from tenant_email.operations.border import DynamicLifecycle
from tenant_email.operations.console import info, warn
from tenant_email.redaction.secrets import Secret

if TYPE_CHECKING:
    from tenant_email.inputs.properties import Properties
    from tenant_email.json_types import Props

_PROVEN: Final = ("from_addresses", "ses_path", "region")


class KeyInputs(Model):
    """The inputs of an AwsKeyReady."""

    access_key_id: Text
    secret_access_key: Secret
    region: Text | None = None
    from_addresses: list[Text] = Field(default_factory=list[str])
    ses_path: Literal["any", "simple", "smtp"] = "any"
    """How the key will send, and so how it is tried: "smtp", as by SMTP; "simple", by the API with SES's own message;
    or "any", both."""
    timeout: Text = "60s"

    @property
    def place(self) -> str:
        """The region, without which the check lets nothing through."""
        return self.region or ""

    @property
    def limit(self) -> int:
        """The timeout in seconds."""
        return seconds(self.timeout) or 0


class AwsKeyReadyLifecycle(DynamicLifecycle):
    """The id is `aws-key/{access key id}`; it owns nothing."""

    inputs = frozenset(KeyInputs.model_fields)
    replaced_by = ("access_key_id", "secret_access_key")
    no_import = ("a wait leaves nothing behind", "Let `pulumi up` create it: it tries the key of the program.")

    def do_check(self, recorded: Props | None, desired: Props) -> Findings:
        """Validates; AWS is not asked."""
        inputs, problems = parse(KeyInputs, desired)
        return Findings((*problems, *region_problems(inputs.region), *time_problems("timeout", inputs.timeout)))

    def do_diff(self, id_: str, recorded: Props, desired: Props) -> tuple[bool, list[str]]:
        """Compares; another key is another wait."""
        # A key cannot be changed, only replaced; the other inputs only say how it is tried.
        replaces = [name for name in self.replaced_by if recorded.get(name) != desired.get(name)]
        return self.recorded_inputs(recorded) != desired, replaces

    def do_create(self, desired: Props) -> tuple[str, Properties]:
        """Waits until AWS knows the key, and tries it out."""
        from tenant_email.aws.access_key import key_works  # noqa: PLC0415 - boto3 is for a key that is made, not checked

        inputs = KeyInputs.model_validate(desired)
        if not key_works(
            inputs.access_key_id, inputs.secret_access_key, inputs.place, timeout=inputs.limit, announce=info
        ):
            what = f"access key {inputs.access_key_id} is still not accepted after {inputs.limit} s"
            raise Unavailable(
                f"aws {inputs.place}: {what}",
                remedy="Run again: AWS may still be propagating the key. Also check that it was not deactivated.",
            )
        _try(inputs)
        return f"aws-key/{inputs.access_key_id}", NOTHING

    def do_read(self, id_: str, recorded: Props) -> tuple[Props, Properties] | None:
        """Returns what is recorded: that a key has worked once does not change."""
        return self.recorded_inputs(recorded), NOTHING

    def do_update(self, id_: str, recorded: Props, desired: Props) -> Properties:
        """Tries the key out again for other senders, or another region; the key is the same."""
        if any(_given(recorded, name) != _given(desired, name) for name in _PROVEN):
            _try(KeyInputs.model_validate(desired))
        return NOTHING

    def do_delete(self, id_: str, recorded: Props) -> None:
        """Does nothing: a wait leaves nothing behind."""


def _try(inputs: KeyInputs) -> None:
    if not inputs.from_addresses:
        return
    from tenant_email.aws.sending_proof import CONTENTS, KeyTrial, send_trial_mails  # noqa: PLC0415 - the same

    contents, region = CONTENTS[inputs.ses_path], inputs.place
    mails = len(contents) * len(inputs.from_addresses)
    info(f"ses {region}: testing access key {inputs.access_key_id} with {mails} emails to SES's mailbox simulator")
    trial = KeyTrial(inputs.access_key_id, inputs.secret_access_key, region, inputs.limit, info)
    # An identity that is not verified yet is no fault of the key: the domain may still wait for its DNS.
    for why in send_trial_mails(trial, inputs.from_addresses, contents):
        warn(f"ses {region}: the key is allowed to send, but SES still refuses: {why}")


def _given(props: Props, name: str) -> object:
    return KeyInputs.model_fields[name].get_default() if name not in props else props[name]
