"""A domain that may send through SES, and a user who may send from it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, Unpack

import pulumi

from tenant_email.aws import policy, smtp_password
from tenant_email.aws.dns_records import DnsRecord, DnsRecordProps, record_table
from tenant_email.aws.senders import senders_to_try
from tenant_email.components.ses_arguments import Given, require_valid
from tenant_email.components.ses_handover import key_destination
from tenant_email.components.ses_place import Place, Whereabouts
from tenant_email.components.ses_plan import RecordPlanner
from tenant_email.components.ses_publisher import Publisher
from tenant_email.components.ses_record_targets import ByFunction, InRoute53
from tenant_email.components.ses_sender import Sender, Trial, name_claims, policy_document
from tenant_email.components.ses_zone import ZoneRef, find_zone
from tenant_email.errors import InvalidSettings, NotSupported
from tenant_email.resources import faces
from tenant_email.resources.aws_provider import explicit_provider
from tenant_email.resources.base import component_options
from tenant_email.resources.ses import SesDomainIdentity
from tenant_email.resources.ses_account import SesAccount
from tenant_email.resources.ses_values import EasyDkim
from tenant_email.resources.ses_verification import SesDomainVerification

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tenant_email.aws.dns_records import DmarcPolicy
    from tenant_email.capabilities import OnDelete, OnExisting
    from tenant_email.components.ses_record_targets import Target
    from tenant_email.components.ses_short_forms import ShortForms
    from tenant_email.json_types import Props
    from tenant_email.resources.ses_event_values import Events
    from tenant_email.resources.ses_values import (
        Dkim,
        DkimMode,
        Dmarc,
        DnsZone,
        IamUser,
        KeySlot,
        KeySlots,
        MtaSts,
        SendingPolicy,
        TlsReports,
        Verification,
    )

T = TypeVar("T")


class SesSendingDomain(pulumi.ComponentResource):
    """A verified SES domain with a user who may send from it and do nothing else.

    Every output but `records_to_publish`, `records_table` and `sandbox` resolves only after the domain is verified
    (unless `wait` is False) and the key works, so whatever is made of them is switched over no earlier.

    What belongs together is given as a value of `tenant_email.ses`, as in `dkim=ses.ByoDkim(selector="mail-2026")`.
    Each part of such a value may be given as an argument of its own instead, see `ShortForms`; in both places it is
    refused. Everything wrong with the arguments is said at once, at preview.

    Args:
        name: the component's name in the stack.
        domain: the domain to send from; case, a final dot and non-ASCII letters are normalized.
        region: the SES region; else that of the AWS provider.
        dkim: `ses.EasyDkim`, keys of SES's; `ses.ByoDkim`, a key of your own; or `ses.ReplicaDkim`, the keys of
            another region. Omitted, keys of SES's. In Python also "easy", or "byo" with its parts as arguments.
        mail_from: a subdomain for bounces, `bounce` or `bounce.acme.com`; omitted, SES's own.
        dmarc: the DMARC policy to publish, "none", "quarantine" or "reject", or a `ses.Dmarc` with report addresses.
        tls_reports: `ses.TlsReports` about TLS to the MAIL FROM domain.
        mta_sts: `ses.MtaSts`, a policy of TLS to the MAIL FROM domain.
        dns: the `ses.DnsZone` where the records are published; else the domain's Route 53 zone is looked up. In Python
            as `tenant_email.dns` makes it, such as `dns.cloudflare(…)`.
        zone_id: short for `zone_id` of `dns`.
        sending: the `ses.SendingPolicy` of the key; else it may send from every address of the domain.
        from_addresses: short for `from_addresses` of `sending`: the only addresses that may send.
        sandbox_recipients: short for `sandbox_recipients` of `sending`.
        user: the `ses.IamUser`, where an organization demands a name, a path or a permissions boundary.
        active_key: the slot of the key in use, "a" or "b": switch it to rotate the key without a gap; or a
            `ses.KeySlots`.
        configuration_set: the set that the domain's mail uses; the policy allows it, and an adopted identity's own one.
        events: the `ses.Events`: how bounces and complaints are heard of; the set is made, or `configuration_set` used.
        feedback_forwarding: False stops the mails about bounces and complaints, once something else hears of them, such
            as `events`: until then SES sends them all the same.
        tags: AWS tags of the identity, the IAM user and its policy.
        verification: how long SES is waited for, as `ses.Verification`; else 10 minutes.
        require_production_access: fails before anything is switched while the account is in the sandbox.
        smtp_host: the SMTP endpoint, where AWS has opened one that is not known here.
        on_existing: as in SesDomainIdentity; "adopt" has the policy follow the identity's default configuration set, so
            keep it as long as the identity is someone else's.
        overwrite: as in SesDomainIdentity.
        on_delete: as in SesDomainIdentity.
        profile: the AWS profile for SES; else that of the AWS provider.
        opts: Pulumi's options; an AWS provider, explicit or inherited, reaches every part, its profile, roles and
            the like also those of SES. Access keys of its own are refused: inputs are kept in the state.
        short: see `ShortForms`.

    Raises:
        InvalidSettings: arguments are of a wrong type, contradict each other, or name no zone.

    """

    domain: str
    """The domain, as SES keeps it."""
    from_addresses: list[str]
    """The only addresses that may send; none where every address of the domains may."""
    from_display_names: list[str]
    """The only display names that may send; none where any may."""
    further_domains: list[str]
    """The other domains that the key may send from."""
    identity_arn: pulumi.Output[str]
    """The ARN of the domain's identity."""
    dns_records: pulumi.Output[list[DnsRecordProps]]
    """The DNS records, once the domain is verified."""
    policy_arn: pulumi.Output[str]
    """The ARN of the policy that the user has."""
    policy_json: pulumi.Output[str]
    """That policy."""
    user_name: pulumi.Output[str]
    """The IAM user that sends."""
    region: pulumi.Output[str]
    """The region that mail is sent through."""
    access_key_id: pulumi.Output[str]
    """The id of the user's access key."""
    secret_access_key: pulumi.Output[str]
    """The key's secret access key (secret)."""
    sandbox: pulumi.Output[bool]
    """Whether the account is in the sandbox, where mail reaches verified recipients only; known at once."""
    records_to_publish: pulumi.Output[list[DnsRecordProps]]
    """The DNS records, known before the domain is verified."""
    configuration_set: pulumi.Output[str] | None
    """The configuration set that the domain's mail uses, if it was given one or events are heard of."""
    events_topic_arn: pulumi.Output[str] | None
    """The ARN of the topic that events go to, if it is a topic."""
    held_here: bool = False
    """Whether a tenant of the program holds the key: then it is switched before an old key is deleted."""

    def __init__(
        self,
        name: str,
        *,
        domain: str,
        region: pulumi.Input[str] | None = None,
        dkim: Dkim = "easy",
        mail_from: str | None = None,
        dmarc: DmarcPolicy | Dmarc | None = None,
        tls_reports: TlsReports | None = None,
        mta_sts: MtaSts | None = None,
        dns: DnsZone | None = None,
        zone_id: pulumi.Input[str] | None = None,
        sending: SendingPolicy | None = None,
        from_addresses: Sequence[str] | None = None,
        sandbox_recipients: Sequence[str] | None = None,
        user: IamUser | None = None,
        active_key: KeySlot | KeySlots = "a",
        configuration_set: pulumi.Input[str] | None = None,
        events: Events | None = None,
        feedback_forwarding: bool | None = None,
        tags: Mapping[str, pulumi.Input[str]] | None = None,
        verification: Verification | None = None,
        require_production_access: bool = False,
        smtp_host: str | None = None,
        on_existing: OnExisting = "fail",
        overwrite: bool = False,
        on_delete: OnDelete | None = None,
        profile: pulumi.Input[str | None] | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **short: Unpack[ShortForms],
    ) -> None:
        lists = {"from_addresses": from_addresses, "sandbox_recipients": sandbox_recipients}
        given = Given(
            domain=domain,
            mail_from=mail_from,
            dkim=dkim,
            dmarc=dmarc,
            tls_reports=tls_reports,
            mta_sts=mta_sts,
            dns=dns,
            sending=sending,
            user=user,
            active_key=active_key,
            verification=verification,
            events=events,
            configuration_set=configuration_set,
            feedback_forwarding=feedback_forwarding,
            require_production_access=require_production_access,
            region=region,
            smtp_host=smtp_host,
            tags=tags,
            on_existing=on_existing,
            overwrite=overwrite,
            on_delete=on_delete,
            short={**short, **lists, "zone_id": zone_id},
        )
        self._arguments = arguments = require_valid(name, given)
        component_options(name, opts, "Set on_existing='adopt' to take an identity over.")
        explicit_provider(opts)  # refuses one of another package, which no part would have
        super().__init__("tenant-email:index:SesSendingDomain", name, None, opts)
        self.domain, self.from_addresses = arguments.domain, list(arguments.sending.from_addresses)
        self.from_display_names = list(arguments.sending.from_display_names)
        self.further_domains = list(arguments.sending.further_domains)
        self._name, self._smtp_host = name, smtp_host

        # Each step waits for the one before: nothing is written where something else exists, records come with the
        # identity that they prove, and nobody gets a key before it is proven.
        self._place = Place.of(self, region, profile, name=name)
        if problems := name_claims(name, self._place, arguments.user):
            raise InvalidSettings(name, tuple(problems))
        target = self._target(arguments.dns)
        self._zone_name = target.zone.name if isinstance(target, InRoute53) else arguments.dns.name
        self._publisher = Publisher(name, target, self._place)
        self._planner = planner = RecordPlanner(name, arguments, self._place, self._publisher, self._zone_name)
        dkim_mode = planner.plan_dkim()
        planner.plan_mail_from()
        further_records = [*planner.plan_tls(), *planner.plan_dmarc(self._target)]
        self._place = self._place.behind(self._publisher.preflight(arguments, dkim_mode, self._set_to_look_at()))
        heard = self._hear_of_events()
        identity = self._make_identity(dkim_mode)
        self._publish(identity)
        verified = self._verification(identity)
        # an adopted identity's default set is SES's to say; of one that is made here a preview shows the whole policy
        adopted_sets = identity.configuration_sets if on_existing == "adopt" else None
        document = policy_document(name, arguments, self._place, self.configuration_set, adopted_sets)
        sender = self._sender(document, verified)
        self._gates = [verified.id, sender.ready.id, *(part.id for part in heard)]
        if require_production_access:
            account = SesAccount(name, require_production_access=True, opts=self._place.opts, **self._place.props)
            self._gates.append(account.id)
        self._set_outputs(identity, further_records, sender, document)

    def _set_outputs(
        self,
        identity: SesDomainIdentity,
        further_records: list[Props],
        sender: Sender,
        document: pulumi.Output[str],
    ) -> None:
        self.sandbox = identity.sandbox
        further = pulumi.Output.from_input(further_records)
        self.records_to_publish = pulumi.Output.all(identity.dns_records, further).apply(lambda both: both[0] + both[1])
        self.dns_records = self._gate(self.records_to_publish)
        self.identity_arn = self._gate(self._arn())
        self.policy_arn = self._gate(sender.policy.arn)
        self.policy_json = self._gate(document)
        self.user_name = self._gate(sender.user.name)
        self.region = self._gate(self._place.region)
        self.access_key_id = self._gate(sender.key.id)
        self.secret_access_key = pulumi.Output.secret(self._gate(sender.key.secret))
        shown = {"identity_arn": self.identity_arn, "policy_json": self.policy_json}
        self.register_outputs(faces.current().outputs(self, shown))

    def _set_to_look_at(self) -> Props | None:
        events, configuration_set = self._arguments.events, self._arguments.configuration_set
        if events is None:
            return None if configuration_set is None else {"name": configuration_set, "is_watched": False}
        from tenant_email.components.ses_events import set_to_look_at  # noqa: PLC0415 - few programs need it

        is_kept = self._arguments.on_delete == "retain"
        return set_to_look_at(self.domain, events, configuration_set, is_kept=is_kept)

    def _hear_of_events(self) -> tuple[pulumi.CustomResource, ...]:
        """Makes what lets one hear of events, if asked for; returns what has to be there before mail is sent."""
        arguments = self._arguments
        events, existing = arguments.events, arguments.configuration_set
        self.configuration_set = None if existing is None else pulumi.Output.from_input(existing)
        self.events_topic_arn = None
        if events is None:
            return ()
        from tenant_email.components.ses_events import hear_of_events  # noqa: PLC0415 - few programs need it

        # an identity that stays needs its default set: SES refuses its mail where that is gone
        place = self._place.kept() if arguments.on_delete == "retain" else self._place
        heard = hear_of_events(self._name, self.domain, events, place, existing=existing, tags=arguments.tags)
        self.configuration_set, self.events_topic_arn = heard.configuration_set, heard.topic_arn
        return heard.parts

    @property
    def sending_policy(self) -> SendingPolicy:
        """What the key may send."""
        return self._arguments.sending

    def find_whereabouts(self) -> pulumi.Output[Whereabouts]:
        """Returns where mail is sent, known before the domain is verified."""

        def found(known: Sequence[Any]) -> Whereabouts:
            account, region = known
            return Whereabouts(account, region, has_smtp=bool(self._smtp_host) or smtp_password.has_smtp(region))

        at: pulumi.Output[list[Any]] = pulumi.Output.all(self._place.account, self._place.region)
        return at.apply(found)

    def _target(self, dns: DnsZone) -> Target | None:
        """Returns where the records of a zone are published; None where the program does it."""
        on_delete = self._arguments.on_delete
        if callable(dns.publish):
            keeps = self._arguments.on_existing != "fail"
            return ByFunction(dns.publish, dns, keeps=keeps, on_delete=on_delete)
        if not dns.publish:
            return None
        at = self._place if dns.provider is None else self._place.by(dns.provider)
        given = None if dns.zone_id is None else ZoneRef(dns.zone_id, dns.name)
        zone = given or find_zone(self.domain, dns.name, self._name, at.invoke)
        return InRoute53(zone, zone.id if dns.provider is None else None, at, dns.overwrite, on_delete)

    def _make_identity(self, dkim: DkimMode) -> SesDomainIdentity:
        arguments = self._arguments
        return SesDomainIdentity(
            self._name,
            domain=self.domain,
            dkim=dkim,
            zone=self._zone_name,
            zone_id=self._publisher.zone_id,
            overwrite_records=arguments.dns.overwrite,
            mail_from=arguments.mail_from,
            feedback_forwarding=arguments.feedback_forwarding,
            configuration_set=self.configuration_set,
            tags=arguments.tags,
            on_existing=arguments.on_existing,
            overwrite=arguments.overwrite,
            on_delete=arguments.on_delete,
            opts=self._place.after(*self._publisher.publish("DKIM", self._place.opts)),
            **self._place.props,
        )

    def _publish(self, identity: SesDomainIdentity) -> None:
        """Publishes what the identity asks for, and the rest once it is there."""
        publisher, place = self._publisher, self._place
        publisher.belong_to(identity)
        if isinstance(self._arguments.dkim, EasyDkim):
            publisher.publish_easy_dkim(identity, place.opts)
        mx = publisher.publish("MAIL FROM", place.after(identity.settings or identity))
        # one after the other: a CNAME in whose place both stand returns with the first, when the second is gone
        publisher.publish("SPF", place.after(*mx))
        for purpose in ("DMARC REPORTS", "DMARC", "TLS-RPT", "MTA-STS"):
            publisher.publish(purpose, place.after(identity))

    def _verification(self, identity: SesDomainIdentity) -> SesDomainVerification:
        settings, verification = identity.settings, self._arguments.verification
        return SesDomainVerification(
            f"{self._name}-verified",
            domain=self.domain,
            records=identity.dns_records,
            mail_from=self._arguments.mail_from is not None,
            timeout=verification.timeout,
            wait=verification.wait,
            opts=self._place.after(*self._publisher.records, *([settings] if settings else [])),
            **self._place.props,
        )

    def _sender(self, document: pulumi.Output[str], verified: SesDomainVerification) -> Sender:
        """Makes the user and its key, which is tried once the domain is verified."""
        sending, keys = self._arguments.sending, self._arguments.keys
        senders = senders_to_try(
            [self.domain, *sending.further_domains],
            sending.from_addresses,
            sending.from_identities,
            sending.from_display_names,
        )
        return Sender(
            self._name,
            self._place,
            document,
            user=self._arguments.user,
            tags=self._arguments.tags,
            keys=keys,
            trial=Trial(senders if keys.prove_sending else (), sending.sends_through, (verified,)),
            handed_on=key_destination(lambda: (self.secret_access_key, self.smtp_password), lambda: self.held_here),
        )

    def _arn(self) -> pulumi.Output[str]:
        """Builds the ARN of inputs, because a changed identity's outputs are unknown in a preview."""
        at = pulumi.Output.all(self._place.region, self._place.account)
        return at.apply(lambda known: policy.identity_arn(self.domain, known[0], known[1]))

    def _gate(self, value: pulumi.Output[T]) -> pulumi.Output[T]:
        """Holds a value back until the domain is verified and the key works."""
        gated: pulumi.Output[list[Any]] = pulumi.Output.all(value, *self._gates)
        return gated.apply(lambda known: known[0])

    @property
    def records_table(self) -> pulumi.Output[str]:
        """The records as a plain-text table, for a DNS host that is not managed here."""
        return self.records_to_publish.apply(
            lambda records: record_table([DnsRecord.from_props(each) for each in records], self._zone_name)
        )

    @property
    def mta_sts_policy(self) -> pulumi.Output[str | None]:
        """The MTA-STS policy to serve at `https://mta-sts.<MAIL FROM domain>/.well-known/mta-sts.txt`, if there is one.

        By HTTPS with a valid certificate, as text/plain; known at once.
        """
        return pulumi.Output.from_input(self._planner.sts_policy)

    @property
    def smtp_host(self) -> pulumi.Output[str]:
        """The region's SMTP endpoint; NotSupported where SES has none and none was given."""
        # of the region, not of the gated one: a preview must already refuse a region without an endpoint
        return self._gate(self._place.region.apply(lambda region: smtp_password.smtp_host(region, self._smtp_host)))

    @property
    def _smtp_host_if_any(self) -> pulumi.Output[str | None]:
        """The same, for those who ask before they know whether they need it: None where there is none."""

        def host(region: str) -> str | None:
            try:
                return smtp_password.smtp_host(region, self._smtp_host)
            except NotSupported:
                return None

        return self._gate(self._place.region.apply(host))

    @property
    def smtp_port(self) -> pulumi.Output[int]:
        """587, STARTTLS."""
        return self.region.apply(lambda _: smtp_password.DEFAULT_SMTP_PORT)

    @property
    def smtp_username(self) -> pulumi.Output[str]:
        """The access key id."""
        return self.access_key_id

    @property
    def smtp_password(self) -> pulumi.Output[str]:
        """The SMTP password of the key, good in this region only (secret)."""
        return self._smtp_password

    @cached_property
    def _smtp_password(self) -> pulumi.Output[str]:
        """The one output, by which it is seen whether the stack hands it on."""
        both = pulumi.Output.all(self.secret_access_key, self.region)
        return pulumi.Output.secret(both.apply(lambda known: smtp_password.smtp_password(known[0], known[1])))
