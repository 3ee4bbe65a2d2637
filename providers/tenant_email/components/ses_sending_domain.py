"""A domain that may send through SES, and a user who may send from it."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

import pulumi

from tenant_email.aws import dkim as own_keys
from tenant_email.aws import policy, smtp_password
from tenant_email.aws.dns_records import (
    DmarcPolicy,
    DnsRecord,
    dmarc_record,
    mail_from_records,
    normalise_domain,
    normalise_mail_from,
    own_dkim_record,
    record_table,
)
from tenant_email.aws.senders import to_try
from tenant_email.aws.sending_proof import SIMULATOR
from tenant_email.components.ses_dns import Publisher
from tenant_email.components.ses_handover import handed_on
from tenant_email.components.ses_place import Place
from tenant_email.components.ses_sender import IamInputs, Sender, Slot, Trial
from tenant_email.components.ses_zone import Zone, find_zone
from tenant_email.errors import InvalidSettings, Problem
from tenant_email.resources.arguments import listed, plain
from tenant_email.resources.ses import SesAccount, SesDkimKey, SesDomainIdentity, SesDomainVerification
from tenant_email.secrets import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tenant_email.capabilities import OnDelete, OnExisting
    from tenant_email.operations.dns_estate import RecordWord
    from tenant_email.platforms.settings import Settings

T = TypeVar("T")


class SesSendingDomain(pulumi.ComponentResource):
    """A verified SES domain with a user who may send from it and do nothing else.

    Every output but `records_to_publish`, `records_table` and `sandbox` resolves only after the domain is verified
    (unless `wait` is False) and the key works, so whatever is made of them is switched over no earlier.

    Args:
        name: the component's name in the stack.
        domain: the domain to send from.
        zone_id: its Route 53 zone; else the public zone of the domain or of the nearest parent is looked up.
        zone: the name of the zone, where it is a parent of the domain and not looked up.
        publish: False leaves the records to you, see `records_table`; the verification waits for them.
        overwrite_records: which of "mx", "spf", "dmarc" and "dkim" (of a key of your own) may replace what Route 53 has
            under its name and means something else; a destroy puts it back. What means the same is used as it is.
        region: the SES region; else that of the AWS provider.
        further_domains: other domains that the key may send from too, each a verified identity of the same account and
            region, such as a SesDomainIdentity; from_addresses, where given, limit their addresses as well.
        from_addresses: the only addresses that may send; none given allows every address of the domain.
        from_display_names: the only display names that may send.
        recipients: the only recipients that may be sent to, and SES's mailbox simulator, with which the key is proven.
        from_identities: e-mail address identities among the From addresses, which SES checks in the domain's place.
        sandbox_recipients: verified recipients, which IAM checks too while the account is in the sandbox.
        sends_through: the settings class that will use this, such as `auth0.Smtp`: the policy then allows only what
            its path through SES needs.
        mail_from: a sub-domain for bounces, such as `bounce`.
        configuration_set: the set that the domain's mail uses; the policy allows it, and an adopted identity's own one.
        feedback_forwarding: False stops the mails about bounces and complaints.
        tags: AWS tags of the identity, the IAM user and its policy.
        dkim: "easy", or "byo" with a key of your own.
        dkim_key_length: 1024 or 2048 bits of an Easy DKIM key.
        dkim_selector: the selector of your own key; another selector makes another key.
        dkim_private_key: your own key, in PEM (secret); none makes one.
        replica_of: the region whose Easy DKIM keys are shared; the parent's DKIM records serve both.
        dmarc: the DMARC policy to publish: begin with "none", read the reports, then "quarantine", then "reject".
        dmarc_reports: where the DMARC reports go.
        user_name: the IAM user's name; else one is made. Another name is another user with a key of its own.
        user_path: the IAM user's path, such as `/email/`.
        permissions_boundary: the ARN of the policy that bounds the IAM user; it must allow the sending as well.
        policy_name: the IAM policy's name; else one is made.
        policy_path: the IAM policy's path.
        active_key: the slot of the key in use; switch it between "a" and "b" to rotate the key without a gap.
        keep_other_key: keeps the other slot's key too, to be able to go back; the next `up` without it deletes it.
        prove_sending: False proves only that AWS knows the key, without the mails to SES's mailbox simulator that
            AwsKeyReady describes: for a key that may not send from this machine.
        require_production_access: fails before anything is switched while the account is in the sandbox.
        smtp_host: the SMTP endpoint, where AWS has opened one that is not known here.
        on_existing: as in SesDomainIdentity; "adopt" has the policy follow the identity's default configuration set, so
            keep it as long as the identity is somebody else's.
        overwrite: as in SesDomainIdentity.
        on_delete: as in SesDomainIdentity.
        verification_timeout: how long to wait for SES, as in "10m".
        wait: False does not wait until SES has verified the domain, for records that come later: the outputs resolve
            at once, and mail is refused until it has. See SesDomainVerification.
        profile: the AWS profile for SES; else that of the AWS provider.
        opts: Pulumi's options; an AWS provider, explicit or inherited, reaches every part, its profile, roles and
            the like also those of SES. Access keys of its own are refused: inputs are kept in the state.

    """

    identity_arn: pulumi.Output[str]
    dns_records: pulumi.Output[list[dict[str, Any]]]
    policy_arn: pulumi.Output[str]
    policy_json: pulumi.Output[str]
    user_name: pulumi.Output[str]
    region: pulumi.Output[str]
    access_key_id: pulumi.Output[str]
    secret_access_key: pulumi.Output[str]
    sandbox: pulumi.Output[bool]
    records_to_publish: pulumi.Output[list[dict[str, Any]]]
    held_here: bool = False
    """Whether a tenant of the program holds the key: then it is switched before an old key is deleted."""

    def __init__(
        self,
        name: str,
        *,
        domain: str,
        zone_id: pulumi.Input[str] | None = None,
        zone: str | None = None,
        publish: bool = True,
        overwrite_records: Sequence[RecordWord] = (),
        region: pulumi.Input[str] | None = None,
        further_domains: Sequence[str] | None = None,
        from_addresses: Sequence[str] | None = None,
        from_display_names: Sequence[str] | None = None,
        recipients: Sequence[str] | None = None,
        from_identities: Sequence[str] | None = None,
        sandbox_recipients: Sequence[str] | None = None,
        sends_through: type[Settings] | None = None,
        mail_from: str | None = None,
        configuration_set: pulumi.Input[str] | None = None,
        feedback_forwarding: bool | None = None,
        tags: Mapping[str, pulumi.Input[str]] | None = None,
        dkim: Literal["easy", "byo"] = "easy",
        dkim_key_length: Literal[1024, 2048] | None = None,
        dkim_selector: str | None = None,
        dkim_private_key: pulumi.Input[str] | None = None,
        replica_of: str | None = None,
        dmarc: DmarcPolicy | None = None,
        dmarc_reports: Sequence[str] = (),
        user_name: pulumi.Input[str] | None = None,
        user_path: pulumi.Input[str] | None = None,
        permissions_boundary: pulumi.Input[str] | None = None,
        policy_name: pulumi.Input[str] | None = None,
        policy_path: pulumi.Input[str] | None = None,
        active_key: Slot = "a",
        keep_other_key: bool = False,
        prove_sending: bool = True,
        require_production_access: bool = False,
        smtp_host: str | None = None,
        on_existing: OnExisting = "fail",
        overwrite: bool = False,
        on_delete: OnDelete | None = None,
        verification_timeout: str = "10m",
        wait: bool = True,
        profile: pulumi.Input[str | None] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        _plain(
            name,
            {"domain": domain, "mail_from": mail_from, "zone": zone, "dkim_selector": dkim_selector},
            {
                "further_domains": further_domains,
                "from_addresses": from_addresses,
                "from_display_names": from_display_names,
                "recipients": recipients,
                "from_identities": from_identities,
                "sandbox_recipients": sandbox_recipients,
                "dmarc_reports": dmarc_reports,
                "overwrite_records": overwrite_records,
            },
        )
        super().__init__("tenant-email:index:SesSendingDomain", name, None, opts)
        self.domain, self._mail_from = _names(name, domain, mail_from)
        self.further_domains = _further(name, self.domain, further_domains or ())
        self.from_addresses = list(from_addresses or ())
        self._name, self._smtp_host = name, smtp_host
        self._place = place = Place.of(self, region, profile)
        found = self._zone(zone_id, zone) if publish else None
        self._zone_name = found.name if found else zone
        self._dns = dns = Publisher(name, found, place, overwrite=overwrite_records, on_delete=on_delete)
        own_key = self._own_key(dkim_selector, dkim_private_key) if dkim == "byo" else {}
        self._plan_mail_from()
        dmarc_records = self._dmarc(dmarc, dmarc_reports)
        taking_over: dict[str, Any] = {
            "dkim": dkim,
            "replica_of": replica_of,
            "on_existing": on_existing,
            "overwrite": overwrite,
        }
        looked = dns.look(domain=self.domain, mail_from=self._mail_from, **taking_over)
        self._place = place = place.behind(looked)
        dns.publish("DKIM", place.opts)
        self._identity = SesDomainIdentity(
            name,
            domain=self.domain,
            zone=self._zone_name,
            zone_id=dns.zone_id,
            overwrite_records=overwrite_records,
            dkim_key_length=dkim_key_length,
            mail_from=self._mail_from,
            feedback_forwarding=feedback_forwarding,
            configuration_set=configuration_set,
            tags=tags,
            on_delete=on_delete,
            opts=place.after(*dns.records),
            **place.props,
            **taking_over,
            **own_key,
        )
        # an adopted identity's default set is SES's to say; of one that is made here a preview shows the whole policy
        self._adopted_sets = self._identity.configuration_sets if on_existing == "adopt" else None
        if dkim == "easy" and replica_of is None:
            dns.easy_dkim(self._identity, place.opts)
        settings = self._identity.settings
        mx = dns.publish("MAIL FROM", place.after(settings or self._identity))
        # one after the other: a CNAME in whose place both stand returns with the first, when the second is gone
        dns.publish("SPF", place.after(*mx))
        dns.publish("DMARC", place.after(self._identity))
        verification = self._verified(verification_timeout, wait=wait)
        rules = partial(
            policy.sending_policy,
            actions=policy.ACTIONS[sends_through.ses_path if sends_through else "any"],
            from_addresses=self.from_addresses,
            from_display_names=from_display_names or (),
            recipients=[*recipients, SIMULATOR] if recipients and prove_sending else recipients or (),
        )
        document = self._document(rules, configuration_set, from_identities or (), sandbox_recipients or ())
        iam = IamInputs(user_name, user_path, permissions_boundary, policy_name, policy_path, tags)
        tried = to_try(
            [self.domain, *self.further_domains], self.from_addresses, from_identities or (), from_display_names or ()
        )
        trial = Trial(tried if prove_sending else (), sends_through, (verification,))
        sender = Sender(
            name,
            place,
            document,
            iam=iam,
            trial=trial,
            active=active_key,
            keep_other=keep_other_key,
            handed_on=handed_on(lambda: (self.secret_access_key, self.smtp_password), lambda: self.held_here),
        )
        self._gates = [verification.id, sender.ready.id]
        if require_production_access:
            self._gates.append(self._account().id)
        self.sandbox = self._identity.sandbox
        self.records_to_publish = self._identity.dns_records.apply(lambda records: [*records, *dmarc_records])
        self.dns_records = self._gated(self.records_to_publish)
        self.identity_arn = self._gated(self._arn())
        self.policy_arn = self._gated(sender.policy.arn)
        self.policy_json = self._gated(document)
        self.user_name = self._gated(sender.user.name)
        self.region = self._gated(place.region)
        self.access_key_id = self._gated(sender.key.id)
        self.secret_access_key = pulumi.Output.secret(self._gated(sender.key.secret))
        self.register_outputs({"identity_arn": self.identity_arn, "policy_json": self.policy_json})

    def _zone(self, zone_id: pulumi.Input[str] | None, zone: str | None) -> Zone:
        return find_zone(self.domain, self._name, self._place.invoke) if zone_id is None else Zone(zone_id, zone)

    def _own_key(self, selector: str | None, private_key: pulumi.Input[str] | None) -> dict[str, Any]:
        """Plans the record of a key of one's own, before the identity is created with it or switched to it."""
        if selector is None:
            remedy = "Give a name such as mail-2026; another one makes another key."
            raise InvalidSettings(self._name, (Problem("dkim_selector", "is missing", remedy),))
        if private_key is None:
            made = SesDkimKey(f"{self._name}-{selector}", selector=selector, opts=self._place.opts)
            private_key, public_key = made.private_key, made.public_key
        else:
            given = pulumi.Output.from_input(private_key).apply(partial(_public_key, self._name))
            public_key = pulumi.Output.unsecret(given)
        record = own_dkim_record(self.domain, selector, "", self._zone_name)
        self._dns.plan(f"dkim-{selector}", record, public_key.apply(lambda key: f"p={key}"))
        return {"dkim_selector": selector, "dkim_private_key": private_key}

    def _plan_mail_from(self) -> None:
        if self._mail_from is None:
            return
        records = partial(mail_from_records, self._mail_from, self.domain, zone=self._zone_name)

        def value(number: int) -> pulumi.Output[str]:
            return self._place.region.apply(lambda region: records(region)[number].values[0])

        for number, label in enumerate(("mail-from-mx", "mail-from-spf")):
            # only a value depends on the region, so a preview knows the rest in any case
            self._dns.plan(label, records("")[number], value(number))

    def _dmarc(self, dmarc: DmarcPolicy | None, reports: Sequence[str]) -> list[dict[str, Any]]:
        if dmarc is None:
            return []
        record = dmarc_record(self.domain, dmarc, reports, self._zone_name)
        self._dns.plan("dmarc", record)
        return [record.to_props()]

    def _verified(self, timeout: str, *, wait: bool) -> SesDomainVerification:
        settings = self._identity.settings
        return SesDomainVerification(
            f"{self._name}-verified",
            domain=self.domain,
            records=self._identity.dns_records,
            mail_from=self._mail_from is not None,
            timeout=timeout,
            wait=wait,
            opts=self._place.after(*self._dns.records, *([settings] if settings else [])),
            **self._place.props,
        )

    def _account(self) -> SesAccount:
        return SesAccount(
            self._name,
            require_production_access=True,
            opts=self._place.opts,
            **self._place.props,
        )

    def _arn(self) -> pulumi.Output[str]:
        """Builds the ARN of inputs, because a changed identity's outputs are unknown in a preview."""
        at = pulumi.Output.all(self._place.region, self._place.account)
        return at.apply(lambda known: policy.identity_arn(self.domain, known[0], known[1]))

    def _document(
        self,
        rules: Callable[..., policy.PolicyDocument],
        configuration_set: pulumi.Input[str] | None,
        from_identities: Sequence[str],
        sandbox_recipients: Sequence[str],
    ) -> pulumi.Output[str]:
        def written(known: Sequence[Any]) -> str:
            region, account, given, found = known
            sets = [policy.configuration_set_arn(each, region, account) for each in (given, *(found or ())) if each]
            document = rules(
                policy.identity_arn(self.domain, region, account),
                further_identity_arns=[policy.identity_arn(each, region, account) for each in self.further_domains],
                configuration_set_arns=sets,
                from_identity_arns=[policy.identity_arn(each, region, account) for each in from_identities],
                sandbox_recipient_arns=[policy.identity_arn(each, region, account) for each in sandbox_recipients],
            )
            return policy.policy_json(document)

        at: pulumi.Output[Any] = pulumi.Output.all(
            self._place.region, self._place.account, configuration_set, self._adopted_sets
        )
        return at.apply(written)

    def _gated(self, value: pulumi.Output[T]) -> pulumi.Output[T]:
        """Holds a value back until the domain is verified and the key works."""
        return pulumi.Output.all(value, *self._gates).apply(lambda known: cast("T", known[0]))

    @property
    def records_table(self) -> pulumi.Output[str]:
        """The records as a text table, for a DNS host that is not managed here."""
        return self.records_to_publish.apply(
            lambda records: record_table([DnsRecord.from_props(each) for each in records], self._zone_name)
        )

    @property
    def smtp_host(self) -> pulumi.Output[str]:
        """The region's SMTP endpoint; NotSupported where SES has none and none was given."""
        # of the region, not of the gated one: a preview must already refuse a region without an endpoint
        return self._gated(self._place.region.apply(lambda region: smtp_password.smtp_host(region, self._smtp_host)))

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


def _public_key(name: str, private_key: str) -> str:
    try:
        return own_keys.public_key(Secret(private_key))
    except ValueError as error:
        remedy = "Give an RSA key in PEM, as SesDkimKey makes one."
        raise InvalidSettings(name, (Problem("dkim_private_key", str(error), remedy),)) from None


def _plain(name: str, texts: Mapping[str, object], lists: Mapping[str, object]) -> None:
    """Refuses what is no text and no list of texts: records and the policy are made of them at once."""
    plain(name, **{argument: value for argument, value in texts.items() if value is not None or argument == "domain"})
    for argument, values in lists.items():
        if values is not None:
            listed(name, argument, values, (str,), "texts")


def _names(name: str, domain: str, mail_from: str | None) -> tuple[str, str | None]:
    """Returns domain and MAIL FROM domain as SES keeps them."""
    try:
        normal = normalise_domain(domain)
    except ValueError as error:
        problem = Problem("domain", str(error), "Write a domain that you own, such as acme.com.")
        raise InvalidSettings(name, (problem,)) from None
    try:
        return normal, normalise_mail_from(mail_from, normal) if mail_from is not None else None
    except ValueError as error:
        problem = Problem("mail_from", str(error), "Write a label such as bounce, or the whole name.")
        raise InvalidSettings(name, (problem,)) from None


def _further(name: str, own: str, domains: Sequence[str]) -> list[str]:
    """Returns the other domains of a key as SES keeps them."""
    found, problems = list[str](), list[Problem]()
    for number, domain in enumerate(domains):
        try:
            found.append(normalise_domain(domain))
        except ValueError as error:
            remedy = "Write the domain of another identity, such as brand.com."
            problems.append(Problem(f"further_domains.{number}", str(error), remedy))
    if problems:
        raise InvalidSettings(name, tuple(problems))
    return [domain for domain in dict.fromkeys(found) if domain != own]
