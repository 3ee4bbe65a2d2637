"""Answers SendEmail: builds the message, asks for permission, and hands it to the inbox."""

import base64
from collections.abc import Callable, Mapping
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import formatdate, getaddresses, parseaddr
from typing import Any

from tenant_email_local.aws.authorization import Authorization, Envelope
from tenant_email_local.aws.event_publishing import EventPublishing
from tenant_email_local.aws.outgoing import Outgoing, set_in
from tenant_email_local.aws.store import AccountStore
from tenant_email_local.aws.wire import AwsCall, AwsError, Params

Deliver = Callable[[str, list[str], bytes], None]

RECIPIENT_FIELDS = ("ToAddresses", "CcAddresses", "BccAddresses")


class Sending:
    """SendEmail with Simple and Raw content."""

    def __init__(
        self,
        store: AccountStore,
        authorization: Authorization,
        outgoing: Outgoing,
        events: EventPublishing,
        deliver: Deliver,
    ) -> None:
        self._store = store
        self._events = events
        self._authorization = authorization
        self._outgoing = outgoing
        self._deliver = deliver

    @property
    def handlers(self) -> Mapping[str, Any]:
        """Maps the names of the operations to what answers them."""
        return {"SendEmail": self.send}

    def send(self, call: AwsCall) -> Params:
        """Sends one mail; the action asked of IAM follows the content, not the API (docs/contracts/aws_ses.md#iam)."""
        content: Params = call.params.get("Content") or {}
        if "Raw" in content:
            message, action = _raw(content["Raw"]), "ses:SendRawEmail"
        elif "Simple" in content:
            message, action = _simple(call, content["Simple"]), "ses:SendEmail"
        elif "Template" in content:
            raise AwsError("NotFoundException", "The template does not exist.", 404)
        else:
            raise AwsError("BadRequestException", "Content must be one of Simple, Raw, Template.")
        sender = call.text("FromEmailAddress") or str(message.get("From", ""))
        recipients = _recipients(call) or [address for _, address in _read_addresses(message)]
        if not recipients:
            raise AwsError("BadRequestException", "Missing final destination.")
        named = call.text("ConfigurationSetName") or set_in(message)
        envelope = Envelope(sender, tuple(recipients), action, call.region, named)
        used = self._authorization.check_mail(call.caller, envelope)
        mail = self._outgoing.sent(call.caller, envelope, used, message)
        del message["Message-ID"], message["Bcc"]
        message["Message-ID"] = f"<{mail.message_id}@{call.region}.amazonses.com>"
        if people := self._events.people(mail):
            raw = message.as_bytes(policy=policy.SMTP)
            finished = self._outgoing.finish(call.caller.account, call.region, sender, raw)
            self._deliver(parseaddr(sender)[1], people, finished)
        self._store.account(call.caller.account, call.region).sent += len(mail.recipients)
        self._events.publish(mail)
        return {"MessageId": mail.message_id}


def _recipients(call: AwsCall) -> list[str]:
    destination: Params = call.params.get("Destination") or {}
    fields: list[list[str]] = [destination.get(name) or [] for name in RECIPIENT_FIELDS]
    return [address for addresses in fields for address in addresses]


def _read_addresses(message: EmailMessage) -> list[tuple[str, str]]:
    fields = ("To", "Cc", "Bcc")
    return getaddresses([str(value) for name in fields for value in message.get_all(name, [])])


def _raw(content: Params) -> EmailMessage:
    data = base64.b64decode(content.get("Data") or "")
    return message_from_bytes(data, EmailMessage, policy=policy.default)


def _simple(call: AwsCall, content: Params) -> EmailMessage:
    message = EmailMessage()
    destination: Params = call.params.get("Destination") or {}
    message["From"] = call.text("FromEmailAddress")
    for header, name in (("To", "ToAddresses"), ("Cc", "CcAddresses")):
        if destination.get(name):
            message[header] = ", ".join(destination[name])
    if call.params.get("ReplyToAddresses"):
        message["Reply-To"] = ", ".join(call.params["ReplyToAddresses"])
    subject: Params = content.get("Subject") or {}
    message["Subject"] = str(subject.get("Data", ""))
    message["Date"] = formatdate()
    headers: list[Params] = content.get("Headers") or []
    for extra in headers:
        message[extra["Name"]] = extra["Value"]
    _set_body(message, content.get("Body") or {})
    return message


def _set_body(message: EmailMessage, body: Params) -> None:
    text, html = (body.get(name, {}).get("Data") for name in ("Text", "Html"))
    if text is None and html is None:
        raise AwsError("BadRequestException", "Missing required body.")
    if text is not None:
        message.set_content(str(text))
    if html is not None and text is not None:
        message.add_alternative(str(html), subtype="html")
    elif html is not None:
        message.set_content(str(html), subtype="html")
