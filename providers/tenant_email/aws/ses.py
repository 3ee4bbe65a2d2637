"""The SES v2 calls that this package makes, for one region.

A thin class: one method a call, nothing remembered but the account. Every attempt, retries included, waits for its
turn (pace.py), because SES throttles an account and region to one control-plane call a second.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal

from tenant_email.aws.access import Access, AwsProvider
from tenant_email.aws.bounds import postpone
from tenant_email.aws.chain import open_session
from tenant_email.aws.explain import translate_errors
from tenant_email.aws.identity import Identity, parse_identity, tag_map
from tenant_email.aws.pace import Pace, wait_for_turn
from tenant_email.aws.policy import identity_arn
from tenant_email.errors import NotFound, Unavailable
from tenant_email.waiting import NotYet, Pauses, TimedOutError, Wait

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from mypy_boto3_sesv2.type_defs import CreateEmailIdentityRequestTypeDef, TagTypeDef

    from tenant_email.aws.dkim import DkimSigning
    from tenant_email.json_types import Props, PropsView

_BETWEEN_LOOKS: Final = Pauses(0.5, factor=1.0)  # on top of the turn that each call waits for

OnMxFailure = Literal["USE_DEFAULT_VALUE", "REJECT_MESSAGE"]


@dataclass(frozen=True, slots=True)
class Account:
    """What SES says about the account in one region, without its counters.

    vdm_enabled: whether Virtual Deliverability Manager is on; None where SES does not say.
    """

    production_access: bool
    sending_enabled: bool
    enforcement: str
    review: str | None
    vdm_enabled: bool | None = None

    @property
    def sandbox(self) -> bool:
        """Returns whether mail reaches verified recipients only."""
        return not self.production_access


@dataclass(frozen=True, slots=True)
class Quota:
    """How many mails the account may send in one region: in 24 hours (below zero: any number) and in a second."""

    a_day: float
    a_second: float
    sent: float


@dataclass(frozen=True, slots=True)
class ConfigurationSet:
    """What decides whether mail goes out through a configuration set.

    suppresses: why it holds back addresses; None where the account's reasons count. options: all of it, as SES says it.
    """

    name: str
    sending_enabled: bool
    suppresses: tuple[str, ...] | None
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    options: PropsView = field(default_factory=dict[str, Any], repr=False)


class Ses:
    """SES in one region, with the credentials of an AWS provider or, by default, of boto3's ordinary chain.

    Safe to share between threads.
    """

    def __init__(
        self,
        region: str | None = None,
        profile: str | None = None,
        pace: Pace | None = None,
        provider: AwsProvider | None = None,
    ) -> None:
        who, pace = f"ses {region or ''}".rstrip(), pace or Pace()
        aws = open_session(who, Access(profile, provider or AwsProvider()), region, pace)
        self._client, self._sts = aws.client("sesv2"), aws.client("sts")
        self.region = self._client.meta.region_name

        def take_turn(**_: object) -> None:
            postpone(wait_for_turn(self.region, pace.interval))

        # SES accepts one call per second for each account and region, shared by everything in it
        # (docs/contracts/aws_ses.md#limits); waiting here costs less than being throttled there.
        self._client.meta.events.register_first("before-send.sesv2", take_turn)

    @cached_property
    def account_id(self) -> str:
        """The AWS account that these credentials belong to."""
        with translate_errors(f"sts {self.region}", "GetCallerIdentity"):
            return str(self._sts.get_caller_identity()["Account"])

    def identity_arn(self, domain: str) -> str:
        """Returns the ARN of a domain identity here; no SES call returns it."""
        return identity_arn(domain, self.region, self.account_id)

    def create_identity(
        self, domain: str, dkim: DkimSigning, *, tags: Mapping[str, str], configuration_set: str | None = None
    ) -> Identity:
        """Creates an identity with all it has in one call, so that a crash leaves nothing half made.

        Returns what SES answers of it: its tokens can be missing, and it says nothing of the verification.
        """
        request: CreateEmailIdentityRequestTypeDef = {
            "EmailIdentity": domain,
            "DkimSigningAttributes": dkim.for_create(),
            "Tags": _tags(tags),
        }
        # A set that does not exist fails the whole call, so that nothing is made (docs/contracts/aws_ses.md#create).
        if configuration_set:
            request["ConfigurationSetName"] = configuration_set
        with self._translate_errors("CreateEmailIdentity", domain):
            return parse_identity(domain, self.region, self._client.create_email_identity(**request))

    def get_identity(self, domain: str) -> Identity | None:
        """Reads an identity; None when there is none, and an error for any other reason."""
        try:
            with self._translate_errors("GetEmailIdentity", domain):
                return parse_identity(domain, self.region, self._client.get_email_identity(EmailIdentity=domain))
        except NotFound:
            return None

    def wait_for_tokens(
        self, domain: str, *, timeout: float = 60.0, announce: Callable[[str], None] | None = None
    ) -> Identity:
        """Reads an identity until its DKIM tokens are there; SES can make them a moment after the identity.

        Raises:
            Unavailable: they are not there after `timeout` seconds.
        """

        def ask() -> Identity | NotYet:
            identity = self.get_identity(domain)
            return identity if identity and identity.dkim.ready else NotYet("it has no DKIM tokens yet")

        who = f"ses {self.region}: {domain}"
        try:
            return Wait(who, timeout, _BETWEEN_LOOKS, announce=announce).until(ask)
        except TimedOutError:
            message = f"{who} has no DKIM tokens after {timeout:.0f} s"
            raise Unavailable(message, remedy="SES creates them shortly after the identity. Run again.") from None

    def delete_identity(self, domain: str) -> bool:
        """Deletes an identity; False when it was gone already."""
        try:
            with self._translate_errors("DeleteEmailIdentity", domain):
                self._client.delete_email_identity(EmailIdentity=domain)
        except NotFound:
            return False
        return True

    def put_dkim_signing(self, domain: str, dkim: DkimSigning) -> None:
        """Switches how the domain signs; while the new way is pending, mail goes out unsigned."""
        with self._translate_errors("PutEmailIdentityDkimSigningAttributes", domain):
            if attributes := dkim.for_put():
                self._client.put_email_identity_dkim_signing_attributes(
                    EmailIdentity=domain, SigningAttributesOrigin=dkim.origin, SigningAttributes=attributes
                )
            else:
                self._client.put_email_identity_dkim_signing_attributes(
                    EmailIdentity=domain, SigningAttributesOrigin=dkim.origin
                )

    def put_dkim_enabled(self, domain: str, *, enabled: bool) -> None:
        """Turns signing on or off."""
        with self._translate_errors("PutEmailIdentityDkimAttributes", domain):
            self._client.put_email_identity_dkim_attributes(EmailIdentity=domain, SigningEnabled=enabled)

    def put_mail_from(
        self, domain: str, mail_from: str | None, on_mx_failure: OnMxFailure = "USE_DEFAULT_VALUE"
    ) -> None:
        """Sets the MAIL FROM domain, again if it has failed, or takes it off with None."""
        with self._translate_errors("PutEmailIdentityMailFromAttributes", domain):
            if mail_from:
                self._client.put_email_identity_mail_from_attributes(
                    EmailIdentity=domain, MailFromDomain=mail_from, BehaviorOnMxFailure=on_mx_failure
                )
            else:
                self._client.put_email_identity_mail_from_attributes(EmailIdentity=domain)

    def put_feedback_forwarding(self, domain: str, *, enabled: bool) -> None:
        """Turns the mails about bounces and complaints on or off."""
        with self._translate_errors("PutEmailIdentityFeedbackAttributes", domain):
            self._client.put_email_identity_feedback_attributes(EmailIdentity=domain, EmailForwardingEnabled=enabled)

    def put_configuration_set(self, domain: str, name: str | None) -> None:
        """Attaches a configuration set, or detaches it with None."""
        with self._translate_errors("PutEmailIdentityConfigurationSetAttributes", domain):
            if name:
                self._client.put_email_identity_configuration_set_attributes(
                    EmailIdentity=domain, ConfigurationSetName=name
                )
            else:
                self._client.put_email_identity_configuration_set_attributes(EmailIdentity=domain)

    def tag(self, domain: str, tags: Mapping[str, str]) -> None:
        """Adds or changes tags."""
        with self._translate_errors("TagResource", domain):
            self._client.tag_resource(ResourceArn=self.identity_arn(domain), Tags=_tags(tags))

    def untag(self, domain: str, keys: Iterable[str]) -> None:
        """Takes tags off."""
        with self._translate_errors("UntagResource", domain):
            self._client.untag_resource(ResourceArn=self.identity_arn(domain), TagKeys=list(keys))

    def get_account(self) -> Account:
        """Reads whether the account may send here, and to whom."""
        return self.get_account_use()[0]

    def get_account_use(self) -> tuple[Account, Quota | None, tuple[str, ...]]:
        """Reads the account, its quota with what was sent of it, and why it holds back addresses."""
        with self._translate_errors("GetAccount"):
            answer: PropsView = self._client.get_account()
        quota: PropsView = answer.get("SendQuota") or {}
        suppressed: PropsView = answer.get("SuppressionAttributes") or {}
        counters = [quota.get(name) for name in ("Max24HourSend", "MaxSendRate", "SentLast24Hours")]
        known = [float(each) for each in counters if each is not None]
        used = Quota(*known) if len(known) == len(counters) else None
        return _account(answer), used, tuple(suppressed.get("SuppressedReasons") or ())

    def get_configuration_set(self, name: str) -> ConfigurationSet | None:
        """Reads a configuration set; None when there is none."""
        try:
            with self._translate_errors("GetConfigurationSet", name):
                answer: PropsView = self._client.get_configuration_set(ConfigurationSetName=name)
        except NotFound:
            return None
        sending: PropsView = answer.get("SendingOptions") or {}
        own: PropsView = answer.get("SuppressionOptions") or {}
        reasons: Sequence[str] | None = own.get("SuppressedReasons")
        suppresses = None if reasons is None else tuple(reasons)
        enabled, tags = bool(sending.get("SendingEnabled", True)), tag_map(answer.get("Tags"))
        return ConfigurationSet(name, enabled, suppresses, tags, answer)

    def delete_configuration_set(self, name: str) -> None:
        """Deletes a configuration set with its event destinations, if it is there."""
        with suppress(NotFound), self._translate_errors("DeleteConfigurationSet", name):
            self._client.delete_configuration_set(ConfigurationSetName=name)

    def event_destinations(self, name: str) -> frozenset[str]:
        """Reads the names of the event destinations of a configuration set."""
        return frozenset(str(each["Name"]) for each in self._event_destinations(name))

    def delete_event_destination(self, of: str, name: str) -> None:
        """Deletes an event destination of a configuration set, if it is there."""
        with suppress(NotFound), self._translate_errors("DeleteConfigurationSetEventDestination", of):
            self._client.delete_configuration_set_event_destination(ConfigurationSetName=of, EventDestinationName=name)

    def published_events(self, name: str) -> frozenset[str]:
        """Reads which events of a configuration set go anywhere: to destinations that are switched on."""
        listed = [each for each in self._event_destinations(name) if each.get("Enabled")]
        return frozenset(str(each) for found in listed for each in found["MatchingEventTypes"])

    def _event_destinations(self, name: str) -> Sequence[PropsView]:
        with self._translate_errors("GetConfigurationSetEventDestinations", name):
            answer: PropsView = self._client.get_configuration_set_event_destinations(ConfigurationSetName=name)
        listed: Sequence[PropsView] = answer.get("EventDestinations") or ()
        return listed

    def request_production_access(self, website: str, use_case: str, contacts: Iterable[str] = ()) -> None:
        """Asks AWS to let the account out of the sandbox; people read it, so only ever on an explicit wish."""
        more: Props = {"AdditionalContactEmailAddresses": addresses} if (addresses := list(contacts)) else {}
        with self._translate_errors("PutAccountDetails"):
            self._client.put_account_details(
                MailType="TRANSACTIONAL",
                WebsiteURL=website,
                UseCaseDescription=use_case,
                ProductionAccessEnabled=True,
                **more,
            )

    def _translate_errors(self, operation: str, subject: str = "") -> AbstractContextManager[None]:
        return translate_errors(f"ses {self.region}", operation, subject)


def _account(answer: PropsView) -> Account:
    details: PropsView = answer.get("Details") or {}
    review: PropsView = details.get("ReviewDetails") or {}
    vdm: PropsView = answer.get("VdmAttributes") or {}
    return Account(
        production_access=bool(answer.get("ProductionAccessEnabled", False)),
        sending_enabled=bool(answer.get("SendingEnabled", False)),
        enforcement=answer.get("EnforcementStatus") or "HEALTHY",
        review=review.get("Status"),
        vdm_enabled=vdm["VdmEnabled"] == "ENABLED" if "VdmEnabled" in vdm else None,
    )


def _tags(tags: Mapping[str, str]) -> list[TagTypeDef]:
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]
