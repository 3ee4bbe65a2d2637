"""How one hears of what happens to a sending domain's mail, as typed values; `tenant_email.ses` names them.

Plain Python data, as in ses_values. Rules and limits: docs/contracts/aws_ses.md#events and #reputation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pulumi

EventType = Literal["SEND", "DELIVERY", "BOUNCE", "COMPLAINT", "REJECT", "DELIVERY_DELAY", "SUBSCRIPTION"]
SuppressedReason = Literal["BOUNCE", "COMPLAINT"]
DimensionSource = Literal["MESSAGE_TAG", "EMAIL_HEADER", "LINK_TAG"]
AlarmScope = Literal["account", "configuration_set"]


@dataclass(frozen=True, kw_only=True)
class SnsTopic:
    """An SNS topic, in the region that sends.

    Args:
        arn: a topic that is there already, whose policy must let SES publish: it is never changed. Omitted, a topic is
            made, with a policy that lets this configuration set and this account's alarms publish.

    """

    kind: ClassVar[str] = "sns_topic"
    arn: pulumi.Input[str] | None = None


@dataclass(frozen=True, kw_only=True)
class EventBus:
    """The account's default EventBridge bus in the region that sends; SES publishes to no other."""

    kind: ClassVar[str] = "event_bus"


@dataclass(frozen=True, kw_only=True)
class Dimension:
    """A dimension of CloudWatch's metrics about mail.

    Args:
        name: 1 to 255 ASCII letters, digits, underscores, hyphens and colons, such as `ses:from-domain`.
        default: its value where a mail has none: 1 to 255 ASCII letters, digits and `_-@.`.
        source: where a mail has the value: a tag, those that SES itself gives among them, a header, or a tag of a link.

    """

    name: str
    default: str
    source: DimensionSource = "MESSAGE_TAG"


def _by_set() -> Sequence[Dimension]:
    return (Dimension(name="ses:configuration-set", default="none"),)


@dataclass(frozen=True, kw_only=True)
class CloudWatch:
    """Metrics of CloudWatch in the namespace AWS/SES, one for each type of event.

    Args:
        dimensions: 1 to 10; omitted, the configuration set.

    """

    kind: ClassVar[str] = "cloud_watch"
    dimensions: Sequence[Dimension] = field(default_factory=_by_set)


Destination = SnsTopic | EventBus | CloudWatch


@dataclass(frozen=True, kw_only=True)
class Alarms:
    """Alarms on the rates of bounces and complaints, before SES puts the account under review.

    Missing data is no breach: SES has no rate before the first mails.

    Args:
        actions: ARNs of the topics, or other actions, that hear of it; omitted, the topic that events go to.
        bounce_rate: hard bounces for each mail, above 0 and below 0.05, where SES reviews an account.
        complaint_rate: complaints for each mail, above 0 and below 0.001, where SES reviews an account.
        scopes: whose rates: those of the account in the region, which SES judges, and those of the configuration set,
            which tell whose mail it is; an empty list makes no alarms.

    """

    actions: Sequence[pulumi.Input[str]] = ()
    bounce_rate: float = 0.025
    complaint_rate: float = 0.0005
    scopes: Sequence[AlarmScope] = ("account", "configuration_set")


@dataclass(frozen=True, kw_only=True)
class Vdm:
    """What SES's Virtual Deliverability Manager does for this mail, where the account has it; omitted, as the account.

    Args:
        engagement_metrics: whether opens and clicks are counted, by a pixel and rewritten links.
        optimized_shared_delivery: whether SES chooses among its shared addresses for each mail.

    """

    engagement_metrics: bool | None = None
    optimized_shared_delivery: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Events:
    """How one hears of bounces and complaints: a configuration set, where its events go, and alarms.

    The set is made, unless `configuration_set` of the sending domain names one that is there: that is used as it is,
    and what differs from this is said. Mail uses the set because it is the identity's default one.

    Args:
        destination: where events go: `ses.SnsTopic`, `ses.EventBus` or `ses.CloudWatch`; omitted, a topic that is made.
        types: which events; an empty list adds no destination to a set that is there and publishes already.
        alarms: the `ses.Alarms`.
        name: the name of the set that is made: 1 to 64 ASCII letters, digits, underscores and hyphens. Omitted, the
            domain's, as in `acme-com`.
        require_tls: False delivers in the clear to servers without TLS.
        suppress: after what SES sends no more to an address: "BOUNCE", "COMPLAINT".
        dedicated_ip_pool: the name of the pool of dedicated addresses that sends.
        vdm: the `ses.Vdm` options.

    """

    destination: Destination = field(default_factory=SnsTopic)
    types: Sequence[EventType] = ("BOUNCE", "COMPLAINT", "REJECT", "DELIVERY_DELAY")
    alarms: Alarms = field(default_factory=Alarms)
    name: str | None = None
    require_tls: bool = True
    suppress: Sequence[SuppressedReason] = ("BOUNCE", "COMPLAINT")
    dedicated_ip_pool: pulumi.Input[str] | None = None
    vdm: Vdm | None = None
