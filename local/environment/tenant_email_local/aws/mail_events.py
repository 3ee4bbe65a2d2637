"""Says what happens to a mail that SES took, as the records that it publishes of it.

Sources: Amazon SES Developer Guide, "Contents of event data that Amazon SES publishes to Amazon SNS", "Monitoring SES
events using Amazon EventBridge" and "Using the mailbox simulator"; docs/contracts/aws_ses.md#events.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any
from uuid import uuid4

SIMULATOR = "@simulator.amazonses.com"

# by the type that an event destination asks for: in records of SNS and of EventBridge, and as a metric
EVENT_TYPES = {
    "SEND": ("Send", "Email Sent"),
    "DELIVERY": ("Delivery", "Email Delivered"),
    "BOUNCE": ("Bounce", "Email Bounced"),
    "COMPLAINT": ("Complaint", "Email Complaint Received"),
    "REJECT": ("Reject", "Email Rejected"),
    "OPEN": ("Open", "Email Opened"),
    "CLICK": ("Click", "Email Clicked"),
    "RENDERING_FAILURE": ("Rendering Failure", "Email Rendering Failed"),
    "DELIVERY_DELAY": ("DeliveryDelay", "Email Delivery Delayed"),
    "SUBSCRIPTION": ("Subscription", "Email Subscribed"),
}


@dataclass(frozen=True)
class SentMail:
    """One mail that SES took, with the set that it uses; empty, it uses none."""

    account: str
    region: str
    caller: str
    message_id: str
    message: EmailMessage
    sender: str
    source_arn: str
    recipients: tuple[str, ...]
    configuration_set: str


@dataclass(frozen=True)
class MailEvent:
    """Something that happened to a mail: its type, and the record of it."""

    type: str
    record: dict[str, Any]
    recipients: tuple[str, ...]

    @property
    def detail_type(self) -> str:
        """Returns what EventBridge calls it."""
        return EVENT_TYPES[self.type][1]


def events_of(mail: SentMail, bounces: Collection[str], complaints: Collection[str]) -> list[MailEvent]:
    """Returns what happens to a mail, in order.

    The mailbox simulator does what an address of it says; other mail arrives, unless its recipient is among `bounces`,
    and those of `complaints` complain.
    """
    behaviors = {address: _behavior(address, bounces, complaints) for address in mail.recipients}
    refused = tuple(address for address, found in behaviors.items() if found == "bounce")
    taken = tuple(address for address, found in behaviors.items() if found != "bounce")
    complaining = tuple(address for address, found in behaviors.items() if found == "complaint")
    events = [_event("SEND", mail, mail.recipients, {})]
    if taken:
        events.append(_event("DELIVERY", mail, taken, {"recipients": list(taken), "smtpResponse": "250 ok"}))
    if refused:
        said = {"action": "failed", "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown"}
        about = [{"emailAddress": address, **said} for address in refused]
        detail: dict[str, Any] = {"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": about}
        events.append(_event("BOUNCE", mail, refused, {**detail, "feedbackId": f"{uuid4()}-000000"}))
    if complaining:
        about = [{"emailAddress": address} for address in complaining]
        detail = {"complainedRecipients": about, "complaintFeedbackType": "abuse", "complaintSubType": None}
        events.append(_event("COMPLAINT", mail, complaining, {**detail, "feedbackId": f"{uuid4()}-000000"}))
    return events


def counts(recipients: Iterable[str]) -> int:
    """Returns how many recipients count for rates: those of the simulator do not."""
    return sum(not address.lower().endswith(SIMULATOR) for address in recipients)


def _behavior(address: str, bounces: Collection[str], complaints: Collection[str]) -> str:
    if address.lower().endswith(SIMULATOR):
        name = address.partition("@")[0].partition("+")[0].lower()
        return {"bounce": "bounce", "suppressionlist": "bounce", "complaint": "complaint"}.get(name, "success")
    if address in bounces:
        return "bounce"
    return "complaint" if address in complaints else "success"


def _event(kind: str, mail: SentMail, recipients: tuple[str, ...], detail: dict[str, Any]) -> MailEvent:
    name = EVENT_TYPES[kind][0]
    at = {} if kind == "SEND" else {"timestamp": _now()}
    record = {"eventType": name, "mail": _mail(mail), name[0].lower() + name[1:]: {**detail, **at}}
    return MailEvent(kind, record, recipients)


def _mail(mail: SentMail) -> dict[str, Any]:
    headers = [{"name": name, "value": str(value)} for name, value in mail.message.items()]
    common = {
        "from": [str(mail.message.get("From", mail.sender))],
        "to": [str(value) for value in mail.message.get_all("To", [])],
        "messageId": mail.message_id,
        "subject": str(mail.message.get("Subject", "")),
    }
    return {
        "timestamp": _now(),
        "source": mail.sender,
        "sourceArn": mail.source_arn,
        "sendingAccountId": mail.account,
        "messageId": mail.message_id,
        "destination": list(mail.recipients),
        "headersTruncated": False,
        "headers": headers,
        "commonHeaders": common,
        "tags": tags_of(mail),
    }


def tags_of(mail: SentMail) -> dict[str, list[str]]:
    """Returns the tags that SES itself puts on a mail."""
    return {
        "ses:configuration-set": [mail.configuration_set],
        "ses:source-ip": ["127.0.0.1"],
        "ses:from-domain": [parseaddr(mail.sender)[1].rpartition("@")[2]],
        "ses:caller-identity": [mail.caller],
    }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
