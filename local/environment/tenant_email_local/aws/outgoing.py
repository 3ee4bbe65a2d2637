"""Makes of an email what its recipients get: SES's own headers, a Return-Path, and signatures.

Sources: Amazon SES Developer Guide, "Authenticating email with DKIM" (the domain that is verified signs, for addresses
of its sub-domains too; an identity whose keys are not found, or that has signing switched off, does not) and "Using a
custom MAIL FROM domain"; API reference, PutEmailIdentityMailFromAttributes (REJECT_MESSAGE rejects while it is
pending, too); docs/contracts/aws_ses.md#identity. SES signs each mail for amazonses.com as well; here that
signature comes only with the domain's, so that an email of a domain that does not sign is plainly unsigned.
"""

from email.message import EmailMessage
from email.utils import parseaddr
from uuid import uuid4

from tenant_email_local.aws.authorization import Envelope
from tenant_email_local.aws.dkim_keys import SERVICE, signers
from tenant_email_local.aws.dkim_signature import sign
from tenant_email_local.aws.identity import SUCCESS, EmailIdentity
from tenant_email_local.aws.mail_events import SentMail
from tenant_email_local.aws.ses_requests import ses_arn
from tenant_email_local.aws.store import AccountStore, candidates, fold
from tenant_email_local.aws.wire import AwsError, Caller

SET_HEADER = "X-SES-CONFIGURATION-SET"


class Outgoing:
    """The last steps before mail leaves; the SES store says what signs it."""

    def __init__(self, store: AccountStore) -> None:
        self._store = store

    def sent(self, caller: Caller, envelope: Envelope, used: str, message: EmailMessage) -> SentMail:
        """Returns a mail as SES took it, by the identity that governs its sender."""
        address = parseaddr(envelope.sender)[1]
        identity = self._store.sender(caller.account, envelope.region, address)
        return SentMail(
            account=caller.account,
            region=envelope.region,
            caller=caller.user or "root",
            message_id=f"{uuid4()}-000000",
            message=message,
            sender=envelope.sender,
            source_arn=ses_arn(caller, envelope.region, "identity", identity.name if identity else fold(address)),
            recipients=tuple(parseaddr(each)[1] for each in envelope.recipients),
            configuration_set=used,
        )

    def finish(self, account: str, region: str, sender: str, mail: bytes) -> bytes:
        """Returns the mail as it is delivered.

        Raises: AwsError MailFromDomainNotVerifiedException when its MAIL FROM domain is not verified and the identity
        rejects mail in that case.
        """
        identity = self._domain(account, region, parseaddr(sender)[1])
        path = f"Return-Path: <{uuid4()}-000000@{self._return_domain(identity, region)}>\r\n"
        own = f"Feedback-ID: ::1.{region}.{account}:AmazonSES\r\n"
        head = own.encode() + mail
        signs = identity is not None and identity.dkim.enabled and identity.machine.status == SUCCESS
        return path.encode() + sign(head, signers(identity) if identity and signs else [])

    def _domain(self, account: str, region: str, address: str) -> EmailIdentity | None:
        """Returns the domain identity that is closest to an address."""
        names = (name for name in candidates(address) if "@" not in name)
        found = (self._store.identity(account, region, name) for name in names)
        return next(filter(None, found), None)

    def _return_domain(self, identity: EmailIdentity | None, region: str) -> str:
        mail_from = identity.mail_from if identity else None
        if mail_from is None or mail_from.machine.status == SUCCESS:
            return mail_from.domain if mail_from else f"{region}.{SERVICE}"
        if mail_from.on_mx_failure == "REJECT_MESSAGE":
            message = f"The MAIL FROM domain {mail_from.domain} is not verified."
            raise AwsError("MailFromDomainNotVerifiedException", message)
        return f"{region}.{SERVICE}"


def set_in(message: EmailMessage) -> str:
    """Returns the configuration set that the header of a mail names ("Specifying a configuration set")."""
    return str(message.get(SET_HEADER, "")).strip()
