"""SesDomainIdentity: a domain that SES may send from, and how it signs; docs/contracts/aws_ses.md#identity.

MAIL FROM, feedback, configuration set and the user's tags are those of SesDomainSettings, because a preview of a change
of this resource knows none of its outputs (docs/architecture.md#fact-6). What a change leaves to its DNS records is
said to those in Route 53, which would look replaced otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

from tenant_email.aws.dkim import ByoSigning, EasySigning
from tenant_email.aws.dns_records import normalize_domain
from tenant_email.errors import (
    Forbidden,
    Problem,
)
from tenant_email.findings import Findings
from tenant_email.inputs.durations import time_problems
from tenant_email.inputs.model import parse
from tenant_email.inputs.properties import Properties
from tenant_email.inputs.unknowns import is_known
from tenant_email.operations import operation
from tenant_email.operations.aws_session import (
    claim_of,
    claimed,
    domain_problems,
    recorded_target,
    region_problems,
    replacement_causes,
    require_account,
    ses_of,
    target_of_import,
    target_problems,
)
from tenant_email.operations.border import DynamicLifecycle
from tenant_email.operations.console import info, warn
from tenant_email.operations.handover import hand_over
from tenant_email.operations.import_ids import not_importable, parse_id
from tenant_email.operations.imports import import_problems
from tenant_email.operations.program_inputs import as_written, without_defaults
from tenant_email.operations.ses_dkim_modes import (
    MODE_INPUTS,
    dkim_records,
    live_mode,
    mode_problems,
)
from tenant_email.operations.ses_identity_origin import IdentityInputs, obtain_identity, switch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenant_email.aws.identity import Identity
    from tenant_email.aws.ses import Account, Ses
    from tenant_email.json_types import Props, PropsView
    from tenant_email.operations.lifecycle import Mirrors
    from tenant_email.redaction.secrets import Secret


@dataclass(frozen=True, slots=True)
class IdentityOutputs(Properties):
    """The outputs of a SesDomainIdentity.

    dkim_fingerprint: of a key of one's own. configuration_sets: the default sets that a policy for senders must allow;
    None in a state of an earlier release, which did not look at them. sandbox, enforcement: of the account. adopted:
    someone else made it.
    """

    verification_status: str | None
    dkim_status: str | None
    signing_enabled: bool | None
    identity_arn: str | None = field(repr=False)
    dkim_tokens: Sequence[str] | None
    dkim_fingerprint: str | None
    dns_records: Sequence[PropsView] | None = field(repr=False)
    sandbox: bool | None = None
    enforcement: str | None = None
    configuration_sets: Sequence[str] | None = None
    adopted: bool | None = None

    @property
    def is_failed(self) -> bool:
        """Returns whether SES has given up, on the domain or on its keys: it never looks again by itself."""
        return "FAILED" in (self.verification_status, self.dkim_status)

    @property
    def is_broken(self) -> bool:
        """Returns whether the last look found what only a call repairs."""
        return self.is_failed or self.signing_enabled is False

    @property
    def is_unread(self) -> bool:
        """Returns whether an earlier release adopted it, which did not look at its default configuration set."""
        return bool(self.adopted) and self.configuration_sets is None


class SesDomainIdentityLifecycle(DynamicLifecycle):
    """The id is `aws-ses/{region}/{domain}`."""

    inputs = frozenset(IdentityInputs.model_fields)
    replaced_by = ("domain", "region")
    mirrors: ClassVar[Mirrors] = {
        "identity_arn": ("domain", "region"),
        "dns_records": ("domain", "zone", "region", "dkim_selector"),
    }

    def do_check(self, recorded: Props | None, desired: Props) -> Findings:
        """Validates; SES itself is not asked."""
        inputs, problems = parse(IdentityInputs, desired)
        warnings: tuple[str, ...] = ()
        problems += [*domain_problems(inputs.domain), *target_problems(inputs), *mode_problems(inputs)]
        problems += region_problems(inputs.replica_of, "replica_of") if inputs.replica_of else []
        problems += time_problems("switch_timeout", inputs.switch_timeout, zero=True)
        if inputs.region and is_known(inputs.domain, inputs.region) and not domain_problems(inputs.domain):
            problems += import_problems(
                inputs.import_id, [f"aws-ses/{inputs.region}/{normalize_domain(inputs.domain)}"]
            )
        if inputs.zone and is_known(inputs.domain, inputs.zone) and not _lies_in(inputs.domain, inputs.zone):
            problems.append(Problem("zone", f"{inputs.zone} does not contain {inputs.domain}", "Name a parent zone."))
        if recorded and recorded.get("dkim") == "easy" and inputs.dkim == "byo":
            what = "mail goes out unsigned from the switch to your own key until SES has verified it"
            warnings = (f"ses {inputs.region} {inputs.domain}: {what}",)
        return Findings(tuple(problems), warnings, claims=(claim_of("identity", desired),))

    def do_diff(self, id_: str, recorded: Props, desired: Props) -> tuple[bool, list[str]]:
        """Compares; another domain or region is another identity. What a refresh found broken is a change too."""
        outputs = IdentityOutputs.from_props(recorded)
        changed = self.recorded_inputs(recorded) != desired or outputs.is_broken or outputs.is_unread
        replaces = replacement_causes(recorded, desired)
        if changed and not replaces and not _is_repaired(outputs, recorded, desired):
            operation.current().ownership.keep_records(outputs.dns_records or ())
        return changed, replaces

    def do_create(self, desired: Props) -> tuple[str, IdentityOutputs]:
        """Creates in one call; an identity with this stack's own tags is ours, left by a run that was killed.

        All that is read is read before, so that what is denied leaves nothing that the state does not know.
        """
        inputs, domain = _inputs(desired)
        client = ses_of(inputs)
        # Both reads come first: without the permission for one of them nothing has been made yet.
        account, found = client.get_account(), client.get_identity(domain)
        adopted, identity = obtain_identity(client, domain, inputs, found)
        if account.sandbox:
            warn(f"ses {client.region} {domain}: the account is in the sandbox: mail reaches verified recipients only")
        outputs = replace(_outputs(client, account, identity, inputs), adopted=adopted)
        return f"aws-ses/{client.region}/{domain}", replace(outputs, configuration_sets=_default_sets(None, identity))

    def do_read(self, id_: str, recorded: Props) -> tuple[Props, IdentityOutputs] | None:
        """Reads; None when SES does not know the domain any more."""
        _, region, domain = id_.split("/")
        client = _recorded_client(region, recorded)
        identity = client.get_identity(domain)
        if identity is None:
            return None
        account = _account_for_refresh(client)
        rest = {name: value for name, value in self.recorded_inputs(recorded).items() if name not in MODE_INPUTS}
        inputs = as_written(rest | live_mode(identity, recorded), recorded, {"dkim": "easy"})
        before = IdentityOutputs.from_props(recorded)
        outputs = _with_status(before, account, identity)
        if identity.dkim.ready and inputs == self.recorded_inputs(recorded):
            outputs = _with_records(outputs, client, identity, IdentityInputs.model_validate(inputs))
        return inputs, replace(outputs, configuration_sets=_default_sets(before, identity))

    def do_import(self, id_: str) -> tuple[Props, IdentityOutputs] | None:
        """Reads the identity that SES has; one that signs with a key of its own would need that key."""
        parts = parse_id("SesDomainIdentity", id_)
        client = ses_of(target_of_import(id_, **parts))
        identity = client.get_identity(parts["domain"])
        if identity is None:
            return None
        if not identity.dkim.is_set_up:
            remedy = "Give it to a SesDomainIdentity with on_existing='adopt', which sets it up."
            raise not_importable(id_, f"{identity.domain} has no DKIM", remedy)
        mode = live_mode(identity, {"dkim_key_length": EasySigning().bits})
        if mode["dkim"] == "byo":
            why = f"{identity.domain} signs with a key of its own, which SES shows nobody"
            raise not_importable(id_, why, "Give the key to a SesDomainIdentity with on_existing='adopt'.")
        if mode.get("dkim_key_length") == EasySigning().bits:
            del mode["dkim_key_length"]
        identity = identity if identity.dkim.ready else client.wait_for_tokens(identity.domain, announce=info)
        inputs = without_defaults(IdentityInputs, {**parts, **mode})
        outputs = _outputs(client, _account_for_refresh(client), identity, IdentityInputs.model_validate(inputs))
        return inputs, replace(outputs, adopted=True, configuration_sets=_default_sets(None, identity))

    def do_update(self, id_: str, recorded: Props, desired: Props) -> IdentityOutputs:
        """Switches how the domain signs, or repairs it; what only steers us is recorded without a call."""
        inputs, domain = _inputs(desired)
        switches, before = _is_switched(recorded, desired), IdentityOutputs.from_props(recorded)
        retags = recorded.get("tags") != desired.get("tags") and not before.adopted
        if not (retags or _is_repaired(before, recorded, desired)):
            return before
        client = ses_of(inputs)
        account = client.get_account()
        if retags:
            # the stack has another name: a new one of the old name must not take this identity for its own
            client.tag(domain, inputs.tags)
        # There is no call to verify again: putting the same way of signing once more is what restarts a failed domain
        # (docs/contracts/aws_ses.md#timing).
        if switches or before.is_failed:
            switch(client, domain, inputs, own_is_new=switches)
        if before.signing_enabled is False:
            client.put_dkim_enabled(domain, enabled=True)
        # SES may make the tokens a moment later, and the DNS records are made of them.
        identity = client.wait_for_tokens(domain, announce=info)
        outputs = replace(_outputs(client, account, identity, inputs), adopted=bool(before.adopted))
        return replace(outputs, configuration_sets=_default_sets(before, identity))

    def do_delete(self, id_: str, recorded: Props) -> None:
        """Deletes what was created; leaves what was adopted, and what a renamed resource has taken over."""
        if hand_over(id_, recorded, claim=claimed("identity", recorded)):
            return
        # An identity carries the reputation of its domain: what this stack did not create it does not delete unasked.
        adopted = IdentityOutputs.from_props(recorded).adopted
        policy = recorded.get("on_delete") or ("retain" if adopted else "delete")
        if policy == "retain":
            info(f"{id_}: left as it is")
            return
        _, region, domain = id_.split("/")
        client = _recorded_client(region, recorded)
        client.delete_identity(domain)


def _is_switched(recorded: Props, desired: Props) -> bool:
    """Returns whether the domain is to sign in another way."""
    return any(recorded.get(name) != desired.get(name) for name in MODE_INPUTS)


def _is_repaired(before: IdentityOutputs, recorded: Props, desired: Props) -> bool:
    """Returns whether an update changes how the domain signs, or looks at it: then its records may be others."""
    looks = before.is_broken or before.is_unread or recorded.get("zone") != desired.get("zone")
    return looks or _is_switched(recorded, desired)


def _account_for_refresh(client: Ses) -> Account | None:
    """Reads the account; a refresh does not fail for what is only told."""
    try:
        return client.get_account()
    except Forbidden as denied:
        warn(f"{denied.message}; the recorded sandbox status is kept", denied.remedy)
        return None


def _recorded_client(region: str, recorded: Props) -> Ses:
    """Returns the client, in the account that has the identity, as its ARN says.

    Another account does not know the domain, and that must neither take it out of the state nor delete another's.
    """
    client = ses_of(recorded_target(recorded, region))
    require_account(client, str(recorded["identity_arn"]).split(":")[4])
    return client


def _default_sets(before: IdentityOutputs | None, identity: Identity) -> list[str]:
    """Returns the default sets that a policy for senders must allow: the one of an adoption may come back any time."""
    kept = (before.configuration_sets or [])[:1] if before and before.adopted else []
    return list(dict.fromkeys([*kept, *filter(None, [identity.configuration_set])]))


def _inputs(desired: Props) -> tuple[IdentityInputs, str]:
    inputs = IdentityInputs.model_validate(desired)
    return inputs, normalize_domain(inputs.domain)


def _lies_in(domain: str, zone: str) -> bool:
    try:
        return f".{normalize_domain(domain)}".endswith(f".{zone}")
    except ValueError:
        return True


def _outputs(client: Ses, account: Account | None, identity: Identity, inputs: IdentityInputs) -> IdentityOutputs:
    return _with_records(_with_status(IdentityOutputs.from_props({}), account, identity), client, identity, inputs)


def _with_status(outputs: IdentityOutputs, account: Account | None, identity: Identity) -> IdentityOutputs:
    """Returns outputs with how things stand; of an account that could not be read they keep what they have."""
    if account:
        outputs = replace(outputs, sandbox=account.sandbox, enforcement=account.enforcement)
    dkim = identity.dkim
    return replace(outputs, verification_status=identity.status, dkim_status=dkim.status, signing_enabled=dkim.enabled)


def _with_records(outputs: IdentityOutputs, client: Ses, identity: Identity, inputs: IdentityInputs) -> IdentityOutputs:
    """Returns outputs with what others are made of: the ARN, and the DNS records of the way the domain signs."""
    mode = inputs.mode()
    return replace(
        outputs,
        identity_arn=client.identity_arn(identity.domain),
        dkim_tokens=list(identity.dkim.tokens),
        dkim_fingerprint=_fingerprint(mode.private_key) if isinstance(mode, ByoSigning) else None,
        dns_records=[record.to_props() for record in dkim_records(identity, mode, inputs.zone)],
    )


def _fingerprint(private_key: Secret) -> str:
    from tenant_email.aws.rsa_key import fingerprint  # noqa: PLC0415 - slow to load, and Easy DKIM needs none

    return fingerprint(private_key)
