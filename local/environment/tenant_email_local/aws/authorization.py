"""Decides whether a caller may do what it asks, from the policies and boundaries in the local IAM.

Sources: docs/contracts/aws_ses.md#iam (resources of an email, condition keys) and #sandbox; for the words, IAM
User Guide, "Troubleshoot access denied error messages", and for mail SES's own sentence, which quotes its parts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.utils import parseaddr

from tenant_email_local.aws.behavior import Behavior
from tenant_email_local.aws.event_services import SERVICES, event_service_actions
from tenant_email_local.aws.iam_conditions import Context
from tenant_email_local.aws.iam_policy import Action, refusal
from tenant_email_local.aws.iam_principal import caller_context, grants_of
from tenant_email_local.aws.iam_requests import ANY, REQUESTS
from tenant_email_local.aws.iam_trust import refuse_distrust
from tenant_email_local.aws.mail_events import SIMULATOR
from tenant_email_local.aws.ses_requests import ses_actions, ses_arn
from tenant_email_local.aws.store import AccountStore, fold
from tenant_email_local.aws.wire import AwsCall, AwsError, Caller


@dataclass(frozen=True)
class Envelope:
    """An email as far as permission and verification depend on it."""

    sender: str
    recipients: tuple[str, ...]
    action: str
    region: str
    configuration_set: str = ""


class Authorization:
    """The questions to the local IAM and the SES store."""

    def __init__(self, store: AccountStore, behavior: Behavior) -> None:
        self._store = store
        self._behavior = behavior

    def check_call(self, call: AwsCall) -> None:
        """Raises AwsError when the caller's policies do not allow an operation: AccessDenied, for SES ...Exception."""
        grants = grants_of(call.caller)
        for action in self._actions(call):
            if grants and (reason := refusal(grants, action)):
                shown = action.resource if action.shown is None else action.shown
                place = f" on resource: {shown}" if shown else ""
                message = f"User: {call.caller.arn} is not authorized to perform: {action.name}{place} {reason}"
                raise AwsError("AccessDeniedException" if call.service == "ses" else "AccessDenied", message, 403)
            if action.name == "sts:AssumeRole":
                refuse_distrust(call, action)

    def _actions(self, call: AwsCall) -> list[Action]:
        context = caller_context(call.caller, call.region)
        if call.service == "ses":
            return ses_actions(call, context, self._store)
        if call.service in SERVICES:
            return event_service_actions(call, context)
        if call.service in REQUESTS:
            return REQUESTS[call.service](call, context)
        return [Action(f"{call.service}:{call.operation}", ANY, context, "")]

    def check_mail(self, caller: Caller, envelope: Envelope) -> str:
        """Returns the configuration set that a mail uses, if any.

        Raises: AwsError when IAM denies the mail, an identity is not verified, in this order as AWS does, or the set is
        gone or switched off.
        """
        grants = grants_of(caller)
        context = {**caller_context(caller, envelope.region), **_context(envelope)}
        for resource in self._resources(caller, envelope) if grants else ():
            if grants and refusal(grants, Action(envelope.action, resource, context)):
                message = (
                    f"User `{caller.arn}' is not authorized to perform `{envelope.action}' on resource `{resource}'"
                )
                raise AwsError("AccessDeniedException", message, 403)
        unverified = [
            address
            for address in self._to_verify(envelope)
            if not self._store.may_send(caller.account, envelope.region, address)
        ]
        if unverified:
            failed = f"The following identities failed the check in region {envelope.region.upper()}"
            message = f"Email address is not verified. {failed}: {', '.join(unverified)}"
            raise AwsError("MessageRejected", message)
        return self._usable_set(caller, envelope)

    def _usable_set(self, caller: Caller, envelope: Envelope) -> str:
        """Returns the set; one that was deleted while it is named, or is a default, fails the mail (#events)."""
        name = self._set_of(caller, envelope)
        if not name:
            return ""
        found = self._store.account(caller.account, envelope.region).configuration_sets.get(name)
        if found is None:
            raise AwsError("BadRequestException", f"Configuration set <{name}> does not exist.")
        if not found.sends:
            raise AwsError("SendingPausedException", f"Sending is paused for the configuration set <{name}>.")
        return name

    def _set_of(self, caller: Caller, envelope: Envelope) -> str:
        sender = self._store.sender(caller.account, envelope.region, parseaddr(envelope.sender)[1])
        return envelope.configuration_set or (sender.configuration_set if sender else "")

    def _resources(self, caller: Caller, envelope: Envelope) -> Iterator[str]:
        """Yields every ARN that must be allowed; in the sandbox that includes each recipient's identity."""
        for address in self._to_verify(envelope):
            identity = self._store.sender(caller.account, envelope.region, address)
            name = identity.name if identity else fold(address)
            yield ses_arn(caller, envelope.region, "identity", name)
        if configuration_set := self._set_of(caller, envelope):
            yield ses_arn(caller, envelope.region, "configuration-set", configuration_set)

    def _to_verify(self, envelope: Envelope) -> list[str]:
        recipients = [] if self._behavior.production else [parseaddr(each)[1] for each in envelope.recipients]
        return [
            parseaddr(envelope.sender)[1],
            *(address for address in recipients if not address.lower().endswith(SIMULATOR)),
        ]


def _context(envelope: Envelope) -> Context:
    display_name, address = parseaddr(envelope.sender)
    keys: dict[str, Sequence[str]] = {
        "ses:fromaddress": [address],
        "ses:fromdisplayname": [display_name] if display_name else [],
        "ses:recipients": [parseaddr(recipient)[1] for recipient in envelope.recipients],
        "ses:apiversion": ["2"],
    }
    return {key: tuple(values) for key, values in keys.items()}
