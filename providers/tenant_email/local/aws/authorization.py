"""Decides whether a caller may do what it asks of SES, from the policies attached in the local IAM.

Source: contracts/aws_ses.md section 3: the resources checked, condition keys and the sandbox trap.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from itertools import chain
from typing import Any

from moto.iam.models import iam_backends

from tenant_email.local.aws.behaviour import Behaviour
from tenant_email.local.aws.credentials import partition_of
from tenant_email.local.aws.iam_policy import Action, Context, Policy, allowed
from tenant_email.local.aws.store import Store, fold
from tenant_email.local.aws.wire import AwsError, Call, Caller

SIMULATOR = "@simulator.amazonses.com"


@dataclass(frozen=True)
class Envelope:
    """Describes a mail as far as permission and verification depend on it."""

    sender: str
    recipients: tuple[str, ...]
    action: str
    region: str
    configuration_set: str = ""


class Authorization:
    """Asks the local IAM and the SES store."""

    def __init__(self, store: Store, behaviour: Behaviour) -> None:
        self._store = store
        self._behaviour = behaviour

    def check_call(self, call: Call) -> None:
        """Raises AwsError AccessDeniedException when the caller's policies do not allow an operation."""
        name = call.text("EmailIdentity")
        resource = call.text("ResourceArn") or (_arn(call.caller, call.region, "identity", name) if name else "*")
        self._check(call.caller, Action(f"ses:{call.operation}", resource, {"ses:apiversion": ("2",)}))

    def check_mail(self, caller: Caller, envelope: Envelope) -> None:
        """Raises AwsError when IAM denies the mail or an identity is not verified, in this order as AWS does."""
        context = _context(envelope)
        for resource in self._resources(caller, envelope):
            self._check(caller, Action(envelope.action, resource, context))
        unverified = [
            address
            for address in self._to_verify(envelope)
            if not self._store.may_send(caller.account, envelope.region, address)
        ]
        if unverified:
            failed = f"The following identities failed the check in region {envelope.region.upper()}"
            message = f"Email address is not verified. {failed}: {', '.join(unverified)}"
            raise AwsError("MessageRejected", message)

    def _resources(self, caller: Caller, envelope: Envelope) -> Iterator[str]:
        """Yields every ARN that must be allowed; in the sandbox that includes each recipient's identity."""
        for address in self._to_verify(envelope):
            identity = self._store.sender(caller.account, envelope.region, address)
            name = identity.name if identity else fold(address)
            yield _arn(caller, envelope.region, "identity", name)
        sender = self._store.sender(caller.account, envelope.region, parseaddr(envelope.sender)[1])
        configuration_set = envelope.configuration_set or (sender.configuration_set if sender else "")
        if configuration_set:
            yield _arn(caller, envelope.region, "configuration-set", configuration_set)

    def _to_verify(self, envelope: Envelope) -> list[str]:
        recipients = [] if self._behaviour.production else [parseaddr(each)[1] for each in envelope.recipients]
        return [
            parseaddr(envelope.sender)[1],
            *(address for address in recipients if not address.endswith(SIMULATOR)),
        ]

    def _check(self, caller: Caller, action: Action) -> None:
        if caller.user is None or allowed(_policies(caller), action):
            return
        message = f"User: {caller.arn} is not authorized to perform: {action.name} on resource: {action.resource}"
        raise AwsError("AccessDeniedException", message, 403)


def _context(envelope: Envelope) -> Context:
    display_name, address = parseaddr(envelope.sender)
    keys: dict[str, Sequence[str]] = {
        "ses:fromaddress": [address],
        "ses:fromdisplayname": [display_name] if display_name else [],
        "ses:recipients": [parseaddr(recipient)[1] for recipient in envelope.recipients],
        "ses:apiversion": ["2"],
    }
    return {key: tuple(values) for key, values in keys.items()}


def _policies(caller: Caller) -> list[Policy]:
    """Returns the user's own and its groups' policies, inline and managed."""
    iam: Any = iam_backends[caller.account]["aws"]
    holders: list[Any] = [iam.users[caller.user], *iam.get_groups_for_user(caller.user)]
    inline = chain.from_iterable(holder.policies.values() for holder in holders)
    managed = chain.from_iterable(holder.managed_policies.values() for holder in holders)
    versions = (version for policy in managed for version in policy.versions if version.is_default)
    return [json.loads(text) for text in [*inline, *(version.document for version in versions)]]


def _arn(caller: Caller, region: str, kind: str, name: str) -> str:
    return f"arn:{partition_of(region)}:ses:{region}:{caller.account}:{kind}/{name}"
