"""How a SesDomainIdentity is to sign: its inputs as a DKIM mode, and a live identity as those inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator

from tenant_email.aws.dkim import ByoSigning, DkimKind, EasySigning, ReplicaSigning
from tenant_email.aws.dns_records import DnsRecord, easy_dkim_records, own_dkim_record
from tenant_email.errors import Problem
from tenant_email.inputs.fields import Text
from tenant_email.inputs.model import Model
from tenant_email.inputs.unknowns import is_known
from tenant_email.redaction.secrets import Secret

if TYPE_CHECKING:
    from tenant_email.aws.dkim import DkimSigning
    from tenant_email.aws.identity import Identity
    from tenant_email.json_types import Props

_EASY, _OWN = "AWS_SES", "EXTERNAL"
_REPLICA_PREFIX = "AWS_SES_"
_BITS = {"RSA_1024_BIT": 1024, "RSA_2048_BIT": 2048}


def _strip(value: object) -> object:
    return value.strip() if isinstance(value, str) else value  # a PEM file ends with a line end


MODE_INPUTS = ("dkim", "dkim_key_length", "dkim_selector", "dkim_private_key", "replica_of")


class DkimInputs(Model):
    """The inputs that choose the mode."""

    region: Text | None = None
    dkim: DkimKind = "easy"
    """How the domain signs: "easy", with keys of SES's, or "byo", with a key of your own, see SesDkimKey."""
    dkim_key_length: Literal[1024, 2048] | None = None
    """1024 or 2048 bits of SES's keys; omitted, 2048, or what an adopted identity has. SES changes it once a day."""
    dkim_selector: Text | None = None
    """Names a key of your own in DNS: 1 to 63 letters, digits and inner hyphens. Another selector is another key."""
    dkim_private_key: Annotated[Secret, BeforeValidator(_strip)] | None = None
    """A key of your own: RSA of 1024 to 2048 bits, in PEM and not encrypted."""
    replica_of: Text | None = None
    """The region of the same domain's identity whose keys are shared (Deterministic Easy DKIM)."""

    def mode(self) -> DkimSigning:
        """Returns the mode; the length of a new Easy DKIM key is always said, as its default is disputed.

        Raises:
            ValueError: selector or key are none that SES takes.
        """
        if self.dkim == "byo" and self.dkim_selector and self.dkim_private_key:
            return ByoSigning(self.dkim_selector, self.dkim_private_key)
        return ReplicaSigning(self.replica_of) if self.replica_of else EasySigning(self.dkim_key_length or 2048)


def mode_problems(inputs: DkimInputs) -> list[Problem]:
    """Returns what does not go together, and a selector or key that SES would refuse."""
    own = {"dkim_selector": inputs.dkim_selector, "dkim_private_key": inputs.dkim_private_key}
    if not is_known(inputs.dkim, inputs.replica_of):
        return []
    if inputs.dkim != "byo":
        extra = [name for name, value in own.items() if value is not None]
        problems = [Problem(name, "has no effect with dkim='easy'", "Set dkim='byo', or omit it.") for name in extra]
        return problems + _replica_problems(inputs)
    wrong = {"dkim_key_length": inputs.dkim_key_length, "replica_of": inputs.replica_of}
    problems = [
        Problem(name, "has no effect with dkim='byo'", f"Omit {name}.") for name, value in wrong.items() if value
    ]
    missing = [name for name, value in own.items() if value is None]
    problems += [Problem(name, "is missing", "Take it from a SesDkimKey, or set your own.") for name in missing]
    return problems if missing or not is_known(*own.values()) else problems + _own_key_problems(inputs)


def _own_key_problems(inputs: DkimInputs) -> list[Problem]:
    try:
        inputs.mode()
    except ValueError as error:
        path = "dkim_private_key" if "key" in str(error) else "dkim_selector"
        return [Problem(path, str(error), "Take both from a SesDkimKey, or correct it.")]
    return []


def _replica_problems(inputs: DkimInputs) -> list[Problem]:
    if inputs.replica_of is None:
        return []
    problems: list[Problem] = []
    if inputs.replica_of == inputs.region:
        problems.append(
            Problem("replica_of", "must be a different region", "Name the region of the identity to replicate.")
        )
    if inputs.dkim_key_length:
        remedy = "Set the length on the parent identity."
        problems.append(
            Problem("dkim_key_length", "cannot be set on a replica; it follows the parent identity", remedy)
        )
    return problems


def live_mode(identity: Identity, recorded: Props) -> Props:
    """Returns the mode inputs as they are live; what SES never shows stays as recorded while the mode is the same."""
    origin = identity.dkim.origin
    mode: Props = {"dkim": "byo" if origin == _OWN else "easy"}
    if origin.startswith(_REPLICA_PREFIX):
        mode["replica_of"] = origin.removeprefix(_REPLICA_PREFIX).lower().replace("_", "-")
    if origin == _EASY and "dkim_key_length" in recorded:
        mode["dkim_key_length"] = _BITS.get(identity.dkim.next_key_length or "", recorded["dkim_key_length"])
    if origin == _OWN and recorded.get("dkim") == "byo":
        mode["dkim_private_key"] = recorded.get("dkim_private_key")
        # SES may show the selector or nothing (docs/contracts/aws_ses.md#open-points, 3)
        mode["dkim_selector"] = next(iter(identity.dkim.tokens), recorded.get("dkim_selector"))
    return {name: value for name, value in mode.items() if value is not None}


def is_in_mode(identity: Identity, inputs: DkimInputs) -> bool:
    """Returns whether there is nothing to switch; never of a key of one's own, which nobody can read back."""
    mode = inputs.mode()
    if isinstance(mode, EasySigning):
        length_is_right = _BITS.get(identity.dkim.next_key_length or "") == inputs.dkim_key_length
        return identity.dkim.origin == _EASY and (inputs.dkim_key_length is None or length_is_right)
    return isinstance(mode, ReplicaSigning) and identity.dkim.origin == mode.origin


def shows_another_mode(identity: Identity, inputs: DkimInputs) -> bool:
    """Returns whether there is surely something to switch: of a key of one's own only the selector may be seen."""
    mode, dkim = inputs.mode(), identity.dkim
    if isinstance(mode, ByoSigning):
        return dkim.origin != _OWN or bool(dkim.tokens and mode.selector not in dkim.tokens)
    return not is_in_mode(identity, inputs)


def own_record(domain: str, mode: ByoSigning, zone: str | None) -> DnsRecord:
    """Returns the TXT record of a key of one's own."""
    from tenant_email.aws.rsa_key import public_key  # noqa: PLC0415 - slow to load, and Easy DKIM needs none

    return own_dkim_record(domain, mode.selector, public_key(mode.private_key), zone)


def dkim_records(identity: Identity, mode: DkimSigning, zone: str | None) -> tuple[DnsRecord, ...]:
    """Returns the records by which SES knows the domain, in the mode it is in."""
    if isinstance(mode, ByoSigning):
        return (own_record(identity.domain, mode, zone),)
    return easy_dkim_records(identity.domain, identity.dkim.tokens, identity.dkim.signing_hosted_zone, zone)
